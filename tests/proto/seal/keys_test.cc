// Key files refuse everything that is not quite right; secrets leave nothing behind; the process keeps its memory to
// itself.
#include "proto/seal/keys.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <new>
#include <set>
#include <sstream>

#include "proto/seal/blake2b.h"
#include "proto/seal/key_file.h"
#include "tests/proto/seal/entropy.h"

namespace concordat::seal {
namespace {

constexpr KeyPurpose kPurposes[] = {KeyPurpose::Signing,  KeyPurpose::Box,     KeyPurpose::Transport,
                                    KeyPurpose::Exchange, KeyPurpose::Linkage, KeyPurpose::EventId,
                                    KeyPurpose::Outbox,   KeyPurpose::KeyRing, KeyPurpose::Pseudonym};

class KeyFileTest : public ::testing::Test {
 protected:
  KeyFileTest() {
    char folder[] = "/tmp/concordat-keys-XXXXXX";
    folder_ = ::mkdtemp(folder);
    path_ = folder_ + "/a.key";
  }
  ~KeyFileTest() override { std::filesystem::remove_all(folder_); }

  KeyFile make(KeyPurpose purpose = KeyPurpose::Box) {
    return new_key(purpose, "cheshire-constabulary/incidents", 3, {true, true}, entropy_).value();
  }
  void put(const std::string& text) {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << text;
    ::chmod(path_.c_str(), 0600);
  }
  std::string text() const {
    std::ifstream file(path_, std::ios::binary);
    std::ostringstream all;
    all << file.rdbuf();
    return all.str();
  }
  /// "read", or what the refusal says.
  std::string read(KeyPurpose purpose = KeyPurpose::Box) const {
    const auto key = read_key_file(path_, purpose);
    if (key) return "read";
    EXPECT_EQ(key.error().code, code::kKeyFile);
    EXPECT_NE(key.error().detail.find(path_), std::string::npos) << "the path is named";
    return key.error().detail.substr(path_.size() + 2);
  }
  void write() { ASSERT_TRUE(write_key_file(path_, make())); }

  SeededEntropy entropy_{31};
  std::string folder_, path_;
};

TEST_F(KeyFileTest, EveryPurposeComesBackAsItWasWritten) {
  for (const KeyPurpose purpose : kPurposes) {
    const KeyFile key = make(purpose);
    ASSERT_TRUE(write_key_file(path_, key));
    const KeyFile got = read_key_file(path_, purpose).value();
    EXPECT_EQ(got.purpose, purpose);
    EXPECT_EQ(got.owner, key.owner);
    EXPECT_EQ(got.epoch, 3u);
    EXPECT_EQ(got.marks, (KeyMarks{true, true}));
    EXPECT_EQ(got.open, key.open);
    EXPECT_TRUE(equal(got.secret.view(), key.secret.view()));
    EXPECT_EQ(got.open.none(), purpose >= KeyPurpose::Exchange) << "symmetric keys have no public half";
    std::filesystem::remove(path_);
  }
}

TEST_F(KeyFileTest, AProgramsKeysAreAllOfOneEnvironment) {
  const auto file = [&](bool live, bool demonstration = false) {
    const std::string path = folder_ + "/" + std::to_string(live) + std::to_string(demonstration) + ".key";
    EXPECT_TRUE(write_key_file(path, new_key(KeyPurpose::Box, "desk", 1, {live, demonstration}, entropy_).value()));
    return path;
  };
  const std::string live = file(true), test = file(false), shown = file(true, true);
  KeyReader reader(false);
  EXPECT_TRUE(reader.read(live, KeyPurpose::Box));
  EXPECT_TRUE(reader.live());
  EXPECT_TRUE(reader.read(shown, KeyPurpose::Box));
  const auto mixed = reader.read(test, KeyPurpose::Box);
  ASSERT_FALSE(mixed);
  EXPECT_EQ(mixed.error().code, code::kEnvironment);
  EXPECT_NE(mixed.error().detail.find(test), std::string::npos) << "the path is named";
  KeyReader other(false);
  EXPECT_TRUE(other.read(test, KeyPurpose::Box));
  EXPECT_FALSE(other.live());
  KeyReader production(true);
  EXPECT_TRUE(production.read(live, KeyPurpose::Box));
  EXPECT_EQ(production.read(shown, KeyPurpose::Box).error().code, code::kDemonstration);
}

TEST_F(KeyFileTest, TypedKeysDoWhatTheirPurposeSays) {
  const SigningPair signer = signing_pair(make(KeyPurpose::Signing));
  EXPECT_TRUE(verifies(signer.verify, context::kSession, "message", sign(signer.secret, context::kSession, "message")));
  const BoxPair pair = box_pair(make(KeyPurpose::Box));
  EXPECT_TRUE(unbox_secrets(pair, box_secrets(pair.open, {}, "bound", entropy_).value(), "bound", 0));
  const KeyFile exchange = make(KeyPurpose::Exchange);
  EXPECT_TRUE(equal(symmetric_key<ExchangeKey>(exchange).view(), exchange.secret.view().substr(0, 32)));
  EXPECT_DEATH((void)symmetric_key<ExchangeKey>(make(KeyPurpose::Box)), "symmetric");
  EXPECT_DEATH((void)signing_pair(make(KeyPurpose::Box)), "signs");
}

TEST_F(KeyFileTest, AKeyIsReadableByItsOwnerAlone) {
  ::umask(0);
  write();
  struct stat about {};
  ASSERT_EQ(::stat(path_.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 07777, 0600u);
}

TEST_F(KeyFileTest, AnyRightOfOthersIsRefused) {
  write();
  for (unsigned right = 1; right <= 040; right <<= 1) {
    ::chmod(path_.c_str(), 0600 | right);
    EXPECT_TRUE(read().starts_with("others may use it; chmod 600 it")) << right;
  }
  ::chmod(path_.c_str(), 0400);
  EXPECT_EQ(read(), "read");
}

TEST_F(KeyFileTest, AFileOfAnotherUserIsRefused) {
  write();
  if (::geteuid() != 0) GTEST_SKIP() << "skipped: only root can give files away";
  ASSERT_EQ(::chown(path_.c_str(), 12345, 12345), 0);
  EXPECT_TRUE(read().starts_with("it belongs to another user"));
}

TEST_F(KeyFileTest, AnotherPurposeIsRefused) {
  for (const KeyPurpose made : kPurposes) {
    ASSERT_TRUE(write_key_file(path_, make(made)));
    for (const KeyPurpose asked : kPurposes) EXPECT_EQ(read(asked) == "read", made == asked);
    std::filesystem::remove(path_);
  }
}

TEST_F(KeyFileTest, LinksPipesAndFoldersAreRefused) {
  write();
  std::filesystem::rename(path_, folder_ + "/real.key");
  std::filesystem::create_symlink(folder_ + "/real.key", path_);
  EXPECT_EQ(read(), "it is a symbolic link; name the file itself");
  std::filesystem::remove(path_);
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  EXPECT_EQ(read(), "it is no plain file");
  std::filesystem::remove(path_);
  std::filesystem::create_directory(path_);
  EXPECT_EQ(read(), "it is no plain file");
  std::filesystem::remove(path_);
  EXPECT_TRUE(read().starts_with("cannot be opened"));
}

TEST_F(KeyFileTest, AKeyIsNeverWrittenOver) {
  write();
  const std::string before = text();
  const auto again = write_key_file(path_, make());
  ASSERT_FALSE(again);
  EXPECT_NE(again.error().detail.find("it is there already"), std::string::npos);
  EXPECT_EQ(text(), before);
  std::filesystem::remove(path_);
  std::filesystem::create_symlink(folder_ + "/elsewhere", path_);
  EXPECT_FALSE(write_key_file(path_, make())) << "nor through a link";
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/elsewhere"));
}

enum class Checksum { Old, Fitting };

/// The text with one piece replaced; with a checksum that fits, it is what a careful hand could make.
std::string edited(std::string text, const std::string& from, const std::string& to,
                   Checksum checksum = Checksum::Fitting) {
  text.replace(text.find(from), from.size(), to);
  if (checksum == Checksum::Old) return text;
  text.resize(text.rfind("check "));
  using Check = FixedBytes<struct CheckTag, 16>;
  return text + "check " + Blake2b<Check>(purpose::kKeyFile).raw(text).finish().hex() + "\n";
}

TEST_F(KeyFileTest, ADamagedFileIsRefused) {
  write();
  const std::string whole = text();
  put(whole.substr(0, whole.size() - 1));
  EXPECT_NE(read(), "read");
  put(whole + "\n");
  EXPECT_NE(read(), "read");
  put(whole + std::string(1 << 20, 'x'));
  EXPECT_EQ(read(), "it is no key file of version 1");
  put(edited(whole, "epoch 3", "epoch 4", Checksum::Old));
  EXPECT_TRUE(read().starts_with("its checksum is wrong"));
  put(whole);
  EXPECT_EQ(read(), "read");
}

/// "read", or what the refusal of this text says.
std::string parsed(ByteView text) {
  const auto key = parse(text);
  return key ? "read" : key.error().detail;
}

TEST_F(KeyFileTest, EveryTruncationIsRefused) {
  write();
  const std::string whole = text();
  ASSERT_EQ(parsed(whole), "read");
  for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_NE(parsed(whole.substr(0, size)), "read") << size;
}

TEST_F(KeyFileTest, EveryFlippedBitIsRefused) {
  write();
  const std::string whole = text();
  for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
    std::string flipped = whole;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    const std::string said = parsed(flipped);
    EXPECT_TRUE(said.starts_with("its checksum is wrong") || said == "it is no key file of version 1")
        << bit << ": " << said;
  }
}

TEST_F(KeyFileTest, AChecksumDoesNotExcuseAnotherForm) {
  write();
  const std::string whole = text();
  const auto reads_as = [&](const std::string& from, const std::string& to) {
    put(edited(whole, from, to));
    return read();
  };
  EXPECT_EQ(reads_as("epoch 3", "epoch 4"), "read") << "otherwise the rest of this test says nothing";
  EXPECT_NE(reads_as("epoch 3", "epoch 03"), "read");
  EXPECT_NE(reads_as("epoch 3", "epoch 3x"), "read");
  EXPECT_NE(reads_as("epoch 3", "epoch -3"), "read");
  EXPECT_NE(reads_as("epoch 3", "epoch 4294967296"), "read");
  EXPECT_NE(reads_as("purpose box", "purpose boxes"), "read");
  EXPECT_NE(reads_as("demonstration yes", "demonstration maybe"), "read");
  EXPECT_EQ(reads_as("environment live", "environment test"), "read");
  EXPECT_NE(reads_as("environment live", "environment both"), "read");
  EXPECT_NE(reads_as("environment live\n", ""), "read") << "a file of before says nothing and is refused";
  EXPECT_NE(reads_as("owner cheshire", "owner cheshire "), "read");
  EXPECT_NE(reads_as("secret ", "secret  "), "read");
  EXPECT_NE(reads_as("concordat-key 1", "concordat-key 2"), "read");
  EXPECT_NE(reads_as("\nsecret", "\nnote kept by hand\nsecret"), "read");
  const std::string open_half = whole.substr(whole.find("public ") + 7, 64);
  EXPECT_EQ(reads_as(open_half, Digest{}.hex()),
            "its public half is not the secret's, or a line is not in its one form");
}

TEST_F(KeyFileTest, ErrorsDoNotShowTheSecret) {
  write();
  const std::string whole = text();
  const std::string secret = whole.substr(whole.find("secret ") + 7, 64);
  put(edited(whole, "demonstration yes", "demonstration maybe"));
  EXPECT_EQ(read().find(secret.substr(0, 8)), std::string::npos);
  put(whole.substr(0, whole.size() - 1));
  EXPECT_EQ(read().find(secret.substr(0, 8)), std::string::npos);
}

TEST_F(KeyFileTest, OwnersAreNames) {
  for (const std::string owner : {"", "two words", "line\nbreak", "caf\xc3\xa9"})
    EXPECT_FALSE(new_key(KeyPurpose::Box, owner, 0, {}, entropy_));
  EXPECT_FALSE(new_key(KeyPurpose::Box, std::string(kKeyOwnerBytesMax + 1, 'a'), 0, {}, entropy_));
  EXPECT_TRUE(new_key(KeyPurpose::Box, std::string(kKeyOwnerBytesMax, 'a'), 0, {}, entropy_));
}

TEST_F(KeyFileTest, AKeyWhoseHalvesDifferIsNotWritten) {
  KeyFile key = make();
  key.open.bytes[0] ^= 1;
  EXPECT_FALSE(write_key_file(path_, key));
  EXPECT_FALSE(std::filesystem::exists(path_));
  EXPECT_FALSE(write_key_file(folder_ + "/missing/a.key", make()));
}

TEST(SecretTest, NothingIsLeftAfterDestruction) {
  alignas(EventSecret) unsigned char memory[sizeof(EventSecret)];
  auto* secret = new (memory) EventSecret(*EventSecret::from(Bytes(32, 'S')));
  ASSERT_EQ(memory[0], 'S');
  secret->~Secret();
  for (const unsigned char& byte : memory) EXPECT_EQ(*static_cast<const volatile unsigned char*>(&byte), 0);
}

TEST(SecretTest, NothingIsLeftWhereItMovedFrom) {
  EventSecret from = *EventSecret::from(Bytes(32, 'S')), into;
  into = std::move(from);
  EXPECT_EQ(into.view(), Bytes(32, 'S'));
  EXPECT_EQ(from.view(), Bytes(32, '\0'));  // NOLINT(bugprone-use-after-move): what a move leaves is the point.
  const EventSecret constructed(std::move(into));
  EXPECT_EQ(constructed.view(), Bytes(32, 'S'));
  EXPECT_EQ(into.view(), Bytes(32, '\0'));  // NOLINT(bugprone-use-after-move)
}

TEST(SecretTest, WipedBytesLeaveNothingInTheirBuffer) {
  Bytes bytes(100, 'S');
  bytes.resize(60);
  const char* buffer = bytes.data();
  wipe(bytes);
  EXPECT_TRUE(bytes.empty());
  ASSERT_EQ(bytes.data(), buffer);
  for (std::size_t i = 0; i < bytes.capacity(); ++i) EXPECT_EQ(buffer[i], 0);
}

TEST(SecretTest, EqualityNeedsEqualLengths) {
  EXPECT_TRUE(equal("", ""));
  EXPECT_TRUE(equal("abc", "abc"));
  EXPECT_FALSE(equal("abc", "abd"));
  EXPECT_FALSE(equal("abc", "abcd"));
}

TEST(ProcessTest, NoCoreFilesAndNotDumpable) {
  ASSERT_TRUE(prepare_process());
  rlimit core{};
  ASSERT_EQ(::getrlimit(RLIMIT_CORE, &core), 0);
  EXPECT_EQ(core.rlim_cur, 0u);
  EXPECT_EQ(core.rlim_max, 0u);
  EXPECT_EQ(::prctl(PR_GET_DUMPABLE), 0);
  EXPECT_TRUE(prepare_process()) << "twice does no harm";
}

TEST(EntropyTest, TheSystemFillsAllOfIt) {
  SystemEntropy entropy;
  std::vector<std::uint8_t> bytes(100000 + 64, 0);
  entropy.fill(bytes);
  EXPECT_LT(std::count(bytes.begin(), bytes.begin() + 100000, 0), 800) << "about 390 are expected";
  EXPECT_LT(std::count(bytes.end() - 64, bytes.end(), 0), 16) << "the end is filled too";
}

TEST(FingerprintTest, AnyOneLetterMisheardIsNoWord) {
  std::set<std::string> words;
  for (std::uint16_t n = 0; n < 2048; ++n) words.insert(fingerprint_word(n));
  ASSERT_EQ(words.size(), 2048u);
  for (const std::string& word : words) {
    ASSERT_EQ(word.size(), 5u);
    for (std::size_t at = 0; at < 5; ++at) {
      for (char letter = 'a'; letter <= 'z'; ++letter) {
        std::string misheard = word;
        misheard[at] = letter;
        EXPECT_EQ(words.count(misheard) == 1, misheard == word) << word << " " << misheard;
      }
    }
  }
  EXPECT_DEATH((void)fingerprint_word(2048), "2,048 words");
}

TEST(FingerprintTest, SixWordsThatFollowTheKey) {
  const std::string words = fingerprint(Bytes(32, 'k'));
  EXPECT_EQ(std::count(words.begin(), words.end(), ' '), 5);
  EXPECT_EQ(words.size(), 35u);
  Bytes flipped(32, 'k');
  flipped[31] = 'l';
  EXPECT_NE(fingerprint(flipped), words);
}

}  // namespace
}  // namespace concordat::seal
