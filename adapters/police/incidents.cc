// Incidents: cells into a draft, a draft into an Incident and, with a DASH, a RiskAssessment.
#include "adapters/police/incidents.h"

#include <google/protobuf/message.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <tuple>

#include "adapters/police/columns.h"
#include "adapters/police/police.h"
#include "adapters/police/spi.h"
#include "adapters/sdk/read/record.h"
#include "adapters/sdk/read/when.h"
#include "concordat/v1/incident.pb.h"
#include "concordat/v1/risk_assessment.pb.h"
#include "proto/contract/contract.h"
#include "proto/contract/derive.h"
#include "proto/contract/identifiers.h"

namespace concordat::police {
namespace {

using sdk::Draft;
using sdk::Failure;
using sdk::Input;
using sdk::MappedCell;

std::vector<std::string_view> split_values(std::string_view value, Split split) {
  if (split == Split::None) return {value};
  std::vector<std::string_view> parts;
  const char* separators = split == Split::Blanks ? " " : ";";
  while (!value.empty()) {
    const auto end = value.find_first_of(separators);
    if (const auto part = read::trim(value.substr(0, end)); !part.empty()) parts.push_back(part);
    value.remove_prefix(end == std::string_view::npos ? value.size() : end + 1);
  }
  return parts;
}

Result<int> set_cell(Draft& draft, const MappedCell& cell, std::set<std::string>& paths) {
  const auto hit = find_column(cell.name);
  if (!hit) return fail(Fault::Malformed, code::kMapping, "the field is not known");
  if (hit->column->split == Split::None && !paths.insert(sdk::filled(hit->path, {"0", "0"})).second) {
    return fail(Fault::Malformed, code::kMapping, "`" + std::string(hit->column->name) + "` is given twice in one record, and there is room for one");
  }
  for (const std::string_view part : split_values(cell.value, hit->column->split)) TRY_VOID(draft.set(hit->path, part));
  return 0;
}

const MappedCell* cell_named(const std::vector<MappedCell>& cells, std::string_view name) {
  for (const MappedCell& cell : cells) {
    if (cell.name == name) return &cell;
  }
  return nullptr;
}

/// The fields that every incident must have.
std::optional<Failure> missing(const std::vector<MappedCell>& cells, std::uint64_t line) {
  for (const std::string_view name : {"reference", "occurred"}) {
    if (cell_named(cells, name) == nullptr) {
      return Failure{line, std::string(name), {Fault::Malformed, code::kInput, "the field is obligatory and is not there"}};
    }
  }
  return std::nullopt;
}

Instant happened(const v1::SourceTime& time) {
  if (time.has_at_utc_ms()) return instant_of(time.at_utc_ms());
  const read::Date date{static_cast<int>(time.date().year()), static_cast<int>(time.date().month()), static_cast<int>(time.date().day())};
  const auto moment = read::parse_moment(read::to_text(date));
  return moment ? moment->at : Instant{};
}

void normalise(v1::CaseReference& reference) {
  std::optional<std::string> normal;
  if (reference.type() == v1::REFERENCE_TYPE_URN) normal = contract::urn(reference.value());
  if (reference.type() == v1::REFERENCE_TYPE_ASN) normal = contract::asn(reference.value());
  if (!normal || *normal == reference.value()) return;
  if (!reference.has_source_text()) reference.set_source_text(reference.value());
  reference.set_value(*normal);
}

/// What an assessment has of a person: who they are, how to reach them safely, and what the risk lies in; not what was done.
void keep_for_assessment(v1::Person& person) {
  person.clear_offence();
  person.clear_offence_wording();
  person.clear_injury();
  person.clear_narrative();
  person.clear_case_reference();
}

/// What the incident keeps of a DASH: the score and the judgement, which rules ask for. The answers are said once, in the assessment.
void keep_for_incident(v1::Person& person) {
  v1::RiskAnswers risk;
  const auto facts = contract::derive_facts(contract::Item::RiskAnswers, person, Instant{});
  for (const contract::FactEntry& each : facts) {
    if (each.fact == contract::Fact::RiskScore) risk.set_score(each.value - 1);
  }
  if (person.risk_answers().has_judgement()) risk.set_judgement(person.risk_answers().judgement());
  person.clear_risk_answers();
  if (risk.ByteSizeLong() != 0) *person.mutable_risk_answers() = std::move(risk);
}

bool has_answers(const v1::Incident& incident) {
  for (const v1::Person& person : incident.person()) {
    if (person.has_risk_answers()) return true;
  }
  return false;
}

/// Takes the answers of the DASH out of the incident and makes an assessment of it.
std::shared_ptr<v1::RiskAssessment> take_assessment(v1::Incident& incident) {
  auto assessment = std::make_shared<v1::RiskAssessment>();
  for (v1::Person& person : *incident.mutable_person()) {
    v1::Person& copy = *assessment->add_person();
    copy = person;
    keep_for_assessment(copy);
    if (person.has_risk_answers()) keep_for_incident(person);
  }
  *assessment->mutable_case_reference() = incident.case_reference();
  *assessment->mutable_practitioner() = incident.practitioner();
  if (incident.narrative().has_judgement_reason()) {
    assessment->mutable_narrative()->set_judgement_reason(incident.narrative().judgement_reason());
    incident.mutable_narrative()->clear_judgement_reason();
    if (incident.narrative().ByteSizeLong() == 0) incident.clear_narrative();
  }
  return assessment;
}

/// A person of whom only a role is left is not in the event.
void drop_empty_people(v1::Incident& incident) {
  auto& people = *incident.mutable_person();
  for (int at = people.size() - 1; at >= 0; --at) {
    v1::Person bare = people[at];
    bare.clear_number();
    bare.clear_role();
    if (bare.ByteSizeLong() == 0) people.DeleteSubrange(at, 1);
  }
}

Instant assessed(const v1::RiskAssessment& assessment, Instant otherwise) {
  for (const v1::Person& person : assessment.person()) {
    if (person.risk_answers().assessed().has_at_utc_ms()) return instant_of(person.risk_answers().assessed().at_utc_ms());
  }
  return otherwise;
}

std::string assessment_of(const std::string& reference) { return reference + "/risk_assessment"; }

/// Splitting is how the contract checks an event; better here, with the line, than at the outbox.
std::optional<Failure> contract_failure(const Input& input) {
  for (const sdk::TypedEvent& event : input.events) {
    const auto plains = contract::split(*event.message, event.happened);
    if (!plains) return Failure{input.line, "record", plains.error()};
  }
  return std::nullopt;
}

/// Somebody born after the event, or over 120 years before it, is a slip of the pen.
std::optional<Failure> implausible(const Input& input) {
  constexpr unsigned kYearsMost = 120;
  for (const sdk::TypedEvent& event : input.events) {
    if (event.kind != contract::Kind::Incident) continue;
    const read::Date today = read::london_day(event.happened);
    for (const v1::Person& person : static_cast<const v1::Incident&>(*event.message).person()) {
      const v1::SourceDate& born = person.date_of_birth().date();
      if (!born.has_year() || person.date_of_birth().unborn()) continue;
      const auto after = std::tuple(born.year(), born.month(), born.day()) > std::tuple(static_cast<unsigned>(today.year), static_cast<unsigned>(today.month), static_cast<unsigned>(today.day));
      if (!after && born.year() + kYearsMost >= static_cast<unsigned>(today.year)) continue;
      return Failure{input.line, "date_of_birth", {Fault::Malformed, code::kValue, after ? "a birth after the event" : "a birth over 120 years before the event"}};
    }
  }
  return std::nullopt;
}

Result<int> fill(Input& input, Draft& draft, const Reading& reading) {
  TRY(auto message, draft.finish());
  std::shared_ptr<google::protobuf::Message> shared = std::move(message);
  auto& incident = static_cast<v1::Incident&>(*shared);
  complete(incident, reading.areas);
  const Instant at = happened(incident.details().started());
  if (has_answers(incident)) {
    auto assessment = take_assessment(incident);
    const Instant when = assessed(*assessment, at);
    input.events.push_back({std::move(assessment), contract::Kind::RiskAssessment, assessment_of(input.reference), when, reading.in_bulk});
  } else {
    input.no_more.push_back({contract::Kind::RiskAssessment, assessment_of(input.reference)});
  }
  drop_empty_people(incident);
  input.events.insert(input.events.begin(), {std::move(shared), contract::Kind::Incident, input.reference, at, reading.in_bulk});
  return 0;
}

Input read_record(const read::Record& record, const Reading& reading) {
  Input input;
  input.line = record.line;
  input.raw = record.raw;
  const auto cells = reading.mapping.apply(record);
  if (!cells) {
    input.failure = Failure{record.line, cells.error().field, cells.error().error};
    // A field that is not known may be one of the DASH, misspelt.
    input.may_be_high_risk = cells.error().error.code == code::kMapping || reading.mapping.leads_to(record, "dash.");
    return input;
  }
  input.may_be_high_risk = std::any_of(cells->begin(), cells->end(), [](const MappedCell& cell) { return cell.name.starts_with("dash."); });
  if ((input.failure = missing(*cells, record.line))) return input;
  input.reference = cell_named(*cells, "reference")->value;
  Draft draft(contract::Kind::Incident);
  std::set<std::string> paths;
  for (const MappedCell& cell : *cells) {
    if (const auto set = set_cell(draft, cell, paths); !set) {
      input.failure = Failure{record.line, cell.source, set.error()};
      return input;
    }
  }
  if (const auto filled = fill(input, draft, reading); !filled) input.failure = Failure{record.line, "record", filled.error()};
  if (!input.failure) input.failure = implausible(input);
  if (!input.failure) input.failure = contract_failure(input);
  if (input.failure) {
    input.events.clear();
    input.no_more.clear();
  }
  return input;
}

/// Nobody can tell whether a DASH is in it.
Input whole_file(std::string_view text, Failure failure) {
  Input input = sdk::failed_input(failure.line, std::move(failure.field), std::move(failure.error), text.substr(0, read::kRecordBytesMax), true);
  input.cut = text.size() > read::kRecordBytesMax;
  return input;
}

/// Records whose columns the mapping fits.
std::vector<Input> read_fitting(const read::Records& records, const std::shared_ptr<const std::string>& header, const Reading& reading) {
  const bool with_dash = reading.mapping.leads_to(records.columns, "dash.");
  std::vector<Input> inputs;
  for (const read::Record& record : records.records) inputs.push_back(read_record(record, reading));
  for (const read::Unreadable& each : records.unreadable) {
    // What cannot be told apart may be anything: JSON that does not parse may hold an assessment.
    inputs.push_back(sdk::failed_input(each.line, each.field, each.error, each.raw, with_dash || records.columns.empty()));
  }
  for (Input& input : inputs) input.context = header;
  std::stable_sort(inputs.begin(), inputs.end(), [](const Input& a, const Input& b) { return a.line < b.line; });
  return inputs;
}

std::shared_ptr<const std::string> header_of(const read::Records& records) {
  return records.header.empty() ? nullptr : std::make_shared<const std::string>(records.header);
}

std::vector<Input> read_records(const Result<read::Records>& records, std::string_view text, const Reading& reading) {
  if (!records) return {whole_file(text, {1, "file", records.error()})};
  if (const auto misfit = reading.mapping.misfit(records->columns)) return {whole_file(text, {1, misfit->field, misfit->error})};
  return read_fitting(*records, header_of(*records), reading);
}

/// Of a long file: a few records are held at a time.
class Streamed final : public sdk::Inputs {
 public:
  Streamed(std::unique_ptr<read::RecordStream> records, const Reading& reading) : records_(std::move(records)), reading_(reading) {}
  Result<std::optional<Input>> next() override {
    while (at_ == inputs_.size() && !ended_) TRY_VOID(read_on());
    if (at_ == inputs_.size()) return std::optional<Input>{};
    return std::optional(std::move(inputs_[at_++]));
  }

 private:
  Result<int> read_on() {
    at_ = 0;
    inputs_.clear();
    const auto records = records_->next();
    if (!records && records.error().fault != Fault::Malformed) return tl::unexpected(records.error());
    ended_ = !records || !*records;
    if (!records) inputs_.push_back(refused({1, "file", records.error()}));
    if (ended_) return 0;
    if (!begun_) {
      header_ = header_of(**records);
      const auto misfit = reading_.mapping.misfit((*records)->columns);
      ended_ = misfit.has_value();
      if (misfit) inputs_.push_back(refused({1, misfit->field, misfit->error}));
    }
    begun_ = true;
    if (!ended_) inputs_ = read_fitting(**records, header_, reading_);
    return 0;
  }
  /// Nothing of it is kept: it is where it was.
  static Input refused(Failure failure) {
    Input input = whole_file({}, std::move(failure));
    input.cut = true;
    return input;
  }

  std::unique_ptr<read::RecordStream> records_;
  const Reading& reading_;
  std::shared_ptr<const std::string> header_;
  std::vector<Input> inputs_;
  std::size_t at_ = 0;
  bool begun_ = false, ended_ = false;
};

bool ends_with(std::string_view name, std::string_view ending) {
  if (name.size() < ending.size()) return false;
  for (std::size_t at = 0; at < ending.size(); ++at) {
    if (std::tolower(static_cast<unsigned char>(name[name.size() - ending.size() + at])) != ending[at]) return false;
  }
  return true;
}

}  // namespace

void complete(google::protobuf::Message& message, const read::Areas& areas) {
  auto& incident = static_cast<v1::Incident&>(message);
  const auto place_in = [&](auto& home) {
    if (home.has_area() || !home.address().has_postcode()) return;
    const auto area = areas.of(home.address().postcode());
    if (!area) return;
    home.set_area(area->gss);
    if (!area->sub_area.empty() && !home.has_sub_area()) home.set_sub_area(area->sub_area);
  };
  if (incident.has_place()) place_in(*incident.mutable_place());
  for (v1::Person& person : *incident.mutable_person()) {
    if (person.has_home_address()) place_in(*person.mutable_home_address());
    for (v1::CaseReference& reference : *person.mutable_case_reference()) normalise(reference);
  }
  for (v1::CaseReference& reference : *incident.mutable_case_reference()) normalise(reference);
}

std::vector<Input> read_incidents_csv(std::string_view text, const Reading& reading) { return read_records(read::read_csv(text), text, reading); }
std::vector<Input> read_incidents_json(std::string_view text, const Reading& reading) { return read_records(read::read_json(text), text, reading); }

std::vector<Input> read_file(const std::string& name, std::string_view text, const Reading& reading) {
  if (text.size() > read::kFileBytesMax) return {whole_file({}, {1, "file", {Fault::Malformed, code::kLimit, "the file is too long"}})};
  if (ends_with(name, ".csv")) return read_incidents_csv(text, reading);
  if (ends_with(name, ".json") || ends_with(name, ".jsonl")) return read_incidents_json(text, reading);
  if (ends_with(name, ".xml")) return {read_spi(text, reading)};
  return {whole_file(text, {1, "file", {Fault::Malformed, code::kInput, "neither .csv, .json, .jsonl nor .xml"}})};
}

std::unique_ptr<sdk::Inputs> stream_file(const std::string& name, read::Pieces& pieces, const Reading& reading) {
  if (ends_with(name, ".csv")) return std::make_unique<Streamed>(read::stream_csv(pieces), reading);
  if (ends_with(name, ".jsonl")) return std::make_unique<Streamed>(read::stream_json_lines(pieces), reading);
  return nullptr;
}

std::unique_ptr<sdk::Inputs> PoliceSource::stream(const std::string& name, read::Pieces& pieces) const {
  auto streamed = stream_file(name, pieces, reading_);
  return streamed ? std::move(streamed) : Source::stream(name, pieces);
}

}  // namespace concordat::police
