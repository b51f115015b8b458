// A message on what was kept: see follow.h.
#include "adapters/health/follow.h"

#include <google/protobuf/message.h>

#include <algorithm>

#include "adapters/health/desk.h"
#include "adapters/health/naming.h"
#include "concordat/v1/link.pb.h"
#include "proto/contract/contract.h"

namespace concordat::health {
namespace {

using hl7::Message;
using hl7::Segment;
using sdk::Failure;
using sdk::Input;

Error bad(const char* why) { return {Fault::Malformed, code::kInput, why}; }

/// One message on what was kept.
class Follow {
 public:
  Follow(const Reading& reading, const Message& message, Input& input, sdk::Kept& kept, Instant now)
      : reading_(reading), message_(message), input_(input), desk_(kept, reading.kept, now), now_(now), trigger_(trigger_of(message)), facility_(facility_of(message)) {}

  Result<int> go() {
    if (trigger_.empty()) return not_for_us("no_adt", "a disclosure or an answer on risk in a message that is no ADT: tell it with the attendance");
    if (one_of(trigger_, {"A17", "A20", "A24", "A37"})) return not_for_us("no_attendance", "a disclosure in a message about beds or about two patients: tell it with the attendance");
    TRY_VOID(dispatch());
    if (input_.failure) return 0;
    return desk_.put_back(input_);
  }

 private:
  Result<int> dispatch() {
    if (one_of(trigger_, {"A18", "A30", "A34", "A39", "A40", "A46", "A47"})) return merge_patients();
    if (is_for_a_person(trigger_)) return for_a_person();
    if (message_.first("PID") == nullptr) return refuse("PID", bad("there is no PID segment, or it is not read as one: segments end with CR or LF and have names in capitals"));
    if (message_.count("PID") != 1) return not_for_us("no_patient", "a disclosure in a message with no patient, or with several");
    const std::string reference = reference_of(message_.segments, facility_);
    if (reference.empty() && one_of(trigger_, {"A28", "A31"})) return update_patient();
    if (reference.empty()) return not_for_us("no_attendance", "a disclosure, and nothing to tell the attendance by: PV1-19, PV1-50, PID-18, or PID-3 and PV1-44");
    if (one_of(trigger_, {"A11", "A23"})) return cancel(reference);
    if (one_of(trigger_, {"A27", "A38"})) return cancel_plan(reference);
    return update(reference);
  }

  /// Nothing is published. But what says that somebody is abused is not passed over in silence.
  Result<int> not_for_us(const char* why, const char* else_why) {
    if (carries_risk(message_, reading_.rules)) return refuse("MSH-9", bad(else_why));
    ++input_.counted[std::string("nothing_to_publish/") + why];
    return 0;
  }
  Result<int> refuse(std::string field, Error error) {
    input_.failure = Failure{input_.line, std::move(field), std::move(error)};
    return 0;
  }

  std::optional<Instant> sent() const {
    const auto at = instant_at(hl7::value(message_.first("MSH"), 7));
    return at && *at <= now_ ? at : std::nullopt;
  }
  /// When it happened, as the message says it: EVN-6, EVN-2, MSH-7.
  Instant began() const {
    for (const auto& [name, field] : {std::pair("EVN", 6), std::pair("EVN", 2), std::pair("MSH", 7)}) {
      const auto at = instant_at(hl7::value(message_.first(name), static_cast<std::size_t>(field)));
      if (at && *at <= now_) return *at;
    }
    return now_;
  }

  /// The same stay under another name: one of the two has no visit number, and alternate visit, account or admission are the same.
  Result<Attendance*> same_stay(const std::vector<Identifier>& patient) {
    TRY(const std::vector<Attendance*> all, desk_.of_patient(facility_, patient));
    Attendance* only = nullptr;
    for (Attendance* each : all) {
      const auto both_say = [&](const char* segment, std::size_t field, bool want_same) {
        const std::string here = hl7::value(message_.first(segment), field), there = hl7::value(each->first(segment), field);
        return want_same ? !here.empty() && here == there : !here.empty() && !there.empty();
      };
      if (each->cancelled || both_say("PV1", 19, false)) continue;
      if (!both_say("PV1", 50, true) && !both_say("PID", 18, true) && !both_say("PV1", 44, true)) continue;
      if (only != nullptr) return nullptr;
      only = each;
    }
    return only;
  }

  Result<Attendance*> attendance(const std::string& reference) {
    TRY(Attendance* kept, desk_.find(reference));
    if (kept != nullptr) return kept;
    TRY(kept, same_stay(patient_of(message_.first("PID"))));
    if (kept != nullptr) desk_.lead(reference, *kept);
    return kept;
  }

  Result<int> update(const std::string& reference) {
    TRY(Attendance* kept, attendance(reference));
    const auto at = sent();
    if (kept != nullptr && kept->cancelled) {
      const bool begins_again = one_of(trigger_, {"A01", "A04", "A05", "A14"}) && (!at || *at >= kept->newest);
      // What was sent before the cancellation went with it; what somebody says after it is no mistake of the registration's.
      if (!begins_again && at && *at < kept->newest) {
        ++input_.counted["nothing_to_publish/cancelled"];
        return 0;
      }
      if (!begins_again) return not_for_us("cancelled", "a disclosure on a visit that was cancelled: register the visit again (A01, A04), or tell it with the visit that she is on");
      kept = &desk_.begin(kept->reference, facility_);
    }
    if (kept != nullptr && different_patients(identifiers(kept->first("PID"), 3), identifiers(message_.first("PID"), 3))) {
      return refuse("PID-3", {Fault::Malformed, code::kValue, "the visit is kept of another patient: a merge (A40) or another visit number must say which is right"});
    }
    if (refuses_answer()) return 0;
    if (kept == nullptr) kept = &desk_.begin(reference, facility_);
    const bool older = at && *at < kept->newest;
    if (kept->began == Instant{}) kept->began = began();
    note_admission(*kept, at, older);
    merge(*kept, message_, older);
    if (trigger_ == "A13" && !older) clear_discharge(*kept);
    if (at && !older) kept->newest = *at;
    kept->in_bulk = kept->in_bulk || is_in_bulk(message_);
    kept->came = kept->came || one_of(trigger_, {"A01", "A02", "A03", "A04", "A06", "A07", "A09", "A10", "A12", "A13", "A21", "A22"});
    keep_mapped(*kept, reading_.rules);
    TRY_VOID(desk_.index(facility_, patient_of(kept->first("PID")), kept->reference));
    return tell_of(*kept);
  }

  bool refuses_answer() {
    const Where* const where = unknown_disclosure(message_.segments, reading_.rules);
    if (where == nullptr) return false;
    const Error error{Fault::Malformed, code::kValue, "the table has no word for this answer on disclosure: `code` or `not` must have it"};
    input_.failure = Failure{input_.line, where->text() + " of " + where->question, error};
    return true;
  }

  /// Somebody who came to the department and was then admitted: where that is cancelled, the attendance stands as it was.
  void note_admission(Attendance& kept, std::optional<Instant> at, bool older) const {
    if (trigger_ == "A04" && (older || !kept.admitted)) kept.registered = kept.registered || !is_for_the_ward();
    if (!one_of(trigger_, {"A01", "A06"}) || kept.admitted) return;
    if (at && *at <= kept.admission_cancelled) return;
    kept.admitted = true;
    const Segment* const visit = kept.first("PV1");
    if (kept.registered && visit != nullptr) kept.before_admission = *visit;
  }
  bool is_for_the_ward() const {
    const std::string kind = normal_code(hl7::value(message_.first("PV1"), 2));
    return kind == "I" || kind == "P";
  }

  static void clear_discharge(Attendance& kept) {
    for (Segment& segment : kept.segments) {
      if (segment.name != "PV1") continue;
      for (const std::size_t field : {36, 45}) {
        if (!segment.field(field).empty()) segment.set(field, "\"\"");
      }
    }
  }

  Result<int> tell_of(Attendance& kept) {
    desk_.change(kept);
    auto telling = tell(kept, reading_, input_.line, now_);
    if (!telling) {
      input_.failure = std::move(telling).error();
      return 0;
    }
    if (telling->events.empty() && !kept.cancelled && speaks_of_risk(message_.segments, reading_.rules)) {
      return refuse("OBX", bad("answers on risk, and no coded disclosure: code it at its source, or let the table's `risk: discloses` say who disclosed"));
    }
    if (telling->events.empty() && telling->no_more.empty()) ++input_.counted["nothing_to_publish/no_disclosure"];
    kept.published = !telling->events.empty();
    kept.assessed = telling->assessed;
    kept.told_consents = std::move(telling->consents);
    input_.events.insert(input_.events.end(), telling->events.begin(), telling->events.end());
    input_.no_more.insert(input_.no_more.end(), telling->no_more.begin(), telling->no_more.end());
    return 0;
  }

  /// An admission that was planned will not be. Of a patient who came all the same that takes nothing back.
  Result<int> cancel_plan(const std::string& reference) {
    TRY(const Attendance* const kept, attendance(reference));
    return kept != nullptr && !kept->cancelled && kept->came ? update(reference) : cancel(reference);
  }

  Result<int> cancel(const std::string& reference) {
    TRY(Attendance* kept, attendance(reference));
    const auto at = sent();
    const bool is_again = kept != nullptr && !kept->admitted && kept->admission_cancelled != Instant{} && (!at || *at <= kept->admission_cancelled);
    const bool is_news = kept != nullptr && !kept->cancelled && !is_again && (!at || *at >= kept->newest);
    if (!is_news) {
      ++input_.counted["nothing_to_publish/cancelled"];
      // What it cancels may come after it, over another connection.
      if (kept == nullptr && at) {
        Attendance& gone = desk_.begin(reference, facility_);
        gone.cancelled = true;
        gone.newest = *at;
      }
      return 0;
    }
    if (different_patients(identifiers(kept->first("PID"), 3), identifiers(message_.first("PID"), 3))) {
      return refuse("PID-3", {Fault::Malformed, code::kValue, "the visit to be cancelled is kept of another patient"});
    }
    if (trigger_ == "A11" && kept->registered && (kept->admitted || is_for_the_ward())) return cancel_admission(*kept, at);
    kept->cancelled = true;
    if (at) kept->newest = *at;
    TRY_VOID(tell_of(*kept));
    // Of what was registered by mistake, or of the wrong patient, nothing is kept but that it was cancelled.
    kept->segments.clear();
    return 0;
  }

  /// She is where she was before it, and what the message says of her beside the visit is heard.
  Result<int> cancel_admission(Attendance& kept, std::optional<Instant> at) {
    if (refuses_answer()) return 0;
    if (kept.before_admission) {
      std::erase_if(kept.segments, [](const Segment& each) { return each.name == "PV1"; });
      kept.segments.push_back(std::move(*kept.before_admission));
    }
    kept.before_admission.reset();
    kept.admitted = false;
    kept.admission_cancelled = at ? *at : std::max(kept.newest, now_);
    Message about = message_;
    std::erase_if(about.segments, [](const Segment& each) { return each.name == "PV1" || each.name == "PV2"; });
    merge(kept, about, false);
    if (at) kept.newest = *at;
    keep_mapped(kept, reading_.rules);
    TRY_VOID(desk_.index(facility_, patient_of(kept.first("PID")), kept.reference));
    return tell_of(kept);
  }

  /// Who the patient is, without an attendance: of all that are kept of her.
  Result<int> update_patient() {
    if (carries_risk(message_, reading_.rules)) return refuse("MSH-9", bad("a disclosure in a message about a patient, with no attendance to tell it by: tell it with the attendance"));
    Message about = message_;
    std::erase_if(about.segments, [](const Segment& each) { return each.name != "PID" && each.name != "PD1"; });
    // Which account it was is not the patient's, but the attendance's.
    for (Segment& each : about.segments) {
      if (each.name == "PID" && !each.field(18).empty()) each.set(18, "");
    }
    TRY(const std::vector<Attendance*> all, desk_.of_patient(facility_, patient_of(about.first("PID"))));
    for (Attendance* kept : all) {
      if (kept->cancelled) continue;
      const auto at = sent();
      merge(*kept, about, at && *at < kept->newest);
      keep_mapped(*kept, reading_.rules);
      TRY_VOID(desk_.index(facility_, patient_of(kept->first("PID")), kept->reference));
      TRY_VOID(tell_of(*kept));
      if (input_.failure) return 0;
    }
    if (all.empty()) ++input_.counted["nothing_to_publish/no_attendance"];
    return 0;
  }

  // ---- one patient under two numbers ----

  Result<int> merge_patients() {
    if (carries_risk(message_, reading_.rules)) return refuse("MSH-9", bad("a disclosure in a message that merges patients: tell it with the attendance"));
    const Segment* pid = nullptr;
    std::size_t pairs = 0;
    for (const Segment& each : message_.segments) {
      if (each.name == "PID") pid = &each;
      if (each.name != "MRG" || pid == nullptr) continue;
      ++pairs;
      TRY_VOID(merge_pair(*pid, each));
    }
    if (pairs == 0) return refuse("MRG-1", bad("a merge without a PID and an MRG segment"));
    if (input_.events.empty()) ++input_.counted["nothing_to_publish/merge"];
    return 0;
  }

  Result<int> merge_pair(const Segment& pid, const Segment& mrg) {
    const auto survivor = patient_of(&pid), gone = identifiers(&mrg, 1);
    TRY(const std::vector<Attendance*> hers, desk_.of_patient(facility_, survivor));
    TRY(const std::vector<Attendance*> moved, desk_.of_patient(facility_, gone));
    const auto is_told = [](const Attendance* each) { return each->published; };
    const bool told = std::any_of(hers.begin(), hers.end(), is_told) || std::any_of(moved.begin(), moved.end(), is_told);
    if (told) add_link(pid, hers, mrg, moved);
    for (Attendance* each : moved) {
      if (std::find(hers.begin(), hers.end(), each) == hers.end()) TRY_VOID(move(*each, pid, survivor));
    }
    return 0;
  }

  /// The attendance is found under the surviving numbers from now on; its events keep their reference.
  Result<int> move(Attendance& kept, const Segment& pid, const std::vector<Identifier>& survivor) {
    for (Segment& segment : kept.segments) {
      if (segment.name == "PID") segment.set(3, pid.field(3));
    }
    desk_.change(kept);
    const std::string now_called = reference_of(kept.segments, facility_);
    TRY(const Attendance* const there, desk_.find(now_called));
    if (there == nullptr) desk_.lead(now_called, kept);
    return desk_.index(facility_, survivor, kept.reference);
  }

  static std::set<std::string> numbers(const Segment& own, std::size_t field, const std::vector<Attendance*>& kept) {
    std::set<std::string> out;
    for (const std::string& each : nhs_numbers(&own, field)) out.insert(each);
    for (const Attendance* each : kept) {
      for (const std::string& number : nhs_numbers(each->first("PID"), 3)) out.insert(number);
    }
    return out;
  }

  /// The hospital's own number, where there is one: the same merge, told again, is the same event.
  static std::string local_number(const std::vector<Identifier>& patient) {
    const auto own = std::find_if(patient.begin(), patient.end(), [](const Identifier& each) { return each.authority != "NHS"; });
    if (own != patient.end()) return part_of_reference(own->id);
    return patient.empty() ? std::string() : part_of_reference(patient.front().id);
  }

  /// Strong only if the spine verified both numbers; a merge is a task for a person in any case.
  void add_link(const Segment& pid, const std::vector<Attendance*>& hers, const Segment& mrg, const std::vector<Attendance*>& moved) {
    const auto surviving = numbers(pid, 3, hers), merged = numbers(mrg, 1, moved);
    std::set<std::string> all = surviving;
    all.insert(merged.begin(), merged.end());
    if (surviving.empty() || merged.empty() || all.size() < 2) return;
    const auto traced = [](const Attendance* each) { return is_traced(each->first("PID")); };
    const bool strong = is_traced(&pid) && !moved.empty() && std::all_of(moved.begin(), moved.end(), traced);
    auto link = std::make_shared<v1::Link>();
    v1::Person& person = *link->add_person();
    person.set_number(1);
    person.add_role(v1::ROLE_PATIENT);
    person.mutable_nhs_number()->set_number(*surviving.begin());
    link->mutable_details()->set_strength(strong ? v1::LINK_STRENGTH_STRONG : v1::LINK_STRENGTH_WEAK);
    link->mutable_details()->set_merge(true);
    for (const std::string& number : all) {
      v1::LinkedIdentifier& identifier = *link->add_identifier();
      identifier.set_person(1);
      identifier.set_type(v1::IDENTIFIER_TYPE_NHS_NUMBER);
      identifier.set_value(number);
      identifier.set_authority("NHS");
    }
    const std::string reference = part_of_reference(facility_) + "/merge/" + local_number(identifiers(&mrg, 1)) + "/" + local_number(patient_of(&pid));
    input_.events.push_back({std::move(link), contract::Kind::Link, reference, began(), reading_.in_bulk || is_in_bulk(message_)});
  }

  // ---- what only a person can put right ----

  Result<int> for_a_person() {
    std::vector<Attendance*> concerned;
    TRY_VOID(add_by_reference(concerned));
    for (const Segment& each : message_.segments) {
      const auto patient = each.name == "MRG" ? identifiers(&each, 1) : each.name == "PID" && trigger_ == "A29" ? patient_of(&each) : std::vector<Identifier>();
      TRY(const std::vector<Attendance*> more, desk_.of_patient(facility_, patient));
      concerned.insert(concerned.end(), more.begin(), more.end());
    }
    const bool told = std::any_of(concerned.begin(), concerned.end(), [](const Attendance* each) { return each->published; });
    if (carries_risk(message_, reading_.rules)) return refuse("MSH-9", bad("a disclosure in a message that moves or deletes visits, accounts or patients: tell it with the attendance"));
    if (told) {
      return refuse("MSH-9", bad("visits, accounts or numbers of which something was published are moved or deleted: a person must decide what it means, and have the attendance sent again (A08) or cancelled (A11)"));
    }
    for (const Attendance* each : concerned) desk_.forget(each->reference);
    ++input_.counted["nothing_to_publish/moved"];
    return 0;
  }

  /// By the visit and account numbers that it has, old and new.
  Result<int> add_by_reference(std::vector<Attendance*>& concerned) {
    const std::string facility = part_of_reference(facility_);
    for (const Segment& each : message_.segments) {
      std::vector<std::string> references;
      if (each.name == "PV1" || each.name == "PID") references.push_back(reference_of({each}, facility_));
      if (each.name == "MRG") references = {facility + "/" + part_of_reference(hl7::value(&each, 5)), facility + "/account/" + part_of_reference(hl7::value(&each, 3))};
      for (const std::string& reference : references) {
        if (reference.empty() || reference.ends_with('/')) continue;
        TRY(Attendance* const kept, desk_.find(reference));
        if (kept != nullptr) concerned.push_back(kept);
      }
    }
    return 0;
  }

  const Reading& reading_;
  const Message& message_;
  Input& input_;
  Desk desk_;
  Instant now_;
  std::string trigger_, facility_;
};

}  // namespace

Result<int> follow_message(const Reading& reading, const Message& message, Input& input, sdk::Kept& kept, Instant now) {
  return Follow(reading, message, input, kept, now).go();
}

}  // namespace concordat::health
