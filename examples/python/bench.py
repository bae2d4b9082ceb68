"""What calls cost: `python bench.py`. Each figure is the middle of many; the time that the store
takes is measured beside them, and taken off."""

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


def row(what: str, times: int, call: Callable[[int], object], storage: Timed) -> None:
    """Prints what `call` takes, and how much of it the store does."""
    all_of_it, beyond = [], []
    for number in range(times):
        storage.seconds = 0
        began = time.perf_counter()
        call(number)
        took = time.perf_counter() - began
        all_of_it.append(took)
        beyond.append(took - storage.seconds)
    print(f"{what:44}{median(all_of_it) * 1e6:10,.0f} µs{median(beyond) * 1e6:12,.0f} µs")


def measure(name: str, rows: SqliteStorage | MemoryStorage, keys: Path, code: Code) -> None:
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
    row(f"{name}: empty call", 2_000, lambda _: desk.system.schema(), storage)
    row(f"{name}: invite by e-mail", 300, lambda n: invite(desk, n), storage)
    page = PageRequest(limit=50)
    row(f"{name}: page of 50 clients", 100, lambda _: desk.clients.list(OLGA, page=page), storage)
    fresh = Clientdesk(
        storage=storage, mail=mail, clock=clock, secrets=secrets, code=code, limits=Limits(idle=0)
    )
    row(f"{name}: empty call, fresh instance", 500, lambda _: fresh.system.schema(), storage)


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
        print(f"{'':44}{'the call':>13}{'without the store':>15}")
        code = Code(component_file().read_bytes(), folder)
        measure("memory", MemoryStorage(), folder / "memory.json", code)
        measure("SQLite", SqliteStorage(folder / "s.sqlite"), folder / "sqlite.json", code)
        cold = folder / "cold"
        cold.mkdir()
        seconds, _ = load(cold)
        print(f"{'process start to first answer, cold':44}{seconds * 1e3:10,.0f} ms")
        seconds, megabytes = min(load(cold) for _ in range(5))
        print(f"{'process start to first answer, cached':44}{seconds * 1e3:10,.0f} ms")
        print(f"{'memory of that process at most':44}{megabytes:10,.0f} MB")
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", "pass"], check=True)
        print(f"{'Python alone':44}{(time.perf_counter() - began) * 1e3:10,.0f} ms")


if __name__ == "__main__":
    main()
