// concordat keys new: makes one key file.
#include "ops/concordat/keys.h"
#include "ops/concordat/verbs.h"
#include "proto/text/nearest.h"

namespace concordat::ops {
namespace {

using Kind = Parameter::Kind;

Result<std::uint32_t> epoch_of(const Arguments& arguments) {
  const std::string text = arguments.has("epoch") ? arguments.one("epoch") : "1";
  const bool digits = !text.empty() && text.size() <= 6 && text.find_first_not_of("0123456789") == std::string::npos;
  if (!digits || std::stoul(text) == 0) return fail(Fault::Malformed, code::kUsage, "--epoch counts from 1");
  return static_cast<std::uint32_t>(std::stoul(text));
}

Result<Exit> run(Call call) {
  const std::string word = call.arguments.one("purpose");
  const auto purpose = purpose_named(word);
  if (!purpose) {
    const auto names = purpose_names();
    return fail(Fault::Malformed, code::kUsage, "'" + word + "' is no purpose" + text::suggest(word, names));
  }
  TRY(const std::uint32_t epoch, epoch_of(call.arguments));
  TRY(const bool live, is_live(call.arguments));
  seal::SystemEntropy entropy;
  const std::string file = call.arguments.one("file");
  TRY(const seal::KeyFile key, seal::new_key(*purpose, call.arguments.one("owner"), epoch, {live, call.arguments.has("demonstration")}, entropy));
  TRY_VOID(seal::write_key_file(file, key));
  call.out.both("made", file);
  if (has_public_half(*purpose)) {
    call.out.both("public", key.open.hex());
    call.out.both("words", seal::fingerprint(key.open.view()));
  }
  return Exit::Done;
}

}  // namespace

Verb keys_new() {
  return {"keys",
          "new",
          "Make a key file, readable by its owner alone",
          "PURPOSE is one of signing, box, transport (these have a public half), exchange, linkage, event-id, outbox, key-ring,\n"
          "pseudonym. A party's own keys are easier made all at once: see `party request`. To rotate one of them, make the next\n"
          "epoch here (keys/desk-idva.2.key), then `party request` again with the next serial. Never overwrites a file.",
          {{Kind::Place, "purpose", "What the key is for", true},
           {Kind::Place, "file", "The file to make", true},
           {Kind::Value, "owner", "Party, desk, adapter, client or broker that it belongs to", true},
           {Kind::Value, "environment", "live or test: a key of one is never used in the other", true},
           {Kind::Value, "epoch", "Which in a row of keys of this owner; 1 if not said", false},
           {Kind::Flag, "demonstration", "Mark it as a demonstration key, which production programs refuse", false}},
          run};
}

}  // namespace concordat::ops
