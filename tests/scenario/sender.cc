// The sending end of a play: see sender.h.
#include "tests/scenario/sender.h"

#include <algorithm>

#include "adapters/sdk/draft.h"
#include "concordat/v1/person.pb.h"
#include "proto/contract/contract.h"
#include "proto/wire/event.h"
#include "tests/scenario/words.h"

namespace concordat::scenario {
namespace {

using contract::Role;

/// "child[1]." of the next person whose first role is this.
std::string next_prefix(std::map<Role, int>& counted, Role role) {
  return std::string(contract::name_of(role)) + "[" + std::to_string(counted[role]++) + "].";
}

Result<int> write_person(sdk::Draft& draft, const std::string& prefix, const std::string& name, const Somebody& somebody, const Lines& also, Instant now) {
  TRY_VOID(draft.set(prefix + "name.given", name));
  const auto path = sdk::person_path(prefix + "name");
  for (std::size_t i = 1; i < somebody.roles.size(); ++i) {
    draft.person(path->role, path->index).add_role(static_cast<v1::Role>(somebody.roles[i]));
  }
  for (const Lines* lines : {&somebody.traits, &also}) {
    for (const std::string& trait : *lines) TRY_VOID(say(draft, prefix, name, traits(), trait, now));
  }
  return 0;
}

/// Order of a play: by role, the case last.
std::uint8_t place_of(std::uint8_t roles) { return roles == 0 ? 0xff : static_cast<std::uint8_t>(roles & -roles); }

std::string name_in(const std::vector<seal::Plain>& plains, std::uint16_t person) {
  for (const seal::Plain& plain : plains) {
    v1::Person said;
    if (plain.label.person != person || plain.label.item != static_cast<std::uint16_t>(contract::Item::Name)) continue;
    if (said.ParseFromString(plain.content) && said.name().given_size() > 0) return said.name().given(0);
  }
  return "number " + std::to_string(person);
}

Naming naming_of(const std::vector<seal::Plain>& plains) {
  Naming naming;
  std::map<std::uint8_t, std::vector<std::uint16_t>> by_roles;
  for (const seal::Plain& plain : plains) {
    auto& known = by_roles[plain.label.roles];
    if (std::find(known.begin(), known.end(), plain.label.person) == known.end()) known.push_back(plain.label.person);
  }
  for (const auto& [roles, people] : by_roles) {
    for (const std::uint16_t person : people) {
      naming.people[person] = roles_in_words(roles) + (people.size() == 1 ? "" : " " + name_in(plains, person));
    }
  }
  return naming;
}

/// What the message holds and the sealed event does not, by roles and item: numbers of people differ between the two.
Result<Lines> kept_home(const sdk::TypedEvent& event, const std::vector<seal::Plain>& sealed) {
  TRY(const std::vector<seal::Plain> whole, contract::split(*event.message, event.happened));
  std::vector<seal::Label> missing;
  for (const seal::Plain& plain : whole) {
    const bool went = std::any_of(sealed.begin(), sealed.end(), [&](const seal::Plain& one) {
      return one.label.roles == plain.label.roles && one.label.item == plain.label.item && one.label.part == plain.label.part;
    });
    if (!went) missing.push_back(plain.label);
  }
  return items_in_words(std::move(missing), naming_of(whole));
}

}  // namespace

std::string roles_in_words(std::uint8_t roles) {
  if (roles == 0) return "case";
  std::string text;
  for (const contract::Word& role : contract::words<Role>()) {
    if ((roles & contract::bit(static_cast<Role>(role.number))) != 0) text += (text.empty() ? "" : "+") + std::string(role.name);
  }
  return text;
}

std::string Naming::of(const seal::Label& label) const {
  const auto found = people.find(label.person);
  return found == people.end() ? roles_in_words(label.roles) : found->second;
}

Lines items_in_words(std::vector<seal::Label> labels, const Naming& naming) {
  std::sort(labels.begin(), labels.end(), [&](const seal::Label& a, const seal::Label& b) {
    return std::tuple(place_of(a.roles), naming.of(a), a.item, a.part) < std::tuple(place_of(b.roles), naming.of(b), b.item, b.part);
  });
  Lines lines;
  std::string whose;
  for (const seal::Label& label : labels) {
    if (label.part != 0) continue;
    const std::string item(contract::name_of(static_cast<contract::Item>(label.item)));
    if (naming.of(label) == whose) {
      lines.back() += ", " + item;
      continue;
    }
    whose = naming.of(label);
    lines.push_back(whose + ": " + item);
  }
  return lines;
}

Result<sdk::TypedEvent> typed(const Written& written, const People& people, Instant now) {
  sdk::Draft draft(written.kind);
  std::map<Role, int> counted;
  for (const Sets& sets : always(written.kind)) TRY_VOID(set(draft, "", "", sets, "", now));
  for (const auto& [name, also] : written.people) {
    const Somebody& somebody = people.find(name)->second;
    TRY_VOID(write_person(draft, next_prefix(counted, somebody.roles.front()), name, somebody, also, now));
  }
  for (const std::string& phrase : written.phrases) TRY_VOID(say(draft, "", "", phrases(written.kind), phrase, now));
  TRY(auto message, draft.finish());
  return sdk::TypedEvent{std::move(message), written.kind, written.reference, written.happened, written.in_bulk};
}

Sender::Sender(const test::Cast& cast, std::string adapter, std::string folder)
    : adapter_(std::move(adapter)), folder_(std::move(folder)), entropy_(contract::code_of_name(adapter_)) {
  publisher_.partnership = cast.directory.partnership;
  publisher_.party = std::string(directory::party_part(adapter_));
  publisher_.system = adapter_;
  publisher_.exchange = cast.exchange.clone();
  publisher_.exchange_epoch = 1;
  publisher_.linkage = cast.linkage.clone();
  publisher_.linkage_epoch = 1;
  publisher_.event_ids = cast.event_ids.clone();
}

Result<int> Sender::forget() {
  keep_.reset();
  std::string path = folder_ + "/" + publisher_.party + std::to_string(++outboxes_) + ".db";
  TRY(keep_, keep::Keep::open(path, *seal::SymmetricKey::from(Bytes(32, 'o')), {}, entropy_));
  return 0;
}

Result<std::vector<seal::Plain>> Sender::open(const keep::Outgoing& outgoing, contract::Kind kind) const {
  TRY(const wire::Event event, wire::decode_event(outgoing.bytes));
  TRY(const wire::Header header, wire::decode_header(event.header));
  const seal::Origin origin{publisher_.partnership, publisher_.party, header.event, header.revision, static_cast<std::uint8_t>(kind),
                            contract::kSchemaVersion, header.exchange_epoch};
  std::vector<seal::Plain> plains;
  for (const seal::Leaf& leaf : event.sealed.leaves) {
    TRY(Bytes content, seal::open(origin, publisher_.exchange, seal::share_of(outgoing.secret, leaf.label), leaf));
    plains.push_back({leaf.label, leaf.facts, std::move(content)});
  }
  return plains;
}

Result<Sent> Sender::seal(const sdk::TypedEvent& event, const directory::Directory& directory, const policy::InForce& agreements, Instant now, bool live) {
  if (keep_ == nullptr) TRY_VOID(forget());
  publisher_.live = live;
  TRY(sdk::Prepared prepared, sealer_.prepare(event, *keep_, directory, agreements, now, "the play"));
  Sent sent;
  sent.fate = prepared.fate;
  keep::Changes changes;
  if (prepared.outgoing) {
    const keep::Outgoing& outgoing = *prepared.outgoing;
    TRY(sent.plains, open(outgoing, event.kind));
    sent.naming = naming_of(sent.plains);
    if (sent.fate != sdk::Fate::Withdrawal) {
      TRY(sent.kept_home, kept_home(event, sent.plains));
    }
    sent.sealed = {event.reference, event.kind, outgoing.event, outgoing.digest, prepared.seen->second.revision, outgoing.bytes, publisher_.party, {}, outgoing.secret.clone()};
    changes.outgoing.push_back(std::move(*prepared.outgoing));
  }
  if (prepared.seen) changes.seen.push_back(std::move(*prepared.seen));
  TRY_VOID(keep_->commit(changes, now));
  return sent;
}

Result<int> Sender::answered(const wire::EventResult& result, Instant now) {
  TRY(const std::vector<keep::Pending> waiting, keep_->waiting(1, wire::kBatchBytesMax));
  if (waiting.empty()) return 0;
  TRY_VOID(keep_->record_batch(waiting[0].sequence, 1, "signed"));
  const bool accepted = result.outcome == wire::Outcome::Accepted || result.outcome == wire::Outcome::Duplicate;
  return keep_->record_results(waiting[0].sequence, {{accepted, result.sequence, result.code, result.detail}}, {}, now);
}

}  // namespace concordat::scenario
