// Movements, merges and pairs of numbers: each message for itself.
#include "adapters/hmpps/events.h"

#include <google/protobuf/message.h>

#include "adapters/hmpps/fields.h"
#include "adapters/sdk/path.h"
#include "adapters/sdk/read/record.h"
#include "adapters/sdk/read/utf16.h"
#include "concordat/v1/custody_change.pb.h"
#include "concordat/v1/link.pb.h"
#include "proto/contract/contract.h"
#include "proto/contract/identifiers.h"

namespace concordat::hmpps {
namespace {

using read::Json;
using sdk::Draft;
using sdk::Input;

constexpr std::size_t kCodeMost = 12;
constexpr std::size_t kReasonMost = 40;
constexpr std::string_view kPrisonService = "HM Prison Service";
constexpr std::string_view kProbationService = "Probation Service";

tl::unexpected<Error> wrong(Code code, std::string why) { return fail(Fault::Malformed, code, std::move(why)); }

/// An identifier of personReference.
std::string_view reference_of(const Json& body, std::string_view type) {
  const Json* person = body.member("personReference");
  const Json* list = person == nullptr ? nullptr : person->member("identifiers");
  if (list == nullptr || list->kind() != Json::Kind::Array) return {};
  for (const auto& [name, each] : list->elements()) {
    if (text_at(each, "type") == type && !text_at(each, "value").empty()) return text_at(each, "value");
  }
  return {};
}

/// Whom a message is about, in normal form.
struct Who {
  std::string noms, crn;
  const std::string& number() const { return noms.empty() ? crn : noms; }
};

Result<std::string> normal(std::string_view text, std::optional<std::string> (*form)(std::string_view), const char* what) {
  if (text.empty()) return std::string();
  const auto found = form(text);
  if (!found) return wrong(code::kValue, std::string("no valid ") + what);
  return *found;
}

Result<Who> who_of(const Json& body) {
  Who who;
  TRY(who.noms, normal(text_at(body, kNoms.source), contract::noms, "prison number"));
  TRY(std::string other, normal(reference_of(body, "NOMS"), contract::noms, "prison number"));
  TRY(who.crn, normal(reference_of(body, "CRN"), contract::crn, "probation case number"));
  if (!who.noms.empty() && !other.empty() && who.noms != other) return wrong(code::kInput, "nomsNumber and personReference name two people");
  if (who.noms.empty()) who.noms = std::move(other);
  return who;
}

/// Older messages say it in words alone.
std::string_view code_of(const Json& body) {
  if (const auto code = text_at(body, kCode.source); !code.empty()) return code;
  constexpr std::string_view kWords = "Movement reason code ";
  const auto details = text_at(body, "additionalInformation.details");
  return details.starts_with(kWords) ? details.substr(kWords.size()) : std::string_view{};
}

/// When a message says it happened; the text is kept.
struct When {
  read::Moment moment;
  v1::SourceTime time;
};

Result<When> when_of(const Json& body) {
  const auto text = text_at(body, kAt.source);
  if (text.empty()) return wrong(code::kInput, "the field is obligatory and is not there");
  When when;
  TRY(when.moment, parse_when(text));
  if (when.moment.date_only) {
    TRY_VOID(sdk::set_path(*when.time.mutable_date(), "year", std::to_string(when.moment.date.year)));
    when.time.mutable_date()->set_month(static_cast<std::uint32_t>(when.moment.date.month));
    when.time.mutable_date()->set_day(static_cast<std::uint32_t>(when.moment.date.day));
  } else {
    when.time.set_at_utc_ms(ms_of(when.moment.at));
  }
  if (when.moment.zone_assumed && !when.moment.date_only) when.time.set_zone_assumed(true);
  if (when.moment.ambiguous) when.time.set_ambiguous(true);
  when.time.set_source_text(std::string(text));
  return when;
}

// ---- links ---------------------------------------------------------------------------------------------------------

struct Number {
  bool probation = false;
  std::string value;
};

/// A link of numbers of one person. Strong only between numbers that one authority issued: prisons merge prison numbers and probation
/// theirs, but which prisoner is which person on probation is somebody's match.
Result<sdk::TypedEvent> link(const std::vector<Number>& numbers, bool merge, const When& when, std::string reference, bool in_bulk) {
  Draft draft(contract::Kind::Link);
  bool one_authority = numbers.size() > 1;
  for (const Number& each : numbers) {
    one_authority = one_authority && each.probation == numbers.front().probation;
    auto& identifiers = *draft.person(contract::Role::AllegedPerpetrator, 0).mutable_custody_identifiers();
    if (!each.probation && !identifiers.has_noms()) identifiers.set_noms(each.value);
    if (each.probation && !identifiers.has_crn()) identifiers.set_crn(each.value);
  }
  TRY(auto message, draft.finish());
  auto& event = static_cast<v1::Link&>(*message);
  for (const Number& each : numbers) {
    v1::LinkedIdentifier& identifier = *event.add_identifier();
    identifier.set_person(event.person(0).number());
    identifier.set_type(each.probation ? v1::IDENTIFIER_TYPE_CRN : v1::IDENTIFIER_TYPE_NOMS);
    identifier.set_value(each.value);
    identifier.set_authority(std::string(each.probation ? kProbationService : kPrisonService));
  }
  event.mutable_details()->set_strength(one_authority ? v1::LINK_STRENGTH_STRONG : v1::LINK_STRENGTH_WEAK);
  if (merge) event.mutable_details()->set_merge(true);
  *event.mutable_details()->mutable_since() = when.time;
  std::shared_ptr<google::protobuf::Message> shared = std::move(message);
  return sdk::TypedEvent{std::move(shared), contract::Kind::Link, std::move(reference), when.moment.at, in_bulk};
}

Input with_link(Input input, const std::vector<Number>& numbers, bool merge, const When& when, std::string reference, bool in_bulk) {
  input.reference = reference;
  auto event = link(numbers, merge, when, std::move(reference), in_bulk);
  if (!event) return refused(std::move(input), "record", event.error());
  input.events.push_back(std::move(*event));
  return input;
}

/// The same however often it is said, so that its undoing finds it.
std::string merge_reference(std::string_view remaining, std::string_view removed) { return std::string(remaining) + "/merged/" + std::string(removed); }

Input read_merge(Input input, const Json& body, const EventType& type, const Reading& reading) {
  const auto form = type.probation ? contract::crn : contract::noms;
  const char* what = type.probation ? "probation case number" : "prison number";
  std::string numbers[2];
  for (const auto& [at, name] : {std::pair{0, &type.remaining}, {1, &type.removed}}) {
    const std::string path = "additionalInformation." + *name;
    auto number = normal(text_at(body, path), form, what);
    if (!number) return refused(std::move(input), path, number.error());
    if (number->empty()) return refused(std::move(input), path, {Fault::Malformed, code::kInput, "a merge names two numbers, and this one is not there"});
    numbers[at] = std::move(*number);
  }
  const auto when = when_of(body);
  if (!when) return refused(std::move(input), kAt.source, when.error());
  if (numbers[0] == numbers[1]) return refused(std::move(input), "additionalInformation." + type.removed, {Fault::Malformed, code::kInput, "a merge of a number with itself"});
  std::string reference = merge_reference(numbers[0], numbers[1]);
  if (type.is == EventType::Is::Unmerge) {
    input.reference = reference;
    input.no_more.push_back({contract::Kind::Link, std::move(reference)});
    input.nothing = "unmerge";
    return input;
  }
  return with_link(std::move(input), {{type.probation, numbers[0]}, {type.probation, numbers[1]}}, true, *when, std::move(reference), reading.in_bulk);
}

Input read_pair(Input input, const Json& body, const EventType& type, const Reading& reading) {
  const auto who = who_of(body);
  if (!who) return refused(std::move(input), "personReference", who.error());
  if (who->noms.empty() || who->crn.empty()) {
    return refused(std::move(input), "personReference", {Fault::Malformed, code::kInput, "a link joins two numbers, and there is no " + std::string(who->noms.empty() ? "NOMS number" : "CRN")});
  }
  const auto when = when_of(body);
  if (!when) return refused(std::move(input), kAt.source, when.error());
  std::vector<Number> numbers{{false, who->noms}, {true, who->crn}};
  if (!type.removed.empty()) {
    auto removed = normal(text_at(body, "additionalInformation." + type.removed), contract::noms, "prison number");
    if (!removed) return refused(std::move(input), "additionalInformation." + type.removed, removed.error());
    if (!removed->empty() && *removed != who->noms) numbers.push_back({false, std::move(*removed)});
  }
  const bool merge = numbers.size() > 2;
  return with_link(std::move(input), numbers, merge, *when, who->noms + "/" + who->crn, reading.in_bulk);
}

// ---- movements -----------------------------------------------------------------------------------------------------

Result<std::shared_ptr<google::protobuf::Message>> custody_change(const Json& body, const Who& who, const When& when, std::string_view movement, std::string_view code) {
  Draft draft(contract::Kind::CustodyChange);
  const std::string_view reason = text_at(body, kReason.source);
  const std::string_view prison = text_at(body, kPrison.source);
  for (const auto& [field, text] : {std::pair{kNoms, std::string_view(who.noms)}, {kCrn, who.crn}, {kMovement, movement}, {kCode, code},
                                    {kReason, is_code(reason, kReasonMost) ? reason : std::string_view{}}, {kPrison, is_prison(prison) ? prison : std::string_view{}}}) {
    if (!text.empty()) TRY_VOID(draft.set(field.path, text));
  }
  *static_cast<v1::CustodyChange&>(draft.event()).mutable_custody()->mutable_at() = when.time;
  TRY(auto message, draft.finish());
  return std::shared_ptr<google::protobuf::Message>(std::move(message));
}

Input read_movement(Input input, const Json& body, const EventType& type, const Reading& reading) {
  // He may be out: whatever it is that cannot be read, a person hears of it at once.
  input.may_be_high_risk = type.direction == Direction::Out;
  const auto who = who_of(body);
  if (!who) return refused(std::move(input), kNoms.source, who.error());
  if (who->number().empty()) return refused(std::move(input), kNoms.source, {Fault::Malformed, code::kInput, "neither a NOMS number nor a CRN: nobody can tell who moved"});
  const auto when = when_of(body);
  if (!when) return refused(std::move(input), kAt.source, when.error());
  const std::string_view code = code_of(body);
  if (!code.empty() && !is_code(code, kCodeMost)) return refused(std::move(input), kCode.source, {Fault::Malformed, code::kValue, "no movement reason code"});
  const std::string movement = reading.movements.of({type.direction, code, text_at(body, kReason.source), text_at(body, "additionalInformation.currentLocation")});
  const std::string reference = who->number() + "/" + type.type + "/" + to_text(when->moment.at) + (code.empty() ? std::string(kWithoutCode) : "/" + std::string(code));
  // Which record went, the movement does not say: the message on the merge itself does.
  if (movement == kMerge) return with_link(std::move(input), {{who->noms.empty(), who->number()}}, true, *when, reference, reading.in_bulk);
  auto message = custody_change(body, *who, *when, movement, code);
  if (!message) return refused(std::move(input), "record", message.error());
  input.reference = reference;
  input.events.push_back({std::move(*message), contract::Kind::CustodyChange, reference, when->moment.at, reading.in_bulk});
  return input;
}

// ---- messages ------------------------------------------------------------------------------------------------------

Input read_body(Input input, const Message& message, const Reading& reading) {
  if (message.type.empty() && is_planned(message.body)) return read_planned(std::move(input), message.body, reading.in_bulk);
  const EventType* type = reading.types.find(message.type);
  input.may_be_high_risk = type == nullptr;  // nobody can tell: it may be a release
  if (message.type.empty()) {
    return refused(std::move(input), "eventType", {Fault::Malformed, code::kInput, "no domain event: it has no eventType. Answers of the probation and prison systems name nobody by themselves and are not read here"});
  }
  for (const EventTypes::Recognised& each : reading.types.recognised()) {
    if (!each.is_for(message.type) || !each.has(text_at(message.body, "additionalInformation." + each.member))) continue;
    input.nothing = each.as;
    return input;
  }
  if (type == nullptr) {
    return refused(std::move(input), "eventType", {Fault::Malformed, code::kInput, "the event type is not in the table: if it says nothing for you, add it under `nothing`; otherwise tell whoever keeps this adapter"});
  }
  switch (type->is) {
    case EventType::Is::Movement: return read_movement(std::move(input), message.body, *type, reading);
    case EventType::Is::Merge:
    case EventType::Is::Unmerge: return read_merge(std::move(input), message.body, *type, reading);
    case EventType::Is::Pair: return read_pair(std::move(input), message.body, *type, reading);
    case EventType::Is::Nothing: break;
  }
  input.nothing = type->type;
  return input;
}

Input read_record(const read::JsonRecord& record, const Reading& reading) {
  Input input;
  input.line = record.line;
  input.raw = record.raw.substr(0, read::kRecordBytesMax);
  const auto message = unwrap(record);
  if (!message) {
    input.failure = message.error();
    input.may_be_high_risk = true;  // nobody can tell
    return input;
  }
  input = read_body(std::move(input), *message, reading);
  check(input);
  return input;
}

/// Several messages of a queue in one object, as queues' own tools hand them out: {"Messages": […]}, {"Records": […]}. Nothing if it is none.
std::optional<read::Json> list_of(const read::JsonRecord& record) {
  for (const std::string_view name : {"Messages", "Records"}) {
    if (!record.why.empty() || record.raw.find("\"" + std::string(name) + "\"") == std::string_view::npos) continue;
    auto whole = read::parse_json(record.raw);
    const Json* list = whole ? whole->member(name) : nullptr;
    if (list != nullptr && list->kind() == Json::Kind::Array && whole->member("eventType") == nullptr) return Json(*list);
  }
  return std::nullopt;
}

void read_records(const read::JsonRecord& record, const Reading& reading, std::vector<Input>& inputs) {
  const auto list = list_of(record);
  if (!list || list->elements().empty()) return inputs.push_back(read_record(record, reading));
  for (const auto& [name, each] : list->elements()) {
    const std::string raw = read::to_text(each);
    inputs.push_back(read_record({record.line + (each.line() > 0 ? each.line() - 1 : 0), raw}, reading));
  }
}

bool ends_with(std::string_view name, std::string_view ending) {
  std::string lower(name);
  for (char& c : lower) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return lower.ends_with(ending);
}

std::string rows(std::span<const Field> fields) {
  std::string out;
  for (const Field& field : fields) {
    const auto of = sdk::person_path(field.path);
    const auto item = of ? sdk::item_at(*v1::Person::descriptor(), of->rest) : sdk::item_at(*v1::CustodyChange::descriptor(), field.path);
    out += "| `" + std::string(field.source) + "` | `" + std::string(field.path) + "` | " + (item ? std::string(contract::name_of(*item)) : "?") + " | " + std::string(field.note) + " |\n";
  }
  return out;
}

}  // namespace

Input refused(Input input, std::string_view field, Error error) {
  input.failure = sdk::Failure{input.line, std::string(field), std::move(error)};
  input.events.clear();
  input.no_more.clear();
  return input;
}

void check(Input& input) {
  for (const sdk::TypedEvent& event : input.events) {
    const auto plains = contract::split(*event.message, event.happened);
    if (plains) continue;
    input = refused(std::move(input), "record", plains.error());
    return;
  }
}

std::vector<Input> read_file(const std::string& name, std::string_view text, const Reading& reading) {
  const auto whole = [](Code code, const char* why, std::string_view raw) {
    return std::vector<Input>{sdk::failed_input(1, "file", {Fault::Malformed, code, why}, raw.substr(0, read::kRecordBytesMax), true)};
  };
  if (text.size() > read::kFileBytesMax) return whole(code::kLimit, "the file is too long", {});
  if (!ends_with(name, ".json") && !ends_with(name, ".jsonl")) return whole(code::kInput, "neither .json nor .jsonl", text);
  if (read::is_utf16(text)) return whole(code::kInput, read::kIsUtf16, text);
  std::vector<Input> inputs;
  for (const read::JsonRecord& record : read::split_json(text)) read_records(record, reading, inputs);
  return inputs;
}

std::string mapping_table() {
  const std::string head = "| field of the message | field of the contract | item | |\n|---|---|---|---|\n";
  const std::string links =
      "| both numbers of a merge or pair | `identifier` | linked_identifiers | type, value, who issued it |\n"
      "| `occurredAt` of a merge or pair | `details.since` | linked_identifiers | |\n";
  return head + rows(kMovementFields) + rows(kPlannedFields) + links + "\n" + EventTypes::built_in().table() + "\n" + Movements::built_in().table();
}

}  // namespace concordat::hmpps
