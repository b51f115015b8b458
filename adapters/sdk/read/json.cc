// JSON by nlohmann, through its event interface: duplicate names are seen and depth is bounded. Its only user in adapters.
#include "adapters/sdk/read/json.h"

#include <nlohmann/json.hpp>

#include <set>

namespace concordat::read {
namespace {

/// How far the parser has read. The last byte is left out of the count: it may be the line's end after a number.
struct Place {
  std::uint64_t line = 1;
  bool at_end_of_line = false;
};

/// The bytes of a text, counting lines as they are read.
class Counted {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;
  Counted(const char* at, Place* place) : at_(at), place_(place) {}
  reference operator*() const {
    if (place_->at_end_of_line) ++place_->line;
    place_->at_end_of_line = *at_ == '\n';
    return *at_;
  }
  Counted& operator++() {
    ++at_;
    return *this;
  }
  Counted operator++(int) { return {at_++, place_}; }
  friend bool operator==(const Counted& a, const Counted& b) { return a.at_ == b.at_; }
  friend bool operator!=(const Counted& a, const Counted& b) { return a.at_ != b.at_; }

 private:
  const char* at_;
  Place* place_;
};

/// Builds our tree from the parser's events. Refusing an event stops the parse.
class Builder : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit Builder(const Place& place) : place_(place) {}
  bool null() override { return put(Json()); }
  bool boolean(bool value) override { return put(Json::boolean(value)); }
  bool number_integer(number_integer_t value) override { return put(Json::number_text(std::to_string(value))); }
  bool number_unsigned(number_unsigned_t value) override { return put(Json::number_text(std::to_string(value))); }
  bool number_float(number_float_t, const string_t& source) override { return put(Json::number_text(source)); }
  bool string(string_t& value) override { return put(Json::text(value)); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return push(Json::object()); }
  bool start_array(std::size_t) override { return push(Json::array()); }
  bool end_object() override { return pop(); }
  bool end_array() override { return pop(); }
  bool key(string_t& name) override {
    if (open_.back().value.member(name) != nullptr) {
      why_ = "a name stands twice in one object";
      return false;
    }
    open_.back().name = name;
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
    why_ = "it breaks at byte " + std::to_string(position) + (place_.line > 1 ? ", in its line " + std::to_string(place_.line) : "");
    return false;
  }

  Json take() { return std::move(root_); }
  const std::string& why() const { return why_; }

 private:
  struct Open {
    Json value;
    std::string name;  // of the member being read
  };
  bool put(Json value) {
    if (value.line() == 0) value.set_line(place_.line);
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (open_.back().value.kind() == Json::Kind::Array) {
      open_.back().value.add(std::move(value));
    } else {
      open_.back().value.set(open_.back().name, std::move(value));
    }
    return true;
  }
  bool push(Json value) {
    if (open_.size() >= static_cast<std::size_t>(kJsonDepthMax)) {
      why_ = "it is nested too deep";
      return false;
    }
    value.set_line(place_.line);
    open_.push_back({std::move(value), {}});
    return true;
  }
  bool pop() {
    Json value = std::move(open_.back().value);
    open_.pop_back();
    return put(std::move(value));
  }

  const Place& place_;
  Json root_;
  std::vector<Open> open_;
  std::string why_ = "it is no JSON";
};

nlohmann::ordered_json plain(const Json& value) {
  switch (value.kind()) {
    case Json::Kind::Null: return nullptr;
    case Json::Kind::Boolean: return value.scalar() == "true";
    case Json::Kind::Text: return value.scalar();
    case Json::Kind::Number: return nlohmann::ordered_json::parse(value.scalar(), nullptr, false);
    case Json::Kind::Array: {
      auto array = nlohmann::ordered_json::array();
      for (const auto& [name, element] : value.elements()) array.push_back(plain(element));
      return array;
    }
    case Json::Kind::Object: {
      auto object = nlohmann::ordered_json::object();
      for (const auto& [name, member] : value.members()) object[name] = plain(member);
      return object;
    }
  }
  return nullptr;
}

constexpr std::string_view kSpace = " \t\r\n";
/// Each cut costs a look at all that follows; a file that needs more of them is left to a person.
constexpr std::size_t kCutOffMax = 200;
/// As many as rows of CSV; what follows them is one entry.
constexpr std::size_t kRecordsMost = 200'000;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

/// Where the value that begins at `from` ends: brackets are matched outside strings. At a scalar, the next comma or end.
std::size_t end_of_value(std::string_view text, std::size_t from) {
  int depth = 0;
  bool quoted = false;
  for (std::size_t at = from; at < text.size(); ++at) {
    const char byte = text[at];
    if (quoted) {
      if (byte == '\\') ++at;
      if (byte == '"') quoted = false;
      continue;
    }
    if (byte == '"') quoted = true;
    if (byte == '{' || byte == '[') ++depth;
    if ((byte == '}' || byte == ']') && --depth <= 0) return depth < 0 ? at : at + 1;
    if (depth == 0 && byte == ',') return at;
  }
  return text.size();
}

class Splitter {
 public:
  explicit Splitter(std::string_view text) : text_(text) {}
  std::vector<JsonRecord> all() {
    skip(kByteOrderMark.size() * (text_.starts_with(kByteOrderMark) ? 1u : 0u));
    line_begin_ = at_;
    skip_space();
    while (at_ < text_.size()) {
      if (text_[at_] == '[') {
        array();
      } else {
        record();
      }
      skip_space();
    }
    return std::move(records_);
  }

 private:
  void array() {
    const std::uint64_t line = line_;
    skip(1);
    while (true) {
      skip_space();
      while (at_ < text_.size() && text_[at_] == ',') {
        skip(1);
        skip_space();
      }
      if (at_ >= text_.size()) break;
      if (text_[at_] == ']') return skip(1);
      record();
    }
    if (records_.size() <= kRecordsMost) records_.push_back({line, {}, "the array that begins here does not end"});
  }
  void record() {
    if (records_.size() >= kRecordsMost) {
      records_.push_back({line_, text_.substr(at_), "more records than an adapter reads at once; nothing after this is taken"});
      return skip(text_.size() - at_);
    }
    std::size_t end = end_of_value(text_, at_);
    if (end == at_) end = at_ + 1;  // a stray bracket: a record of its own, which fails with its line
    const std::size_t next = next_record(end);
    // Only where it does not parse may it have swallowed others: one that parses may well have such lines inside.
    if (next < end && !parse_json(text_.substr(at_, end - at_))) end = ++cut_off_ > kCutOffMax ? text_.size() : next;
    std::string_view raw = text_.substr(at_, end - at_);
    records_.push_back({line_, raw.substr(0, raw.find_last_not_of(kSpace) + 1)});
    skip(end - at_);
  }
  /// The next line before `until` that begins with `{` in this record's column; `until` if there is none.
  std::size_t next_record(std::size_t until) const {
    if (text_.find_first_not_of(" \t", line_begin_) != at_) return until;  // something stands before it on its line
    const std::string wanted = "\n" + std::string(text_.substr(line_begin_, at_ - line_begin_)) + "{";
    const std::size_t found = text_.substr(0, until).find(wanted, at_);
    return found == std::string_view::npos ? until : found + 1;
  }
  void skip_space() {
    while (at_ < text_.size() && kSpace.find(text_[at_]) != std::string_view::npos) skip(1);
  }
  void skip(std::size_t bytes) {
    for (; bytes > 0; --bytes, ++at_) {
      if (text_[at_] != '\n') continue;
      ++line_;
      line_begin_ = at_ + 1;
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::uint64_t line_ = 1;
  std::size_t line_begin_ = 0;
  std::size_t cut_off_ = 0;
  std::vector<JsonRecord> records_;
};

}  // namespace

const Json* Json::member(std::string_view name) const {
  if (kind_ != Kind::Object) return nullptr;
  for (const auto& [own, value] : members_) {
    if (own == name) return &value;
  }
  return nullptr;
}

Json& Json::set(std::string name, Json value) {
  for (auto& [own, old] : members_) {
    if (own != name) continue;
    old = std::move(value);
    return *this;
  }
  members_.emplace_back(std::move(name), std::move(value));
  return *this;
}

Json& Json::object_at(std::string_view name) {
  for (auto& [own, value] : members_) {
    if (own == name) return value;
  }
  return members_.emplace_back(std::string(name), Json::object()).second;
}

Json& Json::add(Json value) {
  members_.emplace_back(std::string(), std::move(value));
  return *this;
}

Result<Json> parse_json(std::string_view text) {
  Place place;
  Builder builder(place);
  if (!nlohmann::json::sax_parse(Counted(text.data(), &place), Counted(text.data() + text.size(), &place), &builder)) {
    return fail(Fault::Malformed, code::kInput, "JSON: " + builder.why());
  }
  return builder.take();
}

std::string to_text(const Json& value, int indent) {
  return plain(value).dump(indent > 0 ? indent : -1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::vector<JsonRecord> split_json(std::string_view text) { return Splitter(text).all(); }

}  // namespace concordat::read
