// Which desks an agreement's words mean: see recipient.h.
#include "policy/agreement/recipient.h"

#include <algorithm>

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

}  // namespace concordat::policy
