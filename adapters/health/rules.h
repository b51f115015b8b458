// A hospital's own table: which of its codes is a disclosure of abuse, and where its form has risk answers, consent and a safe
// contact. Nothing of this can be guessed from HL7, and without it nothing is published.
//
//     table: example-emergency
//     disclosures:                                            # without one of these the patient is nobody's victim here
//       - {field: DG1-3, code: T74.1, system: I10, by: clinician, injury: yes}
//       - {question: ED-DA, code: [PARTNER, FAMILY], not: [NONE], by: patient, routine_enquiry: yes}   # OBX-3 and its answer, OBX-5;
//                                                             # an answer that is neither is for a person, and never a no
//       - {field: ZDA-2, code: "Y", by: third_party}
//     injuries: [{field: DG1-3, begins: S, system: I10}]      # `begins` instead of `code`: any code that begins so
//     mental_health: [{field: DG1-3, begins: F3, system: I10}]
//     risk:
//       answers: [{question: DASH-01, to: q01}, {question: DASH-S, to: score}]
//       words: [{from: "1", to: "yes"}]                       # beside Y, N, U and whole words
//       discloses: patient                                    # a risk answered yes is a disclosure by itself; optional
//     consent: [{question: ED-CON, purpose: high-risk, words: [{from: "Y", to: given}, {from: "N", to: refused}]}]
//     safe_contact: [{field: ZSC-1, to: mobile}]
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/health/hl7.h"
#include "proto/base/result.h"
#include "proto/contract/vocabulary.h"

namespace concordat::text {
class Document;
class Map;
class Node;
}

namespace concordat::health {

/// A place in a message: ZDA-2, DG1-3.4, or the answer (OBX-5) to one question (OBX-3).
struct Where {
  std::string segment;
  std::size_t field = 0;
  std::size_t component = 1;
  std::string question;  ///< Normal; of OBX only.
  std::string text() const;
};

/// Codes at a place. All normal; empty `system`: of any.
struct Coded {
  Where where;
  std::set<std::string> codes;
  std::string begins;  ///< Instead of codes.
  std::string system;
};

struct DisclosureRule {
  Coded coded;
  std::optional<std::set<std::string>> not_codes;  ///< Normal: answers to the question that disclose nothing.
  contract::DisclosedBy by{};
  bool injury = false;
  bool routine_enquiry = false;
};

/// A value that goes to a field: of the risk answers, or of the safe contact.
struct PathRule {
  Where where;
  std::string path;
};

struct ConsentRule {
  Where where;
  std::string purpose;
  std::map<std::string, std::string> words;  ///< Normal to a state's word.
};

/// A coded value that a rule found.
struct Found {
  const hl7::Segment* segment = nullptr;
  std::string code, label, system;  ///< As sent.
};

struct Rules {
  std::vector<DisclosureRule> disclosures;
  std::vector<Coded> injuries, mental_health;
  std::vector<PathRule> risk;                ///< Paths of RiskAnswers.
  std::map<std::string, std::string> words;  ///< Of risk answers.
  std::optional<contract::DisclosedBy> risk_discloses;
  std::vector<ConsentRule> consent;
  std::vector<PathRule> safe_contact;        ///< Paths of Person.

  /// E-CONFIG and E-WORD with file, line and column; the nearest right word.
  static Result<Rules> load(const std::filesystem::path& file);
  static Result<Rules> parse(std::string file, std::string_view yaml);
  /// Every place that is named.
  std::vector<const Where*> places() const;

 private:
  Result<int> read(const text::Document& document);
  Result<int> read_risk(text::Map& map);
};

/// Codes and words are compared so: without blanks, full stops and case. "T74.1", "t741".
std::string normal_code(std::string_view text);

/// The values at a place, in all segments and repetitions, that say something. Observations that were not made, are wrong or were
/// deleted (OBX-11 D, I, N, W, X) say nothing.
std::vector<Found> values_at(const std::vector<hl7::Segment>& segments, const Where& where);
/// Those of them that are of the rule's codes.
std::vector<Found> found(const std::vector<hl7::Segment>& segments, const Coded& coded);
/// The first question on disclosure that has an answer which the table does not have: neither a disclosure nor none. Null if none has.
const Where* unknown_disclosure(const std::vector<hl7::Segment>& segments, const Rules& rules);
bool is_observation(const hl7::Segment& segment, std::string_view question);

}  // namespace concordat::health
