"""A whole partnership for tests: made by `concordat demo make`, its programs started as processes of their own, fed with files, asked
by the tool, stopped again. Standard library only.

    with Partnership("spine") as p:
        p.start_all()
        p.feed("a.json", [incident("R1", dash=17)])
        document = p.wait_for_document("idva", p.event_id("R1"))

With more=[TO_VICTIMS] the victims' agreement is in force too; "service" is then the emulator of the notification service, which "notify" needs.

Every wait is bounded and says what was waited for. Nothing is left running: stop_all() ends each program by its own number, and a
program that outlives the test is killed with it. What a failed test left is in build/…/runs; a good one clears up after itself.
"""
import ctypes
import datetime
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "proto" / "seal"))
import check_vectors as seal  # noqa: E402  the second implementation of proto/seal: key files, event ids, shares

PROGRAMS = pathlib.Path(os.environ.get("CONCORDAT_PROGRAMS", ROOT / "build" / "bin"))
RUNS = pathlib.Path(os.environ.get("CONCORDAT_RUNS", ROOT / "build" / "runs"))
PATIENCE = float(os.environ.get("CONCORDAT_PATIENCE", "1"))  # a sanitised build needs more

POLICE = "cheshire-constabulary"
COUNCIL = "cheshire-east-council"
DESKS = {"idva": COUNCIL, "marac": COUNCIL, "checs": COUNCIL, "adults": COUNCIL, "unplaced": COUNCIL, "control": POLICE,
         "emergency": "mid-cheshire-hospitals", "support": "my-cwa", "programme": "lifeline", "witness-care": POLICE}
ADAPTERS = {"police": (POLICE, "incidents"), "cases": (POLICE, "cases"), "registrations": (POLICE, "registrations"),
            "health": ("mid-cheshire-hospitals", "attendances"), "courts": ("hmcts", "results"), "hmpps": ("hmpps", "movements")}
PROGRAM_OF = {"cases": "concordat-police", "registrations": "concordat-support", "notify": "concordat-notify"}
AGREEMENTS = ROOT / "policy" / "agreements" / "cheshire-east"
AGREEMENT = AGREEMENTS / "marac.yaml"
TO_VICTIMS = AGREEMENTS / "victim-information.yaml"
SYSTEM = "incidents"  # the source system's name in the demonstration: part of every event id
EMULATOR = ROOT / "ops" / "emulators" / "notify" / "emulator.py"
TEXTS = {"5a3c7e10-4d2b-4c55-9a61-0d5a4be0c001": "en/text", "5a3c7e10-4d2b-4c55-9a61-0d5a4be0c002": "cy/text"}  # as `demo make` writes them
START_BLOCK, END_BLOCK = b"\x0b", b"\x1c\r"


class Failed(AssertionError):
    """What was expected did not come about."""


def free_ports(count):
    """The first of so many ports in a row that nobody uses: below those that outgoing connections get, and others than a test beside this one looks at."""
    for n in range(200):
        first = 20_000 + (os.getpid() + n * 97) * count % 10_000
        probes = []
        try:
            for port in range(first, first + count):
                probes.append(socket.create_server(("127.0.0.1", port)))
            return first
        except OSError:
            continue
        finally:
            for probe in probes:
                probe.close()
    raise Failed(f"no {count} free ports in a row on this machine")


def wait_until(what, ready, seconds=20.0, every=0.02):
    """The first true value of ready(); Failed after `seconds`."""
    end = time.monotonic() + seconds * PATIENCE
    while True:
        value = ready()
        if value:
            return value
        if time.monotonic() > end:
            raise Failed(f"waited {seconds * PATIENCE:.0f} s in vain: {what}")
        time.sleep(every)


def die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


class Program:
    """One process, and what it said on standard error."""

    def __init__(self, name, words, folder):
        self.name = name
        self.words = [str(PROGRAMS / words[0]), *map(str, words[1:])]
        self.said = folder / f"{name}.stderr"
        self.process = None
        self.starts = 0

    def running(self):
        return self.process is not None and self.process.poll() is None

    def start(self):
        assert not self.running(), f"{self.name} runs already"
        with open(self.said, "ab") as said:
            self.process = subprocess.Popen(self.words, stdin=subprocess.DEVNULL, stdout=said, stderr=said, preexec_fn=die_with_parent)
        self.starts += 1

    def kill(self):
        if self.running():
            self.process.kill()
        if self.process is not None:
            self.process.wait()

    def stop(self, seconds=15):
        """SIGTERM, and the exit code; killed, and a failure, if it does not end."""
        if self.process is None:
            return None
        if self.running():
            self.process.terminate()
        try:
            return self.process.wait(seconds * PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()
            raise Failed(f"{self.name} did not end on SIGTERM") from None


class Partnership:
    def __init__(self, name, *agreement_changes, more=(), agreement=None):
        """`agreement_changes`: of the first agreement; `more`: others that are in force beside it; `agreement`: writes another one into a
        folder, and that is the only one."""
        self.folder = RUNS / f"{name}-{os.getpid()}"
        shutil.rmtree(self.folder, ignore_errors=True)
        RUNS.mkdir(parents=True, exist_ok=True)
        self.home = self.folder / "p"
        self.folder.mkdir()
        self.port = free_ports(5)  # the broker's; then the hospital's, the courts', the notification service's and its receipts'
        self.address = f"tcp://127.0.0.1:{self.port}"
        self.programs = {}
        agreements = [agreement(self.folder) if agreement else agreement_in_force(self.folder, *agreement_changes)]
        agreements += [agreement_in_force(self.folder, agreement=each) for each in more]
        words = [word for each in agreements for word in ("--agreement", each)]
        made = self.run("concordat", "demo", "make", self.home, *words, "--listen", self.address, "--files", ROOT)
        if made.returncode != 0:
            raise Failed(f"demo make: {made.stdout}{made.stderr}")
        self.add("broker", "concordat-broker", self.home / "broker" / "broker.yaml")
        for adapter, (party, client) in ADAPTERS.items():
            self.add(adapter, PROGRAM_OF.get(adapter, f"concordat-{adapter}"), self.config(party, client))
        for desk, party in DESKS.items():
            self.add(desk, "concordat-inbox", self.config(party, desk))
        self.add("notify", "concordat-notify", self.config(POLICE, "notify"))
        self.add_service()

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        for program in self.programs.values():
            program.kill()
        if kind is None and not os.environ.get("CONCORDAT_KEEP_RUNS"):
            shutil.rmtree(self.folder, ignore_errors=True)
        else:
            print(f"what the test left is in {self.folder}")

    # ---- places --------------------------------------------------------------------------------------------------------

    def config(self, party, client):
        return self.home / "parties" / party / f"{client}.yaml"

    def of(self, party, client):
        return self.home / "parties" / party / client

    def inbox(self, desk):
        return self.of(DESKS[desk], desk) / "events"

    def log_of(self, name):
        path = self.home / "broker" / "broker.log" if name == "broker" else self.client_log(name)
        return path.read_text(errors="replace") if path.exists() else ""

    @staticmethod
    def client_of(name):
        """Party and client of a program."""
        return (POLICE, "notify") if name == "notify" else ADAPTERS[name] if name in ADAPTERS else (DESKS[name], name)

    def client_log(self, name):
        party, client = self.client_of(name)
        return self.of(party, client) / f"{client}.log"

    def key(self, party, name):
        """The secret 32 bytes of a key file."""
        return key_secret(self.home / "parties" / party / "keys" / f"{name}.1.key")

    # ---- programs ------------------------------------------------------------------------------------------------------

    def add(self, name, program, config):
        self.programs[name] = Program(name, [program, "--config", config], self.folder)

    def add_service(self):
        """The emulator of the notification service: nothing leaves this machine."""
        keys = self.home / "parties" / POLICE / "keys"
        self.sent_file = self.folder / "sent.jsonl"
        words = [sys.executable, EMULATOR, "--port", self.port + 3, "--key", keys / "notify-api.key", "--templates", ROOT / "adapters" / "notify" / "templates",
                 "--record", self.sent_file, "--callback", f"http://127.0.0.1:{self.port + 4}/receipts", "--callback-token", keys / "notify-callback.token",
                 "--retry-after", 1]
        for identifier, template in TEXTS.items():
            words += ["--template", f"{identifier}={template}"]
        self.programs["service"] = Program("service", words, self.folder)

    def __getitem__(self, name):
        return self.programs[name]

    def start(self, *names):
        for name in names:
            self[name].start()
            if name == "broker":
                self.wait_for_broker()
        for name in names:
            if name != "broker":
                self.wait_for_start(name)

    def start_all(self, desks=("idva", "marac", "checs", "unplaced")):
        self.start("broker", "police", *desks)

    def wait_for_broker(self):
        def up():
            if not self["broker"].running():
                raise Failed("the broker ended: " + self["broker"].said.read_text(errors="replace")[-2000:] + self.log_of("broker")[-2000:])
            return self.run("concordat", "status", "--json", "--config", self.home / "concordat.yaml").returncode == 0
        wait_until("the broker answers", up, 20, 0.05)

    def wait_for_start(self, name):
        def started():
            if not self[name].running():
                raise Failed(f"{name} ended: {self[name].said.read_text(errors='replace')[-2000:]}")
            if name == "service":
                return self[name].said.read_text().count('"port"') >= self[name].starts
            return self.log_of(name).count("started") >= self[name].starts
        wait_until(f"{name} has started", started)

    def stop_all(self):
        """Everything by SIGTERM, the broker last; gives the exit codes of what ran."""
        order = [name for name in self.programs if name != "broker"] + ["broker"]
        for name in order[:-1]:
            if self[name].running():
                self[name].process.terminate()
        return {name: self[name].stop() for name in order if self[name].process is not None}

    def run(self, program, *words, seconds=60, given=""):
        """`given`: its standard input."""
        return subprocess.run([str(PROGRAMS / program), *map(str, words)], input=given, capture_output=True, text=True, timeout=seconds * PATIENCE, check=False)

    # ---- the tool ------------------------------------------------------------------------------------------------------

    def tool(self, *words):
        """What a verb of the tool answers, as JSON; Failed if it does not end with 0."""
        done = self.run("concordat", *words, "--json", "--config", self.home / "concordat.yaml")
        if done.returncode != 0:
            raise Failed(f"concordat {' '.join(map(str, words))} ended with {done.returncode}: {done.stdout}{done.stderr}")
        return json.loads(done.stdout)["result"]

    def status(self):
        return self.tool("status")

    def log(self):
        """All records of the log."""
        records = []
        while True:
            more = self.tool("log", "show", "--from", len(records) + 1, "--count", 1000)
            if not more:
                return records
            records += more

    def records(self, kind, event=None):
        return [r for r in self.log() if r["type"] == kind and (event is None or r.get("event") == event)]

    def explain(self, event, desk):
        return self.tool("event", "explain", event, "--for", "/".join(self.client_of(desk)))["desks"][0]

    # ---- the feed ------------------------------------------------------------------------------------------------------

    def feed(self, name, content, adapter="police"):
        """Puts a file into an adapter's feed as a source does: whole, by renaming. A list is written as JSON."""
        text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
        folder = self.of(*ADAPTERS[adapter]) / "in"
        part = folder / f"{name}.part"
        part.write_text(text, encoding="utf-8")
        part.rename(folder / name)

    def taken(self, name, adapter="police"):
        base = self.of(*ADAPTERS[adapter])
        return (base / "done" / name).exists() or (base / "quarantine" / name).exists()

    def feed_and_wait(self, name, content, adapter="police"):
        """Fed, taken, and everything in the outbox answered."""
        self.feed(name, content, adapter)
        wait_until(f"{name} is taken", lambda: self.taken(name, adapter))
        self.wait_for_answers(adapter=adapter)

    def hospital_sends(self, text, seconds=20):
        """As a hospital's engine sends: framed, and it waits for the answer. AA, AE, AR, or None where none came."""
        try:
            with socket.create_connection(("127.0.0.1", self.port + 1), seconds) as engine:
                engine.settimeout(seconds)
                engine.sendall(START_BLOCK + text.replace("\n", "\r").encode() + END_BLOCK)
                answer = b""
                while END_BLOCK not in answer:
                    got = engine.recv(4096)
                    if not got:
                        return None
                    answer += got
        except OSError:
            return None
        return next((line.split(b"|")[1].decode() for line in answer.split(b"\r") if line.startswith(b"MSA")), None)

    def court_posts(self, text, seconds=30):
        """As the courts post a hearing that was resulted. The status, or None where none came."""
        return post(f"http://127.0.0.1:{self.port + 2}/hearing/{json.loads(text)['hearing']['id']}/result", text, seconds)

    def service_fails_next(self, *words):
        """What becomes of the next requests to the notification service: see its emulator."""
        if post(f"http://127.0.0.1:{self.port + 3}/_emulator/next", ",".join(words), 10) != 200:
            raise Failed("the emulator takes no script")

    def event_id(self, reference, revision=0, adapter="police"):
        party, system = ADAPTERS[adapter]
        words = seal.sized(system.encode()) + seal.sized(reference.encode()) + seal.u32(revision)
        return seal.blake(16, "cc1 event id", words, self.key(party, "event-id")).hex()

    def outbox(self, adapter="police"):
        """An adapter's outbox: state, as its table says it, of every event."""
        return outbox_rows(self.of(*ADAPTERS[adapter]) / "keep.db")

    def wait_for_answers(self, seconds=20, adapter="police"):
        wait_until("every event of the outbox has an answer", lambda: all(r["state"] in ("accepted", "refused") for r in self.outbox(adapter)), seconds)

    def counters(self, party=POLICE, client="incidents"):
        with opened(self.of(party, client) / "keep.db") as base:
            return dict(base.execute("SELECT name, value FROM counter"))

    # ---- the desks -----------------------------------------------------------------------------------------------------

    def documents(self, desk):
        """What a desk has on file, by event."""
        return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(self.inbox(desk).glob("*.json"))
                if len(path.stem) == 32}

    def wait_for_document(self, desk, event, seconds=20):
        path = self.inbox(desk) / f"{event}.json"
        wait_until(f"{desk} has event {event}", path.exists, seconds)
        return json.loads(path.read_text(encoding="utf-8"))

    def wait_for_quiet(self, seconds=30):
        """Outboxes empty, nothing undelivered at any desk that is read; gives the status."""
        for adapter in ADAPTERS:
            if self[adapter].running():
                self.wait_for_answers(seconds, adapter)

        def quiet():
            status = self.status()
            return status if all(m["undelivered"] == 0 for m in status["mailboxes"] if m["being_read"]) else None
        return wait_until("nothing waits for a desk that is read", quiet, seconds, 0.1)

    # ---- who is told ---------------------------------------------------------------------------------------------------

    def texts(self):
        """What the notification service has, in the order in which it took it."""
        lines = self.sent_file.read_text(encoding="utf-8").splitlines() if self.sent_file.exists() else []
        return [json.loads(line) for line in lines]

    def tasks(self):
        """What notify left for people, by event."""
        folder = self.of(POLICE, "notify") / "tasks"
        return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}

    def person(self, desk, step, event, who="N. Shaw", *more, given=""):
        return self.run("concordat-inbox", "--config", self.config(DESKS[desk], desk), step, event, "--person", who, *more, given=given)


def post(address, text, seconds):
    """The status of the answer, or None where none came."""
    request = urllib.request.Request(address, text.encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=seconds) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except (OSError, http.client.HTTPException):
        return None


def key_secret(path):
    for line in pathlib.Path(path).read_text(encoding="ascii").splitlines():
        if line.startswith("secret "):
            return bytes.fromhex(line.split()[1])
    raise Failed(f"{path} has no secret")


class opened:
    """A keep's file, read only; its content is encrypted, its states and counters are not."""

    def __init__(self, path):
        self.base = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)

    def __enter__(self):
        return self.base

    def __exit__(self, *_):
        self.base.close()


def unsealed(key, bound, box):
    """Opens what a program encrypted for itself: XChaCha20-Poly1305 as proto/seal/README.md has it."""
    plain = seal.aead_open(seal.hchacha(key, box[1:17]), bytes(4) + box[17:25], bound, box[25:])
    if plain is None:
        raise Failed(f"the box of {bound} does not open")
    return plain


STATES = {1: "waiting", 2: "sent", 3: "accepted", 4: "refused"}


def outbox_rows(path):
    with opened(path) as base:
        return [{"sequence": s, "event": e.hex(), "state": STATES[n], "place": p}
                for s, e, n, p in base.execute("SELECT sequence, event, state, place FROM outbox ORDER BY sequence")]


def shown(document):
    """What a document shows: {"victim.name", "case.incident_details", …}."""
    of_people = {f"{'+'.join(person['roles'])}.{item}" for person in document["people"] for item in person["items"]}
    return of_people | {f"case.{item}" for item in document["case"]}


def explained(row):
    """What `event explain` says that a desk may open, in the same words; empty if it was told nothing."""
    return {item["item"] for item in row["may_open"]}


def agreement_in_force(folder, *changes, agreement=AGREEMENT):
    """An agreement of the demonstration with dates around today, so that these tests never grow out of date, and with (from, to) changed."""
    text = agreement.read_text(encoding="utf-8")
    today = datetime.date.today()
    dates = [(today + datetime.timedelta(days)).isoformat() for days in (-30, 300, 365)]
    changes = (re.search(r"^in_force: .*$", text, re.M).group(0), "in_force: {from: %s, review_by: %s, until: %s}" % tuple(dates)), *changes
    for old, new in changes:
        if text.count(old) != 1:
            raise Failed(f"'{old}' is not in the agreement exactly once")
        text = text.replace(old, new)
    path = folder / agreement.name
    path.write_text(text, encoding="utf-8")
    return path
