// What an event says is not which event it is.
// refused: could not convert|cannot convert|no known conversion
#include "proto/base/ids.h"

using namespace concordat;

EventId which(const Digest& digest, const EventId& event) {
#ifdef FORBIDDEN
  (void)event;
  return digest;
#else
  (void)digest;
  return event;
#endif
}
