"""The component's code: compiled once, then kept in a folder."""

from __future__ import annotations

import hashlib
import os
import tempfile
import threading
import time
import warnings
import weakref
from importlib.metadata import version
from pathlib import Path

from wasmtime import Config, Engine, WasmtimeError
from wasmtime.component import Component, ExportIndex, _types as engine_types

from ._errors import OtherContract
from ._functions import Function
from .wit import EXPORTS

# How long a tick is, by which deadlines are measured.
TICK = 0.05


class Code:
    """A component that is ready to run. Any number of hosts may share it."""

    def __init__(self, component: bytes, cache: Path | None) -> None:
        config = Config()
        config.epoch_interruption = True
        self.engine = Engine(config)
        self.component = self._from(cache, component) if cache else self._compiled(component)
        self.indexes = {function: self._index(function) for function in EXPORTS}
        threading.Thread(target=_tick, args=(weakref.ref(self.engine),), daemon=True).start()

    def _compiled(self, code: bytes) -> Component:
        component = Component(self.engine, code)
        agree_on_the_contract(self.engine, component)
        return component

    def _from(self, cache: Path, code: bytes) -> Component:
        """From the folder, whose files are run as they are: so nobody else may write there."""
        if not is_private(cache):
            warnings.warn(f"others may write to {cache}: it isn't used", stacklevel=4)
            return self._compiled(code)
        digest = hashlib.sha256(code)
        for path in sorted(Path(__file__).parent.glob("wit/*.py")):
            digest.update(path.read_bytes())
        file = cache / f"{digest.hexdigest()[:40]}-wasmtime-{version('wasmtime')}.bin"
        try:
            return Component.deserialize_file(self.engine, str(file))
        except WasmtimeError:
            # There is none, or it was made for another processor.
            component = self._compiled(code)
        try:
            cache.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=cache, delete=False) as new:
                new.write(component.serialize())
            os.replace(new.name, file)
        except OSError as error:
            warnings.warn(f"compiled code isn't kept: {error}", stacklevel=4)
        return component

    def _index(self, function: Function[object]) -> ExportIndex:
        interface = self.component.get_export_index(function.interface)
        index = self.component.get_export_index(function.name, interface) if interface else None
        if index is None:
            raise OtherContract(f"the component has no `{function}` in {function.interface}")
        return index


def is_private(folder: Path) -> bool:
    """Whether nobody but this user may write there."""
    if os.name != "posix" or not folder.exists():
        return True
    status = folder.stat()
    return status.st_uid == os.geteuid() and not status.st_mode & 0o022


def agree_on_the_contract(engine: Engine, component: Component) -> None:
    """Refuses a component whose functions aren't those that this package was made from."""
    exports = component.type.exports(engine)
    types: dict[str, dict[str, engine_types.ComponentExtern]] = {}
    for name, export in exports.items():
        if isinstance(found := export.ty, engine_types.ComponentInstanceType):
            types[name] = found.exports(engine)
    for function in EXPORTS:
        found_function = types.get(function.interface, {}).get(function.name)
        if found_function is None or not function.agrees(found_function.ty):
            raise OtherContract(
                f"the component's `{function}` isn't that of the WIT that this package was made"
                " from: take both from one release"
            )


def _tick(engine: weakref.ref[Engine]) -> None:
    while (running := engine()) is not None:
        running.increment_epoch()
        del running
        time.sleep(TICK)
