// The keep's inputs as they were taken: for a while, within a bound, and only as long as they are somebody's newest word.
#include "adapters/sdk/keep/keep.h"

namespace concordat::keep {
namespace {

constexpr std::string_view kBytes = "taken_bytes";
/// What a row costs beside its text.
constexpr std::uint64_t kRowBytes = 200;
constexpr std::uint64_t kDroppedAtOnce = 64;

std::string bound(std::string_view version) { return "input/" + std::string(version); }

Bytes encode(const Taken& taken) {
  return Writer().sized(taken.file).sized(taken.reference).u64(taken.begins).sized(taken.raw).sized(taken.about).take();
}

Result<Taken> decode_taken(ByteView bytes) {
  Reader in(bytes);
  Taken taken;
  taken.file = in.sized();
  taken.reference = in.sized();
  taken.begins = in.u64();
  taken.raw = in.sized();
  taken.about = in.sized();
  if (!in.done()) return fail(Fault::Corrupt, code::kKeep, "an input that was kept does not decode");
  return taken;
}

}  // namespace

Result<int> Keep::put_taken(const Taken& taken, Instant now) {
  if (taken.keys.empty()) return 0;
  const Bytes plain = encode(taken);
  const Bytes context = hidden("context", taken.context);
  const std::uint64_t size = plain.size() + kRowBytes;
  TRY_VOID(database_->run("INSERT INTO context(name, text) VALUES(?, ?) ON CONFLICT(name) DO NOTHING",
                          {Bind::blob(context), Bind::blob(sealed(taken.context, "context"))}));
  TRY_VOID(database_->run("INSERT INTO input(at, version, size, context, what) VALUES(?, ?, ?, ?, ?)",
                          {Bind::of(static_cast<std::uint64_t>(ms_of(now))), Bind::text(taken.version), Bind::of(size), Bind::blob(context),
                           Bind::blob(sealed(plain, bound(taken.version)))}));
  const std::uint64_t id = database_->last_rowid();
  std::vector<std::uint64_t> before;
  for (const InputKey& key : taken.keys) {
    const Bytes name = hidden(key);
    TRY_VOID(database_->each("SELECT input FROM yields WHERE key = ?", {Bind::blob(name)}, [&](const Row& row) { before.push_back(row.number(0)); }));
    TRY_VOID(database_->run("INSERT INTO yields(key, input) VALUES(?, ?) ON CONFLICT(key) DO UPDATE SET input = excluded.input", {Bind::blob(name), Bind::of(id)}));
  }
  TRY_VOID(drop_superseded(before));
  TRY_VOID(add_taken_bytes(size, 0));
  return make_room_for_inputs();
}

Result<int> Keep::drop_superseded(const std::vector<std::uint64_t>& inputs) {
  for (const std::uint64_t input : inputs) {
    std::uint64_t size = 0;
    TRY_VOID(database_->each("SELECT size FROM input WHERE id = ? AND NOT EXISTS(SELECT 1 FROM yields WHERE input = id)", {Bind::of(input)},
                             [&](const Row& row) { size = row.number(0); }));
    if (size == 0) continue;
    TRY_VOID(database_->run("DELETE FROM input WHERE id = ?", {Bind::of(input)}));
    TRY_VOID(add_taken_bytes(0, size));
  }
  return 0;
}

Result<int> Keep::add_taken_bytes(std::uint64_t add, std::uint64_t less) {
  TRY(const std::optional<Bytes> before, meta(kBytes));
  const std::uint64_t bytes = (before ? Reader(*before).u64() : 0) + add;
  return set_meta(kBytes, Writer().u64(bytes > less ? bytes - less : 0).bytes());
}

Result<int> Keep::make_room_for_inputs() {
  while (true) {
    TRY(const std::optional<Bytes> bytes, meta(kBytes));
    if (!bytes || Reader(*bytes).u64() <= limits_.inputs_bytes_max) return 0;
    std::uint64_t last = 0, size = 0;
    TRY_VOID(database_->each("SELECT MAX(id), SUM(size) FROM (SELECT id, size FROM input ORDER BY id LIMIT ?)", {Bind::of(kDroppedAtOnce)}, [&](const Row& row) {
      last = row.number(0);
      size = row.number(1);
    }));
    if (size == 0) return set_meta(kBytes, Writer().u64(0).bytes());
    TRY_VOID(database_->run("DELETE FROM yields WHERE input <= ?", {Bind::of(last)}));
    TRY_VOID(database_->run("DELETE FROM input WHERE id <= ?", {Bind::of(last)}));
    TRY_VOID(add_taken_bytes(0, size));
  }
}

Result<int> Keep::forget_taken(Instant before, Instant discarded_before) {
  const std::vector<Bind> then = {Bind::of(static_cast<std::uint64_t>(ms_of(before)))};
  TRY(Transaction transaction, Transaction::begin(*database_));
  std::uint64_t size = 0;
  TRY_VOID(database_->each("SELECT COALESCE(SUM(size), 0) FROM input WHERE at < ?", then, [&](const Row& row) { size = row.number(0); }));
  TRY_VOID(database_->run("DELETE FROM yields WHERE input IN (SELECT id FROM input WHERE at < ?)", then));
  TRY_VOID(database_->run("DELETE FROM input WHERE at < ?", then));
  TRY_VOID(add_taken_bytes(0, size));
  TRY_VOID(database_->run("DELETE FROM context WHERE name NOT IN (SELECT context FROM input)"));
  TRY_VOID(database_->run("DELETE FROM discarded WHERE at < ?", {Bind::of(static_cast<std::uint64_t>(ms_of(discarded_before)))}));
  return transaction.commit();
}

Result<std::vector<TakenInput>> Keep::taken(std::string_view sql, std::vector<Bind> binds) {
  struct Boxed {
    TakenInput input;
    Bytes what, context;
  };
  std::vector<Boxed> rows;
  TRY_VOID(database_->each(sql, std::move(binds), [&](const Row& row) {
    Boxed each;
    each.input.id = row.number(0);
    each.input.at = instant_of(static_cast<std::int64_t>(row.number(1)));
    each.input.what.version = row.bytes(2);
    each.what = Bytes(row.bytes(3));
    each.context = Bytes(row.bytes(4));
    rows.push_back(std::move(each));
  }));
  std::vector<TakenInput> all;
  for (Boxed& row : rows) {
    std::string version = std::move(row.input.what.version);
    TRY(const Bytes plain, unsealed(row.what, bound(version)));
    TRY(row.input.what, decode_taken(plain));
    row.input.what.version = std::move(version);
    TRY(row.input.what.context, unsealed(row.context, "context"));
    all.push_back(std::move(row.input));
  }
  return all;
}

Result<std::vector<TakenInput>> Keep::taken(std::string_view version, Instant since, std::uint64_t after, std::size_t most) {
  return taken("SELECT input.id, at, version, what, text FROM input JOIN context ON context.name = input.context"
               " WHERE version = ? AND at >= ? AND input.id > ? ORDER BY input.id LIMIT ?",
               {Bind::text(version), Bind::of(static_cast<std::uint64_t>(ms_of(since))), Bind::of(after), Bind::of(most)});
}

Result<std::map<std::string, std::uint64_t>> Keep::taken_by() {
  std::map<std::string, std::uint64_t> all;
  TRY_VOID(database_->each("SELECT version, COUNT(*) FROM input GROUP BY version", {}, [&](const Row& row) { all[std::string(row.bytes(0))] = row.number(1); }));
  return all;
}

Result<bool> Keep::is_newest(std::uint64_t input, const InputKey& key) {
  bool is = false;
  TRY_VOID(database_->each("SELECT 1 FROM yields WHERE key = ? AND input = ?", {Bind::blob(hidden(key)), Bind::of(input)}, [&](const Row&) { is = true; }));
  return is;
}

}  // namespace concordat::keep
