"""Takes mails, and sees to their delivery."""

# Made by generate.py from the interface `host/mail`: change that instead.

from __future__ import annotations

import builtins
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from .._functions import Function, Param
from .._shapes import TEXT, List, Option, Record, Variant


@dataclass(slots=True, kw_only=True)
class Message:
    """A mail, ready to deliver."""

    id: str
    """The same each time this mail is sent: a host that has taken a mail with this id drops the
    repetition.
    """
    agency: str
    """The agency on whose behalf it is sent."""
    sender_name: str
    """The sender's name: that of the portal. The sender's address is up to the host."""
    reply_to: str | None = None
    """Where replies should go; none: the agency has no support address."""
    to: str
    """The recipient's address."""
    subject: str
    """The subject: one line of plain text."""
    text: str
    """The plain-text body."""
    html: str
    """The same as HTML. Anything that a person typed is escaped."""
    kind: str
    """What it is for: `invite`, `password-reset`, `digest` and so on, as docs/kinds.txt lists
    them. New kinds come with new releases. A `digest` comes again each week: a host that sends
    it should let its recipient stop it.
    """


MESSAGE = Record(
    Message,
    [
        ("id", "id", TEXT),
        ("agency", "agency", TEXT),
        ("sender-name", "sender_name", TEXT),
        ("reply-to", "reply_to", Option(TEXT)),
        ("to", "to", TEXT),
        ("subject", "subject", TEXT),
        ("text", "text", TEXT),
        ("html", "html", TEXT),
        ("kind", "kind", TEXT),
    ],
)


@dataclass(frozen=True, slots=True)
class HandoverAccepted:
    """Taken: delivering it is up to the host from here on."""


@dataclass(frozen=True, slots=True)
class HandoverTryLater:
    """Not now: the component will try again later. The text says why."""

    value: str


@dataclass(frozen=True, slots=True)
class HandoverNever:
    """Never: mail can't be delivered to this address. The text says why."""

    value: str


Handover: TypeAlias = HandoverAccepted | HandoverTryLater | HandoverNever
"""What the host did with a mail."""

HANDOVER = Variant(
    [
        ("accepted", HandoverAccepted, None),
        ("try-later", HandoverTryLater, TEXT),
        ("never", HandoverNever, TEXT),
    ]
)


class Mail(Protocol):
    """Takes mails, and sees to their delivery."""

    def send(self, message: Message) -> Handover:
        """Hands over a mail. The same mail may come more than once, with the same id."""
        ...

    def forget(self, ids: builtins.list[str]) -> None:
        """Deletes whatever the host kept of these mails: a client whom they are about is being
        erased. Some may be unknown, and the same ids may come again; a host that keeps no mails
        has nothing to do. What is on its way can't be called back.

        The error says why something can't be deleted now: the component will ask again, for all
        of them. What it erases of its own doesn't wait for that, but for the mails' rows.
        """
        ...


_SEND: Function[Handover] = Function(
    "clientdesk:host/mail@0.1.0", "send", [Param("message", "message", MESSAGE)], HANDOVER
)
_FORGET: Function[None] = Function(
    "clientdesk:host/mail@0.1.0", "forget", [Param("ids", "ids", List(TEXT))], None, fails=TEXT
)
FUNCTIONS: list[Function[object]] = [_SEND, _FORGET]
