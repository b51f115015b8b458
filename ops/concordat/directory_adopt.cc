// concordat directory adopt: hands a countersigned directory to the broker.
#include "ops/concordat/files.h"
#include "ops/concordat/settings.h"
#include "ops/concordat/verbs.h"

namespace concordat::ops {
namespace {

using Kind = Parameter::Kind;

Result<Exit> run(Call call) {
  TRY(const Settings settings, load_settings(call.arguments));
  TRY(const Bytes bytes, read_input(call.arguments.one("bundle")));
  TRY(const directory::Roots roots, read_roots_file(settings.roots));
  TRY(const directory::Directory directory, directory::load_bundle(bytes, roots));
  call.out.set("version", text::Json::number(static_cast<std::int64_t>(directory.version)));
  if (!listening(settings.socket)) {
    TRY_VOID(write_public(settings.start_directory, bytes));
    TRY_VOID(write_public(settings.directory, bytes));
    call.out.line("The broker is not running: version " + std::to_string(directory.version) + " is now what it starts with if its log is");
    call.out.line("empty (" + settings.start_directory + "). If it has run before, start it and adopt again.");
    call.out.set("adopted", "at the first start");
    return Exit::Done;
  }
  admin::Question question{"directory adopt", text::Json::object()};
  question.arguments.set("bundle", text::Json::text(to_hex(bytes)));
  TRY(const Reply reply, ask_broker(settings, question, call.out));
  if (!reply.result) return reply.exit;
  TRY_VOID(write_public(settings.directory, bytes));
  call.out.line("version " + std::to_string(directory.version) + " is in force");
  call.out.set("adopted", "now");
  return Exit::Done;
}

}  // namespace

Verb directory_adopt() {
  return {"directory",
          "adopt",
          "Hand a countersigned directory to the broker",
          "The broker checks it again, records it, and sends it to every client in session. When the broker is stopped, the\n"
          "bundle becomes what a broker with an empty log starts with.",
          {{Kind::Place, "bundle", "The bundle", true}, config_parameter()},
          run};
}

}  // namespace concordat::ops
