// Arrivals: see arrivals.h.
#include "adapters/sdk/arrivals.h"

namespace concordat::sdk {

Reception Arrivals::hand_in(std::string name, std::string text) {
  Arrival arrival;
  arrival.name = std::move(name);
  arrival.text = std::move(text);
  std::future<Reception> answer = arrival.answer->get_future();
  if (!waiting_.try_send(arrival)) return {};
  if (wake_) wake_();
  if (answer.wait_for(kAnswerWithin) != std::future_status::ready) return {};
  return answer.get();
}

void Arrivals::close() {
  waiting_.close();
  while (const auto arrival = waiting_.receive()) arrival->answer->set_value({});
}

}  // namespace concordat::sdk
