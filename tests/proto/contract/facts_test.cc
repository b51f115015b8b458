// Facts in leaves: encoding, refusals, collecting them into a FactSet.
#include "proto/contract/facts.h"

#include <gtest/gtest.h>

namespace concordat::contract {
namespace {

constexpr std::uint8_t kVictim = bit(Role::Victim);

seal::Label label(std::uint16_t person, std::uint8_t roles, Item item, std::uint16_t part = 0) {
  return {person, roles, static_cast<std::uint16_t>(item), part};
}

Bytes facts(std::initializer_list<FactEntry> entries) { return encode_facts(std::vector<FactEntry>(entries)); }

std::string code_of(const Result<std::vector<FactEntry>>& result) {
  return result ? "ok" : std::string(result.error().code.name);
}
std::string code_of(const Result<FactSet>& result) { return result ? "ok" : std::string(result.error().code.name); }

std::string collected(std::vector<seal::Label> labels, std::vector<Bytes> encoded, std::vector<FactEntry> event = {}) {
  return code_of(collect_facts(event, labels, encoded));
}

TEST(Facts, WhatIsEncodedIsDecoded) {
  const Bytes bytes = facts({{Fact::AgeBand, 5}, {Fact::Residence, 106000049}, {Fact::RiskScore, 25}});
  EXPECT_EQ(to_hex(bytes),
            "1400000005"
            "1506516eb1"
            "1600000019");
  const auto decoded = decode_facts(bytes);
  ASSERT_TRUE(decoded);
  ASSERT_EQ(decoded->size(), 3u);
  EXPECT_EQ((*decoded)[1].fact, Fact::Residence);
  EXPECT_EQ((*decoded)[1].value, 106000049u);
}

TEST(Facts, UnknownIsNeverWritten) {
  EXPECT_EQ(facts({{Fact::AgeBand, kUnknown}}), "");
  EXPECT_EQ(code_of(decode_facts(*from_hex("1400000000"))), "E-FACT");
}

TEST(Facts, OrderIsOne) {
  EXPECT_EQ(code_of(decode_facts(*from_hex("1506516eb1"
                                           "1400000005"))),
            "E-FACT");
  EXPECT_EQ(code_of(decode_facts(*from_hex("1400000005"
                                           "1400000005"))),
            "E-FACT");
}

TEST(Facts, OutOfTheDomainIsRefused) {
  EXPECT_EQ(code_of(decode_facts(*from_hex("1400000009"))), "ok");  // age band 60_and_over
  EXPECT_EQ(code_of(decode_facts(*from_hex("140000000a"))), "E-FACT");
  EXPECT_EQ(code_of(decode_facts(*from_hex("0100000002"))), "ok");  // historic: yes
  EXPECT_EQ(code_of(decode_facts(*from_hex("0100000003"))), "E-FACT");
  EXPECT_EQ(code_of(decode_facts(*from_hex("1600000019"))), "ok");  // score 24
  EXPECT_EQ(code_of(decode_facts(*from_hex("160000001a"))), "E-FACT");
  EXPECT_EQ(code_of(decode_facts(*from_hex("2700000001"))), "E-FACT");  // no such fact
  EXPECT_EQ(code_of(decode_facts(*from_hex("ff00000001"))), "E-FACT");
}

TEST(Facts, EveryTruncationIsRefused) {
  const Bytes whole = facts({{Fact::AgeBand, 5}, {Fact::RiskScore, 25}});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(code_of(decode_facts(ByteView(whole).substr(0, size))), size % 5 == 0 ? "ok" : "E-FACT") << size;
  }
}

TEST(CollectFacts, EachFactGoesToItsPlace) {
  const std::vector<seal::Label> labels = {label(0, 0, Item::IncidentDetails), label(7, kVictim, Item::DateOfBirth),
                                           label(7, kVictim, Item::RiskAnswers),
                                           label(3, bit(Role::Child), Item::Name)};
  const std::vector<Bytes> encoded = {
      facts({{Fact::DomesticAbuse, kYes}}), facts({{Fact::AgeBand, 8}}), facts({{Fact::RiskScore, 18}}), {}};
  const auto set = collect_facts(std::vector<FactEntry>{{Fact::Historic, kNo}}, labels, encoded);
  ASSERT_TRUE(set);
  EXPECT_EQ(set->of(Fact::DomesticAbuse), kYes);
  EXPECT_EQ(set->of(Fact::Historic), kNo);
  EXPECT_EQ(set->of(Fact::IncidentType), kUnknown);
  ASSERT_EQ(set->people.size(), 2u);
  EXPECT_EQ(set->people[0].person, 3u);
  ASSERT_NE(set->person(7), nullptr);
  EXPECT_EQ(set->person(7)->values[static_cast<std::size_t>(Fact::RiskScore)], 18u);
  EXPECT_EQ(set->person(7)->roles, kVictim);
  EXPECT_EQ(set->person(8), nullptr);
}

TEST(CollectFacts, AFactOfAnotherItemIsRefused) {
  EXPECT_EQ(collected({label(7, kVictim, Item::DateOfBirth)}, {facts({{Fact::AgeBand, 8}})}), "ok");
  EXPECT_EQ(collected({label(7, kVictim, Item::Name)}, {facts({{Fact::AgeBand, 8}})}), "E-FACT");
}

TEST(CollectFacts, AFactOfAnotherScopeIsRefused) {
  EXPECT_EQ(collected({label(0, 0, Item::IncidentDetails)}, {facts({{Fact::DomesticAbuse, kYes}})}), "ok");
  EXPECT_EQ(collected({label(7, kVictim, Item::IncidentDetails)}, {facts({{Fact::DomesticAbuse, kYes}})}), "E-FACT");
  EXPECT_EQ(collected({label(0, 0, Item::DateOfBirth)}, {facts({{Fact::AgeBand, 8}})}), "E-FACT");
}

TEST(CollectFacts, AnItemsFactIsNoEventFact) {
  EXPECT_EQ(collected({}, {}, {{Fact::Historic, kYes}}), "ok");
  EXPECT_EQ(collected({}, {}, {{Fact::DomesticAbuse, kYes}}), "E-FACT");
}

TEST(CollectFacts, FactsStandOnPartZero) {
  EXPECT_EQ(collected({label(7, kVictim, Item::DateOfBirth, 1)}, {Bytes()}), "ok");
  EXPECT_EQ(collected({label(7, kVictim, Item::DateOfBirth, 1)}, {facts({{Fact::AgeBand, 8}})}), "E-FACT");
}

TEST(CollectFacts, LabelsAreUniqueInAnyOrder) {
  const seal::Label name = label(7, kVictim, Item::Name);
  const seal::Label birth = label(7, kVictim, Item::DateOfBirth);
  EXPECT_EQ(collected({birth, name}, {{}, {}}), "ok");
  EXPECT_EQ(collected({name, name}, {{}, {}}), "E-LABEL");
  EXPECT_EQ(collected({birth, name, birth}, {{}, {}, {}}), "E-LABEL");
}

TEST(CollectFacts, RolesAreOfThePerson) {
  EXPECT_EQ(collected({label(7, kVictim, Item::Name), label(7, kVictim, Item::DateOfBirth)}, {{}, {}}), "ok");
  EXPECT_EQ(collected({label(7, kVictim, Item::Name), label(7, bit(Role::Child), Item::DateOfBirth)}, {{}, {}}),
            "E-LABEL");
  EXPECT_EQ(collected({label(7, 0, Item::Name)}, {{}}), "E-LABEL");
  EXPECT_EQ(collected({label(0, kVictim, Item::Name)}, {{}}), "E-LABEL");
  EXPECT_EQ(collected({label(7, 0x20, Item::Name)}, {{}}), "E-LABEL");
}

TEST(CollectFacts, AnUnknownItemIsRefused) {
  EXPECT_EQ(collected({label(7, kVictim, static_cast<Item>(44))}, {{}}), "E-LABEL");
  EXPECT_EQ(collected({label(7, kVictim, Item::Unspecified)}, {{}}), "E-LABEL");
}

TEST(CollectFacts, TwentyFourPeopleAreTheMost) {
  std::vector<seal::Label> labels;
  for (std::uint16_t person = 1; person <= kPeopleMax; ++person) labels.push_back(label(person, kVictim, Item::Name));
  EXPECT_EQ(collected(labels, std::vector<Bytes>(labels.size())), "ok");
  labels.push_back(label(100, kVictim, Item::Name));
  EXPECT_EQ(collected(labels, std::vector<Bytes>(labels.size())), "E-LIMIT");
}

TEST(CollectFacts, EveryLabelNeedsItsFacts) { EXPECT_EQ(collected({label(7, kVictim, Item::Name)}, {}), "E-LABEL"); }

TEST(Areas, AGssCodeIsANumberAndBack) {
  for (const char* gss : {"E06000049", "W06000015", "S12000036", "N09000003", "E00000000"}) {
    ASSERT_TRUE(area_code(gss)) << gss;
    EXPECT_EQ(area_name(*area_code(gss)), gss);
  }
  EXPECT_EQ(area_code("E06000049"), 106000049u);
}

TEST(Areas, AnythingElseIsNone) {
  for (const char* text : {"", "E0600004", "E060000490", "X06000049", "e06000049", "E06O00049", "Crewe"})
    EXPECT_FALSE(area_code(text)) << text;
  EXPECT_EQ(area_name(0), "");
  EXPECT_EQ(area_name(99'999'999), "");
  EXPECT_EQ(area_name(500'000'000), "");
}

TEST(Values, ReadAsWords) {
  EXPECT_EQ(value_text(Fact::DomesticAbuse, kYes), "yes");
  EXPECT_EQ(value_text(Fact::Judgement, 3), "high");
  EXPECT_EQ(value_text(Fact::RiskScore, 18), "17");
  EXPECT_EQ(value_text(Fact::Residence, 106000049), "E06000049");
  EXPECT_EQ(value_text(Fact::AgeBand, kUnknown), "unknown");
  EXPECT_EQ(value_text(Fact::AgeBand, 77), "unknown");
  EXPECT_EQ(value_text(Fact::WorksFor, 0x1234abcd), "1234abcd");
}

TEST(Names, CodeIsFnv1a) {
  EXPECT_EQ(code_of_name(""), 0x811c9dc5u);
  EXPECT_EQ(code_of_name("foobar"), 0xbf9cf968u);
}

}  // namespace
}  // namespace concordat::contract
