// The columns of a support unit's CSV and the names of its JSON: which field of the contract each one is, and of which events.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/sdk/mapping.h"

namespace concordat::support {

enum class Split : std::uint8_t {
  None,
  Blanks,      ///< "Mary Jane" is two given names.
  Semicolons,  ///< "1; 2": also an array in JSON.
};

enum class Form : std::uint8_t {
  Field,      ///< What the field of the contract takes.
  Phone, Clock, TemplateLanguage, Urn, Asn, Sequence, Record, Names,
};

/// Which events a column goes into.
enum class Into : std::uint8_t {
  None,          ///< It says what the record is.
  Registration,  ///< The registration alone.
  Case,          ///< Every event: who, and which case.
  Preference,    ///< Registration and preference.
  Consent,       ///< The consent alone.
};

struct Column {
  std::string_view name;
  std::string_view path;
  Into into = Into::Case;
  Split split = Split::None;
  Form form = Form::Field;
  std::string_view note = {};
};

std::span<const Column> columns();
/// Of a name with or without indices: "offender.offences[1]". Null if there is none.
const Column* find_column(std::string_view name);
/// For mapping files: what is known, and what to suggest.
sdk::Names column_names();
/// The table of README.md.
std::string mapping_table();

}  // namespace concordat::support
