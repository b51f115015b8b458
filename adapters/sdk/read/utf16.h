// Is a text in UTF-16? Then it is no JSON, and the reason can be said in these words.
#pragma once

#include <string_view>

namespace concordat::read {

/// By its mark, or by its first character.
inline bool is_utf16(std::string_view text) {
  return text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff") || text.substr(0, 2).find('\0') != std::string_view::npos;
}

inline constexpr const char* kIsUtf16 = "it is UTF-16: JSON is UTF-8";

}  // namespace concordat::read
