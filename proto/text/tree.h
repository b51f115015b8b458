// The tree behind Document: nodes in one vector, in the order of the file. Private to this room.
#pragma once

#include <string>
#include <vector>

#include "proto/text/yaml.h"

namespace concordat::text {

struct TreeNode {
  enum class Kind : std::uint8_t { Empty, Scalar, List, Map };
  Kind kind = Kind::Empty;
  bool quoted = false;
  Place place;
  std::string text;                     ///< Of a scalar.
  std::vector<std::uint32_t> children;  ///< Of a list: its elements; of a map: key, value, key, value …
};

struct Tree {
  std::string file;
  Code complaint;
  std::vector<TreeNode> nodes;  ///< nodes[0] is the root.
};

std::string where(std::string_view file, Place place);

/// Checks the bytes before YAML sees them: UTF-8, no tabs, controls, marks of direction, directives, byte order mark
/// within.
Result<void> check_bytes(const std::string& file, ByteView bytes, Code complaint, const Limits& limits);
/// What is wrong with a scalar's text once its escapes are read ("\u202e"): as check_bytes, but lines may end. Empty: nothing.
std::string_view objection_to(ByteView text);
/// Bytes that passed check_bytes, as a tree.
Result<void> grow(Tree& tree, ByteView bytes, const Limits& limits);

}  // namespace concordat::text
