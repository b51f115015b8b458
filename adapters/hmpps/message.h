// HMPPS messages out of their wrappers: SNS notifications whose Message is JSON as a text, queue messages around those, or bare.
#pragma once

#include <string>
#include <string_view>

#include "adapters/sdk/input.h"
#include "adapters/sdk/read/json.h"
#include "adapters/sdk/read/when.h"

namespace concordat::hmpps {

struct Message {
  read::Json body;
  std::string type;  ///< eventType, of the body or else of the notification's attributes; empty if it has none.
};

/// What a record of a file holds. The failure says which layer breaks. Pure.
tl::expected<Message, sdk::Failure> unwrap(const read::JsonRecord& record);

/// The scalar at a path of objects, "additionalInformation.nomsNumber"; empty if it is not there, null, or no scalar.
std::string_view text_at(const read::Json& body, std::string_view path);

/// When it happened. As read::parse_moment, and `2023-07-31T09:26:39.362Z+01:00`, where the offset is right and the Z is not (the same
/// message says 09:26:39+01:00 elsewhere), and Java's `Fri Jun 14 09:06:52 BST 2024`. E-VALUE.
Result<read::Moment> parse_when(std::string_view text);

/// A code of a source: capitals, digits and _, at most `most`.
bool is_code(std::string_view text, std::size_t most);

}  // namespace concordat::hmpps
