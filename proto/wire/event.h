// An event as it travels: public header, event leaf, sealed compartments, and the batch that signs up to 64 of them.
// Bytes are protobuf (proto/schema/concordat/v1/frame.proto); what is hashed or signed is always the bytes received,
// never a re-encoding. proto/README.md describes them for clients in any language.
#pragma once

#include <span>
#include <vector>

#include "proto/base/ids.h"
#include "proto/base/result.h"
#include "proto/base/time.h"
#include "proto/contract/facts.h"
#include "proto/seal/box.h"
#include "proto/seal/proof.h"
#include "proto/seal/seal.h"
#include "proto/wire/limits.h"

namespace concordat::wire {

/// The public header (DESIGN 2.4): all that may be read without being the broker or a recipient.
struct Header {
  std::uint16_t version = 1;
  bool live = false;                  ///< Environment; false is test.
  EventId event;
  std::string source;                 ///< Party name.
  Instant time;                       ///< When it happened, as the source says.
  std::uint32_t revision = 0;
  Digest corrects;                    ///< Event digest of the revision corrected; none for revision 0.
  bool withdrawn = false;             ///< A correction that takes everything back.
  std::uint32_t exchange_epoch = 0;
};
/// Decoders of this header refuse as those of session.h do. Encoders check nothing: what is over a
/// limit, the peer refuses.
Bytes encode(const Header& header);
Result<Header> decode_header(ByteView bytes);

/// Identifier types of tokens. Strong ones link for disclosure; weak ones raise a task for a person. DESIGN 1.5.
enum class TokenType : std::uint8_t {
  NhsNumber = 1, Pnc = 2, Cro = 3, Noms = 4, Crn = 5, Urn = 6, AsnOffence = 7,  // strong
  NameAndBirth = 32, Phone = 33, Address = 34,                                   // weak
};
inline constexpr bool is_strong(TokenType type) { return static_cast<std::uint8_t>(type) < 32; }

struct TokenEntry {
  std::uint16_t person = 0;           ///< 0: of the case.
  TokenType type{};
  std::uint32_t epoch = 0;            ///< Of the linkage key.
  Token token;
  friend auto operator<=>(const TokenEntry&, const TokenEntry&) = default;
};

/// The event leaf: what belongs to the event and to no item. Read by the broker only; recipients get its hash.
struct EventLeaf {
  Digest salt;
  std::uint8_t kind = 0;
  std::uint16_t schema_version = 1;
  std::vector<contract::FactEntry> facts;   ///< Facts without an item, e.g. historic.
  std::vector<TokenEntry> tokens;
};
Bytes encode(const EventLeaf& leaf);
Result<EventLeaf> decode_event_leaf(ByteView bytes);

/// One event of a batch: header bytes and everything sealed.
struct Event {
  Bytes header;
  seal::SealedEvent sealed;
};
Bytes encode(const Event& event);
Result<Event> decode_event(ByteView bytes);
/// Digest over header and leaves as they are.
Digest digest_of(const Event& event);

/// What an adapter sends: statement, events, the box with their secrets, one signature.
struct Batch {
  seal::BatchStatement statement;
  std::uint32_t broker_key = 0;       ///< Id of the broker's epoch key that `secrets` is boxed to.
  std::vector<Bytes> events;          ///< Encoded events.
  Bytes secrets;                      ///< seal::box_secrets, bound to the encoded statement.
  seal::Signature signature;
};
Bytes encode(const Batch& batch);
Result<Batch> decode_batch(ByteView bytes);
/// The statement in a fixed layout (not protobuf): associated data of the secrets box.
Bytes encode(const seal::BatchStatement& statement);

/// What proves origin to a recipient: travels once a delivery frame, kept once a batch.
struct BatchProof {
  seal::BatchStatement statement;
  std::vector<Digest> digests;
  seal::Signature signature;
};
Bytes encode(const BatchProof& proof);
Result<BatchProof> decode_batch_proof(ByteView bytes);

}  // namespace concordat::wire
