// concordat agreement render: an agreement as the document that parties sign beside, in HTML or PDF.
#include <filesystem>

#include "ops/concordat/agreement_files.h"
#include "ops/concordat/files.h"
#include "ops/concordat/typeset.h"
#include "ops/concordat/verbs.h"
#include "policy/document/render.h"
#include "proto/base/durable_file.h"

namespace concordat::ops {
namespace {

using Kind = Parameter::Kind;
namespace fs = std::filesystem;

/// The page is written beside the PDF, as whoever asked may write there, and goes when the PDF is made.
Result<int> write_pdf(const std::string& path, const std::string& page) {
  const std::string html = path + ".html.new";
  TRY_VOID(write_public(html, page));
  auto made = typeset(html, path + ".new");
  std::error_code ignored;
  fs::remove(html, ignored);
  if (!made) return made;
  std::error_code failed;
  fs::rename(path + ".new", path, failed);
  if (failed) return fail(Fault::Unavailable, code::kStore, path + ": " + failed.message());
  return 0;
}

Result<Exit> run(Call call) {
  TRY(const policy::Agreement agreement, read_plain_agreement(call.arguments.one("file")));
  const std::string page = policy::document::to_html(policy::document::write(agreement, policy::lawful::built_in()));
  if (!call.arguments.has("html") && !call.arguments.has("pdf")) return fail(Fault::Malformed, code::kUsage, "say where to: --html FILE, --pdf FILE, or both");
  if (call.arguments.has("html")) {
    TRY_VOID(write_public(call.arguments.one("html"), page));
    call.out.both("html", call.arguments.one("html"));
  }
  if (call.arguments.has("pdf")) {
    TRY_VOID(write_pdf(call.arguments.one("pdf"), page));
    call.out.both("pdf", call.arguments.one("pdf"));
  }
  return Exit::Done;
}

}  // namespace

Verb agreement_render() {
  return {"agreement",
          "render",
          "Write an agreement as a document, HTML or PDF, with a matrix of items by recipient",
          "Made from the file alone: the same file makes the same document, byte for byte. What is signed is the file.",
          {{Kind::Place, "file", "The agreement", true},
           {Kind::Value, "html", "Write HTML here", false},
           {Kind::Value, "pdf", "Write PDF here (needs Debian's package weasyprint)", false}},
          run};
}

}  // namespace concordat::ops
