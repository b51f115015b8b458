// XML by pugixml. Its only user.
#include "adapters/sdk/read/xml.h"

#include <algorithm>
#include <pugixml.hpp>

namespace concordat::read {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::string_view local(std::string_view name) {
  const auto colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

class Tree {
 public:
  explicit Tree(std::string_view text) : text_(text) {}

  Result<Xml> of(const pugi::xml_node& node, int depth) {
    if (depth > kXmlDepthMax || ++elements_ > kXmlElementsMax) {
      return fail(Fault::Malformed, code::kLimit, "XML: nested too deep or too long");
    }
    Xml out;
    out.name = local(node.name());
    out.line = line_of(node.offset_debug());
    std::string text;
    for (const pugi::xml_node& child : node.children()) {
      if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) {
        if (text.empty()) out.text_line = line_of(child.offset_debug());
        text += child.value();
      }
      if (child.type() != pugi::node_element) continue;
      TRY(Xml inner, of(child, depth + 1));
      out.children.push_back(std::move(inner));
    }
    out.text_line += static_cast<std::uint64_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(std::min(text.find_first_not_of(kSpace), text.size())), '\n'));
    out.text = trimmed(text);
    return out;
  }

  // Elements come in the order of the text, so counting goes on from the last place.
  std::uint64_t line_of(std::ptrdiff_t offset) {
    const std::size_t to = std::min(text_.size(), static_cast<std::size_t>(std::max<std::ptrdiff_t>(offset, 0)));
    if (to < counted_) counted_ = 0, line_ = 1;
    line_ += static_cast<std::uint64_t>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(counted_), text_.begin() + static_cast<std::ptrdiff_t>(to), '\n'));
    counted_ = to;
    return line_;
  }

 private:
  std::string_view text_;
  std::size_t counted_ = 0;
  std::uint64_t line_ = 1;
  std::size_t elements_ = 0;
};

}  // namespace

const Xml* Xml::child(std::string_view wanted) const {
  for (const Xml& each : children) {
    if (each.name == wanted) return &each;
  }
  return nullptr;
}

const Xml* Xml::at(std::string_view path) const {
  const Xml* here = this;
  while (here != nullptr && !path.empty()) {
    const auto slash = path.find('/');
    here = here->child(path.substr(0, slash));
    path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
  }
  return here;
}

std::string_view Xml::text_at(std::string_view path) const {
  const Xml* found = at(path);
  return found == nullptr ? std::string_view{} : std::string_view(found->text);
}

std::vector<const Xml*> Xml::all(std::string_view wanted) const {
  std::vector<const Xml*> found;
  for (const Xml& each : children) {
    if (each.name == wanted) found.push_back(&each);
  }
  return found;
}

const Xml* Xml::find(std::string_view wanted) const {
  if (name == wanted) return this;
  for (const Xml& each : children) {
    if (const Xml* found = each.find(wanted)) return found;
  }
  return nullptr;
}

Result<Xml> parse_xml(std::string_view text) {
  pugi::xml_document document;
  // Plain text keeps its line ends; character references and the five named entities are all that is replaced.
  const pugi::xml_parse_result parsed = document.load_buffer(text.data(), text.size(), pugi::parse_default | pugi::parse_ws_pcdata_single | pugi::parse_doctype);
  Tree tree(text);
  if (!parsed) {
    return fail(Fault::Malformed, code::kInput, "XML line " + std::to_string(tree.line_of(parsed.offset)) + ": " + parsed.description());
  }
  for (const pugi::xml_node& each : document.children()) {
    if (each.type() == pugi::node_doctype) return fail(Fault::Malformed, code::kInput, "XML: it declares a document type; what that defines is not read");
  }
  if (!document.document_element()) return fail(Fault::Malformed, code::kInput, "XML: no element");
  return tree.of(document.document_element(), 0);
}

}  // namespace concordat::read
