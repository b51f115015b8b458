// Messages of the criminal justice exchange out of their wrappers: SOAP envelopes, RouteData, XML as escaped text, escaped once or twice.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "adapters/sdk/read/record.h"
#include "adapters/sdk/read/xml.h"

namespace concordat::read {

/// Which message is looked for.
struct Wanted {
  std::string_view message;             ///< "NewCaseMessage".
  std::string_view stream;              ///< DataStreamType of a RouteData that may hold it: "SPINewCase".
  std::string_view missing;             ///< Said where there is none: "there is no new case in the message".
  std::span<const std::string_view> once;  ///< Elements of which a second one would be passed over.
};

/// The innermost tree, and where its first line stands in the file.
struct Unwrapped {
  Xml tree;
  std::uint64_t line = 1;
  std::string dated;                    ///< When the message was made, if its wrapper says so.

  std::uint64_t line_in_file(std::uint64_t inner) const { return line + inner - 1; }
};

/// `test` is set if a wrapper says that it is one, also where the rest cannot be read: whatever is not plainly a no is a yes.
tl::expected<Unwrapped, Unreadable> unwrap(std::string_view text, const Wanted& wanted, bool& test);

}  // namespace concordat::read
