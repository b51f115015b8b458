// A record of the log as one line, for whoever watches a seed.
#pragma once

#include <string>

#include "proto/wire/record.h"

namespace concordat::sim {

/// "252 hands to 12: 232 as 17 | 240 as 18 (narrowed)"; times are left out, the stub has them.
std::string line_of(Sequence sequence, const wire::Body& body);

}  // namespace concordat::sim
