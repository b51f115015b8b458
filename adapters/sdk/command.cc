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

CLI::App* add_verb(CLI::App& parent, Command& command, const char* verb, const char* help) {
  CLI::App* sub = parent.add_subcommand(verb, help);
  sub->fallthrough();
  sub->callback([&command, verb] { command.verb = verb; });
  return sub;
}

void add_person(CLI::App& sub, Command& command) { sub.add_option("--person", command.person, "who: name or staff number")->required(); }

void add_quarantine(CLI::App& app, Command& command) {
  CLI::App* group = app.add_subcommand("quarantine", "what could not be taken: look at it, try it again, put it aside");
  group->fallthrough();
  group->require_subcommand(1);
  CLI::App* list = add_verb(*group, command, "list", "print the entries without their inputs, one JSON object a line");
  list->add_flag("--discarded", command.discarded, "those that were put aside instead, by whom and why");
  CLI::App* show = add_verb(*group, command, "show", "print an entry with its input: personal data; the log says who saw it");
  show->add_option("ID", command.ids, "the entry's id")->required()->expected(1);
  add_person(*show, command);
  CLI::App* retry = add_verb(*group, command, "retry", "read inputs again by the mapping and configuration of now; what can be taken leaves the quarantine");
  retry->add_option("ID", command.ids, "entries' ids");
  retry->add_flag("--all", command.all, "all that are there now");
  CLI::App* discard = add_verb(*group, command, "discard", "put an entry aside for good; who did it and why is kept for two years");
  discard->add_option("ID", command.ids, "the entry's id")->required()->expected(1);
  add_person(*discard, command);
  discard->add_option("--reason", command.reason, "why, in a few words; - reads them from standard input, where no list of processes shows them")->required();
}

void add_remap(CLI::App& app, Command& command) {
  CLI::App* remap = add_verb(app, command, "remap", "read again what another version of the mapping read, and send the corrections");
  remap->add_option("--from", command.from, "the version that read them, of the mapping file's `version:`")->required();
  remap->add_option("--since", command.since, "only inputs taken since this date, as 2026-07-14")->required();
  remap->add_flag("--dry-run", command.dry_run, "send nothing: print which events would change in which items, one JSON object a line");
}

void add_files(CLI::App& app, Command& command, std::vector<std::string>& history) {
  app.add_flag("--mapping-table", command.mapping_table, "print which column becomes which field, and end");
  app.add_option("--dry-run", command.files, "print what these files, or those of --history, would become, one JSON object a line; needs no keys, broker or network")
      ->expected(0, 1'000'000)
      ->type_name("FILE ...");
  app.add_option("--history", history, "serve, and take these files of any length beside the feed as history: nothing in them is urgent, and nothing that the feed said is corrected; end when all is accepted")
      ->expected(1, 1'000'000)
      ->type_name("FILE ...");
  app.add_option("--rate", command.rate, "of --history: at most so many events a second")->capture_default_str()->check(CLI::Range(1, 100'000));
  add_quarantine(app, command);
  add_remap(app, command);
  app.require_subcommand(0, 1);
}

}  // namespace

std::optional<int> parse_command(int argc, const char* const* argv, const Program& program, Command& command) {
  CLI::App app(program.purpose, program.name);
  std::vector<std::string> history;
  app.set_version_flag("--version", "concordat 0.1.0");
  app.add_option("--config", command.config, "configuration file (YAML)");
  app.add_flag("--check-config", command.check_config, "read the configuration, keys and tables, say what is wrong, and end");
  if (program.reads_files) {
    add_files(app, command, history);
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
  if (program.reads_files && command.verb.empty()) {
    command.dry_run = app.count("--dry-run") > 0;
    // An option without its values is one empty value.
    std::erase(command.files, std::string());
    command.history = !history.empty();
    if (command.history) command.files.insert(command.files.end(), history.begin(), history.end());
    if (command.dry_run && command.files.empty()) {
      app.exit(CLI::RequiredError("--dry-run: FILE"));
      return kUsage;
    }
  }
  if (command.config.empty() && !(command.dry_run && command.verb.empty()) && !command.mapping_table) {
    app.exit(CLI::RequiredError("--config"));
    return kUsage;
  }
  return std::nullopt;
}

void read_reason(Command& command, std::size_t most) {
  if (command.reason != "-") return;
  std::string reason(most + 2, '\0');  // with its newline
  reason.resize(std::fread(reason.data(), 1, reason.size(), stdin));
  while (!reason.empty() && (reason.back() == '\n' || reason.back() == '\r')) reason.pop_back();
  command.reason = std::move(reason);
}

Result<int> print_more(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) return fail(Fault::Unavailable, code::kOutput, "standard output");
  return 0;
}

Result<int> print(std::string_view text) {
  TRY_VOID(print_more(text));
  if (std::fflush(stdout) != 0) return fail(Fault::Unavailable, code::kOutput, "standard output");
  return 0;
}

}  // namespace concordat::sdk
