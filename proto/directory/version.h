// A version of the directory: which entries are in it, which permanent numbers they have, who is suspended, and how many
// must countersign. A YAML text, countersigned by the quorum; and the roots, the keys that a client pins beforehand.
// Page: proto/directory/README.md.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proto/directory/directory.h"
#include "proto/directory/entry.h"

namespace concordat::directory {

inline constexpr std::size_t kPartiesMax = 512;
inline constexpr std::size_t kRetiredMax = 4096;

using Numbered = std::pair<std::string, std::uint16_t>;  ///< A name and its permanent number.

struct VersionParty {
  std::string name;
  std::uint16_t number = 0;
  Digest entry;                          ///< hash(kDirectoryEntry) of the entry's text.
  std::vector<Numbered> desks;           ///< Local names; exactly the desks of the entry.
};

struct QuorumRule {
  std::uint16_t need = 0;
  std::vector<std::string> of;           ///< Names of parties.
};

/// Whole names.
struct Suspended {
  std::vector<std::string> parties, desks, adapters, clients;
};

struct Version {
  std::string partnership;
  Environment environment = Environment::Test;
  std::uint64_t version = 0;
  Digest previous;                       ///< None for version 1.
  Digest broker;                         ///< Of the broker entry's text.
  QuorumRule quorum;
  std::vector<VersionParty> parties;
  std::vector<Numbered> retired_parties;
  std::vector<Numbered> retired_desks;   ///< Whole names.
  Suspended suspended;
};
Result<Version> read_version(std::string_view text, std::string_view name);
std::string write(const Version& version);

/// What a program pins: it believes a directory only if `need` of these parties countersigned it with these keys.
struct Roots {
  std::string partnership;
  Environment environment = Environment::Test;
  std::uint16_t need = 0;
  struct Root {
    std::string party;
    seal::VerifyKey key;
  };
  std::vector<Root> of;
};
/// E-DIRECTORY unless `need` is at least 2 and more than half, each party and key once.
Result<Roots> read_roots(std::string_view text, std::string_view name);
std::string write(const Roots& roots);

}  // namespace concordat::directory
