// Which desks an agreement's words mean: see recipient.h.
#include "policy/agreement/recipient.h"

#include <algorithm>
#include <map>

#include "proto/base/bytes.h"

namespace concordat::policy {
namespace {

bool is_desk(const Agreement& agreement, const std::string& short_name, const directory::Desk& desk) {
  const PartySpec* owner = nullptr;
  return agreement.desk(short_name, &owner) != nullptr && desk.name == owner->name + "/" + short_name;
}

bool among(contract::DeskRole role, const std::vector<contract::DeskRole>& roles) {
  return std::find(roles.begin(), roles.end(), role) != roles.end();
}

}  // namespace

bool leads_to(const Agreement& agreement, const Recipient& to, const directory::Desk& desk,
              const directory::Directory& directory) {
  const directory::Party* party = directory.party(desk.party);
  if (party == nullptr || agreement.party(party->name) == nullptr) return false;
  if (to.by == Recipient::By::Desk) return is_desk(agreement, to.name, desk);
  if (to.by == Recipient::By::Role) return desk.role == to.role;
  if (party->name != to.name) return false;
  if (to.acting_for.empty()) return true;
  const directory::Party* behind = directory.party(to.acting_for);
  return behind != nullptr &&
         std::find(desk.acts_for.begin(), desk.acts_for.end(), behind->number) != desk.acts_for.end();
}

bool names(const NeverTarget& target, const Agreement& agreement, const directory::Desk& desk,
           const directory::Directory& directory) {
  const directory::Party* party = directory.party(desk.party);
  switch (target.is) {
    case NeverTarget::Is::Role:
      return among(desk.role, target.roles) || (party != nullptr && among(party->role, target.roles));
    case NeverTarget::Is::RoleOtherThan:
      return !among(desk.role, target.roles);
    case NeverTarget::Is::Party:
      return party != nullptr && party->name == target.name;
    case NeverTarget::Is::Desk:
      return is_desk(agreement, target.name, desk);
    case NeverTarget::Is::SubjectOfCase:     // decide bars such a desk from everything, agreement or not
    case NeverTarget::Is::DeclaredConflict:  // the desk's own list keeps the person out
    case NeverTarget::Is::ActingFor:
      return false;
  }
  return false;
}

Groups groups_of(const directory::Directory& directory) {
  Groups group(directory.desks.size());
  for (std::size_t i = 0; i < group.size(); ++i) group[i] = i;
  std::map<Bytes, std::size_t> first;
  const auto join = [&](std::size_t desk, const Bytes& shared) {
    const auto [at, fresh] = first.emplace(shared, desk);
    if (fresh || group[at->second] == group[desk]) return;
    const std::size_t keep = group[at->second], drop = group[desk];
    std::replace(group.begin(), group.end(), drop, keep);
  };
  for (std::size_t i = 0; i < directory.desks.size(); ++i) {
    const directory::Desk& desk = directory.desks[i];
    for (const directory::BoxKey& key : desk.keys) join(i, "k" + Bytes(key.open.view()));
    if (!desk.mailbox.empty()) join(i, "m" + desk.mailbox);
    for (const directory::Client& client : directory.clients) {
      if (std::find(client.reads.begin(), client.reads.end(), desk.number) != client.reads.end())
        join(i, "c" + client.name);
    }
  }
  return group;
}

bool binds(const Never& never, const Agreement& agreement, std::size_t desk, const Groups& groups,
           const directory::Directory& directory) {
  return std::any_of(never.to.begin(), never.to.end(), [&](const NeverTarget& target) {
    for (std::size_t other = 0; other < groups.size(); ++other) {
      if (groups[other] == groups[desk] && names(target, agreement, directory.desks[other], directory)) return true;
    }
    return false;
  });
}

}  // namespace concordat::policy
