// The words that victims are sent: nothing that tells what it is about, whom to ring, when it is staffed, and short enough.
#include "tests/adapters/notify/fixture.h"

namespace concordat::notify {
namespace {

Words words(const std::string& language) {
  return read_words(testing::read_whole(std::string(kTablesFolder) + "/forbidden_" + language + ".txt"), testing::read_whole(std::string(kTablesFolder) + "/number_" + language + ".txt"),
                    testing::read_whole(std::string(kTablesFolder) + "/hours_" + language + ".txt"));
}
std::string refused(const std::string& text, Channel channel = Channel::Text, const std::string& language = "en") {
  const auto read = read_template(channel, language, "t.txt", text, words(language));
  return read ? "" : read.error().detail;
}
constexpr const char* kModel = "There is news about the matter you asked us about. Call the number you were given and give your word. Open ((hours)).";

TEST(Templates, ThoseThatShipAreCheckedAndComplete) {
  const auto templates = load_templates(kTemplatesFolder, kTablesFolder);
  ASSERT_TRUE(templates) << describe(templates.error());
  EXPECT_EQ(templates->all().size(), 6u) << "text, e-mail and letter in both languages";
}

TEST(Templates, TheTextIsTheStorys) {
  const Rules rules = rules_for_tests();
  EXPECT_EQ(filled(rules.templates.find(Channel::Text, "en")->body, {{"hours", "until 8 pm"}}),
            "There is news about the matter you asked us about. Call the number you were given and give your word. Open until 8 pm.");
}

TEST(Templates, TheyNameNoCrimePersonCourtOrPlace) {
  EXPECT_EQ(refused(kModel), "");
  for (const char* word : {"court", "Courts", "sentence", "sentenced", "police", "assault", "released", "release", "prison", "he", "HIS", "her", "Mr", "bail", "trial", "partner", "husband",
                           "Street", "hospital", "victim", "witness", "IDVA", "MARAC", "domestic", "abuse", "guilty", "custody", "probation", "order", "imprisoned", "reoffended", "gun", "deported", "spouse", "judgment"}) {
    EXPECT_NE(refused(std::string(kModel) + " " + word + ".").find("which tells what it is about"), std::string::npos) << word;
  }
  for (const char* word : {"llys", "Heddlu", "carchar", "rhyddhau", "ei", "ddedfryd", "diffynnydd", "trais", "drosedd", "dreisio", "llofruddiaeth", "gyffuriau", "bygythiad", "merch", "heddwas", "ryddhawyd", "dirwy"}) {
    EXPECT_NE(refused("Mae newyddion. Ffoniwch y rhif a roddwyd i chi. Ar agor ((hours)). " + std::string(word), Channel::Text, "cy").find("tells what it is about"), std::string::npos) << word;
  }
}

TEST(Templates, AWordIsFoundHoweverItIsWritten) {
  for (const char* text : {"“court”", "news–court", "(court)", "court’s", "himself", "COURT", "mum"}) EXPECT_NE(refused(std::string(kModel) + " " + text), "") << text;
  for (const char* text : {"APÊL", "GŴR", "i’r charchar", "ngharchar", "“llys”"}) {
    EXPECT_NE(refused("Mae newyddion. Ffoniwch y rhif a roddwyd i chi. Ar agor ((hours)). " + std::string(text), Channel::Text, "cy").find("tells what it is about"), std::string::npos) << text;
  }
  for (const char* text : {"cou\u200brt", "co\u0302urt", "соurt", "a\tb", "\x80"}) EXPECT_NE(refused(std::string(kModel) + " " + text).find("usual mark"), std::string::npos) << text;
  EXPECT_EQ(refused("There is news – it’s £1… Call ((helpline)). Open ((hours))."), "");
}

TEST(Templates, OnlyHelplineAndHoursMayBeFilledIn) {
  for (const char* placeholder : {"((name))", "((outcome))", "((court))", "((hours of him", "((Helpline))"}) EXPECT_NE(refused(std::string(kModel) + " " + placeholder), "") << placeholder;
  EXPECT_EQ(refused("There is news. Call ((helpline)). Open ((hours))."), "");
}

TEST(Templates, TheySayWhomToRingAndWhenItIsStaffed) {
  EXPECT_NE(refused("There is news. Open ((hours)).").find("whom to ring"), std::string::npos);
  EXPECT_NE(refused("There is news. Call ((helpline)).").find("staffed"), std::string::npos);
}

TEST(Templates, ATextTakesTwoSegmentsAtMost) {
  EXPECT_EQ(segments(std::string(160, 'a')), 1);
  EXPECT_EQ(segments(std::string(161, 'a')), 2);
  EXPECT_EQ(segments(std::string(306, 'a')), 2);
  EXPECT_EQ(segments(std::string(307, 'a')), 3);
  EXPECT_EQ(segments(std::string(80, '[')), 1) << "the extension counts twice";
  EXPECT_EQ(segments(std::string(81, '[')), 2);
  std::string welsh;
  for (int n = 0; n < 70; ++n) welsh += "ŵ";
  EXPECT_EQ(segments(welsh), 1);
  EXPECT_EQ(segments(welsh + "a"), 2);
  EXPECT_EQ(segments(welsh + std::string(65, 'a')), 3) << "one letter of Welsh makes all of it wide";
  EXPECT_NE(refused(std::string(kModel) + std::string(200, 'a')).find("segments"), std::string::npos);
  const auto templates = load_templates(kTemplatesFolder, kTablesFolder);
  ASSERT_TRUE(templates);
  for (const Template& each : templates->all()) {
    EXPECT_TRUE(each.channel != Channel::Text || segments(filled(each.body, {{"hours", "Monday to Friday 9 am to 5 pm"}})) <= 2) << each.language;
  }
}

TEST(Templates, AnEmailHasASubjectAndItIsCheckedToo) {
  EXPECT_EQ(refused(std::string("Subject: The matter\n\n") + kModel, Channel::Email), "");
  EXPECT_NE(refused(kModel, Channel::Email), "");
  EXPECT_NE(refused(std::string("Subject: Your court case\n\n") + kModel, Channel::Email), "");
}

TEST(Templates, ANumberAndHoursAreFilledInAndNothingElse) {
  const Rules rules = rules_for_tests();
  const Template& text = *rules.templates.find(Channel::Text, "en");
  const auto fits = [&](const std::string& hours) { return rules.templates.fits(text, {{"helpline", "0808 157 0900"}, {"hours", hours}}); };
  for (const char* hours : {"until 8 pm", "Mon-Fri 9.30 a.m. – 5 p.m.", "24 hours, every day", "Llun i Gwener, 9yb tan 5yh"}) EXPECT_TRUE(fits(hours)) << hours;
  for (const char* hours : {"", "until court ends", "heddlu 9 tan 5", "https://example.org", "example.org", "a\nb", "((name))", "ask for Sarah", "in Crewe until 8 pm"}) EXPECT_FALSE(fits(hours)) << hours;
  EXPECT_FALSE(fits(std::string(81, 'a')));
  const auto rings = [&](const std::string& helpline) { return rules.templates.fits(text, {{"helpline", helpline}, {"hours", "until 8 pm"}}); };
  EXPECT_TRUE(rings("0808 157 0900") && rings("+44 (0)1270 000148") && rings("101"));
  for (const char* helpline : {"", "Chester 0808 157 0900", "ask Sarah", "-", "0808 157 0900\n1"}) EXPECT_FALSE(rings(helpline)) << helpline;
}

}  // namespace
}  // namespace concordat::notify
