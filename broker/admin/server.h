// The broker's side of the admin socket: accepts a connection, proves that an operator asks, and hands the question on.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "broker/admin/protocol.h"
#include "proto/base/entropy.h"
#include "proto/base/time.h"

namespace concordat::admin {

/// Who may ask. Under the name the handler records commands, and questions that tell more than figures (README.md).
struct Operator {
  std::string name;
  seal::VerifyKey verify;
};

struct Asked {
  std::string by;  ///< The operator's name.
  Question question;
};
/// Called on the thread that calls serve(). May wait for the core; the tool waits up to kPatience.
using Handler = std::function<Result<text::Json>(const Asked&)>;

inline constexpr Milliseconds kPatience{60'000};  ///< How long a tool waits for its answer.

/// One thread calls serve() in a loop. The socket has mode 0600, so that only the broker's own user reaches it, and a
/// connection that says nothing for two seconds is closed, so that it cannot keep others out.
class Server {
 public:
  /// Binds the socket; replaces one that nobody listens on. E-CONFIG if the path is too long or taken.
  static Result<std::unique_ptr<Server>> listen(const std::string& path, std::string broker, std::vector<Operator> operators,
                                                Entropy& entropy);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Readable when somebody connects.
  int fd() const { return socket_; }
  /// Waits up to `patience` for a connection and answers its question. False if nobody came; an Error (E-CLIENT, E-PROOF,
  /// E-FRAME, E-LIMIT) if somebody came who was refused or broke off: for the log, serve() again.
  Result<bool> serve(const Handler& handler, Milliseconds patience);

 private:
  Server(int socket, std::string path, std::string broker, std::vector<Operator> operators, Entropy& entropy);
  Result<bool> talk(int connection, const Handler& handler);
  Result<Asked> hear(int connection, const Greeting& greeting);

  int socket_;
  std::string path_;
  std::string broker_;
  std::vector<Operator> operators_;
  Entropy& entropy_;
};

}  // namespace concordat::admin
