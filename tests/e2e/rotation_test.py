#!/usr/bin/env python3
"""End to end: keys rotate while programs are away, and a broker that comes back with an older log is found out."""
import pathlib
import shutil
import unittest

from inputs import incident
from partnership import COUNCIL, POLICE, Partnership, wait_until

BROKER = "cheshire-east-broker"
COUNTERSIGN = (POLICE, COUNCIL, "my-cwa", "mid-cheshire-hospitals")

# The council as the demonstration plans it: the same plan with more keys beside it makes the next entry.
PLAN = """\
party: cheshire-east-council
title: Cheshire East Council (demonstration)
partnership: cheshire-east
environment: test
demonstration: yes
role: local_authority
signatories: [senior_information_risk_owner, caldicott_guardian]
asserts: [safeguarding_concern, referral_progress]
desks:
  idva: {role: idva, serves: [E06000049], staffed: always, alternative: cheshire-east-council/marac}
  marac: {role: marac_coordinator, serves: [E06000049], staffed: office_hours}
  checs: {role: children_safeguarding, serves: [E06000049], staffed: always}
  adults: {role: adult_safeguarding, serves: [E06000049], staffed: office_hours}
  unplaced: {role: fallback, serves: anywhere, staffed: always}
clients: {idva: {reads: [idva]}, marac: {reads: [marac]}, checs: {reads: [checs]}, adults: {reads: [adults]}, unplaced: {reads: [unplaced]}}
"""


class Rotation(unittest.TestCase):
    def setUp(self):
        self.p = self.enterContext(Partnership("rotation"))
        self.addCleanup(self.p.stop_all)
        self.broker = self.p.home / "broker"
        self.told = 0
        self.versions = 1

    def ok(self, *words):
        done = self.p.run("concordat", *words)
        self.assertEqual(done.returncode, 0, f"{words}: {done.stdout}{done.stderr}")

    def key(self, purpose, path, owner):
        self.ok("keys", "new", purpose, path, "--owner", owner, "--environment", "test", "--epoch", "2", "--demonstration")

    def configure(self, path, old, new):
        text = path.read_text()
        self.assertEqual(text.count(old), 1, old)
        path.write_text(text.replace(old, new))

    def adopt(self, *change):
        """The next version, adopted by the broker alone: the programs' own files stay as they were."""
        self.versions += 1
        bundle = self.p.folder / f"v{self.versions}.bundle"
        before = self.p.home / "directory.bundle" if self.versions == 2 else self.p.folder / f"v{self.versions - 1}.bundle"
        self.ok("directory", "propose", "--after", before, "--to", bundle, *change)
        for party in COUNTERSIGN:
            self.ok("directory", "sign", bundle, "--key", self.p.home / "parties" / party / "keys" / "party.1.key")
        kept = (self.p.home / "directory.bundle").read_bytes()
        self.ok("directory", "adopt", bundle, "--config", self.p.home / "concordat.yaml")
        (self.p.home / "directory.bundle").write_bytes(kept)

    def restart_broker(self):
        self.assertEqual(self.p["broker"].stop(), 0)
        self.p.start("broker")

    def assert_an_event_arrives(self):
        """Police and IDVA come, one event goes through, both go."""
        self.told += 1
        self.p.start("idva", "police")
        self.p.feed_and_wait(f"{self.told}.json", [incident(f"ROTATE-{self.told}", 17)])
        self.p.wait_for_document("idva", self.p.event_id(f"ROTATE-{self.told}/risk_assessment"))
        self.assertEqual([self.p[name].stop() for name in ("idva", "police")], [0, 0])

    def test_every_key_rotates_while_programs_are_away(self):
        self.p.start("broker")
        self.assert_an_event_arrives()
        for purpose in ("box", "signing", "transport"):
            self.key(purpose, self.broker / "keys" / f"{purpose}.2.key", BROKER)
        self.configure(self.broker / "broker.yaml", "box: [keys/box.1.key]", "box: [keys/box.1.key, keys/box.2.key]")
        self.restart_broker()
        self.assert_an_event_arrives()  # a key that is held and not listed yet changes nothing

        self.ok("broker", "request", "--name", BROKER, "--partnership", "cheshire-east", "--environment", "test", "--to", self.broker,
                "--serial", "2", "--demonstration")
        self.adopt("--broker", self.broker / f"{BROKER}.entry")
        self.assert_an_event_arrives()  # who knows the old version alone is told the new one before the welcome
        for purpose in ("signing", "transport"):
            self.configure(self.broker / "broker.yaml", f"{purpose}: keys/{purpose}.1.key", f"{purpose}: keys/{purpose}.2.key")
        self.restart_broker()
        self.assert_an_event_arrives()

        party = self.p.home / "parties" / COUNCIL
        self.key("transport", party / "keys" / "client-idva.2.key", f"{COUNCIL}/idva")
        (self.p.folder / "plan.yaml").write_text(PLAN)
        self.ok("party", "request", self.p.folder / "plan.yaml", "--to", party)
        self.adopt("--entry", party / f"{COUNCIL}.entry")
        self.assert_an_event_arrives()  # with the older of the two
        self.configure(self.p.config(COUNCIL, "idva"), "client-idva.1.key", "client-idva.2.key")
        self.assert_an_event_arrives()
        self.assertEqual(self.p.records("refused"), [])

    def test_a_broker_with_an_older_log_is_found_out_by_the_first_client(self):
        self.p.start("broker")
        self.assert_an_event_arrives()
        self.assertEqual(self.p["broker"].stop(), 0)
        backup = pathlib.Path(self.p.folder / "backup")
        backup.mkdir()
        parts = [path for path in self.broker.iterdir() if path.name.startswith(("store", "keyring"))]
        folders = {path for path in parts if path.is_dir()}
        for path in parts:
            (shutil.copytree if path in folders else shutil.copy2)(path, backup / path.name)
        self.p.start("broker")
        self.assert_an_event_arrives()
        self.assertEqual(self.p["broker"].stop(), 0)
        for path in parts:
            (shutil.rmtree if path in folders else pathlib.Path.unlink)(path)
            (shutil.copytree if path in folders else shutil.copy2)(backup / path.name, path)
        self.p.start("broker")  # alone it cannot know
        self.p["police"].start()
        wait_until("the broker has stopped", lambda: not self.p["broker"].running())
        self.assertEqual(self.p["broker"].process.poll(), 70)
        self.assertIn("E-STALE", self.p.log_of("broker"))
        self.p["police"].kill()
        self.p["broker"].process = None


if __name__ == "__main__":
    unittest.main(verbosity=2)
