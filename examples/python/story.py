"""White-label billing: the story that `clientdesk demo` tells, told from Python."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path

from clientdesk import Call, Clientdesk, Money, Operator, PageRequest, Role
from clientdesk.wit.agencies import BillingInterval, NewAgency
from clientdesk.wit.billing import (
    BillingItem,
    BillingItemWhiteLabel,
    DocumentFormat,
    LedgerLine,
)
from clientdesk.wit.brands import NewBrand
from clientdesk.wit.clients import EmailInvite
from clientdesk.wit.jobs import Delivery, DeliveryHandedOver
from clientdesk.wit.mail import Handover, HandoverAccepted, Message
from host import KeyFile, SqliteStorage, SystemClock

# A month of 30 days, so that half of it is 15 days.
BEGIN = datetime(2026, 9, 1, tzinfo=timezone.utc)
PASSWORD = "a well kept secret"
OLGA = Call(agency="acme", actor=Operator("olga", "Olga", Role.OWNER))
FIRST_PAGE = PageRequest(limit=100)


class MovedClock(SystemClock):
    """A clock that the story moves."""

    time = BEGIN

    def now(self) -> int:
        return int(self.time.timestamp() * 1000)


class KeptMail:
    """Mails that the story looks into."""

    def __init__(self) -> None:
        self.sent: list[Message] = []

    def send(self, message: Message) -> Handover:
        self.sent.append(message)
        return HandoverAccepted()

    def forget(self, ids: list[str]) -> None:
        self.sent = [message for message in self.sent if message.id not in ids]


class Story:
    """Somebody who tells it, and looks at what came of it."""

    def __init__(self, folder: Path) -> None:
        self.clock, self.mail, self.seen = MovedClock(), KeptMail(), 0
        storage = SqliteStorage(folder / "story.sqlite")
        keys = KeyFile(folder / "story.keys.json", storage)
        self.desk = Clientdesk(storage=storage, mail=self.mail, clock=self.clock, secrets=keys)
        self.told: list[Sequence[str]] = []

    def tell(self) -> None:
        desk = self.desk
        desk.agencies.create(
            NewAgency(
                id="acme",
                name="Acme",
                notification_email="office@acme.example",
                billing_interval=BillingInterval.MONTHLY,
                portal_address="https://clients.acme.example",
            )
        )
        for name in ("Nike", "Adidas", "Puma"):
            desk.brands.create(OLGA, NewBrand(id=name.lower(), name=name))
        self.step("Acme joins, with the brands Nike, Adidas and Puma")

        self.day(15)
        ann = self.invite("ann@nike.example", "Ann", "nike")
        self.step("Ann is invited to Nike: its first client")
        ben = self.invite("ben@nike.example", "Ben", "nike")
        self.step("Ben is invited to Nike: the brand is paid for already")
        self.invite("cleo@adidas.example", "Cleo", "adidas")
        self.step("Cleo is invited to Adidas: its first client")

        self.day(16)
        self.sign_up("ann@nike.example", "Ann")
        self.sign_up("cleo@adidas.example", "Cleo")
        self.step("Ann and Cleo open their links, sign up, and are in")

        self.day(20)
        desk.clients.revoke(OLGA, ann)
        self.step("Ann's access is removed: Ben still has Nike")
        desk.clients.revoke(OLGA, ben)
        self.step("Ben's access is removed: nobody has Nike any more")

        self.day(30)
        desk.jobs.run(100)
        self.step("October begins, and the first invoice closes")

    def day(self, days: int) -> None:
        self.clock.time = BEGIN + timedelta(days=days)

    def invite(self, email: str, name: str, brand: str) -> str:
        invite = EmailInvite(email=email, name=name, brands=[brand])
        return self.desk.clients.invite_by_email(OLGA, invite).client

    def sign_up(self, email: str, name: str) -> None:
        """What the person behind this address does with the link in the mail."""
        mail = next(mail for mail in reversed(self.mail.sent) if mail.to == email)
        token = mail.text.split("/invite/")[1].split()[0]
        self.desk.portal.open(token)
        self.desk.portal.sign_up(token, name, PASSWORD)
        self.desk.portal.log_in("acme", email, PASSWORD)

    def step(self, what: str) -> None:
        """A row, with what was booked since the row before."""
        lines = self.ledger()
        booked = sum(line.amount.amount for line in lines[self.seen :])
        self.seen = len(lines)
        rate = self.desk.billing.summary(OLGA).run_rate
        self.told.append(
            (f"{self.clock.time.date()}", what, signed(booked) if booked else "", dollars(rate))
        )

    def ledger(self) -> list[LedgerLine]:
        return self.desk.billing.ledger(OLGA, page=FIRST_PAGE).lines


def show(story: Story) -> None:
    desk = story.desk
    print("White-label billing: $49 a month for each brand that a client can see")
    table(["When", "What happens", "Booked", "Extra a month"], story.told)

    print("The ledger: every amount, and the time that it pays for")
    ledger = [
        [
            f"{line.number}",
            f"{line.at.date()}",
            brand(line.item),
            line.reason.value,
            signed(line.amount.amount),
            f"{(line.covers_to - line.covers_from).days} days, to {line.covers_to.date()}",
        ]
        for line in story.ledger()
    ]
    total = desk.billing.summary(OLGA).total
    table(["#", "From", "Brand", "Why", "Amount", "Pays for"], ledger)
    print(f"The sum is {dollars(total)}.\n")

    print("The clients")
    clients = desk.clients.list(OLGA, page=FIRST_PAGE).clients
    table(
        ["Client", "E-mail", "Status", "Brands", "Last log-in"],
        [
            [
                client.name or "",
                client.email or "",
                client.status.value,
                ", ".join(grant.brand_name for grant in client.grants),
                f"{client.last_log_in.date()}" if client.last_log_in else "",
            ]
            for client in clients
        ],
    )

    print("The mails that went out")
    subjects = {mail.id: mail.subject for mail in story.mail.sent}
    outbox = desk.jobs.outbox(OLGA, FIRST_PAGE).mails
    table(
        ["To", "Subject", "State"],
        [[mail.to, subjects.get(mail.id, ""), state(mail.delivery)] for mail in outbox],
    )

    verified = desk.audit.verify(OLGA, 1)
    if verified.flaw is not None:
        raise SystemExit(f"the log doesn't verify: {verified.flaw}")
    print(f"Verified: all {verified.verified} entries are as they were written, and in order.\n")
    print(desk.billing.document(OLGA, number=1, format=DocumentFormat.TEXT))


def brand(item: BillingItem) -> str:
    return item.value if isinstance(item, BillingItemWhiteLabel) else ""


def state(delivery: Delivery) -> str:
    return "handed over" if isinstance(delivery, DeliveryHandedOver) else type(delivery).__name__


def dollars(money: Money) -> str:
    return f"${money.amount / 100:.2f}"


def signed(cents: int) -> str:
    return f"{'−' if cents < 0 else '+'} ${abs(cents) / 100:.2f}"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    widths = [max(map(len, column)) for column in zip(heads, *rows)]
    for row in [heads, ["─" * width for width in widths], *rows]:
        cells = (cell.ljust(width) for cell, width in zip(row, widths))
        print(("  " + "   ".join(cells)).rstrip())
    print()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        story = Story(Path(folder))
        story.tell()
        show(story)
