"""The programs of the README run as they stand there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

README = Path(__file__).parents[1] / "README.md"
# What the second takes for granted.
BETWEEN = """
from clientdesk.wit import types
from clientdesk.wit.brands import NewBrand
from clientdesk.wit.clients import EmailInvite

desk.brands.create(olga, NewBrand(id="nike", name="Nike"))
client = desk.clients.invite_by_email(olga, EmailInvite(email="ann@nike.example", brands=["nike"])).client
desk.clients.revoke(olga, client)
"""


def programs(file: Path) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```$", file.read_text(), re.M | re.S)


def test_its_programs_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = programs(README)
    monkeypatch.chdir(tmp_path)
    exec("\n".join([first, BETWEEN, second]), {})
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == "Money(amount=0, currency='USD')"
    assert printed[-1].startswith("revoked ")


def test_the_program_of_the_projects_readme_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    [program] = programs(README.parents[2] / "README.md")
    monkeypatch.chdir(tmp_path)
    exec(program, {})
    promised = re.findall(r"^print\(.*\)  # (.*)$", program, re.M)
    assert capsys.readouterr().out.splitlines()[-1:] == promised
