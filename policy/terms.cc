// The strictest terms: see terms.h.
#include "policy/terms.h"

#include <algorithm>

#include "policy/planted.h"

namespace concordat::policy {
namespace {

using Desks = std::array<DeskNumber, 4>;

/// Zero is "none" and yields to any.
template <class T>
T soonest(T a, T b) {
  if (a == 0 || b == 0) return std::max(a, b);
  return PLANTED(LaxestTerms) ? std::max(a, b) : std::min(a, b);
}

void append(Desks& chain, const Desks& more) {
  for (const DeskNumber desk : more) {
    if (desk.value == 0 || std::find(chain.begin(), chain.end(), desk) != chain.end()) continue;
    const auto room = std::find(chain.begin(), chain.end(), DeskNumber{});
    if (room != chain.end()) *room = desk;
  }
}

void intersect(Desks& desks, const Desks& others) {
  const auto end = std::remove_if(desks.begin(), desks.end(), [&](DeskNumber desk) {
    return std::find(others.begin(), others.end(), desk) == others.end();
  });
  std::fill(end, desks.end(), DeskNumber{});
}

}  // namespace

void narrow(Terms& terms, const Terms& other) {
  terms.lane = std::min(terms.lane, other.lane);
  terms.read_within_minutes = soonest(terms.read_within_minutes, other.read_within_minutes);
  terms.act_within_minutes = soonest(terms.act_within_minutes, other.act_within_minutes);
  terms.act_within_working_days = soonest(terms.act_within_working_days, other.act_within_working_days);
  terms.clock_always = terms.clock_always || other.clock_always;
  append(terms.then, other.then);
  const bool shorter = terms.keep_days == 0 || (other.keep_days != 0 && other.keep_days < terms.keep_days);
  const bool sooner = other.keep_days == terms.keep_days && other.keep_from < terms.keep_from;
  if ((shorter && other.keep_days != 0) || sooner) terms.keep_from = other.keep_from;
  terms.keep_days = soonest(terms.keep_days, other.keep_days);
  terms.tell_sender = terms.tell_sender && other.tell_sender;
  intersect(terms.onward, other.onward);
  terms.onward_else = std::min(terms.onward_else, other.onward_else);
}

void make_historic(Terms& terms) {
  terms.lane = Lane::Bulk;
  terms.read_within_minutes = 0;
  terms.act_within_minutes = 0;
  terms.act_within_working_days = 0;
  terms.then = {};
}

}  // namespace concordat::policy
