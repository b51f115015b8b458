// The tool's side of the admin socket: see admin_client.h.
#include "ops/concordat/admin_client.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstring>

namespace concordat::ops {
namespace {

constexpr std::chrono::seconds kPatience{60};

class Connection {
 public:
  explicit Connection(const std::string& path) : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    const void* plain = &name;
    if (path.size() >= sizeof(name.sun_path)) return;
    std::memcpy(name.sun_path, path.data(), path.size());
    open_ = ::connect(fd_, static_cast<const sockaddr*>(plain), sizeof(name)) == 0;
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { ::close(fd_); }
  bool open() const { return open_; }
  int fd() const { return fd_; }

 private:
  int fd_;
  bool open_ = false;
};

}  // namespace

bool listening(const std::string& socket) { return Connection(socket).open(); }

Result<admin::Answer> ask(const std::string& socket, const std::string& broker, const seal::SigningPair& operator_key,
                          const admin::Question& question) {
  const Connection connection(socket);
  if (!connection.open()) return fail(Fault::Unavailable, code::kConfig, "no broker listens at " + socket);
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  TRY(const Bytes hello, admin::read_message(connection.fd(), admin::kRequestBytesMax, deadline));
  TRY(const admin::Greeting greeting, admin::decode_greeting(hello));
  if (greeting.broker != broker) {
    return fail(Fault::Refused, code::kConfig, socket + " is the socket of " + greeting.broker + ", not of " + broker);
  }
  TRY_VOID(admin::write_message(connection.fd(), admin::encode(question, greeting, operator_key), deadline));
  TRY(const Bytes bytes, admin::read_message(connection.fd(), admin::kAnswerBytesMax, deadline));
  return admin::decode_answer(bytes);
}

}  // namespace concordat::ops
