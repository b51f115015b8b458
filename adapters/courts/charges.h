// Charges and case of a defendant of a Common Platform hearing. Private to this folder.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "adapters/courts/hearing.h"
#include "adapters/courts/tables.h"
#include "adapters/courts/tree.h"

namespace concordat::courts {

/// The offences of a defendant with what was ordered on each; one that he has already is passed over: the same defendant twice.
void read_offences(const Node& from, const Tables& tables, Defendant& defendant);
/// Offences that an application names, without what was ordered on them: that is of an earlier hearing.
void read_charges(const std::vector<Node>& offences, Defendant& defendant);
/// Which of his charges has this id; none for an empty one.
std::optional<std::size_t> charge_with(const Defendant& defendant, const std::string& id);

/// His arrest summons number, whichever of the two fields has one.
void add_reference(v1::Person& person, const Node& defendant, const Node& also);
/// References, markers and officer of the case that he is in.
void read_case(const Node& a_case, Defendant& defendant);

}  // namespace concordat::courts
