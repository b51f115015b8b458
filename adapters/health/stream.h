// A connection's bytes, in clear or under TLS.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>

#include "adapters/sdk/listen_settings.h"
#include "proto/base/result.h"
#include "proto/base/time.h"

namespace concordat::health {

/// Of one connection's thread. Closes its socket when it is gone.
class Stream {
 public:
  enum class Came : std::uint8_t { Bytes, Nothing, End };
  struct Read {
    Came came = Came::End;
    std::size_t size = 0;
  };
  virtual ~Stream() = default;
  /// Waits about a second at most.
  virtual Read read(char* into, std::size_t most) = 0;
  /// All of it, or false: the peer is gone or takes nothing for too long.
  virtual bool write(std::string_view bytes) = 0;
};

/// Takes over a connected socket, whose reads and writes end after kTick, and which is shut down to end them at once.
std::unique_ptr<Stream> plain_stream(int socket);

inline constexpr Milliseconds kTick{1'000};
inline constexpr Milliseconds kWriteWithin{10'000};

/// Who is at the other end, or why nobody is let in.
struct Greeted {
  std::unique_ptr<Stream> stream;  ///< Null: nobody.
  std::string sender;              ///< The name of the list that the certificate has; empty where nobody is asked for one.
  std::string why;
};

/// A server's side of TLS, 1.2 and newer, which asks for certificates where the settings say of whom. Any thread.
class Tls {
 public:
  virtual ~Tls() = default;
  /// PEM files; E-CONFIG names the one that cannot be used.
  static Result<std::unique_ptr<Tls>> open(const sdk::ListenSettings& settings);
  /// Nobody, if no handshake comes about within 10 s, or `ending`. Takes over the socket in any case.
  virtual Greeted greet(int socket, const std::atomic<bool>& ending) = 0;
};

}  // namespace concordat::health
