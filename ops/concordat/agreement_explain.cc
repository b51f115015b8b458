// concordat agreement explain: an agreement, or one clause of it, in plain English.
#include "ops/concordat/agreement_files.h"
#include "ops/concordat/verbs.h"
#include "policy/agreement/read.h"
#include "policy/document/render.h"
#include "proto/text/nearest.h"

namespace concordat::ops {
namespace {

using Kind = Parameter::Kind;

std::string no_such(const policy::Agreement& agreement, const std::string& id) {
  std::vector<std::string_view> known;
  for (const policy::Clause& clause : agreement.clauses) known.push_back(clause.id);
  for (const policy::Never& never : agreement.nevers) known.push_back(never.id);
  return agreement.name + " has no clause, duty or prohibition `" + id + "`" + text::suggest(id, known);
}

Result<Exit> run(Call call) {
  TRY(const policy::Agreement agreement, read_plain_agreement(call.arguments.one("file")));
  const policy::lawful::Tables tables = policy::lawful::built_in();
  if (!call.arguments.has("clause")) {
    const policy::document::Document document = policy::document::write(agreement, tables);
    call.out.text(policy::document::to_text(document));
    call.out.set("document", policy::document::to_json(document));
    return Exit::Done;
  }
  const std::string id = call.arguments.one("clause");
  const auto article = policy::document::write_article(agreement, tables, id);
  if (!article) return fail(Fault::Malformed, code::kNotFound, no_such(agreement, id));
  call.out.text(policy::document::to_text(*article));
  call.out.set("article", policy::document::to_json(*article));
  return Exit::Done;
}

}  // namespace

Verb agreement_explain() {
  return {"agreement",
          "explain",
          "Say in plain English what an agreement, or one clause, duty or prohibition of it, means",
          "From the file alone: it need not be signed, nor fit any directory.",
          {{Kind::Place, "file", "The agreement", true}, {Kind::Value, "clause", "Only this clause, duty or prohibition", false}},
          run};
}

}  // namespace concordat::ops
