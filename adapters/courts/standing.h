// What stands of an outcome that was told: taken back whole, or of some of its offences, where the court decides anew. A platform's reshare
// says that by leaving results out; everything else by a later decision of the same offence. Private to this folder.
//
//   said of an offence                        what was told of it at other hearings, up to that day, stands no more
//   conviction quashed, no conviction         conviction: convicted, every sentence, orders that are made on a conviction
//   sentence quashed or varied                sentence: every sentence
//   acquittal reversed, convicted             acquittal: acquitted, dismissed, discontinued
//   imprisoned, suspended, community          term: each of these three, for one follows the other
#pragma once

#include <set>
#include <string>

#include "adapters/courts/ledger.h"
#include "adapters/courts/told.h"

namespace concordat::courts {

/// Adds the event to those of the input, in place of one of the same kind and reference.
void say(sdk::Input& input, sdk::TypedEvent event);

/// Takes back all that was told under a reference; nothing if that was done before.
Result<int> reverse(sdk::Input& input, Ledger& ledger, const std::string& reference);
/// What of it is of these offences: corrected, or reversed where nothing is left. A hearing is vacated only if it is about no others.
Result<int> withdraw(sdk::Input& input, Ledger& ledger, const std::string& reference, const std::set<std::string>& offences);

/// Into an outcome that is told anew, what was told under its reference of offences that the message does not speak of.
void add_what_stands(google::protobuf::Message& outcome, Marks& marks, std::vector<std::string>& offences, const Before& before, const std::vector<std::string>& carried);

/// Has another hearing, on a later day or on that one, decided that what this outcome says of an offence does not stand? Then it came late;
/// not so, on one day, what was shared (`shared`) after that.
Result<bool> is_annulled(Ledger& ledger, const std::string& reference, const google::protobuf::Message& outcome, const std::string& offence, const std::optional<Instant>& shared);
/// Takes back at other hearings what the message decides anew, and gives back what an earlier message of its hearing had taken and this
/// one does not any more. After its own outcomes are in `input`.
Result<int> annul(sdk::Input& input, Ledger& ledger, const About& about);
/// Gives back what a hearing had taken of a defendant who is in it no more.
Result<int> lift_of(sdk::Input& input, Ledger& ledger, const About& about, const std::string& defendant);
/// Gives back all that a hearing, which was deleted, had taken.
Result<int> lift_all(sdk::Input& input, Ledger& ledger, const About& about);

/// Keeps which message spoke of which offence. Malformed: this very message was taken before, and later ones have changed what it says.
Result<int> note_message(Ledger& ledger, const About& about);

}  // namespace concordat::courts
