// For a terminal: see render.h.
#include <algorithm>

#include "policy/document/render.h"

namespace concordat::policy::document {
namespace {

constexpr std::size_t kWidth = 110;

/// Words of `text` in lines that begin with `first` and then as many blanks.
void wrap(std::string& out, const std::string& first, const std::string& text) {
  std::string line = first;
  const std::string indent(first.size(), ' ');
  bool begun = false;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string word = text.substr(at, end - at);
    if (begun && line.size() + 1 + word.size() > kWidth) {
      out += line + "\n";
      line = indent;
      begun = false;
    }
    line += (begun ? " " : "") + word;
    begun = true;
    at = end + 1;
  }
  out += line + "\n";
}

void add(std::string& out, const Line& line, std::size_t depth) {
  const std::string label = line.label.empty() ? "" : line.label + (line.text.empty() ? ":" : ": ");
  wrap(out, std::string(depth * 2, ' ') + (depth > 1 ? "- " : ""), label + line.text);
  for (const Line& point : line.points) add(out, point, depth + 1);
}

void add(std::string& out, const Article& article) {
  wrap(out, "  " + article.number + "  ", article.id);
  wrap(out, "    ", article.summary);
  for (const Line& line : article.lines) add(out, line, 2);
}

void add(std::string& out, const Table& table) {
  std::vector<std::size_t> widths(table.columns.size());
  for (std::size_t i = 0; i < widths.size(); ++i) {
    widths[i] = table.columns[i].size();
    for (const auto& row : table.rows) widths[i] = std::max(widths[i], row[i].size());
  }
  const auto put = [&](const std::vector<std::string>& row) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) line += "  " + row[i] + std::string(widths[i] - row[i].size(), ' ');
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  };
  put(table.columns);
  for (const auto& row : table.rows) put(row);
  for (const std::string& note : table.notes) wrap(out, "  ", note);
}

}  // namespace

std::string to_text(const Article& article) {
  std::string out;
  add(out, article);
  return out;
}

std::string to_text(const Document& document) {
  std::string out = document.title + "\n" + document.subtitle + "\n";
  for (const std::string& caution : document.cautions) wrap(out, "", caution);
  for (const Chapter& chapter : document.chapters) {
    out += "\n" + chapter.heading + "\n";
    for (const Line& line : chapter.lines) add(out, line, 1);
    for (const Article& article : chapter.articles) {
      if (&article != &chapter.articles.front() || !chapter.lines.empty()) out += "\n";
      add(out, article);
    }
    for (const Table& table : chapter.tables) add(out, table);
  }
  return out;
}

}  // namespace concordat::policy::document
