// What an agency's system says, whoever brings it: a watched folder, a hospital's engine, a court's post, a person's command.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/sdk/input.h"
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
};

}  // namespace concordat::sdk
