// Sealing and opening compartments: the secret tree, keys with commitments, padding, leaves and the event digest.
//
// The construction is DESIGN 2.1 to 2.4; proto/seal/README.md is its page, byte for byte; proto/vectors/seal.json its
// vectors. Nothing here keeps state or locks; every function may be called from any thread. No function logs.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "proto/base/entropy.h"
#include "proto/base/ids.h"
#include "proto/base/result.h"
#include "proto/base/secret.h"
#include "proto/seal/label.h"

namespace concordat::seal {

using EventSecret = Secret<struct EventSecretTag, 32>;    ///< Root of an event's secrets; drawn once by seal_event().
using PersonSecret = Secret<struct PersonSecretTag, 32>;  ///< Of one person in an event, or of its case.
using Share = Secret<struct ShareTag, 32>;                ///< Of one compartment: what the broker hands out.
using ExchangeKey = Secret<struct ExchangeKeyTag, 32>;    ///< Held by agencies, never by the broker; one an epoch.

inline constexpr std::uint8_t kSuite = 1;  ///< BLAKE2b, ChaCha20-Poly1305 (IETF), Ed25519, X25519.

/// What every compartment of an event is bound to (associated data), beside its label.
struct Origin {
  std::string partnership;            ///< e.g. "cheshire-east".
  std::string agency;                 ///< Name of the source party.
  EventId event;
  std::uint32_t revision = 0;         ///< From 0.
  std::uint8_t kind = 0;              ///< concordat.v1.Kind.
  std::uint16_t schema_version = 1;
  std::uint32_t exchange_epoch = 0;   ///< Of the exchange key.
};

/// A compartment before sealing: its label, the facts derived from it (encoded, see proto/contract/facts.h) and its
/// plaintext (a standalone protobuf message).
struct Plain {
  Label label;
  Bytes facts;
  Bytes content;
};

/// A compartment as it travels and is kept.
struct Leaf {
  Label label;
  Bytes facts;
  Digest commitment;  ///< To the compartment's key: a ciphertext opens under one key only.
  Bytes ciphertext;   ///< Of the padded content, with its 16-byte tag.
};

/// Everything of an event but its header: made by seal_event, kept in the outbox and sent byte for byte.
struct SealedEvent {
  Bytes event_leaf;             ///< Encoded event leaf with its salt: event-level facts and tokens (proto/wire/event.h).
  std::vector<Leaf> leaves;     ///< In label order.
  std::vector<Digest> padding;  ///< Random hashes that fill the count to 8, 16, 24, 32, 48 or 64.
};

inline constexpr std::size_t kLeavesMax = 63;           ///< Compartments an event; the event leaf is the 64th.
inline constexpr std::size_t kContentBytesMax = 262140; ///< Plaintext of one compartment: the largest bucket less its length.
inline constexpr std::size_t kFactsBytesMax = 512;      ///< Encoded facts of one compartment.
inline constexpr std::size_t kOriginNameBytesMax = 96;  ///< Partnership and agency.

PersonSecret person_secret(const EventSecret& event, std::uint16_t person);
Share share_of(const PersonSecret& person, const Label& label);
Share share_of(const EventSecret& event, const Label& label);

struct SealedWithSecret {
  SealedEvent event;
  EventSecret secret;
};
/// Draws a secret and seals every compartment under it. E-LABEL: two compartments for one (person, item, part), one person
/// under two sets of roles, item 0, a case with roles. E-LIMIT: more than kLeavesMax, or a size over its bound above.
/// `entropy` is seal::SystemEntropy but in tests: 32 bytes for the secret, then the padding hashes, in one draw.
/// Cost: about 1.5 µs a compartment of 100 bytes. A key seals once: to send again, send the same bytes.
Result<SealedWithSecret> seal_event(const Origin& origin, const ExchangeKey& key, Bytes event_leaf, std::span<const Plain> plains,
                                    Entropy& entropy);

/// Opens one compartment: checks the commitment, the tag, the padding table and its zeroes. E-OPEN or E-PADDING.
/// Facts are not checked here: they are bound by the leaf's hash, so verify the origin too (digest_of_received).
Result<Bytes> open(const Origin& origin, const ExchangeKey& key, const Share& share, const Leaf& leaf);

Digest leaf_hash(const Leaf& leaf);
Digest event_leaf_hash(ByteView event_leaf);
/// Hashes of all leaves and the padding, sorted: what the event digest covers and a recipient gets bare.
std::vector<Digest> sorted_hashes(const SealedEvent& event);
/// Over the header's bytes and the sorted hashes. Precondition: `sorted` is sorted.
Digest event_digest(ByteView header, std::span<const Digest> sorted);

/// What a recipient recomputes before it checks the batch signature: the digest of an event of which it got some leaves
/// whole and bare hashes for the rest, in any order. E-PROOF unless the count is one of the table; E-LABEL if labels repeat.
Result<Digest> digest_of_received(ByteView header, std::span<const Leaf> granted, std::span<const Digest> others);

/// Hashes that an event of `leaves` leaves (the event leaf counted) shows: 8, 16, 24, 32, 48 or 64; nothing above.
std::optional<std::size_t> padded_count(std::size_t leaves);
/// Bytes that `content_bytes` of plaintext take once padded (without the tag); nothing above the largest bucket.
std::optional<std::size_t> padded_size(std::size_t content_bytes);
/// True if the count of hashes and the size of every ciphertext are of the tables: what the broker can see of the padding.
bool is_padded(const SealedEvent& event);

}  // namespace concordat::seal
