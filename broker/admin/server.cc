// The broker's side of the admin socket: see server.h.
#include "broker/admin/server.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace concordat::admin {
namespace {

constexpr std::chrono::seconds kSilenceMax{2};

tl::unexpected<Error> bad(const std::string& path, std::string_view what) {
  return fail(Fault::Unavailable, code::kConfig, "admin socket " + path + ": " + std::string(what));
}

/// Closes on leaving.
struct Descriptor {
  int fd;
  explicit Descriptor(int descriptor) : fd(descriptor) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
  int release() { return std::exchange(fd, -1); }
};

const sockaddr* address(const sockaddr_un& name) {
  const void* plain = &name;
  return static_cast<const sockaddr*>(plain);
}

/// A socket file that nobody listens on is a dead broker's; any other file is not ours to remove.
Result<int> clear(const std::string& path, const sockaddr_un& name) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0) return 0;
  if (!S_ISSOCK(info.st_mode)) return bad(path, "something else is there");
  const Descriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (::connect(probe.fd, address(name), sizeof(name)) == 0) return bad(path, "another broker listens there");
  ::unlink(path.c_str());
  return 0;
}

Deadline soon() { return std::chrono::steady_clock::now() + kSilenceMax; }

}  // namespace

Result<std::unique_ptr<Server>> Server::listen(const std::string& path, std::string broker, std::vector<Operator> operators,
                                               Entropy& entropy) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  if (path.size() >= sizeof(name.sun_path)) return bad(path, "the path is over 107 bytes");
  std::memcpy(name.sun_path, path.data(), path.size());
  TRY_VOID(clear(path, name));
  Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (socket.fd < 0 || ::bind(socket.fd, address(name), sizeof(name)) != 0) return bad(path, std::strerror(errno));
  // Nobody connects before listen(), so the mode is right before anybody can.
  if (::chmod(path.c_str(), 0600) != 0 || ::listen(socket.fd, 8) != 0) return bad(path, std::strerror(errno));
  return std::unique_ptr<Server>(new Server(socket.release(), path, std::move(broker), std::move(operators), entropy));
}

Server::Server(int socket, std::string path, std::string broker, std::vector<Operator> operators, Entropy& entropy)
    : socket_(socket), path_(std::move(path)), broker_(std::move(broker)), operators_(std::move(operators)), entropy_(entropy) {}

Server::~Server() {
  ::close(socket_);
  ::unlink(path_.c_str());
}

Result<bool> Server::serve(const Handler& handler, Milliseconds patience) {
  pollfd one{socket_, POLLIN, 0};
  if (::poll(&one, 1, static_cast<int>(patience.count())) <= 0) return false;
  const Descriptor connection(::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (connection.fd < 0) return false;
  return talk(connection.fd, handler);
}

Result<bool> Server::talk(int connection, const Handler& handler) {
  const Greeting greeting{broker_, entropy_.id<Nonce>()};
  TRY_VOID(write_message(connection, encode(greeting), soon()));
  auto asked = hear(connection, greeting);
  if (!asked) {
    // The tool is told why; that it could not be told does not change what is reported.
    [[maybe_unused]] const auto told = write_message(connection, encode(Result<text::Json>(tl::unexpected(asked.error()))), soon());
    return tl::unexpected(std::move(asked).error());
  }
  Bytes answer = encode(handler(*asked));
  if (answer.size() > kAnswerBytesMax) {
    answer = encode(Result<text::Json>(fail(Fault::Malformed, code::kLimit, "the answer is too long; ask for less")));
  }
  TRY_VOID(write_message(connection, answer, soon()));
  return true;
}

Result<Asked> Server::hear(int connection, const Greeting& greeting) {
  TRY(const Bytes bytes, read_message(connection, kRequestBytesMax, soon()));
  TRY(SignedQuestion question, decode_question(bytes, greeting));
  const auto who = std::find_if(operators_.begin(), operators_.end(), [&](const Operator& one) { return one.verify == question.key; });
  if (who == operators_.end()) return fail(Fault::Unauthenticated, code::kClient, "the key is no operator's");
  return Asked{who->name, std::move(question.question)};
}

}  // namespace concordat::admin
