"""Plays recordings of the stories against the component, and compares every answer and every row.

    clientdesk run --record target/recordings tests/scenarios
    python play.py target/recordings            # in memory and on SQLite; --component FILE plays another

A recording has a line for each call, with all that the host told the component meanwhile; the
documentation of the crate `clientdesk-scenario` (`recording`) describes it.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from clientdesk import Clientdesk, Code, Limits, Refused
from clientdesk.wit import mail, storage, types as core
from clientdesk.wit.secrets import Key
from host import SqliteStorage
from memory import MemoryStorage

AFTER_ALL = "\x7f"
HOSTS_OWN = "host/"


class Difference(Exception):
    """What was played isn't what was recorded."""


class Stage:
    """Mail, clock and secrets of a recording, and a storage that fails as it did there."""

    def __init__(self, rows: SqliteStorage | MemoryStorage, keys: list[dict[str, str]]) -> None:
        self.rows = rows
        self.ring = ring(keys)
        self.opaque: dict[str, str] = {}
        self.begin({"now": 0})

    def begin(self, call: dict[str, Any]) -> None:
        """From here on, it answers as during this call."""
        self.time: int = call["now"]
        self.ring = ring(call["keys"]) if "keys" in call else self.ring
        names = ("offsets", "random", "mail", "forgotten")
        self.script = {name: deque(call.get(name, [])) for name in names}
        self.failing = {failed["nth"]: failed for failed in call.get("storage", [])}
        self.asked = 0
        for chunk in chunks(call.get("set", []), 50):
            self.rows.commit([], [storage.Write(key=key, value=value) for key, value in chunk])

    def end(self) -> None:
        """Refuses what was recorded and not asked for."""
        left = [f"{len(lines)} of {name}" for name, lines in self.script.items() if lines]
        left += [f"storage call {nth}" for nth in self.failing if nth > self.asked]
        if left:
            raise Difference(f"not asked for: {', '.join(left)}")

    def _next(self, name: str) -> Any:
        if not self.script[name]:
            raise Difference(f"{name}: asked for more than was recorded")
        return self.script[name].popleft()

    # Secrets.

    def random(self, len: int) -> bytes:
        return bytes.fromhex(self._next("random"))

    def keys(self) -> list[Key]:
        return self.ring

    # Clock.

    def now(self) -> int:
        return self.time

    def offset(self, zone: str, at: int) -> int | None:
        *asked, answer = self._next("offsets")
        compare("offsets", asked, [zone, at])
        return None if answer is None else int(answer)

    # Mail.

    def send(self, message: mail.Message) -> mail.Handover:
        recorded = self._next("mail")
        compare("mail", recorded["message"], mail.MESSAGE.to_json(message))
        answer: mail.Handover = mail.HANDOVER.from_json(recorded["answer"])
        return answer

    def forget(self, ids: list[str]) -> None:
        compare("forgotten", self._next("forgotten"), ids)

    # Storage.

    def get(self, keys: list[str]) -> list[storage.Entry | None]:
        self._fail("get")
        return self.rows.get(keys)

    def scan(self, start: str, end: str, limit: int, reverse: bool) -> storage.Page:
        self._fail("scan")
        return self.rows.scan(start, end, limit, reverse)

    def commit(self, checks: list[storage.Check], writes: list[storage.Write]) -> storage.Outcome:
        failed = self.failing.get(self.asked + 1)
        if failed and failed["applied"]:
            self.rows.commit(checks, writes)
        outcome: storage.Outcome | None = self._fail("commit")
        return outcome or self.rows.commit(checks, writes)

    def scrub(self) -> None:
        self._fail("scrub")
        self.rows.scrub()

    def _fail(self, operation: str) -> Any:
        """Raises, or answers, what was recorded of a call that did something else."""
        self.asked += 1
        failed = self.failing.get(self.asked)
        if failed is None:
            return None
        compare("storage", failed["operation"], operation)
        if "err" in failed["answer"]:
            raise storage.ERROR.from_json(failed["answer"]["err"])
        return storage.OUTCOME.from_json(failed["answer"]["ok"])


# What only the host that gave it need understand: it may depend on the versions of rows.
OPAQUE_IN_ANSWERS = ("next", "ticket")
OPAQUE_IN_ARGUMENTS = ("cursor", "ticket")


def note_opaque(recorded: Any, found: Any, opaque: dict[str, str]) -> Any:
    """The recorded answer with this host's cursors and tickets, which are noted."""
    if isinstance(recorded, list) and isinstance(found, list) and len(recorded) == len(found):
        return [note_opaque(one, other, opaque) for one, other in zip(recorded, found)]
    if not isinstance(recorded, dict) or not isinstance(found, dict):
        return recorded
    noted = {}
    for name, value in recorded.items():
        other = found.get(name)
        if name in OPAQUE_IN_ANSWERS and isinstance(value, str) and isinstance(other, str):
            if value != other:
                opaque[value] = other
            noted[name] = other
        else:
            noted[name] = note_opaque(value, other, opaque)
    return noted


def with_own(arguments: Any, opaque: dict[str, str]) -> Any:
    """Arguments with the cursors and tickets that this host gave in place of the recorded ones."""
    if not isinstance(arguments, dict):
        return arguments
    return {
        name: opaque.get(value, value)
        if name in OPAQUE_IN_ARGUMENTS and isinstance(value, str)
        else with_own(value, opaque)
        for name, value in arguments.items()
    }


def ring(keys: list[dict[str, str]]) -> list[Key]:
    return [Key(key["id"], bytes.fromhex(key["bytes"])) for key in keys]


def chunks(items: list[Any], size: int) -> Iterator[list[Any]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def compare(at: str, recorded: Any, found: Any) -> None:
    """Names the first place at which they differ."""
    if isinstance(recorded, dict) and isinstance(found, dict):
        for name in [*recorded, *(name for name in found if name not in recorded)]:
            compare(f"{at}.{name}", recorded.get(name, "nothing"), found.get(name, "nothing"))
    elif isinstance(recorded, list) and isinstance(found, list):
        for place, (one, other) in enumerate(zip(recorded, found)):
            compare(f"{at}[{place}]", one, other)
        if len(recorded) != len(found):
            raise Difference(f"{at}: recorded {len(recorded)} elements, found {len(found)}")
    elif recorded != found or type(recorded) is not type(found):
        raise Difference(f"{at}: recorded {shown(recorded)}, found {shown(found)}")


def shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 300 else text[:300] + "…"


def perform(desk: Clientdesk, stage: Stage, call: dict[str, Any]) -> None:
    """Makes a call, and compares how it ends."""
    stage.begin(call)
    found: dict[str, Any]
    try:
        found = {"ok": desk.call(call["call"], with_own(call["arguments"], stage.opaque))}
    except Refused as refusal:
        found = {"err": core.ERROR.to_json(refusal)}
    ended = {name: call[name] for name in ("ok", "err") if name in call}
    compare("answer", note_opaque(ended, found, stage.opaque), found)
    stage.end()


def all_rows(rows: SqliteStorage | MemoryStorage) -> list[list[str]]:
    found, start = [], ""
    while True:
        page = rows.scan(start, AFTER_ALL, 1_000, False)
        found += [[row.key, row.value] for row in page.entries if not row.key.startswith(HOSTS_OWN)]
        if page.next is None:
            return found
        start = page.next


def play(
    file: Path, rows: SqliteStorage | MemoryStorage, code: Code | None, limits: Limits
) -> tuple[int, str | None]:
    """How many steps went well (calls, and the rows at the end), and the first difference."""
    with file.open() as lines:
        head = json.loads(next(lines))
        stage = Stage(rows, head["keys"])
        desk = Clientdesk(
            storage=stage, mail=stage, clock=stage, secrets=stage, code=code, limits=limits
        )
        passed, what = 0, "the end"
        for number, text in enumerate(lines, 2):
            line = json.loads(text)
            what = line.get("call", "the end")
            try:
                if "rows" in line:
                    compare("rows", dict(line["rows"]), dict(all_rows(rows)))
                    return passed + 1, None
                perform(desk, stage, line)
                passed += 1
            except Exception as error:  # whatever it is, it is a difference
                name = "" if isinstance(error, Difference) else f"{type(error).__name__}: "
                return passed, f"{head['story']}:{number}: {what}: {name}{error}"
    return passed, f"{head['story']}: the recording has no end"


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    options.add_argument("recordings", type=Path, help="a folder of them, or one")
    options.add_argument("--store", choices=["memory", "sqlite", "both"], default="both")
    options.add_argument("--component", type=Path, help="another one than the package's")
    chosen = options.parse_args()
    given: Path = chosen.recordings
    files = sorted(given.rglob("*.jsonl")) if given.is_dir() else [given]
    if not files:
        print(f"no recordings in {given}", file=sys.stderr)
        return 1
    # The package's own component is compiled once, and kept.
    code = Code(chosen.component.read_bytes(), None) if chosen.component else None
    bad = 0
    for store in ["memory", "sqlite"] if chosen.store == "both" else [chosen.store]:
        began, steps, passed = time.monotonic(), 0, 0
        # In memory, instances are used again; on SQLite, each call has a new one.
        limits = Limits(seconds=120, idle=2 if store == "memory" else 0)
        for file in files:
            with tempfile.TemporaryDirectory() as folder:
                rows = (
                    MemoryStorage() if store == "memory" else SqliteStorage(f"{folder}/rows.sqlite")
                )
                went_well, difference = play(file, rows, code, limits)
            with file.open() as lines:
                steps += sum(1 for _ in lines) - 1
            passed += went_well
            if difference:
                bad += 1
                print(f"✗ {difference}", file=sys.stderr)
        seconds = time.monotonic() - began
        print(
            f"Python, {store}: {len(files)} stories, {steps} steps, {passed} passed,"
            f" {steps - passed} failed ({seconds:.0f} s)"
        )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
