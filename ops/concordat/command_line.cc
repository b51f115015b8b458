// The command line: see command_line.h. The only file that includes CLI11.
#include "ops/concordat/command_line.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <cstdio>
#include <deque>
#include <sstream>

#include "proto/text/nearest.h"

namespace concordat::ops {
namespace {

constexpr const char* kWhatItIs =
    "concordat: the tool of parties and operators.\n\n"
    "A party makes its keys and its directory entry with `party request`. Entries become a directory with `directory\n"
    "propose`, enough parties `directory sign` it, and the broker takes it with `directory adopt`. Agreements go the same way:\n"
    "`agreement check`, `sign`, `adopt`. Every verb takes --json. Exit: 0 done, 1 the check failed, 2 wrong usage.";

std::string flag_name(const std::string& name) { return std::string("--").append(name); }

/// One verb's subcommand and where CLI11 puts what was given.
class Command {
 public:
  Command(const Verb& verb, CLI::App& app)
      : verb_(&verb), app_(&app), words_(verb.parameters.size()), lists_(verb.parameters.size()), flags_(verb.parameters.size()) {
    if (!verb.details.empty()) app.footer(verb.details);
    for (std::size_t i = 0; i < verb.parameters.size(); ++i) add(verb.parameters[i], i);
    app.add_flag("--json", json_, "One JSON object instead of lines");
  }
  bool asked() const { return app_->parsed(); }
  void fill(Asked& asked) const {
    asked.verb = verb_;
    asked.json = json_;
    for (std::size_t i = 0; i < words_.size(); ++i) {
      const std::string& name = verb_->parameters[i].name;
      if (flags_[i] || !lists_[i].empty()) asked.arguments.set(name, lists_[i]);
      if (given_[i] != nullptr && given_[i]->count() > 0 && lists_[i].empty()) asked.arguments.set(name, {words_[i]});
    }
  }

 private:
  void add(const Parameter& parameter, std::size_t at) {
    using Kind = Parameter::Kind;
    given_.push_back(nullptr);
    if (parameter.kind == Kind::Flag) {
      app_->add_flag(flag_name(parameter.name), flags_[at], parameter.help);
      return;
    }
    const bool place = parameter.kind == Kind::Place || parameter.kind == Kind::Places;
    const bool many = parameter.kind == Kind::Values || parameter.kind == Kind::Places;
    const std::string name = place ? parameter.name : flag_name(parameter.name);
    CLI::Option* option = many ? app_->add_option(name, lists_[at], parameter.help) : app_->add_option(name, words_[at], parameter.help);
    option->required(parameter.required)->type_name("WORD");
    given_[at] = option;
  }

  const Verb* verb_;
  CLI::App* app_;
  std::deque<std::string> words_;
  std::deque<std::vector<std::string>> lists_;
  std::deque<bool> flags_;
  std::vector<CLI::Option*> given_;
  bool json_ = false;
};

CLI::App& noun_app(CLI::App& app, const std::string& noun) {
  for (CLI::App* sub : app.get_subcommands([&](CLI::App* one) { return one->get_name() == noun; })) return *sub;
  CLI::App& sub = *app.add_subcommand(noun, "");
  sub.require_subcommand(1);
  return sub;
}

/// "keys: new, show", so that the first help already lists everything.
void describe_nouns(CLI::App& app, const std::vector<Verb>& verbs) {
  for (CLI::App* noun : app.get_subcommands([](CLI::App*) { return true; })) {
    std::string names;
    for (const Verb& verb : verbs) {
      if (verb.noun != noun->get_name()) continue;
      if (verb.name.empty()) names = verb.summary;
      else names.append(names.empty() ? "" : ", ").append(verb.name);
    }
    if (!names.empty() && noun->get_description().empty()) noun->description(names);
  }
}

/// The nouns, or the verbs of one noun.
std::vector<std::string_view> known_words(const std::vector<Verb>& verbs, std::string_view noun) {
  std::vector<std::string_view> words;
  for (const Verb& verb : verbs) {
    if (noun.empty() && (words.empty() || words.back() != verb.noun)) words.push_back(verb.noun);
    if (!noun.empty() && verb.noun == noun && !verb.name.empty()) words.push_back(verb.name);
  }
  return words;
}

/// What is wrong with the words, better than CLI11 says it where a noun or verb is missing or is none.
std::string explain(const std::vector<std::string>& words, const std::vector<Verb>& verbs, const std::string& otherwise) {
  const auto nouns = known_words(verbs, {});
  if (words.empty()) return "say what to do" + text::suggest("", nouns);
  const bool noun_known = std::find(nouns.begin(), nouns.end(), words[0]) != nouns.end();
  if (!noun_known) return "'" + words[0] + "' is no word here" + text::suggest(words[0], nouns);
  const auto names = known_words(verbs, words[0]);
  if (names.empty()) return words[0] + ": " + otherwise;
  if (words.size() < 2) return "say what to do with " + words[0] + text::suggest("", names);
  if (std::find(names.begin(), names.end(), words[1]) == names.end()) {
    return "'" + words[0] + " " + words[1] + "' is no verb" + text::suggest(words[1], names);
  }
  return words[0] + " " + words[1] + ": " + otherwise;
}

/// CLI11 ends its help with an empty line for each level.
void print_help(CLI::App& app, const CLI::ParseError& error) {
  std::ostringstream help;
  app.exit(error, help, help);
  std::string text = help.str();
  text.erase(text.find_last_not_of(" \n") + 1);
  std::puts(text.c_str());
}

}  // namespace

Asked read_command_line(int argc, char** argv, const std::vector<Verb>& verbs) {
  CLI::App app(kWhatItIs, "concordat");
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string("concordat " CONCORDAT_VERSION), "Say which one it is");
  std::deque<Command> commands;
  for (const Verb& verb : verbs) {
    CLI::App& sub = verb.name.empty() ? *app.add_subcommand(verb.noun, verb.summary)
                                      : *noun_app(app, verb.noun).add_subcommand(verb.name, verb.summary);
    commands.emplace_back(verb, sub);
  }
  describe_nouns(app, verbs);
  Asked asked;
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) {
      print_help(app, error);
      return asked;
    }
    const std::vector<std::string> words(argv + 1, argv + argc);
    asked.json = std::find(words.begin(), words.end(), "--json") != words.end();
    asked.wrong = explain(words, verbs, error.what());
    return asked;
  }
  for (const Command& command : commands) {
    if (command.asked()) command.fill(asked);
  }
  return asked;
}

}  // namespace concordat::ops
