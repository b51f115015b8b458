// The bundle: a version of the directory with everything it names and all signatures, as one byte string. It is what
// `directory adopt` hands over, what the log keeps and what clients are sent; whoever holds it checks it alone.
//
//   load_bundle: bytes → signed texts → each entry signed by its own keys → consistent → countersigned by enough of the
//   pinned roots, of the previous version's quorum and of its own → a successor of the previous version → Directory
//
// Nothing here keeps state; every function may be called from any thread. Cost: one Ed25519 verification a signature.
// Page: proto/directory/README.md.
#pragma once

#include <vector>

#include "proto/directory/directory.h"
#include "proto/directory/signed_text.h"
#include "proto/directory/version.h"

namespace concordat::directory {

inline constexpr std::size_t kBundleBytesMax = 900u << 10;  ///< With its frame below wire::kMessageBytesMax.

struct Bundle {
  SignedText version;
  SignedText broker;
  std::vector<SignedText> entries;       ///< In the version's order of parties.
};
Bytes encode(const Bundle& bundle);
/// E-DIRECTORY or E-LIMIT; nothing is verified yet.
Result<Bundle> decode_bundle(ByteView bytes);

/// What the loader insists on beyond what always holds.
struct Demands {
  bool production = false;               ///< Refuse a live directory with demonstration keys: E-DEMONSTRATION.
  bool next_only = false;                ///< The version must be the previous one plus 1 (adoption); else any newer one.
};

/// The directory that the bytes prove. `previous` is the newest that the caller holds, or null. The same version with the
/// same digest is accepted again.
/// E-DIRECTORY names entry and field; E-QUORUM says who countersigned; E-ROLLBACK; E-DEMONSTRATION; E-ENVIRONMENT.
Result<Directory> load_bundle(ByteView bytes, const Roots& roots, const Directory* previous = nullptr, Demands demands = {});

/// The same without the countersignatures: for proposing, and for showing what a file says. Never act on its result.
Result<Directory> read_unproven(const Bundle& bundle, const Directory* previous = nullptr, Demands demands = {});

/// Parties whose roots key countersigned, in the order of the roots; without those that `directory`, which the version makes, or the
/// one before it suspends.
std::vector<std::string> countersigned_by(const SignedText& version, const Roots& roots, const Directory& directory, const Directory* previous = nullptr);

}  // namespace concordat::directory
