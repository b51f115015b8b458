// SPI, said again: it has no ids of results, so an offence is known by its summons number and sequence, whatever the hearing. What the
// court decides anew corrects or reverses what was told; what it only repeats is no news.
#include "tests/adapters/courts/courts.h"

namespace concordat::courts::testing {
namespace {

const std::string kAsn = "2607CW0100000048101J";
/// "07CW1234526@2026-07-14T10:00:00@B06AN01/2607CW0100000048101J/".
std::string at(const std::string& day) { return "07CW1234526@" + day + "T10:00:00@B06AN01/" + kAsn + "/"; }
const std::string kFirst = at("2026-07-14"), kLater = at("2026-07-28");

std::string code(const std::string& number) { return "<Result><ResultCode>" + number + "</ResultCode><ResultText>CANARY</ResultText></Result>"; }
/// `more` stands before the results: a finding.
std::string charge(int sequence, const std::string& results, const std::string& more = "") {
  return "<Offence><BaseOffenceDetails><OffenceSequenceNumber>00" + std::to_string(sequence) + "</OffenceSequenceNumber><OffenceCode>CJ88116</OffenceCode></BaseOffenceDetails>" + more +
         "<FinalDisposalIndicator>Y</FinalDisposalIndicator>" + results + "</Offence>";
}
const std::string kGuilty = "<Finding>G</Finding>";
std::string message(const std::string& day, const std::string& offences, const std::string& reference = kAsn, const std::string& urn = "07CW1234526") {
  return "<ResultedCaseMessage><Session><CourtHearing><Hearing><CourtHearingLocation>B06AN01</CourtHearingLocation><DateOfHearing>" + day +
         "</DateOfHearing><TimeOfHearing>10:00:00</TimeOfHearing></Hearing></CourtHearing><Case><PTIURN>" + urn + "</PTIURN><Defendant><ProsecutorReference>" + reference +
         "</ProsecutorReference><CourtIndividualDefendant/>" + offences + "</Defendant></Case></Session></ResultedCaseMessage>";
}
std::string first(const std::string& offences) { return message("2026-07-14", offences); }
std::string later(const std::string& offences) { return message("2026-07-28", offences); }

class SpiAgain : public ::testing::Test {
 protected:
  std::string take(const std::string& text) { return courts_.take(text, "f.xml"); }
  Courts courts_;
};

TEST_F(SpiAgain, AnotherResultOfAnOffenceAtTheSameHearingReversesTheFirst) {
  EXPECT_EQ(take(first(charge(1, code("1002")))), kFirst + "imprisoned #1");
  EXPECT_EQ(take(first(charge(1, code("1115")))), kFirst + "suspended_sentence #1 | " + kFirst + "imprisoned #1 reversed");
}

TEST_F(SpiAgain, AnOffenceThatAMessageDoesNotSpeakOfStands) {
  EXPECT_EQ(take(first(charge(1, code("1002")) + charge(2, code("1002")))), kFirst + "imprisoned #1 #2");
  EXPECT_EQ(take(first(charge(1, code("1115")))), kFirst + "suspended_sentence #1 | " + kFirst + "imprisoned #2");
  ASSERT_EQ(courts_.outcome().person(0).offence_size(), 1);
  EXPECT_EQ(courts_.outcome().person(0).offence(0).sequence(), 2u);
}

TEST_F(SpiAgain, OffencesThatComeOneAfterAnotherAreOneOutcome) {
  EXPECT_EQ(take(first(charge(2, code("1002")))), kFirst + "imprisoned #2");
  EXPECT_EQ(take(first(charge(1, code("1002")))), kFirst + "imprisoned #1 #2");
  ASSERT_EQ(courts_.outcome().result_size(), 2);
  EXPECT_EQ(courts_.outcome().result(0).offence(), 1u);
  EXPECT_EQ(courts_.outcome().person(0).offence_size(), 2);
  EXPECT_EQ(take(first(charge(2, code("1002")))), "") << "again: it says nothing new";
}

TEST_F(SpiAgain, TheSameMessageAgainIsNothingAndOneThatWasReplacedIsForAPerson) {
  const std::string one = first(charge(1, code("1002"))), other = first(charge(1, code("1115")));
  take(one);
  EXPECT_EQ(take(one), "");
  take(other);
  EXPECT_EQ(take(other), "");
  const CourtSource from = source();
  Memory memory;
  for (const std::string& text : {one, other}) {
    for (sdk::Input& input : from.read("f.xml", text)) {
      ASSERT_TRUE(from.follow(input, memory, instant_of(kNow)));
      memory.take(input);
    }
  }
  for (sdk::Input& input : from.read("f.xml", one)) {
    const auto followed = from.follow(input, memory, instant_of(kNow));
    ASSERT_FALSE(followed);
    EXPECT_EQ(followed.error().fault, Fault::Malformed) << "quarantined";
    EXPECT_TRUE(has(followed.error().detail, "Ask the court which stands"));
  }
}

TEST_F(SpiAgain, AConvictionThatIsQuashedReversesWhatFollowedFromIt) {
  EXPECT_EQ(take(first(charge(1, code("1002") + code("3047"), kGuilty) + charge(2, code("1002")))),
            kFirst + "imprisoned #1 #2 | " + kFirst + "protective_order_made/restraining #1 | " + kFirst + "convicted #1");
  EXPECT_EQ(take(later(charge(1, code("2100")))),
            kLater + "appeal #1 | " + kFirst + "imprisoned #2 | " + kFirst + "protective_order_made/restraining #1 reversed | " + kFirst + "convicted #1 reversed");
  EXPECT_EQ(take(later(charge(1, code("2100")))), "") << "told once";
  EXPECT_EQ(take(message("2026-08-20", charge(1, code("1002"), kGuilty))), at("2026-08-20") + "imprisoned #1 | " + at("2026-08-20") + "convicted #1") << "after a new trial it is told anew";
}

TEST_F(SpiAgain, AnAppealThatIsDismissedOrAbandonedReversesNothing) {
  take(first(charge(1, code("1002"), kGuilty)));
  EXPECT_EQ(take(later(charge(1, code("3045")))), kLater + "appeal #1");
  EXPECT_EQ(take(message("2026-08-20", charge(1, code("2073")))), at("2026-08-20") + "discontinued #1");
  EXPECT_EQ(take(message("2026-08-21", charge(1, code("3011")))), "") << "costs";
}

TEST_F(SpiAgain, ASentenceThatIsQuashedLeavesTheConviction) {
  take(first(charge(1, code("1002"), kGuilty)));
  EXPECT_EQ(take(later(charge(1, code("2068")))), kLater + "appeal #1 | " + kFirst + "imprisoned #1 reversed");
}

TEST_F(SpiAgain, AnotherSentenceAtALaterHearingTakesThePlaceOfTheFirst) {
  take(first(charge(1, code("1116"), kGuilty)));
  EXPECT_EQ(take(later(charge(1, code("1002"), kGuilty))), kLater + "imprisoned #1 | " + kFirst + "community_sentence #1 reversed") << "and the conviction is told once";
  EXPECT_EQ(take(message("2026-08-20", charge(1, code("1015")))), at("2026-08-20") + "other_sentence #1") << "a fine may stand beside it";
}

TEST_F(SpiAgain, TheSameSentenceRepeatedAtALaterHearingIsNoNews) {
  take(first(charge(1, code("1002"), kGuilty)));
  EXPECT_EQ(take(later(charge(1, code("1002"), kGuilty))), "");
}

TEST_F(SpiAgain, AVerdictReversesTheOppositeOne) {
  take(first(charge(1, code("1002"), kGuilty)));
  EXPECT_EQ(take(later(charge(1, "", "<Finding>N</Finding>"))), kLater + "acquitted #1 | " + kFirst + "imprisoned #1 reversed | " + kFirst + "convicted #1 reversed");
  EXPECT_EQ(take(message("2026-08-20", charge(1, "", kGuilty))), at("2026-08-20") + "convicted #1 | " + kLater + "acquitted #1 reversed");
}

TEST_F(SpiAgain, WhatComesAfterItWasTakenBackIsNotTold) {
  EXPECT_EQ(take(later(charge(1, code("2100")))), kLater + "appeal #1");
  EXPECT_EQ(take(first(charge(1, code("1002"), kGuilty) + charge(2, code("1002")))), kFirst + "imprisoned #2") << "of the other offence it stands";
}

TEST_F(SpiAgain, WhatWasAnnulledByMistakeStandsAgainWhenTheCourtTakesThatBack) {
  take(first(charge(1, code("1002"), kGuilty)));
  EXPECT_EQ(take(later(charge(1, code("2100")))), kLater + "appeal #1 | " + kFirst + "imprisoned #1 reversed | " + kFirst + "convicted #1 reversed");
  EXPECT_EQ(take(later(charge(1, code("3045")))), kLater + "appeal #1 | " + kFirst + "imprisoned #1 | " + kFirst + "convicted #1") << "the appeal was dismissed";
  EXPECT_EQ(take(message("2026-08-20", charge(1, code("1002"), kGuilty))), "") << "and is known when it is repeated";
}

TEST_F(SpiAgain, WhatTwoHearingsTookBackIsNotGivenBackByOneOfThem) {
  const std::string second = message("2026-07-21", charge(1, code("1002")));
  take(first(charge(1, code("1116"), kGuilty)));
  EXPECT_EQ(take(second), at("2026-07-21") + "imprisoned #1 | " + kFirst + "community_sentence #1 reversed");
  EXPECT_EQ(take(later(charge(1, code("2100")))), kLater + "appeal #1 | " + kFirst + "convicted #1 reversed | " + at("2026-07-21") + "imprisoned #1 reversed");
  EXPECT_EQ(take(second), "") << "delivered again: all of it is quashed";
}

TEST_F(SpiAgain, ADecisionDatedInTheFutureSilencesNothingThatIsDecidedUntilThen) {
  const std::string quashed = message("2062-07-28", charge(1, code("2100")));
  take(first(charge(1, code("1002"))));
  EXPECT_EQ(courts_.take(quashed, "f.xml", instant_of(kNow + 14LL * 86'400'000)), at("2062-07-28") + "appeal #1 | " + kFirst + "imprisoned #1 reversed");
  EXPECT_EQ(take(message("2026-09-01", charge(1, code("1002")))), at("2026-09-01") + "imprisoned #1") << "after a new trial it is told";
  EXPECT_EQ(take(message("2026-07-20", charge(1, code("1115")))), "") << "what was ordered before it was quashed is not";
}

TEST_F(SpiAgain, AnotherOffenceOrAnotherPersonIsNotTouched) {
  take(first(charge(1, code("1002"), kGuilty)));
  EXPECT_EQ(take(later(charge(2, code("2100")))), kLater + "appeal #2");
  EXPECT_EQ(take(message("2026-07-28", charge(1, code("2100")), "2607CW0100000048102K", "07CW1234626")), "07CW1234626@2026-07-28T10:00:00@B06AN01/2607CW0100000048102K/appeal #1");
}

TEST_F(SpiAgain, AReferenceOfTheProsecutorsIsOnePersonsInItsCaseAlone) {
  EXPECT_EQ(take(message("2026-07-14", charge(1, code("1002")), "TFL")), "07CW1234526@2026-07-14T10:00:00@B06AN01/07CW1234526.TFL/imprisoned #1");
  EXPECT_EQ(take(message("2026-07-14", charge(1, code("1002")), "TFL", "07CW1234626")), "07CW1234626@2026-07-14T10:00:00@B06AN01/07CW1234626.TFL/imprisoned #1")
      << "the same reference, offence, code and day in another case: somebody else";
}

TEST_F(SpiAgain, ANextHearingThatIsNotNamedAnyMoreIsVacated) {
  const std::string next = "<Result><ResultCode>4506</ResultCode><NextHearing><NextHearingDetails><CourtHearingLocation>B06AN01</CourtHearingLocation><DateOfHearing>2026-09-01</DateOfHearing></NextHearingDetails></NextHearing></Result>";
  EXPECT_EQ(take(first(charge(1, next))), kFirst + "adjourned #1 | " + kFirst + "next_hearing");
  EXPECT_EQ(take(first(charge(2, code("1002")))), kFirst + "imprisoned #2") << "it does not speak of that offence";
  EXPECT_EQ(take(first(charge(1, code("1002")))), kFirst + "imprisoned #1 #2 | " + kFirst + "adjourned #1 reversed | " + kFirst + "next_hearing vacated");
}

}  // namespace
}  // namespace concordat::courts::testing
