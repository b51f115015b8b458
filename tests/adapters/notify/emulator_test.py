#!/usr/bin/env python3
"""The emulator of GOV.UK Notify answers as the service's OpenAPI files say (read in place; skipped without them), and misbehaves when told."""
import base64
import hashlib
import hmac
import http.server
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SHARED = Path(os.environ.get("CONCORDAT_SHARED", ROOT.parent / "shared")) / "samples" / "notify-openapi"
ISSUER, SECRET = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
TEXT, EMAIL, LETTER = (f"aaaaaaaa-0000-4000-8000-00000000000{n}" for n in (1, 2, 3))
TOKEN = "a-token-of-many-characters"


def token(issuer=ISSUER, secret=SECRET, issued=None, algorithm="HS256"):
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")
    signed = part({"typ": "JWT", "alg": algorithm}) + b"." + part({"iss": issuer, "iat": int(time.time()) if issued is None else issued})
    return (signed + b"." + base64.urlsafe_b64encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest()).rstrip(b"=")).decode()


class Emulator:
    def __init__(self, *words):
        self.folder = tempfile.TemporaryDirectory()
        key, callback = Path(self.folder.name) / "key", Path(self.folder.name) / "token"
        key.write_text(f"test-{ISSUER}-{SECRET}\n"), callback.write_text(TOKEN + "\n")
        self.record = Path(self.folder.name) / "record.jsonl"
        self.process = subprocess.Popen(
            [sys.executable, ROOT / "ops/emulators/notify/emulator.py", "--key", key, "--callback-token", callback, "--templates", ROOT / "adapters/notify/templates", "--record", self.record,
             "--template", f"{TEXT}=en/text", "--template", f"{EMAIL}=en/email", "--template", f"{LETTER}=en/letter", "--deliver-after", "0.05", *words],
            stdout=subprocess.PIPE, text=True)
        self.base = f"http://127.0.0.1:{json.loads(self.process.stdout.readline())['port']}"

    def close(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.folder.cleanup()

    def call(self, method, path, payload=None, authorization=None):
        """(status, body); 0 if there was no answer."""
        headers = {"Authorization": "Bearer " + token() if authorization is None else authorization, "Content-Type": "application/json"}
        data = payload if isinstance(payload, bytes) else None if payload is None else json.dumps(payload).encode()
        try:
            with urllib.request.urlopen(urllib.request.Request(self.base + path, method=method, data=data, headers=headers), timeout=5) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as refused:
            return refused.code, json.loads(refused.read())
        except OSError:
            return 0, None


def sms(**more):
    return {"phone_number": "07700 900482", "template_id": TEXT, "personalisation": {"hours": "until 8 pm"}, "reference": "r1", **more}


def email(**more):
    return {"email_address": "marta@example.org", "reference": "r2", "template_id": EMAIL, "personalisation": {"hours": "until 8 pm", "helpline": "0808 157 0900"}, **more}


def letter(**more):
    return {"template_id": LETTER, "reference": "r3", "personalisation": {"hours": "until 8 pm", "helpline": "0808 157 0900", "address_line_1": "Marta Bielak-Owens", "address_line_2": "3 Sample Lane", "address_line_3": "CW1 1AA"}, **more}


def schemas():
    return json.loads((SHARED / "schema.json").read_text(encoding="utf-8"))["components"]["schemas"]


def faults(value, schema, known, where="$"):
    """What of a value is not as the schema says. What a description calls required is required."""
    if "$ref" in schema:
        return faults(value, known[schema["$ref"].rsplit("/", 1)[1]], known, where)
    if "oneOf" in schema:
        tried = [faults(value, each, known, where) for each in schema["oneOf"]]
        return [] if any(not each for each in tried) else min(tried, key=len)
    if value is None:
        return [] if schema.get("nullable") or None in schema.get("enum", []) else [f"{where} is null"]
    types = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "boolean": bool}
    if "type" in schema and not isinstance(value, types[schema["type"]]):
        return [f"{where} is no {schema['type']}"]
    found = [f"{where} is {value}, not one of {schema['enum']}"] if "enum" in schema and value not in schema["enum"] else []
    properties = schema.get("properties", {})
    if isinstance(value, dict) and properties:
        needed = set(schema.get("required", [])) | {name for name, each in properties.items() if each.get("description", "").startswith("required")}
        found += [f"{where}.{name} is missing" for name in sorted(needed - set(value))]
        found += [f"{where}.{name} is unknown" for name in sorted(set(value) - set(properties)) if "additionalProperties" not in schema and where != "$.personalisation"]
        for name in set(properties) & set(value):
            found += faults(value[name], properties[name], known, f"{where}.{name}") if properties[name].get("type") != "object" or "properties" in properties[name] else []
    if isinstance(value, list) and "items" in schema:
        for n, each in enumerate(value):
            found += faults(each, schema["items"], known, f"{where}[{n}]")
    return found


class TestOfTheEmulator(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.emulator = Emulator()
        cls.addClassCleanup(cls.emulator.close)

    def check(self, answer, status, schema, name=None):
        self.assertEqual(answer[0], status, answer)
        if SHARED.exists():
            known = schemas()
            self.assertEqual(faults(answer[1], known[schema], known), [], answer[1])
        if name:
            errors = answer[1] if isinstance(answer[1], list) else answer[1]["errors"]
            self.assertEqual(errors[0]["error"], name)

    def post(self, kind, payload, **how):
        return self.emulator.call("POST", f"/v2/notifications/{kind}", payload, **how)

    def test_the_openapi_files_are_there(self):
        if not SHARED.exists():
            self.skipTest("skipped: no shared samples")
        self.assertIn("SendTextMessageResponse", schemas())

    def test_what_is_accepted_is_answered_as_documented(self):
        self.check(self.post("sms", sms()), 201, "SendTextMessageResponse")
        self.check(self.post("email", email()), 201, "SendEmailResponse")
        self.check(self.post("letter", letter()), 201, "SendNormalLetterResponse")

    def test_what_was_sent_can_be_asked_for(self):
        for kind, payload in (("sms", sms()), ("email", email()), ("letter", letter())):
            made = self.post(kind, payload)[1]
            self.check(self.emulator.call("GET", f"/v2/notifications/{made['id']}"), 200, "GetOneMessageResponse")
            time.sleep(0.15)
            answer = self.emulator.call("GET", f"/v2/notifications/{made['id']}")
            self.check(answer, 200, "GetOneMessageResponse")
            self.assertEqual(answer[1]["status"], "received" if kind == "letter" else "delivered")

    def test_a_reference_finds_its_own_and_nothing_else(self):
        reference = "the-one"
        made = self.post("sms", sms(reference=reference))[1]
        answer = self.emulator.call("GET", f"/v2/notifications?reference={reference}")
        self.check(answer, 200, "GetMultipleMessagesResponse")
        self.assertEqual([each["id"] for each in answer[1]["notifications"]], [made["id"]])
        empty = self.emulator.call("GET", "/v2/notifications?reference=nobody")
        self.check(empty, 200, "GetMultipleMessagesResponse")
        self.assertEqual(empty[1]["notifications"], [])

    def test_pages_go_back_in_time(self):
        first = self.post("sms", sms(reference="page-1"))[1]["id"]
        second = self.post("sms", sms(reference="page-2"))[1]["id"]
        older = self.emulator.call("GET", f"/v2/notifications?older_than={second}")[1]["notifications"]
        self.assertEqual(older[0]["id"], first)

    def test_errors_are_answered_as_documented(self):
        bad = [("sms", sms(phone_number="0770090048"), "ValidationError"), ("sms", sms(phone_number="077009004822"), "ValidationError"), ("sms", sms(phone_number="ring me"), "ValidationError"),
               ("sms", sms(phone_number="01270 500000"), "ValidationError"), ("sms", sms(phone_number="+1 202 555 0100"), "BadRequestError"), ("sms", {"phone_number": "07700900482"}, "ValidationError"),
               ("sms", sms(template_id="elephant"), "ValidationError"), ("sms", sms(template_id=SECRET), "BadRequestError"), ("sms", sms(template_id=EMAIL), "BadRequestError"),
               ("sms", sms(personalisation={}), "BadRequestError"), ("sms", sms(unknown="x"), "ValidationError"), ("sms", b"{", "BadRequestError"), ("email", email(email_address="nobody"), "ValidationError"),
               ("letter", letter(personalisation={"hours": "x", "helpline": "y", "address_line_1": "Marta"}), "ValidationError")]
        for kind, payload, name in bad:
            with self.subTest(payload=payload):
                self.check(self.post(kind, payload), 400, "SendNotificaitonRequestError", name)
        self.check(self.emulator.call("GET", "/v2/notifications/elephant"), 400, "GetMessageValidationError", "ValidationError")
        self.check(self.emulator.call("GET", f"/v2/notifications/{SECRET}"), 404, "GetMessageNoResultFoundError", "NoResultFound")
        self.check(self.emulator.call("GET", "/v2/notifications?status=elephant"), 400, "GetMessageValidationError", "ValidationError")

    def test_a_token_is_checked(self):
        for wrong in ("Bearer " + token(issuer=SECRET), "Bearer " + token(secret=ISSUER), "Bearer " + token(issued=int(time.time()) - 60), "Bearer " + token(issued=int(time.time()) + 60),
                      "Bearer " + token(algorithm="none"), "Bearer x.y.z", "Bearer x"):
            self.check(self.post("sms", sms(), authorization=wrong), 403, "AuthError", "AuthError")
        self.check(self.post("sms", sms(), authorization=""), 401, "AuthError", "AuthError")
        self.check(self.post("sms", sms(), authorization="Basic abc"), 401, "AuthError", "AuthError")
        self.assertEqual(self.post("sms", sms(), authorization="Bearer " + token(issued=int(time.time()) - 20))[0], 201)

    def test_it_misbehaves_when_told(self):
        def next_(how):
            self.assertEqual(self.emulator.call("POST", "/_emulator/next", how.encode())[0], 200)
        for how, status, schema, name in (("429", 429, "LimitError", "RateLimitError"), ("limit", 429, "LimitError", "TooManyRequestsError"), ("500", 500, "ServerError", "Exception"),
                                          ("500-after", 500, "ServerError", "Exception"), ("403", 403, "AuthError", "AuthError"), ("400", 400, "SendNotificaitonRequestError", "BadRequestError")):
            next_(how)
            self.check(self.post("sms", sms(reference=how)), status, schema, name)
            kept = self.emulator.call("GET", f"/v2/notifications?reference={how}")[1]["notifications"]
            self.assertEqual(len(kept), 1 if how == "500-after" else 0, how)
        for how, kept in (("drop", 1), ("drop-before", 0)):
            next_(how)
            self.assertEqual(self.post("sms", sms(reference=how))[0], 0)
            self.assertEqual(len(self.emulator.call("GET", f"/v2/notifications?reference={how}")[1]["notifications"]), kept)

    def test_templates_are_those_of_the_project(self):
        answer = self.emulator.call("GET", "/v2/templates")
        self.check(answer, 200, "TemplatesResponse")
        text = next(each for each in answer[1]["templates"] if each["id"] == TEXT)
        self.assertEqual(text["body"], (ROOT / "adapters/notify/templates/en/text.txt").read_text(encoding="utf-8").rstrip("\n"))
        self.check(self.emulator.call("GET", f"/v2/template/{TEXT}"), 200, "TemplateResponse")

    def test_the_record_holds_what_was_sent_byte_for_byte(self):
        self.post("sms", sms(reference="recorded"))
        line = next(line for line in map(json.loads, self.emulator.record.read_text(encoding="utf-8").splitlines()) if line["reference"] == "recorded")
        self.assertEqual(line["body"], "There is news about the matter you asked us about. Call the number you were given and give your word. Open until 8 pm.")
        self.assertEqual(line["to"], "447700900482")


class Receipts(unittest.TestCase):
    def test_receipts_carry_the_token_and_come_again_until_they_are_taken(self):
        taken = []

        class Taker(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                taken.append((self.headers["Authorization"], body))
                self.send_response(503 if len(taken) < 3 else 200)
                self.end_headers()

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Taker)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        emulator = Emulator("--callback", f"http://127.0.0.1:{server.server_address[1]}/receipts", "--retry-after", "0.05")
        try:
            emulator.call("POST", "/v2/notifications/sms", sms(phone_number="07700 900002", reference="fails"))
            for _ in range(100):
                if len(taken) >= 3:
                    break
                time.sleep(0.05)
            time.sleep(0.2)
            self.assertEqual(len(taken), 3, "twice refused, then taken, then no more")
            self.assertEqual(taken[0][0], "Bearer " + TOKEN)
            self.assertEqual((taken[2][1]["reference"], taken[2][1]["status"]), ("fails", "permanent-failure"))
            if SHARED.exists():
                known = schemas()
                self.assertEqual(faults(taken[2][1], known["SmsCallbackRequest"], known), [])
        finally:
            emulator.close()
            server.shutdown()
            server.server_close()


class TheCheckerItself(unittest.TestCase):
    def test_it_sees_what_is_wrong(self):
        schema = {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}, "b": {"type": "integer", "nullable": True}, "c": {"type": "string", "enum": ["x"]}}}
        self.assertEqual(faults({"a": "1", "b": None, "c": "x"}, schema, {}), [])
        for wrong in ({}, {"a": 1}, {"a": None}, {"a": "1", "b": "2"}, {"a": "1", "c": "y"}, {"a": "1", "d": 1}, []):
            self.assertNotEqual(faults(wrong, schema, {}), [], wrong)


if __name__ == "__main__":
    unittest.main()
