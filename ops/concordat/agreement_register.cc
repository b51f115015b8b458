// concordat agreement register: the partnership's agreements, worst first, for its meeting.
#include "ops/concordat/agreement_files.h"
#include "ops/concordat/verbs.h"
#include "policy/agreement/register.h"
#include "proto/text/duration.h"

namespace concordat::ops {
namespace {

using Kind = Parameter::Kind;
using policy::RegisterRow;
using text::Json;

RegisterRow row_of(const AgreementFile& file, Instant now) {
  std::size_t there = 0;
  std::vector<std::string> missing;
  for (const directory::SignatureNeeded& one : file.needed) {
    if (one.there) ++there;
    else missing.push_back("the " + one.role + " of " + one.party);
  }
  return policy::register_row(file.adopted.agreement, there, std::move(missing), now);
}

void show(const RegisterRow& row, Output& out) {
  const std::string rag(policy::name_of(row.rag));
  out.line(rag + std::string(7 - rag.size(), ' ') + row.agreement + " v" + std::to_string(row.version) + "  (" + row.owner + ")");
  for (const std::string& why : row.why) out.line("         " + why);
  for (const std::string& one : row.unsigned_by) out.line("         missing: " + one);
  if (row.why.empty()) out.line("         review by " + policy::date_text(row.review_by) + ", until " + policy::date_text(row.until));
}

Json json(const RegisterRow& row) {
  return Json::object().set("agreement", Json::text(row.agreement)).set("version", Json::number(row.version)).set("title", Json::text(row.title))
      .set("owner", Json::text(row.owner)).set("rag", Json::text(policy::name_of(row.rag))).set("why", json_list(row.why))
      .set("signed_by", Json::number(static_cast<std::int64_t>(row.signed_by))).set("unsigned_by", json_list(row.unsigned_by))
      .set("review_by", Json::text(policy::date_text(row.review_by))).set("until", Json::text(policy::date_text(row.until)));
}

Result<Instant> moment(const Arguments& arguments) {
  if (!arguments.has("on")) return SystemClock().now();
  const auto date = text::parse_date(arguments.one("on"));
  if (!date) return fail(Fault::Malformed, code::kUsage, "--on takes a day like 2026-07-14, not `" + arguments.one("on") + "`");
  return policy::first_moment(*date);
}

Result<Exit> run(Call call) {
  TRY(const Instant now, moment(call.arguments));
  TRY(const directory::Directory directory, directory_for(call.arguments));
  std::vector<RegisterRow> rows;
  for (const std::string& file : call.arguments.all("files")) {
    TRY(const AgreementFile agreement, read_agreement_file(file, directory));
    rows.push_back(row_of(agreement, now));
  }
  policy::sort_register(rows);
  Json list = Json::array();
  bool red = false;
  for (const RegisterRow& row : rows) {
    show(row, call.out);
    list.add(json(row));
    red = red || row.rag == policy::Rag::Red;
  }
  call.out.set("agreements", std::move(list));
  return red ? Exit::Failed : Exit::Done;
}

}  // namespace

Verb agreement_register() {
  return {"agreement",
          "register",
          "List agreements for the partnership's meeting, worst first: unsigned, ended, due for review",
          "Red: nothing is released under it, or its review is overdue. Amber: within 60 days, or not begun. Ends with 1 if any is red.",
          {{Kind::Places, "files", "The agreements", true},
           {Kind::Value, "on", "As of this day, 2026-07-14; today if not said", false},
           directory_parameter(), config_parameter()},
          run};
}

}  // namespace concordat::ops
