// Common Platform: out of the notification, then the hearing's defendants and what was ordered of each.
#include "adapters/courts/common_platform.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "adapters/courts/abuse.h"
#include "adapters/courts/envelope.h"
#include "adapters/courts/person.h"
#include "adapters/courts/rulings.h"
#include "adapters/courts/tree.h"
#include "adapters/sdk/path.h"
#include "concordat/v1/person.pb.h"
#include "proto/contract/identifiers.h"

namespace concordat::courts {
namespace {

using read::Json;
using sdk::Failure;

std::uint32_t sequence_of(const Node& offence) {
  for (const char* name : {"offenceSequence", "offenceSequenceNumber", "orderIndex"}) {
    const std::string text = offence.text(name);
    if (text.empty() || text.size() > 3 || text.find_first_not_of("0123456789") != std::string::npos) continue;
    if (const auto number = static_cast<std::uint32_t>(std::stoul(text)); number > 0) return number;
  }
  return 0;
}

void put_text(google::protobuf::Message& message, std::string_view path, const Node& from) {
  const std::string text = from.text();
  if (text.empty()) return;
  if (const auto set = sdk::set_path(message, path, text); !set) from.refuse(set.error().code, set.error().detail);
}

/// The offence onto the person; its place there is its place among the charges.
std::size_t read_charge(const Node& offence, Defendant& defendant) {
  Charge charge;
  charge.id = offence.text("id");
  charge.sequence = sequence_of(offence);
  charge.code = offence.text("offenceCode");
  charge.plea = offence.text("plea.pleaValue");
  charge.plea_date = dated(offence["plea.pleaDate"]);
  charge.verdict = offence.text("verdict.verdictType.categoryType");
  if (charge.verdict.empty()) charge.verdict = offence.text("verdict.verdictType.category");
  charge.verdict_date = dated(offence["verdict.verdictDate"]);
  charge.convicted = dated(offence["convictionDate"]);
  v1::Offence& out = *defendant.person->add_offence();
  if (charge.sequence != 0) out.set_sequence(charge.sequence);
  static constexpr std::array<std::pair<const char*, const char*>, 7> kTexts = {{{"offenceCode", "code"},
                                                                                  {"offenceTitle", "title"},
                                                                                  {"offenceDateCode", "date_code"},
                                                                                  {"startDate", "started"},
                                                                                  {"endDate", "ended"},
                                                                                  {"chargeDate", "charged"},
                                                                                  {"arrestDate", "arrested"}}};
  for (const auto& [from, to] : kTexts) put_text(out, to, offence[from]);
  if (const Node wording = offence["wording"]; !wording.text().empty()) {
    v1::OffenceWording& said = *defendant.person->add_offence_wording();
    if (charge.sequence != 0) said.set_sequence(charge.sequence);
    put_text(said, "text", wording);
  }
  defendant.charges.push_back(std::move(charge));
  return defendant.charges.size() - 1;
}

void read_offences(const Node& from, const Tables& tables, Defendant& defendant) {
  std::set<std::string> seen;
  for (const Charge& charge : defendant.charges) seen.insert(charge.id);
  for (const Node& offence : from.each("offences")) {
    if (const std::string id = offence.text("id"); !id.empty() && !seen.insert(id).second) continue;  // the same defendant twice
    const std::size_t charge = read_charge(offence, defendant);
    read_results(offence, "judicialResults", tables, defendant.results, charge);
  }
}

void add_reference(v1::Person& person, const Node& defendant, const Node& also) {
  const std::string first = defendant.text("personDefendant.arrestSummonsNumber");
  const std::string second = also.text("prosecutionAuthorityReference");
  const auto normal = contract::asn(first) ? contract::asn(first) : contract::asn(second);
  const std::string& written = first.empty() ? second : first;
  if (!normal && written.empty()) return;
  v1::CaseReference& reference = *person.add_case_reference();
  reference.set_type(v1::REFERENCE_TYPE_ASN);
  reference.set_value(normal ? *normal : written);
  if (normal && *normal != written) reference.set_source_text(contract::asn(first) ? first : second);
}

void read_officer(const Node& from, Defendant& defendant) {
  const Node officer = from["policeOfficerInCase"];
  if (!officer) return;
  auto out = std::make_shared<v1::Practitioner>();
  static constexpr std::array<std::pair<const char*, const char*>, 6> kTexts = {{{"personDetails.title", "name.title"},
                                                                                  {"personDetails.firstName", "name.given"},
                                                                                  {"personDetails.lastName", "name.family"},
                                                                                  {"policeOfficerRank", "rank"},
                                                                                  {"policeWorkerReferenceNumber", "number"},
                                                                                  {"policeWorkerLocationCode", "team"}}};
  for (const auto& [name, path] : kTexts) put_text(*out, path, officer[name]);
  if (out->ByteSizeLong() == 0) return;
  out->set_task("officer in the case");
  defendant.officer = std::move(out);
}

void read_case(const Node& a_case, Defendant& defendant) {
  const Node identifier = a_case["prosecutionCaseIdentifier"];
  if (const std::string urn = identifier.text("caseURN"); !urn.empty()) {
    defendant.references.emplace_back("urn", urn);
  } else if (const std::string other = identifier.text("prosecutionAuthorityReference"); !other.empty()) {
    defendant.references.emplace_back("court_case", other);
  }
  for (const Node& marker : a_case.each("caseMarkers")) {
    v1::WarningMarker out;
    put_text(out, "code", marker["markerTypeCode"]);
    put_text(out, "meaning", marker["markerTypeDescription"]);
    if (out.ByteSizeLong() > 0) *defendant.person->add_warning_marker() = std::move(out);
  }
  read_officer(a_case, defendant);
}

class Reading {
 public:
  Reading(Reader& reader, const Tables& tables, Hearing& hearing) : reader_(reader), tables_(tables), hearing_(hearing) {}

  void all(const Node& hearing) {
    for (const Node& a_case : hearing.each("prosecutionCases")) {
      const auto of_case = reader_.taken();
      for (const Node& each : a_case.each("defendants")) defendant(a_case, each, of_case);
    }
    for (const Node& application : hearing.each("courtApplications")) this->application(application);
    for (const Node& each : hearing.each("defendantJudicialResults")) results_by_master(each);
  }

 private:
  void defendant(const Node& a_case, const Node& from, const std::optional<Failure>& of_case) {
    std::string key = from.text("id");
    if (key.empty()) key = from.text("masterDefendantId");
    if (key.empty()) from["id"].refuse(code::kInput, "a defendant without an id: nothing could be said of him twice");
    std::string case_id = a_case.text("id");
    if (case_id.empty()) case_id = a_case.text("prosecutionCaseIdentifier.caseURN");
    // The same id in another case of a group is a defendant of that case.
    if (const Defendant* other = find(key); other != nullptr && other->case_id != case_id) key += "@" + case_id;
    Defendant* known = find(key);
    const bool is_new = known == nullptr;
    Defendant& out = is_new ? add(key, from) : *known;
    out.case_id = case_id;
    out.master = from.text("masterDefendantId");
    if (const Node company = from["legalEntityDefendant"]; company && !from["personDefendant"]) out.is_company = true;
    if (is_new && !out.is_company) {
      read_person(from, *out.person);
      read_aliases(from, *out.person);
      add_reference(*out.person, from, from);
      read_case(a_case, out);
    }
    read_offences(from, tables_, out);
    read_results(from, "defendantCaseJudicialResults", tables_, out.results, {});
    if (of_case) reader_.refuse(of_case->line, of_case->field, of_case->error);
    settle(out);
  }

  /// Whom an application is about, and what was ordered on it. What `courtOrder` says is the earlier order.
  void application(const Node& from) {
    const Node subject = from["subject"];
    Defendant* out = subject_of(from, subject);
    if (out == nullptr) return;
    Ruling like;
    like.application = from.text("type.code");
    like.title = from.text("type.type");
    if (like.title.empty()) like.title = from.text("type.applicationType");
    // An order on an application about one offence is about that offence.
    const std::optional<std::size_t> charge = out->charges.size() == 1 ? std::optional<std::size_t>(0) : std::nullopt;
    read_results(from, "judicialResults", tables_, out->results, charge, like);
    settle(*out);
  }

  Defendant* subject_of(const Node& application, const Node& subject) {
    const Node master = subject["masterDefendant"];
    const std::string id = master.text("masterDefendantId");
    for (Defendant& each : hearing_.defendants) {
      if (!id.empty() && (each.master == id || each.key == id)) return &each;
    }
    std::string key = id;
    for (const Node& of_case : master.each("defendantCase")) {
      if (const std::string known = of_case.text("defendantId"); !known.empty()) key = known;
    }
    if (key.empty()) key = subject.text("id");
    if (Defendant* known = find(key); known != nullptr && !key.empty()) return known;
    if (key.empty() && application.each("judicialResults").empty()) return nullptr;  // nothing was ordered, of nobody
    Defendant& out = add(key, subject ? subject : application);
    if (key.empty()) subject["masterDefendant"].refuse(code::kInput, "whom the application is about is not said");
    out.master = id;
    out.is_company = (subject["organisation"] || master["legalEntityDefendant"]) && !master["personDefendant"] && !subject["personDetails"];
    if (out.is_company) return &out;
    if (master) {
      read_person(master, *out.person);
      add_reference(*out.person, master, master);
    } else {
      read_party(subject, *out.person);
    }
    read_cases_of(application, master, out);
    return &out;
  }

  /// A party that is no defendant of the platform: its details stand one level higher.
  static void read_party(const Node& subject, v1::Person& person) {
    constexpr std::string_view kAbove = "personDefendant.";
    for (const Field& field : json_person()) {
      if (!field.source.starts_with(kAbove) || field.source.find("personDetails") == std::string_view::npos) continue;
      const Node from = subject[field.source.substr(kAbove.size())];
      if (const auto set = put(person, field, from.text()); !set) from.refuse(set.error().code, set.error().detail);
    }
  }

  void read_cases_of(const Node& application, const Node& master, Defendant& out) {
    for (const Node& a_case : application.each("courtApplicationCases")) {
      if (out.references.empty()) read_case(a_case, out);
      for (const Node& offence : a_case.each("offences")) read_charge(offence, out);
    }
    for (const Node& of_order : application["courtOrder"].each("courtOrderOffences")) {
      if (const Node offence = of_order["offence"]) read_charge(offence, out);
    }
    if (!out.references.empty()) return;
    for (const Node& of_case : master.each("defendantCase")) {
      if (const std::string urn = of_case.text("caseReference"); !urn.empty() && out.references.empty()) out.references.emplace_back("urn", urn);
    }
  }

  void results_by_master(const Node& from) {
    const std::string master = from.text("masterDefendantId");
    const Node result = from["judicialResult"];
    if (!result) return;
    const std::string offence = result.text("offenceId");
    bool is_known = false;
    for (Defendant& each : hearing_.defendants) {
      if (master.empty() || (each.master != master && each.key != master)) continue;
      is_known = true;
      auto ruling = read_result(result, tables_);
      if (!ruling) continue;
      for (std::size_t at = 0; at < each.charges.size(); ++at) {
        if (!offence.empty() && each.charges[at].id == offence) ruling->offence = at;
      }
      each.results.push_back(std::move(*ruling));
      settle(each);
    }
    if (is_known) return;
    Defendant& nobody = add(master, from);
    from["masterDefendantId"].refuse(code::kInput, "a result of somebody who is not in the hearing");
    settle(nobody);
  }

  Defendant* find(const std::string& key) {
    const auto found = std::find_if(hearing_.defendants.begin(), hearing_.defendants.end(), [&](const Defendant& each) { return each.key == key; });
    return found == hearing_.defendants.end() ? nullptr : &*found;
  }
  Defendant& add(const std::string& key, const Node& from) {
    Defendant out;
    out.key = key;
    out.person = std::make_shared<v1::Person>();
    out.line = from.line();
    hearing_.defendants.push_back(std::move(out));
    return hearing_.defendants.back();
  }
  /// What went wrong since the last one was settled is this one's.
  void settle(Defendant& defendant) {
    auto failure = reader_.taken();
    if (!defendant.failure) defendant.failure = std::move(failure);
  }

  Reader& reader_;
  const Tables& tables_;
  Hearing& hearing_;
};

/// Its days, and which of them this message is about.
void read_days(const Node& hearing, const std::string& day, Hearing& out) {
  bool all_cancelled = true, any = false;
  for (const Node& each : hearing.each("hearingDays")) {
    const std::string sitting = each.text("sittingDay");
    if (sitting.empty()) continue;
    const auto moment = read::parse_moment(sitting);
    if (!moment) {
      each["sittingDay"].refuse(moment.error().code, moment.error().detail);
      continue;
    }
    any = true;
    const bool cancelled = each.truth("isCancelled");
    all_cancelled = all_cancelled && cancelled;
    out.days.push_back(moment->date_only ? moment->date : read::london_day(moment->at));
    if (!cancelled && out.here.at.empty()) out.here.at = sitting;
  }
  if (out.here.at.empty() && any) out.here.at = hearing.each("hearingDays").front().text("sittingDay");
  out.here.vacated = hearing.truth("isVacatedTrial") || (any && all_cancelled);
  out.day = day;
  if (out.day.empty() && !out.days.empty()) out.day = read::to_text(out.days.front());
}

bool has_results(const Json& json) {
  for (const auto& [name, value] : json.members()) {
    if ((name == "judicialResults" || name == "defendantJudicialResults" || name == "defendantCaseJudicialResults") && !value.elements().empty()) return true;
    if (name != "courtOrder" && has_results(value)) return true;
  }
  return false;
}

/// Results count once they are shared. A file that came by itself says so by its time of sharing, or by having results and not
/// saying that it has none to share.
Told told_of(const Opened& opened, const Node& hearing, const Node& envelope, const Came& came) {
  if (envelope["sharedTime"]) return Told::Resulted;
  if (came.as) return *came.as;
  if (!opened.event_type.empty()) return opened.event_type == "Resulted" ? Told::Resulted : Told::Listed;
  if (hearing["hasSharedResults"]) return hearing.truth("hasSharedResults") ? Told::Resulted : Told::Listed;
  return has_results(*opened.hearing) ? Told::Resulted : Told::Listed;
}

/// "2021-06-25T09:38:02.191Z[UTC]".
std::optional<Instant> shared_at(const Node& envelope) {
  const Node shared = envelope["sharedTime"];
  const std::string text = shared.text();
  if (text.empty()) return std::nullopt;
  const auto moment = read::parse_moment(std::string_view(text).substr(0, text.find('[')));
  if (!moment) {
    shared.refuse(moment.error().code, moment.error().detail);
    return std::nullopt;
  }
  return moment->at;
}

/// The day's own reference, unless it is the first one: what a later day adds does not correct what an earlier one said.
std::string key_of(const Hearing& hearing) {
  const auto day = read::parse_date(hearing.day);
  if (!day || hearing.days.empty()) return hearing.id;
  const auto first = std::min_element(hearing.days.begin(), hearing.days.end(), [](const read::Date& a, const read::Date& b) { return read::to_text(a) < read::to_text(b); });
  return *day == *first ? hearing.id : hearing.id + "@" + read::to_text(*day);
}

}  // namespace

tl::expected<Hearing, Failure> read_common_platform(const read::JsonRecord& record, const Came& came, const Tables& tables) {
  const auto opened = open(record.raw, record.line);
  if (!opened) return tl::unexpected(opened.error());
  Reader reader(record.line - 1, opened->all_on);
  const Node hearing(reader, opened->hearing, opened->path, record.line);
  const Node envelope(reader, opened->envelope, {}, record.line);
  Hearing out;
  out.is_whole = true;
  out.line = hearing.line();
  out.id = hearing.text("id");
  if (out.id.empty()) return tl::unexpected(no_hearing(hearing["id"].line(), hearing["id"].path(), "a hearing without an id cannot be told from others"));
  out.told = told_of(*opened, hearing, envelope, came);
  out.here = listing_of(hearing);
  out.here.hearing = out.id;
  read_days(hearing, envelope.text("hearingDay"), out);
  out.shared = shared_at(envelope);
  out.key = key_of(out);
  if (reader.failure()) return tl::unexpected(*reader.failure());
  Reading reading(reader, tables, out);
  reading.all(hearing);
  mark_abuse(out, tables);
  if (reader.failure()) return tl::unexpected(*reader.failure());
  return out;
}

}  // namespace concordat::courts
