// Events for tests and benchmarks: the bench event of DESIGN, and random events of every kind. People in them are
// invented.
#pragma once

#include <cstdint>
#include <memory>

#include "proto/contract/contract.h"

namespace concordat::test {

/// When the sample events happened: 2026-07-14T02:10:00Z.
inline constexpr Instant kHappened = instant_of(1783995000000);

/// The bench event: a risk assessment of about 1 KiB that splits into exactly ten compartments: victim (number 101)
/// with name, date of birth, home address in E06000049, safe contact, language and needs, and risk answers with 17 of
/// 24; child (102) with name and date of birth; alleged perpetrator (103) with name and warning markers. `n` varies
/// names and numbers, never sizes by more than a byte.
std::unique_ptr<contract::Message> bench_event(std::uint64_t n);

/// A random event of a kind that split() takes: fields set by reflection, each with probability `fill` in 256.
std::unique_ptr<contract::Message> random_event(contract::Kind kind, std::uint64_t seed, unsigned fill = 128);

}  // namespace concordat::test
