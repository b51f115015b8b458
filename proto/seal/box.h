// Boxes: event secrets to the broker (one a batch), shares to a desk (one a delivery, keys agreed once a session), record
// bodies and files under symmetric keys. DESIGN 2.2, 2.3, 2.5, 2.6.
#pragma once

#include <span>
#include <vector>

#include "proto/base/entropy.h"
#include "proto/base/ids.h"
#include "proto/base/result.h"
#include "proto/base/secret.h"
#include "proto/seal/label.h"
#include "proto/seal/seal.h"

namespace concordat::seal {

using BoxSecret = Secret<struct BoxSecretTag, 32>;       ///< X25519.
using BoxPublic = FixedBytes<struct BoxPublicTag, 32>;
using SessionKey = Secret<struct SessionKeyTag, 32>;
using SymmetricKey = Secret<struct SymmetricKeyTag, 32>; ///< XChaCha20-Poly1305 with random nonces.

struct BoxPair {
  BoxSecret secret;
  BoxPublic open;  ///< The public half.
};
BoxPair new_box_pair(Entropy& entropy);

inline constexpr std::size_t kBoxedSecretsMax = 64;  ///< Events a batch.

/// The event secrets of a batch, to the broker's epoch key: ephemeral X25519, then ChaCha20-Poly1305 under a key that seals
/// once; `bound` (the encoded batch statement) is associated data. E-PROOF if the broker's key is of low order (no key at all,
/// as when a directory entry is empty). Precondition: at most kBoxedSecretsMax secrets. Cost: two X25519, about 100 µs.
Result<Bytes> box_secrets(const BoxPublic& broker, std::span<const EventSecret> secrets, ByteView bound, Entropy& entropy);
/// E-PROOF unless it opens to exactly `count` secrets.
Result<std::vector<EventSecret>> unbox_secrets(const BoxPair& broker, ByteView box, ByteView bound, std::size_t count);

/// The key of a broker's session with a desk, from ephemeral-static and static-static X25519 (both contribute), bound to
/// broker name, desk name, desk key id and session epoch (`bound`). The two sides compute the same key. E-PROOF if a public
/// key is of low order (the shared secret would be zero). Cost: two X25519, about 100 µs.
Result<SessionKey> session_key_of_broker(const BoxPair& ephemeral, const BoxPair& broker, const BoxPublic& desk, ByteView bound);
Result<SessionKey> session_key_of_desk(const BoxPublic& ephemeral, const BoxPublic& broker, const BoxPair& desk, ByteView bound);

/// A share with the label it opens.
struct LabelledShare {
  Label label;
  Share share;
};
/// Shares of one delivery. `bound`: delivery number, event digest, hash of the decision statement, log sequence.
/// Precondition: in strictly ascending label order (as SealedEvent::leaves are), at most kLeavesMax. Cost: about 2 µs.
Bytes box_shares(const SessionKey& key, std::span<const LabelledShare> shares, ByteView bound, Entropy& entropy);
/// E-BOX if it was changed or is for another session or delivery; E-LABEL if labels repeat, are unsorted or name nothing.
Result<std::vector<LabelledShare>> unbox_shares(const SessionKey& key, ByteView box, ByteView bound);

inline constexpr std::size_t kEncryptOverhead = 41;  ///< Bytes that encrypt() adds: version, nonce, tag.

/// XChaCha20-Poly1305: version, random 24-byte nonce, ciphertext, tag. `bound` says what it is (kind of thing, number, owner).
Bytes encrypt(const SymmetricKey& key, ByteView plain, ByteView bound, Entropy& entropy);
/// E-CIPHER if it was changed, or made under another key or for something else.
Result<Bytes> decrypt(const SymmetricKey& key, ByteView box, ByteView bound);

/// Commitment to a record body under a salt kept inside the body: BLAKE2b-256 keyed with the salt. Precondition: the salt
/// has 16 to 64 bytes.
Digest commitment(ByteView salt, ByteView body);

/// Keyed hashes of DESIGN 1.5 and 2.4. `domain` separates identifier type, partnership and key epoch; the caller normalises
/// the identifier. A pseudonym is one desk's name for one person: two desks cannot compare theirs.
using LinkageKey = Secret<struct LinkageKeyTag, 32>;
using EventIdKey = Secret<struct EventIdKeyTag, 32>;
Token token(const LinkageKey& key, std::string_view domain, std::string_view normalised_identifier);
EventId event_id(const EventIdKey& key, std::string_view source_system, std::string_view reference, std::uint32_t revision);
using PseudonymKey = Secret<struct PseudonymKeyTag, 32>;
Pseudonym pseudonym(const PseudonymKey& key, std::string_view desk, ByteView person);

}  // namespace concordat::seal
