// Sessions: see session.h.
#include "adapters/sdk/session.h"

#include <type_traits>
#include <utility>

namespace concordat::sdk {
namespace {

Bytes encode_mark(const wire::SignedMark& seen) {
  return Writer().u64(seen.mark.sequence).raw(seen.mark.hash.view()).u8(static_cast<std::uint8_t>(seen.in)).raw(seen.rest.view()).raw(seen.signature.view()).take();
}

std::optional<wire::SignedMark> decode_mark(ByteView bytes) {
  Reader in(bytes);
  wire::SignedMark seen;
  seen.mark.sequence = in.u64();
  const auto hash = Digest::from(in.raw(Digest::kSize));
  const std::uint8_t signed_in = in.u8();
  const auto rest = Digest::from(in.raw(Digest::kSize));
  const auto signature = seal::Signature::from(in.raw(seal::Signature::kSize));
  if (!in.done() || !hash || !rest || !signature) return std::nullopt;
  seen.mark.hash = *hash;
  seen.in = static_cast<wire::SignedIn>(signed_in);
  seen.rest = *rest;
  seen.signature = *signature;
  return seen;
}

tl::unexpected<Error> wrong(Code code, const char* why) { return fail(Fault::Unauthenticated, code, why); }

void append(Session::Out& out, Session::Out more) {
  for (wire::ToBroker& each : more) out.push_back(std::move(each));
}

}  // namespace

Result<wire::SignedMark> Session::seen() {
  TRY(const std::optional<Bytes> kept, keep_.state(kMarkKey));
  if (!kept) return wire::SignedMark{};
  const auto mark = decode_mark(*kept);
  if (!mark) return fail(Fault::Corrupt, code::kKeep, "the place last seen in the log does not decode");
  return *mark;
}

Result<int> Session::keep_mark(const wire::SignedMark& mark, Instant now) {
  if (mark.mark.sequence <= seen_.mark.sequence) return 0;
  seen_ = mark;
  keep::Changes changes;
  changes.state[std::string(kMarkKey)] = encode_mark(mark);
  return keep_.commit(changes, now);
}

Result<Session::Out> Session::greet(Instant now) {
  wire::Hello hello;
  hello.live = beliefs_.directory().environment == directory::Environment::Live;
  hello.client = terms_.client;
  TRY(seen_, seen());
  hello.seen = seen_;
  hello.directory_version = beliefs_.directory().version;
  hello.outbox_epoch = keep_.epoch();
  hello.next_sequence = keep_.next_sequence();
  if (publishing_ != nullptr) hello.adapter = publishing_->adapter();
  if (reading_ != nullptr) {
    TRY(const wire::Hello::DeskKey desk, reading_->hello(beliefs_.directory()));
    hello.desks.push_back(desk);
  }
  state_ = State::Greeting;
  silent_about_.clear();
  ending_.reset();
  heard_ = now;
  beaten_ = now;
  return Out{std::move(hello)};
}

Result<Session::Out> Session::up(Instant now) {
  down();
  return greet(now);
}

void Session::down() {
  state_ = State::Down;
  if (publishing_ != nullptr) publishing_->closed();
  if (reading_ != nullptr) reading_->closed();
}

Result<Session::Out> Session::receive(const wire::ToClient& message, Instant now) {
  if (state_ == State::Down || ending_) return Out{};
  heard_ = now;
  return std::visit(
      [&](const auto& each) -> Result<Out> {
        using Message = std::decay_t<decltype(each)>;
        constexpr bool at_once = std::is_same_v<Message, wire::Welcome> || std::is_same_v<Message, wire::Refusal> ||
                                 std::is_same_v<Message, wire::DirectoryUpdate> || std::is_same_v<Message, wire::Heartbeat>;
        // Before the welcome has proven the broker nothing else is believed.
        if (!at_once && state_ != State::Open) return wrong(code::kFrame, "a message before the welcome");
        return on(each, now);
      },
      message);
}

Result<Session::Out> Session::on(const wire::Welcome& welcome, Instant now) {
  const directory::Directory& directory = beliefs_.directory();
  if (state_ != State::Greeting) return wrong(code::kFrame, "a second welcome");
  if (welcome.version != wire::kProtocolVersion) return wrong(code::kVersion, "welcome");
  if (welcome.broker != directory.broker.name) return wrong(code::kSender, "the broker has another name than in the directory");
  if (!broker_signed(directory, seal::context::kSession, wire::signed_part(welcome), welcome.signature)) {
    return wrong(code::kProof, "the welcome is not signed by the broker");
  }
  if (seen_.mark.sequence != 0 && (welcome.head.sequence < seen_.mark.sequence || welcome.hash_at_seen != seen_.mark.hash)) {
    return fail(Fault::Corrupt, code::kStale, "seen here: " + std::to_string(seen_.mark.sequence) + ", the broker's head: " + std::to_string(welcome.head.sequence));
  }
  Out out;
  if (publishing_ != nullptr) {
    TRY(const bool renewed, publishing_->opened(welcome));
    if (renewed) return greet(now);
  }
  state_ = State::Open;
  TRY_VOID(keep_mark(wire::signed_mark(welcome), now));
  log_.info("session open", {{"broker", welcome.broker}, {"head", welcome.head.sequence}, {"epoch", welcome.session_epoch}});
  if (reading_ != nullptr) {
    TRY(Out credit, reading_->opened(welcome, directory));
    append(out, std::move(credit));
  }
  TRY_VOID(publish_more(out));
  return out;
}

Result<Session::Out> Session::on(const wire::Results& results, Instant now) {
  if (publishing_ == nullptr) return wrong(code::kFrame, "results, and nothing is published here");
  std::map<std::string, std::optional<Bytes>> state;
  // The place in the log is kept with the answers, in one transaction.
  const bool newer = results.head.sequence > seen_.mark.sequence;
  if (newer) state[std::string(kMarkKey)] = encode_mark(wire::signed_mark(results));
  TRY_VOID(publishing_->answered(results, beliefs_.directory(), state, now));
  if (newer) seen_ = wire::signed_mark(results);
  Out out;
  TRY_VOID(publish_more(out));
  return out;
}

Result<Session::Out> Session::on(const wire::DeliveryFrame& frame, Instant now) {
  if (reading_ == nullptr) return wrong(code::kFrame, "a delivery, and nothing is read here");
  TRY(Out out, reading_->delivered(frame, beliefs_.directory(), now));
  TRY_VOID(keep_mark(wire::signed_mark(frame), now));
  // What is good was filed and is acknowledged; then the session ends, at the next tick.
  if (reading_->broken()) {
    ending_ = *reading_->broken();
    out.emplace_back(wire::Goodbye{});
  }
  return out;
}

Result<Session::Out> Session::on(const wire::Recall& recall, Instant now) {
  if (reading_ == nullptr) return wrong(code::kFrame, "a recall, and nothing is read here");
  return reading_->recalled(recall, now);
}

Result<Session::Out> Session::on(const wire::Alarm& alarm, Instant now) {
  log_.alarm("alarm from the broker", {{"code", alarm.code}, {"event", alarm.event}, {"at", alarm.at}, {"text", alarm.text}});
  keep::Changes changes;
  changes.counted["alarms/" + alarm.code] = 1;
  TRY_VOID(keep_.commit(changes, now));
  TRY_VOID(recorded(alarm, now));
  // What this desk holds was corrected or withdrawn, and the correction is not for it.
  if (reading_ != nullptr && alarm.code == code::kSuperseded.name) return reading_->superseded(alarm, now);
  if (reading_ != nullptr && alarm.code == code::kDoubted.name) return reading_->doubted(alarm, now);
  return Out{};
}

Result<Session::Out> Session::on(const wire::Report& report, Instant now) {
  log_.info("progress of a recipient", {{"event", report.event}, {"desk", report.desk}, {"state", contract::name_of(report.state)}, {"at", report.at}});
  keep::Changes changes;
  changes.counted["reported/" + std::string(contract::name_of(report.state))] = 1;
  TRY_VOID(keep_.commit(changes, now));
  return Out{};
}

Result<Session::Out> Session::on(const wire::DirectoryUpdate& update, Instant now) {
  const auto newer = beliefs_.update(update.bundle);
  if (!newer) {
    // An update that proves nothing changes nothing; what is held stays good.
    log_.error("a directory update was not believed", newer.error());
    return Out{};
  }
  if (!*newer) return Out{};
  keep::Changes changes;
  changes.state[std::string(kDirectoryKey)] = update.bundle;
  TRY_VOID(keep_.commit(changes, now));
  log_.info("directory updated", {{"version", beliefs_.directory().version}});
  Out out;
  if (state_ == State::Open) TRY_VOID(publish_more(out));
  return out;
}

Result<Session::Out> Session::on(const wire::Refusal& refusal, Instant) {
  log_.error("refused by the broker", {{"code", refusal.code}, {"detail", refusal.detail}, {"closing", refusal.closing}});
  // Each mark kept here was verified when it came: either this keep is damaged, or the broker lost records. Both want a person.
  if (refusal.code == code::kUnproven.name) return fail(Fault::Corrupt, code::kUnproven, "record " + std::to_string(seen_.mark.sequence));
  if (refusal.closing) return fail(Fault::Unavailable, code::kClient, "the broker ended the session: " + refusal.code);
  return Out{};
}

Result<Session::Out> Session::on(const wire::Heartbeat& beat, Instant) {
  if (reading_ != nullptr) TRY_VOID(reading_->heard(beat.nonce));
  return Out{};
}

Result<int> Session::publish_more(Out& out) {
  if (publishing_ == nullptr) return 0;
  TRY(std::vector<wire::Publish> batches, publishing_->more(beliefs_.directory()));
  for (wire::Publish& batch : batches) out.emplace_back(std::move(batch));
  return 0;
}

Result<int> Session::tell(const wire::Trouble& trouble, Instant now) {
  if (publishing_ == nullptr) return 0;
  keep::Changes changes;
  changes.state[std::string(kTroubleKey) + trouble.code] = Writer().u32(trouble.count).u64(static_cast<std::uint64_t>(ms_of(trouble.since))).take();
  silent_about_.erase(trouble.code);
  return keep_.commit(changes, now);
}

Result<std::optional<wire::Trouble>> Session::trouble(const std::string& code) {
  TRY(const std::optional<Bytes> kept, keep_.state(std::string(kTroubleKey) + code));
  if (!kept) return std::optional<wire::Trouble>{};
  Reader in(*kept);
  wire::Trouble trouble{code, in.u32(), {}};
  trouble.since = instant_of(static_cast<std::int64_t>(in.u64()));
  return std::optional(std::move(trouble));
}

Result<int> Session::say_troubles(Out& out) {
  if (publishing_ == nullptr) return 0;
  for (const Code& code : kTroubles) {
    if (!silent_about_.insert(std::string(code.name)).second) continue;
    TRY(auto trouble, this->trouble(std::string(code.name)));
    if (trouble) out.emplace_back(std::move(*trouble));
  }
  return 0;
}

/// What the broker says back is in its log. An older one, which it says again for a day, is another.
Result<int> Session::recorded(const wire::Alarm& alarm, Instant now) {
  TRY(const auto trouble, this->trouble(alarm.code));
  if (!trouble || alarm.text != std::to_string(trouble->count) + " since " + to_text(trouble->since)) return 0;
  keep::Changes changes;
  changes.state[std::string(kTroubleKey) + alarm.code] = std::nullopt;
  return keep_.commit(changes, now);
}

Result<int> Session::alarm_locally(Instant now) {
  TRY(const std::optional<Instant> oldest, keep_.oldest_urgent());
  if (!oldest || *oldest + terms_.unaccepted_after > now || (alarmed_ && *alarmed_ + terms_.unaccepted_after > now)) return 0;
  alarmed_ = now;
  log_.error("an urgent event has no acceptance", {{"code", code::kUnaccepted.name}, {"waiting_since", *oldest}});
  return tell({std::string(code::kUnaccepted.name), 1, *oldest}, now);
}

Result<Session::Out> Session::tick(Instant now) {
  TRY_VOID(alarm_locally(now));
  Out out;
  if (state_ == State::Down) return out;
  if (ending_) return tl::unexpected(*std::exchange(ending_, std::nullopt));
  if (heard_ + terms_.silence < now) return fail(Fault::Unavailable, code::kClient, "the broker is silent");
  bool beat = beaten_ + terms_.heartbeat <= now;
  if (state_ == State::Open) {
    TRY_VOID(publish_more(out));
    TRY_VOID(say_troubles(out));
    if (reading_ != nullptr) {
      TRY(Out said, reading_->progress(beats_));
      // What people did is kept, and said again in every session, until a heartbeat behind it is echoed: so one goes with it.
      beat = beat || !said.empty();
      append(out, std::move(said));
    }
  }
  if (beat) {
    beaten_ = now;
    // Numbered through all sessions: an echo says what was said before it, whatever the clock did meanwhile.
    out.emplace_back(wire::Heartbeat{++beats_});
  }
  return out;
}

}  // namespace concordat::sdk
