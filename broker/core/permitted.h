// Permitted: what one desk may be handed of one event, as a decision says. The only way to an offer. DESIGN 3.7.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "broker/core/material.h"
#include "proto/base/ids.h"
#include "proto/wire/record.h"

namespace concordat::broker {

class Turn;
struct Told;

/// Made by permit() alone, out of what policy::decide grants, and never changed: an offer of what no clause permits does not
/// compile (tests/must_not_compile). It belongs to one event and one desk; the assembler holds both against what it is to box.
class Permitted {
 public:
  const Digest& event() const { return event_; }
  DeskNumber desk() const { return grant_.desk; }
  const wire::RecordedDesk& grant() const { return grant_; }
  /// True if no clause in force lets the desk open any of it.
  bool nothing() const { return grant_.granted == 0; }
  /// What the hand-over's record must say of the decision: nothing where the event's own record says it.
  std::vector<wire::Redecided> again() const;

 private:
  friend Permitted permit(const Turn& turn, const Material& material, const Told& told);
  Permitted(const Digest& event, wire::RecordedDesk grant) : event_(event), grant_(std::move(grant)) {}

  Digest event_;
  wire::RecordedDesk grant_;
  std::optional<wire::RecordedState> read_;  // of a decision made again
};

/// What the desk `told` names may be handed now: what was decided for it when the event was taken, read back from its authenticated
/// record; decided again, and never more than then, where agreements, directory or the person's state have changed since (DESIGN 4.8).
Permitted permit(const Turn& turn, const Material& material, const Told& told);

}  // namespace concordat::broker
