// A secret has no way into a log or a terminal.
// refused: no match for .operator<<
#include <iostream>

#include "proto/seal/seal.h"

using namespace concordat;

std::ostream& tell(std::ostream& out, const seal::ExchangeKey& key) {
#ifdef FORBIDDEN
  return out << key;
#else
  return out << key.kSize << " bytes";
#endif
}
