// Domain events of prisons and probation: the code decides, never the word; what cannot be told apart is for a person.
#include "adapters/hmpps/events.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "adapters/hmpps/message.h"

namespace concordat::hmpps {
namespace {

constexpr std::int64_t kNow = 1'784'100'000'000;  // 15 Jul 2026

std::string file_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << path;
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

std::string lines(const sdk::Input& input) {
  std::string out;
  for (const std::string& line : sdk::dry_run_lines("f", input, instant_of(kNow))) out += line + "\n";
  return out;
}

/// "custody_change released | link weak | nothing x | E-VALUE field"
std::string shown(const std::vector<sdk::Input>& inputs) {
  std::string out;
  for (const sdk::Input& input : inputs) {
    if (!out.empty()) out += " | ";
    if (input.failure) out += std::string(input.failure->error.code.name) + " " + input.failure->field;
    if (!input.nothing.empty()) out += "nothing " + input.nothing;
    for (const sdk::TypedEvent& event : input.events) {
      const std::string text = lines(input);
      const std::string fact = event.kind == contract::Kind::Link ? "\"link_strength\":\"" : "\"custody_movement\":\"";
      const auto at = text.find(fact) + fact.size();
      out += std::string(contract::name_of(event.kind)) + " " + text.substr(at, text.find('"', at) - at);
    }
  }
  return out;
}

/// A movement out of prison, bare, with what is to be different.
std::string moved(const std::string& code, const std::string& reason = "RELEASED", const std::string& location = "OUTSIDE_PRISON", const std::string& type = "released") {
  return "{\"eventType\":\"prison-offender-events.prisoner." + type + "\",\"version\":1,\"occurredAt\":\"2026-07-14T11:03:00+01:00\",\"additionalInformation\":{\"nomsNumber\":\"A4810GP\",\"reason\":\"" +
         reason + "\",\"nomisMovementReasonCode\":" + (code.empty() ? "null" : "\"" + code + "\"") + ",\"currentLocation\":\"" + location + "\",\"prisonId\":\"ZZI\"}}";
}
std::string received(const std::string& code, const std::string& reason = "ADMISSION", const std::string& location = "IN_PRISON") { return moved(code, reason, location, "received"); }

std::string of(const std::string& text) { return shown(read_file("1.json", text, {})); }

std::string event(const std::string& type, const std::string& more, const std::string& identifiers = "") {
  return "{\"eventType\":\"" + type + "\",\"version\":1,\"occurredAt\":\"2026-07-14T12:00:00+01:00\",\"additionalInformation\":{" + more + "},\"personReference\":{\"identifiers\":[" + identifiers + "]}}";
}
const std::string kNomsId = R"({"type":"NOMS","value":"A4810GP"})";
const std::string kCrnId = R"({"type":"CRN","value":"X481020"})";

// ---- movements -----------------------------------------------------------------------------------------------------

TEST(Movements, TheCodeDecidesAndNeverTheWordReleased) {
  for (const auto& [code, movement] : std::map<std::string, std::string>{{"NCS", "released"}, {"CR", "released"}, {"ECSL", "released_early"}, {"HD", "home_detention_curfew"},
           {"UAL", "at_large"}, {"UAL_ECL", "at_large"}, {"ESCP", "at_large"}, {"ETL23", "temporary_release"}, {"HO", "to_hospital"}, {"HQ", "to_hospital"}, {"HP", "to_hospital"},
           {"DE", "to_immigration_detention"}, {"DL", "to_immigration_detention"}, {"DD", "to_immigration_detention"}, {"DEIRC", "to_immigration_detention"},
           {"ECSLIRC", "to_immigration_detention"}, {"ETR", "to_immigration_detention"}, {"DEC", "died"}}) {
    EXPECT_EQ(of(moved(code)), "custody_change " + movement) << code;
  }
}

TEST(Movements, AnUnknownCodeOrNoneIsForAPersonAndNeverARelease) {
  EXPECT_EQ(of(moved("XYZ")), "custody_change other");
  EXPECT_EQ(of(moved("")), "custody_change other");
  EXPECT_EQ(of(moved("XYZ", "UNKNOWN")), "custody_change other");
  EXPECT_EQ(of(received("XYZ")), "custody_change other") << "nobody is told that he is inside either";
}

TEST(Movements, AMergeOfRecordsIsNoMovement) {
  const auto inputs = read_file("1.json", moved("MRG"), {});
  EXPECT_EQ(shown(inputs), "link weak") << "of one number: it joins nobody";
  EXPECT_FALSE(has(lines(inputs[0]), "custody_movement"));
  EXPECT_TRUE(has(lines(inputs[0]), "\"merge\":true"));
}

TEST(Movements, WordsThatNameAnotherKindOfMovementCountWhereTheCodeIsOfTheirs) {
  EXPECT_EQ(of(moved("C3", "TEMPORARY_ABSENCE_RELEASE")), "custody_change temporary_release");
  EXPECT_EQ(of(moved("CRT", "SENT_TO_COURT")), "custody_change to_court");
  EXPECT_EQ(of(moved("NOTR", "TRANSFERRED")), "custody_change transferred");
  EXPECT_EQ(of(moved("UAL", "TEMPORARY_ABSENCE_RELEASE")), "custody_change at_large") << "he did not come back from leave";
  EXPECT_EQ(of(moved("HQ", "RELEASED_TO_HOSPITAL")), "custody_change to_hospital");
}

TEST(Movements, AReleaseThatIsContradictedIsForAPerson) {
  EXPECT_EQ(of(moved("NCS", "SENT_TO_COURT")), "custody_change other");
  EXPECT_EQ(of(moved("NCS", "RELEASED", "IN_PRISON")), "custody_change other");
  EXPECT_EQ(of(moved("CR", "RELEASED", "BEING_TRANSFERRED")), "custody_change other");
  EXPECT_EQ(of(moved("CR", "RELEASED_TO_HOSPITAL")), "custody_change other") << "to a hospital is not free";
  EXPECT_EQ(of(moved("", "RELEASED_TO_HOSPITAL")), "custody_change to_hospital");
  EXPECT_EQ(of(moved("NCS", "UNKNOWN")), "custody_change released") << "the code says it";
  EXPECT_EQ(of(received("L", "ADMISSION", "OUTSIDE_PRISON")), "custody_change other");
}

TEST(Movements, WhoComesInIsReceivedRecalledOrTransferred) {
  EXPECT_EQ(of(received("N")), "custody_change received");
  EXPECT_EQ(of(received("L")), "custody_change recalled");
  EXPECT_EQ(of(received("24")), "custody_change recalled");
  EXPECT_EQ(of(received("RECA")), "custody_change received");
  EXPECT_EQ(of(received("INT")), "custody_change transferred");
  EXPECT_EQ(of(received("24", "TEMPORARY_ABSENCE_RETURN")), "custody_change received");
  EXPECT_EQ(of(received("19", "RETURN_FROM_COURT")), "custody_change received");
}

TEST(Movements, OlderMessagesSayTheCodeInWordsAlone) {
  EXPECT_EQ(of(replaced(moved("NCS"), "\"nomisMovementReasonCode\":\"NCS\"", "\"details\":\"Movement reason code MRG\"")), "link weak");
}

TEST(Movements, ThePrisonIsApartAndWhatIsNoPrisonIsNone) {
  EXPECT_TRUE(has(lines(read_file("1.json", moved("NCS"), {})[0]), "\"custody_place\":{\"place\":{\"prison\":\"ZZI\"}}"));
  for (const char* none : {"null", "\"OUT\"", "\"TRN\"", "\"Leeds (HMP)\""}) {
    EXPECT_FALSE(has(lines(read_file("1.json", replaced(moved("NCS"), "\"ZZI\"", none), {})[0]), "custody_place")) << none;
  }
}

TEST(Movements, FreeTextInPlaceOfACodeIsNotPassedOn) {
  EXPECT_EQ(of(moved("gone home to Ann")), "E-VALUE additionalInformation.nomisMovementReasonCode");
  const std::string text = lines(read_file("1.json", moved("NCS", "went to Ann's"), {})[0]);
  EXPECT_FALSE(has(text, "Ann")) << text;
}

TEST(Movements, MissingFieldsAndWhatIsWrongAreNamedAndTellOfRisk) {
  const auto inputs = read_file("1.json", replaced(moved("UAL"), "\"occurredAt\":\"2026-07-14T11:03:00+01:00\",", ""), {});
  EXPECT_EQ(shown(inputs), "E-INPUT occurredAt");
  EXPECT_TRUE(inputs[0].may_be_high_risk) << "he may be out: a person hears of it at once";
  EXPECT_EQ(of(replaced(moved("UAL"), "A4810GP", "A481")), "E-VALUE additionalInformation.nomsNumber");
  EXPECT_EQ(of(replaced(moved("UAL"), "\"nomsNumber\":\"A4810GP\",", "")), "E-INPUT additionalInformation.nomsNumber");
  EXPECT_EQ(of(replaced(moved("UAL"), "2026-07-14T11:03", "2026-02-30T11:03")), "E-VALUE occurredAt");
  EXPECT_TRUE(read_file("1.json", "{\"eventType\":", {})[0].may_be_high_risk) << "nobody can tell";
}

TEST(Movements, TheNumberMayStandWithThePersonAlone) {
  const std::string text = event("prison-offender-events.prisoner.released", "\"nomisMovementReasonCode\":\"NCS\"", kNomsId + "," + kCrnId);
  EXPECT_EQ(of(text), "custody_change released");
  EXPECT_TRUE(has(lines(read_file("1.json", text, {})[0]), "{\"noms\":\"A4810GP\",\"crn\":\"X481020\"}"));
  EXPECT_EQ(of(event("prison-offender-events.prisoner.released", "\"nomsNumber\":\"A4811GP\",\"nomisMovementReasonCode\":\"NCS\"", kNomsId)), "E-INPUT additionalInformation.nomsNumber");
  EXPECT_EQ(of(event("prison-offender-events.prisoner.released", "\"nomisMovementReasonCode\":\"NCS\"", kCrnId)), "custody_change released");
}

// ---- times and identity --------------------------------------------------------------------------------------------

TEST(Times, AreReadAsTheirWritersMeantThem) {
  const auto at = [](const std::string& text) {
    const auto moment = parse_when(text);
    return moment ? to_text(moment->at) : std::string(moment.error().detail);
  };
  EXPECT_EQ(at("2023-07-31T09:26:39.362Z+01:00"), "2023-07-31T08:26:39.362Z") << "the offset is right, the Z is not";
  EXPECT_EQ(at("2023-07-31T09:26:39+01:00"), "2023-07-31T08:26:39.000Z");
  EXPECT_EQ(at("2023-08-04T09:06:46.65281576+01:00"), "2023-08-04T08:06:46.652Z");
  EXPECT_EQ(at("Fri Jun 14 09:06:52 BST 2024"), "2024-06-14T08:06:52.000Z");
  EXPECT_EQ(at("Fri Mar 22 00:00:00 GMT 2024"), "2024-03-22T00:00:00.000Z");
  EXPECT_EQ(at("Fri Jun 14 09:06:52 EST 2024"), "the zone is none of BST, GMT and UTC");
  EXPECT_EQ(at("2026-07-14T11:03:00"), "2026-07-14T10:03:00.000Z") << "without a zone it is Europe/London";
}

TEST(Times, AProbationDateIsATimeOfAnEvent) {
  const std::string text = replaced(moved("UAL"), "2026-07-14T11:03:00+01:00", "Tue Jul 14 11:03:00 BST 2026");
  EXPECT_EQ(read_file("1.json", text, {})[0].reference, read_file("1.json", moved("UAL"), {})[0].reference);
}

TEST(Times, OldEventsAreHistoricByThemselves) {
  EXPECT_TRUE(has(lines(read_file("1.json", moved("UAL"), {})[0]), "\"historic\":\"no\""));
  EXPECT_TRUE(has(lines(read_file("1.json", replaced(moved("UAL"), "2026-07-14T", "2010-01-01T"), {})[0]), "\"historic\":\"yes\""));
}

TEST(Identity, TheSameEventInAnotherMessageIsTheSameReferenceAndContent) {
  const std::string first = file_text("adapters/hmpps/samples/every-field.json");
  std::string again = replaced(replaced(first, "5f1f8a0c", "6a2b9c1d"), "2026-07-14T08:16:00+01:00", "2026-07-14T08:19:30+01:00");
  const auto one = read_file("1.json", first, {}), two = read_file("2.json", again, {});
  EXPECT_EQ(lines(one[0]), lines(two[0]));
  EXPECT_EQ(one[0].reference, "A4810GP/prison-offender-events.prisoner.released/2026-07-14T07:15:30.250Z/HD");
  EXPECT_NE(read_file("1.json", moved("UAL"), {})[0].reference, read_file("1.json", moved("NCS"), {})[0].reference) << "another movement at the same moment is another event";
}

// ---- links -----------------------------------------------------------------------------------------------------------

TEST(Links, MergedPrisonNumbersAreOnePersonByOneAuthority) {
  const std::string text = event("prison-offender-events.prisoner.merged", "\"nomsNumber\":\"A4810GP\",\"removedNomsNumber\":\"A4811GP\"");
  const auto inputs = read_file("1.json", text, {});
  EXPECT_EQ(shown(inputs), "link strong");
  EXPECT_TRUE(has(lines(inputs[0]), "\"merge\":true")) << "always a task for a person";
  EXPECT_TRUE(has(lines(inputs[0]), "{\"person\":1,\"type\":\"noms\",\"value\":\"A4811GP\",\"authority\":\"HM Prison Service\"}"));
  EXPECT_EQ(of(event("prison-offender-events.prisoner.merged", "\"nomsNumber\":\"A4810GP\"")), "E-INPUT additionalInformation.removedNomsNumber");
  EXPECT_EQ(of(event("prison-offender-events.prisoner.merged", "\"nomsNumber\":\"A4810GP\",\"removedNomsNumber\":\"A4810GP\"")), "E-INPUT additionalInformation.removedNomsNumber");
}

TEST(Links, AMergeOfProbationNumbersIsALinkAndItsUndoingWithdrawsIt) {
  const auto merged = read_file("1.json", event("probation-case.merge.completed", "\"sourceCRN\":\"X481021\",\"targetCRN\":\"X481020\""), {});
  EXPECT_EQ(shown(merged), "link strong");
  const auto undone = read_file("1.json", event("probation-case.unmerge.completed", "\"reactivatedCRN\":\"X481021\",\"unmergedCRN\":\"X481020\""), {});
  EXPECT_EQ(shown(undone), "nothing unmerge");
  ASSERT_EQ(undone[0].no_more.size(), 1u);
  EXPECT_EQ(undone[0].no_more[0].reference, merged[0].reference);
}

TEST(Links, APairOfPrisonAndProbationNumbersIsForAPerson) {
  EXPECT_EQ(of(event("probation-case.prison-identifier.added", "", kNomsId + "," + kCrnId)), "link weak") << "two authorities";
  EXPECT_EQ(of(event("probation-case.prison-identifier.added", "", kNomsId)), "E-INPUT personReference");
  const auto updated = read_file("1.json", event("probation-case.prison-identifier.updated", "\"previousNomsNumber\":\"A4811GP\"", kNomsId + "," + kCrnId), {});
  EXPECT_EQ(shown(updated), "link weak");
  EXPECT_TRUE(has(lines(updated[0]), "A4811GP"));
}

// ---- what is and is not for us ---------------------------------------------------------------------------------------

TEST(Types, WhatSaysNothingForUsIsTakenAndCounted) {
  EXPECT_EQ(of(event("prison-offender-events.prisoner.cell.move", "")), "nothing prison-offender-events.prisoner.cell.move");
  EXPECT_EQ(of(event("prisoner-offender-search.prisoner.updated", "")), "nothing prisoner-offender-search.*");
  EXPECT_EQ(lines(read_file("1.json", event("prison-offender-events.prisoner.cell.move", ""), {})[0]), "{\"input\":\"f\",\"line\":1,\"nothing\":\"prison-offender-events.prisoner.cell.move\"}\n");
}

TEST(Types, RegistrationsAndContactsOfDomesticAbuseAreRecognised) {
  EXPECT_EQ(of(event("probation-case.registration.added", "\"registerTypeCode\":\"ADVP\"", kCrnId)), "nothing domestic-abuse-perpetrator-registration");
  EXPECT_EQ(of(event("probation-case.registration.added", "\"registerTypeCode\":\"MAPP\"", kCrnId)), "nothing probation-case.registration.*");
  for (const char* code : {"ERFM", "C005", "C150", "C151"}) EXPECT_EQ(of(event("probation-case.contact.created", "\"contactTypeCode\":\"" + std::string(code) + "\"", kCrnId)), "nothing marac-contact");
}

TEST(Types, AnUnknownTypeIsForAPersonWithARemedy) {
  const auto inputs = read_file("1.json", event("prison-offender-events.prisoner.teleported", ""), {});
  EXPECT_EQ(shown(inputs), "E-INPUT eventType");
  EXPECT_TRUE(has(lines(inputs[0]), "add it under `nothing`"));
  EXPECT_FALSE(has(lines(inputs[0]), "teleported"));
  EXPECT_TRUE(inputs[0].may_be_high_risk) << "it may be a release";
  EXPECT_TRUE(read_file("1.json", "{\"Records\":[{}]}", {})[0].may_be_high_risk) << "so may what has no type";
}

TEST(Wrappers, NotificationsQueuesAndBareEventsAreOne) {
  const std::string bare = moved("UAL");
  std::string quoted;
  for (const char c : bare) quoted += (c == '"' ? "\\\"" : std::string(1, c));
  std::string twice;
  for (const char c : "{\"Type\":\"Notification\",\"Message\":\"" + quoted + "\"}") twice += (c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c));
  const std::string wanted = "custody_change at_large";
  EXPECT_EQ(of(bare), wanted);
  EXPECT_EQ(of("{\"Type\":\"Notification\",\"Message\":\"" + quoted + "\"}"), wanted);
  EXPECT_EQ(of("{\"Message\":" + bare + "}"), wanted);
  EXPECT_EQ(of("{\"Body\":\"" + twice + "\"}"), wanted);
  EXPECT_EQ(of("[" + bare + "," + bare + "]"), wanted + " | " + wanted);
  EXPECT_EQ(of(bare + "\n" + bare + "\n"), wanted + " | " + wanted);
  EXPECT_EQ(of("{\"Type\":\"Notification\",\"Message\":\"not json\"}"), "E-INPUT Message");
  EXPECT_EQ(of("{\"Type\":\"SubscriptionConfirmation\",\"Message\":\"x\"}"), "E-INPUT Type");
  EXPECT_EQ(of("[]"), "");
  EXPECT_EQ(of("[1]"), "E-INPUT Message");
  EXPECT_EQ(shown(read_file("1.csv", "a,b\n", {})), "E-INPUT file");
}

TEST(Wrappers, TextInUtf16IsNamedAsWhatItIs) {
  std::string wide = "\xff\xfe";
  for (const char c : moved("UAL")) wide += {c, '\0'};
  for (const std::string& text : {wide, wide.substr(2)}) {
    const auto inputs = read_file("1.json", text, {});
    EXPECT_EQ(shown(inputs), "E-INPUT file");
    EXPECT_TRUE(has(inputs[0].failure->error.detail, "UTF-16"));
    EXPECT_TRUE(inputs[0].may_be_high_risk) << "nobody can tell";
  }
  EXPECT_EQ(of("\xef\xbb\xbf" + moved("UAL")), "custody_change at_large") << "the mark of UTF-8 says nothing";
}

TEST(Wrappers, SeveralMessagesOfAQueueInOneObjectAreEachAnInput) {
  const std::string one = moved("CR"), two = replaced(moved("UAL"), "A4810GP", "A4811GP");
  const auto body = [](const std::string& text) { return read::to_text(read::Json::text(text)); };
  const std::string received = "{\n\"Messages\":[\n{\"MessageId\":\"1\",\"Body\":" + body(one) + "},\n{\"Body\":" + body("{\"Type\":\"Notification\",\"Message\":" + body(two) + "}") + "},\n7]}";
  const auto inputs = read_file("1.json", received, {});
  EXPECT_EQ(shown(inputs), "custody_change released | custody_change at_large | E-INPUT Message");
  ASSERT_EQ(inputs.size(), 3u);
  EXPECT_EQ(inputs[1].line, 4u);
  EXPECT_EQ(shown(read_file("1.json", inputs[1].raw, {})), "custody_change at_large") << "each can be read again by itself";
  EXPECT_EQ(of("{\"Records\":[{\"body\":" + body(one) + "}]}"), "custody_change released");
  EXPECT_EQ(of("{\"Records\":[{\"EventSource\":\"aws:sns\",\"Sns\":{\"Type\":\"Notification\",\"Message\":" + body(one) + "}}]}"), "custody_change released") << "as Lambda is given it";
  EXPECT_EQ(of("{\"Records\":[{\"Sns\":{\"Type\":\"Notification\",\"Message\":\"not json\"}}]}"), "E-INPUT Message");
  EXPECT_EQ(of("{\"Records\":[]}"), "E-INPUT eventType") << "an empty one is not silence";
}

TEST(Wrappers, WhateverTheBytesNothingFails) {
  const std::string whole = file_text("adapters/hmpps/samples/every-field.json");
  for (std::size_t at = 0; at < whole.size(); at += 7) {
    const auto cut = read_file("1.json", whole.substr(0, at), {});
    std::string broken = whole;
    broken[at] = static_cast<char>(broken[at] ^ 0x15);
    for (const auto& inputs : {cut, read_file("1.json", broken, {})}) {
      for (const auto& input : inputs) EXPECT_TRUE(input.failure.has_value() || !input.events.empty() || !input.nothing.empty()) << at;
    }
  }
}

// ---- planned releases --------------------------------------------------------------------------------------------------

class InMemory final : public sdk::Kept {
 public:
  Result<std::optional<Bytes>> state(std::string_view name) override {
    const auto found = values.find(name);
    return found == values.end() ? std::optional<Bytes>{} : std::optional(found->second);
  }
  std::map<std::string, Bytes, std::less<>> values;
};

TEST(Planned, AConfirmedDateIsAPlannedReleaseOfTheDayItWasFirstRead) {
  const HmppsSource source({});
  InMemory kept;
  const auto read = [&](std::int64_t now, const std::string& text) {
    auto inputs = source.read("planned.json", text);
    EXPECT_TRUE(source.follow(inputs.at(0), kept, instant_of(now)));
    for (const auto& [name, what] : inputs[0].state) kept.values[name] = *what.value;
    return inputs[0].events.empty() ? std::string("none") : to_text(inputs[0].events[0].happened);
  };
  const std::string text = file_text("adapters/hmpps/samples/planned.json");
  EXPECT_EQ(shown(source.read("planned.json", text)), "custody_change release_planned");
  const std::string first = read(kNow, text);
  EXPECT_EQ(first, to_text(instant_of(kNow)));
  EXPECT_EQ(read(kNow + 1000, text), first) << "the same event however often it is read";
  EXPECT_EQ(read(kNow + 5000, replaced(text, "2026-08-10", "2026-08-12")), to_text(instant_of(kNow + 5000))) << "another date is a correction";
  EXPECT_EQ(read(kNow, replaced(text, "2026-08-10", "2020-04-20")), "2020-04-19T23:00:00.000Z") << "one that is over is of its day";
  EXPECT_EQ(read(kNow, replaced(text, "\"2026-08-10\"", "null")), "none");
}

TEST(Times, WhatHappenedInTheFutureIsForAPersonAtOnce) {
  const HmppsSource source({});
  InMemory kept;
  auto inputs = source.read("1.json", replaced(moved("UAL"), "2026-07-14T", "2062-07-14T"));
  ASSERT_TRUE(source.follow(inputs.at(0), kept, instant_of(kNow)));
  EXPECT_EQ(shown(inputs), "E-TIME occurredAt");
  EXPECT_TRUE(inputs[0].may_be_high_risk);
}

TEST(Planned, ADateThatIsGoneWithdrawsIt) {
  const auto inputs = read_file("planned.json", replaced(file_text("adapters/hmpps/samples/planned.json"), "\"2026-08-10\"", "null"), {});
  EXPECT_EQ(shown(inputs), "nothing no-confirmed-release-date");
  ASSERT_EQ(inputs[0].no_more.size(), 1u);
  EXPECT_EQ(inputs[0].no_more[0].reference, "A4810GP/release_planned");
}

TEST(Movements, OneThatIsFirstToldWithoutItsCodeIsCorrectedByTheOneWithIt) {
  const HmppsSource source({});
  InMemory kept;
  const auto take = [&](const std::string& text) {
    auto inputs = source.read("1.json", text);
    EXPECT_TRUE(source.follow(inputs.at(0), kept, instant_of(kNow)));
    for (const auto& [name, what] : inputs[0].state) kept.values[name] = *what.value;
    const std::string& reference = inputs[0].reference;
    EXPECT_TRUE(inputs[0].events.empty() || inputs[0].events[0].reference == reference);
    return shown(inputs) + (inputs[0].events.empty() ? "" : reference.substr(reference.rfind('/')));
  };
  EXPECT_EQ(take(moved("")), "custody_change other/-");
  EXPECT_EQ(take(moved("")), "custody_change other/-") << "sent again";
  EXPECT_EQ(take(moved("NCS")), "custody_change released/-") << "a correction";
  EXPECT_EQ(take(moved("NCS")), "custody_change released/-");
  EXPECT_EQ(take(moved("")), "nothing told-with-its-code") << "the earlier word takes nothing back";
  EXPECT_EQ(take(moved("UAL")), "custody_change at_large/UAL") << "another movement at the same moment";
  EXPECT_EQ(take(replaced(moved("NCS"), "11:03:00", "11:04:00")), "custody_change released/NCS");
}

// ---- tables, samples, README --------------------------------------------------------------------------------------------

TEST(Tables, AreReadStrictly) {
  const auto movements = [](const std::string& rows, const std::string& words = "[]") {
    const auto table = Movements::parse("m.yaml", "movements: nomis\nout: " + rows + "\nout_words: " + words + "\nin: []\nin_words: []\n");
    return table ? std::string("taken") : describe(table.error());
  };
  EXPECT_EQ(movements("[{code: NCS, movement: released, means: x}]"), "taken");
  EXPECT_TRUE(has(movements("[{code: NCS, movement: relesed, means: x}]"), "the nearest right word is `released`")) << movements("[{code: NCS, movement: relesed, means: x}]");
  EXPECT_TRUE(has(movements("[{code: NCS, movement: released, means: x}, {code: ncs, movement: died, means: x}]"), "stands twice"));
  EXPECT_TRUE(has(movements("[]", "[{word: RELEASED, movement: released}]"), "only a code is"));
}

TEST(Tables, AnotherTableMayKnowMoreCodes) {
  auto table = Movements::parse("m.yaml", replaced(file_text("adapters/hmpps/tables/movements.yaml"), "{code: CR,", "{code: XYZ, movement: released, means: ours}\n  - {code: CR,"));
  ASSERT_TRUE(table) << describe(table.error());
  Reading reading;
  reading.movements = std::move(*table);
  EXPECT_EQ(shown(read_file("1.json", moved("XYZ"), reading)), "custody_change released");
}

TEST(Tables, TheReadmeHasThem) {
  const std::string readme = file_text("adapters/hmpps/README.md");
  EXPECT_TRUE(has(readme, mapping_table())) << "regenerate it with concordat-hmpps --mapping-table";
  EXPECT_FALSE(has(mapping_table(), "| ? |"));
  EXPECT_FALSE(has(mapping_table(), "unspecified"));
}

TEST(Samples, EveryFieldLandsInItsItem) {
  EXPECT_EQ(lines(read_file("every-field.json", file_text("adapters/hmpps/samples/every-field.json"), {})[0]),
            "{\"input\":\"f\",\"line\":1,\"kind\":\"custody_change\",\"reference\":\"A4810GP/prison-offender-events.prisoner.released/2026-07-14T07:15:30.250Z/HD\","
            "\"facts\":{\"event\":{\"historic\":\"no\",\"custody_movement\":\"home_detention_curfew\"},\"people\":{\"1\":{}}},"
            "\"people\":[{\"person\":1,\"roles\":[\"alleged_perpetrator\"],\"items\":{\"custody_identifiers\":{\"custody_identifiers\":{\"noms\":\"A4810GP\",\"crn\":\"X481020\"}}}}],"
            "\"case\":{\"custody_movement\":{\"custody\":{\"movement\":\"home_detention_curfew\",\"at\":{\"at\":\"2026-07-14T07:15:30.250Z\",\"source_text\":\"2026-07-14T08:15:30.250+01:00\"},"
            "\"movement_code\":\"HD\",\"reason\":\"RELEASED\"}},\"custody_place\":{\"place\":{\"prison\":\"ZZI\"}}}}\n");
}

TEST(Samples, OursMap) {
  EXPECT_EQ(shown(read_file("several.jsonl", file_text("adapters/hmpps/samples/several.jsonl"), {})),
            "custody_change recalled | link strong | link weak | nothing prison-offender-events.prisoner.cell.move");
  EXPECT_EQ(of(file_text("ops/demo/hmpps/1-merge.json")), "link weak");
  EXPECT_EQ(of(file_text("ops/demo/hmpps/2-at-large.json")), "custody_change at_large");
  EXPECT_EQ(of(file_text("ops/demo/hmpps/3-release.json")), "custody_change released");
}

/// Every published sample maps, says nothing for us, or is quarantined with a reason. Read in place and never shipped.
class SharedSamples : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* set = std::getenv("CONCORDAT_SHARED");
    folder_ = std::string(set != nullptr ? set : "../shared") + "/samples/prison-probation";
    if (!std::filesystem::is_directory(folder_)) GTEST_SKIP() << "skipped: no shared samples";
  }
  std::string counts(const std::string& under) {
    std::map<std::string, int> count;
    for (const auto& entry : std::filesystem::directory_iterator(folder_ + "/" + under)) {
      for (const auto& input : read_file(entry.path().filename(), file_text(entry.path()), {})) {
        ++count[shown({input})];
        EXPECT_TRUE(!input.failure || sdk::remedy(input.failure->error).size() > 40) << entry.path();
      }
    }
    std::string out;
    for (const auto& [what, number] : count) out += (out.empty() ? "" : ", ") + std::to_string(number) + " " + what;
    return out;
  }
  std::string folder_;
};

TEST_F(SharedSamples, OfTheProbationServicesAllAreToldApart) {
  EXPECT_EQ(counts("hmpps-probation-integration-services"),
            "1 E-INPUT personReference, 1 custody_change died, 1 custody_change other, 1 custody_change recalled, 2 custody_change received, 1 custody_change released, "
            "2 custody_change released_early, 3 custody_change to_hospital, 1 custody_change to_immigration_detention, 1 link weak");
}
TEST_F(SharedSamples, OfThePrisonsOlderTopicNothingIsForUs) { EXPECT_EQ(counts("prison-offender-events"), "1 nothing EXTERNAL_MOVEMENT_RECORD-*"); }
TEST_F(SharedSamples, AnswersOfOtherSystemsAreNoEvents) { EXPECT_EQ(counts("court-case-service"), "8 E-INPUT eventType, 1 custody_change release_planned"); }

}  // namespace
}  // namespace concordat::hmpps
