#!/usr/bin/env python3
"""Writes as many records of an adapter's sample as are asked for, each with numbers of its own: many.py hmpps|health|support COUNT > FILE."""
import json
import pathlib
import sys

ADAPTERS = pathlib.Path(__file__).resolve().parents[3] / "adapters"


def letters(number):
    return chr(65 + number // 26 % 26) + chr(65 + number % 26)


def hmpps(number):
    text = (ADAPTERS / "hmpps" / "samples" / "every-field.json").read_text(encoding="utf-8")
    return json.dumps(json.loads(text.replace("A4810GP", f"A{number // 676 % 10000:04d}{letters(number)}")))


def health(number):
    text = (ADAPTERS / "health" / "samples" / "every-field.hl7").read_text(encoding="utf-8")
    for old in ("EDIS-0000901", "V-2209", "ALT-77", "ACC-551", "L0473390"):
        text = text.replace(old, f"{old}-{number}")
    return text.replace("9990471304^^^NHS^NH~", "").strip()  # each is a patient of her own


def support(number):
    text = (ADAPTERS / "support" / "samples" / "every-field.json").read_text(encoding="utf-8")
    return json.dumps(json.loads(text.replace("VLU-2026-0481", f"VLU-2026-{number:06d}")), ensure_ascii=False)


KINDS = {"hmpps": hmpps, "health": health, "support": support}

if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in KINDS or not sys.argv[2].isdigit():
        sys.exit(__doc__)
    for at in range(int(sys.argv[2])):
        print(KINDS[sys.argv[1]](at))
