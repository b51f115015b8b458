// The commands of people who look after a feed: `quarantine` and `remap`. What changes something becomes an order (orders.h); what only
// looks is done here, whether or not the program runs.
#pragma once

#include "adapters/sdk/command.h"
#include "adapters/sdk/keep/keep.h"
#include "adapters/sdk/orders.h"

namespace concordat::sdk {

/// `quarantine list`: a JSON object a line, without the inputs; with --discarded, what was put aside by whom, and why.
Result<int> list_quarantine(keep::Keep& keep, bool discarded, Instant now);
/// `quarantine show`: the entry with its input, as one JSON object. E-NOT-FOUND.
Result<int> show_quarantined(keep::Keep& keep, std::uint64_t id, Instant now);
/// `remap --dry-run`: what would change, a JSON object a line: {"file","line","kind","change"} and for a correction the items that
/// differ, never values; a summary on standard error. `system` is the feed's.
Result<int> show_remap(keep::Keep& keep, const Source& source, const std::string& system, const Order& order, Instant now);

/// The order that a command is. E-USAGE; E-MAPPING if there is nothing to tell versions apart by.
Result<Order> order_of(const Command& command, const Source& source, keep::Keep& keep);

}  // namespace concordat::sdk
