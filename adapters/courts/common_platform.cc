// Common Platform: out of the notification, then the hearing's defendants and what was ordered of each.
#include "adapters/courts/common_platform.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <vector>

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

/// More people, or copies of results, than a hearing has.
constexpr std::size_t kPeopleMost = 1'000;
constexpr std::size_t kCopiesMost = 50'000;

std::string normal_urn(const std::string& text) { return contract::urn(text).value_or(text); }

/// What a case is called in a list of several: the platform's id and the court's reference, either of which may be missing.
struct CaseName {
  std::string id, reference;
  bool empty() const { return id.empty() && reference.empty(); }
  bool is(const CaseName& other) const { return (!id.empty() && id == other.id) || (!reference.empty() && reference == other.reference); }
};

CaseName name_of(const Node& a_case, const char* id) {
  CaseName out{a_case.text(id), normal_urn(a_case.text("prosecutionCaseIdentifier.caseURN"))};
  if (out.reference.empty()) out.reference = a_case.text("prosecutionCaseIdentifier.prosecutionAuthorityReference");
  return out;
}

/// A case that an application says it is of.
struct OfCase {
  CaseName name;
  std::optional<Node> from;
  std::vector<Node> offences;
};

class Reading {
 public:
  Reading(Reader& reader, const Tables& tables, Hearing& hearing) : reader_(reader), tables_(tables), hearing_(hearing) {}

  /// False if there is too much of it: then nothing of it may be told.
  bool all(const Node& hearing) {
    for (const Node& a_case : hearing.each("prosecutionCases")) {
      const CaseName name = name_of(a_case, "id");
      if (!name.id.empty() && !name.reference.empty()) ids_.emplace(name.reference, name.id);
      const auto of_case = reader_.taken();
      for (const Node& each : a_case.each("defendants")) {
        defendant(a_case, name, each, of_case);
        if (is_over()) return false;
      }
    }
    for (const Node& application : hearing.each("courtApplications")) {
      this->application(application);
      if (is_over()) return false;
    }
    for (const Node& each : hearing.each("defendantJudicialResults")) {
      results_by_master(each);
      if (is_over()) return false;
    }
    return true;
  }

 private:
  bool is_over() const { return hearing_.defendants.size() > kPeopleMost || copies_ > kCopiesMost; }

  /// Always with the case: so it is the same whichever cases stand beside it, and in whichever order.
  static std::string key_in_case(const std::string& id, const std::string& case_id) { return id.empty() || case_id.empty() ? id : id + "@" + case_id; }
  /// An application may know a case of the hearing by its reference alone.
  std::string case_id_of(const CaseName& name) const {
    if (!name.id.empty()) return name.id;
    const auto known = ids_.find(name.reference);
    return known == ids_.end() ? name.reference : known->second;
  }

  void defendant(const Node& a_case, const CaseName& name, const Node& from, const std::optional<Failure>& of_case) {
    std::string id = from.text("id");
    if (id.empty()) id = from.text("masterDefendantId");
    if (id.empty()) from["id"].refuse(code::kInput, "a defendant without an id: nothing could be said of him twice");
    const std::string case_id = case_id_of(name), key = key_in_case(id, case_id);
    Defendant* known = find(key);
    const bool is_new = known == nullptr;
    Defendant& out = is_new ? add(key, from) : *known;
    out.id = id;
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

  /// Whom an application is about, once for each of its cases, and what was ordered on it: what is ordered in one case is no news
  /// of another. What `courtOrder` says is the earlier order.
  void application(const Node& from) {
    Ruling like;
    like.application = from.text("type.code");
    like.title = from.text("type.type");
    if (like.title.empty()) like.title = from.text("type.applicationType");
    const Node subject = from["subject"];
    const std::vector<OfCase> cases = cases_of(from, subject["masterDefendant"]);
    const auto of_all = reader_.taken();
    for (const OfCase& of : cases) {
      Defendant* out = subject_of(from, subject, of, cases.size() == 1);
      if (out == nullptr) continue;
      const auto charge = charge_of(of, *out);
      const std::size_t before = out->results.size();
      read_results(from, "judicialResults", tables_, out->results, charge, like);
      copies_ += out->results.size() - before;
      if (of_all) reader_.refuse(of_all->line, of_all->field, of_all->error);
      settle(*out);
      if (is_over()) return;
    }
  }

  /// Never empty. One without a name: it does not say.
  std::vector<OfCase> cases_of(const Node& application, const Node& master) {
    std::vector<OfCase> out;
    for (const Node& each : application.each("courtApplicationCases")) {
      OfCase& of = of_case(out, each);
      for (const Node& offence : each.each("offences")) of.offences.push_back(offence);
      if (out.size() > kPeopleMost) return out;
    }
    for (const Node& each : application["courtOrder"].each("courtOrderOffences")) {
      if (const Node offence = each["offence"]) of_case(out, each).offences.push_back(offence);
      if (out.size() > kPeopleMost) return out;
    }
    if (out.empty()) out.emplace_back();
    if (out.size() > 1 || !out.front().name.empty()) return out;
    // It does not say: then it is of the only case in which he is a defendant.
    std::vector<CaseName> his;
    for (const Node& each : master.each("defendantCase")) {
      const CaseName name{each.text("caseId"), normal_urn(each.text("caseReference"))};
      if (!name.empty() && std::none_of(his.begin(), his.end(), [&](const CaseName& other) { return other.is(name); })) his.push_back(name);
      if (his.size() > 1) break;
    }
    if (his.size() == 1) out.front().name = his.front();
    if (his.size() > 1 && defendants_of(master).size() != 1) application.refuse(code::kInput, "of several cases, and of which it does not say");
    return out;
  }

  static OfCase& of_case(std::vector<OfCase>& cases, const Node& from) {
    const CaseName name = name_of(from, "prosecutionCaseId");
    for (OfCase& each : cases) {
      if (each.name.is(name)) return each;
    }
    if (name.empty() && cases.size() > 1) from.refuse(code::kInput, "of several cases, and of which it does not say");
    if (name.empty() && !cases.empty()) return cases.front();
    if (cases.size() == 1 && cases.front().name.empty()) {
      cases.front().name = name;
      cases.front().from = from;
      return cases.front();
    }
    cases.push_back({name, from, {}});
    return cases.back();
  }

  bool is_of(const Defendant& defendant, const CaseName& name) const {
    if (defendant.case_id == case_id_of(name)) return true;
    return std::any_of(defendant.references.begin(), defendant.references.end(), [&](const auto& each) { return !name.reference.empty() && normal_urn(each.second) == name.reference; });
  }
  /// The same id of a case with another reference: one of the two is wrong, and nobody here knows which.
  bool contradicts(const Defendant& defendant, const CaseName& name) const {
    return !name.id.empty() && defendant.case_id == name.id && !name.reference.empty() && !defendant.references.empty() &&
           std::none_of(defendant.references.begin(), defendant.references.end(), [&](const auto& each) { return normal_urn(each.second) == name.reference; });
  }
  static bool is_him(const Defendant& defendant, const std::string& master) { return !master.empty() && (defendant.master == master || defendant.id == master); }
  std::vector<Defendant*> defendants_of(const Node& master) {
    const std::string id = master.text("masterDefendantId");
    std::vector<Defendant*> out;
    for (Defendant& each : hearing_.defendants) {
      if (is_him(each, id)) out.push_back(&each);
    }
    return out;
  }

  /// What the court calls him in this case.
  static std::string id_in_case(const Node& subject, const CaseName& name) {
    const Node master = subject["masterDefendant"];
    const auto cases = master.each("defendantCase");
    for (const Node& each : cases) {
      const CaseName other{each.text("caseId"), normal_urn(each.text("caseReference"))};
      if (const std::string id = each.text("defendantId"); !id.empty() && (other.is(name) || (cases.size() == 1))) return id;
    }
    const std::string id = master.text("masterDefendantId");
    return id.empty() ? subject.text("id") : id;
  }

  Defendant* subject_of(const Node& application, const Node& subject, const OfCase& of, bool is_only) {
    const Node master = subject["masterDefendant"];
    const std::vector<Defendant*> his = defendants_of(master);
    const std::string id = id_in_case(subject, of.name), key = key_in_case(id, case_id_of(of.name));
    if (std::any_of(hearing_.defendants.begin(), hearing_.defendants.end(), [&](const Defendant& each) { return contradicts(each, of.name); })) {
      application.refuse(code::kInput, "a case of one id and two references");
      return &add(key + "/" + of.name.reference, application);
    }
    for (Defendant* each : his) {
      if (of.name.empty() ? his.size() == 1 || each->id == id : is_of(*each, of.name)) return each;
    }
    if (Defendant* known = find(key); known != nullptr && !key.empty()) {
      if (known->of_application) read_charges(of, *known);
      return known;
    }
    if (key.empty() && application.each("judicialResults").empty()) return nullptr;  // nothing was ordered, of nobody
    Defendant& out = add(key, subject ? subject : application);
    if (key.empty()) subject["masterDefendant"].refuse(code::kInput, "whom the application is about is not said");
    if (of.name.empty() && his.size() > 1) application.refuse(code::kInput, "of several cases, and of which it does not say");
    out.id = id;
    out.case_id = case_id_of(of.name);
    out.of_application = true;
    out.master = master.text("masterDefendantId");
    out.is_company = (subject["organisation"] || master["legalEntityDefendant"]) && !master["personDefendant"] && !subject["personDetails"];
    if (out.is_company) return &out;
    if (master) {
      read_person(master, *out.person);
      // His one number is of one case, and of which it does not say: with the offences of another it would find another's victim.
      if (is_only) add_reference(*out.person, master, master);
    } else {
      read_party(subject, *out.person);
      out.party = subject.path();
    }
    if (of.from) read_case(*of.from, out);
    if (out.references.empty() && !of.name.reference.empty()) out.references.emplace_back("urn", of.name.reference);
    read_charges(of, out);
    return &out;
  }

  static std::optional<std::size_t> charge_with(const Defendant& defendant, const std::string& id) {
    for (std::size_t at = 0; at < defendant.charges.size(); ++at) {
      if (!id.empty() && defendant.charges[at].id == id) return at;
    }
    return std::nullopt;
  }
  static void read_charges(const OfCase& of, Defendant& out) {
    for (const Node& offence : of.offences) {
      if (!charge_with(out, offence.text("id"))) read_charge(offence, out);
    }
  }
  /// An order on an application about one offence is about that offence.
  static std::optional<std::size_t> charge_of(const OfCase& of, const Defendant& out) {
    if (of.offences.size() == 1) {
      if (const auto found = charge_with(out, of.offences.front().text("id"))) return found;
    }
    const bool is_said = out.charges.size() == 1 && (!out.of_application || of.offences.size() == 1);
    return is_said ? std::optional<std::size_t>(0) : std::nullopt;
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

  /// What is ordered of him at large is of the cases that are heard, and not of one that only an application names; what is ordered
  /// of an offence is of its case.
  void results_by_master(const Node& from) {
    const std::string master = from.text("masterDefendantId");
    const Node result = from["judicialResult"];
    if (!result) return;
    const std::string offence = result.text("offenceId");
    const auto any = [&](const auto& is) { return std::any_of(hearing_.defendants.begin(), hearing_.defendants.end(), [&](const Defendant& each) { return is_him(each, master) && is(each); }); };
    const bool is_tried = any([](const Defendant& each) { return !each.of_application; });
    const bool is_charged = any([&](const Defendant& each) { return charge_with(each, offence).has_value(); });
    bool is_known = false;
    for (Defendant& each : hearing_.defendants) {
      if (!is_him(each, master)) continue;
      is_known = true;
      const auto charge = charge_with(each, offence);
      if (is_charged ? !charge : is_tried && each.of_application) continue;
      auto ruling = read_result(result, tables_);
      if (!ruling) continue;
      ruling->offence = charge;
      each.results.push_back(std::move(*ruling));
      ++copies_;
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
  std::map<std::string, std::string> ids_;  ///< Of the cases that are heard, by their references.
  std::size_t copies_ = 0;                  ///< Of results that are of several.
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
  if (!reading.all(hearing)) {
    return tl::unexpected(Failure{hearing.line(), "hearing", {Fault::Malformed, code::kLimit, "over 1,000 defendants in one hearing, or over 50,000 results that are of several"}});
  }
  mark_abuse(out, tables);
  if (reader.failure()) return tl::unexpected(*reader.failure());
  return out;
}

}  // namespace concordat::courts
