// Cells: splitting, trying and keeping values.
#include "adapters/support/cells.h"

#include <algorithm>

#include "adapters/sdk/draft.h"
#include "adapters/sdk/path.h"
#include "adapters/sdk/read/record.h"
#include "proto/contract/identifiers.h"
#include "proto/text/nearest.h"

namespace concordat::support {
namespace {

constexpr std::size_t kSequenceMost = 999;

tl::unexpected<Error> wrong(std::string why) { return fail(Fault::Malformed, code::kValue, std::move(why)); }

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return out;
}

std::vector<std::string> parts_of(std::string_view value, Split split) {
  if (split == Split::None) return {std::string(value)};
  std::vector<std::string> parts;
  const char* separators = split == Split::Blanks ? " " : ";";
  while (!value.empty()) {
    const auto end = value.find_first_of(separators);
    if (const auto part = read::trim(value.substr(0, end)); !part.empty()) parts.emplace_back(part);
    value.remove_prefix(end == std::string_view::npos ? value.size() : end + 1);
  }
  return parts;
}

bool is_clock(std::string_view text) {
  const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
  return text.size() == 5 && digit(0) && digit(1) && text[2] == ':' && digit(3) && digit(4) && text.substr(0, 2) < "24" && text.substr(3) < "60";
}

Result<std::string> in_form(std::optional<std::string> normal, const char* what) {
  if (!normal) return wrong(std::string("no valid ") + what);
  return std::move(*normal);
}

Result<std::string> sequence(const std::string& text) {
  const bool number = text.size() <= 3 && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  const unsigned long value = number ? std::stoul("0" + text) : 0;
  if (value < 1 || value > kSequenceMost) return wrong("an offence is its sequence number, 1 to 999");
  return std::to_string(value);
}

/// A column's name, or a group of them.
Result<std::string> column_or_group(const std::string& text) {
  std::vector<std::string_view> right;
  for (const Column& column : columns()) {
    if (column.name == text || column.name.starts_with(text + ".")) return text;
    right.push_back(column.name);
  }
  return wrong("no column of ours" + text::suggest(text, right));
}

/// The value as it is kept: in its normal form where it has one.
Result<std::string> tried(const Column& column, const std::string& value) {
  switch (column.form) {
    case Form::Field: break;
    case Form::Phone:
      if (!sdk::is_phone(value)) return wrong("no telephone number");
      break;
    case Form::Clock:
      if (!is_clock(value)) return wrong("a time of day is HH:MM");
      break;
    case Form::TemplateLanguage:
      if (value != "en" && value != "cy") return wrong("neither en nor cy");
      break;
    case Form::Urn: return in_form(contract::urn(value), "unique reference number of a case");
    case Form::Asn: return in_form(contract::asn(value), "arrest summons number");
    case Form::Sequence: return sequence(value);
    case Form::Record:
      if (const std::string word = lower(value); word == "registration" || word == "preference" || word == "consent") return word;
      return wrong("not one of: registration, preference, consent");
    case Form::Names: return column_or_group(value);
  }
  if (column.into == Into::None) return value;
  sdk::Draft scratch(contract::Kind::VictimRegistration);
  TRY_VOID(scratch.set(sdk::filled(column.path, {"0"}), value));
  return value;
}

}  // namespace

std::optional<std::string_view> Cells::one(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end() || found->second.empty()) return std::nullopt;
  return found->second.front();
}

void Cells::forget(std::string_view name) {
  const std::string group = std::string(name) + ".";
  std::erase_if(values_, [&](const auto& each) { return each.first == name || each.first.starts_with(group); });
}

void Cells::take(const Cells& other) {
  for (const auto& [name, values] : other.values_) values_[name] = values;
}

tl::expected<Columned, sdk::Misfit> columned(const std::vector<sdk::MappedCell>& cells) {
  Columned out;
  for (const sdk::MappedCell& cell : cells) {
    const Column* column = find_column(cell.name);
    if (column == nullptr) return tl::unexpected(sdk::Misfit{cell.source, {Fault::Malformed, code::kMapping, "the field is not known"}});
    const std::string name(column->name);
    if (column->split == Split::None && out.cells.has(name)) {
      return tl::unexpected(sdk::Misfit{cell.source, {Fault::Malformed, code::kMapping, "`" + name + "` is given twice in one record, and there is room for one"}});
    }
    out.sources.emplace(name, cell.source);
    for (const std::string& part : parts_of(cell.value, column->split)) {
      auto value = tried(*column, part);
      if (!value) return tl::unexpected(sdk::Misfit{cell.source, value.error()});
      out.cells.add(name, std::move(*value));
    }
  }
  return out;
}

bool is_no(std::string_view text) {
  const std::string word = lower(text);
  return word == "no" || word == "n" || word == "false" || word == "0";
}

bool is_textable(std::string_view number) {
  std::string plain;
  for (const char c : number) {
    if ((c >= '0' && c <= '9') || (c == '+' && plain.empty())) plain += c;
    else if (c != ' ' && c != '-' && c != '(' && c != ')' && c != '.') return false;
  }
  if (plain.starts_with("00")) plain = "+" + plain.substr(2);
  if (const auto zero = plain.find("+440"); zero == 0) plain.erase(3, 1);
  if (plain.starts_with("+44")) return plain.size() == 13 && plain[3] == '7';
  if (plain.starts_with("+")) return plain.size() >= 9 && plain.size() <= 16;
  return plain.size() == 11 && plain.starts_with("07");
}

void put(Writer& out, const Cells& cells) {
  out.u32(static_cast<std::uint32_t>(cells.all().size()));
  for (const auto& [name, values] : cells.all()) {
    out.sized(name).u32(static_cast<std::uint32_t>(values.size()));
    for (const std::string& value : values) out.sized(value);
  }
}

Cells get_cells(Reader& in) {
  Cells cells;
  for (std::uint32_t left = in.u32(); left > 0 && in.ok(); --left) {
    const std::string name(in.sized());
    std::vector<std::string> values;
    for (std::uint32_t more = in.u32(); more > 0 && in.ok(); --more) values.emplace_back(in.sized());
    cells.set(name, std::move(values));
  }
  return cells;
}

}  // namespace concordat::support
