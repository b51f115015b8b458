// Bare RocksDB: see bare_store.h.
#include "tests/bench/bare_store.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "proto/text/json.h"

namespace concordat::bench {
namespace {

Result<std::string> output_of(const std::string& program, const std::string& bytes, const std::string& seconds) {
  int ends[2];
  if (::pipe(ends) != 0) return fail(Fault::Unavailable, code::kConfig, "no pipe");
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::close(ends[0]);
    ::close(ends[1]);
    ::execl(program.c_str(), program.c_str(), bytes.c_str(), seconds.c_str(), ".", static_cast<char*>(nullptr));
    ::_exit(127);
  }
  ::close(ends[1]);
  std::string text;
  char some[4096];
  for (ssize_t got = 0; (got = ::read(ends[0], some, sizeof(some))) > 0;) text.append(some, static_cast<std::size_t>(got));
  ::close(ends[0]);
  int status = 0;
  if (child < 0 || ::waitpid(child, &status, 0) != child || status != 0) return fail(Fault::Unavailable, code::kConfig, program + " failed");
  return text;
}

double number(const text::Json& object, std::string_view name) {
  const text::Json* value = object.member(name);
  return value == nullptr ? 0 : std::strtod(value->scalar().c_str(), nullptr);
}

}  // namespace

Result<BareStore> measure_bare_store(const std::string& program, std::uint64_t bytes, double seconds) {
  TRY(const std::string text, output_of(program, std::to_string(bytes), std::to_string(seconds)));
  TRY(const text::Json json, text::parse_json(text.substr(0, text.find('\n'))));
  const text::Json* rocksdb = json.member("rocksdb");
  const text::Json* engine = json.member("engine");
  const text::Json* sync = rocksdb == nullptr ? nullptr : rocksdb->member("sync_ms");
  if (engine == nullptr || sync == nullptr) return fail(Fault::Malformed, code::kFrame, program + " printed something else");
  BareStore bare;
  bare.rocksdb_events_per_s = number(*rocksdb, "events_per_s");
  bare.engine_events_per_s = number(*engine, "events_per_s");
  bare.sync_ms = {number(*sync, "p50"), number(*sync, "p99"), number(*sync, "p999"), 0};
  return bare;
}

}  // namespace concordat::bench
