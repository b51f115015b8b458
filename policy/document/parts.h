// What the parts of the writer share. Private to policy/document.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/document/document.h"

namespace concordat::policy::document {

/// A word of the vocabulary or a name of the file as people write it: "nhs_number" is "NHS number".
std::string plain(std::string_view word);
std::string capital(std::string text);
/// "a, b and c" or, with "or", "a, b or c".
std::string listed(const std::vector<std::string>& parts, std::string_view last = "and");
/// What a party is called: its own words, else its name in the file.
std::string called(const PartySpec& party);
std::string called(const Agreement& agreement, std::string_view party);
/// "idva (Cheshire East Council)".
std::string desk_called(const Agreement& agreement, std::string_view desk);
std::string items_in_words(std::uint64_t mask);
/// "of the victim", "of the case as a whole".
std::string whose(std::size_t subject);
/// A clause's number in the document: clauses count from 1, duties from D1.
std::string number_of(const Agreement& agreement, const Clause& clause);

/// A condition: a sentence, or "all of these hold" with its parts as points.
Line condition(const Condition& condition, const Settings& settings);

Article clause_article(const Agreement& agreement, const lawful::Tables& tables, const Clause& clause);
Article never_article(const Agreement& agreement, std::size_t number);
/// The bases as the tables know them: "UK GDPR Article 6(1)(e), public task; …".
Line basis_line(const LawBasis& basis, const lawful::Tables& tables);
std::string gateway_in_words(const std::string& id, const lawful::Tables& tables);
/// Items by who may open them.
Table matrix(const Agreement& agreement);

}  // namespace concordat::policy::document
