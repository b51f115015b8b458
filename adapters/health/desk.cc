// Kept attendances, found and put back: see desk.h.
#include "adapters/health/desk.h"

#include <algorithm>

namespace concordat::health {
namespace {

/// Of one patient; then the oldest are found by their reference alone.
constexpr std::size_t kStaysMost = 64;

std::string attendance_name(const std::string& reference) { return "attendance/" + reference; }
std::string patient_name(const std::string& facility, const Identifier& patient) { return "patient/" + facility + "/" + patient.id; }

}  // namespace

Result<Attendance*> Desk::find(const std::string& reference) {
  auto there = attendances_.find(reference);
  if (there == attendances_.end()) {
    TRY(const std::optional<Bytes> bytes, kept_.state(attendance_name(reference)));
    std::optional<Attendance> loaded;
    if (bytes) {
      TRY(loaded, decode(*bytes));
    }
    there = attendances_.emplace(reference, std::move(loaded)).first;
  }
  if (!there->second) return nullptr;
  // What moved, moved to where it is kept: one step, never a chain.
  if (there->second->moved_to.empty() || there->second->moved_to == reference) return &*there->second;
  return find(there->second->moved_to);
}

Attendance& Desk::begin(std::string reference, const std::string& facility) {
  Attendance& fresh = attendances_[reference].emplace();
  fresh.reference = std::move(reference);
  fresh.facility = facility;
  fresh.first_seen = now_;
  change(fresh);
  return fresh;
}

void Desk::lead(const std::string& reference, const Attendance& kept) {
  if (reference.empty() || reference == kept.reference) return;
  Attendance& sign = attendances_[reference].emplace();
  sign.reference = reference;
  sign.moved_to = kept.reference;
  change(sign);
}

void Desk::forget(const std::string& reference) {
  attendances_[reference].reset();
  changed_.insert(reference);
}

Result<Desk::Stays*> Desk::stays(const std::string& name) {
  const auto there = stays_.find(name);
  if (there != stays_.end()) return &there->second;
  TRY(const std::optional<Bytes> bytes, kept_.state(name));
  Stays loaded;
  if (bytes) {
    Reader in(*bytes);
    loaded.until = instant_of(static_cast<std::int64_t>(in.u64()));
    for (std::size_t count = in.u16(); count > 0 && in.ok(); --count) loaded.references.emplace_back(in.sized());
    if (!in.done()) return fail(Fault::Corrupt, code::kKeep, "a patient's kept attendances do not decode");
  }
  return &stays_.emplace(name, std::move(loaded)).first->second;
}

Result<std::vector<Attendance*>> Desk::of_patient(const std::string& facility, const std::vector<Identifier>& patient) {
  std::vector<Attendance*> out;
  for (const Identifier& each : patient) {
    TRY(const Stays* const known, stays(patient_name(facility, each)));
    for (const std::string& reference : known->references) {
      TRY(Attendance* const kept, find(reference));
      if (kept == nullptr || std::find(out.begin(), out.end(), kept) != out.end()) continue;
      const auto has = identifiers(kept->first("PID"), 3);
      if (std::any_of(has.begin(), has.end(), [&](const Identifier& one) { return same(one, each); })) out.push_back(kept);
    }
  }
  return out;
}

Result<int> Desk::index(const std::string& facility, const std::vector<Identifier>& patient, const std::string& reference) {
  for (const Identifier& each : patient) {
    TRY(Stays* const known, stays(patient_name(facility, each)));
    const bool there = std::find(known->references.begin(), known->references.end(), reference) != known->references.end();
    // Written again before it could be forgotten, but not with every message.
    if (there && known->until - now_ > (until_ - now_) / 2) continue;
    if (!there) known->references.push_back(reference);
    if (known->references.size() > kStaysMost) known->references.erase(known->references.begin());
    known->until = until_;
    known->changed = true;
  }
  return 0;
}

Result<int> Desk::put_back(sdk::Input& input) {
  for (const std::string& reference : changed_) {
    const auto& kept = attendances_.at(reference);
    sdk::ToKeep out{std::nullopt, until_};
    if (kept) out.value = encode(*kept);
    if (out.value && out.value->size() > kKeptBytesMax) return fail(Fault::Malformed, code::kLimit, "the attendance has more than is kept of one");
    input.state[attendance_name(reference)] = std::move(out);
  }
  for (const auto& [name, known] : stays_) {
    if (!known.changed) continue;
    Writer out;
    out.u64(static_cast<std::uint64_t>(ms_of(known.until))).u16(static_cast<std::uint16_t>(known.references.size()));
    for (const std::string& reference : known.references) out.sized(reference);
    input.state[name] = {out.take(), until_};
  }
  return 0;
}

}  // namespace concordat::health
