"""Makes `clientdesk/wit/` from the WIT: `python generate.py`, or `--check` to only compare.

`wit_reader.py` reads the WIT; here stands what becomes of it in Python.
"""

from __future__ import annotations

import argparse
import keyword
import re
import subprocess
import sys
import textwrap
from pathlib import Path

from wit_reader import Definition, Func, Interface, Member, Parser, Type

HERE = Path(__file__).resolve().parent
WIT = HERE.parent.parent / "wit"
OUT = HERE / "clientdesk" / "wit"

PLAIN = {"string": ("str", "TEXT"), "bool": ("bool", "BOOL")} | {
    f"{sign}{bits}": ("int", f"{sign.upper()}{bits}") for sign in "us" for bits in (8, 16, 32, 64)
}
# An alias that is more than another name: milliseconds since the epoch are times.
TIMESTAMP = "timestamp"


def snake(name: str) -> str:
    plain = name.replace("-", "_")
    return plain + "_" if keyword.iskeyword(plain) else plain


def camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("-"))


def upper(name: str) -> str:
    return name.replace("-", "_").upper()


def blocks(paragraph: str) -> list[list[str]]:
    """The lines of a paragraph: each point of a list by itself, and each row of a table."""
    found: list[list[str]] = []
    for line in paragraph.splitlines():
        if not found or line.lstrip().startswith(("- ", "* ", "|")) or found[-1][0][0] == "|":
            found.append([])
        found[-1].append(line.strip())
    return found


def filled(block: list[str], width: int) -> str:
    if block[0].startswith("|"):
        return block[0]
    hanging = "  " if block[0].startswith(("- ", "* ")) else ""
    text = " ".join(block)
    return textwrap.fill(text, width, break_on_hyphens=False, subsequent_indent=hanging)


def docstring(text: str, indent: str = "") -> str:
    """The text as a docstring: paragraphs, lists and tables."""
    paragraphs = [blocks(paragraph) for paragraph in re.split(r"\n\s*\n", text.strip())]
    width = 96 - len(indent)
    texts = ["\n".join(filled(block, width) for block in paragraph) for paragraph in paragraphs]
    body = "\n\n".join(texts).replace("\\", "\\\\").replace('"""', "'''")
    if "\n" in body:
        body += "\n"
    return textwrap.indent(f'"""{body}"""', indent, lambda line: bool(line.strip())) + "\n"


class Module:
    """Writes the Python module of an interface."""

    def __init__(
        self, interface: Interface, all_interfaces: dict[str, Interface], host: bool
    ) -> None:
        self.interface, self.all, self.host = interface, all_interfaces, host
        self.names: dict[str, str] = {}
        self.shapes: set[str] = set()

    def owner(self, name: str) -> tuple[Interface, str]:
        """Where a type is declared, and how it is called there."""
        interface = self.interface
        while name in interface.uses:
            other, name = interface.uses[name]
            interface = self.all[other]
        return interface, name

    def hint(self, type: Type, in_class: bool = False) -> str:
        """The annotation. Within a class of functions, `list` may be one of them."""
        if type.name in PLAIN:
            return PLAIN[type.name][0]
        if type.name == "option":
            return f"{self.hint(arg(type), in_class)} | None"
        if type.name == "list":
            if arg(type).name == "u8":
                return "bytes"
            return f"{'builtins.' if in_class else ''}list[{self.hint(arg(type), in_class)}]"
        return camel(type.name)

    def shape(self, type: Type) -> str:
        """The expression of the shape."""
        if type.name in PLAIN:
            return self.known(PLAIN[type.name][1])
        if type.name == "option":
            return f"{self.known('Option')}({self.shape(arg(type))})"
        if type.name == "list":
            if arg(type).name == "u8":
                return self.known("BYTES")
            return f"{self.known('List')}({self.shape(arg(type))})"
        return upper(type.name)

    def known(self, shape: str) -> str:
        self.shapes.add(shape)
        return shape

    def claim(self, python: str, wit: str) -> str:
        if self.names.setdefault(python, wit) != wit:
            raise SystemExit(
                f"{self.interface.name}: `{wit}` and `{self.names[python]}` are both {python}"
            )
        return python

    @staticmethod
    def is_error(interface: Interface, name: str) -> bool:
        """Whether this variant says why a function failed."""
        return name == "error" and interface.types[name].kind == "variant"

    def write(self) -> str:
        body = [self.definition(definition) for definition in self.in_order()]
        if self.interface.funcs:
            body.append(self.protocol() if self.host else self.functions())
        return self.header() + "".join(body)

    def header(self) -> str:
        package = self.interface.package.split(":")[1]
        text = docstring(self.interface.docs or self.interface.name)
        text += f"\n# Made by generate.py from the interface `{package}/{self.interface.name}`: change that instead.\n"
        text += "\nfrom __future__ import annotations\n\nimport builtins\nfrom dataclasses import dataclass\n"
        text += "from datetime import datetime\nfrom enum import Enum\nfrom typing import Protocol, TypeAlias\n\n"
        text += "from .._errors import Refused\nfrom .._functions import Call as _Call\n"
        text += "from .._functions import Function, Param\n"
        names = ", ".join(sorted(self.shapes | {"Enumeration", "Record", "Variant"}))
        text += f"from .._shapes import {names}\n"
        return text + self.used() + "\n"

    def used(self) -> str:
        """What the interface uses of others is found here, too, as in the WIT."""
        text = ""
        for local in self.interface.uses:
            owner, name = self.owner(local)
            if local != name:
                raise SystemExit(f"{self.interface.name} calls `{name}` `{local}`")
            names = [camel(name), upper(name)]
            if owner.types[name].kind == "variant":
                prefix = "" if self.is_error(owner, name) else camel(name)
                names += [prefix + camel(case.name) for case in owner.types[name].members]
            for python in names:
                text += f"from .{snake(owner.name)} import {python} as {python}\n"
        return text

    def in_order(self) -> list[Definition]:
        """The types, each after those that it is made of."""
        done: dict[str, Definition] = {}

        def visit(type: Type | None) -> None:
            if type is None:
                return
            for inner in type.args:
                visit(inner)
            found = self.interface.types.get(type.name)
            if found and found.name not in done and type.name not in self.interface.uses:
                visit(found.alias)
                for member in found.members:
                    visit(member.type)
                done.setdefault(found.name, found)

        for name in self.interface.types:
            visit(Type(name))
        return list(done.values())

    def definition(self, it: Definition) -> str:
        python, constant = self.claim(camel(it.name), it.name), upper(it.name)
        if it.kind == "type" and it.alias:
            shape = self.known("TIME") if it.name == TIMESTAMP else self.shape(it.alias)
            hint = "datetime" if it.name == TIMESTAMP else self.hint(it.alias)
            return f"\n{python}: TypeAlias = {hint}\n{docstring(it.docs)}{constant} = {shape}\n\n"
        if it.kind == "enum":
            return self.enum(it, python, constant)
        if it.kind == "record":
            return self.record(it, python, constant)
        return self.variant(it, python, constant)

    def enum(self, it: Definition, python: str, constant: str) -> str:
        text = f"\nclass {python}(Enum):\n{docstring(it.docs, '    ')}\n"
        for case in it.members:
            text += f'    {upper(case.name)} = "{case.name}"\n{docstring(case.docs, "    ")}'
        return text + f"\n\n{constant} = Enumeration({python})\n\n"

    def record(self, it: Definition, python: str, constant: str) -> str:
        optional = any(member.type and member.type.name == "option" for member in it.members)
        keywords = ", kw_only=True" if optional else ""
        text = (
            f"\n@dataclass(slots=True{keywords})\nclass {python}:\n{docstring(it.docs, '    ')}\n"
        )
        shapes = []
        for member in it.members:
            if member.type is None:
                raise SystemExit(f"{it.name}.{member.name} has no type")
            default = " = None" if member.type.name == "option" else ""
            text += f"    {snake(member.name)}: {self.hint(member.type)}{default}\n{docstring(member.docs, '    ')}"
            shapes.append(f'("{member.name}", "{snake(member.name)}", {self.shape(member.type)})')
        return text + f"\n\n{constant} = Record({python}, [{', '.join(shapes)}])\n\n"

    def variant(self, it: Definition, python: str, constant: str) -> str:
        text, classes, shapes = "", [], []
        for case in it.members:
            if self.is_error(self.interface, it.name):
                name = self.claim(camel(case.name), f"{it.name}.{case.name}")
                text += f"\nclass {name}(Refused):\n{docstring(case.docs, '    ')}\n"
                text += f'    case = "{case.name}"\n'
                if case.type:
                    text += f"\n    def __init__(self, value: {self.hint(case.type)}) -> None:\n"
                    text += "        super().__init__(value)\n        self.value = value\n"
            else:
                name = self.claim(python + camel(case.name), f"{it.name}.{case.name}")
                text += f"\n@dataclass(frozen=True, slots=True)\nclass {name}:\n{docstring(case.docs, '    ')}"
                if case.type:
                    text += f"\n    value: {self.hint(case.type)}\n"
            shape = self.shape(case.type) if case.type else "None"
            classes.append(name)
            shapes.append(f'("{case.name}", {name}, {shape})')
        text += f"\n\n{python}: TypeAlias = {' | '.join(classes)}\n{docstring(it.docs)}"
        return text + f"\n{constant} = Variant([{', '.join(shapes)}])\n\n"

    def answer(self, func: Func) -> tuple[Type | None, Type | None, bool]:
        """What a function answers, what it fails with, and whether it can."""
        result = func.result
        if result is None or result.name != "result":
            return result, None, False
        ok, err = (result.args + [None, None])[:2]
        return ok, err, True

    def function(self, func: Func) -> str:
        ok, err, fallible = self.answer(func)
        hint = self.hint(ok) if ok else "None"
        text = f'_{upper(func.name)}: Function[{hint}] = Function(\n    "{self.interface.id}", "{func.name}",\n    ['
        text += ", ".join(
            f'Param("{param.name}", "{snake(param.name)}", {self.shape(typed(param))})'
            for param in func.params
        )
        text += f"],\n    {self.shape(ok) if ok else 'None'}"
        if fallible:
            if err is None:
                raise SystemExit(f"{func.name} fails without saying why")
            text += f",\n    fails={self.shape(err)}"
        return text + ")\n"

    def signature(self, func: Func, body: str) -> str:
        """Parameters from the first optional one on go by name only."""
        params, named = ["self"], False
        for param in func.params:
            optional = typed(param).name == "option"
            if optional and not named and not self.host:
                named = True
                params.append("*")
            default = " = None" if optional and not self.host else ""
            params.append(f"{snake(param.name)}: {self.hint(typed(param), True)}{default}")
        ok, _, _ = self.answer(func)
        hint = self.hint(ok, True) if ok else "None"
        text = f"\n    def {snake(func.name)}({', '.join(params)}) -> {hint}:\n"
        return text + docstring(func.docs, "        ") + body

    def functions(self) -> str:
        text = f"\nclass {self.claim(camel(self.interface.name) + 'Functions', 'functions')}:\n"
        text += docstring(f"The functions of `{self.interface.name}`.", "    ")
        text += "\n    def __init__(self, call: _Call) -> None:\n        self._call = call\n"
        for func in self.interface.funcs:
            given = "".join(f", {snake(param.name)}" for param in func.params)
            text += self.signature(func, f"        return self._call(_{upper(func.name)}{given})\n")
        text += "\n\n" + "".join(self.function(func) for func in self.interface.funcs)
        names = ", ".join(f"_{upper(func.name)}" for func in self.interface.funcs)
        return text + f"FUNCTIONS: list[Function[object]] = [{names}]\n"

    def protocol(self) -> str:
        text = f"\nclass {self.claim(camel(self.interface.name), 'the interface')}(Protocol):\n"
        text += docstring(self.interface.docs, "    ")
        for func in self.interface.funcs:
            text += self.signature(func, "        ...\n")
        text += "\n\n" + "".join(self.function(func) for func in self.interface.funcs)
        names = ", ".join(f"_{upper(func.name)}" for func in self.interface.funcs)
        return text + f"FUNCTIONS: list[Function[object]] = [{names}]\n"


def arg(type: Type) -> Type:
    if not type.args or type.args[0] is None:
        raise SystemExit(f"{type.name} of nothing")
    return type.args[0]


def typed(member: Member) -> Type:
    if member.type is None:
        raise SystemExit(f"{member.name} has no type")
    return member.type


def index(core: list[Interface], host: list[Interface]) -> str:
    """`clientdesk/wit/__init__.py`."""
    text = '"""The contract, made from the WIT: a module for each interface."""\n\n'
    text += "# Made by generate.py: change the WIT instead.\n\n"
    text += "from .._functions import Call, Function\n"
    called = [interface for interface in core if interface.funcs]
    modules = sorted(snake(interface.name) for interface in core + host)
    text += "".join(f"from . import {module} as {module}\n" for module in modules)
    text += "\n\nclass Exports:\n"
    text += '    """What the component offers, by interface."""\n\n'
    text += "    def __init__(self, call: Call) -> None:\n"
    for interface in called:
        module = snake(interface.name)
        text += f"        self.{module} = {module}.{camel(interface.name)}Functions(call)\n"
        text += docstring(interface.docs, "        ")
    text += "\n\nEXPORTS: list[Function[object]] = [\n"
    text += "".join(f"    *{snake(interface.name)}.FUNCTIONS,\n" for interface in called)
    text += "]\nIMPORTS: dict[str, list[Function[object]]] = {\n"
    text += "".join(
        f'    "{interface.name}": {snake(interface.name)}.FUNCTIONS,\n' for interface in host
    )
    text += "}\n"
    return text


def formatted(text: str, name: str) -> str:
    """As ruff writes it, without what isn't used."""
    for args in (
        ["check", "--fix", "--quiet", "--select", "F401,I001", "--ignore", "F811"],
        ["format", "--quiet"],
    ):
        command = [sys.executable, "-m", "ruff", *args, "--stdin-filename", str(OUT / name), "-"]
        done = subprocess.run(command, input=text, capture_output=True, text=True, cwd=HERE)
        if not done.stdout:
            raise SystemExit(f"{name}: {done.stderr}\n{text}")
        text = done.stdout
    return text


def generate() -> dict[str, str]:
    host = Parser(WIT / "deps" / "host").interfaces
    core = Parser(WIT).interfaces
    files = {"__init__.py": index(core, host)}
    for group, is_host in ((core, False), (host, True)):
        known = {interface.name: interface for interface in group}
        for interface in group:
            files[f"{snake(interface.name)}.py"] = Module(interface, known, is_host).write()
    return {name: formatted(text, name) for name, text in files.items()}


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument(
        "--check", action="store_true", help="only say whether the files are as the WIT is"
    )
    check = options.parse_args().check
    files = generate()
    stale = [name for name, text in files.items() if not same(OUT / name, text)]
    stale += [path.name for path in OUT.glob("*.py") if path.name not in files]
    if check and stale:
        print(f"not as the WIT is: {', '.join(stale)}; run: python generate.py", file=sys.stderr)
        return 1
    for name in [] if check else stale:
        if name in files:
            OUT.mkdir(parents=True, exist_ok=True)
            (OUT / name).write_text(files[name])
        else:
            (OUT / name).unlink()
    print(f"{len(files)} modules, {len(stale)} of them changed")
    return 0


def same(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text() == text


if __name__ == "__main__":
    sys.exit(main())
