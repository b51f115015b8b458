// There is no offer without a Permitted. DESIGN 3.7.
// refused: Permitted
#include "broker/core/input.h"

using namespace concordat;

#ifdef FORBIDDEN
broker::Offer offer(broker::MaterialPtr material, broker::Permitted) { return {.material = std::move(material), .delivery = 1}; }
#else
broker::Offer offer(broker::MaterialPtr material, broker::Permitted permitted) {
  return {.material = std::move(material), .permitted = std::move(permitted), .delivery = 1};
}
#endif
