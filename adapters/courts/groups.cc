// Groups: see groups.h.
#include "adapters/courts/groups.h"

#include <algorithm>

namespace concordat::courts {

bool is_bail(const std::string& outcome) { return outcome.starts_with("bail_") || outcome == "remanded_in_custody"; }
bool is_sentence(const std::string& outcome) { return outcome == "community_sentence" || outcome == "suspended_sentence"; }
bool is_order(const std::string& outcome) { return outcome.starts_with("protective_order"); }

std::string day_text(std::string_view written) {
  const auto moment = read::parse_moment(written);
  if (!moment) return std::string(written);
  return read::to_text(moment->date_only ? moment->date : read::london_day(moment->at));
}

std::string name_of_charge(const Defendant& defendant, std::size_t charge) {
  const Charge& of = defendant.charges[charge];
  return defendant.key + "/" + (of.id.empty() ? std::to_string(of.sequence) + of.code : of.id);
}

namespace {

bool is_sentence_for_a_term(const std::string& outcome) { return outcome == "imprisoned" || is_sentence(outcome); }

class Sorting {
 public:
  Sorting(const Hearing& hearing, const Defendant& defendant, const Tables& tables) : hearing_(hearing), defendant_(defendant), tables_(tables) {}

  std::vector<Group> all() {
    for (const Ruling& ruling : defendant_.results) sort(ruling);
    for (std::size_t at = 0; at < defendant_.charges.size(); ++at) sort(at);
    for (Group& group : groups_) {
      if (group.outcome == "bail_with_conditions" || group.outcome == "bail_changed") group.conditions.insert(bail_.begin(), bail_.end());
      if (is_sentence(group.outcome)) group.conditions.insert(sentence_.begin(), sentence_.end());
    }
    return std::move(groups_);
  }

 private:
  void sort(const Ruling& ruling) {
    const std::string charged = ruling.offence ? defendant_.charges[*ruling.offence].code : std::string();
    Meaning meaning = tables_.meaning({ruling.code, ruling.short_code, ruling.label, ruling.final, ruling.application.empty() ? charged : ruling.application, ruling.title, !ruling.application.empty()});
    for (const std::string& code : ruling.qualifiers) {
      const Meaning more = tables_.qualifier(code);
      for (const std::string& outcome : more.outcomes) meaning.outcomes.push_back(outcome);
      const bool of_bail = std::any_of(meaning.outcomes.begin(), meaning.outcomes.end(), is_bail);
      (of_bail ? bail_ : sentence_).insert(more.conditions.begin(), more.conditions.end());
    }
    (meaning.of_bail ? bail_ : sentence_).insert(meaning.conditions.begin(), meaning.conditions.end());
    for (const std::string& outcome : meaning.outcomes) {
      Group& group = of(outcome, is_order(outcome) ? meaning.order : std::string());
      add(group, ruling, meaning);
    }
  }

  void add(Group& group, const Ruling& ruling, const Meaning& meaning) {
    Entry entry;
    entry.charge = ruling.offence;
    entry.code = meaning.code.empty() ? ruling.short_code : meaning.code;
    entry.label = meaning.label;
    entry.ordered = ruling.ordered.empty() ? hearing_.day : ruling.ordered;
    entry.final = ruling.final;
    entry.amended = ruling.amended;
    if (ruling.offence) entry.of = who(ruling.offence);
    entry.annuls = meaning.annuls;
    entry.marks = marks(ruling, entry, group.outcome);
    group.entries.push_back(std::move(entry));
    if (!meaning.measure.empty()) group.measures.push_back(meaning.measure);
    const auto& own = ruling.conditions;
    if (is_order(group.outcome)) {
      group.change = meaning.change;
      group.conditions.insert(own.begin(), own.end());
      if (!ruling.until.empty()) group.until = std::max(group.until, ruling.until, [](const std::string& a, const std::string& b) { return day_text(a) < day_text(b); });
      group.until_further_order = group.until_further_order || ruling.short_code == "RESTRAOF" || meaning.label.find("until further order") != std::string::npos;
    } else if (is_bail(group.outcome)) {
      bail_.insert(own.begin(), own.end());
    } else if (is_sentence(group.outcome)) {
      group.conditions.insert(own.begin(), own.end());
    }
  }

  /// Of which offence, for knowing it again in another hearing.
  std::string who(const std::optional<std::size_t>& charge) const {
    if (!charge) return defendant_.key;
    return name_of_charge(defendant_, *charge);
  }

  std::vector<std::string> marks(const Ruling& ruling, const Entry& entry, const std::string& outcome) const {
    const std::string what = !entry.code.empty() ? entry.code : !ruling.short_code.empty() ? ruling.short_code : ruling.label;
    std::vector<std::string> out{outcome + "/" + who(ruling.offence) + "/" + what + "/" + day_text(entry.ordered)};
    // Without ids, the same sentence of the same offence is repeated, whenever it is.
    if (!hearing_.is_whole && ruling.offence && is_sentence_for_a_term(outcome)) out.push_back(outcome + "/" + who(ruling.offence) + "/" + what);
    if (!ruling.id.empty()) out.push_back(outcome + "/" + defendant_.key + "/result/" + ruling.id);
    return out;
  }

  /// Pleas, verdicts and convictions are repeated at every later hearing. They are news of the day that they are dated.
  bool is_of_now(const std::string& dated) const {
    const auto moment = read::parse_moment(dated);
    if (!moment) return hearing_.days.empty();
    const read::Date day = moment->date_only ? moment->date : read::london_day(moment->at);
    return hearing_.days.empty() || std::find(hearing_.days.begin(), hearing_.days.end(), day) != hearing_.days.end();
  }

  void sort(std::size_t at) {
    const Charge& charge = defendant_.charges[at];
    if (const auto plea = tables_.plea(charge.plea); plea && !plea->outcome.empty() && is_of_now(charge.plea_date.empty() ? hearing_.day : charge.plea_date)) {
      Entry entry = said(at, charge.plea_date, "plea/" + who(at) + "/" + plea->word);
      entry.plea = plea->word;
      of(plea->outcome, {}).entries.push_back(std::move(entry));
    }
    const auto verdict = tables_.verdict(charge.verdict);
    const bool is_guilty = verdict && verdict->outcome == "convicted";
    if (verdict && !verdict->outcome.empty()) {
      const std::string& dated = is_guilty && !charge.convicted.empty() ? charge.convicted : charge.verdict_date;
      if (is_of_now(dated.empty() ? hearing_.day : dated)) return decided(at, *verdict, dated);
    }
    if (!is_guilty && !charge.convicted.empty() && is_of_now(charge.convicted)) decided(at, {{}, "convicted"}, charge.convicted);
  }

  void decided(std::size_t at, const Said& verdict, const std::string& dated) {
    Entry entry = said(at, dated, verdict.outcome + "/" + who(at) + "/" + day_text(dated.empty() ? hearing_.day : dated));
    if (!hearing_.is_whole) entry.marks.push_back(verdict.outcome + "/" + who(at));
    entry.annuls = verdict.outcome == "convicted" ? "acquittal" : "conviction";
    entry.verdict = verdict.word;
    entry.convicted = verdict.outcome == "convicted" ? defendant_.charges[at].convicted : std::string();
    of(verdict.outcome, {}).entries.push_back(std::move(entry));
  }

  Entry said(std::size_t at, const std::string& dated, std::string mark) const {
    Entry entry;
    entry.charge = at;
    entry.of = who(at);
    entry.ordered = dated.empty() ? hearing_.day : dated;
    entry.marks = {std::move(mark)};
    return entry;
  }

  Group& of(const std::string& outcome, const std::string& order) {
    for (Group& group : groups_) {
      if (group.outcome == outcome && group.order == order) return group;
    }
    groups_.push_back({outcome, order, {}, {}, {}, {}, false, {}});
    return groups_.back();
  }

  const Hearing& hearing_;
  const Defendant& defendant_;
  const Tables& tables_;
  std::vector<Group> groups_;
  std::set<std::string> bail_, sentence_;
};

}  // namespace

std::vector<Group> groups_of(const Hearing& hearing, const Defendant& defendant, const Tables& tables) { return Sorting(hearing, defendant, tables).all(); }

}  // namespace concordat::courts
