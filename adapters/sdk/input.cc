// Inputs as lines for people: what --dry-run prints.
#include "adapters/sdk/input.h"

#include <google/protobuf/message.h>

#include "adapters/sdk/read/record.h"
#include "adapters/sdk/source.h"
#include "proto/contract/contract.h"
#include "proto/contract/derive.h"
#include "proto/contract/render.h"

namespace concordat::sdk {
namespace {

using contract::json_text;

std::string failure_line(const std::string& file, const Failure& failure) {
  return quarantine_line(file, failure.line, failure.field, failure.error.code.name, remedy(failure.error));
}

Result<std::string> event_line(const std::string& file, const Input& input, const TypedEvent& event, Instant now) {
  TRY(const auto plains, contract::split(*event.message, event.happened));
  TRY(const auto facts, contract::facts_of(contract::derive_event_facts(event.kind, event.happened, now, event.in_bulk), plains));
  return "{\"input\":" + json_text(file) + ",\"line\":" + std::to_string(input.line) + ",\"kind\":" + json_text(contract::name_of(event.kind)) +
         ",\"reference\":" + json_text(event.reference) + ",\"facts\":" + contract::render_facts(facts) +
         ",\"people\":" + contract::render_people(*event.message) + ",\"case\":" + contract::render_case(*event.message) + (input.test ? ",\"test\":true}" : "}");
}

/// A text held whole.
class WholeInputs final : public Inputs {
 public:
  WholeInputs(const Source& source, std::string name, read::Pieces& pieces) : source_(source), name_(std::move(name)), pieces_(pieces) {}
  Result<std::optional<Input>> next() override {
    if (!read_) {
      TRY_VOID(read_all());
    }
    if (at_ == inputs_.size()) return std::optional<Input>{};
    return std::optional(std::move(inputs_[at_++]));
  }

 private:
  Result<int> read_all() {
    std::string text;
    read_ = true;
    while (text.size() <= read::kFileBytesMax) {
      TRY(const std::string_view piece, pieces_.next());
      if (piece.empty()) {
        inputs_ = source_.read(name_, text);
        return 0;
      }
      text += piece;
    }
    inputs_.push_back(failed_input(0, "file", {Fault::Malformed, code::kLimit, "the file is over 32 MiB, and this format is read whole"}, {}, true));
    return 0;
  }

  const Source& source_;
  std::string name_;
  read::Pieces& pieces_;
  std::vector<Input> inputs_;
  std::size_t at_ = 0;
  bool read_ = false;
};

}  // namespace

Result<int> Source::follow(Input&, Kept&, Instant) const { return 0; }
std::unique_ptr<Inputs> Source::stream(const std::string& name, read::Pieces& pieces) const { return std::make_unique<WholeInputs>(*this, name, pieces); }

Input failed_input(std::uint64_t line, std::string field, Error error, std::string_view raw, bool may_be_high_risk) {
  Input input;
  input.line = line;
  input.failure = Failure{line, std::move(field), std::move(error)};
  input.raw = std::string(raw);
  input.may_be_high_risk = may_be_high_risk;
  return input;
}

std::string remedy(const Error& error) {
  return (error.detail.empty() ? std::string(error.code.meaning) : error.detail) + ". " + std::string(error.code.remedy);
}

std::string quarantine_line(const std::string& file, std::uint64_t line, const std::string& field, std::string_view code, const std::string& remedy) {
  return "{\"input\":" + json_text(file) + ",\"line\":" + std::to_string(line) + ",\"field\":" + json_text(field) + ",\"quarantined\":" + json_text(code) +
         ",\"remedy\":" + json_text(remedy) + "}";
}

std::vector<std::string> dry_run_lines(const std::string& file, const Input& input, Instant now) {
  if (input.failure) return {failure_line(file, *input.failure)};
  std::vector<std::string> lines;
  if (!input.nothing.empty()) lines.push_back("{\"input\":" + json_text(file) + ",\"line\":" + std::to_string(input.line) + ",\"nothing\":" + json_text(input.nothing) + "}");
  for (const TypedEvent& event : input.events) {
    auto line = event_line(file, input, event, now);
    if (!line) return {failure_line(file, {input.line, "record", line.error()})};
    lines.push_back(std::move(*line));
  }
  return lines;
}

}  // namespace concordat::sdk
