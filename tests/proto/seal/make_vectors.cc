// Fills a file of test vectors: reads it from standard input, computes every `out` from its `in`, writes it to standard
// output. To add a case, add its `in` to proto/vectors/seal.json, run this, and let check_vectors.py agree. Cases of
// `compartment` and `open` cannot be made here (a share of one's own choice seals nothing): check_vectors.py --fill
// makes those.
#include <iostream>
#include <iterator>

#include "tests/proto/seal/vectors.h"

int main() {
  const std::string file{std::istreambuf_iterator<char>(std::cin), {}};
  std::cout << concordat::seal::compute_vectors(file).text;
  return std::cout.good() ? 0 : 1;
}
