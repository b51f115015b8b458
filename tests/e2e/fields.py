"""What a reference file must become, field by field: hand-written tables (fields/*.txt) and what they are compared with.

    source of the field | who item path | value at the recipient | what the source says, where it is not the value itself; - if it is worked out

A section [NAME: KIND REFERENCE] is of one event (`revision 2` may follow), [of NAME, NAME] of several, [all] of every event of the table. `never | words` may reach no desk at all.
`who` is `case` or the person's roles, joined by +, with #2 for the second one of such roles."""
import dataclasses
import itertools
import json
import pathlib
import re

from partnership import ROOT

TABLES = pathlib.Path(__file__).resolve().parent / "fields"
NUMBERS_OF_PEOPLE = re.compile(r"^(relationship\[\d+\]\.to|offence\[\d+\]\.victim\[\d+\]|offence_place\[\d+\]\.person|identifier\[[^]]+\]\.person)$")


@dataclasses.dataclass(frozen=True)
class Row:
    source: str
    who: str
    item: str
    path: str
    value: object
    said: str  # in the source; empty: nowhere, it is worked out

    @property
    def place(self):
        return self.who, self.item, self.path


@dataclasses.dataclass
class Event:
    kind: str
    reference: str
    rows: list
    revision: int = 0


def value_of(text):
    try:
        return json.loads(text)
    except ValueError:
        return text


def read_table(text):
    """(events by name, words that may be nowhere)."""
    events, never, everywhere = {}, [], []
    into = [everywhere]
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("["):
            name, _, rest = line.strip("[] ").partition(": ")
            if name == "all":
                into = [everywhere]
            elif name.startswith("of "):
                into = [events[each].rows for each in name[3:].split(", ")]
            else:
                kind, reference = rest.split(" ", 1)
                reference, _, revision = reference.partition(" revision ")
                events[name] = Event(kind, reference, [], int(revision or 0))
                into = [events[name].rows]
            continue
        cells = [cell.strip() for cell in line.split(" | ")]
        if cells[0] == "never":
            never.append(cells[1])
            continue
        if len(cells) not in (3, 4):
            raise ValueError(f"three or four cells: {line}")
        who, item, path = cells[1].split(" ")
        value = value_of(cells[2])
        row = Row(cells[0], who, item, path, value, str(value) if len(cells) == 3 else cells[3].strip("-"))
        for rows in into:
            rows.append(row)
    for event in events.values():
        event.rows = everywhere + event.rows
        places = [row.place for row in event.rows]
        twice = {place for place in places if places.count(place) > 1}
        if twice:
            raise ValueError(f"{event.reference}: twice in the table: {twice}")
    return events, never


def mapped(table):
    """{source: items} of a generated mapping table's text."""
    rows = {}
    for line in table.splitlines():
        cells = [cell.strip().replace("`", "") for cell in line.strip().strip("|").split(" | ")]
        if not line.startswith("|") or len(cells) < 3 or set(cells[0]) <= {"-", "|"} or cells[1] == "field of the contract":
            continue
        rows.setdefault(cells[0], set()).add(cells[2])
    return rows


# ---- a desk's documents --------------------------------------------------------------------------------------------------


def flat(value, path=""):
    """(path, leaf) of a JSON value. An element with a type (or that says what it is about) is named by it, if it is the only one of that name."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from flat(each, f"{path}.{name}" if path else name)
        return
    if not isinstance(value, list):
        yield path, value
        return
    for at, each in enumerate(value):
        by = next((key for key in ("type", "about") if isinstance(each, dict) and key in each), None)
        if by and [other.get(by) for other in value].count(each[by]) == 1:
            yield from flat({name: inner for name, inner in each.items() if name != by}, f"{path}[{by}={each[by]}]")
        else:
            yield from flat(each, f"{path}[{at}]")


def names_of(rows, documents):
    """{person's number: who}. Of several of the same roles, each is the one of the table that most of what is shown of them fits: their
    numbers are random, and a desk may not be told of all of them."""
    shown = {}
    for document in documents:
        for person in document["people"]:
            of = shown.setdefault("+".join(person["roles"]), {}).setdefault(person["person"], {})
            of.update({(item, path): value for item, fields in person["items"].items() for path, value in flat(fields)})
    names = {}
    for roles, people in shown.items():
        written = sorted({row.who for row in rows if row.who.split("#")[0] == roles} | {roles})
        written += [f"{roles}#unknown{n}" for n in range(len(people) - len(written))]
        fits = {(number, who): sum(row.who == who and of.get((row.item, row.path)) == row.value for row in rows) for number, of in people.items() for who in written}
        best = max(itertools.permutations(written, len(people)), key=lambda order: sum(fits[pair] for pair in zip(people, order)))
        names.update(zip(people, best))
    return names


def leaves(document, names):
    """{(who, item, path): value} of what a document shows."""
    found = {}
    shown = [(names[person["person"]], person["items"]) for person in document["people"]] + [("case", document["case"])]
    for who, items in shown:
        for item, fields in items.items():
            for path, value in flat(fields):
                found[who, item, path] = names.get(value, value) if NUMBERS_OF_PEOPLE.match(path) else value
    return found


def differences(rows, shown, granted):
    """What one desk shows of an event against what it must: texts, none if all is well."""
    expected = {row.place: row.value for row in rows if row.item in granted}
    wrong = [f"{place}: missing {value!r}" for place, value in expected.items() if place not in shown]
    wrong += [f"{place}: not expected {value!r}" for place, value in shown.items() if place not in expected]
    wrong += [f"{place}: {shown[place]!r} instead of {value!r}" for place, value in expected.items() if place in shown and shown[place] != value]
    return wrong


def items_of_facts():
    """{fact: item it is derived from}."""
    text = (ROOT / "proto" / "schema" / "concordat" / "v1" / "vocabulary.proto").read_text(encoding="utf-8")
    return {fact.lower(): item.lower() for fact, item in re.findall(r"FACT_(\w+) = \d+ \[\(of_fact\) = \{[^}]*?item: ITEM_(\w+)", text)}
