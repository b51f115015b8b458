// All findings of a set of agreements against a directory: what does not bind. What is unlawful is found in
// policy/lawful.
#include <algorithm>
#include <set>

#include "policy/agreement/enforceable.h"
#include "policy/agreement/in_force.h"
#include "policy/agreement/recipient.h"
#include "policy/lawful/lawful.h"

namespace concordat::policy {
namespace {

using directory::Directory;

class Fit {
 public:
  Fit(const Agreement& agreement, const Directory& directory, std::vector<Finding>& findings)
      : agreement_(agreement), directory_(directory), findings_(findings) {}

  void run() {
    if (agreement_.environment != directory_.environment)
      find({}, code::kEnvironment,
           "the agreement is for another environment than the directory: live and test never mix");
    if (agreement_.partnership != directory_.partnership)
      find({}, code::kMeaning,
           "the agreement is of `" + agreement_.partnership + "`, the directory of `" + directory_.partnership + "`");
    for (const PartySpec& party : agreement_.parties) fits(party);
    for (const Clause& clause : agreement_.clauses) fits(clause);
  }

 private:
  void find(Place place, Code code, std::string message, bool warning = false) {
    findings_.push_back({code, agreement_.where(place), std::move(message), warning});
  }

  void fits(const PartySpec& spec) {
    const directory::Party* party = directory_.party(spec.name);
    if (party == nullptr)
      return find(spec.place, code::kDirectory, "party `" + spec.name + "` is not in the directory");
    if (party->role != spec.role)
      find(spec.place, code::kDirectory,
           "party `" + spec.name + "` is " + std::string(contract::name_of(party->role)) + " in the directory");
    for (const std::string& role : spec.signs) {
      const bool known = std::any_of(party->signatories.begin(), party->signatories.end(),
                                     [&](const directory::Signatory& who) { return who.role == role; });
      if (!known)
        find(spec.place, code::kDirectory,
             "party `" + spec.name + "` has no signatory `" + role + "` in the directory");
    }
    for (const DeskSpec& desk : spec.desks) fits(spec, desk);
    if (!spec.acts_for.empty()) acts(spec, *party);
  }

  /// What the agreement says of a party, the directory says of its desks: some other one may act for nobody.
  void acts(const PartySpec& spec, const directory::Party& party) {
    const directory::Party* behind = directory_.party(spec.acts_for);
    if (behind == nullptr) return;  // said already
    bool any = false;
    for (const directory::Desk& desk : directory_.desks) {
      if (desk.party != party.number) continue;
      any = true;
      if (std::find(desk.acts_for.begin(), desk.acts_for.end(), behind->number) != desk.acts_for.end()) return;
    }
    if (any)
      find(spec.place, code::kDirectory,
           "party `" + spec.name + "` acts for `" + spec.acts_for +
               "` here, but no desk of it does in the directory; mend one of the two");
  }

  void fits(const PartySpec& party, const DeskSpec& spec) {
    const std::string name = party.name + "/" + spec.name;
    const directory::Desk* desk = directory_.desk(name);
    if (desk == nullptr) return find(spec.place, code::kDirectory, "desk `" + name + "` is not in the directory");
    const auto differs = [&](const std::string& what) {
      find(spec.place, code::kDirectory, "desk `" + name + "`: the directory says otherwise of " + what);
    };
    if (desk->role != spec.role) differs("its role (" + std::string(contract::name_of(desk->role)) + ")");
    if (desk->serves != spec.serves) differs("the areas it serves");
    if (desk->staffed_always != spec.staffed_always) differs("when it is staffed");
  }

  void fits(const Clause& clause) {
    if (!clause.to.if_none.empty() && !agreement_.desk(clause.to.if_none)->serves.empty()) {
      find(clause.to.place, code::kMeaning,
           "clause " + clause.id + ": `if_none` takes what nobody serves, so that desk must serve anywhere");
    }
    if (clause.to.by != Recipient::By::Desk && !leads_somewhere(clause.to)) {
      find(clause.to.place, code::kDirectory, "clause " + clause.id + ": the directory has no desk that this leads to");
    }
    for (const std::string& name : clause.from) {
      const directory::Party* party = directory_.party(name);
      for (const contract::Kind kind : clause.share) {
        if (party == nullptr || std::find(party->asserts.begin(), party->asserts.end(), kind) != party->asserts.end())
          continue;
        find(clause.place, code::kAssert,
             "clause " + clause.id + ": `" + name + "` may not send " + std::string(contract::name_of(kind)) +
                 ", says the directory",
             true);
      }
    }
  }

  bool leads_somewhere(const Recipient& to) const {
    return std::any_of(directory_.desks.begin(), directory_.desks.end(),
                       [&](const directory::Desk& desk) { return leads_to(agreement_, to, desk, directory_); });
  }

  const Agreement& agreement_;
  const Directory& directory_;
  std::vector<Finding>& findings_;
};

void check_codes(std::span<const Adopted> agreements, std::vector<Finding>& findings) {
  std::set<std::string> names;
  std::size_t nevers = 0;
  for (const Adopted& adopted : agreements) {
    const Agreement& agreement = adopted.agreement;
    nevers += agreement.nevers.size();
    if (!names.insert(agreement.name).second)
      findings.push_back(
          {code::kMeaning, agreement.where({}), "two agreements are called `" + agreement.name + "`", false});
    std::set<std::uint32_t> codes;
    for (const Described& purpose : agreement.purposes) {
      if (!codes.insert(directory::code_of(purpose.key)).second) {
        findings.push_back({code::kMeaning, agreement.where({}),
                            "purpose `" + purpose.key + "` has the same code as another; rename one", false});
      }
    }
  }
  if (agreements.size() > 10'000 || nevers > 60'000)
    findings.push_back({code::kLimit, "", "over 10,000 agreements or 60,000 prohibitions in force", false});
}

}  // namespace

std::vector<Finding> check(std::span<const Adopted> agreements, const Directory& directory) {
  std::vector<Finding> findings;
  check_codes(agreements, findings);
  for (const Adopted& adopted : agreements) {
    const auto cannot = unenforceable(adopted.agreement);
    findings.insert(findings.end(), cannot.begin(), cannot.end());
    Fit(adopted.agreement, directory, findings).run();
  }
  const bool bound =
      std::none_of(findings.begin(), findings.end(), [](const Finding& finding) { return !finding.warning; });
  if (bound) lawful::check(agreements, directory, findings);
  return findings;
}

}  // namespace concordat::policy
