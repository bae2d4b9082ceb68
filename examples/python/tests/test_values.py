"""What goes into the component, and what is refused before it does."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from clientdesk import ArgumentError, Call, Money, Operator, Role
from clientdesk._shapes import BOOL, S32, TEXT, TIME, U8, U64, Arena, Shape, cell_at
from clientdesk.wit import clients, types
from clientdesk.wit.audit import ACTOR, ActorClient, ActorSystem
from clientdesk.wit.clients import EMAIL_INVITE, EmailInvite

BERLIN = timezone(timedelta(hours=2))
INVITE = EmailInvite(email="ann@nike.example", brands=["nike"])


def there_and_back(shape: Shape, value: Any) -> Any:
    """Through memory, as the engine sees it."""
    arena = Arena(16)  # so small that it has to grow
    _, *words = shape.lower(value, arena)
    return shape.lift(tuple(words), 0)


@pytest.mark.parametrize(
    ("shape", "value"),
    [
        (U8, 255),
        (U64, 2**64 - 1),
        (S32, -(2**31)),
        (types.MONEY, Money(-(2**63), "USD")),
        (BOOL, True),
        (TEXT, ""),
        (TEXT, "Zoë 🦊\0"),
        (TIME, datetime(9999, 12, 31, 23, 59, 59, 999_000, timezone.utc)),
        (types.CALL, Call(agency="acme", actor=Operator("mia", "Mia", Role.MANAGER), quote="q")),
        (EMAIL_INVITE, INVITE),
        (ACTOR, ActorSystem()),
        (ACTOR, ActorClient("c1")),
        (types.ERROR, types.Busy()),
        (types.ERROR, types.Invalid([types.FieldError("a", "empty", "is empty")])),
        (clients.ROW_OUTCOME, clients.RowOutcomeRefused(types.NotFound("client `c`"))),
    ],
)
def test_values_come_back(shape: Shape, value: Any) -> None:
    assert there_and_back(shape, value) == value
    assert shape.from_json(shape.to_json(value)) == value


@pytest.mark.parametrize(
    ("shape", "value", "problem"),
    [
        (U64, 2**64, "is out of range; expected 0 to 18446744073709551615"),
        (U64, -1, "is out of range"),
        (types.MONEY, Money(2**63, "USD"), "`amount` is out of range"),
        (U8, True, "is bool; expected a whole number"),
        (U8, 1.0, "is float"),
        (BOOL, 1, "is int; expected True or False"),
        (TEXT, "\ud800", "half a character"),
        (TIME, datetime(2026, 9, 1), "without a time zone"),
        (TIME, datetime(1969, 12, 31, tzinfo=timezone.utc), "out of range"),
        (EMAIL_INVITE, EmailInvite(email="a", brands=["x", 5]), "`brands[1]` is int; expected str"),  # type: ignore[list-item]
        (EMAIL_INVITE, EmailInvite(email="a", brands="nike"), "`brands` is str; expected a list"),  # type: ignore[arg-type]
        (ACTOR, "system", "expected ActorOperator or ActorClient"),
    ],
)
def test_what_does_not_fit_is_refused(shape: Shape, value: Any, problem: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        shape.lower(value, Arena())
    assert problem in str(refused.value)


def test_times_are_in_milliseconds_wherever_they_are_from() -> None:
    noon = datetime(2026, 9, 1, 14, 0, 0, 123_999, BERLIN)
    assert there_and_back(TIME, noon) == datetime(2026, 9, 1, 12, 0, 0, 123_000, timezone.utc)
    assert there_and_back(TIME, 2**64 - 1) == 2**64 - 1


def test_an_error_shows_no_value() -> None:
    with pytest.raises(ArgumentError) as refused:
        U8.lower("hunter2", Arena())
    assert "hunter2" not in str(refused.value)


def test_a_value_in_memory_has_a_kind_and_three_words() -> None:
    arena = Arena()
    at = EMAIL_INVITE.lower(INVITE, arena)
    assert at[0] == 14 and at[1] == 6
    name = arena.put(b"\x0c" + bytes(7) + (3).to_bytes(8, "little") + bytes(16))
    assert cell_at(name)[0] == 3
