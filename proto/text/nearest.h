// The nearest right word: what somebody probably meant who wrote a word that is not of the vocabulary.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace concordat::text {

/// Edits (insert, delete, replace, swap neighbours) that turn `a` into `b`. Cost: product of the lengths, both cut
/// at 64.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate nearest to `word`, if it is near enough to be what was meant (a third of its length, or it begins or
/// ends alike); else empty. The first of equals wins. Hyphen and underscore count as the same letter.
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

/// "; the nearest right word is `x`", or, if none is near, "; right words: a, b, c" (at most 12), or nothing.
std::string suggest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace concordat::text
