// Where a decision is not the oracle's verdict, in words: see oracle.h.
#include <algorithm>

#include "policy/agreement/in_force.h"
#include "tests/policy/oracle.h"

namespace concordat::policy::oracle {
namespace {

std::string words(const Terms& terms) {
  std::string text = "lane " + std::to_string(static_cast<int>(terms.lane)) + " read " +
                     std::to_string(terms.read_within_minutes) + " act " + std::to_string(terms.act_within_minutes) +
                     "/" + std::to_string(terms.act_within_working_days) + " always " +
                     std::to_string(terms.clock_always) + " keep " + std::to_string(terms.keep_days) + "/" +
                     std::to_string(terms.keep_from) + " tell " + std::to_string(terms.tell_sender) + " else " +
                     std::to_string(static_cast<int>(terms.onward_else)) + " then";
  for (const DeskNumber desk : terms.then) text += " " + std::to_string(desk.value);
  for (const Terms::KeepAlso& also : terms.keep_also)
    text += " also " + std::to_string(also.days) + "/" + std::to_string(also.from);
  text += " onward";
  for (const DeskNumber desk : terms.onward) text += " " + std::to_string(desk.value);
  return text;
}

template <class Bits>
std::string bits(const Bits& set) {
  std::string text;
  for (const auto bit : set) text += " " + std::to_string(bit);
  return text;
}
std::set<std::size_t> set_of(const std::bitset<64>& mask) {
  std::set<std::size_t> set;
  for (std::size_t i = 0; i < mask.size(); ++i) {
    if (mask[i]) set.insert(i);
  }
  return set;
}

std::string differs(const std::string& what, const std::string& wanted, const std::string& got) {
  return wanted == got ? std::string() : what + ": oracle" + wanted + ", decide" + got + "\n";
}

}  // namespace

std::string difference(const Verdict& verdict, const Decision& decision, const InForce& agreements) {
  std::string out;
  if (verdict.urgent_or_mandatory != decision.urgent_or_mandatory)
    out += "urgent_or_mandatory: oracle says " + std::string(verdict.urgent_or_mandatory ? "yes" : "no") + "\n";
  std::set<std::uint16_t> theirs;
  for (const DeskDecision& desk : decision.desks) {
    const std::string name = "desk " + std::to_string(desk.desk.value) + " ";
    theirs.insert(desk.desk.value);
    const auto at = verdict.desks.find(desk.desk.value);
    if (at == verdict.desks.end()) {
      out += name + "told by decide, not by the oracle\n";
      continue;
    }
    const DeskVerdict& wanted = at->second;
    std::set<std::size_t> granted;
    for (const auto& [label, clauses] : wanted.granted) {
      granted.insert(label);
      if (desk.granted[label] && !clauses.contains(agreements.name(desk.reasons[label].clause)))
        out += name + "label " + std::to_string(label) + " by " + agreements.name(desk.reasons[label].clause) + "\n";
    }
    if (granted != set_of(desk.granted)) out += differs(name + "granted", bits(granted), bits(set_of(desk.granted)));
    if (wanted.onward != set_of(desk.onward))
      out += differs(name + "onward", bits(wanted.onward), bits(set_of(desk.onward)));
    if (wanted.forbidden != set_of(desk.forbidden))
      out += differs(name + "forbidden", bits(wanted.forbidden), bits(set_of(desk.forbidden)));
    const auto facts = set_of(desk.facts_released);
    if (!std::equal(facts.begin(), facts.end(), wanted.facts.begin(), wanted.facts.end()))
      out += differs(name + "facts", bits(wanted.facts), bits(facts));
    if (words(wanted.terms) != words(desk.terms))
      out += differs(name + "terms", " " + words(wanted.terms), " " + words(desk.terms));
    if (wanted.duty != desk.duty || wanted.fallback != desk.fallback) out += name + "duty or fallback\n";
  }
  for (const auto& [number, told] : verdict.desks) {
    if (!theirs.contains(number)) out += "desk " + std::to_string(number) + " told by the oracle, not by decide\n";
  }
  for (std::size_t i = 1; i < decision.desks.size(); ++i) {
    if (!(decision.desks[i - 1].desk < decision.desks[i].desk)) out += "desks out of order\n";
  }
  if (decision.desks.empty() == decision.nobody.empty()) out += "nobody's reasons\n";
  return out;
}

}  // namespace concordat::policy::oracle
