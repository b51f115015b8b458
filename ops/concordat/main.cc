// concordat: the tool of parties and operators. See verbs.cc for what it can do.
#include <fcntl.h>
#include <unistd.h>

#include "ops/concordat/command_line.h"
#include "proto/seal/keys.h"

namespace {

int exit_code(concordat::ops::Exit exit) { return static_cast<int>(exit); }

// A closed standard stream would be given to the next file that is opened, and what is printed would go there.
void hold_standard_streams() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(fd, F_GETFD) == -1) (void)::open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
}

}  // namespace

int main(int argc, char** argv) {
  using namespace concordat;
  using ops::Exit;
  hold_standard_streams();
  const std::vector<ops::Verb> verbs = ops::all_verbs();
  const ops::Asked asked = ops::read_command_line(argc, argv, verbs);
  if (asked.verb == nullptr && asked.wrong.empty()) return exit_code(ops::all_said() ? Exit::Done : Exit::Failed);
  ops::Output out;
  Exit exit = Exit::Failed;
  if (asked.verb == nullptr) {
    out.failed(Error{Fault::Malformed, code::kUsage, asked.wrong});
    exit = Exit::Usage;
  } else if (const auto prepared = seal::prepare_process(); !prepared) {
    out.failed(prepared.error());
  } else if (const auto done = asked.verb->run({asked.arguments, out})) {
    exit = *done;
  } else {
    out.failed(done.error());
    if (done.error().code == code::kUsage) exit = Exit::Usage;
  }
  const bool said = out.print(asked.json, exit == Exit::Done);
  return exit_code(exit == Exit::Done && !said ? Exit::Failed : exit);
}
