#!/usr/bin/env python3
"""Writes a police CSV of any length, the same each time: long_csv.py FILE MEGABYTES. Every person in it is invented. Some rows have
newlines in quotes, some an assessment, and one in a thousand a date that is none."""
import random
import sys

COLUMNS = ("reference", "occurred", "type", "domestic_abuse", "place.postcode", "narrative", "victim.given_names", "victim.family_name",
           "victim.date_of_birth", "victim.address.postcode", "alleged_perpetrator.given_names", "alleged_perpetrator.family_name", "dash.score", "dash.judgement")
GIVEN = ["Ines", "Ruth", "Bronwen", "Hanna", "Marta", "Adaeze", "Sian", "Nell"]
FAMILY = ["Ashgrove", "Quillfeather", "Sallow", "Merryweather", "Cobblepot", "Thornbury", "Owlerton", "Fenwhistle"]
SAID = ["Neighbour rang.", '"Door kicked in, plates broken."', '"She said ""no"" twice,\nhe left on foot."', "No reply at the door."]


def rows(seed=20260714):
    dice = random.Random(seed)
    for number in range(1, 1 << 40):
        day = "31/02/2019" if number % 1000 == 0 else f"20{dice.randrange(10, 26)}-0{dice.randrange(1, 10)}-{dice.randrange(10, 29)} {dice.randrange(10, 24)}:30"
        dash = (str(dice.randrange(0, 25)), dice.choice(("standard", "medium", "high"))) if number % 5 == 0 else ("", "")
        yield ",".join((f"CC-{number:09d}", day, dice.choice(("threats", "physical")), "yes", "CW1 2AB", dice.choice(SAID), dice.choice(GIVEN), dice.choice(FAMILY),
                        f"19{dice.randrange(60, 99)}-0{dice.randrange(1, 10)}-{dice.randrange(10, 29)}", "CW2 6PD", dice.choice(GIVEN), dice.choice(FAMILY), *dash)) + "\n"


def write(path, megabytes):
    """How many rows it has."""
    left, count = megabytes * 1_000_000, 0
    with open(path, "w", encoding="utf-8") as out:
        out.write(",".join(COLUMNS) + "\n")
        for row in rows():
            out.write(row)
            left -= len(row)
            count += 1
            if left <= 0:
                return count


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    print(write(sys.argv[1], int(sys.argv[2])), "rows")
