#!/usr/bin/env python3
"""An emulator of GOV.UK Notify's REST API, version 2, for demonstration and tests. Nothing leaves this machine. README.md has its page."""
import argparse
import base64
import hashlib
import hmac
import json
import re
import signal
import sys
import threading
import time
import urllib.parse
import urllib.request
import uuid
from collections import deque
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

TOLERANCE_S = 30
PAGE = 250
KINDS = {"sms": "text", "email": "email", "letter": "letter"}
STATUSES = ["cancelled", "created", "sending", "sent", "delivered", "pending", "failed", "technical-failure", "temporary-failure", "permanent-failure",
            "pending-virus-check", "validation-failed", "virus-scan-failed", "returned-letter", "accepted", "received"]
# The service's own recipients for trying failures.
FAILING = {"447700900002": "permanent-failure", "447700900003": "temporary-failure",
           "perm-fail@simulate.notify": "permanent-failure", "temp-fail@simulate.notify": "temporary-failure"}


class Refusal(Exception):
    def __init__(self, status, error, message, retry_after=None):
        super().__init__(message)
        self.status, self.errors, self.retry_after = status, [{"error": error, "message": message}], retry_after

    def body(self):
        return self.errors if self.status == 500 else {"errors": self.errors, "status_code": self.status}


def now_text():
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def is_uuid(text):
    return isinstance(text, str) and re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", text) is not None


def decoded(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def check_token(header, issuer, secret):
    """As the service checks an Authorization header; raises Refusal."""
    if not header:
        raise Refusal(401, "AuthError", "Unauthorized: authentication token must be provided")
    if not header.lower().startswith("bearer "):
        raise Refusal(401, "AuthError", "Unauthorized: authentication bearer scheme must be used")
    token = header[7:]
    try:
        head, claims, signature = token.split(".")
        header_fields, fields, given = json.loads(decoded(head)), json.loads(decoded(claims)), decoded(signature)
    except (ValueError, TypeError):
        raise Refusal(403, "AuthError", "Invalid token: make sure your API token matches the example at https://docs.notifications.service.gov.uk/rest-api.html#authorisation-header") from None
    if header_fields.get("alg") != "HS256":
        raise Refusal(403, "AuthError", "Invalid token: algorithm used is not HS256")
    if fields.get("iss") != issuer:
        raise Refusal(403, "AuthError", "Invalid token: service not found")
    expected = hmac.new(secret.encode(), f"{head}.{claims}".encode(), hashlib.sha256).digest()
    if not hmac.compare_digest(expected, given):
        raise Refusal(403, "AuthError", "Invalid token: API key not found")
    if not isinstance(fields.get("iat"), int) or abs(time.time() - fields["iat"]) > TOLERANCE_S:
        raise Refusal(403, "AuthError", f"Error: Your system clock must be accurate to within {TOLERANCE_S} seconds")


def phone(text):
    """A number as the service keeps it for comparison; raises Refusal as it would."""
    plain = re.sub(r"[\s()\-.+]", "", text)
    if not plain.isdigit():
        raise Refusal(400, "ValidationError", "phone_number Must not contain letters or symbols")
    plain = re.sub(r"^(00)?(44)?0?", "", plain) if not text.startswith("+") or text.startswith("+44") else None
    if plain is None:
        raise Refusal(400, "BadRequestError", "Cannot send to international mobile numbers")
    if not plain.startswith("7"):
        raise Refusal(400, "ValidationError", "phone_number Not a UK mobile number")
    if len(plain) != 10:
        raise Refusal(400, "ValidationError", f"phone_number {'Too many' if len(plain) > 10 else 'Not enough'} digits")
    return "44" + plain


class Service:
    """What the service holds, and how it misbehaves. One lock for all of it."""

    def __init__(self, options, templates):
        self.options, self.templates = options, templates
        self.lock = threading.Lock()
        self.notifications = []
        self.script = deque(word for word in (options.fail_next or "").split(",") if word)
        self.posts = 0
        self.record = open(options.record, "a", encoding="utf-8") if options.record else None

    def misbehaviour(self):
        with self.lock:
            return self.script.popleft() if self.script else "ok"

    def render(self, template, values):
        names = set(re.findall(r"\(\((.*?)\)\)", template["subject"] + template["body"]))
        if missing := sorted(names - set(values)):
            raise Refusal(400, "BadRequestError", "Missing personalisation: " + ", ".join(missing))
        fill = lambda text: re.sub(r"\(\((.*?)\)\)", lambda found: str(values[found[1]]), text)
        return fill(template["subject"]), fill(template["body"])

    def accept(self, kind, payload):
        template = self.checked(kind, payload)
        values = payload.get("personalisation") or {}
        to = self.recipient(kind, payload, values)
        subject, body = self.render(template, values)
        made = {"id": str(uuid.uuid4()), "reference": payload.get("reference"), "type": kind, "to": to, "template": template, "subject": subject, "body": body,
                "status": "accepted" if kind == "letter" else "created", "created_at": now_text(), "sent_at": None, "completed_at": None,
                "payload": payload}
        with self.lock:
            self.notifications.append(made)
            if self.record:
                self.record.write(json.dumps({"id": made["id"], "reference": made["reference"], "type": kind, "to": to, "template": template["name"],
                                              "subject": subject, "body": body}, ensure_ascii=False) + "\n")
                self.record.flush()
        return made

    def checked(self, kind, payload):
        if not isinstance(payload, dict):
            raise Refusal(400, "BadRequestError", "Invalid JSON supplied in POST data")
        allowed = {"sms": {"phone_number", "sms_sender_id"}, "email": {"email_address", "email_reply_to_id", "one_click_unsubscribe_url"}, "letter": {"postage"}}[kind]
        errors = []
        for name in {"sms": ["phone_number"], "email": ["email_address"], "letter": []}[kind] + ["template_id"] + (["personalisation"] if kind == "letter" else []):
            if name not in payload:
                errors.append(f"{name} is a required property")
        for name in sorted(set(payload) - allowed - {"template_id", "personalisation", "reference"}):
            errors.append(f"Additional properties are not allowed ({name} was unexpected)")
        if "template_id" in payload and not is_uuid(payload["template_id"]):
            errors.append("template_id is not a valid UUID")
        if not isinstance(payload.get("personalisation", {}), dict):
            errors.append("personalisation should contain key value pairs")
        if "reference" in payload and not isinstance(payload["reference"], (str, type(None))):
            errors.append("reference is not of type string")
        if errors:
            refusal = Refusal(400, "ValidationError", errors[0])
            refusal.errors = [{"error": "ValidationError", "message": each} for each in errors]
            raise refusal
        template = self.templates.get(payload["template_id"])
        if template is None:
            raise Refusal(400, "BadRequestError", "Template not found")
        if template["type"] != kind:
            raise Refusal(400, "BadRequestError", f"{template['type']} template is not suitable for {kind} notification")
        return template

    @staticmethod
    def recipient(kind, payload, values):
        if kind == "sms":
            if not isinstance(payload["phone_number"], str):
                raise Refusal(400, "ValidationError", "phone_number is not of type string")
            return phone(payload["phone_number"])
        if kind == "email":
            address = payload["email_address"]
            if not isinstance(address, str) or not re.fullmatch(r"[^\s@]+@[^\s@]+\.[^\s@]+", address):
                raise Refusal(400, "ValidationError", "email_address Not a valid email address")
            return address
        lines = [values[name] for n in range(1, 8) if (name := f"address_line_{n}") in values and values[name]]
        if len(lines) < 3:
            raise Refusal(400, "ValidationError", "Address must be at least 3 lines")
        if not re.fullmatch(r"[A-Za-z]{1,2}[0-9][A-Za-z0-9]? ?[0-9][A-Za-z]{2}", lines[-1].strip()):
            raise Refusal(400, "ValidationError", "Last line of address must be a real UK postcode or another country")
        return "\n".join(lines)

    def find(self, id_):
        with self.lock:
            return next((each for each in self.notifications if each["id"] == id_), None)

    def deliver(self, made):
        """After a while it has been delivered, or has not; then the callback, again and again as the service does."""
        time.sleep(self.options.deliver_after)
        with self.lock:
            status = self.options.status or FAILING.get(made["to"], "received" if made["type"] == "letter" else "delivered")
            made["sent_at"] = made["completed_at"] = now_text()
            made["status"] = status
        if not self.options.callback or made["type"] == "letter" or self.options.status == "sending":
            return
        receipt = {"id": made["id"], "reference": made["reference"], "to": made["payload"].get("phone_number") or made["payload"].get("email_address"),
                   "status": status, "created_at": made["created_at"], "completed_at": made["completed_at"], "sent_at": made["sent_at"],
                   "notification_type": made["type"], "template_id": made["template"]["id"], "template_version": made["template"]["version"]}
        for _ in range(6):
            request = urllib.request.Request(self.options.callback, data=json.dumps(receipt).encode(), method="POST",
                                             headers={"Content-Type": "application/json", "Authorization": "Bearer " + self.options.token})
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:
                    if 200 <= answer.status < 300:
                        return
            except OSError:
                pass
            time.sleep(self.options.retry_after)


def shown(made, base):
    """A notification as GET answers it. What is not known yet is left out."""
    template = made["template"]
    out = {"id": made["id"], "reference": made["reference"], "email_address": made["payload"].get("email_address"), "phone_number": made["payload"].get("phone_number"),
           "type": made["type"], "status": made["status"], "template": {"id": template["id"], "version": template["version"], "uri": f"{base}/v2/template/{template['id']}/version/{template['version']}"},
           "body": made["body"], "subject": made["subject"] or None, "created_at": made["created_at"], "created_by_name": None, "scheduled_for": None,
           "one_click_unsubscribe_url": None, "is_cost_data_ready": True, "cost_in_pounds": 0.0, "cost_details": {}, "postage": "second" if made["type"] == "letter" else None}
    lines = made["to"].split("\n") if made["type"] == "letter" else []
    for n in range(1, 7):
        out[f"line_{n}"] = lines[n - 1] if n <= len(lines) - 1 else None
    out["postcode"] = lines[-1] if lines else None
    out.update({name: made[name] for name in ("sent_at", "completed_at") if made[name]})
    return out


def accepted(made, base):
    """A notification as POST answers it."""
    content = {"sms": {"body": made["body"], "from_number": "GOVUK"}, "email": {"subject": made["subject"], "body": made["body"], "from_email": "emulator@notifications.service.gov.uk"},
               "letter": {"subject": made["subject"], "body": made["body"]}}[made["type"]]
    if made["type"] == "email":
        content["one_click_unsubscribe_url"] = None
    template = made["template"]
    return {"id": made["id"], "reference": made["reference"], "content": content, "uri": f"{base}/v2/notifications/{made['id']}",
            "template": {"id": template["id"], "version": template["version"], "uri": f"{base}/v2/template/{template['id']}"}, "scheduled_for": None}


def template_shown(each):
    names = re.findall(r"\(\((.*?)\)\)", each["subject"] + each["body"])
    return {"id": each["id"], "name": each["name"], "type": each["type"], "created_at": each["created_at"], "updated_at": None, "version": each["version"],
            "created_by": "emulator@example.gov.uk", "body": each["body"], "subject": each["subject"] or None, "postage": "second" if each["type"] == "letter" else None,
            "personalisation": {name: {"required": True} for name in names}, "letter_contact_block": None}


class Handler(BaseHTTPRequestHandler):
    server_version = "emulator"
    service = None

    def log_message(self, *_):
        pass

    @property
    def base(self):
        return f"http://{self.headers.get('Host', '127.0.0.1')}"

    def answer(self, status, body, retry_after=None):
        raw = json.dumps(body).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            if retry_after:
                self.send_header("Retry-After", retry_after)
            self.end_headers()
            self.wfile.write(raw)
        except OSError:
            pass

    def drop(self):
        self.close_connection = True
        self.wfile.flush()
        self.connection.close()

    def handled(self, work):
        try:
            check_token(self.headers.get("Authorization"), self.service.options.issuer, self.service.options.secret)
            work()
        except Refusal as refusal:
            self.answer(refusal.status, refusal.body(), refusal.retry_after)

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        if url.path == "/_emulator/state":
            with self.service.lock:
                self.answer(200, {"posts": self.service.posts, "notifications": len(self.service.notifications), "script": list(self.service.script)})
            return
        self.handled(lambda: self.get(url.path, urllib.parse.parse_qs(url.query)))

    def get(self, path, query):
        if path == "/v2/notifications":
            return self.answer(200, self.listed(query))
        if found := re.fullmatch(r"/v2/notifications/([^/]+)", path):
            if not is_uuid(found[1]):
                raise Refusal(400, "ValidationError", "notification_id is not a valid UUID")
            made = self.service.find(found[1])
            if made is None:
                raise Refusal(404, "NoResultFound", "No result found")
            return self.answer(200, shown(made, self.base))
        if path == "/v2/templates":
            return self.answer(200, {"templates": [template_shown(each) for each in self.service.templates.values()]})
        if found := re.fullmatch(r"/v2/template/([^/]+)(/version/\d+)?", path):
            if found[1] not in self.service.templates:
                raise Refusal(404, "NoResultFound", "No result found")
            return self.answer(200, template_shown(self.service.templates[found[1]]))
        raise Refusal(404, "NotFound", "Not found")

    def listed(self, query):
        for status in query.get("status", []):
            if status not in STATUSES:
                raise Refusal(400, "ValidationError", f"status {status} is not one of [{', '.join(STATUSES)}]")
        for kind in query.get("template_type", []):
            if kind not in KINDS:
                raise Refusal(400, "ValidationError", f"template_type {kind} is not one of [sms, email, letter]")
        with self.service.lock:
            found = list(reversed(self.service.notifications))
        if older := query.get("older_than", [None])[0]:
            place = next((n for n, each in enumerate(found) if each["id"] == older), len(found))
            found = found[place + 1:]
        for name, member in (("reference", "reference"), ("status", "status"), ("template_type", "type")):
            if name in query:
                found = [each for each in found if each[member] in query[name]]
        page = found[:PAGE]
        links = {"current": self.base + self.path}
        if page:
            links["next"] = f"{self.base}/v2/notifications?" + urllib.parse.urlencode({**{name: values[0] for name, values in query.items()}, "older_than": page[-1]["id"]})
        return {"notifications": [shown(each, self.base) for each in page], "links": links}

    def do_POST(self):
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path == "/_emulator/next":
            with self.service.lock:
                self.service.script.extend(word for word in raw.decode().strip().split(",") if word)
            return self.answer(200, {})
        self.handled(lambda: self.post(raw))

    def post(self, raw):
        found = re.fullmatch(r"/v2/notifications/(sms|email|letter)", self.path)
        if not found:
            raise Refusal(404, "NotFound", "Not found")
        with self.service.lock:
            self.service.posts += 1
        how = self.service.misbehaviour()
        name, _, value = how.partition(":")
        if name == "429":
            raise Refusal(429, "RateLimitError", "Exceeded rate limit for key type TEST of 3000 requests per 60 seconds", value)
        if name == "limit":
            raise Refusal(429, "TooManyRequestsError", "Exceeded send limits (sms: 250000) for today")
        if name == "500":
            raise Refusal(500, "Exception", "Internal server error")
        if name == "403":
            raise Refusal(403, "AuthError", "Invalid token: API key not found")
        if name == "400":
            raise Refusal(400, "BadRequestError", "Cannot send to this recipient when service is in trial mode - see https://www.notifications.service.gov.uk/trial-mode")
        if name == "drop-before":
            return self.drop()
        try:
            payload = json.loads(raw)
        except ValueError:
            raise Refusal(400, "BadRequestError", "Invalid JSON supplied in POST data") from None
        made = self.service.accept(found[1], payload)
        threading.Thread(target=self.service.deliver, args=(made,), daemon=True).start()
        if name == "drop":
            return self.drop()
        if name == "500-after":
            raise Refusal(500, "Exception", "Internal server error")
        if name == "slow":
            time.sleep(float(value or 5))
        if name == "garbage":
            return self.answer(201, "accepted")
        self.answer(201, accepted(made, self.base))


def read_templates(folder, words):
    """--template ID=LANGUAGE/CHANNEL: the same files that the program checks are what is sent, byte for byte."""
    templates = {}
    for word in words:
        id_, _, name = word.partition("=")
        language, _, channel = name.partition("/")
        text = (Path(folder) / language / f"{channel}.txt").read_text(encoding="utf-8").rstrip("\n ")
        subject = ""
        if channel != "text":
            first, _, text = text.partition("\n")
            subject, text = first.removeprefix("Subject: "), text.lstrip("\n")
        kind = next(kind for kind, other in KINDS.items() if other == channel)
        templates[id_] = {"id": id_, "name": name, "type": kind, "subject": subject, "body": text, "version": 1, "created_at": now_text()}
    return templates


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="on 127.0.0.1; 0: a free one, said on the first line")
    parser.add_argument("--key", required=True, help="file with the API key that is accepted: name-ISSUER-SECRET")
    parser.add_argument("--templates", required=True, help="folder with LANGUAGE/CHANNEL.txt")
    parser.add_argument("--template", action="append", default=[], help="ID=LANGUAGE/CHANNEL, e.g. 11111111-…=en/text")
    parser.add_argument("--record", help="file to which each notification is added, one JSON line each")
    parser.add_argument("--callback", help="URL for delivery receipts")
    parser.add_argument("--callback-token", help="file with the bearer token of the callbacks")
    parser.add_argument("--deliver-after", type=float, default=0.2, help="seconds until a notification is delivered")
    parser.add_argument("--retry-after", type=float, default=300, help="seconds between a callback that failed and the next, five times")
    parser.add_argument("--status", help="what becomes of every notification, instead of delivered")
    parser.add_argument("--fail-next", help="what happens to the next POSTs: ok, 400, 403, 429 or 429:RETRY-AFTER, limit, 500, 500-after, drop-before, drop, garbage, slow:SECONDS; with commas between")
    options = parser.parse_args()
    key = Path(options.key).read_text(encoding="utf-8").strip()
    options.issuer, options.secret = key[-73:-37], key[-36:]
    options.token = Path(options.callback_token).read_text(encoding="utf-8").strip() if options.callback_token else ""
    Handler.service = Service(options, read_templates(options.templates, options.template))
    server = ThreadingHTTPServer(("127.0.0.1", options.port), Handler)
    server.daemon_threads = True
    print(json.dumps({"port": server.server_address[1]}), flush=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    server.serve_forever()


if __name__ == "__main__":
    main()
