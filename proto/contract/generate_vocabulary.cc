// generate_vocabulary TEMPLATE OUTPUT: writes the C++ vocabulary from the descriptors of vocabulary.proto. Run by the
// build.
#include <google/protobuf/descriptor.h>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <string>

#include "concordat/v1/vocabulary.pb.h"

namespace {

namespace pb = google::protobuf;
namespace v1 = concordat::v1;
using std::string;

// ITEM_DATE_OF_BIRTH of Item: "DATE_OF_BIRTH".
string bare(const pb::EnumValueDescriptor& value) {
  string prefix;
  for (const char c : value.type()->name()) {
    if (c >= 'A' && c <= 'Z' && !prefix.empty()) prefix += '_';
    prefix += static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  }
  return value.name().substr(prefix.size() + 1);
}

string snake(const string& name) {
  string out;
  for (const char c : name) out += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return out;
}

// "DATE_OF_BIRTH": "DateOfBirth". A name that begins with a digit gets the enum's first word before it: "Age0To4".
string pascal(const pb::EnumValueDescriptor& value) {
  string out;
  const string name = bare(value);
  if (name[0] >= '0' && name[0] <= '9') {
    const string& type = value.type()->name();
    out = type.substr(0, type.find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 1));
  }
  bool start = true;
  for (const char c : name) {
    if (c == '_') {
      start = true;
      continue;
    }
    out += start || c < 'A' || c > 'Z' ? c : static_cast<char>(c + 32);
    start = false;
  }
  return out;
}

string enums(const pb::FileDescriptor& file) {
  std::ostringstream out;
  for (int i = 0; i < file.enum_type_count(); ++i) {
    const pb::EnumDescriptor& type = *file.enum_type(i);
    out << "enum class " << type.name() << " : std::uint8_t {\n";
    for (int n = 0; n < type.value_count(); ++n) {
      out << "  " << pascal(*type.value(n)) << " = " << type.value(n)->number() << ",\n";
    }
    out << "};\n\n";
  }
  return out.str();
}

string words(const pb::FileDescriptor& file) {
  std::ostringstream out;
  for (int i = 0; i < file.enum_type_count(); ++i) {
    const pb::EnumDescriptor& type = *file.enum_type(i);
    out << "template <>\nstruct Words<" << type.name() << "> {\n  static constexpr std::array<Word, "
        << type.value_count() - 1 << "> table{{\n";
    for (int n = 1; n < type.value_count(); ++n) {
      out << "      {" << type.value(n)->number() << ", \"" << snake(bare(*type.value(n))) << "\"},\n";
    }
    out << "  }};\n};\n\n";
  }
  return out.str();
}

const char* yes(bool value) { return value ? "true" : "false"; }

string items() {
  std::ostringstream out;
  const pb::EnumDescriptor& type = *v1::Item_descriptor();
  for (int n = 1; n < type.value_count(); ++n) {
    const v1::ItemOptions& options = type.value(n)->options().GetExtension(v1::of_item);
    unsigned mask = 0;
    for (const int law : options.law_class()) mask |= 1u << (law - 1);
    out << "    {Item::" << pascal(*type.value(n)) << ", \"" << snake(bare(*type.value(n))) << "\", " << mask << ", "
        << yes(options.reveals_whereabouts()) << ", " << yes(options.free_text()) << "},\n";
  }
  return out.str();
}

// The last three members of a FactInfo; empty if the options name no domain or more than one.
string domain(const v1::FactOptions& options, const pb::FileDescriptor& file) {
  std::ostringstream out;
  int domains = 0;
  if (options.boolean() && ++domains > 0) out << "Domain::Boolean, 2, {}";
  if (options.bounded_max() > 0 && ++domains > 0) out << "Domain::Bounded, " << options.bounded_max() + 1 << ", {}";
  if (!options.enumeration().empty() && ++domains > 0) {
    const pb::EnumDescriptor* type = file.FindEnumTypeByName(options.enumeration());
    if (type == nullptr) return {};
    out << "Domain::Enumeration, " << type->value(type->value_count() - 1)->number() << ", Words<" << type->name()
        << ">::table";
  }
  if (options.code() != v1::FACT_CODE_UNSPECIFIED && ++domains > 0) {
    out << "Domain::" << pascal(*v1::FactCode_descriptor()->FindValueByNumber(options.code())) << ", 0xffffffffu, {}";
  }
  return domains == 1 ? out.str() : string();
}

// Empty if a fact has no scope or not exactly one domain: the build stops rather than guess.
string facts(const pb::FileDescriptor& file) {
  std::ostringstream out;
  const pb::EnumDescriptor& type = *v1::Fact_descriptor();
  for (int n = 1; n < type.value_count(); ++n) {
    const v1::FactOptions& options = type.value(n)->options().GetExtension(v1::of_fact);
    const string values = domain(options, file);
    if (values.empty() || options.scope() == v1::FACT_SCOPE_UNSPECIFIED || type.value(n)->number() > 63) {
      std::cerr << "vocabulary.proto: " << type.value(n)->name()
                << " needs a scope, exactly one domain and a number to 63\n";
      return {};
    }
    out << "    {Fact::" << pascal(*type.value(n)) << ", \"" << snake(bare(*type.value(n)))
        << "\", FactScope::" << pascal(*v1::FactScope_descriptor()->FindValueByNumber(options.scope()))
        << ", Item::" << pascal(*v1::Item_descriptor()->FindValueByNumber(options.item())) << ", " << values << "},\n";
  }
  return out.str();
}

string fill(string text, const std::map<string, string>& parts) {
  for (const auto& [mark, part] : parts) {
    for (auto at = text.find(mark); at != string::npos; at = text.find(mark, at + part.size()))
      text.replace(at, mark.size(), part);
  }
  return text;
}

string number(int value) { return std::to_string(value); }

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return std::fputs("usage: generate_vocabulary TEMPLATE OUTPUT\n", stderr), 2;
  const pb::FileDescriptor& file = *v1::Item_descriptor()->file();
  std::ostringstream text;
  text << std::ifstream(argv[1]).rdbuf();
  const string fact_rows = facts(file);
  if (fact_rows.empty() || text.str().empty()) return 1;
  const pb::EnumDescriptor& item = *v1::Item_descriptor();
  std::ofstream out(argv[2], std::ios::trunc);
  out << fill(text.str(), {{"@ENUMS@", enums(file)},
                           {"@WORDS@", words(file)},
                           {"@ITEMS@", items()},
                           {"@ITEM_COUNT@", number(item.value_count() - 1)},
                           {"@ITEM_NUMBERS@", number(item.value(item.value_count() - 1)->number() + 1)},
                           {"@FACTS@", fact_rows},
                           {"@FACT_COUNT@", number(v1::Fact_descriptor()->value_count() - 1)},
                           {"@ROLES_MASK@", number((1 << (v1::Role_descriptor()->value_count() - 1)) - 1)}});
  out.close();
  return out ? 0 : 1;
}
