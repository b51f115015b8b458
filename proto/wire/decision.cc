// The decision statement: see session.h.
#include "proto/wire/decision_fields.h"

namespace concordat::wire {

Bytes encode(const DecisionStatement& statement) { return codec::encode(statement); }

Result<DecisionStatement> decode_decision(ByteView bytes) {
  return codec::decode<DecisionStatement>(bytes, "decision", kDecisionBytesMax);
}

}  // namespace concordat::wire
