// concordat agreement check: is an agreement, or a set of them, readable, bound to the directory, enforceable and lawful on its face?
#include "ops/concordat/agreement_files.h"
#include "ops/concordat/verbs.h"

namespace concordat::ops {
namespace {

using Kind = Parameter::Kind;
using text::Json;

std::string title_of(const policy::Agreement& agreement) {
  return agreement.name + " v" + std::to_string(agreement.version) + " (" + agreement.title + ")";
}

Json findings_json(const std::vector<policy::Finding>& findings) {
  Json list = Json::array();
  for (const policy::Finding& one : findings) {
    list.add(Json::object().set("code", Json::text(one.code.name)).set("where", Json::text(one.where))
                 .set("message", Json::text(one.message)).set("warning", Json::boolean(one.warning)));
  }
  return list;
}

Result<Exit> run(Call call) {
  TRY(const directory::Directory directory, directory_for(call.arguments));
  std::vector<policy::Adopted> set;
  for (const std::string& file : call.arguments.all("files")) {
    TRY(AgreementFile agreement, read_agreement_file(file, directory));
    call.out.line(title_of(agreement.adopted.agreement) + ", " + std::to_string(agreement.adopted.agreement.clauses.size()) + " clauses and duties");
    show_dates(agreement.adopted.agreement, SystemClock().now(), call.out);
    show_signatures(agreement, call.out);
    set.push_back(std::move(agreement.adopted));
  }
  const std::vector<policy::Finding> findings = policy::check(set, directory);
  std::size_t errors = 0;
  for (const policy::Finding& one : findings) {
    errors += one.warning ? 0 : 1;
    call.out.line(std::string(one.warning ? "warning " : "error ") + std::string(one.code.name) + " " + one.where + ": " + one.message);
  }
  call.out.line(errors == 0 ? "good: consistent with the directory and the law tables (consistent, which is not yet lawful)"
                            : "not good: it would not be adopted (errors: " + std::to_string(errors) + ")");
  call.out.set("findings", findings_json(findings));
  return errors == 0 ? Exit::Done : Exit::Failed;
}

}  // namespace

Verb agreement_check() {
  return {"agreement",
          "check",
          "Check agreements: words, directory, what can be enforced, law tables; and say whose signatures are there",
          "Several files are checked as the set that would be in force. Every finding names file, line and column.",
          {{Kind::Places, "files", "The agreements", true}, directory_parameter(), config_parameter()},
          run};
}

}  // namespace concordat::ops
