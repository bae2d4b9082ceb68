"""Random bytes, and keys that are kept outside the store."""

# Made by generate.py from the interface `host/secrets`: change that instead.

from __future__ import annotations

import builtins
from dataclasses import dataclass
from typing import Protocol

from .._functions import Function, Param
from .._shapes import BYTES, TEXT, U32, List, Record


@dataclass(slots=True)
class Key:
    """A key of the ring."""

    id: str
    """The key's name, for good: 1 to 16 letters, digits, `-` or `_`."""
    bytes: bytes
    """The key itself: 32 secret bytes."""


KEY = Record(Key, [("id", "id", TEXT), ("bytes", "bytes", BYTES)])


class Secrets(Protocol):
    """Random bytes, and keys that are kept outside the store."""

    def random(self, len: int) -> bytes:
        """`len` random bytes from a cryptographic generator. The component asks for 64 at most."""
        ...

    def keys(self) -> builtins.list[Key]:
        """The key ring, newest first: the first key signs, and all of them verify. To rotate keys,
        put a new one in front. Removing a key invalidates everything that was made with it:
        links, sessions, passwords and the log's hashes. `system.key-uses` says what that is.

        They must be the keys that the store was made with: under others, nobody can log in, and
        the log goes on in a way that can't be verified. A host should have the store remember
        their ids, under a key of its own (see `storage`), and give an error instead of a ring
        that lacks one. It should never make a ring up beside a store that has rows.

        The error says why there are no keys now, for whoever operates the host.
        """
        ...


_RANDOM: Function[bytes] = Function(
    "clientdesk:host/secrets@0.1.0", "random", [Param("len", "len", U32)], BYTES
)
_KEYS: Function[list[Key]] = Function(
    "clientdesk:host/secrets@0.1.0", "keys", [], List(KEY), fails=TEXT
)
FUNCTIONS: list[Function[object]] = [_RANDOM, _KEYS]
