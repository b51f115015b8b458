// The table: read strictly, then asked of segments.
#include "adapters/health/rules.h"

#include <algorithm>
#include <charconv>

#include "proto/text/yaml.h"

namespace concordat::health {
namespace {

using contract::DisclosedBy;

constexpr std::array<std::string_view, 3> kBy = {"patient", "clinician", "third_party"};
constexpr std::array<std::string_view, 8> kSafe = {"mobile", "home_phone", "work_phone", "email", "through", "time", "instructions", "leave_message"};
constexpr std::array<std::string_view, 8> kSafePaths = {
    "safe_contact.contact[type=mobile].value", "safe_contact.contact[type=home_phone].value",    "safe_contact.contact[type=work_phone].value",
    "safe_contact.contact[type=email].value",  "safe_contact.contact[type=through_person].value", "safe_contact.safe_time",
    "safe_contact.instructions",               "safe_contact.leave_message"};
constexpr std::array<std::string_view, 6> kStates = {"given", "refused", "not_asked", "unsafe_to_ask", "lacks_capacity", "withdrawn"};
/// Segments that are about somebody else, or about the message.
constexpr std::array<std::string_view, 8> kNeverFrom = {"MSH", "EVN", "NK1", "GT1", "IN1", "IN2", "MRG", "NTE"};

std::vector<std::string_view> risk_words() {
  static const std::vector<std::string> kAnswers = [] {
    std::vector<std::string> out;
    for (int n = 1; n <= 24; ++n) out.push_back((n < 10 ? "q0" : "q") + std::to_string(n));
    for (const char* each : {"score", "judgement", "judgement_reason", "assessed", "assessor", "pregnant"}) out.emplace_back(each);
    return out;
  }();
  return {kAnswers.begin(), kAnswers.end()};
}

/// "ZDA-2", "DG1-3.4".
std::optional<Where> place_of(std::string_view text) {
  Where where;
  if (text.size() < 5 || text[3] != '-') return std::nullopt;
  where.segment = std::string(text.substr(0, 3));
  const char* end = text.data() + text.size();
  auto number = std::from_chars(text.data() + 4, end, where.field);
  if (number.ec == std::errc() && number.ptr != end && *number.ptr == '.') number = std::from_chars(number.ptr + 1, end, where.component);
  const bool named = std::all_of(where.segment.begin(), where.segment.end(), [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
  if (number.ec != std::errc() || number.ptr != end || !named || where.field == 0 || where.field >= hl7::kFieldsMax || where.component == 0 || where.component > 50) return std::nullopt;
  return where;
}

Result<Where> read_where(text::Map& map) {
  if (const auto question = map.find("question")) {
    TRY(const std::string text, question->text());
    Where where{"OBX", 5, 1, normal_code(text)};
    if (map.find("field")) return map.key("field").refuse("a question's answer is OBX-5: name the question alone");
    if (where.question.empty()) return question->refuse("it is no code");
    return where;
  }
  TRY(const text::Node node, map.need("field"));
  TRY(const std::string text, node.text());
  auto where = place_of(text);
  if (!where) return node.refuse("no place in a message: write ZDA-2, DG1-3 or DG1-3.4, or `question:` for an observation");
  if (where->segment == "OBX") return node.refuse("an observation is named by `question:`, its code in OBX-3; its answer is OBX-5");
  if (where->segment == "NK1") return node.refuse("next of kin may be the perpetrator: nothing is ever taken from NK1");
  if (std::find(kNeverFrom.begin(), kNeverFrom.end(), where->segment) != kNeverFrom.end()) return node.refuse("nothing about the patient is taken from " + where->segment);
  return std::move(*where);
}

/// None twice.
Result<std::set<std::string>> read_code_set(const std::vector<text::Node>& codes) {
  std::set<std::string> out;
  for (const text::Node& each : codes) {
    TRY(const std::string text, each.text());
    if (normal_code(text).empty() || !out.insert(normal_code(text)).second) return each.refuse("the code is empty or stands twice");
  }
  return out;
}

Result<Coded> read_coded(text::Map& map) {
  Coded coded;
  TRY(coded.where, read_where(map));
  if (const auto begins = map.find("begins")) {
    TRY(const std::string text, begins->text());
    coded.begins = normal_code(text);
    if (map.find("code")) return map.key("code").refuse("either `code` or `begins`");
    if (coded.begins.empty()) return begins->refuse("every code would begin so");
  } else {
    TRY(const text::Node code, map.need("code"));
    TRY(const std::vector<text::Node> codes, code.one_or_more());
    TRY(coded.codes, read_code_set(codes));
  }
  TRY(const std::string system, map.text_or("system", ""));
  coded.system = normal_code(system);
  return coded;
}

Result<DisclosedBy> read_by(text::Map& map, std::string_view key) {
  TRY(const std::size_t by, map.one_of(key, kBy));
  return std::array{DisclosedBy::Patient, DisclosedBy::Clinician, DisclosedBy::ThirdParty}[by];
}

Result<DisclosureRule> read_disclosure(const text::Node& node) {
  TRY(text::Map map, node.map());
  DisclosureRule rule;
  TRY(rule.coded, read_coded(map));
  if (const auto none = map.find("not")) {
    if (rule.coded.where.question.empty()) return none->refuse("only a question has answers that disclose nothing: name it with `question:`");
    TRY(const std::vector<text::Node> codes, none->is_list() ? none->list() : none->one_or_more());
    TRY(rule.not_codes, read_code_set(codes));
  }
  TRY(rule.by, read_by(map, "by"));
  TRY(rule.injury, map.boolean_or("injury", false));
  TRY(rule.routine_enquiry, map.boolean_or("routine_enquiry", false));
  TRY_VOID(map.finish());
  if (rule.coded.where.segment == "PID" || rule.coded.where.segment == "PV1") return map.key("field").refuse("who somebody is, is no disclosure");
  return rule;
}

Result<std::vector<Coded>> read_codes(text::Map& map, std::string_view key) {
  std::vector<Coded> out;
  const auto list = map.find(key);
  if (!list) return out;
  TRY(const std::vector<text::Node> nodes, list->list());
  for (const text::Node& node : nodes) {
    TRY(text::Map each, node.map());
    TRY(Coded coded, read_coded(each));
    TRY_VOID(each.finish());
    out.push_back(std::move(coded));
  }
  return out;
}

/// From the source's words to ours, of which `right` are all.
Result<std::map<std::string, std::string>> read_words(text::Map& map, std::span<const std::string_view> right) {
  std::map<std::string, std::string> words;
  const auto list = map.find("words");
  if (!list) return words;
  TRY(const std::vector<text::Node> nodes, list->list());
  for (const text::Node& node : nodes) {
    TRY(text::Map word, node.map());
    TRY(const std::string from, word.text("from"));
    TRY(const std::size_t to, word.one_of("to", right));
    TRY_VOID(word.finish());
    if (!words.emplace(normal_code(from), right[to]).second) return node.refuse("the word stands twice");
  }
  return words;
}

/// A list of places that each lead to one of `right`; a target stands once.
Result<std::vector<PathRule>> read_paths(const text::Node& list, std::span<const std::string_view> right, std::span<const std::string_view> many) {
  std::vector<PathRule> out;
  std::set<std::size_t> taken;
  TRY(const std::vector<text::Node> nodes, list.list());
  for (const text::Node& node : nodes) {
    TRY(text::Map map, node.map());
    PathRule rule;
    TRY(rule.where, read_where(map));
    TRY(const std::size_t to, map.one_of("to", right));
    TRY_VOID(map.finish());
    const bool again = !taken.insert(to).second && std::find(many.begin(), many.end(), right[to]) == many.end();
    if (again) return node.refuse("a second place leads to `" + std::string(right[to]) + "`, and there is room for one");
    rule.path = std::string(right[to]);
    out.push_back(std::move(rule));
  }
  return out;
}

Result<std::vector<ConsentRule>> read_consent(text::Map& map) {
  std::vector<ConsentRule> out;
  const auto list = map.find("consent");
  if (!list) return out;
  TRY(const std::vector<text::Node> nodes, list->list());
  for (const text::Node& node : nodes) {
    TRY(text::Map each, node.map());
    ConsentRule rule;
    TRY(rule.where, read_where(each));
    TRY(rule.purpose, each.name("purpose"));
    TRY(rule.words, read_words(each, kStates));
    TRY_VOID(each.finish());
    if (rule.words.empty()) return node.refuse("`words` must say what each answer means: " + std::string(kStates[0]) + ", " + std::string(kStates[1]) + ", …");
    const bool again = std::any_of(out.begin(), out.end(), [&](const ConsentRule& before) { return before.purpose == rule.purpose; });
    if (again) return node.refuse("a second consent for that purpose");
    out.push_back(std::move(rule));
  }
  return out;
}

/// OBX-3 or its alternate code.
std::string question_of(const hl7::Segment& segment, std::size_t number) { return normal_code(hl7::value(&segment, 3, number)); }

bool says_nothing(const hl7::Segment& segment) {
  if (segment.name != "OBX") return false;
  const std::string status = normal_code(hl7::value(&segment, 11));
  return status.size() == 1 && std::string_view("DINWX").find(status[0]) != std::string_view::npos;
}

/// Until 2.3 a diagnosis had its code alone in DG1-3, the system in DG1-2 and the name in DG1-4; many still write it so.
bool is_old_diagnosis(const hl7::Segment& segment, const Where& where) { return segment.name == "DG1" && where.field == 3 && where.component == 1; }
void put_old_diagnosis(Found& found, const hl7::Segment& segment) {
  if (found.system.empty()) found.system = hl7::value(&segment, 2);
  if (found.label.empty()) found.label = hl7::value(&segment, 4);
}

bool is_of(const Coded& coded, const std::string& normal) { return coded.begins.empty() ? coded.codes.contains(normal) : normal.starts_with(coded.begins); }
bool is_system(const Coded& coded, const std::string& system) { return coded.system.empty() || coded.system == normal_code(system); }

bool fits(const Coded& coded, const std::string& code, const std::string& system) {
  const std::string normal = normal_code(code);
  return !normal.empty() && is_system(coded, system) && is_of(coded, normal);
}

/// A disclosure, or none, by one of the rules for the question.
bool is_known(const Rules& rules, const std::string& question, const std::string& code, const std::string& system) {
  return std::any_of(rules.disclosures.begin(), rules.disclosures.end(), [&](const DisclosureRule& rule) {
    if (rule.coded.where.question != question) return false;
    return fits(rule.coded, code, system) || (rule.not_codes && rule.not_codes->contains(normal_code(code)) && is_system(rule.coded, system));
  });
}

/// One of OBX-5: code, name, system, then the alternates.
bool is_unknown(const Rules& rules, const std::string& question, std::string_view answer) {
  bool said = false;
  for (const std::size_t at : {1, 4}) {
    const std::string code = hl7::component(answer, at), name = hl7::component(answer, at + 1);
    if (!code.empty() && is_known(rules, question, code, hl7::component(answer, at + 2))) return false;
    said = said || !code.empty() || !name.empty();
  }
  return said;
}

/// What each answer to a question means must be said: another that is a silent no would hide whoever gave it.
Result<int> check_questions(const std::vector<DisclosureRule>& rules, const std::vector<text::Node>& nodes) {
  for (std::size_t n = 0; n < rules.size(); ++n) {
    const std::string& question = rules[n].coded.where.question;
    if (question.empty()) continue;
    const auto of_it = [&](const DisclosureRule& rule) { return rule.coded.where.question == question; };
    const auto names_others = [&](const DisclosureRule& rule) { return of_it(rule) && rule.not_codes; };
    if (std::none_of(rules.begin(), rules.end(), names_others)) {
      return nodes[n].refuse("the question's other answers are missing: `not: [NONE, …]` names those that disclose nothing, and any that is in neither waits for a person");
    }
    for (const std::string& code : rules[n].not_codes.value_or(std::set<std::string>())) {
      const auto discloses_too = [&](const DisclosureRule& rule) { return of_it(rule) && is_of(rule.coded, code); };
      if (std::any_of(rules.begin(), rules.end(), discloses_too)) return nodes[n].refuse("`not` has an answer that discloses as well");
    }
  }
  return 0;
}

}  // namespace

std::string Where::text() const { return segment + "-" + std::to_string(field); }

std::string normal_code(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c != ' ' && c != '.' && c != '\t') out += static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  }
  return out;
}

Result<Rules> Rules::load(const std::filesystem::path& file) {
  TRY(const text::Document document, text::Document::load(file));
  Rules rules;
  TRY_VOID(rules.read(document));
  return rules;
}

Result<Rules> Rules::parse(std::string file, std::string_view yaml) {
  TRY(const text::Document document, text::Document::parse(std::move(file), yaml));
  Rules rules;
  TRY_VOID(rules.read(document));
  return rules;
}

Result<int> Rules::read_risk(text::Map& map) {
  const auto node = map.find("risk");
  if (!node) return 0;
  TRY(text::Map inner, node->map());
  const auto targets = risk_words();
  TRY(const text::Node answers, inner.need("answers"));
  TRY(risk, read_paths(answers, targets, {}));
  constexpr std::array<std::string_view, 13> kMeant = {"yes", "no", "unknown", "standard", "medium", "high", "escalation", "extreme_fear", "minimisation", "cultural_barriers",
                                                       "vulnerability", "access_to_weapons", "other"};
  TRY(words, read_words(inner, kMeant));
  if (inner.find("discloses")) {
    TRY(risk_discloses, read_by(inner, "discloses"));
  }
  TRY_VOID(inner.finish());
  return 0;
}

Result<int> Rules::read(const text::Document& document) {
  TRY(text::Map map, document.map());
  TRY_VOID(map.name("table"));
  TRY(const text::Node list, map.need("disclosures"));
  TRY(const std::vector<text::Node> nodes, list.list());
  for (const text::Node& node : nodes) {
    TRY(DisclosureRule rule, read_disclosure(node));
    disclosures.push_back(std::move(rule));
  }
  if (disclosures.empty()) return list.refuse("without a disclosure nothing is ever published");
  TRY_VOID(check_questions(disclosures, nodes));
  TRY(injuries, read_codes(map, "injuries"));
  TRY(mental_health, read_codes(map, "mental_health"));
  TRY_VOID(read_risk(map));
  TRY(consent, read_consent(map));
  if (const auto safe = map.find("safe_contact")) {
    TRY(safe_contact, read_paths(*safe, kSafe, std::array<std::string_view, 1>{"time"}));
    for (PathRule& rule : safe_contact) {
      const bool called_safe = rule.where.segment == "OBX" || rule.where.segment[0] == 'Z';
      if (!called_safe) return safe->refuse("nobody called " + rule.where.text() + " safe: only an observation or a Z segment says so");
      rule.path = std::string(kSafePaths[static_cast<std::size_t>(std::find(kSafe.begin(), kSafe.end(), rule.path) - kSafe.begin())]);
    }
  }
  TRY_VOID(map.finish());
  return 0;
}

std::vector<const Where*> Rules::places() const {
  std::vector<const Where*> out;
  for (const DisclosureRule& rule : disclosures) out.push_back(&rule.coded.where);
  for (const auto* codes : {&injuries, &mental_health}) {
    for (const Coded& coded : *codes) out.push_back(&coded.where);
  }
  for (const auto* paths : {&risk, &safe_contact}) {
    for (const PathRule& rule : *paths) out.push_back(&rule.where);
  }
  for (const ConsentRule& rule : consent) out.push_back(&rule.where);
  return out;
}

const Where* unknown_disclosure(const std::vector<hl7::Segment>& segments, const Rules& rules) {
  for (const DisclosureRule& rule : rules.disclosures) {
    const Where& where = rule.coded.where;
    if (where.question.empty()) continue;
    for (const hl7::Segment& segment : segments) {
      if (says_nothing(segment) || !is_observation(segment, where.question)) continue;
      const auto all = hl7::repetitions(segment.field(where.field));
      if (std::any_of(all.begin(), all.end(), [&](std::string_view each) { return is_unknown(rules, where.question, each); })) return &where;
    }
  }
  return nullptr;
}

bool is_observation(const hl7::Segment& segment, std::string_view question) {
  return segment.name == "OBX" && (question_of(segment, 1) == question || question_of(segment, 4) == question);
}

std::vector<Found> values_at(const std::vector<hl7::Segment>& segments, const Where& where) {
  std::vector<Found> out;
  for (const hl7::Segment& segment : segments) {
    if (segment.name != where.segment || says_nothing(segment)) continue;
    if (!where.question.empty() && !is_observation(segment, where.question)) continue;
    for (const std::string_view each : hl7::repetitions(segment.field(where.field))) {
      Found one{&segment, hl7::component(each, where.component), {}, {}};
      if (one.code.empty()) continue;
      one.label = hl7::component(each, where.component + 1);
      one.system = hl7::component(each, where.component + 2);
      if (is_old_diagnosis(segment, where)) put_old_diagnosis(one, segment);
      out.push_back(std::move(one));
    }
  }
  return out;
}

std::vector<Found> found(const std::vector<hl7::Segment>& segments, const Coded& coded) {
  std::vector<Found> out;
  for (Found& each : values_at(segments, coded.where)) {
    if (fits(coded, each.code, each.system)) out.push_back(std::move(each));
  }
  if (coded.where.component != 1) return out;
  // A coded element may give the same in another system: code, name, system, then the alternates.
  Where alternate = coded.where;
  alternate.component = 4;
  for (Found& each : values_at(segments, alternate)) {
    if (fits(coded, each.code, each.system)) out.push_back(std::move(each));
  }
  return out;
}

}  // namespace concordat::health
