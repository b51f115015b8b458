// A text with signatures over its exact bytes: directory entries, directory versions and agreements travel so.
//
// As a file: the text, then one line a signature, "#signed KEY SIGNATURE" in lower-case hexadecimal. The lines are comments
// to YAML, so the file reads as what it says, and a signature is added without touching what others signed. What is signed
// and hashed is the text alone. Page: proto/directory/README.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proto/base/bytes.h"
#include "proto/base/ids.h"
#include "proto/base/result.h"
#include "proto/seal/proof.h"

namespace concordat::directory {

inline constexpr std::size_t kTextBytesMax = 256u << 10;
inline constexpr std::size_t kSignaturesMax = 128;

struct TextSignature {
  seal::VerifyKey key;
  seal::Signature signature;
  friend auto operator<=>(const TextSignature&, const TextSignature&) = default;
};

struct SignedText {
  Bytes text;                              ///< Ends with a line feed; holds no carriage return and no "#signed" line.
  std::vector<TextSignature> signatures;   ///< Sorted by key, one a key. Not verified by reading.

  /// True if `key` signed the text for `context` and the signature verifies.
  bool signed_by(const seal::VerifyKey& key, std::string_view context) const;
  /// Adds the signature of `pair`, or replaces its former one.
  void sign(const seal::SigningPair& pair, std::string_view context);
  /// Takes over signatures of the same text that verify and are not here yet. False if the text is another.
  bool merge(const SignedText& other, std::string_view context);
  Digest digest(std::string_view context) const;
};

/// E-DIRECTORY for carriage returns, a missing line end, a broken or doubled signature line; E-LIMIT. `name` is for errors.
Result<SignedText> read_signed_text(ByteView file, std::string_view name);
/// The file's bytes.
Bytes write_signed_text(const SignedText& text);

/// The binary form inside a bundle: sized text, u16 count, then key and signature each.
void append(Writer& writer, const SignedText& text);
Result<SignedText> take_signed_text(Reader& reader, std::string_view name);

}  // namespace concordat::directory
