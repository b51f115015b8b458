// The rules that change under way: versions of the agreement and of the directory, each in a few forms, compiled once a process.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "policy/agreement/agreement.h"
#include "policy/agreement/in_force.h"
#include "tests/support/cast.h"

namespace concordat::sim {

using test::Cast;

/// Forms of the directory, as bits.
namespace form {
inline constexpr std::uint32_t kIdvaSuspended = 1, kHelplineSuspended = 2, kChecsSuspended = 4, kHospitalSuspended = 8, kAll = 15;
}

/// How long an outcome waits for its victim to be registered, until somebody must look; and what else waits for one.
inline constexpr Milliseconds kUnmatched = std::chrono::minutes(10), kHeld = std::chrono::days(28);

/// Forms of the agreement. None: withdrawn.
enum class Paper : std::uint8_t { None, Whole, Narrow, NoSupport, Generous };
inline constexpr std::size_t kPapers = 5;
inline constexpr const char* kAgreement = "cheshire-east/marac";

class Rules {
 public:
  explicit Rules(const Cast& cast);

  const Bytes& file(Paper paper) const { return files_.at(static_cast<std::size_t>(paper)); }
  Paper paper(const Bytes& file) const;
  /// For the oracle, which reads agreements as they are written.
  const std::vector<policy::Agreement>& read(Paper paper) const { return read_.at(static_cast<std::size_t>(paper)); }
  std::shared_ptr<const directory::Directory> directory(std::uint64_t version, std::uint32_t form);
  broker::World world(Paper paper, std::uint64_t version, std::uint32_t form);
  /// The same rules without their prohibitions, for a planted bug.
  std::shared_ptr<const policy::InForce> without_never(Paper paper, std::uint32_t form);

 private:
  directory::Directory written(std::uint64_t version, std::uint32_t form) const;
  std::shared_ptr<const policy::InForce> compile(const Bytes& file, std::uint32_t form) const;

  const Cast& cast_;
  const Bytes victims_;  ///< The agreement that victims are informed under: in force from the beginning, and it does not change.
  std::vector<Bytes> files_;
  std::vector<std::vector<policy::Agreement>> read_;
  std::map<std::pair<std::uint64_t, std::uint32_t>, std::shared_ptr<const directory::Directory>> directories_;
  std::map<std::pair<Paper, std::uint32_t>, std::shared_ptr<const policy::InForce>> compiled_, without_never_;
  std::shared_ptr<const broker::Calendar> calendar_ = test::calendar_2026();
};

}  // namespace concordat::sim
