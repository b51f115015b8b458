// What files would become, without keys, broker or network: a JSON object a line.
#pragma once

#include <string>
#include <vector>

#include "adapters/sdk/source.h"

namespace concordat::sdk {

/// True if all of it could be read. Beside dry_run_lines: {"input","line","kind","reference","withdrawn":true} where something that was
/// said before in the run is no more; not of a history. `history`: files of any length, in constant memory, as --history takes them. E-OUTPUT.
Result<bool> dry_run(const std::vector<std::string>& files, const Source& source, bool history, Instant now);

}  // namespace concordat::sdk
