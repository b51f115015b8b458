// Reads an agreement: from YAML to the plain model, every word checked, every name resolved, every error with its
// place.
#pragma once

#include <string>

#include "policy/agreement/agreement.h"
#include "proto/base/bytes.h"
#include "proto/base/result.h"

namespace concordat::policy {

/// `file` is the name in errors. E-YAML for form and missing keys, E-WORD for words that are none (with the nearest
/// right one), E-MEANING for names that lead nowhere and values that contradict one another.
Result<Agreement> read_agreement(std::string file, ByteView bytes);

}  // namespace concordat::policy
