// A JSON answer as lines for people: members as "name: value", lists of like objects as tables.
#pragma once

#include <string>
#include <vector>

#include "proto/text/json.h"

namespace concordat::ops {

std::vector<std::string> lines_of(const text::Json& value);

}  // namespace concordat::ops
