// What the tests of courts share: hearings put together from parts, and what came of a sequence of them in lines.
#pragma once

#include <google/protobuf/message.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "adapters/courts/courts.h"
#include "concordat/v1/court_hearing.pb.h"
#include "concordat/v1/court_outcome.pb.h"
#include "proto/contract/contract.h"

namespace concordat::courts::testing {

inline constexpr std::int64_t kNow = 1'784'100'000'000;  // 15 July 2026
inline constexpr Instant kLater = instant_of(kNow + 60LL * 86'400'000);  // after every hearing of the tests

inline std::string file_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << path;
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}
inline std::string sample(const std::string& name) { return file_text("adapters/courts/samples/" + name); }
inline bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }
inline std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

inline CourtSource source(Environment environment = Environment::Live) {
  auto tables = Tables::load();
  EXPECT_TRUE(tables) << describe(tables.error());
  return {std::move(*tables), environment};
}

// ---- a hearing from its parts ------------------------------------------------------------------------------------------

/// `more` begins with a comma.
inline std::string result(const std::string& id, const std::string& code, const std::string& label, const std::string& category = "FINAL", const std::string& more = "") {
  return R"({"judicialResultId":")" + id + R"(","cjsCode":")" + code + R"(","label":")" + label + R"(","category":")" + category + R"(","orderedDate":"2026-07-14")" + more + "}";
}
inline std::string order(const std::string& id = "r1", const std::string& more = "") { return result(id, "3047", "Restraining order for period", "FINAL", more); }
inline std::string offence(int sequence, const std::string& results, const std::string& more = "") {
  return R"({"id":"o)" + std::to_string(sequence) + R"(","offenceCode":"CJ88116","orderIndex":)" + std::to_string(sequence) + R"(,"judicialResults":[)" + results + "]" + more + "}";
}
inline std::string defendant(const std::string& id, const std::string& offences, const std::string& more = "") {
  return R"({"id":")" + id + R"(","masterDefendantId":"m)" + id + R"(","prosecutionAuthorityReference":"2607CW0100000048101J","personDefendant":{"personDetails":{"lastName":"Price"}},"offences":[)" + offences +
         "]" + more + "}";
}
struct Shared {
  std::string id = "h1";
  std::string day = "2026-07-14";
  std::string at = "2026-07-14T10:00:00Z";   ///< Empty: not shared.
  std::string more = {};                     ///< Of the hearing.
  std::string days = R"({"sittingDay":"2026-07-14T09:00:00Z"})";
  bool reshare = false;
};
inline std::string hearing(const std::string& defendants, const Shared& as = {}) {
  return R"({"hearing":{"id":")" + as.id + R"(","courtCentre":{"code":"B06AN00","name":"Ansley"},"type":{"description":"Sentence"},"hearingDays":[)" + as.days +
         R"(],"prosecutionCases":[{"id":"c1","prosecutionCaseIdentifier":{"caseURN":"07CW1234526"},"defendants":[)" + defendants + "]}]" + as.more + "}" +
         (as.at.empty() ? "" : R"(,"hearingDay":")" + as.day + R"(","sharedTime":")" + as.at + R"(","isReshare":)" + (as.reshare ? "true" : "false")) + "}";
}

// ---- what came of it ---------------------------------------------------------------------------------------------------

class Memory final : public sdk::Kept {
 public:
  Result<std::optional<Bytes>> state(std::string_view name) override {
    const auto found = values_.find(name);
    return found == values_.end() ? std::optional<Bytes>{} : found->second;
  }
  void take(const sdk::Input& input) {
    for (const auto& [name, what] : input.state) values_[name] = what.value;
  }
  std::size_t size() const { return values_.size(); }

 private:
  std::map<std::string, std::optional<Bytes>, std::less<>> values_;
};

/// "court_outcome h1/d1/adjourned reversed" of an event, with what it is about; `with_abuse` also whether its case is known to be one of abuse.
inline std::string shown(const sdk::TypedEvent& event, bool with_abuse) {
  std::string out = event.reference;
  if (event.kind == contract::Kind::CourtOutcome) {
    const auto& message = static_cast<const v1::CourtOutcome&>(*event.message);
    for (const std::uint32_t sequence : message.outcome().offence()) out += " #" + std::to_string(sequence);
    if (with_abuse && message.outcome().abuse_case()) out += " abuse";
    if (message.outcome().reversed()) out += " reversed";
  } else if (static_cast<const v1::CourtHearing&>(*event.message).hearing().vacated()) {
    out += " vacated";
  }
  return out;
}

/// Takes message after message, as a feed does.
class Courts {
 public:
  explicit Courts(Environment environment = Environment::Live, bool with_abuse = false) : source_(source(environment)), with_abuse_(with_abuse) {}
  /// "h1/d1/adjourned #1 | E-VALUE field"; what changes nothing at the sender is left out.
  std::string take(const std::string& text, const std::string& name = "f.json", Instant now = kLater) {
    std::string out;
    for (sdk::Input& input : source_.read(name, text)) {
      if (!input.failure) {
        const auto followed = source_.follow(input, memory_, now);
        EXPECT_TRUE(followed || followed.error().fault == Fault::Malformed) << describe(followed.error());
        if (!followed) input.failure = sdk::Failure{input.line, "record", followed.error()};
      }
      if (input.failure) {
        out += (out.empty() ? "" : " | ") + std::to_string(input.failure->line) + ": " + std::string(input.failure->error.code.name) + " " + input.failure->field;
        continue;
      }
      memory_.take(input);
      for (const sdk::TypedEvent& event : input.events) {
        const std::string content = event.message->SerializeAsString() + std::to_string(ms_of(event.happened));
        EXPECT_TRUE(contract::split(*event.message, event.happened)) << event.reference;
        if (std::exchange(sent_[event.reference], content) == content) continue;
        out += (out.empty() ? "" : " | ") + shown(event, with_abuse_);
        last_ = event;
      }
    }
    return out;
  }
  const v1::CourtOutcome& outcome() const { return static_cast<const v1::CourtOutcome&>(*last_.message); }
  const v1::CourtHearing& listing() const { return static_cast<const v1::CourtHearing&>(*last_.message); }
  const sdk::TypedEvent& last() const { return last_; }
  const CourtSource& reads() const { return source_; }

 private:
  CourtSource source_;
  bool with_abuse_;
  Memory memory_;
  std::map<std::string, std::string> sent_;
  sdk::TypedEvent last_;
};

/// All dry-run lines of a text, followed in memory.
inline std::string lines(const std::string& text, const std::string& name, Environment environment = Environment::Live) {
  const CourtSource from = source(environment);
  Memory memory;
  std::string out;
  for (sdk::Input& input : from.read(name, text)) {
    if (!input.failure && from.follow(input, memory, instant_of(kNow))) memory.take(input);
    for (const std::string& line : sdk::dry_run_lines(name, input, instant_of(kNow))) out += line + "\n";
  }
  return out;
}

}  // namespace concordat::courts::testing
