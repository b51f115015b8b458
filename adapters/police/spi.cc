// SPI NewCase: out of the wrappers, then the case into a draft.
#include "adapters/police/spi.h"

#include <google/protobuf/message.h>

#include <algorithm>
#include <array>
#include <set>

#include "adapters/police/spi_case.h"
#include "adapters/sdk/read/record.h"
#include "adapters/sdk/read/xml.h"
#include "proto/contract/contract.h"

namespace concordat::police {
namespace {

using read::Xml;
using sdk::Failure;
using sdk::Input;

constexpr int kWrappersMax = 4;

Failure failure(std::uint64_t line, std::string field, Code code, std::string detail) {
  return Failure{line, std::move(field), {Fault::Malformed, code, std::move(detail)}};
}

/// A message on its way out of its wrappers: the innermost tree so far, and where its first line stands in the file.
struct Unwrapped {
  Xml tree;
  std::uint64_t line = 1;
  std::string dated;  ///< When the message was made, if its wrapper says so.
};

std::uint64_t line_in_file(const Unwrapped& at, std::uint64_t line) { return at.line + line - 1; }

/// Whatever is not plainly a no is a yes: a test case must not become somebody's case, and a person mends what is misread.
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

/// One message is one case: of a second one nothing would be read.
const char* what_stands_twice(const Xml& tree) {
  for (const char* name : {"DataStreamContent", "NewCaseMessage", "Case"}) {
    if (count_named(tree, name) > 1) return name;
  }
  return nullptr;
}

/// The element whose text is the next layer: the message of a SOAP request, or the content of a data stream.
const Xml* wrapper_text(const Xml& tree) {
  for (const char* name : {"DataStreamContent", "Message"}) {
    if (const Xml* found = tree.find(name); found != nullptr && !found->text.empty()) return found;
  }
  return nullptr;
}

Result<int> check_stream(const Xml& tree) {
  const Xml* type = tree.find("DataStreamType");
  if (type == nullptr || type->text == "SPINewCase") return 0;
  return fail(Fault::Malformed, code::kInput, "the data stream is no SPINewCase");
}

std::string dated_of(const Xml& route) {
  const Xml* dated = route.find("Dated");
  const Xml* timed = route.find("Timed");
  if (dated == nullptr || dated->text.empty()) return {};
  return dated->text + (timed != nullptr && !timed->text.empty() ? "T" + timed->text : "");
}

tl::expected<Unwrapped, Failure> unwrap(std::string_view text, bool& test) {
  Unwrapped at;
  std::string layer(text);
  for (int depth = 0; depth < kWrappersMax; ++depth) {
    auto parsed = read::parse_xml(layer);
    if (!parsed) return tl::unexpected(Failure{at.line, depth == 0 ? "file" : "DataStreamContent", parsed.error()});
    at.tree = std::move(*parsed);
    test = test || is_test(at.tree);
    if (const char* twice = what_stands_twice(at.tree)) {
      return tl::unexpected(failure(at.line, twice, code::kInput, "it stands more than once; one message has one case"));
    }
    if (at.dated.empty()) at.dated = dated_of(at.tree);
    if (const auto stream = check_stream(at.tree); !stream) return tl::unexpected(Failure{at.line, "DataStreamType", stream.error()});
    if (at.tree.find("NewCaseMessage") != nullptr) return at;
    const Xml* next = wrapper_text(at.tree);
    if (next == nullptr) break;
    at.line = line_in_file(at, next->text_line);
    layer = next->text;
  }
  return tl::unexpected(failure(at.line, "NewCaseMessage", code::kInput, "there is no new case in the message"));
}

Input with_failure(Input input, Failure failed) {
  input.failure = std::move(failed);
  input.events.clear();
  return input;
}

/// Too many people or compartments for one event: then one a defendant, so that nothing is left out.
bool is_too_much(const Failure& failed) { return failed.error.code == code::kLimit; }

}  // namespace

Input read_spi(std::string_view text, const Reading& reading) {
  Input input;
  input.line = 1;
  input.begins = 1;
  input.raw = text.substr(0, read::kRecordBytesMax);
  input.cut = text.size() > read::kRecordBytesMax;
  if (text.size() > read::kRecordBytesMax) return with_failure(std::move(input), failure(1, "file", code::kLimit, "the message is too long"));
  const auto unwrapped = unwrap(text, input.test);
  // A test message is refused as one even where the rest of it is broken.
  if (input.test && reading.environment == Environment::Live) {
    return with_failure(std::move(input), failure(1, "TestOperation", code::kTestData, "TestOperation is true"));
  }
  if (!unwrapped) return with_failure(std::move(input), unwrapped.error());
  const Xml* message = unwrapped->tree.find("NewCaseMessage");
  const Xml* a_case = message->child("Case");
  if (a_case == nullptr) return with_failure(std::move(input), failure(unwrapped->line, "Case", code::kInput, "there is no case in the message"));
  input.line = line_in_file(*unwrapped, a_case->line);
  const SpiCase source{*a_case, unwrapped->line - 1, unwrapped->dated};
  auto whole = source.events({}, reading);
  if (!whole && is_too_much(whole.error()) && source.defendants() > 1) whole = source.events_by_defendant(reading);
  if (!whole) return with_failure(std::move(input), whole.error());
  input.events = std::move(*whole);
  input.reference = input.events.front().reference;
  return input;
}

}  // namespace concordat::police
