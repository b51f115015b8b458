// accept: see trouble.h.
#include "broker/accept/trouble.h"

#include <algorithm>

namespace concordat::broker {
namespace {

/// What an adapter can know and the broker cannot.
constexpr Code kTroubles[] = {code::kSilent, code::kUnaccepted, code::kRiskWaiting, code::kQuarantineOld};

}  // namespace

void take_trouble(Turn& turn, const TroubleArrived& arrived) {
  const Session* session = turn.sessions.find(arrived.session);
  if (session == nullptr) return;
  const wire::Trouble& trouble = arrived.trouble;
  const auto* code = std::find_if(std::begin(kTroubles), std::end(kTroubles), [&](const Code& each) { return each.name == trouble.code; });
  const directory::Adapter* adapter = turn.world.directory->adapter(session->adapter);
  if (code == std::end(kTroubles) || adapter == nullptr) {
    turn.send(session->id, wire::Refusal{std::string(code::kValue.name), code == std::end(kTroubles) ? "a trouble that is none of an adapter's" : "a trouble of no adapter", false});
    return;
  }
  const auto [last, first] = turn.sessions.troubles.try_emplace({session->adapter, trouble.code}, turn.now);
  if (!first && last->second + kTroubleInterval > turn.now) return;
  last->second = turn.now;
  // Nothing later than now, so that what a person reads is no nonsense.
  turn.alarm(*code, 0, session->adapter, adapter->alarms, std::to_string(trouble.count) + " since " + to_text(std::min(std::max(trouble.since, Instant{}), turn.now)));
}

}  // namespace concordat::broker
