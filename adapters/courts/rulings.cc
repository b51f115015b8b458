// Rulings: see rulings.h.
#include "adapters/courts/rulings.h"

#include "adapters/sdk/read/when.h"

namespace concordat::courts {
namespace {

/// "RESTRAOP" of "RESTRAOP - Restraining order …", if the tables know it. Nothing else of the text is looked at.
std::string short_code_of(std::string_view result_text, const Tables& tables) {
  const auto end = result_text.find(" - ");
  if (end == std::string_view::npos || end > 16 || !tables.is_short_code(result_text.substr(0, end))) return {};
  return std::string(result_text.substr(0, end));
}

Listing next_of(const Node& next) {
  Listing out = listing_of(next);
  out.hearing = next.text("existingHearingId");
  out.at = dated(next["listedStartDateTime"]);
  return out;
}

void read_prompts(const Node& result, const Tables& tables, Ruling& out) {
  for (const Node& prompt : result.each("judicialResultPrompts")) {
    const std::string type = prompt.text("type");
    if (type == "BOOLEAN" && prompt.text("value") != "true" && prompt.text("value") != "Yes") continue;  // it was not ticked
    for (std::string& means : tables.prompt(type, prompt.text("promptReference"), prompt.text("label"))) {
      if (means == "until") {
        out.until = dated(prompt["value"]);
      } else {
        out.conditions.push_back(std::move(means));
      }
    }
  }
}

}  // namespace

std::string dated(const Node& from) {
  const std::string text = from.text();
  if (text.empty()) return text;
  if (const auto moment = read::parse_moment(text); !moment) from.refuse(moment.error().code, moment.error().detail);
  return text;
}

Listing listing_of(const Node& hearing) {
  Listing out;
  out.court = hearing.text("courtCentre.name");
  out.court_code = hearing.text("courtCentre.code");
  out.type = hearing.text("type.description");
  return out;
}

std::optional<Ruling> read_result(const Node& result, const Tables& tables) {
  if (result.truth("isDeleted")) return std::nullopt;
  Ruling out;
  out.id = result.text("judicialResultId");
  out.code = result.text("cjsCode");
  out.short_code = short_code_of(result.text("resultText"), tables);
  out.label = result.text("label");
  out.ordered = dated(result["orderedDate"]);
  out.final = result.text("category") == "FINAL";
  if (std::string qualifier = result.text("qualifier"); !qualifier.empty()) out.qualifiers.push_back(std::move(qualifier));
  out.amended = !result.text("amendmentDate").empty();
  if (out.code.empty() && out.label.empty() && out.short_code.empty()) result.refuse(code::kInput, "a result without code and label");
  if (const Node next = result["nextHearing"]) out.next = next_of(next);
  read_prompts(result, tables, out);
  return out;
}

void read_results(const Node& from, std::string_view name, const Tables& tables, std::vector<Ruling>& out, const std::optional<std::size_t> charge, const Ruling& like) {
  for (const Node& each : from.each(name)) {
    auto ruling = read_result(each, tables);
    if (!ruling) continue;
    ruling->offence = charge;
    ruling->application = like.application;
    ruling->title = like.title;
    out.push_back(std::move(*ruling));
  }
}

}  // namespace concordat::courts
