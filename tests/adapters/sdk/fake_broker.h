// A broker in one process, over the messages themselves: verifies and takes batches, answers once, hands over to the IDVA what
// policy::decide grants. It keeps nothing on disk and has the manners of the real one only as far as a client can see.
#pragma once

#include <algorithm>
#include <map>
#include <set>

#include "policy/decide.h"
#include "proto/contract/contract.h"
#include "tests/adapters/sdk/partnership.h"

namespace concordat::testing {

class FakeBroker {
 public:
  explicit FakeBroker(const CheshireEast& east) : east_(east), beliefs_(east.beliefs()), signing_(east.broker_signing()) {}

  wire::Welcome welcome(const wire::Hello& hello) {
    ++session_;
    ephemeral_ = seal::new_box_pair(entropy_);
    wire::Welcome out;
    out.broker = beliefs_.directory().broker.name;
    out.head = head();
    out.hash_at_seen = hello.seen.mark.sequence == 0 ? Digest{} : mark(hello.seen.mark.sequence).hash;
    out.directory_version = 1;
    out.session_epoch = session_;
    out.session_key = ephemeral_.open;
    out.broker_key = 1;
    out.next_sequence = expects_[hello.outbox_epoch.value];
    out.publish_batches = window;
    out.signature = seal::sign(signing_.secret, seal::context::kSession, wire::signed_part(out));
    return out;
  }

  /// Verifies as a broker must and answers; a batch that does not verify fails the test.
  wire::Results take(const wire::Publish& publish) {
    wire::Results results;
    auto batch = wire::decode_batch(publish.batch);
    EXPECT_TRUE(batch) << describe(batch.error());
    std::vector<Digest> digests;
    std::vector<wire::Event> events;
    for (const Bytes& bytes : batch->events) {
      events.push_back(*wire::decode_event(bytes));
      digests.push_back(wire::digest_of(events.back()));
    }
    EXPECT_TRUE(seal::batch_verifies(beliefs_.directory().adapter(batch->statement.adapter)->verify, batch->statement, digests, batch->signature));
    auto secrets = seal::unbox_secrets(east_.broker_box, batch->secrets, wire::encode(batch->statement), events.size());
    EXPECT_TRUE(secrets) << describe(secrets.error());
    for (std::size_t at = 0; at < events.size(); ++at) {
      results.events.push_back(admit(std::move(events[at]), std::move((*secrets)[at]), digests[at], {batch->statement, digests, batch->signature}, at));
    }
    expects_[batch->statement.outbox_epoch.value] = batch->statement.first_sequence + events.size();
    results.outbox_epoch = batch->statement.outbox_epoch;
    results.first_sequence = batch->statement.first_sequence;
    results.head = head();
    return sign(results);
  }
  wire::Results sign(wire::Results results) const {
    results.signature = seal::sign(signing_.secret, seal::context::kAcceptance, wire::signed_part(results));
    return results;
  }

  struct Taken {
    wire::Header header;
    wire::Event event;
    seal::EventSecret secret;
    Digest digest;
    wire::BatchProof proof;
    std::uint16_t place = 0;
    Sequence sequence = 0;
    wire::EventLeaf leaf;
  };
  /// A frame with what the IDVA may open of the n-th event; empty when nothing. `spoil` may change it before it is signed.
  wire::DeliveryFrame frame(std::size_t n, std::uint64_t number, const std::function<void(wire::DeliveryFrame&, wire::DecisionStatement&)>& spoil = {}) {
    const Taken& taken = *taken_[n];
    const directory::Desk& desk = *beliefs_.directory().desk(std::string_view("cheshire-east-council/idva"));
    const std::vector<std::size_t> granted = grants(taken, desk.number);
    wire::DeliveryFrame frame;
    frame.desk = desk.number;
    frame.session_epoch = session_;
    frame.key = 1;
    frame.proofs = {taken.proof};
    frame.head = head();
    wire::Delivery delivery;
    delivery.number = number;
    delivery.place = taken.place;
    delivery.header = taken.event.header;
    wire::DecisionStatement decision = statement(taken, desk.number);
    std::vector<seal::LabelledShare> shares;
    delivery.others = taken.event.sealed.padding;
    delivery.others.push_back(seal::event_leaf_hash(taken.event.sealed.event_leaf));
    for (std::size_t at = 0; at < taken.event.sealed.leaves.size(); ++at) {
      const seal::Leaf& leaf = taken.event.sealed.leaves[at];
      if (std::find(granted.begin(), granted.end(), at) == granted.end()) {
        delivery.others.push_back(seal::leaf_hash(leaf));
        continue;
      }
      delivery.leaves.push_back(leaf);
      decision.grants.push_back({leaf.label, 0});
      shares.push_back({leaf.label, seal::share_of(taken.secret, leaf.label)});
    }
    std::sort(delivery.others.begin(), delivery.others.end());
    frame.deliveries.push_back(std::move(delivery));
    if (spoil) spoil(frame, decision);
    wire::Delivery& out = frame.deliveries[0];
    out.decision = wire::encode(decision);
    const Bytes session = wire::session_bound(beliefs_.directory().broker.name, desk.name, 1, session_);
    const auto key = seal::session_key_of_broker(ephemeral_, east_.broker_box, east_.idva_box.open, session);
    if (out.shares.empty()) out.shares = seal::box_shares(*key, shares, wire::shares_bound(number, decision.event_digest, out.decision, decision.sequence), entropy_);
    frame.signature = seal::sign(signing_.secret, seal::context::kDecision, wire::signed_part(frame));
    return frame;
  }
  std::size_t taken() const { return taken_.size(); }
  const Taken& event(std::size_t n) const { return *taken_[n]; }

  std::set<std::string> refuse;      ///< References are unknown to a broker: refuses by kind's word.
  std::uint32_t window = 16;
  std::size_t duplicates = 0;
  bool lost_its_log = false;         ///< Its hashes are others than those it told before.

 private:
  wire::LogMark mark(Sequence sequence) const {
    wire::LogMark out{sequence, {}};
    out.hash.bytes[0] = static_cast<std::uint8_t>(sequence);
    out.hash.bytes[1] = lost_its_log ? 9 : 1;
    return out;
  }
  wire::LogMark head() const { return mark(taken_.size() + 1); }

  wire::EventResult admit(wire::Event event, seal::EventSecret secret, const Digest& digest, wire::BatchProof proof, std::size_t place) {
    Taken taken{*wire::decode_header(event.header), std::move(event), std::move(secret), digest, std::move(proof), static_cast<std::uint16_t>(place), 0, {}};
    taken.leaf = *wire::decode_event_leaf(taken.event.sealed.event_leaf);
    wire::EventResult result;
    result.event = taken.header.event;
    if (const auto known = by_id_.find(result.event); known != by_id_.end()) {
      EXPECT_EQ(taken_[known->second]->digest, digest) << "the same event must be the same bytes";
      ++duplicates;
      result.outcome = wire::Outcome::Duplicate;
      result.sequence = known->second + 1;
      return result;
    }
    if (refuse.contains(std::string(contract::name_of(static_cast<contract::Kind>(taken.leaf.kind))))) {
      result.outcome = wire::Outcome::Refused;
      result.code = code::kAssert.name;
      result.detail = "refused by the test";
      return result;
    }
    by_id_[result.event] = taken_.size();
    taken.sequence = taken_.size() + 1;
    result.outcome = wire::Outcome::Accepted;
    result.sequence = taken.sequence;
    result.somebody_told = true;
    taken_.push_back(std::make_unique<Taken>(std::move(taken)));
    return result;
  }

  std::vector<std::size_t> grants(const Taken& taken, DeskNumber desk) const {
    std::vector<seal::Label> labels;
    std::vector<Bytes> facts;
    for (const seal::Leaf& leaf : taken.event.sealed.leaves) {
      labels.push_back(leaf.label);
      facts.push_back(leaf.facts);
    }
    const auto set = contract::collect_facts(taken.leaf.facts, labels, facts);
    EXPECT_TRUE(set) << describe(set.error());
    policy::Case subject;
    subject.kind = static_cast<contract::Kind>(taken.leaf.kind);
    subject.source = beliefs_.directory().party(std::string_view(taken.header.source))->number;
    subject.happened = taken.header.time;
    subject.revision = taken.header.revision;
    subject.labels = labels;
    subject.facts = &*set;
    policy::Decision decision;
    policy::decide(subject, {}, beliefs_.agreements(), beliefs_.directory(), taken.header.time, decision);
    std::vector<std::size_t> out;
    for (const policy::DeskDecision& each : decision.desks) {
      for (std::size_t at = 0; each.desk == desk && at < labels.size(); ++at) {
        if (each.granted[at]) out.push_back(at);
      }
    }
    return out;
  }

  wire::DecisionStatement statement(const Taken& taken, DeskNumber desk) const {
    wire::DecisionStatement out;
    out.event = taken.header.event;
    out.event_digest = taken.digest;
    out.sequence = taken.sequence;
    out.desk = desk;
    out.kind = taken.leaf.kind;
    out.schema_version = taken.leaf.schema_version;
    out.accepted = taken.header.time;
    out.directory = beliefs_.directory().digest;
    out.clauses = {{"cheshire-east/marac v1", "police-high-risk-to-idva", "high-risk", "UK GDPR 6(1)(e), 9(2)(g)", false}};
    out.keep_rule = "1y from case_closed, then erase";
    out.onward = "to marac of the same items";
    out.lane = 1;
    return out;
  }

  const CheshireEast& east_;
  sdk::Beliefs beliefs_;
  seal::SigningPair signing_;
  SeededEntropy entropy_{77};
  seal::BoxPair ephemeral_;
  std::uint32_t session_ = 0;
  std::map<std::uint64_t, std::uint64_t> expects_;
  std::vector<std::unique_ptr<Taken>> taken_;
  std::map<EventId, std::size_t> by_id_;
};

/// A log that nobody reads, and how many lines of each code it had.
class Lines final : public observe::Sink {
 public:
  void write(observe::Level, std::string_view line) override { text += std::string(line) + "\n"; }
  std::string text;
};

class FixedClock final : public Clock {
 public:
  Instant now() override { return at; }
  Instant at = instant_of(1'783'993'500'000);  // 2026-07-14 01:45 UTC
};

}  // namespace concordat::testing
