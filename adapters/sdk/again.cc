// Inputs read again: see again.h.
#include "adapters/sdk/again.h"

#include <algorithm>
#include <set>

#include "adapters/sdk/read/record.h"
#include "proto/contract/contract.h"
#include "proto/seal/proof.h"

namespace concordat::sdk {
namespace {

using Items = std::map<std::pair<std::uint32_t, std::uint32_t>, Bytes>;  ///< (person, item) to a hash of all its parts.
using Memory = std::map<std::pair<std::string, std::uint8_t>, Items>;

constexpr std::size_t kHashBytes = 8;

Items items_of(const TypedEvent& event) {
  Items items;
  const auto plains = contract::split(*event.message, event.happened);
  if (!plains) return items;
  std::map<std::pair<std::uint32_t, std::uint32_t>, Writer> whole;
  for (const seal::Plain& plain : *plains) whole[{plain.label.person, plain.label.item}].u8(plain.label.roles).sized(plain.content);
  for (auto& [place, bytes] : whole) items[place] = Bytes(seal::hash("concordat/keep/item", bytes.take()).view().substr(0, kHashBytes));
  return items;
}

Memory memory_of(const std::vector<TypedEvent>& events) {
  Memory memory;
  for (const TypedEvent& event : events) memory[{event.reference, static_cast<std::uint8_t>(event.kind)}] = items_of(event);
  return memory;
}

Result<Memory> decode_memory(ByteView bytes) {
  Reader in(bytes);
  Memory memory;
  const std::uint32_t events = in.u32();
  for (std::uint32_t event = 0; event < events && in.ok(); ++event) {
    std::string reference(in.sized());
    Items& items = memory[{std::move(reference), in.u8()}];
    const std::uint32_t count = in.u32();
    for (std::uint32_t item = 0; item < count && in.ok(); ++item) {
      const std::uint32_t person = in.u32(), number = in.u32();
      items[{person, number}] = Bytes(in.raw(kHashBytes));
    }
  }
  if (!in.done()) return fail(Fault::Corrupt, code::kKeep, "what is remembered of an input does not decode");
  return memory;
}

std::vector<std::pair<std::uint32_t, contract::Item>> differing(const Items& before, const Items& now) {
  std::set<std::pair<std::uint32_t, std::uint32_t>> places;
  for (const auto& [place, hash] : before) {
    const auto other = now.find(place);
    if (other == now.end() || other->second != hash) places.insert(place);
  }
  for (const auto& [place, hash] : now) {
    if (!before.contains(place)) places.insert(place);
  }
  std::vector<std::pair<std::uint32_t, contract::Item>> out;
  for (const auto& [person, item] : places) out.emplace_back(person, static_cast<contract::Item>(item));
  return out;
}

struct AsItCame {
  const std::string& file;
  ByteView context, raw;
  std::uint64_t begins;
};

/// Lines of what is read again count from its own first line; a person wants those of the file.
std::vector<Input> read_whole(const Source& source, const AsItCame& from) {
  const std::string text = std::string(from.context) + std::string(from.raw);
  const auto before = static_cast<std::uint64_t>(std::count(from.context.begin(), from.context.end(), '\n'));
  const auto in_file = [&](std::uint64_t line) { return line > before && from.begins > 0 ? line - before + from.begins - 1 : line; };
  std::vector<Input> inputs = source.read(from.file, text);
  for (Input& input : inputs) {
    if (input.begins != 0) input.begins = in_file(input.begins);
    input.line = in_file(input.line);
    if (input.failure) input.failure->line = in_file(input.failure->line);
  }
  return inputs;
}

}  // namespace

bool is_whole(const Input& input) { return !input.cut && !input.as_it_came().empty() && input.as_it_came().size() != read::kRecordBytesMax; }

std::vector<Input> read_again(const Source& source, const keep::Taken& taken) {
  std::vector<Input> inputs = read_whole(source, {taken.file, taken.context, taken.raw, taken.begins});
  const auto others = [&](const Input& input) { return input.reference != taken.reference; };
  if (inputs.size() > 1 && !taken.reference.empty() && !std::all_of(inputs.begin(), inputs.end(), others)) std::erase_if(inputs, others);
  return inputs;
}

std::vector<Input> read_again(const Source& source, const keep::Quarantine& entry) {
  keep::Taken taken;
  taken.file = entry.file;
  taken.reference = entry.reference;
  taken.begins = entry.begins;
  taken.context = entry.context;
  taken.raw = entry.raw;
  return read_again(source, taken);
}

Bytes remembered(const std::vector<TypedEvent>& events) {
  Writer out;
  const Memory memory = memory_of(events);
  out.u32(static_cast<std::uint32_t>(memory.size()));
  for (const auto& [event, items] : memory) {
    out.sized(event.first).u8(event.second).u32(static_cast<std::uint32_t>(items.size()));
    for (const auto& [place, hash] : items) out.u32(place.first).u32(place.second).raw(hash);
  }
  return out.take();
}

Result<std::vector<Difference>> differences(ByteView memory, const std::vector<TypedEvent>& events) {
  TRY(const Memory before, decode_memory(memory));
  const Memory now = memory_of(events);
  std::vector<Difference> out;
  for (const auto& [event, items] : now) {
    const auto old = before.find(event);
    Difference each{old == before.end() ? Difference::Fate::New : Difference::Fate::Changed, static_cast<contract::Kind>(event.second), event.first, {}};
    if (old != before.end()) each.items = differing(old->second, items);
    if (each.fate == Difference::Fate::New || !each.items.empty()) out.push_back(std::move(each));
  }
  for (const auto& [event, items] : before) {
    if (!now.contains(event)) out.push_back({Difference::Fate::NoMore, static_cast<contract::Kind>(event.second), event.first, {}});
  }
  return out;
}

}  // namespace concordat::sdk
