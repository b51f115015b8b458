// HTML to PDF, by WeasyPrint (Debian's package weasyprint), run as a process of its own without network addresses to fetch.
#pragma once

#include <string>

#include "proto/base/result.h"

namespace concordat::ops {

/// Writes `pdf` from the page at `html`. The same page makes the same bytes. E-USAGE if the converter is not installed, with
/// the package's name; E-STORE with its last words if it fails. Blocks.
Result<int> typeset(const std::string& html, const std::string& pdf);

}  // namespace concordat::ops
