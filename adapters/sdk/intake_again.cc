// Intake of what was read before: out of quarantine, and inputs that were kept. See intake.h.
#include <algorithm>

#include "adapters/sdk/again.h"
#include "adapters/sdk/intake.h"

namespace concordat::sdk {
namespace {

/// Of an input that is kept: a hearing of many defendants would be kept with each of them.
constexpr std::size_t kKeptBytesMost = 128u << 10;

std::string place_of(std::uint64_t entry) { return "place/quarantine/" + std::to_string(entry); }

constexpr std::string_view kSuperseded =
    "something newer of the same reference has been taken since: this would take it back. Discard it, or offer the newest record again.";

constexpr std::string_view kNothingNew =
    "read again it yields nothing new: by what is remembered of its source it was said already. Offer the newest record again, or discard it.";

ReadAgain ended(ReadAgain::End end) { return {end, {}, {}, {}}; }

}  // namespace

/// Does what stands under a reference stay as it is, whatever the input says?
Result<bool> Intake::stays(const std::string& reference, const Way& way) {
  if (way.remap != 0) {
    TRY(const bool newest, keep_.is_newest(way.remap, sealer_.key(reference)));
    if (newest) return false;
    // A reference that nobody has spoken of is new, and may be; of any other somebody else's word is the newest.
    TRY(const auto seen, keep_.seen(sealer_.key(reference)));
    return seen.has_value();
  }
  if (!way.history) return false;
  TRY(const auto seen, keep_.seen(sealer_.key(reference)));
  return seen && !seen->history;
}

Result<bool> Intake::superseded(const Input& input, Instant since) {
  for (const TypedEvent& event : input.events) {
    TRY(const auto seen, keep_.seen(sealer_.key(event.reference)));
    if (seen && seen->at > since) return true;
  }
  for (const NoMore& gone : input.no_more) {
    TRY(const auto seen, keep_.seen(sealer_.key(gone.reference)));
    if (seen && seen->at > since) return true;
  }
  return false;
}

void Intake::keep_input(Outcome& outcome, const std::string& file, const Input& input) const {
  if (!is_whole(input) || input.events.empty() || input.as_it_came().size() > kKeptBytesMost) return;
  keep::Taken taken;
  taken.version = source_ == nullptr ? std::string() : source_->version();
  taken.file = file;
  taken.reference = input.reference;
  taken.begins = input.begins != 0 ? input.begins : input.line;
  if (input.context) taken.context = *input.context;
  taken.raw = input.as_it_came();
  if (!taken.version.empty()) taken.about = remembered(input.events);
  const auto its_word = [&](const std::string& reference) {
    if (!outcome.stayed.contains(reference)) taken.keys.push_back(sealer_.key(reference));
  };
  for (const TypedEvent& event : input.events) its_word(event.reference);
  for (const NoMore& gone : input.no_more) its_word(gone.reference);
  outcome.changes.taken.push_back(std::move(taken));
}

Result<ReadAgain> Intake::again(std::uint64_t id, const directory::Directory& directory, const policy::InForce& agreements, Instant now) {
  TRY(const std::optional<keep::Quarantined> entry, keep_.quarantined(id));
  if (!entry) return ended(ReadAgain::End::Gone);
  if (!entry->what.whole || source_ == nullptr) return ended(ReadAgain::End::NotHere);
  TRY(ReadAgain done, again(*entry, read_again(*source_, entry->what), directory, agreements, now));
  if (done.end != ReadAgain::End::Taken) return done;
  log_.info("an input is out of quarantine", {{"id", id}, {"code", entry->what.code}, {"file", entry->what.file}, {"line", entry->what.line},
                                             {"events", done.counts.events}, {"quarantined", done.counts.quarantined}});
  return done;
}

Result<ReadAgain> Intake::again(const keep::Quarantined& entry, const std::vector<Input>& inputs, const directory::Directory& directory,
                                const policy::InForce& agreements, Instant now) {
  const std::string& file = entry.what.file;
  TRY(const std::optional<Bytes> place, keep_.state(place_of(entry.id)));
  ReadAgain out;
  std::optional<keep::Quarantine> left;  // what the entry is from now on, if it stays
  const std::size_t begin = place ? static_cast<std::size_t>(Reader(*place).u64()) : 0;
  for (std::size_t at = 0; at < inputs.size(); ++at) {
    const Input& input = inputs[at];
    if (at < begin) {
      // Taken before the process ended, but for what failed and is the entry itself.
      if (input.failure && input.as_it_came() == entry.what.raw) left = still(entry, *input.failure);
      continue;
    }
    TRY(Outcome outcome, outcome_of(file, input, directory, agreements, now, {.since = entry.at}));
    const bool itself = outcome.failure && input.as_it_came() == entry.what.raw;
    if (itself) left = still(entry, *outcome.failure);
    if (itself) outcome.changes.quarantined.clear();
    for (keep::Quarantine& each : outcome.changes.quarantined) each.since = entry.at;
    outcome.counts.inputs = 1;
    out.counts += outcome.counts;
    const bool last = at + 1 == inputs.size();
    if (last && !left) left = yields_nothing(entry, out.counts);
    if (last && left) outcome.changes.still_quarantined.emplace_back(entry.id, *left);
    if (last && !left) outcome.changes.released.push_back(entry.id);
    outcome.changes.state[place_of(entry.id)] = last ? std::optional<Bytes>() : std::optional(Writer().u64(at + 1).take());
    TRY_VOID(keep_.commit(outcome.changes, now));
    if (!itself) say(file, input, outcome);
  }
  if (inputs.size() <= begin) {
    keep::Changes nothing_left;
    nothing_left.released.push_back(entry.id);
    nothing_left.state[place_of(entry.id)] = std::nullopt;
    TRY_VOID(keep_.commit(nothing_left, now));
  }
  if (!left) return out;
  log_.error("an input stays in quarantine", {{"id", entry.id}, {"code", left->code}, {"file", file}, {"line", left->line}, {"newer", out.counts.known > 0}});
  out.end = ReadAgain::End::Failed;
  out.code = left->code;
  out.remedy = left->remedy;
  return out;
}

keep::Quarantine Intake::still(const keep::Quarantined& entry, const Failure& failure) {
  keep::Quarantine what = entry.what;
  what.code = failure.error.code.name;
  what.remedy = remedy(failure.error);
  what.line = failure.line;
  what.field = failure.field;
  what.refused = false;
  return what;
}

/// An entry must not end in silence: what was superseded, and an event that was refused and of which nothing comes again.
std::optional<keep::Quarantine> Intake::yields_nothing(const keep::Quarantined& entry, const IntakeCounts& counts) {
  const bool refused = entry.what.refused && counts.kept_home == 0 && counts.quarantined == 0;
  if (counts.events > 0 || (counts.known == 0 && !refused)) return std::nullopt;
  keep::Quarantine what = entry.what;
  what.remedy = counts.known > 0 ? kSuperseded : kNothingNew;
  return what;
}

Result<ReadAgain> Intake::remap(const keep::TakenInput& taken, const directory::Directory& directory, const policy::InForce& agreements, Instant now) {
  if (source_ == nullptr) return ended(ReadAgain::End::NotHere);
  ReadAgain out;
  for (Input input : read_again(*source_, taken.what)) {
    TRY(const std::vector<Difference> differ, differences(taken.what.about, input.events));
    for (const Difference& each : differ) {
      const auto said = [&](const NoMore& gone) { return gone.reference == each.reference; };
      if (input.failure || each.fate != Difference::Fate::NoMore || std::any_of(input.no_more.begin(), input.no_more.end(), said)) continue;
      input.no_more.push_back({each.kind, each.reference});
    }
    TRY(Outcome outcome, outcome_of(taken.what.file, input, directory, agreements, now, {.remap = taken.id}));
    TRY_VOID(keep_.commit(outcome.changes, now));
    say(taken.what.file, input, outcome);
    if (outcome.failure) {
      out.end = ReadAgain::End::Failed;
      out.code = outcome.failure->error.code.name;
      out.remedy = remedy(outcome.failure->error);
    }
    outcome.counts.inputs = 1;
    out.counts += outcome.counts;
  }
  return out;
}

}  // namespace concordat::sdk
