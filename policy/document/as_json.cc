// For programs: see render.h.
#include "policy/document/render.h"

namespace concordat::policy::document {
namespace {

using text::Json;

Json to_json(const std::vector<Line>& lines) {
  Json list = Json::array();
  for (const Line& line : lines) {
    Json one = Json::object();
    if (!line.label.empty()) one.set("label", Json::text(line.label));
    if (!line.text.empty()) one.set("text", Json::text(line.text));
    if (!line.points.empty()) one.set("points", to_json(line.points));
    list.add(std::move(one));
  }
  return list;
}

Json texts(const std::vector<std::string>& values) {
  Json list = Json::array();
  for (const std::string& value : values) list.add(Json::text(value));
  return list;
}

Json to_json(const Table& table) {
  Json rows = Json::array();
  for (const auto& row : table.rows) rows.add(texts(row));
  return Json::object().set("columns", texts(table.columns)).set("rows", std::move(rows)).set("notes", texts(table.notes));
}

}  // namespace

Json to_json(const Article& article) {
  return Json::object().set("number", Json::text(article.number)).set("id", Json::text(article.id)).set("line", Json::number(static_cast<std::int64_t>(article.place.line)))
      .set("summary", Json::text(article.summary)).set("lines", to_json(article.lines));
}

Json to_json(const Document& document) {
  Json chapters = Json::array();
  for (const Chapter& chapter : document.chapters) {
    Json articles = Json::array();
    for (const Article& article : chapter.articles) articles.add(to_json(article));
    Json tables = Json::array();
    for (const Table& table : chapter.tables) tables.add(to_json(table));
    chapters.add(Json::object().set("heading", Json::text(chapter.heading)).set("lines", to_json(chapter.lines)).set("articles", std::move(articles))
                     .set("tables", std::move(tables)));
  }
  return Json::object().set("title", Json::text(document.title)).set("subtitle", Json::text(document.subtitle)).set("cautions", texts(document.cautions))
      .set("chapters", std::move(chapters));
}

}  // namespace concordat::policy::document
