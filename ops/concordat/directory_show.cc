// concordat directory show: a directory in words, and what it changes.
#include "ops/concordat/directory_text.h"
#include "ops/concordat/files.h"
#include "ops/concordat/verbs.h"

namespace concordat::ops {
namespace {

using Kind = Parameter::Kind;

Result<Exit> run(Call call) {
  TRY(const directory::Bundle bundle, read_bundle(call.arguments.one("bundle")));
  TRY(const directory::Directory directory, directory::read_unproven(bundle));
  show(directory, call.out);
  if (!call.arguments.has("after")) return Exit::Done;
  TRY(const directory::Bundle earlier, read_bundle(call.arguments.one("after")));
  TRY(const directory::Directory before, directory::read_unproven(earlier));
  TRY_VOID(directory::read_unproven(bundle, &before));
  call.out.line("changes since version " + std::to_string(before.version) + ":");
  show_changes(before, directory, call.out);
  return Exit::Done;
}

}  // namespace

Verb directory_show() {
  return {"directory",
          "show",
          "Show a directory in words, and what it changes",
          "Does not check countersignatures: see `directory check`. Keys are shown as six words to read back by phone.",
          {{Kind::Place, "bundle", "The bundle", true}, {Kind::Value, "after", "The bundle of the version before", false}},
          run};
}

}  // namespace concordat::ops
