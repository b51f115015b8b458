// Which fields of a court's message become which of the contract, beside those of people: for the README. Private to this folder.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace concordat::courts {

/// Source, field of the contract, note.
struct Mapped {
  std::string_view source;
  std::string_view path;
  std::string_view note;
};
std::span<const Mapped> json_fields();
std::span<const Mapped> xml_fields();

/// The lines of the README's table.
std::string mapping_table();

}  // namespace concordat::courts
