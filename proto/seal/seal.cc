// The secret tree and the sealing and opening of compartments: see seal.h. Leaves and digests are in leaf.cc.
#include "proto/seal/seal.h"

#include <algorithm>

#include "proto/seal/aead.h"
#include "proto/seal/blake2b.h"
#include "proto/seal/padding.h"

namespace concordat::seal {
namespace {

constexpr std::size_t kPaddingHashesMax = 15;  // From 17 to 32 or from 33 to 48 leaves the table's steps are widest.

/// The first half is the compartment's key, the second its commitment.
using KeyAndCommitment = Secret<struct KeyAndCommitmentTag, 64>;

/// The associated data that all compartments of an event share; each adds its label.
Bytes encode(const Origin& origin) {
  Writer writer;
  writer.u8(kSuite).sized(origin.partnership).sized(origin.agency).raw(origin.event.view()).u32(origin.revision);
  writer.u8(origin.kind).u16(origin.schema_version).u32(origin.exchange_epoch);
  return writer.take();
}

KeyAndCommitment derive(const Share& share, const ExchangeKey& exchange, ByteView origin, const Label& label) {
  return Blake2b<KeyAndCommitment>(purpose::kKey, share.view()).raw(exchange.view()).raw(origin).label(label).finish();
}

Leaf seal_one(const Share& share, const ExchangeKey& exchange, ByteView origin, const Plain& plain) {
  const KeyAndCommitment keys = derive(share, exchange, origin, plain.label);
  Leaf leaf{plain.label, plain.facts, *Digest::from(keys.view().substr(32)), pad(plain.content, kTagBytes)};
  seal_once(keys.data(), {}, leaf.ciphertext);
  return leaf;
}

std::string named(const Label& label) {
  return "item " + std::to_string(label.item) + " part " + std::to_string(label.part) + " of person " +
         std::to_string(label.person);
}

Result<int> check(const Origin& origin) {
  for (const ByteView name : {ByteView(origin.partnership), ByteView(origin.agency)}) {
    if (name.empty() || name.size() > kOriginNameBytesMax) {
      return fail(Fault::Malformed, code::kLimit,
                  "partnership and agency have 1 to " + std::to_string(kOriginNameBytesMax) + " bytes");
    }
  }
  return 0;
}

Result<int> check(const Plain& plain) {
  if (!plain.label.valid())
    return fail(Fault::Malformed, code::kLabel, named(plain.label) + ": no item, or a case with roles");
  if (plain.content.size() > kContentBytesMax)
    return fail(Fault::Malformed, code::kLimit, named(plain.label) + ": content too long");
  if (plain.facts.size() > kFactsBytesMax)
    return fail(Fault::Malformed, code::kLimit, named(plain.label) + ": too many facts");
  return 0;
}

/// Two neighbours in label order. One person has one set of roles, so that places that repeat are always neighbours.
Result<int> check_neighbours(const Label& before, const Label& label) {
  if (label.same_place(before)) return fail(Fault::Malformed, code::kLabel, named(label) + " appears twice");
  if (label.person == before.person && label.roles != before.roles) {
    return fail(Fault::Malformed, code::kLabel, named(label) + ": the person has other roles elsewhere in the event");
  }
  return 0;
}

/// The compartments in label order, all checked: nothing is sealed of an event that is refused.
Result<std::vector<const Plain*>> in_order(std::span<const Plain> plains) {
  if (plains.size() > kLeavesMax) {
    return fail(Fault::Malformed, code::kLimit,
                std::to_string(plains.size()) + " compartments, at most " + std::to_string(kLeavesMax));
  }
  std::vector<const Plain*> order;
  order.reserve(plains.size());
  for (const Plain& plain : plains) {
    TRY_VOID(check(plain));
    order.push_back(&plain);
  }
  std::sort(order.begin(), order.end(), [](const Plain* a, const Plain* b) { return a->label < b->label; });
  for (std::size_t i = 1; i < order.size(); ++i) TRY_VOID(check_neighbours(order[i - 1]->label, order[i]->label));
  return order;
}

/// The event secret and the hashes that fill up the count, from one call to the system.
EventSecret draw(Entropy& entropy, std::vector<Digest>& padding) {
  Secret<struct DrawTag, EventSecret::kSize + kPaddingHashesMax * Digest::kSize> drawn;
  entropy.fill({drawn.data(), EventSecret::kSize + padding.size() * Digest::kSize});
  for (std::size_t i = 0; i < padding.size(); ++i) {
    padding[i] = *Digest::from(drawn.view().substr(EventSecret::kSize + i * Digest::kSize, Digest::kSize));
  }
  return *EventSecret::from(drawn.view().substr(0, EventSecret::kSize));
}

}  // namespace

PersonSecret person_secret(const EventSecret& event, std::uint16_t person) {
  return Blake2b<PersonSecret>(purpose::kPerson, event.view()).u16(person).finish();
}

Share share_of(const PersonSecret& person, const Label& label) {
  return Blake2b<Share>(purpose::kShare, person.view()).label(label).finish();
}

Share share_of(const EventSecret& event, const Label& label) {
  return share_of(person_secret(event, label.person), label);
}

Result<SealedWithSecret> seal_event(const Origin& origin, const ExchangeKey& key, Bytes event_leaf,
                                    std::span<const Plain> plains, Entropy& entropy) {
  TRY_VOID(check(origin));
  TRY(const auto order, in_order(plains));
  SealedWithSecret sealed{
      {std::move(event_leaf), {}, std::vector<Digest>(*padded_count(order.size() + 1) - order.size() - 1)}, {}};
  sealed.secret = draw(entropy, sealed.event.padding);

  const Bytes bound = encode(origin);
  sealed.event.leaves.reserve(order.size());
  std::optional<std::uint16_t> whose;
  PersonSecret person;
  for (const Plain* plain : order) {
    if (whose != plain->label.person) person = person_secret(sealed.secret, plain->label.person);
    whose = plain->label.person;
    sealed.event.leaves.push_back(seal_one(share_of(person, plain->label), key, bound, *plain));
  }
  return sealed;
}

Result<Bytes> open(const Origin& origin, const ExchangeKey& key, const Share& share, const Leaf& leaf) {
  if (leaf.ciphertext.size() < kTagBytes || !is_bucket(leaf.ciphertext.size() - kTagBytes)) {
    return fail(Fault::Malformed, code::kPadding, named(leaf.label) + ": its size is none of the table");
  }
  const KeyAndCommitment keys = derive(share, key, encode(origin), leaf.label);
  if (sodium_memcmp(keys.data() + 32, leaf.commitment.bytes.data(), Digest::kSize) != 0) {
    return fail(Fault::Malformed, code::kOpen, named(leaf.label) + ": the commitment is to another key");
  }
  auto padded = open_once(keys.data(), {}, leaf.ciphertext);
  if (!padded) return fail(Fault::Malformed, code::kOpen, named(leaf.label) + ": the ciphertext was changed");
  auto content = unpad(std::move(*padded));
  if (!content) return fail(Fault::Malformed, code::kPadding, named(leaf.label) + ": length and filling do not fit");
  return *std::move(content);
}

}  // namespace concordat::seal
