// The transport within one process: see fake.h.
#include "proto/transport/fake.h"

namespace concordat::transport {
namespace {

constexpr Milliseconds kKnockAgain{10};
constexpr std::size_t kFrameBytesMax = 1u << 20;

Result<int> check_size(const Bytes& frame) {
  if (frame.size() <= kFrameBytesMax) return 0;
  return fail(Fault::Malformed, code::kLimit, "frame of " + std::to_string(frame.size()) + " bytes");
}

}  // namespace

class FakeLink final : public Link {
 public:
  FakeLink(FakeEndpoint& endpoint, FakeEndpoint::Line& line) : endpoint_(endpoint), line_(line) {}
  ~FakeLink() override { line_.connection = 0; }

  Result<Polled> poll(Milliseconds patience) override {
    if (mine_ == 0 && line_.connection == 0) knock();
    const bool waits = mine_ != 0 || line_.connection == 0;
    TRY(Awake awake, line_.client.wait({}, !waits       ? Milliseconds(0)
                                           : mine_ == 0 ? std::min(patience, kKnockAgain)
                                                        : patience));
    Polled polled;
    static_cast<Awake&>(polled) = std::move(awake);
    receive(polled);
    notice(polled);
    return polled;
  }

  Result<int> send(Bytes frame) override {
    TRY_VOID(check_size(frame));
    if (mine_ == 0) return fail(Fault::Unavailable, code::kGone);
    if (!endpoint_.to_server_.try_send({&line_, mine_, std::move(frame)})) return fail(Fault::Busy, code::kBusy);
    endpoint_.waiting_.wake();
    return 0;
  }

  Trouble trouble() const override { return mine_ == 0 && line_.refused ? Trouble::NotAdmitted : Trouble::None; }
  void watch(int descriptor) override { line_.client.watch(descriptor); }
  void unwatch(int descriptor) override { line_.client.unwatch(descriptor); }
  void wake() override { line_.client.wake(); }
  void interrupt() override { line_.client.interrupt(); }

 private:
  void knock() {
    if (endpoint_.to_server_.try_send({&line_, 0, {}})) endpoint_.waiting_.wake();
  }
  void receive(Polled& polled) {
    while (polled.frames.size() < kFramesMax) {
      auto down = line_.to_client.receive();
      if (!down) return;
      if (down->connection == mine_) polled.frames.push_back(std::move(down->frame));
    }
    line_.client.wake();
  }
  void notice(Polled& polled) {
    const std::uint64_t now = line_.connection;
    if (now == mine_) return;
    polled.down = mine_ != 0;
    polled.up = mine_ == 0;
    mine_ = mine_ == 0 ? now : 0;
  }

  FakeEndpoint& endpoint_;
  FakeEndpoint::Line& line_;
  std::uint64_t mine_ = 0;
};

FakeEndpoint::FakeEndpoint(std::size_t queue_frames_max)
    : queue_frames_max_(queue_frames_max), to_server_(queue_frames_max * 8) {}

std::unique_ptr<Link> FakeEndpoint::link(const PublicKey& key) {
  return std::make_unique<FakeLink>(*this, lines_.emplace_back(key, queue_frames_max_));
}

void FakeEndpoint::cut() {
  connected_.clear();
  for (Line& line : lines_) {
    line.connection = 0;
    line.client.wake();
  }
}

Result<Endpoint::Polled> FakeEndpoint::poll(Milliseconds patience) {
  TRY(Awake awake, waiting_.wait({}, patience));
  Polled polled;
  static_cast<Awake&>(polled) = std::move(awake);
  for (std::size_t seen = 0; seen < kReceivedMax; ++seen) {
    auto up = to_server_.receive();
    if (!up) break;
    receive(std::move(*up), polled);
  }
  if (to_server_.size() > 0) waiting_.wake();
  polled.refused = tally_.take(std::chrono::steady_clock::now());
  return polled;
}

void FakeEndpoint::receive(Up up, Polled& polled) {
  if (up.connection == 0) return answer(*up.line);
  const auto known = list_.find(up.line->key);
  if (known == list_.end()) return refuse(Why::Revoked, up.line->key);
  if (!connected_.contains(up.connection)) return;
  polled.received.push_back({{up.connection}, known->second, std::move(up.frame)});
}

void FakeEndpoint::answer(Line& line) {
  if (line.connection != 0) return;
  line.refused = !list_.contains(line.key);
  if (line.refused) return refuse(Why::UnknownKey, line.key);
  connected_[++last_connection_] = &line;
  line.connection = last_connection_;
  line.client.wake();
}

void FakeEndpoint::refuse(Why why, const PublicKey& key) {
  ++counts_[static_cast<std::size_t>(why)];
  tally_.add(why, std::chrono::steady_clock::now(), {}, key.hex());
}

Result<int> FakeEndpoint::send(Connection connection, Bytes frame) {
  TRY_VOID(check_size(frame));
  const auto place = connected_.find(connection.value);
  if (place == connected_.end()) return fail(Fault::Unavailable, code::kGone);
  Line& line = *place->second;
  if (line.connection != connection.value) {
    connected_.erase(place);
    return fail(Fault::Unavailable, code::kGone);
  }
  if (!line.to_client.try_send({connection.value, std::move(frame)})) {
    refuse(Why::HighWater, line.key);
    return fail(Fault::Busy, code::kBusy, "the connection's queue is full");
  }
  line.client.wake();
  return 0;
}

Result<int> FakeEndpoint::allow(AllowList list) {
  std::erase_if(connected_, [&](const auto& one) { return !list.contains(one.second->key); });
  list_ = std::move(list);
  return 0;
}

}  // namespace concordat::transport
