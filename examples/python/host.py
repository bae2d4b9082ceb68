"""A host: what Clientdesk is given. Storage is an SQLite file, mails are printed, the clock is the
system's, and keys lie in a file beside the store."""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

from clientdesk import Clientdesk, Failed
from clientdesk.wit.mail import Handover, HandoverAccepted, Message
from clientdesk.wit.secrets import Key
from clientdesk.wit.storage import (
    Check,
    Entry,
    Outcome,
    Page,
    Storage,
    TooLarge,
    Unavailable,
    Write,
)

SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA secure_delete = ON;
CREATE TABLE IF NOT EXISTS rows (key TEXT PRIMARY KEY, value TEXT NOT NULL, version INTEGER NOT NULL)
    WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS latest (version INTEGER NOT NULL);
INSERT INTO latest SELECT 0 WHERE NOT EXISTS (SELECT * FROM latest);
"""


class SqliteStorage:
    """Rows in an SQLite file. Any number of threads and processes may use it."""

    def __init__(self, path: Path | str) -> None:
        self.db = sqlite3.connect(path, timeout=5, isolation_level=None, check_same_thread=False)
        self.db.executescript(SCHEMA)
        self.lock = threading.Lock()

    def get(self, keys: list[str]) -> list[Entry | None]:
        refuse_too_large(keys, [])
        question = "SELECT * FROM rows WHERE key IN (SELECT value FROM json_each(?))"
        found = {row[0]: Entry(*row) for row in self._all(question, json.dumps(keys))}
        return [found.get(key) for key in keys]

    def scan(self, start: str, end: str, limit: int, reverse: bool) -> Page:
        order = "DESC" if reverse else "ASC"
        question = f"SELECT * FROM rows WHERE key >= ? AND key < ? ORDER BY key {order} LIMIT ?"
        rows = self._all(question, start, end, limit + 1)
        # Upwards, the next page begins with the row too many; downwards, it ends before this one's last.
        following = None
        if rows[limit:]:
            last = rows[limit - 1][0] if limit else end
            following = last if reverse else rows[limit][0]
        return Page(entries=[Entry(*row) for row in rows[:limit]], next=following)

    def commit(self, checks: list[Check], writes: list[Write]) -> Outcome:
        refuse_too_large_commit(checks, writes)
        try:
            with self.lock, closing(self.db.cursor()) as db:
                db.execute("BEGIN IMMEDIATE")
                try:
                    outcome = self._commit(db, checks, writes)
                    db.execute("COMMIT" if outcome.committed else "ROLLBACK")
                    return outcome
                finally:
                    if self.db.in_transaction:
                        db.execute("ROLLBACK")
        except sqlite3.Error as error:
            raise Unavailable(str(error)) from error

    def _commit(self, db: sqlite3.Cursor, checks: list[Check], writes: list[Write]) -> Outcome:
        version = "SELECT version FROM rows WHERE key = ?"
        stands = {check.key: db.execute(version, (check.key,)).fetchone() for check in checks}
        broken = [
            check.key for check in checks if (stands[check.key] or (None,))[0] != check.version
        ]
        if not broken:
            db.execute("UPDATE latest SET version = version + 1")
            [latest] = db.execute("SELECT version FROM latest").fetchone()
            for write in writes:
                if write.value is None:
                    db.execute("DELETE FROM rows WHERE key = ?", (write.key,))
                else:
                    db.execute(
                        "REPLACE INTO rows VALUES (?, ?, ?)", (write.key, write.value, latest)
                    )
        return Outcome(committed=not broken, conflicts=broken)

    def scrub(self) -> None:
        self._all("VACUUM")
        self._all("PRAGMA wal_checkpoint(TRUNCATE)")

    def _all(self, question: str, *values: object) -> list[tuple[str, str, int]]:
        try:
            with self.lock:
                return self.db.execute(question, values).fetchall()
        except sqlite3.Error as error:
            raise Unavailable(str(error)) from error


def refuse_too_large(keys: Sequence[str], writes: Sequence[Write]) -> None:
    """The limits of the contract."""
    for key in [*keys, *(write.key for write in writes)]:
        if not 1 <= len(key) <= 512 or not key.isascii() or not key.isprintable() or " " in key:
            raise TooLarge(f"`{key[:80]}` is no key")
    sizes = [len((write.value or "").encode()) for write in writes]
    if max(sizes, default=0) > 65_536:
        raise TooLarge("a value has more than 65,536 bytes")


def refuse_too_large_commit(checks: Sequence[Check], writes: Sequence[Write]) -> None:
    keys = [check.key for check in checks] + [write.key for write in writes]
    refuse_too_large(keys, writes)
    values = [write.value or "" for write in writes]
    if len(keys) > 1_000 or sum(len(text.encode()) for text in [*keys, *values]) > 4 * 1024 * 1024:
        raise TooLarge("a commit has more than 1,000 checks and writes, or more than 4 MiB")


class PrintedMail:
    """Prints mails, and takes all of them. Yours hands them to a mail server."""

    def send(self, message: Message) -> Handover:
        print(f"To {message.to}: {message.subject}\n\n{message.text}")
        return HandoverAccepted()

    def forget(self, ids: list[str]) -> None:
        """It keeps none."""


class SystemClock:
    """The time, and what clocks around the world show."""

    def now(self) -> int:
        return time.time_ns() // 1_000_000

    def offset(self, zone: str, at: int) -> int | None:
        try:
            offset = (
                datetime.fromtimestamp(at / 1000, timezone.utc)
                .astimezone(ZoneInfo(zone))
                .utcoffset()
            )
        except (KeyError, OSError, OverflowError, ValueError):
            return None
        return None if offset is None else int(offset.total_seconds())


class KeyFile:
    """Keys in a file that only its owner may read. Never lose it: nobody could log in any more, and
    the log couldn't be verified. So it is never made up beside a store that has rows."""

    def __init__(self, path: Path, storage: Storage) -> None:
        self.path = path
        if not path.exists() and not storage.scan("", "\x7f", 1, False).entries:
            key = {"id": f"k{secrets.token_hex(4)}", "bytes": secrets.token_hex(32)}
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                json.dump([key], file)

    def random(self, len: int) -> bytes:
        return secrets.token_bytes(len)

    def keys(self) -> list[Key]:
        try:
            keys = json.loads(self.path.read_text())
            return [Key(key["id"], bytes.fromhex(key["bytes"])) for key in keys]
        except (OSError, ValueError, KeyError) as error:
            raise Failed(f"{self.path}: {error}") from error


def open_store(path: Path) -> Clientdesk:
    """Clientdesk on this SQLite file."""
    storage = SqliteStorage(path)
    keys = KeyFile(path.with_suffix(".keys.json"), storage)
    return Clientdesk(storage=storage, mail=PrintedMail(), clock=SystemClock(), secrets=keys)
