#!/usr/bin/env python3
"""Nobody in: a hostile client over real sockets against the real broker. Each attempt is refused with its own code, the refusal is in the
broker's log, and the broker goes on serving those who may. A seed may be given to draw the same bits again."""
import os
import random
import socket
import subprocess
import sys
import unittest

from inputs import incident
from partnership import COUNCIL, PATIENCE, POLICE, Partnership, wait_until

CLIENT = os.path.join(os.environ.get("CONCORDAT_TEST_PROGRAMS", "build/tests"), "hostile_client")
SEED = int(sys.argv.pop()) if len(sys.argv) > 1 and sys.argv[-1].isdigit() else random.randrange(1 << 32)
FLIPS = 12  # with all the others below what the broker records whole of one client in a minute


def ready(name, words):
    """A ZMTP command or message frame, for a peer that speaks no CURVE."""
    body = bytes([len(name)]) + name + words
    return bytes([4, len(body)]) + body


class NobodyIn(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        print(f"seed {SEED}")
        cls.p = cls.enterClassContext(Partnership("nobody-in"))
        cls.p.start("broker", "checs")
        cls.addClassCleanup(cls.p.stop_all)

    def attempt(self, what, seed=0):
        done = subprocess.run([CLIENT, str(self.p.home), self.p.address, what, str(seed)], capture_output=True, text=True,
                              timeout=60 * PATIENCE, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertTrue(self.p["broker"].running(), "the broker ended")
        return done.stdout.splitlines()

    def assert_refused(self, what, answer, *words):
        """The answer, and every word in one line of the broker's log that was not there before."""
        before = len(self.p.log_of("broker"))
        self.assertEqual(self.attempt(what), answer)
        in_log = lambda: any(all(word in line for word in words) for line in self.p.log_of("broker")[before:].splitlines())
        wait_until(f"{words} is in the broker's log", in_log, 10)

    def test_an_honest_client_is_served_so_that_refusals_below_say_something(self):
        self.assertEqual(self.attempt("honest"), ["welcome", "event ACCEPTED"])

    def test_an_unknown_key_is_stopped_at_the_handshake(self):
        self.assert_refused("unknown-key", ["no link: the broker does not know this client's key"], "connection refused", "unknown key")

    def test_with_the_handler_dead_nobody_gets_in(self):
        lines = self.attempt("handler-dead")
        self.assertEqual((lines[0], lines[-1]), ("door open: link up, heard", "door shut: link none, nothing heard"))

    def test_a_squatted_identity_is_refused(self):
        self.assert_refused("squat", ["refused E-CLIENT, session over"], "refused", "E-CLIENT", f"{COUNCIL}/idva")

    def test_an_adapter_that_is_not_the_clients_is_refused(self):
        self.assert_refused("another-adapter", ["refused E-CLIENT, session over"], "E-CLIENT", f"{POLICE}/cases")

    def test_a_desk_gets_nothing_of_anothers_mailbox(self):
        self.assert_refused("another-desk", ["refused E-DESK, session over"], "E-DESK")
        for what in ("another-desks-credit", "another-desks-acknowledgement", "another-desks-progress"):
            self.assert_refused(what, ["welcome", "refused E-DESK, session over"], "E-DESK")

    def test_nobody_stops_the_broker_with_a_place_that_it_never_signed(self):
        for what in ("seen-of-nothing", "seen-otherwise"):
            self.assertEqual(self.attempt(what), ["welcome"] * (what == "seen-otherwise") + ["refused E-UNPROVEN, session over"])
        self.assertEqual(self.attempt("seen-truly"), ["welcome", "welcome"])

    def test_nothing_is_taken_before_a_hello(self):
        self.assert_refused("no-hello", ["refused E-FRAME, session over"], "E-FRAME")

    def test_a_party_may_not_assert_another_roles_kind(self):
        self.attempt_is_recorded("kind-not-ours", "E-ASSERT")

    def test_one_agencys_key_does_not_sign_as_another(self):
        self.attempt_is_recorded("signing-as-another", "E-SENDER")
        self.attempt_is_recorded("source-of-another", "E-SENDER")
        self.attempt_is_recorded("key-of-another-adapter", "E-PROOF")

    def test_one_flipped_bit_fails_the_batch(self):
        self.attempt_is_recorded("one-bit", "E-PROOF")

    def attempt_is_recorded(self, what, code):
        """Refused event by event; a refusal is a record of the log, and an alarm to a desk of the sender."""
        before = len(self.p.log())
        self.assertEqual(self.attempt(what), ["welcome", f"event refused {code}"])
        new = self.p.log()[before:]
        self.assertIn(("event refused", f"{POLICE}/incidents {code}"), [(r["type"], r["what"]) for r in new])
        self.assertIn("alarm raised", [r["type"] for r in new])
        self.assertNotIn("event accepted", [r["type"] for r in new])

    def test_no_bit_of_a_batch_may_be_flipped(self):
        before = len(self.p.records("event accepted"))
        for n in range(FLIPS):
            lines = self.attempt("any-bit", SEED + n)
            self.assertIn("refused", " ".join(lines), f"seed {SEED + n}")
            self.assertNotIn("event ACCEPTED", lines, f"seed {SEED + n}")
        self.assertEqual(len(self.p.records("event accepted")), before)

    def test_noise_ends_the_session_and_nothing_else(self):
        for n in range(5):
            self.assertEqual(self.attempt("noise", SEED + n)[-1][:10], "refused E-", f"seed {SEED + n}")

    def heard_until_closed(self, opening):
        """All that the broker says to such a peer; a broker that keeps it for ten seconds fails the test."""
        heard = b""
        with socket.create_connection(("127.0.0.1", self.p.port), timeout=10 * PATIENCE) as peer:
            try:
                peer.sendall(opening)
                while more := peer.recv(4096):
                    heard += more
            except ConnectionError:
                pass  # reset is as good as closed
        return heard

    def test_without_curve_there_is_no_session(self):
        greeting = b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"NULL".ljust(20, b"\0") + bytes(32)
        for opening in (greeting + ready(b"READY", b"\x0bSocket-Type\x00\x00\x00\x06DEALER") + b"\x00\x01\x01",
                        b"GET / HTTP/1.1\r\nHost: broker\r\n\r\n", bytes(random.Random(SEED).randbytes(200)), b""):
            heard = self.heard_until_closed(opening)
            self.assertLessEqual(len(heard), 64, "no more than a greeting")
            self.assertNotIn(b"READY", heard)

    def test_the_broker_still_serves_after_all_of_it(self):
        self.p.start("police")
        self.p.feed_and_wait("a.json", [incident("STILL-1", 11, child=True)])
        self.p.wait_for_document("checs", self.p.event_id("STILL-1/risk_assessment"))
        self.assertEqual(self.p["police"].stop(), 0)
        self.assertEqual(self.p.tool("store", "check")["chain"], "whole")


if __name__ == "__main__":
    unittest.main(verbosity=2)
