// The publishing side of a session: batches out of the outbox, signed once and sent byte for byte until they are answered.
//
//   outbox: waiting ──sign, record──▶ sent ──results──▶ accepted or refused
//   window: at most `publish_batches` of the welcome without an answer; after a reconnect the oldest unanswered goes first.
//
// Pure but for the keep and randomness. One thread.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "adapters/sdk/beliefs.h"
#include "adapters/sdk/keep/keep.h"
#include "proto/base/entropy.h"
#include "proto/observe/log.h"
#include "proto/wire/session.h"

namespace concordat::sdk {

/// Who signs batches.
struct Signer {
  std::string agency;
  std::string adapter;
  seal::SigningPair signing;
};

/// True if the directory lists this key for the adapter.
bool signs_for(const seal::VerifyKey& key, std::string_view adapter, const directory::Directory& directory);

class Publishing {
 public:
  Publishing(const Signer& signer, keep::Keep& keep, Entropy& entropy, observe::Log& log) : signer_(signer), keep_(keep), entropy_(entropy), log_(log) {}

  const std::string& adapter() const { return signer_.adapter; }
  /// True if the outbox had to begin a new epoch, because the broker knows more of this one than we do (a restored copy):
  /// say hello again. Else everything unanswered is ready to be sent.
  Result<bool> opened(const wire::Welcome& welcome);
  void closed();
  /// What may be sent now, within the window. Unavailable until the directory held has the keys: the broker's (E-DIRECTORY), the signer's
  /// (E-KEY-FILE).
  Result<std::vector<wire::Publish>> more(const directory::Directory& directory);
  /// E-PROOF if the broker did not sign it. Answers to what is not under way are ignored.
  Result<int> answered(const wire::Results& results, const directory::Directory& directory, const std::map<std::string, std::optional<Bytes>>& state,
                       Instant now);
  std::size_t under_way() const { return under_way_.size(); }

 private:
  Result<std::optional<keep::SentBatch>> next_batch(const directory::Directory& directory);
  Result<wire::Publish> publish(keep::SentBatch& batch, const directory::Directory& directory);
  seal::BatchStatement statement(std::uint64_t first, const directory::Directory& directory) const;

  const Signer& signer_;
  keep::Keep& keep_;
  Entropy& entropy_;
  observe::Log& log_;
  std::size_t window_ = 0;
  std::uint32_t broker_key_ = 0;
  std::deque<keep::SentBatch> again_;        ///< Unanswered from before, still to be sent in this session.
  std::deque<std::uint64_t> under_way_;      ///< First sequences, in order.
};

}  // namespace concordat::sdk
