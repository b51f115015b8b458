// The law tables: see tables.h.
#include "policy/lawful/tables.h"

#include <algorithm>

#include "policy/agreement/reading.h"
#include "proto/base/invariant.h"
#include "proto/text/yaml.h"

namespace concordat::policy::lawful {
namespace {

using contract::DeskRole;

Result<std::uint8_t> read_covers(const Node& node) {
  TRY(const auto nodes, node.one_or_more(3));
  std::uint8_t mask = 0;
  for (const Node& element : nodes) {
    TRY(const auto law, contract_word<contract::LawClass>(element));
    mask |= contract::bit(law);
  }
  return mask;
}

Result<std::vector<std::uint8_t>> read_paragraphs(const Node& node) {
  TRY(const auto nodes, node.one_or_more(40));
  std::vector<std::uint8_t> paragraphs;
  for (const Node& element : nodes) {
    TRY(const auto paragraph, element.integer(1, 40));
    paragraphs.push_back(static_cast<std::uint8_t>(paragraph));
  }
  return paragraphs;
}

Result<Row> read_row(Map& map) {
  Row row;
  TRY(row.statute, map.text("statute", 100));
  TRY(row.section, map.text("section", 100));
  TRY(row.title, map.text("title", 200));
  TRY(row.checked, map.boolean("checked"));
  if (const auto covers = map.find("covers")) {
    TRY(row.covers, read_covers(*covers));
  }
  if (const auto needs = map.find("needs_schedule_1")) {
    TRY(row.needs_schedule_1, read_paragraphs(*needs));
  }
  TRY(row.needs_annex_1, map.boolean_or("needs_annex_1", false));
  return row;
}

Result<Rows> read_rows(Map& file, std::string_view key) {
  Rows rows;
  TRY(const Map map, file.map(key));
  for (const Map::Entry& entry : map.entries()) {
    TRY(Map row_map, entry.value.map());
    TRY(auto row, read_row(row_map));
    TRY_VOID(row_map.finish());
    rows.emplace(entry.key.raw(), std::move(row));
  }
  return rows;
}

Result<std::optional<std::vector<DeskRole>>> read_roles(const Node& node) {
  if (node.is_scalar() && node.raw() == "any") return std::optional<std::vector<DeskRole>>{};
  TRY(const auto nodes, node.list(40));
  std::vector<DeskRole> roles;
  for (const Node& element : nodes) {
    TRY(const auto role, contract_word<DeskRole>(element));
    roles.push_back(role);
  }
  return std::optional(std::move(roles));
}

Result<Gateway> read_gateway(const Node& node) {
  Gateway gateway;
  TRY(Map map, node.map());
  TRY(gateway.row, read_row(map));
  TRY(const Node discloses, map.need("discloses"));
  TRY(gateway.discloses, read_roles(discloses));
  TRY(const Node receives, map.need("receives"));
  TRY(gateway.receives, read_roles(receives));
  TRY(gateway.or_acting_for, map.boolean("or_acting_for"));
  TRY_VOID(map.finish());
  return gateway;
}

Result<void> read_bases(ByteView bytes, Tables& tables) {
  TRY(const auto document, text::Document::parse("policy/law/bases.yaml", bytes, code::kLaw));
  TRY(Map map, document.map());
  TRY(tables.article_6, read_rows(map, "article_6"));
  TRY(tables.annex_1, read_rows(map, "annex_1"));
  TRY(tables.article_9, read_rows(map, "article_9"));
  TRY(tables.article_10, read_rows(map, "article_10"));
  TRY(tables.schedule_1, read_rows(map, "schedule_1"));
  TRY(tables.leaves_by, read_rows(map, "leaves_by"));
  TRY(tables.authorised_by, read_rows(map, "authorised_by"));
  TRY(tables.confidentiality, read_rows(map, "confidentiality"));
  return map.finish();
}

Result<void> read_gateways(ByteView bytes, Tables& tables) {
  TRY(const auto document, text::Document::parse("policy/law/gateways.yaml", bytes, code::kLaw));
  TRY(Map file, document.map());
  TRY(const Map map, file.map("gateways"));
  for (const Map::Entry& entry : map.entries()) {
    TRY(auto gateway, read_gateway(entry.value));
    tables.gateways.emplace(entry.key.raw(), std::move(gateway));
  }
  return file.finish();
}

}  // namespace

Result<Tables> read_tables(ByteView bases, ByteView gateways) {
  Tables tables;
  TRY_VOID(read_bases(bases, tables));
  TRY_VOID(read_gateways(gateways, tables));
  return tables;
}

Tables built_in() {
  auto tables = read_tables(built_in_bases(), built_in_gateways());
  INVARIANT(tables, "the law tables in this program cannot be read");
  return *std::move(tables);
}

}  // namespace concordat::policy::lawful
