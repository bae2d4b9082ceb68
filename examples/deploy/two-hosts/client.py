"""A client of the service, as a program of yours would be: it asks again what wasn't answered, follows the log, and takes what a
webhook sends. `load.py` is made of these. Needs Python 3.10 or newer and nothing else.
"""

import base64
import collections
import hashlib
import hmac
import http.client
import http.server
import json
import ssl
import threading
import time
from urllib.parse import urlsplit

# How long anybody goes on asking for one thing.
PATIENCE = 30


class Failed(Exception):
    """Something isn't as it must be."""


def check(holds, words):
    if not holds:
        raise Failed(words)


class Desk:
    """The service, as a thread of a client sees it: one connection that is opened anew when it breaks."""

    def __init__(self, address, trusted, key, seen):
        self.at, self.key, self.seen = urlsplit(address), key, seen
        self.context = ssl.create_default_context(cafile=trusted) if self.at.scheme == "https" else None
        self.connection = None

    def connect(self, timeout=15):
        place = (self.at.hostname, self.at.port)
        if self.context is None:
            return http.client.HTTPConnection(*place, timeout=timeout)
        return http.client.HTTPSConnection(*place, timeout=timeout, context=self.context)

    def once(self, path, body=None, headers=None):
        """The status and the answer of one request; an OSError or HTTPException where there is none."""
        if self.connection is None:
            self.connection = self.connect()
        headers = {"authorization": f"Bearer {self.key}", "content-type": "application/json", **(headers or {})}
        try:
            self.connection.request("GET" if body is None else "POST", path, None if body is None else json.dumps(body), headers)
            response = self.connection.getresponse()
            text = response.read()
        except (OSError, http.client.HTTPException):
            self.connection.close()
            self.connection = None
            raise
        is_json = "json" in (response.getheader("content-type") or "")
        return response.status, json.loads(text) if text and is_json else None

    def call(self, function, arguments, repeated_by=None):
        """What a function gives. What fails is asked for again until it is answered: a command that may be done twice
        has no business here without a key."""
        headers = {"idempotency-key": repeated_by} if repeated_by else {}
        begun, tries = time.monotonic(), 0
        while True:
            tries += 1
            try:
                status, answer = self.once(f"/v1/call/{function}", arguments, headers)
                trouble = f"{status}" if status in (429, 500, 502, 503, 504) else None
            except (OSError, http.client.HTTPException) as error:
                trouble = type(error).__name__
            waited = time.monotonic() - begun
            if trouble is None:
                check(status in (200, 204), f"{function} was refused: {status} {answer}")
                self.seen.answered(function, waited, tries)
                return answer
            self.seen.failed("keyed" if repeated_by else "unkeyed", trouble)
            check(waited < PATIENCE, f"{function} had no answer for {waited:.0f} s: {trouble}")
            time.sleep(0.05)


class Seen:
    """What clients saw: calls by function, and, of each phase, the longest gaps and how many calls took more than one try."""

    def __init__(self):
        self.lock, self.phase = threading.Lock(), "before"
        self.calls, self.failures, self.phases = collections.Counter(), collections.Counter(), {}
        self.begin("before")

    def begin(self, phase):
        with self.lock:
            self.phase, self.last, self.phases[phase] = phase, time.monotonic(), (0.0, 0.0, 0)

    def answered(self, function, waited, tries):
        with self.lock:
            now, (gap, longest, again) = time.monotonic(), self.phases[self.phase]
            self.calls[function] += 1
            self.phases[self.phase] = max(gap, now - self.last), max(longest, waited), again + (tries > 1)
            self.last = now

    def failed(self, kind, trouble):
        with self.lock:
            self.failures[(self.phase, kind, trouble)] += 1


class Receiver(http.server.BaseHTTPRequestHandler):
    """A webhook's receiver, which takes what is signed."""

    protocol_version = "HTTP/1.1"
    secret, ids, numbers, wrong = b"", [], [], 0
    silent, last = 0.0, time.monotonic()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        signed = b".".join([self.headers["webhook-id"].encode(), self.headers["webhook-timestamp"].encode(), body])
        expected = "v1," + base64.b64encode(hmac.new(Receiver.secret, signed, hashlib.sha256).digest()).decode()
        good = hmac.compare_digest(expected, self.headers["webhook-signature"])
        if good:
            now = time.monotonic()
            Receiver.silent, Receiver.last = max(Receiver.silent, now - Receiver.last), now
            Receiver.ids.append(self.headers["webhook-id"])
            Receiver.numbers.append(json.loads(body)["data"]["entry"]["number"])
        else:
            Receiver.wrong += 1
        self.send_response(204 if good else 400)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class Receiving(http.server.ThreadingHTTPServer):
    """Takes what a webhook sends; a sender that is killed in between is no error."""

    daemon_threads = True

    def handle_error(self, *_):
        pass


class Follower(threading.Thread):
    """Follows the log as a browser does: comes back with the last number that it has."""

    def __init__(self, desk, agency):
        super().__init__(daemon=True)
        self.desk, self.agency, self.stop = desk, agency, threading.Event()
        self.numbers, self.connected, self.silent, self.last = [], 0, 0.0, time.monotonic()

    def run(self):
        while not self.stop.is_set():
            connection = self.desk.connect(timeout=20)
            try:
                self.follow(connection)
            except (OSError, http.client.HTTPException, ValueError):
                pass
            connection.close()
            time.sleep(0.05)

    def follow(self, connection):
        headers = {"authorization": f"Bearer {self.desk.key}"}
        if self.numbers:
            headers["last-event-id"] = str(self.numbers[-1])
        connection.request("GET", f"/v1/events?agency={self.agency}&after=0", headers=headers)
        response = connection.getresponse()
        if response.status != 200:
            return
        self.connected += 1
        event = {}
        while not self.stop.is_set():
            line = response.readline().decode()
            if not line:
                return
            name, _, value = line.rstrip("\n").partition(": ")
            if line != "\n":
                event[name] = value
                continue
            # An event counts once its empty line is there: what broke off in the middle comes again.
            if "id" in event:
                number = int(event["id"])
                check(json.loads(event["data"])["number"] == number, "an event's number isn't its entry's")
                self.numbers.append(number)
                now = time.monotonic()
                self.silent, self.last = max(self.silent, now - self.last), now
            event = {}
