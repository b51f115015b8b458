#!/usr/bin/env python3
"""Checks proto/vectors/session.json with Python's standard library: a second implementation of the "Fixed layouts" of proto/README.md.

    check_session_vectors.py FILE [--fill]     --fill prints the file with every `out` computed here.
"""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "seal"))
from check_vectors import blake, sized, u8, u16, u32, u64  # noqa: E402

H = bytes.fromhex
SESSION, ACCEPTANCE, DECISION = "concordat/v1/session", "concordat/v1/acceptance", "concordat/v1/decision"


def hashed(context, message):
    return blake(32, "cc1 hash", message, context.encode())


def text(words):
    return sized(words.encode())


def signed(i, context, layout):
    rest = hashed(context, layout)
    return {"context": context, "rest": rest.hex(), "signed_part": (u64(i["head"]["sequence"]) + H(i["head"]["hash"]) + rest).hex()}


def welcome(i):
    return signed(i, SESSION, u16(i["version"]) + text(i["broker"]) + H(i["hash_at_seen"]) + u64(i["directory_version"]) + u32(i["session_epoch"])
                  + H(i["session_key"]) + u32(i["broker_key"]) + u64(i["next_sequence"]) + u32(i["publish_batches"]))


def results(i):
    layout = u64(i["outbox_epoch"]) + u64(i["first_sequence"]) + u16(len(i["events"]))
    for event in i["events"]:
        layout += u8(event["outcome"]) + H(event["event"]) + u64(event["sequence"]) + text(event["code"]) + u8(event["somebody_told"]) + u16(len(event["told"]))
        layout += b"".join(text(desk) for desk in event["told"])
    return signed(i, ACCEPTANCE, layout)


def delivery_frame(i):
    layout = u16(i["desk"]) + u32(i["session_epoch"]) + u32(i["key"]) + u16(len(i["decisions"]))
    return signed(i, DECISION, layout + b"".join(hashed(DECISION, H(each)) for each in i["decisions"]))


def session_bound(i):
    return {"bound": (text(i["broker"]) + text(i["desk"]) + u32(i["key"]) + u32(i["session_epoch"])).hex()}


def shares_bound(i):
    return {"bound": (u64(i["delivery"]) + H(i["event_digest"]) + hashed(DECISION, H(i["decision"])) + u64(i["sequence"])).hex()}


DO = {each.__name__: each for each in (welcome, results, delivery_frame, session_bound, shares_bound)}


def main(path, fill):
    document = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
    wrong = sorted(set(DO) - {case["construction"] for case in document["cases"]})
    for number, case in enumerate(document["cases"]):
        out = DO[case["construction"]](case["in"])
        if not fill and case["out"] != out:
            wrong.append("case %d, %s: the file says %s, this script %s" % (number, case["construction"], case["out"], out))
        case["out"] = out
    print(json.dumps(document, indent=1) if fill else "\n".join(["%d cases, %d wrong or missing" % (len(document["cases"]), len(wrong)), *wrong]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], "--fill" in sys.argv[2:]))
