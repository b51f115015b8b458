#!/usr/bin/env python3
"""Looking after a feed: quarantine by command while the program runs and while it does not, a mapping's mistakes mended, years of records
taken as history beside the feed."""
import json
import pathlib
import signal
import subprocess
import unittest

from inputs import incident
from partnership import POLICE, PROGRAMS, Partnership, wait_until

HEAD = "Ref,When,DA,Surname,Town,Code\n"
MAPPING = """mapping: force
{version}
ignore: [{ignored}]
columns:
  - {{from: Ref, to: reference}}
  - {{from: When, to: occurred}}
  - {{from: DA, to: domestic_abuse, words: [{{from: J, to: "yes"}}]}}
  - {{from: {name}, to: victim.family_name}}
  - {{from: Code, to: victim.address.postcode}}
"""
WRONG = MAPPING.format(version="version: 1", ignored="Surname", name="Town")
RIGHT = MAPPING.format(version="version: 2", ignored="Town", name="Surname")
UNVERSIONED = MAPPING.format(version="", ignored="Town", name="Surname")


class LookingAfter(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.p = self.enterContext(Partnership("looking-after"))
        self.config = self.p.config(POLICE, "incidents")

    def police(self, *words, code=0):
        done = self.p.run("concordat-police", "--config", self.config, *words)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout

    def entries(self):
        return [json.loads(line) for line in self.police("quarantine", "list").splitlines()]

    def use_mapping(self, text):
        (self.config.parent / "force.yaml").write_text(text, encoding="utf-8")
        config = self.config.read_text(encoding="utf-8")
        if "mapping:" not in config:
            self.config.write_text(config.replace("feed: {", "feed: {mapping: force.yaml, "), encoding="utf-8")

    def log_says(self, words):
        wait_until(f"the log says {words}", lambda: words in self.p.log_of("police"))

    def test_quarantine_while_the_program_runs_and_while_it_does_not(self):
        self.p.start("broker", "police")
        bad = incident("BAD-1")
        bad["occurred"] = "31/02/2026"
        self.p.feed_and_wait("bad.json", [incident("GOOD-1"), bad, {**bad, "reference": "BAD-2"}])
        entries = self.entries()
        self.assertEqual([(e["id"], e["file"], e["field"], e["code"], e["can_be_retried"]) for e in entries],
                         [(1, "bad.json", "occurred", "E-VALUE", True), (2, "bad.json", "occurred", "E-VALUE", True)])
        self.assertNotIn("BAD-1", self.police("quarantine", "list"), "the list shows no input")
        shown = json.loads(self.police("quarantine", "show", "1", "--person", "N. Shaw"))
        self.assertIn("BAD-1", shown["raw"])
        self.log_says('was shown" id=1 code=E-VALUE person="N. Shaw"')
        self.assertIn("queued", self.police("quarantine", "retry", "1"))
        self.log_says('stays in quarantine" id=1')
        self.assertIn("queued", self.police("quarantine", "discard", "2", "--person", "N. Shaw", "--reason", "a test of ours"))
        self.log_says('was discarded" id=2 code=E-VALUE person="N. Shaw" reason_bytes=14')
        self.assertEqual(self.p["police"].stop(), 0)
        # And by itself.
        self.assertRegex(self.police("quarantine", "retry", "--all", code=1), r"^1: stays: E-VALUE ")
        self.assertEqual(self.police("quarantine", "discard", "1", "--person", "N. Shaw", "--reason", "corrected at its source"), "1: discarded.\n")
        self.assertEqual(self.entries(), [])
        discarded = [json.loads(line) for line in self.police("quarantine", "list", "--discarded").splitlines()]
        self.assertEqual([(e["id"], e["person"], e["reason"]) for e in discarded], [(1, "N. Shaw", "corrected at its source"), (2, "N. Shaw", "a test of ours")])
        self.police("quarantine", "show", "1", "--person", "N. Shaw", code=1)
        self.police("quarantine", "retry", code=2)
        self.police("quarantine", "show", "1", code=2)
        self.assertNotIn("corrected at its source", self.p.log_of("police"))

    def test_what_waits_too_long_reaches_the_desk_that_the_directory_names(self):
        config = self.config.read_text(encoding="utf-8")
        self.config.write_text(config.replace("feed: {", "feed: {quarantine_age: 1s, silent_after: 3s, "), encoding="utf-8")
        self.p.start("broker", "police", "control")
        bad = {"reference": "BAD-1", "occurred": "31/02/2026", "victim": {"family_name": "CANARY"}}
        self.p.feed_and_wait("bad.json", [incident("GOOD-1"), bad])
        for code in ("E-QUARANTINE-OLD", "E-SILENT"):
            wait_until(f"the desk hears {code}", lambda code=code: f"code={code}" in self.p.log_of("control"), 30)
            raised = [r for r in self.p.records("alarm raised") if code in json.dumps(r)]
            self.assertEqual(len(raised), 1, raised)
        self.assertNotIn("CANARY", self.p.log_of("control") + self.p.log_of("broker") + self.p.log_of("police"))

    def test_what_a_mapping_read_wrong_is_found_and_corrected(self):
        self.use_mapping(WRONG)
        self.p.start("broker", "police")
        self.p.feed_and_wait("a.csv", HEAD + "M-1,2026-07-14 01:00,J,Bielak,Crewe,CW1 2AB\nM-2,2026-07-14 02:00,J,Crewe,Crewe,CW1 2AB\n")
        self.assertEqual(self.p["police"].stop(), 0)
        self.assertEqual({r["state"] for r in self.p.outbox()}, {"accepted"})
        self.use_mapping(UNVERSIONED)
        refused = self.p.run("concordat-police", "--config", self.config, "remap", "--from", "1", "--since", "2026-01-01", "--dry-run")
        self.assertEqual(refused.returncode, 1)
        self.assertIn("E-MAPPING", refused.stderr)
        self.assertIn("has no `version:`", refused.stderr)
        self.use_mapping(RIGHT)
        lines = [json.loads(line) for line in self.police("remap", "--from", "1", "--since", "2026-01-01", "--dry-run").splitlines()]
        self.assertEqual(lines, [{"file": "a.csv", "line": 2, "kind": "incident", "change": "correction", "items": [{"person": 1, "item": "name"}]}])
        self.assertEqual(len(self.p.outbox()), 2, "a dry run sends nothing")
        self.assertIn("1 events, 1 unchanged", self.police("remap", "--from", "1", "--since", "2026-01-01"))
        self.p.start("police")
        self.p.wait_for_answers()
        self.assertEqual([r["state"] for r in self.p.outbox()], ["accepted"] * 3)
        self.assertEqual(self.p.outbox()[2]["event"], self.p.event_id("M-1", 1))

    def history(self, *words):
        return subprocess.Popen([str(PROGRAMS / "concordat-police"), "--config", str(self.config), "--history", *map(str, words)],
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def test_history_is_taken_beside_the_feed_and_goes_on_where_it_was_stopped(self):
        path = pathlib.Path(self.p.folder) / "years.csv"
        rows = [f"H-{n},2019-03-0{1 + n % 9} 01:00,yes,Person{n},CW1 2AB\n" for n in range(300)]
        path.write_text("reference,occurred,domestic_abuse,victim.family_name,victim.address.postcode\n" + "".join(rows), encoding="utf-8")
        self.p.start("broker", "idva")
        first = self.history(path, "--rate", 50)
        try:
            self.log_says("started")
            wait_until("some of it is accepted", lambda: self.p.outbox() and self.p.outbox()[0]["state"] == "accepted")
            served = self.p.run("concordat-police", "--config", self.config)
            self.assertIn("E-SERVED", served.stderr)
            self.p.feed_and_wait("new.json", [incident("NEW-1", 17)])
            self.p.wait_for_document("idva", self.p.event_id("NEW-1/risk_assessment"))
            self.assertLess(len(self.p.outbox()), 250, "the feed did not wait for the history")
            first.send_signal(signal.SIGINT)
            self.assertIn("goes on where it was", first.communicate(timeout=20)[1])
        finally:
            first.kill()
        taken = len(self.p.outbox())
        second = self.history(path, "--rate", 1000)
        said = second.communicate(timeout=60)[1]
        self.assertEqual(second.returncode, 0, said)
        self.assertIn("goes on after", said)
        outbox = self.p.outbox()
        self.assertGreater(len(outbox), taken)
        self.assertEqual({r["state"] for r in outbox}, {"accepted"})
        self.assertEqual(len({r["event"] for r in outbox}), 302, "each record once, and the new incident with its assessment")
        third = self.history(path)
        self.assertIn("was taken before, whole", third.communicate(timeout=60)[1])
        self.assertEqual(third.returncode, 0)
        self.assertEqual(len(self.p.outbox()), 302)


if __name__ == "__main__":
    unittest.main(verbosity=2)
