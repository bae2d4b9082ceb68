"""Reads WIT: as much of the language as the contract uses, without resources, flags and tuples."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

TOKEN = re.compile(
    r"\s+|//[^/\n][^\n]*|//\n|///[^\n]*|->|%?[A-Za-z][A-Za-z0-9-]*|[0-9.]+|[{}()<>,;:=@/_.]"
)


@dataclass
class Type:
    """A type as it is named: `option<list<brand-id>>`."""

    name: str
    args: list[Type | None] = field(default_factory=list)


@dataclass
class Member:
    """A field, a case, or a parameter."""

    name: str
    docs: str
    type: Type | None = None


@dataclass
class Definition:
    """A type that an interface declares: `kind` is record, enum, variant or type."""

    kind: str
    name: str
    docs: str
    members: list[Member] = field(default_factory=list)
    alias: Type | None = None


@dataclass
class Func:
    name: str
    docs: str
    params: list[Member]
    result: Type | None


@dataclass
class Interface:
    package: str
    version: str
    name: str
    docs: str
    uses: dict[str, tuple[str, str]] = field(default_factory=dict)
    types: dict[str, Definition] = field(default_factory=dict)
    funcs: list[Func] = field(default_factory=list)

    @property
    def id(self) -> str:
        return f"{self.package}/{self.name}@{self.version}"


class Parser:
    """Reads the files of a package."""

    def __init__(self, folder: Path) -> None:
        self.interfaces: list[Interface] = []
        self.package, self.version = "", ""
        files = sorted(folder.glob("*.wit"))
        # The package's name stands in one of them.
        files.sort(key=lambda path: not re.search(r"^package ", path.read_text(), re.M))
        for path in files:
            self.tokens = [
                found.group().strip()
                for found in TOKEN.finditer(path.read_text())
                if found.group().strip() and not re.match(r"//([^/]|$)", found.group())
            ]
            self.at = 0
            self.file()

    def file(self) -> None:
        while self.at < len(self.tokens):
            docs = self.docs()
            word = self.next()
            if word == "package":
                text = ""
                while (part := self.next()) != ";":
                    text += part
                self.package, self.version = text.split("@")
            elif word == "interface":
                self.interface(docs)
            elif word == "world":
                while self.next() != "}":
                    pass
            else:
                raise SystemExit(f"unexpected `{word}`")

    def peek(self) -> str:
        return self.tokens[self.at]

    def next(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1]

    def name(self) -> str:
        return self.next().removeprefix("%")

    def expect(self, token: str) -> None:
        found = self.next()
        if found != token:
            raise SystemExit(
                f"expected `{token}`, found `{found}` after {self.tokens[self.at - 9 : self.at - 1]}"
            )

    def docs(self) -> str:
        lines = []
        while self.at < len(self.tokens) and self.peek().startswith("///"):
            lines.append(self.next()[3:].removeprefix(" "))
        return "\n".join(lines)

    def interface(self, docs: str) -> None:
        made = Interface(self.package, self.version, self.name(), docs)
        self.interfaces.append(made)
        self.expect("{")
        while True:
            docs = self.docs()
            word = self.next()
            if word == "}":
                return
            if word == "use":
                self.use(made)
            elif word in ("record", "enum", "variant"):
                self.definition(made, word, docs)
            elif word == "type":
                name = self.name()
                self.expect("=")
                made.types[name] = Definition("type", name, docs, alias=self.type())
                self.expect(";")
            else:
                self.func(made, word.removeprefix("%"), docs)

    def use(self, made: Interface) -> None:
        other = self.name()
        self.expect(".")
        self.expect("{")
        while self.peek() != "}":
            name = self.name()
            local = name
            if self.peek() == "as":
                self.next()
                local = self.name()
            made.uses[local] = (other, name)
            if self.peek() == ",":
                self.next()
        self.expect("}")
        self.expect(";")

    def definition(self, made: Interface, kind: str, docs: str) -> None:
        name = self.name()
        members = []
        self.expect("{")
        while True:
            about = self.docs()
            if self.peek() == "}":
                break
            member = Member(self.name(), about)
            if self.peek() == ":":
                self.next()
                member.type = self.type()
            elif self.peek() == "(":
                self.next()
                member.type = self.type()
                self.expect(")")
            members.append(member)
            if self.peek() == ",":
                self.next()
        self.expect("}")
        made.types[name] = Definition(kind, name, docs, members)

    def func(self, made: Interface, name: str, docs: str) -> None:
        for token in (":", "func", "("):
            self.expect(token)
        params = []
        while self.peek() != ")":
            param = Member(self.name(), "")
            self.expect(":")
            param.type = self.type()
            params.append(param)
            if self.peek() == ",":
                self.next()
        self.expect(")")
        result = None
        if self.peek() == "->":
            self.next()
            result = self.type()
        self.expect(";")
        made.funcs.append(Func(name, docs, params, result))

    def type(self) -> Type:
        made = Type(self.name())
        if self.peek() == "<":
            self.next()
            while self.peek() != ">":
                if self.peek() == "_":
                    self.next()
                    made.args.append(None)
                else:
                    made.args.append(self.type())
                if self.peek() == ",":
                    self.next()
            self.expect(">")
        return made
