// The broker's keys do not seal, an agency's exchange key does not box: each secret is of its kind.
// refused: could not convert|invalid initialization|no known conversion|cannot convert
#include "proto/seal/box.h"

using namespace concordat;

Bytes box(const seal::SessionKey& session, const seal::SymmetricKey& ring, Entropy& entropy) {
#ifdef FORBIDDEN
  (void)session;
  return seal::box_shares(ring, {}, "bound", entropy);
#else
  (void)ring;
  return seal::box_shares(session, {}, "bound", entropy);
#endif
}
