// The committed vectors of the fixed layouts are what this library computes. check_session_vectors.py says the same from another implementation.
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <map>
#include <set>

#include <nlohmann/json.hpp>

#include "proto/wire/session.h"

namespace concordat::wire {
namespace {

using Json = nlohmann::ordered_json;

template <class Id>
Id id(const Json& hex) {
  return Id::from_hex(hex.get<std::string>()).value();
}
Bytes bytes(const Json& hex) { return from_hex(hex.get<std::string>()).value(); }
LogMark head(const Json& in) { return {in["head"]["sequence"].get<Sequence>(), id<Digest>(in["head"]["hash"])}; }

template <class Message>
Json signed_of(const Message& message) {
  const SignedMark mark = signed_mark(message);
  return {{"context", context_of(mark.in)}, {"rest", mark.rest.hex()}, {"signed_part", to_hex(signed_part(message))}};
}

Json welcome(const Json& in) {
  Welcome out;
  out.version = in["version"];
  out.broker = in["broker"];
  out.head = head(in);
  out.hash_at_seen = id<Digest>(in["hash_at_seen"]);
  out.directory_version = in["directory_version"];
  out.session_epoch = in["session_epoch"];
  out.session_key = id<seal::BoxPublic>(in["session_key"]);
  out.broker_key = in["broker_key"];
  out.next_sequence = in["next_sequence"];
  out.publish_batches = in["publish_batches"];
  return signed_of(out);
}

Json results(const Json& in) {
  Results out;
  out.outbox_epoch = OutboxEpoch{in["outbox_epoch"].get<std::uint64_t>()};
  out.first_sequence = in["first_sequence"];
  out.head = head(in);
  for (const Json& each : in["events"]) {
    EventResult event;
    event.outcome = static_cast<Outcome>(each["outcome"].get<std::uint8_t>());
    event.event = id<EventId>(each["event"]);
    event.sequence = each["sequence"];
    event.code = each["code"];
    event.detail = "words for people are not signed";
    const int bits = each["somebody_told"];
    event.somebody_told = (bits & 1) != 0;
    event.unsaid = (bits & 2) != 0;
    for (const Json& desk : each["told"]) event.told.push_back(desk);
    out.events.push_back(std::move(event));
  }
  return signed_of(out);
}

Json delivery_frame(const Json& in) {
  DeliveryFrame out;
  out.desk = DeskNumber{in["desk"].get<std::uint16_t>()};
  out.session_epoch = in["session_epoch"];
  out.key = in["key"];
  out.head = head(in);
  for (const Json& each : in["decisions"]) out.deliveries.emplace_back().decision = bytes(each);
  return signed_of(out);
}

Json bound_of_session(const Json& in) {
  return {{"bound", to_hex(session_bound(in["broker"].get<std::string>(), in["desk"].get<std::string>(), in["key"], in["session_epoch"]))}};
}

Json bound_of_shares(const Json& in) {
  return {{"bound", to_hex(shares_bound(in["delivery"], id<Digest>(in["event_digest"]), bytes(in["decision"]), in["sequence"]))}};
}

TEST(SessionVectors, EveryCommittedValueIsComputedAgainAndEveryLayoutHasACase) {
  const std::map<std::string, std::function<Json(const Json&)>> constructions = {
      {"welcome", welcome}, {"results", results}, {"delivery_frame", delivery_frame}, {"session_bound", bound_of_session}, {"shares_bound", bound_of_shares}};
  std::ifstream file("proto/vectors/session.json");
  ASSERT_TRUE(file) << "proto/vectors/session.json is not there";
  std::set<std::string> had;
  const Json document = Json::parse(file);
  for (const Json& each : document["cases"]) {
    const std::string construction = each["construction"];
    EXPECT_EQ(constructions.at(construction)(each["in"]), each["out"]) << each["in"];
    had.insert(construction);
  }
  EXPECT_EQ(had.size(), constructions.size());
}

}  // namespace
}  // namespace concordat::wire
