"""What can go wrong. The cases of the contract's own errors are made from the WIT: each is a
`Refused`."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar


class Refused(Exception):
    """A function refused what was asked of it, and did nothing. `value` says why, as the WIT has
    it; `case` is the name of the case there."""

    case: ClassVar[str] = ""
    value: Any = None

    def __str__(self) -> str:
        return in_words(self.value) or self.case

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.value == getattr(other, "value", None)

    __hash__ = Exception.__hash__


def in_words(value: Any) -> str:
    """What people can read of an error's value."""
    if isinstance(value, list):
        return "; ".join(f"{each.field}: {each.message}" for each in value)
    if isinstance(value, datetime):
        return f"it was valid until {value:%Y-%m-%d %H:%M:%S} UTC"
    if hasattr(value, "limit"):
        return f"{value.limit}: {value.asked} of {value.allowed}"
    return str(getattr(value, "message", "" if value is None else value))


class Failed(Exception):
    """Raised by a host whose function fails with a text: `secrets.keys`, `mail.forget`."""


class ArgumentError(ValueError):
    """An argument isn't what the contract says. Nothing was called.

    The message names the argument, down to the field: ``invite.brands[2]``."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem, self.path = problem, ""

    def within(self, place: str) -> ArgumentError:
        """The same, seen from the value that it is in."""
        self.path = place + (self.path if not self.path or self.path[0] == "[" else "." + self.path)
        return self

    def __str__(self) -> str:
        return f"`{self.path}` {self.problem}" if self.path else self.problem


class Trap(Exception):
    """The component was stopped: by a limit, or by a bug in it. Its instance is gone; others go on."""


class OtherContract(Exception):
    """The component isn't one of the contract that this package was made from."""
