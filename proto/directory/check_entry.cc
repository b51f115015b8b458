// What an entry must keep to by itself: see check.h.
#include <algorithm>
#include <set>

#include "proto/directory/check.h"
#include "proto/wire/limits.h"

namespace concordat::directory {
namespace {

constexpr std::size_t kTitleBytesMax = 120;
constexpr std::size_t kNamePartMax = 40;

/// The checks of one entry: each stops at the first fault.
class EntryCheck {
 public:
  explicit EntryCheck(const PartyEntry& entry) : entry_(entry) {
    for (const DeskEntry& desk : entry.desks) desks_.insert(desk.name);
    for (const AdapterEntry& adapter : entry.adapters) adapters_.insert(adapter.name);
  }

  Result<int> run() const {
    TRY_VOID(check_party());
    TRY_VOID(check_all("desks", entry_.desks, kDesksPerPartyMax, &EntryCheck::check_desk));
    TRY_VOID(check_all("adapters", entry_.adapters, kProgramsPerPartyMax, &EntryCheck::check_adapter));
    TRY_VOID(check_all("clients", entry_.clients, kProgramsPerPartyMax, &EntryCheck::check_client));
    return 0;
  }

 private:
  tl::unexpected<Error> bad(std::string_view field, std::string_view what) const {
    return bad_entry(entry_.name, field, what);
  }

  Result<int> check_party() const {
    if (!good_name(entry_.name)) return bad("party", "it is not a name: a-z, 0-9 and single hyphens, at most 40");
    if (!good_name(entry_.place.partnership)) return bad("partnership", "it is not a name");
    const auto control = [](char c) { return static_cast<std::uint8_t>(c) < 0x20 || c == 0x7f; };
    if (entry_.title.empty() || entry_.title.size() > kTitleBytesMax ||
        std::any_of(entry_.title.begin(), entry_.title.end(), control)) {
      return bad("title", "it must be one line of 1 to 120 bytes");
    }
    if (entry_.serial == 0) return bad("serial", "it counts from 1");
    TRY_VOID(check_count("keys", entry_.keys.size()));
    if (entry_.signatories.size() > kSignatoriesMax) return bad("signatories", "there are too many");
    return 0;
  }

  Result<int> check_count(const std::string& field, std::size_t keys) const {
    if (keys == 0) return bad(field, "at least one key is needed");
    if (keys > kKeysMax) return bad(field, "there are too many keys; take the oldest away");
    return 0;
  }

  template <class Rows, class Check>
  Result<int> check_all(const std::string& list, const Rows& rows, std::size_t most, Check check) const {
    if (rows.size() > most) return bad(list, "there are too many");
    std::set<std::string_view> names;
    for (const auto& row : rows) {
      if (!good_name(row.name)) return bad(list, "'" + row.name + "' is not a name: a-z, 0-9 and single hyphens, at most 40");
      if (!names.insert(row.name).second) return bad(list + "." + row.name, "the name is there twice");
      TRY_VOID((this->*check)(row));
    }
    return 0;
  }

  Result<int> check_desk(const DeskEntry& desk) const {
    const std::string at = "desks." + desk.name;
    TRY_VOID(check_count(at + ".keys", desk.keys.size()));
    for (std::size_t i = 0; i < desk.keys.size(); ++i) {
      if (desk.keys[i].id == 0 || (i > 0 && desk.keys[i].id <= desk.keys[i - 1].id)) {
        return bad(at + ".keys", "key numbers rise from 1, newest last");
      }
    }
    if (!desk.mailbox.empty() && !good_name(desk.mailbox)) {
      return bad(at + ".mailbox", "it is not a name; mailboxes are the party's own");
    }
    if (desk.alternative == entry_.name + "/" + desk.name) return bad(at + ".alternative", "it is the desk itself");
    if (std::find(desk.acts_for.begin(), desk.acts_for.end(), entry_.name) != desk.acts_for.end()) {
      return bad(at + ".acts_for", "it is the party itself");
    }
    return 0;
  }

  Result<int> check_adapter(const AdapterEntry& adapter) const {
    const std::string at = "adapters." + adapter.name;
    TRY_VOID(check_count(at + ".keys", adapter.keys.size()));
    if (!adapter.alarms.empty() && !desks_.contains(adapter.alarms)) {
      return bad(at + ".alarms", "'" + adapter.alarms + "' is no desk of this party");
    }
    return 0;
  }

  Result<int> check_client(const ClientEntry& client) const {
    const std::string at = "clients." + client.name;
    TRY_VOID(check_count(at + ".keys", client.keys.size()));
    if (client.publishes.empty() && client.reads.empty()) return bad(at, "it publishes nothing and reads nothing");
    if (client.reads.size() > wire::kDesksPerClientMax) return bad(at + ".reads", "there are too many desks");
    for (const std::string& adapter : client.publishes) {
      if (!adapters_.contains(adapter)) return bad(at + ".publishes", "'" + adapter + "' is no adapter of this party");
    }
    for (const std::string& desk : client.reads) {
      if (!desks_.contains(desk)) return bad(at + ".reads", "'" + desk + "' is no desk of this party");
    }
    return 0;
  }

  const PartyEntry& entry_;
  std::set<std::string_view> desks_;
  std::set<std::string_view> adapters_;
};

}  // namespace

tl::unexpected<Error> bad_entry(std::string_view entry, std::string_view field, std::string_view what) {
  return fail(Fault::Malformed, code::kDirectory,
              "entry " + std::string(entry) + ": " + std::string(field) + ": " + std::string(what));
}

bool good_name(std::string_view name) {
  if (name.empty() || name.size() > kNamePartMax || name.front() < 'a' || name.front() > 'z' || name.back() == '-') return false;
  if (name.find("--") != std::string_view::npos) return false;
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

Result<int> check(const PartyEntry& entry) { return EntryCheck(entry).run(); }

Result<int> check(const BrokerEntry& entry) {
  const auto counted = [](std::size_t keys) { return keys >= 1 && keys <= kKeysMax; };
  if (!good_name(entry.name)) return bad_entry(entry.name, "broker", "it is not a name: a-z, 0-9 and single hyphens, at most 40");
  if (entry.serial == 0) return bad_entry(entry.name, "serial", "it counts from 1");
  if (!counted(entry.verify.size())) return bad_entry(entry.name, "verify", "1 to 4 keys are needed");
  if (!counted(entry.transport.size())) return bad_entry(entry.name, "transport", "1 to 4 keys are needed");
  if (!counted(entry.keys.size())) return bad_entry(entry.name, "keys", "1 to 4 keys are needed");
  for (std::size_t i = 0; i < entry.keys.size(); ++i) {
    if (entry.keys[i].id == 0 || (i > 0 && entry.keys[i].id <= entry.keys[i - 1].id)) {
      return bad_entry(entry.name, "keys", "key numbers rise from 1, newest last");
    }
  }
  return 0;
}

}  // namespace concordat::directory
