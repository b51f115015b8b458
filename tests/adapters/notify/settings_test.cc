// The configuration: every key is read, what is missing has the default that README.md says, what is unknown or unfit is named.
#include "tests/adapters/notify/fixture.h"

namespace concordat::notify {
namespace {

class SettingsTest : public ::testing::Test {
 protected:
  static std::string rest() {
    return "client: cheshire-constabulary/notify\nbroker: tcp://127.0.0.1:7400\nproduction: false\nroots: roots.yaml\ndirectory: directory.bundle\nkeep: keep.db\n"
           "keys: {transport: t, box: b, outbox: o, exchange: [e]}\n";
  }
  std::string least(const std::string& service = "  base: http://127.0.0.1:6011\n  key: api.key\n  templates: {text: {en: aaaaaaaa-0000-4000-8000-000000000001}}\n") {
    const std::string root = std::filesystem::current_path().string();
    return "desk: cheshire-constabulary/notify\ntasks: tasks\ndone: done\ntemplates: " + root + "/" + kTemplatesFolder + "\ntables: " + root + "/" + kTablesFolder + "\nservice:\n" + service + rest();
  }
  Result<NotifySettings> read(const std::string& text) {
    testing::write_whole(folder_ / "notify.yaml", text);
    return read_settings(folder_ / "notify.yaml");
  }
  std::string refused(const std::string& text) {
    const auto settings = read(text);
    return settings ? "" : describe(settings.error());
  }
  testing::Folder folder_;
};

TEST_F(SettingsTest, WhatIsMissingHasItsDefault) {
  const auto settings = read(least());
  ASSERT_TRUE(settings) << describe(settings.error());
  const Rules& rules = settings->rules;
  EXPECT_FALSE(settings->callbacks);
  EXPECT_EQ(rules.idva_first, Milliseconds{15 * 60'000});
  EXPECT_EQ(rules.within.at(News::AtLarge).minutes(), 60u);
  EXPECT_EQ(rules.quiet, (Window{0x7f, 21 * 60, 8 * 60}));
  EXPECT_EQ(rules.confirm_months, 6u);
  EXPECT_EQ(rules.texts_a_day, 5u);
  EXPECT_FALSE(rules.unknown_age_is_adult);
  EXPECT_NE(rules.templates.find(Channel::Text, "en"), nullptr);
  EXPECT_EQ(rules.templates.find(Channel::Text, "cy"), nullptr) << "it has no id";
}

TEST_F(SettingsTest, EveryKeyIsRead) {
  const auto settings = read(least("  base: http://127.0.0.1:6011\n  key: api.key\n  templates: {text: {en: aaaaaaaa-0000-4000-8000-000000000001, cy: aaaaaaaa-0000-4000-8000-000000000002}}\n") +
                             "callbacks: {address: 127.0.0.1, port: 6012, token: token}\ndeadlines: {sentence: 2 working days, at_large: 30m, registration: 3d, warn_before: 1h}\n"
                                       "idva: {desk: cheshire-east-council/idva, first_for: 5m}\nquiet: {from: \"22:00\", until: \"07:30\"}\nnumber_confirmed_months: 12\npurpose: told\nunknown_age: adult\nlanguage: cy\n"
                                       "helpline: 0808 157 0900\nhours: until 8 pm\nlimits: {a_minute: 10, a_day_to_one: 2, tries: 3, settle: 5s, poll: 1m}\n");
  ASSERT_TRUE(settings) << describe(settings.error());
  const Rules& rules = settings->rules;
  EXPECT_TRUE(settings->callbacks && settings->listen.port == 6012);
  EXPECT_EQ(rules.within.at(News::Sentence), (text::Duration{2, text::Duration::Unit::WorkingDays}));
  EXPECT_EQ(rules.within.at(News::AtLarge).minutes(), 30u);
  EXPECT_EQ(rules.registration_within.days(), 3u);
  EXPECT_EQ(rules.warn_before, Milliseconds{3'600'000});
  EXPECT_EQ(rules.idva + " " + std::to_string(rules.idva_first.count()), "cheshire-east-council/idva 300000");
  EXPECT_EQ(rules.quiet, (Window{0x7f, 22 * 60, 7 * 60 + 30}));
  EXPECT_EQ(rules.purpose, "told");
  EXPECT_TRUE(rules.unknown_age_is_adult && rules.confirm_months == 12 && rules.language == "cy" && rules.helpline == "0808 157 0900" && rules.hours == "until 8 pm");
  EXPECT_TRUE(settings->a_minute == 10 && rules.texts_a_day == 2 && rules.tries == 3 && rules.settle == Milliseconds{5'000} && rules.poll == Milliseconds{60'000});
}

TEST_F(SettingsTest, WhatIsUnknownOrUnfitIsNamed) {
  EXPECT_NE(refused(least() + "quiet_hours: no\n").find("quiet_hours"), std::string::npos);
  EXPECT_NE(refused(least() + "quiet: {from: \"late\", until: \"08:00\"}\n").find("time of day"), std::string::npos);
  EXPECT_NE(refused(least() + "deadlines: {sentense: 1d}\n").find("sentense"), std::string::npos);
  EXPECT_NE(refused(least() + "unknown_age: child\n"), "");
  EXPECT_NE(refused(least("  base: http://127.0.0.1:6011\n  key: api.key\n  templates: {}\n")).find("names no template"), std::string::npos);
  EXPECT_NE(refused(least("  base: http://127.0.0.1:6011\n  key: api.key\n  templates: {text: {en: elephant}}\n")).find("UUID"), std::string::npos);
  EXPECT_NE(refused(least("  base: http://127.0.0.1:6011\n  key: api.key\n  templates: {text: {fr: aaaaaaaa-0000-4000-8000-000000000001}}\n")).find("fr"), std::string::npos);
}

TEST_F(SettingsTest, WhatLeavesNoWayToTellHerIsNamed) {
  EXPECT_EQ(refused(least() + "deadlines: {at_large: 60m, warn_before: 2h}\n"), "") << "short from halfway on";
  EXPECT_EQ(refused(least() + "deadlines: {release: 1h}\nidva: {first_for: 29m}\n"), "");
  EXPECT_NE(refused(least() + "deadlines: {release: 1h}\nidva: {first_for: 30m}\n").find("idva.first_for and deadlines.release"), std::string::npos);
  EXPECT_NE(refused(least() + "idva: {first_for: 23h}\n").find("idva.first_for"), std::string::npos);
  EXPECT_NE(refused(least() + "idva: {first_for: 1 working day}\n").find("working days have no length"), std::string::npos);
  EXPECT_NE(refused(least() + "deadlines: {warn_before: 1 working day}\n").find("working days have no length"), std::string::npos);
  EXPECT_NE(refused(least() + "deadlines: {at_large: 0m}\n").find("deadlines.at_large"), std::string::npos);
  EXPECT_NE(refused(least() + "limits: {poll: 0s}\n").find("length of time"), std::string::npos);
  EXPECT_NE(refused(least() + "limits: {settle: 2h}\n").find("length of time"), std::string::npos);
  EXPECT_NE(refused(least() + "quiet: {from: \"00:00\", until: \"24:00\"}\n").find("no hour of the day"), std::string::npos);
  EXPECT_EQ(refused(least() + "quiet: {from: \"00:00\", until: \"00:00\"}\n"), "") << "no quiet hours";
  EXPECT_NE(refused(least() + "language: cy\n").find("language"), std::string::npos) << "nobody could be told in it";
  EXPECT_NE(refused(least() + "language: fr\n").find("language"), std::string::npos);
  EXPECT_NE(refused(least() + "hours: until the court closes\n").find("helpline, hours"), std::string::npos);
  EXPECT_NE(refused(least() + "helpline: ask Sarah\n").find("helpline, hours"), std::string::npos);
}

TEST_F(SettingsTest, TemplatesThatTellAreNotStartedWith) {
  std::filesystem::copy(kTemplatesFolder, folder_ / "templates", std::filesystem::copy_options::recursive);
  testing::write_whole(folder_ / "templates/en/text.txt", "The court has sentenced him. Call the number you were given. Open ((hours)).\n");
  const auto templates = load_templates(folder_ / "templates", kTablesFolder);
  ASSERT_FALSE(templates);
  EXPECT_NE(templates.error().detail.find("en/text.txt: it says \"court*\""), std::string::npos) << templates.error().detail;
}

}  // namespace
}  // namespace concordat::notify
