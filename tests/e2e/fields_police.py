"""The police's reference files, and what they become: written out from fields/police.txt, once for every role.

    fields_police.py FOLDER      writes police.csv and police.json anew after a change of the table; look at the difference

Which of two yes/no columns is which shows in no single record; so seven more records follow in which each column of each person says
yes or no by the digits of its own number, and each question of the DASH its own three words."""
import csv
import dataclasses
import json
import pathlib
import sys

from fields import TABLES, Event, Row, read_table

ROLES = {"victim": "Vic", "alleged_perpetrator": "Alp", "child[0]": "Chi", "patient": "Pat", "other[0]": "Oth"}
CODES = 7
LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"  # check letters of PNC and CRO numbers, by the remainder of 23
# An assessment says who they are, how to reach them and what the risk lies in, not what was done; the incident has of a DASH score and judgement.
NOT_OF_ASSESSMENT = {"offence", "injury", "incident_details", "incident_place"}
JUDGED = "narrative.judgement_reason"


def nhs_number(nine):
    check = (11 - sum(int(digit) * (10 - at) for at, digit in enumerate(nine)) % 11) % 11
    return nhs_number(f"{int(nine) + 7:09d}") if check == 10 else nine + str(check)


def words_of(file, role):
    """What stands for the table's {…} in a file's record of a role."""
    at = list(ROLES).index(role) + (5 if file == "json" else 0)
    nn = f"{at + 11}"
    return {"P": ROLES[role] + file.capitalize(), "p": (ROLES[role] + file).lower(), "nn": nn, "d": at % 10, "dd": nn, "day": at + 11, "age": 40 + at,
            "nhs": nhs_number(f"9990{nn}130"), "pnc": f"2004/00{nn}345" + LETTERS[int(f"0400{nn}345") % 23], "cro": f"01{nn}11/79" + LETTERS[int(f"7901{nn}11") % 23]}


def filled(text, words):
    for name, word in words.items():
        text = text.replace("{" + name + "}", str(word))
    return text


class Reference:
    """Records as {column: what the source says}, and the events that they must become."""

    def __init__(self, file):
        self.file, self.records, self.events = file, [], {}
        text = (TABLES / "police.txt").read_text(encoding="utf-8")
        self.rows = read_table("[police: incident -]\n" + text)[0]["police"].rows
        for role in ROLES:
            self.record_of(role)
        for digit in range(CODES):
            self.record_of_codes(digit)

    def add(self, columns, rows):
        """A record, and the incident and the assessment that it becomes."""
        self.records.append(columns)
        reference = columns["reference"]
        yes = sum(row.value == "yes" for row in rows if row.source.startswith("dash.q"))
        stated = max((row.value for row in rows if row.path == "risk_answers.score"), default=0)
        of_dash = [row for row in rows if row.path == "risk_answers.judgement"] + [Row("dash.score", "victim", "risk_answers", "risk_answers.score", max(yes, stated), "")]
        incident = [row for row in rows if row.item != "risk_answers" and row.path != JUDGED] + of_dash
        assessment = [row for row in rows if row.item not in NOT_OF_ASSESSMENT and (row.item != "narrative" or row.path == JUDGED)]
        self.events[reference] = Event("incident", reference, incident)
        self.events[f"{reference}/risk_assessment"] = Event("risk_assessment", f"{reference}/risk_assessment", assessment)

    def record_of(self, role):
        """Everything that a record may say of a person of this role."""
        words, who = words_of(self.file, role), role.split("[")[0]
        columns, rows = {}, []

        def say(row, value, said):
            columns[row.source.replace("PERSON", role)] = said
            rows.append(dataclasses.replace(row, who=row.who.replace("PERSON", who), value=value, said=said))
        for row in self.rows:
            if row.value in ("yes/no", "answer"):
                say(row, *((True, "yes") if row.value == "yes/no" else ("unknown", "unknown")))
                continue
            value = filled(row.value, words) if isinstance(row.value, str) else row.value
            say(row, int(value) if row.value in ("{day}", "{age}") else value, filled(row.said, words))
        # A relationship and an offence are to somebody: the victim's to the alleged perpetrator, everybody else's to the victim.
        other, name = ("alleged_perpetrator", "Whom") if role == "victim" else ("victim", "Whose")
        columns[f"{other}.family_name"] = name + words["P"]
        rows.append(Row("PERSON.family_name", other, "name", "name.family", name + words["P"], name + words["P"]))
        rows.append(Row("PERSON.relationship", who, "relationship", "relationship[0].to", other, ""))
        if role != "victim":
            rows.append(Row("PERSON.offence.code", who, "offence", "offence[0].victim[0]", "victim", ""))
        self.add(columns, rows)

    def record_of_codes(self, digit):
        """Every yes/no of everybody and every answer, in this digit of its number."""
        reference, day = f"EF-{self.file.capitalize()}{digit}", f"2026-05-{digit + 11}"
        columns, rows, yes_no, answers = {"reference": reference, "occurred": f"{day}T08:01:00Z"}, [], 0, 0
        for column, path, value in (("reference", "case_reference case_reference[type=incident_number].value", reference),
                                    ("occurred", "incident_details details.started.at", f"{day}T08:01:00.000Z"),
                                    ("occurred", "incident_details details.started.source_text", columns["occurred"])):
            rows.append(Row(column, "case", *path.split(" "), value, columns[column]))
        for row in self.rows:
            for role in ROLES if row.source.startswith("PERSON") else ("",):
                if row.value == "yes/no":
                    yes_no += 1
                    value = bool(yes_no >> digit & 1)
                    said = "yes" if value else "no"
                elif row.value == "answer":
                    answers += 1
                    value = said = ("no", "yes", "unknown")[answers // 3**digit % 3]
                else:
                    continue
                columns[row.source.replace("PERSON", role)] = said
                rows.append(dataclasses.replace(row, who=row.who.replace("PERSON", role.split("[")[0]), value=value, said=said))
        assert yes_no < 2**CODES and answers < 3**CODES
        for role in ROLES:
            to = "alleged_perpetrator" if role == "victim" else "victim"
            rows.append(Row("PERSON.relationship", role.split("[")[0], "relationship", "relationship[0].to", to, ""))
        self.add(columns, rows)

    def write(self, path):
        names = list(dict.fromkeys(name for record in self.records for name in record))
        with open(path, "w", encoding="utf-8", newline="") as out:
            if self.file == "json":
                return out.write(json.dumps(self.records, indent=1) + "\n")
            rows = csv.DictWriter(out, names, lineterminator="\n")
            rows.writeheader()
            return rows.writerows(self.records)

    @staticmethod
    def read(path):
        """The records of a file, as they are."""
        text = pathlib.Path(path).read_text(encoding="utf-8")
        if path.suffix == ".json":
            return json.loads(text)
        return [{name: value for name, value in row.items() if value} for row in csv.DictReader(text.splitlines())]


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    for kind in ("csv", "json"):
        Reference(kind).write(pathlib.Path(sys.argv[1]) / f"police.{kind}")
