// A secret is in one place unless somebody says clone().
// refused: use of deleted function
#include "proto/seal/seal.h"

using namespace concordat;

seal::EventSecret twice(const seal::EventSecret& secret) {
#ifdef FORBIDDEN
  return secret;
#else
  return secret.clone();
#endif
}
