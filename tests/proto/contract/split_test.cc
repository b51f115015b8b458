// Events split into compartments and joined again: nothing lost, nothing foreign taken, in any order.
#include <google/protobuf/message.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "concordat/v1/incident.pb.h"
#include "proto/contract/contract.h"
#include "tests/support/sample_events.h"

namespace concordat::contract {
namespace {

using google::protobuf::util::MessageDifferencer;
using test::kHappened;

constexpr Kind kBuilt[] = {Kind::Incident,         Kind::RiskAssessment, Kind::Referral, Kind::SafeguardingConcern,
                           Kind::ReferralProgress, Kind::ConsentChange,  Kind::Link};
constexpr std::uint64_t kSeeds = 150;

template <class T>
std::string refused(const Result<T>& result) {
  return result ? "ok" : std::string(result.error().code.name);
}

std::string placed(const std::vector<seal::Plain>& plains) {
  std::string text;
  for (const seal::Plain& plain : plains) {
    if (!text.empty()) text += " | ";
    text += std::to_string(plain.label.person) + " " + std::string(name_of(static_cast<Item>(plain.label.item)));
    if (plain.label.part != 0) text += " " + std::to_string(plain.label.part);
  }
  return text;
}

v1::Person& add_person(v1::Incident& event, std::uint32_t number, v1::Role role = v1::ROLE_VICTIM) {
  v1::Person& person = *event.add_person();
  person.set_number(number);
  person.add_role(role);
  person.mutable_name()->set_family("Bennett");
  return person;
}

TEST(Split, GivesOneCompartmentForEachPersonAndItem) {
  v1::Incident event;
  v1::Person& victim = add_person(event, 7);
  victim.add_alias()->set_family("Miller");
  victim.mutable_home_address()->set_area("E06000049");
  victim.add_contact()->set_value("01606 000000");
  add_person(event, 3, v1::ROLE_CHILD);
  event.mutable_details()->set_domestic_abuse(true);
  const auto plains = split(event, kHappened);
  ASSERT_TRUE(plains);
  EXPECT_EQ(placed(*plains), "0 incident_details | 3 name | 7 name | 7 home_address");
  EXPECT_EQ((*plains)[2].label.roles, bit(Role::Victim));
}

TEST(Split, FactsStandOnTheirItem) {
  v1::Incident event;
  v1::Person& victim = add_person(event, 7);
  victim.mutable_home_address()->set_area("E06000049");
  event.mutable_details()->set_domestic_abuse(true);
  const auto plains = split(event, kHappened);
  ASSERT_TRUE(plains);
  const auto facts = facts_of({}, *plains);
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->of(Fact::DomesticAbuse), kYes);
  EXPECT_EQ(facts->person(7)->values[static_cast<std::size_t>(Fact::Residence)], *area_code("E06000049"));
  EXPECT_EQ(facts->person(7)->values[static_cast<std::size_t>(Fact::AddressConfidential)], kUnknown);
}

TEST(Split, TheBenchEventIsTenCompartmentsOfAKibibyte) {
  for (const std::uint64_t n : {0u, 1u, 8999u, 123456u}) {
    const auto plains = split(*test::bench_event(n), kHappened);
    ASSERT_TRUE(plains);
    std::size_t bytes = 0;
    for (const seal::Plain& plain : *plains) bytes += plain.content.size() + plain.facts.size();
    EXPECT_EQ(plains->size(), 10u);
    EXPECT_GE(bytes, 1000u);
    EXPECT_LE(bytes, 1050u);
  }
}

TEST(Split, RefusesTwoPeopleWithOneNumber) {
  v1::Incident event;
  add_person(event, 7);
  EXPECT_EQ(refused(split(event, kHappened)), "ok");
  add_person(event, 7, v1::ROLE_CHILD);
  EXPECT_EQ(refused(split(event, kHappened)), "E-VALUE");
}

TEST(Split, RefusesAPersonWithoutNumberOrRoleOrContent) {
  v1::Incident event;
  v1::Person& person = add_person(event, 7);
  person.set_number(0);
  EXPECT_EQ(refused(split(event, kHappened)), "E-VALUE");
  person.set_number(65536);
  EXPECT_EQ(refused(split(event, kHappened)), "E-VALUE");
  person.set_number(65535);
  EXPECT_EQ(refused(split(event, kHappened)), "ok");
  person.add_role(v1::ROLE_VICTIM);
  EXPECT_EQ(refused(split(event, kHappened)), "E-VALUE");
  person.clear_role();
  EXPECT_EQ(refused(split(event, kHappened)), "E-VALUE");
  person.add_role(v1::ROLE_VICTIM);
  person.clear_name();
  EXPECT_EQ(refused(split(event, kHappened)), "E-VALUE");
}

TEST(Split, RefusesUnknownFieldsAndValues) {
  v1::Incident event;
  v1::Person& person = add_person(event, 7);
  person.set_sex(static_cast<v1::Sex>(99));
  EXPECT_EQ(refused(split(event, kHappened)), "E-FIELD");
  person.set_sex(v1::SEX_UNSPECIFIED);
  EXPECT_EQ(refused(split(event, kHappened)), "E-VALUE");
  person.set_sex(v1::SEX_FEMALE);
  EXPECT_EQ(refused(split(event, kHappened)), "ok");
  person.mutable_name()->GetReflection()->MutableUnknownFields(person.mutable_name())->AddVarint(900, 1);
  EXPECT_EQ(refused(split(event, kHappened)), "E-FIELD");
  EXPECT_EQ(refused(split(person, kHappened)), "E-FIELD") << "a person is no event";
}

TEST(Split, RefusesWhatIsTooLarge) {
  v1::Incident event;
  v1::Person& person = add_person(event, 7);
  person.mutable_name()->set_family(std::string(kTextBytesMax, 'a'));
  EXPECT_EQ(refused(split(event, kHappened)), "ok");
  person.mutable_name()->set_family(std::string(kTextBytesMax + 1, 'a'));
  EXPECT_EQ(refused(split(event, kHappened)), "E-LIMIT");
  person.mutable_name()->set_family("Bennett");
  person.mutable_narrative()->set_text(std::string(kFreeTextBytesMax, 'a'));
  EXPECT_EQ(refused(split(event, kHappened)), "ok") << "free text may be longer";
  person.mutable_narrative()->set_text(std::string(kFreeTextBytesMax + 1, 'a'));
  EXPECT_EQ(refused(split(event, kHappened)), "E-LIMIT");
  person.clear_narrative();
  for (std::size_t i = 0; i <= kRepeatedMax; ++i) person.add_alias()->set_family("A");
  EXPECT_EQ(refused(split(event, kHappened)), "E-LIMIT");
  person.clear_alias();
  for (std::size_t i = 0; i <= kRepeatedMax; ++i) person.mutable_name()->add_given("A");
  EXPECT_EQ(refused(split(event, kHappened)), "E-LIMIT");
}

TEST(Split, RefusesMorePeopleOrCompartmentsThanFit) {
  v1::Incident event;
  for (std::uint32_t number = 1; number <= kPeopleMax; ++number) add_person(event, number);
  EXPECT_EQ(refused(split(event, kHappened)), "ok");
  for (v1::Person& person : *event.mutable_person()) {
    person.set_sex(v1::SEX_MALE);
    person.mutable_school()->set_name("Sydney Primary");
  }
  EXPECT_EQ(refused(split(event, kHappened)), "E-LIMIT") << "72 compartments";
  event.clear_person();
  for (std::uint32_t number = 1; number <= kPeopleMax + 1; ++number) add_person(event, number);
  EXPECT_EQ(refused(split(event, kHappened)), "E-LIMIT");
}

TEST(Split, LongListsGoToFurtherParts) {
  v1::Incident event;
  v1::Person& person = add_person(event, 7);
  for (std::uint32_t i = 1; i <= 30; ++i) {
    v1::Offence& offence = *person.add_offence();
    offence.set_sequence(i);
    offence.set_title(std::string(2500, 'w'));
  }
  const auto plains = split(event, kHappened);
  ASSERT_TRUE(plains);
  EXPECT_EQ(placed(*plains), "7 name | 7 offence | 7 offence 1 | 7 offence 2 | 7 offence 3 | 7 offence 4");
  const auto joined = join(Kind::Incident, *plains);
  ASSERT_TRUE(joined);
  EXPECT_TRUE(MessageDifferencer::Equals(event, **joined));
  EXPECT_EQ(refused(check_facts(Kind::Incident, *plains, kHappened)), "ok");
}

class RandomEvents : public testing::TestWithParam<Kind> {};

TEST_P(RandomEvents, ComeBackWhole) {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const auto event = test::random_event(GetParam(), seed);
    const auto plains = split(*event, kHappened);
    ASSERT_TRUE(plains) << describe(plains.error());
    const auto joined = join(GetParam(), *plains);
    ASSERT_TRUE(joined) << describe(joined.error());
    ASSERT_TRUE(MessageDifferencer::Equals(*event, **joined));
    ASSERT_EQ(refused(check_facts(GetParam(), *plains, kHappened)), "ok");
    ASSERT_TRUE(facts_of({}, *plains));
  }
}

TEST_P(RandomEvents, MergeOrderNeverMatters) {
  for (std::uint64_t seed = 1; seed <= kSeeds / 3; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const auto event = test::random_event(GetParam(), seed, 220);
    auto plains = split(*event, kHappened);
    ASSERT_TRUE(plains);
    std::shuffle(plains->begin(), plains->end(), std::mt19937_64(seed));
    const auto joined = join(GetParam(), *plains);
    ASSERT_TRUE(joined);
    ASSERT_TRUE(MessageDifferencer::Equals(*event, **joined));
  }
}

TEST_P(RandomEvents, WhatIsWithheldIsNotThere) {
  for (std::uint64_t seed = 1; seed <= kSeeds / 3; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const auto event = test::random_event(GetParam(), seed);
    auto plains = split(*event, kHappened);
    ASSERT_TRUE(plains);
    std::mt19937_64 random(seed);
    std::erase_if(*plains, [&](const seal::Plain&) { return random() % 2 == 0; });
    const auto joined = join(GetParam(), *plains);
    ASSERT_TRUE(joined);
    ASSERT_EQ(refused(check_facts(GetParam(), *plains, kHappened)), "ok");
    const auto again = split(**joined, kHappened);
    ASSERT_TRUE(again);
    std::sort(plains->begin(), plains->end(), [](const auto& a, const auto& b) { return a.label < b.label; });
    ASSERT_EQ(placed(*again), placed(*plains)) << "opened is what was granted, nothing else";
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, RandomEvents, testing::ValuesIn(kBuilt),
                         [](const auto& one) { return std::string(name_of(one.param)); });

TEST(RandomEvents, SetMostFields) {
  std::size_t largest = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const auto plains = split(*test::random_event(Kind::Incident, seed), kHappened);
    largest = std::max(largest, plains ? plains->size() : 0);
  }
  EXPECT_GT(largest, 40u) << "else the round trips prove little";
}

TEST(Errors, QuoteNoValue) {
  v1::Incident event;
  add_person(event, 7).mutable_name()->set_family(std::string(kTextBytesMax + 1, 'Q'));
  const auto result = split(event, kHappened);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().detail, "Person.name.family is too long");
}

}  // namespace
}  // namespace concordat::contract
