// The law tables of policy/law: which basis covers which class, which gateway lets whom tell whom. DESIGN 3.5.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/bytes.h"
#include "proto/base/result.h"
#include "proto/contract/vocabulary.h"

namespace concordat::policy::lawful {

/// One row: where it stands in the law, and whether anybody compared it with the text.
struct Row {
  std::string statute;
  std::string section;
  std::string title;
  bool checked = false;
  std::uint8_t covers = 0;                     ///< Mask of contract::bit(LawClass).
  std::vector<std::uint8_t> needs_schedule_1;  ///< Any one of these paragraphs.
  bool needs_annex_1 = false;
};

struct Gateway {
  Row row;
  std::optional<std::vector<contract::DeskRole>> discloses;  ///< Nothing: any party.
  std::optional<std::vector<contract::DeskRole>> receives;
  bool or_acting_for = false;
};

using Rows = std::map<std::string, Row, std::less<>>;

struct Tables {
  Rows article_6, annex_1, article_9, article_10, schedule_1, leaves_by, authorised_by, confidentiality;
  std::map<std::string, Gateway, std::less<>> gateways;
};

/// E-LAW with file, line and column if a row lacks its statute, section, title or `checked`, or holds a word that is
/// none.
Result<Tables> read_tables(ByteView bases, ByteView gateways);

/// The files of policy/law as they were when the program was built.
std::string_view built_in_bases();
std::string_view built_in_gateways();
/// Reads them; aborts if they cannot be read, which a test rules out.
Tables built_in();

}  // namespace concordat::policy::lawful
