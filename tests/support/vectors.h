// Reads the vectors in proto/vectors: a JSON object of lists of flat objects. For tests, run from the project's root.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "proto/base/time.h"

namespace concordat::test {

/// One vector: its members as text; numbers are written as they are, booleans as "true" and "false".
class Vector {
 public:
  std::map<std::string, std::string> members;

  bool has(const std::string& name) const { return members.count(name) > 0; }
  /// Empty if it is not there.
  std::string text(const std::string& name) const;
  std::uint32_t number(const std::string& name) const;
};

/// The list called `list`; empty, with a test failure, if the file cannot be read.
std::vector<Vector> read_vectors(const std::string& path, const std::string& list);

/// "2026-07-14T02:10:00Z".
std::optional<Instant> instant(const std::string& text);

}  // namespace concordat::test
