// Boxes of event secrets, of shares, and of bytes under a symmetric key: see box.h.
#include "proto/seal/box.h"

#include "proto/base/invariant.h"
#include "proto/seal/aead.h"
#include "proto/seal/agree.h"
#include "proto/seal/keys.h"

namespace concordat::seal {
namespace {

constexpr std::uint8_t kBoxVersion = 1;
constexpr std::size_t kSecretsHead = 1 + BoxPublic::kSize;        // Version, ephemeral public key.
constexpr std::size_t kEntryBytes = Label::kSize + Share::kSize;  // Of a box of shares.
static_assert(kEncryptOverhead == 1 + kNonceBytes + kTagBytes);

using OnceKey = Secret<struct OnceKeyTag, 32>;

OnceKey key_of_secrets(const Agreed& agreed, const BoxPublic& ephemeral, const BoxPublic& broker) {
  return Blake2b<OnceKey>(purpose::kBoxSecrets, agreed.view()).raw(ephemeral.view()).raw(broker.view()).finish();
}

auto no_secrets(const char* why) {
  return fail(Fault::Unauthenticated, code::kProof, std::string("box of event secrets: ") + why);
}

/// Every form with version and random nonce goes through this pair.
Bytes close(const std::uint8_t* key, ByteView bound, ByteView plain, Entropy& entropy) {
  Bytes box;
  box.reserve(plain.size() + kEncryptOverhead);
  box.push_back(static_cast<char>(kBoxVersion));
  seal_again(key, bound, plain, entropy, box);
  return box;
}

std::optional<Bytes> disclose(const std::uint8_t* key, ByteView bound, ByteView box) {
  if (box.size() < kEncryptOverhead || static_cast<std::uint8_t>(box[0]) != kBoxVersion) return std::nullopt;
  return open_again(key, bound, box.substr(1));
}

Result<std::vector<LabelledShare>> read_shares(ByteView entries) {
  std::vector<LabelledShare> shares;
  shares.reserve(entries.size() / kEntryBytes);
  for (; !entries.empty(); entries.remove_prefix(kEntryBytes)) {
    const auto label = Label::decode(entries.substr(0, Label::kSize));
    if (!label || (!shares.empty() && *label <= shares.back().label)) {
      return fail(Fault::Malformed, code::kLabel,
                  "box of shares: label " + std::to_string(shares.size()) + " repeats or names nothing");
    }
    shares.push_back({*label, *Share::from(entries.substr(Label::kSize, Share::kSize))});
  }
  return shares;
}

}  // namespace

Result<Bytes> box_secrets(const BoxPublic& broker, std::span<const EventSecret> secrets, ByteView bound,
                          Entropy& entropy) {
  INVARIANT(secrets.size() <= kBoxedSecretsMax, "a batch has at most 64 events");
  const BoxPair ephemeral = new_box_pair(entropy);
  const auto agreed = agree(ephemeral.secret, broker);
  if (!agreed) return no_secrets("the broker's public key is of low order");

  Bytes sealed;
  sealed.reserve(secrets.size() * EventSecret::kSize + kTagBytes);
  for (const EventSecret& secret : secrets) sealed.append(secret.view());
  sealed.append(kTagBytes, '\0');
  seal_once(key_of_secrets(*agreed, ephemeral.open, broker).data(), bound, sealed);
  return Writer().u8(kBoxVersion).raw(ephemeral.open.view()).raw(sealed).take();
}

Result<std::vector<EventSecret>> unbox_secrets(const BoxPair& broker, ByteView box, ByteView bound, std::size_t count) {
  if (count > kBoxedSecretsMax || box.size() != kSecretsHead + count * EventSecret::kSize + kTagBytes)
    return no_secrets("its size is wrong");
  if (static_cast<std::uint8_t>(box[0]) != kBoxVersion) return no_secrets("its version is not known");
  const auto ephemeral = *BoxPublic::from(box.substr(1, BoxPublic::kSize));
  const auto agreed = agree(broker.secret, ephemeral);
  if (!agreed) return no_secrets("its public key is of low order");
  auto plain = open_once(key_of_secrets(*agreed, ephemeral, broker.open).data(), bound, box.substr(kSecretsHead));
  if (!plain) return no_secrets("changed, for another key or another batch");

  std::vector<EventSecret> secrets;
  secrets.reserve(count);
  for (std::size_t i = 0; i < count; ++i)
    secrets.push_back(*EventSecret::from(ByteView(*plain).substr(i * EventSecret::kSize, EventSecret::kSize)));
  wipe(*plain);
  return secrets;
}

Bytes box_shares(const SessionKey& key, std::span<const LabelledShare> shares, ByteView bound, Entropy& entropy) {
  INVARIANT(shares.size() <= kLeavesMax, "an event has at most 63 compartments");
  Bytes plain;
  plain.reserve(shares.size() * kEntryBytes);
  for (std::size_t i = 0; i < shares.size(); ++i) {
    INVARIANT(i == 0 || shares[i - 1].label < shares[i].label, "shares go out in label order, each once");
    plain.append(shares[i].label.encode()).append(shares[i].share.view());
  }
  Bytes box = close(key.data(), bound, plain, entropy);
  wipe(plain);
  return box;
}

Result<std::vector<LabelledShare>> unbox_shares(const SessionKey& key, ByteView box, ByteView bound) {
  if (box.size() > kEncryptOverhead + kLeavesMax * kEntryBytes)
    return fail(Fault::Malformed, code::kBox, "box of shares: too long");
  auto plain = disclose(key.data(), bound, box);
  if (!plain || plain->size() % kEntryBytes != 0) return fail(Fault::Unauthenticated, code::kBox, "box of shares");
  auto shares = read_shares(*plain);
  wipe(*plain);
  return shares;
}

Bytes encrypt(const SymmetricKey& key, ByteView plain, ByteView bound, Entropy& entropy) {
  return close(key.data(), bound, plain, entropy);
}

Result<Bytes> decrypt(const SymmetricKey& key, ByteView box, ByteView bound) {
  auto plain = disclose(key.data(), bound, box);
  if (!plain)
    return fail(Fault::Corrupt, code::kCipher, "changed, or encrypted under another key or as something else");
  return *std::move(plain);
}

}  // namespace concordat::seal
