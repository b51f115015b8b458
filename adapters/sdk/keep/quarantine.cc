// The keep's quarantine: entries, their age, and who put one aside without mending it.
#include "adapters/sdk/keep/keep.h"

namespace concordat::keep {
namespace {

constexpr std::string_view kGaveWay = "quarantine_gave_way";
constexpr std::uint8_t kWhole = 1, kRisk = 2, kRefused = 4;

std::uint64_t number_of(Instant at) { return static_cast<std::uint64_t>(ms_of(at)); }
Instant instant_in(const Row& row, int column) { return instant_of(static_cast<std::int64_t>(row.number(column))); }
std::string bound(std::string_view code) { return "quarantine/" + std::string(code); }

Bytes encode(const Quarantine& what) {
  const auto flags = static_cast<std::uint8_t>((what.whole ? kWhole : 0) | (what.risk ? kRisk : 0) | (what.refused ? kRefused : 0));
  return Writer().sized(what.file).u64(what.line).sized(what.field).sized(what.remedy).sized(what.raw).sized(what.context).u64(what.begins).u8(flags)
      .sized(what.reference).take();
}

Result<Quarantine> decode_quarantine(ByteView bytes, std::string code) {
  Reader in(bytes);
  Quarantine what;
  what.code = std::move(code);
  what.file = in.sized();
  what.line = in.u64();
  what.field = in.sized();
  what.remedy = in.sized();
  what.raw = in.sized();
  if (in.done()) return what;  // of an earlier version: it cannot be read again
  what.context = in.sized();
  what.begins = in.u64();
  const std::uint8_t flags = in.u8();
  what.whole = (flags & kWhole) != 0;
  what.risk = (flags & kRisk) != 0;
  what.refused = (flags & kRefused) != 0;
  what.reference = in.sized();
  if (!in.done()) return fail(Fault::Corrupt, code::kKeep, "a quarantine entry does not decode");
  return what;
}

Bytes encode(const Discarded& discarded) {
  return Writer().sized(discarded.file).u64(discarded.line).sized(discarded.person).sized(discarded.reason).take();
}

}  // namespace

Result<int> Keep::put_quarantine(const Quarantine& what, Instant now) {
  const Bytes plain = encode(what);
  const Bytes input = hidden("quarantine", plain);
  TRY_VOID(database_->run("INSERT INTO quarantine(input, at, code, what, risk) VALUES(?, ?, ?, ?, ?) ON CONFLICT(input) DO NOTHING",
                          {Bind::blob(input), Bind::of(number_of(what.since.value_or(now))), Bind::text(what.code),
                           Bind::blob(sealed(plain, bound(what.code))), Bind::of(what.risk ? 1 : 0)}));
  return make_room_in_quarantine();
}

Result<int> Keep::put_still_quarantined(std::uint64_t id, const Quarantine& what) {
  const Bytes plain = encode(what);
  // The same input may have come again meanwhile and failed in the same way: then there is one entry, the older one.
  const Bytes input = hidden("quarantine", plain);
  TRY_VOID(database_->run("DELETE FROM quarantine WHERE input = ? AND id <> ? AND EXISTS(SELECT 1 FROM quarantine WHERE id = ?)",
                          {Bind::blob(input), Bind::of(id), Bind::of(id)}));
  return database_->run("UPDATE quarantine SET input = ?, code = ?, what = ?, risk = ? WHERE id = ?",
                        {Bind::blob(input), Bind::text(what.code), Bind::blob(sealed(plain, bound(what.code))), Bind::of(what.risk ? 1 : 0), Bind::of(id)});
}

Result<int> Keep::put_discarded(const Discarded& discarded, Instant now) {
  TRY_VOID(database_->run("DELETE FROM quarantine WHERE id = ?", {Bind::of(discarded.id)}));
  return database_->run("INSERT INTO discarded(id, at, code, what) VALUES(?, ?, ?, ?) ON CONFLICT(id) DO NOTHING",
                        {Bind::of(discarded.id), Bind::of(number_of(now)), Bind::text(discarded.code),
                         Bind::blob(sealed(encode(discarded), "discarded/" + std::to_string(discarded.id)))});
}

/// What is wrong must never keep at home what is right.
Result<int> Keep::make_room_in_quarantine() {
  TRY(const std::uint64_t kept, tally("quarantine"));
  if (kept <= limits_.quarantine_max) return 0;
  const std::uint64_t over = kept - limits_.quarantine_max;
  TRY_VOID(database_->run("DELETE FROM quarantine WHERE id IN (SELECT id FROM quarantine ORDER BY id LIMIT ?)", {Bind::of(over)}));
  return put_counter(std::string(kGaveWay), over);
}

Result<std::uint64_t> Keep::gave_way() {
  std::uint64_t entries = 0;
  TRY_VOID(database_->each("SELECT value FROM counter WHERE name = ?", {Bind::text(kGaveWay)}, [&](const Row& row) { entries = row.number(0); }));
  return entries;
}

Result<std::vector<Quarantined>> Keep::quarantine(std::string_view sql, std::vector<Bind> binds) {
  struct Raw {
    std::uint64_t id;
    Instant at;
    std::string code;
    Bytes box;
  };
  std::vector<Raw> rows;
  TRY_VOID(database_->each(sql, std::move(binds), [&](const Row& row) {
    rows.push_back({row.number(0), instant_in(row, 1), std::string(row.bytes(2)), Bytes(row.bytes(3))});
  }));
  std::vector<Quarantined> all;
  for (Raw& raw : rows) {
    TRY(const Bytes plain, unsealed(raw.box, bound(raw.code)));
    TRY(Quarantine what, decode_quarantine(plain, std::move(raw.code)));
    all.push_back({raw.id, raw.at, std::move(what)});
  }
  return all;
}

Result<std::vector<Quarantined>> Keep::quarantine() { return quarantine("SELECT id, at, code, what FROM quarantine ORDER BY id", {}); }

Result<std::vector<Quarantined>> Keep::quarantine(std::uint64_t after, std::size_t most) {
  return quarantine("SELECT id, at, code, what FROM quarantine WHERE id > ? ORDER BY id LIMIT ?", {Bind::of(after), Bind::of(most)});
}

Result<std::optional<Quarantined>> Keep::quarantined(std::uint64_t id) {
  TRY(auto found, quarantine("SELECT id, at, code, what FROM quarantine WHERE id = ?", {Bind::of(id)}));
  return found.empty() ? std::optional<Quarantined>{} : std::optional(std::move(found.front()));
}

Result<std::uint64_t> Keep::newest_in_quarantine() { return count("SELECT COALESCE(MAX(id), 0) FROM quarantine"); }

Result<std::vector<Discarded>> Keep::discarded() {
  std::vector<Discarded> all;
  std::vector<Bytes> boxes;
  TRY_VOID(database_->each("SELECT id, at, code, what FROM discarded ORDER BY id", {}, [&](const Row& row) {
    all.push_back({row.number(0), instant_in(row, 1), std::string(row.bytes(2)), {}, 0, {}, {}});
    boxes.emplace_back(row.bytes(3));
  }));
  for (std::size_t at = 0; at < all.size(); ++at) {
    TRY(const Bytes plain, unsealed(boxes[at], "discarded/" + std::to_string(all[at].id)));
    Reader in(plain);
    all[at].file = in.sized();
    all[at].line = in.u64();
    all[at].person = in.sized();
    all[at].reason = in.sized();
    if (!in.done()) return fail(Fault::Corrupt, code::kKeep, "a discarded entry does not decode");
  }
  return all;
}

Result<Overdue> Keep::overdue(bool risk, Instant before, Instant spoken, Instant now) {
  Overdue found;
  const std::vector<Bind> old = {Bind::of(risk ? 1 : 0), Bind::of(number_of(before))};
  TRY_VOID(database_->each("SELECT COUNT(*), COALESCE(MIN(at), 0) FROM quarantine WHERE risk = ? AND at <= ?", old, [&](const Row& row) {
    found.entries = row.number(0);
    found.oldest = instant_in(row, 1);
  }));
  if (found.entries == 0) return found;
  TRY_VOID(database_->run("UPDATE quarantine SET spoken = ? WHERE risk = ? AND at <= ? AND spoken <= ?",
                          {Bind::of(number_of(now)), old[0], old[1], Bind::of(number_of(spoken))}));
  found.newly = database_->changed();
  return found;
}

}  // namespace concordat::keep
