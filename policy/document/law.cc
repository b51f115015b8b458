// Bases and gateways by statute and section: see parts.h.
#include "policy/document/parts.h"

namespace concordat::policy::document {
namespace {

using lawful::Row;
using lawful::Rows;

std::string cited(const Row& row) {
  return row.statute + " " + row.section + " (" + row.title + ")" + (row.checked ? "" : " *");
}

std::string cited(const Rows& rows, const std::string& id) {
  const auto at = rows.find(id);
  return at == rows.end() ? id + " (in no law table)" : cited(at->second);
}

void add(Line& line, std::string_view label, const Rows& rows, const std::string& id) {
  if (!id.empty()) line.points.push_back({std::string(label), cited(rows, id), {}});
}

}  // namespace

std::string gateway_in_words(const std::string& id, const lawful::Tables& tables) {
  const auto at = tables.gateways.find(id);
  return at == tables.gateways.end() ? id + " (in no law table)" : cited(at->second.row);
}

Line basis_line(const LawBasis& basis, const lawful::Tables& tables) {
  Line line{basis.name, basis.regime == Regime::Part3 ? "law enforcement processing, Data Protection Act 2018 Part 3" : "general processing, UK GDPR", {}};
  add(line, "Personal data", tables.article_6, basis.article_6);
  add(line, "Recognised legitimate interest", tables.annex_1, basis.annex_1);
  for (const std::string& ground : basis.article_9) add(line, "Special categories", tables.article_9, ground);
  add(line, "Criminal offence data", tables.article_10, basis.article_10);
  for (const std::uint8_t paragraph : basis.schedule_1) add(line, "Condition", tables.schedule_1, std::to_string(paragraph));
  add(line, "Leaves law enforcement processing by", tables.leaves_by, basis.leaves_by);
  for (const std::string& power : basis.authorised_by) add(line, "Authorised by", tables.authorised_by, power);
  add(line, "Duty of confidence yields to", tables.confidentiality, basis.confidentiality);
  if (!basis.decided_by.empty()) line.points.push_back({"Decided by", plain(basis.decided_by), {}});
  return line;
}

}  // namespace concordat::policy::document
