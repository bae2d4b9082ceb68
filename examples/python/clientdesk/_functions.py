"""The functions of the contract: what they take, and how they end."""

from __future__ import annotations

from ctypes import string_at
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from wasmtime.component import _types as engine_types

from ._errors import ArgumentError, Failed
from ._shapes import CELL, TEXT, WORDS, Arena, Cell, Shape, Variant, Words, cell_at

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter: its name in the WIT, its name here, and its shape."""

    wit: str
    name: str
    shape: Shape


class Function(Generic[T_co]):
    """A function, of the component or of its host."""

    def __init__(
        self,
        interface: str,
        name: str,
        params: list[Param],
        ok: Shape | None,
        *,
        fails: Shape | None = None,
    ) -> None:
        self.interface, self.name, self.params = interface, name, params
        self.ok, self.err, self.fallible = ok, fails, fails is not None

    def __str__(self) -> str:
        short = self.interface.rsplit("/", 1)[-1].split("@")[0]
        return f"{short}.{self.name}"

    @property
    def answers(self) -> bool:
        """Whether anything comes back at all, an error included."""
        return self.fallible or self.ok is not None

    def lower_arguments(self, arguments: tuple[object, ...], arena: Arena) -> int:
        """Where the arguments stand."""
        cells = []
        for param, value in zip(self.params, arguments, strict=True):
            try:
                cells.append(CELL.pack(*param.shape.lower(value, arena)))
            except ArgumentError as error:
                raise error.within(param.name) from None
        return arena.put(b"".join(cells))

    def lift_arguments(self, address: int) -> list[Any]:
        """What stands there."""
        words = WORDS.iter_unpack(string_at(address, CELL.size * len(self.params)))
        return [param.shape.lift(each, 0) for param, each in zip(self.params, words)]

    def lift_result(self, words: Words) -> Any:
        """The answer.

        Raises what the function fails with."""
        if not self.fallible:
            return self.ok.lift(words, 0) if self.ok else None
        is_ok, payload, _ = words
        shape = self.ok if is_ok & 0xFF else self.err
        value = shape.lift(cell_at(payload), 0) if shape else None
        if is_ok & 0xFF:
            return value
        raise value if isinstance(value, Exception) else Failed(value)

    def lower_result(self, value: Any, arena: Arena) -> Cell:
        """The answer of a host."""
        if not self.fallible:
            return self.ok.lower(value, arena) if self.ok else (0, 0, 0, 0)
        shape = self.ok
        if failed := isinstance(value, self.errors):
            shape, value = self.err, str(value) if self.err is TEXT else value
        payload = arena.put(CELL.pack(*shape.lower(value, arena))) if shape else 0
        return 19, int(not failed), payload, 0

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """What a host may raise here."""
        if isinstance(self.err, Variant):
            return self.err.errors
        return (Failed,) if self.fallible else ()

    def agrees(self, found: object) -> bool:
        """Whether the engine's function is this one."""
        if not isinstance(found, engine_types.FuncType):
            return False
        params, result = found.params, found.result
        if [name for name, _ in params] != [param.wit for param in self.params]:
            return False
        if not all(param.shape.agrees(type) for param, (_, type) in zip(self.params, params)):
            return False
        if not self.fallible:
            return agrees(self.ok, result)
        if not isinstance(result, engine_types.ResultType):
            return False
        return agrees(self.ok, result.ok) and agrees(self.err, result.err)


def agrees(shape: Shape | None, found: object) -> bool:
    return shape.agrees(found) if shape else found is None


class Call(Protocol):
    """Calls a function of the component."""

    def __call__(self, function: Function[T], /, *arguments: object) -> T: ...
