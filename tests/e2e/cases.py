"""The demonstration's inputs as tests feed them: dated yesterday, awake, and of another case. Every person is invented; telephone
numbers are of the range kept for drama."""
import datetime
import json
import zoneinfo

from partnership import ROOT

INPUTS = ROOT / "ops" / "demo"
LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"  # of police numbers, by the remainder of 23


def yesterday():
    return datetime.date.today() - datetime.timedelta(1)


def given(name):
    """An input of the demonstration, of yesterday: an event weeks old is history, which nobody is woken for."""
    text = (INPUTS / name).read_text(encoding="utf-8")
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%Y%m%d"):
        text = text.replace(datetime.date(2026, 7, 14).strftime(form), yesterday().strftime(form))
    return text


def in_hours(hours):
    """A time of day as people here say it."""
    return (datetime.datetime.now(zoneinfo.ZoneInfo("Europe/London")) + datetime.timedelta(hours=hours)).strftime("%H:%M")


class Case:
    """Story 3 as it would be of other people: victim, offender and every number of theirs differ by `number`, 1 to 999."""

    def __init__(self, number):
        self.number = number
        self.asn = f"2607CW01{number:011d}" + LETTERS[int(f"070126{number:011d}") % 23]
        self.reference = f"VLU-2026-{number:04d}"
        self.mobile = f"07700 900{number:03d}"
        self.hearing = f"c3c3c3c3-0000-4000-8000-{number:012d}"
        self.defendant = f"c3{number:06d}-0000-4000-8000-0000000000d1"
        self.case = f"e3{number:06d}-0000-4000-8000-0000000000e3"
        self.outcome = f"{self.hearing}/{self.defendant}@{self.case}/protective_order_made/restraining"
        self.noms = f"A{number:04d}GP"
        self.victim = f"Rowan{'abcdefghij'[number // 100]}{'abcdefghij'[number // 10 % 10]}{'abcdefghij'[number % 10]}"

    def of(self, text):
        """A text of the demonstration as it would be of this case."""
        for old, new in (("07CW1234526", f"07CW{self.number:05d}26"), ("2607CW0100000048101J", self.asn), ("VLU-2026-0481", self.reference),
                         ("2004/0012345D", f"2004/{self.number:07d}" + LETTERS[int(f"04{self.number:07d}") % 23]), ("A4810GP", self.noms),
                         ("X481020", f"X{self.number:06d}"), ("07700 900481", self.mobile), ("c3c3c3c3-0000-4000-8000-000000000003", self.hearing),
                         ("c3000000-0000", f"c3{self.number:06d}-0000"),
                         ("00000000-0000-4000-8000-0000000000e3", self.case), ("O'Dowd-Price", self.victim), ("Price", f"{self.victim}son"),
                         ("1988-02-28", f"19{70 + self.number % 30}-02-28"), ("1985-04-19", f"19{70 + self.number % 29}-04-19")):
            text = text.replace(old, new)
        return text

    def registration(self, quiet=(12, 13), reference=None, **more):
        """Her quiet hours begin and end so many hours from now; she has no safe times, so that any hour but those is one."""
        record = json.loads(self.of(given("support/registration.json")))
        record["quiet_from"], record["quiet_until"] = map(in_hours, quiet)
        record["victim"]["safe_contact"].pop("time")
        record["reference"] = reference or self.reference
        return json.dumps({**record, **more})

    def preference(self, **words):
        recorded = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S+00:00")
        return json.dumps({"record": "preference", "reference": self.reference, "recorded": recorded, "recorded_by": "WCU 17", **words})

    def consent(self, state):
        record = json.loads(self.preference())
        return json.dumps({**record, "record": "consent", "consent": {"state": state, "purpose": "informed"}})

    def hearing_with_order(self):
        return self.of(given("courts/1-restraining-order.json"))

    def hearing_without_order(self):
        return self.of(given("courts/2-order-dropped.json"))

    def movement(self, name):
        return self.of(given(f"hmpps/{name}.json"))
