// SPI NewCase: out of the wrappers, then the case into a draft.
#include "adapters/police/spi.h"

#include <google/protobuf/message.h>

#include <array>

#include "adapters/police/spi_case.h"
#include "adapters/sdk/read/exchange.h"
#include "adapters/sdk/read/record.h"
#include "adapters/sdk/read/xml.h"
#include "proto/contract/contract.h"

namespace concordat::police {
namespace {

using read::Xml;
using sdk::Failure;
using sdk::Input;

constexpr std::array<std::string_view, 3> kOnce = {"DataStreamContent", "NewCaseMessage", "Case"};
constexpr read::Wanted kWanted{"NewCaseMessage", "SPINewCase", "there is no new case in the message", kOnce};

Failure failure(std::uint64_t line, std::string field, Code code, std::string detail) {
  return Failure{line, std::move(field), {Fault::Malformed, code, std::move(detail)}};
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
  const auto unwrapped = read::unwrap(text, kWanted, input.test);
  // A test message is refused as one even where the rest of it is broken.
  if (input.test && reading.environment == Environment::Live) {
    return with_failure(std::move(input), failure(1, "TestOperation", code::kTestData, "TestOperation is true"));
  }
  if (!unwrapped) return with_failure(std::move(input), {unwrapped.error().line, unwrapped.error().field, unwrapped.error().error});
  const Xml* message = unwrapped->tree.find("NewCaseMessage");
  const Xml* a_case = message->child("Case");
  if (a_case == nullptr) return with_failure(std::move(input), failure(unwrapped->line, "Case", code::kInput, "there is no case in the message"));
  input.line = unwrapped->line_in_file(a_case->line);
  const SpiCase source{*a_case, unwrapped->line - 1, unwrapped->dated};
  auto whole = source.events({}, reading);
  if (!whole && is_too_much(whole.error()) && source.defendants() > 1) whole = source.events_by_defendant(reading);
  if (!whole) return with_failure(std::move(input), whole.error());
  input.events = std::move(*whole);
  input.reference = input.events.front().reference;
  return input;
}

}  // namespace concordat::police
