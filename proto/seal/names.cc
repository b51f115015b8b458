// Keyed names: commitments to bodies, tokens and their domains, event ids and pseudonyms. See box.h, token_domain.h.
#include <iterator>

#include "proto/base/invariant.h"
#include "proto/seal/blake2b.h"
#include "proto/seal/box.h"
#include "proto/seal/token_domain.h"

namespace concordat::seal {

Digest commitment(ByteView salt, ByteView body) {
  INVARIANT(salt.size() >= 16 && salt.size() <= 64, "a salt that can be guessed hides nothing");
  return Blake2b<Digest>(purpose::kBodyCommitment, salt).raw(body).finish();
}

Token token(const LinkageKey& key, std::string_view domain, std::string_view normalised_identifier) {
  return Blake2b<Token>(purpose::kToken, key.view()).sized(domain).sized(normalised_identifier).finish();
}

std::string token_domain(std::string_view partnership, std::uint8_t identifier_type, std::uint32_t linkage_epoch) {
  static constexpr std::string_view kWords[] = {"", "nhs-number", "pnc", "cro", "noms", "crn", "urn", "asn-offence"};
  INVARIANT(identifier_type != 0 && identifier_type < std::size(kWords), "only strong identifiers become tokens");
  return std::string(partnership) + "/" + std::string(kWords[identifier_type]) + "/" + std::to_string(linkage_epoch);
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
