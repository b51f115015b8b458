// The walk: see tree.h.
#include "adapters/courts/tree.h"

#include "adapters/sdk/read/record.h"

namespace concordat::courts {

using read::Json;

Node::Node(Reader& reader, const Json* json, std::string path, std::uint64_t line)
    : reader_(&reader), json_(json != nullptr && json->kind() == Json::Kind::Null ? nullptr : json), path_(std::move(path)), line_(line) {
  if (json_ != nullptr) line_ = reader.line(*json_);
}

Node Node::member(std::string_view name) const {
  std::string path = path_.empty() ? std::string(name) : path_ + "." + std::string(name);
  if (json_ != nullptr && json_->kind() != Json::Kind::Object) refuse(code::kInput, "it is no object");
  return {*reader_, json_ == nullptr ? nullptr : json_->member(name), std::move(path), line_};
}

Node Node::operator[](std::string_view name) const {
  const auto dot = name.find('.');
  const Node found = member(name.substr(0, dot));
  return dot == std::string_view::npos ? found : found[name.substr(dot + 1)];
}

std::vector<Node> Node::each(std::string_view name) const {
  const Node list = (*this)[name];
  std::vector<Node> out;
  if (!list) return out;
  if (list.json_->kind() != Json::Kind::Array) {
    list.refuse(code::kInput, "it is no list");
    return out;
  }
  std::size_t at = 0;
  for (const auto& [none, element] : list.json_->elements()) {
    Node node(*reader_, &element, list.path_ + "[" + std::to_string(at++) + "]", list.line_);
    if (!node) continue;
    if (!node.is_object()) {
      node.refuse(code::kInput, "it is no object");
      continue;
    }
    out.push_back(std::move(node));
  }
  return out;
}

std::string Node::text() const {
  if (json_ == nullptr) return {};
  if (json_->kind() == Json::Kind::Array || json_->kind() == Json::Kind::Object) {
    refuse(code::kInput, "it is no text");
    return {};
  }
  return std::string(read::trim(json_->scalar()));
}

void Node::refuse(Code code, std::string detail) const { reader_->refuse(line_, path_, {Fault::Malformed, code, std::move(detail)}); }

}  // namespace concordat::courts
