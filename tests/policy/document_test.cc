// An agreement written out: nothing of the file is left out, nothing of it can change the page, and the same file makes the same bytes.
#include <gtest/gtest.h>

#include "policy/document/render.h"
#include "tests/policy/world.h"

namespace concordat::policy {
namespace {

using namespace world;
using document::Article;
using document::Document;
using document::Line;

constexpr const char* kVictims = "policy/agreements/cheshire-east/victim-information.yaml";

Agreement read(const std::string& yaml) {
  auto agreement = read_agreement("f", yaml);
  EXPECT_TRUE(agreement.has_value()) << (agreement ? "" : agreement.error().detail);
  return agreement ? *agreement : Agreement{};
}

Document written(const Agreement& agreement) { return document::write(agreement, lawful::built_in()); }

std::string words(const Line& line) {
  std::string text = line.label + "|" + line.text + "|";
  for (const Line& point : line.points) text += words(point);
  return text;
}

std::string words(const Article& article) {
  std::string text = article.number + "|" + article.id + "|" + article.summary + "|";
  for (const Line& line : article.lines) text += words(line);
  return text;
}

std::string words(const Document& document) {
  std::string text = document.title + "|" + document.subtitle + "|";
  for (const auto& chapter : document.chapters) {
    text += chapter.heading + "|";
    for (const Line& line : chapter.lines) text += words(line);
    for (const Article& article : chapter.articles) text += words(article);
  }
  return text;
}

/// Everything in the agreement that its author wrote in words or names.
std::vector<std::string> said_in(const Agreement& agreement) {
  std::vector<std::string> said{agreement.title, agreement.name};
  for (const auto* keys : {&agreement.documents, &agreement.contacts, &agreement.purposes}) {
    for (const Described& each : *keys) said.push_back(each.text);
  }
  for (const PartySpec& party : agreement.parties) {
    said.push_back(party.called.empty() ? party.name : party.called);
    for (const DeskSpec& desk : party.desks) said.push_back("Desk " + desk.name + "|");
  }
  for (const LawBasis& basis : agreement.law) said.push_back(basis.name);
  for (const Clause& clause : agreement.clauses) {
    said.push_back(clause.id);
    said.push_back(clause.necessity);
    if (!clause.duty) said.push_back(clause.consent.why);
    said.push_back("`" + clause.recipient + "`");
    for (const std::string& desk : clause.deliver.then) said.push_back(desk);
  }
  for (const Never& never : agreement.nevers) said.push_back(never.id);
  return said;
}

std::string flat(const document::Table& table) {
  std::string text;
  for (const auto& row : table.rows) {
    for (const std::string& cell : row) text += cell + "|";
    text += "\n";
  }
  return text;
}

TEST(Document, NothingThatTheAuthorsWroteIsLeftOut) {
  for (const char* file : {kMarac, kVictims}) {
    const Agreement agreement = read(file_text(file));
    const std::string text = words(written(agreement));
    for (const std::string& said : said_in(agreement)) EXPECT_NE(text.find(said), std::string::npos) << file << ": " << said;
  }
}

TEST(Document, EveryItemOfEveryClauseHasItsCellInTheMatrix) {
  const Agreement agreement = read(file_text(kMarac));
  const Document document = written(agreement);
  const document::Table* matrix = nullptr;
  for (const auto& chapter : document.chapters) {
    if (!chapter.tables.empty()) matrix = &chapter.tables[0];
  }
  ASSERT_NE(matrix, nullptr);
  std::size_t rows = 0;
  ItemsByRole all;
  for (const Clause& clause : agreement.clauses) {
    for (std::size_t i = 0; i < all.masks.size(); ++i) all.masks[i] |= clause.items.masks[i];
  }
  for (const std::uint64_t mask : all.masks) rows += static_cast<std::size_t>(__builtin_popcountll(mask));
  EXPECT_EQ(matrix->rows.size(), rows);
  // As a person reads it off the file: clauses 1 and 2 to idva and marac, each with the other in its `onward`; unplaced if none.
  EXPECT_NE(flat(*matrix).find("date of birth of the victim|1, 2>, 4|(1), 1>, 2, (4)|"), std::string::npos) << flat(*matrix);
}

TEST(Document, ADutySaysThatConsentDoesNotSwitchItOffAndAClauseDoesNot) {
  const Agreement agreement = read(file_text(kMarac));
  const auto duty = document::write_article(agreement, lawful::built_in(), "child-victim-to-safeguarding");
  const auto clause = document::write_article(agreement, lawful::built_in(), "police-high-risk-to-idva");
  ASSERT_TRUE(duty && clause);
  EXPECT_NE(words(*duty).find("consent does not switch this off"), std::string::npos);
  EXPECT_EQ(words(*clause).find("consent does not switch this off"), std::string::npos);
  EXPECT_NE(words(*clause).find("14 of 24"), std::string::npos);
  EXPECT_FALSE(document::write_article(agreement, lawful::built_in(), "no-such-clause"));
}

TEST(Document, WordsOfTheFileCannotBecomeMarksOfThePage) {
  const std::string yaml = edited(file_text(kMarac), "title: Multi-agency", "title: <script>alert(1)</script>\"&' Multi-agency");
  const std::string html = document::to_html(written(read(yaml)));
  EXPECT_EQ(html.find("<script"), std::string::npos);
  EXPECT_NE(html.find("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&amp;"), std::string::npos);
}

TEST(Document, TheSameFileMakesTheSameBytesAndAnotherVersionOthers) {
  const std::string yaml = file_text(kMarac);
  EXPECT_EQ(document::to_html(written(read(yaml))), document::to_html(written(read(yaml))));
  EXPECT_NE(document::to_html(written(read(yaml))), document::to_html(written(read(edited(yaml, "version: 1", "version: 2")))));
}

TEST(Document, LinesOfTextFitATerminal) {
  const std::string text = document::to_text(written(read(file_text(kVictims))));
  const std::size_t table = text.find("Who may open what");
  std::size_t begin = 0;
  for (std::size_t end = text.find('\n'); end != std::string::npos; begin = end + 1, end = text.find('\n', begin)) {
    if (begin >= table) break;
    EXPECT_LE(end - begin, 110U) << text.substr(begin, end - begin);
  }
}

TEST(Document, WhatAPartyIsCalledStandsForItsNameInTheFile) {
  const std::string yaml = edited(file_text(kMarac), "called: Mid Cheshire Hospitals NHS Foundation Trust, ", "called: The Infirmary, ");
  const std::string text = words(written(read(yaml)));
  EXPECT_NE(text.find("The Infirmary tells idva"), std::string::npos);
}

}  // namespace
}  // namespace concordat::policy
