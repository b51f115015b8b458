// The directory's nouns: who the parties, desks, adapters and clients are, with which keys, and what each may assert.
// A Directory is an immutable, consistent value: it was signed, countersigned and checked (bundle.h) before it became one.
// It may be shared between threads by const reference. DESIGN 4.1.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/ids.h"
#include "proto/base/result.h"
#include "proto/base/time.h"
#include "proto/contract/vocabulary.h"
#include "proto/seal/box.h"
#include "proto/seal/proof.h"

namespace concordat::directory {

enum class Environment : std::uint8_t { Live = 1, Test = 2 };

using TransportKey = FixedBytes<struct TransportKeyTag, 32>;  ///< CurveZMQ public key, raw (not Z85).

/// Somebody at a party who signs agreements for it, e.g. role "caldicott_guardian". A role may have several: what a former
/// holder signed stays good while that key is listed.
struct Signatory {
  std::string role;
  seal::VerifyKey verify;
};

/// The most keys of one purpose that an owner may have at once: rotation adds the new one, then takes the old one away.
inline constexpr std::size_t kKeysMax = 4;

/// A controller in law. Desks, adapters and clients belong to one.
struct Party {
  PartyNumber number;                        ///< Permanent; 0 is nobody.
  std::string name;                          ///< "cheshire-constabulary": lower case, digits, hyphens.
  std::string title;                         ///< "Cheshire Constabulary".
  contract::DeskRole role;                   ///< What the party is: police, hospital, local_authority, …
  seal::VerifyKey verify;                    ///< Signs the party's own directory entry; the newest.
  std::vector<seal::VerifyKey> verify_also;  ///< Older ones that still hold.
  std::vector<Signatory> signatories;
  std::vector<contract::Kind> asserts;       ///< Kinds that the party's adapters may publish; sorted.
  std::uint32_t serial = 0;                  ///< Of its entry; rises whenever the party writes a new one.
  Digest entry;                              ///< Of the entry's signed bytes.
  bool suspended = false;

  bool has_key(const seal::VerifyKey& key) const;
};

/// A public key of a desk or broker with its number; rotation adds before it removes, so there may be two.
struct BoxKey {
  std::uint32_t id = 0;
  seal::BoxPublic open;
};

/// Where events are read: a role of a party, for an area, with keys and a mailbox of its own.
struct Desk {
  DeskNumber number;                         ///< Permanent; 0 is no desk.
  std::string name;                          ///< "cheshire-east-council/idva".
  PartyNumber party;
  contract::DeskRole role;
  std::vector<std::uint32_t> serves;         ///< Area codes (FACT_CODE_AREA), sorted; empty: anywhere.
  bool staffed_always = false;               ///< Otherwise office hours.
  std::vector<BoxKey> keys;                  ///< Newest last; at least one.
  std::string mailbox;                       ///< Desks that share one are bound by each other's `never`.
  std::vector<PartyNumber> acts_for;
  DeskNumber alternative;                    ///< Where events go that this desk is barred from by conflict; may be none.
  bool suspended = false;
};

/// A program that signs batches. What an older key signed stays good while that key is listed, so a recipient must try
/// them all: `any_key([&](const seal::VerifyKey& key) { return seal::batch_verifies(key, ...); })`.
struct Adapter {
  std::string name;                          ///< "cheshire-constabulary/incidents".
  PartyNumber party;
  seal::VerifyKey verify;                    ///< The newest.
  std::vector<seal::VerifyKey> verify_also;  ///< Older ones that still hold.
  DeskNumber alarms;                         ///< The party's desk that hears of refusals and silence; may be none.
  bool suspended = false;

  template <class Try>
  bool any_key(Try&& attempt) const {
    if (attempt(verify)) return true;
    for (const seal::VerifyKey& key : verify_also) {
      if (attempt(key)) return true;
    }
    return false;
  }
};

/// A program with a transport key: publishes for adapters, reads for desks, all of its own party.
struct Client {
  std::string name;                          ///< The ZAP User-Id.
  PartyNumber party;
  TransportKey transport;                    ///< The newest.
  std::vector<TransportKey> transport_also;  ///< Older ones that still hold.
  std::vector<std::string> publishes;        ///< Names of adapters; sorted.
  std::vector<DeskNumber> reads;             ///< Sorted.
  bool suspended = false;

  bool has_key(const TransportKey& key) const;
};

struct Broker {
  std::string name;                          ///< "cheshire-east-broker".
  TransportKey transport;                    ///< The newest; a client that fails to reach it tries the others.
  std::vector<TransportKey> transport_also;
  seal::VerifyKey verify;                    ///< The newest.
  std::vector<seal::VerifyKey> verify_also;  ///< Older ones whose statements still hold.
  std::vector<BoxKey> keys;                  ///< Epoch keys for event secrets, newest last; at least one.

  const BoxKey* key(std::uint32_t id) const;
};

/// Who must countersign the next version: `need` of the parties named, each with a key of its own entry.
struct Quorum {
  std::uint16_t need = 0;                    ///< At least 2, so that nobody alone can add anybody.
  std::vector<PartyNumber> of;               ///< Sorted.
};

/// A party or desk that left. Its number and name are never given again.
struct Retired {
  std::uint16_t number = 0;
  std::string name;
};

struct Directory {
  std::string partnership;                   ///< "cheshire-east".
  Environment environment = Environment::Test;
  bool demonstration = false;                ///< Some key in it is a demonstration key.
  std::uint64_t version = 0;                 ///< Each adopted version is the one before plus one; the first is 1.
  Digest digest;                             ///< Of the version's signed bytes, which name all entries; records name it.
  Digest previous;                           ///< Digest of the version before; none for the first.
  Broker broker;
  std::uint32_t broker_serial = 0;           ///< Of the broker's entry, and its digest.
  Digest broker_entry;
  Quorum quorum;
  std::vector<Party> parties;                ///< Each sorted by number (desks, parties) or name (adapters, clients).
  std::vector<Desk> desks;
  std::vector<Adapter> adapters;
  std::vector<Client> clients;
  std::vector<Retired> retired_parties;      ///< Sorted by number.
  std::vector<Retired> retired_desks;

  // Nothing where there is none. By number, by adapter's or client's name: binary search, a few comparisons. The others
  // walk the list: for readers of files and for handshakes, not for every message.
  const Party* party(PartyNumber number) const;
  const Party* party(std::string_view name) const;
  const Desk* desk(DeskNumber number) const;
  const Desk* desk(std::string_view name) const;
  const Adapter* adapter(std::string_view name) const;
  const Client* client(std::string_view name) const;
  const Client* client(const TransportKey& key) const;

  /// True if the desk or its party is suspended; likewise for the others. Ask on every message.
  bool suspended(const Desk& desk) const;
  bool suspended(const Adapter& adapter) const;
  bool suspended(const Client& client) const;
};

/// The part of "party/name" before the slash; the whole if there is none.
std::string_view party_part(std::string_view name);

/// FNV-1a 32 of a name: the value of facts with a PARTY or PURPOSE domain; never 0.
std::uint32_t code_of(std::string_view name);

}  // namespace concordat::directory
