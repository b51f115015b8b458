// News: see outcomes.h.
#include "adapters/courts/outcomes.h"

#include <algorithm>
#include <map>
#include <set>

#include "adapters/courts/groups.h"
#include "adapters/sdk/draft.h"
#include "adapters/sdk/path.h"
#include "concordat/v1/court_hearing.pb.h"
#include "concordat/v1/court_outcome.pb.h"
#include "proto/contract/contract.h"
#include "proto/contract/identifiers.h"

namespace concordat::courts {
namespace {

using contract::Kind;
using sdk::Draft;
using sdk::Failure;

/// Sets paths of an event, and remembers the first text that did not fit.
class Filler {
 public:
  Filler(Kind kind, const Defendant& defendant) : draft_(kind), defendant_(defendant) {}
  void text(const std::string& path, std::string_view value) {
    if (value.empty() || failure_) return;
    if (const auto set = draft_.set(path, value); !set) failure_ = Failure{defendant_.line, path, set.error()};
  }
  void date(const std::string& path, std::string_view written) { text(path, written.empty() ? written : std::string_view(day_ = day_text(written))); }
  void flag(const std::string& path, bool yes) { text(path, yes ? "yes" : ""); }
  v1::Person& person() { return draft_.person(contract::Role::AllegedPerpetrator, 0); }
  Draft& draft() { return draft_; }
  const std::optional<Failure>& failure() const { return failure_; }

 private:
  Draft draft_;
  const Defendant& defendant_;
  std::string day_;
  std::optional<Failure> failure_;
};

/// The offences that an event is about; all of them where it says none.
void leave_offences(v1::Person& person, const std::set<std::size_t>& about) {
  if (about.empty()) return;
  v1::Person kept = person;
  kept.clear_offence();
  for (const std::size_t at : about) *kept.add_offence() = person.offence(static_cast<int>(at));
  std::set<std::uint32_t> sequences;
  for (const v1::Offence& offence : kept.offence()) sequences.insert(offence.sequence());
  kept.clear_offence_wording();
  for (const v1::OffenceWording& wording : person.offence_wording()) {
    if (sequences.contains(wording.sequence())) *kept.add_offence_wording() = wording;
  }
  person = std::move(kept);
}

/// What results mark the case as, once each.
void add_markers(v1::Person& person, const Defendant& defendant, const Tables& tables) {
  std::set<std::string> codes;
  for (const Ruling& ruling : defendant.results) codes.insert(ruling.qualifiers.begin(), ruling.qualifiers.end());
  for (const std::string& code : codes) {
    const std::string meaning = tables.qualifier(code).marker;
    if (meaning.empty()) continue;
    v1::WarningMarker& marker = *person.add_warning_marker();
    marker.set_code(code);
    marker.set_meaning(meaning);
  }
}

void fill_frame(Filler& fill, const Defendant& defendant, const std::set<std::size_t>& about, const Tables& tables) {
  fill.person() = *defendant.person;
  leave_offences(fill.person(), about);
  add_markers(fill.person(), defendant, tables);
  for (const auto& [type, value] : defendant.references) {
    const auto normal = type == "urn" ? contract::urn(value) : std::nullopt;
    fill.text("case_reference[type=" + type + "].value", normal ? *normal : value);
    if (normal && *normal != value) fill.text("case_reference[type=" + type + "].source_text", value);
  }
}

template <class Event>
void add_officer(google::protobuf::Message& event, const Defendant& defendant) {
  if (defendant.officer) *static_cast<Event&>(event).add_practitioner() = *defendant.officer;
}

void fill_hearing(Filler& fill, const Listing& listing, const Tables& tables) {
  fill.text("hearing.kind", tables.hearing_kind(listing.type));
  fill.text("hearing.court", listing.court);
  fill.text("hearing.court_code", listing.court_code);
  fill.text("hearing.at", listing.at);
  fill.text("hearing.source_type", listing.type);
}

/// Nobody says when: then it is now, when it is told first.
constexpr Instant kNow = instant_of(4'102'444'800'000);

/// When it was: the moment it was shared, if that was on its day; else the day. A later share of the same is no later event.
Instant happened(const Hearing& hearing, const std::string& ordered) {
  const auto moment = read::parse_moment(ordered.empty() ? hearing.day : ordered);
  if (!moment) return hearing.shared.value_or(kNow);
  if (hearing.shared && moment->date_only && read::london_day(*hearing.shared) == moment->date) return *hearing.shared;
  return moment->at;
}

class Telling {
 public:
  Telling(const Hearing& hearing, const Defendant& defendant, const Tables& tables) : hearing_(hearing), defendant_(defendant), tables_(tables) {}

  tl::expected<News, Failure> outcome(const Group& group) const {
    Filler fill(Kind::CourtOutcome, defendant_);
    std::set<std::size_t> about;
    std::string ordered;
    for (const Entry& entry : group.entries) {
      if (entry.charge) about.insert(*entry.charge);
      if (day_text(entry.ordered) > day_text(ordered)) ordered = entry.ordered;
    }
    fill_frame(fill, defendant_, about, tables_);
    add_officer<v1::CourtOutcome>(fill.draft().event(), defendant_);
    fill.text("outcome.kind", group.outcome);
    fill.flag("outcome.final", std::any_of(group.entries.begin(), group.entries.end(), [](const Entry& entry) { return entry.final; }));
    fill.date("outcome.ordered", ordered);
    if (defendant_.abuse_case) fill.text("outcome.abuse_case", *defendant_.abuse_case ? "yes" : "no");
    add_offences(fill, about);
    News out;
    for (std::size_t at = 0; at < group.entries.size(); ++at) {
      fill_result(fill, at, group.entries[at]);
      const Entry& entry = group.entries[at];
      out.marks.push_back(entry.marks);
      out.offences.push_back(entry.of);
      if (!entry.of.empty() && !entry.annuls.empty()) out.annuls.push_back(entry.annuls + "/" + entry.of);
    }
    fill_order(fill, group, ordered);
    fill_bail(fill, group);
    fill_measures(fill, group, ordered);
    fill_hearing(fill, hearing_.here, tables_);
    const std::string reference = hearing_.key + "/" + defendant_.key + "/" + group.outcome + (group.order.empty() ? "" : "/" + group.order);
    return finished(fill, Kind::CourtOutcome, reference, happened(hearing_, ordered), std::move(out));
  }

  tl::expected<News, Failure> listing(const Listing& listing, const std::string& reference, const std::set<std::size_t>& about) const {
    Filler fill(Kind::CourtHearing, defendant_);
    fill_frame(fill, defendant_, about, tables_);
    add_officer<v1::CourtHearing>(fill.draft().event(), defendant_);
    fill_hearing(fill, listing, tables_);
    fill.flag("hearing.vacated", listing.vacated);
    const auto at = read::parse_moment(listing.at);
    const std::string when = at ? std::to_string(ms_of(at->at)) : "?";
    News out;
    out.marks = {{"listed/" + defendant_.key + "/" + when + "/" + listing.court_code + (listing.vacated ? "/vacated" : "")}};
    for (const std::size_t charge : about) out.offences.push_back(name_of_charge(defendant_, charge));
    const bool of_itself = listing.hearing == hearing_.id;
    return finished(fill, Kind::CourtHearing, reference, of_itself ? hearing_.shared.value_or(at ? at->at : kNow) : happened(hearing_, {}), std::move(out));
  }

 private:
  void add_offences(Filler& fill, const std::set<std::size_t>& about) const {
    std::set<std::uint32_t> sequences;
    for (const std::size_t at : about) sequences.insert(defendant_.charges[at].sequence);
    sequences.erase(0);
    auto& outcome = static_cast<v1::CourtOutcome&>(fill.draft().event());
    for (const std::uint32_t sequence : sequences) outcome.mutable_outcome()->add_offence(sequence);
  }

  void fill_result(Filler& fill, std::size_t at, const Entry& entry) const {
    const std::string path = "result[" + std::to_string(at) + "].";
    fill.date(path + "ordered", entry.ordered);
    if (entry.charge && defendant_.charges[*entry.charge].sequence != 0) fill.text(path + "offence", std::to_string(defendant_.charges[*entry.charge].sequence));
    fill.text(path + "code", entry.code);
    fill.text(path + "label", entry.label);
    fill.flag(path + "final", entry.final);
    fill.flag(path + "amended", entry.amended);
    fill.text(path + "plea", entry.plea);
    fill.text(path + "verdict", entry.verdict);
    fill.date(path + "convicted", entry.convicted);
  }

  static void fill_order(Filler& fill, const Group& group, const std::string& ordered) {
    if (is_order(group.outcome)) {
      fill.text("order.kind", group.order.empty() ? "other" : group.order);
      fill.text("order.change", group.change);
      fill.date("order.from", ordered);
      fill.date("order.until", group.until);
      fill.flag("order.until_further_order", group.until_further_order);
    }
    if (!is_order(group.outcome) && !is_sentence(group.outcome)) return;
    for (const std::string& condition : group.conditions) fill.text("order.condition", condition);
  }

  /// The state that he is in after it: what the court says of him, or what the outcome is.
  static void fill_bail(Filler& fill, const Group& group) {
    if (!is_bail(group.outcome)) return;
    v1::BailConditions& bail = *fill.person().mutable_bail_conditions();
    if (!bail.has_state() && group.outcome != "bail_changed") {
      bail.set_state(group.outcome == "remanded_in_custody" ? v1::CUSTODY_STATE_IN_CUSTODY
                     : group.outcome == "bail_with_conditions" ? v1::CUSTODY_STATE_CONDITIONAL_BAIL : v1::CUSTODY_STATE_UNCONDITIONAL_BAIL);
    }
    for (const std::string& condition : group.conditions) fill.text("alleged_perpetrator.bail_conditions.condition_kind", condition);
  }

  static void fill_measures(Filler& fill, const Group& group, const std::string& ordered) {
    for (std::size_t at = 0; at < group.measures.size(); ++at) {
      const std::string path = "alleged_perpetrator.special_measure[" + std::to_string(at) + "].";
      fill.text(path + "kind", group.measures[at]);
      fill.text(path + "granted", "yes");
      fill.date(path + "decided", ordered);
    }
  }

  tl::expected<News, Failure> finished(Filler& fill, Kind kind, std::string reference, Instant at, News out) const {
    if (fill.failure()) return tl::unexpected(*fill.failure());
    auto message = fill.draft().finish();
    if (!message) return tl::unexpected(Failure{defendant_.line, "defendant", message.error()});
    // Splitting is how the contract checks an event; better here, with the line, than at the outbox.
    if (const auto plains = contract::split(**message, at); !plains) return tl::unexpected(Failure{defendant_.line, "defendant", plains.error()});
    out.event = {std::move(*message), kind, std::move(reference), at, false};
    return out;
  }

  const Hearing& hearing_;
  const Defendant& defendant_;
  const Tables& tables_;
};

/// Nobody under ten can be a defendant: it is a slip of the pen, or another person's date.
std::optional<Failure> implausible(const Hearing& hearing, const Defendant& defendant) {
  constexpr int kYearsLeast = 10, kYearsMost = 120;
  const v1::SourceDate& born = defendant.person->date_of_birth().date();
  if (!born.has_year() || hearing.days.empty()) return std::nullopt;
  const int years = hearing.days.front().year - static_cast<int>(born.year());
  if (years >= kYearsLeast && years <= kYearsMost) return std::nullopt;
  return Failure{defendant.line, "dateOfBirth", {Fault::Malformed, code::kValue, years < kYearsLeast ? "a defendant under ten years old" : "a defendant over 120 years old"}};
}

/// The hearings that results name, each once, with the offences that it will be about.
std::vector<std::pair<Listing, std::set<std::size_t>>> next_hearings(const Defendant& defendant) {
  std::vector<std::pair<Listing, std::set<std::size_t>>> out;
  for (const Ruling& ruling : defendant.results) {
    if (!ruling.next) continue;
    const auto same = [&](const auto& each) { return each.first.hearing == ruling.next->hearing && each.first.at == ruling.next->at && each.first.court_code == ruling.next->court_code; };
    auto found = std::find_if(out.begin(), out.end(), same);
    if (found == out.end()) found = out.insert(out.end(), {*ruling.next, {}});
    if (ruling.offence) found->second.insert(*ruling.offence);
  }
  return out;
}

}  // namespace

namespace {

/// May what is said of him be told of a defendant? Not of a witness or a victim, whom an application may be about. Only some orders
/// are made against somebody who was never charged.
bool is_against_him(const Group& group) { return group.outcome == "protective_order_made" && !group.order.starts_with("restraining") && group.order != "criminal_behaviour"; }

bool is_witness_summons(const Defendant& defendant) {
  return !defendant.results.empty() && std::all_of(defendant.results.begin(), defendant.results.end(), [](const Ruling& ruling) {
    std::string title = ruling.title;
    for (char& c : title) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    return title.find("witness") != std::string::npos && title.find("summons") != std::string::npos;
  });
}

/// Nothing: it may be told. Else it is to be quarantined with the reason; without one nothing is to be told.
struct Silence {
  std::optional<Failure> why;
};
std::optional<Silence> of_party(const Hearing& hearing, const Defendant& defendant, const std::vector<Group>& groups) {
  if (defendant.party.empty()) return std::nullopt;
  if (hearing.told == Told::Listed || is_witness_summons(defendant)) return Silence{};
  if (std::any_of(groups.begin(), groups.end(), is_against_him)) return std::nullopt;
  if (groups.empty() && next_hearings(defendant).empty()) return Silence{};
  return Silence{Failure{defendant.line, defendant.party, {Fault::Malformed, code::kInput, "somebody who is no defendant, and no order is made against: it may be a witness or a victim"}}};
}

}  // namespace

tl::expected<std::vector<News>, Failure> news_of(const Hearing& hearing, const Defendant& defendant, const Tables& tables) {
  if (defendant.failure) return tl::unexpected(*defendant.failure);
  std::vector<News> out;
  if (defendant.is_company) return out;
  const std::vector<Group> groups = groups_of(hearing, defendant, tables);
  if (auto silence = of_party(hearing, defendant, groups)) {
    if (silence->why) return tl::unexpected(std::move(*silence->why));
    return out;
  }
  if (auto failed = implausible(hearing, defendant)) return tl::unexpected(std::move(*failed));
  const Telling telling(hearing, defendant, tables);
  const auto take = [&](tl::expected<News, Failure> news) -> std::optional<Failure> {
    if (!news) return news.error();
    out.push_back(std::move(*news));
    return std::nullopt;
  };
  if (hearing.told == Told::Listed) {
    if (auto failed = take(telling.listing(hearing.here, hearing.id + "/" + defendant.key + "/hearing", {}))) return tl::unexpected(*failed);
    return out;
  }
  for (const Group& group : groups) {
    if (auto failed = take(telling.outcome(group))) return tl::unexpected(*failed);
  }
  std::map<std::string, int> times;
  for (const auto& [next, about] : next_hearings(defendant)) {
    std::string reference = next.hearing.empty() ? hearing.key + "/" + defendant.key + "/next_hearing" : next.hearing + "/" + defendant.key + "/hearing";
    if (const int before = times[reference]++; before > 0) reference += "/" + std::to_string(before + 1);
    if (auto failed = take(telling.listing(next, reference, about))) return tl::unexpected(*failed);
  }
  return out;
}

void prune(google::protobuf::Message& message, const std::vector<bool>& keep) {
  auto& outcome = static_cast<v1::CourtOutcome&>(message);
  std::set<std::uint32_t> about;
  v1::CourtOutcome kept = outcome;
  kept.clear_result();
  for (int at = 0; at < outcome.result_size(); ++at) {
    if (!keep[static_cast<std::size_t>(at)]) continue;
    *kept.add_result() = outcome.result(at);
    if (outcome.result(at).has_offence()) about.insert(outcome.result(at).offence());
  }
  kept.mutable_outcome()->clear_offence();
  for (const std::uint32_t sequence : about) kept.mutable_outcome()->add_offence(sequence);
  v1::Person& person = *kept.mutable_person(0);
  if (!about.empty()) {
    person.clear_offence();
    person.clear_offence_wording();
    for (const v1::Offence& offence : outcome.person(0).offence()) {
      if (about.contains(offence.sequence())) *person.add_offence() = offence;
    }
    for (const v1::OffenceWording& wording : outcome.person(0).offence_wording()) {
      if (about.contains(wording.sequence())) *person.add_offence_wording() = wording;
    }
  }
  outcome = std::move(kept);
}

}  // namespace concordat::courts
