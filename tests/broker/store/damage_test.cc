// Damage at rest: flipped bits and cut files anywhere in a store are detected or harmless; records that go missing or are
// swapped behind the store's back are found. Suites named Long run under ./ops/test --all.
#include <gmock/gmock.h>
#include <rocksdb/db.h>

#include <fstream>
#include <iostream>
#include <map>
#include <random>

#include "broker/store/rocksdb_engine.h"
#include "broker/store/rocksdb_layout.h"
#include "tests/broker/store/rows.h"

namespace concordat::store {
namespace {

namespace fs = std::filesystem;
constexpr std::uint64_t kSeed = 19760607;
constexpr std::size_t kRows = 300;

RocksDbOptions options_for(const std::string& directory) {
  RocksDbOptions options;
  options.directory = directory;
  options.checkpoint = checkpoint_in(directory);
  options.write_buffer_bytes = 64 << 10;
  return options;
}

// A store with tables, a write-ahead log, a destroyed bucket and a snapshot, closed in order.
class Original {
 public:
  Original() {
    auto engine = open_rocksdb(options_for(folder_.path()));
    INVARIANT(engine.has_value(), "the test can make a store");
    Chain chain;
    while ((*engine)->last() < kRows) {
      const BucketId bucket{static_cast<std::uint32_t>(1 + (*engine)->last() / 100)};
      INVARIANT(commit(**engine, chain.next(**engine, 5, bucket, 700)) == Appended::Durable, "the test can write");
      if ((*engine)->last() == 150) INVARIANT((*engine)->destroy_bucket(BucketId{1}).has_value(), "and destroy");
      if ((*engine)->last() == 200) INVARIANT((*engine)->put_snapshot(200, Bytes(5000, 's')).has_value(), "and snapshot");
    }
    head_ = chain.head();
  }
  const std::string& path() const { return folder_.path(); }
  const Digest& head() const { return head_; }

 private:
  Folder folder_{quick_folder()};
  Digest head_;
};

const Original& original() {
  static const Original made;
  return made;
}

class Copy {
 public:
  Copy() { fs::copy(original().path(), path(), fs::copy_options::recursive); }
  std::string path() const { return folder_.path() + "/store"; }

 private:
  Folder folder_{quick_folder()};
};

// "harmless", "detected: why", or what went unnoticed. What the broker does at start, and a further append.
std::string outcome_of(const std::string& path) {
  auto engine = open_rocksdb(options_for(path));
  if (!engine) return "detected: " + std::string(engine.error().code.name);
  const auto checkpoint = read_checkpoint(checkpoint_in(path));
  if (!checkpoint) return "detected: checkpoint";
  const CheckReport report = check_log(**engine, {follow_stub, examine_row, *checkpoint, {}});
  if (!report.whole()) return "detected: " + report.findings[0].what;
  const auto snapshot = (*engine)->snapshot(kSequenceMax);
  if (!snapshot) return "detected: snapshot";
  if (report.last != kRows) return "UNNOTICED: the log ends at " + std::to_string(report.last);
  if (report.head != original().head()) return "UNNOTICED: other records";
  if (report.destroyed != 100) return "UNNOTICED: other records destroyed";
  if (!*snapshot || (*snapshot)->sealed != Bytes(5000, 's')) return "UNNOTICED: another snapshot";
  Chain chain;
  chain.continue_from(report.head);
  return commit(**engine, chain.next(**engine, 1)) == Appended::Durable ? "harmless" : "detected: append";
}

std::vector<fs::path> files_of(const std::string& path) {
  std::vector<fs::path> out;
  for (const auto& entry : fs::recursive_directory_iterator(path)) {
    if (entry.is_regular_file() && entry.file_size() > 0) out.push_back(entry.path());
  }
  std::ranges::sort(out);
  return out;
}

void damage(const fs::path& file, std::mt19937_64& random) {
  const auto size = fs::file_size(file);
  if (random() % 4 == 0) return fs::resize_file(file, random() % size);
  std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
  // Half of the flips near the end, where recovery is most lenient.
  const auto offset = static_cast<std::streamoff>(random() % 2 == 0 ? random() % size : size - 1 - random() % std::min<std::uint64_t>(size, 2048));
  bytes.seekg(offset);
  const char flipped = static_cast<char>(bytes.get() ^ (1 << random() % 8));
  bytes.seekp(offset);
  bytes.put(flipped);
}

std::string sort_of(const fs::path& file) {
  if (file.extension() == ".sst" || file.extension() == ".log") return file.extension().string().substr(1);
  return file.filename().string().substr(0, file.filename().string().find('-'));
}

// Every sort of file alike, however many there are of it.
void damage_many(std::size_t times) {
  std::cout << "seed " << kSeed << "\n";
  std::mt19937_64 random(kSeed);
  std::map<std::string, std::map<std::string, int>> tally;
  for (std::size_t n = 0; n < times; ++n) {
    const Copy copy;
    std::map<std::string, std::vector<fs::path>> sorts;
    for (const fs::path& file : files_of(copy.path())) sorts[sort_of(file)].push_back(file);
    const auto& files = std::next(sorts.begin(), static_cast<std::ptrdiff_t>(random() % sorts.size()))->second;
    const fs::path file = files[random() % files.size()];
    damage(file, random);
    const std::string outcome = outcome_of(copy.path());
    ASSERT_THAT(outcome, testing::Not(testing::HasSubstr("UNNOTICED"))) << file << ", damage " << n;
    ++tally[sort_of(file)][outcome.substr(0, 8)];
  }
  for (const auto& [sort, counts] : tally) {
    for (const auto& [outcome, count] : counts) std::cout << sort << " " << outcome << " " << count << "\n";
  }
  for (const char* sort : {"sst", "log", "checkpoint", "MANIFEST", "CURRENT"}) EXPECT_GT(tally[sort]["detected"], 0) << sort;
}

TEST(Damage, FlippedBitsAndCutFilesAreDetectedOrHarmless) { damage_many(60); }
TEST(DamageLong, FlippedBitsAndCutFilesAreDetectedOrHarmless) { damage_many(500); }

TEST(Damage, AnUndamagedStoreIsWhole) {
  const Copy copy;
  EXPECT_EQ(outcome_of(copy.path()), "harmless");
}

fs::path newest_log(const std::string& path) {
  fs::path newest;
  for (const fs::path& file : files_of(path)) {
    if (file.extension() == ".log") newest = file;
  }
  return newest;
}

TEST(Damage, OnlyTheCheckpointSeesALostEnd) {
  const Copy copy;
  fs::resize_file(newest_log(copy.path()), fs::file_size(newest_log(copy.path())) - 10);
  EXPECT_EQ(outcome_of(copy.path()), "detected: E-CHAIN");
  // With a checkpoint that knows less, the same loss is invisible: this is why there is one.
  ASSERT_TRUE(write_checkpoint(checkpoint_in(copy.path()), {1, hash_of(stub_of(1, {}, row_of(1, {}, BucketId{1}, 700).content))}));
  EXPECT_THAT(outcome_of(copy.path()), testing::HasSubstr("UNNOTICED: the log ends at"));
}

TEST(Damage, AMissingOrForeignCheckpointIsDetected) {
  const Copy copy;
  ASSERT_TRUE(write_checkpoint(checkpoint_in(copy.path()), {kRows, Digest{}}));
  EXPECT_EQ(outcome_of(copy.path()), "detected: E-CHAIN");
  ASSERT_TRUE(write_checkpoint(checkpoint_in(copy.path()), {7, Digest{}}));
  EXPECT_EQ(outcome_of(copy.path()), "detected: is not the one that the checkpoint names");
  fs::remove(checkpoint_in(copy.path()));
  EXPECT_EQ(outcome_of(copy.path()), "detected: E-CHAIN");
}

TEST(Damage, AStoreWithoutItsCurrentFileIsNotMadeAnew) {
  const Copy copy;
  fs::remove(copy.path() + "/log/CURRENT");
  EXPECT_EQ(outcome_of(copy.path()), "detected: E-CHAIN");
  ASSERT_TRUE(write_checkpoint(checkpoint_in(copy.path()), {}));
  EXPECT_EQ(outcome_of(copy.path()), "detected: E-CHAIN");
}

TEST(Damage, AVanishedLogBesideItsCheckpointIsNotMadeAnew) {
  const Copy copy;
  fs::remove_all(copy.path() + "/log");
  EXPECT_EQ(outcome_of(copy.path()), "detected: E-CHAIN");
}

// Somebody who writes RocksDB's own files well-formed: checksums hold, only our checks can tell.
class Forger {
 public:
  explicit Forger(const std::string& path) {
    std::vector<rocksdb::ColumnFamilyDescriptor> columns;
    for (const char* name : layout::kNames) columns.emplace_back(name, rocksdb::ColumnFamilyOptions());
    rocksdb::DB* db = nullptr;
    const auto status = rocksdb::DB::Open(rocksdb::DBOptions(), path + "/log", columns, &handles_, &db);
    INVARIANT(status.ok(), "the test opens the store's RocksDB");
    db_.reset(db);
  }
  ~Forger() {
    for (auto* handle : handles_) db_->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
  }
  void remove(layout::Column column, const Bytes& key) { EXPECT_TRUE(db_->Delete({}, handles_[column], key).ok()); }
  void put(layout::Column column, const Bytes& key, const Bytes& value) {
    EXPECT_TRUE(db_->Put({}, handles_[column], key, value).ok());
  }
  Bytes get(layout::Column column, const Bytes& key) {
    Bytes value;
    EXPECT_TRUE(db_->Get({}, handles_[column], key, &value).ok());
    return value;
  }

 private:
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
  std::unique_ptr<rocksdb::DB> db_;
};

TEST(Damage, ABodyThatIsGoneIsToldFromADestroyedBucket) {
  const Copy copy;
  Forger(copy.path()).remove(layout::kBody, layout::bucket_key(BucketId{3}, 250));
  EXPECT_EQ(outcome_of(copy.path()), "detected: record 250: body is absent, though its bucket was never destroyed");
}

TEST(Damage, AContentOfAnotherSizeIsFound) {
  const Copy copy;
  Forger(copy.path()).put(layout::kContent, layout::bucket_key(BucketId{3}, 250), "short");
  EXPECT_EQ(outcome_of(copy.path()), "detected: record 250: content has another size than was written");
}

TEST(Damage, ASwappedContentIsFoundByTheStubsDigest) {
  const Copy copy;
  {
    Forger forger(copy.path());
    const Bytes key = layout::bucket_key(BucketId{3}, 250);
    Bytes content = forger.get(layout::kContent, key);
    content[0] ^= 1;
    forger.put(layout::kContent, key, content);
  }
  EXPECT_EQ(outcome_of(copy.path()), "detected: content is not what the stub says");
}

TEST(Damage, ARecordMissingInTheMiddleIsFound) {
  const Copy copy;
  Forger(copy.path()).remove(layout::kLog, layout::log_key(250));
  EXPECT_EQ(outcome_of(copy.path()), "detected: record 250: is missing");
}

TEST(Damage, ARecordMissingAtTheEndIsFound) {
  const Copy copy;
  Forger(copy.path()).remove(layout::kLog, layout::log_key(kRows));
  EXPECT_EQ(outcome_of(copy.path()), "detected: E-CHAIN");
}

TEST(Damage, AChangedStubBreaksTheChain) {
  const Copy copy;
  {
    Forger forger(copy.path());
    Row row = row_of(250, Digest{}, BucketId{3}, 700);
    forger.put(layout::kLog, layout::log_key(250), layout::log_value(row));
  }
  EXPECT_EQ(outcome_of(copy.path()), "detected: does not follow the record before it");
}

TEST(Damage, TheReaderOpensWithoutChangingTheStore) {
  const Copy copy;
  const auto before = files_of(copy.path());
  {
    const auto log = open_rocksdb_reader(options_for(copy.path()));
    ASSERT_TRUE(log) << describe(log.error());
    EXPECT_TRUE(check_log(**log, {follow_stub, examine_row, std::nullopt, {}}).whole());
    EXPECT_TRUE((*log)->verify_files());
    EXPECT_TRUE((*log)->destroyed(BucketId{1}));
  }
  for (const fs::path& file : before) EXPECT_TRUE(fs::exists(file)) << file;
  EXPECT_EQ(open_rocksdb_reader(options_for(copy.path() + "/nowhere")).error().code, code::kNotFound);
}

TEST(Damage, AStoreThatIsOpenIsFencedToOthers) {
  const Copy copy;
  const auto first = open_rocksdb(options_for(copy.path()));
  ASSERT_TRUE(first);
  const auto second = open_rocksdb(options_for(copy.path()));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, code::kFenced);
}

}  // namespace
}  // namespace concordat::store
