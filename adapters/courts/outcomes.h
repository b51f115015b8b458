// What of a hearing is news: an event for each defendant and outcome, however many results and offences it was recorded under, and
// one for each hearing that is to come. Private to this folder.
#pragma once

#include <string>
#include <vector>

#include "adapters/courts/hearing.h"
#include "adapters/courts/tables.h"
#include "adapters/sdk/input.h"

namespace concordat::courts {

/// An event, and by what each thing that it tells is known again, wherever it is repeated: a list of names for each result, any of
/// which is enough.
struct News {
  sdk::TypedEvent event;
  std::vector<std::vector<std::string>> marks;
  std::vector<std::string> offences;  ///< Of an outcome, which each result is of, or none; of a hearing, those that it will be about.
  std::vector<std::string> annuls;    ///< "conviction/OFFENCE": see standing.h.
};

/// The news of one defendant, or why there is none. Pure.
tl::expected<std::vector<News>, sdk::Failure> news_of(const Hearing& hearing, const Defendant& defendant, const Tables& tables);

/// Leaves of an outcome the results that `keep` says, in order, and of the offences those that they are about.
void prune(google::protobuf::Message& outcome, const std::vector<bool>& keep);

}  // namespace concordat::courts
