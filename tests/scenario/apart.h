// Stage directions taken apart: patterns, lists, numbers and times in words. Nothing here knows what a direction does.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.h"
#include "proto/base/time.h"
#include "proto/contract/vocabulary.h"
#include "tests/scenario/play.h"

namespace concordat::scenario {

/// E-WORD.
tl::unexpected<Error> wrong(std::string why);
/// E-WORD: "`livs` is no trait; the nearest right word is …".
tl::unexpected<Error> no_such(std::string_view what, std::string_view word, const std::vector<std::string_view>& right);

std::string trimmed(std::string_view text);
/// Split at commas that are in no brackets.
Lines listed(std::string_view text);
std::string underscored(std::string word);
/// Agreements are quoted in one line: "\n" ends one of theirs.
std::string with_lines(std::string text);

/// A kind that is built, by its words.
Result<contract::Kind> kind_of(const std::string& word);
/// "two hours", "90 days", "a minute".
Result<Milliseconds> time_of(const std::string& text);

/// Whether `text` is of the pattern; what stands for its braces, in order. A brace takes one word, "{a..}" any.
bool fits(std::string_view pattern, std::string_view text, std::vector<std::string>& words);

}  // namespace concordat::scenario
