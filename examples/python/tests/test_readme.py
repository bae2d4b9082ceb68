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


def test_its_programs_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```$", README.read_text(), re.M | re.S)
    monkeypatch.chdir(tmp_path)
    exec("\n".join([blocks[0], BETWEEN, blocks[1]]), {})
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == "Money(amount=0, currency='USD')"
    assert printed[-1].startswith("revoked ")
