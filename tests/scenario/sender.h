// The sending end of a play: an event said in a few words becomes the typed message of the contract, and the kit of adapters (adapters/sdk)
// makes of it what it makes of any: a first revision, a correction, a withdrawal, or nothing.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "adapters/sdk/sealer.h"
#include "proto/wire/session.h"
#include "tests/scenario/play.h"
#include "tests/support/draft.h"

namespace concordat::scenario {

/// Somebody of the play's cast.
struct Somebody {
  std::vector<contract::Role> roles;
  Lines traits;
};
using People = std::map<std::string, Somebody, std::less<>>;

/// An event as a play says it.
struct Written {
  std::string reference;
  contract::Kind kind{};
  std::vector<std::pair<std::string, Lines>> people;  ///< Name, and what is said of them in this event alone.
  Lines phrases;
  Instant happened;
  bool in_bulk = false;
};
/// E-WORD for words that the tables do not have.
Result<sdk::TypedEvent> typed(const Written& written, const People& people, Instant now);

/// Somebody's word for a person of a label: "victim", "victim+child", "case"; and of several with the same roles the name too.
struct Naming {
  std::map<std::uint16_t, std::string> people;  ///< By number in the event.
  std::string of(const seal::Label& label) const;
};
std::string roles_in_words(std::uint8_t roles);
/// "victim: name, safe_contact" and so on, a line for each person in the order of roles, the case last.
Lines items_in_words(std::vector<seal::Label> labels, const Naming& naming);

/// What a sender sealed, with what it knows of it.
struct Sent {
  sdk::Fate fate{};
  test::Sealed sealed;                ///< Unless nothing left.
  std::vector<seal::Plain> plains;    ///< What is in it, opened again with the sender's own keys.
  Naming naming;
  Lines kept_home;                    ///< "victim: mental_health": what no clause could release.
};

class Sender {
 public:
  /// `folder` is where its outbox is.
  Sender(const test::Cast& cast, std::string adapter, std::string folder);

  Result<Sent> seal(const sdk::TypedEvent& event, const directory::Directory& directory, const policy::InForce& agreements, Instant now, bool live);
  /// The broker's answer to what was sealed last: refused, it never took effect.
  Result<int> answered(const wire::EventResult& result, Instant now);
  /// The outbox is lost and begins anew: it knows of nothing that it sent.
  Result<int> forget();
  const std::string& adapter() const { return adapter_; }

 private:
  Result<std::vector<seal::Plain>> open(const keep::Outgoing& outgoing, contract::Kind kind) const;

  std::string adapter_;
  std::string folder_;
  int outboxes_ = 0;
  test::DiceEntropy entropy_;
  sdk::Publisher publisher_;
  sdk::Sealer sealer_{publisher_, entropy_};
  std::unique_ptr<keep::Keep> keep_;
};

}  // namespace concordat::scenario
