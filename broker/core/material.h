// An accepted event as the stages hand it to one another: its record body and what the sender sealed, immutable and shared.
#pragma once

#include <memory>
#include <vector>

#include "proto/base/ids.h"
#include "proto/base/time.h"
#include "proto/wire/record.h"

namespace concordat::broker {

/// Shared between the core (which re-decides at hand-over), the appender (which seals it) and the deliver loop (which
/// boxes its shares): the one place where sharing is simpler than copying 1 KiB four times. Never changed once made.
struct Material {
  Sequence sequence = 0;
  Instant accepted;
  EventId event;
  Digest digest;
  wire::EventAccepted body;
  wire::Content content;
  std::shared_ptr<const Bytes> proof;  ///< Encoded wire::BatchProof of its batch.
  std::size_t bytes() const { return body.header.size() + body.event_leaf.size() + body.content_bytes + 64 * body.leaves.size() + 256; }
};
using MaterialPtr = std::shared_ptr<const Material>;

}  // namespace concordat::broker
