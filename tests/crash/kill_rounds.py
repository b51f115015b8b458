#!/usr/bin/env python3
"""SIGKILL of broker, police adapter and inboxes at random moments while events flow; then everything is started and must settle.

    kill_rounds.py [--rounds N] [--seed S]      the same seed draws the same inputs, victims and pauses

What is checked at the end, from files, the adapter's outbox and the broker's log, by code of its own (inputs.told_of):
acknowledged ⊆ recovered ⊆ attempted, each event once in effect at each desk, in order for each adapter, desk and lane, nothing opened
beyond its clause, store whole, nothing left behind. Each check is then shown to bite on a planted fault.
"""
import argparse
import copy
import dataclasses
import pathlib
import random
import re
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from inputs import incident, told_of  # noqa: E402
from partnership import COUNCIL, Failed, Partnership, explained, shown, wait_until  # noqa: E402
from watch import Watch  # noqa: E402

DESKS = ("idva", "marac", "checs")
VICTIMS = ("broker", "police", *DESKS)
LOST_BEFORE_ALONE = 2  # broker/core/mailbox.h: an entry that took two sessions down rests, and others go first


@dataclasses.dataclass
class Seen:
    """All that was observed, as plain values, so that a fault can be planted in it."""
    attempted: dict     # event: {desk: items} that it must reach
    replaced: set       # events that a later revision replaced
    acknowledged: dict  # event: place in the log, as the adapter was told at any time
    log: list
    outbox: list
    documents: dict     # desk: {event: document}
    history: dict       # desk: {event}
    filed: dict         # desk: how many events its own count says it filed
    arrived: dict       # desk: events in the order of arrival
    explained: dict     # (desk, event): items
    read: set           # (desk, event) that a person read
    check: dict
    undelivered: int


def violations(seen):
    """Everything that does not hold, in words."""
    return [*of_log(seen), *of_desks(seen), *of_order(seen), *of_grants(seen), *of_rest(seen)]


def of_log(seen):
    accepted = [(r["event"], r["record"]) for r in seen.log if r["type"] == "event accepted"]
    recovered = dict(accepted)
    if len(recovered) != len(accepted):
        yield "an event is in the log twice"
    for event, place in seen.acknowledged.items():
        if recovered.get(event) != place:
            yield f"{event} was acknowledged at place {place} and is at {recovered.get(event)}"
    for event in recovered.keys() - seen.attempted.keys():
        yield f"{event} is in the log and was never fed"
    for event in seen.attempted.keys() - recovered.keys():
        yield f"{event} was fed and is not in the log"
    if [r["record"] for r in seen.log] != list(range(1, len(seen.log) + 1)):
        yield "the log has a hole"


def of_desks(seen):
    for desk in DESKS:
        due = {event for event, told in seen.attempted.items() if desk in told}
        there = seen.documents[desk].keys()
        for event in (due - seen.replaced) - there:
            yield f"{desk} must have {event} and has not"
        for event in there - (due - seen.replaced):
            yield f"{desk} has {event} and must not"
        for event in seen.history[desk] - (due & seen.replaced):
            yield f"{desk} has {event} in its history and must not"
        effects = len(there) + len(seen.history[desk])
        answers = [answer for answer in map(Answer.read, seen.log) if answer and answer.desk == desk]
        opened = sum(len(answer.opened) for answer in answers)
        if any(answer.rejected for answer in answers):
            yield f"{desk} rejected an event"
        if not effects == opened == seen.filed[desk]:
            yield f"{desk} has {effects} events, filed {seen.filed[desk]}, acknowledged {opened}"
        for event, document in seen.documents[desk].items():
            if document["event"] != event:
                yield f"{desk} has {document['event']} in a file named {event}"


@dataclasses.dataclass
class Offer:
    """One delivery that the log says was handed to a desk."""
    desk: str
    place: int
    delivery: int

    @staticmethod
    def read(record):
        said = re.fullmatch(rf"\d+ to {COUNCIL}/(\w+) by [^:]+: (.*)", record["what"]) if record["type"] == "handed over" else None
        return [Offer(said[1], int(place), int(delivery)) for place, delivery in re.findall(r"record (\d+) as delivery (\d+)", said[2])] if said else []


@dataclasses.dataclass
class Answer:
    """Deliveries that the log says a desk acknowledged."""
    desk: str
    opened: list
    rejected: int

    @staticmethod
    def read(record):
        said = re.fullmatch(rf"{COUNCIL}/(\w+): \d+ opened(?: \(([\d, ]+)\))?, (\d+) rejected.*", record["what"]) if record["type"] == "acknowledged" else None
        return Answer(said[1], [int(one) for one in re.findall(r"\d+", said[2] or "")], int(said[3])) if said else None


def out_of_turn(seen, desk):
    """Places that may be later than others, by the log: what two sessions were lost with rests, and a correction waits until the desk
    answered for its original. What has not been offered yet has no such excuse."""
    place_of = {r["event"]: r["record"] for r in seen.log if r["type"] == "event accepted"}
    original = {place_of[r["event"]]: int(said[1]) for r in seen.log if r["type"] == "event accepted"
                for said in [re.search(r"corrects record (\d+)", r["what"])] if said}
    tries, opened, excused = {}, set(), set()
    delivery_of = {}
    for record in seen.log:
        for offer in Offer.read(record):
            if offer.desk == desk:
                tries[offer.place] = tries.get(offer.place, 0) + 1
                delivery_of[offer.place] = offer.delivery
        answer = Answer.read(record)
        if answer and answer.desk == desk:
            opened.update(answer.opened)
        if record["record"] in original:
            before = delivery_of.get(original[record["record"]])
            if before is not None and before not in opened:
                excused.add(record["record"])
    return excused | {place for place, count in tries.items() if count > LOST_BEFORE_ALONE}


def of_order(seen):
    for desk in DESKS:
        excused = out_of_turn(seen, desk)
        lane_of = {document["obligations"]["decision"]["place"]: document["obligations"]["lane"] for document in seen.documents[desk].values()}
        arrived = [seen.documents[desk][event]["obligations"]["decision"]["place"] for event in seen.arrived[desk] if event in seen.documents[desk]]
        offered = list(dict.fromkeys(offer.place for record in seen.log for offer in Offer.read(record) if offer.desk == desk))
        yield from backwards(desk, "got", [place for place in arrived if place not in excused], lane_of)
        # First offers have but one excuse: a correction whose original was under way.
        yield from backwards(desk, "was first offered", [p for p in offered if p not in excused or p not in corrections(seen)], lane_of)


def corrections(seen):
    return {r["record"] for r in seen.log if r["type"] == "event accepted" and "corrects record" in r["what"]}


def backwards(desk, what, places, lane_of):
    last = {}
    for place in places:
        lane = lane_of.get(place)
        if lane is None:
            continue  # replaced since: its lane is not on file any more
        if place < last.get(lane, 0):
            yield f"{desk} {what} place {place} after {last[lane]} in lane {lane}"
        last[lane] = place


def of_grants(seen):
    for desk in DESKS:
        for event, document in seen.documents[desk].items():
            due = seen.attempted.get(event, {}).get(desk, set())
            if shown(document) != due:
                yield f"{desk} opened {sorted(shown(document) ^ due)} of {event} otherwise than its clauses say"
            if shown(document) != seen.explained.get((desk, event)):
                yield f"{desk} opened another part of {event} than the broker explains"


def of_rest(seen):
    if any(row["state"] != "accepted" for row in seen.outbox):
        yield "the outbox is not empty"
    if seen.undelivered:
        yield f"{seen.undelivered} deliveries are left in mailboxes"
    if seen.check["chain"] != "whole" or seen.check["records"] < len(seen.log) - 1:
        yield f"the store check says {seen.check}"
    for r in seen.log:
        if r["type"] in ("parked", "event refused"):
            yield f"{r['type']}: {r['what']}"
    made = {(desk, r["event"]) for r in seen.log if r["type"] == "progress made" for desk in DESKS if f"/{desk}," in r["what"]}
    for desk, event in seen.read - made:
        yield f"{event} was read at {desk} and the log does not say so"


class Rounds:
    def __init__(self, partnership, dice):
        self.p = partnership
        self.dice = dice
        self.records = []
        self.revisions = {}
        self.attempted = {}
        self.replaced = set()
        self.acknowledged = {}
        self.read = set()
        self.kills = dict.fromkeys(VICTIMS, 0)

    def attempt(self, record):
        """Writes down what must become of a record that is about to be fed."""
        for ending, told in told_of(record).items():
            reference = record["reference"] + ending
            revision = self.revisions.get(reference, -1) + 1
            self.revisions[reference] = revision
            self.attempted[self.p.event_id(reference, revision)] = told
            if revision > 0:
                self.replaced.add(self.p.event_id(reference, revision - 1))

    def draw_file(self, number):
        file = []
        for n in range(self.dice.randint(1, 4)):
            record = incident(f"R{number}-{n}", self.dice.choice([None, 11, 17, 17]), child=self.dice.random() < 0.4, number=number * 4 + n)
            self.records.append(record)
            file.append(record)
        if self.dice.random() < 0.4:
            record = self.dice.choice(self.records)
            record["victim"]["safe_contact"] = {"mobile": f"07700 900{self.dice.randrange(1000):03d}", "time": [f"round {number}"]}
            if record not in file:
                file.append(record)
        return file

    def somebody_reads(self):
        event = self.dice.choice(sorted(self.p.documents("idva")) or [None])
        if event and self.p.person("idva", "read", event).returncode == 0:
            self.read.add(("idva", event))

    def note_acknowledged(self):
        for row in self.p.outbox():
            if row["state"] == "accepted" and self.acknowledged.setdefault(row["event"], row["place"]) != row["place"]:
                raise Failed(f"{row['event']} was acknowledged at two places")

    def kill_one(self):
        name = self.dice.choice(VICTIMS)
        program = self.p[name]
        if not program.running():
            raise Failed(f"{name} ended by itself with {program.process.returncode}: {program.said.read_text()[-500:]}{self.p.log_of(name)[-1500:]}")
        program.kill()
        self.kills[name] += 1
        self.note_acknowledged()
        time.sleep(self.dice.uniform(0, 0.2))
        program.start()

    def round(self, number):
        file = self.draw_file(number)
        for record in file:
            self.attempt(record)
        self.p.feed(f"{number:06d}.json", file)
        for _ in range(self.dice.randint(1, 3)):
            time.sleep(self.dice.uniform(0, 0.8))
            self.kill_one()
        if self.dice.random() < 0.3:
            self.somebody_reads()

    def settle(self, last):
        self.p.wait_for_broker()
        wait_until("every file is taken", lambda: self.p.taken(f"{last:06d}.json"), 60)
        self.p.wait_for_quiet(60)
        wait_until("what people did is in the log", lambda: not [v for v in of_rest(self.observe({})) if "was read at" in v], 20)

    def observe(self, arrived):
        documents = {desk: self.p.documents(desk) for desk in DESKS}
        history = {desk: {path.stem.split(".")[0] for path in (self.p.of(COUNCIL, desk) / "history").glob("*.json")} for desk in DESKS}
        self.note_acknowledged()
        return Seen(self.attempted, self.replaced, self.acknowledged, self.p.log(), self.p.outbox(), documents, history,
                    {desk: self.p.counters(COUNCIL, desk).get("filed", 0) for desk in DESKS},
                    {desk: [pathlib.Path(name).stem for name in names] for desk, names in arrived.items()}, {}, self.read,
                    self.p.tool("store", "check"), sum(m["undelivered"] for m in self.p.tool("mailbox", "list") if m["being_read"]))

    def explain(self, seen):
        for desk in DESKS:
            for event in seen.documents[desk]:
                seen.explained[desk, event] = explained(self.p.explain(event, desk))
        return seen


def swap_offers(seen, desk):
    """The log says of two urgent events that the later one was offered first."""
    urgent = {document["obligations"]["decision"]["place"] for document in seen.documents[desk].values() if document["obligations"]["lane"] == "urgent"}
    first, last = min(urgent), max(urgent)
    for record in seen.log:
        if record["type"] == "handed over":
            record["what"] = re.sub(rf"record ({first}|{last}) as", lambda said: f"record {first + last - int(said[1])} as", record["what"])


def planted(seen):
    """Name and Seen of every fault that the checks must find."""
    def fault(name, change):
        spoilt = copy.deepcopy(seen)
        change(spoilt)
        return name, spoilt
    desk = next(d for d in DESKS if len(seen.documents[d]) > 1)
    event, other = sorted(seen.documents[desk])[:2]
    accepted = next(i for i, r in enumerate(seen.log) if r["type"] == "event accepted")
    orders = [e for e in seen.arrived[desk] if e in seen.documents[desk]]
    yield fault("a document is gone", lambda s: s.documents[desk].pop(event))
    yield fault("a document is there twice", lambda s: s.documents[desk].update({"f" * 32: s.documents[desk][event]}))
    yield fault("a document is another's", lambda s: s.documents[desk].update({event: s.documents[desk][other]}))
    yield fault("an effect is counted twice", lambda s: s.filed.update({desk: s.filed[desk] + 1}))
    yield fault("an item too many is open", lambda s: s.documents[desk][event]["case"].update(narrative={}))
    yield fault("two arrived in the wrong order", lambda s: s.arrived.update({desk: orders[::-1]}))
    yield fault("two were offered in the wrong order", lambda s: swap_offers(s, desk))
    yield fault("an accepted event left the log", lambda s: s.log.pop(accepted))
    yield fault("an event is in the log twice", lambda s: s.log.append(s.log[accepted]))
    yield fault("an acknowledged event has another place", lambda s: s.acknowledged.update({s.log[accepted]["event"]: 1}))
    yield fault("the outbox holds something", lambda s: s.outbox[0].update(state="sent"))
    yield fault("a step of a person is lost", lambda s: s.read.add(("idva", "e" * 32)))
    yield fault("the chain is broken", lambda s: s.check.update(chain="broken"))


def main():
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--rounds", type=int, default=4)
    words.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    asked = words.parse_args()
    print(f"seed {asked.seed}, {asked.rounds} rounds", flush=True)
    with Partnership("kill-rounds") as p:
        for desk in DESKS:
            p.inbox(desk).mkdir(parents=True, exist_ok=True)
        watch = Watch({desk: p.inbox(desk) for desk in DESKS})
        p.start_all(DESKS)
        rounds = Rounds(p, random.Random(asked.seed))
        for number in range(asked.rounds):
            rounds.round(number)
        rounds.settle(asked.rounds - 1)
        watch.stop()
        seen = rounds.explain(rounds.observe(watch.arrived))
        wrong = violations(seen)
        if wrong:
            raise Failed(f"seed {asked.seed}: " + "\n  ".join(wrong))
        missed = [name for name, spoilt in planted(seen) if not violations(spoilt)]
        if missed:
            raise Failed(f"these faults were planted and not found: {missed}")
        p.stop_all()
        print(f"kills {rounds.kills}; events {len(seen.attempted)}, acknowledged {len(seen.acknowledged)}, documents "
              f"{sum(map(len, seen.documents.values()))}, replaced {len(seen.replaced)}, read {len(seen.read)}, records {len(seen.log)}, "
              f"out of turn by rule {sum(len(out_of_turn(seen, desk)) for desk in DESKS)}; every planted fault was found")


if __name__ == "__main__":
    main()
