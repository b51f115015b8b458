// Bugs for the simulator to find: see planted.h.
#include "tests/sim/planted.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "broker/apply/apply.h"
#include "proto/base/invariant.h"

namespace concordat::sim {
namespace {

using broker::Effect;
using broker::Output;
using broker::World;

template <class Kind>
std::vector<Effect> take_out(Output& out) {
  std::vector<Effect> taken;
  std::erase_if(out.effects, [&](Effect& effect) {
    if (!std::holds_alternative<Kind>(effect)) return false;
    taken.push_back(std::move(effect));
    return true;
  });
  return taken;
}

/// Answers the sender before the log is synced.
class AcknowledgesBeforeItIsDurable final : public Bug {
  std::vector<Effect> early(Output& out) override { return take_out<broker::SendResults>(out); }
};

/// Hands over before the record of it is synced.
class HandsOverBeforeItIsDurable final : public Bug {
  std::vector<Effect> early(Output& out) override { return take_out<broker::HandOver>(out); }
};

/// The disk says that it synced and did not.
class SyncsNothing final : public Bug {
  void crashed(test::Machine& machine) override {
    auto& rows = machine.disk.rows;
    rows.resize(rows.size() - std::min<std::size_t>(rows.size(), 5));
    machine.checkpoint.reset();
  }
};

/// An engine between the appender and the true one.
class Between : public store::Engine {
 public:
  void over(store::Engine& engine) { inner_ = &engine; }
  Sequence last() const override { return inner_->last(); }
  Result<std::vector<store::Stored>> read(Sequence first, std::size_t rows, std::size_t bytes, store::Parts parts) const override { return inner_->read(first, rows, bytes, parts); }
  Result<store::Stored> read_one(Sequence sequence, store::Parts parts) const override { return inner_->read_one(sequence, parts); }
  Result<std::optional<store::Snapshot>> snapshot(Sequence at_most) const override { return inner_->snapshot(at_most); }
  bool destroyed(BucketId bucket) const override { return inner_->destroyed(bucket); }
  store::Figures figures() const override { return inner_->figures(); }
  Result<int> verify_files(const store::GoOn& go_on) const override { return inner_->verify_files(go_on); }
  std::unique_ptr<store::Log> view() const override { return inner_->view(); }
  std::uint64_t epoch() const override { return inner_->epoch(); }
  Result<int> append(store::Group group) override { return inner_->append(std::move(group)); }
  std::optional<store::Answer> answer(Milliseconds patience) override { return inner_->answer(patience); }
  Result<int> put_snapshot(Sequence applied, Bytes sealed) override { return inner_->put_snapshot(applied, std::move(sealed)); }
  Sequence snapshot_applied() const override { return inner_->snapshot_applied(); }
  Result<int> drop_snapshots_before(Sequence applied) override { return inner_->drop_snapshots_before(applied); }
  Result<int> destroy_bucket(BucketId bucket) override { return inner_->destroy_bucket(bucket); }

 protected:
  store::Engine* inner_ = nullptr;
};

/// What finds no room on the disk is thrown away and called durable.
class Drops final : public Between {
 public:
  Result<int> append(store::Group group) override {
    const store::Answer lie{group.id, store::Appended::Durable, group.rows.back().sequence};
    auto taken = inner_->append(std::move(group));
    if (!taken) lie_ = lie;
    return 0;
  }
  std::optional<store::Answer> answer(Milliseconds patience) override { return lie_ ? std::exchange(lie_, std::nullopt) : inner_->answer(patience); }

 private:
  std::optional<store::Answer> lie_;
};

class DropsOnFull final : public Bug {
  store::Engine& engine(store::Engine& engine) override {
    drops_.over(engine);
    return drops_;
  }
  Drops drops_;
};

/// An append of which nobody knows what became is taken for done.
class Hopes final : public Between {
 public:
  Result<int> append(store::Group group) override {
    last_ = group.rows.back().sequence;
    return inner_->append(std::move(group));
  }
  std::optional<store::Answer> answer(Milliseconds patience) override {
    auto answer = inner_->answer(patience);
    if (answer && answer->outcome == store::Appended::Unknown) *answer = {answer->group, store::Appended::Durable, last_};
    return answer;
  }

 private:
  Sequence last_ = 0;
};

class TakesUnknownForDurable final : public Bug {
  store::Engine& engine(store::Engine& engine) override {
    hopes_.over(engine);
    return hopes_;
  }
  Hopes hopes_;
};

/// Whoever is handed anything is handed all of it.
class SkipsTheDecision final : public Bug {
  void released(std::vector<Effect>& effects) override {
    for (Effect& effect : effects) {
      auto* hand_over = std::get_if<broker::HandOver>(&effect);
      if (hand_over == nullptr) continue;
      for (auto& offer : hand_over->offers) {
        // A Permitted cannot be made or changed: only by force.
        const_cast<wire::RecordedDesk&>(offer.permitted.grant()).granted = (std::uint64_t{1} << offer.material->body.leaves.size()) - 1;
      }
    }
  }
};

/// Of two events in one frame each is opened with the other's grant.
class DeliversAnothersGrants final : public Bug {
  void released(std::vector<Effect>& effects) override {
    for (Effect& effect : effects) {
      auto* hand_over = std::get_if<broker::HandOver>(&effect);
      if (hand_over == nullptr || hand_over->offers.size() < 2) continue;
      std::swap(hand_over->offers[0].permitted, hand_over->offers[1].permitted);
    }
  }
};

/// Prohibitions are read and not applied.
class IgnoresNever final : public Bug {
  World rules(Library& library, World world, Paper paper, std::uint32_t form) override {
    world.agreements = library.rules.without_never(paper, form);
    return world;
  }
};

/// The rules in force never seem to change, so that nothing is decided again at hand-over.
class ForgetsToDecideAgain final : public Bug {
  World rules(Library&, World world, Paper, std::uint32_t) override {
    world.agreements_digest = {};
    directory::Directory same = *world.directory;
    same.digest = {};
    world.directory = test::share(std::move(same));
    return world;
  }
};

/// Suspension is adopted, recorded and not obeyed.
class ServesTheSuspended final : public Bug {
  World rules(Library& library, World world, Paper paper, std::uint32_t) override { return library.rules.world(paper, world.directory->version, 0); }
};

/// The older rules: an adoption is recorded and has no effect.
class DecidesUnderYesterdaysAgreement final : public Bug {
  World rules(Library& library, World world, Paper, std::uint32_t form) override { return library.rules.world(Paper::Whole, world.directory->version, form); }
};

/// Recovery passes over one type of record.
template <class Forgotten>
class ForgetsOnReplay final : public Bug {
  void recovered(broker::State& state, const store::Log& log, broker::BucketKeys& keys) override {
    state = broker::State{};
    for (Sequence at = 1; at <= log.last(); ++at) {
      const auto opened = broker::open_row(*log.read_one(at, store::Parts::Body), test::kBroker, keys);
      const broker::Applied record{opened->stub.sequence, opened->stub.time, opened->stub.event, opened->stub.event_digest};
      if (std::holds_alternative<Forgotten>(opened->body)) broker::apply_erased(state, record);
      else (void)broker::apply(state, record, opened->body).has_value();
    }
  }
};

/// What was handed over and not acknowledged is not in the mailbox after a crash.
class LosesLeasesInACrash final : public Bug {
  void recovered(broker::State& state, const store::Log&, broker::BucketKeys&) override {
    for (auto& [desk, mailbox] : state.mailboxes) {
      for (std::uint64_t delivery = 1; delivery < mailbox.next_delivery(); ++delivery) {
        const auto* entry = mailbox.find(delivery);
        if (entry != nullptr && entry->handed) mailbox.close(delivery);
      }
    }
  }
};

/// The same event in another session is another event.
class RecognisesNoDuplicate final : public Bug {
  void input(broker::Input& input) override {
    auto* batch = std::get_if<broker::BatchArrived>(&input);
    if (batch == nullptr) return;
    for (auto& item : batch->events) {
      if (item.verified) item.verified->header.event.bytes[0] = static_cast<std::uint8_t>(batch->session);
    }
  }
};

/// Time passes and nothing comes of it.
class WatchesNoClock final : public Bug {
  void input(broker::Input& input) override {
    if (std::holds_alternative<broker::Tick>(input)) input = broker::Closed{0};
  }
};

/// An acknowledgement is heard and not recorded.
class LosesAcknowledgements final : public Bug {
  void input(broker::Input& input) override {
    if (std::holds_alternative<broker::AcknowledgeArrived>(input)) input = broker::Closed{0};
  }
};

/// In a frame the newest comes first.
class OffersTheNewestFirst final : public Bug {
  void output(Output& out) override {
    for (auto& record : out.records) {
      const auto* handed = record.body == nullptr ? nullptr : std::get_if<wire::HandedOver>(record.body.get());
      if (handed == nullptr) continue;
      wire::HandedOver turned = *handed;
      std::reverse(turned.items.begin(), turned.items.end());
      record.body = std::make_shared<const wire::Body>(std::move(turned));
    }
  }
};

/// Hand-overs are recorded under the time of the record before.
class SetsTheClockBack final : public Bug {
  void output(Output& out) override {
    for (auto& record : out.records) {
      if (record.body != nullptr && std::holds_alternative<wire::HandedOver>(*record.body)) record.time -= Milliseconds(1);
    }
  }
};

/// What one desk waits for goes to another's session.
class MixesUpDesks final : public Bug {
  void released(std::vector<Effect>& effects) override {
    broker::HandOver* last = nullptr;
    for (Effect& effect : effects) {
      auto* hand_over = std::get_if<broker::HandOver>(&effect);
      if (hand_over == nullptr) continue;
      if (last != nullptr) std::swap(last->session, hand_over->session);
      last = hand_over;
    }
  }
};

/// A duplicate is answered as if it had been taken now.
class AnswersDuplicatesAnew final : public Bug {
  void released(std::vector<Effect>& effects) override {
    for (Effect& effect : effects) {
      auto* sent = std::get_if<broker::SendResults>(&effect);
      if (sent == nullptr) continue;
      for (auto& result : sent->results.events) result.sequence += result.outcome == wire::Outcome::Duplicate ? 1 : 0;
    }
  }
};

/// One bit in a stored body turns over.
class Flips final : public Between {
 public:
  Result<int> append(store::Group group) override {
    if (group.first % 16 == 1) group.rows.back().body.back() = static_cast<char>(group.rows.back().body.back() ^ 1);
    return inner_->append(std::move(group));
  }
};

class DamagesWhatItStores final : public Bug {
  store::Engine& engine(store::Engine& engine) override {
    flips_.over(engine);
    return flips_;
  }
  Flips flips_;
};

/// What was told to whom is not known any more after a crash, so that a registration that comes late changes nothing.
class ForgetsWhomItTold final : public Bug {
  void recovered(broker::State& state, const store::Log&, broker::BucketKeys&) override { state.cases.pass_time(Instant::max()); }
};

/// Tokens of offences are lost on the way to the decision.
class HearsNoOffence final : public Bug {
  void input(broker::Input& input) override {
    auto* batch = std::get_if<broker::BatchArrived>(&input);
    if (batch == nullptr) return;
    for (auto& item : batch->events) {
      if (item.verified) std::erase_if(item.verified->leaf.tokens, [](const wire::TokenEntry& one) { return one.type == wire::TokenType::AsnOffence; });
    }
  }
};

/// What somebody ended is left for a person to look at.
class ParksWhatEnded final : public Bug {
  void output(Output& out) override {
    for (auto& record : out.records) {
      const auto* ended = record.body == nullptr ? nullptr : std::get_if<wire::Withheld>(record.body.get());
      if (ended == nullptr || ended->code != code::kEnded.name) continue;
      record.body = std::make_shared<const wire::Body>(wire::Parked{ended->desk, ended->delivery, std::string(code::kNoClause.name)});
    }
  }
};

template <class Kind>
std::unique_ptr<Bug> plant() {
  return std::make_unique<Kind>();
}

constexpr Planted kPlanted[] = {
    {"acknowledges before it is durable", 1, "left before its record was durable", plant<AcknowledgesBeforeItIsDurable>},
    {"hands over before it is durable", 1, "left before its record was durable", plant<HandsOverBeforeItIsDurable>},
    {"syncs nothing", 4, "records that were durable are gone", plant<SyncsNothing>},
    {"drops on full", 9, "durable is not on the disk", plant<DropsOnFull>},
    {"takes unknown for durable", 4, "durable is not on the disk", plant<TakesUnknownForDurable>},
    {"damages what it stores", 4, "invariant", plant<DamagesWhatItStores>},
    {"sets the clock back", 6, "time went back", plant<SetsTheClockBack>},
    {"skips the decision", 1, "could open what no record says", plant<SkipsTheDecision>},
    {"delivers another's grants", 1, "could open what no record says", plant<DeliversAnothersGrants>},
    {"mixes up desks", 1, "handed another's delivery", plant<MixesUpDesks>},
    {"ignores never", 2412, "told 1 desks and not 0", plant<IgnoresNever>},
    {"forgets to decide again", 8, "more than the rules allow now", plant<ForgetsToDecideAgain>},
    {"serves the suspended", 13, "a suspended party is heard", plant<ServesTheSuspended>},
    {"decides under yesterday's agreement", 5, "granted other items than the clauses grant", plant<DecidesUnderYesterdaysAgreement>},
    {"offers the newest first", 1, "after a later one", plant<OffersTheNewestFirst>},
    {"forgets acknowledgements on replay", 4, "the live state is another", plant<ForgetsOnReplay<wire::Acknowledged>>},
    {"forgets progress on replay", 5, "the live state is another", plant<ForgetsOnReplay<wire::ProgressMade>>},
    {"forgets hand-overs on replay", 4, "the live state is another", plant<ForgetsOnReplay<wire::HandedOver>>},
    {"forgets escalations on replay", 9, "invariant", plant<ForgetsOnReplay<wire::Escalated>>},
    {"forgets parking on replay", 27, "the live state is another", plant<ForgetsOnReplay<wire::Parked>>},
    {"forgets what was decided again on replay", 7, "invariant", plant<ForgetsOnReplay<wire::Reconsidered>>},
    {"forgets whom it told in a crash", 7, "the live state is another", plant<ForgetsWhomItTold>},
    {"matches nothing by offence", 1, "is told to another than is registered", plant<HearsNoOffence>},
    {"parks what ended", 1, "the live state is another", plant<ParksWhatEnded>},
    {"loses leases in a crash", 4, "the live state is another", plant<LosesLeasesInACrash>},
    {"recognises no duplicate", 1, "an answer is about another event", plant<RecognisesNoDuplicate>},
    {"answers duplicates anew", 1, "another answer than the first", plant<AnswersDuplicatesAnew>},
    {"watches no clock", 3, "no progress after healing", plant<WatchesNoClock>},
    {"loses acknowledgements", 1, "no progress after healing", plant<LosesAcknowledgements>},
};

}  // namespace

namespace {

// Nothing may come back out of it, an exception neither: the parent's tests would be run twice.
[[noreturn]] void run_as_child(Library& library, const Planted& bug, std::uint64_t seed, int out) noexcept {
  if (std::freopen("/dev/null", "w", stderr) == nullptr) ::_exit(3);
  const auto planted = bug.plant();
  const std::string violation = simulate(library, seed, *planted).violation;
  const auto written = ::write(out, violation.data(), violation.size());
  ::_exit(written == static_cast<ssize_t>(violation.size()) ? 0 : 3);
}

}  // namespace

std::span<const Planted> planted() { return kPlanted; }

std::string caught(Library& library, const Planted& bug, std::uint64_t seed) {
  int ends[2];
  INVARIANT(::pipe(ends) == 0, "a pipe to a child");
  const pid_t child = ::fork();
  INVARIANT(child >= 0, "this machine lets us start processes");
  if (child == 0) run_as_child(library, bug, seed, ends[1]);
  ::close(ends[1]);
  std::string how(1024, ' ');
  const auto size = ::read(ends[0], how.data(), how.size());
  how.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  INVARIANT(WIFSIGNALED(status) || WEXITSTATUS(status) == 0, "the child could say what it found");
  if (WIFSIGNALED(status)) return "the process is ended by an invariant";
  return how;
}

}  // namespace concordat::sim
