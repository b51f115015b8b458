// Watch: see watch.h.
#include "adapters/sdk/watch.h"

namespace concordat::sdk {
namespace {

constexpr Milliseconds kLook{10'000};
constexpr auto kAgain = std::chrono::hours(24);
constexpr auto kApart = std::chrono::minutes(15);

}  // namespace

Result<int> Watch::look(Instant now) {
  if (looked_ && now - *looked_ < kLook && now >= *looked_) return 0;
  looked_ = now;
  TRY_VOID(look(true, now, last_risk_));
  return look(false, now, last_any_);
}

Result<int> Watch::look(bool risk, Instant now, std::optional<Instant>& last) {
  const Milliseconds patience = risk ? patience_.risk : patience_.any;
  if (patience.count() == 0 || (last && now - *last < kApart && now >= *last)) return 0;
  TRY(const keep::Overdue overdue, keep_.overdue(risk, now - patience, now - kAgain, now));
  if (overdue.newly == 0) return 0;
  last = now;
  const Code code = risk ? code::kRiskWaiting : code::kQuarantineOld;
  log_.alarm(risk ? "inputs that may tell of high risk wait in quarantine" : "inputs wait in quarantine",
             {{"code", code.name}, {"entries", overdue.entries}, {"since", overdue.oldest}});
  return tell_({std::string(code.name), static_cast<std::uint32_t>(overdue.entries), overdue.oldest});
}

}  // namespace concordat::sdk
