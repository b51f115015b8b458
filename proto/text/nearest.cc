// The nearest right word: see nearest.h.
#include "proto/text/nearest.h"

#include <algorithm>
#include <array>

namespace concordat::text {
namespace {

constexpr std::size_t kLetters = 64;
constexpr std::size_t kListed = 12;

char letter(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<char>(c - 'A' + 'a');
  return c == '-' || c == ' ' ? '_' : c;
}

bool alike_at_an_end(std::string_view a, std::string_view b) {
  if (a.size() < 4 || b.size() < 4) return false;
  const std::string_view shorter = a.size() < b.size() ? a : b;
  const std::string_view longer = a.size() < b.size() ? b : a;
  return longer.starts_with(shorter) || longer.ends_with(shorter);
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  a = a.substr(0, kLetters);
  b = b.substr(0, kLetters);
  std::array<std::array<std::size_t, kLetters + 1>, 3> rows{};  // before last, last, this: a swap looks two rows back
  for (std::size_t j = 0; j <= b.size(); ++j) rows[1][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto& row = rows[2];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = letter(a[i - 1]) == letter(b[j - 1]);
      row[j] = std::min({rows[1][j] + 1, row[j - 1] + 1, rows[1][j - 1] + (same ? 0 : 1)});
      if (i > 1 && j > 1 && letter(a[i - 1]) == letter(b[j - 2]) && letter(a[i - 2]) == letter(b[j - 1])) {
        row[j] = std::min(row[j], rows[0][j - 2] + 1);
      }
    }
    rows[0] = rows[1];
    rows[1] = row;
  }
  return rows[1][b.size()];
}

std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates) {
  std::string_view best;
  std::size_t best_distance = std::max<std::size_t>(1, (word.size() + 1) / 3) + 1;
  for (const std::string_view candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  if (!best.empty()) return best;
  const auto alike =
      std::find_if(candidates.begin(), candidates.end(), [&](std::string_view c) { return alike_at_an_end(word, c); });
  return alike == candidates.end() ? std::string_view{} : *alike;
}

std::string suggest(std::string_view word, std::span<const std::string_view> candidates) {
  if (const std::string_view best = nearest(word, candidates); !best.empty()) {
    return "; the nearest right word is `" + std::string(best) + "`";
  }
  if (candidates.empty() || candidates.size() > kListed) return {};
  std::string list = "; right words: ";
  for (std::size_t i = 0; i < candidates.size(); ++i) list += (i == 0 ? "" : ", ") + std::string(candidates[i]);
  return list;
}

}  // namespace concordat::text
