// The text of a key file and what it is checked with. Internal to seal.
#pragma once

#include "proto/seal/keys.h"

namespace concordat::seal {

using KeySeed = Secret<struct KeySeedTag, 32>;  ///< What a file holds; the rest of a key follows from it.

inline constexpr std::size_t kKeyFileBytesMax = 512;

/// The key that follows from a seed, without owner and epoch.
KeyFile key_from(KeyPurpose purpose, const KeySeed& seed);
/// 1 to kKeyOwnerBytesMax visible ASCII characters.
Result<int> check_owner(std::string_view owner);

/// Text that may hold a secret: wiped with its owner.
class KeyText {
 public:
  ByteView view() const { return bytes_.view().substr(0, size_); }
  /// All of it, to be read into; `resize` says how much of it is text. One byte more than a file may have.
  std::span<std::uint8_t> room() { return {bytes_.data(), bytes_.kSize}; }
  void resize(std::size_t size) { size_ = size; }
  void add(ByteView text);
  void add_hex(ByteView bytes);

 private:
  Secret<struct KeyTextTag, kKeyFileBytesMax + 1> bytes_;
  std::size_t size_ = 0;
};

/// The only text that stands for a key.
KeyText render(const KeyFile& key);
/// E-KEY-FILE naming the line, unless the text is exactly what render() makes of some key.
Result<KeyFile> parse(ByteView text);

/// "signing", "box" and so on, as files say it; nothing for a number that is no purpose.
std::string_view name_of(KeyPurpose purpose);

}  // namespace concordat::seal
