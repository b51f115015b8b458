// What is kept of earlier messages, with what the one at hand changes of it on top. Private to this folder.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/sdk/source.h"

namespace google::protobuf {
class Message;
}

namespace concordat::courts {

/// By what each thing that an event tells is known again: a list of names for each result, any of which is enough.
using Marks = std::vector<std::vector<std::string>>;

/// What was told under a reference.
struct Before {
  contract::Kind kind{};
  Instant happened;
  bool reversed = false;
  Marks marks;
  std::vector<std::string> offences;  ///< As News has them.
  std::shared_ptr<google::protobuf::Message> message;
};

/// A list of names, and when the message that they are of was shared.
struct Roll {
  std::optional<Instant> shared;
  std::vector<std::string> names;
};

/// Lasts as long as one input is followed. Names of state: told.h.
class Ledger {
 public:
  Ledger(sdk::Input& input, sdk::Kept& kept, Instant now);

  Result<std::optional<Bytes>> get(const std::string& name);
  void set(const std::string& name, Bytes value) { input_.state[name] = {std::move(value), until_}; }
  void clear(const std::string& name) { input_.state[name] = {std::nullopt, std::nullopt}; }

  /// E-KEEP if what is kept cannot be read.
  Result<std::optional<Before>> before(const std::string& reference);
  void tell(const std::string& reference, const Before& told);
  /// What stood under a reference before a hearing annulled it; only that hearing can give it back.
  void remember(const std::string& reference, const std::string& hearing, const Before& before);
  Result<std::optional<Before>> remembered(const std::string& reference, const std::string& hearing);
  /// With the hearing, whichever it is.
  Result<std::optional<std::pair<std::string, Before>>> remembered(const std::string& reference);
  /// Was one of these told under another reference?
  Result<bool> told_elsewhere(const std::vector<std::string>& marks, const std::string& reference);
  void forget(const Marks& marks);

  Result<std::optional<Roll>> roll(const std::string& name);
  void set_roll(const std::string& name, const Roll& roll);
  Result<std::vector<std::string>> list(const std::string& name);
  /// Each once, in the order in which they came.
  Result<int> add_to(const std::string& name, const std::vector<std::string>& more);

 private:
  sdk::Input& input_;
  sdk::Kept& kept_;
  Instant until_;
};

// How a list is written, in what is kept and in what an input carries.
void put(Writer& out, const std::vector<std::string>& texts);
std::vector<std::string> take_texts(Reader& in);
void put(Writer& out, const Marks& marks);
Marks take_marks(Reader& in);
void put(Writer& out, const std::optional<Instant>& at);
std::optional<Instant> take_time(Reader& in);

}  // namespace concordat::courts
