// What one basis covers, and what it lacks. Private to policy/lawful.
#pragma once

#include <string>
#include <vector>

#include "policy/agreement/agreement.h"
#include "policy/lawful/tables.h"

namespace concordat::policy::lawful {

/// Classes that the basis covers, as a mask of contract::bit(LawClass).
std::uint8_t covered_by(const LawBasis& basis, const Tables& tables);
/// Words that are in no table, and conditions that a row needs and the basis does not name.
std::vector<std::string> faults_of(const LawBasis& basis, const Tables& tables);
/// Classes of an item; free text has all.
std::uint8_t classes_of(contract::Item item);
/// "special category and criminal offence".
std::string class_words(std::uint8_t classes);

}  // namespace concordat::policy::lawful
