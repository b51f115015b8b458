// The ledger can say no: a log that a run left behind is falsified in one place, sealed and chained anew, and has to be refused for that.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>

#include "tests/sim/simulator.h"

namespace concordat::sim {
namespace {

using broker::OpenedRecord;
using wire::EventAccepted;
using wire::HandedOver;

constexpr std::uint64_t kSeedsMax = 80;
constexpr DeskNumber kNobody{99};

/// A run's log, and what is known of it.
struct Story {
  std::vector<OpenedRecord> log;
  Evidence known;
  std::unique_ptr<TapeEvent> twin;

  template <class Body>
  Body* at(std::size_t index) {
    return std::get_if<Body>(&log[index].body);
  }
  /// The first record of a kind for which `fits(index, body)`; one past the end if there is none.
  template <class Body, class Fits>
  std::size_t find(Fits fits, std::size_t from = 0) {
    for (std::size_t i = from; i < log.size(); ++i) {
      if (Body* body = at<Body>(i); body != nullptr && fits(i, *body)) return i;
    }
    return log.size();
  }
  template <class Body, class Change>
  bool change(Change change_it) {
    return find<Body>([&](std::size_t, Body& body) { return change_it(body); }) < log.size();
  }
  wire::RecordedDesk* told(std::size_t index, DeskNumber desk) {
    EventAccepted* event = index < log.size() ? at<EventAccepted>(index) : nullptr;
    if (event == nullptr) return nullptr;
    const auto found = std::find_if(event->desks.begin(), event->desks.end(), [&](const auto& one) { return one.desk == desk; });
    return found == event->desks.end() ? nullptr : &*found;
  }
  std::size_t first_hand_over(DeskNumber desk, std::uint64_t delivery) {
    return find<HandedOver>([&](std::size_t, HandedOver& body) {
      return body.desk == desk && std::any_of(body.items.begin(), body.items.end(), [&](const auto& item) { return item.delivery == delivery; });
    });
  }
  /// A record between two that says nothing to the ledger, so that another can take its place.
  std::size_t room(std::size_t after, std::size_t before) {
    for (std::size_t i = after + 1; i < before && i < log.size(); ++i) {
      if (at<wire::AlarmRaised>(i) != nullptr || at<wire::BatchTaken>(i) != nullptr || at<wire::Started>(i) != nullptr) return i;
    }
    return log.size();
  }
  /// Puts `make(index of the event, desk told)` into such a room between an event and its first hand-over.
  template <class Make>
  bool before_it_goes(Make make) {
    for (std::size_t i = 0; i < log.size(); ++i) {
      const EventAccepted* event = at<EventAccepted>(i);
      if (event == nullptr) continue;
      for (const auto& desk : event->desks) {
        const std::size_t gone = first_hand_over(desk.desk, desk.delivery);
        const std::size_t free = gone == log.size() ? gone : room(i, gone);
        if (free == log.size()) continue;
        log[free].body = make(i, desk);
        return true;
      }
    }
    return false;
  }
  void append(const OpenedRecord& record) {
    const Instant last = log.back().stub.time;
    log.push_back(record);
    log.back().stub.time = last;
  }
  /// Appends an event that was sent and never accepted, for which `fits`.
  template <class Fits>
  bool append_sent(Fits fits) {
    const std::size_t model = find<EventAccepted>([](std::size_t, EventAccepted&) { return true; });
    for (const auto& [digest, event] : known.sent) {
      if (accepted(digest) != 0 || !fits(*event)) continue;
      append(log[model]);
      log.back().stub.event = event->sealed.event;
      log.back().stub.event_digest = digest;
      std::get<EventAccepted>(log.back().body).source = event->source;
      return true;
    }
    return false;
  }
  /// Appends an event that is another's twin in everything but its name.
  bool append_like(std::size_t index) {
    const TapeEvent& truth = *known.sent.at(log[index].stub.event_digest);
    twin = std::make_unique<TapeEvent>(TapeEvent{truth.sealed.clone(), truth.source, truth.facts, truth.known, truth.happened, truth.corrects, truth.withdrawn, truth.offences, truth.names});
    twin->sealed.event.bytes[0] ^= 1;
    Digest digest = log[index].stub.event_digest;
    digest.bytes[0] ^= 1;
    known.sent[digest] = twin.get();
    append(log[index]);
    log.back().stub.event = twin->sealed.event;
    log.back().stub.event_digest = digest;
    return true;
  }
  Sequence accepted(const Digest& digest) {
    const auto found = find<EventAccepted>([&](std::size_t i, EventAccepted&) { return log[i].stub.event_digest == digest; });
    return found == log.size() ? 0 : found + 1;
  }
  bool id_known(const EventId& event) {
    return find<EventAccepted>([&](std::size_t i, EventAccepted&) { return log[i].stub.event == event; }) < log.size();
  }
  /// An event that could be accepted, but for what the lie is about.
  bool sound(const TapeEvent& event) {
    const auto* party = library().cast.directory.party(event.source);
    const bool asserts = std::find(party->asserts.begin(), party->asserts.end(), event.sealed.kind) != party->asserts.end();
    return asserts && !id_known(event.sealed.event) && event.happened <= log.back().stub.time;
  }
  static Library& library() {
    static Library kept;
    return kept;
  }
  static Story of(std::uint64_t seed) {
    Bug none;
    Story story;
    const Report report = simulate(library(), seed, none, nullptr, &story.known);
    EXPECT_EQ(report.violation, "") << seed;
    story.log = story.known.records;
    return story;
  }
  /// What the ledger says of it, sealed anew; `spoil` may touch the rows after that.
  std::string read(const std::function<void(std::vector<store::Row>&)>& spoil = {}) const {
    test::MemoryKeys keys(1);
    test::DiceEntropy entropy(1);
    broker::Protector protector(test::kBroker, keys, entropy, {});
    store::MemoryDisk disk;
    for (std::size_t i = 0; i < log.size(); ++i) {
      const wire::Stub& stub = log[i].stub;
      disk.rows.push_back(*protector.protect({i + 1, stub.time, stub.event, stub.event_digest, stub.bucket, std::make_shared<const wire::Body>(log[i].body), nullptr}));
    }
    if (spoil) spoil(disk.rows);
    Counts counts;
    Known asked;
    asked.counts = &counts;
    asked.cast = &library().cast;
    asked.rules = &library().rules;
    asked.sent = known.sent;
    asked.forms = known.forms;
    asked.answered = [this](DeskNumber desk, std::uint64_t delivery) { return known.answered.contains({desk, delivery}); };
    Ledger ledger(asked);
    std::string wrong = ledger.read(disk, keys);
    return wrong.empty() ? ledger.left_waiting(Instant{}) : wrong;
  }
};

TEST(Ledger, ALogSealedAnewIsStillRight) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) EXPECT_EQ(Story::of(seed).read(), "") << seed;
}

TEST(Ledger, RowsThatAreNotAChainAreRefused) {
  const Story story = Story::of(1);
  EXPECT_THAT(story.read([](auto& rows) { rows.erase(rows.begin() + 7); }), ::testing::HasSubstr("a hole or a stranger"));
  EXPECT_THAT(story.read([](auto& rows) { std::swap(rows[7], rows[8]); }), ::testing::HasSubstr("a hole or a stranger"));
  EXPECT_THAT(story.read([](auto& rows) { rows[7].body.back() = static_cast<char>(rows[7].body.back() ^ 1); }), ::testing::HasSubstr("does not open"));
  EXPECT_THAT(story.read([](auto& rows) {
                auto stub = *wire::Stub::decode(rows[7].stub);
                stub.previous.bytes[0] ^= 1;
                rows[7].stub = stub.encode();
              }),
              ::testing::HasSubstr("the chain is broken"));
}

/// Falsifies the story in one place; false if this story has no such place.
struct Lie {
  const char* words;
  bool (*tell)(Story&);
};

template <class Change>
bool change_event(Story& story, Change change) {
  return story.change<EventAccepted>([&](EventAccepted& body) { return !body.desks.empty() && change(body.desks.front()); });
}
template <class Change>
bool change_item(Story& story, Change change) {
  return story.change<HandedOver>([&](HandedOver& body) { return change(body.items.front()); });
}

constexpr Lie kLies[] = {
    // ---- what is accepted
    {"time went back", [](Story& s) { return s.log.size() > 40 && (s.log[40].stub.time -= std::chrono::hours(1), true); }},
    {"an event that nobody sent",
     [](Story& s) {
       const auto i = s.find<EventAccepted>([](std::size_t, EventAccepted&) { return true; });
       return i < s.log.size() && (s.log[i].stub.event_digest.bytes[0] ^= 1, true);
     }},
    {"under another name", [](Story& s) { return s.change<EventAccepted>([](EventAccepted& body) { return body.source = {9}, true; }); }},
    {"an event is accepted twice",
     [](Story& s) {
       s.append(s.log[s.find<EventAccepted>([](std::size_t, EventAccepted&) { return true; })]);
       return true;
     }},
    {"two events under one id", [](Story& s) { return s.append_sent([&](const TapeEvent& event) { return s.id_known(event.sealed.event); }); }},
    {"asserts what it may not",
     [](Story& s) { return s.append_sent([&](const TapeEvent& event) { return event.source.value == 2 && event.sealed.kind == contract::Kind::Incident && !s.id_known(event.sealed.event); }); }},
    {"a suspended party is heard",
     [](Story& s) {
       OpenedRecord adopted = s.log.back();
       adopted.body = wire::DirectoryAdopted{999, {}, ""};
       s.known.forms[999] = form::kHospitalSuspended;
       s.append(adopted);
       return s.append_sent([&](const TapeEvent& event) { return event.source.value == 2 && s.sound(event); });
     }},
    {"an event of the future", [](Story& s) { return s.append_sent([&](const TapeEvent& event) { return event.happened > s.log.back().stub.time + std::chrono::hours(1) && event.source.value != 2 && !s.id_known(event.sealed.event); }); }},
    {"of what was never accepted", [](Story& s) { return s.append_sent([&](const TapeEvent& event) { return s.sound(event) && event.sealed.revision > 0 && s.accepted(event.corrects) == 0; }); }},
    {"a correction out of order",
     [](Story& s) {
       const auto i = s.find<EventAccepted>([](std::size_t, EventAccepted& body) { return body.corrects != 0; });
       return i < s.log.size() && s.append_like(i);
     }},
    {"corrects another event", [](Story& s) { return s.change<EventAccepted>([](EventAccepted& body) { return body.corrects != 0 && (body.corrects -= 1, true); }); }},
    // ---- who is told
    {"desks and not", [](Story& s) { return s.change<EventAccepted>([](EventAccepted& body) { return !body.desks.empty() && (body.desks.pop_back(), true); }); }},
    {"is told and should not be", [](Story& s) { return change_event(s, [](wire::RecordedDesk& desk) { return desk.desk = kNobody, true; }); }},
    {"is granted other items", [](Story& s) { return change_event(s, [](wire::RecordedDesk& desk) { return desk.granted &= desk.granted - 1, true; }); }},
    {"has grants without a clause", [](Story& s) { return change_event(s, [](wire::RecordedDesk& desk) { return desk.clauses.pop_back(), true; }); }},
    {"is told for another reason", [](Story& s) { return change_event(s, [](wire::RecordedDesk& desk) { return desk.duty = !desk.duty, true; }); }},
    {"has no clock", [](Story& s) { return change_event(s, [](wire::RecordedDesk& desk) { return desk.read_by != Instant{} && (desk.read_by = Instant{}, true); }); }},
    {"has a delivery number twice",
     [](Story& s) {
       return s.change<EventAccepted>([](EventAccepted& body) { return !body.desks.empty() && body.desks.front().delivery > 1 && (body.desks.front().delivery = 1, true); });
     }},
    {"numbers that do not grow",
     [](Story& s) {
       return s.find<EventAccepted>([&](std::size_t i, EventAccepted& body) {
                for (auto& desk : body.desks) {
                  if (s.told(i + 1, desk.desk) != nullptr) return desk.delivery = 1000, true;
                }
                return false;
              }) < s.log.size();
     }},
    {"in a slower lane",
     [](Story& s) {
       return s.change<EventAccepted>([&](EventAccepted& body) {
         for (auto& desk : body.desks) {
           const auto* before = body.corrects == 0 ? nullptr : s.told(body.corrects - 1, desk.desk);
           if (before != nullptr && before->lane < 3) return desk.lane = 3, true;
         }
         return false;
       });
     }},
    // ---- what is handed over
    {"that was not told of it", [](Story& s) { return change_item(s, [&](HandedOver::Item& item) { return item.sequence = s.log.size(), true; }); }},
    {"under another number", [](Story& s) { return change_item(s, [](HandedOver::Item& item) { return item.delivery += 1000, true; }); }},
    {"with more than was decided", [](Story& s) { return change_item(s, [](HandedOver::Item& item) { return item.granted |= std::uint64_t{1} << 63, true; }); }},
    {"without anything to open", [](Story& s) { return change_item(s, [](HandedOver::Item& item) { return item.granted = 0, true; }); }},
    {"with less than the rules allow now", [](Story& s) { return change_item(s, [](HandedOver::Item& item) { return std::popcount(item.granted) > 1 && (item.granted &= item.granted - 1, true); }); }},
    {"with more than the rules allow now",
     [](Story& s) {
       return s.find<HandedOver>([&](std::size_t, HandedOver& body) {
                for (auto& item : body.items) {
                  const auto* told = s.told(item.sequence - 1, body.desk);
                  if (item.narrowed && told != nullptr) return item.granted = told->granted, true;
                }
                return false;
              }) < s.log.size();
     }},
    {"again though it was acknowledged",
     [](Story& s) {
       const auto i = s.find<wire::Acknowledged>([](std::size_t, wire::Acknowledged& body) { return !body.opened.empty(); });
       if (i == s.log.size()) return false;
       const wire::Acknowledged& said = *s.at<wire::Acknowledged>(i);
       OpenedRecord again = s.log[s.first_hand_over(said.desk, said.opened.front())];
       std::erase_if(std::get<HandedOver>(again.body).items, [&](const auto& item) { return item.delivery != said.opened.front(); });
       s.append(again);
       return true;
     }},
    {"though it is parked", [](Story& s) { return s.before_it_goes([](std::size_t, const wire::RecordedDesk& desk) { return wire::Parked{desk.desk, desk.delivery, "A-PARKED"}; }); }},
    {"parks what nobody was told",
     [](Story& s) {
       OpenedRecord parked = s.log.back();
       parked.body = wire::Parked{test::desk::kIdva, 9999, "A-PARKED"};
       s.append(parked);
       return true;
     }},
    {"though a correction took its place",
     [](Story& s) {
       const auto i = s.find<EventAccepted>([&](std::size_t, EventAccepted& body) {
         const auto* original = body.corrects == 0 ? nullptr : s.at<EventAccepted>(body.corrects - 1);
         return original != nullptr && original->corrects == 0 && !original->desks.empty() &&
                s.first_hand_over(original->desks.front().desk, original->desks.front().delivery) == s.log.size();
       });
       if (i == s.log.size()) return false;
       const Sequence original = s.at<EventAccepted>(i)->corrects;
       const wire::RecordedDesk desk = s.at<EventAccepted>(original - 1)->desks.front();
       OpenedRecord late = s.log.back();
       late.body = HandedOver{desk.desk, "", 1, {{desk.delivery, original, desk.granted, false, 1, {}}}, {}, {}};
       s.append(late);
       return true;
     }},
    {"after a later one",
     [](Story& s) {
       const auto first = [&](std::size_t i, const HandedOver& body, const HandedOver::Item& item) {
         return item.attempt == 1 && s.at<EventAccepted>(item.sequence - 1)->corrects == 0 && s.first_hand_over(body.desk, item.delivery) == i &&
                s.told(item.sequence - 1, body.desk) != nullptr;
       };
       return s.find<HandedOver>([&](std::size_t i, HandedOver& body) {
                for (std::size_t n = 0; n + 1 < body.items.size(); ++n) {
                  auto &one = body.items[n], &next = body.items[n + 1];
                  if (!first(i, body, one) || !first(i, body, next)) continue;
                  if (s.at<EventAccepted>(one.sequence - 1)->adapter != s.at<EventAccepted>(next.sequence - 1)->adapter) continue;
                  if (s.told(one.sequence - 1, body.desk)->lane != s.told(next.sequence - 1, body.desk)->lane) continue;
                  return std::swap(one, next), true;
                }
                return false;
              }) < s.log.size();
     }},
    {"before an earlier revision is done",
     [](Story& s) {
       return s.find<EventAccepted>([&](std::size_t i, EventAccepted& body) {
                for (const auto& desk : body.desks) {
                  const auto* before = body.corrects == 0 ? nullptr : s.told(body.corrects - 1, desk.desk);
                  if (before == nullptr || s.first_hand_over(desk.desk, before->delivery) >= i || s.first_hand_over(desk.desk, desk.delivery) == s.log.size()) continue;
                  const auto said = s.find<wire::Acknowledged>(
                      [&](std::size_t, wire::Acknowledged& ack) { return ack.desk == desk.desk && std::erase(ack.opened, before->delivery) > 0; });
                  if (said < s.log.size()) return true;
                }
                return false;
              }) < s.log.size();
     }},
    // ---- what comes back
    {"acknowledges what nobody was told", [](Story& s) { return s.change<wire::Acknowledged>([](wire::Acknowledged& body) { return body.opened.push_back(9999), true; }); }},
    {"acknowledges what was never handed over", [](Story& s) { return s.before_it_goes([](std::size_t, const wire::RecordedDesk& desk) { return wire::Acknowledged{desk.desk, "", {desk.delivery}, {}}; }); }},
    {"acknowledges what the desk never answered for", [](Story& s) { return s.known.answered.clear(), true; }},
    {"progress by a desk that was not told", [](Story& s) { return s.change<wire::ProgressMade>([](wire::ProgressMade& body) { return body.desk = kNobody, true; }); }},
    {"progress by a machine", [](Story& s) { return s.change<wire::ProgressMade>([](wire::ProgressMade& body) { return body.state = 2, true; }); }},
    // ---- deadlines
    {"escalates what nobody missed", [](Story& s) { return s.change<wire::Escalated>([](wire::Escalated& body) { return body.missed_by = kNobody, true; }); }},
    {"escalates before its time",
     [](Story& s) {
       return s.before_it_goes([](std::size_t event, const wire::RecordedDesk& desk) {
         wire::Escalated early;
         early.sequence = event + 1;
         early.missed_by = desk.desk;
         return early;
       });
     }},
    {"or had been escalated",
     [](Story& s) {
       const auto i = s.find<wire::Escalated>([](std::size_t, wire::Escalated&) { return true; });
       return i < s.log.size() && (s.append(s.log[i]), true);
     }},
    // ---- registrations
    {"decides again and tells", [](Story& s) { return s.change<wire::Reconsidered>([](wire::Reconsidered& body) { return !body.desks.empty() && (body.desks.pop_back(), true); }); }},
    {"decides again: desk", [](Story& s) { return s.change<wire::Reconsidered>([](wire::Reconsidered& body) { return !body.desks.empty() && (body.desks.front().granted &= body.desks.front().granted - 1, true); }); }},
    {"decides again on what does not wait",
     [](Story& s) {
       const auto overtaken = [&](Sequence event) {
         const auto withheld = s.find<wire::Withheld>([&](std::size_t, wire::Withheld& body) { return body.sequence == event; });
         const auto parked = s.find<wire::Parked>([](std::size_t, wire::Parked& body) { return body.code == code::kNoClause.name; });
         return withheld < s.log.size() || parked < s.log.size();
       };
       const auto i = s.find<wire::Reconsidered>([&](std::size_t, wire::Reconsidered& body) { return !overtaken(body.sequence); });
       return i < s.log.size() && (s.append(s.log[i]), true);
     }},
    {"decides again for another than is registered", [](Story& s) { return s.change<wire::Reconsidered>([](wire::Reconsidered& body) { return body.state.registered == 3 && (body.state.registered = 2, true); }); }},
    {"is told to another than is registered", [](Story& s) { return s.change<EventAccepted>([](EventAccepted& body) { return body.state.registered == 2 && (body.state.registered = 3, true); }); }},
    {"was told to one and is another's now, and nobody looks",
     [](Story& s) {
       const auto i = s.find<wire::Reconsidered>([&](std::size_t, wire::Reconsidered& body) {
         const auto* event = s.at<EventAccepted>(body.sequence - 1);
         return body.state.registered == 3 && event != nullptr && event->unmatched_due == Instant{} && event->state.registered == 2;
       });
       return i < s.log.size() && (s.log.resize(i), true);
     }},
    {"which has it, was not warned", [](Story& s) { return s.change<wire::AlarmRaised>([](wire::AlarmRaised& body) { return body.code == code::kDoubted.name && (body.code = code::kUnread.name, true); }); }},
    {"warns of what is not in doubt",
     [](Story& s) {
       const auto i = s.find<wire::AlarmRaised>([](std::size_t, wire::AlarmRaised& body) { return body.code == code::kDoubted.name; });
       return i < s.log.size() && (s.append(s.log[i]), true);
     }},
    // ---- what somebody ended
    {"withholds for no reason", [](Story& s) { return s.change<wire::Withheld>([](wire::Withheld& body) { return body.code = code::kNoClause.name, true; }); }},
    {"withholds what the rules allow", [](Story& s) { return s.before_it_goes([](std::size_t event, const wire::RecordedDesk& desk) { return wire::Withheld{desk.desk, desk.delivery, event + 1, std::string(code::kEnded.name)}; }); }},
    {"ends what nobody in it has ended",
     [](Story& s) {
       const auto i = s.find<wire::Parked>([](std::size_t, wire::Parked& body) { return body.code == code::kNoClause.name; });
       if (i == s.log.size()) return false;
       const wire::Parked parked = *s.at<wire::Parked>(i);
       const auto event = s.find<EventAccepted>([&](std::size_t, EventAccepted& body) {
         return std::any_of(body.desks.begin(), body.desks.end(), [&](const auto& desk) { return desk.desk == parked.desk && desk.delivery == parked.delivery; });
       });
       if (event == s.log.size()) return false;
       s.log[i].body = wire::Withheld{parked.desk, parked.delivery, event + 1, std::string(code::kEnded.name)};
       return true;
     }},
    {"parks for a person what somebody in it has ended",
     [](Story& s) {
       const auto i = s.find<wire::Withheld>([](std::size_t, wire::Withheld& body) { return body.code == code::kEnded.name; });
       if (i == s.log.size()) return false;
       const wire::Withheld ended = *s.at<wire::Withheld>(i);
       s.log[i].body = wire::Parked{ended.desk, ended.delivery, std::string(code::kNoClause.name)};
       return true;
     }},
    {"waits for a registration when it should not", [](Story& s) { return s.change<EventAccepted>([](EventAccepted& body) { return body.unmatched_due != Instant{} && (body.unmatched_due += std::chrono::minutes(1), true); }); }},
    {"records another area than the registrations say", [](Story& s) { return s.change<EventAccepted>([](EventAccepted& body) { return body.state.registration_residence != 0 && (body.state.registration_residence = 0, true); }); }},
    {"records another crime than the registrations say", [](Story& s) { return s.change<EventAccepted>([](EventAccepted& body) { return body.state.registration_abuse_case == 1 && (body.state.registration_abuse_case = 2, true); }); }},
    {"escalates: desk", [](Story& s) { return s.change<wire::Escalated>([](wire::Escalated& body) { return !body.desks.empty() && (body.desks.front().granted &= body.desks.front().granted - 1, true); }); }},
};

class FalsifiedLog : public ::testing::TestWithParam<std::size_t> {};

TEST_P(FalsifiedLog, IsRefusedForWhatWasFalsified) {
  const Lie& lie = kLies[GetParam()];
  for (std::uint64_t seed = 1; seed <= kSeedsMax; ++seed) {
    Story story = Story::of(seed);
    if (!lie.tell(story)) continue;
    EXPECT_THAT(story.read(), ::testing::HasSubstr(lie.words)) << "seed " << seed;
    return;
  }
  FAIL() << "none of the first " << kSeedsMax << " seeds has a place for: " << lie.words;
}

std::string word(const ::testing::TestParamInfo<std::size_t>& info) {
  std::string name = kLies[info.param].words;
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  return name;
}
INSTANTIATE_TEST_SUITE_P(Ledger, FalsifiedLog, ::testing::Range<std::size_t>(0, std::size(kLies)), word);

}  // namespace
}  // namespace concordat::sim
