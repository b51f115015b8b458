// The demonstration's configuration files, one for each program.
#pragma once

#include <string>
#include <vector>

#include "proto/directory/entry.h"
#include "proto/directory/version.h"

namespace concordat::demo {

/// One program with a transport key: of an adapter if its client publishes, else of a desk; one of either.
struct Program {
  const directory::PartyEntry& party;
  const directory::ClientEntry& client;
  bool links;   ///< Holds the linkage key.
};

std::string tool_config();
std::string broker_config(const std::string& listen, const std::string& operator_key, const std::vector<std::string>& agreements);
/// Paths are from the party's folder.
std::string program_config(const Program& program, const std::string& listen, const std::vector<std::string>& agreements);
/// The partnership's areas.csv, from postcodes to areas: the demonstration's few.
std::string areas();

}  // namespace concordat::demo
