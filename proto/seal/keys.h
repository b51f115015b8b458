// Key files and the system's randomness: one key a file, named by purpose, readable by its owner alone.
#pragma once

#include <optional>
#include <string>

#include "proto/base/entropy.h"
#include "proto/base/invariant.h"
#include "proto/base/result.h"
#include "proto/seal/box.h"
#include "proto/seal/proof.h"

namespace concordat::seal {

/// Initialises libsodium and locks down the process for secrets: no core files, not dumpable. Call first in main, before any
/// thread. Without it everything here still computes the same, slower. E-PROCESS (Fault::Unavailable) if the system has no
/// randomness or does not allow the limits.
Result<int> prepare_process();

/// The operating system's randomness: getrandom(2), one call a fill. Any thread. Ends the process if there is none.
class SystemEntropy final : public Entropy {
 public:
  void fill(std::span<std::uint8_t> out) override;
};

/// Purposes of key files; the file says its own and a reader asks for one.
enum class KeyPurpose : std::uint8_t {
  Signing = 1,    ///< Ed25519: an adapter's or a party's signatures.
  Box = 2,        ///< X25519: a desk, or the broker's epoch key.
  Transport = 3,  ///< CurveZMQ (X25519).
  Exchange = 4,   ///< Symmetric, agencies only.
  Linkage = 5,    ///< Symmetric, agencies only.
  EventId = 6,    ///< Symmetric, one agency only.
  Outbox = 7,     ///< Symmetric: an agency's own data at rest.
  KeyRing = 8,    ///< Symmetric: the broker's bucket keys at rest.
  Pseudonym = 9,  ///< Symmetric: the broker's pseudonyms.
};

/// What a key is for besides its purpose. A key of one environment is never used in the other.
struct KeyMarks {
  bool live = false;           ///< Else of the test environment.
  bool demonstration = false;  ///< Made by ./ops/up or for tests; a production program refuses it.
  friend bool operator==(const KeyMarks&, const KeyMarks&) = default;
};

/// The content of a key file. Text, versioned: see proto/seal/README.md.
struct KeyFile {
  KeyPurpose purpose;
  std::string owner;           ///< Party, desk, adapter or broker that it belongs to.
  std::uint32_t epoch = 0;     ///< For keys that rotate.
  KeyMarks marks;
  Secret<struct KeyBytesTag, 64> secret;  ///< 64 bytes for Signing; the first 32 for the rest.
  FixedBytes<struct KeyPublicTag, 32> open;  ///< The public half where there is one.
};

inline constexpr std::size_t kKeyOwnerBytesMax = 96;  ///< Visible ASCII, no spaces.

/// E-KEY-FILE if the owner is no name.
Result<KeyFile> new_key(KeyPurpose purpose, std::string owner, std::uint32_t epoch, KeyMarks marks, Entropy& entropy);
/// Creates the file with mode 0600, file and directory synced; refuses to overwrite, and leaves nothing behind when it fails.
/// E-KEY-FILE. Blocks on the disk.
Result<int> write_key_file(const std::string& path, const KeyFile& key);
/// Refuses another purpose, a symbolic link, a file of another user or that others may read, a wrong checksum or form, a public
/// half that is not the secret's. E-KEY-FILE names path and remedy; Fault::Unavailable if the system failed, else Malformed.
Result<KeyFile> read_key_file(const std::string& path, KeyPurpose purpose);

/// Reads the key files of one program: all are of one environment (E-ENVIRONMENT names the first that is not), and none is a
/// demonstration key where it runs in production (E-DEMONSTRATION).
class KeyReader {
 public:
  explicit KeyReader(bool production) : production_(production) {}
  Result<KeyFile> read(const std::string& path, KeyPurpose purpose);
  /// The environment of what was read; test if nothing was.
  bool live() const { return live_.value_or(false); }

 private:
  bool production_;
  std::optional<bool> live_;
};

/// The typed keys of a file. Preconditions: purpose Signing; purpose Box or Transport; a symmetric purpose.
SigningPair signing_pair(const KeyFile& key);
BoxPair box_pair(const KeyFile& key);
template <class Key>
Key symmetric_key(const KeyFile& key) {
  static_assert(Key::kSize == 32);
  INVARIANT(key.purpose >= KeyPurpose::Exchange, "only symmetric keys are used as bytes");
  return *Key::from(key.secret.view().substr(0, Key::kSize));
}

/// Six words for reading a public key back by phone: 66 bits of its BLAKE2b over a list of 2,048 words.
std::string fingerprint(ByteView public_key);

/// The word for 0 to 2,047: five letters by rule, any two at least two letters apart.
std::string fingerprint_word(std::uint16_t number);

/// Equality in time that depends on the lengths alone; false if they differ.
bool equal(ByteView a, ByteView b);
/// Zeroes the whole of the buffer, then empties it.
void wipe(Bytes& bytes);

}  // namespace concordat::seal
