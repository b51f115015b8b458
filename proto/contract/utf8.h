// UTF-8 as RFC 3629 has it.
#pragma once

#include <cstddef>
#include <string_view>

namespace concordat::contract {

/// Bytes of the well-formed sequence at the start of `text`; 0 if there is none.
std::size_t utf8_sequence(std::string_view text);
bool is_utf8(std::string_view text);

}  // namespace concordat::contract
