// The command line by CLI11. Its only user in adapters.
#include "adapters/sdk/command.h"

#include <CLI/CLI.hpp>
#include <cstdio>

namespace concordat::sdk {
namespace {

void add_step(CLI::App& app, Command& command, const char* step, const char* help, bool needs_reason) {
  CLI::App* sub = app.add_subcommand(step, help);
  sub->add_option("EVENT", command.event, "event id, as in the name of its file")->required();
  sub->add_option("--person", command.person, "who: name or staff number")->required();
  CLI::Option* reason = sub->add_option("--reason", command.reason, "why, in a few words; - reads them from standard input, where no list of processes shows them");
  if (needs_reason) reason->required();
  sub->callback([&command, step] { command.step = step; });
}

}  // namespace

std::optional<int> parse_command(int argc, const char* const* argv, const Program& program, Command& command) {
  CLI::App app(program.purpose, program.name);
  app.set_version_flag("--version", "concordat 0.1.0");
  app.add_option("--config", command.config, "configuration file (YAML)");
  app.add_flag("--check-config", command.check_config, "read the configuration, keys and tables, say what is wrong, and end");
  if (program.reads_files) {
    app.add_flag("--mapping-table", command.mapping_table, "print which column becomes which field, and end");
    app.add_flag("--quarantine", command.quarantine, "print what is in quarantine, one JSON object a line, and end");
    app.add_option("--dry-run", command.files, "print what these files would become, one JSON object a line; needs no keys, broker or network");
  }
  if (program.is_desk) {
    add_step(app, command, "read", "a person has read an event", false);
    add_step(app, command, "accept", "a person takes it on", false);
    add_step(app, command, "decline", "a person declines it, and says why", true);
    add_step(app, command, "act", "a person has acted on it", false);
    app.require_subcommand(0, 1);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kDone : kUsage;
  }
  command.dry_run = !command.files.empty();
  if (command.config.empty() && !command.dry_run && !command.mapping_table) {
    app.exit(CLI::RequiredError("--config"));
    return kUsage;
  }
  return std::nullopt;
}

Result<int> print(std::string_view text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (!written || std::fflush(stdout) != 0) return fail(Fault::Unavailable, code::kOutput, "standard output");
  return 0;
}

}  // namespace concordat::sdk
