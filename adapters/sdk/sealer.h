// From a typed event to sealed bytes in the outbox: which revision it is, what of it may leave at all, tokens, sealing.
// Pure but for randomness and the keep that it asks what it has seen. One thread.
#pragma once

#include <optional>
#include <string>

#include "adapters/sdk/input.h"
#include "adapters/sdk/keep/keep.h"
#include "policy/agreement/in_force.h"
#include "policy/decide.h"
#include "proto/base/entropy.h"
#include "proto/directory/directory.h"
#include "proto/seal/box.h"
#include "proto/seal/seal.h"

namespace concordat::sdk {

/// Who publishes, and the agency's keys for that.
struct Publisher {
  std::string partnership;
  bool live = false;
  std::string party;
  std::string system;                          ///< The source's name in event ids: changing it makes every event new.
  seal::ExchangeKey exchange;
  std::uint32_t exchange_epoch = 0;
  std::optional<seal::LinkageKey> linkage;     ///< A party that need not link has none.
  std::uint32_t linkage_epoch = 0;
  seal::EventIdKey event_ids;
};

/// What became of an event.
enum class Fate : std::uint8_t {
  Unchanged,   ///< Taken before, the same content: nothing to do.
  KeptHome,    ///< No clause in force could release any of it, and nothing says that it may be urgent or mandatory.
  First,       ///< Revision 0.
  Correction,  ///< The next revision, citing the digest of the one before.
  Withdrawal,  ///< A correction that takes everything back: nothing of the new content could be released.
};

struct Prepared {
  Fate fate{};
  std::optional<keep::Outgoing> outgoing;      ///< Of First, Correction, Withdrawal.
  std::optional<std::pair<keep::InputKey, keep::Seen>> seen;
  std::size_t compartments_kept_home = 0;      ///< Compartments that no clause could release and no fact needs.
  /// May be urgent or mandatory, and no clause in force here could release it: it leaves all the same, with the compartments that
  /// bear facts and no others, so that the broker decides, records and alarms. A person must hear of it here too.
  bool unreleasable = false;
  bool content_came_back = false;              ///< The content of a revision that was superseded: taken as the newest.
};

class Sealer {
 public:
  Sealer(const Publisher& publisher, Entropy& entropy) : publisher_(publisher), entropy_(entropy) {}

  /// `origin` tells a person where the input is. E-CLIENT if the party is not in the directory; E-VALUE if somebody is said to
  /// work for a party that is not in it, for that would bar nobody; the contract's errors; E-LIMIT over wire's bounds. Nothing is
  /// kept: the caller commits what comes back.
  Result<Prepared> prepare(const TypedEvent& event, keep::Keep& keep, const directory::Directory& directory, const policy::InForce& agreements,
                           Instant now, std::string origin);
  /// Under what the keep knows a source's reference.
  keep::InputKey key(const std::string& reference) const { return {publisher_.system, reference}; }
  /// Takes back what stands under a reference that its input yields no more. Unchanged if nothing stands there.
  Result<Prepared> withdraw(const NoMore& gone, Instant happened, keep::Keep& keep, std::string origin);

 private:
  struct Ready;
  Result<Ready> split(const TypedEvent& event, const keep::Keep& keep, const directory::Directory& directory, const policy::InForce& agreements,
                      Instant now) const;
  Result<keep::Outgoing> seal(const TypedEvent& event, Ready ready, std::uint32_t revision, const Digest& corrects);

  const Publisher& publisher_;
  Entropy& entropy_;
};

}  // namespace concordat::sdk
