// Tools: see tools.h.
#include "adapters/sdk/tools.h"

#include <algorithm>
#include <cstdio>

#include "adapters/sdk/again.h"
#include "adapters/sdk/mapping.h"
#include "adapters/sdk/read/when.h"
#include "proto/contract/contract.h"
#include "proto/contract/render.h"

namespace concordat::sdk {
namespace {

using contract::json_text;

/// Entries with inputs of up to half a megabyte.
constexpr std::size_t kAtOnce = 16;

/// "3d", "5h", "12m", "40s": whole units, so that a person sees what is old.
std::string age_of(Instant at, Instant now) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(std::max(now, at) - at).count();
  if (seconds >= 2 * 86'400) return std::to_string(seconds / 86'400) + "d";
  if (seconds >= 2 * 3'600) return std::to_string(seconds / 3'600) + "h";
  if (seconds >= 120) return std::to_string(seconds / 60) + "m";
  return std::to_string(seconds) + "s";
}

std::string entry_text(const keep::Quarantined& entry, Instant now) {
  const keep::Quarantine& what = entry.what;
  return "{\"id\":" + std::to_string(entry.id) + ",\"at\":" + json_text(to_text(entry.at)) + ",\"age\":" + json_text(age_of(entry.at, now)) +
         ",\"file\":" + json_text(what.file) + ",\"line\":" + std::to_string(what.line) + ",\"field\":" + json_text(what.field) +
         ",\"code\":" + json_text(what.code) + ",\"remedy\":" + json_text(what.remedy) + ",\"may_be_high_risk\":" + (what.risk ? "true" : "false") +
         ",\"can_be_retried\":" + (what.whole ? "true" : "false");
}

std::string discarded_text(const keep::Discarded& entry) {
  return "{\"id\":" + std::to_string(entry.id) + ",\"discarded\":" + json_text(to_text(entry.at)) + ",\"file\":" + json_text(entry.file) +
         ",\"line\":" + std::to_string(entry.line) + ",\"code\":" + json_text(entry.code) + ",\"person\":" + json_text(entry.person) +
         ",\"reason\":" + json_text(entry.reason) + "}\n";
}

std::string items_text(const Difference& difference) {
  std::string out;
  for (const auto& [person, item] : difference.items) {
    out += (out.empty() ? "{\"person\":" : ",{\"person\":") + std::to_string(person) + ",\"item\":" + json_text(contract::name_of(item)) + "}";
  }
  return "[" + out + "]";
}

std::string_view word_for(Difference::Fate fate) {
  switch (fate) {
    case Difference::Fate::New: return "new";
    case Difference::Fate::Changed: return "correction";
    case Difference::Fate::NoMore: return "withdrawal";
  }
  return {};
}

struct Remapped {
  std::size_t inputs = 0, events = 0, quarantined = 0;
};

Result<int> show_remapped(keep::Keep& keep, const Source& source, const std::string& system, const keep::TakenInput& taken, Instant now, Remapped& counts) {
  KeptInKeep kept(keep);
  ++counts.inputs;
  for (Input input : read_again(source, taken.what)) {
    if (!input.failure) {
      if (const auto followed = source.follow(input, kept, now); !followed) input.failure = Failure{input.line, "record", followed.error()};
    }
    const std::string where = "{\"file\":" + json_text(taken.what.file) + ",\"line\":";
    if (input.failure) {
      ++counts.quarantined;
      TRY_VOID(print(where + std::to_string(input.failure->line) + ",\"change\":\"quarantine\",\"field\":" + json_text(input.failure->field) + ",\"code\":" +
                     json_text(input.failure->error.code.name) + ",\"remedy\":" + json_text(remedy(input.failure->error)) + "}\n"));
      continue;
    }
    TRY(const std::vector<Difference> differ, differences(taken.what.about, input.events));
    for (const Difference& each : differ) {
      TRY(const bool newest, keep.is_newest(taken.id, {system, each.reference}));
      if (!newest && each.fate != Difference::Fate::New) continue;
      ++counts.events;
      TRY_VOID(print(where + std::to_string(input.line) + ",\"kind\":" + json_text(contract::name_of(each.kind)) + ",\"change\":" + json_text(word_for(each.fate)) +
                     (each.items.empty() ? "" : ",\"items\":" + items_text(each)) + "}\n"));
    }
  }
  return 0;
}

Result<int> check_person(const Command& command) {
  const bool named = std::any_of(command.person.begin(), command.person.end(), [](unsigned char c) { return c > ' '; });
  if (named) return 0;
  return fail(Fault::Malformed, code::kUsage, "--person is a name or staff number");
}

/// Its words, and the versions of which something is kept.
Result<Order> remap_order(const Command& command, const Source& source, keep::Keep& keep) {
  Order order;
  order.what = Order::What::Remap;
  order.to = source.version();
  if (order.to.empty()) return fail(Fault::Malformed, code::kMapping, "this program keeps no versions of a mapping by which its inputs could be read again");
  const auto slash = order.to.find('/');
  if (slash != std::string::npos && order.to.substr(slash + 1) == kUnversioned) {
    return fail(Fault::Malformed, code::kMapping, "the mapping has no `version:`, so what it reads cannot be told from what it read before; give it one");
  }
  order.from = command.from;
  if (order.from.find('/') == std::string::npos && order.from != "built-in" && slash != std::string::npos) order.from = order.to.substr(0, slash + 1) + order.from;
  if (order.from == order.to) return fail(Fault::Malformed, code::kMapping, "--from is the version that reads now; give the changed mapping another `version:`");
  TRY(const auto versions, keep.taken_by());
  if (!versions.contains(order.from)) {
    std::string kept;
    for (const auto& [version, inputs] : versions) kept += (kept.empty() ? "" : ", ") + (version.empty() ? "none" : version) + " (" + std::to_string(inputs) + ")";
    return fail(Fault::Malformed, code::kMapping, "nothing is kept that " + order.from + " read; kept are inputs of: " + (kept.empty() ? "none" : kept));
  }
  const auto since = read::parse_moment(command.since);
  if (!since) return fail(Fault::Malformed, code::kUsage, "--since is a date, as 2026-07-14");
  order.since = since->at;
  return order;
}

}  // namespace

Result<int> list_quarantine(keep::Keep& keep, bool discarded, Instant now) {
  if (discarded) {
    TRY(const auto all, keep.discarded());
    for (const keep::Discarded& each : all) TRY_VOID(print(discarded_text(each)));
    return 0;
  }
  for (std::uint64_t after = 0;;) {
    TRY(const auto entries, keep.quarantine(after, kAtOnce));
    if (entries.empty()) break;
    for (const keep::Quarantined& each : entries) TRY_VOID(print(entry_text(each, now) + "}\n"));
    after = entries.back().id;
  }
  TRY(const std::uint64_t gave_way, keep.gave_way());
  if (gave_way > 0) std::fprintf(stderr, "%llu older entries gave way; the log has their files and lines\n", static_cast<unsigned long long>(gave_way));
  return 0;
}

Result<int> show_quarantined(keep::Keep& keep, std::uint64_t id, Instant now) {
  TRY(const auto entry, keep.quarantined(id));
  if (!entry) return fail(Fault::Malformed, code::kNotFound, "no entry " + std::to_string(id));
  return print(entry_text(*entry, now) + ",\"begins\":" + std::to_string(entry->what.begins) + ",\"context\":" + json_text(entry->what.context) +
               ",\"raw\":" + json_text(entry->what.raw) + "}\n");
}

Result<int> show_remap(keep::Keep& keep, const Source& source, const std::string& system, const Order& order, Instant now) {
  Remapped counts;
  for (std::uint64_t after = 0;;) {
    TRY(const auto inputs, keep.taken(order.from, order.since, after, kAtOnce));
    if (inputs.empty()) break;
    for (const keep::TakenInput& each : inputs) TRY_VOID(show_remapped(keep, source, system, each, now, counts));
    after = inputs.back().id;
  }
  std::fprintf(stderr, "%zu inputs that %s read, read again by %s: %zu events would change, %zu inputs would be quarantined\n", counts.inputs, order.from.c_str(),
               order.to.c_str(), counts.events, counts.quarantined);
  return 0;
}

Result<Order> order_of(const Command& command, const Source& source, keep::Keep& keep) {
  if (command.verb == "remap") return remap_order(command, source, keep);
  Order order;
  order.entries = command.ids;
  order.person = command.person;
  order.reason = command.reason;
  if (command.verb == "show" || command.verb == "discard") TRY_VOID(check_person(command));
  if (command.verb == "show") order.what = Order::What::Shown;
  if (command.verb == "discard") order.what = Order::What::Discard;
  if (command.verb != "retry") return order;
  if (command.all == !order.entries.empty()) return fail(Fault::Malformed, code::kUsage, "retry: name entries, or say --all");
  if (!command.all) return order;
  order.what = Order::What::RetryAll;
  TRY(const std::uint64_t newest, keep.newest_in_quarantine());
  order.entries = {newest};
  return order;
}

}  // namespace concordat::sdk
