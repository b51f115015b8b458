// What of a message lands where: disclosures, people, quirks of hospitals; nothing without a disclosure; never the next of kin.
#include "concordat/v1/person.pb.h"
#include "proto/contract/contract.h"
#include "tests/adapters/health/reading.h"

namespace concordat::health::testing {
namespace {

/// The lines of one message with a disclosure.
std::string told(const Built& built) {
  Ward ward;
  const std::string what = ward.tell(built.text() + kDisclosed);
  EXPECT_TRUE(has(what, "health_attendance")) << what;
  return ward.lines();
}
std::string failed(const Built& built) { return Ward().tell(built.text() + kDisclosed); }

// ---- who is a victim ---------------------------------------------------------------------------------------------------

TEST(Disclosure, WithoutOneNothingIsPublished) {
  EXPECT_EQ(Ward().tell(Built().text()), "nothing (no_disclosure)");
  EXPECT_EQ(Ward(reading()).tell(Built().text() + "DG1|1||S06.0^Concussion^I10\r"), "nothing (no_disclosure)") << "an injury is no disclosure";
}

TEST(Disclosure, WithOneThePatientIsAVictim) {
  Ward ward;
  EXPECT_EQ(ward.tell(Built().text() + kDisclosed), "health_attendance RBT20/V1");
  EXPECT_TRUE(has(ward.lines(), "\"roles\":[\"victim\",\"patient\"]")) << ward.lines();
  EXPECT_TRUE(has(ward.lines(), "\"disclosed_by\":\"patient\""));
}

TEST(Disclosure, ItsStatusMayBeWrittenInSmallLetters) {
  EXPECT_EQ(Ward().tell(Built().text() + replaced(kDisclosed, "|F|", "|d|")), "nothing (no_disclosure)");
  EXPECT_EQ(Ward().tell(Built().text() + replaced(kDisclosed, "|F|", "|f|")), "health_attendance RBT20/V1");
}

TEST(Disclosure, ADiagnosisOfTheOldWritingHasItsSystemAndNameInFieldsOfTheirOwn) {
  Ward ward;
  EXPECT_EQ(ward.tell(Built().text() + "DG1|1|I10|T741|Maltreatment\r"), "health_attendance RBT20/V1");
  EXPECT_TRUE(has(ward.lines(), "\"code_system\":\"I10\"")) << ward.lines();
  EXPECT_TRUE(has(ward.lines(), "\"description\":\"Maltreatment\"")) << ward.lines();
  EXPECT_EQ(ward.tell(Built().text() + "DG1|1|I9|T741|Maltreatment\r"), "- health_attendance RBT20/V1") << "of another system it is another code";
}

TEST(Disclosure, OfSomebodyWhoHasDiedIsToldWithNothingToRing) {
  const auto told_of = [](const std::string& at, const std::string& indicator) {
    Built built;
    built.rest += std::string(16, '|') + at + "|" + indicator;
    Ward ward;
    EXPECT_EQ(ward.tell(built.text() + kDisclosed + "ZSC|07700900616\r"), "health_attendance RBT20/V1");
    return ward.lines();
  };
  for (const auto& [at, indicator] : std::vector<std::pair<std::string, std::string>>{{"", "Y"}, {"20260714030000", ""}, {"20260714", "Y"}, {"", "1"}}) {
    const std::string lines = told_of(at, indicator);
    EXPECT_FALSE(has(lines, "900615") || has(lines, "900616")) << at << indicator << " " << lines;
    EXPECT_TRUE(has(lines, "Lunt Terrace")) << lines;
  }
  for (const auto& [at, indicator] : std::vector<std::pair<std::string, std::string>>{{"", "N"}, {"20260714", "N"}, {"", ""}, {"", "\"\""}}) {
    const std::string lines = told_of(at, indicator);
    EXPECT_TRUE(has(lines, "900615") && has(lines, "900616")) << at << indicator << " " << lines;
  }
}

TEST(Disclosure, WithoutATableNothingIsEverPublished) {
  Reading none;
  EXPECT_EQ(Ward(none).tell(sample("every-field.hl7")), "nothing (no_disclosure)");
}

TEST(Disclosure, TheTablesOrderDecidesWhoDisclosed) {
  Ward ward;
  ward.tell(Built().text() + "DG1|1||T74.1^Abuse^I10\r");
  EXPECT_TRUE(has(ward.lines(), "\"disclosed_by\":\"clinician\"")) << ward.lines();
  ward.tell(Built().text() + std::string("DG1|1||T74.1^Abuse^I10\r") + kDisclosed);
  EXPECT_TRUE(has(ward.lines(), "\"disclosed_by\":\"patient\"")) << ward.lines();
}

TEST(Disclosure, ThePerpetratorAsThePatientIsNobodysVictim) {
  // He was hurt when she defended herself; the form names her and what he did, in words and codes that are in no table.
  Ward ward;
  EXPECT_EQ(ward.tell(Built().text() + "DG1|1||S61.0^Wound of finger^I10\rOBX|1|CE|ED-DA-DISCLOSED^x^MCHT-ED||ALLEGED-PERPETRATOR\rNTE|1||says his wife did it\r"), "nothing (no_disclosure)");
}

TEST(Disclosure, ANegativeAnswerIsNone) {
  for (const char* answer : {"NONE", "NOT-ASKED", "", "\"\""}) {
    EXPECT_EQ(Ward().tell(Built().text() + "OBX|1|CE|ED-DA-DISCLOSED||" + answer + "\r"), "nothing (no_disclosure)") << answer;
  }
}

TEST(Disclosure, AnAnswerThatTheTableDoesNotHaveIsNeverASilentNo) {
  for (const std::string answer : {"EX-PARTNER^Former partner^MCHT-ED", "^Her partner", "NONE~EX-PARTNER"}) {
    Ward ward;
    EXPECT_EQ(ward.tell(Built().text() + "OBX|1|CE|ED-DA-DISCLOSED||" + answer + "\r"), "E-VALUE OBX-5 of ED-DA-DISCLOSED") << answer;
    EXPECT_TRUE(ward.last()[0].may_be_high_risk) << answer;
    Ward results;
    EXPECT_EQ(results.tell(replaced(Built().text(), "ADT^A04", "ORU^R01") + "OBX|1|CE|ED-DA-DISCLOSED||" + answer + "\r"), "E-INPUT MSH-9") << answer;
    EXPECT_TRUE(results.last()[0].may_be_high_risk) << answer;
  }
  EXPECT_EQ(Ward().tell(Built().text() + "OBX|1|CE|ED-DA-DISCLOSED||EX-PARTNER||||||X\r"), "nothing (no_disclosure)") << "it was not made";
  EXPECT_EQ(Ward().tell(Built().text() + "OBX|1|CE|ED-DA-DISCLOSED||77^x^LOCAL^PARTNER^Partner^MCHT-ED\r"), "health_attendance RBT20/V1") << "known by its alternate code";
}

TEST(Disclosure, AnObservationThatWasNotMadeOrIsWrongIsNone) {
  for (const char* status : {"D", "I", "N", "W", "X"}) {
    EXPECT_EQ(Ward().tell(Built().text() + "OBX|1|CE|ED-DA-DISCLOSED||PARTNER||||||" + status + "\r"), "nothing (no_disclosure)") << status;
  }
  EXPECT_EQ(Ward().tell(Built().text() + "OBX|1|CE|ED-DA-DISCLOSED||PARTNER||||||C\r"), "health_attendance RBT20/V1") << "corrected";
}

TEST(Disclosure, ARiskWithoutACodedDisclosureIsForAPersonAndAlarms) {
  Ward ward;
  EXPECT_EQ(ward.tell(Built().text() + "OBX|1|CE|DASH-15||Y\r"), "E-INPUT OBX");
  EXPECT_TRUE(ward.last()[0].may_be_high_risk);
  EXPECT_EQ(Ward().tell(Built().text() + "OBX|1|CE|DASH-15||N\r"), "nothing (no_disclosure)") << "routine enquiry, and nothing said";
  Ward lets(reading(replaced(sample("disclosures.yaml"), "risk:\n", "risk:\n  discloses: clinician\n")));
  EXPECT_EQ(lets.tell(Built().text() + "OBX|1|CE|DASH-15||Y\r"), "health_attendance RBT20/V1, risk_assessment RBT20/V1/risk_assessment");
}

TEST(Disclosure, AChildWhoIsThePatientIsAVictimOfHerAge) {
  Built child;
  child.born = "20150302";
  const std::string lines = told(child);
  EXPECT_TRUE(has(lines, "\"age_band\":\"10_to_12\"")) << lines;
  EXPECT_TRUE(has(lines, "\"roles\":[\"victim\",\"patient\"]"));
}

TEST(NextOfKin, IsNeverReadWhateverTheyAre) {
  Ward ward;
  ward.tell(Built().text() + "NK1|1|KINNAME^Dan|PTN^Partner|KINSTREET 4|07700 900999^PRN|KINWORK\rGT1|1||KINGUARANTOR\rIN1|1|KININSURED\r" + kDisclosed);
  EXPECT_TRUE(has(ward.lines(), "health_attendance"));
  for (const char* kin : {"KIN", "900999"}) EXPECT_FALSE(has(ward.lines(), kin)) << ward.lines();
  std::string kept;
  for (const auto& [name, what] : ward.last()[0].state) kept += what.value.value_or("");
  EXPECT_FALSE(has(kept, "KIN")) << "nor kept";
}

TEST(SafeContact, IsOnlyWhatTheTableNames) {
  const std::string lines = told(Built());
  EXPECT_TRUE(has(lines, "\"contact\":[{\"type\":\"mobile\",\"value\":\"07700 900615\"}]")) << lines;
  EXPECT_FALSE(has(lines, "safe_contact")) << lines;
  Built safe;
  safe.extra = "ZSC|07700 900348\r";
  EXPECT_TRUE(has(told(safe), "\"safe_contact\":{\"contact\":[{\"type\":\"mobile\",\"value\":\"07700 900348\"}]")) << told(safe);
}

TEST(SafeContact, AWrongNumberRingsAtSomebodyElsesAndIsQuarantined) {
  Built wrong;
  wrong.extra = "ZSC|ask the desk\r";
  EXPECT_EQ(failed(wrong), "E-VALUE ZSC-1");
}

// ---- the form ----------------------------------------------------------------------------------------------------------

TEST(Form, ARefusalIsToldByItselfAndWithTheAttendance) {
  Ward ward;
  EXPECT_EQ(ward.tell(Built().text() + kDisclosed + "OBX|2|CE|ED-DA-IDVA||N\r"), "health_attendance RBT20/V1, consent_change RBT20/V1/consent/high-risk");
  EXPECT_TRUE(has(ward.lines(), "\"consent\":\"refused\"")) << ward.lines();
  EXPECT_EQ(ward.tell(Built().text() + kDisclosed + "OBX|2|CE|ED-DA-IDVA||Y\r"), "health_attendance RBT20/V1, consent_change RBT20/V1/consent/high-risk") << "and what she says after it";
  EXPECT_EQ(Ward().tell(Built().text() + kDisclosed + "OBX|2|CE|ED-DA-IDVA||Y\r"), "health_attendance RBT20/V1") << "given from the first: the attendance says so";
}

TEST(Form, AWordOnConsentThatTheTableDoesNotKnowIsNeverGuessed) {
  Built strange;
  strange.extra = "OBX|2|CE|ED-DA-IDVA||maybe\r";
  EXPECT_EQ(failed(strange), "E-VALUE OBX-5 of ED-DA-IDVA");
}

TEST(Form, AnUnknownAnswerOnRiskIsQuarantinedAndAlarms) {
  Ward ward;
  EXPECT_EQ(ward.tell(Built().text() + kDisclosed + "OBX|2|CE|DASH-15||perhaps\r"), "E-VALUE OBX-5 of DASH-15");
  EXPECT_TRUE(ward.last()[0].may_be_high_risk);
}

TEST(Form, TheAttendanceCarriesTheScoreAndNoAnswer) {
  Ward ward;
  EXPECT_EQ(ward.tell(sample("a04.hl7"), "a04.hl7"), "health_attendance RBT20/H1, risk_assessment RBT20/H1/risk_assessment, consent_change RBT20/H1/consent/policing");
  const std::string attendance = ward.lines().substr(0, ward.lines().find('\n'));
  EXPECT_TRUE(has(attendance, "\"risk_answers\":{\"score\":16,\"judgement\":\"high\"}")) << attendance;
  EXPECT_TRUE(has(ward.lines(), "\"q16\":\"yes\""));
}

// ---- quirks of PID -----------------------------------------------------------------------------------------------------

TEST(NhsNumber, IsReadInAllItsWritings) {
  for (const char* pid3 : {"9990471223^^^NHS^NH", "9990471223^^^^NH", "9990471223^^^NHS", "999 047 1223^^^NHSNBR^NHSNMBR", "9990471223^^^2.16.840.1.113883.2.1.4.1^NI", "X1^^^RBT^MR~9990471223^^^NHS^NH"}) {
    Built built;
    built.pid3 = pid3;
    EXPECT_TRUE(has(told(built), "\"nhs_number\":{\"number\":\"9990471223\"")) << pid3;
  }
}

TEST(NhsNumber, OfAnotherKindOrWithAWrongDigitIsNone) {
  for (const char* pid3 : {"9990471223^^^RBT^MR", "9990471223^^^NHS TRUST RBT^MR", "9990471223^^^NHS TRUST RBT", "9990471223", "9990471224^^^NHS^NH", "1111111111^^^NHS^NH", "9990471223^^^NHS^NH~9990471304^^^NHS^NH"}) {
    Built built;
    built.pid3 = pid3;
    EXPECT_FALSE(has(told(built), "nhs_number")) << pid3;
  }
}

TEST(NhsNumber, ItsTracingIsSaidAndATemporaryOneLinksNothing) {
  const auto with = [](const std::string& status, const std::string& pid3) {
    Built built;
    built.pid3 = pid3;
    built.rest += std::string(19, '|') + status;
    return told(built);
  };
  for (const char* traced : {"NSTS01", "01", "1", "US~01"}) EXPECT_TRUE(has(with(traced, "9990471223^^^NHS^NH"), "\"tracing\":\"traced\"")) << traced << with(traced, "9990471223^^^NHS^NH");
  EXPECT_TRUE(has(with("NSTS04", "9990471223^^^NHS^NH"), "\"tracing\":\"not_traced\""));
  EXPECT_FALSE(has(with("AL", "9990471223^^^NHS^NH"), "tracing")) << "another table's code";
  EXPECT_TRUE(has(with("NSTS01", "9990471223^^^NHSTEMP^NH"), "\"tracing\":\"temporary\""));
}

TEST(Birth, IsReadWithLostZonesTimesAndPrecision) {
  const auto born = [](const std::string& text) {
    Built built;
    built.born = text;
    const std::string lines = told(built);
    const auto at = lines.find("\"year\"");
    if (at == std::string::npos) return std::string("none");
    const std::string date = lines.substr(at, lines.find('}', at) - at);
    return date.substr(0, date.find(",\"source_text\""));
  };
  EXPECT_EQ(born("19760121+^D"), "\"year\":1976,\"month\":1,\"day\":21");
  EXPECT_EQ(born("197601210000"), "\"year\":1976,\"month\":1,\"day\":21");
  EXPECT_EQ(born("1976-01-21"), "\"year\":1976,\"month\":1,\"day\":21");
  EXPECT_EQ(born("19760121^Y"), "\"year\":1976");
  EXPECT_EQ(born("197601"), "\"year\":1976,\"month\":1");
}

TEST(Birth, ThatIsNoneOrAfterTheAttendanceIsQuarantined) {
  for (const char* born : {"19930231", "20260715", "18900101", "unknown"}) {
    Built built;
    built.born = born;
    EXPECT_EQ(failed(built), "E-VALUE PID-7") << born;
    EXPECT_EQ(Ward().tell(built.text()), "nothing (no_disclosure)") << "of what is not published nothing is asked";
  }
}

TEST(Sex, IsReadFromLettersAndDigits) {
  for (const auto& [code, word] : std::map<std::string, std::string>{{"F", "female"}, {"2", "female"}, {"Female", "female"}, {"1", "male"}, {"9", "indeterminate"}, {"0", "not_known"}}) {
    Built built;
    built.rest = replaced(built.rest, "|2|", "|" + code + "|");
    EXPECT_TRUE(has(told(built), "\"sex\":\"" + word + "\"")) << code;
  }
}

TEST(Addresses, TheHomeIsTakenAndWhatIsNoPostcodeIsALine) {
  const auto at = [](const std::string& pid11) {
    Built built;
    built.rest = "|2|||" + pid11;
    return told(built);
  };
  EXPECT_TRUE(has(at("1 A St^^Crewe^^CW1 3DT^^BA~2 B St^^Crewe^^cw13dt^^H"), "\"line\":[\"2 B St\",\"Crewe\"],\"postcode\":\"CW1 3DT\""));
  for (const std::string type : {"O", "N", "B", "BDL", "BR", "BA"}) {
    EXPECT_FALSE(has(at("1 A St^^Crewe^^CW1 3DT^^" + type), "1 A St")) << type << ": an office, or where she was born";
    EXPECT_TRUE(has(at("1 A St^^Crewe^^CW1 3DT^^" + type + "~2 B St^^Crewe^^CW1 3DT^^M"), "\"line\":[\"2 B St\"")) << type;
  }
  EXPECT_TRUE(has(at("1000&Hospital Lane^^Ann Arbor^MI^99999^USA^H"), "\"line\":[\"1000 Hospital Lane\",\"Ann Arbor\",\"MI\",\"99999\"]"));
  EXPECT_TRUE(has(at("1 A St^^Crewe^CW1 3DT^^^H"), "\"line\":[\"1 A St\",\"Crewe\"],\"postcode\":\"CW1 3DT\"")) << "one field too early";
  EXPECT_TRUE(has(at("^^^^ZZ99 3VZ^^H"), "\"no_fixed_abode\":true"));
  EXPECT_FALSE(has(at("^^^^ZZ99 3WZ^^H"), "ZZ99"));
}

TEST(Phones, FreeTextIsAContactOfAnotherType) {
  const auto at = [](const std::string& pid13) {
    Built built;
    built.rest = "|2|||||" + pid13;
    return told(built);
  };
  EXPECT_TRUE(has(at("07700900615"), "{\"type\":\"mobile\",\"value\":\"07700900615\"}"));
  EXPECT_TRUE(has(at("01270 496 0100^PRN^PH"), "{\"type\":\"home_phone\",\"value\":\"01270 496 0100\"}"));
  EXPECT_TRUE(has(at("^PRN^CP^^44^7700^900615"), "{\"type\":\"mobile\",\"value\":\"7700 900615\"}"));
  EXPECT_TRUE(has(at("07700 900615 ONLY MORNINGS"), "{\"type\":\"other\",\"value\":\"07700 900615 ONLY MORNINGS\"}"));
  EXPECT_TRUE(has(at("^NET^Internet^r@example.org"), "{\"type\":\"email\",\"value\":\"r@example.org\"}"));
  EXPECT_TRUE(has(at("(555)555-0123^HOME^JP:1234567^^1^555^5550123"), "{\"type\":\"home_phone\",\"value\":\"(555)555-0123\"}"));
}

// ---- the header --------------------------------------------------------------------------------------------------------

TEST(Header, AMessageWithoutAPatientIsForAPersonAndNeverSilence) {
  const std::string text = Built().text() + kDisclosed;
  std::string lower = text;
  for (const char* name : {"EVN|", "PID|", "PV1|", "OBX|"}) {
    std::string small(name);
    for (char& c : small) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    lower = replaced(lower, name, small);
  }
  Ward ward;
  EXPECT_EQ(ward.tell(lower), "E-INPUT PID") << "names of segments in small letters are text";
  EXPECT_TRUE(ward.last()[0].may_be_high_risk);
  std::string other = text;
  for (char& c : other) c = c == '\r' ? '\x1e' : c;
  EXPECT_EQ(Ward().tell(other), "E-INPUT PID") << "nor do segments end with anything else";
  EXPECT_EQ(Ward().tell("MSH|^~\\&|A|F|||20260714||ADT^A20|1|P|2.4\rNPU|1|2\r"), "nothing (no_attendance)") << "of a bed";
}

TEST(Header, ItsTimeMayBeWrittenInAnyWay) {
  for (const char* sent : {"2025-05-05 23:23:28", "20250505232328", "20250505232328.123+0100", "202505052323", "", "yesterday"}) {
    Built built;
    built.sent = sent;
    EXPECT_EQ(Ward().tell(built.text() + kDisclosed), "health_attendance RBT20/V1") << sent;
  }
}

TEST(Header, WhatATestFlagMarksStaysOutOfLive) {
  for (const char* flag : {"T", "D", "t", "T^T", "X"}) {
    Built test;
    test.processing = flag;
    EXPECT_EQ(Ward().tell(test.text() + kDisclosed), "E-TEST-DATA MSH-11") << flag;
    Ward in_test(reading(sample("disclosures.yaml"), sdk::Environment::Test));
    EXPECT_EQ(in_test.tell(test.text() + kDisclosed), "health_attendance RBT20/V1") << flag;
    Ward dry(reading(sample("disclosures.yaml"), sdk::Environment::Unstated));
    dry.tell(test.text() + kDisclosed);
    EXPECT_TRUE(has(dry.lines(), "\"test\":true")) << flag;
  }
}

TEST(Header, TheTriggerIsMsh9sHoweverItIsWritten) {
  const auto trigger = [](const std::string& msh9, const std::string& evn1) {
    const auto message = hl7::parse("MSH|^~\\&|A|F|||20260714020800||" + msh9 + "|1|P|2.4\rEVN|" + evn1 + "\r", 1);
    return message ? trigger_of(*message) : "?";
  };
  EXPECT_EQ(trigger("ADT^A40^ADT_A39", "A08"), "A40") << "EVN-1 is wrong";
  EXPECT_EQ(trigger("ADT^A40^ADT_A40", "A01"), "A40");
  EXPECT_EQ(trigger("ADT_A40", ""), "A40");
  EXPECT_EQ(trigger("ADT^ADT_A40", ""), "A40");
  EXPECT_EQ(trigger("ADT", "A03"), "A03") << "nothing else says it";
  EXPECT_EQ(trigger("ORU^R01", "A03"), "");
  EXPECT_EQ(trigger("ADT^Z99", "A03"), "");
}

TEST(Time, MayHaveALetterBetweenDayAndHour) {
  Built built;
  built.admitted = "20260714T012000";
  EXPECT_TRUE(has(told(built), "2026-07-14T00:20:00.000Z")) << told(built);
}

TEST(Time, HappenedIsTheArrivalAndOldOnesAreHistoric) {
  Built old;
  old.admitted = "20100102030405";
  EXPECT_TRUE(has(told(old), "\"historic\":\"yes\"")) << told(old);
  EXPECT_FALSE(has(told(Built()), "\"historic\":\"yes\"")) << told(Built());
  Built planned;
  planned.admitted = "20290801070624";
  Ward ward;
  ward.tell(planned.text() + kDisclosed);
  EXPECT_LE(ward.last()[0].events[0].happened, kNoon) << "nothing has happened that is planned";
  Built none;
  none.admitted = "";
  EXPECT_FALSE(has(told(none), "arrived"));
  Built wrong;
  wrong.admitted = "20260231010101";
  EXPECT_EQ(failed(wrong), "E-VALUE PV1-44");
}

TEST(References, AreTheVisitsElseWhateverTellsOneApart) {
  const auto reference = [](const std::string& pid, const std::string& pv1) {
    const auto message = hl7::parse("MSH|^~\\&|A|F\r" + pid + "\r" + pv1 + "\r", 1);
    return reference_of(message->segments, "F");
  };
  const std::string admitted = std::string(25, '|') + "20260714012000";
  EXPECT_EQ(reference("PID|1||7", "PV1|1|E" + std::string(17, '|') + "V/1"), "F/V%2F1");
  EXPECT_EQ(reference("PID|1||7", "PV1|1|E" + std::string(48, '|') + "ALT"), "F/alternate/ALT");
  EXPECT_EQ(reference("PID|1||7" + std::string(15, '|') + "ACC", "PV1|1|E"), "F/account/ACC");
  EXPECT_EQ(reference("PID|1||7", "PV1|1|E" + std::string(17, '|') + admitted), "F/patient/7/2026-07-14T00:20:00.000Z");
  EXPECT_EQ(reference("PID|1||7", "PV1|1|E"), "");
}

// ---- every field -------------------------------------------------------------------------------------------------------

TEST(EveryField, LandsInItsItemAndInNoOther) {
  Ward ward;
  ward.tell(sample("every-field.hl7"), "every-field.hl7");
  ASSERT_EQ(ward.last().size(), 1u);
  using contract::Item;
  const std::vector<std::pair<Item, const char*>> wanted = {
      {Item::Name, "Vaughan-Iqbal"}, {Item::Name, "Sunniva"}, {Item::Name, "Leila"}, {Item::Name, "Marie"}, {Item::DateOfBirth, "19820228"}, {Item::HomeAddress, "17 Hough Mill Lane"},
      {Item::HomeAddress, "Flat 3"}, {Item::HomeAddress, "CW2 6QX"}, {Item::HomeAddress, "E06000049"}, {Item::HomeAddress, "01270 496 0100"}, {Item::HomeAddress, "07700 900211"},
      {Item::HomeAddress, "mared@example.org"}, {Item::HomeAddress, "ring the shop only"}, {Item::HomeAddress, "01270 496 0188"}, {Item::HomeAddress, "07700 900212"},
      {Item::SafeContact, "07700 900377"}, {Item::SafeContact, "Sunday after 18:00"}, {Item::SafeContact, "eye clinic"}, {Item::SafeContact, "01270 496 0155"},
      {Item::SafeContact, "01270 496 0156"}, {Item::SafeContact, "m.safe@example.org"}, {Item::SafeContact, "her sister Nia"}, {Item::LanguageAndNeeds, "cy"},
      {Item::NhsNumber, "9990471304"}, {Item::Injury, "Concussion"}, {Item::Injury, "T74.1"}, {Item::MentalHealth, "Moderate depressive episode"}, {Item::Consent, "high-risk"},
      {Item::Disclosure, "PARTNER"}, {Item::CaseReference, "V-2209"}, {Item::Practitioner, "Whitlock"}, {Item::Practitioner, "C4417702"}, {Item::Attendance, "20260714012000"},
      {Item::Attendance, "20260714063000"}, {Item::Attendance, "180"}, {Item::Attendance, "19"}};
  for (const sdk::TypedEvent& event : ward.last()[0].events) {
    const auto plains = contract::split(*event.message, event.happened);
    ASSERT_TRUE(plains);
    for (const auto& [item, text] : wanted) {
      for (const auto& plain : *plains) {
        const bool there = has(plain.content, text) && std::string_view(text).size() > 3;
        if (!there) continue;
        EXPECT_EQ(static_cast<Item>(plain.label.item), item) << text << " of " << contract::name_of(event.kind);
      }
      if (event.kind != contract::Kind::HealthAttendance) continue;
      const auto lands = [&, wanted_item = item, wanted_text = text](const auto& plain) { return static_cast<Item>(plain.label.item) == wanted_item && has(plain.content, wanted_text); };
      EXPECT_TRUE(std::any_of(plains->begin(), plains->end(), lands)) << text;
    }
  }
  EXPECT_FALSE(has(ward.lines(), "Haroun") || has(ward.lines(), "900999") || has(ward.lines(), "900998")) << "next of kin";
  for (const char* part : {"\"confidential\":true", "\"tracing\":\"traced\"", "\"sex\":\"female\"", "\"ethnicity_self_defined\":\"A\"", "\"routine_enquiry\":true", "\"judgement_reason\":\"escalation\"",
                           "\"assessor\":\"Sister O. Nwosu\"", "\"pregnant\":false", "\"score\":13", "\"q23\":\"yes\"", "\"q24\":\"unknown\"", "\"went_to\":\"19\"", "\"came_by\":\"1\"", "\"attendance\":\"emergency\"",
                           "\"title\":\"Dr\"", "\"leave_message\":false"}) {
    EXPECT_TRUE(has(ward.lines(), part)) << part;
  }
}

TEST(Table, TheReadmesIsTheProgramsAndEveryPathLeadsToAnItem) {
  EXPECT_TRUE(has(file_text("adapters/health/README.md"), mapping_table())) << "regenerate it with concordat-health --mapping-table";
  EXPECT_FALSE(has(mapping_table(), "| ? |"));
  EXPECT_FALSE(has(mapping_table(), "unspecified"));
}

}  // namespace
}  // namespace concordat::health::testing
