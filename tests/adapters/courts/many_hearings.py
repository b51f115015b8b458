#!/usr/bin/env python3
"""Hearings as many as wanted, one a line, made of the sample with ids of their own: what the README's figures were measured with."""
import json
import pathlib
import sys

SAMPLE = pathlib.Path(__file__).resolve().parents[3] / "adapters" / "courts" / "samples" / "hearing.json"
# The ids that make a hearing, a defendant, a result or an offence another one.
IDS = ("c0000000", "da000000", "d0000000", "5e000000", "0f000000")


def main():
    text = json.dumps(json.loads(SAMPLE.read_text(encoding="utf-8")))
    for number in range(int(sys.argv[1])):
        line = text
        for each in IDS:
            line = line.replace(each, each[:2] + f"{number:06d}")
        print(line)


if __name__ == "__main__":
    main()
