// The receiving side: see receiving.h.
#include "tests/bench/receiving.h"

#include <unordered_set>

#include "proto/wire/limits.h"

namespace concordat::bench {
namespace {

constexpr Milliseconds kPatience{50};

/// Where opened events go: counted and timed, not written.
class Counting final : public sdk::Desk {
 public:
  Counting(std::size_t compartments, Received& received) : compartments_(compartments), received_(received) {}

  Result<int> file(const sdk::OpenedEvent& event, Instant) override {
    if (event.decision.grants.size() != compartments_) ++received_.wrong_compartments;
    take(event.header.event, event.delivery);
    return 0;
  }
  Result<int> recall(const wire::Recall&, Instant) override { return fail(Fault::Malformed, code::kFrame, "a recall of what nobody recalled"); }
  Result<int> doubt(const EventId&, const std::string&, Instant) override { return fail(Fault::Malformed, code::kFrame, "a doubt about what nobody doubts"); }

  void take(const EventId& event, std::uint64_t delivery) {
    if (!seen_.insert(delivery).second) {
      ++received_.again;
      return;
    }
    received_.items.push_back({event, Steady::now()});
  }

 private:
  std::size_t compartments_;
  Received& received_;
  std::unordered_set<std::uint64_t> seen_;
};

}  // namespace

struct Receiving::Inside {
  Inside(const Partnership& from, const Desk& of, std::unique_ptr<observe::Sink> to, Conversation said, std::unique_ptr<keep::Keep> kept, Manner how)
      : partnership(from),
        desk(of),
        manner(how),
        sink(std::move(to)),
        log(*sink, clock),
        conversation(std::move(said)),
        keep(std::move(kept)),
        counting(of.compartments, received),
        reading(of.keys, from.exchange, counting, *keep, log) {}

  Result<int> take(const wire::DeliveryFrame& frame);
  Result<int> acknowledge(const wire::DeliveryFrame& frame);

  const Partnership& partnership;
  const Desk& desk;
  Manner manner;
  SystemClock clock;
  std::unique_ptr<observe::Sink> sink;
  observe::Log log;
  Conversation conversation;
  std::unique_ptr<keep::Keep> keep;          // Reading asks for one; nothing is written to it
  Received received;
  Counting counting;
  sdk::Reading reading;
};

Result<Receiving> Receiving::open(const Partnership& partnership, const Desk& desk, const std::string& file, Manner manner, Entropy& entropy) {
  TRY(auto sink, observe::sink_to_file(file + ".log"));
  TRY(auto keep, keep::Keep::open(file + ".db", partnership.sender.outbox, {}, entropy));
  const directory::Directory& directory = partnership.beliefs.directory();
  const directory::Desk* listed = directory.desk(std::string_view(desk.keys.desk));
  if (listed == nullptr) return fail(Fault::Malformed, code::kDesk, desk.keys.desk);
  wire::Hello hello;
  hello.desks = {{listed->number, listed->keys.back().id}};
  TRY(Conversation conversation, Conversation::open(partnership, desk.client, desk.transport, std::move(hello)));
  auto inside = std::make_shared<Inside>(partnership, desk, std::move(sink), std::move(conversation), std::move(keep), manner);
  TRY_VOID(inside->reading.hello(directory));
  TRY(const auto credit, inside->reading.opened(inside->conversation.welcome(), directory));
  if (manner == Manner::Opens) {
    for (const auto& message : credit) TRY_VOID(inside->conversation.send(message));
  } else {
    TRY_VOID(inside->conversation.send(wire::Credit{listed->number, wire::kCreditMessagesMax, wire::kCreditBytesMax}));
  }
  return Receiving(std::move(inside));
}

Result<int> Receiving::Inside::acknowledge(const wire::DeliveryFrame& frame) {
  wire::Acknowledge said;
  said.desk = frame.desk;
  for (const wire::Delivery& delivery : frame.deliveries) {
    TRY(const wire::Header header, wire::decode_header(delivery.header));
    if (delivery.leaves.size() != desk.compartments) ++received.wrong_compartments;
    said.items.push_back({delivery.number, header.event, {}, {}});
    counting.take(header.event, delivery.number);
  }
  const auto room = static_cast<std::uint32_t>(frame.deliveries.size());
  TRY_VOID(conversation.send(std::move(said)));
  return conversation.send(wire::Credit{frame.desk, room, wire::kCreditBytesMax});
}

Result<int> Receiving::Inside::take(const wire::DeliveryFrame& frame) {
  ++received.frames;
  if (manner == Manner::Acknowledges) return acknowledge(frame);
  TRY(const auto out, reading.delivered(frame, partnership.beliefs.directory(), clock.now()));
  for (const auto& message : out) {
    if (const auto* said = std::get_if<wire::Acknowledge>(&message)) {
      for (const auto& item : said->items) received.rejected += item.rejected.empty() ? 0 : 1;
    }
    TRY_VOID(conversation.send(message));
  }
  return 0;
}

Result<Received> Receiving::run(const std::atomic<bool>& stop, std::atomic<std::uint64_t>& got) {
  Inside& in = *inside_;
  while (!stop) {
    TRY(const auto messages, in.conversation.receive(kPatience));
    for (const auto& message : messages) {
      if (const auto* frame = std::get_if<wire::DeliveryFrame>(&message)) TRY_VOID(in.take(*frame));
    }
    got = in.received.items.size();
  }
  in.received.traffic = in.conversation.traffic();
  in.received.processor_s = thread_processor_s();
  return std::move(in.received);
}

}  // namespace concordat::bench
