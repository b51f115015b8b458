// What the courts' codes mean, as data: tables/*.csv, built into the program. Every word in them is a word of the contract.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.h"

namespace concordat::courts {

/// What is known of a result by its codes. Words are those of the schema: "protective_order_made", "restraining", "no_contact".
struct Meaning {
  bool known = false;
  std::vector<std::string> outcomes;    ///< None: known and no news.
  std::string order, change;            ///< Of a protective order.
  bool of_bail = false;                 ///< `conditions` are of bail, not of a sentence.
  std::vector<std::string> conditions;
  std::string measure;                  ///< A special measure.
  std::string marker;                   ///< Of a qualifier: what the case is marked as.
  std::string code, label;              ///< The standard ones.
  std::string annuls;                   ///< What was decided of the same offence before and does not stand after this: see standing.h.
};

/// A result as it came, for looking it up.
struct Coded {
  std::string_view code;                ///< CJS.
  std::string_view short_code;          ///< Of the Common Platform.
  std::string_view label;
  bool final = false;
  std::string_view application;         ///< Code of the application, or of the offence that is one.
  std::string_view title;               ///< Of the application.
  bool of_application = false;          ///< It decides one, and no charge.
};

/// A plea or verdict: our word, and the outcome that it is; empty if it is none.
struct Said {
  std::string word, outcome;
};

class Tables {
 public:
  /// E-CONFIG names the table and line with a word that the contract does not have.
  static Result<Tables> load();

  /// By short code, label and code, in this order, whichever is specific; what generic codes are about by the application. A
  /// final result that nothing is known of is the outcome `other`.
  Meaning meaning(const Coded& coded) const;
  std::optional<Said> plea(std::string_view value) const;
  std::optional<Said> verdict(std::string_view value) const;
  /// What a qualifier adds: conditions of bail, or an outcome.
  Meaning qualifier(std::string_view code) const;
  /// "trial"; "other" if no word of the description is known.
  std::string hearing_kind(std::string_view description) const;
  /// Conditions that the name of a prompt says, or "until" for the date on which an order ends. Its value is not asked for.
  std::vector<std::string> prompt(std::string_view type, std::string_view reference, std::string_view label) const;
  /// What makes a case one of domestic abuse: an offence that is so on its face; a qualifier; a marker, also among several that
  /// are written together ("DVVI").
  bool is_abuse_offence(std::string_view code) const;
  bool is_abuse_qualifier(std::string_view code) const;
  bool is_abuse_marker(std::string_view codes) const;
  bool is_short_code(std::string_view text) const { return by_short_.contains(text); }

 private:
  struct Contains {
    std::string type, part, means;
  };
  struct Application {
    std::string code, part;
    Meaning meaning;
  };
  Result<int> read_results();
  Result<int> read_others();
  const Meaning* specific(const Coded& coded) const;
  const Meaning* of_application(const Coded& coded) const;

  std::map<std::string, Meaning, std::less<>> by_short_, by_label_, by_code_, qualifiers_;
  std::map<std::string, Said, std::less<>> pleas_, verdicts_;
  std::vector<Contains> prompts_, hearings_;
  std::vector<Application> applications_;
  std::map<std::string, std::string, std::less<>> annuls_;  ///< By code, or by label where there is none.
  std::set<std::pair<std::string, std::string>> abuse_;  ///< What it is, and its code.
};

/// The tables as they were built in.
namespace tables {
extern const char* const kResults;
extern const char* const kQualifiers;
extern const char* const kPleas;
extern const char* const kVerdicts;
extern const char* const kPrompts;
extern const char* const kHearings;
extern const char* const kApplications;
extern const char* const kAbuse;
extern const char* const kAnnuls;
}  // namespace tables

}  // namespace concordat::courts
