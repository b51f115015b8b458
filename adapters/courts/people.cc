// People: see people.h.
#include "adapters/courts/people.h"

#include <algorithm>
#include <map>

#include "adapters/courts/cases.h"
#include "adapters/courts/charges.h"
#include "adapters/courts/person.h"
#include "adapters/courts/rulings.h"
#include "concordat/v1/person.pb.h"

namespace concordat::courts {
namespace {

using sdk::Failure;

/// More people, or copies of results, than a hearing has.
constexpr std::size_t kPeopleMost = 1'000;
constexpr std::size_t kCopiesMost = 50'000;

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
    const std::vector<OfCase> cases = cases_of(from, subject["masterDefendant"], defendants_of(subject["masterDefendant"]).size() == 1, kPeopleMost);
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
      if (known->of_application) read_charges(of.offences, *known);
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
    read_charges(of.offences, out);
    return &out;
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

}  // namespace

bool read_people(Reader& reader, const Node& hearing, const Tables& tables, Hearing& out) { return Reading(reader, tables, out).all(hearing); }

}  // namespace concordat::courts
