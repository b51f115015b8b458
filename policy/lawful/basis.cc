// What one basis covers: see basis.h.
#include "policy/lawful/basis.h"

#include <algorithm>

#include "proto/text/nearest.h"

namespace concordat::policy::lawful {
namespace {

using contract::LawClass;

const Row* row(const Rows& rows, std::string_view key) {
  const auto at = rows.find(key);
  return at == rows.end() ? nullptr : &at->second;
}

bool supported(const Row& row, const LawBasis& basis) {
  if (row.needs_annex_1 && basis.annex_1.empty()) return false;
  if (row.needs_schedule_1.empty()) return true;
  return std::any_of(row.needs_schedule_1.begin(), row.needs_schedule_1.end(), [&](std::uint8_t paragraph) {
    return std::find(basis.schedule_1.begin(), basis.schedule_1.end(), paragraph) != basis.schedule_1.end();
  });
}

std::uint8_t covers(const Rows& rows, std::string_view key, const LawBasis& basis) {
  const Row* found = row(rows, key);
  return found != nullptr && supported(*found, basis) ? found->covers : std::uint8_t{0};
}

class Faults {
 public:
  Faults(const LawBasis& basis) : basis_(basis) {}

  void word(const Rows& rows, const std::string& key, const std::string& what) {
    const Row* found = row(rows, key);
    if (found == nullptr) {
      std::vector<std::string_view> known;
      for (const auto& [name, ignored] : rows) known.push_back(name);
      out.push_back(what + " `" + key + "` is in no law table" + text::suggest(key, known));
    } else if (found->needs_annex_1 && basis_.annex_1.empty()) {
      out.push_back(what + " " + key + " needs `annex_1`");
    } else if (!supported(*found, basis_)) {
      out.push_back(what + " " + key + " needs a paragraph of `schedule_1`: " + paragraphs(*found));
    }
  }
  std::vector<std::string> out;

 private:
  static std::string paragraphs(const Row& row) {
    std::string words;
    for (const std::uint8_t paragraph : row.needs_schedule_1)
      words += (words.empty() ? "" : ", ") + std::to_string(paragraph);
    return words;
  }
  const LawBasis& basis_;
};

}  // namespace

std::uint8_t covered_by(const LawBasis& basis, const Tables& tables) {
  if (basis.regime == Regime::Part3)
    return basis.authorised_by.empty() ? std::uint8_t{0} : covers(tables.leaves_by, basis.leaves_by, basis);
  const std::uint8_t personal = covers(tables.article_6, basis.article_6, basis);
  if (personal == 0) return 0;  // the conditions of Articles 9 and 10 come on top of Article 6, never instead of it
  std::uint8_t mask = personal | covers(tables.article_10, basis.article_10, basis);
  for (const std::string& letter : basis.article_9) mask |= covers(tables.article_9, letter, basis);
  return mask;
}

std::vector<std::string> faults_of(const LawBasis& basis, const Tables& tables) {
  Faults faults(basis);
  if (basis.regime == Regime::Part3) {
    faults.word(tables.leaves_by, basis.leaves_by, "leaves_by");
    for (const std::string& power : basis.authorised_by) faults.word(tables.authorised_by, power, "authorised_by");
  } else {
    faults.word(tables.article_6, basis.article_6, "article_6");
    for (const std::string& letter : basis.article_9) faults.word(tables.article_9, letter, "article_9");
    if (!basis.article_10.empty()) faults.word(tables.article_10, basis.article_10, "article_10");
    if (!basis.annex_1.empty()) faults.word(tables.annex_1, basis.annex_1, "annex_1");
    for (const std::uint8_t paragraph : basis.schedule_1)
      faults.word(tables.schedule_1, std::to_string(paragraph), "schedule_1");
  }
  if (!basis.confidentiality.empty()) faults.word(tables.confidentiality, basis.confidentiality, "confidentiality");
  return faults.out;
}

std::uint8_t classes_of(contract::Item item) {
  const contract::ItemInfo* info = contract::info(item);
  if (info == nullptr) return 0;
  return info->free_text ? std::uint8_t{7} : info->law_classes;
}

std::string class_words(std::uint8_t classes) {
  std::string words;
  const auto add = [&](LawClass law, const char* word) {
    if ((classes & contract::bit(law)) != 0) words += (words.empty() ? "" : " and ") + std::string(word);
  };
  add(LawClass::Personal, "personal");
  add(LawClass::Special, "special category");
  add(LawClass::Criminal, "criminal offence");
  return words + " data";
}

}  // namespace concordat::policy::lawful
