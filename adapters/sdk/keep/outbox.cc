// The keep's outbox: waiting, sent, accepted or refused; batches as they were signed; answers taken once.
#include "adapters/sdk/keep/keep.h"
#include "proto/base/catalogue.h"
#include "proto/base/invariant.h"

namespace concordat::keep {
namespace {

enum State : std::uint64_t { kWaiting = 1, kSent = 2, kAccepted = 3, kRefused = 4 };

// Bound to the event and not to its sequence: a new outbox epoch renumbers rows without opening them.
std::string bound(std::string_view what, const EventId& event) { return "outbox/" + std::string(what) + "/" + event.hex(); }
/// What to do about a refusal: the broker says which code and what exactly, the catalogue says the rest.
std::string remedy_of(const Answer& answer) {
  static constexpr Code kRefusals[] = {code::kLimit,    code::kFrame,    code::kVersion,  code::kEnvironment, code::kClient, code::kSender,  code::kProof,    code::kAssert,
                                       code::kLabel,    code::kFact,     code::kRevision, code::kConflict,    code::kNoClause, code::kTime,  code::kSequence};
  for (const Code& code : kRefusals) {
    if (code.name == answer.code) return (answer.remedy.empty() ? std::string(code.meaning) : answer.remedy) + ". " + std::string(code.remedy);
  }
  return answer.remedy.empty() ? "the broker refused it. See the broker's log." : answer.remedy + ". See the broker's log.";
}

Bytes encode_origin(const Outgoing& event) { return Writer().sized(event.origin).u64(event.line).take(); }

std::string bound_batch(std::uint64_t first) { return "batch/" + std::to_string(first); }

}  // namespace

Result<int> Keep::put_outgoing(const Outgoing& event, std::uint64_t sequence, Instant now) {
  return database_->run(
      "INSERT INTO outbox(sequence, event, digest, state, urgent, queued, size, bytes, secret, origin, input) VALUES(?,?,?,?,?,?,?,?,?,?,?)",
      {Bind::of(sequence), Bind::blob(event.event.view()), Bind::blob(event.digest.view()), Bind::of(kWaiting), Bind::of(event.urgent ? 1 : 0),
       Bind::of(static_cast<std::uint64_t>(ms_of(now))), Bind::of(event.bytes.size()), Bind::blob(sealed(event.bytes, bound("bytes", event.event))),
       Bind::blob(sealed(event.secret.view(), bound("secret", event.event))),
       Bind::blob(sealed(encode_origin(event), bound("origin", event.event))), Bind::blob(hidden(event.input))});
}

Result<std::vector<Pending>> Keep::pending(std::string_view sql, std::vector<Bind> binds, std::size_t bytes_max) {
  struct Boxes {
    Pending pending;
    Bytes secret;
  };
  std::vector<Boxes> rows;
  std::size_t bytes = 0;
  bool full = false;
  TRY_VOID(database_->each(sql, std::move(binds), [&](const Row& row) {
    bytes += row.number(6);
    full = full || (!rows.empty() && bytes > bytes_max);
    if (full) return;
    Boxes boxes;
    boxes.pending.sequence = row.number(0);
    boxes.pending.event = EventId::from(row.bytes(1)).value_or(EventId{});
    boxes.pending.digest = Digest::from(row.bytes(2)).value_or(Digest{});
    boxes.pending.bytes = Bytes(row.bytes(3));
    boxes.secret = Bytes(row.bytes(4));
    boxes.pending.queued = instant_of(static_cast<std::int64_t>(row.number(5)));
    boxes.pending.urgent = row.number(7) != 0;
    rows.push_back(std::move(boxes));
  }));
  std::vector<Pending> all;
  for (Boxes& row : rows) {
    TRY(row.pending.bytes, unsealed(row.pending.bytes, bound("bytes", row.pending.event)));
    TRY(Bytes secret, unsealed(row.secret, bound("secret", row.pending.event)));
    auto opened = seal::EventSecret::from(secret);
    explicit_bzero(secret.data(), secret.size());
    if (!opened) return fail(Fault::Corrupt, code::kKeep, "an event secret is not of its size");
    row.pending.secret = std::move(*opened);
    all.push_back(std::move(row.pending));
  }
  return all;
}

Result<std::vector<Pending>> Keep::waiting(std::size_t events_max, std::size_t bytes_max) {
  return pending(
      "SELECT sequence, event, digest, bytes, secret, queued, size, urgent FROM outbox WHERE state = 1 ORDER BY sequence LIMIT ?",
      {Bind::of(events_max)}, bytes_max);
}

Result<int> Keep::record_batch(std::uint64_t first, std::size_t count, ByteView envelope) {
  TRY(Transaction transaction, Transaction::begin(*database_));
  TRY_VOID(database_->run("UPDATE outbox SET state = 2 WHERE state = 1 AND sequence >= ? AND sequence < ?", {Bind::of(first), Bind::of(first + count)}));
  INVARIANT(database_->changed() == count, "a batch is a run of waiting events");
  TRY_VOID(database_->run("INSERT INTO batch(first, events, envelope) VALUES(?, ?, ?)",
                          {Bind::of(first), Bind::of(count), Bind::blob(sealed(envelope, bound_batch(first)))}));
  return transaction.commit();
}

Result<int> Keep::replace_envelope(std::uint64_t first, ByteView envelope) {
  return database_->run("UPDATE batch SET envelope = ? WHERE first = ?", {Bind::blob(sealed(envelope, bound_batch(first))), Bind::of(first)});
}

Result<std::vector<SentBatch>> Keep::unanswered() {
  struct Sent {
    std::uint64_t first, events;
    Bytes envelope;
  };
  std::vector<Sent> rows;
  TRY_VOID(database_->each("SELECT first, events, envelope FROM batch ORDER BY first", {}, [&](const Row& row) {
    rows.push_back({row.number(0), row.number(1), Bytes(row.bytes(2))});
  }));
  std::vector<SentBatch> all;
  for (const Sent& row : rows) {
    SentBatch batch;
    batch.first_sequence = row.first;
    TRY(batch.envelope, unsealed(row.envelope, bound_batch(row.first)));
    TRY(batch.events, pending("SELECT sequence, event, digest, bytes, secret, queued, size, urgent FROM outbox"
                              " WHERE state = 2 AND sequence >= ? AND sequence < ? ORDER BY sequence",
                              {Bind::of(row.first), Bind::of(row.first + row.events)}, ~std::size_t{0}));
    if (batch.events.size() != row.events) return fail(Fault::Corrupt, code::kKeep, "a batch has lost events");
    all.push_back(std::move(batch));
  }
  return all;
}

Result<int> Keep::record_results(std::uint64_t first, const std::vector<Answer>& answers,
                                 const std::map<std::string, std::optional<Bytes>>& state, Instant now) {
  TRY(Transaction transaction, Transaction::begin(*database_));
  TRY_VOID(database_->run("DELETE FROM batch WHERE first = ? AND events = ?", {Bind::of(first), Bind::of(answers.size())}));
  if (database_->changed() == 1) {
    std::uint64_t sequence = first;
    for (const Answer& answer : answers) TRY_VOID(put_answer(sequence++, answer, now));
  }
  for (const auto& [key, value] : state) TRY_VOID(put_state(key, value, std::nullopt));
  return transaction.commit();
}

Result<int> Keep::put_answer(std::uint64_t sequence, const Answer& answer, Instant now) {
  if (!answer.accepted) TRY_VOID(put_refused(sequence, answer, now));
  Bytes event, digest, origin, input;
  std::uint64_t urgent = 0, queued = 0, size = 0;
  TRY_VOID(database_->each("SELECT event, digest, origin, input, urgent, queued, size FROM outbox WHERE sequence = ?", {Bind::of(sequence)}, [&](const Row& row) {
    for (int at = 0; Bytes* each : {&event, &digest, &origin, &input}) *each = Bytes(row.bytes(at++));
    urgent = row.number(4), queued = row.number(5), size = row.number(6);
  }));
  // Written anew: the room of a row that became shorter is given to nobody, that of one that is gone is.
  TRY_VOID(database_->run("DELETE FROM outbox WHERE sequence = ?", {Bind::of(sequence)}));
  return database_->run("INSERT INTO outbox(sequence, event, digest, state, urgent, queued, size, place, origin, input) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                        {Bind::of(sequence), Bind::blob(event), Bind::blob(digest), Bind::of(answer.accepted ? kAccepted : kRefused), Bind::of(urgent), Bind::of(queued),
                         Bind::of(size), Bind::of(answer.place), Bind::blob(origin), Bind::blob(input)});
}

Result<int> Keep::put_refused(std::uint64_t sequence, const Answer& answer, Instant now) {
  EventId event;
  Bytes box, input;
  bool urgent = false;
  TRY_VOID(database_->each("SELECT event, origin, input, urgent FROM outbox WHERE sequence = ?", {Bind::of(sequence)}, [&](const Row& row) {
    event = EventId::from(row.bytes(0)).value_or(EventId{});
    box = Bytes(row.bytes(1));
    input = Bytes(row.bytes(2));
    urgent = row.number(3) != 0;
  }));
  TRY(const Bytes origin, unsealed(box, bound("origin", event)));
  Reader in(origin);
  Quarantine what;
  what.code = answer.code;
  what.file = in.sized();
  what.line = in.u64();
  if (!in.done()) return fail(Fault::Corrupt, code::kKeep, "the origin of an event does not decode");
  what.field = "event " + event.hex();
  what.remedy = remedy_of(answer);
  what.risk = urgent;
  what.refused = true;
  // Its secret goes now, so the sealed event is of no use to anybody; the input it was made of is, if it is kept.
  TRY(auto inputs, taken("SELECT input.id, at, version, what, text FROM input JOIN context ON context.name = input.context"
                         " WHERE input.id = (SELECT input FROM yields WHERE key = ?)", {Bind::blob(input)}));
  for (TakenInput& each : inputs) {
    what.raw = std::move(each.what.raw);
    what.context = std::move(each.what.context);
    what.begins = each.what.begins;
    what.reference = std::move(each.what.reference);
    what.whole = true;
  }
  TRY_VOID(put_quarantine(what, now));
  // What was refused never took effect: offered again, the input is as new as before.
  return database_->run("DELETE FROM seen WHERE input = ? AND event = ?", {Bind::blob(input), Bind::blob(event.view())});
}

Result<int> Keep::renew_epoch() {
  TRY(Transaction transaction, Transaction::begin(*database_));
  std::vector<std::uint64_t> open;
  TRY_VOID(database_->each("SELECT sequence FROM outbox WHERE state <= 2 ORDER BY sequence", {}, [&](const Row& row) { open.push_back(row.number(0)); }));
  const OutboxEpoch epoch{entropy_.u64()};
  TRY_VOID(database_->run("DELETE FROM batch"));
  TRY_VOID(database_->run("DELETE FROM outbox WHERE state > 2"));
  std::uint64_t next = kFirstSequence;
  for (const std::uint64_t sequence : open) {
    // In ascending order, and never to a higher number: no row meets another on its way down.
    TRY_VOID(database_->run("UPDATE outbox SET sequence = ?, state = 1 WHERE sequence = ?", {Bind::of(next++), Bind::of(sequence)}));
  }
  TRY_VOID(set_meta("epoch", Writer().u64(epoch.value).bytes()));
  TRY_VOID(set_meta("next", Writer().u64(next).bytes()));
  TRY_VOID(transaction.commit());
  epoch_ = epoch;
  next_sequence_ = next;
  return 0;
}

Result<OutboxCounts> Keep::outbox_counts() {
  OutboxCounts counts;
  TRY_VOID(database_->each("SELECT state, COUNT(*) FROM outbox GROUP BY state", {}, [&](const Row& row) {
    switch (row.number(0)) {
      case kWaiting: counts.waiting = row.number(1); break;
      case kSent: counts.sent = row.number(1); break;
      case kAccepted: counts.accepted = row.number(1); break;
      default: counts.refused = row.number(1); break;
    }
  }));
  return counts;
}

Result<std::uint64_t> Keep::without_answer() { return tally("events"); }

Result<std::optional<Instant>> Keep::oldest_urgent() {
  std::optional<Instant> oldest;
  TRY_VOID(database_->each("SELECT queued FROM outbox WHERE state <= 2 AND urgent = 1 ORDER BY sequence LIMIT 1", {},
                           [&](const Row& row) { oldest = instant_of(static_cast<std::int64_t>(row.number(0))); }));
  return oldest;
}

Result<int> Keep::trim(Instant before) {
  return database_->run("DELETE FROM outbox WHERE state > 2 AND queued < ?", {Bind::of(static_cast<std::uint64_t>(ms_of(before)))});
}

}  // namespace concordat::keep
