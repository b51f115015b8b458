// Bugs for the simulator to find: see planted.h.
#include "tests/sim/planted.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "broker/apply/apply.h"

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
  Result<int> verify_files() const override { return inner_->verify_files(); }
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
    state = {};
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

template <class Kind>
std::unique_ptr<Bug> plant() {
  return std::make_unique<Kind>();
}

constexpr Planted kPlanted[] = {
    {"acknowledges before it is durable", 30, plant<AcknowledgesBeforeItIsDurable>},
    {"hands over before it is durable", 30, plant<HandsOverBeforeItIsDurable>},
    {"syncs nothing", 30, plant<SyncsNothing>},
    {"drops on full", 60, plant<DropsOnFull>},
    {"takes unknown for durable", 30, plant<TakesUnknownForDurable>},
    {"skips the decision", 30, plant<SkipsTheDecision>},
    {"delivers another's grants", 60, plant<DeliversAnothersGrants>},
    {"ignores never", 60, plant<IgnoresNever>},
    {"forgets to decide again", 60, plant<ForgetsToDecideAgain>},
    {"serves the suspended", 60, plant<ServesTheSuspended>},
    {"decides under yesterday's agreement", 60, plant<DecidesUnderYesterdaysAgreement>},
    {"forgets acknowledgements on replay", 60, plant<ForgetsOnReplay<wire::Acknowledged>>},
    {"forgets progress on replay", 60, plant<ForgetsOnReplay<wire::ProgressMade>>},
    {"forgets hand-overs on replay", 60, plant<ForgetsOnReplay<wire::HandedOver>>},
    {"loses leases in a crash", 60, plant<LosesLeasesInACrash>},
    {"recognises no duplicate", 30, plant<RecognisesNoDuplicate>},
    {"watches no clock", 30, plant<WatchesNoClock>},
    {"loses acknowledgements", 30, plant<LosesAcknowledgements>},
};

}  // namespace

std::span<const Planted> planted() { return kPlanted; }

bool catches(Library& library, const Planted& bug, std::uint64_t seed) {
  const pid_t child = ::fork();
  if (child == 0) {
    if (std::freopen("/dev/null", "w", stderr) == nullptr) ::_exit(3);
    const auto planted = bug.plant();
    ::_exit(simulate(library, seed, *planted).violation.empty() ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return !WIFEXITED(status) || WEXITSTATUS(status) != 0;
}

}  // namespace concordat::sim
