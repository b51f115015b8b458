// Intake: see intake.h.
#include "adapters/sdk/intake.h"

namespace concordat::sdk {
namespace {

std::string place_key(const std::string& file_key) { return "place/" + file_key; }

void quarantine(keep::Changes& changes, const std::string& file, const Input& input, const Failure& failure, IntakeCounts& counts) {
  changes.outgoing.clear();
  changes.seen.clear();
  changes.quarantined.push_back({std::string(failure.error.code.name), file, failure.line, failure.field, remedy(failure.error), input.raw});
  changes.counted = {{"quarantined/" + std::string(failure.error.code.name), 1}};
  ++counts.quarantined;
}

}  // namespace

Result<keep::Changes> Intake::changes_of(const std::string& file, const Input& input, const directory::Directory& directory,
                                         const policy::InForce& agreements, Instant now, IntakeCounts& counts) {
  keep::Changes changes;
  if (input.failure) {
    quarantine(changes, file, input, *input.failure, counts);
    return changes;
  }
  IntakeCounts of_this;
  const std::string origin = file + " line " + std::to_string(input.line);
  for (const TypedEvent& event : input.events) {
    auto prepared = sealer_.prepare(event, keep_, directory, agreements, now, origin);
    if (!prepared) {
      // What the input itself is to blame for is quarantined; the rest is ours and stops the feed.
      if (prepared.error().fault != Fault::Malformed) return tl::unexpected(std::move(prepared).error());
      quarantine(changes, file, input, {input.line, "record", prepared.error()}, counts);
      return changes;
    }
    if (prepared->fate == Fate::Unchanged) ++of_this.unchanged;
    if (prepared->fate == Fate::KeptHome) {
      ++of_this.kept_home;
      ++changes.counted["kept_home/" + std::string(contract::name_of(event.kind))];
    }
    if (prepared->compartments_kept_home != 0) changes.counted["compartments_kept_home"] += prepared->compartments_kept_home;
    if (prepared->seen) changes.seen.push_back(std::move(*prepared->seen));
    if (prepared->outgoing) {
      ++of_this.events;
      changes.outgoing.push_back(std::move(*prepared->outgoing));
    }
  }
  counts.events += of_this.events;
  counts.unchanged += of_this.unchanged;
  counts.kept_home += of_this.kept_home;
  return changes;
}

Result<IntakeCounts> Intake::take(const std::string& file, const std::string& file_key, const std::vector<Input>& inputs,
                                  const directory::Directory& directory, const policy::InForce& agreements, Instant now) {
  TRY(const std::optional<Bytes> place, keep_.state(place_key(file_key)));
  const std::uint64_t done = place ? Reader(*place).u64() : 0;
  IntakeCounts counts;
  for (std::uint64_t at = done; at < inputs.size(); ++at) {
    TRY(keep::Changes changes, changes_of(file, inputs[at], directory, agreements, now, counts));
    changes.state[place_key(file_key)] = Writer().u64(at + 1).take();
    TRY_VOID(keep_.commit(changes, now));
    ++counts.inputs;
  }
  return counts;
}

Result<int> Intake::forget(const std::string& file_key, Instant now) {
  keep::Changes changes;
  changes.state[place_key(file_key)] = std::nullopt;
  return keep_.commit(changes, now);
}

}  // namespace concordat::sdk
