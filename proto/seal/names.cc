// Keyed names: commitments to bodies, tokens, event ids and pseudonyms. See box.h.
#include "proto/base/invariant.h"
#include "proto/seal/blake2b.h"
#include "proto/seal/box.h"

namespace concordat::seal {

Digest commitment(ByteView salt, ByteView body) {
  INVARIANT(salt.size() >= 16 && salt.size() <= 64, "a salt that can be guessed hides nothing");
  return Blake2b<Digest>(purpose::kBodyCommitment, salt).raw(body).finish();
}

Token token(const LinkageKey& key, std::string_view domain, std::string_view normalised_identifier) {
  return Blake2b<Token>(purpose::kToken, key.view()).sized(domain).sized(normalised_identifier).finish();
}

EventId event_id(const EventIdKey& key, std::string_view source_system, std::string_view reference,
                 std::uint32_t revision) {
  return Blake2b<EventId>(purpose::kEventId, key.view()).sized(source_system).sized(reference).u32(revision).finish();
}

Pseudonym pseudonym(const PseudonymKey& key, std::string_view desk, ByteView person) {
  using Whole = FixedBytes<struct WholePseudonymTag, 16>;
  const auto whole = Blake2b<Whole>(purpose::kPseudonym, key.view()).sized(desk).sized(person).finish();
  return *Pseudonym::from(whole.view().substr(0, Pseudonym::kSize));
}

}  // namespace concordat::seal
