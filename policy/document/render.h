// A written agreement as text for a terminal, as HTML for a browser and a printer, and as JSON. The same document makes the
// same bytes.
#pragma once

#include <string>

#include "policy/document/document.h"
#include "proto/text/json.h"

namespace concordat::policy::document {

/// Lines of at most 110 characters; a table of many columns is longer.
std::string to_text(const Document& document);
std::string to_text(const Article& article);
/// One self-contained page, styled for A4; everything from the file is escaped.
std::string to_html(const Document& document);
text::Json to_json(const Document& document);
text::Json to_json(const Article& article);

}  // namespace concordat::policy::document
