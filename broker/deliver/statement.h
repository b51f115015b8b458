// The decision statement of one delivery: who may open what, under which clause, until when. Signed with its frame.
#pragma once

#include "broker/core/input.h"
#include "proto/seal/box.h"
#include "proto/wire/session.h"

namespace concordat::broker {

/// Makes the statement of an offer from the clauses of `world`. INVARIANT: every recorded clause is in it.
wire::DecisionStatement statement_for(const Offer& offer, DeskNumber desk, const World& world, const seal::PseudonymKey& pseudonyms);

}  // namespace concordat::broker
