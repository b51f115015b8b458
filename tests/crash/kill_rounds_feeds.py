#!/usr/bin/env python3
"""SIGKILL of broker, adapters and notify at random moments while a hospital, a court, prisons and a witness care unit send.

    kill_rounds_feeds.py [--rounds N] [--seed S]      the same seed draws the same inputs, victims and pauses

The hospital's engine sends again what was not answered AA, the court posts again what was not answered 202, files lie in folders, and
the notification service drops connections before or after it took a message. Then everything is started and must settle:
feeds_checks.py says what must hold, and each of its checks is shown to bite on a planted fault.
"""
import argparse
import json
import pathlib
import queue
import random
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from cases import Case, given, yesterday  # noqa: E402
from feeds_checks import CLOSED, EITHER, NOT_HERS, TOLD, Seen, planted, violations  # noqa: E402
from partnership import ADAPTERS, POLICE, TO_VICTIMS, Failed, Partnership, wait_until  # noqa: E402

FEEDS = ("registrations", "health", "courts", "hmpps")
VICTIMS = ("broker", *FEEDS, "notify", "notify", "idva")
FATES = ("outcome", "outcome", "release", "both", "at_large", "opted_out", "late_opt_out", "unconsented", "reversed", "pair", "unregistered")
FAILURES = ("drop", "drop-before", "500-after", "garbage", "slow:0.4", "slow:0.4", "slow:0.4", "ok")
FIRST_NUMBER = 100  # 07700 900002 and 900003 are the service's own for failures


class Sender(threading.Thread):
    """Sends one input after the other, each again and again until it is answered as taken."""

    def __init__(self, send, taken):
        super().__init__(daemon=True)
        self.send, self.taken = send, taken
        self.inputs = queue.Queue()
        self.tries = 0
        self.refused = None
        self.start()

    def run(self):
        while True:
            text = self.inputs.get()
            while True:
                self.tries += 1
                answer = self.send(text)
                if answer == self.taken:
                    break
                if answer not in (None, "AE", 503):
                    self.refused = answer
                time.sleep(0.05)
            self.inputs.task_done()

    def unanswered(self):
        return self.inputs.unfinished_tasks


class Rounds:
    def __init__(self, partnership, dice):
        self.p = partnership
        self.dice = dice
        self.engine = Sender(lambda text: partnership.hospital_sends(text, 5), "AA")
        self.court = Sender(lambda text: partnership.court_posts(text, 5), 202)
        self.numbers = 0
        self.files = []
        self.fed, self.news, self.names = {}, {}, {}
        self.to_idva = set()
        self.later = []  # (is it time?, what then)
        self.kills = dict.fromkeys(VICTIMS, 0)

    # ---- inputs, and what must become of each --------------------------------------------------------------------------

    def attempt(self, adapter, reference, revision=0):
        event = self.p.event_id(reference, revision, adapter)
        self.fed[event] = "/".join(ADAPTERS[adapter])
        return event

    def lay(self, adapter, text):
        name = f"{len(self.files):06d}.json"
        self.files.append((adapter, name))
        self.p.feed(name, text, adapter)

    def draw_case(self):
        self.numbers += 1
        return Case(FIRST_NUMBER + self.numbers)

    @staticmethod
    def number_of(case):
        return "44" + case.mobile.replace(" ", "")[1:]

    def register(self, case, *more, offender=None):
        """Registers her; `more`: records of the same file. Gives the event."""
        record = json.loads(case.registration())
        if offender:
            record["offender"] = offender
        self.names[self.number_of(case)] = case.victim
        self.lay("registrations", json.dumps([record, *more]))
        return self.attempt("registrations", case.reference)

    def opt_out(self, case):
        """The record, and the event by which notify has heard of it."""
        self.attempt("registrations", case.reference, 1)
        return json.loads(case.preference(wants_news="no")), self.attempt("registrations", f"{case.reference}/preference")

    def decide(self, case, end, text=None, revision=0):
        self.news[self.attempt("courts", case.outcome, revision)] = (self.number_of(case), end)
        self.names.setdefault(self.number_of(case), case.victim)
        text = text or case.hearing_with_order()
        for _ in range(2 if self.dice.random() < 0.2 else 1):
            self.court.inputs.put(text)

    def move(self, case, name, minute, code, end):
        reference = f"{case.noms}/prison-offender-events.prisoner.released/{yesterday()}T10:{minute}:00.000Z/{code}"
        self.news[self.attempt("hmpps", reference)] = (self.number_of(case), end)
        self.lay("hmpps", case.movement(name))

    def release(self, case):
        self.move(case, "3-release", 20, "NCS", TOLD)

    def escape(self, case):
        self.move(case, "2-at-large", "03", "UAL", "for_a_person")

    def attend(self):
        number = self.numbers + 1000 * len(self.to_idva)
        text = given("health/a04.hl7").replace("9990471223^^^NHS^NH~", "").replace("L0473316", f"L{number:07d}").replace("|H1|", f"|H{number}|")
        text = text.replace("Farrant-Osei", self.draw_case().victim)
        self.to_idva |= {self.attempt("health", f"RBT20/H{number}{of}") for of in ("", "/risk_assessment", "/consent/policing")}
        for _ in range(2 if self.dice.random() < 0.3 else 1):
            self.engine.inputs.put(text)

    # ---- the ways a victim's case goes ---------------------------------------------------------------------------------

    def texted(self, case):
        return any(text["to"] == self.number_of(case) for text in self.p.texts())

    def heard(self, event):
        """Notify has taken down what she said. Not known while the broker is away."""
        try:
            return any(": acted" in record["what"] for record in self.p.records("progress made", event))
        except (Failed, json.JSONDecodeError):
            return False

    def begin(self, fate):
        case = self.draw_case()
        if fate in ("outcome", "both", "reversed"):
            self.in_any_order(lambda: self.register(case), lambda: self.decide(case, TOLD))
        if fate == "both":
            self.later.append((lambda: self.texted(case), lambda: self.release(case)))
        if fate == "reversed":
            self.later.append((lambda: self.texted(case), lambda: self.decide(case, "reversed_after_telling", case.hearing_without_order(), 1)))
        if fate in ("release", "at_large"):
            self.in_any_order(lambda: self.register(case), lambda: self.release(case) if fate == "release" else self.escape(case))
        if fate == "unconsented":
            self.register(case, json.loads(case.consent("withdrawn")))
            event = self.attempt("registrations", f"{case.reference}/consent/informed")
            self.later.append((lambda: self.heard(event), lambda: self.decide(case, CLOSED)))
        if fate == "opted_out":
            record, event = self.opt_out(case)
            self.register(case, record)
            self.later.append((lambda: self.heard(event), lambda: self.decide(case, CLOSED)))
        if fate == "late_opt_out":
            self.in_any_order(lambda: self.register(case, self.opt_out(case)[0]), lambda: self.decide(case, EITHER))
        if fate == "pair":
            self.begin_pair(case, self.draw_case())
        if fate == "unregistered":
            self.decide(case, NOT_HERS)

    def begin_pair(self, case, other):
        """Two victims of one man, each of an offence of her own; one offence is decided."""
        offender = json.loads(case.registration())["offender"]
        hearing = json.loads(case.hearing_with_order())
        hearing["hearing"]["prosecutionCases"][0]["defendants"][0]["offences"].pop()
        self.register(other, offender={**offender, "offences": [2]})
        self.in_any_order(lambda: self.register(case, offender={**offender, "offences": [1]}), lambda: self.decide(case, TOLD, json.dumps(hearing)))

    def in_any_order(self, *steps):
        for step in self.dice.sample(steps, len(steps)):
            step()

    def go_on(self):
        due = [each for each in self.later if each[0]()]
        self.later = [each for each in self.later if each not in due]
        for _, then in due:
            then()

    # ---- rounds --------------------------------------------------------------------------------------------------------

    def kill_one(self):
        name = self.dice.choice(VICTIMS)
        program = self.p[name]
        if not program.running():
            raise Failed(f"{name} ended by itself with {program.process.returncode}: {program.said.read_text()[-500:]}{self.p.log_of(name)[-1500:]}")
        program.kill()
        self.kills[name] += 1
        time.sleep(self.dice.uniform(0, 0.2))
        program.start()

    def round(self, fates):
        for fate in fates:
            self.begin(fate)
        if self.dice.random() < 0.7:
            self.attend()
        if self.dice.random() < 0.4:
            self.p.service_fails_next(self.dice.choice(FAILURES))
        for _ in range(self.dice.randint(1, 2)):
            time.sleep(self.dice.uniform(0, 0.6))
            self.kill_one()
        if self.dice.random() < 0.5:
            self.go_on()

    def run(self, rounds):
        """At least one victim of every fate; the last news come while programs are killed, too."""
        fates = list(FATES)
        self.dice.shuffle(fates)
        for number in range(rounds):
            self.round([fates.pop() for _ in range(-(-len(fates) // (rounds - number)))] or [self.dice.choice(FATES)])
        self.p["notify"].kill()  # so that its pauses after what the service did are over
        self.p["notify"].start()
        while self.later:
            self.settle()
            wait_until("what comes later is due", lambda: self.go_on() or not self.later, 60, 0.2)
            self.kill_one()
        self.settle()

    def settle(self):
        self.p.wait_for_broker()
        for sender in (self.engine, self.court):
            wait_until("everything is answered", lambda sender=sender: sender.unanswered() == 0, 60)
            if sender.refused:
                raise Failed(f"an input was answered {sender.refused}")
        for adapter, name in self.files:
            wait_until(f"{adapter} takes {name}", lambda adapter=adapter, name=name: self.p.taken(name, adapter), 60)
        self.p.wait_for_quiet(60)

    def observe(self):
        undelivered = sum(m["undelivered"] for m in self.p.tool("mailbox", "list") if m["being_read"])
        return Seen(self.fed, self.news, self.names, self.engine.unanswered() + self.court.unanswered(), self.p.log(),
                    {adapter: self.p.outbox(adapter) for adapter in FEEDS}, self.p.texts(), self.p.tasks(), self.p.documents("idva"), self.to_idva,
                    {adapter: self.p.counters(*ADAPTERS[adapter]) for adapter in FEEDS}, self.p.tool("store", "check"), undelivered)


def hasty(config):
    """The demonstration's notify with shorter waits, and with more tries than the service can fail here."""
    text = config.read_text(encoding="utf-8")
    for old, new in (("first_for: 2s", "first_for: 1s"), ("settle: 1s, poll: 5s", "settle: 1s, poll: 1s, tries: 20, a_minute: 1000")):
        if text.count(old) != 1:
            raise Failed(f"'{old}' is not in {config} exactly once")
        text = text.replace(old, new)
    config.write_text(text, encoding="utf-8")


def main():
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--rounds", type=int, default=4)
    words.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    asked = words.parse_args()
    print(f"seed {asked.seed}, {asked.rounds} rounds", flush=True)
    with Partnership("kill-rounds-feeds", more=[TO_VICTIMS]) as p:
        hasty(p.config(POLICE, "notify"))
        p.start("broker", "service", "notify", "idva", *FEEDS)
        rounds = Rounds(p, random.Random(asked.seed))
        rounds.run(asked.rounds)
        try:
            wait_until("nothing is wrong", lambda: not violations(rounds.observe()), 60, 0.5)
        except Failed:
            pass  # what is wrong is said below
        time.sleep(1.5)  # a text that goes twice goes within the time between two looks
        seen = rounds.observe()
        wrong = violations(seen)
        if wrong:
            raise Failed(f"seed {asked.seed}: " + "\n  ".join(wrong))
        missed = [name for name, spoilt in planted(seen) if not violations(spoilt)]
        if missed:
            raise Failed(f"these faults were planted and not found: {missed}")
        p.stop_all()
        print(f"kills {rounds.kills}; events {len(seen.fed)}, sent {rounds.engine.tries} times by the hospital and {rounds.court.tries} by the court; "
              f"victims {len(seen.names)}, news {len(seen.news)}, texts {len(seen.texts)}, tasks {len(seen.tasks)}, records {len(seen.log)}; "
              "every planted fault was found")


if __name__ == "__main__":
    main()
