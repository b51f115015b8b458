// Nobody but permit() says what a desk may be handed. DESIGN 3.7.
// refused: Permitted::Permitted.* is private
#include "broker/core/permitted.h"

using namespace concordat;

wire::RecordedDesk everything(const broker::Material& material) {
  wire::RecordedDesk desk = material.body.desks.front();
  desk.granted = ~std::uint64_t{0};
#ifdef FORBIDDEN
  return broker::Permitted(material.digest, desk).grant();
#else
  return desk;
#endif
}
