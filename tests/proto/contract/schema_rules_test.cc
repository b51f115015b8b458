// The rules of the schema hold, each of them bites on a planted fault, and nothing published has changed.
#include <google/protobuf/descriptor.pb.h>
#include <gtest/gtest.h>

#include <fstream>

#include "concordat/v1/vocabulary.pb.h"
#include "proto/contract/walk.h"

namespace concordat::contract {
namespace {

namespace pb = google::protobuf;

class SchemaRules : public testing::Test {
 protected:
  void SetUp() override {
    const auto set = read_descriptor_set(CONCORDAT_DESCRIPTOR_SET);
    ASSERT_NE(set, nullptr) << CONCORDAT_DESCRIPTOR_SET;
    set_ = *set;
  }

  pb::FileDescriptorProto& file(const std::string& name) {
    for (pb::FileDescriptorProto& file : *set_.mutable_file()) {
      if (file.name() == "concordat/v1/" + name + ".proto") return file;
    }
    ADD_FAILURE() << "no file " << name;
    return *set_.add_file();
  }
  pb::DescriptorProto& message(const std::string& in, const std::string& name) {
    for (pb::DescriptorProto& message : *file(in).mutable_message_type()) {
      if (message.name() == name) return message;
    }
    ADD_FAILURE() << "no message " << name;
    return *file(in).add_message_type();
  }
  pb::FieldDescriptorProto& field(const std::string& in, const std::string& of, const std::string& name) {
    for (pb::FieldDescriptorProto& field : *message(in, of).mutable_field()) {
      if (field.name() == name) return field;
    }
    ADD_FAILURE() << "no field " << name;
    return *message(in, of).add_field();
  }
  pb::EnumValueDescriptorProto& value(const std::string& in, const std::string& of, const std::string& name) {
    for (pb::EnumDescriptorProto& type : *file(in).mutable_enum_type()) {
      for (pb::EnumValueDescriptorProto& value : *type.mutable_value()) {
        if (type.name() == of && value.name() == name) return value;
      }
    }
    ADD_FAILURE() << "no value " << name;
    return *file(in).mutable_enum_type(0)->add_value();
  }
  pb::FieldDescriptorProto& add(const std::string& in, const std::string& to, const std::string& name, int number,
                                pb::FieldDescriptorProto::Type type) {
    pb::FieldDescriptorProto& field = *message(in, to).add_field();
    field.set_name(name);
    field.set_number(number);
    field.set_type(type);
    field.set_label(pb::FieldDescriptorProto::LABEL_REPEATED);
    return field;
  }
  // A proto3 `optional` is a oneof of its own in descriptors. Without it, presence is implicit.
  void make_implicit(const std::string& in, const std::string& of, const std::string& name) {
    field(in, of, name).clear_proto3_optional();
    field(in, of, name).clear_oneof_index();
    drop_empty_oneofs(message(in, of));
  }
  static void drop_empty_oneofs(pb::DescriptorProto& message) {
    for (int i = message.oneof_decl_size() - 1; i >= 0; --i) {
      bool used = false;
      for (const auto& field : message.field()) used = used || (field.has_oneof_index() && field.oneof_index() == i);
      if (used) continue;
      message.mutable_oneof_decl()->DeleteSubrange(i, 1);
      for (auto& field : *message.mutable_field()) {
        if (field.has_oneof_index() && field.oneof_index() > i) field.set_oneof_index(field.oneof_index() - 1);
      }
    }
  }

  std::vector<std::string> walked() {
    const auto schema = Schema::build(set_);
    EXPECT_NE(schema, nullptr) << "the planted schema must be valid protobuf";
    return schema ? walk(schema->files()) : std::vector<std::string>{};
  }
  void expect_only(const std::string& complaint) {
    const auto all = walked();
    ASSERT_EQ(all.size(), 1u) << testing::PrintToString(all);
    EXPECT_NE(all[0].find(complaint), std::string::npos) << all[0];
  }
  void expect_some(const std::string& complaint) {
    const auto all = walked();
    for (const std::string& one : all) {
      if (one.find(complaint) != std::string::npos) return;
    }
    ADD_FAILURE() << "not found: " << complaint << " in " << testing::PrintToString(all);
  }

  pb::FileDescriptorSet set_;
};

TEST_F(SchemaRules, Hold) { EXPECT_EQ(walked(), std::vector<std::string>{}); }

TEST_F(SchemaRules, AFieldWithoutAnItemIsRefused) {
  field("person", "Person", "name").mutable_options()->ClearExtension(v1::item);
  expect_only("Person.name: header-or-item");
}

TEST_F(SchemaRules, AFieldOfAKindWithoutAnItemIsRefused) {
  field("incident", "Incident", "evidence").mutable_options()->ClearExtension(v1::item);
  expect_only("Incident.evidence: header-or-item");
}

TEST_F(SchemaRules, AnItemFieldIsNoHeader) {
  field("person", "Person", "sex").mutable_options()->SetExtension(v1::header, true);
  expect_some("Person.sex: header-or-item");
}

TEST_F(SchemaRules, OnlyTheFrameIsHeader) {
  auto& options = *field("person", "Person", "sex").mutable_options();
  options.ClearExtension(v1::item);
  options.SetExtension(v1::header, true);
  expect_only("Person.sex: frame");
}

TEST_F(SchemaRules, NestedFieldsInherit) {
  field("person", "School", "urn").mutable_options()->SetExtension(v1::item, v1::ITEM_SCHOOL);
  expect_only("School.urn: header-or-item: a nested field inherits");
}

TEST_F(SchemaRules, NestedFieldsAreNoHeaders) {
  field("values", "Address", "postcode").mutable_options()->SetExtension(v1::header, true);
  expect_some("Address.postcode: header-or-item");
}

TEST_F(SchemaRules, ImplicitPresenceIsRefused) {
  make_implicit("person", "Person", "sex");
  expect_some("Person.sex: presence");
}

TEST_F(SchemaRules, ImplicitPresenceInsideIsRefused) {
  make_implicit("person", "SafeContact", "leave_message");
  expect_some("SafeContact.leave_message: presence");
}

TEST_F(SchemaRules, ValueZeroIsUnspecified) {
  value("person", "Sex", "SEX_UNSPECIFIED").set_name("SEX_NONE");
  expect_only("Sex: enum-zero");
}

TEST_F(SchemaRules, ValuesHaveThePrefix) {
  value("person", "Sex", "SEX_MALE").set_name("MALE_SEX");
  expect_only("MALE_SEX: enum-zero: begins with SEX_");
}

TEST_F(SchemaRules, NumbersOfValuesRise) {
  value("person", "Sex", "SEX_MALE").set_number(9);
  expect_only("enum-zero: numbers rise");
}

TEST_F(SchemaRules, MapsAreRefused) {
  auto& entry = *message("person", "School").add_nested_type();
  entry.set_name("ExtraEntry");
  entry.mutable_options()->set_map_entry(true);
  for (int number : {1, 2}) {
    auto& part = *entry.add_field();
    part.set_name(number == 1 ? "key" : "value");
    part.set_number(number);
    part.set_type(pb::FieldDescriptorProto::TYPE_STRING);
    part.set_label(pb::FieldDescriptorProto::LABEL_OPTIONAL);
  }
  add("person", "School", "extra", 50, pb::FieldDescriptorProto::TYPE_MESSAGE)
      .set_type_name(".concordat.v1.School.ExtraEntry");
  expect_only("School.extra: no-map");
}

TEST_F(SchemaRules, AOneofAcrossItemsIsRefused) {
  auto& person = message("person", "Person");
  auto& oneof = *person.add_oneof_decl();
  oneof.set_name("either");
  // Real oneofs stand before those of `optional`: the planted one goes first and the others move up.
  for (int i = person.oneof_decl_size() - 1; i > 0; --i) person.mutable_oneof_decl()->SwapElements(i, i - 1);
  for (auto& field : *person.mutable_field()) {
    if (field.has_oneof_index()) field.set_oneof_index(field.oneof_index() + 1);
  }
  for (const char* name : {"consent", "equality"}) {
    field("person", "Person", name).set_oneof_index(0);
    field("person", "Person", name).clear_proto3_optional();
  }
  drop_empty_oneofs(person);
  expect_only("oneof: its members have different items");
}

TEST_F(SchemaRules, FloatingPointIsRefused) {
  add("person", "School", "distance", 50, pb::FieldDescriptorProto::TYPE_DOUBLE);
  expect_only("School.distance: type");
}

TEST_F(SchemaRules, A64BitNumberIsATime) {
  add("person", "School", "pupils", 50, pb::FieldDescriptorProto::TYPE_INT64);
  expect_only("School.pupils: type");
}

TEST_F(SchemaRules, AMessageDoesNotContainItself) {
  add("values", "Address", "former", 50, pb::FieldDescriptorProto::TYPE_MESSAGE).set_type_name(".concordat.v1.Address");
  expect_some("Address.former: type: a message contains itself");
}

TEST_F(SchemaRules, AFactIsOfItsFieldsItem) {
  field("person", "School", "name").mutable_options()->AddExtension(v1::fact, v1::FACT_PREGNANT);
  expect_only("School.name: fact: FACT_PREGNANT is of another item");
}

TEST_F(SchemaRules, AFactIsOfItsScope) {
  auto& options = *field("incident", "Incident", "evidence").mutable_options();
  options.SetExtension(v1::item, v1::ITEM_OCCUPATION);
  options.AddExtension(v1::fact, v1::FACT_WORKS_FOR);
  expect_some("FACT_WORKS_FOR is of another scope");
}

TEST_F(SchemaRules, AFactDoesNotComeFromARepeatedField) {
  field("incident", "OffencePlace", "description").mutable_options()->AddExtension(v1::fact, v1::FACT_INCIDENT_AREA);
  expect_only("OffencePlace.description: fact: FACT_INCIDENT_AREA may not come from a repeated field");
}

TEST_F(SchemaRules, AFactOfAnItemHasASource) {
  field("person", "Occupation", "works_for").mutable_options()->ClearExtension(v1::fact);
  expect_only("FACT_WORKS_FOR: fact: no field is its source");
}

TEST_F(SchemaRules, AnItemHasAClassInLaw) {
  value("vocabulary", "Item", "ITEM_SEX").mutable_options()->ClearExtension(v1::of_item);
  expect_only("ITEM_SEX: item: needs a class in law");
}

TEST_F(SchemaRules, FreeTextHasAllClasses) {
  value("vocabulary", "Item", "ITEM_SEX").mutable_options()->MutableExtension(v1::of_item)->set_free_text(true);
  expect_only("ITEM_SEX: item: free text has all classes");
}

TEST_F(SchemaRules, FactsGoTo63) {
  auto& fact = value("vocabulary", "Fact", "FACT_REGISTRATION_ABUSE_CASE");
  fact.set_number(64);
  for (auto& one : *message("victim_registration", "Registration").mutable_field()) one.mutable_options()->ClearExtension(v1::fact);
  expect_some("Fact: numbers: values go to 63");
}

TEST_F(SchemaRules, FieldsGoTo63) {
  field("person", "School", "urn").set_number(64);
  expect_only("School.urn: numbers: fields go to 63");
}

TEST_F(SchemaRules, RolesGoTo8) {
  value("vocabulary", "Role", "ROLE_OTHER").set_number(9);
  expect_only("Role: numbers");
}

TEST_F(SchemaRules, TheFrameOfAllKindsIsOne) {
  field("incident", "Incident", "narrative").set_number(40);
  expect_only("Incident: frame: field 3 is narrative");
}

TEST_F(SchemaRules, AKindHasOneMessage) {
  message("referral", "Referral").mutable_options()->SetExtension(v1::kind, v1::KIND_INCIDENT);
  expect_only("frame: another message has this kind");
}

TEST_F(SchemaRules, ArenasAreOn) {
  file("link").mutable_options()->set_cc_enable_arenas(false);
  expect_only("arena");
}

class Baseline : public SchemaRules {
 protected:
  std::vector<std::string> committed() {
    std::vector<std::string> lines;
    std::ifstream in("proto/schema/baseline.txt");
    EXPECT_TRUE(in) << "run from the project's root";
    for (std::string line; std::getline(in, line);) {
      if (!line.empty() && line[0] != '#') lines.push_back(line);
    }
    return lines;
  }
  std::vector<std::string> now() {
    const auto schema = Schema::build(set_);
    EXPECT_NE(schema, nullptr);
    return schema ? baseline(schema->files()) : std::vector<std::string>{};
  }
  void expect_difference(const std::string& text) {
    const auto differences = compare_baseline(committed(), now());
    ASSERT_FALSE(differences.empty());
    EXPECT_NE(differences[0].find(text), std::string::npos) << differences[0];
  }
};

TEST_F(Baseline, NothingPublishedHasChanged) {
  const auto differences = compare_baseline(committed(), now());
  for (const std::string& line : differences) ADD_FAILURE() << line;
}

TEST_F(Baseline, ARemovedFieldIsSeen) {
  auto& fields = *message("person", "School").mutable_field();
  fields.RemoveLast();
  message("person", "School").mutable_oneof_decl()->RemoveLast();
  expect_difference("removed or changed: field concordat.v1.School.year_group 4");
}

TEST_F(Baseline, ARenumberedFieldIsSeen) {
  field("person", "School", "urn").set_number(9);
  expect_difference("removed or changed: field concordat.v1.School.urn 2");
}

TEST_F(Baseline, AnotherTypeIsSeen) {
  field("person", "School", "urn").set_type(pb::FieldDescriptorProto::TYPE_BYTES);
  expect_difference("removed or changed: field concordat.v1.School.urn 2");
}

TEST_F(Baseline, AnotherItemIsSeen) {
  field("person", "Person", "sex").mutable_options()->SetExtension(v1::item, v1::ITEM_EQUALITY);
  expect_difference("removed or changed: field concordat.v1.Person.sex 29");
}

TEST_F(Baseline, AnotherClassInLawIsSeen) {
  value("vocabulary", "Item", "ITEM_SEX")
      .mutable_options()
      ->MutableExtension(v1::of_item)
      ->set_reveals_whereabouts(true);
  expect_difference("removed or changed: value concordat.v1.Item.ITEM_SEX 34");
}

TEST_F(Baseline, ARenumberedValueIsSeen) {
  value("person", "Sex", "SEX_NOT_KNOWN").set_number(8);
  expect_difference("removed or changed: value concordat.v1.Sex.SEX_NOT_KNOWN 4");
}

TEST_F(Baseline, AnAddedFieldSaysHowToExtendIt) {
  add("person", "School", "houses", 50, pb::FieldDescriptorProto::TYPE_STRING);
  expect_difference("added: field concordat.v1.School.houses 50 repeated string  -- if it is meant, add this line");
}

}  // namespace
}  // namespace concordat::contract
