// People: see people.h.
#include "adapters/inbox/people.h"

#include <algorithm>
#include <map>

#include "adapters/inbox/inbox.h"
#include "proto/base/durable_file.h"
#include "proto/text/yaml.h"
#include "proto/wire/limits.h"

namespace concordat::inbox {
namespace {

using contract::ProgressState;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return out;
}

const read::Json* at(const read::Json* from, std::initializer_list<std::string_view> path) {
  for (const std::string_view name : path) {
    if (from == nullptr) return nullptr;
    from = from->member(name);
  }
  return from;
}

std::string scalar(const read::Json* value) { return value == nullptr ? std::string() : value->scalar(); }

/// "1990-2-17", as far as the document says.
std::string born(const read::Json& person) {
  const read::Json* date = at(&person, {"items", "date_of_birth", "date_of_birth", "date"});
  std::string out = scalar(at(date, {"year"}));
  for (const char* part : {"month", "day"}) {
    const std::string value = scalar(at(date, {part}));
    if (value.empty()) break;
    out += (value.size() == 1 ? "-0" : "-") + value;
  }
  return out;
}

/// Two birth dates contradict one another only as far as both are known.
bool may_be_born(const std::string& declared, const std::string& known) {
  const std::size_t both = std::min(declared.size(), known.size());
  return declared.substr(0, both) == known.substr(0, both);
}

bool may_be_given(const std::string& declared, const read::Json* given) {
  if (declared.empty() || given == nullptr || given->elements().empty()) return true;
  return std::any_of(given->elements().begin(), given->elements().end(), [&](const auto& each) { return lower(each.second.scalar()) == lower(declared); });
}

bool may_be(const Declared::With& with, const read::Json& person) {
  const read::Json* name = at(&person, {"items", "name", "name"});
  if (name == nullptr) return false;
  const std::string family = lower(scalar(at(name, {"family"})));
  const std::string line = lower(scalar(at(name, {"source_text"})));
  const bool family_fits = family == lower(with.family_name) || (family.empty() && line.find(lower(with.family_name)) != std::string::npos);
  return family_fits && may_be_given(with.given_name, at(name, {"given"})) && may_be_born(with.born, born(person));
}

Result<Declared> read_declared(const text::Node& node) {
  TRY(text::Map map, node.map());
  Declared declared;
  TRY(declared.person, map.text("person"));
  TRY(const std::vector<text::Node> list, map.list("with"));
  for (const text::Node& each : list) {
    TRY(text::Map with, each.map());
    Declared::With one;
    TRY(one.family_name, with.text("family_name"));
    TRY(one.given_name, with.text_or("given_name", {}));
    TRY(one.born, with.text_or("born", {}));
    TRY_VOID(with.finish());
    declared.with.push_back(std::move(one));
  }
  TRY_VOID(map.finish());
  return declared;
}

std::string reached_key(const EventId& event) { return "progress/" + event.hex(); }

Result<int> record_conflict(const Step& step, keep::Keep& keep, Instant now) {
  keep::Changes changes;
  changes.counted["declared_conflicts"] = 1;
  changes.queued.emplace_back(std::string(kConflictQueue), Writer().sized(step.word).sized(step.event).sized(step.person).u64(static_cast<std::uint64_t>(ms_of(now))).take());
  return keep.commit(changes, now);
}

Result<ProgressState> state_for(const Step& step) {
  static const std::map<std::string_view, ProgressState> kStates = {
      {"read", ProgressState::Read}, {"accept", ProgressState::Accepted}, {"decline", ProgressState::Declined}, {"act", ProgressState::Acted}};
  const auto state = kStates.find(step.word);
  if (state == kStates.end()) return fail(Fault::Malformed, code::kUsage, "read, accept, decline or act");
  if (step.person.empty() || step.person.size() > wire::kNameBytesMax) return fail(Fault::Malformed, code::kUsage, "--person is a name or staff number");
  if (step.reason.size() > wire::kReasonBytesMax) return fail(Fault::Malformed, code::kLimit, "--reason is too long");
  if (state->second == ProgressState::Declined && step.reason.empty()) return fail(Fault::Malformed, code::kProgress, "a reason is missing");
  return state->second;
}

}  // namespace

Result<std::vector<Declared>> read_conflicts(const std::string& file) {
  TRY(const text::Document document, text::Document::load(file));
  TRY(text::Map map, document.map());
  TRY(const std::vector<text::Node> nodes, map.list("conflicts", 10'000));
  std::vector<Declared> list;
  for (const text::Node& node : nodes) {
    TRY(Declared declared, read_declared(node));
    list.push_back(std::move(declared));
  }
  TRY_VOID(map.finish());
  return list;
}

bool conflicts(const std::vector<Declared>& list, std::string_view person, const read::Json& document) {
  const read::Json* people = document.member("people");
  if (people == nullptr) return false;
  for (const Declared& declared : list) {
    if (lower(declared.person) != lower(person)) continue;
    for (const auto& [name, each] : people->elements()) {
      if (std::any_of(declared.with.begin(), declared.with.end(), [&](const Declared::With& with) { return may_be(with, each); })) return true;
    }
  }
  return false;
}

Result<std::string> take_step(const Step& step, const std::string& folder, const std::vector<Declared>& list, keep::Keep& keep, Instant now) {
  TRY(const ProgressState state, state_for(step));
  const auto event = EventId::from_hex(step.event);
  if (!event) return fail(Fault::Malformed, code::kUsage, "EVENT is 32 hexadecimal digits");
  TRY(const std::optional<Bytes> text, read_file(Inbox::path_of(folder, *event), wire::kMessageBytesMax * 4));
  if (!text) return fail(Fault::Refused, code::kNotFound, "event " + event->hex());
  TRY(const read::Json document, read::parse_json(*text));
  if (conflicts(list, step.person, document)) {
    TRY_VOID(record_conflict(step, keep, now));
    return fail(Fault::Refused, code::kDeclared, "event " + event->hex());
  }
  TRY(const std::optional<Bytes> reached, keep.state(reached_key(*event)));
  if (state != ProgressState::Read && !reached) return fail(Fault::Refused, code::kProgress, "nobody has read it yet");
  wire::Progress progress;
  progress.event = *event;
  progress.state = state;
  progress.person = step.person;
  progress.at = now;
  progress.reason = step.reason;
  keep::Changes changes;
  changes.state[reached_key(*event)] = Bytes(1, static_cast<char>(state));
  changes.queued.emplace_back(std::string(sdk::kProgressQueue), sdk::encode(progress));
  TRY_VOID(keep.commit(changes, now));
  return *text;
}

}  // namespace concordat::inbox
