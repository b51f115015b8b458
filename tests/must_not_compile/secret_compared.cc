// Secrets are compared in constant time, by seal, or not at all.
// refused: no match for .operator==
#include "proto/seal/keys.h"

using namespace concordat;

bool same(const seal::Share& a, const seal::Share& b) {
#ifdef FORBIDDEN
  return a == b;
#else
  return seal::equal(a.view(), b.view());
#endif
}
