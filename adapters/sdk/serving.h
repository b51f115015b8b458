// A program that publishes, at work: the loop over folder, connections, orders, back-load and session; or, while it does not run, the
// orders of people alone.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "adapters/sdk/feed_settings.h"
#include "adapters/sdk/folder.h"
#include "adapters/sdk/history.h"
#include "adapters/sdk/orders.h"
#include "adapters/sdk/runner.h"
#include "adapters/sdk/silence.h"
#include "adapters/sdk/watch.h"

namespace concordat::sdk {

class Serving {
 public:
  /// All must outlive it. `loaded` gives up its keys.
  Serving(const FeedSettings& settings, PublishingProgram& program, Loaded& loaded, Beliefs& beliefs, keep::Keep& keep, Entropy& entropy, std::unique_ptr<observe::Sink> sink);

  /// Until a signal ends it; with `history`, until all of that is accepted. Exit code.
  Result<int> run(const EndSignals& signals, std::optional<Folder> folder, const std::vector<std::string>& history, std::uint32_t rate);
  /// Carries out the orders that wait, and says what became of them. Exit code.
  Result<int> work_off();

 private:
  Result<bool> take_arrivals(Arrivals& arrivals, Silence& silence);
  Result<bool> carry_out();
  Result<int> clear_away();
  Result<int> watch_over(Watch& watch);
  Result<bool> all_accepted(const History& history);

  const FeedSettings& settings_;
  PublishingProgram& program_;
  Loaded& loaded_;
  Beliefs& beliefs_;
  keep::Keep& keep_;
  Entropy& entropy_;
  std::unique_ptr<observe::Sink> sink_;
  SystemClock clock_;
  observe::Log log_;
  Publisher publisher_;
  Sealer sealer_;
  Intake intake_;
  Orders orders_;
};

}  // namespace concordat::sdk
