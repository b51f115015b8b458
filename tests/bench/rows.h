// From outcomes to rows: which figures the report has, and what each means in a line.
#pragma once

#include <vector>

#include "tests/bench/bare_store.h"
#include "tests/bench/decide_figure.h"
#include "tests/bench/report.h"
#include "tests/bench/run.h"

namespace concordat::bench {

/// What one round measured, one thing after the other.
struct Round {
  BareStore bare;
  Outcome alone, whole, steady;
};

/// `memory` is the long run.
void add_rows(Report& report, const std::vector<Round>& rounds, const Outcome& memory, const DecideFigure& decide);

}  // namespace concordat::bench
