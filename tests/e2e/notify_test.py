#!/usr/bin/env python3
"""End to end: a release reaches who asked to hear of it as one text, at large is a person's, an opt-out holds at once, and a program that is
killed again and again tells nobody twice and forgets nobody. What was sent is the emulator's record."""
import datetime
import json
import random
import subprocess
import sys
import time
import unittest

from partnership import AGREEMENT, DESKS, POLICE, ROOT, Partnership, die_with_parent, wait_until

PRISON = "hmpps"
TEXT = "There is news about the matter you asked us about. Call the number you were given and give your word. Open until 8 pm."
TEMPLATES = {"5a3c7e10-4d2b-4c55-9a61-0d5a4be0c001": "en/text", "5a3c7e10-4d2b-4c55-9a61-0d5a4be0c002": "cy/text"}


def stamp(minutes=0):
    return datetime.datetime.now() + datetime.timedelta(minutes=minutes)


def registration(n, **more):
    """Victim n, of the man with prison number A41nnGP: everything by text at any hour of the day."""
    news = dict.fromkeys(["charge", "bail", "warrant", "hearing", "outcome", "sentence", "protective_order", "appeal", "release", "at_large"], "text")
    return {"record": "registration", "reference": f"VLU-{n}", "registered": stamp(-60).strftime("%Y-%m-%d %H:%M"), "recorded": stamp(-60).strftime("%Y-%m-%d %H:%M"),
            "unit": "Cheshire witness care unit", "helpline": "01270 000148", "helpline_hours": "until 8 pm", "offender": {"family_name": "Price", "noms": f"A41{n:02}GP"},
            "victim": {"given_names": "Sian", "family_name": "Example", "date_of_birth": "1988-02-28", "area": "E06000049", "safe_contact": {"mobile": f"07700 9001{n:02}"}},
            "wants_news": "yes", "news": news, "number_confirmed": stamp().strftime("%Y-%m-%d"), **more}


def movement(n, code):
    at = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds")
    message = {"eventType": "prison-offender-events.prisoner.released", "version": 1, "occurredAt": at, "publishedAt": at, "description": "A prisoner has been released from prison",
               "additionalInformation": {"nomsNumber": f"A41{n:02}GP", "reason": "RELEASED", "nomisMovementReasonCode": code, "currentLocation": "OUTSIDE_PRISON", "prisonId": "ZZI"},
               "personReference": {"identifiers": [{"type": "NOMS", "value": f"A41{n:02}GP"}]}}
    return {"Type": "Notification", "MessageId": f"{n}-{code}", "TopicArn": "", "Message": json.dumps(message), "Timestamp": at, "SignatureVersion": "1", "Signature": "", "SigningCertURL": "",
            "UnsubscribeURL": "", "MessageAttributes": {"eventType": {"Type": "String", "Value": "prison-offender-events.prisoner.released"}}}


class Notify(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.p = cls.enterClassContext(Partnership("notify", more=[AGREEMENT.parent / "victim-information.yaml"]))
        config = cls.p.config(POLICE, "notify")
        # The test runs at any hour.
        config.write_text(config.read_text() + 'quiet: {from: "00:00", until: "00:00"}\n')
        DESKS["notify"] = POLICE
        for name, program, party, client in (("notify", "concordat-notify", POLICE, "notify"), ("registrations", "concordat-support", POLICE, "registrations"), ("movements", "concordat-hmpps", PRISON, "movements")):
            cls.p.add(name, program, cls.p.config(party, client))
        DESKS.update(registrations=POLICE, movements=PRISON)
        cls.addClassCleanup(lambda: [DESKS.pop(name) for name in ("notify", "registrations", "movements")])
        keys = cls.p.home / "parties" / POLICE / "keys"
        cls.sent_file = cls.p.folder / "sent.jsonl"
        words = [sys.executable, ROOT / "ops/emulators/notify/emulator.py", "--port", cls.p.port + 3, "--key", keys / "notify-api.key", "--templates", ROOT / "adapters/notify/templates", "--record", cls.sent_file,
                 "--callback", f"http://127.0.0.1:{cls.p.port + 4}/receipts", "--callback-token", keys / "notify-callback.token", "--retry-after", "1",
                 "--fail-next", ",".join(["ok"] + ["slow:0.15"] * 40)]
        for id_, name in TEMPLATES.items():
            words += ["--template", f"{id_}={name}"]
        cls.service = subprocess.Popen([str(word) for word in words], stdout=subprocess.DEVNULL, preexec_fn=die_with_parent)
        cls.addClassCleanup(cls.service.wait)
        cls.addClassCleanup(cls.service.kill)
        cls.p.start("broker", "notify", "registrations", "movements")
        cls.addClassCleanup(cls.p.stop_all)

    def feed(self, name, records, party, client, wait=True):
        folder = self.p.of(party, client)
        part = folder / "in" / f"{name}.part"
        part.write_text("\n".join(json.dumps(each) for each in (records if isinstance(records, list) else [records])), encoding="utf-8")
        part.rename(folder / "in" / name)
        if wait:
            wait_until(f"{name} is taken", lambda: (folder / "done" / name).exists())

    def register(self, n, **more):
        self.feed(f"r{n}-{time.monotonic_ns()}.json", registration(n, **more), POLICE, "registrations")

    def move(self, n, code):
        self.feed(f"m{n}-{code}.json", movement(n, code), PRISON, "movements")

    def filed(self, count):
        wait_until(f"notify has filed {count}", lambda: self.p.counters(POLICE, "notify").get("filed", 0) >= count)

    def sent(self, n=None):
        lines = [json.loads(line) for line in self.sent_file.read_text(encoding="utf-8").splitlines()] if self.sent_file.exists() else []
        return [line for line in lines if n is None or line["to"] == f"4477009001{n:02}"]

    def tasks(self):
        return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in (self.p.of(POLICE, "notify") / "tasks").glob("*.json")}

    def progress(self, event):
        return [record["what"].rsplit(": ", 1)[-1] for record in self.p.records("progress made", event)]

    def test_1_the_configuration_is_in_order(self):
        done = self.p.run("concordat-notify", "--config", self.p.config(POLICE, "notify"), "--check-config")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_2_a_release_is_one_text_and_its_proof_is_in_the_log(self):
        self.register(1)
        self.filed(1)
        self.move(1, "NCS")
        wait_until("a text was sent", lambda: self.sent(1))
        self.assertEqual([line["body"] for line in self.sent(1)], [TEXT])
        counters = lambda: self.p.counters(POLICE, "notify")
        wait_until("it was delivered", lambda: counters().get("delivered", 0) == 1)
        wait_until("the log has it", lambda: [r for r in self.p.records("progress made") if r["what"].endswith("acted") and r.get("event")])
        self.assertEqual(self.tasks(), {})

    def test_3_at_large_is_a_person_s_and_no_text(self):
        self.register(2)
        self.filed(3)
        self.move(2, "UAL")
        wait_until("there is a task", self.tasks)
        (event, task), = self.tasks().items()
        self.assertEqual((task["why"], task["news"]["what"]), ("for_a_person", "at_large"))
        step = lambda word: self.p.run("concordat-notify", "--config", self.p.config(POLICE, "notify"), word, event, "--person", "M. Pugh")
        self.assertIn("E-PROGRESS", step("act").stderr)
        self.assertIn("07700 900102", step("read").stdout)
        self.assertEqual(step("act").returncode, 0)
        wait_until("the task is gone", lambda: not self.tasks())
        wait_until("the log has both steps", lambda: self.progress(event) == ["read", "acted"])
        self.assertEqual(self.sent(2), [])

    def test_4_an_opt_out_holds_for_what_waits(self):
        self.register(3)
        self.filed(5)
        self.move(3, "NCS")
        self.filed(6)
        self.feed("p3.json", {"record": "preference", "reference": "VLU-3", "recorded": stamp().strftime("%Y-%m-%d %H:%M"), "wants_news": "no"}, POLICE, "registrations")
        wait_until("it is closed", lambda: self.p.counters(POLICE, "notify").get("nothing/opted_out", 0) == 1)
        time.sleep(3)
        self.assertEqual(self.sent(3), [])

    def test_5_a_consent_that_is_withdrawn_holds_until_it_is_given_again(self):
        counters = lambda: self.p.counters(POLICE, "notify")
        consent = lambda state: self.feed(f"c4-{state}.json", {"record": "consent", "reference": "VLU-4", "recorded": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
                                                               "consent": {"state": state, "purpose": "informed"}}, POLICE, "registrations")
        before = counters().get("filed", 0)
        self.register(4)
        self.filed(before + 1)
        consent("withdrawn")
        consent("not_asked")
        self.filed(before + 3)
        self.move(4, "NCS")
        wait_until("it is closed", lambda: counters().get("nothing/consent_withdrawn", 0) == 1)
        time.sleep(3)
        self.assertEqual(self.sent(4), [])
        consent("given")
        self.filed(before + 5)
        self.move(4, "CR")
        wait_until("a text was sent", lambda: self.sent(4))
        time.sleep(1)
        self.assertEqual(len(self.sent(4)), 1)
        self.assertEqual(self.tasks(), {})

    def test_6_killed_again_and_again_it_tells_each_once(self):
        victims, seed = range(10, 30), 20260714
        print("seed", seed)
        dice = random.Random(seed)
        before = self.p.counters(POLICE, "notify").get("filed", 0)
        self.feed("many.jsonl", [registration(n) for n in victims], POLICE, "registrations")
        self.filed(before + len(victims))
        for n in victims:
            self.feed(f"m{n}.json", movement(n, "NCS"), PRISON, "movements", wait=False)
        kills = cut = 0
        end = time.monotonic() + 60
        while (len({line["to"] for n in victims for line in self.sent(n)}) < len(victims) or kills < 8) and time.monotonic() < end:
            time.sleep(dice.uniform(0.2, 2.0))
            self.p["notify"].kill()
            kills, cut = kills + 1, cut + (0 < sum(len(self.sent(n)) for n in victims) < len(victims))
            self.p["notify"].start()
            self.p.wait_for_start("notify")
        wait_until("every text is told", lambda: all(self.sent(n) for n in victims), 60)
        time.sleep(3)
        print(f"killed {kills} times, {cut} of them while some were told and others not")
        self.assertGreater(cut, 0)
        self.assertGreaterEqual(self.p.counters(POLICE, "notify")["filed"], before + 2 * len(victims))
        self.assertEqual({n: len(self.sent(n)) for n in victims}, dict.fromkeys(victims, 1), "each once")
        self.assertEqual(self.tasks(), {}, "and nobody was forgotten to a task")


if __name__ == "__main__":
    unittest.main(verbosity=2)
