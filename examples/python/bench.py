"""What calls cost: `python -m bench`. Prints a row of the table in `../README.md`.

Each figure is the middle of many. What the store takes is measured too, and told beside a page.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from clientdesk import Call, Clientdesk, Code, Limits, Operator, PageRequest, Role, component_file
from clientdesk.wit.agencies import BillingInterval, NewAgency
from clientdesk.wit.brands import NewBrand
from clientdesk.wit.clients import EmailInvite
from clientdesk.wit.storage import Storage
from host import KeyFile, SqliteStorage, SystemClock
from memory import MemoryStorage
from story import KeptMail

OLGA = Call(agency="acme", actor=Operator("olga", "Olga", Role.OWNER))
CLIENTS = 1_000


class Timed:
    """A storage that measures how long it takes."""

    def __init__(self, storage: Storage) -> None:
        self.storage, self.seconds = storage, 0.0

    def __getattr__(self, name: str) -> Callable[..., Any]:
        function = getattr(self.storage, name)

        def timed(*arguments: Any) -> Any:
            began = time.perf_counter()
            try:
                return function(*arguments)
            finally:
                self.seconds += time.perf_counter() - began

        return timed


def middle(times: int, call: Callable[[int], object], storage: Timed) -> tuple[float, float]:
    """What `call` takes, and how much of it isn't the store's, in seconds."""
    all_of_it, beyond = [], []
    for number in range(times):
        storage.seconds = 0
        began = time.perf_counter()
        call(number)
        took = time.perf_counter() - began
        all_of_it.append(took)
        beyond.append(took - storage.seconds)
    return median(all_of_it), median(beyond)


def measure(rows: SqliteStorage | MemoryStorage, keys: Path, code: Code) -> list[str]:
    """The cells of an empty call, one in a fresh instance, an invite, and a page."""
    storage, mail, clock = Timed(rows), KeptMail(), SystemClock()
    secrets = KeyFile(keys, rows)
    desk = Clientdesk(storage=storage, mail=mail, clock=clock, secrets=secrets, code=code)
    desk.agencies.create(
        NewAgency(
            id="acme",
            name="Acme",
            notification_email="office@acme.example",
            billing_interval=BillingInterval.MONTHLY,
            portal_address="https://clients.acme.example",
        )
    )
    desk.brands.create(OLGA, NewBrand(id="nike", name="Nike"))
    many = [
        EmailInvite(email=f"c{n}@nike.example", name=f"Client {n}", brands=["nike"])
        for n in range(CLIENTS)
    ]
    for start in range(0, CLIENTS, 100):
        desk.clients.invite_many(OLGA, many[start : start + 100])
    empty, _ = middle(2_000, lambda _: desk.system.schema(), storage)
    none_idle = Limits(idle=0)
    anew = Clientdesk(
        storage=storage, mail=mail, clock=clock, secrets=secrets, code=code, limits=none_idle
    )
    fresh, _ = middle(300, lambda _: anew.system.schema(), storage)
    invited, _ = middle(300, lambda n: invite(desk, n), storage)
    first = PageRequest(limit=50)
    page, beyond = middle(100, lambda _: desk.clients.list(OLGA, page=first), storage)
    return [
        f"{empty * 1e6:.1f} µs",
        f"{fresh * 1e6:.0f} µs",
        f"{invited * 1e6:.0f} µs",
        f"{page * 1e3:.1f} ms, {beyond * 1e3:.1f} ms",
    ]


def invite(desk: Clientdesk, number: int) -> None:
    desk.clients.invite_by_email(
        OLGA, EmailInvite(email=f"n{number}@nike.example", brands=["nike"])
    )


def load(cache: Path) -> tuple[float, float]:
    """A new process, from its start to the first answer: seconds, and MB of memory at most."""
    program = (
        "import sys, pathlib, clientdesk as c; from host import *; from memory import *;"
        "code = c.Code(c.component_file().read_bytes(), pathlib.Path(sys.argv[1]));"
        "rows = MemoryStorage();"
        "keys = KeyFile(pathlib.Path(sys.argv[1]) / 'keys.json', rows);"
        "c.Clientdesk(storage=rows, mail=PrintedMail(), clock=SystemClock(), secrets=keys,"
        " code=code).system.schema();"
        "print(pathlib.Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0])"
    )
    began = time.perf_counter()
    here = Path(__file__).parent
    command = [sys.executable, "-c", program, str(cache)]
    ran = subprocess.run(command, check=True, cwd=here, capture_output=True, text=True)
    return time.perf_counter() - began, int(ran.stdout) / 1024


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        code = Code(component_file().read_bytes(), folder)
        empty, fresh, *memory = measure(MemoryStorage(), folder / "memory.json", code)
        sqlite = measure(SqliteStorage(folder / "s.sqlite"), folder / "sqlite.json", code)
        (folder / "cold").mkdir()
        cold, _ = load(folder / "cold")
        cached, megabytes = min(load(folder / "cold") for _ in range(5))
    pairs = [f"{one} · {other}" for one, other in zip(memory, sqlite[2:])]
    loads = [f"{cold:.1f} s", f"{cached * 1e3:.0f} ms", f"{megabytes:.0f} MB"]
    host = f"Python {sys.version_info[0]}.{sys.version_info[1]}"
    print(f"| {' | '.join([host, empty, fresh, *pairs, *loads])} |")


if __name__ == "__main__":
    main()
