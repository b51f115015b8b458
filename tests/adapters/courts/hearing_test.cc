// Common Platform hearings: what is news of them, what is not, and what is not understood.
#include "tests/adapters/courts/courts.h"

namespace concordat::courts::testing {
namespace {

std::string once(const std::string& text, const std::string& name = "f.json") { return Courts().take(text, name); }

TEST(Hearings, TheSameOrderOnSeveralOffencesIsOneOutcome) {
  Courts courts;
  EXPECT_EQ(courts.take(hearing(defendant("d1", offence(1, order("r1")) + "," + offence(2, order("r2"))))), "h1/d1@c1/protective_order_made/restraining #1 #2");
  EXPECT_EQ(courts.outcome().result_size(), 2);
  EXPECT_EQ(courts.outcome().person_size(), 1);
  EXPECT_EQ(courts.outcome().person(0).offence_size(), 2);
  EXPECT_EQ(courts.outcome().case_reference(0).value(), "07CW1234526");
}

TEST(Hearings, EachOfTheFourPlacesIsRead) {
  const std::string of_defendant = R"(,"defendantJudicialResults":[{"masterDefendantId":"md1","judicialResult":)" + result("r2", "4028", "Remanded in custody", "INTERMEDIARY") + "}]";
  const std::string of_application = R"(,"courtApplications":[{"type":{"code":"X"},"subject":{"masterDefendant":{"masterDefendantId":"md1"}},"judicialResults":[)" + result("r3", "4506", "Adjournment", "INTERMEDIARY") + "]}]";
  const std::string of_case = R"(,"defendantCaseJudicialResults":[)" + result("r4", "4575", "Warrant", "INTERMEDIARY") + "]";
  EXPECT_EQ(once(hearing(defendant("d1", offence(1, order()), of_case), {.more = of_defendant + of_application})),
            "h1/d1@c1/protective_order_made/restraining #1 | h1/d1@c1/warrant | h1/d1@c1/adjourned #1 | h1/d1@c1/remanded_in_custody");
}

TEST(Hearings, TheEarlierOrderOfAnApplicationIsNoNews) {
  const std::string earlier = R"(,"courtOrder":{"id":"x","label":"Community order","courtOrderOffences":[{"offence":{"id":"o9","offenceCode":"CJ88116","orderIndex":3,"judicialResults":[)" + order("r9") + "]}}]}";
  const std::string application = R"(,"courtApplications":[{"type":{"code":"X"},"subject":{"masterDefendant":{"masterDefendantId":"m9","defendantCase":[{"defendantId":"d9","caseReference":"07CW1234526"}],)"
                                  R"("personDefendant":{"arrestSummonsNumber":"2607CW0100000048101J","personDetails":{"lastName":"Price"}}}},"judicialResults":[)";
  EXPECT_EQ(once(hearing("", {.more = application + "]" + earlier + "}]"})), "");
  Courts courts;
  EXPECT_EQ(courts.take(hearing("", {.more = application + result("r1", "1030", "Order varied") + "]" + earlier + "}]"})), "h1/d9@c1/other #3") << "but it says which offence it is about";
  EXPECT_EQ(courts.outcome().person(0).case_reference(0).value(), "2607CW0100000048101J");
}

/// An application of these cases (members of `courtApplicationCases`), resulted with `id`.
std::string application(const std::string& cases, const std::string& id, const std::string& offence = "") {
  return R"({"type":{"type":"Application to discharge a restraining order"},"subject":{"masterDefendant":{"masterDefendantId":"md1","defendantCase":[{"defendantId":"d9"}],)"
         R"("personDefendant":{"arrestSummonsNumber":"2607CW0100000048101J","personDetails":{"lastName":"Price"}}}},"courtApplicationCases":[)" +
         cases + R"(],"courtOrder":{"courtOrderOffences":[)" + offence + R"(]},"judicialResults":[)" + result(id, "1029", "Order revoked") + "]}";
}
std::string of_case(const std::string& urn, const std::string& offences = "") { return R"({"prosecutionCaseIdentifier":{"caseURN":")" + urn + R"("},"offences":[)" + offences + "]}"; }

TEST(Hearings, AnApplicationOfAnotherCaseIsNoOutcomeOfThisOne) {
  const std::string of_two = R"(,"courtApplications":[)" + application(of_case("07CW9999925"), "r8") + "," + application(of_case("07CW8888825"), "r9") + "]";
  Courts courts;
  EXPECT_EQ(courts.take(hearing(defendant("d1", offence(1, "")), {.more = of_two})),
            "h1/d9@07CW9999925/protective_order_ended/restraining | h1/d9@07CW8888825/protective_order_ended/restraining");
  EXPECT_EQ(courts.outcome().case_reference(0).value(), "07CW8888825");
  EXPECT_EQ(courts.outcome().person(0).offence_size(), 0) << "its offence is no other case's";
  const std::string contradicted = replaced(of_case("07CW8888825"), "{", R"({"prosecutionCaseId":"c1",)");
  EXPECT_EQ(once(hearing(defendant("d1", offence(1, order())), {.more = R"(,"courtApplications":[)" + application(contradicted, "r8") + "]"})),
            "h1/d1@c1/protective_order_made/restraining #1 | 1: E-INPUT hearing.courtApplications[0]") << "one id, two references";
  EXPECT_EQ(once(hearing(defendant("d1", offence(1, "")), {.more = R"(,"courtApplications":[)" + application(of_case("07CW1234526"), "r8") + "]"})),
            "h1/d1@c1/protective_order_ended/restraining #1") << "and of this case it is";
}

TEST(Hearings, AnApplicationOfSeveralCasesIsAnOutcomeOfEach) {
  const auto charge = [](const std::string& id, int sequence, const std::string& code) { return R"({"id":")" + id + R"(","offenceCode":")" + code + R"(","orderIndex":)" + std::to_string(sequence) + "}"; };
  const std::string cases = of_case("07CW1111125", charge("a", 1, "TH68001")) + "," + of_case("07CW2222225", charge("b", 2, "SC15004") + "," + charge("c", 1, "CJ88116"));
  Courts courts;
  EXPECT_EQ(courts.take(hearing("", {.more = R"(,"courtApplications":[)" + application(cases, "r8") + "]"})),
            "h1/d9@07CW1111125/protective_order_ended/restraining #1 | h1/d9@07CW2222225/protective_order_ended/restraining");
  EXPECT_EQ(courts.outcome().case_reference_size(), 1);
  EXPECT_EQ(courts.outcome().case_reference(0).value(), "07CW2222225");
  EXPECT_EQ(courts.outcome().person(0).offence_size(), 2);
  EXPECT_EQ(courts.outcome().person(0).case_reference_size(), 0) << "of which case his arrest summons number is, nobody says";
  EXPECT_TRUE(courts.outcome().outcome().abuse_case());
  const std::string unsaid = R"({"offence":)" + charge("d", 3, "TH68001") + "}";
  const std::string failure = "1: E-INPUT hearing.courtApplications[0].courtOrder.courtOrderOffences[0]";
  EXPECT_EQ(once(hearing("", {.more = R"(,"courtApplications":[)" + application(cases, "r8", unsaid) + "]"})), failure + " | " + failure) << "an offence of which of them?";
  const std::string his = replaced(application("", "r8"), R"([{"defendantId":"d9"}])", R"([{"defendantId":"d8","caseReference":"07CW1111125"},{"defendantId":"d9","caseReference":"07CW2222225"}])");
  EXPECT_EQ(once(hearing("", {.more = R"(,"courtApplications":[)" + his + "]"})), "1: E-INPUT hearing.courtApplications[0]") << "of which of his cases?";
}

std::string about_party(const std::string& title, const std::string& results) {
  return R"(,"courtApplications":[{"type":{"type":")" + title + R"("},"subject":{"id":"w1","personDetails":{"lastName":"CANARY","dateOfBirth":"2018-01-01","address":{"address1":"9 CANARY Road"}}},"judicialResults":[)" + results + "]}]";
}

TEST(Hearings, AWitnessOrVictimIsNoDefendant) {
  const std::string adjourned = result("r8", "4506", "Adjournment", "INTERMEDIARY");
  EXPECT_EQ(once(hearing("", {.more = about_party("Application for a witness summons", result("r8", "9999", "Summons issued"))})), "");
  EXPECT_EQ(once(hearing("", {.more = about_party("Application for a witness summons", adjourned)})), "");
  EXPECT_EQ(once(hearing("", {.more = about_party("Application to vary something", adjourned)})), "1: E-INPUT hearing.courtApplications[0].subject");
  EXPECT_EQ(once(hearing("", {.more = about_party("Application to vary a restraining order", order("r8"))})), "1: E-INPUT hearing.courtApplications[0].subject")
      << "such an order is made against a defendant, and the victim may ask for it";
  EXPECT_EQ(once(hearing("", {.at = {}, .more = about_party("Application to vary something", "")}), "POST /hearing/h1"), "") << "nor is that she is to come";
  EXPECT_FALSE(has(lines(hearing("", {.more = about_party("Application to vary something", adjourned)}), "f.json"), "CANARY"));
}

TEST(Hearings, AnOrderAgainstSomebodyWhoWasNeverChargedIsTold) {
  const auto shared = [](const std::string& results, const std::string& at) {
    return replaced(hearing("", {.at = at, .more = about_party("Application for a stalking protection order", results)}), "2018-01-01", "1988-01-01");
  };
  const std::string made = result("r8", "3307", "Stalking protection order");
  Courts courts;
  EXPECT_EQ(courts.take(shared(made, "2026-07-14T10:00:00Z")), "h1/w1/protective_order_made/stalking_protection");
  EXPECT_EQ(courts.take(shared(result("r9", "4506", "Adjournment", "INTERMEDIARY"), "2026-07-14T11:00:00Z")),
            "1: E-INPUT hearing.courtApplications[0].subject | h1/w1/protective_order_made/stalking_protection reversed") << "and that it no longer stands, too";
}

TEST(Hearings, TheMessageOfManyDefendantsIsHeldOnce) {
  const std::string text = hearing(defendant("d1", offence(1, order("r1"))) + "," + replaced(defendant("d2", ""), R"("lastName":"Price")", R"("lastName":"Price","gender":"X")"));
  const auto inputs = source().read("f.json", text);
  ASSERT_EQ(inputs.size(), 3u) << "the hearing, and each";
  for (const sdk::Input& input : inputs) {
    EXPECT_EQ(input.as_it_came(), text);
    EXPECT_EQ(&input.as_it_came(), &inputs.front().as_it_came());
  }
}

TEST(Hearings, MorePeopleThanAHearingHasAreRefusedAtOnce) {
  std::string many = defendant("d0", "");
  for (int n = 1; n <= 1'000; ++n) many += R"(,{"id":"d)" + std::to_string(n) + R"(","offences":[]})";
  EXPECT_EQ(once(hearing(many)), "1: E-LIMIT hearing") << "as many copies of the message as defendants took all memory";
  std::string cases = of_case("07CW1");
  for (int n = 2; n <= 1'001; ++n) cases += "," + of_case("07CW" + std::to_string(n));
  EXPECT_EQ(once(hearing("", {.more = R"(,"courtApplications":[)" + application(cases, "r8") + "]"})), "1: E-LIMIT hearing");
  std::string long_one = defendant("d0", "");
  for (int n = 1; n <= 900; ++n) long_one += R"(,{"id":"d)" + std::to_string(n) + R"(","offences":[]})";
  const std::string record = hearing(long_one, {.more = R"(,"note":")" + std::string(500'000, 'x') + "\""});
  EXPECT_EQ(once(record), "1: E-LIMIT record");
  const std::string half = hearing(long_one, {.more = R"(,"note":")" + std::string(200'000, 'x') + "\""});
  EXPECT_EQ(once(half + "\n" + half + "\n" + half, "f.jsonl"), "3: E-LIMIT record") << "and of a file";
}

TEST(Hearings, GenericCodesSayWhatTheirLabelOrApplicationSays) {
  const auto application = [](const std::string& type, const std::string& code, const std::string& label) {
    return hearing("", {.more = R"(,"courtApplications":[{"type":)" + type + R"(,"subject":{"masterDefendant":{"masterDefendantId":"m9","personDefendant":{"personDetails":{"lastName":"Price"}}}},"judicialResults":[)" +
                                result("r1", code, label) + "]}]"});
  };
  EXPECT_EQ(once(application(R"({"code":"SE20559"})", "1030", "Order varied")), "h1/m9/protective_order_changed/restraining");
  EXPECT_EQ(once(application(R"({"type":"Application to discharge a restraining order"})", "1029", "Order revoked")), "h1/m9/protective_order_ended/restraining");
  EXPECT_EQ(once(application(R"({"code":"SE20503"})", "1030", "Restraining order varied")), "h1/m9/protective_order_changed/restraining");
  EXPECT_EQ(once(application(R"({"code":"SE20503"})", "1030", "Football banning order varied")), "");
  EXPECT_EQ(once(application(R"({"code":"SE20503"})", "1030", "Something varied")), "h1/m9/other") << "final, and of what nobody here knows";
}

TEST(Hearings, AnUnknownFinalResultIsAnotherOutcomeAndAnUnknownAncillaryOneIsNone) {
  Courts courts;
  EXPECT_EQ(courts.take(hearing(defendant("d1", offence(1, result("r1", "9876", "Whatever"))))), "h1/d1@c1/other #1");
  EXPECT_EQ(courts.outcome().result(0).code(), "9876");
  EXPECT_EQ(once(hearing(defendant("d1", offence(1, result("r1", "9876", "Whatever", "ANCILLARY"))))), "");
  EXPECT_EQ(once(hearing(defendant("d1", offence(1, result("r1", "3117", "Surcharge"))))), "") << "known, and no news";
}

TEST(Hearings, AShortCodeIsKnownByHowTheTextBegins) {
  const std::string text = R"(,"resultText":"RESTRAOF - Restraining order until further order\nCANARY")";
  Courts courts;
  EXPECT_EQ(courts.take(hearing(defendant("d1", offence(1, result("r1", "", "An order", "FINAL", text))))), "h1/d1@c1/protective_order_made/restraining #1");
  EXPECT_TRUE(courts.outcome().order().until_further_order());
  EXPECT_EQ(once(hearing(defendant("d1", offence(1, result("r1", "", "An order", "ANCILLARY", R"(,"resultText":"NOBODY - CANARY")"))))), "");
}

TEST(Hearings, SentToTheCrownCourtInCustodyIsTwoOutcomes) {
  EXPECT_EQ(once(hearing(defendant("d1", offence(1, result("r1", "4560", "Sent", "INTERMEDIARY"))))), "h1/d1@c1/sent_to_crown_court #1 | h1/d1@c1/remanded_in_custody #1");
}

TEST(Hearings, PleasVerdictsAndConvictionsAreNewsOfTheirDay) {
  const auto with = [](const std::string& more) { return once(hearing(defendant("d1", offence(1, "", "," + more)))); };
  EXPECT_EQ(with(R"("plea":{"pleaValue":"Not Guilty","pleaDate":"2026-07-14"})"), "h1/d1@c1/pleaded_not_guilty #1") << "whatever its case";
  EXPECT_EQ(with(R"("plea":{"pleaValue":"change to guilty - no jury","pleaDate":"2026-07-14"})"), "h1/d1@c1/pleaded_guilty #1");
  EXPECT_EQ(with(R"("plea":{"pleaValue":"GUILTY","pleaDate":"2026-06-01"})"), "") << "told at its hearing";
  EXPECT_EQ(with(R"("plea":{"pleaValue":"NO_INDICATION","pleaDate":"2026-07-14"})"), "");
  EXPECT_EQ(with(R"("convictionDate":"2026-07-14")"), "h1/d1@c1/convicted #1");
  EXPECT_EQ(with(R"("convictionDate":"2026-06-01")"), "");
  EXPECT_EQ(with(R"("verdict":{"verdictType":{"categoryType":"GUILTY"},"verdictDate":"2026-07-14"},"convictionDate":"2026-07-14")"), "h1/d1@c1/convicted #1");
  EXPECT_EQ(with(R"("verdict":{"verdictType":{"categoryType":"NOT_GUILTY"},"verdictDate":"2026-07-14"})"), "h1/d1@c1/acquitted #1");
}

TEST(Hearings, NullsEmptyPleasAndVerdictsAreAbsent) {
  const std::string nulls = R"(,"plea":null,"verdict":null,"convictionDate":null)";
  const std::string empty = R"(,"plea":{},"verdict":{"verdictType":{}})";
  EXPECT_EQ(once(hearing(defendant("d1", offence(1, order(), nulls) + ",null," + offence(2, "null", empty), R"(,"pncId":null,"croNumber":null,"aliases":null,"legalEntityDefendant":null)"))),
            "h1/d1@c1/protective_order_made/restraining #1");
}

TEST(Hearings, ACaseWithoutAReferenceIsToldWithout) {
  Courts courts;
  const std::string text = replaced(hearing(defendant("d1", offence(1, order()))), R"("prosecutionCaseIdentifier":{"caseURN":"07CW1234526"},)", "");
  EXPECT_EQ(courts.take(text), "h1/d1@c1/protective_order_made/restraining #1");
  EXPECT_EQ(courts.outcome().case_reference_size(), 0);
}

TEST(Hearings, OfACompanyNothingIsPublished) {
  const std::string company = R"({"id":"d2","legalEntityDefendant":{"organisation":{"name":"An Organisation"}},"offences":[)" + offence(1, order()) + "]}";
  EXPECT_EQ(once(hearing(company)), "");
  EXPECT_EQ(once(hearing(company + "," + defendant("d1", offence(1, order())))), "h1/d1@c1/protective_order_made/restraining #1");
}

TEST(Hearings, ADefendantWhoStandsTwiceIsOne) {
  const std::string one = defendant("d1", offence(1, order("r1")));
  EXPECT_EQ(once(hearing(one + "," + one)), "h1/d1@c1/protective_order_made/restraining #1");
  EXPECT_EQ(once(hearing(one + "," + defendant("d1", offence(2, order("r2"))))), "h1/d1@c1/protective_order_made/restraining #1 #2");
}

TEST(Hearings, TheOrderOfCasesMakesNoDifference) {
  const auto of = [](const std::string& id, const std::string& urn, const std::string& result) {
    return R"({"id":")" + id + R"(","prosecutionCaseIdentifier":{"caseURN":")" + urn + R"("},"defendants":[)" + defendant("d1", offence(1, result)) + "]}";
  };
  const auto share = [](const std::string& cases, const std::string& at) {
    return R"({"hearing":{"id":"h1","hearingDays":[{"sittingDay":"2026-07-14T09:00:00Z"}],"prosecutionCases":[)" + cases + R"(]},"hearingDay":"2026-07-14","sharedTime":")" + at + "\"}";
  };
  const std::string a = of("cA", "07CW1234526", order("r1")), b = of("cB", "07CW7777726", result("r2", "1002", "Imprisonment"));
  Courts courts;
  EXPECT_EQ(courts.take(share(a + "," + b, "2026-07-14T10:00:00Z")), "h1/d1@cA/protective_order_made/restraining #1 | h1/d1@cB/imprisoned #1");
  EXPECT_EQ(courts.take(share(b + "," + a, "2026-07-14T11:00:00Z")), "");
  Courts grows;
  EXPECT_EQ(grows.take(share(b, "2026-07-14T10:00:00Z")), "h1/d1@cB/imprisoned #1");
  EXPECT_EQ(grows.take(share(a + "," + b, "2026-07-14T11:00:00Z")), "h1/d1@cA/protective_order_made/restraining #1") << "a case that is added changes no other";
}

TEST(Hearings, ADefendantOfTwoCasesIsOneOfEach) {
  const std::string text = hearing(defendant("d1", offence(1, order("r1"))));
  const std::string second = R"({"id":"c2","prosecutionCaseIdentifier":{"caseURN":"07CW1234626"},"defendants":[)" + defendant("d1", offence(1, order("r2"))) + "]}";
  EXPECT_EQ(once(replaced(text, "\"prosecutionCases\":[", "\"prosecutionCases\":[" + replaced(second, "\"d1\"", "\"d2\"") + ",")),
            "h1/d2@c2/protective_order_made/restraining #1 | h1/d1@c1/protective_order_made/restraining #1");
  EXPECT_EQ(once(replaced(text, "\"prosecutionCases\":[", "\"prosecutionCases\":[" + second + ",")),
            "h1/d1@c2/protective_order_made/restraining #1 | h1/d1@c1/protective_order_made/restraining #1") << "even under one id";
}

TEST(Hearings, AYouthIsADefendantAndAChildUnderTenIsASlip) {
  const auto born = [](const std::string& day) { return replaced(hearing(defendant("d1", offence(1, order()))), R"("lastName":"Price")", R"("lastName":"Price","dateOfBirth":")" + day + "\""); };
  EXPECT_EQ(once(born("2012-03-01")), "h1/d1@c1/protective_order_made/restraining #1");
  EXPECT_EQ(once(born("2020-01-01")), "1: E-VALUE dateOfBirth");
  EXPECT_EQ(once(born("1880-01-01")), "1: E-VALUE dateOfBirth");
  EXPECT_EQ(once(born("31/02/1990")), "1: E-VALUE hearing.prosecutionCases[0].defendants[0].personDefendant.personDetails.dateOfBirth");
}

TEST(Hearings, TheArrestSummonsNumberIsWhicheverFieldHasOne) {
  const auto asn = [](const std::string& more) {
    Courts courts;
    courts.take(replaced(hearing(defendant("d1", offence(1, order()))), R"("prosecutionAuthorityReference":"2607CW0100000048101J","personDefendant":{)", more));
    return courts.outcome().person(0).case_reference_size() == 0 ? "none" : courts.outcome().person(0).case_reference(0).value();
  };
  EXPECT_EQ(asn(R"("prosecutionAuthorityReference":"TFL1","personDefendant":{"arrestSummonsNumber":"26/07CW/01/48101J",)"), "2607CW0100000048101J");
  EXPECT_EQ(asn(R"("prosecutionAuthorityReference":"2607CW0100000048101J","personDefendant":{"arrestSummonsNumber":"TFL",)"), "2607CW0100000048101J");
  EXPECT_EQ(asn(R"("prosecutionAuthorityReference":"TFL1","personDefendant":{)"), "TFL1") << "as written: it links nobody";
  EXPECT_EQ(asn(R"("personDefendant":{)"), "none");
}

TEST(Hearings, WhatIsNoneIsCalledWhatItIs) {
  const auto why = [](const std::string& text) { return lines(text, "f.json"); };
  EXPECT_TRUE(has(why(R"({"caseNo":"1","defendantName":"CANARY","offences":[]})"), "a case of Libra"));
  EXPECT_TRUE(has(why(R"({"case_details":{"case_data":{}}})"), "family or civil courts"));
  EXPECT_TRUE(has(why(R"({"Type":"SubscriptionConfirmation","Message":"You have chosen to subscribe","SubscribeURL":"https://example.org"})"), "about a subscription"));
  EXPECT_TRUE(has(why(R"({"Type":"Notification","Message":"hello"})"), "JSON in a text, and this is none"));
  EXPECT_TRUE(has(why(R"({"Message":"[\"software.amazon.payloadoffloading.PayloadS3Pointer\",{\"s3Key\":\"k\"}]"})"), "lies elsewhere (S3)"));
  EXPECT_TRUE(has(why(R"({"prosecutionCases":[]})"), "parts of a hearing"));
  EXPECT_TRUE(has(why(std::string("\xff\xfe{\0\"\0", 6)), "it is UTF-16"));
  EXPECT_TRUE(has(why(std::string("{\0\"\0", 4)), "it is UTF-16"));
  EXPECT_TRUE(has(why(" \n"), "it is empty"));
  EXPECT_FALSE(has(why(R"({"caseNo":"1","defendantName":"CANARY","offences":[]})"), "CANARY"));
}

TEST(Hearings, AnAbuseCaseIsSoByItsMarkerAQualifierOrAnyOffenceOfTheCase) {
  const auto abuse = [](const std::string& text) {
    Courts courts;
    courts.take(text);
    return courts.outcome().outcome().has_abuse_case() ? (courts.outcome().outcome().abuse_case() ? "yes" : "no") : "unsaid";
  };
  const std::string unmarked = hearing(defendant("d1", offence(1, order())));
  EXPECT_EQ(abuse(unmarked), std::string("unsaid")) << "without a list of markers nobody knows";
  EXPECT_EQ(abuse(replaced(unmarked, "\"defendants\":", R"("caseMarkers":null,"defendants":)")), std::string("unsaid"));
  EXPECT_EQ(abuse(replaced(unmarked, "\"defendants\":", R"("caseMarkers":[{"markerTypeCode":null}],"defendants":)")), std::string("unsaid")) << "a marker, and which it does not say";
  const std::string plain = replaced(unmarked, "\"defendants\":", R"("caseMarkers":[],"defendants":)");
  EXPECT_EQ(abuse(plain), std::string("no")) << "it lists its markers: none";
  const auto marked = [&](const std::string& code) { return replaced(unmarked, "\"defendants\":", R"("caseMarkers":[{"markerTypeCode":")" + code + R"("}],"defendants":)"); };
  EXPECT_EQ(abuse(marked("DV")), std::string("yes"));
  EXPECT_EQ(abuse(marked("VIDV")), std::string("yes")) << "written together";
  EXPECT_EQ(abuse(marked("HT")), std::string("no"));
  EXPECT_EQ(abuse(marked("ADVX")), std::string("no")) << "that is AD and VX";
  EXPECT_EQ(abuse(replaced(plain, R"("category":"FINAL")", R"("category":"FINAL","qualifier":"LG")")), std::string("yes"));
  EXPECT_EQ(abuse(replaced(plain, R"("category":"FINAL")", R"("category":"FINAL","qualifier":"LH")")), std::string("no"));
  for (const char* code : {"SC15004", "SC15005", "SC15006", "FL96001", "SE20002", "PH97004", "PH97012", "DA21001", "CS10503", "MC80530", "ST19001"}) {
    EXPECT_EQ(abuse(replaced(plain, "CJ88116", code)), std::string("yes")) << code;
  }
  for (const char* code : {"PH97003", "PH97013", "TH68001"}) EXPECT_EQ(abuse(replaced(plain, "CJ88116", code)), std::string("no")) << code;
  const std::string other = replaced(offence(2, ""), "CJ88116", "SC15004");
  EXPECT_EQ(abuse(hearing(defendant("d1", offence(1, order()) + "," + other))), std::string("yes")) << "of the case, though the outcome is of another offence";
  EXPECT_EQ(abuse(hearing(defendant("d2", other) + "," + defendant("d1", offence(1, order())))), std::string("yes")) << "and another defendant's";
  const std::string another_case = R"({"id":"c2","prosecutionCaseIdentifier":{"caseURN":"07CW1234626"},"defendants":[)" + defendant("d2", other) + "]}";
  EXPECT_EQ(abuse(replaced(plain, "\"prosecutionCases\":[", "\"prosecutionCases\":[" + another_case + ",")), std::string("no")) << "but of no other case";
}

TEST(Hearings, BailIsItsStateAndTheKindsOfItsConditions) {
  Courts courts;
  const std::string results = result("r1", "4027", "Remanded on conditional bail", "INTERMEDIARY") + "," + result("r2", "", "Bail condition: Exclusion - not to contact directly or indirectly", "ANCILLARY") + "," +
                              result("r3", "", "Bail condition: Curfew with electronic monitoring - first notification", "ANCILLARY");
  const std::string text = replaced(hearing(defendant("d1", offence(1, results))), R"("personDefendant":{)", R"("personDefendant":{"bailStatus":{"code":"B"},"bailConditions":"CANARY not to go to 4 Hidden Lane",)");
  EXPECT_EQ(courts.take(text), "h1/d1@c1/bail_with_conditions #1");
  const v1::BailConditions& bail = courts.outcome().person(0).bail_conditions();
  EXPECT_EQ(bail.state(), v1::CUSTODY_STATE_CONDITIONAL_BAIL);
  EXPECT_EQ(bail.condition_size(), 0) << "its words name places and people";
  ASSERT_EQ(bail.condition_kind_size(), 4);
  EXPECT_FALSE(has(lines(text, "f.json"), "CANARY"));
}

TEST(Hearings, AnOrderEndsOnTheDateOfItsPrompt) {
  const auto until = [](const std::string& prompts) {
    Courts courts;
    courts.take(hearing(defendant("d1", offence(1, order("r1", R"(,"judicialResultPrompts":[)" + prompts + "]")))));
    const v1::SourceDate& day = courts.outcome().order().until();
    return std::to_string(day.year()) + "-" + std::to_string(day.month()) + "-" + std::to_string(day.day());
  };
  EXPECT_EQ(until(R"({"label":"End date","type":"DATE","value":"03/04/2031"})"), "2031-4-3") << "day before month";
  EXPECT_EQ(until(R"({"promptReference":"orderEndDate","label":"Order ends","type":"DATE","value":"2031-04-03"})"), "2031-4-3");
  EXPECT_EQ(until(R"({"label":"End date","type":"TXT","value":"03/04/2031"})"), "0-0-0") << "words are not read";
  EXPECT_EQ(once(hearing(defendant("d1", offence(1, order("r1", R"(,"judicialResultPrompts":[{"label":"End date","type":"DATE","value":"CANARY"}])"))))),
            "1: E-VALUE hearing.prosecutionCases[0].defendants[0].offences[0].judicialResults[0].judicialResultPrompts[0].value");
}

TEST(Hearings, SpecialMeasuresAreOfTheProceedings) {
  Courts courts;
  EXPECT_EQ(courts.take(hearing(defendant("d1", offence(1, ""), R"(,"defendantCaseJudicialResults":[)" + result("r1", "", "Special measures direction: Witness to give evidence by means of a live link") + "]"))),
            "h1/d1@c1/other");
  ASSERT_EQ(courts.outcome().person(0).special_measure_size(), 1);
  EXPECT_EQ(courts.outcome().person(0).special_measure(0).kind(), v1::SPECIAL_MEASURE_KIND_LIVE_LINK);
}

TEST(Tables, CodesMeanWhatTheStandingDataSays) {
  const auto tables = Tables::load();
  ASSERT_TRUE(tables) << describe(tables.error());
  const auto means = [&](const char* code, const char* label = "") {
    const Meaning meaning = tables->meaning({code, {}, label, true, {}, {}});
    std::string out;
    for (const std::string& outcome : meaning.outcomes) out += (out.empty() ? "" : " ") + outcome;
    return out + (meaning.order.empty() ? "" : "/" + meaning.order);
  };
  const std::map<std::string, std::string> wanted = {
      {"3047", "protective_order_made/restraining"}, {"3260", "protective_order_made/restraining_on_acquittal"}, {"3263", "protective_order_changed/restraining"},
      {"3306", "protective_order_made/stalking_protection_interim"}, {"3307", "protective_order_made/stalking_protection"}, {"3326", "protective_order_made/domestic_abuse_protection"},
      {"1002", "imprisoned"}, {"1115", "suspended_sentence"}, {"1116", "community_sentence"}, {"1015", "other_sentence"},
      {"4027", "bail_with_conditions"}, {"4028", "remanded_in_custody"}, {"4046", "remanded_in_custody"}, {"4047", "bail_without_conditions"}, {"4574", "bail_changed"},
      {"2004", "acquitted"}, {"2006", "dismissed"}, {"2050", "discontinued"}, {"2063", "discontinued"}, {"4576", "warrant"}, {"3045", "appeal"}, {"1029", "other"}, {"1030", "other"}};
  for (const auto& [code, outcome] : wanted) EXPECT_EQ(means(code.c_str()), outcome) << code;
  EXPECT_EQ(means("1029", "Restraining  order\tDISCHARGED"), "protective_order_ended/restraining") << "labels differ in case and blanks";
  EXPECT_EQ(means("1030", "Restraining order varied"), "protective_order_changed/restraining");
  EXPECT_EQ(tables->qualifier("JK").conditions, (std::vector<std::string>{"no_contact", "no_indirect_contact"}));
  EXPECT_EQ(tables->hearing_kind("Plea and Trial Preparation"), "plea_and_preparation") << "the first word that fits";
}

// ---- listings -----------------------------------------------------------------------------------------------------------

const std::string kListed = replaced(hearing(defendant("d1", offence(1, order())), {.at = {}}), "\"type\":", "\"hasSharedResults\":false,\"type\":");

TEST(Listings, WhatIsNotSharedIsAListingAndItsResultsAreNotTold) {
  EXPECT_EQ(once(kListed), "h1/d1@c1/hearing");
  EXPECT_EQ(once(hearing(defendant("d1", offence(1, order())), {.at = {}}), "POST /hearing/h1"), "h1/d1@c1/hearing");
  EXPECT_EQ(once(hearing(defendant("d1", offence(1, order())), {.at = {}}), "POST /hearing/h1/result"), "h1/d1@c1/protective_order_made/restraining #1");
  EXPECT_EQ(once(hearing(defendant("d1", offence(1, order()))), "POST /hearing/h1"), "h1/d1@c1/protective_order_made/restraining #1") << "shared all the same";
  EXPECT_EQ(once(hearing(defendant("d1", offence(1, order())), {.at = {}})), "h1/d1@c1/protective_order_made/restraining #1") << "a file that says nothing of sharing, and has results";
}

TEST(Listings, AMovedHearingIsACorrectionAndTheSameAgainIsNothing) {
  Courts courts;
  EXPECT_EQ(courts.take(kListed), "h1/d1@c1/hearing");
  EXPECT_EQ(courts.listing().hearing().kind(), v1::HEARING_KIND_SENTENCE);
  const Instant first = courts.last().happened;
  EXPECT_EQ(courts.take(kListed, "f.json", instant_of(kNow + 1000)), "");
  EXPECT_EQ(courts.take(replaced(kListed, "2026-07-14T09:00:00Z", "2026-07-20T09:00:00Z")), "h1/d1@c1/hearing");
  EXPECT_EQ(courts.last().happened, first) << "the event is when it was first heard of";
}

TEST(Listings, OneThatIsVacatedOrDeletedIsToldAsVacated) {
  Courts courts;
  courts.take(kListed);
  EXPECT_EQ(courts.take(replaced(kListed, "\"hasSharedResults\":false", "\"hasSharedResults\":false,\"isVacatedTrial\":true")), "h1/d1@c1/hearing vacated");
  Courts cancelled;
  EXPECT_EQ(cancelled.take(replaced(kListed, R"("sittingDay":"2026-07-14T09:00:00Z")", R"("sittingDay":"2026-07-14T09:00:00Z","isCancelled":true)")), "h1/d1@c1/hearing vacated");
  Courts deleted;
  deleted.take(kListed);
  EXPECT_EQ(deleted.take("", "DELETE /hearing/h1/delete"), "h1/d1@c1/hearing vacated");
  EXPECT_EQ(deleted.take("", "DELETE /hearing/h1/delete"), "") << "once";
  EXPECT_EQ(deleted.take("", "DELETE /hearing/unknown/delete"), "");
}

const std::string kNext = R"(,"nextHearing":{"type":{"description":"Trial"},"courtCentre":{"code":"C06CT00","name":"Chester"},"listedStartDateTime":"2026-09-01T09:30:00Z")";

TEST(Listings, TheNextHearingIsToldOnceHoweverManyOffencesNameIt) {
  Courts courts;
  const std::string results = result("r1", "", "Next hearing", "ANCILLARY", kNext + "}");
  EXPECT_EQ(courts.take(hearing(defendant("d1", offence(1, results) + "," + offence(2, replaced(results, "r1", "r2"))))), "h1/d1@c1/next_hearing");
  EXPECT_EQ(courts.listing().hearing().court_code(), "C06CT00");
  EXPECT_EQ(courts.listing().person(0).offence_size(), 2);
}

TEST(Listings, AHearingThatWasNamedAsTheNextIsNoNewsWhenItIsListed) {
  Courts courts;
  const std::string listed = replaced(replaced(replaced(kListed, "\"h1\"", "\"h2\""), "2026-07-14T09:00:00Z", "2026-09-01T09:30:00Z"), "B06AN00", "C06CT00");
  const std::string trial = replaced(listed, "Sentence", "Trial");
  EXPECT_EQ(courts.take(hearing(defendant("d1", offence(1, result("r1", "", "Next hearing", "ANCILLARY", kNext + R"(,"existingHearingId":"h2"})"))))), "h2/d1@c1/hearing");
  EXPECT_EQ(courts.take(trial), "") << "same day, same court";
  EXPECT_EQ(courts.take(listed), "h2/d1@c1/hearing") << "another kind of hearing after all";
  EXPECT_EQ(courts.take(replaced(trial, "2026-09-01", "2026-09-08")), "h2/d1@c1/hearing");
  EXPECT_EQ(courts.take("", "DELETE /hearing/h2/delete"), "h2/d1@c1/hearing vacated");
  Courts unnamed;
  EXPECT_EQ(unnamed.take(hearing(defendant("d1", offence(1, result("r1", "", "Next hearing", "ANCILLARY", kNext + "}"))))), "h1/d1@c1/next_hearing");
  EXPECT_EQ(unnamed.take(listed), "") << "without an id it is known by day and court";
}

// ---- what is not understood -----------------------------------------------------------------------------------------------

TEST(Unreadable, IsQuarantinedWithLinePathAndReason) {
  EXPECT_EQ(once("not json"), "1: E-INPUT record");
  EXPECT_EQ(once("{\"a\":1}"), "1: E-INPUT hearing");
  EXPECT_EQ(once("{\"hearing\":{\n\"courtCentre\":{}}}"), "1: E-INPUT hearing.id");
  EXPECT_EQ(once("{\"hearing\":\n{\"id\":\"h1\",\n\"prosecutionCases\":{}}}"), "3: E-INPUT hearing.prosecutionCases");
  EXPECT_EQ(once("{\"hearing\":\n{\"id\":\"h1\",\n\"hearingDays\":[\n{\"sittingDay\":\"soon\"}]}}"), "4: E-VALUE hearing.hearingDays[0].sittingDay");
  EXPECT_EQ(once(hearing(defendant("d1", offence(1, R"({"judicialResultId":"r1","category":"FINAL"})")))), "1: E-INPUT hearing.prosecutionCases[0].defendants[0].offences[0].judicialResults[0]");
  EXPECT_EQ(once(hearing(replaced(defendant("d1", offence(1, order())), "\"id\":\"d1\",\"masterDefendantId\":\"md1\",", ""))), "1: E-INPUT hearing.prosecutionCases[0].defendants[0].id");
  EXPECT_EQ(once(hearing(replaced(defendant("d1", offence(1, order())), "[{\"id\":\"o1\"", "[7,{\"id\":\"o1\""))), "1: E-INPUT hearing.prosecutionCases[0].defendants[0].offences[0]");
  EXPECT_EQ(once("", "f.json"), "1: E-INPUT file") << "cut off";
  EXPECT_EQ(once("", "f.jsonl"), "") << "lines, and none came";
  EXPECT_EQ(once("PK", "f.docx"), "1: E-INPUT file");
}

TEST(Unreadable, WhatIsWrongAboutOneDefendantHoldsBackNoOther) {
  const std::string wrong = replaced(defendant("d1", offence(1, order("r1"))), R"("lastName":"Price")", R"("lastName":"Price","gender":"X")");
  EXPECT_EQ(once(hearing(wrong + "," + defendant("d2", offence(1, order("r2"))))),
            "1: E-VALUE hearing.prosecutionCases[0].defendants[0].personDefendant.personDetails.gender | h1/d2@c1/protective_order_made/restraining #1");
  const std::string nobody = R"(,"defendantJudicialResults":[{"masterDefendantId":"x","judicialResult":)" + order("r9") + "}]";
  EXPECT_EQ(once(hearing(defendant("d2", offence(1, order("r2"))), {.more = nobody})), "h1/d2@c1/protective_order_made/restraining #1 | 1: E-INPUT hearing.defendantJudicialResults[0].masterDefendantId");
}

TEST(Unreadable, AReasonIsASentenceThatQuotesNothing) {
  const std::string text = lines(hearing(defendant("d1", offence(1, order("r1", R"(,"amendmentDate":"x")"), R"(,"convictionDate":"CANARY")"))), "f.json");
  EXPECT_TRUE(has(text, "\"field\":\"hearing.prosecutionCases[0].defendants[0].offences[0].convictionDate\",\"quarantined\":\"E-VALUE\",\"remedy\":\"it is no date. Correct it at its source and offer it again.\"")) << text;
  EXPECT_FALSE(has(text, "CANARY"));
}

TEST(Wrapped, AHearingIsTheSameBareInAnArrayOrInANotification) {
  const std::string text = hearing(defendant("d1", offence(1, order())));
  const std::string wanted = "h1/d1@c1/protective_order_made/restraining #1";
  std::string escaped;
  for (const char c : text) escaped += c == '"' ? "\\\"" : std::string(1, c);
  const std::string sns = "{\n\"Type\":\"Notification\",\n\"Message\":\"" + escaped + "\"}";
  EXPECT_EQ(once("[" + text + "]"), wanted);
  EXPECT_EQ(once("\xef\xbb\xbf" + text), wanted);
  EXPECT_EQ(once(sns), wanted);
  EXPECT_EQ(once("[" + sns + "," + hearing(defendant("d3", offence(1, order("r3")))) + "]"), wanted + " | h1/d1@c1/protective_order_made/restraining #1 reversed | h1/d3@c1/protective_order_made/restraining #1")
      << "one record after the other";
  EXPECT_EQ(once(text.substr(11, text.find(",\"hearingDay\":") - 11)), wanted) << "without its envelope";
  EXPECT_EQ(once("{\"Type\":\"Notification\",\n\"Message\":\"not json\"}"), "2: E-INPUT Message");
  EXPECT_EQ(once("{\"Message\":{}}"), "1: E-INPUT Message");
}

TEST(Wrapped, ANotificationSaysWhetherTheHearingWasResulted) {
  std::string escaped;
  for (const char c : hearing(defendant("d1", offence(1, order())), {.at = {}})) escaped += c == '"' ? "\\\"" : std::string(1, c);
  const auto sns = [&](const std::string& type) { return R"({"Message":")" + escaped + R"(","MessageAttributes":{"hearingEventType":{"Type":"String","Value":")" + type + "\"}}}"; };
  EXPECT_EQ(once(sns("ConfirmedOrUpdated")), "h1/d1@c1/hearing");
  EXPECT_EQ(once(sns("Resulted")), "h1/d1@c1/protective_order_made/restraining #1");
}

}  // namespace
}  // namespace concordat::courts::testing
