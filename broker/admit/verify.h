// admit, first half: everything about a batch that needs no state: whose it is, that it is proven, well-formed and opens for us.
// Pure and self-contained, so that it runs on a loop of its own beside the core.
#pragma once

#include <vector>

#include "broker/core/input.h"
#include "proto/directory/directory.h"
#include "proto/seal/box.h"

namespace concordat::broker {

/// The broker's box keys by id, newest last; rotation adds before it removes.
struct BrokerKeys {
  struct Entry {
    std::uint32_t id = 0;
    seal::BoxPair pair;
  };
  std::vector<Entry> entries;
  const seal::BoxPair* find(std::uint32_t id) const;
};

/// Verifies one Publish of a session. Per-event faults (E-FRAME, E-LABEL, E-FACT, E-LIMIT, E-ENVIRONMENT, E-SENDER) refuse that
/// event; faults of the whole batch (E-FRAME, E-SENDER, E-PROOF) refuse all of its numbers and come back as BatchRefused.
/// Cost: one Ed25519 verification and one X25519 a batch, then about 10 µs an event of ten compartments.
std::variant<BatchArrived, BatchRefused> verify_batch(SessionId session, ByteView encoded, const std::string& client,
                                                      const directory::Directory& directory, const BrokerKeys& keys);

}  // namespace concordat::broker
