#!/usr/bin/env python3
"""End to end, with a clause whose time to read is one minute: nobody reads, and the next desk of the chain is told. Takes that minute."""
import unittest

from inputs import TO_IDVA, incident
from partnership import COUNCIL, Partnership, shown, wait_until


class Escalation(unittest.TestCase):
    def test_what_nobody_reads_in_time_goes_to_the_next_desk_of_the_chain(self):
        quick = "deliver: {lane: urgent, read_within: 15m, act_within: 2h, clock: always, then: [marac, unplaced]}\n    keep: {for: 1y, from: case_closed, then: erase}\n    onward: {to: [marac], of: same_items"
        with Partnership("escalation", (quick, quick.replace("read_within: 15m", "read_within: 1m").replace("[marac, unplaced]", "[unplaced]"))) as p:
            p.start_all(("idva", "unplaced"))
            p.feed_and_wait("a.json", [incident("UNREAD-1", 17), incident("READ-1", 17, number=1)])
            unread, read = p.event_id("UNREAD-1/risk_assessment"), p.event_id("READ-1/risk_assessment")
            for event in (unread, read):
                p.wait_for_document("idva", event)
            self.assertEqual(p.person("idva", "read", read).returncode, 0)
            self.assertEqual(p.documents("unplaced"), {})
            document = p.wait_for_document("unplaced", unread, 90)
            self.assertTrue(document["obligations"]["escalated"])
            self.assertEqual(shown(document), TO_IDVA)
            self.assertIn(f"unread by {COUNCIL}/idva", p.records("escalated", unread)[0]["what"])
            wait_until("an alarm is recorded", lambda: any("A-UNREAD" in r["what"] for r in p.records("alarm raised", unread)))
            self.assertEqual(p.records("escalated", read), [], "who reads in time is left alone")
            self.assertNotIn(read, p.documents("unplaced"))
            self.assertEqual(set(p.stop_all().values()), {0})


if __name__ == "__main__":
    unittest.main(verbosity=2)
