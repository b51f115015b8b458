// For a browser and a printer: see render.h.
#include "policy/document/render.h"

namespace concordat::policy::document {
namespace {

constexpr std::string_view kStyle = R"(
@page { size: A4; margin: 22mm 18mm; @bottom-right { content: counter(page) " / " counter(pages); font-size: 8pt } }
@page wide { size: A4 landscape; margin: 14mm }
body { font-family: "DejaVu Sans", sans-serif; font-size: 9.5pt; line-height: 1.4; max-width: 52em; margin: auto; color: #111 }
h1 { font-size: 18pt; margin-bottom: 0 }
h2 { font-size: 13pt; border-bottom: 1px solid #888; margin-top: 2em; break-after: avoid }
h3 { font-size: 10.5pt; margin: 1.4em 0 0.2em; break-after: avoid }
h3 small { font-weight: normal; color: #555 }
.subtitle { font-size: 11pt; color: #444; margin-top: 0.2em }
.caution { border-left: 3px solid #b00; padding-left: 0.8em }
ul { margin: 0.2em 0; padding-left: 1.4em }
li, p { margin: 0.15em 0 }
.label { font-weight: bold }
.matrix { page: wide }
table { border-collapse: collapse; font-size: 8pt }
th, td { border: 1px solid #999; padding: 0.2em 0.5em; text-align: left; vertical-align: top }
thead { display: table-header-group }
)";

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string words(const Line& line) {
  std::string text;
  if (!line.label.empty()) text = "<span class=\"label\">" + escaped(line.label) + "</span>" + (line.text.empty() ? "" : ": ");
  return text + escaped(line.text);
}

void add(std::string& out, const std::vector<Line>& lines) {
  out += "<ul>\n";
  for (const Line& line : lines) {
    out += "<li>" + words(line);
    if (!line.points.empty()) add(out, line.points);
    out += "</li>\n";
  }
  out += "</ul>\n";
}

void add(std::string& out, const Article& article) {
  out += "<h3 id=\"" + escaped(article.id) + "\">" + escaped(article.number) + ". " + escaped(article.id) + " <small>line " +
         std::to_string(article.place.line) + "</small></h3>\n<p>" + escaped(article.summary) + "</p>\n";
  if (!article.lines.empty()) add(out, article.lines);
}

void add(std::string& out, const Table& table) {
  out += "<table>\n<thead><tr>";
  for (const std::string& column : table.columns) out += "<th>" + escaped(column) + "</th>";
  out += "</tr></thead>\n<tbody>\n";
  for (const auto& row : table.rows) {
    out += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i) out += (i == 0 ? "<th>" : "<td>") + escaped(row[i]) + (i == 0 ? "</th>" : "</td>");
    out += "</tr>\n";
  }
  out += "</tbody></table>\n";
  for (const std::string& note : table.notes) out += "<p>" + escaped(note) + "</p>\n";
}

}  // namespace

std::string to_html(const Document& document) {
  std::string out = "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n<title>" + escaped(document.title) +
                    "</title>\n<style>" + std::string(kStyle) + "</style>\n</head>\n<body>\n<h1>" + escaped(document.title) +
                    "</h1>\n<p class=\"subtitle\">" + escaped(document.subtitle) + "</p>\n";
  for (const std::string& caution : document.cautions) out += "<p class=\"caution\">" + escaped(caution) + "</p>\n";
  for (const Chapter& chapter : document.chapters) {
    out += chapter.tables.empty() ? "<section>\n" : "<section class=\"matrix\">\n";
    out += "<h2>" + escaped(chapter.heading) + "</h2>\n";
    if (!chapter.lines.empty()) add(out, chapter.lines);
    for (const Article& article : chapter.articles) add(out, article);
    for (const Table& table : chapter.tables) add(out, table);
    out += "</section>\n";
  }
  return out + "</body>\n</html>\n";
}

}  // namespace concordat::policy::document
