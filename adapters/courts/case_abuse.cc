// Abuse of a case: see case_abuse.h.
#include "adapters/courts/case_abuse.h"

#include <algorithm>

#include "adapters/courts/standing.h"
#include "concordat/v1/court_outcome.pb.h"

namespace concordat::courts {
namespace {

using contract::Kind;

/// Everything that the case is called.
std::vector<std::string> names_of(const About& about) {
  std::vector<std::string> out = about.cases;
  if (!about.summons.empty()) out.push_back(about.summons);
  return out;
}
/// By what a message finds its case: not by the summons number where it has a reference, since another case may share that.
std::vector<std::string> finds_by(const About& about) {
  const bool has_reference = std::any_of(about.cases.begin(), about.cases.end(), [](const std::string& name) { return name.starts_with("urn/"); });
  return has_reference ? about.cases : names_of(about);
}

Result<bool> is_known(Ledger& ledger, const About& about) {
  if (about.abuse_case) return true;
  for (const std::string& name : finds_by(about)) {
    TRY(const auto known, ledger.get("abuse/" + name));
    if (known) return true;
  }
  return false;
}

bool says_so(const google::protobuf::Message& outcome) { return static_cast<const v1::CourtOutcome&>(outcome).outcome().abuse_case(); }

Result<int> correct(sdk::Input& input, Ledger& ledger, const std::string& reference) {
  // What was annulled may be given back: then it says so as well.
  TRY(auto was, ledger.remembered(reference));
  if (was && !says_so(*was->second.message)) {
    static_cast<v1::CourtOutcome&>(*was->second.message).mutable_outcome()->set_abuse_case(true);
    ledger.remember(reference, was->first, was->second);
  }
  TRY(auto before, ledger.before(reference));
  if (!before || before->reversed || says_so(*before->message)) return 0;
  static_cast<v1::CourtOutcome&>(*before->message).mutable_outcome()->set_abuse_case(true);
  ledger.tell(reference, *before);
  say(input, {before->message, before->kind, reference, before->happened, false});
  return 0;
}

}  // namespace

Result<int> add_what_is_known(sdk::Input& input, Ledger& ledger, const About& about) {
  TRY(const bool known, is_known(ledger, about));
  if (!known) return 0;
  for (const std::string& name : names_of(about)) ledger.set("abuse/" + name, Bytes("yes"));
  for (sdk::TypedEvent& event : input.events) {
    if (event.kind != Kind::CourtOutcome || says_so(*event.message)) continue;
    auto message = std::make_shared<v1::CourtOutcome>(static_cast<const v1::CourtOutcome&>(*event.message));
    message->mutable_outcome()->set_abuse_case(true);
    event.message = std::move(message);
  }
  return 0;
}

Result<int> tell_of_abuse(sdk::Input& input, Ledger& ledger, const About& about) {
  TRY(const bool known, is_known(ledger, about));
  std::vector<std::string> unmarked;
  for (const sdk::TypedEvent& event : input.events) {
    if (event.kind == Kind::CourtOutcome && !says_so(*event.message)) unmarked.push_back(event.reference);
  }
  if (!known && !unmarked.empty()) {
    for (const std::string& name : finds_by(about)) TRY_VOID(ledger.add_to("unmarked/" + name, unmarked));
  }
  if (!known) return 0;
  for (const std::string& name : names_of(about)) {
    TRY(const auto before, ledger.list("unmarked/" + name));
    for (const std::string& reference : before) TRY_VOID(correct(input, ledger, reference));
    if (!before.empty()) ledger.clear("unmarked/" + name);
  }
  return 0;
}

}  // namespace concordat::courts
