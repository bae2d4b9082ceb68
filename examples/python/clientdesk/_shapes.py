"""How values stand in memory, and how they become Python's and back.

Each type of the WIT is one `Shape`, made when its module is imported. The stock conversion asks
the engine for the type of every single value; this one reads a whole record, or all elements of
a list, at once, and knows what it reads.

A value of the engine's C interface is a kind and three words: a number stands in the first, a
text's length and address in the first two. `lift` makes Python's value from the three words that
begin at a place; `lower` makes kind and words from it, with what is longer in an `Arena`.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterable, Sequence
from ctypes import string_at
from datetime import datetime, timedelta, timezone
from enum import Enum
from struct import Struct
from typing import Any

from wasmtime import _ffi as ffi
from wasmtime.component import _types as engine_types

from ._errors import ArgumentError, OtherContract, Refused

# A value, and a field of a record: its name comes before it.
CELL = Struct("=B7xQQQ")
WORDS = Struct("=8xQQQ")
if (
    sys.byteorder != "little"
    or ctypes.sizeof(ffi.wasmtime_component_val_t) != CELL.size
    or ctypes.sizeof(ffi.wasmtime_component_valrecord_entry_t) != CELL.size + 16
):
    raise ImportError("this release of wasmtime keeps values in another way; see pyproject.toml")

# Kind, and three words.
Cell = tuple[int, int, int, int]
Words = tuple[int, ...]

MASK = 2**64 - 1
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
MILLISECOND = timedelta(milliseconds=1)
# The end of the year 9999.
LATEST = 253_402_300_799_999


class Arena:
    """Memory for the values of a call. The engine copies what it needs."""

    __slots__ = ("_at", "_base", "_chunk", "_kept")

    def __init__(self, size: int = 4096) -> None:
        self._kept: list[object] = []
        self._begin(size)

    def _begin(self, size: int) -> None:
        self._chunk = bytearray(size)
        pinned = ctypes.c_char.from_buffer(self._chunk)
        self._kept.append(pinned)
        self._base, self._at = ctypes.addressof(pinned), 0

    def put(self, data: bytes) -> int:
        """Keeps the bytes: their address."""
        size, at = len(data), self._at
        if at + size > len(self._chunk):
            self._begin(max(size, 65_536))
            at = 0
        self._chunk[at : at + size] = data
        self._at = (at + size + 7) & ~7
        return self._base + at


# Names of fields and cases stay where they are.
NAMES = Arena()


class Shape:
    """A type of the contract."""

    def lift(self, words: Words, at: int) -> Any:
        """Python's value."""
        raise NotImplementedError

    def lower(self, value: Any, arena: Arena) -> Cell:
        """The engine's value. An `ArgumentError` says what doesn't fit."""
        raise NotImplementedError

    def to_json(self, value: Any) -> Any:
        """The value as `clientdesk call` writes it."""
        return value

    def from_json(self, json: Any) -> Any:
        """The value that `clientdesk call` reads; what is missing is none."""
        return json

    def agrees(self, found: object) -> bool:
        """Whether the engine's type is this one."""
        raise NotImplementedError


def unfit(value: object, expected: str) -> ArgumentError:
    """Never shows the value: it may be a secret."""
    return ArgumentError(f"is {type(value).__name__}; expected {expected}")


class Integer(Shape):
    """Whole numbers; Python's are checked against the range, which wider hosts would cut."""

    def __init__(self, bits: int, signed: bool, engine_type: type, kind: int) -> None:
        self.low: int = -(2 ** (bits - 1)) if signed else 0
        self.high: int = 2 ** (bits - signed) - 1
        self.engine_type, self.kind = engine_type, kind
        self.wrap: int = 2**bits

    def lift(self, words: Words, at: int) -> int:
        number = words[at] & (self.wrap - 1)
        return number - self.wrap if number > self.high else number

    def lower(self, value: Any, arena: Arena) -> Cell:
        if type(value) is not int:
            raise unfit(value, "a whole number")
        if not self.low <= value <= self.high:
            raise ArgumentError(f"is out of range; expected {self.low} to {self.high}")
        return self.kind, value & MASK, 0, 0

    def agrees(self, found: object) -> bool:
        return isinstance(found, self.engine_type)


U8 = Integer(8, False, engine_types.U8, 2)
U16 = Integer(16, False, engine_types.U16, 4)
U32 = Integer(32, False, engine_types.U32, 6)
U64 = Integer(64, False, engine_types.U64, 8)
S8 = Integer(8, True, engine_types.S8, 1)
S16 = Integer(16, True, engine_types.S16, 3)
S32 = Integer(32, True, engine_types.S32, 5)
S64 = Integer(64, True, engine_types.S64, 7)


class Bool(Shape):
    def lift(self, words: Words, at: int) -> bool:
        return bool(words[at] & 0xFF)

    def lower(self, value: Any, arena: Arena) -> Cell:
        if type(value) is not bool:
            raise unfit(value, "True or False")
        return 0, int(value), 0, 0

    def agrees(self, found: object) -> bool:
        return isinstance(found, engine_types.Bool)


BOOL = Bool()


class Time(Shape):
    """Times are `datetime` in UTC. They go to the component in whole milliseconds, what is below
    cut off; a number is taken as milliseconds since the epoch, also beyond Python's years."""

    def lift(self, words: Words, at: int) -> Any:
        return self.from_json(words[at])

    def lower(self, value: Any, arena: Arena) -> Cell:
        return U64.lower(self.to_json(value), arena)

    def to_json(self, value: Any) -> int:
        if isinstance(value, datetime):
            if value.tzinfo is None:
                raise ArgumentError("is a time without a time zone; expected one with tzinfo")
            return (value - EPOCH) // MILLISECOND
        if type(value) is not int:
            raise unfit(value, "a datetime")
        return value

    def from_json(self, json: Any) -> Any:
        if type(json) is not int or not 0 <= json <= LATEST:
            return json
        return EPOCH + timedelta(0, json // 1000, json % 1000 * 1000)

    def agrees(self, found: object) -> bool:
        return isinstance(found, engine_types.U64)


TIME = Time()


class Text(Shape):
    def lift(self, words: Words, at: int) -> str:
        return string_at(words[at + 1], words[at]).decode()

    def lower(self, value: Any, arena: Arena) -> Cell:
        if not isinstance(value, str):
            raise unfit(value, "str")
        try:
            data = value.encode()
        except UnicodeEncodeError:
            raise ArgumentError("holds half a character (a surrogate)") from None
        return 12, len(data), arena.put(data), 0

    def agrees(self, found: object) -> bool:
        return isinstance(found, engine_types.String)


TEXT = Text()


class List(Shape):
    """Any sequence but a text goes in; a list comes out."""

    def __init__(self, element: Shape) -> None:
        self.element = element

    def lift(self, words: Words, at: int) -> list[Any]:
        if not words[at]:
            return []
        lift, data = self.element.lift, string_at(words[at + 1], words[at] * CELL.size)
        return [lift(each, 0) for each in WORDS.iter_unpack(data)]

    def lower(self, value: Any, arena: Arena) -> Cell:
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise unfit(value, "a list")
        cells = []
        for place, element in enumerate(value):
            try:
                cells.append(CELL.pack(*self.element.lower(element, arena)))
            except ArgumentError as error:
                raise error.within(f"[{place}]") from None
        return 13, len(cells), arena.put(b"".join(cells)), 0

    def to_json(self, value: Any) -> Any:
        return [self.element.to_json(element) for element in value]

    def from_json(self, json: Any) -> Any:
        if not isinstance(json, list):
            return json
        return [self.element.from_json(element) for element in json]

    def agrees(self, found: object) -> bool:
        return isinstance(found, engine_types.ListType) and self.element.agrees(found.element)


class Bytes(List):
    """A list of bytes is `bytes`."""

    def lift(self, words: Words, at: int) -> Any:
        return bytes(super().lift(words, at))

    def to_json(self, value: Any) -> Any:
        return list(value)

    def from_json(self, json: Any) -> Any:
        return bytes(json)


BYTES = Bytes(U8)


class Option(Shape):
    def __init__(self, some: Shape) -> None:
        self.some = some

    def lift(self, words: Words, at: int) -> Any:
        return self.some.lift(cell_at(words[at]), 0) if words[at] else None

    def lower(self, value: Any, arena: Arena) -> Cell:
        if value is None:
            return 18, 0, 0, 0
        return 18, arena.put(CELL.pack(*self.some.lower(value, arena))), 0, 0

    def to_json(self, value: Any) -> Any:
        return None if value is None else self.some.to_json(value)

    def from_json(self, json: Any) -> Any:
        return None if json is None else self.some.from_json(json)

    def agrees(self, found: object) -> bool:
        return isinstance(found, engine_types.OptionType) and self.some.agrees(found.payload)


class Enumeration(Shape):
    def __init__(self, cls: type[Enum]) -> None:
        self.cls = cls
        self.members = {member.value.encode(): member for member in cls}
        self.cells = {member: named(name) for name, member in self.members.items()}

    def lift(self, words: Words, at: int) -> Any:
        return found_in(self.members, string_at(words[at + 1], words[at]), self.cls)

    def lower(self, value: Any, arena: Arena) -> Cell:
        if type(value) is not self.cls:
            raise unfit(value, self.cls.__name__)
        return 17, *self.cells[value], 0

    def to_json(self, value: Any) -> Any:
        return value.value

    def from_json(self, json: Any) -> Any:
        return self.members.get(json.encode(), json) if isinstance(json, str) else json

    def agrees(self, found: object) -> bool:
        if not isinstance(found, engine_types.EnumType):
            return False
        return [name.encode() for name in found.names] == list(self.members)


class Record(Shape):
    """A dataclass: name in the WIT, name here, and shape of each field."""

    def __init__(self, cls: type, fields: Iterable[tuple[str, str, Shape]]) -> None:
        self.cls, self.fields = cls, list(fields)
        self.names = [name for _, name, _ in self.fields]
        # Where the words of a field begin, how they are lifted, and whether 0 means none.
        self.lifts = [
            (3 * place, shape.lift, isinstance(shape, Option))
            for place, (_, _, shape) in enumerate(self.fields)
        ]
        self.lowers = [
            (name, shape.lower, *named(wit.encode())) for wit, name, shape in self.fields
        ]
        self.read = Struct("=" + "24xQQQ" * len(self.fields))
        self.pack = Struct("=" + "QQB7xQQQ" * len(self.fields)).pack

    def lift(self, words: Words, at: int) -> Any:
        fields = self.read.unpack(string_at(words[at + 1], self.read.size))
        values = [
            None if optional and not fields[place] else lift(fields, place)
            for place, lift, optional in self.lifts
        ]
        return self.cls(**dict(zip(self.names, values)))

    def lower(self, value: Any, arena: Arena) -> Cell:
        if type(value) is not self.cls:
            raise unfit(value, self.cls.__name__)
        words: list[int] = []
        for name, lower, size, address in self.lowers:
            try:
                words += (size, address, *lower(getattr(value, name), arena))
            except ArgumentError as error:
                raise error.within(name) from None
        return 14, len(self.lowers), arena.put(self.pack(*words)), 0

    def to_json(self, value: Any) -> Any:
        return {wit: shape.to_json(getattr(value, name)) for wit, name, shape in self.fields}

    def from_json(self, json: Any) -> Any:
        if not isinstance(json, dict):
            return json
        if unknown := json.keys() - {wit for wit, _, _ in self.fields}:
            raise ArgumentError(f"has no field {', '.join(sorted(unknown))}")
        given = {name: shape.from_json(json.get(wit)) for wit, name, shape in self.fields}
        return self.cls(**given)

    def agrees(self, found: object) -> bool:
        if not isinstance(found, engine_types.RecordType):
            return False
        fields = found.fields
        return [name for name, _ in fields] == [wit for wit, _, _ in self.fields] and all(
            shape.agrees(type) for (_, type), (_, _, shape) in zip(fields, self.fields)
        )


class Variant(Shape):
    """A class for each case, which holds its payload in `value`."""

    def __init__(self, cases: Iterable[tuple[str, type, Shape | None]]) -> None:
        self.cases = list(cases)
        self.by_name = {name.encode(): (cls, shape) for name, cls, shape in self.cases}
        self.by_class = {
            cls: (name, shape, *named(name.encode())) for name, cls, shape in self.cases
        }
        self.errors = tuple(cls for _, cls, _ in self.cases if issubclass(cls, Refused))

    def lift(self, words: Words, at: int) -> Any:
        cls, shape = found_in(self.by_name, string_at(words[at + 1], words[at]), self)
        return cls(shape.lift(cell_at(words[at + 2]), 0)) if shape else cls()

    def lower(self, value: Any, arena: Arena) -> Cell:
        if type(value) not in self.by_class:
            raise unfit(value, " or ".join(cls.__name__ for cls in self.by_class))
        _, shape, size, address = self.by_class[type(value)]
        payload = arena.put(CELL.pack(*shape.lower(value.value, arena))) if shape else 0
        return 16, size, address, payload

    def to_json(self, value: Any) -> Any:
        name, shape, _, _ = self.by_class[type(value)]
        return {name: shape.to_json(value.value)} if shape else name

    def from_json(self, json: Any) -> Any:
        name, payload = json, None
        if isinstance(json, dict) and len(json) == 1:
            [(name, payload)] = json.items()
        if not isinstance(name, str) or name.encode() not in self.by_name:
            return json
        cls, shape = self.by_name[name.encode()]
        return cls(shape.from_json(payload)) if shape else cls()

    def agrees(self, found: object) -> bool:
        if not isinstance(found, engine_types.VariantType):
            return False
        cases = found.cases
        return [name for name, _ in cases] == [name for name, _, _ in self.cases] and all(
            shape.agrees(type) if shape else type is None
            for (_, type), (_, _, shape) in zip(cases, self.cases)
        )


def named(name: bytes) -> tuple[int, int]:
    """A name's length and address."""
    return len(name), NAMES.put(name)


def cell_at(address: int) -> Words:
    """The words of the value that stands there."""
    return WORDS.unpack(string_at(address, CELL.size))


def found_in(known: dict[bytes, Any], name: bytes, where: object) -> Any:
    try:
        return known[name]
    except KeyError:
        raise OtherContract(f"{where} has no case `{name.decode()}`") from None
