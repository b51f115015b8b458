#!/usr/bin/env python3
"""End to end: real processes, a real partnership, police files in at one side, desks' files out at the other. See partnership.py."""
import json
import subprocess
import unittest

from inputs import TO_CHECS, TO_IDVA, TO_MARAC, an_hour_ago, incident
from partnership import (COUNCIL, POLICE, PROGRAMS, Partnership, SYSTEM, explained, key_secret, opened, shown, unsealed, wait_until)

READ_DESKS = ("idva", "marac", "checs", "unplaced", "support", "programme", "control")


def parts_of(plain):
    """A quarantine entry: file, line, field, remedy, raw input."""
    parts, at = [], 0
    for number in (False, True, False, False, False):
        size = 8 if number else int.from_bytes(plain[at:at + 4], "big")
        at += 0 if number else 4
        parts.append(int.from_bytes(plain[at:at + size], "big") if number else plain[at:at + size].decode())
        at += size
    return parts


class Spine(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.p = cls.enterClassContext(Partnership("spine"))
        cls.p.start("broker", "police", *READ_DESKS)

    @classmethod
    def tearDownClass(cls):
        cls.p.stop_all()

    def told(self, event):
        """Desks that have the event on file."""
        return {desk for desk in READ_DESKS if event in self.p.documents(desk)}

    def assert_grants(self, desk, event, expected):
        """The document shows exactly `expected`, its obligations name each item, and the broker explains it the same way."""
        document = self.p.wait_for_document(desk, event)
        self.assertEqual(shown(document), expected)
        self.assertEqual({item["item"] for item in document["obligations"]["items"]}, {name.split(".")[1] for name in expected})
        self.assertEqual(explained(self.p.explain(event, desk)), expected)
        return document

    def test_high_risk_reaches_idva_and_marac_with_exactly_what_their_clauses_grant(self):
        self.p.feed_and_wait("high.json", [incident("HIGH-1", 17)])
        event = self.p.event_id("HIGH-1/risk_assessment")
        document = self.assert_grants("idva", event, TO_IDVA)
        self.assert_grants("marac", event, TO_MARAC)
        owed = document["obligations"]
        self.assertEqual({item["clause"] for item in owed["items"]}, {"police-high-risk-to-idva"})
        self.assertEqual({item["agreement"] for item in owed["items"]}, {"cheshire-east/marac v1"})
        self.assertTrue(all(item["purpose"] and item["basis"] and not item["duty"] for item in owed["items"]))
        self.assertEqual((owed["lane"], owed["fallback"], owed["escalated"]), ("urgent", False, False))
        self.assertRegex(owed["keep_rule"], "365 days from case closed, then erase")
        self.assertIn("marac", owed["onward"])
        self.assertLess(owed["decision"]["accepted"], owed["read_by"])
        self.assertLess(owed["read_by"], owed["act_by"])
        self.assertEqual((document["kind"], document["source"], document["environment"]), ("risk_assessment", POLICE, "test"))
        self.assertEqual(self.told(event), {"idva", "marac"})
        victim = next(person for person in document["people"] if person["roles"] == ["victim"])
        self.assertEqual(victim["items"]["risk_answers"]["risk_answers"]["q17"], "yes")

    def test_a_child_is_told_of_to_childrens_services_though_the_mother_refuses_and_the_risk_is_medium(self):
        record = incident("CHILD-1", 11, child=True, number=1, victim__consent="refused")
        self.p.feed_and_wait("child.json", [record])
        assessment, event = self.p.event_id("CHILD-1/risk_assessment"), self.p.event_id("CHILD-1")
        document = self.assert_grants("checs", assessment, TO_CHECS)
        self.assert_grants("checs", event, TO_CHECS | {"case.incident_details"})
        self.assertTrue(all(item["duty"] and item["clause"] == "child-victim-to-safeguarding" for item in document["obligations"]["items"]))
        self.p.wait_for_quiet()
        self.assertEqual(self.told(event) | self.told(assessment), {"checs"})
        for desk in ("idva", "marac", "support", "programme"):
            row = self.p.explain(assessment, desk)
            self.assertEqual((row["may_open"], row["told"]), ([], "nothing"), desk)
            self.assertTrue(all(item["because"] for item in row["withheld"]), desk)

    def test_the_same_medium_risk_with_consent_reaches_support_so_that_silence_above_was_the_refusal(self):
        asked = {f"victim__{marker}": "no" for marker in ("honour_based", "forced_marriage", "fgm")}
        self.p.feed_and_wait("medium.json", [incident("MEDIUM-1", 11, judgement="medium", number=2, **asked),
                                              incident("MEDIUM-2", 11, judgement="medium", number=3)])
        event = self.p.event_id("MEDIUM-1/risk_assessment")
        self.assert_grants("support", event, {"victim.name", "victim.safe_contact", "victim.language_and_needs"})
        self.p.wait_for_quiet()
        self.assertEqual(self.told(event), {"support"})
        self.assertEqual(self.told(self.p.event_id("MEDIUM-2/risk_assessment")), set(), "nobody asked about sensitive markers: unknown is not no")

    def test_nothing_whatever_reaches_the_perpetrator_programme(self):
        self.p.feed_and_wait("programme.json", [incident("PROGRAMME-1", 20, child=True, number=3)])
        event = self.p.event_id("PROGRAMME-1/risk_assessment")
        self.p.wait_for_document("idva", event)
        self.p.wait_for_quiet()
        self.assertEqual(self.p.documents("programme"), {})
        self.assertEqual(self.p.explain(event, "programme")["may_open"], [])
        mailboxes = {m["desk"]: m for m in self.p.tool("mailbox", "list")}
        self.assertEqual(mailboxes.get("lifeline/programme", {}).get("undelivered", 0), 0)

    def test_a_bad_date_is_quarantined_with_line_field_and_remedy_and_the_other_rows_go_on(self):
        text = ("reference,occurred,type,victim.family_name,victim.date_of_birth,victim.address.postcode,dash.score\n"
                f"ROW-1,{an_hour_ago()},threats,Ashgrove,12/06/1979,CW1 2AB,16\n"
                f"ROW-2,{an_hour_ago()},threats,Merryweather,31/02/1991,CW1 2AB,16\n"
                f"ROW-3,{an_hour_ago()},threats,Cobblepot,1968,CW1 2AB,16\n")
        before = self.p.counters().get("quarantined/E-VALUE", 0)
        self.p.feed_and_wait("rows.csv", text)
        for reference in ("ROW-1", "ROW-3"):
            self.p.wait_for_document("idva", self.p.event_id(f"{reference}/risk_assessment"))
        self.assertEqual(self.p.counters()["quarantined/E-VALUE"], before + 1)
        with opened(self.p.of(POLICE, "incidents") / "keep.db") as base:
            rows = base.execute("SELECT code, what FROM quarantine").fetchall()
        key = key_secret(self.p.home / "parties" / POLICE / "keys" / "outbox.1.key")
        entries = [parts_of(unsealed(key, b"quarantine/" + code.encode(), what)) for code, what in rows]
        file, line, field, remedy, raw = next(entry for entry in entries if entry[0] == "rows.csv")
        self.assertEqual((line, field), (3, "victim.date_of_birth"))
        self.assertIn("Correct it at its source", remedy)
        self.assertIn("Merryweather", raw)
        self.assertNotIn(self.p.event_id("ROW-2"), {row["event"] for row in self.p.outbox()})

    def test_the_same_file_twice_is_the_same_event(self):
        record = incident("TWICE-1", 17, number=4)
        self.p.feed_and_wait("twice.json", [record])
        event = self.p.event_id("TWICE-1/risk_assessment")
        self.p.wait_for_document("idva", event)
        before = len(self.p.outbox())
        self.p.feed_and_wait("twice-again.json", [record])
        self.assertEqual(len(self.p.outbox()), before)
        self.assertEqual(len(self.p.records("event accepted", event)), 1)

    def test_a_changed_record_is_a_correction_and_takes_the_place_of_the_first(self):
        record = incident("CHANGED-1", 17, number=5)
        self.p.feed_and_wait("first.json", [record])
        first = self.p.event_id("CHANGED-1/risk_assessment")
        self.p.wait_for_document("idva", first)
        record["victim"]["safe_contact"] = {"mobile": "07700 900999"}
        self.p.feed_and_wait("second.json", [record])
        second = self.p.event_id("CHANGED-1/risk_assessment", 1)
        document = self.assert_grants("idva", second, TO_IDVA)
        self.assertEqual((document["revision"], document["replaces"]), (1, first))
        self.assertIn("07700900999", json.dumps(document).replace(" ", ""))
        wait_until("the first is put aside", lambda: first not in self.p.documents("idva"))
        self.assertTrue((self.p.of(COUNCIL, "idva") / "history" / f"{first}.json").exists())
        self.assertIn("corrects record", self.p.records("event accepted", second)[0]["what"])

    def test_what_people_do_reaches_the_log_and_stops_the_clock(self):
        self.p.feed_and_wait("people.json", [incident("PEOPLE-1", 17, number=6)])
        event = self.p.event_id("PEOPLE-1/risk_assessment")
        self.p.wait_for_document("idva", event)
        self.assertIn("read_by", self.p.explain(event, "idva")["told"])
        open_before = self.p.status()["deadlines_open"]
        self.assertEqual(self.p.person("idva", "act", event).returncode, 1, "nobody has read it yet")
        read = self.p.person("idva", "read", event)
        self.assertEqual((read.returncode, json.loads(read.stdout)["event"]), (0, event))
        self.assertEqual(self.p.person("idva", "accept", event).returncode, 0)
        for given, refusal in (("", "E-PROGRESS"), ("too long " * 100, "E-LIMIT")):
            said = self.p.person("idva", "decline", event, "N. Shaw", "--reason", "-", given=given)
            self.assertEqual((said.returncode, refusal in said.stderr), (1, True), said.stderr)
        self.assertEqual(self.p.person("idva", "act", event, "N. Shaw", "--reason", "-", given="she is safe\n").returncode, 0)
        wait_until("three steps are in the log", lambda: len(self.p.records("progress made", event)) == 3)
        self.assertEqual([r["what"].split(": ")[-1] for r in self.p.records("progress made", event)], ["read", "accepted", "acted"])
        self.assertEqual(self.p.status()["deadlines_open"], open_before - 2)
        self.assertEqual(self.p.explain(event, "idva")["told"]["progress"], "acted")
        self.assertEqual(self.p.person("idva", "read", "0" * 32).returncode, 1, "no such event here")
        self.assertEqual(self.p.person("idva", "decline", event).returncode, 2, "declining needs a reason")

    def test_what_was_left_is_delivered_when_desk_and_broker_come_back(self):
        self.assertEqual(self.p["idva"].stop(), 0)
        self.p.feed_and_wait("left.json", [incident("LEFT-1", 17, number=7)])
        event = self.p.event_id("LEFT-1/risk_assessment")
        left = {m["desk"]: m for m in self.p.tool("mailbox", "list")}[f"{COUNCIL}/idva"]
        self.assertEqual((left["undelivered"], left["being_read"]), (2, False), "the assessment, and the incident that carries its risk")
        self.assertEqual(self.p["broker"].stop(), 0)
        self.p.feed("while-away.json", [incident("AWAY-1", 17, number=8)])
        self.p.start("broker", "idva")
        self.p.wait_for_document("idva", event)
        self.p.wait_for_document("idva", self.p.event_id("AWAY-1/risk_assessment"), 40)

    def test_exit_codes_say_done_failed_or_wrong_usage(self):
        config = str(self.p.home / "concordat.yaml")
        own = self.p.config(COUNCIL, "idva")
        others_key = own.with_name("others-key.yaml")
        others_key.write_text(own.read_text().replace("desk-idva.1.key", "desk-marac.1.key"))
        self.assertNotEqual(others_key.read_text(), own.read_text())
        expected = [
            (0, "concordat status --config", config), (0, "concordat store check --config", config), (0, "concordat --help",),
            (0, "concordat mailbox parked cheshire-east-council/idva --config", config),
            (1, "concordat event explain 00000000000000000000000000000000 --config", config),
            (1, "concordat mailbox parked nobody/none --config", config), (2, "concordat status --config", config + ".none"),
            (2, "concordat-broker --config", config + ".none"),
            (2, "concordat",), (2, "concordat statsu",), (2, "concordat log",), (2, "concordat event explain --config", config),
            (0, "concordat-police --config", str(self.p.config(POLICE, "incidents")), "--check-config"),
            (0, "concordat-inbox --config", str(self.p.config(COUNCIL, "idva")), "--check-config"),
            (0, "concordat-broker --config", str(self.p.home / "broker" / "broker.yaml"), "--check-config"),
            (1, "concordat-inbox --config", str(others_key), "--check-config"),
            (1, "concordat-police --config", config, "--check-config"), (1, "concordat-inbox --config", config, "--check-config"),
            (1, "concordat-broker --config", config, "--check-config"),
            (2, "concordat-police",), (2, "concordat-inbox --no-such-word",), (2, "concordat-broker",), (2, "concordat-broker --no-such-word",),
        ]
        for code, words, *more in expected:
            program, *rest = words.split()
            done = subprocess.run([str(PROGRAMS / program), *rest, *more], capture_output=True, text=True, timeout=60, check=False)
            self.assertEqual(done.returncode, code, f"{words} {more}: {done.stdout}{done.stderr}")

    def test_a_dry_run_needs_nothing_and_says_what_it_would_do(self):
        sample = self.p.folder / "sample.json"
        sample.write_text(json.dumps([incident("DRY-1", 17), incident("DRY-2", victim__date_of_birth="31/02/1991")]), encoding="utf-8")
        done = self.p.run("concordat-police", "--dry-run", sample)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(done.returncode, 1, "something was quarantined")
        self.assertEqual([line.get("kind") for line in lines], ["incident", "risk_assessment", None])
        self.assertEqual(lines[2]["field"], "victim.date_of_birth")
        self.assertTrue(lines[2]["quarantined"] and lines[2]["remedy"])

    def test_the_store_is_whole_and_the_log_has_no_hole(self):
        check = self.p.tool("store", "check")
        self.assertEqual((check["chain"], check["erased"]), ("whole", 0))
        log = self.p.log()
        self.assertEqual([r["record"] for r in log], list(range(1, len(log) + 1)))
        self.assertGreaterEqual(len(log), check["records"])


class Ending(unittest.TestCase):
    def test_every_program_ends_cleanly_on_sigterm(self):
        with Partnership("ending") as p:
            p.start_all(("idva",))
            p.feed_and_wait("a.json", [incident("END-1", 17)])
            p.wait_for_document("idva", p.event_id("END-1/risk_assessment"))
            self.assertEqual(p.stop_all(), {"broker": 0, "police": 0, "idva": 0})
            for name in ("broker", "police", "idva"):
                self.assertEqual(p[name].said.read_text(), "", name)


if __name__ == "__main__":
    assert SYSTEM
    unittest.main(verbosity=2)
