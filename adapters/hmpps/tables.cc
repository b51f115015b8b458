// The tables: read strictly, asked in the order that a wrong word does least harm.
#include "adapters/hmpps/tables.h"

#include <algorithm>
#include <array>

#include "adapters/hmpps/built_in.h"
#include "proto/base/durable_file.h"
#include "proto/base/invariant.h"
#include "proto/contract/vocabulary.h"
#include "proto/text/yaml.h"

namespace concordat::hmpps {
namespace {

constexpr std::string_view kOther = "other";

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  return out;
}

Result<std::string> movement_of(text::Map& map) {
  TRY(std::string word, map.text("movement"));
  if (word == kMerge || contract::named<contract::CustodyMovement>(word)) return word;
  std::vector<std::string_view> right{kMerge};
  for (const contract::Word& each : contract::words<contract::CustodyMovement>()) right.push_back(each.name);
  return map.key("movement").refuse(code::kConfig, "`" + word + "` is no movement" + text::suggest(word, right));
}

/// He is out, and whoever fears him should hear of it: not said of anybody on a contradiction.
bool is_release(std::string_view movement) {
  return movement == "released" || movement == "released_early" || movement == "home_detention_curfew";
}
bool is_reception(std::string_view movement) { return movement == "received" || movement == "recalled"; }

bool fits(std::string_view pattern, std::string_view type) {
  return pattern.ends_with('*') ? type.starts_with(pattern.substr(0, pattern.size() - 1)) : type == pattern;
}

constexpr std::size_t kTableBytesMax = 1u << 20;

template <class Table>
Table need(Result<Table> table) {
  INVARIANT(table.has_value(), "the built-in tables are tried by the tests");
  return std::move(*table);
}

Result<std::vector<std::string>> texts(text::Map& map, std::string_view key) {
  TRY(const std::vector<text::Node> nodes, map.list(key));
  std::vector<std::string> out;
  for (const text::Node& node : nodes) {
    TRY(std::string text, node.text());
    out.push_back(std::move(text));
  }
  return out;
}

Result<EventType> read_type(const text::Node& node, EventType::Is is) {
  EventType out;
  out.is = is;
  TRY(text::Map map, node.map());
  TRY(out.type, map.text("type"));
  if (is == EventType::Is::Movement) {
    TRY(const std::size_t direction, map.one_of("direction", std::array<std::string_view, 2>{"out", "in"}));
    out.direction = direction == 0 ? Direction::Out : Direction::In;
  }
  if (is == EventType::Is::Merge || is == EventType::Is::Unmerge) {
    TRY(const std::size_t identifier, map.one_of("identifier", std::array<std::string_view, 2>{"noms", "crn"}));
    out.probation = identifier == 1;
    TRY(out.remaining, map.text("remaining"));
    TRY(out.removed, map.text("removed"));
  }
  if (is == EventType::Is::Pair) {
    TRY(out.removed, map.text_or("removed", {}));
  }
  TRY_VOID(map.finish());
  return out;
}

}  // namespace

Result<std::string> read_table(const std::filesystem::path& file) {
  TRY(std::optional<Bytes> text, concordat::read_file(file.string(), kTableBytesMax));
  if (!text) return fail(Fault::Malformed, code::kConfig, file.string() + ": no such file");
  return std::move(*text);
}

Result<Movements> Movements::parse(std::string file, std::string_view yaml) {
  TRY(const text::Document document, text::Document::parse(std::move(file), yaml));
  TRY(text::Map map, document.map());
  TRY_VOID(map.name("movements"));
  Movements out;
  for (const auto& [side, codes, words] : {std::tuple{&out.out_, "out", "out_words"}, std::tuple{&out.in_, "in", "in_words"}}) {
    TRY(const std::vector<text::Node> rows, map.list(codes));
    for (const text::Node& node : rows) {
      TRY(text::Map row, node.map());
      TRY(const std::string code, row.text("code"));
      TRY(std::string movement, movement_of(row));
      TRY(std::string means, row.text("means"));
      TRY_VOID(row.finish());
      const auto same = [&, code = upper(code)](const Row& each) { return each.code == code; };
      if (std::any_of(side->codes.begin(), side->codes.end(), same)) return node.refuse(code::kConfig, "`" + code + "` stands twice");
      side->codes.push_back({upper(code), std::move(movement), std::move(means)});
    }
    TRY(const std::vector<text::Node> named, map.list(words));
    for (const text::Node& node : named) {
      TRY(text::Map row, node.map());
      TRY(const std::string word, row.text("word"));
      TRY(std::string movement, movement_of(row));
      TRY_VOID(row.finish());
      if (is_release(movement)) return node.refuse(code::kConfig, "a word is no release: only a code is");
      side->words[upper(word)] = std::move(movement);
    }
  }
  TRY_VOID(map.finish());
  return out;
}

Result<Movements> Movements::load(const std::filesystem::path& file) {
  TRY(const std::string text, read_table(file));
  return parse(file.string(), text);
}

Movements Movements::built_in() { return need(parse("movements.yaml", kBuiltInMovements)); }

std::string Movements::of(const Question& question) const { return question.direction == Direction::Out ? out(question) : in(question); }

std::string Movements::out(const Question& question) const {
  const auto row = std::find_if(out_.codes.begin(), out_.codes.end(), [code = upper(question.code)](const Row& each) { return each.code == code; });
  const auto word = out_.words.find(upper(question.word));
  if (row == out_.codes.end()) return word == out_.words.end() ? std::string(kOther) : word->second;
  const bool contradicted = word != out_.words.end() || upper(question.location) == "IN_PRISON" || upper(question.location) == "BEING_TRANSFERRED";
  return contradicted && is_release(row->movement) ? std::string(kOther) : row->movement;
}

std::string Movements::in(const Question& question) const {
  const auto row = std::find_if(in_.codes.begin(), in_.codes.end(), [code = upper(question.code)](const Row& each) { return each.code == code; });
  const auto word = in_.words.find(upper(question.word));
  const std::string movement = word != in_.words.end() ? word->second : row != in_.codes.end() ? row->movement : std::string(kOther);
  return upper(question.location) == "OUTSIDE_PRISON" && is_reception(movement) ? std::string(kOther) : movement;
}

std::string Movements::table() const {
  std::string out = "| | code or word | movement | |\n|---|---|---|---|\n";
  const auto add = [&out](std::string_view way, const Side& side) {
    for (const Row& row : side.codes) out += "| " + std::string(way) + " | `" + row.code + "` | " + row.movement + " | " + row.means + " |\n";
    for (const auto& [word, movement] : side.words) out += "| " + std::string(way) + " | `" + word + "` | " + movement + " | the word |\n";
  };
  add("out", out_);
  add("in", in_);
  return out + "| both | any other | other | for a person, never `released` |\n";
}

Result<EventTypes> EventTypes::parse(std::string file, std::string_view yaml) {
  using Is = EventType::Is;
  TRY(const text::Document document, text::Document::parse(std::move(file), yaml));
  TRY(text::Map map, document.map());
  TRY_VOID(map.name("event_types"));
  EventTypes out;
  for (const auto& [key, is] : {std::pair{"movements", Is::Movement}, {"merges", Is::Merge}, {"unmerges", Is::Unmerge}, {"pairs", Is::Pair}}) {
    TRY(const std::vector<text::Node> nodes, map.list(key));
    for (const text::Node& node : nodes) {
      TRY(EventType type, read_type(node, is));
      out.types_.push_back(std::move(type));
    }
  }
  TRY(const std::vector<text::Node> recognised, map.list("recognised"));
  for (const text::Node& node : recognised) {
    TRY(text::Map row, node.map());
    Recognised each;
    TRY(each.types, texts(row, "types"));
    TRY(each.member, row.text("member"));
    TRY(each.codes, texts(row, "codes"));
    TRY(each.as, row.name("as"));
    TRY_VOID(row.finish());
    out.recognised_.push_back(std::move(each));
  }
  TRY(std::vector<std::string> nothing, texts(map, "nothing"));
  for (std::string& type : nothing) out.types_.push_back({Is::Nothing, std::move(type), {}, false, {}, {}});
  TRY_VOID(map.finish());
  return out;
}

Result<EventTypes> EventTypes::load(const std::filesystem::path& file) {
  TRY(const std::string text, read_table(file));
  return parse(file.string(), text);
}

EventTypes EventTypes::built_in() { return need(parse("event_types.yaml", kBuiltInEventTypes)); }

const EventType* EventTypes::find(std::string_view type) const {
  const EventType* best = nullptr;
  for (const EventType& each : types_) {
    if (fits(each.type, type) && (best == nullptr || each.type.size() > best->type.size())) best = &each;
  }
  return best;
}

bool EventTypes::Recognised::is_for(std::string_view type) const {
  return std::any_of(types.begin(), types.end(), [&](const std::string& each) { return fits(each, type); });
}
bool EventTypes::Recognised::has(std::string_view code) const { return std::find(codes.begin(), codes.end(), code) != codes.end(); }

std::string EventTypes::table() const {
  std::string out = "| event type | |\n|---|---|\n";
  for (const EventType& each : types_) {
    static constexpr std::array<std::string_view, 5> kWhat = {"a custody_change", "a link of two numbers", "withdraws that link", "a link of NOMS and CRN", "nothing, counted"};
    out += "| `" + each.type + "` | " + std::string(kWhat[static_cast<std::size_t>(each.is)]) + " |\n";
  }
  for (const Recognised& each : recognised_) {
    for (const std::string& type : each.types) {
      out += "| `" + type + "` with `" + each.member + "`";
      for (const std::string& code : each.codes) out += " `" + code + "`";
      out += " | nothing, counted as `" + each.as + "` |\n";
    }
  }
  return out;
}

}  // namespace concordat::hmpps
