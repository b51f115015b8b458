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

/// Days by KeepFrom; 0: no such period. Periods from different days cannot be compared: nobody knows yet when a case will
/// be closed.
using Periods = std::array<std::uint32_t, 4>;

Periods keep_of(const Terms& terms) {
  Periods periods{};
  periods[terms.keep_from & 3] = terms.keep_days;
  for (const Terms::KeepAlso& also : terms.keep_also) {
    if (also.days != 0) periods[also.from & 3] = also.days;
  }
  periods[0] = 0;
  return periods;
}

Periods both(Periods a, const Periods& b) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] = soonest(a[i], b[i]);
  return a;
}

void write_keep(const Periods& periods, Terms& terms) {
  constexpr auto received = static_cast<std::size_t>(KeepFrom::Received), event = static_cast<std::size_t>(KeepFrom::Event);
  std::size_t first = received;
  if (periods[event] != 0 && (periods[received] == 0 || periods[event] < periods[received])) first = event;
  if (periods[first] == 0) first = static_cast<std::size_t>(KeepFrom::CaseClosed);
  terms.keep_days = periods[first];
  terms.keep_from = static_cast<std::uint8_t>(periods[first] == 0 ? 0 : first);
  terms.keep_also = {};
  std::size_t next = 0;
  for (std::size_t from = 1; from < periods.size(); ++from) {
    if (from != first && periods[from] != 0) terms.keep_also[next++] = {periods[from], static_cast<std::uint8_t>(from)};
  }
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
  write_keep(both(keep_of(terms), keep_of(other)), terms);
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
