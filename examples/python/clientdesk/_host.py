"""The component in its sandbox: what it is given, and how it is called."""

from __future__ import annotations

import ctypes
import os
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from wasmtime import Store, WasmtimeError, _ffi as ffi
from wasmtime.component import Func, Linker, LinkerInstance

from ._code import TICK, Code
from ._errors import ArgumentError, Trap
from ._functions import Function
from ._shapes import CELL, WORDS, Arena, Words
from .wit import EXPORTS, IMPORTS, Exports
from .wit.clock import Clock
from .wit.mail import Mail
from .wit.secrets import Secrets
from .wit.storage import Storage

T = TypeVar("T")

ADDRESS, SIZE = ctypes.c_void_p, ctypes.c_size_t


def _native(name: str, *types: Any, gives: Any = None) -> Any:
    """A function of the engine that takes addresses as numbers."""
    function = ffi.dll[name]
    function.argtypes, function.restype = types, gives
    return function


_call = _native(
    "wasmtime_component_func_call", ADDRESS, ADDRESS, ADDRESS, SIZE, ADDRESS, SIZE, gives=ADDRESS
)
_clone = _native("wasmtime_component_val_clone", ADDRESS, ADDRESS)
_delete = _native("wasmtime_component_val_delete", ADDRESS)
_new_error = _native("wasmtime_error_new", ctypes.c_char_p, gives=ADDRESS)
_add_func = _native(
    "wasmtime_component_linker_instance_add_func",
    *(ADDRESS, ctypes.c_char_p, SIZE, ADDRESS, ADDRESS, ADDRESS),
    gives=ADDRESS,
)
# data, store, type, arguments, how many, results, how many
_Callback = ctypes.CFUNCTYPE(SIZE, ADDRESS, ADDRESS, ADDRESS, ADDRESS, SIZE, ADDRESS, SIZE)

# What a host function raised that the contract has no case for: the call ends with it.
_raised = threading.local()


@dataclass(frozen=True, slots=True)
class Limits:
    """What a call may take."""

    seconds: float = 10
    """How long it may compute."""
    memory: int = 64 * 1024 * 1024
    """How many bytes it may use."""
    idle: int = 2
    """How many instances wait for the next call. They keep nothing between calls but memory."""


class Clientdesk(Exports):
    """Clientdesk, in a sandbox: it can touch the four things that it is given, and nothing else.

    Functions are called by interface: ``desk.clients.invite_by_email(call, invite)``. One that
    refuses raises a `Refused`, such as ``types.NotFound``. Any number of threads may call at
    once, if what is given may be called so too."""

    def __init__(
        self,
        *,
        storage: Storage,
        mail: Mail,
        clock: Clock,
        secrets: Secrets,
        code: Code | None = None,
        limits: Limits = Limits(),
    ) -> None:
        super().__init__(self._run)
        self._code, self._limits = code or built_code(), limits
        self._idle: deque[_Instance] = deque()
        self._callbacks: list[object] = []
        self._linker = Linker(self._code.engine)
        with self._linker.root() as root:
            given = {"storage": storage, "mail": mail, "clock": clock, "secrets": secrets}
            for interface, functions in IMPORTS.items():
                with root.add_instance(functions[0].interface) as instance:
                    for function in functions:
                        name = function.name.replace("-", "_")
                        self._import(instance, function, getattr(given[interface], name))

    def call(self, name: str, arguments: dict[str, Any]) -> Any:
        """Calls a function by its name and arguments in the WIT, with JSON for values, as
        `clientdesk call` does: ``desk.call("clients.revoke", {"call": …, "id": …})``. Times are
        milliseconds."""
        function = functions().get(name)
        if function is None:
            raise ArgumentError(f"there is no function `{name}`")
        if unknown := arguments.keys() - {param.wit for param in function.params}:
            raise ArgumentError(f"`{name}` has no parameter {', '.join(sorted(unknown))}")
        given = [param.shape.from_json(arguments.get(param.wit)) for param in function.params]
        answer = self._run(function, *given)
        return function.ok.to_json(answer) if function.ok else None

    def _import(
        self, instance: LinkerInstance, function: Function[object], call: Callable[..., Any]
    ) -> None:
        def callback(
            data: int, store: int, type: int, arguments: int, count: int, results: int, few: int
        ) -> int:
            try:
                try:
                    value = call(*(function.lift_arguments(arguments) if count else ()))
                except function.errors as error:
                    value = error
                if few:
                    arena = Arena()
                    cell = CELL.pack(*function.lower_result(value, arena))
                    _clone(arena.put(cell), results)
                return 0
            except BaseException as error:  # raised again where the call ends
                _raised.error = error
                return int(_new_error(f"{function} of the host failed".encode()))

        native = _Callback(callback)
        self._callbacks.append(native)
        name = function.name.encode()
        address = ctypes.cast(native, ADDRESS)
        error = _add_func(
            ctypes.cast(instance.ptr(), ADDRESS), name, len(name), address, None, None
        )
        if error:
            raise _engine_error(error)

    def _run(self, function: Function[T], /, *arguments: object) -> T:
        arena = Arena()
        at = function.lower_arguments(arguments, arena)
        try:
            instance = self._idle.pop()
        except IndexError:
            instance = _Instance(self._code, self._linker, self._limits)
        # Where this raises, the instance is dropped.
        words, result = instance.call(function, at)
        try:
            answer: T = function.lift_result(words)
            return answer
        finally:
            if result is not None:
                _delete(ctypes.addressof(result))
            if len(self._idle) < self._limits.idle:
                self._idle.append(instance)


class _Instance:
    """An instance with its memory."""

    def __init__(self, code: Code, linker: Linker, limits: Limits) -> None:
        self._code, self._ticks = code, int(limits.seconds / TICK) + 1
        self._store = Store(code.engine)
        self._store.set_limits(memory_size=limits.memory)
        self._context = ctypes.cast(self._store._context(), ADDRESS).value
        self._store.set_epoch_deadline(self._ticks)
        self._instance = linker.instantiate(self._store, code.component)
        self._functions: dict[Function[Any], tuple[Func, int]] = {}

    def _function(self, function: Function[Any]) -> int:
        if function not in self._functions:
            found = self._instance.get_func(self._store, self._code.indexes[function])
            if found is None:
                raise Trap(f"the component has no `{function}`")
            self._functions[function] = found, ctypes.addressof(found._func)
        return self._functions[function][1]

    def call(self, function: Function[Any], arguments: int) -> tuple[Words, Any]:
        """The words of what comes back, and what holds them: whoever has read them deletes it."""
        result = ffi.wasmtime_component_val_t() if function.answers else None
        self._store.set_epoch_deadline(self._ticks)
        error = _call(
            *(self._function(function), self._context, arguments, len(function.params)),
            *((ctypes.addressof(result), 1) if result is not None else (None, 0)),
        )
        if error:
            stopped = _engine_error(error)
            raised, _raised.error = getattr(_raised, "error", None), None
            if raised is not None:
                raise raised
            raise Trap(f"`{function}` was stopped: {stopped}") from stopped
        return WORDS.unpack(bytes(result)) if result is not None else (0, 0, 0), result


def _engine_error(address: int) -> WasmtimeError:
    return WasmtimeError._from_ptr(ctypes.cast(address, ctypes.POINTER(ffi.wasmtime_error_t)))


@lru_cache
def functions() -> dict[str, Function[Any]]:
    """All functions of the component, by the names that the command line has for them."""
    return {str(function): function for function in EXPORTS}


def component_file() -> Path:
    """Where the component is: `CLIENTDESK_COMPONENT`, beside this package, or where the
    repository's build puts it."""
    here = Path(__file__).resolve().parent
    named = os.environ.get("CLIENTDESK_COMPONENT")
    places = [Path(named)] if named else [here / "clientdesk.wasm"]
    if not named:
        places += [folder / "target/dist/clientdesk.wasm" for folder in here.parents]
    for place in places:
        if place.is_file():
            return place
    raise FileNotFoundError(
        f"no component at {places[0]}; make it in the repository: cargo run --release -- inspect"
        " --out target/dist/clientdesk.wasm"
    )


def cache_folder() -> Path:
    """Where compiled code is kept."""
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root) / "clientdesk"


@lru_cache
def built_code() -> Code:
    """The component of `component_file`, compiled."""
    return Code(component_file().read_bytes(), cache_folder())
