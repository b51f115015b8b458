// JSON as a plain tree: see json.h. By nlohmann, through its event interface: duplicate names are seen and depth is bounded.
#include "proto/text/json.h"

#include <nlohmann/json.hpp>

#include <set>

namespace concordat::text {
namespace {

/// Builds our tree from the parser's events. Refusing an event stops the parse.
class Builder : public nlohmann::json_sax<nlohmann::json> {
 public:
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
    why_ = "it breaks at byte " + std::to_string(position);
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
    open_.push_back({std::move(value), {}});
    return true;
  }
  bool pop() {
    Json value = std::move(open_.back().value);
    open_.pop_back();
    return put(std::move(value));
  }

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
  Builder builder;
  if (!nlohmann::json::sax_parse(text.begin(), text.end(), &builder)) {
    return fail(Fault::Malformed, code::kFrame, "JSON: " + builder.why());
  }
  return builder.take();
}

std::string to_text(const Json& value, int indent) {
  return plain(value).dump(indent > 0 ? indent : -1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace concordat::text
