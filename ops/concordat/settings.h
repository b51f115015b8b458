// The tool's own configuration, concordat.yaml: which broker it talks to, with which operator's key.
//
//   broker: cheshire-east-broker                 # its name, checked before anything is asked
//   socket: broker/admin.sock
//   operator_key: operator/operator.1.key
//   roots: roots.yaml
//   directory: directory.bundle                  # the newest that was adopted; agreements are checked against it
//   broker_config: broker/broker.yaml            # optional: on the broker's machine, for `store check` while it is stopped
//   start: {directory: broker/start/directory.bundle, agreements: broker/start}   # what a broker with an empty log adopts
//
// Found where --config says, else where the environment variable CONCORDAT_CONFIG says, else run/concordat.yaml (which
// ./ops/up makes), else /etc/concordat/concordat.yaml. Relative paths are taken from the file's folder.
#pragma once

#include <optional>
#include <string>

#include "ops/concordat/admin_client.h"
#include "ops/concordat/verb.h"

namespace concordat::ops {

struct Settings {
  std::string broker, socket, operator_key, roots, directory;
  std::string start_directory, start_agreements;
  std::string broker_config;  ///< Empty: the broker is on another machine.
};

Parameter config_parameter();
/// E-CONFIG with file, line and key.
Result<Settings> load_settings(const Arguments& arguments);

/// What the broker answered; nothing if it refused, and then how the tool ends.
struct Reply {
  std::optional<text::Json> result;
  Exit exit = Exit::Done;
};
/// Asks the broker of the settings; its refusal goes to `out`.
Result<Reply> ask_broker(const Settings& settings, const admin::Question& question, Output& out);

/// A broker verb without work of its own: asks `verb` with the arguments named, prints the answer.
Result<Exit> forward(Call call, const std::string& verb, const std::vector<std::string>& arguments);

}  // namespace concordat::ops
