// Proof of origin: signatures over batches, decisions, directory entries; each with its own context string. DESIGN 2.3, 2.5.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/entropy.h"
#include "proto/base/ids.h"
#include "proto/base/result.h"
#include "proto/base/secret.h"

namespace concordat::seal {

using SigningKey = Secret<struct SigningKeyTag, 64>;            ///< Ed25519, libsodium's form (seed and public key).
using VerifyKey = FixedBytes<struct VerifyKeyTag, 32>;
using Signature = FixedBytes<struct SignatureTag, 64>;

struct SigningPair {
  SigningKey secret;
  VerifyKey verify;
};
SigningPair new_signing_pair(Entropy& entropy);

/// Contexts: what a signature is for. A signature made for one never verifies for another.
namespace context {
inline constexpr std::string_view kBatch = "concordat/v1/batch";
inline constexpr std::string_view kDecision = "concordat/v1/decision";
inline constexpr std::string_view kDirectoryEntry = "concordat/v1/directory-entry";
inline constexpr std::string_view kDirectory = "concordat/v1/directory";
inline constexpr std::string_view kAgreement = "concordat/v1/agreement";
inline constexpr std::string_view kSession = "concordat/v1/session";
inline constexpr std::string_view kAcceptance = "concordat/v1/acceptance";
inline constexpr std::string_view kCheckpoint = "concordat/v1/checkpoint";
}  // namespace context

/// Ed25519 over u8 length of context, context, message. Precondition: the context has 1 to 64 bytes.
Signature sign(const SigningKey& key, std::string_view context, ByteView message);
bool verifies(const VerifyKey& key, std::string_view context, ByteView message, const Signature& signature);

/// What a batch signature covers besides the digests.
struct BatchStatement {
  std::string agency;
  std::string adapter;
  OutboxEpoch outbox_epoch;
  std::uint64_t first_sequence = 0;  ///< Of the first event; the n-th event of the batch has first_sequence + n.
  std::string broker;                ///< The destination.

  friend bool operator==(const BatchStatement&, const BatchStatement&) = default;
};
inline constexpr std::size_t kBatchDigestsMax = 64;

/// Over the statement and the hash of the list of digests with its count. Precondition: 1 to kBatchDigestsMax digests; a
/// signature over none or more never verifies. Cost: sign 55 µs, verify 70 to 140 µs.
Signature sign_batch(const SigningKey& key, const BatchStatement& statement, std::span<const Digest> digests);
bool batch_verifies(const VerifyKey& key, const BatchStatement& statement, std::span<const Digest> digests, const Signature& signature);

/// BLAKE2b-256 with a context as its key: for hashes of files, statements and decisions. Precondition: the context has 1 to 64
/// bytes.
Digest hash(std::string_view context, ByteView message);

}  // namespace concordat::seal
