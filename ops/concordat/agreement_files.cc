// Agreements as the tool's verbs read them: see agreement_files.h.
#include "ops/concordat/agreement_files.h"

#include "ops/concordat/files.h"
#include "policy/agreement/read.h"
#include "proto/base/durable_file.h"

namespace concordat::ops {

std::string signed_file(const std::string& file) { return file + ".signed"; }

Parameter directory_parameter() {
  return {Parameter::Kind::Value, "directory", "The directory bundle to check against; the configuration's if not said", false};
}

Result<directory::Directory> directory_for(const Arguments& arguments) {
  if (arguments.has("directory")) {
    TRY(const directory::Bundle bundle, read_bundle(arguments.one("directory")));
    return directory::read_unproven(bundle);
  }
  TRY(const Settings settings, load_settings(arguments));
  TRY(const directory::Roots roots, read_roots_file(settings.roots));
  TRY(const Bytes bytes, read_input(settings.directory));
  return directory::load_bundle(bytes, roots);
}

Result<policy::Agreement> read_plain_agreement(const std::string& file) {
  TRY(const Bytes bytes, read_input(file));
  return policy::read_agreement(file, bytes);
}

Result<AgreementFile> read_agreement_file(const std::string& file, const directory::Directory& directory) {
  TRY(const Bytes bytes, read_input(file));
  TRY(const std::optional<Bytes> lines, read_file(signed_file(file), kFileBytesMax));
  AgreementFile agreement;
  TRY(agreement.text, directory::join_agreement(bytes, lines.value_or(Bytes()), file));
  TRY(agreement.adopted.agreement, policy::read_agreement(file, bytes));
  agreement.adopted.digest = agreement.text.digest(seal::context::kAgreement);
  for (const policy::PartySpec& party : agreement.adopted.agreement.parties) {
    for (const std::string& role : party.signs) agreement.needed.push_back({party.name, role});
  }
  directory::mark_signatures(agreement.text, agreement.needed, directory);
  return agreement;
}

void show_dates(const policy::Agreement& agreement, Instant now, Output& out) {
  out.line("  " + policy::standing_in_words(agreement, now));
  for (const policy::Notice& notice : policy::notices(agreement, now)) out.line("  notice: " + policy::in_words(notice));
  out.set("standing", std::string(policy::name_of(policy::standing(agreement, now))));
  out.set("until", policy::date_text(agreement.until));
  out.set("review_by", policy::date_text(agreement.review_by));
}

void show_signatures(const AgreementFile& agreement, Output& out) {
  std::vector<std::string> there, missing;
  for (const directory::SignatureNeeded& one : agreement.needed) {
    (one.there ? there : missing).push_back(one.role + " of " + one.party);
  }
  out.line("  signed by " + std::to_string(there.size()) + " of " + std::to_string(agreement.needed.size()));
  for (const std::string& one : missing) out.line("  missing: the " + one);
  out.set("signed", json_list(there));
  out.set("missing", json_list(missing));
}

}  // namespace concordat::ops
