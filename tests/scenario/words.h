// The words of the plays: who may send and read, and what may be said of people and events. Everything that belongs to one kind of event
// is in the tables of words.cc: a new kind adds a row there and nothing else.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "adapters/sdk/draft.h"
#include "proto/base/result.h"
#include "proto/base/time.h"
#include "proto/contract/vocabulary.h"

namespace concordat::scenario {

/// A short word of the plays and the name that it stands for.
struct Named {
  std::string_view word;
  std::string_view name;
};

/// "police" → the adapter that sends for it.
std::span<const Named> senders();
/// "Crewe" → the GSS code of its local authority.
std::span<const Named> areas();
/// "the council" → "cheshire-east-council"; any other word as it is.
std::string party_named(std::string_view word);

/// What is set in an event: a path of the contract (adapters/sdk/path.h) and its value. In a value `*` is what the phrase says, and
/// `$born`, `$nhs`, `$pnc`, `$area`, `$party` are made from it or from the person's name.
struct Sets {
  std::string_view path;
  std::string_view value;
};
/// "DASH *" and what it sets.
struct Phrase {
  std::string_view words;
  std::array<Sets, 3> sets;
};

/// What may be said of a person.
std::span<const Phrase> traits();
/// What may be said of an event of this kind beside its people.
std::span<const Phrase> phrases(contract::Kind kind);
/// What every event of this kind says unless the play says otherwise.
std::span<const Sets> always(contract::Kind kind);

/// Sets what `phrase` says. `prefix` is "child[1]." of a person, empty of the event; `name` is the person's. E-WORD with the nearest right
/// words; what set_path complains of.
Result<int> say(sdk::Draft& draft, std::string_view prefix, std::string_view name, std::span<const Phrase> table, std::string_view phrase, Instant now);
Result<int> set(sdk::Draft& draft, std::string_view prefix, std::string_view name, const Sets& sets, std::string_view said, Instant now);

/// True if `text` is said as `pattern` says, in which one `*` stands for `said`.
bool matches(std::string_view pattern, std::string_view text, std::string_view& said);

}  // namespace concordat::scenario
