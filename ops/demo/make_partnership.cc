// Makes the demonstration partnership: see make_partnership.h.
#include "ops/demo/make_partnership.h"

#include <array>
#include <filesystem>

#include "ops/concordat/files.h"
#include "ops/concordat/keys.h"
#include "ops/concordat/make_entry.h"
#include "ops/demo/configs.h"
#include "ops/demo/plans.h"
#include "policy/agreement/in_force.h"
#include "policy/agreement/read.h"
#include "proto/base/durable_file.h"
#include "proto/base/invariant.h"
#include "proto/directory/agreement_signatures.h"
#include "proto/directory/propose.h"

namespace concordat::demo {
namespace {

using directory::PartyEntry;
using ops::KeyFolder;
using ops::write_public;
using seal::KeyPurpose;

constexpr seal::KeyMarks kMarks{false, true};  // of the test environment, for demonstrations

class Maker {
 public:
  Maker(const Wanted& wanted, Entropy& entropy) : wanted_(wanted), entropy_(entropy) {}

  Result<Made> run() {
    TRY_VOID(check_empty());
    std::error_code gone;
    TRY(places_, places_from(wanted_.listen, std::filesystem::canonical(wanted_.files, gone).string()));
    TRY_VOID(make_parties());
    TRY_VOID(make_broker());
    TRY_VOID(make_directory_bundle());
    for (const std::string& file : wanted_.agreements) TRY_VOID(take_agreement(file));
    TRY_VOID(check_agreements());
    TRY_VOID(write_configs());
    return std::move(made_);
  }

 private:
  std::string path(const std::string& name) const { return wanted_.folder + "/" + name; }
  std::string party_path(const PartyEntry& party) const { return path("parties/" + party.name); }

  Result<int> check_empty() {
    std::error_code error;
    if (std::filesystem::exists(wanted_.folder, error) && !std::filesystem::is_empty(wanted_.folder, error)) {
      return fail(Fault::Malformed, code::kUsage, wanted_.folder + " is there already; remove it, or name another folder");
    }
    return 0;
  }

  Result<int> make_parties() {
    TRY(const seal::KeyFile exchange, seal::new_key(KeyPurpose::Exchange, std::string(kPartnership), 1, kMarks, entropy_));
    TRY(const seal::KeyFile linkage, seal::new_key(KeyPurpose::Linkage, std::string(kPartnership), 1, kMarks, entropy_));
    for (const Plan& plan : kPlans) {
      TRY(PartyEntry party, directory::read_party_plan(plan.text, "demonstration plan"));
      const std::string keys = party_path(party) + "/keys";
      TRY(ops::MadeEntry entry, ops::make_party_entry(party, 1, keys, entropy_));
      made_.keys += entry.keys.size() + 3;
      TRY_VOID(agency_keys(party, keys));
      TRY_VOID(seal::write_key_file(KeyFolder(keys).file("exchange", 1), exchange));
      if (plan.links) TRY_VOID(seal::write_key_file(KeyFolder(keys).file("linkage", 1), linkage));
      made_.keys += plan.links ? 1 : 0;
      TRY_VOID(write_public(party_path(party) + "/" + party.name + ".entry", directory::write_signed_text(entry.text)));
      TRY(party, directory::read_party_entry(entry.text.text, party.name));
      made_.desks += party.desks.size();
      parties_.push_back(std::move(party));
      change_.entries.push_back(std::move(entry.text));
    }
    made_.parties = parties_.size();
    return 0;
  }

  Result<int> agency_keys(const PartyEntry& party, const std::string& folder) {
    KeyFolder keys(folder);
    TRY_VOID(keys.keys("event-id", KeyPurpose::EventId, party.name, kMarks, entropy_));
    TRY_VOID(keys.keys("outbox", KeyPurpose::Outbox, party.name, kMarks, entropy_));
    return 0;
  }

  Result<int> make_broker() {
    directory::BrokerEntry plan;
    plan.name = kBroker;
    plan.place = {std::string(kPartnership), directory::Environment::Test, kMarks.demonstration};
    TRY(ops::MadeEntry entry, ops::make_broker_entry(plan, 1, path("broker/keys"), entropy_));
    KeyFolder keys(path("broker/keys"));
    TRY_VOID(keys.keys("key-ring", KeyPurpose::KeyRing, plan.name, kMarks, entropy_));
    TRY_VOID(keys.keys("pseudonym", KeyPurpose::Pseudonym, plan.name, kMarks, entropy_));
    TRY(const auto operators, KeyFolder(path("operator")).keys("operator", KeyPurpose::Signing, "operator", kMarks, entropy_));
    operator_key_ = operators.back().open.hex();
    made_.keys += entry.keys.size() + 3;
    TRY_VOID(write_public(path("broker/") + plan.name + ".entry", directory::write_signed_text(entry.text)));
    change_.broker = std::move(entry.text);
    return 0;
  }

  /// Every party countersigns; four of the seven would do.
  Result<int> make_directory_bundle() {
    directory::Roots roots{std::string(kPartnership), directory::Environment::Test, 4, {}};
    directory::QuorumRule rule{4, {}};
    for (const PartyEntry& party : parties_) {
      roots.of.push_back({party.name, party.keys.back()});
      rule.of.push_back(party.name);
    }
    change_.quorum = rule;
    TRY(directory::Bundle bundle, directory::propose(nullptr, change_));
    for (const PartyEntry& party : parties_) {
      TRY(const seal::SigningPair pair, pair_of(party, "party"));
      bundle.version.sign(pair, seal::context::kDirectory);
      ++made_.countersigned;
    }
    const Bytes bytes = directory::encode(bundle);
    TRY(directory_, directory::load_bundle(bytes, roots));
    TRY_VOID(make_directory(path("broker/start")));
    TRY_VOID(write_public(path("roots.yaml"), directory::write(roots)));
    TRY_VOID(write_public(path("directory.bundle"), bytes));
    return write_public(path("broker/start/directory.bundle"), bytes);
  }

  /// What the notification service and its client know each other by: random, of this demonstration alone.
  Result<int> notify_secrets(const std::string& folder) {
    TRY_VOID(replace_file(folder + "/notify-api.key", "demonstration-" + uuid() + "-" + uuid() + "\n"));
    TRY_VOID(replace_file(folder + "/notify-callback.token", uuid() + uuid() + "\n"));
    return 0;
  }
  std::string uuid() {
    std::array<std::uint8_t, 16> bytes{};
    entropy_.fill(bytes);
    bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0f) | 0x40);
    bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80);
    std::string hex = to_hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    for (const std::size_t at : {20u, 16u, 12u, 8u}) hex.insert(at, 1, '-');
    return hex;
  }

  Result<seal::SigningPair> pair_of(const PartyEntry& party, const std::string& stem) {
    TRY(const seal::KeyFile key, seal::read_key_file(KeyFolder(party_path(party) + "/keys").file(stem, 1), KeyPurpose::Signing));
    return seal::signing_pair(key);
  }

  Result<int> take_agreement(const std::string& file) {
    TRY(const Bytes bytes, ops::read_input(file));
    TRY(directory::SignedText text, directory::join_agreement(bytes, {}, file));
    TRY(policy::Agreement agreement, policy::read_agreement(file, bytes));
    std::vector<directory::SignatureNeeded> needed;
    for (const policy::PartySpec& party : agreement.parties) {
      for (const std::string& role : party.signs) {
        TRY_VOID(sign_agreement(text, party.name, role));
        needed.push_back({party.name, role});
      }
    }
    TRY_VOID(directory::check_signatures(text, needed, directory_));
    const std::string count = std::to_string(needed.size());
    made_.agreements.push_back(agreement.name + " v" + std::to_string(agreement.version) + ", signed " + count + " of " + count);
    const std::string name = std::filesystem::path(file).filename().string();
    for (const char* folder : {"agreements", "broker/start"}) {
      TRY_VOID(make_directory(path(folder)));
      TRY_VOID(write_public(path(folder) + "/" + name, bytes));
      TRY_VOID(write_public(path(folder) + "/" + name + ".signed", directory::signature_lines(text)));
    }
    agreement_names_.push_back(name);
    adopted_.push_back({std::move(agreement), text.digest(seal::context::kAgreement)});
    return 0;
  }

  Result<int> sign_agreement(directory::SignedText& text, const std::string& party_name, const std::string& role) {
    for (const PartyEntry& party : parties_) {
      if (party.name != party_name) continue;
      TRY(const seal::SigningPair pair, pair_of(party, "signatory-" + role));
      text.sign(pair, seal::context::kAgreement);
    }
    return 0;
  }

  /// What the broker would refuse at its start is said here, where it is made.
  Result<int> check_agreements() {
    for (const policy::Finding& finding : policy::check(adopted_, directory_)) {
      if (!finding.warning) return fail(Fault::Malformed, finding.code, finding.where + ": " + finding.message);
    }
    return 0;
  }

  Result<int> write_configs() {
    TRY_VOID(write_public(path("concordat.yaml"), tool_config()));
    TRY_VOID(write_public(path("areas.csv"), areas()));
    TRY_VOID(write_public(path("broker/broker.yaml"), broker_config(wanted_.listen, operator_key_, agreement_names_)));
    for (std::size_t i = 0; i < parties_.size(); ++i) {
      for (const directory::ClientEntry& client : parties_[i].clients) {
        const Program program{parties_[i], client, kPlans[i].links};
        const std::string file = party_path(parties_[i]) + "/" + client.name;
        TRY_VOID(make_directory(client.publishes.empty() ? file : file + "/in"));
        if (!client.reads.empty() && client.reads[0] == "notify") TRY_VOID(notify_secrets(party_path(parties_[i]) + "/keys"));
        TRY_VOID(write_public(file + ".yaml", program_config(program, places_, agreement_names_)));
      }
    }
    return 0;
  }

  const Wanted& wanted_;
  Entropy& entropy_;
  Made made_;
  std::vector<PartyEntry> parties_;
  directory::Change change_;
  directory::Directory directory_;
  Places places_;
  std::string operator_key_;
  std::vector<std::string> agreement_names_;
  std::vector<policy::Adopted> adopted_;
};

}  // namespace

Result<Made> make_partnership(const Wanted& wanted, Entropy& entropy) { return Maker(wanted, entropy).run(); }

}  // namespace concordat::demo
