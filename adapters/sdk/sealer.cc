// Preparing events: numbers of people, minimisation at the source, revision, tokens, seal.
#include "adapters/sdk/sealer.h"

#include <google/protobuf/message.h>

#include <algorithm>
#include <set>

#include "adapters/sdk/draft.h"
#include "concordat/v1/person.pb.h"
#include "proto/contract/contract.h"
#include "proto/contract/derive.h"
#include "proto/contract/identifiers.h"
#include "proto/text/nearest.h"
#include "proto/seal/token_domain.h"
#include "proto/wire/event.h"

namespace concordat::sdk {
namespace {

using contract::Message;

static_assert(static_cast<int>(contract::IdentifierType::AsnOffence) == static_cast<int>(wire::TokenType::AsnOffence), "the two lists are one");

/// Numbers that are random to everybody else and the same at every reading, so that a correction speaks of the same people.
std::map<std::uint32_t, std::uint32_t> numbers_for(const keep::Keep& keep, const std::string& reference, std::size_t people) {
  std::map<std::uint32_t, std::uint32_t> numbers;
  std::set<std::uint32_t> taken{0};
  for (std::uint32_t person = 1; person <= people; ++person) {
    const Digest hash = keep.private_hash("person", Writer().sized(reference).u32(person).bytes());
    auto number = static_cast<std::uint32_t>(hash.bytes[0]) << 8 | hash.bytes[1];
    while (!taken.insert(number).second) number = (number + 1) & 0xffff;
    numbers[person] = number;
  }
  return numbers;
}

std::size_t people_in(const Message& event) {
  const auto* people = event.GetDescriptor()->FindFieldByNumber(1);
  return static_cast<std::size_t>(event.GetReflection()->FieldSize(event, people));
}

/// The largest number that a person of an event bears before renumbering.
std::size_t numbers_in(const Message& event) {
  const auto* people = event.GetDescriptor()->FindFieldByNumber(1);
  std::size_t most = people_in(event);
  for (int at = 0; at < event.GetReflection()->FieldSize(event, people); ++at) {
    const Message& person = event.GetReflection()->GetRepeatedMessage(event, people, at);
    most = std::max<std::size_t>(most, person.GetReflection()->GetUInt32(person, person.GetDescriptor()->FindFieldByName("number")));
  }
  return most;
}

policy::Case case_of(const TypedEvent& event, PartyNumber source, std::span<const seal::Label> labels, const contract::FactSet& facts) {
  policy::Case subject;
  subject.kind = event.kind;
  subject.source = source;
  subject.happened = event.happened;
  subject.labels = labels;
  subject.facts = &facts;
  return subject;
}

/// Whether a clause may make it urgent or mandatory, also one of an agreement that has ended: what nobody renewed must not disappear
/// without a word.
bool may_be_urgent(const policy::Case& subject, const policy::InForce& agreements, const directory::Directory& directory, Instant now) {
  policy::Decision decision;
  policy::decide(subject, {}, agreements, directory, now, decision);
  return decision.urgent_or_mandatory;
}

/// A name that is in no directory bars no desk: better that a person looks at it.
Result<int> check_employers(const Message& event, const directory::Directory& directory) {
  const auto* people = event.GetDescriptor()->FindFieldByNumber(1);
  for (int at = 0; at < event.GetReflection()->FieldSize(event, people); ++at) {
    const auto& person = static_cast<const v1::Person&>(event.GetReflection()->GetRepeatedMessage(event, people, at));
    const std::string& name = person.occupation().works_for();
    if (!person.occupation().has_works_for() || directory.party(std::string_view(name)) != nullptr) continue;
    std::vector<std::string_view> right;
    for (const directory::Party& party : directory.parties) right.push_back(party.name);
    return fail(Fault::Malformed, code::kValue, "works_for names no party of the directory" + text::suggest(name, right));
  }
  return 0;
}

/// What stands for "nothing any more" where a content's hash is kept.
constexpr std::string_view kNoMore = "concordat/withdrawn";

Bytes content_of(const TypedEvent& event) {
  Bytes bytes = event.message->SerializeAsString();
  return Writer().u8(static_cast<std::uint8_t>(event.kind)).u64(static_cast<std::uint64_t>(ms_of(event.happened))).sized(bytes).take();
}

}  // namespace

/// An event taken apart, with only the compartments that leave.
struct Sealer::Ready {
  std::unique_ptr<Message> message;      ///< Its people under their final numbers.
  std::vector<seal::Plain> plains;
  std::vector<contract::FactEntry> event_facts;
  std::size_t kept_home = 0;
  bool releasable = false;
  bool urgent = false;
  bool leaves() const { return releasable || urgent; }
};

Result<Sealer::Ready> Sealer::split(const TypedEvent& event, const keep::Keep& keep, const directory::Directory& directory,
                                    const policy::InForce& agreements, Instant now) const {
  const directory::Party* party = directory.party(publisher_.party);
  if (party == nullptr) return fail(Fault::Refused, code::kClient, publisher_.party + " is not in the directory");
  TRY_VOID(check_employers(*event.message, directory));
  Ready ready;
  ready.message.reset(event.message->New());
  ready.message->CopyFrom(*event.message);
  renumber(*ready.message, numbers_for(keep, event.reference, numbers_in(*event.message)));
  TRY(ready.plains, contract::split(*ready.message, event.happened));
  ready.event_facts = contract::derive_event_facts(event.kind, event.happened, now, event.in_bulk);
  TRY(const contract::FactSet facts, contract::facts_of(ready.event_facts, ready.plains));
  std::vector<seal::Label> labels;
  for (const seal::Plain& plain : ready.plains) labels.push_back(plain.label);
  const policy::Case subject = case_of(event, party->number, labels, facts);
  ready.releasable = policy::releasable(subject, agreements, directory, now);
  ready.urgent = may_be_urgent(subject, agreements, directory, now);
  // What no clause could release stays home, unless a rule may ask for its facts.
  const auto leaves = policy::releasable_labels(subject, agreements, directory, now);
  std::vector<seal::Plain> kept;
  for (std::size_t at = 0; at < ready.plains.size(); ++at) {
    if (leaves[at] || !ready.plains[at].facts.empty()) kept.push_back(std::move(ready.plains[at]));
  }
  ready.kept_home = ready.plains.size() - kept.size();
  ready.plains = std::move(kept);
  return ready;
}

Result<keep::Outgoing> Sealer::seal(const TypedEvent& event, Ready ready, std::uint32_t revision, const Digest& corrects) {
  const bool withdrawn = !ready.leaves();
  wire::EventLeaf leaf;
  leaf.salt = entropy_.id<Digest>();
  leaf.kind = static_cast<std::uint8_t>(event.kind);
  leaf.schema_version = contract::kSchemaVersion;
  if (!withdrawn) leaf.facts = std::move(ready.event_facts);
  if (publisher_.linkage && !withdrawn) {
    for (const contract::Identifier& each : contract::identifiers_of(*ready.message)) {
      const auto type = static_cast<std::uint8_t>(each.type);
      leaf.tokens.push_back({each.person, static_cast<wire::TokenType>(type), publisher_.linkage_epoch,
                             seal::token(*publisher_.linkage, seal::token_domain(publisher_.partnership, type, publisher_.linkage_epoch), each.value)});
    }
  }
  if (leaf.tokens.size() > wire::kTokensMax) return fail(Fault::Malformed, code::kLimit, "more identifiers than an event may carry");
  std::sort(leaf.tokens.begin(), leaf.tokens.end());

  wire::Header header;
  header.live = publisher_.live;
  header.event = seal::event_id(publisher_.event_ids, publisher_.system, event.reference, revision);
  header.source = publisher_.party;
  header.time = event.happened;
  header.revision = revision;
  header.corrects = corrects;
  header.withdrawn = withdrawn;
  header.exchange_epoch = publisher_.exchange_epoch;

  seal::Origin origin;
  origin.partnership = publisher_.partnership;
  origin.agency = publisher_.party;
  origin.event = header.event;
  origin.revision = revision;
  origin.kind = leaf.kind;
  origin.schema_version = leaf.schema_version;
  origin.exchange_epoch = publisher_.exchange_epoch;
  const std::span<const seal::Plain> plains = withdrawn ? std::span<const seal::Plain>{} : std::span<const seal::Plain>(ready.plains);
  TRY(seal::SealedWithSecret sealed, seal::seal_event(origin, publisher_.exchange, wire::encode(leaf), plains, entropy_));

  const wire::Event whole{wire::encode(header), std::move(sealed.event)};
  keep::Outgoing outgoing;
  outgoing.event = header.event;
  outgoing.digest = wire::digest_of(whole);
  outgoing.bytes = wire::encode(whole);
  outgoing.secret = std::move(sealed.secret);
  outgoing.urgent = ready.urgent;
  outgoing.input = {publisher_.system, event.reference};
  if (outgoing.bytes.size() > wire::kEventBytesMax) return fail(Fault::Malformed, code::kLimit, "the event is larger than one may be");
  return outgoing;
}

namespace {

void finish(Prepared& prepared, const keep::InputKey& input, keep::Seen seen, std::string origin) {
  prepared.outgoing->origin = std::move(origin);
  seen.event = prepared.outgoing->event;
  seen.digest = prepared.outgoing->digest;
  prepared.seen.emplace(input, seen);
}

}  // namespace

Result<Prepared> Sealer::prepare(const TypedEvent& event, keep::Keep& keep, const directory::Directory& directory,
                                 const policy::InForce& agreements, Instant now, std::string origin) {
  const keep::InputKey input{publisher_.system, event.reference};
  TRY(const std::optional<keep::Seen> before, keep.seen(input));
  keep::Seen seen;
  seen.content = keep.content_hash(content_of(event));
  const bool published = before && !before->kept_home;
  if (published && before->content == seen.content) return Prepared{Fate::Unchanged, {}, {}, 0};

  TRY(Ready ready, split(event, keep, directory, agreements, now));
  Prepared prepared;
  prepared.compartments_kept_home = ready.kept_home;
  if (!ready.leaves() && !published) {
    if (before && before->content == seen.content) return Prepared{Fate::Unchanged, {}, {}, 0};
    seen.kept_home = true;
    prepared.fate = Fate::KeptHome;
    prepared.seen.emplace(input, seen);
    return prepared;
  }
  seen.revision = published ? before->revision + 1 : 0;
  prepared.fate = !published ? Fate::First : ready.leaves() ? Fate::Correction : Fate::Withdrawal;
  prepared.unreleasable = ready.leaves() && !ready.releasable;
  TRY(prepared.content_came_back, keep.seen_before(input, seen.content));
  TRY(prepared.outgoing, seal(event, std::move(ready), seen.revision, published ? before->digest : Digest{}));
  finish(prepared, input, std::move(seen), std::move(origin));
  return prepared;
}

Result<Prepared> Sealer::withdraw(const NoMore& gone, Instant happened, keep::Keep& keep, std::string origin) {
  const keep::InputKey input{publisher_.system, gone.reference};
  TRY(const std::optional<keep::Seen> before, keep.seen(input));
  keep::Seen seen;
  seen.content = keep.content_hash(kNoMore);
  Prepared prepared;
  if (!before || before->kept_home || before->content == seen.content) return prepared;
  TypedEvent event;
  event.kind = gone.kind;
  event.reference = gone.reference;
  event.happened = happened;
  seen.revision = before->revision + 1;
  prepared.fate = Fate::Withdrawal;
  TRY(prepared.outgoing, seal(event, {}, seen.revision, before->digest));
  finish(prepared, input, std::move(seen), std::move(origin));
  return prepared;
}

}  // namespace concordat::sdk
