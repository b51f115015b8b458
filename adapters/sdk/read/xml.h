// XML as a plain tree without namespaces, comments or attributes: what messages of the criminal justice exchange need.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.h"

namespace concordat::read {

struct Xml {
  std::string name;           ///< Without its prefix.
  std::string text;           ///< Its own text, trimmed.
  std::uint64_t line = 0;     ///< In the text parsed, from 1.
  std::uint64_t text_line = 0;  ///< Where `text` begins; for text that is XML itself.
  std::vector<Xml> children;

  /// The first child of that name; nothing if there is none.
  const Xml* child(std::string_view name) const;
  /// Down a path of names, "BasePersonDetails/PersonName".
  const Xml* at(std::string_view path) const;
  /// Text at the path; empty if it is not there.
  std::string_view text_at(std::string_view path) const;
  std::vector<const Xml*> all(std::string_view name) const;
  /// The first element of that name at any depth, this one included.
  const Xml* find(std::string_view name) const;
};

inline constexpr int kXmlDepthMax = 48;
inline constexpr std::size_t kXmlElementsMax = 200'000;

/// The root element. No document type, entity or external reference is followed. E-INPUT names the line where it breaks.
Result<Xml> parse_xml(std::string_view text);

}  // namespace concordat::read
