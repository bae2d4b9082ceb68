"""Checks the host in `host.py`: whether it keeps the promises that the component relies on.

    clientdesk check-host --out check-host.wasm
    python check_host.py check-host.wasm

For a host of your own, name it in `given`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any, cast

from wasmtime import Engine, Store
from wasmtime.component import Component, Variant

from clientdesk import Clientdesk, Code
from host import KeyFile, PrintedMail, SqliteStorage, SystemClock

INTERFACE = "clientdesk:check-host/checks@0.1.0"


def given(folder: Path) -> dict[str, Any]:
    """What the host gives: here, on a new file."""
    storage = SqliteStorage(folder / "store.sqlite")
    keys = KeyFile(folder / "store.keys.json", storage)
    return {"storage": storage, "mail": PrintedMail(), "clock": SystemClock(), "secrets": keys}


class Checks:
    """The component `clientdesk:check-host`, given what Clientdesk would be given."""

    def __init__(self, component: Path, given: dict[str, Any]) -> None:
        self.engine = Engine()
        self.code = Component(self.engine, component.read_bytes())
        # Clientdesk itself isn't run: of its code, the engine is enough to link what it is given.
        self.desk = Clientdesk(code=cast(Code, self), **given)
        self.linker = self.desk._linker
        self.store = Store(self.engine)
        self.instance = self.linker.instantiate(self.store, self.code)

    def call(self, name: str, *arguments: str) -> Any:
        interface = self.code.get_export_index(INTERFACE)
        index = self.code.get_export_index(name, interface) if interface else None
        function = self.instance.get_func(self.store, index) if index else None
        if function is None:
            raise SystemExit(f"the component has no `{name}` in {INTERFACE}")
        answer = function(self.store, *arguments)
        return answer.payload if isinstance(answer, Variant) else answer

    def run(self, name: str) -> str | None:
        """What is wrong with this promise; nothing if it is kept."""
        try:
            failure = self.call("run", name)
        except Exception as error:  # the host raised it; a call that was stopped ends its instance
            self.store = Store(self.engine)
            self.instance = self.linker.instantiate(self.store, self.code)
            return f"the call was stopped: {error}"
        if failure is None:
            return None
        return f"expected {failure.expected}; found {failure.found}. {failure.advice}"


def main(component: str) -> int:
    with tempfile.TemporaryDirectory() as folder:
        checks = Checks(Path(component), given(Path(folder)))
        found = {check.name: checks.run(check.name) for check in checks.call("list")}
    broken = {name: why for name, why in found.items() if why is not None}
    for name, why in broken.items():
        print(f"{name}: {why}")
    print(f"{len(found) - len(broken)} of {len(found)} promises are kept")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
