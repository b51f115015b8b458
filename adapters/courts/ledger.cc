// The ledger: see ledger.h.
#include "adapters/courts/ledger.h"

#include <google/protobuf/message.h>

#include <algorithm>

#include "proto/contract/contract.h"

namespace concordat::courts {
namespace {

using contract::Kind;

constexpr auto kRemembered = std::chrono::days(400);

Bytes bytes_of(const Before& before) {
  Writer out;
  out.u8(static_cast<std::uint8_t>(before.kind)).u64(static_cast<std::uint64_t>(ms_of(before.happened))).u8(before.reversed ? 1 : 0);
  put(out, before.marks);
  put(out, before.offences);
  return out.sized(before.message->SerializeAsString()).take();
}

Result<Before> before_of(const Bytes& bytes) {
  Reader in(bytes);
  Before out;
  out.kind = static_cast<Kind>(in.u8());
  out.happened = instant_of(static_cast<std::int64_t>(in.u64()));
  out.reversed = in.u8() == 1;
  out.marks = take_marks(in);
  out.offences = take_texts(in);
  const ByteView content = in.sized();
  out.message = contract::new_event(out.kind);
  if (!in.done() || !out.message || !out.message->ParseFromArray(content.data(), static_cast<int>(content.size()))) {
    return fail(Fault::Corrupt, code::kKeep, "what was told of a hearing cannot be read");
  }
  return out;
}

}  // namespace

void put(Writer& out, const std::vector<std::string>& texts) {
  out.u32(static_cast<std::uint32_t>(texts.size()));
  for (const std::string& text : texts) out.sized(text);
}
std::vector<std::string> take_texts(Reader& in) {
  std::vector<std::string> out;
  for (std::uint32_t left = in.u32(); left > 0 && in.ok(); --left) out.emplace_back(in.sized());
  return out;
}
void put(Writer& out, const Marks& marks) {
  out.u32(static_cast<std::uint32_t>(marks.size()));
  for (const auto& each : marks) put(out, each);
}
Marks take_marks(Reader& in) {
  Marks out;
  for (std::uint32_t left = in.u32(); left > 0 && in.ok(); --left) out.push_back(take_texts(in));
  return out;
}
void put(Writer& out, const std::optional<Instant>& at) { out.u8(at ? 1 : 0).u64(at ? static_cast<std::uint64_t>(ms_of(*at)) : 0); }
std::optional<Instant> take_time(Reader& in) {
  const bool is_there = in.u8() == 1;
  const auto ms = static_cast<std::int64_t>(in.u64());
  return is_there ? std::optional<Instant>(instant_of(ms)) : std::nullopt;
}

Ledger::Ledger(sdk::Input& input, sdk::Kept& kept, Instant now) : input_(input), kept_(kept), until_(now + kRemembered) {}

Result<std::optional<Bytes>> Ledger::get(const std::string& name) {
  if (const auto own = input_.state.find(name); own != input_.state.end()) return own->second.value;
  return kept_.state(name);
}

Result<std::optional<Before>> Ledger::before(const std::string& reference) {
  TRY(const auto bytes, get("event/" + reference));
  if (!bytes) return std::optional<Before>();
  TRY(Before out, before_of(*bytes));
  return std::optional<Before>(std::move(out));
}

void Ledger::tell(const std::string& reference, const Before& told) {
  set("event/" + reference, bytes_of(told));
  for (const auto& each : told.marks) {
    for (const std::string& mark : each) set("mark/" + mark, reference);
  }
}

void Ledger::remember(const std::string& reference, const std::string& hearing, const Before& before) {
  Writer out;
  set("was/" + reference, out.sized(hearing).sized(bytes_of(before)).take());
}

Result<std::optional<std::pair<std::string, Before>>> Ledger::remembered(const std::string& reference) {
  TRY(const auto bytes, get("was/" + reference));
  if (!bytes) return std::optional<std::pair<std::string, Before>>();
  Reader in(*bytes);
  std::string hearing(in.sized());
  TRY(Before out, before_of(Bytes(in.sized())));
  return std::optional(std::pair(std::move(hearing), std::move(out)));
}

Result<std::optional<Before>> Ledger::remembered(const std::string& reference, const std::string& hearing) {
  TRY(auto found, remembered(reference));
  if (!found || found->first != hearing) return std::optional<Before>();
  return std::optional<Before>(std::move(found->second));
}

Result<bool> Ledger::told_elsewhere(const std::vector<std::string>& marks, const std::string& reference) {
  for (const std::string& mark : marks) {
    TRY(const auto where, get("mark/" + mark));
    if (where && *where != reference) return true;
  }
  return false;
}

void Ledger::forget(const Marks& marks) {
  for (const auto& each : marks) {
    for (const std::string& mark : each) clear("mark/" + mark);
  }
}

Result<std::optional<Roll>> Ledger::roll(const std::string& name) {
  TRY(const auto bytes, get(name));
  if (!bytes) return std::optional<Roll>();
  Reader in(*bytes);
  Roll out;
  out.shared = take_time(in);
  out.names = take_texts(in);
  return std::optional<Roll>(std::move(out));
}

void Ledger::set_roll(const std::string& name, const Roll& roll) {
  Writer out;
  put(out, roll.shared);
  put(out, roll.names);
  set(name, out.take());
}

Result<std::vector<std::string>> Ledger::list(const std::string& name) {
  TRY(const auto bytes, get(name));
  if (!bytes) return std::vector<std::string>();
  Reader in(*bytes);
  return take_texts(in);
}

Result<int> Ledger::add_to(const std::string& name, const std::vector<std::string>& more) {
  TRY(auto all, list(name));
  for (const std::string& each : more) {
    if (std::find(all.begin(), all.end(), each) == all.end()) all.push_back(each);
  }
  Writer out;
  put(out, all);
  set(name, out.take());
  return 0;
}

}  // namespace concordat::courts
