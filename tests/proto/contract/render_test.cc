// Events as JSON for people: words of the schema, UTF-8, nothing executable.
#include "proto/contract/render.h"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include "concordat/v1/incident.pb.h"
#include "proto/contract/contract.h"
#include "tests/support/sample_events.h"

namespace concordat::contract {
namespace {

TEST(Render, PeopleWithItemsInWords) {
  v1::Incident event;
  v1::Person& person = *event.add_person();
  person.set_number(7);
  person.add_role(v1::ROLE_VICTIM);
  person.add_role(v1::ROLE_CHILD);
  person.mutable_name()->add_given("Zoë");
  person.mutable_risk_answers()->set_q15(v1::ANSWER_YES);
  person.mutable_risk_answers()->set_judgement_reason(v1::JUDGEMENT_REASON_EXTREME_FEAR);
  person.set_sex(v1::SEX_FEMALE);
  EXPECT_EQ(
      render_people(event),
      R"([{"person":7,"roles":["victim","child"],"items":{"name":{"name":{"given":["Zoë"]}},)"
      R"("risk_answers":{"risk_answers":{"q15":"yes","judgement_reason":"extreme_fear"}},"sex":{"sex":"female"}}}])");
}

TEST(Render, TheCaseWithTimes) {
  v1::Incident event;
  event.mutable_details()->mutable_started()->set_at_utc_ms(1783995000000);
  event.mutable_details()->mutable_started()->set_ambiguous(false);
  event.mutable_details()->set_domestic_abuse(true);
  EXPECT_EQ(
      render_case(event),
      R"({"incident_details":{"details":{"started":{"at":"2026-07-14T02:10:00.000Z","ambiguous":false},"domestic_abuse":true}}})");
}

TEST(Render, AnEmptyEventIsEmpty) {
  EXPECT_EQ(render_people(v1::Incident()), "[]");
  EXPECT_EQ(render_case(v1::Incident()), "{}");
}

TEST(Render, FactsInWords) {
  FactSet facts;
  facts.event[static_cast<std::size_t>(Fact::Historic)] = kNo;
  facts.people.push_back({7, bit(Role::Victim), {}});
  facts.people[0].values[static_cast<std::size_t>(Fact::RiskScore)] = 18;
  EXPECT_EQ(render_facts(facts), R"({"event":{"historic":"no"},"people":{"7":{"risk_score":"17"}}})");
}

TEST(Render, EveryRandomEventIsJson) {
  for (const Kind kind : {Kind::Incident, Kind::Referral, Kind::ReferralProgress, Kind::Link}) {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
      const auto event = test::random_event(kind, seed, 200);
      const std::string text = "{\"people\":" + render_people(*event) + ",\"case\":" + render_case(*event) + "}";
      google::protobuf::Struct parsed;
      ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(text, &parsed).ok()) << "seed " << seed << " " << text;
      ASSERT_EQ(text.find("null"), std::string::npos) << "every type that the schema uses has a rendering";
    }
  }
}

TEST(JsonText, EscapesWhatMustBe) {
  EXPECT_EQ(json_text("a\"b\\c\nd\te\x01\x7f"), R"("a\"b\\c\nd\u0009e\u0001\u007f")");
  EXPECT_EQ(json_text("£ ü 漢 😀"), "\"£ ü 漢 😀\"");
}

TEST(JsonText, BytesThatAreNoTextAreReplaced) {
  EXPECT_EQ(json_text("\xff"), "\"\xef\xbf\xbd\"");
  EXPECT_EQ(json_text("\xc3"), "\"\xef\xbf\xbd\"") << "cut short";
  EXPECT_EQ(json_text("\xc0\xaf"), "\"\xef\xbf\xbd\xef\xbf\xbd\"") << "overlong";
  EXPECT_EQ(json_text("\xed\xa0\x80"), "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"") << "surrogate";
  EXPECT_EQ(json_text("\xf4\x90\x80\x80").size(), 2u + 4 * 3) << "beyond Unicode";
}

}  // namespace
}  // namespace concordat::contract
