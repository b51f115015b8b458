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
  std::string folder_;
};

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
