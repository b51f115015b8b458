#!/usr/bin/env python3
"""Tells the demonstration: starts the programs, feeds them one input at a time, and says what the broker and the desks say.

Everything printed comes from the running programs: `concordat ... --json`, the desks' files and the quarantine. Nothing is
written here beforehand but the titles. Called by ./ops/up, which has built everything."""

import argparse
import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.path.join(ROOT, "build", "bin")
RUN = os.path.join(ROOT, "run")
INPUTS = os.path.join(ROOT, "ops", "demo", "police")
AGREEMENT = os.path.join(ROOT, "policy", "agreements", "cheshire-east", "marac.yaml")
PATIENCE = 30.0

DESKS = {  # client: desk
    "cheshire-east-council/idva": "idva (council)",
    "cheshire-east-council/checs": "checs (council)",
    "cheshire-east-council/marac": "marac (council)",
    "cheshire-east-council/adults": "adults (council)",
    "cheshire-east-council/unplaced": "unplaced (council)",
    "my-cwa/support": "support (My CWA)",
    "lifeline/programme": "programme (Lifeline)",
}
ADAPTERS = ["cheshire-constabulary/incidents"]


def say(text=""):
    print(text, flush=True)


def end_with(text):
    sys.stderr.write("ops/up: " + text + "\n")
    sys.exit(1)


class Demonstration:
    def __init__(self):
        self.programs = []
        self.seen = 0          # records of the log that were told
        self.figures = {"withheld": 0, "quarantined": 0, "refused": 0}

    # ---- programs ---------------------------------------------------------------------------------------------------
    def tool(self, *words):
        done = subprocess.run([os.path.join(BIN, "concordat"), *words, "--config", os.path.join(RUN, "concordat.yaml"), "--json"],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            raise RuntimeError("concordat " + " ".join(words) + ": " + (done.stderr.strip() or done.stdout.strip()))
        return json.loads(done.stdout)["result"]

    def make(self):
        if os.path.exists(RUN):
            shutil.rmtree(RUN)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        done = subprocess.run([os.path.join(BIN, "concordat"), "demo", "make", RUN, "--listen", "tcp://127.0.0.1:%d" % port, "--agreement", AGREEMENT],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            end_with("the partnership could not be made: " + done.stdout.strip())
        for line in done.stdout.splitlines():
            say("  " + line)

    def start(self, name, config):
        path = os.path.join(RUN, config)
        output = open(os.path.join(RUN, name.replace("/", "-") + ".out"), "wb")
        program = {"broker": "concordat-broker"}.get(name, "concordat-police" if name in ADAPTERS else "concordat-inbox")
        # A group of its own: Ctrl-C reaches this narrator, which ends the others in order.
        process = subprocess.Popen([os.path.join(BIN, program), "--config", path], stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                   start_new_session=True)
        output.close()
        self.programs.append((name, process))
        return process

    def start_all(self):
        self.start("broker", "broker/broker.yaml")
        self.wait(lambda: self.answers(), "the broker does not answer")
        for client in ADAPTERS + list(DESKS):
            party, name = client.split("/")
            self.start(client, "parties/%s/%s.yaml" % (party, name))
        wanted = set(ADAPTERS) | set(DESKS)
        self.wait(lambda: wanted <= set(self.tool("status")["sessions"]), "not everybody has connected")
        say("  running: broker, " + ", ".join([a.split("/")[1] for a in ADAPTERS] + [d.split("/")[1] for d in DESKS]))

    def answers(self):
        try:
            return bool(self.tool("status"))
        except RuntimeError:
            return False

    def wait(self, true_when, otherwise):
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            for name, process in self.programs:
                if process.poll() is not None:
                    self.fail("%s ended with %s" % (name, process.returncode), name)
            if true_when():
                return
            time.sleep(0.1)
        self.fail(otherwise, "broker")

    def fail(self, text, name):
        say("  " + text)
        path = os.path.join(RUN, name.replace("/", "-") + ".out")
        if os.path.exists(path):
            with open(path, encoding="utf-8", errors="replace") as lines:
                for line in lines.readlines()[-5:]:
                    say("    " + line.rstrip())
        self.stop()
        end_with(text)

    def stop(self):
        for _, process in reversed(self.programs):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        clean = True
        for _, process in reversed(self.programs):
            try:
                clean = process.wait(timeout=20) == 0 and clean
            except subprocess.TimeoutExpired:
                process.kill()
                clean = False
        self.programs = []
        return clean

    # ---- what happened ----------------------------------------------------------------------------------------------
    def records(self):
        rows = []
        while True:
            new = self.tool("log", "show", "--from", str(self.seen + 1), "--count", "1000")
            if not new:
                return rows
            rows += new
            self.seen = new[-1]["record"]

    def settled(self):
        return all(row["undelivered"] == 0 for row in self.tool("mailbox", "list"))

    def feed(self, name, adapter="cheshire-constabulary/incidents"):
        party, program = adapter.split("/")
        folder = os.path.join(RUN, "parties", party, program)
        resting = os.path.join(folder, "in")
        os.makedirs(resting, exist_ok=True)
        hidden = os.path.join(resting, "." + name)
        with open(os.path.join(INPUTS, name), encoding="utf-8") as file:
            text = file.read()
        with open(hidden, "w", encoding="utf-8") as file:
            file.write(as_of_yesterday(text))
        os.rename(hidden, os.path.join(resting, name))
        def taken():
            return not os.path.exists(os.path.join(resting, name))
        self.wait(taken, name + " was not taken")
        rows = []
        quiet_since = time.monotonic()
        while time.monotonic() - quiet_since < 1.2:
            new = self.records()
            rows += new
            if new or not self.settled():
                quiet_since = time.monotonic()
            time.sleep(0.1)
        return rows

    def tell_event(self, row):
        told = self.tool("event", "explain", row["event"])
        say("%s  %-20s %s" % (told["accepted"][11:19], "police send", "event %s" % row["event"][:8]))
        desks = {desk["desk"]: desk for desk in told["desks"]}
        for name, desk in desks.items():
            self.tell_desk(name, desk, row["event"])
        if not desks:
            say("          %-20s %s" % ("", "nobody is told: no clause fires for it; it is kept, sealed"))

    def tell_desk(self, name, desk, event):
        label = DESKS.get(name, name)
        by_clause = {}
        for grant in desk["may_open"]:
            by_clause.setdefault(grant["clause"], []).append(grant["item"])
        for clause, items in by_clause.items():
            say("          %-20s may open   %s" % (label, wrapped(items)))
            say("          %-20s because    %s" % ("", clause))
            label = ""
        withheld = {}
        for item in desk["withheld"]:
            withheld.setdefault(item["because"], []).append(item["item"])
            self.figures["withheld"] += 1
        for because, items in withheld.items():
            say("          %-20s withheld   %s (%s)" % ("", wrapped(items), because))
        told = desk["told"]
        if isinstance(told, dict):
            due = told.get("read_by")
            say("          %-20s %s%s" % ("", told["progress"], ", to be read by %s UTC" % due[11:16] if due else ""))

    def tell_nothing(self, event, desk):
        told = self.tool("event", "explain", event, "--for", desk)["desks"][0]
        tried = told.get("clauses_that_did_not_grant", [])
        reasons = [clause["because"] + (", " + clause["remedy"] if clause.get("remedy") else "") for clause in tried]
        if not reasons:
            reasons = sorted({item["because"] for item in told["withheld"]})
        say("          %-20s told nothing: %s" % (DESKS[desk], reasons[0]))
        for reason in reasons[1:3]:
            say("          %-20s               %s" % ("", reason))

    def story(self, number, title, name, not_told=()):
        say()
        say("STORY %s  %-66s input: ops/demo/police/%s" % (number, title, name))
        rows = self.feed(name)
        events = [row for row in rows if row["type"] == "event accepted"]
        for row in events:
            self.tell_event(row)
        if events:
            for desk in not_told:
                self.tell_nothing(events[-1]["event"], desk)
        return events

    def newest_file(self, client):
        party, name = client.split("/")
        folder = os.path.join(RUN, "parties", party, name, "events")
        files = [os.path.join(folder, f) for f in os.listdir(folder) if f.endswith(".json")]
        return max(files, key=os.path.getmtime) if files else None


def as_of_yesterday(text):
    """The inputs are dated 14 July 2026; an event weeks old is history, which nobody is woken for. So they become yesterday's."""
    day = time.localtime(time.time() - 24 * 3600)
    return text.replace("2026-07-14", time.strftime("%Y-%m-%d", day)).replace("14/07/2026", time.strftime("%d/%m/%Y", day))


def wrapped(items):
    text = ""
    line = 0
    for item in items:
        piece = item if not text else ", " + item
        if line + len(piece) > 88:
            text += ",\n" + " " * 42
            piece, line = item, 0
        text += piece
        line += len(piece)
    return text


def person_reads(demo, client, event, word, person, reason=None):
    party, name = client.split("/")
    words = [os.path.join(BIN, "concordat-inbox"), "--config", os.path.join(RUN, "parties", party, name + ".yaml"), word, event, "--person", person]
    if reason:
        words += ["--reason", reason]
    return subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def tell(demo):
    first = demo.story(1, "An incident with a high assessment reaches the IDVA", "1-high-risk.json", ["lifeline/programme"])
    path = demo.newest_file("cheshire-east-council/idva")
    if path is None:
        demo.fail("the IDVA's desk has filed nothing", "cheshire-east-council/idva")
    with open(path, encoding="utf-8") as file:
        filed = json.load(file)
    done = person_reads(demo, "cheshire-east-council/idva", filed["event"], "read", "duty IDVA")
    if done.returncode != 0:
        demo.fail("the IDVA could not read: " + done.stdout.strip(), "cheshire-east-council/idva")
    def read():
        desks = demo.tool("event", "explain", filed["event"], "--for", "cheshire-east-council/idva")["desks"]
        return desks[0]["told"]["progress"] == "read"
    demo.wait(read, "reading did not reach the broker")
    say("          %-20s read by a person; the clock has stopped (keep: %s)" % ("idva (council)", filed["obligations"]["keep_rule"]))
    demo.records()

    demo.story(2, "A child lives at the address, and the mother refuses", "2-child-at-home.json", ["cheshire-east-council/idva", "lifeline/programme"])
    demo.story(3, "The first report is corrected: whoever had it gets the correction", "3-corrected.json")
    demo.story(4, "A new case for court, in the police's own format", "4-new-case.xml")

    say()
    say("REFUSED, AND WHY                                                       input: ops/demo/police/5-bad-date.csv")
    demo.feed("5-bad-date.csv")
    for line in dry_run("5-bad-date.csv"):
        if "quarantined" in line:
            demo.figures["quarantined"] += 1
            say("          %s line %s, %s: %s [%s]" % (line["input"], line["line"], line.get("field", ""), line["remedy"], line["quarantined"]))
            say("          kept in quarantine, encrypted, with the file it came in")
    stranger(demo)
    return first


def dry_run(name):
    done = subprocess.run([os.path.join(BIN, "concordat-police"), "--config", os.path.join(RUN, "parties/cheshire-constabulary/incidents.yaml"), "--dry-run",
                           os.path.join(INPUTS, name)], stdout=subprocess.PIPE, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def stranger(demo):
    """A program with a key of its own making knocks; the broker's log says what came of it."""
    folder = os.path.join(RUN, "stranger")
    os.makedirs(folder)
    made = subprocess.run([os.path.join(BIN, "concordat"), "keys", "new", "transport", os.path.join(folder, "stranger.key"), "--owner", "stranger", "--environment", "test", "--demonstration"],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if made.returncode != 0:
        demo.fail("no key for the stranger: " + made.stdout.strip(), "broker")
    with open(os.path.join(RUN, "parties/lifeline/programme.yaml"), encoding="utf-8") as file:
        config = file.read()
    config = config.replace("keys/client-programme.1.key", os.path.join(folder, "stranger.key")).replace("programme/keep.db", os.path.join(folder, "keep.db"))
    config = config.replace("programme/programme.log", os.path.join(folder, "stranger.log")).replace("programme/events", os.path.join(folder, "events"))
    config = config.replace("programme/history", os.path.join(folder, "history"))
    path = os.path.join(RUN, "parties/lifeline/stranger.yaml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(config)
    process = subprocess.Popen([os.path.join(BIN, "concordat-inbox"), "--config", path], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               start_new_session=True)
    log = os.path.join(RUN, "broker", "broker.log")

    def refused():
        with open(log, encoding="utf-8") as lines:
            return [line for line in lines if "connection refused" in line]
    try:
        demo.wait(lambda: bool(refused()), "the stranger was not refused")
    finally:
        process.terminate()
        process.wait(timeout=20)
    demo.figures["refused"] += 1
    line = refused()[0]
    fields = dict(part.split("=", 1) for part in shlex.split(line) if "=" in part)
    say("          unknown key from %s: %s, stopped at the handshake" % (fields.get("from", "somewhere"), fields.get("why", "refused")))


def summary(demo, started):
    status = demo.tool("status")
    counts = {}
    seen, demo.seen = demo.seen, 0
    rows = demo.records()
    for row in rows:
        counts[row["type"]] = counts.get(row["type"], 0) + 1
    delivered = acknowledged = 0
    for row in rows:
        if row["type"] == "handed over":
            delivered += int(row["what"].split()[0])
        if row["type"] == "acknowledged":
            acknowledged += int(row["what"].split(": ")[1].split()[0])
    check = demo.tool("store", "check")
    nobody = sum(1 for row in rows if row["type"] == "event accepted" and "told: nobody" in row["what"])
    say()
    say("  accepted %d   delivered %d   acknowledged %d   withheld items %d   refused %d   quarantined %d" %
        (counts.get("event accepted", 0), delivered, acknowledged, demo.figures["withheld"], demo.figures["refused"], demo.figures["quarantined"]))
    say("  nobody told %d   deadlines open %d, missed %d   store check: %d records, chain %s" %
        (nobody, status["deadlines_open"], counts.get("escalated", 0), check["records"], check["chain"]))
    return counts.get("event accepted", 0) > 0 and acknowledged == delivered and check["chain"] == "whole"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--stay", action="store_true")
    parser.add_argument("--started", type=int, default=int(time.time()))
    words = parser.parse_args()
    demo = Demonstration()
    try:
        demo.make()
        demo.start_all()
        first = tell(demo)
        whole = summary(demo, words.started)
        event = first[-1]["event"] if first else "EVENT"
        say()
        if words.stay:
            say("Ask it:  build/bin/concordat event explain %s --config run/concordat.yaml" % event)
            say("Feed it: copy a file like those in ops/demo/police into run/parties/cheshire-constabulary/incidents/in")
            say("Read it: run/parties/cheshire-east-council/idva/events     End it: Ctrl-C")
            try:
                while all(process.poll() is None for _, process in demo.programs):
                    time.sleep(0.5)
            except KeyboardInterrupt:
                say()
        else:
            say("Ask it, feed it: ./ops/up --stay keeps it running and says how")
    except KeyboardInterrupt:
        demo.stop()
        return 130
    except RuntimeError as error:
        demo.fail(str(error), "broker")
    clean = demo.stop()
    took = int(time.time()) - words.started
    say("Done in %dm %02ds%s" % (took // 60, took % 60, "" if clean else "; not every program ended cleanly"))
    return 0 if clean and whole else 1


if __name__ == "__main__":
    sys.exit(main())
