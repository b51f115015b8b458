// What a support unit's record says, and what was kept of the records before it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "adapters/sdk/input.h"
#include "adapters/support/cells.h"

namespace concordat::support {

enum class Kind : std::uint8_t { Registration, Preference, Consent };

/// One record. It goes from reading to following inside an input's state.
struct Change {
  Kind kind{};
  Cells cells;                       ///< Without record, reference and forget.
  std::vector<std::string> forget;
  bool opt_out_alone = false;        ///< Beside a record that says more and is an input of its own.
  bool rest_is_wrong = false;        ///< … and that one is in quarantine: this one asks whose it is.
  bool opts_out() const;
  Bytes encode() const;
  static std::optional<Change> decode(ByteView bytes);
};

/// What is kept of a reference: its registration as it stands, with every change since.
struct Standing {
  Cells cells;
  Instant newest;                    ///< When she last said something: the time of the events.
  Instant holds;                     ///< Until when what a registration says of her choices is older: the end of the day where only that is known.
  std::map<std::string, Instant, std::less<>> consents;  ///< The same of consent, by purpose.
  std::vector<std::string> changed;  ///< Columns and groups that a change said or forgot since the registration was last said anew.
  bool has_preference = false;       ///< A preference was published: it says the same as the registration from then on.
  Bytes encode() const;
  static std::optional<Standing> decode(ByteView bytes);
};

/// From when to when a date or time may be; nothing if there is none.
struct Span {
  Instant from, to;
};
std::optional<Span> span_in(const Cells& cells, std::string_view name);

/// What is wrong with a registration as a whole, seen from the events it is to make: nothing if it may stand.
std::optional<Bad> misfit(const Cells& cells, Instant at);
/// The same, whether or not she can be reached as she chose.
std::optional<Bad> misfit_in_itself(const Cells& cells, Instant at);

/// The events of a registration as it stands; of a consent. The cells were tried.
Result<sdk::TypedEvent> registration_event(const std::string& reference, const Cells& cells, Instant at, bool in_bulk);
Result<sdk::TypedEvent> preference_event(const std::string& reference, const Cells& cells, Instant at, bool in_bulk);
Result<sdk::TypedEvent> consent_event(const std::string& reference, const Cells& cells, Instant at, bool in_bulk);
std::string consent_reference(const std::string& reference, const Cells& cells);

}  // namespace concordat::support
