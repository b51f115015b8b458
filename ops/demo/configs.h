// The demonstration's configuration files, one for each program.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "proto/base/result.h"
#include "proto/directory/entry.h"
#include "proto/directory/version.h"

namespace concordat::demo {

/// One program with a transport key: of an adapter if its client publishes, else of a desk; one of either.
struct Program {
  const directory::PartyEntry& party;
  const directory::ClientEntry& client;
  bool links;   ///< Holds the linkage key.
};

/// Where the parts of the demonstration listen: on this machine, one port after another from the broker's (from 7400 where the broker has none).
struct Places {
  std::string broker;           ///< "tcp://127.0.0.1:7400"
  std::uint16_t hospital = 0, courts = 0, service = 0, receipts = 0;
  std::string files;            ///< The project's folder, absolute.
};
/// E-USAGE if the address has no port, or too high a one.
Result<Places> places_from(const std::string& broker, const std::string& files);

std::string tool_config();
std::string broker_config(const std::string& listen, const std::string& operator_key, const std::vector<std::string>& agreements);
/// Paths are from the party's folder.
std::string program_config(const Program& program, const Places& places, const std::vector<std::string>& agreements);
/// The partnership's areas.csv, from postcodes to areas: the demonstration's few.
std::string areas();

}  // namespace concordat::demo
