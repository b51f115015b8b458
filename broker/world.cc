// The world that the core decides in: see world.h.
#include "broker/world.h"

#include "policy/agreement/in_force.h"
#include "policy/agreement/read.h"
#include "proto/directory/agreement_signatures.h"
#include "proto/directory/bundle.h"
#include "proto/seal/proof.h"

namespace concordat::broker {
namespace {

using directory::Directory;

Digest hash_of_set(ByteView bytes) { return seal::hash("concordat/v1/agreements-in-force", bytes); }

// Reads an agreement and insists on every signature that it asks for.
Result<policy::Adopted> read_signed(ByteView file, ByteView signatures, const std::string& name, const Directory& directory,
                                    directory::Signing signing) {
  TRY(const directory::SignedText text, directory::join_agreement(file, signatures, name));
  TRY(policy::Agreement agreement, policy::read_agreement(name, file));
  std::vector<directory::SignatureNeeded> needed;
  for (const auto& party : agreement.parties) {
    for (const auto& role : party.signs) needed.push_back({party.name, role, false});
  }
  TRY_VOID(directory::check_signatures(text, std::move(needed), directory, signing));
  return policy::Adopted{std::move(agreement), text.digest(seal::context::kAgreement)};
}

Result<std::shared_ptr<const policy::InForce>> compile(const std::map<std::string, InForceEntry>& in_force, const Directory& directory) {
  std::vector<policy::Adopted> adopted;
  for (const auto& [name, entry] : in_force) {
    TRY(auto agreement, read_signed(entry.file, entry.signatures, name, directory, directory::Signing::Standing));
    adopted.push_back(std::move(agreement));
  }
  return policy::InForce::compile(std::move(adopted), directory, hash_of_set);
}

Result<World> world_of(std::shared_ptr<const Directory> directory, const std::map<std::string, InForceEntry>& in_force, const WorldParts& parts) {
  World world;
  TRY(world.agreements, compile(in_force, *directory));
  world.agreements_digest = world.agreements->digest();
  world.directory = std::move(directory);
  world.calendar = parts.calendar;
  return world;
}

Result<std::shared_ptr<const Directory>> load(ByteView bundle, const World* now, const WorldParts& parts, bool adopting) {
  directory::Demands demands;
  demands.production = parts.production;
  demands.next_only = adopting && now != nullptr;
  TRY(Directory loaded, directory::load_bundle(bundle, parts.roots, now == nullptr ? nullptr : now->directory.get(), demands));
  return std::make_shared<const Directory>(std::move(loaded));
}

}  // namespace

Result<World> build_world(const State& state, const WorldParts& parts) {
  TRY(auto directory, load(state.directory_bundle, nullptr, parts, false));
  return world_of(std::move(directory), state.agreements, parts);
}

Result<AdoptDirectory> adopt_directory(const State& state, const World* now, const WorldParts& parts, Bytes bundle, std::string operator_name) {
  TRY(auto directory, load(bundle, now, parts, true));
  AdoptDirectory adopt;
  TRY(adopt.world, world_of(directory, state.agreements, parts));
  adopt.record = {directory->version, directory->digest, std::move(bundle)};
  adopt.operator_name = std::move(operator_name);
  return adopt;
}

Result<AdoptAgreement> adopt_agreement(const State& state, const World& now, const WorldParts& parts, Bytes file, Bytes signatures,
                                       std::string operator_name, std::optional<Instant> at) {
  TRY(const policy::Adopted adopted, read_signed(file, signatures, "agreement", *now.directory, directory::Signing::Adopting));
  const policy::Agreement& agreement = adopted.agreement;
  if (at) TRY_VOID(policy::adoptable(agreement, *at));
  const auto before = state.agreements.find(agreement.name);
  if (before != state.agreements.end() && before->second.version >= agreement.version) {
    return fail(Fault::Refused, code::kMeaning, agreement.name + " v" + std::to_string(before->second.version) + " is in force; the next version is higher");
  }
  AdoptAgreement adopt;
  adopt.record = {agreement.name, agreement.version, adopted.digest, std::move(file), std::move(signatures)};
  auto in_force = state.agreements;
  in_force[agreement.name] = {adopt.record.version, adopt.record.digest, adopt.record.file, adopt.record.signatures};
  TRY(adopt.world, world_of(now.directory, in_force, parts));
  adopt.operator_name = std::move(operator_name);
  return adopt;
}

}  // namespace concordat::broker
