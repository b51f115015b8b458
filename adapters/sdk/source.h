// What an agency's system says, whoever brings it: a watched folder, a hospital's engine, a court's post, a person's command.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/sdk/input.h"
#include "adapters/sdk/read/pieces.h"
#include "proto/base/bytes.h"
#include "proto/base/time.h"

namespace concordat::sdk {

/// Which environment the program serves. Unstated in a dry run without configuration: test data maps, and is marked.
enum class Environment : std::uint8_t { Unstated, Live, Test };

/// What was kept of earlier inputs, by the names that follow() gave it.
class Kept {
 public:
  virtual ~Kept() = default;
  virtual Result<std::optional<Bytes>> state(std::string_view name) = 0;
};

/// The inputs of a text too large to be held, one after another.
class Inputs {
 public:
  virtual ~Inputs() = default;
  /// Nothing at the end; any error is the text's own (a disk), and final.
  virtual Result<std::optional<Input>> next() = 0;
};

class Source {
 public:
  virtual ~Source() = default;
  /// What a text holds, each record an Input, in order. Pure, never fails: what cannot be read is an Input with its failure.
  /// `name` is the file's name, or the way it came in: "POST /hearing/1", "mllp".
  virtual std::vector<Input> read(const std::string& name, std::string_view text) const = 0;
  /// Completes an input from what was kept of earlier ones, right before it is taken, in order: events, what is no more, what is
  /// to be kept. Must give the same for the same input and the same kept state. Malformed: the input is quarantined with the
  /// error's detail; any other error stops the feed.
  virtual Result<int> follow(Input& input, Kept& kept, Instant now) const;
  /// What --history reads: as read() does, in constant memory. Without a way of its own a source holds the whole text, at most
  /// read::kFileBytesMax; a longer one is one failed input. `pieces` must outlive what is returned.
  virtual std::unique_ptr<Inputs> stream(const std::string& name, read::Pieces& pieces) const;
  /// Which version of which mapping reads, as Mapping::version() has it. Empty where there is no mapping.
  virtual std::string version() const { return {}; }
};

}  // namespace concordat::sdk
