#!/usr/bin/env python3
"""Checks proto/vectors/seal.json with nothing but Python's standard library: a second implementation of proto/seal/README.md.

Only hashlib's BLAKE2b and SHA-512 are borrowed; ChaCha20-Poly1305 (RFC 8439), XChaCha20 (draft-irtf-cfrg-xchacha), X25519
(RFC 7748) and Ed25519 (RFC 8032) are written out below, slowly and plainly. For tests, not for use.

    check_vectors.py FILE [--fill]     --fill prints the file with every `out` computed here.
"""
import hashlib
import json
import struct
import sys

# ---- BLAKE2b as the README uses it --------------------------------------------------------------------------------------


def blake(size, purpose, message, key=b""):
    return hashlib.blake2b(message, digest_size=size, key=key, person=purpose.encode()).digest()


def u8(n):
    return struct.pack(">B", n)


def u16(n):
    return struct.pack(">H", n)


def u32(n):
    return struct.pack(">I", n)


def u64(n):
    return struct.pack(">Q", n)


def sized(data):
    return u32(len(data)) + data


# ---- ChaCha20-Poly1305 ---------------------------------------------------------------------------------------------------

MASK = 0xFFFFFFFF
SIGMA = struct.unpack("<4I", b"expand 32-byte k")


def rotl(x, n):
    return ((x << n) | (x >> (32 - n))) & MASK


def quarter(s, a, b, c, d):
    s[a] = (s[a] + s[b]) & MASK
    s[d] = rotl(s[d] ^ s[a], 16)
    s[c] = (s[c] + s[d]) & MASK
    s[b] = rotl(s[b] ^ s[c], 12)
    s[a] = (s[a] + s[b]) & MASK
    s[d] = rotl(s[d] ^ s[a], 8)
    s[c] = (s[c] + s[d]) & MASK
    s[b] = rotl(s[b] ^ s[c], 7)


def rounds(state):
    s = list(state)
    for _ in range(10):
        for a, b, c, d in ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
                           (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)):
            quarter(s, a, b, c, d)
    return s


def chacha_block(key, counter, nonce):
    state = SIGMA + struct.unpack("<8I", key) + (counter,) + struct.unpack("<3I", nonce)
    return struct.pack("<16I", *((x + y) & MASK for x, y in zip(rounds(state), state)))


def chacha_xor(key, nonce, data):
    out = bytearray()
    for at in range(0, len(data), 64):
        block = chacha_block(key, 1 + at // 64, nonce)
        out += bytes(x ^ y for x, y in zip(data[at:at + 64], block))
    return bytes(out)


def hchacha(key, nonce16):
    s = rounds(SIGMA + struct.unpack("<8I", key) + struct.unpack("<4I", nonce16))
    return struct.pack("<8I", *(s[:4] + s[12:]))


def poly1305(key, message):
    r = int.from_bytes(key[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    total = 0
    for at in range(0, len(message), 16):
        total = (total + int.from_bytes(message[at:at + 16] + b"\x01", "little")) * r % ((1 << 130) - 5)
    return ((total + int.from_bytes(key[16:], "little")) % (1 << 128)).to_bytes(16, "little")


def tag_of(key, nonce, bound, cipher):
    def filled(data):
        return data + b"\0" * (-len(data) % 16)
    lengths = struct.pack("<QQ", len(bound), len(cipher))
    return poly1305(chacha_block(key, 0, nonce)[:32], filled(bound) + filled(cipher) + lengths)


def aead_seal(key, nonce, bound, plain):
    cipher = chacha_xor(key, nonce, plain)
    return cipher + tag_of(key, nonce, bound, cipher)


def aead_open(key, nonce, bound, sealed):
    cipher, tag = sealed[:-16], sealed[-16:]
    return chacha_xor(key, nonce, cipher) if tag_of(key, nonce, bound, cipher) == tag else None


NO_NONCE = bytes(12)


def xchacha_seal(key, nonce24, bound, plain):
    return aead_seal(hchacha(key, nonce24[:16]), bytes(4) + nonce24[16:], bound, plain)


# ---- X25519 and Ed25519 --------------------------------------------------------------------------------------------------

P = 2**255 - 19


def x25519(secret, public):
    k = bytearray(secret)
    k[0] &= 248
    k[31] = (k[31] & 127) | 64
    n = int.from_bytes(k, "little")
    x1 = int.from_bytes(public, "little") & ((1 << 255) - 1)
    x2, z2, x3, z3, swap = 1, 0, x1, 1, 0
    for t in range(254, -1, -1):
        bit = (n >> t) & 1
        if swap ^ bit:
            x2, x3, z2, z3 = x3, x2, z3, z2
        swap = bit
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        da, cb = d * a % P, c * b % P
        x3, z3 = (da + cb)**2 % P, x1 * (da - cb)**2 % P
        aa, bb = a * a % P, b * b % P
        e = aa - bb
        x2, z2 = aa * bb % P, e * (aa + 121665 * e) % P
    if swap:
        x2, z2 = x3, z3
    return (x2 * pow(z2, P - 2, P) % P).to_bytes(32, "little")


def x25519_public(secret):
    return x25519(secret, (9).to_bytes(32, "little"))


ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def point_add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def point_mul(n, p):
    q = (0, 1, 1, 0)
    while n:
        if n & 1:
            q = point_add(q, p)
        p = point_add(p, p)
        n >>= 1
    return q


def base_point():
    y = 4 * pow(5, P - 2, P) % P
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if x & 1:
        x = P - x
    return x, y, 1, x * y % P


BASE = base_point()


def compress(p):
    inverse = pow(p[2], P - 2, P)
    x, y = p[0] * inverse % P, p[1] * inverse % P
    return (y | ((x & 1) << 255)).to_bytes(32, "little")


def ed25519_scalar(seed):
    h = hashlib.sha512(seed).digest()
    k = bytearray(h[:32])
    k[0] &= 248
    k[31] = (k[31] & 127) | 64
    return int.from_bytes(k, "little"), h[32:]


def ed25519_public(seed):
    return compress(point_mul(ed25519_scalar(seed)[0], BASE))


def ed25519_sign(seed, message):
    a, prefix = ed25519_scalar(seed)
    public = compress(point_mul(a, BASE))
    r = int.from_bytes(hashlib.sha512(prefix + message).digest(), "little") % ORDER
    point = compress(point_mul(r, BASE))
    h = int.from_bytes(hashlib.sha512(point + public + message).digest(), "little") % ORDER
    return point + ((r + h * a) % ORDER).to_bytes(32, "little")


# ---- the constructions, section by section of proto/seal/README.md ------------------------------------------------------

BUCKETS = [32, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072, 4096, 6144, 8192, 12288, 16384, 24576, 32768, 49152,
           65536, 98304, 131072, 196608, 262144]
COUNTS = [8, 16, 24, 32, 48, 64]


def up(table, least):
    return next((size for size in table if size >= least), None)


def label(i):
    return u16(i["person"]) + u8(i["roles"]) + u16(i["item"]) + u16(i["part"])


def person_secret(event_secret, person):
    return blake(32, "cc1 person", u16(person), event_secret)


def share(person, label_bytes):
    return blake(32, "cc1 share", label_bytes, person)


def origin(i):
    return (u8(1) + sized(i["partnership"].encode()) + sized(i["agency"].encode()) + H(i["event"]) + u32(i["revision"]) + u8(i["kind"]) +
            u16(i["schema_version"]) + u32(i["exchange_epoch"]))


def key_and_commitment(i, share_bytes, label_bytes):
    both = blake(64, "cc1 key", H(i["exchange_key"]) + origin(i) + label_bytes, share_bytes)
    return both[:32], both[32:]


def pad(content):
    size = up(BUCKETS, len(content) + 4)
    return (u32(len(content)) + content).ljust(size, b"\0")


def seal_compartment(i, share_bytes, label_bytes, content):
    key, commitment = key_and_commitment(i, share_bytes, label_bytes)
    return commitment, aead_seal(key, NO_NONCE, b"", pad(content))


def open_compartment(i, share_bytes, label_bytes, commitment, cipher):
    if len(cipher) - 16 not in BUCKETS:
        return "E-PADDING", None
    key, expected = key_and_commitment(i, share_bytes, label_bytes)
    if commitment != expected:
        return "E-OPEN", None
    padded = aead_open(key, NO_NONCE, b"", cipher)
    if padded is None:
        return "E-OPEN", None
    size = int.from_bytes(padded[:4], "big")
    if up(BUCKETS, size + 4) != len(padded) or any(padded[4 + size:]):
        return "E-PADDING", None
    return None, padded[4:4 + size]


def leaf_hash(label_bytes, facts, commitment, cipher):
    return blake(32, "cc1 leaf", label_bytes + sized(facts) + commitment + sized(cipher))


def event_leaf_hash(event_leaf):
    return blake(32, "cc1 event leaf", sized(event_leaf))


def event_digest(header, hashes):
    ordered = sorted(hashes)
    return blake(32, "cc1 event digest", sized(header) + u16(len(ordered)) + b"".join(ordered))


def signed_bytes(context, message):
    return u8(len(context)) + context.encode() + message


def batch_message(i):
    digests = [H(d) for d in i["digests"]]
    listed = blake(32, "cc1 batch list", u16(len(digests)) + b"".join(digests))
    return (sized(i["agency"].encode()) + sized(i["adapter"].encode()) + u64(i["outbox_epoch"]) + u64(i["first_sequence"]) +
            sized(i["broker"].encode()) + u16(len(digests)) + listed)


WORD = "bdfghjklmnprstvz", "aiou", "bdlmnrsv", "aiou"


def word(n):
    a, b, c, d = n >> 7, (n >> 5) & 3, (n >> 2) & 7, n & 3
    return WORD[0][a] + WORD[1][b] + WORD[2][c] + WORD[3][d] + WORD[0][(a + b + c + d) % 16]


def fingerprint(public):
    bits = int.from_bytes(blake(32, "cc1 fingerprint", public), "big")
    return " ".join(word((bits >> (256 - 11 * (n + 1))) & 2047) for n in range(6))


IDENTIFIERS = {1: "nhs-number", 2: "pnc", 3: "cro", 4: "noms", 5: "crn", 6: "urn", 7: "asn-offence"}


def token_domain(i):
    return "%s/%s/%d" % (i["partnership"], IDENTIFIERS[i["type"]], i["epoch"])


def key_file(i):
    seed = H(i["seed"])
    public = {"signing": ed25519_public, "box": x25519_public, "transport": x25519_public}.get(i["purpose"])
    text = "concordat-key 1\npurpose %s\nowner %s\nepoch %d\nenvironment %s\ndemonstration %s\npublic %s\nsecret %s\n" % (
        i["purpose"], i["owner"], i["epoch"], i["environment"], "yes" if i["demonstration"] else "no", public(seed).hex() if public else "none", seed.hex())
    return text + "check " + blake(16, "cc1 key file", text.encode()).hex() + "\n"


# ---- cases: `in` to `out` ------------------------------------------------------------------------------------------------


def H(text):
    return bytes.fromhex(text)


def do_open(i):
    code, content = open_compartment(i, H(i["share"]), label(i), H(i["commitment"]), H(i["ciphertext"]))
    return {"code": code} if code else {"content": content.hex()}


def do_compartment(i):
    commitment, cipher = seal_compartment(i, H(i["share"]), label(i), H(i["content"]))
    return {"associated_data": (origin(i) + label(i)).hex(), "commitment": commitment.hex(), "ciphertext": cipher.hex()}


def do_event(i):
    leaves = []
    for plain in sorted(i["compartments"], key=label):
        secret = share(person_secret(H(i["event_secret"]), plain["person"]), label(plain))
        commitment, cipher = seal_compartment(i, secret, label(plain), H(plain["content"]))
        leaves.append({"label": label(plain).hex(), "commitment": commitment.hex(), "ciphertext": cipher.hex(),
                       "hash": leaf_hash(label(plain), H(plain["facts"]), commitment, cipher).hex()})
    hashes = [event_leaf_hash(H(i["event_leaf"]))] + [H(leaf["hash"]) for leaf in leaves] + [H(p) for p in i["padding"]]
    assert len(hashes) == up(COUNTS, len(hashes)) and len(hashes) - len(i["padding"]) == len(leaves) + 1
    return {"leaves": leaves, "sorted_hashes": [h.hex() for h in sorted(hashes)], "digest": event_digest(H(i["header"]), hashes).hex()}


def do_box_secrets(i):
    ephemeral, broker = x25519_public(H(i["ephemeral_secret"])), x25519_public(H(i["broker_secret"]))
    agreed = x25519(H(i["ephemeral_secret"]), broker)
    key = blake(32, "cc1 box secrets", ephemeral + broker, agreed)
    return {"box": (u8(1) + ephemeral + aead_seal(key, NO_NONCE, H(i["bound"]), b"".join(H(s) for s in i["secrets"]))).hex()}


def do_session(i):
    ephemeral, broker, desk = (x25519_public(H(i[k])) for k in ("ephemeral_secret", "broker_secret", "desk_secret"))
    both = x25519(H(i["ephemeral_secret"]), desk) + x25519(H(i["broker_secret"]), desk)
    key = blake(32, "cc1 session", ephemeral + broker + desk + sized(H(i["bound"])), both)
    return {"ephemeral": ephemeral.hex(), "broker": broker.hex(), "desk": desk.hex(), "key": key.hex()}


def do_box_shares(i):
    plain = b"".join(label(s) + H(s["share"]) for s in i["shares"])
    return {"box": (u8(1) + H(i["nonce"]) + xchacha_seal(H(i["key"]), H(i["nonce"]), H(i["bound"]), plain)).hex()}


def do_encrypt(i):
    return {"box": (u8(1) + H(i["nonce"]) + xchacha_seal(H(i["key"]), H(i["nonce"]), H(i["bound"]), H(i["plain"]))).hex()}


def do_signature(i):
    return {"verify_key": ed25519_public(H(i["seed"])).hex(),
            "signature": ed25519_sign(H(i["seed"]), signed_bytes(i["context"], H(i["message"]))).hex()}


def do_batch(i):
    return {"signature": ed25519_sign(H(i["seed"]), signed_bytes("concordat/v1/batch", batch_message(i))).hex()}


DO = {
    "label": lambda i: {"label": label(i).hex()},
    "person_secret": lambda i: {"secret": person_secret(H(i["event_secret"]), i["person"]).hex()},
    "share": lambda i: {"share": share(H(i["person_secret"]), label(i)).hex()},
    "padded_size": lambda i: {"sizes": [up(BUCKETS, n + 4) or 0 for n in i["content_bytes"]]},
    "padded_count": lambda i: {"counts": [up(COUNTS, n) or 0 for n in i["leaves"]]},
    "compartment": do_compartment,
    "open": do_open,
    "leaf_hash": lambda i: {"hash": leaf_hash(label(i), H(i["facts"]), H(i["commitment"]), H(i["ciphertext"])).hex()},
    "event_leaf_hash": lambda i: {"hash": event_leaf_hash(H(i["event_leaf"])).hex()},
    "event_digest": lambda i: {"digest": event_digest(H(i["header"]), [H(h) for h in i["hashes"]]).hex()},
    "event": do_event,
    "signature": do_signature,
    "batch_signature": do_batch,
    "hash": lambda i: {"hash": blake(32, "cc1 hash", H(i["message"]), i["context"].encode()).hex()},
    "box_secrets": do_box_secrets,
    "session_key": do_session,
    "box_shares": do_box_shares,
    "encrypt": do_encrypt,
    "body_commitment": lambda i: {"commitment": blake(32, "cc1 body commit", H(i["body"]), H(i["salt"])).hex()},
    "token": lambda i: {"token": blake(16, "cc1 token", sized(i["domain"].encode()) + sized(i["identifier"].encode()), H(i["key"])).hex()},
    "token_domain": lambda i: {"domain": token_domain(i)},
    "event_id": lambda i: {"event": blake(16, "cc1 event id", sized(i["source_system"].encode()) + sized(i["reference"].encode()) +
                                          u32(i["revision"]), H(i["key"])).hex()},
    "pseudonym": lambda i: {"pseudonym": blake(16, "cc1 pseudonym", sized(i["desk"].encode()) + sized(H(i["of"])), H(i["key"]))[:8].hex()},
    "key_file": lambda i: {"text": key_file(i)},
    "fingerprint": lambda i: {"words": fingerprint(H(i["public"]))},
    "fingerprint_word": lambda i: {"words": [word(n) for n in i["numbers"]]},
}


def main(path, fill):
    with open(path, encoding="utf-8") as file:
        document = json.load(file)
    wrong = 0
    for number, case in enumerate(document["cases"]):
        expected = DO[case["construction"]](case["in"])
        if fill:
            case["out"] = expected
        elif case.get("out") != expected:
            wrong += 1
            print("case %d, %s: the file says %s, this script %s" % (number, case["construction"], case.get("out"), expected))
    missing = set(DO) - {case["construction"] for case in document["cases"]}
    if missing:
        wrong += 1
        print("no case for: " + ", ".join(sorted(missing)))
    if fill:
        print(json.dumps(document, indent=1))
    else:
        print("%d cases of %d constructions, %d wrong" % (len(document["cases"]), len(DO), wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], "--fill" in sys.argv[2:]))
