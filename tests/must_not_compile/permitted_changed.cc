// What was permitted cannot be widened on its way. DESIGN 3.7.
// refused: assignment of member .*granted.* in read-only object
#include "broker/core/permitted.h"

using namespace concordat;

bool widen(broker::Permitted& permitted) {
#ifdef FORBIDDEN
  permitted.grant().granted = ~std::uint64_t{0};
#endif
  return permitted.nothing();
}
