// HTML to PDF: see typeset.h.
#include "ops/concordat/typeset.h"

#include <spawn.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace concordat::ops {

Result<int> typeset(const std::string& html, const std::string& pdf) {
  std::string program = "weasyprint", quiet = "--quiet", from = html, to = pdf;
  std::array<char*, 5> arguments{program.data(), quiet.data(), from.data(), to.data(), nullptr};
  // Nothing of this process's environment matters to it, and dates in the file would make every run another file.
  std::string path = "PATH=/usr/bin:/bin", language = "LANG=C.UTF-8", epoch = "SOURCE_DATE_EPOCH=0", home = "HOME=/nonexistent";
  std::array<char*, 5> environment{path.data(), language.data(), epoch.data(), home.data(), nullptr};
  pid_t child = 0;
  const int failed = posix_spawn(&child, "/usr/bin/weasyprint", nullptr, nullptr, arguments.data(), environment.data());
  if (failed == ENOENT) return fail(Fault::Unavailable, code::kUsage, "a PDF needs the Debian package weasyprint, which is not installed; install it, or write HTML and print that");
  if (failed != 0) return fail(Fault::Unavailable, code::kStore, std::string("weasyprint cannot be started: ") + std::strerror(failed));
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return fail(Fault::Unavailable, code::kStore, std::string("weasyprint was lost: ") + std::strerror(errno));
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return 0;
  const std::string how = WIFEXITED(status) ? "ended with " + std::to_string(WEXITSTATUS(status)) : "was ended by signal " + std::to_string(WTERMSIG(status));
  return fail(Fault::Unavailable, code::kStore, "weasyprint " + how + "; what it said is above");
}

}  // namespace concordat::ops
