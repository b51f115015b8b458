// concordat directory check: everything a broker or client would check before it believed a directory.
#include "ops/concordat/files.h"
#include "ops/concordat/verbs.h"

namespace concordat::ops {
namespace {

using Kind = Parameter::Kind;

Result<Exit> run(Call call) {
  TRY(const Bytes bytes, read_input(call.arguments.one("bundle")));
  TRY(const directory::Roots roots, read_roots_file(call.arguments.one("roots")));
  std::optional<directory::Directory> before;
  if (call.arguments.has("after")) {
    TRY(const Bytes earlier, read_input(call.arguments.one("after")));
    TRY(before, directory::load_bundle(earlier, roots));
  }
  const directory::Demands demands{call.arguments.has("production"), before.has_value()};
  TRY(const directory::Directory directory, directory::load_bundle(bytes, roots, before ? &*before : nullptr, demands));
  TRY(const directory::Bundle bundle, directory::decode_bundle(bytes));
  const auto by = directory::countersigned_by(bundle.version, roots, directory, before ? &*before : nullptr);
  call.out.line("directory " + directory.partnership + " version " + std::to_string(directory.version) + " is good: countersigned by " +
                std::to_string(by.size()) + " of the " + std::to_string(roots.of.size()) + " pinned, needed " + std::to_string(roots.need));
  call.out.set("version", text::Json::number(static_cast<std::int64_t>(directory.version)));
  call.out.set("digest", directory.digest.hex());
  call.out.set("countersigned", json_list(by));
  return Exit::Done;
}

}  // namespace

Verb directory_check() {
  return {"directory",
          "check",
          "Check a directory as a broker or client does before it believes it",
          "Form, every entry's signatures, consistency, countersignatures against the pinned roots; with --after also that it\n"
          "may follow that version. Names the entry and field at fault.",
          {{Kind::Place, "bundle", "The bundle", true},
           {Kind::Value, "roots", "The pinned roots", true},
           {Kind::Value, "after", "The bundle of the version before", false},
           {Kind::Flag, "production", "Refuse demonstration keys in a live directory", false}},
          run};
}

}  // namespace concordat::ops
