"""The host, and calls from end to end."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from clientdesk import ArgumentError, Call, Clientdesk, Failed, Operator, PageRequest, Role
from clientdesk.wit.agencies import BillingInterval, NewAgency
from clientdesk.wit.brands import NewBrand
from clientdesk.wit.clients import EmailInvite, RowOutcomeDone
from clientdesk.wit.storage import Check, Page, Storage, TooLarge, Write
from clientdesk.wit.types import NotFound, Unavailable
from host import KeyFile, SqliteStorage, SystemClock
from memory import MemoryStorage
from story import KeptMail

OLGA = Call(agency="acme", actor=Operator("olga", "Olga", Role.OWNER))
ACME = NewAgency(
    id="acme",
    name="Acme",
    notification_email="office@acme.example",
    billing_interval=BillingInterval.MONTHLY,
    portal_address="https://clients.acme.example",
)


def desk_on(storage: Storage, folder: Path) -> Clientdesk:
    keys = KeyFile(folder / "keys.json", storage)
    return Clientdesk(storage=storage, mail=KeptMail(), clock=SystemClock(), secrets=keys)


@pytest.fixture(params=["memory", "sqlite"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    return MemoryStorage() if request.param == "memory" else SqliteStorage(tmp_path / "rows.sqlite")


def put(storage: Storage, **rows: str) -> None:
    assert storage.commit(
        [], [Write(key=key, value=value) for key, value in rows.items()]
    ).committed


def test_pages_go_both_ways(storage: Storage) -> None:
    put(storage, a="1", b="2", c="3", d="4")

    def keys(page: Page) -> str:
        return "".join(entry.key for entry in page.entries) + "," + (page.next or "")

    assert keys(storage.scan("a", "d", 2, False)) == "ab,c"
    assert keys(storage.scan("c", "d", 2, False)) == "c,"
    assert keys(storage.scan("a", "e", 3, True)) == "dcb,b"
    assert keys(storage.scan("a", "b", 3, True)) == "a,"
    assert keys(storage.scan("b", "a", 3, False)) == ","


def test_a_commit_is_all_or_nothing(storage: Storage) -> None:
    put(storage, a="1")
    [there, none] = storage.get(["a", "b"])
    assert there and none is None
    failed = storage.commit(
        [Check(key="a", version=there.version + 1), Check(key="b")], [Write(key="b", value="2")]
    )
    assert (failed.committed, failed.conflicts) == (False, ["a"])
    assert storage.get(["b"]) == [None]
    assert storage.commit([Check(key="a", version=there.version)], [Write(key="a")]).committed
    put(storage, a="1")
    [again] = storage.get(["a"])
    assert again and again.version != there.version


def test_the_limits_of_the_contract_are_kept(tmp_path: Path) -> None:
    storage = SqliteStorage(tmp_path / "rows.sqlite")
    for key, value in (("", "1"), ("ä", "1"), ("a b", "1"), ("a" * 513, "1"), ("a", "x" * 65_537)):
        with pytest.raises(TooLarge):
            storage.commit([], [Write(key=key, value=value)])


def test_keys_are_private_and_never_made_up(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    storage = MemoryStorage()
    keys = KeyFile(file, storage).keys()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [len(key.bytes) for key in keys] == [32]
    put(storage, a="1")
    file.unlink()
    with pytest.raises(Failed):
        KeyFile(file, storage).keys()
    with pytest.raises(Unavailable):
        desk_on(storage, tmp_path).agencies.create(ACME)


def test_refusals_are_exceptions(storage: Storage, tmp_path: Path) -> None:
    desk = desk_on(storage, tmp_path)
    assert desk.agencies.create(ACME) == "acme"
    assert desk.clients.get(OLGA, "0190163d-8694-739b-aea5-966c26f8ad91") is None
    with pytest.raises(NotFound, match="client `x`") as refused:
        desk.clients.revoke(OLGA, "x")
    assert refused.value == NotFound(refused.value.value)
    with pytest.raises(ArgumentError, match=r"`invite.brands\[1\]` is int"):
        desk.clients.invite_by_email(OLGA, EmailInvite(email="a", brands=["nike", 1]))  # type: ignore[list-item]
    with pytest.raises(ArgumentError, match="no function"):
        desk.call("clients.rvoke", {})


def test_what_a_host_raises_ends_the_call_and_no_other(tmp_path: Path) -> None:
    class Broken(MemoryStorage):
        fails = False

        def get(self, keys: list[str]) -> list[object]:  # type: ignore[override]
            if self.fails:
                raise ZeroDivisionError
            return list(super().get(keys))

    storage = Broken()
    desk = desk_on(storage, tmp_path)  # type: ignore[arg-type]
    desk.agencies.create(ACME)
    storage.fails = True
    with pytest.raises(ZeroDivisionError):
        desk.agencies.get("acme")
    storage.fails = False
    assert desk.agencies.get("acme")


def test_threads_share_a_desk(tmp_path: Path) -> None:
    desk = desk_on(SqliteStorage(tmp_path / "rows.sqlite"), tmp_path)
    desk.agencies.create(ACME)
    desk.brands.create(OLGA, NewBrand(id="nike", name="Nike"))
    done: list[str] = []

    def invite(thread: int) -> None:
        for number in range(10):
            email = f"c{thread}-{number}@nike.example"
            [row] = desk.clients.invite_many(OLGA, [EmailInvite(email=email, brands=["nike"])])
            assert isinstance(row, RowOutcomeDone), row
            done.append(row.value.client)

    threads = [threading.Thread(target=invite, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(done)) == 40
    assert len(desk.clients.list(OLGA, page=PageRequest(limit=50)).clients) == 40
