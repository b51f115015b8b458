// Beliefs: see beliefs.h.
#include "adapters/sdk/beliefs.h"

#include <algorithm>

#include "policy/agreement/read.h"
#include "proto/directory/agreement_signatures.h"
#include "proto/seal/proof.h"

namespace concordat::sdk {
namespace {

Digest hash_of_set(ByteView bytes) { return seal::hash("concordat/v1/agreements", bytes); }

std::vector<directory::SignatureNeeded> needed(const policy::Agreement& agreement) {
  std::vector<directory::SignatureNeeded> all;
  for (const policy::PartySpec& party : agreement.parties) {
    for (const std::string& role : party.signs) all.push_back({party.name, role, false});
  }
  return all;
}

Result<policy::Adopted> adopted(const AgreementFile& file, const directory::Directory& directory) {
  TRY(policy::Agreement agreement, policy::read_agreement(file.name, file.file));
  TRY(const directory::SignedText text, directory::join_agreement(file.file, file.signatures, file.name));
  TRY_VOID(directory::check_signatures(text, needed(agreement), directory, directory::Signing::Standing));
  return policy::Adopted{std::move(agreement), text.digest(seal::context::kAgreement)};
}

Result<std::shared_ptr<const policy::InForce>> in_force(const std::vector<AgreementFile>& files, const directory::Directory& directory) {
  std::vector<policy::Adopted> all;
  for (const AgreementFile& file : files) {
    TRY(policy::Adopted one, adopted(file, directory));
    all.push_back(std::move(one));
  }
  return policy::InForce::compile(std::move(all), directory, hash_of_set);
}

}  // namespace

Result<Beliefs> Beliefs::make(directory::Roots roots, ByteView bundle, const std::vector<AgreementFile>& agreements, bool production) {
  Beliefs beliefs;
  beliefs.roots_ = std::move(roots);
  beliefs.demands_.production = production;
  TRY(directory::Directory directory, directory::load_bundle(bundle, beliefs.roots_, nullptr, beliefs.demands_));
  TRY(beliefs.agreements_, in_force(agreements, directory));
  beliefs.directory_ = std::make_unique<const directory::Directory>(std::move(directory));
  return beliefs;
}

Result<bool> Beliefs::update(ByteView bundle) {
  TRY(directory::Directory directory, directory::load_bundle(bundle, roots_, directory_.get(), demands_));
  if (directory.version == directory_->version) return false;
  std::vector<policy::Adopted> same(agreements_->agreements().begin(), agreements_->agreements().end());
  TRY(auto agreements, policy::InForce::compile(std::move(same), directory, hash_of_set));
  agreements_ = std::move(agreements);
  directory_ = std::make_unique<const directory::Directory>(std::move(directory));
  return true;
}

Result<int> Beliefs::adopt(const std::vector<AgreementFile>& agreements) {
  TRY(agreements_, in_force(agreements, *directory_));
  return 0;
}

bool broker_signed(const directory::Directory& directory, std::string_view context, ByteView message, const seal::Signature& signature) {
  const auto verifies = [&](const seal::VerifyKey& key) { return seal::verifies(key, context, message, signature); };
  const directory::Broker& broker = directory.broker;
  return verifies(broker.verify) || std::any_of(broker.verify_also.begin(), broker.verify_also.end(), verifies);
}

}  // namespace concordat::sdk
