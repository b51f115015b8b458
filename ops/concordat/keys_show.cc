// concordat keys show: says what a key file is, without its secret.
#include "ops/concordat/keys.h"
#include "ops/concordat/verbs.h"

namespace concordat::ops {
namespace {

using Kind = Parameter::Kind;

/// The file's own purpose is not known beforehand, and read_key_file insists on one: tries each.
Result<seal::KeyFile> read_any(const std::string& path) {
  Result<seal::KeyFile> first = seal::read_key_file(path, seal::KeyPurpose::Signing);
  if (first) return first;
  for (const std::string_view name : purpose_names()) {
    auto key = seal::read_key_file(path, *purpose_named(name));
    if (key) return key;
  }
  return first;
}

Result<Exit> run(Call call) {
  TRY(const seal::KeyFile key, read_any(call.arguments.one("file")));
  call.out.both("purpose", std::string(name_of(key.purpose)));
  call.out.both("owner", key.owner);
  call.out.both("epoch", std::to_string(key.epoch));
  call.out.both("environment", key.marks.live ? "live" : "test");
  call.out.both("demonstration", key.marks.demonstration ? "yes" : "no");
  if (has_public_half(key.purpose)) {
    call.out.both("public", key.open.hex());
    call.out.both("words", seal::fingerprint(key.open.view()));
  }
  return Exit::Done;
}

}  // namespace

Verb keys_show() {
  return {"keys",
          "show",
          "Show what a key file is, and its public half with six words to read back by phone",
          "Never prints a secret.",
          {{Kind::Place, "file", "The key file", true}},
          run};
}

}  // namespace concordat::ops
