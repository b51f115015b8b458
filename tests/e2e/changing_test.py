#!/usr/bin/env python3
"""End to end: what happens when the rules change while events wait, and what an operator does about parked deliveries."""
import unittest

from inputs import TO_MARAC, incident
from partnership import AGREEMENT, COUNCIL, POLICE, Partnership, shown, wait_until

SIGNATORIES = {POLICE: ("chief_officer", "data_protection_officer"), "mid-cheshire-hospitals": ("caldicott_guardian",),
               "my-cwa": ("chief_executive",), "lifeline": ("chief_executive",),
               COUNCIL: ("senior_information_risk_owner", "caldicott_guardian")}
# The clause for the conference, kept from assessments: as an amendment would say it.
AS_IS = "    to: {desk: marac, serving: victim.residence, if_none: unplaced}\n    necessity: The conference"
NARROWED = AS_IS.replace("    necessity", "    share: [referral]\n    necessity")


class Changing(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.p = cls.enterClassContext(Partnership("changing"))
        cls.p.start("broker", "police", "marac", "idva")
        cls.addClassCleanup(cls.p.stop_all)

    def adopt(self, version, *changes):
        """The agreement in force with its next version, signed by everybody it asks for."""
        text = (self.p.home / "agreements" / "marac.yaml").read_text(encoding="utf-8")
        for old, new in (("\nversion: 1\n", f"\nversion: {version}\n"), *changes):
            self.assertEqual(text.count(old), 1, old)
            text = text.replace(old, new)
        path = self.p.folder / f"marac-{version}.yaml"
        path.write_text(text, encoding="utf-8")
        unsigned = self.p.run("concordat", "agreement", "adopt", path, "--config", self.p.home / "concordat.yaml")
        self.assertEqual(unsigned.returncode, 1, "nobody has signed it")
        for party, roles in SIGNATORIES.items():
            for role in roles:
                key = self.p.home / "parties" / party / "keys" / f"signatory-{role}.1.key"
                done = self.p.run("concordat", "agreement", "sign", path, "--key", key, "--config", self.p.home / "concordat.yaml")
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        done = self.p.run("concordat", "agreement", "adopt", path, "--config", self.p.home / "concordat.yaml")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def parked(self):
        return self.p.tool("mailbox", "parked", f"{COUNCIL}/marac")

    def test_what_is_no_longer_permitted_is_parked_and_a_retry_delivers_it_once_it_is_again(self):
        self.assertIn(AS_IS, AGREEMENT.read_text(encoding="utf-8"))
        self.assertEqual(self.p["marac"].stop(), 0)
        self.p.feed_and_wait("waits.json", [incident("WAITS-1", 17)])
        event, incident_event = self.p.event_id("WAITS-1/risk_assessment"), self.p.event_id("WAITS-1")
        self.p.wait_for_document("idva", event)
        self.adopt(2, (AS_IS, NARROWED))
        self.p.start("marac")
        wait_until("the deliveries are parked", lambda: len(self.parked()) == 2)
        self.assertEqual({row["event"] for row in self.parked()}, {event, incident_event}, "the assessment, and the incident that carries its risk")
        self.assertIn("E-NO-CLAUSE", self.p.records("parked")[0]["what"])
        self.assertEqual(self.p.documents("marac"), {}, "what was decided under the old version is not handed over under the new")

        self.p.tool("mailbox", "retry", f"{COUNCIL}/marac")
        wait_until("they are parked again", lambda: len(self.p.records("parked")) == 4 and len(self.parked()) == 2)
        self.assertEqual(self.p.documents("marac"), {})

        self.adopt(3)
        self.p.tool("mailbox", "retry", f"{COUNCIL}/marac")
        self.assertEqual(shown(self.p.wait_for_document("marac", event)), TO_MARAC)
        self.p.wait_for_quiet()
        self.assertEqual(self.parked(), [])
        self.assertEqual([r["what"].split()[0] for r in self.p.records("agreement adopted")], ["cheshire-east/marac"] * 3)
        self.assertEqual(self.p.tool("store", "check")["chain"], "whole")


if __name__ == "__main__":
    unittest.main(verbosity=2)
