// What an adapter makes of one input: typed events, or the reason why not. Values only; every adapter's reader gives these.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proto/base/bytes.h"
#include "proto/base/result.h"
#include "proto/base/time.h"
#include "proto/contract/vocabulary.h"

namespace google::protobuf {
class Message;
}

namespace concordat::sdk {

/// One event of an input, people numbered from 1 in its own order.
struct TypedEvent {
  std::shared_ptr<const google::protobuf::Message> message;
  contract::Kind kind{};
  std::string reference;  ///< The source's, unique with the kind: "P2", "P2/risk_assessment".
  Instant happened;
  bool in_bulk = false;   ///< Loaded in bulk: historic whatever its age.
};

/// An event that an input of this reference may yield and this one does not: what stands of it is withdrawn.
struct NoMore {
  contract::Kind kind{};
  std::string reference;
};

/// Why an input was not taken: where in it, and what a person does about it.
struct Failure {
  std::uint64_t line = 0;
  std::string field;      ///< As the source calls it.
  Error error{Fault::Malformed, code::kInput, {}};
};

/// What is to be known of it when a later input comes. Nothing erases. After `until` it may be forgotten; without, it is kept.
struct ToKeep {
  std::optional<Bytes> value;
  std::optional<Instant> until;
};

/// One input: a row, an object, a message. Either events or a failure, never half of each.
struct Input {
  std::uint64_t line = 0;
  std::string reference;
  std::vector<TypedEvent> events;
  std::optional<Failure> failure;
  std::string raw;        ///< As it came; empty where `shared` has it.
  /// What has to stand before `raw` so that Source::read() gives this one input again: the header of a CSV file, with its line ends.
  std::shared_ptr<const std::string> context{};
  std::uint64_t begins = 0;  ///< The line on which `raw` begins; 0: `line`.
  bool cut = false;          ///< `raw` is not all of it: it cannot be read again. So is one of read::kRecordBytesMax bytes.
  bool test = false;      ///< Its source marks it as test data.
  bool may_be_high_risk = false;  ///< It has fields of a risk assessment: in quarantine it is an alarm.
  std::vector<NoMore> no_more;
  std::string nothing;    ///< Why it yields no event, where that is meant, in a word of the program's own: counted, and said in a dry run.
  std::map<std::string, std::uint64_t> counted;  ///< Added to the keep's counters if it is taken, e.g. why nothing of it is published. Names are not personal data.
  std::map<std::string, ToKeep> state;  ///< In the same transaction as what the input becomes. Set by Source::follow.
  std::shared_ptr<const std::string> shared{};  ///< As it came, where several inputs came of one text: held once for all of them.

  const std::string& as_it_came() const { return shared ? *shared : raw; }
};

/// One that could not be taken: where, in which field, why, and as it came.
Input failed_input(std::uint64_t line, std::string field, Error error, std::string_view raw, bool may_be_high_risk);

/// "there is no such day. Correct it at its source and offer it again."
std::string remedy(const Error& error);

/// One line of --dry-run: {"input","line","kind","reference","facts","people","case"} an event, or
/// {"input","line","field","quarantined","remedy"}, or {"input","line","nothing"}; and "test":true where the source marks test data. `now` decides what is historic.
std::string quarantine_line(const std::string& file, std::uint64_t line, const std::string& field, std::string_view code, const std::string& remedy);
std::vector<std::string> dry_run_lines(const std::string& file, const Input& input, Instant now);

}  // namespace concordat::sdk
