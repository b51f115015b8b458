// The keep: opening, one transaction an input, state, queues and counters. outbox.cc, quarantine.cc and inputs.cc have the rest.
#include "adapters/sdk/keep/keep.h"

#include <utility>

#include "proto/base/invariant.h"

namespace concordat::keep {
namespace {

constexpr std::string_view kSchema[] = {
    "CREATE TABLE IF NOT EXISTS meta(name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS outbox(sequence INTEGER PRIMARY KEY, event BLOB NOT NULL, digest BLOB NOT NULL, state INTEGER NOT NULL,"
    " urgent INTEGER NOT NULL, queued INTEGER NOT NULL, size INTEGER NOT NULL, place INTEGER NOT NULL DEFAULT 0,"
    " bytes BLOB, secret BLOB, origin BLOB NOT NULL, input BLOB NOT NULL)",
    "CREATE INDEX IF NOT EXISTS outbox_by_state ON outbox(state, sequence)",
    "CREATE TABLE IF NOT EXISTS batch(first INTEGER PRIMARY KEY, events INTEGER NOT NULL, envelope BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS seen(input BLOB NOT NULL, revision INTEGER NOT NULL, content BLOB NOT NULL, event BLOB NOT NULL,"
    " digest BLOB NOT NULL, home INTEGER NOT NULL, PRIMARY KEY(input, revision)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS quarantine(id INTEGER PRIMARY KEY AUTOINCREMENT, input BLOB NOT NULL UNIQUE, at INTEGER NOT NULL,"
    " code TEXT NOT NULL, what BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS discarded(id INTEGER PRIMARY KEY, at INTEGER NOT NULL, code TEXT NOT NULL, what BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS input(id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, version TEXT NOT NULL, size INTEGER NOT NULL,"
    " context BLOB NOT NULL, what BLOB NOT NULL)",
    "CREATE INDEX IF NOT EXISTS input_by_version ON input(version, id)",
    "CREATE TABLE IF NOT EXISTS yields(key BLOB PRIMARY KEY, input INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS yields_by_input ON yields(input)",
    "CREATE TABLE IF NOT EXISTS context(name BLOB PRIMARY KEY, text BLOB NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS state(name BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS outlives(name BLOB PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS queue(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, message BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS counter(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID",
};
/// After the columns are there. How much lies in quarantine and waits in the outbox is asked with every input: it is counted along, for
/// to count it anew each time would take the longer the more there is. Written when opened only where it is wrong: a full disk can be looked at.
constexpr std::string_view kTallies[] = {
    "CREATE TABLE IF NOT EXISTS tally(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TRIGGER IF NOT EXISTS quarantine_in AFTER INSERT ON quarantine BEGIN UPDATE tally SET value = value + 1 WHERE name = 'quarantine'; END",
    "CREATE TRIGGER IF NOT EXISTS quarantine_out AFTER DELETE ON quarantine BEGIN UPDATE tally SET value = value - 1 WHERE name = 'quarantine'; END",
    "CREATE TRIGGER IF NOT EXISTS waiting_in AFTER INSERT ON outbox WHEN new.state <= 2 BEGIN"
    " UPDATE tally SET value = value + CASE name WHEN 'events' THEN 1 ELSE new.size END WHERE name IN ('events', 'bytes'); END",
    "CREATE TRIGGER IF NOT EXISTS waiting_out AFTER DELETE ON outbox WHEN old.state <= 2 BEGIN"
    " UPDATE tally SET value = value - CASE name WHEN 'events' THEN 1 ELSE old.size END WHERE name IN ('events', 'bytes'); END",
    "CREATE TRIGGER IF NOT EXISTS waiting_answered AFTER UPDATE OF state ON outbox WHEN old.state <= 2 AND new.state > 2 BEGIN"
    " UPDATE tally SET value = value - CASE name WHEN 'events' THEN 1 ELSE old.size END WHERE name IN ('events', 'bytes'); END",
    "INSERT OR REPLACE INTO tally SELECT 'quarantine', n FROM (SELECT COUNT(*) AS n FROM quarantine) WHERE n IS NOT (SELECT value FROM tally WHERE name = 'quarantine')",
    "INSERT OR REPLACE INTO tally SELECT 'events', n FROM (SELECT COUNT(*) AS n FROM outbox WHERE state <= 2) WHERE n IS NOT (SELECT value FROM tally WHERE name = 'events')",
    "INSERT OR REPLACE INTO tally SELECT 'bytes', n FROM (SELECT COALESCE(SUM(size), 0) AS n FROM outbox WHERE state <= 2) WHERE n IS NOT (SELECT value FROM tally WHERE name = 'bytes')",
    "CREATE INDEX IF NOT EXISTS quarantine_by_age ON quarantine(risk, at, spoken)",
    "CREATE INDEX IF NOT EXISTS outbox_urgent ON outbox(sequence) WHERE state <= 2 AND urgent = 1",
};
constexpr std::string_view kMine = "concordat/keep/1";
/// What files of an earlier version lack.
constexpr std::pair<std::string_view, std::string_view> kAddedColumns[] = {
    {"quarantine", "risk"}, {"quarantine", "spoken"}, {"seen", "at"}, {"seen", "history"}};

}  // namespace

Keep::Keep(std::unique_ptr<Database> database, std::string path, const seal::SymmetricKey& key, Limits limits, Entropy& entropy)
    : database_(std::move(database)), path_(std::move(path)), key_(key.clone()), index_key_(seal::commitment(key.view(), "concordat/keep/index")), limits_(limits),
      entropy_(entropy) {}

Keep::~Keep() = default;

Result<std::unique_ptr<Keep>> Keep::open(const std::string& path, const seal::SymmetricKey& key, Limits limits, Entropy& entropy,
                                         FaultHook hook) {
  TRY(auto database, Database::open(path, std::move(hook)));
  std::unique_ptr<Keep> keep(new Keep(std::move(database), path, key, limits, entropy));
  TRY_VOID(keep->prepare());
  return keep;
}

Result<int> Keep::serve() {
  if (lock_ == nullptr) {
    TRY(lock_, FileLock::on(path_));
  }
  return lock_->take();
}

Result<int> Keep::prepare() {
  TRY(Transaction transaction, Transaction::begin(*database_));
  for (const std::string_view sql : kSchema) TRY_VOID(database_->run(sql));
  for (const auto& [table, column] : kAddedColumns) TRY_VOID(add_column(table, column));
  for (const std::string_view sql : kTallies) TRY_VOID(database_->run(sql));
  TRY(const std::optional<Bytes> mine, meta("mine"));
  if (mine) {
    TRY_VOID(load(*mine));
  } else {
    TRY_VOID(create());
  }
  return transaction.commit();
}

Result<int> Keep::add_column(std::string_view table, std::string_view column) {
  bool there = false;
  TRY_VOID(database_->each("SELECT 1 FROM pragma_table_info(?) WHERE name = ?", {Bind::text(table), Bind::text(column)}, [&](const Row&) { there = true; }));
  if (there) return 0;
  return database_->run("ALTER TABLE " + std::string(table) + " ADD COLUMN " + std::string(column) + " INTEGER NOT NULL DEFAULT 0");
}

Result<int> Keep::create() {
  epoch_ = OutboxEpoch{entropy_.u64()};
  TRY_VOID(set_meta("mine", sealed(kMine, "mine")));
  TRY_VOID(set_meta("epoch", Writer().u64(epoch_.value).bytes()));
  return set_meta("next", Writer().u64(kFirstSequence).bytes());
}

Result<int> Keep::load(ByteView mine) {
  const auto opened = unsealed(mine, "mine");
  if (!opened || *opened != kMine) return fail(Fault::Corrupt, code::kKeep, "the file was made under another key or by another version");
  TRY(const std::optional<Bytes> epoch, meta("epoch"));
  TRY(const std::optional<Bytes> next, meta("next"));
  if (!epoch || !next) return fail(Fault::Corrupt, code::kKeep, "the outbox epoch is missing");
  epoch_ = OutboxEpoch{Reader(*epoch).u64()};
  next_sequence_ = Reader(*next).u64();
  return 0;
}

Result<int> Keep::set_meta(std::string_view name, ByteView value) {
  return database_->run("INSERT INTO meta(name, value) VALUES(?, ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value",
                        {Bind::text(name), Bind::blob(value)});
}

Result<std::optional<Bytes>> Keep::meta(std::string_view name) {
  std::optional<Bytes> value;
  TRY_VOID(database_->each("SELECT value FROM meta WHERE name = ?", {Bind::text(name)}, [&](const Row& row) { value = Bytes(row.bytes(0)); }));
  return value;
}

Bytes Keep::sealed(ByteView plain, std::string_view bound) { return seal::encrypt(key_, plain, bound, entropy_); }
Result<Bytes> Keep::unsealed(ByteView box, std::string_view bound) const {
  auto plain = seal::decrypt(key_, box, bound);
  if (!plain) return fail(Fault::Corrupt, code::kKeep, "a row fails its check");
  return plain;
}

Digest Keep::private_hash(std::string_view purpose, ByteView what) const {
  return seal::commitment(index_key_.view(), Writer().sized(purpose).sized(what).bytes());
}
Digest Keep::content_hash(ByteView content) const { return private_hash("content", content); }
Bytes Keep::hidden(std::string_view purpose, std::string_view key) const { return Bytes(private_hash(purpose, key).view()); }
Bytes Keep::hidden(const InputKey& input) const {
  return hidden("input", Writer().sized(input.system).sized(input.reference).bytes());
}

Result<std::uint64_t> Keep::count(std::string_view sql) {
  std::uint64_t number = 0;
  TRY_VOID(database_->each(sql, {}, [&](const Row& row) { number = row.number(0); }));
  return number;
}

Result<std::uint64_t> Keep::tally(std::string_view name) {
  std::optional<std::uint64_t> number;
  TRY_VOID(database_->each("SELECT value FROM tally WHERE name = ?", {Bind::text(name)}, [&](const Row& row) { number = row.number(0); }));
  if (!number) return fail(Fault::Corrupt, code::kKeep, "a tally is missing");
  return *number;
}

Result<int> Keep::within_limits(const Changes& changes) {
  TRY(const std::uint64_t events, tally("events"));
  TRY(std::uint64_t bytes, tally("bytes"));
  for (const Outgoing& event : changes.outgoing) bytes += event.bytes.size();
  if (!changes.outgoing.empty() && (events + changes.outgoing.size() > limits_.outbox_events_max || bytes > limits_.outbox_bytes_max)) {
    return fail(Fault::Busy, code::kBusy, "the outbox is full; the feed waits until the broker has accepted more");
  }
  std::map<std::string_view, std::uint64_t> queues;
  for (const auto& [queue, message] : changes.queued) ++queues[queue];
  for (const auto& [queue, more] : queues) {
    TRY(const std::uint64_t waiting, waiting_in(queue));
    if (waiting + more > limits_.queue_max) return fail(Fault::Busy, code::kBusy, "a queue is full");
  }
  return 0;
}

Result<int> Keep::commit(const Changes& changes, Instant now) {
  TRY(Transaction transaction, Transaction::begin(*database_));
  TRY_VOID(within_limits(changes));
  std::uint64_t next = next_sequence_;
  for (const Outgoing& event : changes.outgoing) TRY_VOID(put_outgoing(event, next++, now));
  if (next != next_sequence_) TRY_VOID(set_meta("next", Writer().u64(next).bytes()));
  for (const auto& [input, seen] : changes.seen) TRY_VOID(put_seen(input, seen, now));
  for (const Quarantine& what : changes.quarantined) TRY_VOID(put_quarantine(what, now));
  for (const auto& [id, what] : changes.still_quarantined) TRY_VOID(put_still_quarantined(id, what));
  for (const std::uint64_t id : changes.released) TRY_VOID(database_->run("DELETE FROM quarantine WHERE id = ?", {Bind::of(id)}));
  for (const Discarded& discarded : changes.discarded) TRY_VOID(put_discarded(discarded, now));
  for (const Taken& taken : changes.taken) TRY_VOID(put_taken(taken, now));
  for (const auto& [key, value] : changes.state) {
    const auto until = changes.until.find(key);
    TRY_VOID(put_state(key, value, until == changes.until.end() ? std::nullopt : std::optional(until->second)));
  }
  for (const auto& [name, add] : changes.counted) TRY_VOID(put_counter(name, add));
  for (const auto& [queue, message] : changes.queued) TRY_VOID(put_queued(queue, message));
  TRY_VOID(transaction.commit());
  next_sequence_ = next;
  return 0;
}

Together::Together(Keep& keep, Transaction transaction)
    : keep_(&keep), transaction_(std::make_unique<Transaction>(std::move(transaction))), next_sequence_(keep.next_sequence_) {}

Together::Together(Together&& other) noexcept
    : keep_(std::exchange(other.keep_, nullptr)), transaction_(std::move(other.transaction_)), next_sequence_(other.next_sequence_) {}

Together::~Together() {
  if (keep_ != nullptr) keep_->next_sequence_ = next_sequence_;
}

Result<int> Together::commit() {
  TRY_VOID(transaction_->commit());
  keep_ = nullptr;
  return 0;
}

bool Together::holds() const { return keep_ != nullptr && keep_->database_->in_transaction(); }

Result<Together> Keep::together() {
  TRY(Transaction transaction, Transaction::begin(*database_));
  return Together(*this, std::move(transaction));
}

Result<int> Keep::put_seen(const InputKey& input, const Seen& seen, Instant now) {
  return database_->run(
      "INSERT INTO seen(input, revision, content, event, digest, home, at, history) VALUES(?, ?, ?, ?, ?, ?, ?, ?)"
      " ON CONFLICT(input, revision) DO UPDATE SET content = excluded.content, event = excluded.event, digest = excluded.digest,"
      " home = excluded.home, at = excluded.at, history = excluded.history",
      {Bind::blob(hidden(input)), Bind::of(seen.revision), Bind::blob(seen.content.view()), Bind::blob(seen.event.view()),
       Bind::blob(seen.digest.view()), Bind::of(seen.kept_home ? 1 : 0), Bind::of(static_cast<std::uint64_t>(ms_of(now))), Bind::of(seen.history ? 1 : 0)});
}

Result<std::optional<Seen>> Keep::seen(const InputKey& input) {
  std::optional<Seen> found;
  TRY_VOID(database_->each("SELECT revision, content, event, digest, home, history, at FROM seen WHERE input = ? ORDER BY revision DESC LIMIT 1",
                           {Bind::blob(hidden(input))}, [&](const Row& row) {
                             found = Seen{static_cast<std::uint32_t>(row.number(0)), Digest::from(row.bytes(1)).value_or(Digest{}),
                                          EventId::from(row.bytes(2)).value_or(EventId{}), Digest::from(row.bytes(3)).value_or(Digest{}),
                                          row.number(4) != 0, row.number(5) != 0, instant_of(static_cast<std::int64_t>(row.number(6)))};
                           }));
  return found;
}

Result<bool> Keep::seen_before(const InputKey& input, const Digest& content) {
  bool found = false;
  TRY_VOID(database_->each("SELECT 1 FROM seen WHERE input = ? AND content = ? AND home = 0 LIMIT 1", {Bind::blob(hidden(input)), Bind::blob(content.view())},
                           [&](const Row&) { found = true; }));
  return found;
}

Result<int> Keep::put_state(const std::string& key, const std::optional<Bytes>& value, std::optional<Instant> until) {
  const Bytes name = hidden("state", key);
  TRY_VOID(database_->run("DELETE FROM outlives WHERE name = ?", {Bind::blob(name)}));
  if (value && until) {
    TRY_VOID(database_->run("INSERT INTO outlives(name, until) VALUES(?, ?)", {Bind::blob(name), Bind::of(static_cast<std::uint64_t>(ms_of(*until)))}));
  }
  if (!value) return database_->run("DELETE FROM state WHERE name = ?", {Bind::blob(name)});
  return database_->run("INSERT INTO state(name, value) VALUES(?, ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value",
                        {Bind::blob(name), Bind::blob(sealed(*value, "state/" + key))});
}

Result<int> Keep::forget_outlived(Instant now) {
  const auto before = static_cast<std::uint64_t>(ms_of(now));
  TRY(Transaction transaction, Transaction::begin(*database_));
  TRY_VOID(database_->run("DELETE FROM state WHERE name IN (SELECT name FROM outlives WHERE until < ?)", {Bind::of(before)}));
  TRY_VOID(database_->run("DELETE FROM outlives WHERE until < ?", {Bind::of(before)}));
  return transaction.commit();
}

Result<std::optional<Bytes>> Keep::state(std::string_view key) {
  std::optional<Bytes> box;
  const Bytes name = hidden("state", key);
  TRY_VOID(database_->each("SELECT value FROM state WHERE name = ?", {Bind::blob(name)}, [&](const Row& row) { box = Bytes(row.bytes(0)); }));
  if (!box) return std::optional<Bytes>{};
  TRY(Bytes plain, unsealed(*box, "state/" + std::string(key)));
  return std::optional<Bytes>(std::move(plain));
}

Result<int> Keep::put_counter(const std::string& name, std::uint64_t add) {
  return database_->run("INSERT INTO counter(name, value) VALUES(?, ?) ON CONFLICT(name) DO UPDATE SET value = value + excluded.value",
                        {Bind::text(name), Bind::of(add)});
}

Result<std::map<std::string, std::uint64_t>> Keep::counters() {
  std::map<std::string, std::uint64_t> all;
  TRY_VOID(database_->each("SELECT name, value FROM counter", {}, [&](const Row& row) { all[std::string(row.bytes(0))] = row.number(1); }));
  return all;
}

Result<int> Keep::put_queued(const std::string& queue, const Bytes& message) {
  return database_->run("INSERT INTO queue(name, message) VALUES(?, ?)",
                        {Bind::text(queue), Bind::blob(sealed(message, "queue/" + queue))});
}

Result<std::vector<Keep::Message>> Keep::queued(std::string_view queue, std::size_t max) {
  std::vector<Message> boxes;
  TRY_VOID(database_->each("SELECT id, message FROM queue WHERE name = ? ORDER BY id LIMIT ?", {Bind::text(queue), Bind::of(max)},
                           [&](const Row& row) { boxes.push_back({row.number(0), Bytes(row.bytes(1))}); }));
  for (Message& message : boxes) {
    TRY(message.message, unsealed(message.message, "queue/" + std::string(queue)));
  }
  return boxes;
}

Result<std::uint64_t> Keep::waiting_in(std::string_view queue) {
  std::uint64_t waiting = 0;
  TRY_VOID(database_->each("SELECT COUNT(*) FROM queue WHERE name = ?", {Bind::text(queue)}, [&](const Row& row) { waiting = row.number(0); }));
  return waiting;
}

Result<int> Keep::dequeue(std::uint64_t id) { return database_->run("DELETE FROM queue WHERE id = ?", {Bind::of(id)}); }

}  // namespace concordat::keep
