// Facts as values: a fixed vector by fact number, for the event and for each person; their encoding in leaves.
// DESIGN 1.4.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/bytes.h"
#include "proto/base/result.h"
#include "proto/contract/vocabulary.h"
#include "proto/seal/label.h"

namespace concordat::contract {

/// Value of a fact: 0 is unknown. Booleans: 1 no, 2 yes. Enumerations: the enum's number. Bounded integers: value + 1.
/// Codes: see FactCode in vocabulary.proto.
using FactValue = std::uint32_t;
inline constexpr FactValue kUnknown = 0;
inline constexpr FactValue kNo = 1;
inline constexpr FactValue kYes = 2;

inline constexpr std::size_t kFactNumbers = 64;
using FactVector = std::array<FactValue, kFactNumbers>;

struct PersonFacts {
  std::uint16_t person = 0;
  std::uint8_t roles = 0;  ///< As in seal::Label.
  FactVector values{};
};

inline constexpr std::size_t kPeopleMax = 24;

/// All facts of an event as the broker and decide see them.
struct FactSet {
  FactVector event{};
  std::vector<PersonFacts> people;  ///< In person number order; at most kPeopleMax.

  FactValue of(Fact fact) const { return event[static_cast<std::size_t>(fact)]; }
  const PersonFacts* person(std::uint16_t number) const;
};

/// One fact of a leaf.
struct FactEntry {
  Fact fact;
  FactValue value;
};
/// Sorted by number; u8 number, u32 value each. Unknown is never written: an absent fact is unknown.
/// Precondition: `facts` is sorted by number.
Bytes encode_facts(std::span<const FactEntry> facts);
/// E-FACT if a fact is not in use, zero, repeated, unsorted or out of its domain.
Result<std::vector<FactEntry>> decode_facts(ByteView bytes);

/// The FactSet of an event from its event-level facts and (label, facts) of its leaves. E-FACT if a fact does not
/// belong to its leaf's item or scope, is stated twice, or stands on a part other than 0; E-LABEL if labels repeat, an
/// item or role is unknown, a person has no role, the case has one, or a person's roles differ between labels; E-LIMIT
/// over kPeopleMax.
Result<FactSet> collect_facts(std::span<const FactEntry> event_facts, std::span<const seal::Label> labels,
                              std::span<const Bytes> facts);

/// GSS code ("E06000049") to its fact value and back; nothing if it is not one.
std::optional<FactValue> area_code(std::string_view gss);
std::string area_name(FactValue value);

/// FNV-1a 32 of a name: the value of facts with a Party or Purpose domain; never 0. The same as directory::code_of.
FactValue code_of_name(std::string_view name);

/// A value for a person to read: "yes", "high", "17", "E06000049", "unknown"; of a party or purpose eight hexadecimal
/// digits.
std::string value_text(Fact fact, FactValue value);

}  // namespace concordat::contract
