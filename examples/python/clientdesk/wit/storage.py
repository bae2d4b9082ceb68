"""An ordered key-value store with one atomic commit.

Keys are printable ASCII (bytes 0x21 to 0x7e), 1 to 512 bytes long, and are compared byte by
byte. Values are JSON text of at most 65,536 bytes. A host may query values with its own tools,
but must return each one byte for byte as it was written: the log's hashes cover the text.

Keys that begin with `host/` are for the host's own use: the component neither reads nor writes
any.

A read sees everything that was committed before it, by any instance on any machine.
"""

# Made by generate.py from the interface `host/storage`: change that instead.

from __future__ import annotations

import builtins
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from .._errors import Refused
from .._functions import Function, Param
from .._shapes import BOOL, TEXT, U32, U64, List, Option, Record, Variant

Version: TypeAlias = int
"""Tells which write a value is from. Opaque: versions are only compared for equality. A version is
never used twice for the same key, not even after the key was deleted and written again.
"""
VERSION = U64


@dataclass(slots=True)
class Entry:
    """A stored row."""

    key: str
    """The row's key."""
    value: str
    """The row's value: JSON text."""
    version: Version
    """The value's version: the next write to the key gives it another."""


ENTRY = Record(
    Entry, [("key", "key", TEXT), ("value", "value", TEXT), ("version", "version", VERSION)]
)


@dataclass(slots=True, kw_only=True)
class Page:
    """A stretch of rows."""

    entries: list[Entry]
    """The rows, by ascending key, or by descending key in a reverse scan."""
    next: str | None = None
    """Where to go on: pass it as the `start` of the next scan, or as the `end` of the next reverse
    scan. None: there are no more rows in the range.
    """


PAGE = Record(Page, [("entries", "entries", List(ENTRY)), ("next", "next", Option(TEXT))])


@dataclass(slots=True, kw_only=True)
class Check:
    """A condition of a commit."""

    key: str
    """The key that the condition is about."""
    version: Version | None = None
    """The version that the key must still have; none: the key must not exist."""


CHECK = Record(Check, [("key", "key", TEXT), ("version", "version", Option(VERSION))])


@dataclass(slots=True, kw_only=True)
class Write:
    """A change that a commit makes."""

    key: str
    """The key to write."""
    value: str | None = None
    """The new value; none: the key is deleted. Deleting a key that doesn't exist does nothing."""


WRITE = Record(Write, [("key", "key", TEXT), ("value", "value", Option(TEXT))])


@dataclass(slots=True)
class Outcome:
    """What became of a commit. A record, since some runtimes can't tell an error from a variant
    that has a case without a value.
    """

    committed: bool
    """Whether every write was made. If not, none was: a check failed."""
    conflicts: list[str]
    """The keys whose checks failed, as far as the store can tell; empty when committed."""


OUTCOME = Record(
    Outcome, [("committed", "committed", BOOL), ("conflicts", "conflicts", List(TEXT))]
)


class Unavailable(Refused):
    """The store can't answer now; the text says why, for whoever operates the host."""

    case = "unavailable"

    def __init__(self, value: str) -> None:
        super().__init__(value)
        self.value = value


class TooLarge(Refused):
    """A key, a value or a commit exceeds its limit; the text says which."""

    case = "too-large"

    def __init__(self, value: str) -> None:
        super().__init__(value)
        self.value = value


Error: TypeAlias = Unavailable | TooLarge
"""Why a call failed. Nothing was written."""

ERROR = Variant([("unavailable", Unavailable, TEXT), ("too-large", TooLarge, TEXT)])


class Storage(Protocol):
    """An ordered key-value store with one atomic commit.

    Keys are printable ASCII (bytes 0x21 to 0x7e), 1 to 512 bytes long, and are compared byte by
    byte. Values are JSON text of at most 65,536 bytes. A host may query values with its own
    tools, but must return each one byte for byte as it was written: the log's hashes cover the
    text.

    Keys that begin with `host/` are for the host's own use: the component neither reads nor
    writes any.

    A read sees everything that was committed before it, by any instance on any machine.
    """

    def get(self, keys: builtins.list[str]) -> builtins.list[Entry | None]:
        """Reads rows: one answer for each key, in the same order; none: there is no such row."""
        ...

    def scan(self, start: str, end: str, limit: int, reverse: bool) -> Page:
        """Reads at most `limit` rows whose keys are at least `start` and less than `end`, from the
        smallest key up, or with `reverse` from the largest key down. A page may have fewer rows
        than `limit` although there are more: only `next` tells.
        """
        ...

    def commit(self, checks: builtins.list[Check], writes: builtins.list[Write]) -> Outcome:
        """Makes all of the writes, atomically and durably, if every check holds; otherwise none of
        them.

        A commit has at most 1,000 checks and writes in all, and 4 MiB of keys and values. A
        check covers its key only: it doesn't notice rows that others add to a range.
        """
        ...

    def scrub(self) -> None:
        """Sees to it that nothing which was deleted or overwritten before this call can be found
        in the store's own files any more, soon and even if the host stops meanwhile: a client
        was erased. A store that leaves no such traces has nothing to do, and one that does its
        work later only notes it here, so that the call is short. It may come again at any time.

        The error says why not even that can be noted now: the component will ask again.
        """
        ...


_GET: Function[list[Entry | None]] = Function(
    "clientdesk:host/storage@0.1.0",
    "get",
    [Param("keys", "keys", List(TEXT))],
    List(Option(ENTRY)),
    fails=ERROR,
)
_SCAN: Function[Page] = Function(
    "clientdesk:host/storage@0.1.0",
    "scan",
    [
        Param("start", "start", TEXT),
        Param("end", "end", TEXT),
        Param("limit", "limit", U32),
        Param("reverse", "reverse", BOOL),
    ],
    PAGE,
    fails=ERROR,
)
_COMMIT: Function[Outcome] = Function(
    "clientdesk:host/storage@0.1.0",
    "commit",
    [Param("checks", "checks", List(CHECK)), Param("writes", "writes", List(WRITE))],
    OUTCOME,
    fails=ERROR,
)
_SCRUB: Function[None] = Function("clientdesk:host/storage@0.1.0", "scrub", [], None, fails=ERROR)
FUNCTIONS: list[Function[object]] = [_GET, _SCAN, _COMMIT, _SCRUB]
