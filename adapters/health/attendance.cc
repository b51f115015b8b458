// Merging, keeping and naming attendances: see attendance.h.
#include "adapters/health/attendance.h"

#include <algorithm>
#include <map>
#include <set>

#include "proto/contract/identifiers.h"

namespace concordat::health {
namespace {

using hl7::Segment;

constexpr std::uint8_t kVersion = 1;

/// What is mapped of the segments that every hospital has.
const std::map<std::string_view, std::set<std::size_t>> kMapped = {
    {"PID", {3, 5, 7, 8, 9, 11, 13, 14, 15, 18, 22, 29, 30, 32, 40}},
    {"PD1", {12}},
    {"PV1", {2, 3, 7, 10, 14, 19, 36, 44, 45, 50}},
};
/// Beside what a rule names: identity, type and time of diagnoses and observations.
const std::map<std::string_view, std::set<std::size_t>> kBeside = {{"DG1", {2, 4, 5, 6, 20}}, {"OBX", {3, 4, 11, 14}}};

bool is_single(std::string_view name) { return name == "PID" || name == "PD1" || name == "PV1" || name == "PV2"; }

void merge_fields(Segment& kept, const Segment& said, bool older) {
  for (std::size_t n = 1; n < said.fields.size(); ++n) {
    if (said.fields[n].empty() || (older && !kept.field(n).empty())) continue;
    kept.set(n, said.fields[n]);
  }
}

Segment* find(std::vector<Segment>& segments, std::string_view name) {
  const auto found = std::find_if(segments.begin(), segments.end(), [&](const Segment& each) { return each.name == name; });
  return found == segments.end() ? nullptr : &*found;
}

void merge_single(Attendance& kept, const Segment& said, bool older) {
  if (Segment* before = find(kept.segments, said.name)) return merge_fields(*before, said, older);
  kept.segments.push_back(said);
}

/// Which segments belong together, so that those of a message take the place of those before: observations of one question and
/// sub-id, diagnoses of one type (DG1-6: a coder's final ones do not take away what the department wrote), else all of a name.
std::string group_of(const Segment& segment) {
  if (segment.name == "OBX") return "OBX/" + normal_code(hl7::value(&segment, 3)) + "/" + hl7::value(&segment, 4);
  if (segment.name == "DG1") return "DG1/" + normal_code(hl7::value(&segment, 6));
  return segment.name;
}

using Group = std::vector<const Segment*>;

/// What makes two diagnoses with action codes the same one.
std::string diagnosis_of(const Segment& segment) {
  const std::string identifier = hl7::value(&segment, 20);
  return identifier.empty() ? normal_code(hl7::value(&segment, 3)) : identifier;
}

/// Diagnoses with action codes, by themselves: the last of a message counts, and of an older message only what is new.
void merge_by_action(Attendance& kept, const Group& said, bool older) {
  if (said.empty()) return;
  std::map<std::string, const Segment*> by_diagnosis;
  for (const Segment* each : said) by_diagnosis[diagnosis_of(*each)] = each;
  std::set<const Segment*> there;
  std::erase_if(kept.segments, [&](const Segment& each) {
    if (each.name != "DG1") return false;
    const auto same = by_diagnosis.find(diagnosis_of(each));
    if (same == by_diagnosis.end()) return false;
    if (older) there.insert(same->second);
    return !older;
  });
  for (const Segment* each : said) {
    const bool counts = by_diagnosis.at(diagnosis_of(*each)) == each && !there.contains(each);
    if (counts && hl7::value(each, 21) != "D") kept.segments.push_back(*each);
  }
}

/// In one pass over what is kept, however many groups a message has.
void merge_groups(Attendance& kept, const std::vector<std::pair<std::string, Group>>& groups, bool older) {
  std::map<std::string, std::size_t> before;
  for (const Segment& each : kept.segments) ++before[group_of(each)];
  std::set<std::string> replaced;
  std::vector<const Group*> added;
  for (const auto& [group, said] : groups) {
    const auto known = before.find(group);
    const std::size_t times = known == before.end() ? 0 : known->second;
    if (group[0] == 'Z' && said.size() == 1 && times == 1) {
      merge_single(kept, *said.front(), older);
    } else if (!older || times == 0) {
      replaced.insert(group);
      added.push_back(&said);
    }
  }
  std::erase_if(kept.segments, [&](const Segment& each) { return replaced.contains(group_of(each)); });
  for (const Group* said : added) {
    for (const Segment* each : *said) kept.segments.push_back(*each);
  }
}

std::set<std::size_t> wanted_fields(const Segment& segment, const Rules& rules) {
  std::set<std::size_t> fields;
  if (const auto mapped = kMapped.find(segment.name); mapped != kMapped.end()) fields = mapped->second;
  bool named = false;
  for (const Where* where : rules.places()) {
    if (where->segment != segment.name || (!where->question.empty() && !is_observation(segment, where->question))) continue;
    named = true;
    fields.insert(where->field);
  }
  if (const auto beside = kBeside.find(segment.name); named && beside != kBeside.end()) fields.insert(beside->second.begin(), beside->second.end());
  return fields;
}

void put_segment(Writer& out, const Segment& segment) {
  out.sized(segment.name).u16(static_cast<std::uint16_t>(segment.fields.size()));
  for (std::size_t n = 1; n < segment.fields.size(); ++n) out.sized(segment.fields[n]);
}

Segment take_segment(Reader& in) {
  Segment segment;
  segment.name = std::string(in.sized());
  const std::size_t fields = in.u16();
  segment.fields.push_back(segment.name);
  for (std::size_t n = 1; n < fields && in.ok(); ++n) segment.fields.emplace_back(in.sized());
  return segment;
}

bool agree(const std::string& a, const std::string& b) { return a.empty() || b.empty() || a == b; }

}  // namespace

const Segment* Attendance::first(std::string_view name) const {
  const auto found = std::find_if(segments.begin(), segments.end(), [&](const Segment& each) { return each.name == name; });
  return found == segments.end() ? nullptr : &*found;
}

void merge(Attendance& kept, const hl7::Message& message, bool older) {
  std::vector<std::pair<std::string, Group>> groups;  // in the order of the message
  std::map<std::string, std::size_t> place;           // of each group among them
  Group by_action;
  std::set<std::string> seen;
  for (const Segment& said : message.segments) {
    if (said.name == "MSH" || said.name == "EVN" || said.name == "MRG") continue;
    if (is_single(said.name)) {
      if (seen.insert(said.name).second) merge_single(kept, said, older);
    } else if (said.name == "DG1" && !hl7::value(&said, 21).empty()) {
      by_action.push_back(&said);
    } else {
      const auto [known, is_new] = place.emplace(group_of(said), groups.size());
      if (is_new) groups.emplace_back(known->first, Group{});
      groups[known->second].second.push_back(&said);
    }
  }
  merge_by_action(kept, by_action, older);
  merge_groups(kept, groups, older);
}

void keep_mapped(Attendance& kept, const Rules& rules) {
  for (Segment& segment : kept.segments) {
    const std::set<std::size_t> wanted = wanted_fields(segment, rules);
    for (std::size_t n = 1; n < segment.fields.size(); ++n) {
      if (!wanted.contains(n)) segment.fields[n].clear();
    }
    while (segment.fields.size() > 1 && segment.fields.back().empty()) segment.fields.pop_back();
  }
  std::erase_if(kept.segments, [](const Segment& segment) { return segment.fields.size() < 2; });
}

Bytes encode(const Attendance& kept) {
  Writer out;
  out.u8(kVersion).sized(kept.reference).sized(kept.moved_to).sized(kept.facility);
  for (const Instant at : {kept.first_seen, kept.began, kept.newest}) out.u64(static_cast<std::uint64_t>(ms_of(at)));
  const bool with_admission = kept.before_admission || kept.admission_cancelled != Instant{};
  out.u8(static_cast<std::uint8_t>((kept.published ? 1 : 0) | (kept.cancelled ? 2 : 0) | (kept.in_bulk ? 4 : 0) | (kept.assessed ? 8 : 0) | (kept.came ? 16 : 0) |
                                   (kept.registered ? 32 : 0) | (kept.admitted ? 64 : 0) | (with_admission ? 128 : 0)));
  if (with_admission) out.u64(static_cast<std::uint64_t>(ms_of(kept.admission_cancelled))).u8(kept.before_admission ? 1 : 0);
  if (kept.before_admission) put_segment(out, *kept.before_admission);
  out.u16(static_cast<std::uint16_t>(kept.told_consents.size()));
  for (const auto& [purpose, told] : kept.told_consents) out.sized(purpose).u8(told.state).u64(static_cast<std::uint64_t>(ms_of(told.said)));
  out.u16(static_cast<std::uint16_t>(kept.segments.size()));
  for (const Segment& segment : kept.segments) put_segment(out, segment);
  return out.take();
}

Result<Attendance> decode(ByteView bytes) {
  Reader in(bytes);
  Attendance out;
  const bool known = in.u8() == kVersion;
  for (std::string* text : {&out.reference, &out.moved_to, &out.facility}) *text = std::string(in.sized());
  for (Instant* at : {&out.first_seen, &out.began, &out.newest}) *at = instant_of(static_cast<std::int64_t>(in.u64()));
  const std::uint8_t flags = in.u8();
  out.published = (flags & 1) != 0;
  out.cancelled = (flags & 2) != 0;
  out.in_bulk = (flags & 4) != 0;
  out.assessed = (flags & 8) != 0;
  out.came = (flags & 16) != 0;
  out.registered = (flags & 32) != 0;
  out.admitted = (flags & 64) != 0;
  if ((flags & 128) != 0) {
    out.admission_cancelled = instant_of(static_cast<std::int64_t>(in.u64()));
    if (in.u8() != 0) out.before_admission = take_segment(in);
  }
  for (std::size_t purposes = in.u16(); purposes > 0 && in.ok(); --purposes) {
    std::string purpose(in.sized());
    const std::uint8_t state = in.u8();
    out.told_consents[std::move(purpose)] = {state, instant_of(static_cast<std::int64_t>(in.u64()))};
  }
  for (std::size_t segments = in.u16(); segments > 0 && in.ok(); --segments) out.segments.push_back(take_segment(in));
  if (!known || !in.done()) return fail(Fault::Corrupt, code::kKeep, "a kept attendance does not decode");
  return out;
}

bool is_nhs(const std::string& authority, const std::string& type) {
  static const std::set<std::string> kAuthorities = {"NHS", "NHSNBR", "NHSNMBR", "NHSNO", "NHSNUMBER"};
  if (type.starts_with("NHS") || type == "NH" || type == "NI") return true;
  return authority == "NHS" || (type.empty() && kAuthorities.contains(authority));
}

std::vector<Identifier> identifiers(const hl7::Segment* segment, std::size_t field) {
  constexpr std::size_t kMost = 16;
  std::vector<Identifier> out;
  if (segment == nullptr) return out;
  for (const std::string_view each : hl7::repetitions(segment->field(field))) {
    Identifier one{normal_code(hl7::component(each, 1)), normal_code(hl7::component(each, 4)), normal_code(hl7::component(each, 5))};
    if (one.id.empty() || out.size() == kMost) continue;
    if (const auto number = contract::nhs_number(one.id); number && is_nhs(one.authority, one.type)) one = {*number, "NHS", ""};
    out.push_back(std::move(one));
  }
  return out;
}

bool same(const Identifier& a, const Identifier& b) { return a.id == b.id && agree(a.authority, b.authority) && agree(a.type, b.type); }

bool different_patients(const std::vector<Identifier>& a, const std::vector<Identifier>& b) {
  bool contradicts = false;
  for (const Identifier& one : a) {
    for (const Identifier& other : b) {
      if (same(one, other)) return false;
      contradicts = contradicts || (one.id != other.id && one.authority == other.authority && one.type == other.type);
    }
  }
  return contradicts;
}

}  // namespace concordat::health
