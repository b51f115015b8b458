// Hospital messages as a source: read() cuts a text into messages, follow() tells each on what was kept of its attendance.
//
//     A01 A04 A08 …        the attendance so far, and what the message says: the whole is the event, so an update is a correction
//     A03, A13             the same; a cancelled discharge clears when and where she went
//     A11 A23 A27 A38      what was told is withdrawn; only a new A01, A04, A05 or A14 begins it again
//     A28 A31              who the patient is: of all her kept attendances
//     A18 A30 A34 A39 A40 A46 A47   one patient under two numbers: the attendances follow, and, if one of them was told and both have
//                          an NHS number of their own, a Link event says so
//     A29 A35 A36 A41 to A45 A49 A50 A51   take apart or put together what was told: for a person, in quarantine; if nothing was, nothing
//     what is no ADT       nothing; for a person, if it has a disclosure or an answer on risk
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "adapters/health/adt.h"
#include "adapters/sdk/source.h"

namespace concordat::health {

class HealthSource final : public sdk::Source {
 public:
  explicit HealthSource(Reading reading) : reading_(std::move(reading)) {}
  /// `name` is "mllp" for what a frame held, else a file's.
  std::vector<sdk::Input> read(const std::string& name, std::string_view text) const override;
  Result<int> follow(sdk::Input& input, sdk::Kept& kept, Instant now) const override;

 private:
  sdk::Input read_one(const hl7::Piece& piece) const;
  Reading reading_;
};

inline constexpr const char* kFrameName = "mllp";

}  // namespace concordat::health
