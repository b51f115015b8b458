// Sockets and threads of MLLP: see mllp.h.
#include "adapters/health/mllp.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <list>
#include <thread>

#include "adapters/health/framing.h"
#include "adapters/health/stream.h"
#include "proto/base/channel.h"

namespace concordat::health {
namespace {

using Steady = std::chrono::steady_clock;

constexpr int kLookMs = 200;
constexpr std::size_t kNotesMost = 256;

tl::unexpected<Error> unusable(const std::string& what) { return fail(Fault::Malformed, code::kConfig, what); }

template <class Value>
void set_option(int socket, int level, int name, const Value& value) {
  ::setsockopt(socket, level, name, &value, sizeof value);
}

/// Reads and writes that end; and a peer that has vanished is found out within two minutes.
void prepare(int socket) {
  const timeval tick{kTick.count() / 1000, 0};
  set_option(socket, SOL_SOCKET, SO_RCVTIMEO, tick);
  set_option(socket, SOL_SOCKET, SO_SNDTIMEO, tick);
  set_option(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option(socket, IPPROTO_TCP, TCP_KEEPIDLE, 60);
  set_option(socket, IPPROTO_TCP, TCP_KEEPINTVL, 15);
  set_option(socket, IPPROTO_TCP, TCP_KEEPCNT, 4);
  set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1);
}

bool waits(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

class PlainStream final : public Stream {
 public:
  explicit PlainStream(int socket) : socket_(socket) {}
  ~PlainStream() override { ::close(socket_); }
  Read read(char* into, std::size_t most) override {
    const ssize_t got = ::recv(socket_, into, most, 0);
    if (got > 0) return {Came::Bytes, static_cast<std::size_t>(got)};
    return {got < 0 && waits(errno) ? Came::Nothing : Came::End, 0};
  }
  bool write(std::string_view bytes) override {
    for (const auto end = Steady::now() + kWriteWithin; !bytes.empty();) {
      const ssize_t put = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (put > 0) bytes.remove_prefix(static_cast<std::size_t>(put));
      if (put <= 0 && (!waits(errno) || Steady::now() > end)) return false;
    }
    return true;
  }

 private:
  int socket_;
};

/// What a connection's thread has to say, for the thread that keeps the log.
struct Note {
  const char* what;
  std::string detail;
  std::uint64_t connection = 0;
  bool warns = true;
};

/// What the threads share; outlives them.
struct Shared {
  MllpOptions options;
  Mllp::Take take;
  std::unique_ptr<Tls> tls;
  Channel<Note> notes{kNotesMost};
  std::atomic<bool> ending{false};
  std::atomic<std::uint64_t> answered{0};
};

class Connection {
 public:
  Connection(Shared& shared, int socket, std::uint64_t number) : shared_(shared), socket_(socket), number_(number), thread_([this] { run(); }) {}
  ~Connection() {
    // The descriptor is the stream's; it is not closed before `done_`, so that this ends a read of this connection and no other's.
    if (!done_.load()) ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
  }
  bool done() const { return done_.load(); }
  /// It has shown who it is, or, where nobody is asked, that it speaks as a sender does.
  bool proven() const { return proven_.load(); }

 private:
  void run() {
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, nullptr);  // OpenSSL writes without MSG_NOSIGNAL
    const int alive = ::dup(socket_);
    {
      const Greeted greeted = shared_.tls ? shared_.tls->greet(alive, shared_.ending) : Greeted{std::make_unique<PlainStream>(alive), {}, {}};
      if (greeted.stream) {
        proven_.store(shared_.tls != nullptr);
        if (!greeted.sender.empty()) note("a sender has connected", greeted.sender, false);
        serve(*greeted.stream);
      } else {
        note("a connection was not let in", greeted.why);
      }
    }
    ::shutdown(socket_, SHUT_RDWR);
    done_.store(true);
  }

  void serve(Stream& stream) {
    Framer framer(shared_.options.message_bytes_max);
    std::array<char, 64u << 10> buffer;
    auto last = Steady::now(), began = last;
    while (!shared_.ending.load()) {
      const Stream::Read got = stream.read(buffer.data(), buffer.size());
      if (got.came == Stream::Came::End) break;
      const auto now = Steady::now();
      if (got.came == Stream::Came::Bytes) {
        const bool was_inside = framer.inside();
        const auto frames = framer.feed({buffer.data(), got.size});
        if (!was_inside || !frames.empty()) began = now;
        for (const Frame& frame : frames) {
          if (!answer(stream, frame)) return;
        }
        if (!frames.empty()) last = Steady::now();
      }
      if (framer.inside() && now - began > shared_.options.message_within) return note("a message was begun and not ended: the connection is closed", {});
      if (!framer.inside() && now - last > shared_.options.idle) return note("a connection says nothing: it is closed", {});
      say_what_was_dropped(framer);
    }
    say_what_was_dropped(framer);
    if (framer.inside()) note("a connection ended in the middle of a message: its sender has no answer to it", {});
  }

  bool answer(Stream& stream, const Frame& frame) {
    SystemClock clock;
    const std::string why = unacceptable(frame);
    Verdict verdict = Verdict::Reject;
    if (why.empty()) proven_.store(true);
    if (why.empty()) verdict = shared_.take(frame.text) ? Verdict::Accept : Verdict::Error;
    if (verdict == Verdict::Reject) note("a message is answered AR: it can never be taken", why);
    if (verdict == Verdict::Error) note("a message is answered AE: it is not durable, and is to be sent again", {});
    const std::string reason = verdict == Verdict::Error ? "not taken now: send it again" : why;
    return stream.write(acknowledgement(frame.text, verdict, reason, clock.now(), ++shared_.answered));
  }

  void say_what_was_dropped(const Framer& framer) {
    if (framer.dropped_bytes() > dropped_) note("bytes outside of any frame were dropped", std::to_string(framer.dropped_bytes() - dropped_) + " bytes");
    if (framer.broken_off() > broken_off_) note("a message was broken off by another: its sender has no answer to it", {});
    dropped_ = framer.dropped_bytes();
    broken_off_ = framer.broken_off();
  }

  /// Bounded: where the log cannot follow, the note is lost, and nothing else.
  void note(const char* what, std::string detail, bool warns = true) { shared_.notes.try_send(Note{what, std::move(detail), number_, warns}); }

  Shared& shared_;
  const int socket_;
  const std::uint64_t number_;
  std::size_t dropped_ = 0, broken_off_ = 0;
  std::atomic<bool> done_{false}, proven_{false};
  std::thread thread_;
};

class Server final : public Mllp {
 public:
  Server(std::unique_ptr<Shared> shared, int listener, std::uint16_t port, observe::Sink& sink)
      : shared_(std::move(shared)), listener_(listener), port_(port), sink_(sink), thread_([this] { run(); }) {}
  ~Server() override {
    shared_->ending.store(true);
    thread_.join();
    ::close(listener_);
  }
  std::uint16_t port() const override { return port_; }

 private:
  struct Held {
    int socket;
    std::unique_ptr<Connection> connection;
  };

  void run() {
    SystemClock clock;
    observe::Log log(sink_, clock);
    std::list<Held> held;
    while (!shared_->ending.load()) {
      pollfd waited{listener_, POLLIN, 0};
      const int ready = ::poll(&waited, 1, kLookMs);
      held.remove_if([](Held& each) { return each.connection->done() && end(each); });
      if (ready > 0) accept(held, log);
      write_notes(log);
      log.settle();
    }
    for (Held& each : held) end(each);
    write_notes(log);
  }

  static bool end(Held& held) {
    held.connection.reset();
    ::close(held.socket);
    return true;
  }

  /// Ends the oldest that has not proven itself: nobody is kept out by connections that only stand there.
  static bool make_room(std::list<Held>& held, observe::Log& log) {
    const auto oldest = std::find_if(held.begin(), held.end(), [](const Held& each) { return !each.connection->proven(); });
    if (oldest == held.end()) return false;
    log.warning("more connections than may be: the oldest that had not shown who it is was closed", {{"connections", held.size()}});
    end(*oldest);
    held.erase(oldest);
    return true;
  }

  void accept(std::list<Held>& held, observe::Log& log) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    if (held.size() >= shared_->options.connections_max && !make_room(held, log)) {
      ::close(socket);
      return log.warning("more connections than may be: one was closed", {{"connections", held.size()}});
    }
    prepare(socket);
    held.push_back({socket, std::make_unique<Connection>(*shared_, socket, ++accepted_)});
  }

  void write_notes(observe::Log& log) {
    while (const auto note = shared_->notes.receive()) {
      const std::initializer_list<observe::Field> fields = {{"connection", note->connection}, {"detail", note->detail}};
      note->warns ? log.warning(note->what, fields) : log.info(note->what, fields);
    }
  }

  std::unique_ptr<Shared> shared_;
  const int listener_;
  const std::uint16_t port_;
  observe::Sink& sink_;
  std::uint64_t accepted_ = 0;
  std::thread thread_;
};

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

Result<Address> address_of(const MllpOptions& options) {
  Address out;
  auto& four = reinterpret_cast<sockaddr_in&>(out.storage);
  auto& six = reinterpret_cast<sockaddr_in6&>(out.storage);
  if (::inet_pton(AF_INET, options.address.c_str(), &four.sin_addr) == 1) {
    four.sin_family = AF_INET;
    four.sin_port = htons(options.port);
    out.size = sizeof four;
  } else if (::inet_pton(AF_INET6, options.address.c_str(), &six.sin6_addr) == 1) {
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(options.port);
    out.size = sizeof six;
  } else {
    return unusable("`address` is no address of a network interface: write 127.0.0.1 or ::1, or 0.0.0.0 for all");
  }
  return out;
}

/// The port that a socket got.
std::uint16_t port_of(int socket) {
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&bound), &size) != 0) return 0;
  return ntohs(bound.ss_family == AF_INET ? reinterpret_cast<sockaddr_in&>(bound).sin_port : reinterpret_cast<sockaddr_in6&>(bound).sin6_port);
}

}  // namespace

std::unique_ptr<Stream> plain_stream(int socket) { return std::make_unique<PlainStream>(socket); }

Result<int> Mllp::check(const MllpOptions& options) {
  TRY_VOID(address_of(options));
  TRY_VOID(sdk::check_listen(options));
  if (!options.certificate.empty()) TRY_VOID(Tls::open(options));
  return 0;
}

Result<std::unique_ptr<Mllp>> Mllp::listen(const MllpOptions& options, Take take, observe::Sink& sink) {
  TRY_VOID(check(options));
  auto shared = std::make_unique<Shared>();
  shared->options = options;
  shared->take = std::move(take);
  if (!options.certificate.empty()) {
    TRY(shared->tls, Tls::open(options));
  }
  TRY(const Address address, address_of(options));
  const int listener = ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (listener < 0) return unusable("no socket can be had");
  set_option(listener, SOL_SOCKET, SO_REUSEADDR, 1);
  if (::bind(listener, reinterpret_cast<const sockaddr*>(&address.storage), address.size) != 0 || ::listen(listener, 64) != 0) {
    ::close(listener);
    return unusable("cannot listen on " + options.address + " port " + std::to_string(options.port) + ": it is taken, or not this machine's");
  }
  const std::uint16_t port = port_of(listener);
  return std::make_unique<Server>(std::move(shared), listener, port, sink);
}

}  // namespace concordat::health
