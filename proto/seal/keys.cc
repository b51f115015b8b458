// The process made safe for secrets, the system's randomness, and new keys: see keys.h. Files are in key_file.cc.
#include "proto/seal/keys.h"

#include <sodium.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>

#include <cerrno>

#include "proto/seal/key_file.h"

namespace concordat::seal {

Result<int> prepare_process() {
  if (sodium_init() < 0) return fail(Fault::Unavailable, code::kProcess, "no randomness");
  const rlimit none{0, 0};
  if (setrlimit(RLIMIT_CORE, &none) != 0)
    return fail(Fault::Unavailable, code::kProcess, "core files cannot be turned off");
  if (prctl(PR_SET_DUMPABLE, 0) != 0) return fail(Fault::Unavailable, code::kProcess, "the process stays dumpable");
  return 0;
}

void SystemEntropy::fill(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const ssize_t got = getrandom(out.data(), out.size(), 0);
    INVARIANT(got > 0 || errno == EINTR, "nothing may be sealed without randomness");
    if (got > 0) out = out.subspan(static_cast<std::size_t>(got));
  }
}

Result<KeyFile> new_key(KeyPurpose purpose, std::string owner, std::uint32_t epoch, KeyMarks marks, Entropy& entropy) {
  KeySeed seed;
  entropy.fill({seed.data(), seed.kSize});
  KeyFile key = key_from(purpose, seed);
  key.owner = std::move(owner);
  key.epoch = epoch;
  key.marks = marks;
  TRY_VOID(check_owner(key.owner));
  return key;
}

Result<KeyFile> KeyReader::read(const std::string& path, KeyPurpose purpose) {
  TRY(KeyFile key, read_key_file(path, purpose));
  if (production_ && key.marks.demonstration) return fail(Fault::Refused, code::kDemonstration, path);
  if (live_ && *live_ != key.marks.live) {
    return fail(Fault::Refused, code::kEnvironment, path + " is a " + (key.marks.live ? "live" : "test") + " key, and keys beside it are not");
  }
  live_ = key.marks.live;
  return key;
}

SigningPair signing_pair(const KeyFile& key) {
  INVARIANT(key.purpose == KeyPurpose::Signing, "only a signing key signs");
  return {*SigningKey::from(key.secret.view()), *VerifyKey::from(key.open.view())};
}

BoxPair box_pair(const KeyFile& key) {
  INVARIANT(key.purpose == KeyPurpose::Box || key.purpose == KeyPurpose::Transport, "only X25519 keys agree");
  return {*BoxSecret::from(key.secret.view().substr(0, BoxSecret::kSize)), *BoxPublic::from(key.open.view())};
}

bool equal(ByteView a, ByteView b) { return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0; }

void wipe(Bytes& bytes) {
  bytes.resize(bytes.capacity());
  sodium_memzero(bytes.data(), bytes.size());
  bytes.clear();
}

}  // namespace concordat::seal
