// Following: see told.h.
#include "adapters/courts/told.h"

#include <google/protobuf/message.h>

#include <algorithm>
#include <set>

#include "adapters/courts/case_abuse.h"
#include "adapters/courts/ledger.h"
#include "adapters/courts/standing.h"
#include "concordat/v1/court_hearing.pb.h"
#include "concordat/v1/court_outcome.pb.h"
#include "proto/contract/contract.h"

namespace concordat::courts {
namespace {

using contract::Kind;
using sdk::Input;
using sdk::TypedEvent;

constexpr const char* kAbout = "about";

About about_of(const Bytes& bytes) {
  Reader in(bytes);
  About out;
  out.what = static_cast<About::What>(in.u8());
  out.told = static_cast<Told>(in.u8());
  out.is_whole = in.u8() == 1;
  out.id = in.sized();
  out.key = in.sized();
  out.defendant = in.sized();
  out.defendants = take_texts(in);
  out.shared = take_time(in);
  for (std::uint32_t left = in.u32(); left > 0 && in.ok(); --left) out.marks.push_back(take_marks(in));
  out.offences = take_marks(in);
  out.annuls = take_texts(in);
  out.carried = take_texts(in);
  out.day = in.sized();
  out.text = in.sized();
  out.cases = take_texts(in);
  out.summons = in.sized();
  out.abuse_case = in.u8() == 1;
  return out;
}

/// Came late: something newer was taken already.
bool is_stale(const std::optional<Roll>& before, const std::optional<Instant>& shared) { return before && before->shared && shared && *shared < *before->shared; }

/// The newest share that is known of a hearing; and of a deleted one the newest that the deletion took.
Result<int> note_shared(Ledger& ledger, const std::string& hearing, const std::optional<Instant>& shared) {
  const std::string name = "shared/" + hearing;
  TRY(const auto before, ledger.roll(name));
  if (shared && !is_stale(before, shared)) ledger.set_roll(name, {shared, {}});
  return 0;
}
/// Delivered again after the hearing was deleted: no newer than what the deletion took.
Result<bool> is_of_deleted(Ledger& ledger, const std::string& hearing, const std::optional<Instant>& shared) {
  TRY(const auto deleted, ledger.roll("deleted/" + hearing));
  return deleted && deleted->shared && shared && *shared <= *deleted->shared;
}

std::string hearing_of(const std::string& reference) { return reference.substr(0, reference.find('/')); }
bool is_listing(const std::string& reference) { return reference.find("/hearing") != std::string::npos; }

bool is_same_kind(const google::protobuf::Message& a, const google::protobuf::Message& b) {
  return static_cast<const v1::CourtHearing&>(a).hearing().kind() == static_cast<const v1::CourtHearing&>(b).hearing().kind();
}

/// What of an event is not told elsewhere and stands; nothing if all of it is, or does not. Keeps what is told now.
Result<std::optional<TypedEvent>> fresh(Ledger& ledger, const About& about, std::size_t at, TypedEvent event, Instant now) {
  TRY(const auto before, ledger.before(event.reference));
  const bool is_outcome = event.kind == Kind::CourtOutcome;
  std::vector<bool> keep;
  Before told{event.kind, before ? before->happened : std::min(event.happened, now), false, {}, is_outcome ? std::vector<std::string>{} : about.offences[at], nullptr};
  for (std::size_t result = 0; result < about.marks[at].size(); ++result) {
    const auto& marks = about.marks[at][result];
    TRY(bool gone, ledger.told_elsewhere(marks, event.reference));
    if (is_outcome && !gone) {
      TRY(gone, is_annulled(ledger, event.reference, *event.message, about.offences[at][result], about.shared));
    }
    keep.push_back(!gone);
    if (gone) continue;
    told.marks.push_back(marks);
    if (is_outcome) told.offences.push_back(about.offences[at][result]);
  }
  if (told.marks.empty()) return std::optional<TypedEvent>();
  told.message.reset(event.message->New());
  told.message->CopyFrom(*event.message);
  if (is_outcome && told.marks.size() < keep.size()) prune(*told.message, keep);
  // The same kind of hearing at the same time, told by whoever told it first: what else is written of it is no news.
  if (!is_outcome && before && !before->reversed && before->marks == told.marks && is_same_kind(*told.message, *before->message)) told.message = before->message;
  if (is_outcome && before && !before->reversed && !about.is_whole) add_what_stands(*told.message, told.marks, told.offences, *before, about.carried);
  if (before) ledger.forget(before->marks);
  ledger.clear("was/" + event.reference);
  ledger.tell(event.reference, told);
  for (const std::string& offence : told.offences) {
    if (is_outcome && !offence.empty()) TRY_VOID(ledger.add_to("stands/" + offence, {event.reference}));
  }
  return std::optional<TypedEvent>(TypedEvent{told.message, event.kind, event.reference, told.happened, event.in_bulk});
}

/// A hearing that has spoken for itself since it was named as the next one stands by its own word.
Result<bool> is_of_another(Ledger& ledger, const About& about, const std::string& reference) {
  const std::string hearing = hearing_of(reference);
  if (hearing == about.id || !is_listing(reference)) return false;
  TRY(const auto itself, ledger.roll("defendant/" + hearing + "/" + about.defendant + "/listed"));
  return itself.has_value();
}

Result<int> follow_defendant(Input& input, Ledger& ledger, const About& about, Instant now) {
  const std::string name = "defendant/" + about.key + "/" + about.defendant + (about.told == Told::Listed ? "/listed" : "");
  TRY(const auto before, ledger.roll(name));
  std::vector<TypedEvent> events = std::exchange(input.events, {});
  TRY(const bool is_deleted, is_of_deleted(ledger, about.id, about.shared));
  if (is_deleted || is_stale(before, about.shared)) return 0;
  TRY_VOID(note_message(ledger, about));
  TRY_VOID(note_shared(ledger, about.id, about.shared));
  Roll now_told{about.shared, {}};
  if (before && !now_told.shared) now_told.shared = before->shared;
  for (std::size_t at = 0; at < events.size(); ++at) {
    const std::string reference = events[at].reference;
    if (is_listing(reference)) {
      TRY(const bool of_deleted, is_of_deleted(ledger, hearing_of(reference), about.shared));
      if (of_deleted) continue;
      TRY_VOID(note_shared(ledger, hearing_of(reference), about.shared));
    }
    TRY(auto event, fresh(ledger, about, at, std::move(events[at]), now));
    if (!event) continue;
    now_told.names.push_back(reference);
    input.events.push_back(std::move(*event));
  }
  const std::set<std::string> carried(about.carried.begin(), about.carried.end());
  for (const std::string& reference : before ? before->names : std::vector<std::string>{}) {
    if (std::find(now_told.names.begin(), now_told.names.end(), reference) != now_told.names.end()) continue;
    TRY(const bool of_another, is_of_another(ledger, about, reference));
    if (about.is_whole && !of_another) TRY_VOID(reverse(input, ledger, reference));
    if (!about.is_whole) TRY_VOID(withdraw(input, ledger, reference, carried));
    now_told.names.push_back(reference);  // it may stand again
  }
  ledger.set_roll(name, now_told);
  if (about.told == Told::Resulted) TRY_VOID(annul(input, ledger, about));
  if (now_told.names.empty()) return 0;
  TRY_VOID(ledger.add_to("all/" + about.id, now_told.names));
  // A hearing that was told by the one before it is found by its own id, too.
  for (const std::string& reference : now_told.names) {
    const std::string hearing = hearing_of(reference);
    if (is_listing(reference) && hearing != about.id) TRY_VOID(ledger.add_to("all/" + hearing, {reference}));
  }
  return 0;
}

/// A defendant who is in the hearing no more: what was told of him no longer stands.
Result<int> follow_whole(Input& input, Ledger& ledger, const About& about) {
  const std::string name = "hearing/" + about.key;
  TRY(const auto before, ledger.roll(name));
  TRY(const bool is_deleted, is_of_deleted(ledger, about.id, about.shared));
  if (is_deleted || is_stale(before, about.shared)) return 0;
  TRY_VOID(note_message(ledger, about));
  TRY_VOID(note_shared(ledger, about.id, about.shared));
  Roll now_there{about.shared, about.defendants};
  if (before && !now_there.shared) now_there.shared = before->shared;
  for (const std::string& defendant : before ? before->names : std::vector<std::string>{}) {
    if (std::find(about.defendants.begin(), about.defendants.end(), defendant) != about.defendants.end()) continue;
    TRY(const auto his, ledger.roll("defendant/" + about.key + "/" + defendant));
    for (const std::string& reference : his ? his->names : std::vector<std::string>{}) TRY_VOID(reverse(input, ledger, reference));
    TRY_VOID(lift_of(input, ledger, about, defendant));
  }
  ledger.set_roll(name, now_there);
  return 0;
}

Result<int> follow_deleted(Input& input, Ledger& ledger, const About& about) {
  TRY(const auto all, ledger.list("all/" + about.id));
  for (const std::string& reference : all) TRY_VOID(reverse(input, ledger, reference));
  TRY_VOID(lift_all(input, ledger, about));
  TRY(const auto newest, ledger.roll("shared/" + about.id));
  if (newest) ledger.set_roll("deleted/" + about.id, *newest);
  return 0;
}

}  // namespace

void set_about(Input& input, const About& about) {
  Writer out;
  out.u8(static_cast<std::uint8_t>(about.what)).u8(static_cast<std::uint8_t>(about.told)).u8(about.is_whole ? 1 : 0);
  out.sized(about.id).sized(about.key).sized(about.defendant);
  put(out, about.defendants);
  put(out, about.shared);
  out.u32(static_cast<std::uint32_t>(about.marks.size()));
  for (const Marks& marks : about.marks) put(out, marks);
  put(out, about.offences);
  put(out, about.annuls);
  put(out, about.carried);
  out.sized(about.day).sized(about.text);
  put(out, about.cases);
  out.sized(about.summons).u8(about.abuse_case ? 1 : 0);
  input.state[kAbout] = {out.take(), std::nullopt};
}

Result<int> follow(Input& input, sdk::Kept& kept, Instant now) {
  const auto carried = input.state.extract(kAbout);
  if (carried.empty() || !carried.mapped().value) return 0;
  About about = about_of(*carried.mapped().value);
  // A day that is still to come is a slip: what is decided until then is not silenced by it.
  about.day = std::min(about.day, read::to_text(read::london_day(now)));
  Ledger ledger(input, kept, now);
  switch (about.what) {
    case About::What::Defendant:
      TRY_VOID(add_what_is_known(input, ledger, about));
      TRY_VOID(follow_defendant(input, ledger, about, now));
      return tell_of_abuse(input, ledger, about);
    case About::What::Whole: return follow_whole(input, ledger, about);
    case About::What::Deleted: return follow_deleted(input, ledger, about);
  }
  return 0;
}

}  // namespace concordat::courts
