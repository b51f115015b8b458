// Structured log lines: see log.h. Formatting and the bound per call site; where lines go is sinks.cc.
#include "proto/observe/log.h"

#include <algorithm>

namespace concordat::observe {
namespace {

bool plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-_./:@+,").find(c) != std::string_view::npos;
}

void append_escaped(std::string& line, char c) {
  static constexpr char kDigits[] = "0123456789abcdef";
  const auto byte = static_cast<std::uint8_t>(c);
  if (c == '"' || c == '\\') {
    line.push_back('\\');
    line.push_back(c);
  } else if (byte < 0x20 || byte == 0x7f) {
    line.append("\\x").push_back(kDigits[byte >> 4]);
    line.push_back(kDigits[byte & 15]);
  } else {
    line.push_back(c);
  }
}

void append_value(std::string& line, std::string_view value) {
  const bool cut = value.size() > Field::kValueBytesMax;
  if (cut) value = value.substr(0, Field::kValueBytesMax);
  if (!cut && !value.empty() && std::all_of(value.begin(), value.end(), plain)) {
    line.append(value);
    return;
  }
  line.push_back('"');
  for (const char c : value) append_escaped(line, c);
  line.append(cut ? "…\"" : "\"");
}

std::string head_of(Level level, std::string_view what, Instant now) {
  std::string line = to_text(now);
  line.append(" ").append(name_of(level)).append(" ");
  append_value(line, what);
  return line;
}

}  // namespace

/// A call site within its current window.
struct Log::Place {
  const char* file;
  std::uint_least32_t line;
  Instant opened;
  std::uint32_t written = 0;
  std::uint64_t suppressed = 0;
  Level level = Level::Info;
};

std::string_view name_of(Level level) {
  static constexpr std::string_view kNames[] = {"", "debug", "info", "warning", "error"};
  return kNames[static_cast<std::size_t>(level)];
}

Log::Log(Sink& sink, Clock& clock, Level least, Limit limit) : sink_(sink), clock_(clock), least_(least), limit_(limit) {}

Log::~Log() {
  const Instant now = clock_.now();
  for (Place& place : places_) report(place, now);
}

Log::Place& Log::place_of(const Site& site) {
  for (Place& place : places_) {
    if (place.line == site.line && place.file == site.file) return place;
  }
  return places_.emplace_back(Place{site.file, site.line, clock_.now()});
}

void Log::report(Place& place, Instant now) {
  if (place.suppressed == 0) return;
  std::string line = head_of(place.level, "lines suppressed", now);
  line.append(" count=").append(std::to_string(place.suppressed)).append(" site=");
  const std::string_view file = place.file;
  const std::size_t slash = file.rfind('/');
  append_value(line, file.substr(slash == std::string_view::npos ? 0 : slash + 1));
  line.append(":").append(std::to_string(place.line));
  place.suppressed = 0;
  sink_.write(place.level, line);
}

void Log::settle() {
  const Instant now = clock_.now();
  for (Place& place : places_) {
    if (now - place.opened >= limit_.window) report(place, now);
  }
}

void Log::write(Level level, std::string_view what, Fields fields, const Site& site) {
  if (level < least_) return;
  const Instant now = clock_.now();
  Place& place = place_of(site);
  place.level = level;
  // A clock that was set back opens a new window, or the site would stay silent until it caught up.
  if (now - place.opened >= limit_.window || now < place.opened) {
    report(place, now);
    place.opened = now;
    place.written = 0;
  }
  if (place.written >= limit_.lines) {
    ++place.suppressed;
    return;
  }
  ++place.written;
  put(level, what, fields);
}

void Log::put(Level level, std::string_view what, Fields fields) {
  std::string line = head_of(level, what, clock_.now());
  for (const Field& field : fields) {
    line.append(" ").append(field.key).append("=");
    append_value(line, field.value);
  }
  sink_.write(level, line);
}

void Log::error(std::string_view what, const Error& why, Site site) {
  write(Level::Error, what, {{"code", why.code.name}, {"detail", why.detail}}, site);
}

void Log::warning(std::string_view what, const Error& why, Site site) {
  write(Level::Warning, what, {{"code", why.code.name}, {"detail", why.detail}}, site);
}

}  // namespace concordat::observe
