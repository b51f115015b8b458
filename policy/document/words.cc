// The words of an agreement as people write them: see parts.h.
#include <algorithm>
#include <array>
#include <cctype>

#include "policy/document/parts.h"
#include "policy/words.h"

namespace concordat::policy::document {
namespace {

constexpr std::array<std::string_view, 7> kCapitals{"nhs", "idva", "isva", "marac", "fgm", "dash", "uk"};
constexpr std::array<std::string_view, 6> kOf{"of the case as a whole", "of the victim", "of the alleged perpetrator", "of a child",
                                              "of the patient", "of other people"};

bool is_capital(std::string_view word) { return std::find(kCapitals.begin(), kCapitals.end(), word) != kCapitals.end(); }

}  // namespace

std::string plain(std::string_view word) {
  std::string text, part;
  const auto end_part = [&] {
    if (is_capital(part)) std::transform(part.begin(), part.end(), part.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    text += part;
    part.clear();
  };
  for (const char c : word) {
    if (c != '_') {
      part += c;
      continue;
    }
    end_part();
    text += ' ';
  }
  end_part();
  return text;
}

std::string capital(std::string text) {
  if (!text.empty()) text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  return text;
}

std::string listed(const std::vector<std::string>& parts, std::string_view last) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i != 0) text += i + 1 == parts.size() ? " " + std::string(last) + " " : ", ";
    text += parts[i];
  }
  return text;
}

std::string called(const PartySpec& party) { return party.called.empty() ? party.name : party.called; }

std::string called(const Agreement& agreement, std::string_view party) {
  const PartySpec* found = agreement.party(party);
  return found == nullptr ? std::string(party) : called(*found);
}

std::string desk_called(const Agreement& agreement, std::string_view desk) {
  const PartySpec* owner = nullptr;
  if (agreement.desk(desk, &owner) == nullptr) return std::string(desk);
  return std::string(desk) + " (" + called(*owner) + ")";
}

std::string items_in_words(std::uint64_t mask) {
  std::vector<std::string> words;
  for (const contract::ItemInfo& item : contract::kItems) {
    if ((mask >> static_cast<unsigned>(item.item) & 1) != 0) words.push_back(plain(item.name));
  }
  return listed(words);
}

std::string whose(std::size_t subject) { return std::string(kOf[subject]); }

std::string number_of(const Agreement& agreement, const Clause& clause) {
  std::size_t number = 0;
  for (const Clause& each : agreement.clauses) {
    if (each.duty == clause.duty) ++number;
    if (&each == &clause) break;
  }
  return (clause.duty ? "D" : "") + std::to_string(number);
}

Line condition(const Condition& condition, const Settings& settings) {
  using Is = Condition::Is;
  const bool joined = condition.is == Is::All || condition.is == Is::Any || condition.is == Is::Not;
  if (!joined) return {"", in_words(condition, settings), {}};
  const bool one = condition.parts.size() == 1;
  if (one && condition.is != Is::Not) return document::condition(condition.parts[0], settings);
  Line line;
  line.text = condition.is == Is::All ? "all of these hold:" : condition.is == Is::Any ? "at least one of these holds:" : "it is certain that this does not hold:";
  for (const Condition& part : condition.parts) line.points.push_back(document::condition(part, settings));
  if (condition.is == Is::Not && line.points[0].points.empty()) return {"", line.text + " " + line.points[0].text, {}};
  return line;
}

}  // namespace concordat::policy::document
