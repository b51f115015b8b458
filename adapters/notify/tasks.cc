// Tasks for people: see tasks.h.
#include "adapters/notify/tasks.h"

#include <algorithm>
#include <map>

#include "adapters/sdk/read/json.h"
#include "adapters/sdk/reading.h"
#include "proto/base/durable_file.h"
#include "proto/wire/limits.h"

namespace concordat::notify {
namespace {

using contract::ProgressState;
using read::Json;

constexpr std::size_t kDocumentBytesMax = 1u << 20;

Json list(const std::vector<std::string>& texts) {
  Json out = Json::array();
  for (const std::string& each : texts) out.add(Json::text(each));
  return out;
}

void put(Json& out, std::string name, const std::string& value) {
  if (!value.empty()) out.set(std::move(name), Json::text(value));
}
void put(Json& out, std::string name, Instant at) {
  if (ms_of(at) != 0) out.set(std::move(name), Json::text(to_text(at)));
}

std::string_view word_of(State state) { return state == State::WithPerson ? "open" : state == State::ByPerson ? "done" : "closed"; }

Json news_of(const Telling& telling) {
  Json out = Json::object();
  out.set("kind", Json::text(contract::name_of(telling.kind)));
  if (telling.group != News::None) out.set("group", Json::text(name_of(telling.group)));
  put(out, "what", telling.what);
  put(out, "when", telling.when);
  put(out, "terms", telling.terms);
  if (telling.reversed) out.set("reversed", Json::boolean(true));
  put(out, "accepted", telling.accepted);
  return out;
}

Json reach_of(const Contact& contact) {
  Json out = Json::object();
  out.set("mobile", list(contact.mobiles));
  out.set("email", list(contact.emails));
  out.set("other", list(contact.others));
  out.set("safe_times", list(contact.safe_times));
  put(out, "instructions", contact.instructions);
  if (contact.through_person) out.set("through_somebody", Json::boolean(true));
  if (contact.leave_message != Said::Nothing) out.set("leave_message", Json::boolean(contact.leave_message == Said::Yes));
  return out;
}

Json victim_of(const Source& registration) {
  Json out = Json::object();
  put(out, "name", registration.name);
  put(out, "name_here", registration.victim);
  put(out, "date_of_birth", registration.born);
  put(out, "language", registration.language);
  if (registration.interpreter) out.set("interpreter", Json::boolean(true));
  return out;
}

std::string reached_key(const EventId& event) { return "read/" + event.hex(); }

}  // namespace

std::string task_document(const Case& one, const Telling& telling, const Rules& rules) {
  Json out = Json::object();
  out.set("event", Json::text(telling.event.hex()));
  out.set("task", Json::text(word_of(telling.state)));
  put(out, "why", telling.why);
  put(out, "deadline", telling.not_after);
  put(out, "case_name", one.name.hex());
  out.set("news", news_of(telling));
  const Standing standing = standing_of(one);
  Json registrations = Json::array();
  for (const Source& each : one.sources) {
    if (each.kind != contract::Kind::VictimRegistration || each.withdrawn) continue;
    Json entry = victim_of(each);
    put(entry, "unit", each.unit);
    put(entry, "helpline", each.helpline);
    put(entry, "hours", each.hours);
    if (each.ended) entry.set("ended", Json::boolean(true));
    registrations.add(std::move(entry));
  }
  out.set("registrations", std::move(registrations));
  if (standing.contact != nullptr) out.set("safe_contact", reach_of(standing.contact->contact));
  if (standing.chose != nullptr) {
    const Preferences& preferences = standing.chose->preferences;
    Json choices = Json::object();
    for (const Choice& each : preferences.choices) choices.set(std::string(name_of(each.about)), Json::text(name_of(each.channel)));
    out.set("choices", std::move(choices));
    put(out, "quiet_from", preferences.quiet_from);
    put(out, "quiet_until", preferences.quiet_until);
    put(out, "number_confirmed", preferences.confirmed);
  }
  if (standing.consented != nullptr) put(out, "consent", std::string(contract::name_of(static_cast<contract::ConsentState>(standing.consented->consent))));
  put(out, "sent_before", telling.proof);
  put(out, "idva", rules.idva);
  put(out, "keep_until", telling.keep_until);
  put(out, "keep_rule", telling.keep_rule);
  put(out, "by", telling.by);
  put(out, "ended", telling.ended_at);
  return read::to_text(out, 2) + "\n";
}

Result<int> take_step(const Step& step, const std::string& folder, keep::Keep& keep, Instant now, const Show& show) {
  static const std::map<std::string_view, ProgressState> kStates = {
      {"read", ProgressState::Read}, {"accept", ProgressState::Accepted}, {"decline", ProgressState::Declined}, {"act", ProgressState::Acted}};
  const auto state = kStates.find(step.word);
  if (state == kStates.end()) return fail(Fault::Malformed, code::kUsage, "read, accept, decline or act");
  const auto event = EventId::from_hex(step.event);
  if (!event) return fail(Fault::Malformed, code::kUsage, "EVENT is 32 hexadecimal digits");
  const auto blank = [](const std::string& text) { return text.find_first_not_of(" \t\r\n") == std::string::npos; };
  if (blank(step.person) || step.person.size() > wire::kNameBytesMax) return fail(Fault::Malformed, code::kUsage, "--person is a name or staff number");
  if (step.reason.size() > wire::kReasonBytesMax) return fail(Fault::Malformed, code::kLimit, "--reason is too long");
  if (state->second == ProgressState::Declined && blank(step.reason)) return fail(Fault::Malformed, code::kProgress, "a reason is missing");
  TRY(const std::optional<Bytes> text, read_file(folder + "/" + event->hex() + ".json", kDocumentBytesMax));
  if (!text) return fail(Fault::Refused, code::kNotFound, "no task is open for event " + event->hex());
  TRY(const std::optional<Bytes> reached, keep.state(reached_key(*event)));
  if (state->second != ProgressState::Read && !reached) return fail(Fault::Refused, code::kProgress, "nobody has read it yet");
  if (state->second == ProgressState::Read && show) TRY_VOID(show(*text));
  wire::Progress progress;
  progress.event = *event;
  progress.state = state->second;
  progress.person = step.person;
  progress.at = now;
  progress.reason = step.reason;
  keep::Changes changes;
  changes.state[reached_key(*event)] = Bytes(1, '\1');
  changes.queued.emplace_back(std::string(kStepQueue), sdk::encode(progress));
  return keep.commit(changes, now);
}

}  // namespace concordat::notify
