// What an opened event says to this desk: somebody's word (registration, preferences, consent), or a piece of news. Pure.
#pragma once

#include <optional>

#include "adapters/notify/record.h"
#include "adapters/sdk/opener.h"

namespace concordat::notify {

struct Filed {
  EventId event;
  Digest digest, corrects;
  Sequence place = 0;
  Pseudonym name;                    ///< Of the case; none: nobody can say whose it is.
  bool live = false;
  std::optional<Source> source;      ///< One of these two,
  std::optional<Telling> telling;    ///< or neither: a kind that this desk has no use for.
};

Filed read_filed(const sdk::OpenedEvent& event);

/// Which group of news an outcome or a movement is, and whether it is for a person whatever she chose.
struct Grouped {
  News group{};
  bool for_a_person = false;
};
Grouped group_of(contract::OutcomeKind kind);
Grouped group_of(contract::CustodyMovement movement);
/// README.md's table of both, as Markdown.
std::string mapping_table();

}  // namespace concordat::notify
