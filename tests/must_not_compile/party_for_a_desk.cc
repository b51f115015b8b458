// A party's number is not a desk's.
// refused: could not convert|cannot convert|no known conversion
#include "proto/base/ids.h"

using namespace concordat;

DeskNumber reader(PartyNumber party, DeskNumber desk) {
#ifdef FORBIDDEN
  (void)desk;
  return party;
#else
  (void)party;
  return desk;
#endif
}
