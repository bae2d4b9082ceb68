"""Rows in an ordered map, for tests: Python has none, so the keys also stand in a sorted list."""

from __future__ import annotations

import threading
from bisect import bisect_left, insort

from clientdesk.wit.storage import Check, Entry, Outcome, Page, Write


class MemoryStorage:
    """Keeps rows as long as it lives."""

    def __init__(self) -> None:
        self.rows: dict[str, Entry] = {}
        self.order: list[str] = []
        self.version = 0
        self.lock = threading.Lock()

    def get(self, keys: list[str]) -> list[Entry | None]:
        return [self.rows.get(key) for key in keys]

    def scan(self, start: str, end: str, limit: int, reverse: bool) -> Page:
        with self.lock:
            keys = self.order[bisect_left(self.order, start) : bisect_left(self.order, end)]
            if reverse:
                keys.reverse()
            shown, more = keys[:limit], keys[limit:]
            following = (shown[-1] if reverse else more[0]) if more else None
            return Page(entries=[self.rows[key] for key in shown], next=following)

    def commit(self, checks: list[Check], writes: list[Write]) -> Outcome:
        with self.lock:
            broken = [check.key for check in checks if self._version(check.key) != check.version]
            if not broken:
                self.version += 1
                for write in writes:
                    self._write(write)
            return Outcome(committed=not broken, conflicts=broken)

    def scrub(self) -> None:
        """Memory that was freed is nobody's to read."""

    def _version(self, key: str) -> int | None:
        row = self.rows.get(key)
        return row.version if row else None

    def _write(self, write: Write) -> None:
        there = write.key in self.rows
        if write.value is not None:
            if not there:
                insort(self.order, write.key)
            self.rows[write.key] = Entry(write.key, write.value, self.version)
        elif there:
            del self.rows[write.key]
            del self.order[bisect_left(self.order, write.key)]
