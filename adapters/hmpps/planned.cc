// Planned releases: the confirmed date in the prisons' own answer about a prisoner's sentence. And what is completed from what was
// kept: their day, and movements that were first told without their code.
#include <google/protobuf/message.h>

#include "adapters/hmpps/events.h"
#include "adapters/hmpps/fields.h"
#include "adapters/sdk/read/record.h"
#include "adapters/sdk/read/when.h"
#include "concordat/v1/custody_change.pb.h"
#include "proto/contract/identifiers.h"

namespace concordat::hmpps {
namespace {

using sdk::Draft;
using sdk::Input;

constexpr std::string_view kPlanned = "release_planned";
constexpr auto kKeptAfter = std::chrono::days(365);
/// As far as clocks of two systems may differ; the broker refuses what lies further ahead.
constexpr auto kAheadMost = std::chrono::minutes(5);

Result<sdk::TypedEvent> planned(const read::Json& body, std::string_view date, std::string reference, bool in_bulk) {
  TRY(const read::Moment moment, read::parse_moment(date));
  Draft draft(contract::Kind::CustodyChange);
  TRY_VOID(draft.set(kOffender.path, text_at(body, kOffender.source)));
  TRY_VOID(draft.set(kMovement.path, kPlanned));
  TRY_VOID(draft.set(kConfirmed.path, date));
  if (const auto prison = text_at(body, kAgency.source); is_prison(prison)) TRY_VOID(draft.set(kAgency.path, prison));
  TRY(auto message, draft.finish());
  std::shared_ptr<google::protobuf::Message> shared = std::move(message);
  return sdk::TypedEvent{std::move(shared), contract::Kind::CustodyChange, std::move(reference), moment.at, in_bulk};
}

/// A movement that is told without its code, and later with it, is one: under the reference that it was first told by.
Result<int> join_without_code(Input& input, sdk::TypedEvent& event, sdk::Kept& kept, Instant now) {
  if (event.kind != contract::Kind::CustodyChange) return 0;
  const auto end = event.reference.rfind('/');
  const std::string first = event.reference.substr(0, end) + std::string(kWithoutCode), code = event.reference.substr(end + 1);
  const std::string name = "without-code/" + first;
  TRY(const std::optional<Bytes> before, kept.state(name));
  std::string known;  // the code that it turned out to have
  if (before) {
    Reader reader(*before);
    known = std::string(reader.sized());
    if (!reader.done()) return fail(Fault::Corrupt, code::kKeep, "a kept movement does not decode");
  }
  const bool is_without = event.reference == first;
  if (is_without && !known.empty()) {
    input.events.clear();
    input.nothing = "told-with-its-code";
    return 0;
  }
  if (!is_without && (!before || (!known.empty() && known != code))) return 0;
  event.reference = input.reference = first;
  input.state[name] = {Writer().sized(is_without ? std::string() : code).take(), std::max(event.happened, now) + kKeptAfter};
  return 0;
}

}  // namespace

bool is_prison(std::string_view text) { return is_code(text, 6) && text.size() >= 2 && text != "OUT" && text != "TRN"; }

bool is_planned(const read::Json& body) {
  const read::Json* dates = body.member("sentenceDetail");
  return dates != nullptr && dates->kind() == read::Json::Kind::Object && body.member("offenderNo") != nullptr;
}

Input read_planned(Input input, const read::Json& body, bool in_bulk) {
  const auto number = contract::noms(text_at(body, kOffender.source));
  if (!number) return refused(std::move(input), kOffender.source, {Fault::Malformed, code::kValue, "no valid prison number"});
  input.reference = *number + std::string(kPlannedReference);
  const auto date = text_at(body, kConfirmed.source);
  if (date.empty()) {
    input.no_more.push_back({contract::Kind::CustodyChange, input.reference});
    input.nothing = "no-confirmed-release-date";
    return input;
  }
  auto event = planned(body, date, input.reference, in_bulk);
  if (!event) return refused(std::move(input), kConfirmed.source, event.error());
  input.events.push_back(std::move(*event));
  return input;
}

Result<int> HmppsSource::follow(Input& input, sdk::Kept& kept, Instant now) const {
  for (sdk::TypedEvent& event : input.events) {
    if (!event.reference.ends_with(kPlannedReference)) {
      // A movement is the only event of its input.
      if (event.happened <= now + kAheadMost) return join_without_code(input, event, kept, now);
      input = refused(std::move(input), kAt.source, {Fault::Malformed, code::kTime, "it says that it happened in the future"});
      return 0;
    }
    // What lies ahead has not happened: the event is of the day it was first read, and the same whenever it is read again.
    const Instant date = event.happened;
    const std::string name = "planned/" + event.reference;
    TRY(const std::optional<Bytes> before, kept.state(name));
    Instant first = std::min(date, now);
    if (before) {
      Reader reader(*before);
      const Instant of = instant_of(static_cast<std::int64_t>(reader.u64()));
      const Instant read = instant_of(static_cast<std::int64_t>(reader.u64()));
      if (reader.done() && of == date) first = read;
    }
    event.happened = first;
    input.state[name] = {Writer().u64(static_cast<std::uint64_t>(ms_of(date))).u64(static_cast<std::uint64_t>(ms_of(first))).take(), std::max(date, now) + kKeptAfter};
  }
  return 0;
}

}  // namespace concordat::hmpps
