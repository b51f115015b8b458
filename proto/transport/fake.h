// The transport within one process, for tests of threads: the same contract as server.h and client.h, without sockets,
// time or cryptography. (The race detector does not understand the packaged ZeroMQ.)
#pragma once

#include <atomic>
#include <deque>
#include <map>
#include <memory>

#include "proto/base/channel.h"
#include "proto/transport/endpoint.h"
#include "proto/transport/poll_set.h"

namespace concordat::transport {

/// Outlives its links. One owner thread; each link may live in another.
class FakeEndpoint final : public Endpoint {
 public:
  explicit FakeEndpoint(std::size_t queue_frames_max = 1'024);

  /// A client that proves `key`. Owner's thread only.
  std::unique_ptr<Link> link(const PublicKey& key);
  /// Ends every connection, as a restart does.
  void cut();

  Result<Polled> poll(Milliseconds patience) override;
  Result<int> send(Connection connection, Bytes frame) override;
  Result<int> allow(AllowList list) override;
  Counts counts() const override { return counts_; }
  void watch(int descriptor) override { waiting_.watch(descriptor); }
  void unwatch(int descriptor) override { waiting_.unwatch(descriptor); }
  void wake() override { waiting_.wake(); }
  void interrupt() override { waiting_.interrupt(); }

 private:
  friend class FakeLink;
  struct Down {
    std::uint64_t connection = 0;
    Bytes frame;
  };
  struct Line {
    Line(const PublicKey& proven, std::size_t frames) : key(proven), to_client(frames) {}
    const PublicKey key;
    std::atomic<std::uint64_t> connection = 0;  // 0: none
    std::atomic<bool> refused = false;
    Channel<Down> to_client;
    PollSet client;
  };
  struct Up {
    Line* line = nullptr;
    std::uint64_t connection = 0;  // 0: a knock
    Bytes frame;
  };
  void answer(Line& line);
  void receive(Up up, Polled& polled);
  void refuse(Why why, const PublicKey& key);

  const std::size_t queue_frames_max_;
  PollSet waiting_;
  Channel<Up> to_server_;
  std::deque<Line> lines_;
  std::map<std::uint64_t, Line*> connected_;
  std::uint64_t last_connection_ = 0;
  AllowList list_;
  Tally tally_;
  Counts counts_{};
};

}  // namespace concordat::transport
