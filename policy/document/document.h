// An agreement written out for the people who sign it: what `agreement explain` prints and `agreement render` typesets.
// Made from the file and the law tables alone, so that whoever has both makes the same document. Pure; no clock, no I/O.
#pragma once

#include <string>
#include <vector>

#include "policy/agreement/agreement.h"
#include "policy/lawful/tables.h"

namespace concordat::policy::document {

/// A sentence, or a label and what it says, with points below it.
struct Line {
  std::string label;  ///< "Who is told"; may be empty.
  std::string text;   ///< May be empty where there are points.
  std::vector<Line> points;
};

/// A clause, duty or prohibition.
struct Article {
  std::string number;   ///< "3" of clauses, "D1" of duties, "N2" of prohibitions: as the matrix cites them.
  std::string id;       ///< As the file calls it.
  text::Place place;    ///< In the file.
  std::string summary;  ///< One sentence.
  std::vector<Line> lines;
};

struct Table {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;  ///< As many cells as columns.
  std::vector<std::string> notes;
};

struct Chapter {
  std::string heading;
  std::vector<Line> lines;
  std::vector<Article> articles;
  std::vector<Table> tables;
};

struct Document {
  std::string title;
  std::string subtitle;  ///< "cheshire-east/marac, version 3"
  std::vector<std::string> cautions;
  std::vector<Chapter> chapters;
};

/// The whole agreement. Every key of the file has its place in it.
Document write(const Agreement& agreement, const lawful::Tables& tables);
/// One clause, duty or prohibition by its id; nothing if the agreement has none of that name.
std::optional<Article> write_article(const Agreement& agreement, const lawful::Tables& tables, std::string_view id);

}  // namespace concordat::policy::document
