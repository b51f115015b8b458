// The directory's nouns: who the parties, desks, adapters and clients are, with which keys, and what each may assert.
// A Directory is an immutable, consistent value: it was signed, countersigned and checked before it became one.
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

/// Somebody at a party who signs agreements for it, e.g. role "caldicott_guardian".
struct Signatory {
  std::string role;
  seal::VerifyKey verify;
};

/// A controller in law. Desks, adapters and clients belong to one.
struct Party {
  PartyNumber number;                        ///< Permanent; 0 is nobody.
  std::string name;                          ///< "cheshire-constabulary": lower case, digits, hyphens.
  std::string title;                         ///< "Cheshire Constabulary".
  contract::DeskRole role;                   ///< What the party is: police, hospital, local_authority, …
  seal::VerifyKey verify;                    ///< Signs the party's own directory entry.
  std::vector<Signatory> signatories;
  std::vector<contract::Kind> asserts;       ///< Kinds that the party's adapters may publish; sorted.
  bool suspended = false;
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

/// A program that signs batches.
struct Adapter {
  std::string name;                          ///< "cheshire-constabulary/incidents".
  PartyNumber party;
  seal::VerifyKey verify;
  DeskNumber alarms;                         ///< The party's desk that hears of refusals and silence; may be none.
  bool suspended = false;
};

/// A program with a transport key: publishes for adapters, reads for desks, all of its own party.
struct Client {
  std::string name;                          ///< The ZAP User-Id.
  PartyNumber party;
  TransportKey transport;
  std::vector<std::string> publishes;        ///< Names of adapters.
  std::vector<DeskNumber> reads;
  bool suspended = false;
};

struct Broker {
  std::string name;
  TransportKey transport;
  seal::VerifyKey verify;
  std::vector<BoxKey> keys;                  ///< Epoch keys for event secrets, newest last.
};

struct Directory {
  std::string partnership;                   ///< "cheshire-east".
  Environment environment = Environment::Test;
  std::uint64_t version = 0;                 ///< Each adopted version is the one before plus one.
  Digest digest;                             ///< Of the signed bytes; records name it.
  Broker broker;
  std::vector<Party> parties;                ///< Each sorted by number (desks, parties) or name (adapters, clients).
  std::vector<Desk> desks;
  std::vector<Adapter> adapters;
  std::vector<Client> clients;

  const Party* party(PartyNumber number) const;
  const Party* party(std::string_view name) const;
  const Desk* desk(DeskNumber number) const;
  const Desk* desk(std::string_view name) const;
  const Adapter* adapter(std::string_view name) const;
  const Client* client(std::string_view name) const;
  const Client* client(const TransportKey& key) const;
};

/// FNV-1a 32 of a name: the value of facts with a PARTY or PURPOSE domain; never 0.
std::uint32_t code_of(std::string_view name);

}  // namespace concordat::directory
