// Shrinks a disagreement between oracle and decide to what it needs: see random_case.h.
#include <algorithm>

#include "tests/policy/random_case.h"
#include "tests/policy/world.h"

namespace concordat::policy::random_case {
namespace {

using Is = Condition::Is;

std::string once(const World& world, const Sample& sample) {
  const auto agreements = bound(world);
  Decision decision;
  return disagreement(world, *agreements, sample, decision);
}

/// Tries each smaller form; keeps the first that still disagrees.
template <class List, class Still>
bool drop_one(List& list, Still still) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    auto element = list[i];
    list.erase(list.begin() + static_cast<std::ptrdiff_t>(i));
    if (still()) return true;
    list.insert(list.begin() + static_cast<std::ptrdiff_t>(i), element);
  }
  return false;
}

template <class Value, class Still>
bool try_value(Value& value, const Value& simpler, Still still) {
  if (value == simpler) return false;
  const Value before = value;
  value = simpler;
  if (still()) return true;
  value = before;
  return false;
}

template <class Still>
bool simplify(std::optional<Condition>& condition, Still still) {
  if (!condition) return false;
  const auto before = condition;
  condition.reset();
  if (still()) return true;
  for (const Condition& part : before->parts) {
    condition = part;
    if (still()) return true;
  }
  condition = before;
  return drop_one(condition->parts, [&] { return !(condition->parts.empty()) && still(); });
}

template <class Still>
bool simpler_agreement(Agreement& agreement, Still still) {
  if (drop_one(agreement.clauses, still) || drop_one(agreement.nevers, still)) return true;
  for (Clause& clause : agreement.clauses) {
    if (simplify(clause.when, still) || drop_one(clause.deliver.then, still)) return true;
    for (std::uint64_t& mask : clause.items.masks) {
      if (try_value(mask, std::uint64_t{0}, still)) return true;
    }
  }
  for (Never& never : agreement.nevers) {
    if (simplify(never.when, still)) return true;
  }
  return false;
}

bool simpler(World& world, Sample& sample) {
  const auto still = [&] { return !once(world, sample).empty(); };
  if (world.agreements.size() > 1 && drop_one(world.agreements, still)) return true;
  for (Agreement& agreement : world.agreements) {
    if (simpler_agreement(agreement, still)) return true;
  }
  if (drop_one(sample.labels, still) || drop_one(sample.facts.people, still)) return true;
  for (auto& person : sample.facts.people) {
    for (auto& value : person.values) {
      if (try_value(value, contract::kUnknown, still)) return true;
    }
  }
  for (auto& value : sample.facts.event) {
    if (try_value(value, contract::kUnknown, still)) return true;
  }
  return try_value(sample.state.unread_minutes, 0U, still) || try_value(sample.state.missed_by, DeskNumber{}, still) ||
         try_value(sample.state.unmatched_minutes, 0U, still) || try_value(sample.state.registered, Registered::Unknown, still) ||
         try_value(sample.state.registration_residence, contract::kUnknown, still) ||
         try_value(sample.state.registration_abuse_case, Truth::Unknown, still) ||
         try_value(sample.state.consent_count, std::uint8_t{0}, still);
}

std::string words(const Condition& condition) {
  constexpr const char* names[] = {"",       "all",        "any",      "not",     "kind", "event",         "person",
                                   "risk",   "escalation", "repeat",   "consent", "open_referral", "conference",
                                   "unread", "registered", "unmatched", "patient_is", "registration"};
  std::string text = names[static_cast<std::size_t>(condition.is)];
  if (condition.is == Is::Person || condition.is == Is::PatientIs)
    text += " " + std::string(contract::name_of(condition.role));
  if (condition.is == Is::Risk) text += " " + std::string(contract::name_of(condition.band));
  for (const FactTest& test : condition.tests)
    text += " " + std::string(contract::name_of(test.fact)) + "&" + std::to_string(test.values);
  if (condition.parts.empty()) return text;
  text += "(";
  for (const Condition& part : condition.parts) text += " " + words(part);
  return text + " )";
}

std::string words(const World& world, const Sample& sample) {
  std::string text;
  for (const Agreement& agreement : world.agreements) {
    for (const Clause& clause : agreement.clauses) {
      text += "  " + agreement.name + " " + clause.id + (clause.duty ? " duty" : "") + " to " + clause.to.name +
              std::string(contract::name_of(clause.to.role)) + " when " +
              (clause.when ? words(*clause.when) : "always") + " need " +
              std::to_string(static_cast<int>(clause.consent.need)) + "\n";
    }
    for (const Never& never : agreement.nevers)
      text +=
          "  " + agreement.name + " never " + never.id + " when " + (never.when ? words(*never.when) : "always") + "\n";
  }
  for (const seal::Label& label : sample.labels) text += "  label " + world::label_words(label) + "\n";
  for (const auto& person : sample.facts.people) {
    text += "  person " + std::to_string(person.person) + " roles " + std::to_string(person.roles);
    for (const contract::FactInfo& fact : contract::kFacts) {
      const auto value = person.values[static_cast<std::size_t>(fact.fact)];
      if (value != 0) text += " " + std::string(fact.name) + "=" + std::to_string(value);
    }
    text += "\n";
  }
  return text;
}

}  // namespace

std::string shrunk(World world, Sample sample) {
  for (int round = 0; round < 1'000 && simpler(world, sample); ++round) {
  }
  return once(world, sample) + words(world, sample);
}

}  // namespace concordat::policy::random_case
