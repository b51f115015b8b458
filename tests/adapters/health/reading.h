// What the health tests share: the example table, messages put together, and following them with what was kept, in a line.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "adapters/health/follow.h"
#include "adapters/health/naming.h"
#include "adapters/health/source.h"
#include "proto/contract/vocabulary.h"

namespace concordat::health::testing {

inline std::string file_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << path;
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}
inline std::string sample(const std::string& name) { return file_text("adapters/health/samples/" + name); }
inline bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }
inline std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

inline Reading reading(const std::string& yaml = sample("disclosures.yaml"), sdk::Environment environment = sdk::Environment::Live) {
  Reading out;
  auto rules = Rules::parse("table.yaml", yaml);
  EXPECT_TRUE(rules) << describe(rules.error());
  if (rules) out.rules = std::move(*rules);
  auto areas = read::Areas::parse(sample("areas.csv"));
  EXPECT_TRUE(areas) << describe(areas.error());
  out.areas = std::move(*areas);
  out.environment = environment;
  return out;
}

/// Of 14 July 2026, 12:00.
inline constexpr Instant kNoon = instant_of(1'784'030'400'000);

/// A source and what was kept: messages are told one after the other.
class Ward {
 public:
  explicit Ward(Reading with = reading()) : source_(std::move(with)) {}

  /// "health_attendance RBT20/V1, risk_assessment …", "- health_attendance RBT20/V1" for what is no more, "E-VALUE PID-7", "nothing
  /// (no_disclosure)"; inputs after "; ".
  std::string tell(const std::string& text, const std::string& name = kFrameName) {
    std::string out;
    lines_.clear();
    last_.clear();
    for (sdk::Input& input : source_.read(name, text)) {
      if (!input.failure) {
        const auto followed = source_.follow(input, kept_, now_);
        EXPECT_TRUE(followed) << describe(followed.error());
        if (!input.failure) kept_.take(input);
      }
      out += (out.empty() ? "" : "; ") + shown(input);
      for (const std::string& line : sdk::dry_run_lines("f", input, now_)) lines_ += line + "\n";
      last_.push_back(input);
    }
    return out;
  }
  /// The dry-run lines of what was told last.
  const std::string& lines() const { return lines_; }
  const std::vector<sdk::Input>& last() const { return last_; }
  std::size_t kept_bytes() const { return kept_.bytes(); }
  std::size_t kept_values() const { return kept_.values_.size(); }
  const HealthSource& source() const { return source_; }
  Instant now_ = kNoon;

 private:
  struct Memory final : sdk::Kept {
    Result<std::optional<Bytes>> state(std::string_view name) override {
      const auto found = values_.find(name);
      return found == values_.end() ? std::optional<Bytes>{} : found->second;
    }
    void take(const sdk::Input& input) {
      for (const auto& [name, what] : input.state) {
        if (what.value) values_[name] = *what.value;
        else values_.erase(name);
      }
    }
    std::size_t bytes() const {
      std::size_t out = 0;
      for (const auto& [name, value] : values_) out += value.size();
      return out;
    }
    std::map<std::string, Bytes, std::less<>> values_;
  };
  static std::string shown(const sdk::Input& input) {
    if (input.failure) return std::string(input.failure->error.code.name) + " " + input.failure->field;
    std::string out;
    for (const sdk::TypedEvent& event : input.events) out += (out.empty() ? "" : ", ") + std::string(contract::name_of(event.kind)) + " " + event.reference;
    for (const sdk::NoMore& gone : input.no_more) out += (out.empty() ? "- " : ", - ") + std::string(contract::name_of(gone.kind)) + " " + gone.reference;
    for (const auto& [name, times] : input.counted) out += (out.empty() ? "nothing (" : " (") + name.substr(name.find('/') + 1) + ")";
    return out;
  }

  HealthSource source_;
  Memory kept_;
  std::string lines_;
  std::vector<sdk::Input> last_;
};

inline constexpr const char* kDisclosed = "OBX|1|CE|ED-DA-DISCLOSED^x^MCHT-ED||PARTNER^Partner^MCHT-ED||||||F|||20260714015500\r";

/// A message of one attendance: PID with an NHS number and a hospital number, PV1 with visit number V1.
struct Built {
  std::string trigger = "A04", sent = "20260714020800", visit = "V1", extra, control = "C1", processing = "P";
  std::string pid3 = "9990471223^^^NHS^NH~L0473316^^^RBT^MR", born = "19930811", rest = "|2|||22 Lunt Terrace^^Crewe^Cheshire^CW1 3DT^GBR^H||07700 900615^PRN^CP";
  std::string admitted = "20260714012000", name = "Farrant-Osei^Ruth^^^Ms^^L";
  std::string text() const {
    return "MSH|^~\\&|EDIS|RBT20|CONCORDAT|CE|" + sent + "||ADT^" + trigger + "|" + control + "|" + processing + "|2.4\rEVN|A99|" + sent + "\rPID|1||" + pid3 + "||" + name + "||" + born + rest +
           "\rPV1|1|E|ED^^^RBT20|||||||180|||||||||" + visit + "|||||||||||||||||||||||||" + admitted + "\r" + extra;
  }
};

}  // namespace concordat::health::testing
