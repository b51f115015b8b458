// The tables that are built into the program, and reading those that a configuration names.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "proto/base/result.h"

namespace concordat::hmpps {

extern const std::string_view kBuiltInMovements;   ///< tables/movements.yaml
extern const std::string_view kBuiltInEventTypes;  ///< tables/event_types.yaml

/// E-CONFIG if it cannot be read.
Result<std::string> read_table(const std::filesystem::path& file);

}  // namespace concordat::hmpps
