// Tables: see tables.h.
#include "adapters/courts/tables.h"

#include "adapters/sdk/read/record.h"
#include "concordat/v1/person.pb.h"
#include "concordat/v1/values.pb.h"
#include "proto/contract/vocabulary.h"

namespace concordat::courts {
namespace {

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  return out;
}

/// Lower case, one blank for any white space: labels differ in both.
std::string plain(std::string_view text) {
  std::string out;
  bool blank = false;
  for (const char c : text) {
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      blank = !out.empty();
      continue;
    }
    if (blank) out += ' ';
    blank = false;
    out += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  }
  return out;
}

/// "Change to guilty - no jury" is CHANGE_TO_GUILTY_NO_JURY.
std::string value_of(std::string_view text) {
  std::string out;
  for (const char c : upper(text)) {
    const bool letter = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter) out += c;
    if (!letter && !out.empty() && out.back() != '_') out += '_';
  }
  while (out.ends_with('_')) out.pop_back();
  return out;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto end = text.find(' ');
    if (end != 0) out.emplace_back(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
  return out;
}

/// A row of a table: cells by the names in its header, empty ones absent.
class Row {
 public:
  Row(const read::Record& record, std::string_view table) : record_(record), table_(table) {}
  std::string operator[](std::string_view column) const {
    for (const read::Cell& cell : record_.cells) {
      if (cell.name == column) return cell.value;
    }
    return {};
  }
  tl::unexpected<Error> refuse(const std::string& word) const {
    return fail(Fault::Malformed, code::kConfig, std::string(table_) + " line " + std::to_string(record_.line) + ": `" + word + "` is no word of the contract");
  }

 private:
  const read::Record& record_;
  std::string_view table_;
};

template <class Each>
Result<int> each_row(const char* text, std::string_view table, Each&& each) {
  TRY(const read::Records records, read::read_csv(text));
  if (!records.unreadable.empty()) return fail(Fault::Malformed, code::kConfig, std::string(table) + " line " + std::to_string(records.unreadable.front().line) + " cannot be read");
  for (const read::Record& record : records.records) TRY_VOID(each(Row(record, table)));
  return 0;
}

bool is_condition(const std::string& word) {
  v1::ConditionKind kind{};
  return v1::ConditionKind_Parse("CONDITION_KIND_" + upper(word), &kind);
}
bool is_change(const std::string& word) { return word == "made" || word == "varied" || word == "extended" || word == "discharged"; }
bool is_measure(const std::string& word) {
  v1::SpecialMeasureKind kind{};
  return v1::SpecialMeasureKind_Parse("SPECIAL_MEASURE_KIND_" + upper(word), &kind);
}

Result<int> check_outcomes(const Row& row, const std::vector<std::string>& outcomes) {
  for (const std::string& word : outcomes) {
    if (!contract::named<contract::OutcomeKind>(word)) return row.refuse(word);
  }
  return 0;
}

Result<Meaning> meaning_of(const Row& row) {
  Meaning out;
  out.known = true;
  out.code = row["code"];
  out.label = row["label"];
  out.outcomes = words_of(row["outcome"]);
  if (out.outcomes.size() == 1 && out.outcomes.front() == "none") out.outcomes.clear();
  TRY_VOID(check_outcomes(row, out.outcomes));
  out.order = row["order"];
  out.change = row["change"];
  out.of_bail = row["of"] == "bail";
  out.conditions = words_of(row["condition"]);
  out.measure = row["measure"];
  out.marker = row["marker"];
  if (!out.order.empty() && !contract::named<contract::OrderKind>(out.order)) return row.refuse(out.order);
  if (!out.change.empty() && !is_change(out.change)) return row.refuse(out.change);
  if (!out.measure.empty() && !is_measure(out.measure)) return row.refuse(out.measure);
  for (const std::string& word : out.conditions) {
    if (!is_condition(word)) return row.refuse(word);
  }
  return out;
}

/// 1029 "revoked", 1030 "varied": of what, another field says.
bool is_generic(std::string_view code) {
  return code == "1000" || code == "1028" || code == "1029" || code == "1030" || code == "1031" || code == "1032" || code == "1040";
}

std::optional<Said> find_said(const std::map<std::string, Said, std::less<>>& table, std::string_view value) {
  const auto found = table.find(value_of(value));
  return found == table.end() ? std::nullopt : std::optional<Said>(found->second);
}

}  // namespace

Result<Tables> Tables::load() {
  Tables out;
  TRY_VOID(out.read_results());
  TRY_VOID(out.read_others());
  return out;
}

Result<int> Tables::read_results() {
  return each_row(tables::kResults, "results.csv", [this](const Row& row) -> Result<int> {
    TRY(const Meaning meaning, meaning_of(row));
    const std::string short_code = row["short"];
    if (!short_code.empty()) by_short_.emplace(short_code, meaning);
    by_label_.emplace(plain(meaning.label), meaning);
    if (short_code.empty() && !meaning.code.empty()) by_code_.emplace(meaning.code, meaning);
    return 0;
  });
}

Result<int> Tables::read_others() {
  TRY_VOID(each_row(tables::kQualifiers, "qualifiers.csv", [this](const Row& row) -> Result<int> {
    TRY(Meaning meaning, meaning_of(row));
    meaning.of_bail = true;
    qualifiers_.emplace(row["qualifier"], std::move(meaning));
    return 0;
  }));
  const auto said = [](auto& table, const char* column) {
    return [&table, column](const Row& row) -> Result<int> {
      TRY_VOID(check_outcomes(row, words_of(row["outcome"])));
      table.emplace(row["value"], Said{row[column], row["outcome"]});
      return 0;
    };
  };
  TRY_VOID(each_row(tables::kPleas, "pleas.csv", said(pleas_, "plea")));
  TRY_VOID(each_row(tables::kVerdicts, "verdicts.csv", said(verdicts_, "verdict")));
  TRY_VOID(each_row(tables::kPrompts, "prompts.csv", [this](const Row& row) -> Result<int> {
    const std::string means = row["means"];
    if (means != "until" && !is_condition(means)) return row.refuse(means);
    prompts_.push_back({row["type"], row["contains"], means});
    return 0;
  }));
  TRY_VOID(each_row(tables::kHearings, "hearings.csv", [this](const Row& row) -> Result<int> {
    if (!contract::named<contract::HearingKind>(row["kind"])) return row.refuse(row["kind"]);
    hearings_.push_back({{}, row["contains"], row["kind"]});
    return 0;
  }));
  TRY_VOID(each_row(tables::kAbuse, "abuse.csv", [this](const Row& row) -> Result<int> {
    const std::string what = row["what"];
    if (what != "offence" && what != "qualifier" && what != "marker") return row.refuse(what);
    abuse_.emplace(what, row["code"]);
    return 0;
  }));
  TRY_VOID(each_row(tables::kAnnuls, "annuls.csv", [this](const Row& row) -> Result<int> {
    const std::string what = row["annuls"], code = row["code"];
    if (what != "sentence" && what != "conviction" && what != "conviction_of_charge" && what != "acquittal") return row.refuse(what);
    annuls_.emplace(code.empty() ? plain(row["label"]) : code, what);
    return 0;
  }));
  return each_row(tables::kApplications, "applications.csv", [this](const Row& row) -> Result<int> {
    TRY(Meaning meaning, meaning_of(row));
    meaning.code.clear();
    applications_.push_back({row["code"], row["contains"], std::move(meaning)});
    return 0;
  });
}

const Meaning* Tables::specific(const Coded& coded) const {
  const auto by_short = by_short_.find(upper(coded.short_code));
  // A short code that belongs to another code was no short code, but how a sentence began.
  if (by_short != by_short_.end() && (coded.code.empty() || by_short->second.code.empty() || by_short->second.code == coded.code)) return &by_short->second;
  if (const auto by_label = by_label_.find(plain(coded.label)); !coded.label.empty() && by_label != by_label_.end()) return &by_label->second;
  const auto by_code = by_code_.find(coded.code);
  return by_code == by_code_.end() ? nullptr : &by_code->second;
}

const Meaning* Tables::of_application(const Coded& coded) const {
  for (const Application& each : applications_) {
    if (!each.code.empty() && each.code == coded.application) return &each.meaning;
  }
  const std::string title = plain(coded.title);
  for (const Application& each : applications_) {
    if (!each.part.empty() && title.find(each.part) != std::string::npos) return &each.meaning;
  }
  return nullptr;
}

Meaning Tables::meaning(const Coded& coded) const {
  Meaning out;
  if (const Meaning* found = specific(coded)) {
    out = *found;
  } else if (const Meaning* about = is_generic(coded.code) ? of_application(coded) : nullptr) {
    out = *about;
  } else if (coded.final) {
    out.outcomes = {"other"};
  }
  if (!coded.code.empty()) out.code = coded.code;
  if (!coded.label.empty()) out.label = coded.label;
  for (const std::string& name : {out.code, plain(out.label)}) {
    if (const auto found = annuls_.find(name); found != annuls_.end() && out.annuls.empty()) out.annuls = found->second;
  }
  // An application that is dismissed or withdrawn acquits nobody.
  if (out.annuls == "conviction_of_charge") out.annuls = coded.title.empty() && !coded.of_application ? "conviction" : "";
  return out;
}

std::optional<Said> Tables::plea(std::string_view value) const { return find_said(pleas_, value); }
std::optional<Said> Tables::verdict(std::string_view value) const { return find_said(verdicts_, value); }

Meaning Tables::qualifier(std::string_view code) const {
  const auto found = qualifiers_.find(code);
  return found == qualifiers_.end() ? Meaning{} : found->second;
}

bool Tables::is_abuse_offence(std::string_view code) const { return abuse_.contains({"offence", upper(code)}); }
bool Tables::is_abuse_qualifier(std::string_view code) const { return abuse_.contains({"qualifier", upper(code)}); }
bool Tables::is_abuse_marker(std::string_view codes) const {
  constexpr std::size_t kCode = 2;
  for (std::size_t at = 0; at + kCode <= codes.size(); at += kCode) {
    if (abuse_.contains({"marker", upper(codes.substr(at, kCode))})) return true;
  }
  return false;
}

std::string Tables::hearing_kind(std::string_view description) const {
  const std::string text = plain(description);
  for (const Contains& each : hearings_) {
    if (text.find(each.part) != std::string::npos) return each.means;
  }
  return "other";
}

std::vector<std::string> Tables::prompt(std::string_view type, std::string_view reference, std::string_view label) const {
  const std::string names = plain(reference) + " | " + plain(label);
  std::vector<std::string> out;
  for (const Contains& each : prompts_) {
    if ((each.type.empty() || each.type == type) && names.find(each.part) != std::string::npos) out.push_back(each.means);
  }
  return out;
}

}  // namespace concordat::courts
