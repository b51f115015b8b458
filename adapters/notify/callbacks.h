// Delivery receipts that the service posts: checked here on the server's threads, taken down by the program's one thread, answered
// only once they are durable. README.md has what the service sends.
#pragma once

#include <memory>
#include <string>

#include "adapters/notify/client.h"
#include "adapters/sdk/http/http.h"
#include "proto/base/channel.h"

namespace concordat::notify {

struct Receipt {
  std::string reference, id, status;
  std::shared_ptr<concordat::Channel<bool>> durable;   ///< Told once it is, or is not.
};
namespace detail {
using Queue = concordat::Channel<Receipt>;
}

/// E-INPUT: no receipt. One without a reference, or with a status that the service does not have, is none.
Result<Receipt> read_receipt(const std::string& body);

class Callbacks {
 public:
  /// `token`: what the service must show. Any thread.
  explicit Callbacks(SecretBytes token) : token_(std::move(token)) {}
  /// 200 durable, or of nothing we know; 400 no receipt; 401 wrong token; 404; 405; 503 not now: the service tries again.
  http::Response answer(const http::Request& request);
  /// For the program's thread: the next receipt, if there is one.
  std::optional<Receipt> next() { return queue_.receive(); }
  void close() { queue_.close(); }

 private:
  SecretBytes token_;
  detail::Queue queue_{64};
};

}  // namespace concordat::notify
