// A recorded grant is history: by itself it opens nothing. DESIGN 3.7.
// refused: could not convert .*RecordedDesk.* to .*Offer
#include "broker/core/input.h"

using namespace concordat;

#ifdef FORBIDDEN
broker::Offer offer(broker::MaterialPtr material, wire::RecordedDesk grant) { return {std::move(material), std::move(grant), 1, 1, false}; }
#else
broker::Offer offer(broker::MaterialPtr material, broker::Permitted grant) { return {std::move(material), std::move(grant), 1, 1, false}; }
#endif
