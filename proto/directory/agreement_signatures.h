// Whose signatures an agreement needs and whose are there. An agreement travels as its file, untouched, beside a file of
// "#signed" lines; the two joined are a SignedText, signed for seal::context::kAgreement by signatories of the directory.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "proto/directory/directory.h"
#include "proto/directory/signed_text.h"

namespace concordat::directory {

/// By a role of a party: {"cheshire-east-council", "caldicott_guardian"}.
struct SignatureNeeded {
  std::string party;
  std::string role;
  bool there = false;
};

/// `file` as it was written, `signatures` the "#signed" lines beside it (may be empty). The digest of the result for
/// kAgreement is the agreement's.
Result<SignedText> join_agreement(ByteView file, ByteView signatures, std::string_view name);
/// The "#signed" lines alone.
Bytes signature_lines(const SignedText& text);

/// Adopting: a suspended party's signature does not count. Standing: what was adopted stays signed when one of its parties
/// is suspended later; that bars the party's desks and adapters at once, and ends nobody else's agreement.
enum class Signing : std::uint8_t { Adopting = 1, Standing };

/// Marks what is there: a signature that verifies, by a key that the party's entry lists for that role.
void mark_signatures(const SignedText& agreement, std::span<SignatureNeeded> needed, const Directory& directory,
                     Signing signing = Signing::Adopting);
/// E-QUORUM naming everybody who is missing.
Result<int> check_signatures(const SignedText& agreement, std::vector<SignatureNeeded> needed, const Directory& directory,
                             Signing signing = Signing::Adopting);

}  // namespace concordat::directory
