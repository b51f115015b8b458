// What is not of the protocol is refused, with the code and the field's path; beside each refusal stands what is
// permitted.
#include <gtest/gtest.h>

#include "tests/proto/wire/spoken.h"

namespace concordat::wire {
namespace {

Bytes tag(unsigned field, unsigned type) { return Bytes(1, static_cast<char>(field << 3 | type)); }
Bytes varint(std::uint64_t value) {
  Bytes out;
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
  out.push_back(static_cast<char>(value));
  return out;
}
Bytes sized(unsigned field, ByteView bytes) { return tag(field, 2) + varint(bytes.size()) + Bytes(bytes); }
Bytes number(unsigned field, std::uint64_t value) { return tag(field, 0) + varint(value); }

template <class M>
std::string verdict(const Result<M>& result) {
  return result ? "taken" : std::string(result.error().code.name) + " " + result.error().detail;
}
std::string to_broker(const Bytes& frame) { return verdict(decode_to_broker(frame)); }
std::string to_client(const Bytes& frame) { return verdict(decode_to_client(frame)); }
Bytes acknowledge(const Bytes& item) { return "\x04" + sized(2, item); }

TEST(Frame, EmptyOrOfUnknownTypeIsRefused) {
  EXPECT_EQ(to_broker(""), "E-FRAME the frame is empty");
  EXPECT_EQ(to_broker(Bytes(1, '\0')), "E-FRAME message type 0 is none to a broker");
  EXPECT_EQ(to_broker("\x07"), "E-FRAME message type 7 is none to a broker");
  EXPECT_EQ(to_broker("\x06"), "taken");
}

TEST(Frame, OfTheOtherDirectionIsRefused) {
  const Bytes results = encode(ToClient(Results{}));
  EXPECT_EQ(to_client(results), "taken");
  EXPECT_EQ(to_broker(results), "E-FRAME message type 66 is none to a broker");
  EXPECT_EQ(to_client("\x06"), "E-FRAME message type 6 is none to a client");
}

TEST(Frame, OverTheMessageLimitIsRefusedUnread) {
  EXPECT_EQ(to_broker(Bytes(kMessageBytesMax + 1, '\x02')), "E-LIMIT the frame has 1048577 bytes, at most 1048576");
}

TEST(Fields, UnknownOnesAreRefused) {
  EXPECT_EQ(to_broker("\x03" + number(1, 7)), "taken");
  EXPECT_EQ(to_broker("\x03" + number(1, 7) + number(9, 1)),
            "E-FRAME credit has an unknown field or wire type: field 9, type 0");
  EXPECT_EQ(to_broker(acknowledge(number(5, 1))),
            "E-FRAME acknowledge.items[0] has an unknown field or wire type: field 5, type 0");
}

TEST(Fields, OfAnotherWireTypeAreRefused) {
  EXPECT_EQ(to_broker("\x03" + sized(1, "7")), "E-FRAME credit has an unknown field or wire type: field 1, type 2");
}

TEST(Fields, TrailingBytesAreRefused) {
  const Bytes goodbye = "\x06";
  EXPECT_EQ(to_broker(goodbye + Bytes(1, '\0')), "E-FRAME goodbye has a tag that is none");
  EXPECT_EQ(to_broker("\x03" + number(1, 7) + "\x10"), "E-FRAME credit ends inside a field");
}

TEST(Fields, SingleOnesAreNotRepeated) {
  EXPECT_EQ(to_broker("\x03" + number(1, 7) + number(1, 8)), "E-FRAME credit.desk is there twice");
}

TEST(Fields, NumbersKeepTheirWidth) {
  EXPECT_EQ(to_broker("\x03" + number(1, 65535)), "taken");
  EXPECT_EQ(to_broker("\x03" + number(1, 65536)), "E-FRAME credit.desk is too large for its width");
  EXPECT_EQ(to_client("\x48" + number(3, 2)), "E-FRAME refusal.closing is neither 0 nor 1");
  EXPECT_EQ(to_broker("\x7f" + tag(1, 0) + Bytes(9, '\xff') + "\x01"), "taken");
  EXPECT_EQ(to_broker("\x7f" + tag(1, 0) + Bytes(9, '\xff') + "\x02"), "E-FRAME heartbeat ends inside a field");
}

TEST(Lengths, IdsOfAnotherLengthAreRefused) {
  EXPECT_EQ(to_broker(acknowledge(sized(2, Bytes(16, 'e')))), "taken");
  EXPECT_EQ(to_broker(acknowledge(sized(2, Bytes(15, 'e')))),
            "E-FRAME acknowledge.items[0].event has 15 bytes, must have 16");
  EXPECT_EQ(to_broker(acknowledge(sized(2, Bytes(17, 'e')))),
            "E-FRAME acknowledge.items[0].event has 17 bytes, must have 16");
  EXPECT_EQ(verdict(decode_batch_proof(sized(2, Bytes(33, 'd')))),
            "E-FRAME batch_proof.digests is no whole number of ids");
  EXPECT_EQ(verdict(decode_batch(sized(5, Bytes(63, 's')))), "E-FRAME batch.signature has 63 bytes, must have 64");
}

TEST(Lengths, LabelsAreSevenBytesAndNameAnItem) {
  const auto event = [](ByteView label) { return sized(3, sized(1, label)); };
  EXPECT_EQ(verdict(decode_event(event(ByteView("\0\1\1\0\1\0\0", 7)))), "taken");
  EXPECT_EQ(verdict(decode_event(event(ByteView("\0\1\1\0\1\0", 6)))),
            "E-FRAME event.leaves[0].label has 6 bytes, must have 7");
  EXPECT_EQ(verdict(decode_event(event(ByteView("\0\1\1\0\0\0\0", 7)))),
            "E-LABEL event.leaves[0].label names no item, or a case with roles");
  EXPECT_EQ(verdict(decode_event(sized(3, ""))), "E-LABEL event.leaves[0].label is not there");
}

TEST(Limits, NamesAndWordsEndWhereTheLimitsSay) {
  const auto progress = [](unsigned field, std::size_t size) {
    return "\x05" + number(3, 3) + sized(field, Bytes(size, 'n'));
  };
  EXPECT_EQ(to_broker(progress(4, kNameBytesMax)), "taken");
  EXPECT_EQ(to_broker(progress(4, kNameBytesMax + 1)), "E-LIMIT progress.person has 97, at most 96");
  EXPECT_EQ(to_broker(progress(6, kReasonBytesMax)), "taken");
  EXPECT_EQ(to_broker(progress(6, kReasonBytesMax + 1)), "E-LIMIT progress.reason has 501, at most 500");
}

// The broker cannot know how long a detail becomes; a message that the client refuses for it would come again for ever.
TEST(Limits, WordsForPeopleAreCutAtAWholeCharacter) {
  Refusal refusal;
  refusal.detail = Bytes(kReasonBytesMax - 1, 'w') + "€ and more";
  const auto back = decoded<Refusal>(encode(ToClient(refusal)));
  ASSERT_TRUE(back) << describe(back.error());
  EXPECT_EQ(back->detail, Bytes(kReasonBytesMax - 1, 'w'));
  refusal.detail = Bytes(kReasonBytesMax - 3, 'w') + "€ and more";
  EXPECT_EQ(decoded<Refusal>(encode(ToClient(refusal)))->detail, Bytes(kReasonBytesMax - 3, 'w') + "€");
}

TEST(Limits, CountsEndWhereTheLimitsSay) {
  const auto hello = [](std::size_t desks) {
    Hello message;
    message.desks.resize(desks);
    return encode(ToBroker(message));
  };
  EXPECT_EQ(to_broker(hello(kDesksPerClientMax)), "taken");
  EXPECT_EQ(to_broker(hello(kDesksPerClientMax + 1)), "E-LIMIT hello.desks has 17, at most 16");
  BatchProof proof;
  proof.digests.resize(kBatchEventsMax + 1);
  EXPECT_EQ(verdict(decode_batch_proof(encode(proof))), "E-LIMIT batch_proof.digests has 65, at most 64");
}

TEST(Marks, SayWhereTheyWereSignedExactlyIfTheyAreMarks) {
  Hello hello;
  EXPECT_EQ(to_broker(encode(ToBroker(hello))), "taken") << "nothing was seen";
  hello.seen.mark.sequence = 5;
  EXPECT_EQ(to_broker(encode(ToBroker(hello))), "E-FRAME hello.seen.signed_in and sequence do not go together");
  hello.seen.in = SignedIn::Results;
  EXPECT_EQ(to_broker(encode(ToBroker(hello))), "taken");
  hello.seen.in = static_cast<SignedIn>(4);
  EXPECT_EQ(to_broker(encode(ToBroker(hello))), "E-FRAME hello.seen.signed_in is unknown");
}

TEST(Limits, ABatchIsBoundedInEventsAndBytes) {
  Batch batch;
  batch.events.assign(kBatchEventsMax, Bytes(kBatchBytesMax / kBatchEventsMax, 'e'));
  EXPECT_EQ(verdict(decode_batch(encode(batch))), "taken");
  batch.events.back() += "e";
  EXPECT_EQ(verdict(decode_batch(encode(batch))), "E-LIMIT batch.events have more than 262144 bytes together");
  batch.events.assign(kBatchEventsMax + 1, "e");
  EXPECT_EQ(verdict(decode_batch(encode(batch))), "E-LIMIT batch.events has 65, at most 64");
}

TEST(Limits, OneEventAloneMayBeLarger) {
  Batch batch;
  batch.events.assign(1, Bytes(kEventBytesMax, 'e'));
  EXPECT_EQ(verdict(decode_batch(encode(batch))), "taken");
  batch.events[0] += "e";
  EXPECT_EQ(verdict(decode_batch(encode(batch))), "E-LIMIT batch.events has 524289, at most 524288");
}

TEST(Limits, AnEventHasAtMost64LeavesWithItsPadding) {
  Event event;
  event.sealed.leaves.assign(10, seal::Leaf{{1, 1, 1, 0}, {}, {}, {}});
  event.sealed.padding.resize(53);
  EXPECT_EQ(verdict(decode_event(encode(event))), "taken");
  event.sealed.padding.resize(54);
  EXPECT_EQ(verdict(decode_event(encode(event))), "E-LIMIT event.padding fills past 64 leaves");
}

TEST(Enums, UnknownAndUnspecifiedValuesAreRefused) {
  EXPECT_EQ(to_broker("\x05" + number(3, 3)), "taken");
  EXPECT_EQ(to_broker("\x05" + number(3, 8)), "E-FRAME progress.state is unknown");
  EXPECT_EQ(to_broker("\x05"), "E-FRAME progress.state is unknown");
  EXPECT_EQ(to_client("\x42" + sized(3, number(1, 4))), "E-FRAME results.events[0].outcome is unknown");
  EXPECT_EQ(verdict(decode_event_leaf(number(2, 1) + sized(5, number(2, 8)))),
            "E-FRAME event_leaf.tokens[0].type is unknown");
  EXPECT_EQ(verdict(decode_event_leaf(number(2, 200))), "E-FRAME event_leaf.kind is unknown");
}

TEST(Facts, AreOfTheVocabularyAndItsDomains) {
  const auto leaf = [](ByteView facts) { return verdict(decode_event_leaf(number(2, 1) + sized(4, facts))); };
  EXPECT_EQ(leaf(ByteView("\1\0\0\0\2", 5)), "taken");
  EXPECT_EQ(leaf(ByteView("\1\0\0\0\3", 5)).substr(0, 6), "E-FACT");
  EXPECT_EQ(leaf(ByteView("\1\0\0\0", 4)).substr(0, 6), "E-FACT");
}

TEST(Text, IsUtf8) {
  const auto progress = [](ByteView person) { return to_broker("\x05" + number(3, 3) + sized(4, person)); };
  EXPECT_EQ(progress("Siân 東 🦊"), "taken");
  for (const ByteView bad : {"\xff", "\xc3", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                             "\xf8\x88\x80\x80\x80", "a\x80"}) {
    EXPECT_EQ(progress(bad), "E-FRAME progress.person is not UTF-8") << to_hex(bad);
  }
}

TEST(Version, AnotherOneIsSaidToBeAnotherWhateverFollows) {
  EXPECT_EQ(to_broker("\x01" + number(1, 1)), "taken");
  EXPECT_EQ(to_broker("\x01" + number(1, 2) + number(30, 1)), "E-VERSION version 2, here 1");
  EXPECT_EQ(to_client("\x41" + number(1, 2)), "E-VERSION version 2, here 1");
  EXPECT_EQ(to_broker("\x01"), "E-VERSION version 0, here 1");
  EXPECT_EQ(verdict(decode_header(number(1, 2))), "E-VERSION header.version is not 1");
}

TEST(Deliveries, NameOnlyProofsAndPlacesThatAreThere) {
  DeliveryFrame frame;
  frame.proofs.resize(1);
  frame.proofs[0].digests.resize(2);
  frame.deliveries.resize(1);
  frame.deliveries[0].place = 1;
  EXPECT_EQ(to_client(encode(ToClient(frame))), "taken");
  frame.deliveries[0].place = 2;
  EXPECT_EQ(to_client(encode(ToClient(frame))),
            "E-FRAME delivery_frame.deliveries name a place that their proof has not");
  frame.deliveries[0].proof = 1;
  EXPECT_EQ(to_client(encode(ToClient(frame))), "E-FRAME delivery_frame.deliveries name a proof that is not there");
}

TEST(Deliveries, BareHashesAreSorted) {
  DeliveryFrame frame;
  frame.proofs.resize(1);
  frame.proofs[0].digests.resize(1);
  frame.deliveries.resize(1);
  frame.deliveries[0].others.resize(2);
  frame.deliveries[0].others[1].bytes[0] = 1;
  EXPECT_EQ(to_client(encode(ToClient(frame))), "taken");
  std::swap(frame.deliveries[0].others[0], frame.deliveries[0].others[1]);
  EXPECT_EQ(to_client(encode(ToClient(frame))), "E-FRAME delivery_frame.deliveries[0].others are not sorted");
}

TEST(Decisions, GrantsNameClausesThatAreThere) {
  DecisionStatement statement;
  statement.kind = 1;
  statement.lane = 1;
  statement.grants.push_back({{1, 1, 1, 0}, 0});
  statement.clauses.resize(1);
  EXPECT_EQ(verdict(decode_decision(encode(statement))), "taken");
  statement.grants[0].clause = 1;
  EXPECT_EQ(verdict(decode_decision(encode(statement))), "E-FRAME decision.grants name a clause that is not there");
  statement.grants[0].clause = 0;
  statement.lane = 4;
  EXPECT_EQ(verdict(decode_decision(encode(statement))), "E-FRAME decision.lane is unknown");
}

// The layouts are for ever; so that a change is seen, one of each is written out.
TEST(SignedParts, HaveTheLayoutThatTheProtocolSays) {
  Welcome welcome;
  welcome.broker = "b";
  welcome.session_epoch = 5;
  const Bytes part = signed_part(welcome);
  const Bytes rest = Writer().u16(1).sized("b").raw(Digest{}.view()).u64(0).u32(5).raw(Digest{}.view()).u32(0).u64(0).u32(0).take();
  EXPECT_EQ(part, Bytes(8 + 32, '\0') + Bytes(seal::hash(seal::context::kSession, rest).view()));
  EXPECT_EQ(to_hex(session_bound("b", "d", 2, 3)), "000000016200000001640000000200000003");
  EXPECT_EQ(to_hex(encode(seal::BatchStatement{"a", "c", {9}, 8, "b"})),
            "000000016100000001630000000000000009000000000000000800000001"
            "62");
  EXPECT_EQ(shares_bound(1, {}, "decision", 2).size(), 8 + 32 + 32 + 8u);
}

TEST(SignedParts, AMarkThatIsShownLaterIsWhatTheMessageSigned) {
  Dice dice(4, true);
  const auto frame = random_message<DeliveryFrame>(dice);
  const auto results = random_message<Results>(dice);
  const auto welcome = random_message<Welcome>(dice);
  EXPECT_EQ(signed_part(signed_mark(frame)), signed_part(frame));
  EXPECT_EQ(signed_part(signed_mark(results)), signed_part(results));
  EXPECT_EQ(signed_part(signed_mark(welcome)), signed_part(welcome));
  EXPECT_EQ(signed_mark(frame).mark, frame.head);
  EXPECT_EQ(context_of(signed_mark(frame).in), seal::context::kDecision);
  EXPECT_EQ(context_of(signed_mark(results).in), seal::context::kAcceptance);
  EXPECT_EQ(context_of(signed_mark(welcome).in), seal::context::kSession);
  EXPECT_EQ(context_of(SignedIn::Nothing), "");
}

TEST(SignedParts, CoverEveryFieldButTheSignatureAndWordsForPeople) {
  Dice dice(3, true);
  Results results = random_message<Results>(dice);
  const Bytes before = signed_part(results);
  results.signature.bytes[0] ^= 1;
  results.events[0].detail += "more";
  EXPECT_EQ(signed_part(results), before);
  const auto changes = [&](auto change) {
    Results other = results;
    change(other);
    EXPECT_NE(signed_part(other), before);
  };
  changes([](Results& r) { r.outbox_epoch.value ^= 1; });
  changes([](Results& r) { r.first_sequence ^= 1; });
  changes([](Results& r) {
    r.events[0].outcome = r.events[0].outcome == Outcome::Accepted ? Outcome::Refused : Outcome::Accepted;
  });
  changes([](Results& r) { r.events[0].event.bytes[0] ^= 1; });
  changes([](Results& r) { r.events[0].sequence ^= 1; });
  changes([](Results& r) { r.events[0].code += "x"; });
  changes([](Results& r) { r.events[0].told[0] += "x"; });
  changes([](Results& r) { r.events[0].somebody_told = !r.events[0].somebody_told; });
  changes([](Results& r) { r.events[0].unsaid = !r.events[0].unsaid; });
  changes([](Results& r) { r.events.pop_back(); });
  changes([](Results& r) { r.head.sequence ^= 1; });
  changes([](Results& r) { r.head.hash.bytes[0] ^= 1; });
}

}  // namespace
}  // namespace concordat::wire
