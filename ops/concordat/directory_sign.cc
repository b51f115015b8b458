// concordat directory sign: a party countersigns a version, or takes over what others signed.
#include <algorithm>

#include "ops/concordat/directory_text.h"
#include "ops/concordat/files.h"
#include "ops/concordat/verbs.h"
#include "proto/seal/keys.h"

namespace concordat::ops {
namespace {

using Kind = Parameter::Kind;

/// The party that the key is of, among those that may countersign: a signature that counts for nothing is a mistake.
Result<std::string> countersigner(const directory::Directory& directory, const seal::VerifyKey& key, const std::string& file) {
  for (const PartyNumber number : directory.quorum.of) {
    const directory::Party* party = directory.party(number);
    if (party->has_key(key)) return party->name;
  }
  return fail(Fault::Refused, code::kQuorum, file + " is not the key of a party that may countersign");
}

std::vector<std::string> signers(const directory::Bundle& bundle, const directory::Directory& directory) {
  std::vector<std::string> names;
  for (const PartyNumber number : directory.quorum.of) {
    const directory::Party* party = directory.party(number);
    const bool by_it = std::any_of(bundle.version.signatures.begin(), bundle.version.signatures.end(), [&](const auto& one) {
      return party->has_key(one.key) && bundle.version.signed_by(one.key, seal::context::kDirectory);
    });
    if (by_it) names.push_back(party->name);
  }
  return names;
}

Result<Exit> run(Call call) {
  const std::string file = call.arguments.one("bundle");
  TRY(directory::Bundle bundle, read_bundle(file));
  TRY(const directory::Directory proposed, directory::read_unproven(bundle));
  if (!call.arguments.has("key") && !call.arguments.has("take")) {
    return fail(Fault::Malformed, code::kUsage, "say --key to sign, or --take to take over signatures");
  }
  for (const std::string& other : call.arguments.all("take")) {
    TRY(const directory::Bundle theirs, read_bundle(other));
    if (!bundle.version.merge(theirs.version, seal::context::kDirectory)) {
      return fail(Fault::Refused, code::kDirectory, other + " is another version than " + file);
    }
  }
  if (call.arguments.has("key")) {
    const std::string key_file = call.arguments.one("key");
    TRY(const seal::KeyFile key, seal::read_key_file(key_file, seal::KeyPurpose::Signing));
    if (key.marks.live != (proposed.environment == directory::Environment::Live)) return fail(Fault::Refused, code::kEnvironment, key_file);
    const seal::SigningPair pair = seal::signing_pair(key);
    TRY(const std::string party, countersigner(proposed, pair.verify, key_file));
    bundle.version.sign(pair, seal::context::kDirectory);
    call.out.both("signed_as", party);
  }
  TRY_VOID(write_public(file, directory::encode(bundle)));
  const auto names = signers(bundle, proposed);
  call.out.line("version " + std::to_string(proposed.version) + ", digest " + proposed.digest.hex());
  call.out.line("countersigned by " + std::to_string(names.size()) + ", needed " + std::to_string(proposed.quorum.need));
  for (const std::string& name : names) call.out.line("  " + name);
  call.out.set("digest", proposed.digest.hex());
  call.out.set("countersigned", json_list(names));
  call.out.set("needed", text::Json::number(proposed.quorum.need));
  return Exit::Done;
}

}  // namespace

Verb directory_sign() {
  return {"directory",
          "sign",
          "Countersign a version for a party",
          "Read `directory show BUNDLE --after CURRENT` first: you vouch for every change it lists. Several parties may sign\n"
          "copies at the same time; --take brings their signatures together.",
          {{Kind::Place, "bundle", "The bundle; the signature is added to it", true},
           {Kind::Value, "key", "The party's signing key file", false},
           {Kind::Values, "take", "Copies signed by others", false}},
          run};
}

}  // namespace concordat::ops
