// Areas by postcode.
#include "adapters/sdk/read/areas.h"

#include "adapters/sdk/read/record.h"
#include "proto/base/durable_file.h"

namespace concordat::read {
namespace {

bool letter(char c) { return c >= 'A' && c <= 'Z'; }
bool digit(char c) { return c >= '0' && c <= '9'; }

std::string upper(std::string_view text) {
  std::string out(trim(text));
  for (char& c : out) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  return out;
}

/// A, A9, AA9A …: one or two letters, a digit, then a digit or letter or nothing.
bool is_outward(std::string_view text) {
  std::size_t letters = 0;
  while (letters < text.size() && letter(text[letters])) ++letters;
  if (letters < 1 || letters > 2 || letters >= text.size() || !digit(text[letters])) return false;
  const std::string_view rest = text.substr(letters + 1);
  return rest.empty() || (rest.size() == 1 && (letter(rest[0]) || digit(rest[0])));
}

/// The key of a line: whole postcode, sector or district, in normal form.
std::optional<std::string> key_of(std::string_view text) {
  if (auto whole = normal_postcode(text)) return whole;
  std::string key = upper(text);
  const auto blank = key.find(' ');
  if (!is_outward(std::string_view(key).substr(0, blank))) return std::nullopt;
  if (blank != std::string::npos && (key.size() != blank + 2 || !digit(key[blank + 1]))) return std::nullopt;
  return key;
}

std::string cell_of(const Record& record, std::string_view name) {
  for (const Cell& cell : record.cells) {
    if (cell.name == name) return cell.value;
  }
  return {};
}

}  // namespace

std::optional<std::string> normal_postcode(std::string_view text) {
  std::string plain;
  for (const char c : upper(text)) {
    if (c != ' ') plain += c;
  }
  if (plain.size() < 5 || plain.size() > 7) return std::nullopt;
  const std::string_view inward = std::string_view(plain).substr(plain.size() - 3);
  const std::string_view outward = std::string_view(plain).substr(0, plain.size() - 3);
  if (!digit(inward[0]) || !letter(inward[1]) || !letter(inward[2]) || !is_outward(outward)) return std::nullopt;
  return std::string(outward) + " " + std::string(inward);
}

bool is_gss(std::string_view text) {
  if (text.size() != 9 || std::string_view("ENSW").find(text[0]) == std::string_view::npos) return false;
  return text.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

Result<Areas> Areas::parse(std::string_view csv) {
  TRY(const Records records, read_csv(csv));
  if (!records.unreadable.empty()) return fail(Fault::Malformed, code::kInput, "areas line " + std::to_string(records.unreadable.front().line));
  Areas areas;
  for (const Record& record : records.records) {
    const auto key = key_of(cell_of(record, "postcode"));
    Area area{cell_of(record, "area"), cell_of(record, "sub_area")};
    if (!key || !is_gss(area.gss)) {
      return fail(Fault::Malformed, code::kInput, "areas line " + std::to_string(record.line) + ": a postcode, sector or district, and a GSS code");
    }
    const auto [at, fresh] = areas.areas_.emplace(*key, area);
    if (!fresh && at->second != area) at->second = std::nullopt;
  }
  return areas;
}

Result<Areas> Areas::load(const std::filesystem::path& file) {
  if (file.empty()) return Areas();
  TRY(const std::optional<Bytes> text, concordat::read_file(file.string(), kFileBytesMax));
  if (!text) return fail(Fault::Malformed, code::kConfig, file.string() + ": no such file");
  auto areas = parse(*text);
  if (!areas) return fail(areas.error().fault, areas.error().code, file.string() + ": " + areas.error().detail);
  return areas;
}

std::optional<Area> Areas::of(std::string_view postcode) const {
  const auto whole = normal_postcode(postcode);
  if (!whole) return std::nullopt;
  const std::string_view text = *whole;
  for (const std::string_view key : {text, text.substr(0, text.size() - 2), text.substr(0, text.size() - 4)}) {
    if (const auto found = areas_.find(key); found != areas_.end()) return found->second;
  }
  return std::nullopt;
}

}  // namespace concordat::read
