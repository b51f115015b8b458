// The configuration that every program of an agency shares, and what it loads: keys, roots, directory, agreements, keep.
//
//   client: cheshire-constabulary/incidents        # its name in the directory
//   broker: tcp://127.0.0.1:7400
//   production: false                              # true refuses demonstration keys
//   roots: roots.yaml                              # who must countersign the directory
//   directory: directory.bundle                    # the first copy; newer ones come in session and are kept
//   agreements: [{file: marac.yaml, signatures: marac.signatures}]
//   keep: keep.db
//   log: police.log                                # optional; standard error otherwise
//   keys: {transport: f, outbox: f, exchange: [f], …}
//
// Paths are taken from the folder of the file. Unknown keys are errors. Secrets by file reference only.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/sdk/beliefs.h"
#include "adapters/sdk/keep/keep.h"
#include "adapters/sdk/opener.h"
#include "adapters/sdk/publishing.h"
#include "adapters/sdk/sealer.h"
#include "proto/observe/log.h"
#include "proto/seal/keys.h"
#include "proto/text/yaml.h"
#include "proto/transport/client.h"
#include "proto/transport/keys.h"

namespace concordat::sdk {

struct Settings {
  std::string client;
  std::string broker;                    ///< Address.
  bool production = false;
  std::filesystem::path roots, directory, keep, log;
  struct Agreement {
    std::filesystem::path file, signatures;
  };
  std::vector<Agreement> agreements;
  struct Keys {
    std::filesystem::path transport, outbox, signing, box, linkage, event_id;  ///< Some are one program's only.
    std::vector<std::filesystem::path> exchange;                               ///< Newest last.
  } keys;
};

/// Which keys a program must have.
struct KeysNeeded {
  bool publishes = false;                ///< signing, event_id; linkage may be there.
  bool reads = false;                    ///< box.
};

/// Reads the shared part of a configuration; the program reads its own keys from the same map and then calls finish().
Result<Settings> read_settings(text::Map& map, KeysNeeded needed);

/// Keys and files, loaded and checked against one another.
struct Loaded {
  transport::KeyPair transport;
  seal::SymmetricKey outbox;
  ExchangeKeys exchange;
  std::optional<seal::SigningPair> signing;
  std::optional<seal::BoxPair> box;
  std::optional<seal::LinkageKey> linkage;
  std::uint32_t linkage_epoch = 0;
  std::optional<seal::EventIdKey> event_ids;
  bool live = false;                     ///< The environment that all of the keys are for.
};
/// E-KEY-FILE, E-DEMONSTRATION; E-ENVIRONMENT if they are not all of one environment.
Result<Loaded> load_keys(const Settings& settings);
Result<std::unique_ptr<keep::Keep>> open_keep(const Settings& settings, const Loaded& loaded, Entropy& entropy);
/// For --check-config: are these the keys that the directory lists for client, adapter and desk (the last two: empty if there is none)?
/// E-CLIENT, E-DESK if one of them is not in it; E-KEY-FILE names what is not listed. Running programs wait for a newer directory instead.
Result<int> check_listed(const Loaded& loaded, const directory::Directory& directory, std::string_view client, std::string_view adapter, std::string_view desk);
/// From the newest of the configured bundle and the one that the keep holds. E-ENVIRONMENT if the keys are of the other one.
Result<Beliefs> load_beliefs(const Settings& settings, const Loaded& loaded, keep::Keep& keep);
/// The broker's transport keys, the newest first: all that are listed are admitted, and tried in turn.
std::vector<transport::PublicKey> broker_keys(const directory::Directory& directory);
transport::ClientOptions link_options(const Settings& settings, const directory::Directory& directory);
Result<std::unique_ptr<observe::Sink>> open_log(const Settings& settings);

}  // namespace concordat::sdk
