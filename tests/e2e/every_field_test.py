#!/usr/bin/env python3
"""No field in the wrong item: of every format a reference file with every mapped field filled goes through the real adapter and the real
broker to desks each of which may open other items; what each desk then has on file is compared field by field with a table written by hand.

An agreement of this test grants every item of everybody to one desk. A field in a wrong item is missing at one desk, and stands where nobody
expects it at another; so does one under a wrong person. The tables are in fields/ (see fields.py). A row of a mapping table that
the tables do not have fails, so a field that is mapped later has to be added here."""
import collections
import dataclasses
import json
import unittest

import every_item
import partnership
from fields import TABLES, differences, items_of_facts, leaves, mapped, names_of, read_table
from fields_police import Reference
from partnership import ROOT

BESIDE = {"event", "kind", "source", "environment", "happened", "revision", "replaces", "case_name", "names", "facts", "people", "case", "obligations"}
GRANTED = {desk: every_item.granted_to(desk) for desk in every_item.READERS}
FACTS = items_of_facts()


def table(name):
    return read_table((TABLES / name).read_text(encoding="utf-8"))


class EveryField(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.p = p = cls.enterClassContext(every_item.partnership("every-field"))
        config = p.config(*partnership.ADAPTERS["registrations"])
        config.write_text(config.read_text().replace("feed: {", "feed: {purposes: [safety, victim-information], "))
        p.start("broker", *every_item.READERS, *partnership.ADAPTERS)

    @classmethod
    def tearDownClass(cls):
        codes = cls.p.stop_all()
        assert set(codes.values()) == {0}, codes

    # ---- helpers -------------------------------------------------------------------------------------------------------

    def feed(self, name, adapter):
        """A reference file, taken whole."""
        path = TABLES / name
        self.p.feed_and_wait(name, path.read_text(encoding="utf-8"), adapter)
        self.assertTrue((self.p.of(*partnership.ADAPTERS[adapter]) / "done" / name).exists(), f"{name} is in quarantine: {self.p.log_of(adapter)[-2000:]}")

    def documents_of(self, events, adapter):
        """{event's name: {desk: document}}, once everything that is to come has come."""
        self.p.wait_for_quiet()
        ids = {name: self.p.event_id(event.reference, event.revision, adapter) for name, event in events.items()}
        on_file = {desk: self.p.documents(desk) for desk in every_item.READERS if self.p.inbox(desk).exists()}
        return {name: {desk: documents[event] for desk, documents in on_file.items() if event in documents} for name, event in ids.items()}

    def assert_as_written(self, events, adapter, never=()):
        """Every desk has of every event exactly what the table says of its items, and nothing else; gives the documents."""
        documents = self.documents_of(events, adapter)
        wrong = []
        for name, event in events.items():
            wrong += [f"{name} at {desk}: {text}" for desk, text in self.wrong_in(event, documents[name])]
        self.assertEqual(wrong[:40], [], f"{len(wrong)} differences")
        self.assert_nothing_beside(documents)
        self.assert_nowhere(never, partnership.ADAPTERS[adapter][0])
        return documents

    def assert_nowhere(self, never, party):
        """Words of a source that no item may carry stand in nothing that any desk has of that party, in force or replaced."""
        for desk in every_item.READERS:
            for path in self.p.of(partnership.DESKS[desk], desk).rglob("*.json"):
                text = path.read_text(encoding="utf-8")
                if json.loads(text).get("source", party) == party:
                    self.assertEqual([words for words in never if words in text], [], f"{desk} has it on file: {path.name}")

    @staticmethod
    def wrong_in(event, documents):
        """(desk, what is wrong) of one event."""
        names = names_of(event.rows, documents.values())
        wrong = []
        for desk, granted in GRANTED.items():
            document = documents.get(desk)
            if document is None:
                wrong += [(desk, "told nothing")] * any(row.item in granted for row in event.rows)
                continue
            if document["kind"] != event.kind:
                wrong.append((desk, f"is of kind {document['kind']}"))
            wrong += [(desk, text) for text in differences(event.rows, leaves(document, names), granted)]
        return wrong

    def assert_nothing_beside(self, documents):
        """What stands beside people and case tells nothing of items that the desk may not open."""
        for name, by_desk in documents.items():
            for desk, document in by_desk.items():
                facts = document["facts"]
                derived = set(facts["event"]) | {fact for person in facts["people"].values() for fact in person}
                self.assertLessEqual({FACTS[fact] for fact in derived if fact in FACTS}, GRANTED[desk], f"{name} at {desk}: {derived}")
                self.assertNotIn("facts_on_the_brokers_word", document, f"{name} at {desk}")
                self.assertEqual(set(document) - BESIDE, set(), f"{name} at {desk}")
                shown = {item for person in document["people"] for item in person["items"]} | set(document["case"])
                self.assertLessEqual(shown, GRANTED[desk], f"{name} at {desk}")

    def assert_table_is_whole(self, events, program, part=None):
        """The tables have every row of the program's mapping table with a value, in its item, and no row that it has not."""
        text = self.p.run(program, "--mapping-table").stdout
        if part is not None:
            text = text.split("\n\n")[part]
        generated = mapped(text)
        self.assertGreater(len(generated), 5, text)
        written = collections.defaultdict(set)
        for event in events.values():
            for row in event.rows:
                written[row.source].add(row.item)
        for source, items in generated.items():
            if items == {""} or items == {"-"}:
                continue
            self.assertIn(source, written, "mapped, and the reference file has no value of it")
            self.assertLessEqual(items, written[source], f"{source}: the mapping table's item and the hand-written one")
        self.assertEqual(set(written) - set(generated), set(), "written by hand, and not mapped")

    def assert_said(self, events, text, never=()):
        """What the tables say of the source stands in the source; also what may reach nobody."""
        self.assertEqual([words for words in never if words not in text], [])
        for event in events.values():
            for row in event.rows:
                if row.said:
                    self.assertIn(row.said, text, f"{row.source} in the reference file")

    def assert_bites(self, events, documents):
        """Each row and the next one of another item or person: exchanged, they are noticed, and so are their values. The comparison can fail."""
        for name, event in events.items():
            for at, row in enumerate(event.rows):
                other = next((each for each in event.rows[at + 1:] if (each.who, each.item) != (row.who, row.item)), None)
                if other is None:
                    continue
                rest = [each for each in event.rows if each not in (row, other)]
                faults = [[dataclasses.replace(row, who=other.who, item=other.item), dataclasses.replace(other, who=row.who, item=row.item)]]
                if row.value != other.value:
                    faults.append([dataclasses.replace(row, value=other.value), dataclasses.replace(other, value=row.value)])
                for fault in faults:
                    planted = dataclasses.replace(event, rows=rest + fault)
                    self.assertNotEqual(self.wrong_in(planted, documents[name]), [], f"{name}: {row.source} and {other.source} exchanged")

    # ---- police --------------------------------------------------------------------------------------------------------

    def police(self, file):
        reference = Reference(file)
        path = TABLES / f"police.{file}"
        self.assertEqual(Reference.read(path), reference.records, "the reference file says what the table says")
        self.feed(path.name, "police")
        documents = self.assert_as_written(reference.events, "police")
        self.assert_table_is_whole(reference.events, "concordat-police", 0)
        first = {name: event for name, event in reference.events.items() if name.startswith("EF-Vic")}
        self.assert_bites(first, documents)

    def test_police_csv(self):
        self.police("csv")

    def test_police_json(self):
        self.police("json")

    def test_spi_new_case(self):
        events, never = table("new-case.txt")
        self.assert_said(events, (TABLES / "new-case.xml").read_text(encoding="utf-8"), never)
        self.feed("new-case.xml", "cases")
        documents = self.assert_as_written(events, "cases", never)
        self.assert_table_is_whole(events, "concordat-police", 1)
        self.assert_bites(events, documents)

    # ---- health --------------------------------------------------------------------------------------------------------

    def test_hl7_over_mllp(self):
        events, never = table("health.txt")
        text = (TABLES / "health.hl7").read_text(encoding="utf-8")
        self.assert_said(events, text, never)
        for message in text.strip().split("\n\n"):
            self.assertEqual(self.p.hospital_sends(message), "AA")
        documents = self.assert_as_written(events, "health", never)
        self.assert_table_is_whole(events, "concordat-health")
        self.assert_bites(events, documents)

    # ---- courts --------------------------------------------------------------------------------------------------------

    def test_common_platform_over_http(self):
        events, never = table("hearing.txt")
        names = ("hearing.json", "hearing-shared-again.json", "hearing-no-urn.json", "hearing-vacated.json")
        texts = [(TABLES / name).read_text(encoding="utf-8") for name in names]
        self.assert_said(events, "".join(texts), never)
        for text in texts[:-1]:
            self.assertEqual(self.p.court_posts(text), 202)
        listed = json.loads(texts[-1])["hearing"]["id"]
        self.assertEqual(partnership.post(f"http://127.0.0.1:{self.p.port + 2}/hearing/{listed}", texts[-1], 30), 202)
        documents = self.assert_as_written(events, "courts", never)
        self.assert_table_is_whole(events, "concordat-courts", 0)
        self.assert_bites(events, documents)

    def test_spi_resulted_case(self):
        events, never = table("resulted-case.txt")
        self.assert_said(events, (TABLES / "resulted-case.xml").read_text(encoding="utf-8"), never)
        self.feed("resulted-case.xml", "courts")
        self.feed("resulted-case-again.xml", "courts")
        documents = self.assert_as_written(events, "courts", never)
        self.assert_table_is_whole(events, "concordat-courts", 1)
        self.assert_bites(events, documents)

    # ---- prisons -------------------------------------------------------------------------------------------------------

    def test_domain_events(self):
        events, never = table("hmpps.txt")
        samples = ROOT / "adapters" / "hmpps" / "samples"
        texts = {name: (samples / name).read_text(encoding="utf-8") for name in ("every-field.json", "several.jsonl", "planned.json")}
        self.assert_said(events, "".join(texts.values()), never)
        for name, text in texts.items():
            self.p.feed_and_wait(name, text, "hmpps")
        documents = self.assert_as_written(events, "hmpps", never)
        self.assert_table_is_whole(events, "concordat-hmpps", 0)
        self.assert_bites(events, documents)

    # ---- registrations -------------------------------------------------------------------------------------------------

    def registrations(self, name, *files):
        events, never = table(name)
        self.assert_said(events, "".join((TABLES / file).read_text(encoding="utf-8") for file in files), never)
        for file in files:
            self.feed(file, "registrations")
        documents = self.assert_as_written(events, "registrations", never)
        self.assert_table_is_whole(events, "concordat-support")
        self.assert_bites(events, documents)

    def test_registration_preference_and_consent_in_json(self):
        self.registrations("support.txt", "support.json", "support-changes.jsonl")

    def test_registration_in_csv(self):
        self.registrations("support-csv.txt", "support.csv")


if __name__ == "__main__":
    unittest.main(verbosity=2)
