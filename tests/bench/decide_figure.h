// What deciding about one event costs, alone: policy::decide on the bench event's facts, in this process.
#pragma once

#include <string>

#include "tests/bench/figures.h"
#include "tests/bench/partnership.h"

namespace concordat::bench {

struct DecideFigure {
  Spread ns;                               ///< An event; over `runs` of about a fifth of a second.
  std::size_t clauses = 0;                 ///< In the set in force.
  std::size_t desks_told = 0;
};

/// Under the agreement in `file`, compiled against the partnership's directory. The reader's and compiler's errors.
Result<DecideFigure> measure_decide(const Partnership& partnership, const std::string& file, unsigned runs);

}  // namespace concordat::bench
