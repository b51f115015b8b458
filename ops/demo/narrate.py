#!/usr/bin/env python3
"""Tells the demonstration: starts the programs, feeds them one input at a time, and says what the broker and the desks say.

Everything printed comes from the running programs: `concordat ... --json`, the desks' files and the quarantine. Nothing is
written here beforehand but the titles. Called by ./ops/up, which has built everything."""

import argparse
import ctypes
import datetime
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import textwrap
import time
import urllib.request
import zoneinfo

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.path.join(ROOT, "build", "bin")
RUN = os.path.join(ROOT, "run")
INPUTS = os.path.join(ROOT, "ops", "demo")
AGREEMENTS = [os.path.join(ROOT, "policy", "agreements", "cheshire-east", name) for name in ("marac.yaml", "victim-information.yaml")]
TEXTS = {"5a3c7e10-4d2b-4c55-9a61-0d5a4be0c001": "en/text", "5a3c7e10-4d2b-4c55-9a61-0d5a4be0c002": "cy/text"}  # as `demo make` writes them
PATIENCE = 30.0

DESKS = {  # client: desk
    "cheshire-east-council/idva": "idva (council)",
    "cheshire-east-council/checs": "checs (council)",
    "cheshire-east-council/marac": "marac (council)",
    "cheshire-east-council/adults": "adults (council)",
    "cheshire-east-council/unplaced": "unplaced (council)",
    "my-cwa/support": "support (My CWA)",
    "lifeline/programme": "programme (Lifeline)",
    "cheshire-constabulary/control": "control room (police)",
    "cheshire-constabulary/witness-care": "witness care (police)",
    "cheshire-constabulary/notify": "notify",
}
ADAPTERS = {  # client: its program, and who sends
    "cheshire-constabulary/incidents": ("concordat-police", "police send"),
    "cheshire-constabulary/cases": ("concordat-police", "police send"),
    "mid-cheshire-hospitals/attendances": ("concordat-health", "hospital sends"),
    "cheshire-constabulary/registrations": ("concordat-support", "witness care sends"),
    "hmcts/results": ("concordat-courts", "courts send"),
    "hmpps/movements": ("concordat-hmpps", "prisons send"),
}


def say(text=""):
    print(text, flush=True)


def end_with_the_narrator():
    """Whatever ends this program, even SIGKILL, leaves none of the others behind."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


def end_with(text):
    sys.stderr.write("ops/up: " + text + "\n")
    sys.exit(1)


class Demonstration:
    def __init__(self):
        self.programs = []
        self.seen = 0          # records of the log that were told
        self.accepted = {}     # record: event
        self.figures = {"withheld": 0, "quarantined": 0, "refused": 0}
        self.port = 0
        self.sent_file = os.path.join(RUN, "notify-sent.jsonl")

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
        self.port = free_ports(5)  # the broker's; then the hospital's, the courts', the notification service's and its receipts'
        words = [os.path.join(BIN, "concordat"), "demo", "make", RUN, "--listen", "tcp://127.0.0.1:%d" % self.port, "--files", ROOT]
        for agreement in AGREEMENTS:
            words += ["--agreement", agreement]
        done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            end_with("the partnership could not be made: " + done.stdout.strip())
        for line in done.stdout.splitlines():
            say("  " + line)

    def start(self, name, config):
        path = os.path.join(RUN, config)
        output = open(os.path.join(RUN, name.replace("/", "-") + ".out"), "wb")
        program = {"broker": "concordat-broker", "cheshire-constabulary/notify": "concordat-notify"}.get(name, "concordat-inbox")
        if name in ADAPTERS:
            program = ADAPTERS[name][0]
        return self.launch(name, [os.path.join(BIN, program), "--config", path], output)

    def launch(self, name, words, output):
        # A group of its own: Ctrl-C reaches this narrator, which ends the others in order.
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
                                   preexec_fn=end_with_the_narrator)
        output.close()
        self.programs.append((name, process))
        return process

    def start_service(self):
        """The emulator of the notification service: nothing leaves this machine."""
        keys = os.path.join(RUN, "parties", "cheshire-constabulary", "keys")
        words = [sys.executable, os.path.join(ROOT, "ops", "emulators", "notify", "emulator.py"), "--port", str(self.port + 3),
                 "--key", os.path.join(keys, "notify-api.key"), "--templates", os.path.join(ROOT, "adapters", "notify", "templates"), "--record", self.sent_file,
                 "--callback", "http://127.0.0.1:%d/receipts" % (self.port + 4), "--callback-token", os.path.join(keys, "notify-callback.token")]
        for identifier, template in TEXTS.items():
            words += ["--template", identifier + "=" + template]
        self.launch("notify-service", words, open(os.path.join(RUN, "notify-service.out"), "wb"))

    def start_all(self):
        self.start("broker", "broker/broker.yaml")
        self.start_service()
        self.wait(lambda: self.answers(), "the broker does not answer")
        for client in list(ADAPTERS) + list(DESKS):
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
            self.accepted.update({row["record"]: row["event"] for row in new if row["type"] == "event accepted"})
            self.seen = new[-1]["record"]

    def settled(self):
        return all(row["undelivered"] == 0 for row in self.tool("mailbox", "list"))

    def feed(self, path, adapter, way=None, change=lambda text: text, yields=True):
        """Gives an input to an adapter: `way` posts it, or it is laid into the watched folder. What came of it, as records of the log;
        `yields`: at least one event, which is waited for."""
        with open(os.path.join(INPUTS, path), encoding="utf-8") as file:
            text = change(as_of_yesterday(file.read()))
        if way is None:
            self.lay(os.path.basename(path), text, adapter)
        else:
            way(self, text)
        return self.what_follows(yields)

    def lay(self, name, text, adapter):
        party, program = adapter.split("/")
        resting = os.path.join(RUN, "parties", party, program, "in")
        os.makedirs(resting, exist_ok=True)
        hidden = os.path.join(resting, "." + name)
        with open(hidden, "w", encoding="utf-8") as file:
            file.write(text)
        os.rename(hidden, os.path.join(resting, name))
        self.wait(lambda: not os.path.exists(os.path.join(resting, name)), name + " was not taken")

    def what_follows(self, yields):
        rows = []
        def accepted():
            rows.extend(self.records())
            return any(row["type"] == "event accepted" for row in rows)
        if yields:
            self.wait(accepted, "nothing was accepted of an input")
        quiet_since = time.monotonic()
        while time.monotonic() - quiet_since < 1.2:
            new = self.records()
            rows.extend(new)
            if new or not self.settled():
                quiet_since = time.monotonic()
            time.sleep(0.1)
        return rows

    def tell_event(self, row, who):
        told = self.tool("event", "explain", row["event"])
        say("%s  %-20s %s" % (told["accepted"][11:19], who, "%s %s" % (told["kind"].replace("_", " "), row["event"][:8])))
        corrects = re.search(r"corrects record (\d+)", row["what"])
        if corrects:
            say("          %-20s corrects   %s %s" % ("", told["kind"].replace("_", " "), self.accepted[int(corrects[1])][:8]))
        desks = {desk["desk"]: desk for desk in told["desks"]}
        for name, desk in desks.items():
            self.tell_desk(name, desk, row["event"])
        if not desks:
            say("          %-20s %s" % ("", "nobody is told: no clause leads anywhere; it is kept, sealed"))

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
            say("          %-20s %s%s" % ("", told["progress"], ", to be read by %s" % time_of(due) if due else ""))

    def tell_nothing(self, event, desk):
        told = self.tool("event", "explain", event, "--for", desk)["desks"][0]
        tried = told.get("clauses_that_did_not_grant", [])
        reasons = [clause["because"] + (", " + clause["remedy"] if clause.get("remedy") else "") for clause in tried]
        if not reasons:
            reasons = sorted({item["because"] for item in told["withheld"]})
        say("          %-20s told nothing: %s" % (DESKS[desk], reasons[0]))
        for reason in reasons[1:3]:
            say("          %-20s               %s" % ("", reason))

    def story(self, number, title, inputs):
        say()
        say("STORY %s  %-66s input: ops/demo/%s" % (number, title, inputs))

    def scene(self, path, adapter, way=None, change=lambda text: text, not_told=()):
        """One input, and who is told what of it."""
        events = [row for row in self.feed(path, adapter, way, change) if row["type"] == "event accepted"]
        for row in events:
            self.tell_event(row, ADAPTERS[adapter][1])
        for desk in not_told if events else ():
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
    for was, form in (("2026-07-14", "%Y-%m-%d"), ("14/07/2026", "%d/%m/%Y"), ("20260714", "%Y%m%d")):
        text = text.replace(was, time.strftime(form, day))
    return text


def time_of(instant):
    """Its time of day, and its day where that is not today."""
    today = time.strftime("%Y-%m-%d", time.gmtime())
    return instant[11:16] + " UTC" + ("" if instant[:10] == today else " on " + instant[:10])


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


def to_the_hospital(demo, text):
    """As a hospital's engine sends: framed, over a connection, and it waits for the answer."""
    with socket.create_connection(("127.0.0.1", demo.port + 1), 10) as engine:
        engine.settimeout(30)
        engine.sendall(b"\x0b" + text.replace("\n", "\r").encode() + b"\x1c\r")
        answer = b""
        while b"\x1c\r" not in answer:
            got = engine.recv(4096)
            if not got:
                break
            answer += got
    code = next((line.split("|")[1] for line in answer.decode(errors="replace").replace("\r", "\n").split("\n") if line.startswith("MSA")), "nothing")
    if code != "AA":
        demo.fail("the hospital's message was answered with " + code, "mid-cheshire-hospitals/attendances")


def to_the_courts(demo, text):
    """As the courts post a hearing that was resulted."""
    hearing = json.loads(text)["hearing"]["id"]
    request = urllib.request.Request("http://127.0.0.1:%d/hearing/%s/result" % (demo.port + 2, hearing), text.encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        if answer.status != 202:
            demo.fail("the court's post was answered with %d" % answer.status, "hmcts/results")


def awake(text):
    """She chose quiet hours and safe times; the demonstration runs at any hour, so hers begin twelve hours from now."""
    record = json.loads(text)
    london = lambda hours: datetime.datetime.fromtimestamp(time.time() + hours * 3600, zoneinfo.ZoneInfo("Europe/London")).strftime("%H:%M")
    record["quiet_from"], record["quiet_until"] = london(12), london(13)
    record["victim"]["safe_contact"].pop("time", None)
    return json.dumps(record)


def hospital(demo):
    demo.story(1, "A high-risk attendance reaches the IDVA", "health/a04.hl7")
    events = demo.scene("health/a04.hl7", "mid-cheshire-hospitals/attendances", to_the_hospital, not_told=["cheshire-constabulary/control", "lifeline/programme"])
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
    return events


def court_and_release(demo):
    demo.story(3, "A court outcome and a release reach her safely", "police, support, courts, hmpps")
    demo.scene("police/4-new-case.xml", "cheshire-constabulary/cases")
    demo.scene("support/registration.json", "cheshire-constabulary/registrations", change=awake)
    events = demo.scene("courts/1-restraining-order.json", "hmcts/results", to_the_courts, not_told=["lifeline/programme"])
    results, offences = counted("courts/1-restraining-order.json")
    say("          %-20s %d results on %d offences = %d outcome" % ("courts", results, offences, len(events)))
    tell_text(demo)
    for path, what in (("hmpps/1-merge.json", "released, code MRG"), ("hmpps/2-at-large.json", "released, code UAL")):
        say("          %-20s the prison's system says: %s" % ("", what))
        demo.scene(path, "hmpps/movements")
    tell_task(demo)


def counted(path):
    """Results of a hearing, and offences that have any."""
    with open(os.path.join(INPUTS, path), encoding="utf-8") as file:
        cases = json.load(file)["hearing"]["prosecutionCases"]
    lists = [offence.get("judicialResults") or [] for case in cases for defendant in case["defendants"] for offence in defendant["offences"]]
    return sum(len(one) for one in lists), sum(1 for one in lists if one)


def sent_texts(demo):
    if not os.path.exists(demo.sent_file):
        return []
    with open(demo.sent_file, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def tell_text(demo):
    demo.wait(lambda: sent_texts(demo), "no text was sent")
    text = sent_texts(demo)[0]
    say("          %-20s text to %s, as the service has it, byte for byte:" % ("notify", text["to"]))
    for line in textwrap.wrap(text["body"], 88):
        say("          %-20s   %s" % ("", line))
    say("          %-20s not in the text: name, crime, court, address. A protected address: never read" % "")


def tell_task(demo):
    folder = os.path.join(RUN, "parties", "cheshire-constabulary", "notify", "tasks")
    demo.wait(lambda: os.path.isdir(folder) and [name for name in os.listdir(folder) if name.endswith(".json")], "no task for a person")
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            task = json.load(file)
        say("          %-20s a person rings her, no text (%s)" % ("notify", task.get("why", "for_a_person")))
    if len(sent_texts(demo)) != 1:
        demo.fail("%d texts were sent, and one was to be" % len(sent_texts(demo)), "cheshire-constabulary/notify")


def tell(demo):
    first = hospital(demo)
    demo.story(2, "A child lives at the address, and the mother refuses", "police/2-child-at-home.json")
    demo.scene("police/2-child-at-home.json", "cheshire-constabulary/incidents", not_told=["cheshire-east-council/idva", "lifeline/programme"])
    court_and_release(demo)

    demo.story(4, "A report is corrected: whoever had it gets the correction", "police/1-high-risk.json, 3-corrected.json")
    demo.scene("police/1-high-risk.json", "cheshire-constabulary/incidents")
    demo.scene("police/3-corrected.json", "cheshire-constabulary/incidents")

    say()
    say("REFUSED, AND WHY                                                       input: ops/demo/police/5-bad-date.csv")
    demo.feed("police/5-bad-date.csv", "cheshire-constabulary/incidents", yields=False)
    for line in dry_run("police/5-bad-date.csv"):
        if "quarantined" in line:
            demo.figures["quarantined"] += 1
            say("          %s line %s, %s: %s [%s]" % (line["input"], line["line"], line.get("field", ""), line["remedy"], line["quarantined"]))
            say("          kept in quarantine, encrypted, with the file it came in")
    stranger(demo)
    return first


def free_ports(count):
    """The first of so many ports in a row that nobody uses."""
    for _ in range(100):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            first = probe.getsockname()[1]
        if first + count > 65535:
            continue
        probes = []
        try:
            for port in range(first, first + count):
                probes.append(socket.socket())
                probes[-1].bind(("127.0.0.1", port))
            return first
        except OSError:
            continue
        finally:
            for probe in probes:
                probe.close()
    end_with("no %d free ports in a row on this machine" % count)


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
            say("Feed it: copy a file like those in ops/demo/police into run/parties/cheshire-constabulary/incidents/in;")
            say("         send HL7 to 127.0.0.1:%d, post hearings to 127.0.0.1:%d" % (demo.port + 1, demo.port + 2))
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
