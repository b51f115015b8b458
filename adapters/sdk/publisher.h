// A program that publishes what a source says: command line, configuration, watched folder, connections, keep and session. What an
// agency's own adapter adds is a PublishingProgram; everything else is the same in all of them.
//
//   adapter: cheshire-constabulary/incidents
//   system: cheshire-niche                         # of the source; part of what makes an input the same input
//   environment: live                              # or test
//   feed: {folder: in, done: done, quarantine: bad, silent_after: 6h, keep_inputs: 90d, quarantine_age: 24h, …}
//   … the program's own keys, and those of settings.h
#pragma once

#include <memory>
#include <string>

#include "adapters/sdk/arrivals.h"
#include "adapters/sdk/command.h"
#include "adapters/sdk/mapping.h"
#include "adapters/sdk/read/areas.h"
#include "adapters/sdk/source.h"
#include "proto/observe/log.h"
#include "proto/text/yaml.h"

namespace concordat::sdk {

/// Takes connections on threads of its own, from open() to its destruction, and hands in what they bring.
class Listening {
 public:
  virtual ~Listening() = default;
};

class PublishingProgram {
 public:
  virtual ~PublishingProgram() = default;

  virtual Program about() const = 0;
  /// Must there be a watched folder? Where it need not, `feed`, or `folder`, `done` and `quarantine` of it, may be left out of the configuration.
  virtual bool needs_folder() const { return true; }
  /// Reads its own keys: of the configuration, and of its map `feed`; both null in a dry run without one, `feed` also where the
  /// configuration has none. Also loads the tables that it names. Opens nothing else: a dry run comes this way too.
  virtual Result<int> configure(text::Map* map, text::Map* feed, Environment environment) = 0;
  /// After configure(); as long as the program.
  virtual const Source& source() const = 0;
  /// The lines of the README's table: which field of the source becomes which field of the contract, in which item.
  virtual std::string mapping_table() const = 0;
  /// What listening needs beside its address: certificates, tokens. For --check-config, which listens on nothing.
  virtual Result<int> check_listening() const;
  /// Begins to listen, if the configuration says so; null if not. E-CONFIG names what cannot be listened on.
  virtual Result<std::unique_ptr<Listening>> listen(Arrivals& arrivals, observe::Log& log);
};

/// Keys that several programs have: `areas` of the configuration, a file; none without it. E-CONFIG and E-INPUT name the file.
Result<read::Areas> read_areas(text::Map& map);
/// `mapping` of `feed`, a file; without one the source's own names.
Result<Mapping> read_mapping(text::Map* feed, Names names);
/// `in_bulk` of `feed`; no without one.
Result<bool> read_in_bulk(text::Map* feed);

/// The program's main: its exit code.
int publish(int argc, char** argv, PublishingProgram& program);

}  // namespace concordat::sdk
