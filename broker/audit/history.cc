// audit: what the log says of one event: see history.h.
#include "broker/audit/history.h"

#include "broker/apply/apply.h"

namespace concordat::broker {
namespace {

constexpr std::size_t kStubsAtOnce = 4096;
constexpr std::size_t kBytesAtOnce = std::size_t{4} << 20;

/// Calls `take(stub)` for each record from `first` to `last`; stubs alone are read.
template <class Take>
Result<int> each_stub(const store::Log& log, Sequence first, Sequence last, const Take& take) {
  for (Sequence at = first; at <= last;) {
    TRY(const auto rows, log.read(at, kStubsAtOnce, kBytesAtOnce, store::Parts::Stub));
    if (rows.empty()) break;
    for (const auto& stored : rows) {
      if (stored.row.sequence > last) return 0;
      TRY(const wire::Stub stub, wire::Stub::decode(stored.row.stub));
      TRY_VOID(take(stub));
    }
    at += rows.size();
  }
  return 0;
}

/// The body of a record; nothing if it was erased.
template <class Body>
Result<std::optional<Body>> body_at(const store::Log& log, const std::string& broker, BucketKeys& keys, Sequence sequence) {
  TRY(const auto stored, log.read_one(sequence, store::Parts::Body));
  auto opened = open_row(stored, broker, keys);
  if (!opened && opened.error().code == code::kErased) return std::optional<Body>();
  if (!opened) return tl::unexpected(std::move(opened).error());
  auto* body = std::get_if<Body>(&opened->body);
  if (body == nullptr) return fail(Fault::Corrupt, code::kChain, "record " + std::to_string(sequence) + " is of another type than its stub says");
  return std::optional<Body>(std::move(*body));
}

bool adopts(wire::RecordType type) { return type == wire::RecordType::DirectoryAdopted || type == wire::RecordType::AgreementAdopted; }

}  // namespace

Result<History> history_of(const store::Log& log, const std::string& broker, BucketKeys& keys, const Material& accepted) {
  History history;
  const auto& body = accepted.body;
  history.decisions.push_back({accepted.sequence, accepted.accepted, body.desks, body.state, body.agreements, {}, false});
  TRY_VOID(each_stub(log, accepted.sequence + 1, log.last(), [&](const wire::Stub& stub) -> Result<int> {
    if (stub.type == wire::RecordType::Escalated && stub.event == accepted.event) {
      TRY(auto told, body_at<wire::Escalated>(log, broker, keys, stub.sequence));
      if (told) history.decisions.push_back({stub.sequence, stub.time, std::move(told->desks), std::move(told->state), told->agreements, told->missed_by, told->act});
    } else if (stub.type == wire::RecordType::Reconsidered && stub.event == accepted.event) {
      TRY(auto told, body_at<wire::Reconsidered>(log, broker, keys, stub.sequence));
      if (told) history.decisions.push_back({stub.sequence, stub.time, std::move(told->desks), std::move(told->state), told->agreements, {}, false, true});
    } else if (stub.type == wire::RecordType::HandedOver) {
      TRY(const auto handed, body_at<wire::HandedOver>(log, broker, keys, stub.sequence));
      for (std::size_t i = 0; handed && i < handed->items.size(); ++i) {
        if (handed->items[i].sequence == accepted.sequence) history.handed.push_back({stub.sequence, stub.time, handed->desk, handed->client, handed->items[i], handed->agreements});
      }
    }
    return 0;
  }));
  return history;
}

const World* WorldsOfThen::before(Sequence record, const Digest& agreements) {
  if (agreements == now_.agreements_digest) return &now_;
  if (!worlds_) return nullptr;
  auto found = known_.find(record);
  if (found == known_.end()) found = known_.emplace(record, rebuild(record, agreements)).first;
  return found->second ? &*found->second : nullptr;
}

// What the log adopted before the record, in a state that holds nothing else.
std::optional<World> WorldsOfThen::rebuild(Sequence record, const Digest& agreements) const {
  State adopted;
  const auto read = each_stub(log_, 1, record - 1, [&](const wire::Stub& stub) -> Result<int> {
    if (!adopts(stub.type)) return 0;
    TRY(const auto stored, log_.read_one(stub.sequence, store::Parts::Body));
    TRY(const OpenedRecord opened, open_row(stored, broker_, keys_));
    adopted.applied = stub.sequence - 1;
    return apply(adopted, {stub.sequence, stub.time, stub.event, stub.event_digest}, opened.body);
  });
  if (!read) return std::nullopt;
  auto world = worlds_(adopted);
  if (!world || world->agreements_digest != agreements) return std::nullopt;
  return *std::move(world);
}

}  // namespace concordat::broker
