// A session over a link: polls, decodes, hands over, sends; begins again with a pause when a session ends. One thread.
#pragma once

#include <deque>
#include <optional>

#include "adapters/sdk/session.h"
#include "proto/base/time.h"
#include "proto/observe/log.h"
#include "proto/transport/endpoint.h"

namespace concordat::sdk {

class Runner {
 public:
  Runner(transport::Link& link, Session& session, Clock& clock, observe::Log& log) : link_(link), session_(session), clock_(clock), log_(log) {}

  /// One turn of the loop: waits up to `patience`. False when the program was told to end (a signal, or interrupt()).
  /// Corrupt: stop and page a person; Unavailable: the sockets are gone, end the process.
  Result<bool> turn(Milliseconds patience);
  /// Ends the session in order.
  void goodbye();

 private:
  Result<int> handle(const transport::Link::Polled& polled);
  Result<int> apply(Result<Session::Out> out);
  void send_pending();

  transport::Link& link_;
  Session& session_;
  Clock& clock_;
  observe::Log& log_;
  bool linked_ = false;
  std::optional<Instant> again_at_;          ///< After a session ended: when to say hello again.
  Milliseconds pause_{0};                    ///< Doubles with every session that ends before it was open.
  std::deque<Bytes> pending_;
};

/// SIGINT and SIGTERM as a descriptor that a link can watch; blocked for the whole process. Make before any thread.
class EndSignals {
 public:
  EndSignals();
  ~EndSignals();
  EndSignals(const EndSignals&) = delete;
  EndSignals& operator=(const EndSignals&) = delete;
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

}  // namespace concordat::sdk
