// concordat: the tool of parties and operators. See verbs.cc for what it can do.
#include "ops/concordat/command_line.h"
#include "proto/seal/keys.h"

namespace {

int exit_code(concordat::ops::Exit exit) { return static_cast<int>(exit); }

}  // namespace

int main(int argc, char** argv) {
  using namespace concordat;
  using ops::Exit;
  const std::vector<ops::Verb> verbs = ops::all_verbs();
  const ops::Asked asked = ops::read_command_line(argc, argv, verbs);
  if (asked.verb == nullptr && asked.wrong.empty()) return exit_code(Exit::Done);
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
  out.print(asked.json, exit == Exit::Done);
  return exit_code(exit);
}
