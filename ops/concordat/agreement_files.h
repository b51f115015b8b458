// Agreements as the tool's verbs read them: FILE, untouched, and FILE.signed beside it with its signatures.
#pragma once

#include <string>
#include <vector>

#include "ops/concordat/settings.h"
#include "policy/agreement/in_force.h"
#include "proto/directory/agreement_signatures.h"

namespace concordat::ops {

struct AgreementFile {
  policy::Adopted adopted;
  directory::SignedText text;
  std::vector<directory::SignatureNeeded> needed;  ///< `there` as the directory given says.
};
std::string signed_file(const std::string& file);

/// The directory to check against: --directory, else that of the tool's configuration. Proven with --roots or the
/// configuration's where it is the configuration's; a bundle named by hand is taken at its word.
Result<directory::Directory> directory_for(const Arguments& arguments);
Parameter directory_parameter();

/// The agreement as it is written, without its signatures. E-YAML, E-WORD, E-MEANING with file, line and column.
Result<policy::Agreement> read_plain_agreement(const std::string& file);

/// E-YAML, E-WORD, E-MEANING with file, line and column; E-DIRECTORY for a broken signature file.
Result<AgreementFile> read_agreement_file(const std::string& file, const directory::Directory& directory);

/// "in force until 2027-06-30, review by 2027-03-31", and which of its dates come near.
void show_dates(const policy::Agreement& agreement, Instant now, Output& out);
/// "signed 2 of 5; missing: …" in both forms.
void show_signatures(const AgreementFile& agreement, Output& out);

}  // namespace concordat::ops
