// The partnership of a play: see house.h.
#include "tests/scenario/house.h"

#include <algorithm>
#include <bit>

#include "policy/agreement/in_force.h"
#include "policy/agreement/read.h"
#include "proto/base/invariant.h"
#include "proto/contract/contract.h"
#include "proto/observe/log.h"
#include "proto/text/nearest.h"
#include "tests/scenario/in_words.h"
#include "tests/scenario/words.h"

namespace concordat::scenario {
namespace {

using test::Cast;
using test::SessionId;

/// Nobody reads the logs of a play's programs: what they say to people is in the lines.
class NoSink final : public observe::Sink {
 public:
  void write(observe::Level, std::string_view) override {}
};

std::string short_name(const std::string& desk) { return desk.substr(desk.find('/') + 1); }

template <class Identity>
void give_boxes(Identity& identity, const Cast& cast) {
  if constexpr (requires { identity.boxes; }) identity.boxes = cast.broker_keys();
  else identity.box = {cast.broker_box.secret.clone(), cast.broker_box.open};
}

broker::Identity identity_of(const Cast& cast) {
  broker::Identity identity;
  identity.name = test::kBroker;
  identity.signing = {cast.broker_signing.secret.clone(), cast.broker_signing.verify};
  identity.pseudonyms = *seal::PseudonymKey::from(Bytes(32, 'p'));
  give_boxes(identity, cast);
  return identity;
}

constexpr std::string_view kLanes[] = {"", "urgent", "routine", "bulk"};

}  // namespace

/// A program of a sender or a desk.
struct House::Program final : sdk::Desk {
  std::string word;
  std::string adapter;              // of a sender
  DeskNumber desk;                  // of a desk
  bool online = true;
  bool silent = false;
  bool shut_out = false;
  SessionId session = 0;
  std::size_t reports = 0;          // of this session that were said
  std::size_t refusals = 0;
  sdk::DeskKeys keys;
  sdk::ExchangeKeys exchange;
  NoSink sink;
  SystemClock clock;
  observe::Log log{sink, clock};
  std::unique_ptr<sdk::Reading> reading;
  std::vector<sdk::OpenedEvent> filed;             // of the frame at hand
  std::map<EventId, sdk::OpenedEvent> holds;

  Result<int> file(const sdk::OpenedEvent& event, Instant) override {
    filed.push_back(event);
    return 0;
  }
  Result<int> recall(const wire::Recall&, Instant) override { return 0; }
  Result<int> doubt(const EventId&, const std::string&, Instant) override { return 0; }
};

namespace {
/// "agreement: cheshire-east/marac", which every agreement says of itself.
std::string name_in(const Bytes& agreement) {
  const auto at = agreement.find("\nagreement: ") + 12;
  return agreement.substr(at, agreement.find('\n', at) - at);
}
}  // namespace

House::~House() = default;

House::House(const Bytes& agreement, std::string folder)
    : stage(std::map<std::string, Bytes>{{name_in(agreement), agreement}}), name_(name_in(agreement)), folder_(std::move(folder)), since_(stage.now), identity_(identity_of(stage.cast)) {
  auto kept = keep::Keep::open(folder_ + "/desks.db", *seal::SymmetricKey::from(Bytes(32, 'd')), {}, entropy_);
  INVARIANT(kept.has_value(), "the desks' programs have a file");
  keep_ = *std::move(kept);
  for (const Named& named : senders()) {
    const std::string word(named.word), adapter(named.name);
    senders_.try_emplace(word, stage.cast, adapter, folder_);
    programs_.push_back(std::make_unique<Program>());
    programs_.back()->word = word;
    programs_.back()->adapter = adapter;
  }
  for (const auto& desk : stage.cast.directory.desks) {
    programs_.push_back(std::make_unique<Program>());
    Program& program = *programs_.back();
    const seal::BoxPair& box = stage.cast.desks.at(desk.number);
    program.word = short_name(desk.name);
    program.desk = desk.number;
    program.keys = {desk.name, {box.secret.clone(), box.open}};
    program.exchange.emplace(1, stage.cast.exchange.clone());
    program.reading = std::make_unique<sdk::Reading>(program.keys, program.exchange, program, *keep_, program.log);
  }
  attend_all();
  gather();
  take_lines();
}

// ---- who is there --------------------------------------------------------------------------------------------------------

Result<DeskNumber> House::desk(std::string_view word) const {
  std::vector<std::string_view> right;
  for (const auto& one : programs_) {
    if (one->desk.value == 0) continue;
    if (one->word == word) return one->desk;
    right.push_back(one->word);
  }
  return fail(Fault::Malformed, code::kWord, "`" + std::string(word) + "` is no desk" + text::suggest(word, right));
}

Result<Sender*> House::sender(std::string_view word) {
  const auto found = senders_.find(word);
  if (found != senders_.end()) return &found->second;
  std::vector<std::string_view> right;
  for (const Named& named : senders()) right.push_back(named.word);
  return fail(Fault::Malformed, code::kWord, "`" + std::string(word) + "` is no sender" + text::suggest(word, right));
}

std::string House::word_of(DeskNumber desk) const {
  for (const auto& one : programs_) {
    if (one->desk == desk) return one->word;
  }
  return "desk " + std::to_string(desk.value);
}

House::Program& House::program(std::string_view word) {
  const auto found = std::find_if(programs_.begin(), programs_.end(), [&](const auto& one) { return one->word == word; });
  INVARIANT(found != programs_.end(), "the play's programs are those of the cast");
  return **found;
}
House::Program& House::program(DeskNumber desk) { return program(word_of(desk)); }

void House::attend(Program& program) {
  const bool there = program.session != 0 && !stage.closed(program.session);
  if (there || !program.online) return;
  program.reports = program.refusals = 0;
  program.session = program.desk.value == 0 ? stage.connect(program.adapter) : stage.connect(program.desk, 0);
  if (stage.closed(program.session)) return;
  program.shut_out = false;
  if (program.desk.value == 0) return;
  const auto welcomes = stage.sent<wire::Welcome>(program.session);
  INVARIANT(!welcomes.empty() && program.reading->hello(directory()).has_value(), "who is not shut out is welcomed");
  const auto out = program.reading->opened(assembler_.welcome(program.session, welcomes.back(), {}, {}), directory());
  INVARIANT(out.has_value(), "a welcome of this broker opens a session");
  acknowledge(program, *out);
}

void House::attend_all() {
  for (const auto& one : programs_) attend(*one);
}

void House::begin_direction() {
  since_ = stage.now;
  attend_all();
  gather();
}

void House::set_online(DeskNumber desk, bool online) {
  Program& one = program(desk);
  one.online = online;
  if (!online && one.session != 0) {
    stage.hang_up(one.session);
    one.session = 0;
  }
  attend(one);
}

void House::set_silent(DeskNumber desk, bool silent) { program(desk).silent = silent; }

// ---- senders -------------------------------------------------------------------------------------------------------------

std::string House::name_of(const EventId& event) const {
  const auto found = sent_.find(event);
  if (found == sent_.end()) return event.none() ? "it" : event.hex();
  const test::Sealed& sealed = found->second.sealed;
  return sealed.reference + (sealed.revision == 0 ? "" : " revision " + std::to_string(sealed.revision));
}

std::string House::in_play(std::string text) const {
  for (const auto& [event, sent] : sent_) {
    const std::string hex = event.hex();
    for (auto at = text.find(hex); at != std::string::npos; at = text.find(hex)) text.replace(at, hex.size(), name_of(event));
  }
  return text;
}

wire::EventResult House::hand_in(const std::string& sender, const Sent& sent) {
  attend(program(sender));
  return stage.send(program(sender).adapter, sent.sealed);
}

void House::say_answer(const std::string& sender, const wire::EventResult& result) {
  if (result.outcome == wire::Outcome::Refused) {
    return say(does(sender, "hear") + ": refused, " + code_in_words(result.code) + " (" + in_play(result.detail) + ")");
  }
  if (result.outcome != wire::Outcome::Accepted && result.outcome != wire::Outcome::Duplicate) return say(does(sender, "hear") + " nothing");
  const auto* entry = stage.state().event(result.sequence);
  const bool anybody = entry != nullptr && !entry->told.empty();
  std::string text = result.outcome == wire::Outcome::Accepted ? "accepted" : "known already, the first answer again: accepted";
  if (entry != nullptr && entry->withdrawn) text += ", and it takes everything back";
  else if (!result.somebody_told && !result.unsaid) text += anybody ? ", and only the fallback desk is told" : ", and nobody is told";
  Lines told;
  for (const std::string& desk : result.told) told.push_back(short_name(desk));
  say(does(sender, "hear") + ": " + text + (told.empty() ? "" : "; told are " + joined(told, "and")));
}

Result<int> House::send(const std::string& word, const Written& written, const People& people, bool live) {
  TRY(Sender* const from, sender(word));
  TRY(const sdk::TypedEvent event, typed(written, people, stage.now));
  TRY(Sent sent, from->seal(event, directory(), *stage.process().core().world().agreements, stage.now, live));
  if (sent.fate == sdk::Fate::Unchanged) {
    say(does(word, "have") + " sent just that before: nothing leaves");
    return 0;
  }
  if (sent.fate == sdk::Fate::KeptHome) {
    say(does(word, "keep") + " " + written.reference + " at home: no clause could release any of it");
    return 0;
  }
  for (const std::string& line : sent.kept_home) say(does(word, "keep") + " at home " + line);
  const EventId id = sent.sealed.event;
  const bool known = sent_.contains(id);
  if (!known) by_reference_[written.reference].push_back(id);
  const wire::EventResult result = [&] {
    if (known) return hand_in(word, sent);  // of another content under the same id: what was sent first stays what is held
    return hand_in(word, sent_.insert_or_assign(id, std::move(sent)).first->second);
  }();
  TRY_VOID(from->answered(result, stage.now));
  say_answer(word, result);
  gather();
  return 0;
}

Result<int> House::send_again(const std::string& word, const std::string& reference) {
  TRY_VOID(sender(word));
  TRY(const EventId event, newest(reference));
  say_answer(word, hand_in(word, sent_.at(event)));
  gather();
  return 0;
}

Result<int> House::forget(const std::string& word) {
  TRY(Sender* const from, sender(word));
  return from->forget();
}

Result<int> House::greet_live(const std::string& word) {
  TRY(Sender* const from, sender(word));
  broker::Opened opened{++strangers_, Cast::client_of(from->adapter()), {}};
  opened.hello.client = opened.client;
  opened.hello.adapter = from->adapter();
  opened.hello.live = true;
  stage.step(std::move(opened));
  const auto refusals = stage.sent<wire::Refusal>(strangers_);
  say(word + (refusals.empty() ? "'s live program is welcomed" : "'s live program is refused: " + code_in_words(refusals.back().code)));
  return 0;
}

Result<EventId> House::newest(const std::string& reference) const {
  const auto found = by_reference_.find(reference);
  if (found != by_reference_.end()) return found->second.back();
  std::vector<std::string_view> right;
  for (const auto& [known, events] : by_reference_) right.push_back(known);
  return fail(Fault::Malformed, code::kWord, "nothing was sent as `" + reference + "`" + text::suggest(reference, right));
}

// ---- desks ---------------------------------------------------------------------------------------------------------------

Result<const sdk::OpenedEvent*> House::opened(DeskNumber desk, const std::string& reference) const {
  TRY_VOID(newest(reference));
  for (const auto& one : programs_) {
    if (one->desk != desk) continue;
    const auto& events = by_reference_.at(reference);
    for (auto event = events.rbegin(); event != events.rend(); ++event) {
      if (const auto held = one->holds.find(*event); held != one->holds.end()) return &held->second;
    }
  }
  return fail(Fault::Malformed, code::kWord, word_of(desk) + " holds nothing of " + reference);
}

Result<int> House::progress(DeskNumber desk, const std::string& reference, contract::ProgressState state, const std::string& reason) {
  TRY(const EventId event, newest(reference));
  const auto held = opened(desk, reference);
  stage.progress(desk, held ? (*held)->header.event : event, state, reason);
  gather();
  return 0;
}

void House::acknowledge(Program& program, std::vector<wire::ToBroker> out) {
  for (wire::ToBroker& message : out) {
    auto arrived = wire::decode_to_broker(wire::encode(message));
    INVARIANT(arrived.has_value(), "what the kit says is of the protocol");
    if (auto* said = std::get_if<wire::Acknowledge>(&*arrived)) stage.step(broker::AcknowledgeArrived{program.session, std::move(*said)});
    if (const auto* credit = std::get_if<wire::Credit>(&*arrived)) stage.step(broker::CreditGiven{program.session, *credit});
  }
}

void House::say_opened(const Program& program, const sdk::OpenedEvent& opened) {
  const EventId& event = opened.header.event;
  const Sent& sent = sent_.at(event);
  if (program.holds.contains(event)) return say(program.word + " is handed " + name_of(event) + " again");
  const auto& decision = opened.decision;
  std::string text = program.word + " is told of " + name_of(event) + ", " + std::string(kLanes[decision.lane & 3]);
  if (decision.fallback) text += ", as the fallback";
  if (decision.escalated) text += ", because another desk missed its time";
  const auto* entry = stage.state().event(decision.sequence);
  const auto* told = entry == nullptr ? nullptr : entry->find(program.desk);
  if (told != nullptr && static_cast<std::size_t>(std::popcount(told->granted)) > decision.grants.size()) text += ", less than was decided";
  say(text);
  for (std::string& line : opened_in_words(opened, sent.naming)) lines_.push_back(std::move(line));
  const auto plains = contract::split(*opened.message, opened.header.time);
  for (const seal::Plain& plain : *plains) {
    const bool true_to_it = std::any_of(sent.plains.begin(), sent.plains.end(), [&](const auto& one) { return one.label == plain.label && one.content == plain.content; });
    if (!true_to_it) lines_.push_back("           NOT WHAT WAS SENT: " + sent.naming.of(plain.label) + " item " + std::to_string(plain.label.item));
  }
}

void House::take_frame(Program& program, const test::Handed& handed) {
  const auto frames = assembler_.frames(handed.hand_over, {});
  INVARIANT(frames.has_value() && !frames->empty(), "what is handed over to an open session can be boxed");
  for (const wire::DeliveryFrame& sent : *frames) {
    const auto arrived = wire::decode_to_client(wire::encode(wire::ToClient(sent)));
    INVARIANT(arrived.has_value(), "what the broker says is of the protocol");
    const auto& frame = std::get<wire::DeliveryFrame>(*arrived);
    program.filed.clear();
    const auto out = program.reading->delivered(frame, directory(), stage.now);
    INVARIANT(out.has_value(), "a frame for this session is taken");
    for (const sdk::OpenedEvent& opened : program.filed) {
      say_opened(program, opened);
      program.holds.insert_or_assign(opened.header.event, opened);
    }
    for (const wire::ToBroker& message : *out) {
      const auto* said = std::get_if<wire::Acknowledge>(&message);
      for (std::size_t i = 0; said != nullptr && i < said->items.size(); ++i) {
        const auto& item = said->items[i];
        if (!item.rejected.empty()) say(program.word + " cannot open " + name_of(item.event) + ": " + item.rejected + ", " + item.reason);
      }
    }
    if (!program.silent) acknowledge(program, *out);
  }
}

// ---- what reaches whom ---------------------------------------------------------------------------------------------------

bool House::open_all() {
  bool any = false;
  for (const auto& one : programs_) {
    if (one->desk.value == 0) continue;
    for (const test::Handed& handed : stage.take(one->desk)) {
      any = true;
      if (handed.session == one->session && !stage.closed(handed.session)) take_frame(*one, handed);
    }
  }
  return any;
}

void House::say_alarms() {
  std::vector<std::pair<std::tuple<std::string, std::string, std::string, Instant>, Lines>> alarms;
  for (const auto& one : programs_) {
    if (one->session == 0) continue;
    for (const wire::Alarm& alarm : stage.sent<wire::Alarm>(one->session)) {
      if (!heard_.insert({one->word, {alarm.code, alarm.event.hex(), alarm.text}, alarm.at}).second) continue;
      const std::tuple said(alarm.code, alarm.event.none() ? "" : " of " + name_of(alarm.event), in_play(alarm.text), alarm.at);
      auto at = std::find_if(alarms.begin(), alarms.end(), [&](const auto& known) { return known.first == said; });
      if (at == alarms.end()) at = alarms.insert(at, {said, {}});
      at->second.push_back(one->word);
    }
  }
  for (const auto& [said, hearers] : alarms) {
    const auto& [code, event, text, at] = said;
    std::string line = "alarm to " + joined(hearers, "and") + event + ": " + code_in_words(code);
    if (!text.empty()) line += " (" + text + ")";
    if (at != stage.now) line += ", raised at " + clock_in_words(at, since_);
    say(line);
  }
}

void House::say_reports(Program& program) {
  const auto reports = stage.sent<wire::Report>(program.session);
  for (; program.reports < reports.size(); ++program.reports) {
    const wire::Report& report = reports[program.reports];
    say(does(program.word, "hear") + " of " + name_of(report.event) + ": " + std::string(contract::name_of(report.state)) + " by " + short_name(report.desk));
  }
  const auto refusals = stage.sent<wire::Refusal>(program.session);
  for (; program.refusals < refusals.size(); ++program.refusals) {
    const wire::Refusal& refusal = refusals[program.refusals];
    if (!refusal.closing) say(program.word + " hears: refused, " + code_in_words(refusal.code) + " (" + in_play(refusal.detail) + ")");
  }
}

void House::say_shut_out() {
  for (const auto& one : programs_) {
    if (one->session == 0 || !stage.closed(one->session) || one->shut_out) continue;
    one->shut_out = true;
    const auto refusals = stage.sent<wire::Refusal>(one->session);
    const std::string why = refusals.empty() ? "" : ": " + code_in_words(refusals.back().code);
    say(one->word + (one->word == "police" ? " are" : " is") + " shut out" + why);
  }
}

void House::gather() {
  while (open_all()) {
  }
  say_shut_out();
  say_alarms();
  for (const auto& one : programs_) {
    if (one->session != 0) say_reports(*one);
  }
  gathered_ = stage.state().applied;
}

// ---- the world -----------------------------------------------------------------------------------------------------------

void House::restart() {
  stage.restart();
  for (const auto& one : programs_) one->session = 0;
  attend_all();
  gather();
}

// As the loops' ticks: to whatever is due, and never further than a clock may step.
void House::wait(Milliseconds time) {
  const Instant until = stage.now + time;
  while (stage.now < until) {
    const auto due = stage.process().core().next_due();
    const Instant next = !due ? until : *due > stage.now ? *due : stage.now + std::chrono::seconds(1);
    stage.now = std::min({until, next, stage.now + std::chrono::minutes(4)});
    stage.step(broker::Tick{});
    if (stage.state().applied != gathered_) gather();
  }
}

namespace {
/// Why the agreement would not be adopted; empty if it would. Without a file there is none in force.
std::string objection(const Bytes& file, const directory::Directory& directory) {
  std::vector<policy::Adopted> set;
  if (!file.empty()) {
    auto agreement = policy::read_agreement("agreement", file);
    if (!agreement) return describe(agreement.error());
    set.push_back({*std::move(agreement), seal::hash(seal::context::kAgreement, file)});
  }
  for (const policy::Finding& finding : policy::check(set, directory)) {
    if (!finding.warning) return std::string(finding.code.name) + " " + finding.message;
  }
  return {};
}
}  // namespace

Result<int> House::fits(const Bytes& agreement) {
  const std::string why = objection(agreement, Cast().directory);
  if (!why.empty()) return fail(Fault::Malformed, code::kMeaning, why);
  return 0;
}

void House::adopt_agreement(const Bytes& file) {
  if (const std::string why = objection(file, directory()); !why.empty()) return say("not adopted: " + why);
  stage.adopt(name_, file);
  gather();
}

void House::adopt_directory(directory::Directory changed) {
  if (const std::string why = objection(agreement(), changed); !why.empty()) return say("not adopted: " + why);
  stage.adopt(std::move(changed));
  attend_all();
  gather();
}

}  // namespace concordat::scenario
