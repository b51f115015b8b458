// Standing: see standing.h.
#include "adapters/courts/standing.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "adapters/courts/outcomes.h"
#include "concordat/v1/court_hearing.pb.h"
#include "concordat/v1/court_outcome.pb.h"

namespace concordat::courts {
namespace {

using contract::Kind;

constexpr std::array<const char*, 4> kWords = {"conviction", "sentence", "acquittal", "term"};
constexpr std::size_t kMessagesMost = 50;

bool is_term(v1::OutcomeKind kind) { return kind == v1::OUTCOME_KIND_IMPRISONED || kind == v1::OUTCOME_KIND_SUSPENDED_SENTENCE || kind == v1::OUTCOME_KIND_COMMUNITY_SENTENCE; }

/// Does an outcome fall with what a word of the table says?
bool falls(const v1::CourtOutcome& told, std::string_view word) {
  const v1::OutcomeKind kind = told.outcome().kind();
  const bool is_sentence = is_term(kind) || kind == v1::OUTCOME_KIND_OTHER_SENTENCE;
  if (word == "term") return is_term(kind);
  if (word == "sentence") return is_sentence;
  if (word == "acquittal") return kind == v1::OUTCOME_KIND_ACQUITTED || kind == v1::OUTCOME_KIND_DISMISSED || kind == v1::OUTCOME_KIND_DISCONTINUED;
  const v1::OrderKind order = told.order().kind();
  const bool is_on_conviction = kind == v1::OUTCOME_KIND_PROTECTIVE_ORDER_MADE && (order == v1::ORDER_KIND_RESTRAINING || order == v1::ORDER_KIND_CRIMINAL_BEHAVIOUR);
  return is_sentence || is_on_conviction || kind == v1::OUTCOME_KIND_CONVICTED;
}

/// "2026-07-14"; empty if it is not whole. Compared as text.
std::string day_of(const v1::SourceDate& date) {
  if (!date.has_year() || !date.has_month() || !date.has_day()) return {};
  return read::to_text(read::Date{static_cast<int>(date.year()), static_cast<int>(date.month()), static_cast<int>(date.day())});
}

bool is_of(const std::string& reference, const std::string& hearing) { return reference.starts_with(hearing + "/"); }

const v1::CourtOutcome& outcome_of(const google::protobuf::Message& message) { return static_cast<const v1::CourtOutcome&>(message); }

/// What is kept under annulled/….
struct Annulled {
  std::string day, hearing;
  std::optional<Instant> shared;
};

/// Of two hearings of one day: was one shared before the other? Not, if either does not say when.
bool is_earlier(const std::optional<Instant>& one, const std::optional<Instant>& other) { return one && other && *one < *other; }

std::string name_of_annulled(const std::string& offence, const std::string& word) { return "annulled/" + offence + "/" + word; }

Result<std::optional<Annulled>> annulled_at(Ledger& ledger, const std::string& offence, const std::string& word) {
  TRY(const auto bytes, ledger.get(name_of_annulled(offence, word)));
  if (!bytes) return std::optional<Annulled>();
  Reader in(*bytes);
  const auto texts = take_texts(in);
  if (texts.size() < 2) return std::optional<Annulled>();
  return std::optional(Annulled{texts[0], texts[1], take_time(in)});
}

/// A new list in which the n-th is the order[n]-th of the old one.
template <class List>
List sorted_by(const std::vector<std::size_t>& order, const List& list) {
  List out;
  for (const std::size_t at : order) out.push_back(list[at]);
  return out;
}

template <class Repeated>
void add_missing(Repeated& to, const Repeated& from) {
  for (const auto& each : from) {
    if (std::none_of(to.begin(), to.end(), [&](const auto& own) { return own.sequence() == each.sequence(); })) *to.Add() = each;
  }
  std::stable_sort(to.begin(), to.end(), [](const auto& a, const auto& b) { return a.sequence() < b.sequence(); });
}

/// The later day is kept, and of one day the later share: an annulment that comes late takes none back.
Result<int> note_annulled(Ledger& ledger, const About& about, const std::string& offence, const std::string& word) {
  TRY(const auto known, annulled_at(ledger, offence, word));
  if (known && known->day > about.day) return 0;
  if (known && known->day == about.day && known->hearing != about.key && is_earlier(about.shared, known->shared)) return 0;
  Writer out;
  put(out, std::vector<std::string>{about.day, about.key});
  put(out, about.shared);
  ledger.set(name_of_annulled(offence, word), out.take());
  return 0;
}

Result<int> annul(sdk::Input& input, Ledger& ledger, const About& about, const std::string& offence, const std::string& word) {
  TRY_VOID(note_annulled(ledger, about, offence, word));
  TRY(const auto newest, annulled_at(ledger, offence, word));
  const bool came_late = newest && newest->hearing != about.key && newest->day == about.day;
  TRY(const auto told, ledger.list("stands/" + offence));
  for (const std::string& reference : told) {
    if (is_of(reference, about.key) || (came_late && is_of(reference, newest->hearing))) continue;
    TRY(const auto before, ledger.before(reference));
    if (!before || before->kind != Kind::CourtOutcome || !falls(outcome_of(*before->message), word)) continue;
    if (day_of(outcome_of(*before->message).outcome().ordered()) > about.day) continue;
    TRY(const auto was, ledger.remembered(reference, about.key));
    if (!was && !before->reversed) ledger.remember(reference, about.key, *before);
    TRY_VOID(withdraw(input, ledger, reference, {offence}));
  }
  return 0;
}

/// "word/OFFENCE".
std::string offence_of(const std::string& annulled) { return annulled.substr(annulled.find('/') + 1); }
std::string word_of(const std::string& annulled) { return annulled.substr(0, annulled.find('/')); }

Result<int> give_back(sdk::Input& input, Ledger& ledger, const About& about, const std::string& reference) {
  TRY(const auto was, ledger.remembered(reference, about.key));
  if (!was) return 0;
  for (const auto& marks : was->marks) {
    TRY(const bool elsewhere, ledger.told_elsewhere(marks, reference));
    if (elsewhere) return 0;
  }
  for (const std::string& offence : was->offences) {
    TRY(const bool by_another, is_annulled(ledger, reference, *was->message, offence, std::nullopt));
    if (by_another) return 0;
  }
  ledger.clear("was/" + reference);
  ledger.tell(reference, *was);
  say(input, {was->message, was->kind, reference, was->happened, false});
  return 0;
}

/// It is annulled no more, if this hearing annulled it.
Result<int> lift(sdk::Input& input, Ledger& ledger, const About& about, const std::string& annulled) {
  const std::string offence = offence_of(annulled), word = word_of(annulled);
  TRY(const auto known, annulled_at(ledger, offence, word));
  if (known && known->hearing == about.key) ledger.clear(name_of_annulled(offence, word));
  TRY(const auto told, ledger.list("stands/" + offence));
  for (const std::string& reference : told) TRY_VOID(give_back(input, ledger, about, reference));
  return 0;
}

/// Does a message say all of what it decides about this offence at its hearing's day?
bool speaks_of(const About& about, const std::string& offence) {
  if (!about.is_whole) return std::find(about.carried.begin(), about.carried.end(), offence) != about.carried.end();
  return offence.starts_with(about.defendant + "/");
}

}  // namespace

void say(sdk::Input& input, sdk::TypedEvent event) {
  for (sdk::TypedEvent& each : input.events) {
    if (each.kind != event.kind || each.reference != event.reference) continue;
    each = std::move(event);
    return;
  }
  input.events.push_back(std::move(event));
}

Result<int> reverse(sdk::Input& input, Ledger& ledger, const std::string& reference) {
  TRY(auto before, ledger.before(reference));
  if (!before || before->reversed) return 0;
  before->reversed = true;
  if (before->kind == Kind::CourtOutcome) {
    static_cast<v1::CourtOutcome&>(*before->message).mutable_outcome()->set_reversed(true);
  } else {
    static_cast<v1::CourtHearing&>(*before->message).mutable_hearing()->set_vacated(true);
  }
  ledger.forget(before->marks);
  before->marks.clear();
  before->offences.clear();
  ledger.tell(reference, *before);
  say(input, {before->message, before->kind, reference, before->happened, false});
  return 0;
}

Result<int> withdraw(sdk::Input& input, Ledger& ledger, const std::string& reference, const std::set<std::string>& offences) {
  TRY(auto before, ledger.before(reference));
  if (!before || before->reversed) return 0;
  const auto is_gone = [&](const std::string& offence) { return offences.contains(offence); };
  const auto gone = static_cast<std::size_t>(std::count_if(before->offences.begin(), before->offences.end(), is_gone));
  if (gone == 0) return 0;
  if (gone == before->offences.size()) return reverse(input, ledger, reference);
  if (before->kind != Kind::CourtOutcome) return 0;
  std::vector<bool> keep;
  Before left = *before;
  left.marks.clear();
  left.offences.clear();
  for (std::size_t at = 0; at < before->offences.size(); ++at) {
    keep.push_back(!is_gone(before->offences[at]));
    if (!keep.back()) continue;
    left.marks.push_back(before->marks[at]);
    left.offences.push_back(before->offences[at]);
  }
  prune(*left.message, keep);
  ledger.forget(before->marks);
  ledger.tell(reference, left);
  say(input, {left.message, left.kind, reference, left.happened, false});
  return 0;
}

void add_what_stands(google::protobuf::Message& outcome, Marks& marks, std::vector<std::string>& offences, const Before& before, const std::vector<std::string>& carried) {
  std::vector<bool> stands;
  for (std::size_t at = 0; at < before.offences.size(); ++at) {
    stands.push_back(std::find(carried.begin(), carried.end(), before.offences[at]) == carried.end());
    if (!stands.back()) continue;
    marks.push_back(before.marks[at]);
    offences.push_back(before.offences[at]);
  }
  if (std::find(stands.begin(), stands.end(), true) == stands.end()) return;
  v1::CourtOutcome old = outcome_of(*before.message);
  prune(old, stands);
  auto& now = static_cast<v1::CourtOutcome&>(outcome);
  for (const v1::CourtResult& result : old.result()) *now.add_result() = result;
  std::vector<std::size_t> order(static_cast<std::size_t>(now.result_size()));
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return now.result(static_cast<int>(a)).offence() < now.result(static_cast<int>(b)).offence(); });
  const v1::CourtOutcome unsorted = now;
  now.clear_result();
  for (const std::size_t at : order) *now.add_result() = unsorted.result(static_cast<int>(at));
  marks = sorted_by(order, marks);
  offences = sorted_by(order, offences);
  std::set<std::uint32_t> sequences(now.outcome().offence().begin(), now.outcome().offence().end());
  sequences.insert(old.outcome().offence().begin(), old.outcome().offence().end());
  now.mutable_outcome()->clear_offence();
  for (const std::uint32_t sequence : sequences) now.mutable_outcome()->add_offence(sequence);
  if (old.outcome().final()) now.mutable_outcome()->set_final(true);
  add_missing(*now.mutable_person(0)->mutable_offence(), old.person(0).offence());
  add_missing(*now.mutable_person(0)->mutable_offence_wording(), old.person(0).offence_wording());
}

Result<bool> is_annulled(Ledger& ledger, const std::string& reference, const google::protobuf::Message& outcome, const std::string& offence, const std::optional<Instant>& shared) {
  const std::string day = day_of(outcome_of(outcome).outcome().ordered());
  for (const char* word : kWords) {
    if (offence.empty() || !falls(outcome_of(outcome), word)) continue;
    TRY(const auto known, annulled_at(ledger, offence, word));
    if (!known || is_of(reference, known->hearing) || day > known->day) continue;
    if (day < known->day || !is_earlier(known->shared, shared)) return true;
  }
  return false;
}

Result<int> annul(sdk::Input& input, Ledger& ledger, const About& about) {
  std::set<std::string> all(about.annuls.begin(), about.annuls.end());
  for (const sdk::TypedEvent& event : input.events) {
    if (event.kind != Kind::CourtOutcome || !is_of(event.reference, about.key) || !is_term(outcome_of(*event.message).outcome().kind())) continue;
    TRY(const auto told, ledger.before(event.reference));
    for (const std::string& offence : told && !told->reversed ? told->offences : std::vector<std::string>{}) {
      if (!offence.empty()) all.insert("term/" + offence);
    }
  }
  const std::string name = "annuls/" + about.key;
  TRY(const auto before, ledger.list(name));
  for (const std::string& each : before) {
    if (all.contains(each)) continue;
    if (speaks_of(about, offence_of(each))) {
      TRY_VOID(lift(input, ledger, about, each));
    } else {
      all.insert(each);
    }
  }
  if (before.empty() && all.empty()) return 0;
  for (const std::string& each : all) TRY_VOID(annul(input, ledger, about, offence_of(each), word_of(each)));
  Writer out;
  put(out, std::vector<std::string>(all.begin(), all.end()));
  ledger.set(name, out.take());
  return ledger.add_to("annulling/" + about.id, {about.key});
}

Result<int> lift_all(sdk::Input& input, Ledger& ledger, const About& about) {
  TRY(const auto keys, ledger.list("annulling/" + about.id));
  for (const std::string& key : keys) {
    About day = about;
    day.key = key;
    TRY(const auto before, ledger.list("annuls/" + key));
    for (const std::string& each : before) TRY_VOID(lift(input, ledger, day, each));
    ledger.clear("annuls/" + key);
  }
  if (!keys.empty()) ledger.clear("annulling/" + about.id);
  return 0;
}

Result<int> lift_of(sdk::Input& input, Ledger& ledger, const About& about, const std::string& defendant) {
  TRY(const auto before, ledger.list("annuls/" + about.key));
  std::vector<std::string> left;
  for (const std::string& each : before) {
    if (!offence_of(each).starts_with(defendant + "/")) {
      left.push_back(each);
    } else {
      TRY_VOID(lift(input, ledger, about, each));
    }
  }
  if (left.size() == before.size()) return 0;
  Writer out;
  put(out, left);
  ledger.set("annuls/" + about.key, out.take());
  return 0;
}

Result<int> note_message(Ledger& ledger, const About& about) {
  if (about.text.empty()) return 0;
  for (const std::string& offence : about.carried) {
    const std::string name = "said/" + about.key + "/" + offence;
    TRY(auto messages, ledger.list(name));
    const auto found = std::find(messages.begin(), messages.end(), about.text);
    if (found != messages.end() && *found != messages.back()) {
      return fail(Fault::Malformed, code::kInput,
                  "this very message was taken before, and a later one has changed what it says: it came again, or the court went back to it. Ask the court which stands; discard it, or have it sent anew");
    }
    if (found != messages.end()) continue;
    messages.push_back(about.text);
    if (messages.size() > kMessagesMost) messages.erase(messages.begin());
    Writer out;
    put(out, messages);
    ledger.set(name, out.take());
  }
  return 0;
}

}  // namespace concordat::courts
