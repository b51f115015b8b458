// The simulator: see simulator.h.
#include "tests/sim/simulator.h"

#include <algorithm>

#include "tests/sim/lines.h"
#include "tests/sim/plan.h"
#include "tests/sim/replay.h"

namespace concordat::sim {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using test::BrokerProcess;
using test::Machine;

/// A broker with nothing to do looks at the clock so often.
constexpr Milliseconds kIdle = minutes(4);

class Simulator {
 public:
  Simulator(Library& library, std::uint64_t seed, Bug& bug, std::FILE* watcher, Evidence* evidence)
      : library_(library), bug_(bug), evidence_(evidence), dice_(seed), plan_(dice_), trace_(watcher), schedule_(test::kNight + hours(1)),
        network_(schedule_, trace_, dice_.draw()), machine_(dice_.draw()), disk_(dice_.draw(), plan_.chances, report_.counts) {
    report_.seed = seed;
    network_.counts = &report_.counts;
    watch_.counts = &report_.counts;
    known_.counts = &report_.counts;
    known_.cast = &library.cast;
    known_.rules = &library.rules;
    watch_.violated = [this](std::string what) { violate(std::move(what)); };
    network_.weather = plan_.weather;
    network_.deliver = [this](std::function<broker::Input()> making) {
      inbox_.push_back(std::move(making));
      wake(Milliseconds(1));
    };
    hire();
  }

  Report run() {
    boot();
    for (auto& adapter : adapters_) adapter->begin();
    for (auto& desk : desks_) desk->begin();
    if (plan_.rules_change) schedule_.in(seconds(20), [this] { change_rules(); });
    if (plan_.clock_steps) schedule_.in(minutes(2), [this] { step_clock(); });
    if (plan_.full_disk) schedule_.in(minutes(1), [this] { fill_disk(); });
    schedule_.in(minutes(1), [this] { trouble_clients(); });
    schedule_.in(minutes(3), [this] { retry_parked(); });
    go(schedule_.now() + plan_.faulty);
    if (!ended()) heal();
    if (!ended()) judge();
    report_.trace = trace_.hash();
    return report_;
  }

 private:
  bool ended() const { return !report_.violation.empty(); }
  void violate(std::string what) {
    if (!ended()) report_.violation = std::move(what);
  }
  void go(Instant until) {
    schedule_.run(until, [this] { return ended(); });
  }
  /// The broker's clock.
  Instant now() const { return schedule_.now() + clock_offset_; }
  void say(const std::string& text) { trace_.say(schedule_.now(), text); }

  // ---- the cast of a run

  void hire() {
    for (const char* name : {test::kPolice, test::kHospital, test::kCouncil, test::kCourts, test::kPrisons}) {
      const Tape& tape = library_.tapes.tape(name, dice_.below(kTapesOfAnAdapter));
      for (const TapeEvent& event : tape.events) known_.sent[event.sealed.digest] = &event;
      const auto verifying = [this](broker::SessionId session, const Tape& of, std::size_t batch) {
        const directory::Directory& directory = *process_->core().world().directory;
        return library_.tapes.verified(session, of, batch, directory, forms_.at(directory.version));
      };
      adapters_.push_back(std::make_unique<Adapter>(schedule_, network_, watch_, tape, verifying, dice_.draw()));
    }
    for (const auto& desk : library_.cast.directory.desks) {
      desks_.push_back(std::make_unique<Desk>(schedule_, network_, watch_, desk.number, library_.cast.client_of(desk.number), dice_.draw()));
      Manners& manners = desks_.back()->manners;
      manners.window = static_cast<std::uint32_t>(dice_.between(1, 16));
      manners.silent = dice_.chance(300) ? static_cast<std::uint32_t>(dice_.below(1001)) : 0;
      manners.rejects = dice_.chance(300) ? static_cast<std::uint32_t>(dice_.below(300)) : 0;
      manners.dies = dice_.chance(300) ? static_cast<std::uint32_t>(dice_.below(200)) : 0;
      manners.reads = static_cast<std::uint32_t>(dice_.below(1001));
      manners.acts = static_cast<std::uint32_t>(dice_.below(1001));
    }
    known_.answered = [this](DeskNumber desk, std::uint64_t delivery) {
      const auto found = std::find_if(desks_.begin(), desks_.end(), [&](const auto& one) { return one->number() == desk; });
      return (*found)->answered().contains(delivery);
    };
  }

  // ---- the broker's process

  broker::World world(Paper paper, std::uint64_t version, std::uint32_t form) {
    return bug_.rules(library_, library_.rules.world(paper, version, form), paper, form);
  }
  broker::World world_of(const broker::State& state) {
    const auto agreement = state.agreements.find(kAgreement);
    const Paper paper = agreement == state.agreements.end() ? Paper::None : library_.rules.paper(agreement->second.file);
    return world(paper, std::max<std::uint64_t>(state.directory_version, 1), state.directory_version == 0 ? 0 : forms_.at(state.directory_version));
  }

  void boot() {
    ++starts_;
    process_ = std::make_unique<BrokerProcess>(machine_, disk_, bug_, report_.seed * 1000 + starts_, [this](const broker::State& state) { return world_of(state); },
                                               broker::CoreLimits{plan_.cache_bytes, 64});
    say("broker starts, " + process_->core().state().line());
    compare_with_promises();
    compare(process_->recovered_bytes(), "recovery gives another state than the whole log");
    if (ended()) return;
    report_.counts.add(Happening::FromSnapshot, process_->recovered().from_snapshot != 0 ? 1 : 0);
    report_.counts.add(Happening::Replayed, process_->recovered().replayed);
    network_.broker_started();
    inbox_.push_back([this]() -> broker::Input { return broker::ProcessStarted{test::kBroker, process_->engine().epoch()}; });
    if (process_->core().state().directory_version == 0) inbox_.push_back([this] { return adopt_form(0); });
    if (process_->core().state().agreements.empty()) inbox_.push_back([this] { return adopt_paper(Paper::Whole); });
    wake(Milliseconds(1));
  }

  void die(const std::string& how) {
    say("broker dies " + how);
    report_.counts.add(Happening::Crashes);
    report_.counts.add(Happening::ReadBack, process_->read_back());
    process_->crash();
    process_.reset();
    inbox_.clear();
    network_.broker_died();
    turn_at_.reset();
    schedule_.in(Milliseconds(dice_.between(10, 20'000)), [this] { boot(); });
  }

  bool dies_here(const char* where) {
    if (healed_ || !dice_.chance(plan_.crashes)) return false;
    die(where);
    return true;
  }

  void wake(Milliseconds time) {
    const Instant when = schedule_.now() + time;
    if (turn_at_ && *turn_at_ <= when) return;
    turn_at_ = when;
    schedule_.at(when, [this, when] {
      if (process_ == nullptr || turn_at_ != when) return;
      turn_at_.reset();
      turn();
    });
  }

  // One round of the core loop: some inputs, one step of group commit, what may leave leaves.
  void turn() {
    for (std::uint64_t left = dice_.between(1, 8); left > 0 && !inbox_.empty(); --left) {
      const auto making = std::move(inbox_.front());
      inbox_.pop_front();
      step(making());
      if (ended()) return;
    }
    const auto due = process_->core().next_due();
    if ((due && *due <= now()) || schedule_.now() >= stepped_ + kIdle) step(broker::Tick{});
    if (dies_here("with a group open")) return;
    auto released = process_->pump(now());
    if (!released) return die("as its store says " + std::string(released.error().code.name));
    promise();
    if (ended() || dies_here("with a group in flight")) return;
    for (auto& one : *released) {
      if (one.needs > process_->engine().last()) return violate("an effect left before its record was durable");
      route(std::move(one.effect));
      if (dies_here("between two effects")) return;
    }
    if (plan_.snapshots && dice_.chance(20)) process_->snapshot();
    if (dice_.chance(10) && process_->appender().idle()) compare_live_with_replay();
    sleep();
  }

  void step(broker::Input input) {
    stepped_ = schedule_.now();
    const Sequence before = process_->core().state().applied;
    process_->step(std::move(input), now());
    say("step " + std::to_string(before) + " to " + std::to_string(process_->core().state().applied));
  }

  void sleep() {
    if (!inbox_.empty()) return wake(Milliseconds(dice_.between(1, 4)));
    if (!process_->appender().idle()) {
      // A store that stands still is asked ever less often, so that waiting for it costs little.
      const Sequence durable = process_->appender().durable().sequence;
      standing_ = durable == stood_at_ ? standing_ + 1 : 0;
      stood_at_ = durable;
      return wake(Milliseconds(dice_.between(1, 4)) * (1 << std::min(standing_ / 16, 8u)));
    }
    const auto due = process_->core().next_due();
    Milliseconds time = healed_ ? kIdle : seconds(30);
    if (due) time = std::clamp(std::chrono::duration_cast<Milliseconds>(*due - now()), Milliseconds(1), time);
    overdue_ = due && *due <= now() ? overdue_ + 1 : 0;
    wake(time * (1 << std::min(overdue_, 12u)));
  }

  void route(broker::Effect effect) {
    if (const auto* close = std::get_if<broker::CloseSession>(&effect)) return network_.close(close->session);
    const auto to = std::visit(
        [](const auto& one) -> broker::SessionId {
          if constexpr (requires { one.session; }) return one.session;
          else return 0;
        },
        effect);
    say("effect " + std::to_string(effect.index()) + " to session " + std::to_string(to));
    if (to != 0) network_.send(to, std::move(effect));
  }

  // ---- what must never be lost

  void promise() {
    const wire::LogMark& durable = process_->appender().durable();
    if (durable.sequence > machine_.disk.rows.size()) return violate("what is called durable is not on the disk");
    for (Sequence at = promised_.size() + 1; at <= durable.sequence; ++at) promised_.push_back(machine_.disk.rows.at(at - 1).stub);
    if (dice_.chance(100)) machine_.checkpoint = durable;
  }

  void compare_with_promises() {
    if (machine_.disk.rows.size() < promised_.size()) return violate("records that were durable are gone");
    for (std::size_t i = 0; i < promised_.size(); ++i) {
      if (machine_.disk.rows[i].stub != promised_[i]) return violate("a record that was durable is another");
    }
  }

  void compare(const Bytes& state, const char* wrong) {
    if (ended()) return;
    if (std::string broken = replay_.catch_up(machine_.disk, machine_.keys); !broken.empty()) return violate(std::move(broken));
    if (state != replay_.bytes()) violate(wrong);
  }
  void compare_live_with_replay() { compare(process_->core().state().encode(), "the live state is another than the log's"); }

  // ---- trouble

  broker::Input adopt_form(std::uint32_t form) {
    const broker::State& state = process_->core().state();
    const std::uint64_t version = state.directory_version + 1;
    forms_[version] = known_.forms[version] = form;
    const auto agreement = state.agreements.find(kAgreement);
    const Paper paper = agreement == state.agreements.end() ? Paper::None : library_.rules.paper(agreement->second.file);
    broker::World next = world(paper, version, form);
    wire::DirectoryAdopted record{version, library_.rules.directory(version, form)->digest, "bundle"};
    return broker::AdoptDirectory{std::move(next), std::move(record), "operator"};
  }
  broker::Input adopt_paper(Paper paper) {
    const broker::State& state = process_->core().state();
    const std::uint64_t version = std::max<std::uint64_t>(state.directory_version, 1);
    const auto known = state.agreements.find(kAgreement);
    const std::uint32_t number = known == state.agreements.end() ? 1 : known->second.version + 1;
    return broker::AdoptAgreement{world(paper, version, forms_.at(version)), test::adopted(kAgreement, number, library_.rules.file(paper)), "operator"};
  }
  void ask(std::function<broker::Input()> making) {
    if (process_ == nullptr) return;
    inbox_.push_back(std::move(making));
    wake(Milliseconds(1));
  }

  void change_rules() {
    if (healed_) return;
    schedule_.in(seconds(dice_.between(10, 240)), [this] { change_rules(); });
    if (dice_.chance(500)) {
      const auto form = static_cast<std::uint32_t>(dice_.chance(400) ? 0 : dice_.below(form::kAll + 1));
      ask([this, form] { return adopt_form(form); });
    } else {
      const auto paper = static_cast<Paper>(dice_.chance(100) ? 0 : dice_.between(1, kPapers - 1));
      ask([this, paper] { return adopt_paper(paper); });
    }
  }
  void step_clock() {
    if (healed_) return;
    clock_offset_ += seconds(dice_.between(0, 1200)) - seconds(600);
    schedule_.in(minutes(dice_.between(1, 10)), [this] { step_clock(); });
  }
  void fill_disk() {
    disk_.full = !disk_.full;
    schedule_.in(seconds(dice_.between(1, 60)), [this] { fill_disk(); });
  }
  void trouble_clients() {
    if (healed_) return;
    schedule_.in(seconds(dice_.between(10, 120)), [this] { trouble_clients(); });
    if (dice_.chance(400)) adapters_[dice_.below(adapters_.size())]->crash();
  }
  void retry_parked() {
    schedule_.in(minutes(dice_.between(2, 6)), [this] { retry_parked(); });
    const DeskNumber desk = desks_[dice_.below(desks_.size())]->number();
    if (!healed_) ask([desk]() -> broker::Input { return broker::RetryParked{desk, 0, "operator"}; });
  }

  void retry_all_parked() {
    for (const auto& desk : desks_) ask([number = desk->number()]() -> broker::Input { return broker::RetryParked{number, 0, "operator"}; });
  }

  // ---- healing, and the demand that everything ends well

  void heal() {
    healed_ = true;
    say("healed");
    network_.weather = Weather{};
    disk_.healed = true;
    for (auto& desk : desks_) desk->manners = {0, 0, 0, desk->manners.reads, desk->manners.acts, 16, true};
    if (process_ == nullptr) go(schedule_.now() + seconds(30));
    for (auto& desk : desks_) desk->reconnect();  // with the credit that lost messages took
    ask([this] { return adopt_form(0); });
    for (int round = 0; round < 40 && !ended() && !quiet(); ++round) {
      retry_all_parked();
      go(schedule_.now() + minutes(2));
    }
    if (!ended() && !quiet()) return violate("no progress after healing: " + unfinished());
    // Every clock runs out: read, acted, escalated or said to be missed.
    for (int hour = 0; hour < 24 * 10 && !ended() && !process_->core().state().deadlines().empty(); ++hour) {
      go(schedule_.now() + hours(1));
      if (!ended()) check_deadlines();
    }
    if (!ended() && !process_->core().state().deadlines().empty()) violate("a deadline is neither met nor escalated");
    go(schedule_.now() + minutes(5));
    if (!ended() && !quiet()) violate("what was escalated is not delivered: " + unfinished());
    // What was withheld waits for a person to try it again, and the last word on consent came after the last such attempt.
    retry_all_parked();
    go(schedule_.now() + minutes(5));
    if (!ended() && !quiet()) violate("what was parked and tried again is not delivered: " + unfinished());
  }

  void check_deadlines() {
    const auto& deadlines = process_->core().state().deadlines();
    if (process_->appender().idle() && !deadlines.empty() && deadlines.begin()->due + minutes(1) < now()) violate("a deadline passed and nothing happened");
  }

  bool quiet() {
    if (process_ == nullptr || !process_->appender().idle() || !inbox_.empty()) return false;
    for (const auto& adapter : adapters_) {
      if (!adapter->done()) return false;
    }
    for (const auto& [desk, mailbox] : process_->core().state().mailboxes) {
      if (mailbox.line().rfind("ready | leased | resting |", 0) != 0) return false;
    }
    return true;
  }
  std::string unfinished() {
    if (process_ == nullptr) return "no broker";
    std::string text;
    for (const auto& adapter : adapters_) text += adapter->progress() + "; ";
    for (const auto& [desk, mailbox] : process_->core().state().mailboxes) text += std::to_string(desk.value) + ": " + mailbox.line() + "; ";
    return text;
  }

  // ---- judgement

  void leave_evidence() {
    for (const store::Row& row : machine_.disk.rows) evidence_->records.push_back(*broker::open_row({row, false}, test::kBroker, machine_.keys));
    evidence_->sent = known_.sent;
    evidence_->forms = known_.forms;
    for (const auto& desk : desks_) {
      for (const auto delivery : desk->answered()) evidence_->answered.emplace(desk->number(), delivery);
    }
  }
  void show_log() {
    for (const store::Row& row : machine_.disk.rows) {
      const auto opened = broker::open_row({row, false}, test::kBroker, machine_.keys);
      if (opened) trace_.show(opened->stub.time, line_of(row.sequence, opened->body));
    }
  }

  void judge() {
    report_.counts.add(Happening::ReadBack, process_->read_back());
    compare_with_promises();
    compare_live_with_replay();
    Replay again;
    if (std::string broken = again.catch_up(machine_.disk, machine_.keys); !broken.empty()) return violate(std::move(broken));
    if (again.bytes() != replay_.bytes()) return violate("two replays of one log differ");
    if (trace_.watched()) show_log();
    if (evidence_ != nullptr) leave_evidence();
    Ledger ledger(known_);
    if (std::string wrong = ledger.read(machine_.disk, machine_.keys); !wrong.empty()) return violate(std::move(wrong));
    if (std::string wrong = ledger.left_waiting(now() - minutes(1)); !wrong.empty()) return violate(std::move(wrong));
    for (const auto& adapter : adapters_) {
      for (const auto& [index, result] : adapter->accepted()) {
        if (ledger.accepted(adapter->tape().events[index].sealed.digest) != result.sequence) violate("an acceptance was given that the log does not know");
      }
    }
    for (const auto& desk : desks_) {
      for (const auto& opening : desk->openings()) {
        if (!ledger.handed(desk->number(), opening.delivery, opening.sequence, opening.granted)) violate("a desk could open what no record says it was handed");
      }
    }
    for (const auto& [desk, mailbox] : process_->core().state().mailboxes) {
      for (const std::uint64_t delivery : mailbox.parked()) {
        const Sequence event = mailbox.find(delivery)->sequence;
        if (ledger.allowed_now(event, desk) == 0) continue;
        violate("delivery " + std::to_string(delivery) + " of record " + std::to_string(event) + " is parked at desk " + std::to_string(desk.value) + ", which may have it");
      }
    }
    say("judged; the log ends with " + (promised_.empty() ? std::string("nothing") : wire::record_hash(promised_.back()).hex()));
  }

  Library& library_;
  Bug& bug_;
  Evidence* evidence_;
  Report report_;
  Dice dice_;
  Plan plan_;
  Trace trace_;
  Schedule schedule_;
  Network network_;
  Machine machine_;
  Disk disk_;
  Watch watch_;
  Known known_;
  std::vector<std::unique_ptr<Adapter>> adapters_;
  std::vector<std::unique_ptr<Desk>> desks_;
  std::unique_ptr<BrokerProcess> process_;
  std::deque<std::function<broker::Input()>> inbox_;
  std::optional<Instant> turn_at_;
  Instant stepped_;
  Sequence stood_at_ = 0;
  unsigned standing_ = 0;  // turns in which the store got no further
  unsigned overdue_ = 0;   // turns after which something was still due
  std::map<std::uint64_t, std::uint32_t> forms_{{1, 0}};
  Replay replay_;
  std::vector<Bytes> promised_;  // stubs: each names the record before it and commits to its body
  Milliseconds clock_offset_{0};
  std::uint64_t starts_ = 0;
  bool healed_ = false;
};

}  // namespace

Report simulate(Library& library, std::uint64_t seed, Bug& bug, std::FILE* watcher, Evidence* evidence) {
  return Simulator(library, seed, bug, watcher, evidence).run();
}

}  // namespace concordat::sim
