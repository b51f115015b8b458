// Incidents and DASH from CSV and JSON: whole or quarantined, with line, field and remedy.
#include "tests/adapters/police/reading.h"

namespace concordat::police::testing {
namespace {

std::string csv(const std::string& text, const Reading& with) { return shown(read_incidents_csv(text, with)); }
std::string csv(const std::string& text) { return csv(text, reading()); }

TEST(Incidents, AnIncidentWithADashIsAnIncidentAndAnAssessment) {
  const auto inputs = read_file("incident-2.json", sample("incident-2.json"), reading());
  EXPECT_EQ(shown(inputs), "1: incident CC-2026-0714-0231, risk_assessment CC-2026-0714-0231/risk_assessment");
  const std::string text = lines(inputs[0]);
  EXPECT_TRUE(has(text, "\"child_is\":\"resident\"")) << text;
  EXPECT_TRUE(has(text, "\"residence\":\"E06000049\"")) << "the area comes from the postcode: " << text;
  const std::string incident = text.substr(0, text.find('\n'));
  const std::string assessment = text.substr(text.find('\n'));
  EXPECT_TRUE(has(incident, "\"risk_answers\":{\"score\":11,\"judgement\":\"medium\"}")) << "what rules ask for; the answers are said once: " << incident;
  EXPECT_TRUE(has(incident, "\"risk_score\":\"11\"") && has(incident, "\"judgement\":\"medium\"")) << incident;
  EXPECT_TRUE(has(assessment, "\"risk_score\":\"11\"")) << assessment;
  EXPECT_TRUE(has(assessment, "\"judgement\":\"medium\"")) << assessment;
  EXPECT_FALSE(has(assessment, "Neighbour rang"));
}

TEST(Incidents, TheIncidentCarriesTheScoreThatHoldsAndNoAnswer) {
  const std::string head = "reference,occurred,victim.family_name,dash.q01,dash.q02,dash.score,dash.judgement,dash.judgement_reason,dash.assessor\n";
  const auto incident = [&](const std::string& row) {
    const std::string text = lines(read_incidents_csv(head + row, reading())[0]);
    return text.substr(0, text.find('\n'));
  };
  EXPECT_TRUE(has(incident("P1,2026-07-14,A,yes,yes,1,,,\n"), "\"risk_answers\":{\"score\":2}")) << incident("P1,2026-07-14,A,yes,yes,1,,,\n");
  EXPECT_TRUE(has(incident("P1,2026-07-14,A,yes,,17,high,escalation,B\n"), "\"risk_answers\":{\"score\":17,\"judgement\":\"high\"}"))
      << incident("P1,2026-07-14,A,yes,,17,high,escalation,B\n");
  EXPECT_FALSE(has(incident("P1,2026-07-14,A,,,,,,B\n"), "risk_answers")) << "nothing that a rule could ask for";
}

TEST(Incidents, WhatARecordMayYieldAndDoesNotIsSaid) {
  const auto inputs = read_incidents_csv("reference,occurred,victim.family_name,dash.q01\nP1,2026-07-14,A,\nP2,2026-07-14,A,no\n", reading());
  ASSERT_EQ(inputs[0].no_more.size(), 1u);
  EXPECT_EQ(inputs[0].no_more[0].reference, "P1/risk_assessment");
  EXPECT_TRUE(inputs[1].no_more.empty());
}

TEST(Incidents, WhatCannotBeReadAndMayTellOfRiskIsMarked) {
  const auto marked = [](const std::vector<sdk::Input>& inputs) { return inputs.at(0).failure && inputs.at(0).may_be_high_risk; };
  EXPECT_TRUE(marked(read_incidents_csv("reference,occurred,dash.q01\nP1,31/02/2026,yes\n", reading())));
  EXPECT_FALSE(marked(read_incidents_csv("reference,occurred,victim.family_name\nP1,31/02/2026,A\n", reading())));
  EXPECT_TRUE(marked(read_incidents_csv("reference,occurred,dash.q01\nP1,x\n", reading())));
  EXPECT_TRUE(marked(read_incidents_csv("reference,occured,dash.q01\nP1,2026-07-14,yes\n", reading())));
  EXPECT_TRUE(marked(read_incidents_json("{\"reference\":\"P1\",\"dash\":{\"q01\":\"yes\"},\"x\":1}", reading())));
  EXPECT_TRUE(marked(read_incidents_json("{\"reference\":", reading()))) << "nobody can tell";
  EXPECT_TRUE(marked(read_incidents_csv("reference,reference,dash.q01\nP1,P1,yes\n", reading()))) << "a column twice";
  EXPECT_TRUE(marked(read_incidents_csv("reference;occurred;dash.q01\nP1;2026-07-14;yes\n", reading()))) << "one column, and no name of ours";
  EXPECT_TRUE(marked(read_incidents_csv("reference,occurred,dash_q01\nP1,2026-07-14,yes\n", reading()))) << "misspelt";
  EXPECT_TRUE(marked(read_incidents_json("{\"reference\":\"P1\",\"Dash\":{\"q01\":\"yes\"}}", reading()))) << "misspelt";
  EXPECT_TRUE(marked(read_file("1.txt", "reference,occurred,dash.q01\nP1,2026-07-14,yes\n", reading())));
  EXPECT_TRUE(marked(read_file("1.csv", std::string_view("\xff\xfer\0e\0f\0", 8), reading()))) << "UTF-16";
}

TEST(Incidents, NumbersThatWouldCountAsUnknownAreRefused) {
  EXPECT_EQ(csv("reference,occurred,victim.family_name,dash.score\nP1,2026-07-14,A,25\nP2,2026-07-14,A,99\nP3,2026-07-14,A,24\n"),
            "2: E-VALUE dash.score | 3: E-VALUE dash.score | 4: incident P3, risk_assessment P3/risk_assessment");
  EXPECT_EQ(csv("reference,occurred,victim.stated_age\nP1,2026-07-14,121\n"), "2: E-VALUE victim.stated_age");
}

TEST(Incidents, AFieldIsGivenOnceInARecord) {
  EXPECT_EQ(csv("reference,occurred,victim.family_name,victim[0].family_name\nP1,2026-07-14,A,B\nP2,2026-07-14,A,\n"), "2: E-MAPPING victim[0].family_name | 3: incident P2");
}

TEST(Incidents, SlipsOfThePenAreNotPublished) {
  EXPECT_EQ(csv("reference,occurred,victim.mobile\nP1,2026-07-14,07700 900482\nP2,2026-07-14,ask her mother\nP3,2026-07-14,+44 (0)1270 000000 ext 4\n"),
            "2: incident P1 | 3: E-VALUE victim.mobile | 4: incident P3");
  EXPECT_EQ(csv("reference,occurred,victim.safe_contact.email\nP1,2026-07-14,a@example.org\nP2,2026-07-14,a at example\n"), "2: incident P1 | 3: E-VALUE victim.safe_contact.email");
  EXPECT_EQ(csv("reference,occurred,victim.address.postcode\nP1,2026-07-14,cw12ab\nP2,2026-07-14,CW1 2A\n"), "2: incident P1 | 3: E-VALUE victim.address.postcode");
  EXPECT_EQ(csv("reference,occurred,victim.date_of_birth\nP1,2026-07-14,2026-07-15\nP2,2026-07-14,1905\nP3,2026-07-14,1906\nP4,2026-07-14,2026-07-14\n"),
            "2: E-VALUE date_of_birth | 3: E-VALUE date_of_birth | 4: incident P3 | 5: incident P4");
  EXPECT_EQ(csv("reference,occurred,child.unborn,child.date_of_birth\nP1,2026-07-14,yes,2026-12\n"), "2: incident P1") << "when the birth is expected";
}

TEST(Incidents, NamesShowAsWhatTheyAre) {
  EXPECT_EQ(csv("reference,occurred,victim.family_name\nP1,2026-07-14,A\xe2\x80\xae" "B\nP2,2026-07-14,A\x01\nP3,2026-07-14,\xe2\x80\x8b" "A\nP4,2026-07-14,Zo\xc3\xab\n"),
            "2: E-VALUE victim.family_name | 3: E-VALUE victim.family_name | 4: E-VALUE victim.family_name | 5: incident P4");
}

TEST(Incidents, TheSampleCsvMapsWhole) {
  EXPECT_EQ(shown(read_file("incidents.csv", sample("incidents.csv"), reading())),
            "2: incident CC-2026-0713-0107, risk_assessment CC-2026-0713-0107/risk_assessment | 4: incident CC-2026-0714-0009 | 5: incident CC-2026-0714-0044");
}

TEST(Incidents, WhatASourceLeavesOutStaysOut) {
  const auto inputs = read_file("incidents.csv", sample("incidents.csv"), reading());
  const std::string partial = lines(inputs[1]);
  EXPECT_TRUE(has(partial, "\"year\":1951,\"month\":9")) << partial;
  EXPECT_FALSE(has(partial, "\"day\"")) << partial;
  EXPECT_FALSE(has(partial, "\"child_is\"")) << "an adult child is a relation, not a child of the event";
  const std::string dated = lines(inputs[2]);
  EXPECT_TRUE(has(dated, "\"date\"")) << "a date stays a date: " << dated;
  EXPECT_FALSE(has(dated, "at_utc")) << dated;
}

TEST(Incidents, ABadDateIsQuarantinedWithItsPlaceAndTheRestIsNot) {
  Reading with = reading();
  auto mapping = sdk::Mapping::load("adapters/police/samples/incident-9.mapping.yaml", column_names());
  ASSERT_TRUE(mapping) << describe(mapping.error());
  with.mapping = std::move(*mapping);
  const auto inputs = read_file("incident-9.csv", sample("incident-9.csv"), with);
  EXPECT_EQ(shown(inputs), "2: incident CC-2026-0714-0101 | 3: incident CC-2026-0714-0102 | 4: E-VALUE dob | 5: incident CC-2026-0714-0104");
  EXPECT_EQ(lines(inputs[2]),
            "{\"input\":\"f\",\"line\":4,\"field\":\"dob\",\"quarantined\":\"E-VALUE\",\"remedy\":\"there is no such day. "
            "Correct it at its source and offer it again.\"}\n");
}

TEST(Incidents, RemediesNeverQuoteWhatThePersonIs) {
  const auto inputs = read_incidents_csv("reference,occurred,victim.date_of_birth,victim.sex\nP1,2026-07-14,31/02/1991,\nP2,2026-07-14,,CANARY\n", reading());
  EXPECT_EQ(shown(inputs), "2: E-VALUE victim.date_of_birth | 3: E-VALUE victim.sex");
  for (const auto& input : inputs) {
    EXPECT_FALSE(has(lines(input), "CANARY"));
    EXPECT_FALSE(has(lines(input), "1991"));
  }
}

TEST(Incidents, AnUnknownColumnStopsTheFileBeforeAnythingIsHalfMapped) {
  const auto inputs = read_incidents_csv("reference,occurred,victim.family_nam\nP1,2026-07-14,X\n", reading());
  EXPECT_EQ(shown(inputs), "1: E-MAPPING victim.family_nam");
  EXPECT_TRUE(has(lines(inputs[0]), "victim.family_name")) << "the nearest right word: " << lines(inputs[0]);
}

TEST(Incidents, AnUnknownNameInJsonStopsItsRecordAlone) {
  EXPECT_EQ(shown(read_incidents_json("[{\"reference\":\"P1\",\"occurred\":\"2026-07-14\",\"victim\":{\"family_name\":\"A\"},\"x\":1},\n"
                                      "{\"reference\":\"P2\",\"occurred\":\"2026-07-14\",\"victim\":{\"family_name\":\"B\"}}]",
                                      reading())),
            "1: E-MAPPING x | 2: incident P2");
}

TEST(Incidents, ObligatoryFieldsAreObligatory) {
  EXPECT_EQ(csv("reference,occurred,victim.family_name\n,2026-07-14,A\nP2,,B\nP3,2026-07-14,C\n"), "2: E-INPUT reference | 3: E-INPUT occurred | 4: incident P3");
}

TEST(Incidents, EveryWordOutsideTheVocabularyIsRefused) {
  EXPECT_EQ(csv("reference,occurred,type,victim.family_name\nP1,2026-07-14,PHYSICAL,A\nP2,2026-07-14,kerfuffle,A\n"), "2: incident P1 | 3: E-VALUE type");
  EXPECT_EQ(csv("reference,occurred,dash.q01,victim.family_name\nP1,2026-07-14,Yes,A\nP2,2026-07-14,maybe,A\n"),
            "2: incident P1, risk_assessment P1/risk_assessment | 3: E-VALUE dash.q01");
  EXPECT_EQ(csv("reference,occurred,domestic_abuse,victim.family_name\nP1,2026-07-14,perhaps,A\n"), "2: E-VALUE domestic_abuse");
}

TEST(Incidents, IdentifiersAreCheckedAndNormalised) {
  const auto inputs = read_incidents_csv("reference,occurred,victim.nhs_number,victim.family_name\nP1,2026-07-14,943 476 5919,A\nP2,2026-07-14,943 476 5918,A\n", reading());
  EXPECT_EQ(shown(inputs), "2: incident P1 | 3: E-VALUE victim.nhs_number");
  EXPECT_TRUE(has(lines(inputs[0]), "9434765919"));
}

TEST(Incidents, BytesThatAreNotUtf8AreQuarantined) {
  EXPECT_EQ(csv("reference,occurred,victim.family_name\nP1,2026-07-14,O\xe9\nP2,2026-07-14,Oé\n"), "2: E-VALUE victim.family_name | 3: incident P2");
}

TEST(Incidents, AnAmbiguousHourIsFlagged) {
  const auto inputs = read_incidents_csv("reference,occurred,victim.family_name\nP1,2026-10-25 01:30,A\n", reading());
  EXPECT_TRUE(has(lines(inputs[0]), "\"ambiguous\":true")) << lines(inputs[0]);
  EXPECT_TRUE(has(lines(inputs[0]), "\"zone_assumed\":true"));
}

TEST(Incidents, ARelationshipIsToTheVictimAndNeverToNobody) {
  EXPECT_EQ(csv("reference,occurred,alleged_perpetrator.family_name,alleged_perpetrator.relationship\nP1,2026-07-14,A,partner\n"), "2: E-VALUE record");
  const auto inputs = read_incidents_csv("reference,occurred,victim.family_name,alleged_perpetrator.family_name,alleged_perpetrator.relationship\nP1,2026-07-14,A,B,partner\n", reading());
  EXPECT_TRUE(has(lines(inputs[0]), "\"to\":1")) << lines(inputs[0]);
}

TEST(Incidents, AnUnknownPostcodeHasNoArea) {
  const auto inputs = read_incidents_csv("reference,occurred,victim.address.postcode\nP1,2026-07-14,SK9 5ZZ\nP2,2026-07-14,ZE1 0AA\nP3,2026-07-14,CW1 2AB\n", reading());
  EXPECT_FALSE(has(lines(inputs[0]), "residence")) << "a sector that lies in two areas";
  EXPECT_FALSE(has(lines(inputs[1]), "residence"));
  EXPECT_TRUE(has(lines(inputs[2]), "residence"));
}

TEST(Incidents, AFileOfNoKnownEndingIsQuarantined) { EXPECT_EQ(shown(read_file("x.docx", "PK", reading())), "1: E-INPUT file"); }

TEST(Mappings, AnUnknownTargetIsRefusedWithTheNearestRightWord) {
  const auto mapping = sdk::Mapping::parse("m.yaml", "mapping: m\ncolumns:\n  - {from: A, to: victim.famly_name}\n", column_names());
  ASSERT_FALSE(mapping);
  EXPECT_EQ(mapping.error().code, code::kMapping);
  EXPECT_TRUE(has(mapping.error().detail, "m.yaml:3")) << mapping.error().detail;
  EXPECT_TRUE(has(mapping.error().detail, "victim.family_name")) << mapping.error().detail;
}

TEST(Mappings, AColumnIsMappedOnceAndUnknownKeysAreErrors) {
  EXPECT_FALSE(sdk::Mapping::parse("m.yaml", "mapping: m\ncolumns:\n  - {from: A, to: reference}\n  - {from: A, to: occurred}\n", column_names()));
  EXPECT_FALSE(sdk::Mapping::parse("m.yaml", "mapping: m\ncolums: []\n", column_names()));
  EXPECT_TRUE(sdk::Mapping::parse("m.yaml", "mapping: m\ncolumns:\n  - {from: A, to: reference}\nignore: [B]\n", column_names()));
}

TEST(Mappings, AFieldIsSetOnceUnlessItHasRoomForMore) {
  const auto parses = [](const std::string& columns) { return sdk::Mapping::parse("m.yaml", "mapping: m\n" + columns, column_names()).has_value(); };
  EXPECT_FALSE(parses("columns:\n  - {from: A, to: victim.mobile}\n  - {from: B, to: victim.mobile}\n"));
  EXPECT_TRUE(parses("columns:\n  - {from: A, to: victim.address.line}\n  - {from: B, to: victim.address.line}\n"));
  EXPECT_FALSE(parses("columns:\n  - {from: A, to: reference}\nalways: [{to: domestic_abuse, value: \"yes\"}, {to: domestic_abuse, value: \"no\"}]\n"));
}

TEST(Mappings, AlwaysStandsWhereTheRecordHasNoneOfItsOwn) {
  Reading with = reading();
  with.mapping = std::move(*sdk::Mapping::parse("m.yaml",
                                                "mapping: m\ncolumns:\n  - {from: Ref, to: reference}\n  - {from: Day, to: occurred}\n  - {from: DA, to: domestic_abuse}\n"
                                                "always: [{to: domestic_abuse, value: \"yes\"}]\n",
                                                column_names()));
  const auto inputs = read_incidents_csv("Ref,Day,DA\nP1,2026-07-14,no\nP2,2026-07-14,\n", with);
  EXPECT_TRUE(has(lines(inputs[0]), "\"domestic_abuse\":\"no\"")) << lines(inputs[0]);
  EXPECT_TRUE(has(lines(inputs[1]), "\"domestic_abuse\":\"yes\"")) << lines(inputs[1]);
}

TEST(Mappings, ColumnsJoinTranslateAndAreIgnoredAsWritten) {
  Reading with = reading();
  auto mapping = sdk::Mapping::parse("m.yaml",
                                     "mapping: m\ncolumns:\n  - {from: Ref, to: reference}\n  - {from: [Day, Clock], to: occurred}\n"
                                     "  - {from: K, to: type, words: [{from: Assault, to: physical}]}\n"
                                     "  - {from: \"kids[].born\", to: \"child[].date_of_birth\"}\n  - {from: Name, to: victim.family_name}\nignore: [Beat]\n",
                                     column_names());
  ASSERT_TRUE(mapping) << describe(mapping.error());
  with.mapping = std::move(*mapping);
  EXPECT_EQ(csv("Clock,Ref,Day,K,Name,Beat\n02:10,P1,14/07/2026,ASSAULT,A,7\n02:10,P2,14/07/2026,Theft,A,7\n", with), "2: incident P1 | 3: E-VALUE K");
  const auto inputs = read_incidents_json("{\"Ref\":\"P1\",\"Day\":\"14/07/2026\",\"Name\":\"A\",\"kids\":[{\"born\":\"2019\"},{\"born\":\"2020\"}]}", with);
  EXPECT_EQ(shown(inputs), "1: incident P1");
  EXPECT_TRUE(has(lines(inputs[0]), "2020"));
}

TEST(Columns, TheReadmesTableIsTheProgramsTable) {
  const std::string readme = file_text("adapters/police/README.md");
  EXPECT_TRUE(has(readme, mapping_table())) << "regenerate it with concordat-police --mapping-table";
}

TEST(Columns, EveryColumnLeadsToAFieldOfAnItem) {
  EXPECT_FALSE(has(mapping_table(), "| ? |"));
  EXPECT_FALSE(has(mapping_table(), "unspecified"));
}

TEST(Columns, EveryColumnCanBeSetOrRefusesItsValue) {
  // A value that suits no type shows that the path itself resolves: E-VALUE or taken, never E-MAPPING.
  for (const std::string& name : column_names().all) {
    const auto inputs = read_incidents_csv("reference,occurred,victim.title," + name + "\nP1,2026-07-14,Ms,zz\n", reading());
    const std::string what = shown(inputs);
    EXPECT_FALSE(has(what, "E-MAPPING")) << name << ": " << what;
  }
}

}  // namespace
}  // namespace concordat::police::testing
