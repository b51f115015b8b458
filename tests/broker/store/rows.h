// Made-up records for the tests of the store: each says its own sequence, and everything in it follows from that.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "broker/store/check.h"
#include "broker/store/engine.h"
#include "proto/base/invariant.h"
#include "proto/seal/proof.h"

namespace concordat::store {

inline constexpr BucketId kBucket{7};

/// A stub as small as the store allows: sequence, hash of the record before, digest of the content.
inline Bytes stub_of(Sequence sequence, const Digest& previous, ByteView content) {
  return Writer().u64(sequence).raw(previous.view()).raw(seal::hash("test/content", content).view()).take();
}
inline Digest hash_of(ByteView stub) { return seal::hash("test/record", stub); }

inline Row row_of(Sequence sequence, const Digest& previous, BucketId bucket = kBucket, std::size_t bytes = 100) {
  Row row;
  row.sequence = sequence;
  row.bucket = bucket;
  row.body = "body of " + std::to_string(sequence);
  row.content = Bytes(bytes + sequence % 7, static_cast<char>('a' + sequence % 26));
  row.stub = stub_of(sequence, previous, row.content);
  return row;
}

/// Makes the next groups of a chain.
class Chain {
 public:
  Group next(const Engine& engine, std::size_t rows, BucketId bucket = kBucket, std::size_t bytes = 100) {
    Group group;
    group.epoch = engine.epoch();
    group.first = engine.last() + 1;
    group.id = *GroupId::from(Writer().u64(engine.epoch()).u64(++groups_).take());
    for (Sequence at = group.first; at < group.first + rows; ++at) {
      group.rows.push_back(row_of(at, head_, bucket, bytes));
      head_ = hash_of(group.rows.back().stub);
    }
    group.head = head_;
    return group;
  }
  const Digest& head() const { return head_; }
  void continue_from(const Digest& head) { head_ = head; }

 private:
  std::uint64_t groups_ = 0;
  Digest head_;
};

inline Followed follow_stub(Sequence sequence, const Digest& previous, ByteView stub) {
  Reader in(stub);
  const bool says_so = in.u64() == sequence && in.raw(Digest::kSize) == previous.view();
  return {hash_of(stub), says_so && in.left() == Digest::kSize};
}

inline Result<int> examine_row(const Stored& stored) {
  const Row& row = stored.row;
  const ByteView digest = ByteView(row.stub).substr(8 + Digest::kSize);
  if (seal::hash("test/content", row.content).view() != digest) {
    return fail(Fault::Corrupt, code::kChain, "content is not what the stub says");
  }
  if (row.body != "body of " + std::to_string(row.sequence)) {
    return fail(Fault::Corrupt, code::kChain, "body is not what was sealed");
  }
  return 0;
}

/// Hands a group over and waits for the word on it.
inline Appended commit(Engine& engine, const Group& group) {
  const auto taken = engine.append(group);
  INVARIANT(taken.has_value(), "the test has disk enough");
  for (int tries = 0; tries < 100; ++tries) {
    // A second answer to an earlier group may come first.
    if (const auto answer = engine.answer(Milliseconds(100)); answer && answer->group == group.id) return answer->outcome;
  }
  return Appended::Unknown;
}

/// A folder of its own, gone afterwards.
class Folder {
 public:
  explicit Folder(const std::filesystem::path& in = std::filesystem::temp_directory_path()) {
    std::string name = (in / "concordat-store-XXXXXX").string();
    INVARIANT(::mkdtemp(name.data()) != nullptr, "the test has a place to write");
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// Where these tests keep the checkpoint: one folder is simpler to copy and to cut than two.
inline std::string checkpoint_in(const std::string& folder) { return folder + "/checkpoint"; }

/// For what need not survive anything: memory where there is such a folder.
inline std::filesystem::path quick_folder() {
  std::error_code ignored;
  return std::filesystem::is_directory("/dev/shm", ignored) ? "/dev/shm" : std::filesystem::temp_directory_path();
}

}  // namespace concordat::store
