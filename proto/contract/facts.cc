// Facts as values: see facts.h.
#include "proto/contract/facts.h"

#include <algorithm>
#include <string>

namespace concordat::contract {
namespace {

constexpr std::string_view kNations = "ENSW";
constexpr std::size_t kLabelsMax = 63;  // seal::kLeavesMax
constexpr FactValue kNation = 100'000'000;

std::string number_of(Fact fact) { return "fact " + std::to_string(static_cast<unsigned>(fact)); }

auto bad_fact(Fact fact, const char* why) { return fail(Fault::Malformed, code::kFact, number_of(fact) + " " + why); }
auto bad_label(const char* why) { return fail(Fault::Malformed, code::kLabel, why); }

// Labels in order need one look each; any other order is legal, and at most 63 labels make the long way short.
bool repeats(std::span<const seal::Label> labels) {
  bool rising = true;
  for (std::size_t i = 1; i < labels.size(); ++i) rising = rising && labels[i - 1] < labels[i];
  if (rising) return false;
  for (std::size_t i = 1; i < labels.size(); ++i) {
    const auto before = labels.first(i);
    if (std::find(before.begin(), before.end(), labels[i]) != before.end()) return true;
  }
  return false;
}

// The place of a label's person, made when it is new; nothing if the roles are not those seen before.
Result<PersonFacts*> place_of(const seal::Label& label, FactSet& set) {
  const auto at =
      std::lower_bound(set.people.begin(), set.people.end(), label.person,
                       [](const PersonFacts& person, std::uint16_t number) { return person.person < number; });
  if (at != set.people.end() && at->person == label.person) {
    if (at->roles != label.roles) return bad_label("a person has different roles in two labels");
    return &*at;
  }
  if (set.people.size() >= kPeopleMax)
    return fail(Fault::Malformed, code::kLimit, "more people than an event may have");
  return &*set.people.insert(at, PersonFacts{label.person, label.roles, {}});
}

Result<bool> check_label(const seal::Label& label) {
  if (!numbered<Item>(label.item)) return bad_label("an item is unknown");
  if ((label.roles & ~kRolesMask) != 0) return bad_label("a role is unknown");
  if ((label.person == 0) != (label.roles == 0)) return bad_label("a person needs a role and the case has none");
  return true;
}

Result<bool> add(std::span<const FactEntry> entries, Item item, FactScope scope, FactVector& values) {
  for (const auto& [fact, value] : entries) {
    const FactInfo* row = info(fact);
    if (row == nullptr || !in_domain(fact, value)) return bad_fact(fact, "is unknown or out of its domain");
    if (row->item != item || row->scope != scope) return bad_fact(fact, "is not of its leaf's item and scope");
    FactValue& place = values[static_cast<std::size_t>(fact)];
    if (place != kUnknown) return bad_fact(fact, "is stated twice");
    place = value;
  }
  return true;
}

}  // namespace

const PersonFacts* FactSet::person(std::uint16_t number) const {
  for (const PersonFacts& one : people) {
    if (one.person == number) return &one;
  }
  return nullptr;
}

Bytes encode_facts(std::span<const FactEntry> facts) {
  Writer out;
  for (const auto& [fact, value] : facts) {
    if (value != kUnknown) out.u8(static_cast<std::uint8_t>(fact)).u32(value);
  }
  return out.take();
}

Result<std::vector<FactEntry>> decode_facts(ByteView bytes) {
  std::vector<FactEntry> facts;
  Reader in(bytes);
  while (in.left() > 0) {
    const auto fact = static_cast<Fact>(in.u8());
    const FactValue value = in.u32();
    if (!in.ok()) return fail(Fault::Malformed, code::kFact, "the facts end in the middle of one");
    if (value == kUnknown || !in_domain(fact, value)) return bad_fact(fact, "is unknown or out of its domain");
    if (!facts.empty() && facts.back().fact >= fact) return bad_fact(fact, "is repeated or out of order");
    facts.push_back({fact, value});
  }
  return facts;
}

Result<FactSet> collect_facts(std::span<const FactEntry> event_facts, std::span<const seal::Label> labels,
                              std::span<const Bytes> facts) {
  if (labels.size() != facts.size()) return bad_label("every label needs its facts");
  if (labels.size() > kLabelsMax) return fail(Fault::Malformed, code::kLimit, "more labels than an event may have");
  if (repeats(labels)) return bad_label("a label is repeated");
  FactSet set;
  TRY_VOID(add(event_facts, Item::Unspecified, FactScope::Event, set.event));
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const seal::Label& label = labels[i];
    TRY_VOID(check_label(label));
    TRY(const std::vector<FactEntry> entries, decode_facts(facts[i]));
    if (label.part != 0 && !entries.empty()) return bad_fact(entries[0].fact, "stands on a part other than the first");
    if (label.person == 0) {
      TRY_VOID(add(entries, static_cast<Item>(label.item), FactScope::Event, set.event));
      continue;
    }
    TRY(PersonFacts * person, place_of(label, set));
    TRY_VOID(add(entries, static_cast<Item>(label.item), FactScope::Person, person->values));
  }
  return set;
}

std::optional<FactValue> area_code(std::string_view gss) {
  if (gss.size() != 9) return std::nullopt;
  const auto nation = kNations.find(gss[0]);
  if (nation == std::string_view::npos) return std::nullopt;
  FactValue digits = 0;
  for (const char c : gss.substr(1)) {
    if (c < '0' || c > '9') return std::nullopt;
    digits = digits * 10 + static_cast<FactValue>(c - '0');
  }
  return static_cast<FactValue>(nation + 1) * kNation + digits;
}

std::string area_name(FactValue value) {
  const FactValue nation = value / kNation;
  if (nation < 1 || nation > kNations.size()) return {};
  std::string name(9, '0');
  name[0] = kNations[nation - 1];
  FactValue digits = value % kNation;
  for (std::size_t i = 8; i > 0; --i, digits /= 10) name[i] = static_cast<char>('0' + digits % 10);
  return name;
}

FactValue code_of_name(std::string_view name) {
  FactValue hash = 2166136261u;
  for (const char c : name) hash = (hash ^ static_cast<std::uint8_t>(c)) * 16777619u;
  return hash == kUnknown ? 1 : hash;
}

std::string value_text(Fact fact, FactValue value) {
  const FactInfo* row = info(fact);
  if (row == nullptr || value == kUnknown || !in_domain(fact, value)) return "unknown";
  switch (row->domain) {
    case Domain::Boolean:
      return value == kYes ? "yes" : "no";
    case Domain::Bounded:
      return std::to_string(value - 1);
    case Domain::Area:
      return area_name(value);
    case Domain::Enumeration:
      break;
    case Domain::Party:
    case Domain::Purpose:
      return to_hex(Writer().u32(value).bytes());
  }
  for (const Word& word : row->words) {
    if (word.number == value) return std::string(word.name);
  }
  return "unknown";
}

}  // namespace concordat::contract
