// Common Platform hearings: JSON as it is posted, notified (SNS) or filed. One object is one hearing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "adapters/courts/hearing.h"
#include "adapters/courts/tables.h"
#include "adapters/sdk/read/json.h"

namespace concordat::courts {

/// What a hearing came as, where the way it came in says so.
struct Came {
  std::optional<Told> as;
};

/// The hearing in one object: under `hearing`, by itself, or as text in the `Message` of a notification. A failure of the whole: not
/// a hearing, or without an id.
tl::expected<Hearing, sdk::Failure> read_common_platform(const read::JsonRecord& record, const Came& came, const Tables& tables);

}  // namespace concordat::courts
