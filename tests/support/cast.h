// The cast of the broker's tests: the parties, desks, adapters and clients of Cheshire East with keys of their own, all invented.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "broker/append/protect.h"
#include "broker/core/input.h"
#include "broker/admit/verify.h"
#include "proto/base/entropy.h"
#include "proto/directory/directory.h"
#include "proto/seal/box.h"
#include "proto/seal/proof.h"

namespace concordat::test {

/// splitmix64: the same numbers for the same seed on every machine, as fast as tests need.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t draw();
  std::uint64_t below(std::uint64_t bound) { return draw() % bound; }
  /// From `low` to `high`, both included.
  std::uint64_t between(std::uint64_t low, std::uint64_t high) { return low + below(high - low + 1); }
  bool chance(std::uint32_t thousandths) { return below(1000) < thousandths; }

 private:
  std::uint64_t state_;
};

/// Entropy for tests alone: a seed is a stream.
class DiceEntropy final : public Entropy {
 public:
  explicit DiceEntropy(std::uint64_t seed) : dice_(seed) {}
  void fill(std::span<std::uint8_t> out) override;

 private:
  Dice dice_;
};

/// Bucket keys that outlive the process of a test broker, as the key ring does.
class MemoryKeys final : public broker::BucketKeys {
 public:
  explicit MemoryKeys(std::uint64_t seed) : entropy_(seed) {}
  Result<const seal::SymmetricKey*> key_for_writing(BucketId bucket) override;
  Result<const seal::SymmetricKey*> key_for_reading(BucketId bucket) override;
  Result<int> destroy_snapshot_key(BucketId bucket) override;

 private:
  DiceEntropy entropy_;
  std::map<BucketId, seal::SymmetricKey> keys_;
};

namespace desk {
inline constexpr DeskNumber kIdva{11}, kMarac{12}, kChecs{13}, kAdults{14}, kUnplaced{15}, kPoliceDesk{16}, kHelpline{21}, kProgramme{31}, kNotify{41}, kWitnessCare{42}, kControl{43};
}

inline constexpr const char* kPolice = "cheshire-constabulary/incidents";
inline constexpr const char* kHospital = "mid-cheshire-hospitals/assessments";
inline constexpr const char* kCourts = "hmcts/results";
inline constexpr const char* kPrisons = "hmpps/movements";
inline constexpr const char* kCouncil = "cheshire-east-council/progress";
inline constexpr const char* kBroker = "cheshire-east-broker";

/// 2026-07-14T02:10:00Z, a Tuesday: 03:10 in Cheshire.
inline constexpr Instant kNight = instant_of(1783995000000);

/// Everybody's keys, and the directory that lists them.
struct Cast {
  Cast();
  directory::Directory directory;
  seal::ExchangeKey exchange;
  seal::EventIdKey event_ids;
  seal::LinkageKey linkage;
  seal::BoxPair broker_box;
  seal::SigningPair broker_signing;
  std::map<std::string, seal::SigningPair> adapters;
  std::map<DeskNumber, seal::BoxPair> desks;

  broker::BrokerKeys broker_keys() const;
  /// The client that publishes for an adapter, or reads a desk: each has one of its own.
  static std::string client_of(const std::string& adapter) { return adapter + "-client"; }
  std::string client_of(DeskNumber desk) const;
};

std::shared_ptr<const directory::Directory> share(directory::Directory directory);
/// The same directory as the next version, changed by `edit`.
template <class Edit>
directory::Directory next_version(directory::Directory directory, Edit edit) {
  directory.version += 1;
  edit(directory);
  directory.digest = seal::hash("concordat/test/directory", Writer().u64(directory.version).bytes());
  return directory;
}

inline constexpr const char* kVictimsFile = "policy/agreements/cheshire-east/victim-information.yaml";
inline constexpr const char* kMaracFile = "policy/agreements/cheshire-east/marac.yaml";
/// The file's text; the tests run in the project's folder.
std::string file_text(const std::string& path);
/// `text` with its only `from` replaced by `to`; aborts if it is not there exactly once.
std::string edited(std::string text, const std::string& from, const std::string& to);

/// An agreement's file as the log adopts it.
wire::AgreementAdopted adopted(const std::string& name, std::uint32_t version, Bytes file);
/// The world of a directory and agreement files; aborts with the error if they do not fit.
broker::World world_of(std::shared_ptr<const directory::Directory> directory, const std::vector<Bytes>& agreements,
                       std::shared_ptr<const broker::Calendar> calendar);
/// Europe/London in 2026 with the bank holidays of summer and Christmas, without reading the system's tables.
std::shared_ptr<const broker::Calendar> calendar_2026();

}  // namespace concordat::test
