// Registrations, choices and consent: the newest word counts, an opt-out always, and what could reach the wrong person is refused.
#include "adapters/support/support.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "adapters/support/cells.h"
#include "adapters/support/columns.h"
#include "adapters/support/command.h"
#include "proto/text/yaml.h"

namespace concordat::support {
namespace {

constexpr std::int64_t kNow = 1'784'500'000'000;  // 19 Jul 2026, 22:26 UTC

std::string file_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << path;
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}
std::string sample(const std::string& name) { return file_text("adapters/support/samples/" + name); }
bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

class InMemory final : public sdk::Kept {
 public:
  Result<std::optional<Bytes>> state(std::string_view name) override {
    const auto found = values.find(name);
    return found == values.end() ? std::optional<Bytes>{} : found->second;
  }
  std::map<std::string, std::optional<Bytes>, std::less<>> values;
  std::map<std::string, Instant> until;
};

/// A unit whose records are taken one after the other, as a running program takes them.
class Support : public ::testing::Test {
 protected:
  /// "registration R, preference R/preference | E-VALUE recorded | nothing x"
  std::string take(const std::string& text, const std::string& name = "1.json") {
    said_.clear();
    std::string out;
    for (sdk::Input& input : source_.read(name, text)) {
      if (!input.failure) {
        EXPECT_TRUE(source_.follow(input, kept_, instant_of(now_)));
      }
      out += out.empty() ? "" : " | ";
      if (!input.nothing.empty()) out += "nothing " + input.nothing;
      if (input.failure) {
        out += std::string(input.failure->error.code.name) + " " + input.failure->field + (input.may_be_high_risk ? " alarm" : "");
        said_ += sdk::remedy(input.failure->error) + "\n";
        continue;
      }
      for (const sdk::TypedEvent& event : input.events) out += (&event == input.events.data() ? "" : ", ") + std::string(contract::name_of(event.kind)) + " " + event.reference;
      for (const std::string& line : sdk::dry_run_lines("f", input, instant_of(now_))) said_ += line + "\n";
      for (const auto& [key, what] : input.state) {
        kept_.values[key] = what.value;
        kept_.until.erase(key);
        if (what.until) kept_.until[key] = *what.until;
      }
    }
    return out;
  }
  bool said(const std::string& part) const { return has(said_, part); }

  std::int64_t now_ = kNow;
  SupportSource source_{{sdk::Mapping::identity(column_names()), false}};
  InMemory kept_;
  std::string said_;
};

/// A registration in one object, with members added or put in the place of others; an empty value takes one out.
std::string registration(std::map<std::string, std::string> with = {}) {
  std::map<std::string, std::string> all{{"reference", "R"}, {"registered", "2026-07-14 09:40"}, {"unit", "U"}, {"helpline", "01270 000148"}, {"case.urn", "07CW1234526"},
      {"offender.asn", "2607CW0100000048101J"}, {"offender.offences", "1; 2"}, {"victim.given_names", "Sian"}, {"victim.family_name", "Price"}, {"victim.date_of_birth", "1988-02-28"},
      {"victim.safe_contact.mobile", "07700 900481"}, {"wants_news", "yes"}, {"news.outcome", "text"}};
  for (auto& [name, value] : with) all[name] = value;
  std::string out;
  for (const auto& [name, value] : all) {
    if (!value.empty()) out += (out.empty() ? "{" : ",") + ("\"" + name + "\":\"" + value + "\"");
  }
  return out + "}";
}
std::string preference(const std::string& more, const std::string& recorded = "2026-07-15 10:00") {
  return "{\"record\":\"preference\",\"reference\":\"R\"" + (recorded.empty() ? "" : ",\"recorded\":\"" + recorded + "\"") + "," + more + "}";
}

const std::string kRegistered = "victim_registration R";
const std::string kChanged = "victim_registration R, contact_preference R/preference";

// ---- registrations -----------------------------------------------------------------------------------------------------

TEST_F(Support, ARegistrationNamesTheOffencesThatAreHersAndNoOthers) {
  EXPECT_EQ(take(registration()), kRegistered);
  EXPECT_TRUE(said("\"offence\":[{\"sequence\":1,\"victim\":[1]},{\"sequence\":2,\"victim\":[1]}]"));
  EXPECT_TRUE(said("\"case_reference\":[{\"type\":\"asn\",\"value\":\"2607CW0100000048101J\"}]"));
  EXPECT_TRUE(said("\"case\":{\"case_reference\":{\"case_reference\":[{\"type\":\"urn\",\"value\":\"07CW1234526\"}]}"));
}

TEST_F(Support, WhatIsObligatoryIsNamed) {
  for (const char* field : {"reference", "registered", "unit", "wants_news"}) EXPECT_EQ(take(registration({{field, ""}})), std::string("E-INPUT ") + field);
  EXPECT_EQ(take(registration({{"victim.given_names", ""}, {"victim.family_name", ""}})), "E-INPUT victim.name");
  EXPECT_EQ(take("{\"reference\":\"R\",\"ended\":\"yes\"}"), "E-INPUT registered");
  EXPECT_TRUE(said("record: preference")) << said_;
}

TEST_F(Support, OffencesAndTheirSummonsGoTogether) {
  EXPECT_EQ(take(registration({{"offender.asn", ""}})), "E-INPUT offender.offences");
  EXPECT_EQ(take(registration({{"offender.offences", ""}})), "E-INPUT offender.offences");
  EXPECT_TRUE(said("another victim's outcome could be hers"));
  EXPECT_EQ(take(registration({{"offender.asn", "2607CW0100000048101X"}})), "E-VALUE offender.asn");
  EXPECT_EQ(take(registration({{"case.urn", "R v Price"}})), "E-VALUE case.urn");
  EXPECT_EQ(take(registration({{"victim.area", "Crewe"}})), "E-VALUE victim.area");
  EXPECT_EQ(take(registration({{"victim.area", "E06000049"}})), kRegistered);
  EXPECT_TRUE(said("\"residence\":\"E06000049\"")) << "by it her adviser is found";
  EXPECT_EQ(take(registration({{"offender.offences", "1; two"}})), "E-VALUE offender.offences");
  EXPECT_EQ(take(registration({{"offender.offences", "0"}})), "E-VALUE offender.offences");
  EXPECT_EQ(take(registration({{"offender.asn", ""}, {"offender.offences", ""}, {"case.urn", ""}})), "E-INPUT offender.asn");
  EXPECT_EQ(take(registration({{"offender.asn", ""}, {"offender.offences", ""}})), "E-INPUT offender.asn") << "a URN has many victims";
  EXPECT_EQ(take(registration({{"offender.asn", ""}, {"offender.offences", ""}, {"case.urn", ""}, {"offender.noms", "A4810GP"}})), kRegistered) << "releases find her";
}

TEST_F(Support, ANumberIsOneAndTheChannelCanBeUsed) {
  EXPECT_EQ(take(registration({{"victim.safe_contact.mobile", "ask her mother"}})), "E-VALUE victim.safe_contact.mobile");
  EXPECT_EQ(take(registration({{"victim.safe_contact.mobile", ""}})), "E-INPUT victim.safe_contact.mobile");
  EXPECT_EQ(take(registration({{"victim.safe_contact.mobile", "01270 000481"}})), "E-VALUE victim.safe_contact.mobile") << "a text to a landline is read out by a machine";
  EXPECT_EQ(take(registration({{"news.release", "email"}})), "E-INPUT victim.safe_contact.email");
  EXPECT_EQ(take(registration({{"news.release", "email"}, {"victim.safe_contact.email", "a at b"}})), "E-VALUE victim.safe_contact.email");
  EXPECT_EQ(take(registration({{"news.release", "letter"}})), "E-INPUT victim.safe_contact.letter");
  EXPECT_EQ(take(registration({{"news.release", "pigeon"}})), "E-VALUE news.release");
  EXPECT_EQ(take(registration({{"helpline", ""}})), "E-INPUT helpline");
  EXPECT_EQ(take(registration({{"helpline", "the desk"}})), "E-VALUE helpline");
  EXPECT_EQ(take(registration({{"news.outcome", "call"}, {"victim.safe_contact.mobile", ""}, {"helpline", ""}})), kRegistered) << "a person rings, and knows how";
}

TEST_F(Support, NumbersThatTakeTexts) {
  for (const char* number : {"07700 900481", "+44 7700 900481", "0044 7700 900481", "+44 (0)7700 900481", "+353 85 012 3456"}) EXPECT_TRUE(is_textable(number)) << number;
  for (const char* number : {"01270 000481", "7700900481", "07700 90048", "07700 900481 ext 2", "+44 1270 000481", ""}) EXPECT_FALSE(is_textable(number)) << number;
}

TEST_F(Support, QuietHoursAreTwoTimesOfADay) {
  EXPECT_EQ(take(registration({{"quiet_from", "21:00"}})), "E-INPUT quiet_until");
  EXPECT_EQ(take(registration({{"quiet_from", "21:00"}, {"quiet_until", "24:00"}})), "E-VALUE quiet_until");
  EXPECT_EQ(take(registration({{"quiet_from", "9 pm"}, {"quiet_until", "08:00"}})), "E-VALUE quiet_from");
  EXPECT_EQ(take(registration({{"news.release.at_any_hour", "yes"}})), "E-INPUT news.release");
  EXPECT_EQ(take(registration({{"victim.template_language", "fr"}})), "E-VALUE victim.template_language");
}

TEST_F(Support, VictimAndOffenderAreTwoPeople) {
  const std::map<std::string, std::string> same{{"offender.given_names", "Sian"}, {"offender.family_name", "Price"}, {"offender.date_of_birth", "1988-02-28"}};
  EXPECT_EQ(take(registration(same)), "E-VALUE victim.date_of_birth");
  EXPECT_EQ(take(registration({{"offender.pnc", "2004/0012345D"}, {"victim.pnc", "2004/0012345D"}})), "E-VALUE victim.pnc");
  auto twin = same;
  twin["offender.given_names"] = "Gareth";
  EXPECT_EQ(take(registration(twin)), kRegistered);
}

TEST_F(Support, AVictimWhoIsAChildIsTakenAndHerAgeIsSaid) {
  EXPECT_EQ(take(registration({{"victim.date_of_birth", "2010-05-02"}})), kRegistered);
  EXPECT_TRUE(said("\"age_band\":\"16_to_17\"")) << "the notifying desk leaves her to a person";
  EXPECT_EQ(take(registration({{"victim.date_of_birth", "2026-07-15"}})), "E-VALUE victim.date_of_birth");
  EXPECT_EQ(take(registration({{"victim.date_of_birth", "1888-02-28"}})), "E-VALUE victim.date_of_birth");
}

TEST_F(Support, RemediesNeverQuoteWhatThePersonIs) {
  take(registration({{"victim.safe_contact.mobile", "CANARY"}}));
  EXPECT_FALSE(said("CANARY"));
  take(registration({{"offender.asn", "CANARY"}}));
  EXPECT_FALSE(said("CANARY"));
}

// ---- preferences ---------------------------------------------------------------------------------------------------------

TEST_F(Support, APreferenceSaysWhatChangedAndIsPublishedWithTheWholeCase) {
  take(registration());
  EXPECT_EQ(take(preference("\"news.outcome\":\"call\"")), kChanged);
  EXPECT_TRUE(said("\"choice\":[{\"about\":\"outcome\",\"channel\":\"call\"}]"));
  EXPECT_FALSE(said("\"channel\":\"text\"")) << "neither event says the old choice";
  const std::string own = said_.substr(said_.find("\"kind\":\"contact_preference\""));
  for (const char* part : {"07CW1234526", "2607CW0100000048101J", "\"sequence\":2", "07700 900481", "Sian"}) EXPECT_TRUE(has(own, part)) << part << " in " << own;
  EXPECT_FALSE(has(own, "\"registration\"")) << own;
}

TEST_F(Support, APreferenceOfNobodyRegisteredIsQuarantinedWithARemedy) {
  EXPECT_EQ(take(preference("\"news.outcome\":\"call\"")), "E-INPUT reference");
  EXPECT_TRUE(said("register her first, then offer this again"));
}

TEST_F(Support, WhatIsForgottenIsGone) {
  take(registration({{"quiet_from", "21:00"}, {"quiet_until", "08:00"}}));
  EXPECT_EQ(take(preference("\"forget\":\"quiet_from; quiet_until\"")), kChanged);
  EXPECT_FALSE(said("quiet_from"));
  EXPECT_EQ(take(preference("\"forget\":\"victim.safe_contact\"", "2026-07-15 10:30")), kChanged) << "at once: a person tells her until she chooses anew";
  EXPECT_FALSE(said("07700"));
  EXPECT_EQ(take(registration()), kChanged) << "and the next export is taken";
  EXPECT_FALSE(said("07700"));
  EXPECT_EQ(take(preference("\"forget\":\"victim.safe_contact\",\"news.outcome\":\"call\"", "2026-07-15 11:00")), kChanged);
  EXPECT_FALSE(said("07700")) << "a number that is not safe any more is nowhere";
  EXPECT_EQ(take(preference("\"forget\":\"shoe size\"", "2026-07-15 12:00")), "E-VALUE forget");
}

TEST_F(Support, AnOlderWordTakesNothingBack) {
  take(registration());
  take(preference("\"news.outcome\":\"none\"", "2026-07-16 10:00"));
  EXPECT_EQ(take(preference("\"news.outcome\":\"text\"", "2026-07-15 10:00")), "E-VALUE recorded");
  EXPECT_EQ(take(preference("\"news.outcome\":\"text\"", "2026-07-16")), kChanged) << "of that day, and nobody knows when";
  EXPECT_EQ(take(preference("\"news.outcome\":\"text\"", "")), "E-INPUT recorded");
}

TEST_F(Support, AWordFromTheFutureIsRefusedForNothingAfterItWouldCount) {
  EXPECT_EQ(take(registration({{"registered", "2062-07-14"}})), "E-TIME registered");
  take(registration());
  EXPECT_EQ(take(preference("\"news.outcome\":\"call\"", "2062-07-15")), "E-TIME recorded");
  EXPECT_EQ(take(preference("\"wants_news\":\"no\"", "2062-07-15")), kChanged) << "an opt-out is of now";
  EXPECT_EQ(take(preference("\"wants_news\":\"yes\"", "2026-07-19 22:30")), "E-VALUE recorded");
  now_ += 3'600'000;
  EXPECT_EQ(take(preference("\"wants_news\":\"yes\"", "2026-07-19 23:50")), kChanged);
}

TEST_F(Support, AnOlderOptOutDoesNotLookOlderThanWhatItEnds) {
  take(registration());
  take(preference("\"news.outcome\":\"call\"", "2026-07-16 10:00"));
  take(preference("\"wants_news\":\"no\"", "2026-07-01 09:00"));
  EXPECT_TRUE(said("\"wants_news\":\"no\"") && said("2026-07-16 10:00"));
  EXPECT_FALSE(said("2026-07-01"));
}

TEST_F(Support, AnExportOfTheRegistrationTakesNoNewerWordBack) {
  take(registration({{"offender.noms", "A4810GP"}}));
  take(preference("\"news.outcome\":\"none\",\"offender.noms\":\"A4811GP\",\"victim.safe_contact.mobile\":\"07700 900999\"", "2026-07-16"));
  EXPECT_EQ(take(registration({{"offender.noms", "A4810GP"}})), kChanged);
  EXPECT_TRUE(said("\"channel\":\"none\"") && said("07700 900999") && said("A4811GP"));
  EXPECT_FALSE(said("07700 900481")) << "an old number never comes back";
  EXPECT_EQ(take(registration({{"recorded", "2026-07-17 09:00"}})), kChanged) << "what is said anew counts whole";
  EXPECT_TRUE(said("\"channel\":\"text\"") && said("07700 900481"));
  EXPECT_FALSE(said("A4811GP"));
}

TEST_F(Support, ARegistrationSaidAnewEndsWhatChangesSaidBefore) {
  take(registration());
  take(preference("\"offender.noms\":\"A4811GP\"", "2026-07-16 10:00"));
  take(registration({{"recorded", "2026-07-17 09:00"}, {"offender.noms", "A4812GP"}}));
  take(registration({{"offender.noms", "A4813GP"}}));
  EXPECT_TRUE(said("A4813GP")) << "only choices and changes stand against an export";
}

TEST_F(Support, AReferenceIsOneVictims) {
  take(registration());
  take(preference("\"victim.safe_contact.mobile\":\"07700 900999\""));
  EXPECT_EQ(take(registration({{"victim.given_names", "Beth"}, {"victim.family_name", "Other"}, {"victim.date_of_birth", "1980-01-01"}, {"offender.offences", "3"}})), "E-VALUE reference");
  EXPECT_EQ(take(registration({{"victim.family_name", "Price-Jones"}})), kChanged) << "she may marry";
  EXPECT_EQ(take(registration({{"victim.family_name", "Price-Jones"}, {"victim.date_of_birth", "1988-02-27"}})), kChanged) << "or be misheard";
}

TEST_F(Support, TheSameRecordAgainSaysTheSame) {
  take(registration());
  const std::string first = said_;
  take(registration());
  EXPECT_EQ(said_, first);
  take(preference("\"news.outcome\":\"call\""));
  const std::string changed = said_;
  take(registration());
  EXPECT_EQ(said_, changed);
  take(preference("\"wants_news\":\"no\"", ""));
  const std::string out = said_;
  now_ += 60'000;
  take(preference("\"wants_news\":\"no\"", ""));
  EXPECT_EQ(said_, out);
}

// ---- opting out ----------------------------------------------------------------------------------------------------------

TEST_F(Support, AnOptOutIsTakenWhateverElseIsWrong) {
  take(registration());
  for (const char* more : {"\"victim.safe_contact.mobile\":\"ask her mother\"", "\"shoe size\":\"5\"", "\"quiet_from\":\"21:00\"", "\"recorded\":\"31/02/2026\""}) {
    EXPECT_EQ(take(preference("\"wants_news\":\"no\"," + std::string(more), "")).substr(0, kChanged.size() + 3), kChanged + " | ") << more;
    EXPECT_TRUE(said("\"wants_news\":\"no\"")) << said_;
    take(registration({{"recorded", "2026-07-18 09:00"}}));
  }
  EXPECT_EQ(take("record,reference,wants_news,shoe size\npreference,R,NO,5\npreference,R,yes,5\n", "1.csv"), kChanged + " | E-MAPPING shoe size | E-MAPPING shoe size");
}

TEST_F(Support, AnOptOutNeedsNoTimeAndNoChannel) {
  take(registration());
  EXPECT_EQ(take(preference("\"wants_news\":\"no\"", "")), kChanged);
  EXPECT_TRUE(said("\"wants_news\":\"no\""));
  EXPECT_EQ(take(preference("\"wants_news\":false", "2026-07-01 09:00")), kChanged) << "also an older one: better not told than told against her wish";
}

TEST_F(Support, AnOptOutInARegistrationThatIsWrongIsTakenIfSheIsKnown) {
  EXPECT_EQ(take(registration({{"wants_news", "no"}, {"unit", ""}})), "nothing opt-out-of-nobody-registered | E-INPUT unit");
  take(registration());
  EXPECT_EQ(take(registration({{"wants_news", "no"}, {"unit", ""}})), kChanged + " | E-INPUT unit");
  EXPECT_TRUE(said("\"wants_news\":\"no\""));
}

TEST_F(Support, AnOptOutThatNobodyCanPlaceIsAnAlarm) {
  EXPECT_EQ(take(preference("\"wants_news\":\"no\"", "")), "E-INPUT reference alarm");
  EXPECT_EQ(take("{\"record\":\"preference\",\"wants_news\":\"no\"}"), "E-INPUT reference alarm");
  EXPECT_EQ(take("{\"record\":\"preference\","), "E-INPUT record alarm") << "nobody can tell";
  EXPECT_EQ(take("reference,wants_news\nR\n", "1.csv"), "E-INPUT columns alarm");
  EXPECT_EQ(take(preference("\"wants_news\":\"no\",\"news.outcome\":\"pigeon\"")), "E-INPUT reference alarm | E-VALUE news.outcome");
  EXPECT_EQ(take("record;reference;wants_news\npreference;R;no\n", "1.csv"), "E-MAPPING record;reference;wants_news alarm") << "no column was known";
}

TEST_F(Support, AnOptOutStandsAgainstTheNextExport) {
  take(registration());
  take(preference("\"wants_news\":\"no\"", ""));
  EXPECT_EQ(take(registration()), kChanged);
  EXPECT_TRUE(said("\"wants_news\":\"no\""));
  EXPECT_FALSE(said("\"wants_news\":\"yes\""));
}

// ---- the end, and consent ------------------------------------------------------------------------------------------------

TEST_F(Support, WhatHasEndedIsKeptAYearAndForEverUntilThen) {
  take(registration());
  EXPECT_TRUE(kept_.until.empty());
  EXPECT_EQ(take(preference("\"ended\":\"yes\"")), kRegistered) << "no choice changed";
  EXPECT_TRUE(said("\"ended\":true"));
  EXPECT_EQ(kept_.until.at("registration/R"), instant_of(kNow) + std::chrono::days(365));
  EXPECT_EQ(take(registration()), kRegistered) << "an export does not begin it again";
  EXPECT_TRUE(said("\"ended\":true"));
  take(preference("\"ended\":\"no\"", "2026-07-17 10:00"));
  EXPECT_TRUE(kept_.until.empty());
}

TEST_F(Support, AnOlderExportDoesNotBeginAgainWhatARegistrationEnded) {
  take(registration());
  take(registration({{"recorded", "2026-07-17 09:00"}, {"ended", "yes"}}));
  take(registration());
  EXPECT_TRUE(said("\"ended\":true"));
}

TEST_F(Support, AnOlderExportMayEndWhatHasNotEnded) {
  take(registration({{"ended", "no"}}));
  take(preference("\"news.outcome\":\"call\""));
  EXPECT_EQ(take(registration({{"ended", "yes"}})), kChanged);
  EXPECT_TRUE(said("\"ended\":true"));
}

TEST_F(Support, AConsentIsAWordOfItsOwn) {
  take(registration());
  const auto consent = [](const std::string& state, const std::string& recorded) {
    return "{\"record\":\"consent\",\"reference\":\"R\",\"recorded\":\"" + recorded + "\",\"consent\":{\"state\":\"" + state + "\",\"purpose\":\"informed\"}}";
  };
  EXPECT_EQ(take(consent("withdrawn", "2026-07-16 10:00")), "consent_change R/consent/informed");
  EXPECT_TRUE(said("\"consent\":\"withdrawn\"") && said("Sian") && said("2607CW0100000048101J"));
  EXPECT_EQ(take(consent("given", "2026-07-15 10:00")), "E-VALUE recorded");
  EXPECT_EQ(take("{\"record\":\"consent\",\"reference\":\"R\",\"recorded\":\"2026-07-17\"}"), "E-INPUT consent.state");
  EXPECT_EQ(take("{\"record\":\"consent\",\"reference\":\"Q\",\"recorded\":\"2026-07-17\",\"consent.state\":\"refused\"}"), "E-INPUT reference alarm");
}

TEST_F(Support, AConsentForAPurposeThatNobodyKnowsIsQuarantined) {
  take(registration());
  const auto consent = [](const std::string& purpose, const std::string& state) {
    return "{\"record\":\"consent\",\"reference\":\"R\",\"recorded\":\"2026-07-16\",\"consent.state\":\"" + state + "\"" + (purpose.empty() ? "" : ",\"consent.purpose\":\"" + purpose + "\"") + "}";
  };
  for (const char* purpose : {"Informed", "being informed", "victim-information"}) {
    EXPECT_EQ(take(consent(purpose, "withdrawn")), "E-VALUE consent.purpose alarm") << purpose << ": she would be told all the same";
    EXPECT_EQ(take(consent(purpose, "given")), "E-VALUE consent.purpose") << purpose;
  }
  EXPECT_EQ(take(registration({{"consent.state", "refused"}, {"consent.purpose", "Informed"}})), "E-VALUE consent.purpose alarm");
  EXPECT_EQ(take(consent("informed", "withdrawn")), "consent_change R/consent/informed");
  EXPECT_EQ(take(consent("", "withdrawn")), "consent_change R/consent") << "of any purpose";
}

TEST(Purposes, AreTheFeeds) {
  const auto read = [](const std::string& yaml) {
    const auto document = text::Document::parse("feed.yaml", ByteView(yaml));
    auto map = document->map();
    return read_purposes(&*map);
  };
  EXPECT_EQ(read_purposes(nullptr), Purposes{"informed"});
  EXPECT_EQ(read("folder: in\n"), Purposes{"informed"});
  EXPECT_EQ(read("purposes: [informed, high-risk]\n"), (Purposes{"informed", "high-risk"}));
  EXPECT_FALSE(read("purposes: informed\n"));
}

TEST_F(Support, AnExportDoesNotGiveConsentAgain) {
  const std::string exported = registration({{"consent.state", "given"}});
  EXPECT_EQ(take(exported), "victim_registration R, consent_change R/consent");
  take("{\"record\":\"consent\",\"reference\":\"R\",\"recorded\":\"2026-07-16\",\"consent.state\":\"withdrawn\"}");
  EXPECT_EQ(take(exported), kRegistered);
}

// ---- samples, mapping, README ----------------------------------------------------------------------------------------------

TEST_F(Support, AnOptOutInAnExportThatIsOlderIsNotDroppedInSilence) {
  take(registration());
  take(preference("\"news.outcome\":\"call\""));
  EXPECT_EQ(take(registration({{"wants_news", "no"}})), "E-VALUE wants_news alarm");
  EXPECT_EQ(take(registration({{"wants_news", "no"}, {"recorded", "2026-07-16 09:00"}})), kChanged);
}

TEST_F(Support, TheSamplesTellTheirStory) {
  EXPECT_EQ(take(sample("registrations.csv"), "registrations.csv"), "victim_registration VLU-2026-0481 | victim_registration VLU-2026-0482 | victim_registration VLU-2026-0483");
  EXPECT_EQ(take(sample("changes.jsonl"), "changes.jsonl"),
            "victim_registration VLU-2026-0481, contact_preference VLU-2026-0481/preference | victim_registration VLU-2026-0481, contact_preference VLU-2026-0481/preference | "
            "victim_registration VLU-2026-0481, contact_preference VLU-2026-0481/preference | consent_change VLU-2026-0481/consent/informed | "
            "victim_registration VLU-2026-0481, contact_preference VLU-2026-0481/preference");
  EXPECT_TRUE(said("\"ended\":true"));
}

TEST_F(Support, TheDemonstrationsInputsAreTaken) {
  EXPECT_EQ(take(file_text("ops/demo/support/registration.json")), "victim_registration VLU-2026-0481");
  EXPECT_EQ(take(file_text("ops/demo/support/preference.json")), "victim_registration VLU-2026-0481, contact_preference VLU-2026-0481/preference");
}

TEST_F(Support, EveryFieldLandsInItsItem) {
  take(sample("every-field.json"));
  const std::string registered = said_;
  take("{\"record\":\"preference\",\"reference\":\"VLU-2026-0481\",\"recorded\":\"2026-07-14 09:46\",\"quiet_from\":\"21:30\"}");
  EXPECT_EQ(registered + said_, file_text("tests/adapters/support/every_field.jsonl"));
  for (const Column& column : columns()) {
    const auto dot = column.name.find('.');
    const std::string last(column.name.substr(column.name.rfind('.') + 1));
    if (column.name == "forget") continue;
    EXPECT_TRUE(has(sample("every-field.json"), "\"" + (dot == std::string_view::npos ? std::string(column.name) : last) + "\"") || has(sample("every-field.json"), "\"" + std::string(column.name) + "\"")) << column.name;
  }
}

TEST_F(Support, AUnitsOwnNamesAreMapped) {
  auto mapping = sdk::Mapping::load("adapters/support/samples/unit.mapping.yaml", column_names());
  ASSERT_TRUE(mapping) << describe(mapping.error());
  source_ = SupportSource({std::move(*mapping), false});
  EXPECT_EQ(take("kind,file no,opened,office,ring,prisoner,who,tell her,verdict by,said on,desk\nNEW,R,2026-07-14,Crewe,01270 000148,A4810GP,Sian Price,J,TEL,,7\nCHANGE,R,,,,,,STOP,,,\n", "1.csv"),
            kRegistered + " | " + kChanged);
  EXPECT_EQ(take("kind,file no,tell her,shoe\nCHANGE,R,STOP,5\n", "1.csv"), kChanged + " | E-MAPPING shoe");
}

TEST_F(Support, WhateverTheBytesNothingFails) {
  const std::string whole = sample("every-field.json");
  for (std::size_t at = 0; at < whole.size(); at += 5) {
    take(whole.substr(0, at));
    std::string broken = whole;
    broken[at] = static_cast<char>(broken[at] ^ 0x15);
    take(broken);
  }
  EXPECT_EQ(take("x", "1.txt"), "E-INPUT file alarm");
}

TEST(Columns, TheReadmeHasThemAll) {
  EXPECT_TRUE(has(file_text("adapters/support/README.md"), mapping_table())) << "regenerate it with concordat-support --mapping-table";
  EXPECT_FALSE(has(mapping_table(), "| ? |"));
  EXPECT_FALSE(has(mapping_table(), "unspecified"));
}

// ---- the command -------------------------------------------------------------------------------------------------------------

TEST(Command, ARecordIsTriedAsTheReaderTriesItAndHandedInWhole) {
  std::string name = ::testing::TempDir() + "concordat-XXXXXX";
  const std::string folder = ::mkdtemp(name.data());
  const SupportSource source({sdk::Mapping::identity(column_names()), false});
  const auto record = tried({"register", "c", "", false, false}, registration(), source);
  ASSERT_TRUE(record) << describe(record.error());
  EXPECT_TRUE(has(record->record, "\"record\":\"registration\""));
  const auto file = hand_in(folder, "register", record->record, instant_of(kNow), "7");
  ASSERT_TRUE(file) << describe(file.error());
  EXPECT_EQ(*file, "2026-07-19T22-26-40.000Z-register-7.json");
  EXPECT_EQ(file_text(folder + "/" + *file), record->record);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder), std::filesystem::directory_iterator()), 1) << "nothing half written is left";
  EXPECT_FALSE(hand_in(folder, "register", record->record, instant_of(kNow), "7")) << "never over one that is there";
  EXPECT_FALSE(hand_in(folder + "/none", "register", record->record, instant_of(kNow), "7"));
  std::filesystem::remove_all(folder);
}

TEST(Command, WhatWouldBeQuarantinedIsSaidAtOnce) {
  const SupportSource source({sdk::Mapping::identity(column_names()), false});
  const auto why = [&](const std::string& verb, const std::string& text) {
    const auto record = tried({verb, "c", "", false, false}, text, source);
    if (!record) return std::string(record.error().code.name) + " " + record.error().detail;
    return record->but ? "taken, but " + std::string(record->but->code.name) + " " + record->but->detail : std::string("taken");
  };
  EXPECT_EQ(why("register", registration({{"victim.safe_contact.mobile", "none"}})), "E-VALUE victim.safe_contact.mobile: no telephone number");
  EXPECT_EQ(why("prefer", "{\"reference\":\"R\",\"recorded\":\"2026-07-15\",\"news.outcome\":\"call\"}"), "taken");
  EXPECT_EQ(why("prefer", "{\"reference\":\"R\",\"wants_news\":\"no\"}"), "taken");
  EXPECT_EQ(why("consent", "{\"reference\":\"R\",\"recorded\":\"2026-07-15\",\"consent.state\":\"refused\"}"), "taken");
  EXPECT_EQ(why("consent", "{\"reference\":\"R\",\"recorded\":\"2026-07-15\",\"consent.state\":\"refused\",\"consent.purpose\":\"news\"}").substr(0, 24), "E-VALUE consent.purpose:");
  EXPECT_EQ(why("prefer", "{\"reference\":\"R\",\"wants_news\":\"no\",\"news.outcome\":\"pigeon\"}").substr(0, 91),
            "taken, but E-VALUE only the opt-out is taken, the rest goes into quarantine; news.outcome: ");
  EXPECT_TRUE(has(why("prefer", "{\"wants_news\":\"no\"}"), "E-INPUT reference")) << "nobody could tell whose it is";
  EXPECT_TRUE(has(why("prefer", "{\"record\":\"consent\",\"reference\":\"R\"}"), "not what `prefer` hands in"));
  EXPECT_TRUE(has(why("prefer", "[]"), "one record"));
  EXPECT_TRUE(has(why("prefer", "{"), "E-INPUT"));
}

TEST(Command, HelpNamesEveryFieldAndShowsARecordThatIsTaken) {
  const SupportSource source({sdk::Mapping::identity(column_names()), false});
  std::string all;
  for (const char* verb : {"register", "prefer", "consent"}) {
    const char* words[] = {"concordat-support", verb, "--help"};
    ASSERT_TRUE(is_entry(3, words));
    const auto entry = parse_entry(3, words);
    ASSERT_TRUE(entry && entry->help) << verb;
    const std::string help = help_of(verb);
    EXPECT_TRUE(has(help, "--config FILE") && has(help, "--dry-run") && has(help, "\n  reference ")) << help;
    EXPECT_TRUE(has(help, std::string(example_of(verb))));
    const auto taken = tried({verb, "c", "", false, false}, example_of(verb), source);
    EXPECT_TRUE(taken && !taken->but) << verb << ": " << (taken ? taken->but ? describe(*taken->but) : "" : describe(taken.error()));
    all += help;
  }
  for (const Column& column : columns()) EXPECT_TRUE(column.name == "record" || has(all, "\n  " + std::string(column.name))) << column.name;
  EXPECT_FALSE(has(help_of("consent"), "\n  victim."));
  EXPECT_FALSE(has(help_of("register"), "  forget"));
}

TEST(Command, ItsWordsAreChecked) {
  const auto parsed = [](std::vector<const char*> words) { return parse_entry(static_cast<int>(words.size()), words.data()).has_value(); };
  EXPECT_TRUE(parsed({"concordat-support", "register", "--config", "c.yaml"}));
  EXPECT_TRUE(parsed({"concordat-support", "prefer", "--dry-run", "--config", "c.yaml", "-"}));
  EXPECT_FALSE(parsed({"concordat-support", "prefer"}));
  EXPECT_FALSE(parsed({"concordat-support", "prefer", "--config", "c.yaml", "a", "b"}));
  EXPECT_FALSE(parsed({"concordat-support", "prefer", "--config"}));
  const char* run[] = {"concordat-support", "--config", "c.yaml"};
  EXPECT_FALSE(is_entry(3, run));
}

}  // namespace
}  // namespace concordat::support
