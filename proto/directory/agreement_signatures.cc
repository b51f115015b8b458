// Signatures on agreements: see agreement_signatures.h.
#include "proto/directory/agreement_signatures.h"

#include <algorithm>

namespace concordat::directory {

Result<SignedText> join_agreement(ByteView file, ByteView signatures, std::string_view name) {
  // A signature line inside the file itself would be part of what the lines beside it are read as.
  TRY(SignedText alone, read_signed_text(file, name));
  if (!alone.signatures.empty()) {
    return fail(Fault::Malformed, code::kDirectory, std::string(name) + ": #signed lines belong into the file beside it");
  }
  return read_signed_text(Bytes(file).append(signatures), name);
}

Bytes signature_lines(const SignedText& text) { return write_signed_text(text).substr(text.text.size()); }

void mark_signatures(const SignedText& agreement, std::span<SignatureNeeded> needed, const Directory& directory, Signing signing) {
  for (SignatureNeeded& one : needed) {
    const Party* party = directory.party(one.party);
    one.there = party != nullptr && (signing == Signing::Standing || !party->suspended) &&
                std::any_of(party->signatories.begin(), party->signatories.end(), [&](const Signatory& signatory) {
                  return signatory.role == one.role && agreement.signed_by(signatory.verify, seal::context::kAgreement);
                });
  }
}

Result<int> check_signatures(const SignedText& agreement, std::vector<SignatureNeeded> needed, const Directory& directory,
                             Signing signing) {
  mark_signatures(agreement, needed, directory, signing);
  std::string missing;
  for (const SignatureNeeded& one : needed) {
    if (one.there) continue;
    missing.append(missing.empty() ? "not signed by the " : ", the ").append(one.role).append(" of ").append(one.party);
  }
  if (!missing.empty()) return fail(Fault::Unauthenticated, code::kQuorum, missing);
  return 0;
}

}  // namespace concordat::directory
