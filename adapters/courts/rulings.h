// Results of a Common Platform hearing. Private to this folder.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/courts/hearing.h"
#include "adapters/courts/tables.h"
#include "adapters/courts/tree.h"

namespace concordat::courts {

/// The text of a date or time; refused if it is none.
std::string dated(const Node& from);

/// Court and kind of a hearing.
Listing listing_of(const Node& hearing);

/// What was ordered; nothing if it was deleted, and with it taken back. Of its prompts only names are looked at, and the date on
/// which an order ends; of its text only the short code that it begins with.
std::optional<Ruling> read_result(const Node& result, const Tables& tables);

/// All of a list, of one charge, or of none; `like` has the application that they decide.
void read_results(const Node& from, std::string_view name, const Tables& tables, std::vector<Ruling>& out, std::optional<std::size_t> charge, const Ruling& like = {});

}  // namespace concordat::courts
