// concordat directory propose: the next version of a directory, from the one before and what should change.
#include "ops/concordat/directory_text.h"
#include "ops/concordat/files.h"
#include "ops/concordat/verbs.h"
#include "proto/directory/propose.h"

namespace concordat::ops {
namespace {

using Kind = Parameter::Kind;

Result<directory::Change> change_of(const Arguments& arguments) {
  directory::Change change;
  for (const std::string& file : arguments.all("entry")) {
    TRY(directory::SignedText entry, read_signed(file));
    change.entries.push_back(std::move(entry));
  }
  if (arguments.has("broker")) {
    TRY(change.broker, read_signed(arguments.one("broker")));
  }
  if (arguments.has("need") != arguments.has("countersign")) {
    return fail(Fault::Malformed, code::kUsage, "--need and --countersign go together");
  }
  if (arguments.has("need")) {
    const std::string need = arguments.one("need");
    if (need.empty() || need.size() > 3 || need.find_first_not_of("0123456789") != std::string::npos) {
      return fail(Fault::Malformed, code::kUsage, "--need is a number");
    }
    change.quorum = directory::QuorumRule{static_cast<std::uint16_t>(std::stoul(need)), arguments.all("countersign")};
  }
  change.suspend = arguments.all("suspend");
  change.resume = arguments.all("resume");
  change.retire = arguments.all("retire");
  return change;
}

Result<Exit> run(Call call) {
  TRY(const directory::Change change, change_of(call.arguments));
  std::optional<directory::Bundle> before;
  if (call.arguments.has("after")) {
    TRY(before, read_bundle(call.arguments.one("after")));
  }
  TRY(const directory::Bundle bundle, directory::propose(before ? &*before : nullptr, change));
  const std::string file = call.arguments.one("to");
  TRY(const directory::Directory proposed, directory::read_unproven(bundle));
  TRY_VOID(write_public(file, directory::encode(bundle)));
  call.out.both("proposed", file);
  show(proposed, call.out);
  if (before) {
    TRY(const directory::Directory was, directory::read_unproven(*before));
    call.out.line("changes:");
    show_changes(was, proposed, call.out);
  }
  call.out.line("Next: " + std::to_string(proposed.quorum.need) + " of the parties named `concordat directory sign " + file + "`.");
  return Exit::Done;
}

}  // namespace

Verb directory_propose() {
  return {"directory",
          "propose",
          "Make the next version of a directory, to be countersigned",
          "Numbers of parties and desks are given here and are permanent. The first version needs --broker, --need and\n"
          "--countersign. To suspend somebody within seconds: --after current --suspend client:NAME, sign, adopt.",
          {{Kind::Value, "to", "The bundle to write", true},
           {Kind::Value, "after", "The bundle of the version before; none for the first", false},
           {Kind::Values, "entry", "Entries of new parties, or in place of their former ones", false},
           {Kind::Value, "broker", "The broker's entry", false},
           {Kind::Value, "need", "How many parties must countersign: more than half, at least 2", false},
           {Kind::Values, "countersign", "The parties that may", false},
           {Kind::Values, "suspend", "party:NAME, desk:NAME, adapter:NAME or client:NAME, with the whole name", false},
           {Kind::Values, "resume", "The same, no longer suspended", false},
           {Kind::Values, "retire", "Parties that leave; their numbers and names are never given again", false}},
          run};
}

}  // namespace concordat::ops
