// Inputs read again: out of quarantine, or because a mapping has changed. What they came to the first time, as hashes of its items, so
// that it can be said which differ without keeping what they were.
#pragma once

#include <string>
#include <vector>

#include "adapters/sdk/keep/keep.h"
#include "adapters/sdk/source.h"

namespace concordat::sdk {

/// What a source kept, in the keep, under names that are never those of the kit.
class KeptInKeep final : public Kept {
 public:
  explicit KeptInKeep(keep::Keep& keep) : keep_(keep) {}
  Result<std::optional<Bytes>> state(std::string_view name) override { return keep_.state(name_of(name)); }
  static std::string name_of(std::string_view name) { return "source/" + std::string(name); }

 private:
  keep::Keep& keep_;
};

/// Is `raw` all of the input?
bool is_whole(const Input& input);

/// What an input that was kept reads as now: lines are those of its file. If it reads as several and bears a reference, the one of that
/// reference alone.
std::vector<Input> read_again(const Source& source, const keep::Taken& taken);
/// The same of an entry of the quarantine, which may be more than one: a file that could not be read.
std::vector<Input> read_again(const Source& source, const keep::Quarantine& entry);

/// Events as what is remembered of them: reference, kind, and a short hash of each item of each person.
Bytes remembered(const std::vector<TypedEvent>& events);

/// How an event differs from what is remembered of it.
struct Difference {
  enum class Fate : std::uint8_t { New, Changed, NoMore };
  Fate fate{};
  contract::Kind kind{};
  std::string reference;
  std::vector<std::pair<std::uint32_t, contract::Item>> items;  ///< (person in the input's order, 0 of the case; item). Of Changed.
};
/// E-KEEP if `memory` does not decode.
Result<std::vector<Difference>> differences(ByteView memory, const std::vector<TypedEvent>& events);

}  // namespace concordat::sdk
