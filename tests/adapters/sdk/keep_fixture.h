// A keep in a folder of its own, and small inputs to put into it.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "adapters/sdk/keep/keep.h"
#include "tests/adapters/sdk/seeded.h"

namespace concordat::testing {

class Folder {
 public:
  Folder() {
    std::string name = ::testing::TempDir() + "concordat-XXXXXX";
    path_ = ::mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

inline std::string read_whole(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}
inline void write_whole(const std::string& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

inline seal::SymmetricKey key_of(char fill) { return *seal::SymmetricKey::from(Bytes(32, fill)); }

/// An event id as the keyed hash that it is in life: it shows nothing of the reference.
inline EventId event_named(const std::string& name) { return seal::event_id(*seal::EventIdKey::from(Bytes(32, 'e')), "police", name, 0); }

/// An input "P1" with one event, as an adapter would commit it.
inline keep::Changes one_input(const std::string& reference, const std::string& said = "content") {
  keep::Outgoing event;
  event.event = event_named(reference);
  event.digest.bytes[0] = 7;
  event.bytes = "sealed " + reference + " " + said;
  event.secret = *seal::EventSecret::from(Bytes(32, 's'));
  event.origin = "incidents.csv";
  event.line = 4;
  event.input = {"police", reference};
  keep::Changes changes;
  changes.seen.push_back({event.input, {0, Digest{}, event.event, event.digest, false}});
  changes.outgoing.push_back(std::move(event));
  changes.state["offset"] = Bytes("after " + reference);
  changes.counted["inputs"] = 1;
  return changes;
}

class KeepTest : public ::testing::Test {
 protected:
  void open(keep::Limits limits = {}, keep::FaultHook hook = {}) {
    keep_.reset();
    auto opened = keep::Keep::open(folder_ / "keep.db", key_of('k'), limits, entropy_, std::move(hook));
    ASSERT_TRUE(opened) << describe(opened.error());
    keep_ = std::move(*opened);
  }
  void SetUp() override { open(); }
  /// "waiting 1 sent 0 accepted 0 refused 0"
  std::string outbox() {
    const auto counts = keep_->outbox_counts();
    if (!counts) return describe(counts.error());
    return "waiting " + std::to_string(counts->waiting) + " sent " + std::to_string(counts->sent) + " accepted " +
           std::to_string(counts->accepted) + " refused " + std::to_string(counts->refused);
  }
  /// Everything that is on the disk, the write-ahead log included.
  std::string on_disk() { return read_whole(folder_ / "keep.db") + read_whole(folder_ / "keep.db-wal"); }

  Folder folder_;
  SeededEntropy entropy_{20260714};
  std::unique_ptr<keep::Keep> keep_;
  Instant now_ = instant_of(1'784'000'000'000);
};

}  // namespace concordat::testing
