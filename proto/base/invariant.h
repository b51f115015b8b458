// INVARIANT: our own bugs. Always on; ends the process with what it saw.
#pragma once

namespace concordat {
/// Prints the place and the claim to standard error and aborts. Never returns.
[[noreturn]] void invariant_failed(const char* claim, const char* why, const char* file, int line);
}  // namespace concordat

/// INVARIANT(claim, "what follows if it is not so"): checked in every build. Neither text may hold data of a case.
#define INVARIANT(claim, why) \
  do {                        \
    if (!(claim)) [[unlikely]] ::concordat::invariant_failed(#claim, why, __FILE__, __LINE__); \
  } while (false)
