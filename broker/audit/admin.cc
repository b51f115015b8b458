// audit: see admin.h.
#include "broker/audit/admin.h"

#include <algorithm>
#include <charconv>

#include "broker/append/recover.h"
#include "broker/audit/explain.h"
#include "broker/store/check.h"
#include "policy/agreement/in_force.h"

namespace concordat::broker {
namespace {

using text::Json;

constexpr std::uint64_t kLogRowsMax = 1000;
constexpr std::size_t kWordBytesMax = 128;

struct Question {
  const Core& core;
  const admin::Question& asked;
  const std::string& by;
  const AdminParts& parts;
  std::vector<Input>& inputs;
  Later& later;
};

bool begins_check(const admin::Question& asked) { return asked.argument("begin") == "yes"; }

Json number(std::uint64_t value) { return Json::number(static_cast<std::int64_t>(value)); }

Result<std::uint64_t> number_argument(const Question& question, std::string_view name, std::uint64_t fallback) {
  const Json* given = question.asked.arguments.member(name);
  if (given == nullptr || given->scalar().empty()) return fallback;
  const std::string& text = given->scalar();
  std::uint64_t value = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (wrong != std::errc() || end != text.data() + text.size()) return fail(Fault::Malformed, code::kUsage, std::string(name) + " is a number");
  return value;
}

std::string desk_name(const Question& question, DeskNumber number_of) {
  const directory::Desk* desk = question.core.world().directory->desk(number_of);
  return desk == nullptr ? "desk " + std::to_string(number_of.value) : desk->name;
}

// A desk that has left the directory has no name any more, but it may have a mailbox.
Result<DeskNumber> desk_argument(const Question& question) {
  const std::string name = question.asked.argument("desk");
  if (const directory::Desk* desk = question.core.world().directory->desk(name)) return desk->number;
  const std::string_view digits = std::string_view(name).substr(name.starts_with("desk ") ? 5 : 0);
  std::uint32_t value = 0;
  const auto [end, wrong] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const DeskNumber desk{static_cast<decltype(DeskNumber::value)>(value)};
  const bool is_number = !digits.empty() && wrong == std::errc() && end == digits.data() + digits.size() && desk.value == value;
  if (is_number && question.core.state().mailboxes.contains(desk)) return desk;
  return fail(Fault::Malformed, code::kNotFound, "desk " + name);
}

Json mailboxes(const Question& question) {
  Json list = Json::array();
  for (const auto& [desk, mailbox] : question.core.state().mailboxes) {
    Json row = Json::object();
    row.set("desk", Json::text(desk_name(question, desk)));
    row.set("undelivered", number(mailbox.size()));
    row.set("waiting", number(mailbox.waiting()));
    row.set("parked", number(mailbox.parked().size()));
    row.set("being_read", Json::boolean(question.core.sessions().reading.contains(desk)));
    list.add(std::move(row));
  }
  return list;
}

Result<Json> status(const Question& question) {
  const State& state = question.core.state();
  const World& world = question.core.world();
  Json answer = Json::object();
  answer.set("broker", Json::text(question.parts.broker));
  answer.set("environment", Json::text(world.directory->environment == directory::Environment::Live ? "live" : "test"));
  answer.set("records", number(question.parts.log.last()));
  answer.set("records_not_yet_durable", number(state.applied - std::min(state.applied, question.parts.log.last())));
  answer.set("state", Json::text(state.line()));
  answer.set("events", number(state.events()));
  answer.set("deadlines_open", number(state.deadlines().size()));
  answer.set("directory_version", number(state.directory_version));
  Json agreements = Json::array();
  for (const auto& [name, entry] : state.agreements) agreements.add(Json::text(name + " v" + std::to_string(entry.version)));
  answer.set("agreements", std::move(agreements));
  Json sessions = Json::array();
  for (const auto& [id, session] : question.core.sessions().open) sessions.add(Json::text(session.client));
  answer.set("sessions", std::move(sessions));
  answer.set("mailboxes", mailboxes(question));
  const store::Figures figures = question.parts.log.figures();
  answer.set("disk_bytes", number(figures.disk_bytes));
  answer.set("store_memory_bytes", number(figures.memory_bytes));
  answer.set("free_bytes", number(figures.free_bytes));
  answer.set("on_its_reserve", Json::boolean(figures.reserved));
  answer.set("metrics", Json::text(question.parts.metrics()));
  return answer;
}

Result<Json> log_show(const Question& question) {
  TRY(const std::uint64_t count, number_argument(question, "count", 50));
  const std::uint64_t last = question.parts.log.last(), shown = std::min(count, kLogRowsMax);
  TRY(const std::uint64_t from, number_argument(question, "from", last > shown ? last - shown + 1 : 1));
  TRY(const auto rows, question.parts.log.read(std::max<std::uint64_t>(from, 1), shown, 8u << 20, store::Parts::Body));
  Json list = Json::array();
  for (const auto& stored : rows) {
    TRY(const wire::Stub stub, wire::Stub::decode(stored.row.stub));
    Json row = Json::object();
    row.set("record", number(stub.sequence));
    row.set("time", Json::text(to_text(stub.time)));
    row.set("type", Json::text(name_of(stub.type)));
    if (!stub.event.none()) row.set("event", Json::text(stub.event.hex()));
    const auto opened = open_row(stored, question.parts.broker, question.parts.keys);
    if (opened) row.set("what", Json::text(summary(opened->body, *question.core.world().directory)));
    else row.set("what", Json::text(opened.error().code == code::kErased ? "erased" : "does not open"));
    row.set("hash", Json::text(wire::record_hash(stored.row.stub).hex()));
    list.add(std::move(row));
  }
  return list;
}

std::vector<std::uint64_t> parked_at(const Question& question, DeskNumber desk) {
  const auto mailbox = question.core.state().mailboxes.find(desk);
  return mailbox == question.core.state().mailboxes.end() ? std::vector<std::uint64_t>() : mailbox->second.parked();
}

Result<Json> mailbox_parked(const Question& question) {
  TRY(const DeskNumber desk, desk_argument(question));
  Json list = Json::array();
  for (const std::uint64_t delivery : parked_at(question, desk)) {
    const EventEntry* entry = question.core.state().event(question.core.state().mailboxes.at(desk).find(delivery)->sequence);
    Json row = Json::object();
    row.set("delivery", number(delivery));
    row.set("event", Json::text(entry == nullptr ? "" : entry->event.hex()));
    list.add(std::move(row));
  }
  return list;
}

Result<Json> mailbox_retry(const Question& question) {
  TRY(const DeskNumber desk, desk_argument(question));
  TRY(const std::uint64_t delivery, number_argument(question, "delivery", 0));
  const auto parked = parked_at(question, desk);
  const bool there = delivery == 0 ? !parked.empty() : std::find(parked.begin(), parked.end(), delivery) != parked.end();
  const std::string name = desk_name(question, desk);
  if (!there) return fail(Fault::Malformed, code::kNotFound, (delivery == 0 ? std::string("nothing") : "no delivery " + std::to_string(delivery)) + " is parked at " + name);
  question.inputs.push_back(RetryParked{desk, delivery, question.by});
  return Json::object().set("retried", Json::text(name)).set("deliveries", number(delivery == 0 ? parked.size() : 1));
}

Result<Json> adopt_directory(const Question& question) {
  const auto bundle = from_hex(question.asked.argument("bundle"));
  if (!bundle) return fail(Fault::Malformed, code::kUsage, "bundle is hexadecimal");
  TRY(auto adopted, broker::adopt_directory(question.core.state(), &question.core.world(), question.parts.world, *bundle, question.by));
  TRY_VOID(question.parts.names_us(*adopted.world.directory));
  const std::uint64_t version = adopted.record.version;
  question.inputs.push_back(std::move(adopted));
  return Json::object().set("directory_version", number(version));
}

Result<Json> adopt_agreement(const Question& question) {
  TRY(auto adopted, broker::adopt_agreement(question.core.state(), question.core.world(), question.parts.world, question.asked.argument("file"),
                                            question.asked.argument("signatures"), question.by, question.parts.clock.now()));
  const std::string what = adopted.record.name + " v" + std::to_string(adopted.record.version);
  question.inputs.push_back(std::move(adopted));
  return Json::object().set("adopted", Json::text(what));
}

Result<Json> agreement_list(const Question& question) {
  Json list = Json::array();
  for (const auto& adopted : question.core.world().agreements->agreements()) {
    const auto& entry = question.core.state().agreements.at(adopted.agreement.name);
    Json row = Json::object();
    row.set("agreement", Json::text(adopted.agreement.name));
    row.set("version", number(entry.version));
    row.set("title", Json::text(adopted.agreement.title));
    row.set("clauses", number(adopted.agreement.clauses.size()));
    row.set("digest", Json::text(entry.digest.hex()));
    list.add(std::move(row));
  }
  return list;
}

// Begun on the core's thread, where alone a view can be taken; the rest is the check's own thread's.
Result<Json> store_check(const Question& question) {
  const AdminParts& parts = question.parts;
  auto view = std::make_shared<CheckParts>();
  if (begins_check(question.asked) && !parts.check.running()) {
    // Before the view, so that the view reaches it.
    TRY(view->checkpoint, store::read_checkpoint(parts.checkpoint));
    view->log = parts.log.view();
    view->keys = parts.copy_of_keys();
  }
  question.later = [&check = parts.check, view]() -> Result<Json> {
    if (view->log) check.begin(std::move(*view));
    return check.state();
  };
  return Json();
}

Result<Json> event_explain(const Question& question) {
  const auto event = EventId::from_hex(question.asked.argument("event"));
  if (!event) return fail(Fault::Malformed, code::kUsage, "event is 32 hexadecimal digits");
  const AdminParts& parts = question.parts;
  TRY(auto explained, explain_question(question.core, *event, question.asked.argument("for")));
  const std::shared_ptr<store::Log> log = parts.log.view();
  const std::shared_ptr<BucketKeys> keys = parts.copy_of_keys();
  question.later = [explained = std::move(explained), log, keys, broker = parts.broker, world = parts.world]() {
    return explain(explained, *log, broker, *keys, [&world](const State& adopted) { return build_world(adopted, world); });
  };
  return Json();
}

using Answer = Result<Json> (*)(const Question&);
struct Verb {
  std::string_view name;
  Answer answer;
  bool (*recorded)(const admin::Question&);   ///< Those that change something record themselves.
};
bool never(const admin::Question&) { return false; }
bool always(const admin::Question&) { return true; }

constexpr Verb kVerbs[] = {
    {"status", status, never},
    {"log show", log_show, always},
    {"event explain", event_explain, always},
    {"mailbox list", [](const Question& question) { return Result<Json>(mailboxes(question)); }, never},
    {"mailbox parked", mailbox_parked, always},
    {"mailbox retry", mailbox_retry, never},
    {"directory adopt", adopt_directory, never},
    {"agreement adopt", adopt_agreement, never},
    {"agreement list", agreement_list, never},
    {"store check", store_check, begins_check},
};

// "event explain 0123… for idva": what was asked, without what tells one page of the log from the next.
std::string words_of(const admin::Question& asked) {
  std::string words = asked.verb;
  for (const char* name : {"event", "desk", "for"}) {
    const std::string value = asked.argument(name).substr(0, kWordBytesMax);
    if (!value.empty()) words += (name == std::string_view("for") ? " for " : " ") + value;
  }
  return words;
}

}  // namespace

bool AskedLately::is_new(const std::string& by, const std::string& question, Instant now) {
  std::erase_if(at_, [&](const auto& one) { return now >= one.second + kOnceIn || now < one.second; });
  if (at_.size() >= kRemembered) at_.clear();
  return at_.emplace(std::pair(by, question), now).second;
}

Result<Answered> administer(const Core& core, const admin::Asked& asked, const AdminParts& parts, std::vector<Input>& inputs) {
  const auto verb = std::find_if(std::begin(kVerbs), std::end(kVerbs), [&](const Verb& one) { return one.name == asked.question.verb; });
  if (verb == std::end(kVerbs)) return fail(Fault::Malformed, code::kUsage, "this broker knows no " + asked.question.verb);
  Answered answered;
  TRY(answered.now, verb->answer({core, asked.question, asked.by, parts, inputs, answered.later}));
  const std::string words = words_of(asked.question);
  if (verb->recorded(asked.question) && parts.asked.is_new(asked.by, words, parts.clock.now())) inputs.push_back(OperatorAsked{asked.by, words});
  return answered;
}

std::string_view name_of(wire::RecordType type) {
  switch (type) {
    case wire::RecordType::Started: return "started";
    case wire::RecordType::DirectoryAdopted: return "directory adopted";
    case wire::RecordType::AgreementAdopted: return "agreement adopted";
    case wire::RecordType::BatchTaken: return "batch taken";
    case wire::RecordType::EventAccepted: return "event accepted";
    case wire::RecordType::EventRefused: return "event refused";
    case wire::RecordType::HandedOver: return "handed over";
    case wire::RecordType::Acknowledged: return "acknowledged";
    case wire::RecordType::ProgressMade: return "progress made";
    case wire::RecordType::Escalated: return "escalated";
    case wire::RecordType::Parked: return "parked";
    case wire::RecordType::Withheld: return "withheld";
    case wire::RecordType::Reconsidered: return "reconsidered";
    case wire::RecordType::Retried: return "retried";
    case wire::RecordType::AlarmRaised: return "alarm raised";
    case wire::RecordType::RefusalsCounted: return "refusals counted";
    case wire::RecordType::ClockStepped: return "clock stepped";
    case wire::RecordType::Administered: return "administered";
    case wire::RecordType::BodyErased: return "body erased";
    case wire::RecordType::BucketDoomed: return "bucket doomed";
    case wire::RecordType::BucketDestroyed: return "bucket destroyed";
    case wire::RecordType::CheckpointWitnessed: return "checkpoint witnessed";
  }
  return "unknown";
}

}  // namespace concordat::broker
