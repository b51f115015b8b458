// Messages one after the other: one event an attendance, corrections, withdrawals, merges of patients, and what a person must see to.
#include <chrono>

#include "adapters/health/attendance.h"
#include "concordat/v1/link.pb.h"
#include "tests/adapters/health/reading.h"

namespace concordat::health::testing {
namespace {

const std::string kEvent = "health_attendance RBT20/V1";

std::string disclosed(Built built) { return built.text() + kDisclosed; }
Built later(const std::string& trigger, const std::string& sent = "20260714030000") {
  Built out;
  out.trigger = trigger;
  out.sent = sent;
  return out;
}
/// A message of what it must have: header, patient, visit.
std::string bare(const std::string& trigger, const std::string& sent, const std::string& segments) {
  return "MSH|^~\\&|EDIS|RBT20|||" + sent + "||ADT^" + trigger + "|9|P|2.4\r" + segments;
}
const std::string kVisit = "PV1|1|E" + std::string(17, '|') + "V1";

// ---- updates -----------------------------------------------------------------------------------------------------------

TEST(Updates, OneEventAnAttendanceHoweverManyMessages) {
  Ward ward;
  for (const char* trigger : {"A04", "A08", "A02", "A03", "A06", "A60"}) EXPECT_EQ(ward.tell(disclosed(later(trigger))), kEvent) << trigger;
}

TEST(Updates, TheSameMessageAgainSaysTheSame) {
  Ward ward;
  ward.tell(disclosed(Built()));
  const std::string first = ward.lines();
  ward.tell(disclosed(Built()));
  EXPECT_EQ(ward.lines(), first) << "so the sdk finds nothing new";
}

TEST(Updates, WhatAMessageLeavesOutStaysAndWhatItClearsGoes) {
  Ward ward;
  ward.tell(disclosed(Built()));
  EXPECT_EQ(ward.tell(bare("A08", "20260714030000", "PID|1||L0473316^^^RBT^MR||||||||||\"\"\r" + kVisit + "\r")), kEvent);
  EXPECT_TRUE(has(ward.lines(), "Farrant-Osei")) << "absent: as it was";
  EXPECT_TRUE(has(ward.lines(), "disclosure")) << "the segment is absent: as it was";
  EXPECT_FALSE(has(ward.lines(), "900615")) << "cleared: " << ward.lines();
}

TEST(Updates, ADisclosureThatComesLaterPublishesAllThatWasSaidBefore) {
  Ward ward;
  EXPECT_EQ(ward.tell(Built().text()), "nothing (no_disclosure)");
  EXPECT_EQ(ward.tell(bare("A08", "20260714030000", "PID|1||L0473316^^^RBT^MR\r" + kVisit + "\r" + kDisclosed)), kEvent);
  EXPECT_TRUE(has(ward.lines(), "Farrant-Osei") && has(ward.lines(), "07700 900615")) << ward.lines();
}

TEST(Updates, ADisclosureThatIsTakenAwayWithdraws) {
  Ward ward;
  ward.tell(disclosed(Built()));
  EXPECT_EQ(ward.tell(later("A08").text() + "OBX|1|CE|ED-DA-DISCLOSED||NONE\r"), "- " + kEvent);
  EXPECT_EQ(ward.tell(later("A08", "20260714040000").text()), "nothing (no_disclosure)") << "once";
  EXPECT_EQ(ward.tell(disclosed(later("A08", "20260714050000"))), kEvent) << "and told again if it is said again";
}

TEST(Updates, AFormThatIsGoneWithdrawsItsAssessmentAlone) {
  Ward ward;
  const std::string answer = "OBX|2|CE|DASH-01||Y\r";
  EXPECT_EQ(ward.tell(disclosed(Built()) + answer), kEvent + ", risk_assessment RBT20/V1/risk_assessment");
  EXPECT_EQ(ward.tell(later("A08").text() + "OBX|2|CE|DASH-01||\"\"\r"), kEvent + ", - risk_assessment RBT20/V1/risk_assessment");
  EXPECT_EQ(ward.tell(later("A08", "20260714040000").text()), kEvent) << "once";
}

TEST(Updates, ADisclosureDeletedByItsStatusWithdraws) {
  Ward ward;
  ward.tell(disclosed(Built()));
  EXPECT_TRUE(has(ward.tell(later("A08").text() + replaced(kDisclosed, "||||||F|", "||||||D|")), "- " + kEvent));
}

TEST(Updates, AllDiagnosesTakeThePlaceOfAllBefore) {
  Ward ward;
  ward.tell(Built().text() + "DG1|1||T74.1^Abuse^I10\rDG1|2||S06.0^Concussion^I10\r");
  EXPECT_TRUE(has(ward.lines(), "S06.0"));
  EXPECT_EQ(ward.tell(later("A08").text()), kEvent) << "none: as they were";
  EXPECT_TRUE(has(ward.tell(later("A08", "20260714040000").text() + "DG1|1||S06.0^Concussion^I10\r"), "- " + kEvent)) << "the abuse is not among them any more";
}

TEST(Updates, ACodersFinalDiagnosesDoNotTakeAwayWhatTheDepartmentWrote) {
  Ward ward;
  ward.tell(Built().text() + "DG1|1||T74.1^Abuse^I10|||W\r");
  EXPECT_EQ(ward.tell(later("A03").text() + "DG1|1||S06.0^Concussion^I10|||F\r"), kEvent);
  EXPECT_TRUE(has(ward.lines(), "S06.0"));
  EXPECT_TRUE(has(ward.tell(later("A08", "20260714040000").text() + "DG1|1||S06.0^Concussion^I10|||W\r"), "- " + kEvent)) << "the department itself does";
}

TEST(Updates, SeveralAnswersToOneQuestionAreAllHeard) {
  for (const char* second : {"FAMILY", "NONE"}) {
    Ward ward;
    EXPECT_EQ(ward.tell(Built().text() + kDisclosed + "OBX|2|CE|ED-DA-DISCLOSED^x^MCHT-ED||" + second + "\r"), kEvent) << "the one beside it is not lost";
  }
}

TEST(Updates, OfAnOlderMessageToTheLastWordOnADiagnosisCounts) {
  Ward ward;
  const std::string actions(18, '|');
  ward.tell(later("A08", "20260714050000").text());
  EXPECT_EQ(ward.tell(Built().text() + "DG1|1||T74.1^Abuse^I10" + actions + "D\rDG1|2||T74.1^Abuse^I10" + actions + "A\r"), kEvent);
}

TEST(Updates, DiagnosesWithActionCodesChangeOneByOne) {
  Ward ward;
  const std::string actions(18, '|');
  ward.tell(Built().text() + "DG1|1||T74.1^Abuse^I10\r");
  EXPECT_EQ(ward.tell(later("A08").text() + "DG1|1||S06.0^Concussion^I10" + actions + "A\r"), kEvent) << "added";
  EXPECT_TRUE(has(ward.tell(later("A08", "20260714040000").text() + "DG1|1||T74.1^Abuse^I10" + actions + "D\r"), "- " + kEvent)) << "deleted";
}

TEST(Updates, ObservationsAreKnownByTheirQuestion) {
  Ward ward;
  ward.tell(disclosed(Built()) + "OBX|2|CE|DASH-01||Y\rOBX|3|CE|DASH-02||Y\r");
  EXPECT_EQ(ward.tell(later("A08").text() + "OBX|1|CE|DASH-02||N\r"), kEvent + ", risk_assessment RBT20/V1/risk_assessment");
  EXPECT_TRUE(has(ward.lines(), "\"q01\":\"yes\",\"q02\":\"no\"")) << ward.lines();
}

TEST(Updates, AnOlderMessageOnlyFillsWhatIsEmpty) {
  Ward ward;
  Built newer = later("A08", "20260714050000");
  newer.name = "Farrant^Ruth";
  newer.rest = "|2|||";
  ward.tell(disclosed(newer));
  EXPECT_EQ(ward.tell(Built().text() + "OBX|1|CE|ED-DA-DISCLOSED||NONE\r"), kEvent) << "what came late and was said before takes nothing away";
  EXPECT_TRUE(has(ward.lines(), "\"family\":\"Farrant\"")) << ward.lines();
  EXPECT_TRUE(has(ward.lines(), "22 Lunt Terrace")) << "nobody had said where she lives";
}

TEST(Updates, ADischargeSaysWhenAndItsCancellationTakesThatBack) {
  Ward ward;
  ward.tell(disclosed(Built()));
  EXPECT_EQ(ward.tell(bare("A03", "20260714070000", "PID|1||L0473316^^^RBT^MR\r" + kVisit + std::string(17, '|') + "19" + std::string(9, '|') + "20260714065500\r")), kEvent);
  EXPECT_TRUE(has(ward.lines(), "\"left\"") && has(ward.lines(), "\"went_to\":\"19\"")) << ward.lines();
  EXPECT_EQ(ward.tell(bare("A13", "20260714071000", "PID|1||L0473316^^^RBT^MR\r" + kVisit + "\r")), kEvent);
  EXPECT_FALSE(has(ward.lines(), "\"left\"") || has(ward.lines(), "went_to")) << ward.lines();
}

TEST(Updates, ThePatientsOwnChangeIsOfAllHerAttendances) {
  Ward ward;
  ward.tell(disclosed(Built()));
  Built second;
  second.visit = "V2";
  second.admitted = "20260714100000";
  ward.tell(disclosed(second));
  EXPECT_EQ(ward.tell(bare("A31", "20260714110000", "PID|1||L0473316^^^RBT^MR||||||||5 New Road^^Crewe^^CW2 7PL^^H\r")), kEvent + ", health_attendance RBT20/V2");
  EXPECT_TRUE(has(ward.lines(), "5 New Road"));
  EXPECT_EQ(ward.tell(bare("A31", "20260714110000", "PID|1||OTHER^^^RBT^MR||X^Y\r")), "nothing (no_attendance)");
}

// ---- one attendance under several names ----------------------------------------------------------------------------------

TEST(Names, AMessageWithoutTheVisitNumberIsOfTheSameAccount) {
  Ward ward;
  Built with_account;
  with_account.rest += std::string(5, '|') + "ACC9";
  ward.tell(disclosed(with_account));
  EXPECT_EQ(ward.tell(bare("A08", "20260714030000", "PID|1||L0473316^^^RBT^MR" + std::string(15, '|') + "ACC9\rPV1|1|E\r")), kEvent);
  EXPECT_EQ(ward.tell(bare("A08", "20260714040000", "PID|1||L0473316^^^RBT^MR\rPV1|1|E" + std::string(42, '|') + "20260714012000\r")), kEvent) << "the same admission";
}

TEST(Names, AVisitNumberThatComesLaterIsOfTheSameAttendance) {
  Ward ward;
  EXPECT_EQ(ward.tell(bare("A04", "20260714020000", "PID|1||L0473316^^^RBT^MR" + std::string(15, '|') + "ACC9\rPV1|1|E\r" + kDisclosed)), "health_attendance RBT20/account/ACC9");
  Built numbered = later("A08");
  numbered.rest += std::string(5, '|') + "ACC9";
  EXPECT_EQ(ward.tell(numbered.text()), "health_attendance RBT20/account/ACC9") << "it keeps the name that it was told under";
  EXPECT_EQ(ward.tell(later("A08", "20260714040000").text()), "health_attendance RBT20/account/ACC9") << "also by the number alone";
}

TEST(Names, TwoVisitsOfOneAccountAreTwoAttendances) {
  Ward ward;
  Built first, second;
  first.rest += std::string(5, '|') + "ACC9";
  second.rest = first.rest;
  second.visit = "V2";
  ward.tell(disclosed(first));
  EXPECT_EQ(ward.tell(disclosed(second)), "health_attendance RBT20/V2");
}

TEST(Names, TheSameNumberOfAnotherFacilityIsAnotherAttendance) {
  Ward ward;
  ward.tell(disclosed(Built()));
  EXPECT_EQ(ward.tell(replaced(disclosed(Built()), "|EDIS|RBT20|", "|EDIS|RXX99|")), "health_attendance RXX99/V1");
}

TEST(Names, TwoPatientsUnderOneVisitNumberAreNeverMixed) {
  Ward ward;
  ward.tell(disclosed(Built()));
  Built other = later("A08");
  other.pid3 = "9990471304^^^NHS^NH~L9999999^^^RBT^MR";
  other.name = "Other^Person";
  EXPECT_EQ(ward.tell(other.text()), "E-VALUE PID-3");
  EXPECT_EQ(ward.tell(disclosed(later("A08", "20260714040000"))), kEvent);
  EXPECT_FALSE(has(ward.lines(), "Other"));
  EXPECT_EQ(ward.tell(bare("A08", "20260714050000", "PID|1||9990471223^^^NHS^NH\r" + kVisit + "\r")), kEvent) << "fewer of her numbers are hers all the same";
}

TEST(Updates, AMessageOfManyObservationsTakesTimeForEachOnceAndNotForEachPair) {
  // It took longer than a sender waits for its answer, and every other connection waited with it.
  std::string many = disclosed(Built());
  for (int n = 0; n < 4'950; ++n) many += "OBX|" + std::to_string(n) + "|CE|Q-" + std::to_string(n) + "^x^M||N\rDG1|" + std::to_string(n) + "||Q" + std::to_string(n) + std::string(18, '|') + "A\r";
  const auto message = hl7::parse(many, 1);
  ASSERT_TRUE(message) << describe(message.error());
  ASSERT_EQ(hl7::value(&message->segments.back(), 21), "A");
  Attendance kept;
  const auto began = std::chrono::steady_clock::now();
  merge(kept, *message, false);
  merge(kept, *message, false);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(3));
  EXPECT_EQ(kept.segments.size(), message->segments.size() - 2) << "all but MSH and EVN, once";
}

// ---- cancelled -----------------------------------------------------------------------------------------------------------

TEST(Cancelled, AnAdmissionThatIsCancelledIsWithdrawnWithAllThatWasTold) {
  Ward ward;
  ward.tell(disclosed(Built()) + "OBX|2|CE|DASH-01||Y\rOBX|3|CE|ED-DA-IDVA||N\r");
  EXPECT_EQ(ward.tell(later("A11").text()), "- " + kEvent + ", - risk_assessment RBT20/V1/risk_assessment, - consent_change RBT20/V1/consent/high-risk");
  EXPECT_EQ(ward.tell(later("A11", "20260714040000").text()), "nothing (cancelled)");
  EXPECT_EQ(ward.tell(later("A08", "20260714040000").text()), "nothing (cancelled)") << "an update begins nothing";
  EXPECT_EQ(ward.tell(disclosed(later("A04", "20260714050000"))), kEvent) << "a registration does";
}

TEST(Cancelled, ADisclosureThatIsMadeAfterItIsForAPerson) {
  Ward ward;
  ward.tell(Built().text());
  ward.tell(later("A11").text());
  EXPECT_EQ(ward.tell(disclosed(later("A08", "20260714040000"))), "E-INPUT MSH-9");
  EXPECT_TRUE(ward.last()[0].may_be_high_risk);
}

TEST(Updates, ADisclosureThatStandsWithThePatientAloneIsForAPerson) {
  for (const std::string trigger : {"A28", "A31"}) {
    EXPECT_EQ(Ward().tell(bare(trigger, "20260714030000", std::string("PID|1||L0473316^^^RBT^MR\r") + kDisclosed)), "E-INPUT MSH-9") << trigger;
  }
}

TEST(Cancelled, WhatWasNeverToldIsJustGone) {
  Ward ward;
  ward.tell(Built().text());
  EXPECT_EQ(ward.tell(later("A11").text()), "nothing (no_disclosure)");
  EXPECT_EQ(Ward().tell(later("A11").text()), "nothing (cancelled)");
}

TEST(Cancelled, APlannedAdmissionThatIsCancelledTakesNothingBackOfAPatientWhoCame) {
  for (const std::string plan : {"A27", "A38"}) {
    Ward ward;
    ward.tell(disclosed(Built()));  // A04
    EXPECT_EQ(ward.tell(later("A14", "20260714030000").text()), kEvent);
    EXPECT_EQ(ward.tell(later(plan, "20260714040000").text()), kEvent) << plan << ": she is in the department still";
    EXPECT_EQ(ward.tell(disclosed(later("A03", "20260714050000"))), kEvent);
    Ward expected;
    expected.tell(disclosed(later("A14", "20260714010000")));
    EXPECT_EQ(expected.tell(later(plan, "20260714040000").text()), "- " + kEvent) << plan << ": she never came";
  }
}

// ---- admitted from the department, and not after all -----------------------------------------------------------------------

std::string of_inpatient(const Built& built) { return replaced(built.text(), "\rPV1|1|E|", "\rPV1|1|I|"); }

TEST(Cancelled, OnlyTheAdmissionOfSomebodyWhoCameToTheDepartmentBeforeIt) {
  Ward ward;
  ward.tell(disclosed(Built()));  // A04
  EXPECT_EQ(ward.tell(of_inpatient(later("A01"))), kEvent);
  EXPECT_TRUE(has(ward.lines(), "inpatient")) << ward.lines();
  const std::string cancelled = of_inpatient(later("A11", "20260714040000"));
  EXPECT_EQ(ward.tell(cancelled), kEvent);
  EXPECT_TRUE(has(ward.lines(), "emergency") && !has(ward.lines(), "inpatient")) << ward.lines();
  EXPECT_EQ(ward.tell(cancelled), "nothing (cancelled)") << "sent again, it is the same";
  EXPECT_EQ(ward.tell(of_inpatient(later("A01", "20260714050000"))), kEvent);
  EXPECT_EQ(ward.tell(later("A11", "20260714060000").text()), kEvent) << "and so is a second admission";
  EXPECT_EQ(ward.tell(later("A11", "20260714070000").text()), "- " + kEvent) << "then the attendance itself";
}

TEST(Cancelled, AnAdmissionWithNoAttendanceBeforeItIsAllThereWas) {
  Ward ward;
  ward.tell(disclosed(later("A01")));
  EXPECT_EQ(ward.tell(later("A11", "20260714040000").text()), "- " + kEvent);
  Ward on_the_ward;
  on_the_ward.tell(of_inpatient(Built()) + kDisclosed);
  on_the_ward.tell(of_inpatient(later("A01")));
  EXPECT_EQ(on_the_ward.tell(later("A11", "20260714040000").text()), "- " + kEvent) << "registered for the ward";
}

TEST(Cancelled, AnAdmissionThatComesAfterItsCancellationTakesNothingBack) {
  Ward ward;
  ward.tell(disclosed(Built()));
  EXPECT_EQ(ward.tell(of_inpatient(later("A11", "20260714040000"))), kEvent) << "what it cancels is not hers in the department";
  EXPECT_EQ(ward.tell(of_inpatient(later("A01"))), kEvent);
  EXPECT_TRUE(has(ward.lines(), "emergency")) << ward.lines();
  EXPECT_EQ(ward.tell(later("A11", "20260714050000").text()), "- " + kEvent);
}

TEST(Cancelled, WhatTheCancellationOfAnAdmissionSaysOfHerIsHeard) {
  Ward ward;
  ward.tell(Built().text());
  ward.tell(of_inpatient(later("A01")));
  EXPECT_EQ(ward.tell(of_inpatient(later("A11", "20260714040000")) + kDisclosed), kEvent);
}

TEST(Cancelled, NothingOfHerIsKept) {
  Ward ward;
  ward.tell(disclosed(Built()));
  ward.tell(later("A11").text());
  for (const auto& [name, what] : ward.last()[0].state) EXPECT_FALSE(has(what.value.value_or(""), "Farrant") || has(what.value.value_or(""), "9990471223")) << name;
}

TEST(Cancelled, ACancellationThatOvertookWhatItCancelsHolds) {
  Ward ward;
  EXPECT_EQ(ward.tell(later("A11").text()), "nothing (cancelled)");
  EXPECT_EQ(ward.tell(disclosed(Built())), "nothing (cancelled)") << "sent before it, come after it";
  EXPECT_EQ(ward.tell(disclosed(later("A04", "20260714050000"))), kEvent) << "begun anew";
}

TEST(Cancelled, ACancellationThatCameLateCancelsNothingNewer) {
  Ward ward;
  ward.tell(disclosed(later("A08", "20260714050000")));
  EXPECT_EQ(ward.tell(later("A11", "20260714040000").text()), "nothing (cancelled)");
  EXPECT_EQ(ward.tell(disclosed(later("A08", "20260714060000"))), kEvent);
}

// ---- merges --------------------------------------------------------------------------------------------------------------

const std::string kSurvivor = "PID|1||9990471304^^^NHS^NH~L7^^^RBT^MR" + std::string(29, '|') + "NSTS01\r";

TEST(Merges, ALinkIsToldIfOneOfTheTwoWasTold) {
  Ward ward;
  Built traced;
  traced.rest += std::string(19, '|') + "NSTS01";
  ward.tell(disclosed(traced));
  EXPECT_EQ(ward.tell(bare("A40^ADT_A39", "20260714060000", kSurvivor + "MRG|L0473316^^^RBT^MR\r")), "link RBT20/merge/L0473316/L7");
  for (const char* part : {"9990471304", "9990471223", "\"merge\":true", "\"strength\":\"strong\"", "\"roles\":[\"patient\"]"}) EXPECT_TRUE(has(ward.lines(), part)) << part << ward.lines();
}

TEST(Merges, AreWeakUnlessBothNumbersWereTraced) {
  Ward ward;
  ward.tell(disclosed(Built()));
  ward.tell(bare("A40^ADT_A40", "20260714060000", kSurvivor + "MRG|L0473316^^^RBT^MR\r"));
  EXPECT_TRUE(has(ward.lines(), "\"strength\":\"weak\"")) << ward.lines();
}

TEST(Merges, TheAttendanceFollowsAndKeepsItsName) {
  Ward ward;
  ward.tell(disclosed(Built()));
  ward.tell(bare("A40", "20260714060000", kSurvivor + "MRG|L0473316^^^RBT^MR\r"));
  Built hers = later("A08", "20260714070000");
  hers.pid3 = "9990471304^^^NHS^NH~L7^^^RBT^MR";
  EXPECT_EQ(ward.tell(hers.text()), kEvent) << "under the surviving numbers, which are no other patient's";
  EXPECT_TRUE(has(ward.lines(), "9990471304") && !has(ward.lines(), "9990471223")) << ward.lines();
}

TEST(Merges, AnAttendanceNamedByThePatientIsFoundByTheSurvivor) {
  Ward ward;
  const std::string visit = "PV1|1|E" + std::string(42, '|') + "20260714012000\r";
  const std::string name = ward.tell(bare("A04", "20260714020000", "PID|1||L1^^^RBT^MR\r" + visit + kDisclosed));
  EXPECT_EQ(name, "health_attendance RBT20/patient/L1/2026-07-14T00:20:00.000Z");
  ward.tell(bare("A40", "20260714060000", "PID|1||L7^^^RBT^MR\rMRG|L1^^^RBT^MR\r"));
  EXPECT_EQ(ward.tell(bare("A08", "20260714070000", "PID|1||L7^^^RBT^MR\r" + visit)), name);
}

TEST(Merges, OfWhomNothingWasToldAreNobodysBusiness) {
  Ward ward;
  ward.tell(Built().text());
  EXPECT_EQ(ward.tell(bare("A40", "20260714060000", kSurvivor + "MRG|L0473316^^^RBT^MR\r")), "nothing (merge)");
  EXPECT_EQ(ward.tell(bare("A40", "20260714060000", "PID|1||A\rMRG|B\r")), "nothing (merge)");
}

TEST(Merges, ALinkNeedsTwoNhsNumbersAndNeverATemporaryOne) {
  Ward ward;
  ward.tell(disclosed(Built()));
  EXPECT_EQ(ward.tell(bare("A40", "20260714060000", "PID|1||L7^^^RBT^MR\rMRG|L0473316^^^RBT^MR\r")), "nothing (merge)") << "there is nothing that anybody else could link by";
  Ward temporary;
  temporary.tell(disclosed(Built()));
  EXPECT_EQ(temporary.tell(bare("A40", "20260714060000", "PID|1||9990471304^^^NHSTEMP^NH~L7^^^RBT^MR\rMRG|L0473316^^^RBT^MR\r")), "nothing (merge)");
}

TEST(Merges, SeveralPairsInOneMessageAreAllFollowed) {
  Ward ward;
  Built other;
  other.visit = "V2";
  other.pid3 = "9990471312^^^NHS^NH~L5^^^RBT^MR";
  ward.tell(disclosed(Built()));
  ward.tell(disclosed(other));
  const std::string two = kSurvivor + "MRG|L0473316^^^RBT^MR\rPID|2||9990471118^^^NHS^NH~L8^^^RBT^MR\rMRG|L5^^^RBT^MR\r";
  EXPECT_EQ(ward.tell(bare("A40^ADT_A39", "20260714060000", two)), "link RBT20/merge/L0473316/L7, link RBT20/merge/L5/L8");
}

TEST(Merges, WithoutAPairAreRefused) { EXPECT_EQ(Ward().tell(bare("A40", "20260714060000", kSurvivor)), "E-INPUT MRG-1"); }

TEST(Moves, OfWhatWasToldAreForAPerson) {
  Ward ward;
  ward.tell(disclosed(Built()));
  for (const char* trigger : {"A45", "A42", "A50"}) {
    EXPECT_EQ(ward.tell(bare(trigger, "20260714060000", "PID|1||NEW^^^RBT^MR\rMRG|X||||V1\rPV1|1|E" + std::string(17, '|') + "V9\r")), "E-INPUT MSH-9") << trigger;
  }
  EXPECT_EQ(ward.tell(bare("A29", "20260714060000", "PID|1||L0473316^^^RBT^MR\rPV1|1|N\r")), "E-INPUT MSH-9");
  EXPECT_TRUE(ward.last()[0].may_be_high_risk) << "and an alarm";
}

TEST(Moves, OfWhatWasNotToldForgetIt) {
  Ward ward;
  ward.tell(Built().text());
  EXPECT_EQ(ward.tell(bare("A45", "20260714060000", "PID|1||NEW^^^RBT^MR\rMRG|L0473316^^^RBT^MR||||V1\rPV1|1|E\r")), "nothing (moved)");
  Built other = later("A08", "20260714070000");
  other.pid3 = "NEW^^^RBT^MR";
  EXPECT_EQ(ward.tell(disclosed(other)), kEvent) << "the visit is of the right patient now, and of nobody else";
}

// ---- what is not for us --------------------------------------------------------------------------------------------------

TEST(OtherMessages, AreTakenAndTellNothing) {
  EXPECT_EQ(Ward().tell("MSH|^~\\&|LAB|RBT20|||20260714||ORU^R01|1|P|2.4\rPID|1||7\rOBX|1|NM|GLU||5\r"), "nothing (no_adt)");
  EXPECT_EQ(Ward().tell(bare("A20", "20260714", "NPU|X\r")), "nothing (no_attendance)");
  EXPECT_EQ(Ward().tell(bare("A08", "20260714", "PID|1||7\rPID|2||8\rPV1|1|E\r")), "nothing (no_patient)");
  EXPECT_EQ(Ward().tell(bare("A08", "20260714", "PV1|1|E\r")), "E-INPUT PID") << "of nobody: what it says may not have been read either";
  EXPECT_EQ(Ward().tell(bare("A08", "20260714", "PID|1||7\rPV1|1|E\r")), "nothing (no_attendance)");
}

TEST(OtherMessages, WithADisclosureAreNeverPassedOverInSilence) {
  for (const std::string& text : {"MSH|^~\\&|LAB|RBT20|||20260714||ORU^R01|1|P|2.4\rPID|1||7\r" + std::string(kDisclosed), bare("A08", "20260714", "PID|1||7\rPV1|1|E\r" + std::string(kDisclosed)),
                                  bare("A08", "20260714", std::string("PID|1||7\rPID|2||8\rPV1|1|E\r") + kDisclosed), bare("A17", "20260714", std::string("PID|1||7\rPID|2||8\r") + kDisclosed),
                                  bare("A40", "20260714", kSurvivor + "MRG|L0473316^^^RBT^MR\r" + kDisclosed)}) {
    Ward ward;
    EXPECT_EQ(ward.tell(text), "E-INPUT MSH-9") << text;
    EXPECT_TRUE(ward.last()[0].may_be_high_risk);
  }
}

TEST(OtherMessages, WithoutATypeAreQuarantined) { EXPECT_EQ(Ward().tell("MSH|^~\\&|A|F|||20260714\rPID|1||7\r"), "E-INPUT MSH-9"); }

// ---- what is kept --------------------------------------------------------------------------------------------------------

TEST(Kept, OnlyWhatIsMappedAndNotForLong) {
  Ward ward;
  ward.tell(Built().text() + "AL1|1|DA|SECRETALLERGY\rDG1|1||Z99.9^SECRETCODE^I10\rOBX|9|TX|NOTE||SECRETTEXT\rPV2|||SECRETREASON\rZXX|SECRETZ\r");
  ASSERT_EQ(ward.last().size(), 1u);
  std::string kept;
  for (const auto& [name, what] : ward.last()[0].state) {
    kept += what.value.value_or("");
    ASSERT_TRUE(what.until);
    EXPECT_EQ(*what.until, kNoon + std::chrono::days(60)) << name;
  }
  EXPECT_TRUE(has(kept, "Farrant-Osei"));
  for (const char* secret : {"SECRETALLERGY", "SECRETTEXT", "SECRETREASON", "SECRETZ"}) EXPECT_FALSE(has(kept, secret)) << secret;
}

TEST(Kept, ALongDocumentInAMessageIsNoReasonNotToTakeIt) {
  Ward ward;
  EXPECT_EQ(ward.tell(disclosed(Built()) + "OBX|9|ED|DOC||" + std::string(1'500'000, 'A') + "\r"), kEvent);
  EXPECT_LT(ward.last()[0].raw.size(), 10'000u);
  EXPECT_LT(ward.kept_bytes(), 5'000u);
}

TEST(Kept, EncodesAndDecodesAndRefusesWhatItIsNot) {
  Attendance kept;
  kept.reference = "F/V1";
  kept.published = true;
  kept.newest = kNoon;
  kept.told_consents["high-risk"] = {2, kNoon};
  kept.segments = hl7::parse(Built().text(), 1)->segments;
  const Bytes bytes = encode(kept);
  const auto back = decode(bytes);
  ASSERT_TRUE(back);
  EXPECT_EQ(encode(*back), bytes);
  EXPECT_FALSE(decode(bytes.substr(0, bytes.size() - 1)));
  EXPECT_FALSE(decode(bytes + "x"));
  EXPECT_FALSE(decode(""));
}

}  // namespace
}  // namespace concordat::health::testing
