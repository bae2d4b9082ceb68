"""What becomes of mails over a real mail server that fails as it is told to. `.ci/smtp.sh` runs it."""

import asyncio
import base64
import concurrent.futures
import email
import email.policy
import hashlib
import hmac
import json
import logging
import os
import pathlib
import re
import signal
import ssl
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import warnings

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

CLIENTDESK = os.environ["CLIENTDESK"]
FOLDER = pathlib.Path(sys.argv[1])
BEGUN = time.monotonic()
SENDER = "no-reply@desk.example"
PASSWORD = "a very secret word"


def step(words):
    print(f"\n--- {words} ({time.monotonic() - BEGUN:.0f} s)", flush=True)


class Failing(SMTP):
    """Fails once at a stage, and then no more."""

    stage = "greeting"

    async def push(self, status):
        fault = self.event_handler.plan.pop(self.stage, None)
        if fault == "cut":
            self.transport.abort()
            raise ConnectionResetError
        if fault == "stall":
            await asyncio.sleep(5)
            raise ConnectionResetError
        if fault == "drip":
            for letter in "250-and so on and so on and so on":
                self._writer.write(letter.encode())
                await self._writer.drain()
                await asyncio.sleep(0.2)
            raise ConnectionResetError
        return await super().push(fault or status)

    async def smtp_EHLO(self, arg):
        self.stage = "hello"
        if "hello" in self.event_handler.plan:
            return await self.push("250 instead of all that it can")
        return await super().smtp_EHLO(arg)

    async def smtp_MAIL(self, arg):
        self.stage = "sender"
        return await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg):
        self.stage = "recipient"
        return await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg):
        self.stage = "data"
        return await super().smtp_DATA(arg)


class Server(Controller):
    """A mail server, the mails that it took, and what it is to fail at."""

    def __init__(self, **options):
        self.mails, self.sessions, self.plan, self.lock = [], set(), {}, threading.Lock()
        super().__init__(self, hostname="127.0.0.1", port=0, ssl_context=options.pop("at_once", None))
        self.options = options

    def factory(self):
        return Failing(self, hostname="mx.example", enable_SMTPUTF8=True, data_size_limit=50_000_000, authenticator=self.check, **self.options)

    def _trigger_server(self):
        # The port is known by now; the default would call port 0.
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()

    def check(self, server, session, envelope, mechanism, data):
        right = (data.login, data.password) == (b"desk", PASSWORD.encode())
        return AuthResult(success=right, handled=False)

    async def handle_DATA(self, server, session, envelope):
        with self.lock:
            self.sessions.add(id(session))
            if "end" in self.plan:
                server.stage = "end"
                return "250 never said"
            self.mails.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
            server.stage = "taken"
        return "250 taken"

    def copies(self):
        with self.lock:
            return len(self.mails)


class Desk:
    """A store of its own, with an agency."""

    def __init__(self, name):
        self.store = FOLDER / f"{name}.sqlite"
        self.run("agencies", "create", "acme", "--name", "Käse & Söhne", "--notification-email", "office@acme.example", "--portal-address", "https://clients.acme.example")
        self.run("brands", "create", "Nike", "--id", "nike", "--agency", "acme")

    def run(self, *args, smtp=None, env=None, expect=0, stdin=None):
        args = [CLIENTDESK, *map(str, args), "--store", str(self.store), "--json"]
        if smtp:
            args += ["--smtp", smtp, "--mail-from", SENDER]
        done = subprocess.run(args, capture_output=True, text=True, env={**os.environ, **(env or {})}, input=stdin, timeout=60)
        assert done.returncode == expect, (args, done.stdout, done.stderr)
        for said in (done.stdout, done.stderr):
            assert PASSWORD not in said, said
        return json.loads(done.stdout or "null") if expect == 0 else done.stderr

    def invite(self, who, smtp, env=None):
        person = json.dumps({"email": f"{who}@client.example", "brands": ["nike"]})
        self.run("call", "--agency", "acme", "clients.invite-by-email", person, smtp=smtp, env=env)
        return self.mail(who)

    def mail(self, who):
        mails = self.run("mails", "--agency", "acme", "--all")["items"]
        [mail] = [mail for mail in mails if mail["to"] == f"{who}@client.example"]
        delivery = mail["delivery"]
        word = delivery if isinstance(delivery, str) else next(iter(delivery))
        why = mail["last-problem"] or ""
        for datum in ("client.example", who, "clients.acme.example", "Nike"):
            assert datum not in why, why
        return word, why, mail["id"]


def certificates():
    """An authority, and certificates of its own and of nobody's."""

    def run(*args):
        subprocess.run(["openssl", *args], cwd=FOLDER, check=True, capture_output=True)

    run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30", "-subj", "/CN=an authority", "-addext", "basicConstraints=critical,CA:TRUE", "-keyout", "ca.key", "-out", "ca.pem")
    found = {}
    for name, host, days in [("good", "IP:127.0.0.1", "30"), ("other", "DNS:mail.example", "30"), ("over", "IP:127.0.0.1", "-1")]:
        run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", f"/CN={name}", "-addext", f"subjectAltName={host}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
        run("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-copy_extensions", "copy", "-out", f"{name}.pem", "-days", days)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(FOLDER / f"{name}.pem", FOLDER / f"{name}.key")
        found[name] = context
    return found


def table():
    step("each fault at each stage: what comes of the mail, and how many copies arrive")
    stages = ["greeting", "hello", "sender", "recipient", "data", "end"]
    faults = {
        "421 4.3.2 closing": ["queued"] * 6,
        "450 4.2.0 later": ["queued"] * 6,
        "550 5.1.1 no such mailbox": ["queued", "queued", "queued", "failed", "queued", "failed"],
        "554 5.7.1 not from you": ["queued"] * 6,
        "stall": ["queued"] * 6,
        "drip": ["queued"] * 6,
        "cut": ["handed-over"] * 5 + ["queued"],
    }
    print(f"{'':28}" + "".join(f"{stage:14}" for stage in stages))

    def one(case):
        fault, stage, expected = case
        server = Server()
        server.start()
        try:
            desk = Desk(re.sub(r"\W", "-", f"{stage}-{fault}"))
            server.plan[stage] = fault
            begun = time.monotonic()
            word, why, _ = desk.invite("zoe", f"smtp://127.0.0.1:{server.port}?deadline=1")
            took = time.monotonic() - begun
            copies = server.copies()
            assert word == expected, (case, word, why)
            assert copies == (1 if word == "handed-over" else 0), (case, copies)
            assert took < 8, (case, took)
            assert bool(why) == (word != "handed-over"), (case, why)
            return f"{word} {copies}"
        finally:
            stopped(server)

    cases = [(fault, stage, word) for fault, words in faults.items() for stage, word in zip(stages, words)]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        came = list(pool.map(one, cases))
    for number, fault in enumerate(faults):
        print(f"{fault:28}" + "".join(f"{word:14}" for word in came[6 * number : 6 * number + 6]))


def stopped(server):
    try:
        server.stop()
    except Exception:  # noqa: BLE001 - a connection that stalls is ended with the process
        pass


def encrypted(found):
    step("encryption and passwords: what is wrong is said, and nothing goes out")
    ca = f"ca={FOLDER}/ca.pem"
    desk = Desk("tls")
    numbers = iter(range(100))
    env = {"CLIENTDESK_SMTP_PASSWORD": PASSWORD}
    file = FOLDER / "password"
    file.write_text(PASSWORD + "\n")
    file.chmod(0o600)

    def case(name, server, url, word, why="", env=None):
        server.start()
        try:
            came, said, _ = desk.invite(f"zoe{next(numbers)}", url.format(port=server.port), env)
            assert came == word and why in said, (name, came, said)
            assert server.copies() == (1 if word == "handed-over" else 0), name
            print(f"{name:44} {came} {said}")
        finally:
            stopped(server)

    def starttls(name):
        return Server(tls_context=found[name])

    case("STARTTLS, a good certificate", starttls("good"), "smtp://127.0.0.1:{port}?tls=required&" + ca, "handed-over")
    case("STARTTLS, a password", Server(tls_context=found["good"], auth_required=True), "smtp://desk@127.0.0.1:{port}?tls=required&" + ca, "handed-over", env=env)
    case("STARTTLS, a password in a file", Server(tls_context=found["good"], auth_required=True), "smtp://desk@127.0.0.1:{port}?tls=required&password-file=" + str(file) + "&" + ca, "handed-over")
    case("TLS from the first byte", Server(at_once=found["good"]), "smtps://127.0.0.1:{port}?" + ca, "handed-over")
    case("nobody's authority", starttls("good"), "smtp://127.0.0.1:{port}?tls=required", "queued", "UnknownIssuer; `ca=FILE` names")
    case("TLS at once, nobody's authority", Server(at_once=found["good"]), "smtps://127.0.0.1:{port}", "queued", "UnknownIssuer")
    case("another host's name", starttls("other"), "smtp://127.0.0.1:{port}?tls=required&" + ca, "queued", "certificate not valid for name")
    case("a certificate that is over", starttls("over"), "smtp://127.0.0.1:{port}?tls=required&" + ca, "queued", "invalid peer certificate: ")
    case("no STARTTLS is offered", Server(), "smtp://127.0.0.1:{port}?tls=required&" + ca, "queued", "offers no STARTTLS")
    case("a wrong password", Server(tls_context=found["good"], auth_required=True), "smtp://desk@127.0.0.1:{port}?tls=required&" + ca, "queued", "logging in to the mail server failed: it said 535", env={"CLIENTDESK_SMTP_PASSWORD": "wrong"})
    said = desk.run("jobs", smtp="smtp://desk@mail.example", expect=1)
    assert "the password for `smtp://desk@mail.example:587` is missing" in said, said


def arrived(server):
    step("what arrives is what was written")
    desk = Desk("arrives")
    server.start()
    desk.run("agencies", "show", "acme")
    word, _, mail = desk.invite("zoe", f"smtp://127.0.0.1:{server.port}?bounces=bounces@desk.example")
    assert word == "handed-over"
    [(sender, recipients, content)] = server.mails
    assert (sender, recipients) == ("bounces@desk.example", ["zoe@client.example"])
    assert max(map(len, content.split(b"\r\n"))) <= 998
    parsed = email.message_from_bytes(content, policy=email.policy.default)
    assert parsed["From"].addresses[0].addr_spec == SENDER
    assert parsed["From"].addresses[0].display_name == "Käse & Söhne", parsed["From"]
    assert parsed["Message-ID"] == f"<{mail}.acme@desk.example>", parsed["Message-ID"]
    assert parsed["Auto-Submitted"] == "auto-generated"
    assert parsed.get_content_type() == "multipart/alternative"
    text, html = (part.get_content() for part in parsed.iter_parts())
    link = re.search(r"https://clients\.acme\.example\S+", text).group()
    assert link in html.replace("&amp;", "&"), link
    print(f"{parsed['Subject']!r} from {parsed['From']}")
    stopped(server)


def served():
    step("a service: many mails over few connections, nothing personal in its log, and what comes back")
    server = Server()
    server.start()
    desk = Desk("serve")
    box = FOLDER / "bounces"
    box.mkdir()
    log = open(FOLDER / "log", "w+")
    service = subprocess.Popen(
        [CLIENTDESK, "serve", "--json", "--store", str(desk.store), "--listen", "127.0.0.1:0", "--smtp", f"smtp://127.0.0.1:{server.port}", "--mail-from", SENDER, "--bounces", str(box)],
        stdout=subprocess.PIPE, stderr=log, text=True,
    )
    try:
        told = json.loads(service.stdout.readline())
        assert told["mails"] == f"smtp://127.0.0.1:{server.port}", told
        address = told["address"]

        def call(function, arguments, headers=None, place=None):
            body = json.dumps(arguments).encode()
            request = urllib.request.Request(place or f"{address}/v1/call/{function}", body, {"content-type": "application/json", **(headers or {})})
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:
                    return json.loads(answer.read() or b"null")
            except urllib.error.HTTPError as refused:
                return refused.code, json.loads(refused.read())

        who = {"agency": "acme", "actor": {"id": "olga", "name": "Olga", "role": "owner"}}
        invites = [{"email": f"yves{number}@client.example", "brands": ["nike"]} for number in range(300)]
        begun = time.monotonic()
        call("clients.invite-many", {"call": who, "invites": invites})
        took = time.monotonic() - begun
        assert server.copies() == 300, server.copies()
        print(f"300 invites in one call: {took:.1f} s, {len(server.sessions)} connections")
        # One mail is refused, one comes back, and one is late.
        server.plan["recipient"] = "550 5.1.1 <xenia@client.example> no such mailbox"
        call("clients.invite-by-email", {"call": who, "invite": {"email": "xenia@client.example", "brands": ["nike"]}})
        word, why, _ = desk.mail("xenia")
        assert word == "failed", (word, why)

        def report(number, action):
            content = server.mails[number][2]
            head, _, _ = content.partition(b"\r\n\r\n")
            return (
                b"From: MAILER-DAEMON@mx.example\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
                b"--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
                b"Final-Recipient: rfc822; x@client.example\r\nAction: " + action + b"\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 <x@client.example> is gone\r\n\r\n"
                b"--b\r\nContent-Type: text/rfc822-headers\r\n\r\n" + head + b"\r\n--b--\r\n"
            )

        def recipient(number):
            return server.mails[number][1][0].split("@")[0]

        def comes(number, word):
            for _ in range(150):
                if desk.mail(recipient(number))[0] == word:
                    return
                time.sleep(0.1)
            raise AssertionError(desk.mail(recipient(number)))

        (box / "1.eml").write_bytes(report(0, b"failed"))
        (box / "2.eml").write_bytes(report(1, b"delayed"))
        (box / "3.eml").write_bytes(report(2, b"failed").replace(b".acme@", b".beta@"))
        comes(0, "bounced")
        came = desk.run("bounces", box)["items"]
        assert [one["outcome"] for one in came] == ["marked", "not-failed", "unknown"], came
        piped = desk.run("bounces", "-", stdin=report(3, b"failed").decode())["items"]
        assert [one["outcome"] for one in piped] == ["marked"], piped
        comes(3, "bounced")
        for number in (1, 2):
            assert desk.mail(recipient(number))[0] == "handed-over"

        secret = desk.run("bounces", "--secret")["secret"]
        key = base64.b64decode(secret.removeprefix("whsec_"))

        def signed(body, seconds=None):
            seconds = seconds or int(time.time())
            text = json.dumps(body).encode()
            signature = base64.b64encode(hmac.digest(key, f"msg_1.{seconds}.".encode() + text, hashlib.sha256)).decode()
            return {"webhook-id": "msg_1", "webhook-timestamp": str(seconds), "webhook-signature": f"v1,{signature}"}

        parsed = email.message_from_bytes(server.mails[4][2], policy=email.policy.default)
        body = {"bounces": [
            {"message-id": str(parsed["Message-ID"]), "kind": "hard", "reason": "550 5.1.1 gone"},
            {"message-id": "<x@y.example>", "kind": "hard"},
            {"message-id": str(parsed["Message-ID"]), "kind": "soft"},
        ]}
        place = f"{address}/v1/bounces"
        assert call("", body, {}, place)[0] == 401
        assert call("", body, signed(body, int(time.time()) - 1_000), place)[0] == 401
        assert call("", {"bounces": []}, signed(body), place)[0] == 401
        answer = call("", body, signed(body), place)
        assert answer == {"marked": 1, "unknown": 1, "soft": 1}, answer
        comes(4, "bounced")
        # The whole server goes, and mails wait.
        stopped(server)
        call("clients.invite-by-email", {"call": who, "invite": {"email": "wanda@client.example", "brands": ["nike"]}})
        word, why, _ = desk.mail("wanda")
        assert word == "queued" and "connecting to the mail server failed" in why, (word, why)
    finally:
        service.send_signal(signal.SIGTERM)
        service.wait(20)
    log.seek(0)
    lines = log.read()
    assert "a mail has to come later" in lines and "a mail was refused" in lines, lines
    tokens = set()
    for _, _, content in server.mails:
        parsed = email.message_from_bytes(content, policy=email.policy.default)
        text = parsed.get_body(("plain",)).get_content()
        tokens |= set(re.findall(r"[\w-]{30,}", text))
    assert len(tokens) >= 300, len(tokens)
    for datum in ["client.example", "xenia", "wanda", "yves", "acme.example", secret, *tokens]:
        assert datum not in lines, (datum, [line for line in lines.splitlines() if datum in line][:3])
    print(f"{len(lines.splitlines())} lines of log, without a name, an address or a token; {len(tokens)} tokens were looked for")


os.umask(0o077)
logging.getLogger("mail.log").setLevel(logging.CRITICAL)
warnings.simplefilter("ignore", DeprecationWarning)
table()
encrypted(certificates())
arrived(Server())
served()
step("done")
os._exit(0)
