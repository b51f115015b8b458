// Entries: what a party says of itself, and what the broker's operator says of the broker; a YAML text each, signed by every
// key that it lists for its owner. Names inside an entry are local: desk "idva" of party "x" is "x/idva" to everybody else.
// Page: proto/directory/README.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proto/directory/directory.h"

namespace concordat::directory {

inline constexpr std::size_t kDesksPerPartyMax = 64;
inline constexpr std::size_t kProgramsPerPartyMax = 64;  ///< Adapters, and again clients.
inline constexpr std::size_t kSignatoriesMax = 32;

/// To whom an entry belongs and where it holds: the same in every file of one directory.
struct Place {
  std::string partnership;
  Environment environment = Environment::Test;
  bool demonstration = false;
  friend bool operator==(const Place&, const Place&) = default;
};
std::string_view name_of(Environment environment);

struct DeskEntry {
  std::string name;                       ///< Local.
  contract::DeskRole role{};
  std::vector<std::uint32_t> serves;      ///< As in Desk.
  bool staffed_always = false;
  std::vector<BoxKey> keys;
  std::string mailbox;                    ///< Local; empty: one of its own, of its name.
  std::vector<std::string> acts_for;      ///< Names of parties.
  std::string alternative;                ///< A desk's whole name; empty: none.
};

struct AdapterEntry {
  std::string name;                       ///< Local.
  std::vector<seal::VerifyKey> keys;      ///< Newest last.
  std::string alarms;                     ///< Local name of a desk; empty: none.
};

struct ClientEntry {
  std::string name;                       ///< Local.
  std::vector<TransportKey> keys;         ///< Newest last.
  std::vector<std::string> publishes;     ///< Local names of adapters.
  std::vector<std::string> reads;         ///< Local names of desks.
};

struct PartyEntry {
  std::string name;
  std::string title;
  Place place;
  std::uint32_t serial = 1;               ///< Rises with every new entry of the party.
  contract::DeskRole role{};
  std::vector<seal::VerifyKey> keys;      ///< Newest last; each signs the entry.
  std::vector<Signatory> signatories;
  std::vector<contract::Kind> asserts;
  std::vector<DeskEntry> desks;
  std::vector<AdapterEntry> adapters;
  std::vector<ClientEntry> clients;
};

struct BrokerEntry {
  std::string name;
  Place place;
  std::uint32_t serial = 1;
  std::vector<seal::VerifyKey> verify;    ///< Newest last; each signs the entry.
  std::vector<TransportKey> transport;    ///< Newest last.
  std::vector<BoxKey> keys;
};

/// E-YAML with line and column, or E-DIRECTORY naming the entry and the field. `name` is the file's, for errors.
Result<PartyEntry> read_party_entry(std::string_view text, std::string_view name);
Result<BrokerEntry> read_broker_entry(std::string_view text, std::string_view name);
/// A plan: a party entry before it has keys. The same text without `keys` and `serial`; `signatories` is a list of roles.
/// Checked as an entry once it has its keys.
Result<PartyEntry> read_party_plan(std::string_view text, std::string_view name);
/// The texts that read back as the same entry.
std::string write(const PartyEntry& entry);
std::string write(const BrokerEntry& entry);

/// A name of a party, desk, adapter or client, without its party: a lower-case letter, then letters, digits and single
/// hyphens, at most 40 characters.
bool good_name(std::string_view name);

}  // namespace concordat::directory
