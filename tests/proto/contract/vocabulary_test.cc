// The generated vocabulary agrees with the descriptors of vocabulary.proto, value by value.
#include "proto/contract/vocabulary.h"

#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include "concordat/v1/vocabulary.pb.h"

namespace concordat::contract {
namespace {

namespace pb = google::protobuf;

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return text;
}

template <class E>
void expect_agrees(const pb::EnumDescriptor& type) {
  ASSERT_EQ(words<E>().size(), static_cast<std::size_t>(type.value_count() - 1)) << type.name();
  for (int i = 1; i < type.value_count(); ++i) {
    const Word& word = words<E>()[static_cast<std::size_t>(i - 1)];
    EXPECT_EQ(word.number, type.value(i)->number());
    EXPECT_TRUE(lower(type.value(i)->name()).ends_with("_" + std::string(word.name))) << type.value(i)->name();
    EXPECT_EQ(named<E>(word.name), static_cast<E>(word.number));
    EXPECT_EQ(name_of(static_cast<E>(word.number)), word.name);
    EXPECT_EQ(numbered<E>(word.number), static_cast<E>(word.number));
  }
}

TEST(Vocabulary, EveryEnumAgrees) {
  expect_agrees<LawClass>(*v1::LawClass_descriptor());
  expect_agrees<FactScope>(*v1::FactScope_descriptor());
  expect_agrees<Kind>(*v1::Kind_descriptor());
  expect_agrees<Role>(*v1::Role_descriptor());
  expect_agrees<Item>(*v1::Item_descriptor());
  expect_agrees<Fact>(*v1::Fact_descriptor());
  expect_agrees<IncidentType>(*v1::IncidentType_descriptor());
  expect_agrees<ReferralKind>(*v1::ReferralKind_descriptor());
  expect_agrees<ReferralReason>(*v1::ReferralReason_descriptor());
  expect_agrees<DeskRole>(*v1::DeskRole_descriptor());
  expect_agrees<ProgressState>(*v1::ProgressState_descriptor());
  expect_agrees<ConcernCategory>(*v1::ConcernCategory_descriptor());
  expect_agrees<AgeBand>(*v1::AgeBand_descriptor());
  expect_agrees<RiskBand>(*v1::RiskBand_descriptor());
  expect_agrees<ChildIs>(*v1::ChildIs_descriptor());
  expect_agrees<ConsentState>(*v1::ConsentState_descriptor());
  expect_agrees<Informed>(*v1::Informed_descriptor());
  expect_agrees<LinkStrength>(*v1::LinkStrength_descriptor());
}

TEST(Vocabulary, EveryItemAgrees) {
  ASSERT_EQ(kItems.size(), static_cast<std::size_t>(v1::Item_descriptor()->value_count() - 1));
  for (const ItemInfo& row : kItems) {
    const auto* value = v1::Item_descriptor()->FindValueByNumber(static_cast<int>(row.item));
    ASSERT_NE(value, nullptr);
    const v1::ItemOptions& options = value->options().GetExtension(v1::of_item);
    unsigned mask = 0;
    for (const int law : options.law_class()) mask |= bit(static_cast<LawClass>(law));
    EXPECT_EQ(row.law_classes, mask) << row.name;
    EXPECT_EQ(row.reveals_whereabouts, options.reveals_whereabouts()) << row.name;
    EXPECT_EQ(row.free_text, options.free_text()) << row.name;
    EXPECT_EQ(info(row.item), &row);
  }
}

TEST(Vocabulary, EveryFactAgrees) {
  ASSERT_EQ(kFacts.size(), static_cast<std::size_t>(v1::Fact_descriptor()->value_count() - 1));
  for (const FactInfo& row : kFacts) {
    const auto* value = v1::Fact_descriptor()->FindValueByNumber(static_cast<int>(row.fact));
    ASSERT_NE(value, nullptr);
    const v1::FactOptions& options = value->options().GetExtension(v1::of_fact);
    EXPECT_EQ(static_cast<int>(row.scope), options.scope()) << row.name;
    EXPECT_EQ(static_cast<int>(row.item), options.item()) << row.name;
    EXPECT_EQ(row.domain == Domain::Boolean, options.boolean()) << row.name;
    EXPECT_EQ(row.domain == Domain::Bounded, options.bounded_max() > 0) << row.name;
    EXPECT_EQ(row.domain == Domain::Enumeration, !options.enumeration().empty()) << row.name;
    EXPECT_EQ(row.domain == Domain::Area, options.code() == v1::FACT_CODE_AREA) << row.name;
    EXPECT_EQ(row.domain == Domain::Party, options.code() == v1::FACT_CODE_PARTY) << row.name;
    EXPECT_EQ(row.domain == Domain::Purpose, options.code() == v1::FACT_CODE_PURPOSE) << row.name;
    if (row.domain == Domain::Enumeration) {
      const auto* type = v1::Item_descriptor()->file()->FindEnumTypeByName(options.enumeration());
      ASSERT_NE(type, nullptr);
      EXPECT_EQ(row.words.size(), static_cast<std::size_t>(type->value_count() - 1)) << row.name;
    }
    EXPECT_EQ(info(row.fact), &row);
  }
}

TEST(Vocabulary, NamesAreAsAgreementsWriteThem) {
  EXPECT_EQ(kind_named("risk_assessment"), Kind::RiskAssessment);
  EXPECT_EQ(item_named("date_of_birth"), Item::DateOfBirth);
  EXPECT_EQ(role_named("alleged_perpetrator"), Role::AllegedPerpetrator);
  EXPECT_EQ(desk_role_named("marac_coordinator"), DeskRole::MaracCoordinator);
  EXPECT_EQ(fact_named("no_recourse_to_public_funds"), Fact::NoRecourseToPublicFunds);
  EXPECT_EQ(named<AgeBand>("0_to_4"), AgeBand::Age0To4);
  EXPECT_EQ(name_of(AgeBand::Age60AndOver), "60_and_over");
}

TEST(Vocabulary, UnspecifiedAndUnknownNameNothing) {
  EXPECT_FALSE(item_named("unspecified"));
  EXPECT_FALSE(item_named(""));
  EXPECT_FALSE(item_named("Name"));
  EXPECT_FALSE(numbered<Item>(0));
  EXPECT_FALSE(numbered<Item>(44));
  EXPECT_EQ(name_of(Item::Unspecified), "unspecified");
  EXPECT_EQ(info(Item::Unspecified), nullptr);
  EXPECT_EQ(info(Fact::Unspecified), nullptr);
  EXPECT_EQ(info(static_cast<Fact>(255)), nullptr);
  EXPECT_FALSE(in_domain(static_cast<Fact>(39), 1));
}

TEST(Vocabulary, FreeTextCountsAsEverything) {
  EXPECT_EQ(info(Item::Narrative)->law_classes,
            bit(LawClass::Personal) | bit(LawClass::Special) | bit(LawClass::Criminal));
  EXPECT_TRUE(info(Item::Narrative)->reveals_whereabouts);
  EXPECT_EQ(kRolesMask, 0x1f);
}

}  // namespace
}  // namespace concordat::contract
