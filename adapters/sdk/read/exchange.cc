// Wrappers: see exchange.h.
#include "adapters/sdk/read/exchange.h"

#include <optional>

namespace concordat::read {
namespace {

constexpr int kWrappersMax = 6;

Unreadable unreadable(std::uint64_t line, std::string_view field, std::string detail) {
  return {line, std::string(field), {Fault::Malformed, code::kInput, std::move(detail)}, {}};
}

bool is_test(const Xml& route) {
  const Xml* flag = route.find("TestOperation");
  if (flag == nullptr) return false;
  std::string word = flag->text;
  for (char& c : word) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return word != "false" && word != "0" && word != "no";
}

std::size_t count_named(const Xml& tree, std::string_view name) {
  std::size_t count = tree.name == name ? 1 : 0;
  for (const Xml& each : tree.children) count += count_named(each, name);
  return count;
}

/// The element whose text is the next layer: the message of a SOAP request, or the content of a data stream.
const Xml* wrapper_text(const Xml& tree) {
  for (const char* name : {"DataStreamContent", "Message"}) {
    if (const Xml* found = tree.find(name); found != nullptr && !found->text.empty()) return found;
  }
  return nullptr;
}

std::string dated_of(const Xml& route) {
  const Xml* dated = route.find("Dated");
  const Xml* timed = route.find("Timed");
  if (dated == nullptr || dated->text.empty()) return {};
  return dated->text + (timed != nullptr && !timed->text.empty() ? "T" + timed->text : "");
}

/// Text that was escaped twice is XML after one more step.
Result<std::string> unescaped(std::string layer) {
  if (!layer.starts_with("&lt;")) return layer;
  TRY(Xml once, parse_xml("<layer>" + layer + "</layer>"));
  return std::move(once.text);
}

std::optional<Unreadable> not_wanted(const Xml& tree, const Wanted& wanted, std::uint64_t line) {
  for (const std::string_view name : wanted.once) {
    if (count_named(tree, name) > 1) return unreadable(line, name, "it stands more than once; one message has one");
  }
  const Xml* type = tree.find("DataStreamType");
  if (type != nullptr && type->text != wanted.stream) return unreadable(line, "DataStreamType", "the data stream is no " + std::string(wanted.stream));
  return std::nullopt;
}

}  // namespace

tl::expected<Unwrapped, Unreadable> unwrap(std::string_view text, const Wanted& wanted, bool& test) {
  Unwrapped at;
  std::string layer(text);
  for (int depth = 0; depth < kWrappersMax; ++depth) {
    auto parsed = parse_xml(layer);
    if (!parsed) return tl::unexpected(Unreadable{at.line, depth == 0 ? "file" : "DataStreamContent", parsed.error(), {}});
    at.tree = std::move(*parsed);
    test = test || is_test(at.tree);
    if (auto refused = not_wanted(at.tree, wanted, at.line)) return tl::unexpected(std::move(*refused));
    if (at.dated.empty()) at.dated = dated_of(at.tree);
    if (at.tree.find(wanted.message) != nullptr) return at;
    const Xml* next = wrapper_text(at.tree);
    if (next == nullptr) break;
    at.line = at.line_in_file(next->text_line);
    auto inner = unescaped(next->text);
    if (!inner) return tl::unexpected(Unreadable{at.line, next->name, inner.error(), {}});
    layer = std::move(*inner);
  }
  return tl::unexpected(unreadable(at.line, wanted.message, std::string(wanted.missing)));
}

}  // namespace concordat::read
