// Samples: our own with every field, compared item by item; the demonstration's; and every published one, read in place.
#include <chrono>
#include <random>

#include "adapters/courts/fields.h"
#include "tests/adapters/courts/courts.h"

namespace concordat::courts::testing {
namespace {

TEST(Samples, EveryFieldLandsInItsItem) {
  EXPECT_EQ(lines(sample("hearing.json"), "hearing.json"), file_text("tests/adapters/courts/hearing.expected")) << "field by field: review before replacing";
  EXPECT_EQ(lines(sample("resulted-case.xml"), "resulted-case.xml"), file_text("tests/adapters/courts/resulted-case.expected"));
}

/// Every prompt, text and protected person of the samples is a canary.
TEST(Samples, NoPromptTextOrProtectedAddressLeaves) {
  for (const char* name : {"hearing.json", "resulted-case.xml"}) {
    ASSERT_TRUE(has(sample(name), "CANARY")) << name;
    const CourtSource from = source();
    Memory memory;
    for (sdk::Input& input : from.read(name, sample(name))) {
      ASSERT_FALSE(input.failure);
      ASSERT_TRUE(from.follow(input, memory, instant_of(kNow)));
      memory.take(input);
      for (const sdk::TypedEvent& event : input.events) {
        EXPECT_FALSE(has(event.message->SerializeAsString(), "CANARY")) << name << " " << event.reference;
        EXPECT_FALSE(has(event.reference, "CANARY"));
      }
      for (const auto& [key, what] : input.state) EXPECT_FALSE(has(key + what.value.value_or(""), "CANARY")) << key << ": nor is it kept";
    }
    EXPECT_FALSE(has(lines(sample(name), name), "CANARY")) << name;
  }
}

TEST(Samples, TheDemonstrationIsFourResultsOnTwoOffencesAndOneOutcome) {
  Courts courts;
  const std::string order = "c3c3c3c3-0000-4000-8000-000000000003/c3000000-0000-4000-8000-0000000000d1@00000000-0000-4000-8000-0000000000e3/protective_order_made/restraining #1 #2";
  EXPECT_EQ(courts.take(file_text("ops/demo/courts/1-restraining-order.json")), order);
  EXPECT_FALSE(has(courts.outcome().SerializeAsString(), "Sandpiper")) << "the protected address";
  EXPECT_FALSE(has(courts.outcome().SerializeAsString(), "Sian"));
  EXPECT_EQ(courts.take(file_text("ops/demo/courts/2-order-dropped.json")), order + " reversed");
}

TEST(Samples, TheReadmesTableIsTheProgramsOwn) {
  const std::string table = mapping_table();
  EXPECT_FALSE(has(table, "| ? |")) << table;
  EXPECT_TRUE(has(file_text("adapters/courts/README.md"), table)) << "regenerate it with concordat-courts --mapping-table";
}

/// Whatever the bytes: an input, with events or with its failure, and no canary in what is printed of it.
TEST(Samples, NoBytesMakeItFail) {
  constexpr std::uint32_t kSeed = 20260714;
  std::printf("seed %u\n", kSeed);
  std::mt19937 random(kSeed);
  for (const char* name : {"hearing.json", "resulted-case.xml"}) {
    const std::string whole = sample(name);
    Courts courts;
    for (int round = 0; round < 400; ++round) {
      std::string text = whole;
      for (std::uint32_t changes = random() % 4 + 1; changes > 0; --changes) {
        const std::size_t at = random() % text.size();
        switch (random() % 4) {
          case 0: text[at] = static_cast<char>(random() % 256); break;
          case 1: text.erase(at, random() % 200); break;
          case 2: text.insert(at, text.substr(random() % text.size(), random() % 200)); break;
          default: text.insert(at, random() % 2 == 0 ? "null" : "[{}]"); break;
        }
      }
      courts.take(text, name);
    }
  }
}

/// Every published sample maps or is quarantined with a reason. The folders are read in place and never shipped.
class SharedSamples : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* set = std::getenv("CONCORDAT_SHARED");
    folder_ = std::string(set != nullptr ? set : "../shared") + "/samples/";
    if (!std::filesystem::is_directory(folder_ + "courts-common-platform")) GTEST_SKIP() << "skipped: no shared samples";
  }
  /// Files of a folder: "mapped 13", told something; "silent 2", taken and nothing in it is news; "E-INPUT 4" in whole or in part.
  std::string counts(const std::string& below, Environment environment = Environment::Live) {
    std::map<std::string, int> count;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_ + below)) {
      const std::string name = entry.path().filename();
      if (!entry.is_regular_file() || (!name.ends_with(".json") && !name.ends_with(".xml"))) continue;
      std::string what = "silent";
      const CourtSource from = source(environment);
      Memory memory;
      for (sdk::Input& input : from.read(name, file_text(entry.path()))) {
        if (!input.failure) {
          EXPECT_TRUE(from.follow(input, memory, instant_of(kNow))) << name;
          memory.take(input);
          if (!input.events.empty() && what == "silent") what = "mapped";
          for (const sdk::TypedEvent& event : input.events) EXPECT_FALSE(shown(event, false).empty());
        } else {
          what = input.failure->error.code.name;
          EXPECT_TRUE(input.failure->line > 0 && !input.failure->field.empty() && input.failure->error.detail.find(' ') != std::string::npos) << name;
        }
        for (const std::string& line : sdk::dry_run_lines("f", input, instant_of(kNow))) EXPECT_EQ(has(line, "\"quarantined\""), input.failure.has_value()) << name << " " << line;
      }
      ++count[what];
    }
    std::string out;
    for (const auto& [what, number] : count) out += (out.empty() ? "" : " ") + what + " " + std::to_string(number);
    return out;
  }
  std::string folder_;
};

TEST_F(SharedSamples, EveryCommonPlatformFileIsTakenOrQuarantinedWithAReason) {
  EXPECT_EQ(counts("courts-common-platform/court-case-matcher"), "E-INPUT 2 mapped 9");
  EXPECT_EQ(counts("courts-common-platform/court-hearing-event-receiver"), "E-INPUT 1 mapped 4");
  EXPECT_EQ(counts("courts-common-platform/cpp-context-hearing"), "E-INPUT 1");
  EXPECT_EQ(counts("courts-common-platform/cpp-context-results"), "E-INPUT 10 mapped 16 silent 1");
  EXPECT_EQ(counts("courts-common-platform/hmpps-probation-integration-services"), "E-VALUE 1 mapped 2");
  EXPECT_EQ(counts("courts-common-platform/laa-court-data-adaptor"), "E-INPUT 116 mapped 1 silent 5");
}

TEST_F(SharedSamples, EverySpiFileIsTakenOrQuarantinedWithAReason) {
  EXPECT_EQ(counts("courts-spi-resulted/bichard7-e2e"), "mapped 32 silent 3");
  EXPECT_EQ(counts("courts-spi-resulted/bichard7-uat"), "E-VALUE 8");
  EXPECT_EQ(counts("courts-spi-resulted/cpp-staging-prosecutors-spi"), "mapped 10");
}

TEST_F(SharedSamples, AHearingOf800KilobytesIsAnEventADefendantInBoundedTime) {
  const std::string text = file_text(folder_ + "courts-common-platform/court-hearing-event-receiver/large-hearing-update.json");
  const auto begun = std::chrono::steady_clock::now();
  Courts courts;
  const std::string listed = courts.take(text);
  EXPECT_EQ(std::count(listed.begin(), listed.end(), '|') + 1, 15) << listed;
  const std::string resulted = courts.take(text, "POST /hearing/472b27a8-5bff-4f1c-9f66-2dde8f60b3e3/result");
  EXPECT_FALSE(resulted.empty());
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(10));
}

}  // namespace
}  // namespace concordat::courts::testing
