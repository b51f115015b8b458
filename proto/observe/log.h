// Structured log lines: time, level, what happened, key=value. Bounded per call site (but for alarms) and on disk, so that no peer can
// fill it.
//
// A line says what a person on call needs and nothing about a case: ids, codes, counts, names of parties and programs.
// Never a name, an identifier or free words of an event, never a secret. A Secret does not convert to a Field.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "proto/base/ids.h"
#include "proto/base/result.h"
#include "proto/base/secret.h"
#include "proto/base/time.h"

namespace concordat::observe {

enum class Level : std::uint8_t { Debug = 1, Info, Warning, Error };
std::string_view name_of(Level level);

/// One key=value. Values are quoted where they need it, control characters escaped, and cut at kValueBytesMax.
struct Field {
  static constexpr std::size_t kValueBytesMax = 400;
  std::string_view key;  ///< A literal, snake_case.
  std::string value;

  Field(std::string_view field_key, std::string_view text) : key(field_key), value(text) {}
  Field(std::string_view field_key, const std::string& text) : key(field_key), value(text) {}
  Field(std::string_view field_key, const char* text) : key(field_key), value(text) {}
  Field(std::string_view field_key, bool flag) : key(field_key), value(flag ? "yes" : "no") {}
  Field(std::string_view field_key, Instant at) : key(field_key), value(to_text(at)) {}
  template <class Number>
    requires std::is_arithmetic_v<Number>
  Field(std::string_view field_key, Number number) : key(field_key), value(std::to_string(number)) {}
  template <class Tag, std::size_t N>
  Field(std::string_view field_key, const FixedBytes<Tag, N>& id) : key(field_key), value(id.hex()) {}
  template <class Tag, std::size_t N>
  Field(std::string_view field_key, const Secret<Tag, N>& secret) = delete;
};

/// Where whole lines go. Implementations take lines from several threads at once and never block for long or fail aloud.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void write(Level level, std::string_view line) = 0;
};

/// Standard error, every line flushed.
std::unique_ptr<Sink> sink_to_stderr();
/// A file that is rotated: never more than `files` + 1 files of `bytes_max` each. E-CONFIG if it cannot be written.
Result<std::unique_ptr<Sink>> sink_to_file(const std::string& path, std::size_t bytes_max = 32u << 20, std::size_t files = 4);

/// How many lines one call site may write in a window; the rest are counted and the count is written afterwards.
struct Limit {
  std::uint32_t lines = 20;
  Milliseconds window{10'000};
};

/// The log of one thread; threads share a Sink, which outlives their logs.
class Log {
 public:
  using Fields = std::initializer_list<Field>;
  /// Where a line is logged from. Not std::source_location, which the sanitised build's clang 14 does not know.
  struct Site {
    const char* file;
    unsigned line;
    static constexpr Site current(const char* file = __builtin_FILE(), unsigned line = __builtin_LINE()) { return {file, line}; }
  };

  Log(Sink& sink, Clock& clock, Level least = Level::Info, Limit limit = {});
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void debug(std::string_view what, Fields fields = {}, Site site = Site::current()) { write(Level::Debug, what, fields, site); }
  void info(std::string_view what, Fields fields = {}, Site site = Site::current()) { write(Level::Info, what, fields, site); }
  void warning(std::string_view what, Fields fields = {}, Site site = Site::current()) {
    write(Level::Warning, what, fields, site);
  }
  void error(std::string_view what, Fields fields = {}, Site site = Site::current()) { write(Level::Error, what, fields, site); }
  /// An error that no bound of its site suppresses: it tells of one case that a person must see to, and each is another. The file's
  /// own bound holds.
  void alarm(std::string_view what, Fields fields) { put(Level::Error, what, fields); }
  /// An Error as fields `code` and `detail`.
  void error(std::string_view what, const Error& why, Site site = Site::current());
  void warning(std::string_view what, const Error& why, Site site = Site::current());

  /// Where its lines go: for the log of another thread.
  Sink& sink() const { return sink_; }
  /// Writes the counts of windows that have ended. Call now and then from the thread's loop; the destructor writes all.
  void settle();

 private:
  struct Place;
  void write(Level level, std::string_view what, Fields fields, const Site& site);
  void put(Level level, std::string_view what, Fields fields);
  Place& place_of(const Site& site);
  void report(Place& place, Instant now);

  Sink& sink_;
  Clock& clock_;
  const Level least_;
  const Limit limit_;
  std::vector<Place> places_;
};

}  // namespace concordat::observe
