// INVARIANT: see invariant.h.
#include "proto/base/invariant.h"

#include <cstdio>
#include <cstdlib>

namespace concordat {

void invariant_failed(const char* claim, const char* why, const char* file, int line) {
  std::fprintf(stderr, "concordat: invariant broken at %s:%d: %s (%s)\n", file, line, claim, why);
  std::abort();
}

}  // namespace concordat
