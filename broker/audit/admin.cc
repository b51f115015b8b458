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

struct Question {
  const Core& core;
  const admin::Question& asked;
  const std::string& by;
  const AdminParts& parts;
  std::vector<Input>& inputs;
};

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

Result<const directory::Desk*> desk_argument(const Question& question) {
  const std::string name = question.asked.argument("desk");
  const directory::Desk* desk = question.core.world().directory->desk(name);
  if (desk == nullptr) return fail(Fault::Malformed, code::kNotFound, "desk " + name);
  return desk;
}

std::string desk_name(const Question& question, DeskNumber number_of) {
  const directory::Desk* desk = question.core.world().directory->desk(number_of);
  return desk == nullptr ? "desk " + std::to_string(number_of.value) : desk->name;
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
  answer.set("metrics", Json::text(question.parts.metrics()));
  return answer;
}

Result<Json> log_show(const Question& question) {
  TRY(const std::uint64_t from, number_argument(question, "from", 1));
  TRY(const std::uint64_t count, number_argument(question, "count", 50));
  TRY(const auto rows, question.parts.log.read(std::max<std::uint64_t>(from, 1), std::min(count, kLogRowsMax), 8u << 20, store::Parts::Body));
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

Result<Json> mailbox_parked(const Question& question) {
  TRY(const directory::Desk* desk, desk_argument(question));
  Json list = Json::array();
  const auto mailbox = question.core.state().mailboxes.find(desk->number);
  if (mailbox == question.core.state().mailboxes.end()) return list;
  for (const std::uint64_t delivery : mailbox->second.parked()) {
    const EventEntry* entry = question.core.state().event(mailbox->second.find(delivery)->sequence);
    Json row = Json::object();
    row.set("delivery", number(delivery));
    row.set("event", Json::text(entry == nullptr ? "" : entry->event.hex()));
    list.add(std::move(row));
  }
  return list;
}

Result<Json> mailbox_retry(const Question& question) {
  TRY(const directory::Desk* desk, desk_argument(question));
  TRY(const std::uint64_t delivery, number_argument(question, "delivery", 0));
  question.inputs.push_back(RetryParked{desk->number, delivery, question.by});
  return Json::object().set("retried", Json::text(desk->name));
}

Result<Json> adopt_directory(const Question& question) {
  const auto bundle = from_hex(question.asked.argument("bundle"));
  if (!bundle) return fail(Fault::Malformed, code::kUsage, "bundle is hexadecimal");
  TRY(auto adopted, broker::adopt_directory(question.core.state(), &question.core.world(), question.parts.world, *bundle, question.by));
  const std::uint64_t version = adopted.record.version;
  question.inputs.push_back(std::move(adopted));
  return Json::object().set("directory_version", number(version));
}

Result<Json> adopt_agreement(const Question& question) {
  TRY(auto adopted, broker::adopt_agreement(question.core.state(), question.core.world(), question.parts.world, question.asked.argument("file"),
                                            question.asked.argument("signatures"), question.by));
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

// The whole log against its chain and checkpoint, every body and content against what its stub commits to, every file.
Result<Json> store_check(const Question& question) {
  store::CheckWith with;
  with.follow = follow_stub;
  with.examine = [&](const store::Stored& stored) -> Result<int> {
    TRY_VOID(open_row(stored, question.parts.broker, question.parts.keys));
    return 0;
  };
  TRY(with.checkpoint, store::read_checkpoint(question.parts.checkpoint));
  const store::CheckReport report = store::check_log(question.parts.log, with);
  TRY_VOID(question.parts.log.verify_files());
  Json answer = Json::object();
  answer.set("records", number(report.last));
  answer.set("chain", Json::text(report.whole() ? "whole" : "broken"));
  answer.set("erased", number(report.destroyed));
  answer.set("head", Json::text(report.head.hex()));
  Json findings = Json::array();
  for (const auto& finding : report.findings) findings.add(Json::text("record " + std::to_string(finding.sequence) + ": " + finding.what));
  answer.set("findings", std::move(findings));
  if (!report.whole()) return fail(Fault::Corrupt, code::kChain, report.findings.empty() ? "not whole" : report.findings.front().what);
  return answer;
}

Result<Json> event_explain(const Question& question) {
  const auto event = EventId::from_hex(question.asked.argument("event"));
  if (!event) return fail(Fault::Malformed, code::kUsage, "event is 32 hexadecimal digits");
  return explain_event(question.core, *event, question.asked.argument("for"), question.parts.log, question.parts.broker, question.parts.keys);
}

using Verb = Result<Json> (*)(const Question&);
constexpr std::pair<std::string_view, Verb> kVerbs[] = {
    {"status", status},
    {"log show", log_show},
    {"event explain", event_explain},
    {"mailbox list", [](const Question& question) { return Result<Json>(mailboxes(question)); }},
    {"mailbox parked", mailbox_parked},
    {"mailbox retry", mailbox_retry},
    {"directory adopt", adopt_directory},
    {"agreement adopt", adopt_agreement},
    {"agreement list", agreement_list},
    {"store check", store_check},
};

}  // namespace

Result<Json> administer(const Core& core, const admin::Asked& asked, const AdminParts& parts, std::vector<Input>& inputs) {
  for (const auto& [name, verb] : kVerbs) {
    if (name == asked.question.verb) return verb({core, asked.question, asked.by, parts, inputs});
  }
  return fail(Fault::Malformed, code::kUsage, "this broker knows no " + asked.question.verb);
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
