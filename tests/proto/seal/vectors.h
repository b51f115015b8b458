// Test vectors: every construction computed from the `in` of its cases. Shared by the test and the tool that fills the
// file.
#pragma once

#include <string>

namespace concordat::seal {

/// The file's text with every `out` computed by this library, and how many cases and constructions it has.
/// Throws on a file that is not of the form, or a case of no known construction: the test or tool ends.
struct Computed {
  std::string text;
  std::size_t cases = 0;
  std::size_t constructions = 0;        ///< Different ones among the cases.
  std::size_t constructions_known = 0;  ///< That there are.
};
Computed compute_vectors(const std::string& file_text);

}  // namespace concordat::seal
