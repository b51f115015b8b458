// The desk and its sender: see notifier.h.
#include "adapters/notify/notifier.h"

#include <algorithm>
#include <filesystem>

#include "adapters/notify/tasks.h"
#include "proto/base/durable_file.h"
#include "proto/base/invariant.h"

namespace concordat::notify {
namespace {

constexpr Milliseconds kDay{24 * 3'600'000};
constexpr Milliseconds kMinute{60'000};
constexpr Milliseconds kSecond{1'000};
constexpr Milliseconds kRemembered = 730 * kDay;   // Of cases that are closed, and where events belong.
constexpr std::size_t kAtOnce = 16;

std::string case_key(const Pseudonym& name) { return "case/" + name.hex(); }
std::string shard_key(std::uint8_t shard) { return "open/" + std::to_string(shard); }
std::string event_key(const EventId& event) { return "event/" + event.hex(); }
std::string digest_key(const Digest& digest) { return "digest/" + digest.hex(); }
std::string recalled_key(const EventId& event) { return "recalled/" + event.hex(); }
std::string reference_key(const std::string& reference) { return "reference/" + reference; }
std::string address_key(const std::string& to) { return "to/" + to; }

/// What cannot be joined to a case is a case of its own: nobody's registration may meet nobody's news.
Pseudonym name_for(const Filed& filed) {
  if (!filed.name.none()) return filed.name;
  return *Pseudonym::from(filed.event.view().substr(0, Pseudonym::kSize));
}

}  // namespace

Result<std::unique_ptr<Notifier>> Notifier::open(Place place, Rules rules, Service& service, keep::Keep& keep, Entropy& entropy, Clock& clock,
                                                 observe::Log& log) {
  TRY_VOID(make_directory(place.tasks));
  TRY_VOID(make_directory(place.done));
  std::unique_ptr<Notifier> notifier(new Notifier(std::move(place), std::move(rules), service, keep, entropy, clock, log));
  TRY_VOID(notifier->take_up());
  return notifier;
}

Result<int> Notifier::take_up() {
  for (int shard = 0; shard < 256; ++shard) {
    TRY(const std::optional<Bytes> kept, keep_.state(shard_key(static_cast<std::uint8_t>(shard))));
    std::vector<Pseudonym> names;
    if (kept && !decode_fields(*kept, names)) return fail(Fault::Corrupt, code::kKeep, "the list of open cases does not decode");
    for (const Pseudonym& name : names) {
      open_[static_cast<std::uint8_t>(shard)].insert(name);
      due_[name] = Instant{};
    }
  }
  return 0;
}

Result<Case> Notifier::load(const Pseudonym& name) {
  TRY(const std::optional<Bytes> kept, keep_.state(case_key(name)));
  Case one;
  one.name = name;
  if (!kept) return one;
  if (!decode_fields(*kept, one) || one.version != kRecordVersion) return fail(Fault::Corrupt, code::kKeep, "a case does not decode");
  return one;
}

Result<Notifier::Work> Notifier::begin(const Pseudonym& name) {
  Work work;
  TRY(work.one, load(name));
  work.before = encode_fields(work.one);
  return work;
}

void Notifier::add(keep::Changes& changes, Work& work) {
  const Pseudonym& name = work.one.name;
  changes.state[case_key(name)] = encode_fields(work.one);
  if (!work.one.open() && standing_of(work.one).active == 0) changes.until[case_key(name)] = clock_.now() + kRemembered;
  const std::uint8_t shard = name.bytes[0];
  std::set<Pseudonym> names = open_[shard];
  // Of two cases in one transaction, the second adds to what the first says.
  if (const auto first = changes.state.find(shard_key(shard)); first != changes.state.end() && first->second) {
    std::vector<Pseudonym> listed;
    INVARIANT(decode_fields(*first->second, listed), "what was just encoded decodes");
    names = {listed.begin(), listed.end()};
  }
  if (work.one.open() ? names.insert(name).second : names.erase(name) != 0) {
    changes.state[shard_key(shard)] = encode_fields(std::vector<Pseudonym>(names.begin(), names.end()));
  }
  for (const wire::Progress& each : work.effects.progress) changes.queued.emplace_back(std::string(sdk::kProgressQueue), sdk::encode(each));
  for (const EventId& each : work.effects.tasks) changes.queued.emplace_back(std::string(kTaskQueue), Bytes(name.view()) + Bytes(each.view()));
  for (const auto& [what, more] : work.effects.counted) changes.counted[what] += more;
}

Result<int> Notifier::commit(keep::Changes changes, std::vector<Work*> works, Instant now) {
  for (Work* each : works) add(changes, *each);
  TRY_VOID(keep_.commit(changes, now));
  for (Work* each : works) {
    for (const Effects::Line& line : each->effects.lines) {
      if (line.alarm) log_.alarm(line.what, {{"event", line.event}, {"why", line.why}});
      else log_.info(line.what, {{"event", line.event}, {"why", line.why}});
    }
    each->effects = {};
    each->before = encode_fields(each->one);
    auto& names = open_[each->one.name.bytes[0]];
    if (each->one.open()) names.insert(each->one.name);
    else names.erase(each->one.name);
    schedule(*each, now);
  }
  return 0;
}

void Notifier::schedule(const Work& work, Instant now) {
  Effects none;
  const std::optional<Instant> next = Book(const_cast<Case&>(work.one), rules_, none).next();
  if (!work.one.open() || !next) {
    due_.erase(work.one.name);
    return;
  }
  due_[work.one.name] = *next;
  // What is due and cannot go now is looked at again when it may.
  if (*next <= now && paused_until_ > now) due_[work.one.name] = std::min(paused_until_, now + kMinute);
}

Result<int> Notifier::move_away(const Digest& corrected, const Pseudonym& to, keep::Changes& changes, std::vector<Work*>& works, Work& other, Instant now) {
  if (corrected.none()) return 0;
  TRY(const std::optional<Bytes> known, keep_.state(digest_key(corrected)));
  if (!known) return 0;
  Reader in(*known);
  const auto name = Pseudonym::from(in.raw(Pseudonym::kSize));
  const auto event = EventId::from(in.raw(EventId::kSize));
  if (!in.done() || !name || !event) return fail(Fault::Corrupt, code::kKeep, "the place of an event does not decode");
  if (*name == to) return 0;
  TRY(other, begin(*name));
  Book(other.one, rules_, other.effects).recall(*event, 0, now);
  changes.counted["moved_to_another_case"] = 1;
  works.push_back(&other);
  return 0;
}

Result<int> Notifier::file(const sdk::OpenedEvent& event, Instant now) {
  const Filed filed = read_filed(event);
  if (filed.live != place_.live) {
    log_.alarm("an event of the other environment: nothing is told", {{"code", code::kEnvironment.name}, {"event", filed.event}});
    return 0;
  }
  TRY(const std::optional<Bytes> recalled, keep_.state(recalled_key(filed.event)));
  if (recalled) {
    const Sequence place = Reader(*recalled).u64();
    if (place == 0 || filed.place <= place) return 0;
  }
  const Pseudonym name = name_for(filed);
  if (filed.name.none() && filed.source) log_.alarm("somebody's word that no case can be joined to", {{"event", filed.event}});
  TRY(Work work, begin(name));
  Book(work.one, rules_, work.effects).file(filed, now);
  if (encode_fields(work.one) == work.before && work.effects.progress.empty()) return 0;
  keep::Changes changes;
  std::vector<Work*> works = {&work};
  Work other;
  TRY_VOID(move_away(filed.corrects, name, changes, works, other, now));
  const Bytes place = Bytes(name.view()) + Bytes(filed.event.view());
  changes.state[digest_key(filed.digest)] = place;
  changes.state[event_key(filed.event)] = Bytes(name.view());
  changes.until[digest_key(filed.digest)] = changes.until[event_key(filed.event)] = now + kRemembered;
  ++changes.counted["filed"];
  return commit(std::move(changes), works, now);
}

Result<int> Notifier::recall(const wire::Recall& recall, Instant now) {
  keep::Changes changes;
  // Also of what is not here yet: it may still be on its way.
  changes.state[recalled_key(recall.event)] = Writer().u64(recall.sequence).take();
  changes.until[recalled_key(recall.event)] = now + kRemembered;
  TRY(const std::optional<Bytes> known, keep_.state(event_key(recall.event)));
  const auto name = known ? Pseudonym::from(*known) : std::nullopt;
  if (!name) return keep_.commit(changes, now);
  TRY(Work work, begin(*name));
  Book(work.one, rules_, work.effects).recall(recall.event, recall.sequence, now);
  ++changes.counted["recalled"];
  return commit(std::move(changes), {&work}, now);
}

// What waits is not sent, and who was told already is a person's to ring. Whose it is, the broker has made a task of another desk.
Result<int> Notifier::doubt(const EventId& event, const std::string& why, Instant now) { return recall({{}, event, 0, why}, now); }

Result<int> Notifier::receipt(const std::string& reference, const std::string& id, const std::string& status) {
  TRY(const std::optional<Bytes> known, keep_.state(reference_key(reference)));
  const auto name = known ? Pseudonym::from(*known) : std::nullopt;
  if (!name) return 0;
  const Instant now = clock_.now();
  TRY(Work work, begin(*name));
  Book(work.one, rules_, work.effects).receipt(reference, id, status, now);
  return commit({}, {&work}, now);
}

/// Whether one more may go to an address today; if so it is counted in the same transaction.
Result<bool> Notifier::room(const std::string& to, Instant now, keep::Changes& changes) {
  TRY(const std::optional<Bytes> kept, keep_.state(address_key(to)));
  std::vector<Instant> sent;
  if (kept && !decode_fields(*kept, sent)) return fail(Fault::Corrupt, code::kKeep, "a count of messages does not decode");
  std::erase_if(sent, [&](Instant at) { return at + kDay <= now; });
  if (sent.size() >= rules_.texts_a_day) return false;
  sent.push_back(now);
  changes.state[address_key(to)] = encode_fields(sent);
  changes.until[address_key(to)] = now + kDay + kDay;
  return true;
}

/// What the service certainly did not take does not count against her number.
Result<int> Notifier::give_back(const std::string& to, Instant counted, keep::Changes& changes) {
  TRY(const std::optional<Bytes> kept, keep_.state(address_key(to)));
  std::vector<Instant> sent;
  if (kept && !decode_fields(*kept, sent)) return fail(Fault::Corrupt, code::kKeep, "a count of messages does not decode");
  const auto found = std::find(sent.begin(), sent.end(), counted);
  if (found == sent.end()) return 0;
  sent.erase(found);
  changes.state[address_key(to)] = encode_fields(sent);
  changes.until[address_key(to)] = counted + kDay + kDay;
  return 0;
}

Result<bool> Notifier::send(Work& work, Book& book, Instant now) {
  while (!posted_.empty() && posted_.front() + kMinute <= now) posted_.pop_front();
  if (posted_.size() >= place_.a_minute) paused_until_ = std::max(paused_until_, posted_.front() + kMinute);
  if (paused_until_ > now) return false;
  keep::Changes changes;
  std::optional<Error> trouble;
  const std::string reference = entropy_.id<RecordId>().hex();
  Message* message = book.begin(now, reference, [&](const std::string& to) {
    auto may = room(to, now, changes);
    if (!may) trouble = may.error();
    return may && *may;
  });
  if (trouble) return tl::unexpected(*trouble);
  if (message == nullptr) return false;
  const std::string to = message->to;
  changes.state[reference_key(reference)] = Bytes(work.one.name.view());
  changes.until[reference_key(reference)] = now + 30 * kDay;
  TRY_VOID(commit(std::move(changes), {&work}, now));
  posted_.push_back(now);
  // From here on the service may have it: whatever happens next is either recorded, or looked up.
  const Answer answer = service_.send(*work.one.message(reference), clock_.now());
  const Instant after = clock_.now();
  if (answer.pause.count() > 0) paused_until_ = std::max(paused_until_, after + answer.pause);
  if (answer.alarm) log_.alarm("the notification service does not take what is sent", {{"why", answer.why}});
  else if (answer.is != Answer::Is::Accepted) log_.warning("a message was not taken, or nobody knows", {{"why", answer.why}});
  book.answered(reference, answer, after);
  keep::Changes counted;
  if (answer.is == Answer::Is::Later || answer.is == Answer::Is::Refused) TRY_VOID(give_back(to, now, counted));
  TRY_VOID(commit(std::move(counted), {&work}, after));
  return true;
}

Result<bool> Notifier::advance(const Pseudonym& name, Instant now) {
  TRY(Work work, begin(name));
  Book book(work.one, rules_, work.effects);
  book.look(now);
  TRY(const bool sent, send(work, book, now));
  if (sent) return true;
  if (const Message* message = book.to_look_up(now); message != nullptr) {
    const std::string reference = message->reference, to = message->to;
    const Instant intended = message->intended;
    const Looked looked = message->state == Sent::Unknown ? service_.look_up(*message, now) : service_.ask(*message, now);
    if (looked.is == Looked::Is::Failed) log_.warning("the notification service does not say what became of a message", {{"why", looked.why}});
    const Instant after = clock_.now();
    book.looked_up(reference, looked, after);
    keep::Changes counted;
    // Forgotten by the case: the service does not have it.
    if (work.one.message(reference) == nullptr) TRY_VOID(give_back(to, intended, counted));
    TRY_VOID(commit(std::move(counted), {&work}, after));
    return true;
  }
  if (encode_fields(work.one) != work.before || !work.effects.lines.empty()) TRY_VOID(commit({}, {&work}, now));
  else schedule(work, now);
  return true;
}

Result<bool> Notifier::work() {
  const Instant now = clock_.now();
  TRY(const bool stepped, steps(now));
  TRY(const bool settled, settle(now));
  auto first = due_.end();
  for (auto each = due_.begin(); each != due_.end(); ++each) {
    if (each->second <= now && (first == due_.end() || each->second < first->second)) first = each;
  }
  if (first == due_.end()) return stepped || settled;
  const Pseudonym name = first->first;
  // Whatever goes wrong with it, others have their turn first.
  first->second = now + kSecond;
  return advance(name, now);
}

void Notifier::alarm_unwritten(const Error& why, Instant now) {
  if (unwritten_said_ + kMinute > now && unwritten_said_ <= now) return;
  unwritten_said_ = now;
  log_.alarm("a task for a person cannot be written, and nobody sees it", {{"why", describe(why)}});
}

Result<bool> Notifier::steps(Instant now) {
  TRY(const std::vector<keep::Keep::Message> queued, keep_.queued(kStepQueue, kAtOnce));
  for (const keep::Keep::Message& each : queued) {
    TRY(const wire::Progress step, sdk::decode_progress(each.message));
    TRY(const std::optional<Bytes> known, keep_.state(event_key(step.event)));
    const auto name = known ? Pseudonym::from(*known) : std::nullopt;
    if (name) {
      TRY(Work work, begin(*name));
      const auto done = Book(work.one, rules_, work.effects).step(step.event, step.state, step.person, step.reason, step.at);
      if (!done) log_.error("a step on a task that is not open any more", {{"event", step.event}, {"code", done.error().code.name}});
      else TRY_VOID(commit({}, {&work}, now));
    }
    // Killed before this line it is done again: the same words are the same act to the broker.
    TRY_VOID(keep_.dequeue(each.id));
  }
  return !queued.empty();
}

Result<int> Notifier::write_task(const Case& one, const Telling& telling) {
  const bool open = telling.state == State::WithPerson;
  const std::string file = "/" + telling.event.hex() + ".json";
  TRY_VOID(replace_file((open ? place_.tasks : place_.done) + file, task_document(one, telling, rules_)));
  std::error_code ignored;
  std::filesystem::remove((open ? place_.done : place_.tasks) + file, ignored);
  return sync_directory(open ? place_.done : place_.tasks);
}

/// Writes and puts away the documents of tasks, from what the keep says now. What cannot be written now is written later: nothing
/// else waits for it.
Result<bool> Notifier::settle(Instant now) {
  TRY(const std::vector<keep::Keep::Message> queued, keep_.queued(kTaskQueue, kAtOnce));
  bool any = false;
  for (const keep::Keep::Message& each : queued) {
    Reader in(each.message);
    const auto name = Pseudonym::from(in.raw(Pseudonym::kSize));
    const auto event = EventId::from(in.raw(EventId::kSize));
    if (!in.done() || !name || !event) return fail(Fault::Corrupt, code::kKeep, "a queued task does not decode");
    TRY(Case one, load(*name));
    if (const Telling* telling = one.telling(*event); telling != nullptr) {
      if (const auto written = write_task(one, *telling); !written) {
        alarm_unwritten(written.error(), now);
        continue;
      }
    }
    TRY_VOID(keep_.dequeue(each.id));
    any = true;
  }
  return any;
}

}  // namespace concordat::notify
