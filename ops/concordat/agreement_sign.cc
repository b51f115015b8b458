// concordat agreement sign: a signatory signs an agreement for a party.
#include <algorithm>

#include "ops/concordat/agreement_files.h"
#include "ops/concordat/files.h"
#include "ops/concordat/verbs.h"
#include "proto/seal/keys.h"

namespace concordat::ops {
namespace {

using Kind = Parameter::Kind;

/// The signatures asked for that this key can give; signing with another key would count for nothing.
Result<std::vector<std::string>> capacities(const AgreementFile& agreement, const directory::Directory& directory,
                                            const seal::VerifyKey& key, const std::string& key_file) {
  std::vector<std::string> roles;
  for (const directory::SignatureNeeded& one : agreement.needed) {
    const directory::Party* party = directory.party(one.party);
    if (party == nullptr) continue;
    const bool is_it = std::any_of(party->signatories.begin(), party->signatories.end(), [&](const directory::Signatory& signatory) {
      return signatory.role == one.role && signatory.verify == key;
    });
    if (is_it) roles.push_back(one.role + " of " + one.party);
  }
  if (roles.empty()) return fail(Fault::Refused, code::kQuorum, key_file + " is of nobody whose signature the agreement asks for");
  return roles;
}

Result<Exit> run(Call call) {
  TRY(const directory::Directory directory, directory_for(call.arguments));
  const std::string file = call.arguments.one("file");
  TRY(AgreementFile agreement, read_agreement_file(file, directory));
  const std::string key_file = call.arguments.one("key");
  TRY(const seal::KeyFile key, seal::read_key_file(key_file, seal::KeyPurpose::Signing));
  if (key.marks.live != (directory.environment == directory::Environment::Live)) return fail(Fault::Refused, code::kEnvironment, key_file);
  const seal::SigningPair pair = seal::signing_pair(key);
  TRY(const auto roles, capacities(agreement, directory, pair.verify, key_file));
  agreement.text.sign(pair, seal::context::kAgreement);
  TRY_VOID(write_public(signed_file(file), directory::signature_lines(agreement.text)));
  directory::mark_signatures(agreement.text, agreement.needed, directory);
  for (const std::string& role : roles) call.out.line("signed as the " + role);
  call.out.set("signed_as", json_list(roles));
  show_signatures(agreement, call.out);
  return Exit::Done;
}

}  // namespace

Verb agreement_sign() {
  return {"agreement",
          "sign",
          "Sign an agreement as a signatory of a party",
          "Adds the signature to FILE.signed; FILE itself stays as it is. Read it first, and `agreement check` it.",
          {{Kind::Place, "file", "The agreement", true},
           {Kind::Value, "key", "The signatory's signing key file", true},
           directory_parameter(),
           config_parameter()},
          run};
}

}  // namespace concordat::ops
