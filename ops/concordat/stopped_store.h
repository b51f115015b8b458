// Reading a stopped broker's store: the whole log against its chain, checkpoint and commitments.
#pragma once

#include <string>

#include "broker/store/check.h"
#include "proto/base/result.h"

namespace concordat::ops {

/// Opens store and key ring that the broker's configuration names, for reading. E-FENCED if the broker runs after all,
/// E-CHAIN if the log does not open, E-NOT-FOUND if there is none. Findings are in the report. Reads everything: about as
/// long as the store takes to read.
Result<store::CheckReport> check_stopped_store(const std::string& broker_config);

}  // namespace concordat::ops
