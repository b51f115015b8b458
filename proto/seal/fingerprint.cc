// Six words for a public key: see keys.h; the rule of the words is in README.md.
#include "proto/base/invariant.h"
#include "proto/seal/blake2b.h"
#include "proto/seal/keys.h"

namespace concordat::seal {
namespace {

constexpr std::string_view kConsonants = "bdfghjklmnprstvz";
constexpr std::string_view kInner = "bdlmnrsv";
constexpr std::string_view kVowels = "aiou";
constexpr std::size_t kWords = 6;
constexpr std::size_t kBitsAWord = 11;

}  // namespace

std::string fingerprint_word(std::uint16_t number) {
  INVARIANT(number < (1u << kBitsAWord), "there are 2,048 words");
  const unsigned first = number >> 7, vowel = (number >> 5) & 3, inner = (number >> 2) & 7, last = number & 3;
  // The last consonant is a check on the four letters: any one of them misheard gives no word.
  const unsigned check = (first + vowel + inner + last) % 16;
  return {kConsonants[first], kVowels[vowel], kInner[inner], kVowels[last], kConsonants[check]};
}

std::string fingerprint(ByteView public_key) {
  const auto digest = Blake2b<Digest>(purpose::kFingerprint).raw(public_key).finish();
  std::string words;
  unsigned bits = 0;
  std::size_t have = 0;
  auto byte = digest.bytes.begin();
  for (std::size_t word = 0; word < kWords; ++word) {
    for (; have < kBitsAWord; have += 8) bits = (bits << 8) | *byte++;
    have -= kBitsAWord;
    if (word > 0) words += ' ';
    words += fingerprint_word(static_cast<std::uint16_t>((bits >> have) & 0x7ff));
    bits &= (1u << have) - 1;
  }
  return words;
}

}  // namespace concordat::seal
