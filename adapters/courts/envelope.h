// The envelope that a Common Platform hearing lies in: its own, a notification's, or none. Private to this folder.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "adapters/sdk/input.h"
#include "adapters/sdk/read/json.h"

namespace concordat::courts {

/// A hearing, and what its envelope says of it.
struct Opened {
  std::unique_ptr<read::Json> owned; ///< Keeps the innermost tree where the others point to.
  const read::Json* hearing = nullptr;
  const read::Json* envelope = nullptr;
  std::uint64_t all_on = 0;
  std::string path;
  std::string event_type;      ///< "Resulted", "ConfirmedOrUpdated".
};

/// The hearing under `hearing`, by itself, or as text in the `Message` of a notification. `line` is that of the text's first.
tl::expected<Opened, sdk::Failure> open(std::string_view text, std::uint64_t line);

/// The id of the hearing in a text that was posted. E-INPUT: no JSON; no hearing, or without an id.
Result<std::string> hearing_id(std::string_view text);

/// The failure of a text that is no hearing.
sdk::Failure no_hearing(std::uint64_t line, std::string field, std::string why);

}  // namespace concordat::courts
