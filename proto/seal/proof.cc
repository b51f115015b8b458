// Proof of origin: signatures in contexts, and hashes in contexts. See proof.h.
#include "proto/seal/proof.h"

#include "proto/base/invariant.h"
#include "proto/seal/blake2b.h"

namespace concordat::seal {
namespace {

constexpr std::size_t kContextBytesMax = 64;

Bytes in_context(std::string_view context, ByteView message) {
  INVARIANT(!context.empty() && context.size() <= kContextBytesMax, "a context is a short constant of the program");
  return Writer().u8(static_cast<std::uint8_t>(context.size())).raw(context).raw(message).take();
}

Bytes message_of(const BatchStatement& statement, std::span<const Digest> digests) {
  Blake2b<Digest> list(purpose::kBatchList);
  list.u16(static_cast<std::uint16_t>(digests.size()));
  for (const Digest& digest : digests) list.raw(digest.view());
  Writer writer;
  writer.sized(statement.agency)
      .sized(statement.adapter)
      .u64(statement.outbox_epoch.value)
      .u64(statement.first_sequence);
  writer.sized(statement.broker).u16(static_cast<std::uint16_t>(digests.size())).raw(list.finish().view());
  return writer.take();
}

bool countable(std::span<const Digest> digests) { return !digests.empty() && digests.size() <= kBatchDigestsMax; }

}  // namespace

SigningPair new_signing_pair(Entropy& entropy) {
  Secret<struct SeedTag, crypto_sign_SEEDBYTES> seed;
  entropy.fill({seed.data(), seed.kSize});
  SigningPair pair;
  crypto_sign_seed_keypair(pair.verify.bytes.data(), pair.secret.data(), seed.data());
  return pair;
}

Signature sign(const SigningKey& key, std::string_view context, ByteView message) {
  const Bytes signed_bytes = in_context(context, message);
  Signature signature;
  crypto_sign_detached(signature.bytes.data(), nullptr, raw(signed_bytes), signed_bytes.size(), key.data());
  return signature;
}

bool verifies(const VerifyKey& key, std::string_view context, ByteView message, const Signature& signature) {
  const Bytes signed_bytes = in_context(context, message);
  return crypto_sign_verify_detached(signature.bytes.data(), raw(signed_bytes), signed_bytes.size(),
                                     key.bytes.data()) == 0;
}

Signature sign_batch(const SigningKey& key, const BatchStatement& statement, std::span<const Digest> digests) {
  INVARIANT(countable(digests), "a batch has 1 to 64 events");
  return sign(key, context::kBatch, message_of(statement, digests));
}

bool batch_verifies(const VerifyKey& key, const BatchStatement& statement, std::span<const Digest> digests,
                    const Signature& signature) {
  return countable(digests) && verifies(key, context::kBatch, message_of(statement, digests), signature);
}

Digest hash(std::string_view context, ByteView message) {
  INVARIANT(!context.empty() && context.size() <= kContextBytesMax, "a context is a short constant of the program");
  return Blake2b<Digest>(purpose::kHash, context).raw(message).finish();
}

}  // namespace concordat::seal
