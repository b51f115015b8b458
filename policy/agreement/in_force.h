// The agreements in force: compiled once, at adoption, against one directory; immutable and shared between threads.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/agreement/agreement.h"
#include "policy/agreement/standing.h"
#include "policy/decide.h"
#include "proto/base/result.h"
#include "proto/directory/directory.h"

namespace concordat::policy {

/// An agreement and the hash of its file, which is what the parties signed.
struct Adopted {
  Agreement agreement;
  Digest digest;
};

/// How to hash the set; policy has no cryptography of its own. E.g. seal::hash under a context of the caller's.
using Hash = Digest (*)(ByteView);

struct Compiled;
/// Whether a clause may tell a desk in place of another that is barred from the case.
using StandIn = std::function<bool(const Agreement&, const Clause&, const directory::Desk&)>;

class InForce {
 public:
  /// Refuses with E-MEANING, E-LAW, E-ENVIRONMENT or E-DIRECTORY, naming file, line and column, what does not fit the
  /// directory, cannot be enforced, contradicts the law tables, or contradicts itself: the first finding of check().
  /// An empty set is valid and permits nothing. Any order gives the same result.
  static Result<std::shared_ptr<const InForce>> compile(std::vector<Adopted> agreements,
                                                        const directory::Directory& directory, Hash hash);

  ~InForce();
  InForce(const InForce&) = delete;
  InForce& operator=(const InForce&) = delete;

  /// Hash of the sorted digests of the agreements: what records name.
  const Digest& digest() const { return digest_; }
  /// Sorted by name: a ClauseRef's agreement is an index in here.
  std::span<const Adopted> agreements() const { return agreements_; }
  std::size_t clause_count() const;

  /// Nothing for a reference that names no clause of this set.
  const Agreement* agreement(ClauseRef ref) const;
  const Clause* clause(ClauseRef ref) const;
  std::optional<ClauseRef> find(std::string_view agreement, std::string_view clause) const;
  /// "cheshire-east/marac police-high-risk-to-idva", or "none".
  std::string name(ClauseRef ref) const;
  /// Of Reason::detail where `why` is Never: "cheshire-east/marac whereabouts", or "none".
  std::string never_name(std::uint16_t index) const;
  const Never* never(std::uint16_t index) const;
  /// Names of agreements whose review date has passed, and of those that have ended, at `now`.
  std::vector<std::string> overdue(Instant now) const;
  std::vector<std::string> ended(Instant now) const;
  /// Of all agreements: what comes near or is past. Those that are due() want an alarm, once a day.
  std::vector<Notice> notices(Instant now) const;
  /// False if an agreement began or ended between the two: what was decided at one must be decided again at the other.
  bool same_between(Instant one, Instant other) const;

  /// For decide and its kin.
  const Compiled& compiled() const { return *compiled_; }

 private:
  friend std::shared_ptr<const InForce> bind(std::vector<Adopted> agreements, const directory::Directory& directory,
                                             Hash hash, const StandIn& stand_in);
  InForce();
  std::vector<Adopted> agreements_;
  std::unique_ptr<const Compiled> compiled_;
  Digest digest_;
};

/// Something wrong with an agreement, or with the set. Errors keep it from being adopted; warnings are said aloud.
struct Finding {
  Code code;
  std::string where;    ///< "file:line:column"
  std::string message;  ///< Names the clause, and what would mend it.
  bool warning = false;
};

/// All findings of the set against the directory: what cannot be enforced, does not bind, or is not lawful on its face.
std::vector<Finding> check(std::span<const Adopted> agreements, const directory::Directory& directory);

}  // namespace concordat::policy
