// Tapes: what the simulated adapters send. A tape is an outbox, sealed and signed once a process and played by many seeds, together
// with what its writer knows of each event, so that the ledger need not believe what the broker says it read.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/draft.h"

namespace concordat::sim {

using test::Cast;
using test::Dice;
using test::Sealed;

/// One event as its sender knows it.
struct TapeEvent {
  Sealed sealed;
  PartyNumber source;
  contract::FactSet facts;
  std::vector<std::pair<std::uint16_t, std::string>> known;  ///< People by identifier.
  Instant happened;
  Digest corrects;
  bool withdrawn = false;
  std::vector<std::string> offences;                           ///< That it is about.
  std::vector<std::pair<std::uint16_t, std::string>> names;    ///< People by name and birth.
};

struct TapeBatch {
  Bytes bytes;
  std::uint64_t first_sequence = 0;
  std::vector<std::size_t> events;  ///< Indices into Tape::events.
};

struct Tape {
  std::string adapter;
  OutboxEpoch epoch;
  std::vector<TapeEvent> events;
  std::vector<TapeBatch> batches;
};

inline constexpr std::uint64_t kTapesOfAnAdapter = 24;

/// Makes tapes as they are asked for, and keeps them: the same number is the same tape in every process.
class TapeShelf {
 public:
  explicit TapeShelf(const Cast& cast) : cast_(cast) {}
  const Tape& tape(const std::string& adapter, std::uint64_t number);
  /// verify_batch is pure: it is run once for each batch and directory, and its result is copied after that. `version` is of `directory`
  /// as far as verification is concerned: two directories under one version verify alike.
  broker::Input verified(broker::SessionId session, const Tape& tape, std::size_t batch, const directory::Directory& directory, std::uint64_t version);

 private:
  struct Kept {
    std::optional<broker::BatchRefused> refused;
    seal::BatchStatement statement;
    Bytes proof;
    std::vector<std::pair<EventId, std::variant<Error, broker::VerifiedEvent>>> events;
  };
  const Kept& keep(const Tape& tape, std::size_t batch, const directory::Directory& directory, std::uint64_t version);

  const Cast& cast_;
  std::map<std::pair<std::string, std::uint64_t>, std::unique_ptr<Tape>> tapes_;
  std::map<std::tuple<const Tape*, std::size_t, std::uint64_t>, Kept> verified_;
};

}  // namespace concordat::sim
