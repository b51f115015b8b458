// From YAML's events to the tree: the only user of yaml-cpp. Its exceptions end here.
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <sstream>
#include <unordered_map>

#include "proto/text/tree.h"

namespace concordat::text {
namespace {

Place place_of(const YAML::Mark& mark) {
  if (mark.is_null()) return {};
  return {static_cast<std::uint32_t>(mark.line + 1), static_cast<std::uint32_t>(mark.column + 1)};
}

/// Where each line begins, to see what stands in the file where an event says that it was.
class Lines {
 public:
  explicit Lines(ByteView bytes) : bytes_(bytes) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      if (bytes[i] == '\n') starts_.push_back(i + 1);
    }
  }
  ByteView from(Place place) const {
    const std::size_t at = place.line <= starts_.size() ? starts_[place.line - 1] + place.column - 1 : bytes_.size();
    return at < bytes_.size() ? bytes_.substr(at) : ByteView{};
  }

 private:
  ByteView bytes_;
  std::vector<std::size_t> starts_{0};
};

/// Builds the tree until the first objection; after it every event is ignored, and the input's size bounds the waste.
class Builder final : public YAML::EventHandler {
 public:
  Builder(Tree& tree, ByteView bytes, const Limits& limits) : tree_(tree), lines_(bytes), limits_(limits) {}
  const std::string& objection() const { return objection_; }
  Place objection_place() const { return objection_place_; }
  void object(Place place, std::string why) {
    if (objection_.empty()) {
      objection_ = std::move(why);
      objection_place_ = place;
    }
  }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) object(place_of(mark), "a second document begins; keep one to a file");
  }
  void OnDocumentEnd() override {}
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    object(place_of(mark), "an alias; write it out, so that the text says what it means");
  }
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const Place place = awaiting_value() ? tree_.nodes[open_.back().key].place : place_of(mark);
    add(TreeNode{TreeNode::Kind::Empty, false, place, {}, {}}, "", anchor);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    const Place place = place_of(mark);
    const bool quoted = tag == "!";
    const ByteView source = lines_.from(place);
    check_plainness(place, quoted ? "" : tag, anchor);
    if (quoted && !source.empty() && std::string_view("\"'|>").find(source[0]) == std::string_view::npos)
      object(place, kTag);
    if (!quoted && !source.starts_with(value))
      object(place, "an unquoted text over several lines; quote it, or begin it with >");
    if (const std::string_view why = quoted ? objection_to(value) : std::string_view{}; !why.empty())
      object(place, "an escape for " + std::string(why));
    if (value.size() > limits_.scalar_bytes)
      object(place, "a text over " + std::to_string(limits_.scalar_bytes) + " bytes");
    add(TreeNode{TreeNode::Kind::Scalar, quoted, place, value, {}}, quoted ? "" : tag, anchor);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    begin(TreeNode{TreeNode::Kind::List, false, place_of(mark), {}, {}}, tag, anchor);
  }
  void OnSequenceEnd() override { end(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    begin(TreeNode{TreeNode::Kind::Map, false, place_of(mark), {}, {}}, tag, anchor);
  }
  void OnMapEnd() override { end(); }

 private:
  static constexpr const char* kTag = "a tag; leave it out, the reader knows what is meant";
  struct Open {
    std::uint32_t node = 0;
    std::uint32_t key = 0;  ///< In a map whose value is awaited: the key's node; else 0.
    std::unordered_map<std::string, Place> keys;
  };

  bool awaiting_value() const { return !open_.empty() && open_.back().key != 0; }

  void check_plainness(Place place, const std::string& tag, YAML::anchor_t anchor) {
    if (anchor != 0) object(place, "an anchor; write it out, so that the text says what it means");
    if (!tag.empty() && tag != "?") object(place, kTag);
  }

  void add(TreeNode node, const std::string& tag, YAML::anchor_t anchor) {
    check_plainness(node.place, tag, anchor);
    if (tree_.nodes.size() >= limits_.nodes) object(node.place, "over " + std::to_string(limits_.nodes) + " values");
    if (!objection_.empty()) return;
    const auto index = static_cast<std::uint32_t>(tree_.nodes.size());
    tree_.nodes.push_back(std::move(node));
    if (!open_.empty()) join(open_.back(), index);
  }

  void join(Open& parent, std::uint32_t index) {
    TreeNode& owner = tree_.nodes[parent.node];
    owner.children.push_back(index);
    if (owner.kind != TreeNode::Kind::Map) return;
    const bool value = parent.key != 0;
    parent.key = value ? 0 : index;
    if (!value) check_key(parent, tree_.nodes[index]);
  }

  void check_key(Open& parent, const TreeNode& key) {
    if (key.kind != TreeNode::Kind::Scalar || key.text.empty()) return object(key.place, "a key that is not a word");
    if (!key.quoted && key.text == "<<")
      return object(key.place, "a merge key; write it out, so that the text says what it means");
    const auto [first, fresh] = parent.keys.emplace(key.text, key.place);
    if (!fresh)
      object(key.place,
             "`" + key.text + "` stands here twice; the first is on line " + std::to_string(first->second.line));
  }

  void begin(TreeNode node, const std::string& tag, YAML::anchor_t anchor) {
    if (open_.size() >= limits_.depth) object(node.place, "nested deeper than " + std::to_string(limits_.depth));
    add(std::move(node), tag, anchor);
    if (objection_.empty()) open_.push_back({static_cast<std::uint32_t>(tree_.nodes.size() - 1), 0, {}});
  }
  void end() {
    if (objection_.empty()) open_.pop_back();
  }

  Tree& tree_;
  Lines lines_;
  const Limits& limits_;
  std::vector<Open> open_;
  std::string objection_;
  Place objection_place_;
  int documents_ = 0;
};

/// yaml-cpp's words in ours, where ours help more.
std::string in_our_words(const std::string& message) {
  if (message.find("end of map") != std::string::npos)
    return "the map does not go on as it began: check indentation, braces and commas";
  if (message.find("end of seq") != std::string::npos)
    return "the list does not go on as it began: check indentation, brackets and commas";
  if (message.find("illegal map value") != std::string::npos)
    return "a colon where none may stand; quote the text if it is meant";
  if (message.find("anchor is not defined") != std::string::npos)
    return "an alias; write it out, so that the text says what it means";
  if (message.find("unknown token") != std::string::npos) return "a text may not begin with this character; quote it";
  return message;
}

}  // namespace

Result<void> grow(Tree& tree, ByteView bytes, const Limits& limits) {
  Builder builder(tree, bytes, limits);
  std::istringstream stream{std::string(bytes)};
  try {
    YAML::Parser parser(stream);
    while (builder.objection().empty() && parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& error) {
    builder.object(place_of(error.mark), in_our_words(error.msg));
  }
  if (builder.objection().empty() && tree.nodes.empty()) builder.object({}, "the file is empty");
  if (builder.objection().empty()) return {};
  return fail(Fault::Malformed, tree.complaint,
              where(tree.file, builder.objection_place()) + ": " + builder.objection());
}

}  // namespace concordat::text
