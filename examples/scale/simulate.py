"""What more agencies than one machine has would need, simulated from what was measured on one.

    python3 examples/scale/simulate.py              both tables of docs/scale.md
    python3 examples/scale/simulate.py --seed 7     the same by another chance
    python3 examples/scale/simulate.py --test       compares the simulation with what can be computed, and with the page

Nothing but Python's standard library is used.
"""

from __future__ import annotations

import argparse
import heapq
import math
import pathlib
import random
from dataclasses import dataclass

DAY = 86_400.0
TRIES_MAX = 8  # a command that meets others so often is `busy`


# One agency ---------------------------------------------------------------------------------------
# Each command writes the head of its agency's log, so of those that run at once one is made, and the
# others begin anew.


@dataclass(frozen=True)
class Store:
    """What a command takes, in seconds: before its commit, and for it."""

    name: str
    work: float
    commit: float


STORES = (
    Store("SQLite, sync normal", 0.000_4, 0.000_3),
    Store("SQLite, sync full", 0.000_4, 0.006),
    Store("PostgreSQL, near", 0.001_2, 0.003),
    Store("PostgreSQL or etcd, three zones", 0.004, 0.010),
)


@dataclass(frozen=True)
class Came:
    """What became of commands."""

    busy: float
    tries: float
    median: float
    slow: float
    """The slowest hundredth begins here."""


def one_agency(store: Store, rate: float, seconds: float, chance: random.Random) -> Came:
    """So many commands a second arrive by chance, on as many hosts as it takes."""
    events: list[tuple[float, int, float, float, int, int]] = []
    order = 0

    def begin(now: float, arrived: float, tries: int, version: int) -> None:
        nonlocal order
        order += 1
        takes = (store.work + store.commit) * (0.5 + chance.random())  # half as long, or half as long again
        heapq.heappush(events, (now + takes, order, arrived, now, tries, version))

    arrivals = []
    now = 0.0
    while now < seconds:
        now += chance.expovariate(rate)
        arrivals.append(now)
    version, at, waits, tries_all, busy = 0, 0, [], 0, 0
    while at < len(arrivals) or events:
        if not events or (at < len(arrivals) and arrivals[at] <= events[0][0]):
            begin(arrivals[at], arrivals[at], 1, version)
            at += 1
            continue
        end, _, arrived, _, tries, seen = heapq.heappop(events)
        if seen == version:
            version += 1
            waits.append(end - arrived)
            tries_all += tries
        elif tries == TRIES_MAX:
            busy += 1
            tries_all += tries
        else:
            begin(end, arrived, tries + 1, version)
    waits.sort()
    return Came(
        busy / len(arrivals),
        tries_all / len(arrivals),
        waits[len(waits) // 2],
        waits[len(waits) * 99 // 100],
    )


def carries(store: Store, chance: random.Random) -> float:
    """How many commands a second an agency takes of which at most one of 1,000 is `busy`."""
    low, high = 0.1, 2 / (store.work + store.commit)
    for _ in range(12):
        rate = (low + high) / 2
        came = one_agency(store, rate, max(20.0, 4_000 / rate), chance)
        low, high = (rate, high) if came.busy <= 0.001 else (low, rate)
    return low


# All agencies ------------------------------------------------------------------------------------
# What was measured on a machine with two cores (docs/scale.md), and what people are taken to do.

CLIENTS = 100  # of an agency
ROW_BYTES = 3_300  # of a client with its indexes, activity and part of the log
CPU = {  # seconds of a core in the host, the service around it included
    "check a session": 0.000_35,
    "view a page": 0.000_6,
    "list": 0.002,
    "command": 0.001_2,
    "job": 0.000_5,
}
STATEMENTS = {"check a session": 2, "view a page": 3, "list": 4, "command": 6, "job": 5}
COMMITS = {"view a page": 1, "command": 1, "job": 1}

LOG_INS = 3 / 7  # of a client, a day
VIEWS = 12  # at each
LISTS = 60  # of an agency's people, a day
COMMANDS = 12
JOBS = 14  # of an agency: scores, mails, sessions
PEAK = 0.16  # of a day's work in its busiest hour

CORES_USED = 0.6  # at the peak
DATABASE_COMMITS = 2_000.0  # a second, of a server with a disk of its own
DATABASE_BYTES = 500e9  # that one can still be restored within the hour
HOST_CORES = 8
MONTH_END_JOBS = 12  # of an agency, besides those of the day
MONTH_END_HOURS = 6


def largest_of(agencies: int) -> float:
    """How many clients the largest has: sizes are Pareto's (1.6), a hundred on average."""
    least = CLIENTS * (1.6 - 1) / 1.6
    return least * agencies ** (1 / 1.6)


def fleet(agencies: int) -> dict[str, str]:
    clients = agencies * CLIENTS
    a_day = {
        "check a session": clients * LOG_INS * VIEWS,
        "view a page": clients * LOG_INS * VIEWS,
        "list": agencies * LISTS,
        "command": agencies * COMMANDS + clients * LOG_INS,  # logging in is one
        "job": agencies * JOBS,
    }
    peak = {what: count * PEAK / 3_600 for what, count in a_day.items()}
    peak["job"] = a_day["job"] / DAY  # they may wait
    cores = sum(rate * CPU[what] for what, rate in peak.items()) / CORES_USED
    commits = sum(rate * COMMITS.get(what, 0) for what, rate in peak.items())
    statements = sum(rate * STATEMENTS[what] for what, rate in peak.items())
    size = clients * ROW_BYTES
    month_end = agencies * MONTH_END_JOBS / (MONTH_END_HOURS * 3_600)
    databases = max(
        1,
        math.ceil((commits + month_end) / DATABASE_COMMITS),
        math.ceil(size / DATABASE_BYTES),
    )
    largest = largest_of(agencies)
    busiest = largest * (COMMANDS / CLIENTS + LOG_INS) * PEAK / 3_600
    return {
        "clients": f"{clients:,}",
        "agencies": f"{agencies:,}",
        "calls a second at the peak": f"{sum(peak.values()):,.0f}",
        "statements a second": f"{statements:,.0f}",
        "commits a second": f"{commits:,.0f}",
        "rows": amount(size),
        "cores of hosts": f"{math.ceil(cores):,}",
        f"hosts of {HOST_CORES} cores, and one to spare": f"{math.ceil(cores / HOST_CORES) + 1:,}",
        "databases": f"{databases:,}",
        f"jobs a second to close a month in {MONTH_END_HOURS} hours": f"{month_end:,.0f}",
        "clients of the largest agency": f"{largest:,.0f}",
        "its commands a second at the peak": f"{busiest:,.2f}",
    }


def amount(size: float) -> str:
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if size < 1_000:
            return f"{size:.0f} {unit}"
        size /= 1_000
    return f"{size:.1f} PB"


# ------------------------------------------------------------------------------------------------


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in [head, *rows]]
    return "\n".join([lines[0], "|" + " --- |" * len(head), *lines[1:]])


def millis(seconds: float) -> str:
    return f"{seconds * 1_000:.1f} ms"


def of_one_agency(seed: int) -> str:
    rows = []
    for store in STORES:
        chance = random.Random(seed)
        most = carries(store, chance)
        half = one_agency(store, most / 2, max(20.0, 8_000 / most), chance)
        rows.append([
            store.name,
            millis(store.work + store.commit),
            f"{most:,.0f}",
            f"{half.tries:.2f}",
            millis(half.median),
            millis(half.slow),
        ])
    return table(
        ["store", "a command takes", "commands a second, at most", "tries, at half of that", "median", "slowest hundredth"],
        rows,
    )


def of_all_agencies() -> str:
    columns = [fleet(agencies) for agencies in (1_000, 10_000, 100_000, 10_000_000)]
    rows = [[name, *(column[name] for column in columns)] for name in columns[0]]
    return table(rows[0], rows[1:])


def test() -> None:
    chance = random.Random(1)
    store = Store("any", 0.001, 0.009)
    alone = one_agency(store, 0.5, 20_000, chance)
    # Rarely two at once: each is made at the first try, and takes what it takes.
    assert abs(alone.tries - (1 + 0.5 * 0.01)) < 0.002, alone
    assert alone.busy == 0, alone
    assert abs(alone.median - 0.01) < 0.000_5, alone
    # Nobody is quicker than one after the other.
    crowded = one_agency(store, 1_000, 20, chance)
    made = (1 - crowded.busy) * 1_000
    assert made < 1 / (store.work + store.commit) * 2, crowded
    assert crowded.busy > 0.5 and crowded.tries > 4, crowded
    # More commands meet others more often.
    tries = [one_agency(store, rate, 400, chance).tries for rate in (1, 5, 20, 60)]
    assert tries == sorted(tries), tries
    # A thousand times as many need a thousand times as much.
    name = "statements a second"
    small, large = (int(fleet(agencies)[name].replace(",", "")) for agencies in (10_000, 10_000_000))
    assert 990 < large / small < 1_010, (small, large)
    page = (pathlib.Path(__file__).parents[2] / "docs/scale.md").read_text()
    for shown in (of_one_agency(1), of_all_agencies()):
        assert shown in page, f"docs/scale.md has other figures than these:\n{shown}"
    print("the simulation is as computed, and docs/scale.md shows it")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, default=1, help="of all chance (1)")
    parser.add_argument("--test", action="store_true", help="compares it with what can be computed")
    given = parser.parse_args()
    if given.test:
        test()
    else:
        print(f"One agency, whose commands come by chance:\n\n{of_one_agency(given.seed)}\n")
        print(f"All agencies, of a hundred clients each:\n\n{of_all_agencies()}")
