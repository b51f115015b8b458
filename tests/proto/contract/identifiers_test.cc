// Identifiers in their normal forms (proto/vectors/identifiers.json), and which identifiers an event has.
#include "proto/contract/identifiers.h"

#include <gtest/gtest.h>

#include "concordat/v1/incident.pb.h"
#include "concordat/v1/link.pb.h"
#include "tests/support/vectors.h"

namespace concordat::contract {
namespace {

std::optional<IdentifierType> type_of(const std::string& name) {
  const std::pair<const char*, IdentifierType> types[] = {{"nhs_number", IdentifierType::NhsNumber},
                                                          {"pnc", IdentifierType::Pnc},
                                                          {"cro", IdentifierType::Cro},
                                                          {"noms", IdentifierType::Noms},
                                                          {"crn", IdentifierType::Crn},
                                                          {"urn", IdentifierType::Urn},
                                                          {"asn_offence", IdentifierType::AsnOffence}};
  for (const auto& [known, type] : types) {
    if (name == known) return type;
  }
  return std::nullopt;
}

TEST(Identifiers, VectorsHold) {
  const auto vectors = test::read_vectors("proto/vectors/identifiers.json", "identifiers");
  ASSERT_GE(vectors.size(), 70u);
  for (const test::Vector& vector : vectors) {
    const auto type = type_of(vector.text("type"));
    const auto normal = type ? normalise(*type, vector.text("text")) : asn(vector.text("text"));
    EXPECT_EQ(normal.value_or(""), vector.text("normal"))
        << vector.text("type") << " " << vector.text("text") << ": " << vector.text("why");
  }
}

TEST(Identifiers, ANormalFormIsItsOwn) {
  for (const test::Vector& vector : test::read_vectors("proto/vectors/identifiers.json", "identifiers")) {
    const auto type = type_of(vector.text("type"));
    if (!type || vector.text("normal").empty()) continue;
    EXPECT_EQ(normalise(*type, vector.text("normal")), vector.text("normal"));
  }
}

// Every digit changed to every other: what a check digit is for.
TEST(Identifiers, OneWrongDigitIsSeen) {
  std::size_t tried = 0;
  for (const test::Vector& vector : test::read_vectors("proto/vectors/identifiers.json", "identifiers")) {
    const auto type = type_of(vector.text("type"));
    if (vector.text("normal").empty() || (type != IdentifierType::NhsNumber && type != IdentifierType::Pnc)) continue;
    std::string text = vector.text("normal");
    // The century of a PNC is not under its check letter.
    for (std::size_t i = type == IdentifierType::Pnc ? 2 : 0; i < text.size(); ++i) {
      const char right = text[i];
      for (char wrong = '0'; wrong <= '9'; ++wrong, ++tried) {
        if (right < '0' || right > '9' || wrong == right) continue;
        text[i] = wrong;
        EXPECT_FALSE(normalise(*type, text)) << text << " at " << i;
      }
      text[i] = right;
    }
  }
  EXPECT_GT(tried, 1000u);
}

TEST(Identifiers, NothingOfAnyLengthBreaksThem) {
  for (std::size_t size = 0; size < 64; ++size) {
    for (const char c : {'0', 'A', '/', ' ', '\xff'}) {
      const std::string text(size, c);
      for (const auto type : {IdentifierType::NhsNumber, IdentifierType::Pnc, IdentifierType::Cro, IdentifierType::Noms,
                              IdentifierType::Crn, IdentifierType::Urn, IdentifierType::AsnOffence}) {
        EXPECT_FALSE(normalise(type, text) && size < 2) << size;
      }
    }
  }
}

std::string listed(const google::protobuf::Message& event) {
  std::string text;
  for (const Identifier& one : identifiers_of(event)) {
    text += (text.empty() ? "" : " | ") + std::to_string(one.person) + " " +
            std::to_string(static_cast<int>(one.type)) + " " + one.value;
  }
  return text;
}

TEST(IdentifiersOf, EachStrongIdentifierIsOfItsPersonOrCase) {
  v1::Incident event;
  v1::CaseReference& urn = *event.add_case_reference();
  urn.set_type(v1::REFERENCE_TYPE_URN);
  urn.set_value("07/AB/12345/26");
  v1::Person& person = *event.add_person();
  person.set_number(7);
  person.mutable_custody_identifiers()->set_noms("a1234bc");
  person.mutable_custody_identifiers()->set_crn("X123456");
  EXPECT_EQ(listed(event), "0 6 07AB1234526 | 7 4 A1234BC | 7 5 X123456");
}

TEST(IdentifiersOf, AnOffenceIsOfTheCase) {
  v1::Incident event;
  v1::Person& person = *event.add_person();
  person.set_number(7);
  v1::CaseReference& reference = *person.add_case_reference();
  reference.set_type(v1::REFERENCE_TYPE_ASN);
  std::string number;
  for (const test::Vector& vector : test::read_vectors("proto/vectors/identifiers.json", "identifiers")) {
    if (vector.text("type") == "asn" && number.empty()) number = vector.text("normal");
  }
  reference.set_value(number);
  EXPECT_EQ(listed(event), "") << "without an offence sequence there is nothing to link";
  person.add_offence()->set_sequence(2);
  EXPECT_EQ(listed(event), "0 7 " + number + "/002");
}

TEST(IdentifiersOf, OfSeveralSummonsesNobodyCanTellWhoseAnOffenceIs) {
  v1::Incident event;
  v1::Person& person = *event.add_person();
  person.set_number(7);
  person.add_offence()->set_sequence(2);
  std::vector<std::string> numbers;
  for (const char* begins : {"2607CW0100000000001", "2607CW0100000000002"}) {
    for (const char letter : std::string_view("ABCDEFGHJKLMNPQRTUVWXYZ")) {
      if (const auto number = asn(begins + std::string(1, letter))) numbers.push_back(*number);
    }
  }
  ASSERT_EQ(numbers.size(), 2u);
  const auto add = [&person](const std::string& number) {
    v1::CaseReference& reference = *person.add_case_reference();
    reference.set_type(v1::REFERENCE_TYPE_ASN);
    reference.set_value(number);
  };
  add(numbers[0]);
  add(numbers[0]);
  EXPECT_EQ(listed(event), "0 7 " + numbers[0] + "/002") << "said twice, it is one";
  add(numbers[1]);
  EXPECT_EQ(listed(event), "");
}

TEST(IdentifiersOf, ATemporaryNhsNumberNeverLinks) {
  v1::Incident event;
  v1::Person& person = *event.add_person();
  person.set_number(7);
  std::string number;
  for (const test::Vector& vector : test::read_vectors("proto/vectors/identifiers.json", "identifiers")) {
    if (number.empty()) number = vector.text("normal");
  }
  person.mutable_nhs_number()->set_number(number);
  EXPECT_EQ(listed(event), "7 1 " + number);
  person.mutable_nhs_number()->set_tracing(v1::TRACING_STATUS_TEMPORARY);
  EXPECT_EQ(listed(event), "");
}

TEST(IdentifiersOf, WhatHasNoNormalFormIsLeftOut) {
  v1::Incident event;
  v1::CaseReference& urn = *event.add_case_reference();
  urn.set_type(v1::REFERENCE_TYPE_URN);
  urn.set_value("URN_NUMBER");
  event.add_person()->mutable_criminal_identifiers()->set_pnc("20000000000A");
  EXPECT_EQ(listed(event), "");
}

TEST(IdentifiersOf, ALinkNamesItsOwn) {
  v1::Link event;
  for (const char* value : {"A1234BC", "A1234BC", "nothing"}) {
    v1::LinkedIdentifier& one = *event.add_identifier();
    one.set_person(7);
    one.set_type(v1::IDENTIFIER_TYPE_NOMS);
    one.set_value(value);
  }
  EXPECT_EQ(listed(event), "7 4 A1234BC") << "once";
}

}  // namespace
}  // namespace concordat::contract
