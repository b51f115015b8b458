// SPI NewCase: out of every wrapper, test data kept out of live, a case whole or quarantined.
#include <map>

#include "proto/contract/contract.h"
#include "tests/adapters/police/reading.h"

namespace concordat::police::testing {
namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}
std::string spi(const std::string& text, Environment environment = Environment::Live) { return shown({read_spi(text, reading(environment))}); }

constexpr const char* kWhole = "incident 07CW1234526/2607CW0100000048101J";

TEST(Spi, ACaseIsOneIncidentWithItsPeopleAndReferences) {
  const auto input = read_spi(sample("new-case.xml"), reading());
  EXPECT_TRUE(has(shown({input}), kWhole)) << shown({input});
  const std::string text = lines(input);
  for (const char* part : {"SC15004", "CJ88116", "2004/0012345D", "conditional_bail", "\"domestic_abuse\":\"yes\"", "1988", "CW5 5QQ", "3 Bevan Terrace, Nantwich"}) {
    EXPECT_TRUE(has(text, part)) << part << "\n" << text;
  }
}

TEST(Spi, TheSameVictimUnderTwoOffencesIsOnePerson) {
  const std::string text = lines(read_spi(sample("new-case.xml"), reading()));
  EXPECT_TRUE(has(text, "\"person\":2"));
  EXPECT_FALSE(has(text, "\"person\":3")) << text;
}

TEST(Spi, TheTestFlagKeepsItOutOfLiveAndInTest) {
  const std::string test = replaced(sample("new-case.xml"), "<TestOperation>false", "<TestOperation>true");
  EXPECT_EQ(spi(test), "1: E-TEST-DATA TestOperation");
  EXPECT_TRUE(has(spi(test, Environment::Test), kWhole));
  EXPECT_TRUE(has(lines(read_spi(test, reading(Environment::Unstated))), "\"test\":true"));
  EXPECT_FALSE(has(lines(read_spi(sample("new-case.xml"), reading())), "\"test\"")) << "false is no flag";
  EXPECT_EQ(spi(replaced(sample("new-case.xml"), "<TestOperation>false", "<TestOperation>1")), "1: E-TEST-DATA TestOperation");
}

TEST(Spi, WhateverIsNotPlainlyANoIsATest) {
  for (const char* yes : {"yes", "Y", "TRUE", "T", "on", ""}) {
    EXPECT_EQ(spi(replaced(sample("new-case.xml"), "<TestOperation>false", std::string("<TestOperation>") + yes)), "1: E-TEST-DATA TestOperation") << yes;
  }
  for (const char* no : {"FALSE", "0", "No"}) {
    EXPECT_TRUE(has(spi(replaced(sample("new-case.xml"), "<TestOperation>false", std::string("<TestOperation>") + no)), kWhole)) << no;
  }
}

TEST(Spi, ASecondCaseIsNotPassedOver) {
  const std::string text = sample("new-case.xml");
  EXPECT_TRUE(has(spi(replaced(text, "&lt;/c:Case&gt;", "&lt;/c:Case&gt;&lt;c:Case/&gt;")), "E-INPUT Case"));
  EXPECT_TRUE(has(spi(replaced(text, "</cjseEntity:DataStreamContent>", "</cjseEntity:DataStreamContent><cjseEntity:DataStreamContent>x</cjseEntity:DataStreamContent>")), "E-INPUT DataStreamContent"));
}

TEST(Spi, ASoapEnvelopeAroundItMakesNoDifference) {
  std::string escaped;
  for (const char c : sample("new-case.xml")) escaped += c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '&' ? "&amp;" : std::string(1, c);
  const std::string soap = "<s:Envelope xmlns:s=\"x\"><s:Body><m:SubmitRequestMes xmlns:m=\"y\"><m:Message>" + escaped +
                           "</m:Message></m:SubmitRequestMes></s:Body></s:Envelope>";
  EXPECT_TRUE(has(spi(soap), kWhole)) << spi(soap);
  EXPECT_EQ(lines(read_spi(soap, reading())).substr(20), lines(read_spi(sample("new-case.xml"), reading())).substr(20)) << "byte for byte, the line too";
}

TEST(Spi, WhatIsMissingIsNamedWithItsLine) {
  const std::string text = sample("new-case.xml");
  const auto input = read_spi(replaced(text, "&lt;c:OffenceCode&gt;CJ88116&lt;/c:OffenceCode&gt;", "&lt;c:OffenceCode/&gt;"), reading());
  ASSERT_TRUE(input.failure);
  EXPECT_EQ(input.failure->field, "OffenceCode");
  std::uint64_t line = 1;
  for (std::size_t at = 0; at < text.find("CJ88116"); ++at) line += text[at] == '\n' ? 1 : 0;
  EXPECT_EQ(input.failure->line, line);
  EXPECT_TRUE(has(spi(replaced(text, "&lt;c:PTIURN&gt;07CW1234526&lt;/c:PTIURN&gt;", "")), "E-INPUT PTIURN"));
}

TEST(Spi, ABadDateIsQuarantinedAndNeverHalfMapped) {
  const auto input = read_spi(replaced(sample("new-case.xml"), "1988-02-28", "1988-02-31"), reading());
  EXPECT_TRUE(has(shown({input}), "E-VALUE Birthdate")) << shown({input});
  EXPECT_TRUE(input.events.empty());
}

TEST(Spi, AnUnknownGenderCodeIsQuarantined) {
  EXPECT_TRUE(has(spi(replaced(sample("new-case.xml"), "&lt;c:Gender&gt;1", "&lt;c:Gender&gt;7")), "E-VALUE Gender"));
}

TEST(Spi, ANumberWithoutANormalFormStaysAndLinksNothing) {
  const std::string text = lines(read_spi(replaced(sample("new-case.xml"), "2004/0012345D", "PNCidentifier"), reading()));
  EXPECT_TRUE(has(text, "PNCidentifier")) << text;
}

TEST(Spi, MalformedContentAndForeignMessagesAreQuarantined) {
  EXPECT_TRUE(has(spi("<RouteData><DataStreamContent>malformed</DataStreamContent></RouteData>"), "E-INPUT DataStreamContent"));
  EXPECT_TRUE(has(spi("<RouteDataResp><OperationStatus/></RouteDataResp>"), "E-INPUT NewCaseMessage"));
  EXPECT_TRUE(has(spi("not xml"), "E-INPUT file"));
  EXPECT_TRUE(has(spi(replaced(sample("new-case.xml"), ">SPINewCase<", ">SPIResults<")), "E-INPUT DataStreamType"));
}

TEST(Spi, WhatAChargeSaysInWordsIsNarrativeAndNeverOffence) {
  const auto input = read_spi(sample("new-case.xml"), reading());
  ASSERT_EQ(input.events.size(), 1u);
  const auto plains = contract::split(*input.events.front().message, input.events.front().happened);
  ASSERT_TRUE(plains);
  const std::string wording = "assaulted Sian O'Dowd-Price";
  std::size_t narratives = 0;
  for (const auto& plain : *plains) {
    if (plain.content.find(wording) == std::string::npos) continue;
    EXPECT_EQ(static_cast<contract::Item>(plain.label.item), contract::Item::Narrative);
    ++narratives;
  }
  EXPECT_EQ(narratives, 1u);
}

TEST(Spi, ACaseOfManyDefendantsBecomesOneEventADefendant) {
  const std::string text = sample("new-case.xml");
  const auto begin = text.find("&lt;c:Defendant&gt;");
  const std::string end_tag = "&lt;/c:Defendant&gt;";
  const auto end = text.find(end_tag) + end_tag.size();
  const std::string defendant = text.substr(begin, end - begin);
  std::string many;
  for (int n = 0; n < 12; ++n) many += replaced(defendant, "Gareth", "Gareth" + std::to_string(n));
  const auto input = read_spi(text.substr(0, begin) + many + text.substr(end), reading());
  EXPECT_FALSE(input.failure) << shown({input});
  EXPECT_EQ(input.events.size(), 12u);
}

/// Every published sample maps or is quarantined with a reason. The folder is read in place and never shipped.
class SharedSamples : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* set = std::getenv("CONCORDAT_SHARED");
    folder_ = std::string(set != nullptr ? set : "../shared") + "/samples/police-spi-newcase";
    if (!std::filesystem::is_directory(folder_)) GTEST_SKIP() << "skipped: no shared samples";
  }
  /// "mapped 17 E-INPUT 2"
  std::string counts(Environment environment) {
    std::map<std::string, int> count;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
      if (entry.path().extension() != ".xml") continue;
      const auto input = read_spi(file_text(entry.path()), reading(environment));
      EXPECT_TRUE(input.failure.has_value() != !input.events.empty()) << entry.path();
      ++count[input.failure ? std::string(input.failure->error.code.name) : "mapped"];
      for (const std::string& line : sdk::dry_run_lines("f", input, instant_of(1'784'000'000'000))) {
        EXPECT_EQ(has(line, "quarantined"), input.failure.has_value()) << entry.path() << " " << line;
      }
      if (input.failure) std::printf("  %s: %s\n", entry.path().filename().c_str(), shown({input}).c_str());
    }
    std::string out;
    for (const auto& [what, number] : count) out += (out.empty() ? "" : " ") + what + " " + std::to_string(number);
    return out;
  }
  std::string folder_;
};

TEST_F(SharedSamples, AllMapOrAreQuarantinedInTest) { EXPECT_EQ(counts(Environment::Test), "E-INPUT 4 mapped 15"); }
TEST_F(SharedSamples, TestDataStaysOutOfLive) { EXPECT_EQ(counts(Environment::Live), "E-TEST-DATA 18 mapped 1"); }

}  // namespace
}  // namespace concordat::police::testing
