// The columns of the project's own CSV and the names of its JSON: which field of the contract each one is.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/sdk/mapping.h"

namespace concordat::police {

enum class Split : std::uint8_t {
  None,
  Blanks,      ///< "Mary Jane" is two given names.
  Semicolons,  ///< "12 High Street; Crewe" is two lines.
};

/// `name` is the column; `path` where it goes. Names of a person stand behind the role: "victim.family_name",
/// "child[0].family_name"; `[]` in a path takes the index that stands in the name.
struct Column {
  std::string_view name;
  std::string_view path;
  Split split = Split::None;
  std::string_view note = {};
};

/// Of the event; `dash.…` goes to the victim's answers.
std::span<const Column> event_columns();
/// Of each person.
std::span<const Column> person_columns();

/// A name found: its column and the path to set.
struct Hit {
  const Column* column;
  std::string path;
};
std::optional<Hit> find_column(std::string_view name);

/// For mapping files: what is known, and what to suggest.
sdk::Names column_names();

/// The tables of README.md: column or element, field of the contract, item, note. A line each.
std::string mapping_table();
/// The second of them: of an SPI NewCase message.
std::string new_case_table();

}  // namespace concordat::police
