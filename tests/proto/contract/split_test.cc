// Events split into compartments and joined again: nothing lost, nothing foreign taken, in any order.
#include <google/protobuf/message.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "concordat/v1/incident.pb.h"
#include "concordat/v1/referral.pb.h"
#include "proto/contract/contract.h"
#include "proto/contract/derive.h"
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

seal::Label label(std::uint16_t person, std::uint8_t roles, Item item, std::uint16_t part = 0) {
  return {person, roles, static_cast<std::uint16_t>(item), part};
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
    offence.set_wording(std::string(2500, 'w'));
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

std::string joined(Kind kind, std::vector<seal::Plain> plains) { return refused(join(kind, plains)); }

Bytes bytes_of(const google::protobuf::Message& message) { return message.SerializeAsString(); }

class Join : public testing::Test {
 protected:
  void SetUp() override {
    name_.mutable_name()->set_family("Bennett");
    school_.mutable_school()->set_name("Sydney Primary");
    details_.mutable_details()->set_domestic_abuse(true);
  }
  static constexpr std::uint8_t kVictim = bit(Role::Victim);
  v1::Person name_;
  v1::Person school_;
  v1::Incident details_;
};

TEST_F(Join, RefusesAFieldOfAnotherItem) {
  EXPECT_EQ(joined(Kind::Incident, {{label(7, kVictim, Item::School), {}, bytes_of(school_)}}), "ok");
  EXPECT_EQ(joined(Kind::Incident, {{label(7, kVictim, Item::School), {}, bytes_of(name_)}}), "E-FIELD");
  EXPECT_EQ(joined(Kind::Incident, {{label(0, 0, Item::IncidentPlace), {}, bytes_of(details_)}}), "E-FIELD");
}

TEST_F(Join, RefusesAFieldBesideItsOwn) {
  v1::Person both = school_;
  both.MergeFrom(name_);
  EXPECT_EQ(joined(Kind::Incident, {{label(7, kVictim, Item::School), {}, bytes_of(both)}}), "E-FIELD");
}

TEST_F(Join, RefusesHeaderFieldsInContent) {
  name_.set_number(7);
  EXPECT_EQ(joined(Kind::Incident, {{label(7, kVictim, Item::Name), {}, bytes_of(name_)}}), "E-FIELD");
  details_.add_person()->set_number(7);
  EXPECT_EQ(joined(Kind::Incident, {{label(0, 0, Item::IncidentDetails), {}, bytes_of(details_)}}), "E-FIELD");
}

TEST_F(Join, RefusesUnknownFields) {
  const Bytes unknown = bytes_of(name_) + *from_hex("a03801");  // field 900
  EXPECT_EQ(joined(Kind::Incident, {{label(7, kVictim, Item::Name), {}, unknown}}), "E-FIELD");
  name_.mutable_name()->GetReflection()->MutableUnknownFields(name_.mutable_name())->AddVarint(900, 1);
  EXPECT_EQ(joined(Kind::Incident, {{label(7, kVictim, Item::Name), {}, bytes_of(name_)}}), "E-FIELD");
}

TEST_F(Join, RefusesBytesThatAreNoMessage) {
  EXPECT_EQ(joined(Kind::Incident, {{label(7, kVictim, Item::Name), {}, "\xff\xff"}}), "E-FIELD");
  EXPECT_EQ(joined(Kind::Incident, {{label(7, kVictim, Item::Name), {}, *from_hex("1a031a01ff")}}), "E-VALUE") << "not UTF-8";
}

TEST_F(Join, RefusesASingularFieldTwice) {
  const Bytes name = bytes_of(name_);
  EXPECT_EQ(joined(Kind::Incident, {{label(7, kVictim, Item::Name), {}, name + name}}), "E-FIELD");
  EXPECT_EQ(joined(Kind::Incident, {{label(7, kVictim, Item::Name), {}, *from_hex("1a061a01411a0142")}}), "E-FIELD") << "inside";
}

TEST_F(Join, RefusesAnUnknownOrUnspecifiedValue) {
  EXPECT_EQ(joined(Kind::Incident, {{label(7, kVictim, Item::Sex), {}, *from_hex("e80102")}}), "ok");
  EXPECT_EQ(joined(Kind::Incident, {{label(7, kVictim, Item::Sex), {}, *from_hex("e80105")}}), "E-FIELD");
  EXPECT_EQ(joined(Kind::Incident, {{label(7, kVictim, Item::Sex), {}, *from_hex("e80100")}}), "E-VALUE");
  EXPECT_EQ(joined(Kind::Incident, {{label(7, kVictim, Item::Sex), {}, *from_hex("e80182808080808080808001")}}), "E-FIELD") << "64 bits";
}

TEST_F(Join, RefusesAFieldOfAnotherWireType) {
  EXPECT_EQ(joined(Kind::Incident, {{label(7, kVictim, Item::Name), {}, *from_hex("1801")}}), "E-FIELD") << "a message as a number";
  EXPECT_EQ(joined(Kind::Incident, {{label(7, kVictim, Item::Sex), {}, *from_hex("ea010102")}}), "E-FIELD") << "a number as bytes";
  EXPECT_EQ(joined(Kind::Incident, {{label(7, kVictim, Item::Name), {}, *from_hex("1b1c")}}), "E-FIELD") << "a group";
}

TEST_F(Join, EveryTruncationAndFlippedBitIsRefusedOrReads) {
  const auto plains = split(*test::bench_event(1), kHappened);
  ASSERT_TRUE(plains);
  for (const seal::Plain& plain : *plains) {
    for (std::size_t bit = 0; bit < plain.content.size() * 8; ++bit) {
      seal::Plain changed = plain;
      changed.content[bit / 8] = static_cast<char>(changed.content[bit / 8] ^ (1 << bit % 8));
      const auto event = join(Kind::RiskAssessment, std::span(&changed, 1));
      if (event) {
        EXPECT_TRUE(split(**event, kHappened)) << "what is taken is an event";
      }
      changed.content.resize(bit / 8);
      const auto shorter = join(Kind::RiskAssessment, std::span(&changed, 1));
      EXPECT_TRUE(shorter || shorter.error().code == code::kField || shorter.error().code == code::kValue);
    }
  }
}

TEST_F(Join, RefusesRepeatedLabels) {
  const seal::Plain name{label(7, kVictim, Item::Name), {}, bytes_of(name_)};
  EXPECT_EQ(joined(Kind::Incident, {name}), "ok");
  EXPECT_EQ(joined(Kind::Incident, {name, name}), "E-LABEL");
  const seal::Plain other_roles{label(7, bit(Role::Child), Item::Name), {}, bytes_of(name_)};
  EXPECT_EQ(joined(Kind::Incident, {name, other_roles}), "E-LABEL") << "one place, whatever the roles";
}

TEST_F(Join, RefusesOnePersonUnderTwoRoles) {
  EXPECT_EQ(joined(Kind::Incident, {{label(7, kVictim, Item::Name), {}, bytes_of(name_)},
                                    {label(7, bit(Role::Child), Item::School), {}, bytes_of(school_)}}),
            "E-LABEL");
}

TEST_F(Join, RefusesASingularFieldInALaterPart) {
  EXPECT_EQ(joined(Kind::Incident, {{label(7, kVictim, Item::School, 1), {}, bytes_of(school_)}}), "E-FIELD");
  v1::Person alias;
  alias.add_alias()->set_family("Miller");
  EXPECT_EQ(joined(Kind::Incident, {{label(7, kVictim, Item::Name, 1), {}, bytes_of(alias)}}), "ok");
}

TEST_F(Join, RefusesAnItemOfAnotherKind) {
  v1::Referral referral;
  referral.mutable_details()->set_kind(v1::REFERRAL_KIND_CHILD);
  EXPECT_EQ(joined(Kind::Referral, {{label(0, 0, Item::ReferralDetails), {}, bytes_of(referral)}}), "ok");
  EXPECT_EQ(joined(Kind::Incident, {{label(0, 0, Item::ReferralDetails), {}, bytes_of(referral)}}), "E-FIELD");
}

TEST_F(Join, RefusesAKindThatIsNotBuilt) {
  EXPECT_EQ(joined(Kind::CourtOutcome, {}), "E-FIELD");
  EXPECT_FALSE(is_built(Kind::CourtOutcome));
  EXPECT_EQ(new_event(Kind::CourtOutcome), nullptr);
}

TEST(CheckFacts, NamesTheFactThatDiffers) {
  auto plains = split(*test::bench_event(1), kHappened);
  ASSERT_TRUE(plains);
  EXPECT_EQ(refused(check_facts(Kind::RiskAssessment, *plains, kHappened)), "ok");
  for (seal::Plain& plain : *plains) {
    if (plain.label.item == static_cast<std::uint16_t>(Item::RiskAnswers)) plain.facts = encode_facts(std::vector<FactEntry>{{Fact::RiskScore, 4}, {Fact::Judgement, 3}});
  }
  const auto checked = check_facts(Kind::RiskAssessment, *plains, kHappened);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code.name, "E-MISMATCH");
  EXPECT_EQ(checked.error().detail, "fact 22, 32") << "the score, and the missing word on pregnancy";
}

TEST(CheckFacts, EveryFactMissingOrAddedIsSeen) {
  const auto plains = split(*test::bench_event(1), kHappened);
  ASSERT_TRUE(plains);
  for (std::size_t i = 0; i < plains->size(); ++i) {
    auto changed = *plains;
    if (changed[i].facts.empty()) {
      changed[i].facts = encode_facts(std::vector<FactEntry>{{Fact::Historic, kYes}});
    } else {
      changed[i].facts.erase(0, 5);
    }
    EXPECT_EQ(refused(check_facts(Kind::RiskAssessment, changed, kHappened)), "E-MISMATCH") << i;
  }
}

TEST(CheckFacts, AnotherTimeIsAnotherBand) {
  const auto plains = split(*test::bench_event(1), kHappened);
  ASSERT_TRUE(plains);
  EXPECT_EQ(refused(check_facts(Kind::RiskAssessment, *plains, kHappened + std::chrono::days(365 * 40))), "E-MISMATCH");
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
