// The real broker as a child process, beginning with an empty store; asked over its admin socket, ended in order.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "proto/base/result.h"
#include "proto/text/json.h"
#include "tests/bench/partnership.h"

namespace concordat::bench {

class BrokerChild {
 public:
  /// Starts `program` on the partnership's configuration, its store and key ring removed before, and waits until it
  /// answers. Unavailable with E-CONFIG and the end of what it wrote if it does not within half a minute.
  static Result<BrokerChild> start(const Partnership& partnership, const std::string& program);
  BrokerChild(BrokerChild&& other) noexcept : partnership_(other.partnership_), process_(std::exchange(other.process_, -1)) {}
  BrokerChild& operator=(BrokerChild&&) = delete;
  /// Kills it if it was not ended.
  ~BrokerChild();

  pid_t process() const { return process_; }
  /// What `concordat VERB --json` prints.
  Result<text::Json> ask(const std::string& verb) const;
  /// Deliveries that wait for an acknowledgement, or whose acknowledgement is not durable yet.
  Result<std::uint64_t> undelivered() const;
  /// Everything that the broker counts, by name.
  Result<std::map<std::string, std::int64_t>> counters() const;
  /// Bytes of all files of its store.
  std::uint64_t disk_bytes() const;
  /// SIGTERM, and waits. Corrupt with E-STORE if it does not end in order.
  Result<int> end();

 private:
  BrokerChild(const Partnership& partnership, pid_t process) : partnership_(partnership), process_(process) {}
  const Partnership& partnership_;
  pid_t process_;
};

}  // namespace concordat::bench
