"""Tells the time, and what clocks around the world show then."""

# Made by generate.py from the interface `host/clock`: change that instead.

from __future__ import annotations

from typing import Protocol

from .._functions import Function, Param
from .._shapes import S32, TEXT, U64, Option


class Clock(Protocol):
    """Tells the time, and what clocks around the world show then."""

    def now(self) -> int:
        """Now, in milliseconds since the Unix epoch, UTC. At most 253402300799999 (the end of the
        year 9999). It may jump: the component never lets time run backwards within an agency.
        """
        ...

    def offset(self, zone: str, at: int) -> int | None:
        """How many seconds clocks in a time zone are ahead of UTC at a time (milliseconds since
        the Unix epoch): 7200 for `Europe/Berlin` in summer, -10800 for `America/Sao_Paulo`.
        Zones have the names of the IANA's time zone database. None when the host doesn't know
        the zone, or no zones at all: the agency's fixed offset counts then. Less than a day
        either way; a day or more counts as none.

        It is asked only for agencies that have set a zone, about times of the past and the
        future alike, and never twice for the same time within a call. Most calls ask a few
        times; some twenty times more for each change of the clocks that they have to find, and
        once for each two weeks of a longer stretch: thirty or so for `health.history` and
        `clients.report`, and for all that `jobs.run` does for one zone.
        """
        ...


_NOW: Function[int] = Function("clientdesk:host/clock@0.1.0", "now", [], U64)
_OFFSET: Function[int | None] = Function(
    "clientdesk:host/clock@0.1.0",
    "offset",
    [Param("zone", "zone", TEXT), Param("at", "at", U64)],
    Option(S32),
)
FUNCTIONS: list[Function[object]] = [_NOW, _OFFSET]
