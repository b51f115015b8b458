#!/usr/bin/env python3
"""At rest, in memory, on the wire: a feed with marked text in every field that takes text is nowhere but at the desks that may open it,
and neither are secrets, shares, tokens and keys. Each search is shown to bite. As root it also reads the broker's memory."""
import json
import os
import pathlib
import re
import shutil
import socket
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from inputs import incident  # noqa: E402
from partnership import COUNCIL, POLICE, Partnership, key_secret, opened, seal, unsealed, wait_until  # noqa: E402
from proxy import Proxy  # noqa: E402
from search import files_below, in_bytes, in_files, in_memory, needles  # noqa: E402

MARK = "Qzxvwkj"  # begins every marked text and is no part of a word
DESKS = ("idva", "marac", "checs")
# Columns that take no free text: codes, dates, answers, numbers. A new column of text is marked without anybody thinking of it.
TYPED = re.compile(r"occurred|ended|reported|type|also|domestic_abuse|crime_recorded|alcohol|drugs|weapon|place\.(area|type)|dash\.(q\d\d|score|"
                   r"judgement|judgement_reason|assessed|pregnant)|PERSON\.(date_of_birth|stated_age|unborn|address\.(no_fixed_abode|area|confidential)|"
                   r"safe_contact\.leave_message|interpreter|nhs_number|nhs_tracing|pnc|cro|noms|crn|sex|relationship|lives_with|"
                   r"parental_responsibility|injury\.needed_treatment|consent|informed|honour_based|forced_marriage|fgm|care_and_support_needs|"
                   r"no_recourse_to_public_funds|substance_misuse|homeless|child_is|known_to_childrens_services|child_protection_plan|bail\.state)")


def letters(number):
    return "".join(chr(97 + number // 26**place % 26) for place in (2, 1, 0))


def pnc(year, serial):
    return f"{year}/{serial:07d}" + "ZABCDEFGHJKLMNPQRTUVWXY"[(year % 100 * 10**7 + serial) % 23]


def nhs(nine):
    check = -sum(int(digit) * weight for digit, weight in zip(nine, range(10, 1, -1))) % 11
    return nine + str(check) if check < 10 else nhs(str(int(nine) + 1))


def fields(data):
    """(number, value) of a protobuf message whose fields are bytes or numbers."""
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value
    while at < len(data):
        key = varint()
        size = {0: None, 1: 8, 5: 4}.get(key & 7, 0)
        if size is None:
            yield key >> 3, varint()
            continue
        size = size or varint()
        yield key >> 3, data[at:at + size]
        at += size


class Canary(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.p = p = cls.enterClassContext(Partnership("canary"))
        cls.proxy = Proxy(p.port)
        cls.addClassCleanup(cls.proxy.stop)
        for config in p.home.glob("parties/*/*.yaml"):
            config.write_text(config.read_text().replace(p.address, f"tcp://127.0.0.1:{cls.proxy.port}"))
        cls.identifiers = {"nhs-number": nhs("987158263"), "pnc": pnc(2013, 8471935), "noms": "A8417QZ", "crn": "X847193"}
        cls.draw_keys()
        cls.feed_while_the_broker_is_away()
        p.start("broker", *DESKS)
        cls.addClassCleanup(p.stop_all)
        p.start("police")
        for desk in DESKS:
            p.wait_for_document(desk, p.event_id("R-canary/risk_assessment"))
        p.wait_for_quiet()
        cls.read_memory()

    @classmethod
    def read_memory(cls):
        """At once after the flow, before any test starts the broker again. Tokens are what a broker links people by, and stay; the secrets
        and shares of events are wiped once every desk has acknowledged; content and the agencies' keys are never there."""
        process = cls.p["broker"].process.pid
        try:
            cls.own, cls.memory_bytes = in_memory(process, needles([], cls.brokers))
            cls.foreign, _ = in_memory(process, needles([MARK, *cls.identifiers.values()], cls.keys | cls.shares))
        except PermissionError:
            cls.own = None

    @classmethod
    def draw_keys(cls):
        police = lambda name: cls.p.key(POLICE, name)
        cls.keys = {"exchange key": police("exchange"), "linkage key": police("linkage"), "event id key": police("event-id"),
                    "outbox key": police("outbox"), "adapter's signing key": police("adapter-incidents"), "party's key": police("party"),
                    "idva's key": cls.p.key(COUNCIL, "desk-idva"), "council's outbox key": cls.p.key(COUNCIL, "outbox")}
        broker = cls.p.home / "broker" / "keys"
        cls.brokers = {f"broker's {path.stem}": key_secret(path) for path in sorted(broker.glob("*.key"))}
        cls.tokens = {}
        for kind, value in cls.identifiers.items():
            words = seal.sized(f"cheshire-east/{kind}/1".encode()) + seal.sized(value.encode())
            cls.tokens[f"token of {kind}"] = seal.blake(16, "cc1 token", words, cls.keys["linkage key"])

    @classmethod
    def marked_record(cls):
        """A record with a mark of its own in every column that takes text, for each person."""
        table = cls.p.run("concordat-police", "--mapping-table").stdout.split("\n\n")[0]  # of incidents; SPI has its own
        record = {"victim": {}, "alleged_perpetrator": {}, "child": [{}]}
        people = {"victim": record["victim"], "alleged_perpetrator": record["alleged_perpetrator"], "child": record["child"][0]}
        cls.marks = []
        for column in re.findall(r"^\| `([^`]+)` \|", table, re.M):
            if TYPED.fullmatch(column) or column in ("reference", "PERSON.works_for"):
                continue
            place, name = (people.values(), column[7:]) if column.startswith("PERSON.") else ([record], column)
            for where in place:
                where[name] = cls.marked(name)
        return record

    @classmethod
    def marked(cls, column):
        """A text of its own; where only a number or a postcode is taken, one that is nobody's else."""
        if column.endswith(("mobile", "phone")):
            cls.identifiers[f"number {len(cls.identifiers)}"] = f"07700900{417 + len(cls.identifiers)}"
            return list(cls.identifiers.values())[-1]
        if column.endswith("postcode"):
            cls.identifiers[f"postcode {len(cls.identifiers)}"] = f"CW{len(cls.identifiers)} 9ZX"
            return list(cls.identifiers.values())[-1]
        cls.marks.append(MARK + letters(len(cls.marks)))
        return cls.marks[-1] + ("@example.org" if column.endswith("email") else "")

    @classmethod
    def feed_while_the_broker_is_away(cls):
        record, base = cls.marked_record(), incident("R-canary", 17, child=True)
        for role in ("victim", "alleged_perpetrator"):
            typed = {name: base[role][name] for name in ("date_of_birth", "sex", "relationship") if name in base[role]}
            record[role] |= typed | {"address.area": "E06000049"}
        record["child"][0] |= {"date_of_birth": base["child"][0]["date_of_birth"], "child_is": "resident", "address.area": "E06000049"}
        record["victim"] |= {"nhs_number": cls.identifiers["nhs-number"], "consent": "given"}
        record["alleged_perpetrator"] |= {name: cls.identifiers[name] for name in ("pnc", "noms", "crn")}
        record |= {name: base[name] for name in ("reference", "occurred", "type", "domestic_abuse", "dash")}
        cls.p["police"].start()
        cls.p.feed("canary.json", [record])
        wait_until("the feed is taken", lambda: cls.p.taken("canary.json"))
        cls.read_outbox()
        cls.waiting = cls.p.folder / "outbox-while-it-waits"
        cls.waiting.mkdir()
        for path in cls.outbox_files():
            shutil.copy(path, cls.waiting)
        cls.p["police"].kill()

    @classmethod
    def read_outbox(cls):
        """Event secrets and shares, as the agency itself can open them."""
        key, cls.shares, cls.sealed = cls.keys["outbox key"], {}, b""
        with opened(cls.p.of(POLICE, "incidents") / "keep.db") as base:
            rows = base.execute("SELECT event, bytes, secret FROM outbox").fetchall()
        for event, data, secret in rows:
            secret = unsealed(key, b"outbox/secret/" + event.hex().encode(), secret)
            data = unsealed(key, b"outbox/bytes/" + event.hex().encode(), data)
            cls.sealed += data
            cls.shares[f"secret of {event.hex()}"] = secret
            for label in (dict(fields(leaf))[1] for number, leaf in fields(data) if number == 3):
                person = seal.person_secret(secret, int.from_bytes(label[:2], "big"))
                cls.shares[f"share of {label.hex()}"] = seal.share(person, label)

    @classmethod
    def outbox_files(cls):
        return sorted(cls.p.of(POLICE, "incidents").glob("keep.db*"))

    def sought(self, *groups):
        secrets = {name: data for group in groups for name, data in group.items()}
        return needles([MARK, *self.identifiers.values()], secrets)

    def everything(self):
        return self.sought(self.keys, self.brokers, self.tokens, self.shares)

    def assert_nowhere(self, hits):
        self.assertEqual(sorted(hits), [])

    def assert_bites(self, folder, search):
        """The same search finds a mark and a secret that were put there in clear."""
        planted = folder / "planted"
        planted.write_bytes(b"x" * 1000 + self.marks[3].encode() + b"y" * 5000 + self.keys["exchange key"])
        try:
            self.assertEqual(len(search()), 2)
        finally:
            planted.unlink()

    def test_the_marks_were_really_carried(self):
        self.assertGreater(len(self.marks) + len(self.identifiers), 130)
        text = json.dumps([self.p.documents(desk) for desk in DESKS])
        there = [mark for mark in self.marks if mark in text]
        self.assertGreater(len(there), 25, "marks that desks may open")
        self.assertLess(len(there), len(self.marks), "marks that nobody may open")
        for name, token in self.tokens.items():
            self.assertIn(token, self.sealed, f"{name} is computed here as the adapter does")

    def test_nothing_is_in_the_outbox(self):
        search = lambda: in_files(files_below(self.waiting), self.everything())
        self.assert_nowhere(search())
        self.assert_nowhere(in_files(self.outbox_files(), self.everything()))
        self.assert_bites(self.waiting, search)

    def test_nothing_is_in_sealed_events(self):
        self.assert_nowhere(in_bytes(self.sealed, self.sought(self.keys, self.brokers, self.shares)))

    def test_nothing_is_in_the_brokers_files_running_or_stopped(self):
        folder = self.p.home / "broker"
        search = lambda: in_files(files_below(folder, "keys"), self.everything())
        self.assert_nowhere(search())
        self.assert_bites(folder / "store", search)
        self.assertEqual(self.p["broker"].stop(), 0)
        self.assert_nowhere(search())
        self.p.start("broker")
        self.assert_nowhere(search())
        self.assertIn("running", self.p.log_of("broker"))

    def test_nothing_is_in_logs_or_in_what_desks_keep_beside_their_documents(self):
        paths = [*self.p.home.rglob("*.log"), *self.p.folder.glob("*.stderr"), *self.p.home.glob("parties/*/*/keep.db*")]
        self.assertGreater(len(paths), 8)
        self.assert_nowhere(in_files(paths, self.everything()))

    def test_nothing_is_on_the_wire(self):
        kept = lambda: set().union(*(in_bytes(bytes(data), self.everything()) for data in list(self.proxy.kept.values())))
        self.assertGreater(sum(map(len, self.proxy.kept.values())), 10_000)
        self.assert_nowhere(kept())
        with socket.create_connection(("127.0.0.1", self.proxy.port)) as peer:
            peer.sendall(self.marks[0].encode() + self.keys["exchange key"])
        wait_until("what was sent in clear is found", lambda: len(kept()) == 2)
        self.proxy.kept.clear()

    def test_nothing_is_in_the_brokers_memory(self):
        if self.own is None:
            self.skipTest("skipped: only root may read a process's memory here")
        self.assertTrue(any("broker's signing" in hit for hit in self.own), "the broker's own key is there, so its memory was read")
        self.assertGreater(self.memory_bytes, 1 << 20)
        self.assert_nowhere(self.foreign)
        here, _ = in_memory(os.getpid(), needles([MARK], {}))
        self.assertTrue(here, "this process holds the marks, and the search finds them")


if __name__ == "__main__":
    unittest.main(verbosity=2)
