// Reports: see report.h.
#include "tests/bench/report.h"

#include <cmath>
#include <cstdio>

namespace concordat::bench {
namespace {

// Three digits that mean something, thousands apart.
std::string for_people(double value) {
  char text[64];
  const double size = std::fabs(value);
  std::snprintf(text, sizeof(text), size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : "%.2f", value);
  std::string out = text;
  if (size < 1000) return out;
  for (std::size_t at = out.size(); at > 3 + (value < 0 ? 1u : 0u);) out.insert(at -= 3, ",");
  return out;
}

std::string for_programs(double value) {
  char text[64];
  std::snprintf(text, sizeof(text), "%.6g", value);
  return text;
}

std::string padded(const std::string& text, std::size_t width, bool right) {
  const std::string blanks(text.size() < width ? width - text.size() : 0, ' ');
  return right ? blanks + text : text + blanks;
}

}  // namespace

void Report::section(std::string key, std::string words) { sections_.push_back({std::move(key), std::move(words), {}}); }

void Report::add(std::string key, std::string name, const Spread& value, std::string words) {
  sections_.back().rows.push_back({std::move(key), std::move(name), value, std::move(words)});
}

void Report::note(std::string key, std::string value) { notes_.emplace_back(std::move(key), std::move(value)); }

std::string Report::table() const {
  std::string text;
  for (const auto& [key, value] : notes_) text += padded(key, 12, false) + value + "\n";
  for (const Section& section : sections_) {
    text += "\n" + section.words + "\n" + padded("", 34, false) + "    median     least      most\n";
    for (const Row& row : section.rows) {
      text += "  " + padded(row.name, 32, false);
      for (const double value : {row.value.median, row.value.least, row.value.most}) text += padded(for_people(value), 10, true);
      text += "   " + row.words + "\n";
    }
  }
  return text;
}

text::Json Report::json() const {
  text::Json object = text::Json::object();
  for (const auto& [key, value] : notes_) object.set(key, text::Json::text(value));
  for (const Section& section : sections_) {
    text::Json rows = text::Json::object();
    for (const Row& row : section.rows) {
      text::Json value = text::Json::object();
      value.set("median", text::Json::number_text(for_programs(row.value.median)));
      value.set("least", text::Json::number_text(for_programs(row.value.least)));
      value.set("most", text::Json::number_text(for_programs(row.value.most)));
      rows.set(row.key, std::move(value));
    }
    object.set(section.key, std::move(rows));
  }
  return object;
}

}  // namespace concordat::bench
