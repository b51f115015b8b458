// What join and check_facts refuse: foreign fields, wrong items, repeated labels, facts that do not follow.
#include <google/protobuf/message.h>
#include <gtest/gtest.h>

#include "concordat/v1/incident.pb.h"
#include "concordat/v1/referral.pb.h"
#include "proto/contract/contract.h"
#include "tests/support/sample_events.h"

namespace concordat::contract {
namespace {

using test::kHappened;

template <class T>
std::string refused(const Result<T>& result) {
  return result ? "ok" : std::string(result.error().code.name);
}

seal::Label label(std::uint16_t person, std::uint8_t roles, Item item, std::uint16_t part = 0) {
  return {person, roles, static_cast<std::uint16_t>(item), part};
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
  EXPECT_EQ(joined(Kind::Incident, {{label(7, kVictim, Item::Name), {}, *from_hex("1a031a01ff")}}), "E-VALUE")
      << "not UTF-8";
}

TEST_F(Join, RefusesASingularFieldTwice) {
  const Bytes name = bytes_of(name_);
  EXPECT_EQ(joined(Kind::Incident, {{label(7, kVictim, Item::Name), {}, name + name}}), "E-FIELD");
  EXPECT_EQ(joined(Kind::Incident, {{label(7, kVictim, Item::Name), {}, *from_hex("1a061a01411a0142")}}), "E-FIELD")
      << "inside";
}

TEST_F(Join, RefusesAnUnknownOrUnspecifiedValue) {
  EXPECT_EQ(joined(Kind::Incident, {{label(7, kVictim, Item::Sex), {}, *from_hex("e80102")}}), "ok");
  EXPECT_EQ(joined(Kind::Incident, {{label(7, kVictim, Item::Sex), {}, *from_hex("e80105")}}), "E-FIELD");
  EXPECT_EQ(joined(Kind::Incident, {{label(7, kVictim, Item::Sex), {}, *from_hex("e80100")}}), "E-VALUE");
  EXPECT_EQ(joined(Kind::Incident, {{label(7, kVictim, Item::Sex), {}, *from_hex("e80182808080808080808001")}}),
            "E-FIELD")
      << "64 bits";
}

TEST_F(Join, RefusesAFieldOfAnotherWireType) {
  EXPECT_EQ(joined(Kind::Incident, {{label(7, kVictim, Item::Name), {}, *from_hex("1801")}}), "E-FIELD")
      << "a message as a number";
  EXPECT_EQ(joined(Kind::Incident, {{label(7, kVictim, Item::Sex), {}, *from_hex("ea010102")}}), "E-FIELD")
      << "a number as bytes";
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
  EXPECT_EQ(joined(Kind::HousingAction, {}), "E-FIELD");
  EXPECT_FALSE(is_built(Kind::HousingAction));
  EXPECT_EQ(new_event(Kind::HousingAction), nullptr);
}

TEST(CheckFacts, NamesTheFactThatDiffers) {
  auto plains = split(*test::bench_event(1), kHappened);
  ASSERT_TRUE(plains);
  EXPECT_EQ(refused(check_facts(Kind::RiskAssessment, *plains, kHappened)), "ok");
  for (seal::Plain& plain : *plains) {
    if (plain.label.item == static_cast<std::uint16_t>(Item::RiskAnswers))
      plain.facts = encode_facts(std::vector<FactEntry>{{Fact::RiskScore, 4}, {Fact::Judgement, 3}});
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

}  // namespace
}  // namespace concordat::contract
