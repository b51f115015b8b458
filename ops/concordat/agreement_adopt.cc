// concordat agreement adopt: hands a signed agreement to the broker.
#include "ops/concordat/agreement_files.h"
#include "ops/concordat/files.h"
#include "ops/concordat/verbs.h"

namespace concordat::ops {
namespace {

using Kind = Parameter::Kind;

/// "cheshire-east/marac" as the name of a file.
std::string file_name(std::string name) {
  for (char& c : name) {
    if (c == '/') c = '-';
  }
  return name + ".yaml";
}

Result<Exit> leave_for_start(Call call, const Settings& settings, const AgreementFile& agreement) {
  const std::string file = settings.start_agreements + "/" + file_name(agreement.adopted.agreement.name);
  TRY_VOID(write_public(file, agreement.text.text));
  TRY_VOID(write_public(signed_file(file), directory::signature_lines(agreement.text)));
  call.out.line("The broker is not running: written to " + file + ". A broker with an empty log adopts it if its configuration");
  call.out.line("lists it under start; one that has run before takes it by this command once it runs.");
  call.out.set("adopted", "at the first start");
  return Exit::Done;
}

Result<Exit> run(Call call) {
  TRY(const Settings settings, load_settings(call.arguments));
  TRY(const directory::Directory directory, directory_for(call.arguments));
  TRY(const AgreementFile agreement, read_agreement_file(call.arguments.one("file"), directory));
  TRY_VOID(directory::check_signatures(agreement.text, agreement.needed, directory));
  TRY_VOID(policy::adoptable(agreement.adopted.agreement, SystemClock().now()));
  if (!listening(settings.socket)) return leave_for_start(call, settings, agreement);
  admin::Question question{"agreement adopt", text::Json::object()};
  question.arguments.set("file", text::Json::text(agreement.text.text));
  question.arguments.set("signatures", text::Json::text(directory::signature_lines(agreement.text)));
  TRY(const Reply reply, ask_broker(settings, question, call.out));
  if (!reply.result) return reply.exit;
  call.out.line(agreement.adopted.agreement.name + " v" + std::to_string(agreement.adopted.agreement.version) + " is in force");
  call.out.set("adopted", "now");
  return Exit::Done;
}

}  // namespace

Verb agreement_adopt() {
  return {"agreement",
          "adopt",
          "Hand a signed agreement to the broker",
          "Every signature that the agreement asks for must be in FILE.signed. The broker checks it together with all\n"
          "agreements in force, and refuses it if the set would not be lawful on its face. What has ended is refused, and\n"
          "what has not begun: a version takes the one before it out of force at once.",
          {{Kind::Place, "file", "The agreement", true}, directory_parameter(), config_parameter()},
          run};
}

}  // namespace concordat::ops
