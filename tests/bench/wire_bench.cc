// What the wire costs: batches and delivery frames of 64 events of ten compartments (1 KiB of content), encoded and
// decoded by our reader and, beside it, parsed and serialised by the code that protoc generates, on an arena and before
// anything is checked or put into plain structs. And the plain memcpy of as many bytes, which is what one more copy
// would cost.
#include <benchmark/benchmark.h>

#include "concordat/v1/session.pb.h"
#include "tests/proto/wire/random_messages.h"

namespace concordat::wire {
namespace {

template <class Id>
Id any(Dice& dice) {
  Id id;
  for (std::uint8_t& byte : id.bytes) byte = static_cast<std::uint8_t>(dice.below(256));
  return id;
}

seal::Leaf leaf(Dice& dice, std::uint16_t item) {
  return {{1, 1, item, 0},
          Bytes("\x14\0\0\0\x07", 5),
          any<Digest>(dice),
          Bytes(128 + 16, static_cast<char>(dice.below(256)))};
}

Event event(Dice& dice) {
  Event event;
  Header header;
  header.event = any<EventId>(dice);
  header.source = "cheshire-constabulary";
  header.time = instant_of(1'780'000'000'000);
  event.header = encode(header);
  EventLeaf event_leaf;
  event_leaf.salt = any<Digest>(dice);
  event_leaf.kind = 1;
  event_leaf.tokens.assign(3, {1, TokenType::Pnc, 1, any<Token>(dice)});
  event.sealed.event_leaf = encode(event_leaf);
  for (std::uint16_t item = 1; item <= 10; ++item) event.sealed.leaves.push_back(leaf(dice, item));
  for (int i = 0; i < 5; ++i) event.sealed.padding.push_back(any<Digest>(dice));
  return event;
}

Batch batch() {
  Dice dice(1);
  Batch batch;
  batch.statement = {"cheshire-constabulary", "cheshire-constabulary/incidents", {7}, 1, "cheshire-east/broker"};
  for (std::size_t i = 0; i < kBatchEventsMax; ++i) batch.events.push_back(encode(event(dice)));
  batch.secrets = Bytes(64 * 32 + 50, 's');
  batch.signature = any<seal::Signature>(dice);
  return batch;
}

DecisionStatement decision(Dice& dice, std::size_t grants) {
  DecisionStatement statement;
  statement.event = any<EventId>(dice);
  statement.event_digest = any<Digest>(dice);
  statement.kind = 1;
  statement.lane = 1;
  statement.agreements = any<Digest>(dice);
  statement.directory = any<Digest>(dice);
  for (std::uint16_t item = 1; item <= grants; ++item) statement.grants.push_back({{1, 1, item, 0}, 0});
  statement.clauses.push_back(
      {"cheshire-east/marac v3", "police-high-risk-to-idva", "safety of victims", "UK GDPR 6(1)(e), 9(2)(g)", false});
  statement.people.push_back({1, 1, any<Pseudonym>(dice)});
  statement.keep_rule = "1y from case_closed, then erase";
  return statement;
}

DeliveryFrame delivery_frame() {
  constexpr std::uint16_t kGranted = 8;
  Dice dice(2);
  DeliveryFrame frame;
  frame.proofs.resize(1);
  frame.proofs[0].digests.resize(64);
  for (std::uint16_t i = 0; i < 64; ++i) {
    Delivery delivery;
    delivery.number = i + 1u;
    delivery.place = i;
    delivery.header = Bytes(60, 'h');
    for (std::uint16_t item = 1; item <= kGranted; ++item) delivery.leaves.push_back(leaf(dice, item));
    for (int n = 0; n < 8; ++n) delivery.others.push_back(any<Digest>(dice));
    std::sort(delivery.others.begin(), delivery.others.end());
    delivery.decision = encode(decision(dice, kGranted));
    delivery.shares = Bytes(kGranted * 39 + 41, 's');
    frame.deliveries.push_back(std::move(delivery));
  }
  return frame;
}

void per_event(benchmark::State& state, std::size_t bytes) {
  state.counters["time_event"] =
      benchmark::Counter(64, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
  state.counters["bytes_event"] = static_cast<double>(bytes) / 64;
}

void PublishEncode(benchmark::State& state) {
  const Batch message = batch();
  for (auto _ : state) benchmark::DoNotOptimize(encode(message));
  per_event(state, encode(message).size());
}
BENCHMARK(PublishEncode);

void EventsEncode(benchmark::State& state) {
  Dice dice(3);
  std::vector<Event> events;
  for (int i = 0; i < 64; ++i) events.push_back(event(dice));
  for (auto _ : state) {
    for (const Event& one : events) benchmark::DoNotOptimize(encode(one));
  }
  per_event(state, encode(events[0]).size() * 64);
}
BENCHMARK(EventsEncode);

// The way of a batch into the broker: frame, batch, events.
void PublishDecodeWhole(benchmark::State& state) {
  const Bytes frame = encode(ToBroker(Publish{encode(batch())}));
  for (auto _ : state) {
    const auto publish = decode_to_broker(frame);
    const auto decoded = decode_batch(std::get<Publish>(*publish).batch);
    for (const Bytes& bytes : decoded->events) benchmark::DoNotOptimize(decode_event(bytes));
  }
  per_event(state, frame.size());
}
BENCHMARK(PublishDecodeWhole);

void PublishParseGenerated(benchmark::State& state) {
  concordat::v1::session::Publish publish;
  publish.set_batch(encode(batch()));
  const Bytes frame = publish.SerializeAsString();
  for (auto _ : state) {
    google::protobuf::Arena arena;
    auto* one = google::protobuf::Arena::CreateMessage<concordat::v1::session::Publish>(&arena);
    one->ParseFromString(frame);
    auto* decoded = google::protobuf::Arena::CreateMessage<concordat::v1::frame::Batch>(&arena);
    decoded->ParseFromString(one->batch());
    for (const auto& bytes : decoded->events()) {
      auto* event = google::protobuf::Arena::CreateMessage<concordat::v1::frame::Event>(&arena);
      benchmark::DoNotOptimize(event->ParseFromString(bytes));
    }
  }
  per_event(state, frame.size());
}
BENCHMARK(PublishParseGenerated);

void PublishMemcpy(benchmark::State& state) {
  const Bytes frame = encode(batch());
  for (auto _ : state) benchmark::DoNotOptimize(Bytes(frame));
  per_event(state, frame.size());
}
BENCHMARK(PublishMemcpy);

void DeliveryEncode(benchmark::State& state) {
  const ToClient message = delivery_frame();
  for (auto _ : state) benchmark::DoNotOptimize(encode(message));
  per_event(state, encode(message).size());
}
BENCHMARK(DeliveryEncode);

void DeliveryDecode(benchmark::State& state) {
  const Bytes frame = encode(ToClient(delivery_frame()));
  for (auto _ : state) benchmark::DoNotOptimize(decode_to_client(frame));
  per_event(state, frame.size());
}
BENCHMARK(DeliveryDecode);

void DeliverySerialiseGenerated(benchmark::State& state) {
  concordat::v1::session::DeliveryFrame frame;
  frame.ParseFromString(encode(ToClient(delivery_frame())).substr(1));
  for (auto _ : state) benchmark::DoNotOptimize(frame.SerializeAsString());
  per_event(state, frame.ByteSizeLong());
}
BENCHMARK(DeliverySerialiseGenerated);

void DeliveryParseGenerated(benchmark::State& state) {
  const Bytes frame = encode(ToClient(delivery_frame())).substr(1);
  for (auto _ : state) {
    google::protobuf::Arena arena;
    auto* message = google::protobuf::Arena::CreateMessage<concordat::v1::session::DeliveryFrame>(&arena);
    benchmark::DoNotOptimize(message->ParseFromString(frame));
  }
  per_event(state, frame.size());
}
BENCHMARK(DeliveryParseGenerated);

void DecisionEncode(benchmark::State& state) {
  Dice dice(4);
  const DecisionStatement statement = decision(dice, 8);
  for (auto _ : state) benchmark::DoNotOptimize(encode(statement));
  state.counters["bytes"] = static_cast<double>(encode(statement).size());
}
BENCHMARK(DecisionEncode);

void DecisionDecode(benchmark::State& state) {
  Dice dice(4);
  const Bytes bytes = encode(decision(dice, 8));
  for (auto _ : state) benchmark::DoNotOptimize(decode_decision(bytes));
}
BENCHMARK(DecisionDecode);

}  // namespace
}  // namespace concordat::wire

BENCHMARK_MAIN();
