// What reaches people in a play, in words.
#pragma once

#include <string>

#include "adapters/sdk/opener.h"
#include "tests/scenario/sender.h"

namespace concordat::scenario {

/// "03:10", or "Wed 15 Jul 03:10" if it is not the day of `since`; in London.
std::string clock_in_words(Instant at, Instant since);
/// The lines of what a desk opened, by clause, with the facts that it learns on the broker's word.
Lines opened_in_words(const sdk::OpenedEvent& opened, const Naming& naming);
/// "E-TIME, the event's time is in the future".
std::string code_in_words(const std::string& name);
/// "idva, marac and police".
std::string joined(const Lines& words, std::string_view last);
/// "police hear", "hospital hears".
std::string does(const std::string& who, const std::string& verb);

}  // namespace concordat::scenario
