// Which cases of a Common Platform hearing an application is of. Private to this folder.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "adapters/courts/tree.h"

namespace concordat::courts {

/// What a case is called in a list of several: the platform's id and the court's reference, either of which may be missing.
struct CaseName {
  std::string id, reference;
  bool empty() const { return id.empty() && reference.empty(); }
  bool is(const CaseName& other) const { return (!id.empty() && id == other.id) || (!reference.empty() && reference == other.reference); }
};
/// `id` is the member that has the platform's.
CaseName name_of(const Node& a_case, const char* id);
/// In its normal form, or as written.
std::string normal_urn(const std::string& text);

/// A case that an application says it is of.
struct OfCase {
  CaseName name;
  std::optional<Node> from;
  std::vector<Node> offences;
};

/// The cases of an application about `master`, never none: one without a name where it does not say, and then it is of the only case in
/// which he is a defendant. Refused if he is one in several and `heard_once` does not settle which. No more than `most`, and one.
std::vector<OfCase> cases_of(const Node& application, const Node& master, bool heard_once, std::size_t most);

/// What the court calls the subject of an application in this case.
std::string id_in_case(const Node& subject, const CaseName& name);

}  // namespace concordat::courts
