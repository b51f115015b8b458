// Makes entries: see make_entry.h.
#include "ops/concordat/make_entry.h"

#include "ops/concordat/keys.h"
#include "proto/directory/check.h"

namespace concordat::ops {
namespace {

using directory::BoxKey;
using directory::PartyEntry;
using seal::KeyFile;
using seal::KeyPurpose;

class Maker {
 public:
  Maker(std::string owner, const directory::Place& place, const std::string& folder, Entropy& entropy)
      : owner_(std::move(owner)), marks_{place.environment == directory::Environment::Live, place.demonstration}, folder_(folder), entropy_(entropy) {}

  /// Public keys of one owner, newest last; also noted for reading back.
  template <class Key>
  Result<std::vector<Key>> keys(const std::string& stem, KeyPurpose purpose, const std::string& owner, const std::string& words) {
    TRY(const auto files, found(stem, purpose, owner, words));
    std::vector<Key> keys;
    for (const KeyFile& file : files) keys.push_back(*Key::from(file.open.view()));
    return keys;
  }
  Result<std::vector<BoxKey>> boxes(const std::string& stem, const std::string& owner, const std::string& words) {
    TRY(const auto files, found(stem, KeyPurpose::Box, owner, words));
    std::vector<BoxKey> keys;
    for (const KeyFile& file : files) keys.push_back({file.epoch, *seal::BoxPublic::from(file.open.view())});
    return keys;
  }
  /// Signs with every key of the owner itself.
  Result<MadeEntry> finish(std::string text, const std::string& stem) {
    MadeEntry made{{std::move(text), {}}, std::move(read_back_)};
    TRY(const auto files, folder_.keys(stem, KeyPurpose::Signing, owner_, marks_, entropy_));
    for (const KeyFile& file : files) made.text.sign(seal::signing_pair(file), seal::context::kDirectoryEntry);
    return made;
  }

 private:
  Result<std::vector<KeyFile>> found(const std::string& stem, KeyPurpose purpose, const std::string& owner, const std::string& words) {
    TRY(auto files, folder_.keys(stem, purpose, owner, marks_, entropy_));
    for (const KeyFile& file : files) read_back_.push_back({words, seal::fingerprint(file.open.view())});
    return files;
  }

  std::string owner_;
  seal::KeyMarks marks_;
  KeyFolder folder_;
  Entropy& entropy_;
  std::vector<KeyToRead> read_back_;
};

}  // namespace

Result<MadeEntry> make_party_entry(PartyEntry plan, std::uint32_t serial, const std::string& key_folder, Entropy& entropy) {
  Maker maker(plan.name, plan.place, key_folder, entropy);
  const auto whole = [&](const std::string& local) { return plan.name + "/" + local; };
  plan.serial = serial;
  TRY(plan.keys, maker.keys<seal::VerifyKey>("party", KeyPurpose::Signing, plan.name, "party"));
  std::vector<directory::Signatory> signatories;
  for (const directory::Signatory& planned : plan.signatories) {
    const std::string stem = "signatory-" + planned.role;
    TRY(const auto keys, maker.keys<seal::VerifyKey>(stem, KeyPurpose::Signing, whole(planned.role), "signatory " + planned.role));
    for (const seal::VerifyKey& key : keys) signatories.push_back({planned.role, key});
  }
  plan.signatories = std::move(signatories);
  for (directory::DeskEntry& desk : plan.desks) {
    TRY(desk.keys, maker.boxes("desk-" + desk.name, whole(desk.name), "desk " + desk.name));
  }
  for (directory::AdapterEntry& one : plan.adapters) {
    TRY(one.keys, maker.keys<seal::VerifyKey>("adapter-" + one.name, KeyPurpose::Signing, whole(one.name), "adapter " + one.name));
  }
  for (directory::ClientEntry& one : plan.clients) {
    TRY(one.keys, maker.keys<directory::TransportKey>("client-" + one.name, KeyPurpose::Transport, whole(one.name), "client " + one.name));
  }
  TRY_VOID(directory::check(plan));
  return maker.finish(directory::write(plan), "party");
}

Result<MadeEntry> make_broker_entry(directory::BrokerEntry plan, std::uint32_t serial, const std::string& key_folder, Entropy& entropy) {
  Maker maker(plan.name, plan.place, key_folder, entropy);
  plan.serial = serial;
  TRY(plan.verify, maker.keys<seal::VerifyKey>("signing", KeyPurpose::Signing, plan.name, "broker signing"));
  TRY(plan.transport, maker.keys<directory::TransportKey>("transport", KeyPurpose::Transport, plan.name, "broker transport"));
  TRY(plan.keys, maker.boxes("box", plan.name, "broker box"));
  TRY_VOID(directory::check(plan));
  return maker.finish(directory::write(plan), "signing");
}

}  // namespace concordat::ops
