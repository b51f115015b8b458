// Every published sample maps, says nothing that is for us, or is quarantined with a reason. They are read in place, never shipped.
#include <set>

#include "tests/adapters/health/reading.h"

namespace concordat::health::testing {
namespace {

/// Treats codes that the samples have as disclosures, so that the mapping is tried on them.
constexpr const char* kPermissive =
    "table: permissive\ndisclosures:\n  - {field: DG1-3, begins: \"4\", by: clinician, injury: yes}\n  - {field: DG1-3, begins: \"6\", by: clinician}\n  - {field: DG1-3, begins: K, by: clinician}\n"
    "  - {question: 8867-4, code: 60, not: [72, 120], by: patient}\n  - {question: \"1234\", code: ECHOCARDIOGRAPHIC REPORT, not: [], by: patient}\n  - {field: AL1-3, begins: P, by: clinician}\n  - {field: PV2-3, code: 140004, by: clinician}\n";

class SharedSamples : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* set = std::getenv("CONCORDAT_SHARED");
    folder_ = std::string(set != nullptr ? set : "../shared") + "/samples/health-hl7v2/";
    if (!std::filesystem::is_directory(folder_)) GTEST_SKIP() << "skipped: no shared samples";
  }
  /// "E-INPUT MSH-9 3, mapped 2, nothing (no_adt) 30": of a folder, each file by itself.
  std::string counts(const std::string& of, const Reading& with) {
    std::map<std::string, int> count;
    std::set<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder_ + of)) files.insert(entry.path());
    for (const auto& file : files) {
      Ward ward(with);
      ward.now_ = instant_of(1'790'000'000'000);
      const std::string what = ward.tell(file_text(file), file.filename());
      EXPECT_FALSE(ward.last().empty()) << file;
      for (const sdk::Input& input : ward.last()) {
        if (!input.failure) continue;
        std::printf("  %s line %llu %s: %s\n", file.filename().c_str(), static_cast<unsigned long long>(input.failure->line), input.failure->field.c_str(), sdk::remedy(input.failure->error).c_str());
        EXPECT_FALSE(input.failure->error.detail.empty()) << file;
      }
      ++count[has(what, "health_attendance") ? "mapped" : what];
    }
    std::string out;
    for (const auto& [what, number] : count) out += (out.empty() ? "" : ", ") + what + " " + std::to_string(number);
    return out;
  }
  /// As counts() says it of one message.
  static std::string told(const std::string& text, const Reading& with) {
    Ward ward(with);
    ward.now_ = instant_of(1'790'000'000'000);
    return ward.tell(text, "file.hl7");
  }
  std::string folder_;
};

std::string all_replaced(std::string text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) text.replace(at, from.size(), to);
  return text;
}

/// The same message, as another hospital would write it.
std::map<std::string, std::string> writings(const std::string& text) {
  const std::string plain = all_replaced(all_replaced(text, "\r\n", "\r"), "\n", "\r");
  std::string others = plain;
  if (plain.find_first_of("!$*%\x40") == std::string::npos && plain.find('\\', 10) == std::string::npos) {
    for (char& c : others) c = c == '|' ? '!' : c == '^' ? '$' : c == '~' ? '*' : c == '\\' ? '%' : c == '&' ? '@' : c;
  }
  return {{"line feeds", all_replaced(plain, "\r", "\n")},
          {"both", all_replaced(plain, "\r", "\r\n")},
          {"blank lines", all_replaced(plain, "\r", "\r\n\r\n")},
          {"other separators", others},
          {"a byte order mark", "\xef\xbb\xbf" + plain},
          {"a frame", "\x0b" + plain + "\x1c\r"},
          {"a batch", "FHS|^~\\&|A\rBHS|^~\\&|A\r" + plain + "\rBTS|1\rFTS|1\r"},
          {"an end of file", plain + "\r\x1a"},
          {"Z segments", plain + "\rZXX|1|a^b~c\rZ01||\"\"\r"},
          {"more fields than anybody knows", all_replaced(plain, "\rPV1|1|", "\rNTE|1||Y^N\rPV1|1|")}};
}

TEST_F(SharedSamples, SayTheSameHoweverTheyAreWritten) {
  const Reading with = reading(kPermissive, sdk::Environment::Test);
  std::size_t compared = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_ + "fhir-converter")) {
    const std::string text = file_text(entry.path());
    if (!text.starts_with("MSH")) continue;
    const std::string as_it_is = told(all_replaced(all_replaced(text, "\r\n", "\r"), "\n", "\r"), with);
    for (const auto& [how, written] : writings(text)) EXPECT_EQ(told(written, with), as_it_is) << entry.path() << " with " << how;
    ++compared;
  }
  EXPECT_GT(compared, 50u);
}

TEST_F(SharedSamples, OfAnyTriggerAndVersionAreTakenOrSayWhy) {
  const Reading with = reading(kPermissive, sdk::Environment::Test);
  const std::string text = file_text(folder_ + "fhir-converter/ADT-A01-01.hl7");
  const auto at = text.find("ADT^A01");
  ASSERT_NE(at, std::string::npos);
  for (int trigger = 1; trigger <= 62; ++trigger) {
    for (const char* version : {"2.1", "2.2", "2.3.1", "2.4", "2.5.1", "2.6", "2.7"}) {
      const std::string name = std::string("A") + (trigger < 10 ? "0" : "") + std::to_string(trigger);
      std::string message = std::string(text).replace(at, 7, "ADT^" + name);
      message = all_replaced(message, "|2.8", std::string("|") + version);
      Ward ward(with);
      ward.now_ = instant_of(1'790'000'000'000);
      const std::string what = ward.tell(message, "file.hl7");
      EXPECT_FALSE(what.empty()) << name;
      for (const sdk::Input& input : ward.last()) {
        EXPECT_TRUE(!input.failure || !input.failure->error.detail.empty()) << name;
        for (const sdk::TypedEvent& event : input.events) EXPECT_NE(event.kind, contract::Kind::Link) << name;
      }
    }
  }
}

TEST_F(SharedSamples, UnderTheExampleTableNothingOfThemIsADisclosure) {
  const Reading live = reading(), test = reading(sample("disclosures.yaml"), sdk::Environment::Test);
  EXPECT_EQ(counts("fhir-converter", live), "E-TEST-DATA MSH-11 2, nothing (cancelled) 3, nothing (merge) 2, nothing (moved) 4, nothing (no_adt) 26, nothing (no_disclosure) 29");
  EXPECT_EQ(counts("fhir-converter", test), "nothing (cancelled) 3, nothing (merge) 2, nothing (moved) 4, nothing (no_adt) 27, nothing (no_disclosure) 30");
  EXPECT_EQ(counts("linuxforhealth", live), "E-TEST-DATA MSH-11 3");
  EXPECT_EQ(counts("linuxforhealth", test), "nothing (no_adt) 1, nothing (no_disclosure) 2");
}

TEST_F(SharedSamples, UnderAPermissiveTableTheyMap) {
  const Reading test = reading(kPermissive, sdk::Environment::Test);
  EXPECT_EQ(counts("fhir-converter", test), "E-INPUT MSH-9 5, mapped 19, nothing (cancelled) 3, nothing (merge) 2, nothing (moved) 3, nothing (no_adt) 23, nothing (no_disclosure) 11");
  EXPECT_EQ(counts("linuxforhealth", test), "mapped 2, nothing (no_adt) 1");
}

}  // namespace
}  // namespace concordat::health::testing
