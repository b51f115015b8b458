// A JSON answer as lines for people: see render.h.
#include "ops/concordat/render.h"

#include <algorithm>

namespace concordat::ops {
namespace {

using text::Json;
using Kind = Json::Kind;

bool simple(const Json& value) { return value.kind() != Kind::Array && value.kind() != Kind::Object; }

bool all_simple(const Json& list) {
  return std::all_of(list.members().begin(), list.members().end(), [](const auto& row) { return simple(row.second); });
}

std::string words(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

std::string cell(const Json& value) {
  if (value.kind() == Kind::Boolean) return value.scalar() == "true" ? "yes" : "no";
  if (simple(value)) return value.scalar();
  std::string text;
  for (const auto& [name, element] : value.members()) text.append(text.empty() ? "" : ", ").append(cell(element));
  return text;
}

/// A table if every element is an object whose values are simple, or lists of simple values.
bool tabular(const Json& list) {
  return !list.elements().empty() && std::all_of(list.elements().begin(), list.elements().end(), [](const auto& row) {
    if (row.second.kind() != Kind::Object) return false;
    return std::all_of(row.second.members().begin(), row.second.members().end(), [](const auto& member) {
      return simple(member.second) || (member.second.kind() == Kind::Array && all_simple(member.second));
    });
  });
}

std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::vector<std::string> columns_of(const Json& list) {
  std::vector<std::string> columns;
  for (const auto& [none, row] : list.elements()) {
    for (const auto& [name, value] : row.members()) {
      if (std::find(columns.begin(), columns.end(), name) == columns.end()) columns.push_back(name);
    }
  }
  return columns;
}

void table(const Json& list, const std::string& indent, std::vector<std::string>& out) {
  const auto columns = columns_of(list);
  std::vector<std::vector<std::string>> rows{{}};
  for (const std::string& column : columns) rows[0].push_back(words(column));
  for (const auto& [none, row] : list.elements()) {
    auto& cells = rows.emplace_back();
    for (const std::string& column : columns) cells.push_back(row.member(column) == nullptr ? "" : cell(*row.member(column)));
  }
  std::vector<std::size_t> widths(columns.size());
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  }
  for (const auto& row : rows) {
    std::string line = indent;
    for (std::size_t i = 0; i < row.size(); ++i) line.append(row[i]).append(widths[i] - width_of(row[i]) + 2, ' ');
    line.erase(line.find_last_not_of(' ') + 1);
    out.push_back(std::move(line));
  }
}

void append(const Json& value, const std::string& indent, std::vector<std::string>& out);

void append_text(const std::string& head, const std::string& text, const std::string& indent, std::vector<std::string>& out) {
  if (text.find('\n') == std::string::npos) {
    out.push_back(indent + head + text);
    return;
  }
  out.push_back(indent + head);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    out.push_back(indent + "  " + text.substr(at, end - at));
    at = end + 1;
  }
}

void append_member(const std::string& name, const Json& value, const std::string& indent, std::vector<std::string>& out) {
  const std::string head = words(name) + ": ";
  if (simple(value)) return append_text(head, cell(value), indent, out);
  if (value.members().empty()) return out.push_back(indent + head + "none");
  if (value.kind() == Kind::Array && all_simple(value)) return out.push_back(indent + head + cell(value));
  out.push_back(indent + words(name) + ":");
  append(value, indent + "  ", out);
}

void append(const Json& value, const std::string& indent, std::vector<std::string>& out) {
  if (simple(value)) return append_text("", cell(value), indent, out);
  if (value.kind() == Kind::Object) {
    for (const auto& [name, member] : value.members()) append_member(name, member, indent, out);
    return;
  }
  if (tabular(value)) return table(value, indent, out);
  for (std::size_t i = 0; i < value.elements().size(); ++i) {
    if (i > 0 && !simple(value.elements()[i].second)) out.push_back("");
    append(value.elements()[i].second, indent, out);
  }
}

}  // namespace

std::vector<std::string> lines_of(const Json& value) {
  std::vector<std::string> lines;
  append(value, "", lines);
  if (lines.empty()) lines.push_back("none");
  return lines;
}

}  // namespace concordat::ops
