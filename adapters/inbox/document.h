// An event as a desk files it: one JSON document with what was opened and, beside it, what the desk is obliged to.
//
//     {"event", "kind", "source", "happened", "revision", "replaces"?, "facts", "people", "case",
//      "obligations": {"keep_until", "keep_rule", "onward", "read_by", "act_by", "lane", …, "items": [{"person", "item",
//                      "agreement", "clause", "purpose", "basis", "duty"}], "decision": {…}}}
//
// Equal events under equal decisions give equal text, so that filing again changes nothing. Page: adapters/inbox/README.md.
#pragma once

#include <optional>
#include <string>

#include "adapters/sdk/opener.h"
#include "adapters/sdk/read/json.h"

namespace concordat::inbox {

/// `replaces`: the event whose place this revision takes, as named in its own document.
std::string document(const sdk::OpenedEvent& event, const std::optional<EventId>& replaces);
/// What stands in place of an event that must not be relied on any more.
std::string recall_note(const EventId& event, Sequence place, std::string_view reason);
/// What stands beside an event of which it has become doubtful whose news it is.
std::string doubt_note(const EventId& event, std::string_view reason);

}  // namespace concordat::inbox
