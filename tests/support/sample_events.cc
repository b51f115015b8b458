// Events for tests and benchmarks: see sample_events.h.
#include "tests/support/sample_events.h"

#include <google/protobuf/message.h>

#include <random>
#include <set>

#include "concordat/v1/risk_assessment.pb.h"
#include "concordat/v1/vocabulary.pb.h"

namespace concordat::test {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

void name(v1::Person& person, const char* given, const char* family) {
  person.mutable_name()->add_given(given);
  person.mutable_name()->set_family(family);
}

void born(v1::Person& person, std::uint32_t year, std::uint32_t month, std::uint32_t day) {
  v1::SourceDate& date = *person.mutable_date_of_birth()->mutable_date();
  date.set_year(year);
  date.set_month(month);
  date.set_day(day);
  date.set_source_text(std::to_string(day) + "/" + std::to_string(month) + "/" + std::to_string(year));
}

v1::Person& person(v1::RiskAssessment& event, std::uint32_t number, v1::Role role) {
  v1::Person& one = *event.add_person();
  one.set_number(number);
  one.add_role(role);
  return one;
}

void home(v1::HomeAddress& home, std::uint64_t n) {
  home.mutable_address()->add_line(std::to_string(100 + n % 900) + " Invented Street");
  home.mutable_address()->add_line("Sydney, Crewe, Cheshire");
  home.mutable_address()->set_postcode("CW1 9ZZ");
  home.mutable_address()->set_uprn("100010099999");
  home.set_area("E06000049");
  home.set_sub_area("Crewe LAP");
  home.set_confidential(true);
}

void safe(v1::SafeContact& safe, std::uint64_t n) {
  v1::ContactPoint& phone = *safe.add_contact();
  phone.set_type(v1::CONTACT_TYPE_MOBILE);
  phone.set_value("07700 900" + std::to_string(100 + n % 900));
  safe.add_safe_time("weekdays 10:00 to 14:00");
  safe.add_safe_time("never on a Saturday or Sunday");
  safe.set_instructions(
      "Say that the surgery is calling about an appointment; ring off if a man answers; send no text and leave no "
      "message.");
  safe.set_leave_message(false);
}

void answers(v1::RiskAnswers& answers) {
  const Reflection& look = *answers.GetReflection();
  for (int number = 1; number <= 24; ++number) {
    const FieldDescriptor* question = answers.GetDescriptor()->FindFieldByNumber(number);
    look.SetEnumValue(&answers, question, number <= 17 ? v1::ANSWER_YES : v1::ANSWER_NO);
  }
  answers.set_score(17);
  answers.set_judgement(v1::RISK_BAND_HIGH);
  answers.set_judgement_reason(v1::JUDGEMENT_REASON_ESCALATION);
  answers.mutable_assessed()->set_at_utc_ms(ms_of(kHappened));
  answers.mutable_assessed()->set_source_text("14/07/2026 03:10");
  answers.set_assessor("PC 4711, Crewe response, block 2");
  answers.set_pregnant(false);
}

void needs(v1::LanguageAndNeeds& needs) {
  needs.set_language("pl");
  needs.set_interpreter(true);
  needs.set_document_language("pl");
  needs.add_need("Hard of hearing on the left side; speak slowly and wait for the answer");
  needs.add_need("No written letters: cannot keep them safe at home, so read every document out to her first");
}

// Fills messages by reflection; every draw comes from one seeded engine, so that a seed is an event.
class Filler {
 public:
  Filler(std::uint64_t seed, unsigned fill) : random_(seed), fill_(fill) {}

  void fill(Message& message) {
    for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
      const FieldDescriptor& field = *message.GetDescriptor()->field(i);
      if (!field.options().GetExtension(v1::header) && below(256) < fill_) set(message, field);
    }
  }

  unsigned below(unsigned bound) { return static_cast<unsigned>(random_() % bound); }

 private:
  void set(Message& message, const FieldDescriptor& field) {
    const unsigned count = field.is_repeated() ? 1 + below(3) : 1;
    for (unsigned i = 0; i < count; ++i) set_one(message, field);
  }

  void set_one(Message& message, const FieldDescriptor& field) {
    const Reflection& look = *message.GetReflection();
    const bool many = field.is_repeated();
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return fill(many ? *look.AddMessage(&message, &field) : *look.MutableMessage(&message, &field));
      case FieldDescriptor::CPPTYPE_ENUM: {
        const int value =
            field.enum_type()
                ->value(1 + static_cast<int>(below(static_cast<unsigned>(field.enum_type()->value_count() - 1))))
                ->number();
        return many ? look.AddEnumValue(&message, &field, value) : look.SetEnumValue(&message, &field, value);
      }
      case FieldDescriptor::CPPTYPE_UINT32:
        return many ? look.AddUInt32(&message, &field, below(30)) : look.SetUInt32(&message, &field, number(field));
      case FieldDescriptor::CPPTYPE_BOOL:
        return look.SetBool(&message, &field, below(2) == 1);
      case FieldDescriptor::CPPTYPE_INT64:
        return look.SetInt64(&message, &field, static_cast<std::int64_t>(random_() >> 24));
      default:
        return many ? look.AddString(&message, &field, text(field)) : look.SetString(&message, &field, text(field));
    }
  }

  std::uint32_t number(const FieldDescriptor& field) { return field.name() == "year" ? 1930 + below(100) : below(32); }

  std::string text(const FieldDescriptor& field) {
    if (field.name() == "area") return below(4) == 0 ? "no code" : "E0600004" + std::to_string(below(10));
    std::string text(below(24), 'a');
    for (char& c : text) c = static_cast<char>('a' + below(26));
    return text;
  }

  std::mt19937_64 random_;
  unsigned fill_;
};

void add_people(Message& event, Filler& filler) {
  const FieldDescriptor* people = event.GetDescriptor()->FindFieldByNumber(1);
  std::set<std::uint32_t> numbers;
  for (unsigned count = filler.below(4); count > 0; --count) numbers.insert(1 + filler.below(65535));
  for (const std::uint32_t number : numbers) {
    auto& person = static_cast<v1::Person&>(*event.GetReflection()->AddMessage(&event, people));
    filler.fill(person);
    person.set_sex(v1::SEX_FEMALE);
    person.set_number(number);
    const unsigned roles = 1 + filler.below(31);
    for (unsigned role = 1; role <= 5; ++role) {
      if ((roles >> (role - 1) & 1u) != 0) person.add_role(static_cast<v1::Role>(role));
    }
  }
}

// 63 compartments are the most that an event may have; three people of every item are more.
void thin_out(Message& event) {
  const FieldDescriptor* people = event.GetDescriptor()->FindFieldByNumber(1);
  while (event.GetReflection()->FieldSize(event, people) > 1) event.GetReflection()->RemoveLast(&event, people);
}

}  // namespace

std::unique_ptr<Message> bench_event(std::uint64_t n) {
  auto event = std::make_unique<v1::RiskAssessment>();
  const std::string family = "Bennett-" + std::to_string(1000 + n % 9000);
  v1::Person& victim = person(*event, 101, v1::ROLE_VICTIM);
  name(victim, "Marianne", family.c_str());
  victim.mutable_name()->add_given("Louise");
  victim.mutable_name()->set_title("Ms");
  victim.mutable_name()->add_given("Anne-Sophie");
  born(victim, 1991, 3, 14);
  home(*victim.mutable_home_address(), n);
  safe(*victim.mutable_safe_contact(), n);
  needs(*victim.mutable_language_and_needs());
  answers(*victim.mutable_risk_answers());
  v1::Person& child = person(*event, 102, v1::ROLE_CHILD);
  name(child, "Theodora", family.c_str());
  born(child, 2019, 11, 2);
  v1::Person& perpetrator = person(*event, 103, v1::ROLE_ALLEGED_PERPETRATOR);
  name(perpetrator, "Gregory", "Holloway-Pike");
  perpetrator.mutable_name()->add_given("Alexander");
  for (const char* meaning : {"Violent: assaulted officers on arrest in March 2026, two or more to attend",
                              "Weapons: keeps a knife by the door of the kitchen of his flat",
                              "Conceals: has hidden a second telephone before, in the car"}) {
    v1::WarningMarker& marker = *perpetrator.add_warning_marker();
    marker.set_code("VI");
    marker.set_meaning(meaning);
  }
  return event;
}

std::unique_ptr<Message> random_event(contract::Kind kind, std::uint64_t seed, unsigned fill) {
  std::unique_ptr<Message> event = contract::new_event(kind);
  Filler filler(seed, fill);
  filler.fill(*event);
  add_people(*event, filler);
  if (!contract::split(*event, kHappened)) thin_out(*event);
  return event;
}

}  // namespace concordat::test
