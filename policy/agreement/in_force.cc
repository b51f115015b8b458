// The agreements in force: see in_force.h.
#include "policy/agreement/in_force.h"

#include <algorithm>

#include "policy/agreement/compiled.h"

namespace concordat::policy {
namespace {

template <class Over>
std::vector<std::string> names_where(std::span<const Adopted> agreements, Over over) {
  std::vector<std::string> names;
  for (const Adopted& adopted : agreements) {
    if (over(adopted.agreement)) names.push_back(adopted.agreement.name);
  }
  return names;
}

Instant end_of(Date date) { return first_moment(std::chrono::sys_days{date} + std::chrono::days(1)); }

}  // namespace

InForce::InForce() = default;
InForce::~InForce() = default;

Result<std::shared_ptr<const InForce>> InForce::compile(std::vector<Adopted> agreements,
                                                        const directory::Directory& directory, Hash hash) {
  for (const Finding& finding : check(agreements, directory)) {
    if (!finding.warning) return fail(Fault::Refused, finding.code, finding.where + ": " + finding.message);
  }
  return bind(std::move(agreements), directory, hash);
}

std::size_t InForce::clause_count() const { return compiled_->clauses.size(); }

const Agreement* InForce::agreement(ClauseRef ref) const {
  return ref.agreement < agreements_.size() ? &agreements_[ref.agreement].agreement : nullptr;
}

const Clause* InForce::clause(ClauseRef ref) const {
  const Agreement* agreement = this->agreement(ref);
  return agreement != nullptr && ref.clause < agreement->clauses.size() ? &agreement->clauses[ref.clause] : nullptr;
}

std::optional<ClauseRef> InForce::find(std::string_view agreement, std::string_view clause) const {
  for (std::size_t i = 0; i < agreements_.size(); ++i) {
    const auto& clauses = agreements_[i].agreement.clauses;
    if (agreements_[i].agreement.name != agreement) continue;
    const auto at =
        std::find_if(clauses.begin(), clauses.end(), [clause](const Clause& row) { return row.id == clause; });
    if (at != clauses.end())
      return ClauseRef{static_cast<std::uint16_t>(i), static_cast<std::uint16_t>(at - clauses.begin())};
  }
  return std::nullopt;
}

std::string InForce::name(ClauseRef ref) const {
  const Clause* clause = this->clause(ref);
  return clause == nullptr ? "none" : agreement(ref)->name + " " + clause->id;
}

const Never* InForce::never(std::uint16_t index) const {
  if (index >= compiled_->nevers.size()) return nullptr;
  const CompiledNever& never = compiled_->nevers[index];
  return &agreements_[never.agreement].agreement.nevers[never.number];
}

std::string InForce::never_name(std::uint16_t index) const {
  const Never* never = this->never(index);
  return never == nullptr ? "none" : agreements_[compiled_->nevers[index].agreement].agreement.name + " " + never->id;
}

std::vector<std::string> InForce::overdue(Instant now) const {
  return names_where(agreements_, [now](const Agreement& agreement) { return now >= end_of(agreement.review_by); });
}
std::vector<std::string> InForce::ended(Instant now) const {
  return names_where(agreements_, [now](const Agreement& agreement) { return now >= end_of(agreement.until); });
}

std::vector<Notice> InForce::notices(Instant now) const {
  std::vector<Notice> all;
  for (const Adopted& adopted : agreements_) {
    const auto of_one = policy::notices(adopted.agreement, now);
    all.insert(all.end(), of_one.begin(), of_one.end());
  }
  return all;
}

bool InForce::same_between(Instant one, Instant other) const {
  return std::all_of(compiled_->settings.begin(), compiled_->settings.end(), [&](const CompiledSettings& settings) {
    return (settings.from <= one) == (settings.from <= other) && (one < settings.until) == (other < settings.until);
  });
}

}  // namespace concordat::policy
