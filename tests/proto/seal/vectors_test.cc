// The committed vectors are what this library computes. check_vectors.py says the same from another implementation.
#include "tests/proto/seal/vectors.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace concordat::seal {
namespace {

std::string committed() {
  std::ifstream file("proto/vectors/seal.json");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(SealVectors, EveryCommittedValueIsComputedAgain) {
  const std::string file = committed();
  ASSERT_FALSE(file.empty()) << "proto/vectors/seal.json is not there";
  std::istringstream expected(file), computed(compute_vectors(file).text);
  std::string expected_line, computed_line;
  for (int line = 1; std::getline(computed, computed_line); ++line) {
    ASSERT_TRUE(std::getline(expected, expected_line)) << "the file ends before line " << line;
    ASSERT_EQ(expected_line, computed_line) << "proto/vectors/seal.json:" << line;
  }
  EXPECT_FALSE(std::getline(expected, expected_line));
}

TEST(SealVectors, EveryConstructionHasACase) {
  const Computed computed = compute_vectors(committed());
  EXPECT_EQ(computed.constructions, computed.constructions_known);
  EXPECT_GT(computed.cases, 80u);
}

}  // namespace
}  // namespace concordat::seal
