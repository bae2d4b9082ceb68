"""Puts load on two hosts behind a proxy, kills them in turn, and looks whether all is as if nothing had happened.

    python3 load.py FOLDER --address https://localhost:8443 --kills 30

FOLDER is what `up.sh` was given. Several threads invite clients, each wish with an idempotency key of its own, and ask again until
there is an answer; others look sessions up, read lists and follow events; a webhook's receiver hears of everything. Meanwhile the
hosts are killed (SIGKILL), a second apart; the key ring is rotated; then the hosts are stopped and started one after the other
(SIGTERM), as for an update. In the end everything is counted. Needs Python 3.10 or newer and nothing else.
"""

import argparse
import base64
import collections
import http.client
import json
import os
import signal
import sys
import threading
import time
import uuid
from pathlib import Path

from client import Desk, Failed, Follower, Receiver, Receiving, Seen, check

AGENCY = "acme"
CALL = {"agency": AGENCY, "actor": {"id": "olga", "name": "Olga", "role": "owner"}}
INVITERS, FOLLOWERS = 4, 2
# How often a host is restarted in order.
UPDATES = 4
# How long a webhook may be with a host that was killed, and more: then others have it.
LEASES = 45
# How long a host may take to end, or to be back, on a machine that has much else to do.
BACK = 60


class Load:
    """What is done, and what came of it."""

    def __init__(self, options):
        self.options, self.folder = options, Path(options.folder)
        self.seen, self.stop, self.troubles = Seen(), threading.Event(), []
        self.key = (self.folder / "key").read_text().strip()
        self.lock = threading.Lock()
        # The client of each address, as the first answer said.
        self.invited, self.repeated = {}, 0
        self.hosts = [("one", options.one), ("two", options.two)]

    def desk(self):
        return Desk(self.options.address, self.folder / "cert.pem", self.key, self.seen)

    def begin(self):
        """Somebody who is signed in, a webhook, and who follows."""
        desk = self.desk()
        invite = {"email": "ann@nike.example", "name": "Ann", "brands": ["nike"]}
        ann = desk.call("clients.invite-by-email", {"call": CALL, "invite": invite}, "ann")["client"]
        self.invited[invite["email"]] = ann
        token = desk.call("clients.copy-link", {"call": CALL, "id": ann}, "link")["token"]
        signed_up = desk.call("portal.sign-up", {"token": token, "name": "Ann", "password": "a well kept secret"})
        self.session = signed_up["session"]
        receiver = Receiving(("127.0.0.1", 0), Receiver)
        threading.Thread(target=receiver.serve_forever, daemon=True).start()
        hook = {"url": f"http://127.0.0.1:{receiver.server_port}/", "agency": AGENCY, "kinds": [], "after": 0}
        status, made = desk.once("/v1/webhooks", hook, {"idempotency-key": "hook"})
        check(status == 201, f"no webhook was made: {status} {made}")
        Receiver.secret = base64.b64decode(made["secret"].removeprefix("whsec_"))
        self.followers = [Follower(self.desk(), AGENCY) for _ in range(FOLLOWERS)]
        for follower in self.followers:
            follower.start()

    def thread(self, work):
        def run():
            try:
                desk = self.desk()
                while not self.stop.is_set():
                    work(desk)
            except Exception as error:  # whatever it is, it is told in the end
                self.troubles.append(f"{work.__name__}: {error!r}")
                self.stop.set()

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        return thread

    def invite(self, desk):
        """A wish with a key of its own; one in three is uttered once more, and must have the same answer."""
        key = str(uuid.uuid4())
        email = f"{key}@nike.example"
        wish = {"call": CALL, "invite": {"email": email, "brands": ["nike"]}}
        answer = desk.call("clients.invite-by-email", wish, key)
        with self.lock:
            self.invited[email] = answer["client"]
        if int(key[0], 16) < 6:
            again = desk.call("clients.invite-by-email", wish, key)
            check(again == answer, f"a repeated wish had another answer: {answer} and {again}")
            with self.lock:
                self.repeated += 1
        time.sleep(0.02)

    def look_up(self, desk):
        check(desk.call("portal.me", {"session": self.session})["name"] == "Ann", "the session is another's")
        time.sleep(0.02)

    def read(self, desk):
        found = desk.call("clients.list", {"call": CALL, "page": {"limit": 50}})
        check(len(found["clients"]) > 0, "the list is empty")
        time.sleep(0.05)

    def process(self, host):
        return int((self.folder / f"{host}.pid").read_text())

    def is_ready(self, port):
        try:
            return Desk(f"http://localhost:{port}", None, self.key, self.seen).once("/readyz")[0] == 200
        except (OSError, http.client.HTTPException):
            return False

    def end_in_turn(self, how, times):
        """Ends one host after the other, a second apart, once the other one is there again. Gives how often."""
        ended = 0
        while ended < times and not self.stop.is_set():
            (host, _), (other, port) = self.hosts[ended % 2], self.hosts[1 - ended % 2]
            wait_until(lambda: self.is_ready(port), BACK, f"host {other} isn't back")
            process = self.process(host)
            os.kill(process, how)
            ended += 1
            time.sleep(1)
            wait_until(lambda: self.process(host) != process, BACK, f"host {host} doesn't end")
        return ended

    def rotate(self):
        """A new key: every host knows it before any signs with it. First it stands behind the old one, then before it."""
        rings = [self.folder / host / "desk.keys.json" for host, _ in self.hosts]
        old = json.loads(rings[0].read_text())["keys"]
        new = {"id": f"k-{os.urandom(4).hex()}", "bytes": base64.b64encode(os.urandom(32)).decode()}
        for keys in ([*old, new], [new, *old]):
            for ring in rings:
                draft = ring.with_name("desk.keys.draft")
                draft.touch(mode=0o600)
                draft.write_text(json.dumps({"keys": keys}))
                draft.rename(ring)
            # A file that changes is read again within a second.
            time.sleep(2.5)
        self.rotated = new["id"]

    def run(self):
        self.begin()
        works = [self.invite] * INVITERS + [self.look_up, self.look_up, self.read]
        threads = [self.thread(work) for work in works]
        begun = time.monotonic()
        rotating = threading.Thread(target=self.rotate, daemon=True)
        self.seen.begin("killed")
        self.kills = self.end_in_turn(signal.SIGKILL, self.options.kills // 2)
        rotating.start()
        self.kills += self.end_in_turn(signal.SIGKILL, self.options.kills - self.kills)
        rotating.join()
        self.seen.begin("updated")
        self.updates = self.end_in_turn(signal.SIGTERM, UPDATES)
        for _, port in self.hosts:
            wait_until(lambda: self.is_ready(port), BACK, f"the host at {port} isn't back")
        self.took = time.monotonic() - begun
        self.stop.set()
        for thread in threads:
            thread.join(timeout=60)
        self.seen.begin("after")
        check(not self.troubles, "; ".join(self.troubles))

    # What there is in the end.

    def pages(self, function, items, arguments, size=200):
        desk, cursor, found = self.desk(), None, []
        while True:
            page = desk.call(function, {"call": CALL, **arguments, "page": {"limit": size, "cursor": cursor}})
            found += page[items]
            cursor = page["next"]
            if cursor is None:
                return found

    def look(self):
        self.look_at_clients()
        self.look_at_followers()
        self.look_at_webhook()
        self.look_at_mails()

    def look_at_clients(self):
        """Every acknowledged invite is there exactly once: in the list and in the log."""
        desk = self.desk()
        listed = collections.Counter()
        for client in self.pages("clients.list", "clients", {}):
            listed[client["email"]] += 1
            check(self.invited.get(client["email"]) == client["id"], f"nobody was told of {client['email']}")
        check(set(listed) == set(self.invited), f"{len(set(self.invited) - set(listed))} acknowledged invites are lost")
        check(max(listed.values()) == 1, "an invite is there twice")
        logged, self.log = collections.Counter(), []
        while True:
            after = self.log[-1]["number"] if self.log else 0
            entries = desk.call("audit.read", {"call": CALL, "after": after, "limit": 500})["entries"]
            if not entries:
                break
            self.log += entries
        for entry in self.log:
            if entry["kind"] == "client-invited":
                logged[json.loads(entry["details"])["client"]] += 1
        check(set(logged) == set(self.invited.values()), "the log doesn't have every invite")
        check(max(logged.values()) == 1, "the log has an invite twice")
        check(self.log[-1]["hash"].startswith(f"{self.rotated}:"), "the new key signs nothing")
        numbers = [entry["number"] for entry in self.log]
        check(numbers == list(range(1, len(numbers) + 1)), "the log's numbers have a gap, or one twice")

    def look_at_followers(self):
        """Who followed has every entry exactly once, in order, however often the stream broke."""
        numbers = [entry["number"] for entry in self.log]
        for follower in self.followers:
            wait_until(lambda: len(follower.numbers) >= len(numbers), 15, "a follower doesn't get everything")
            follower.stop.set()
            check(follower.numbers[: len(numbers)] == numbers, "a follower has an entry twice, in another order, or not at all")
            check(follower.connected > 1, "no follower ever came back: nothing was tried")

    def look_at_webhook(self):
        """The webhook has every entry, in order; what a killed host had just sent may come twice, with the same id."""
        numbers = [entry["number"] for entry in self.log]
        begun = time.monotonic()
        wait_until(lambda: len(set(Receiver.numbers)) >= len(numbers), LEASES, f"the webhook doesn't get all {len(numbers)} entries")
        self.hook_behind = time.monotonic() - begun
        # Jobs may have written more since.
        firsts = [number for number in dict.fromkeys(Receiver.numbers) if number <= len(numbers)]
        check(firsts == numbers, "the webhook has an entry in another order, or not at all")
        check(Receiver.wrong == 0, "the webhook had a message with a wrong signature")
        check(len(set(Receiver.ids)) == len(set(Receiver.numbers)), "a message that came again had another id")
        self.hooked_twice = len(Receiver.numbers) - len(set(Receiver.numbers))
        check(self.hooked_twice <= self.kills, f"the webhook had {self.hooked_twice} messages twice, after {self.kills} kills")

    def look_at_mails(self):
        """Every invite has one mail: with one of the hosts, or waiting, where a host was killed just then. What a killed host had
        just handed over may be with both, as the same mail."""
        folders = [self.folder / host / "desk.mails" for host, _ in self.hosts]
        outbox = {mail["id"]: mail for mail in self.pages("jobs.outbox", "mails", {})}
        self.mails = [{mail.stem for mail in folder.glob("*.eml")} for folder in folders]
        out = self.mails[0] | self.mails[1]
        to = collections.Counter(mail["to"] for mail in outbox.values())
        # Ann came by a link that was copied, so she was asked to confirm her address.
        expected = dict.fromkeys(self.invited, 1) | {"ann@nike.example": 2}
        check(to == expected, f"somebody has no mail, or two: {len(to)} have one, of {len(expected)}")
        check(out <= set(outbox), "a mail went out that nobody wrote")
        self.mails_waiting = {mail["id"] for mail in outbox.values() if mail["delivery"] == "queued"}
        lost = set(outbox) - out - self.mails_waiting
        check(not lost, f"{len(lost)} mails are called handed over, and no host has them")
        check(len(self.mails_waiting) <= self.kills * INVITERS, f"{len(self.mails_waiting)} mails wait")
        self.mailed_twice = self.mails[0] & self.mails[1]
        most = self.kills * INVITERS
        check(len(self.mailed_twice) <= most, f"{len(self.mailed_twice)} mails went out twice, after {self.kills} kills")
        for mail in self.mailed_twice:
            same = [message_id(folder / f"{mail}.eml") for folder in folders]
            check(same[0] == same[1], "a mail that went out twice has two Message-IDs")

    def enough(self):
        """Nothing is shown by a run in which nothing happened."""
        kills = self.options.kills
        check((self.kills, self.updates) == (kills, UPDATES), f"only {self.kills} kills, and {self.updates} updates")
        for function in ("clients.invite-by-email", "portal.me", "clients.list"):
            check(self.seen.calls[function] >= 2 * kills, f"only {self.seen.calls[function]} calls of {function}")
        check(self.repeated >= kills, f"only {self.repeated} wishes were repeated")
        check(sum(follower.connected for follower in self.followers) >= kills / 2, "hardly any stream was cut: nothing was tried")
        check(len(self.mails[0]) > 0 and len(self.mails[1]) > 0, "only one of the hosts did anything")

    def tell(self):
        calls, failures = self.seen.calls, self.seen.failures
        print(f"{self.kills} kills and {self.updates} orderly restarts of two hosts in {self.took:.0f} s, and the key ring rotated")
        print(f"  {sum(calls.values())} calls answered: {calls['clients.invite-by-email']} invites ({self.repeated} of them asked for twice), "
              f"{calls['portal.me']} sessions looked up, {calls['clients.list']} lists; the log has {len(self.log)} entries")
        for phase, words in (("killed", "while hosts were killed"), ("updated", "while they were restarted")):
            gap, longest, again = self.seen.phases[phase]
            met = [f"{count} × {trouble} ({kind})" for (at, kind, trouble), count in sorted(failures.items()) if at == phase]
            print(f"  {words}: {again} calls had to be asked for again [{', '.join(met) or 'no errors'}]; "
                  f"longest time without any answer {gap:.2f} s, longest that somebody waited {longest:.2f} s")
        silent = max(follower.silent for follower in self.followers)
        print(f"  followers came back {sum(follower.connected - 1 for follower in self.followers)} times and have each entry once; "
              f"longest silence {silent:.2f} s")
        print(f"  the webhook had {len(Receiver.numbers)} messages, {self.hooked_twice} of them a second time; "
              f"longest silence {Receiver.silent:.1f} s, the last came {self.hook_behind:.1f} s after the log was read")
        print(f"  {len(self.mails[0])} mails by one host, {len(self.mails[1])} by the other, {len(self.mailed_twice)} by both "
              f"(the same mail), {len(self.mails_waiting)} wait for a second try, a minute later")


def wait_until(holds, seconds, words):
    until = time.monotonic() + seconds
    while not holds():
        check(time.monotonic() < until, f"{words} after {seconds} s")
        time.sleep(0.03)


def message_id(mail):
    head = mail.read_text(errors="replace").split("\n\n", 1)[0]
    return next(line for line in head.splitlines() if line.lower().startswith("message-id:"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("--address", default="https://localhost:8443")
    parser.add_argument("--one", type=int, default=8701, help="the port of host one")
    parser.add_argument("--two", type=int, default=8702, help="the port of host two")
    parser.add_argument("--kills", type=int, default=30, help="how often a host is killed")
    load = Load(parser.parse_args())
    try:
        load.run()
        load.look()
        load.enough()
    except Failed as failed:
        sys.exit(f"it isn't as it must be: {failed}")
    load.tell()


main()
