"""Outgoing mails, and everything that falls due."""

# Made by generate.py from the interface `core/jobs`: change that instead.

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from .._functions import Call as _Call, Function, Param
from .._shapes import BOOL, TEXT, U32, List, Option, Record, Variant
from .types import (
    AGENCY_ID as AGENCY_ID,
    CALL as CALL,
    CLIENT_ID as CLIENT_ID,
    CURSOR as CURSOR,
    ERROR as ERROR,
    MAIL_ID as MAIL_ID,
    PAGE_REQUEST as PAGE_REQUEST,
    TIMESTAMP as TIMESTAMP,
    AgencyId as AgencyId,
    Busy as Busy,
    Call as Call,
    ClientId as ClientId,
    Conflict as Conflict,
    Corrupt as Corrupt,
    Cursor as Cursor,
    Denied as Denied,
    Error as Error,
    Exists as Exists,
    Expired as Expired,
    Invalid as Invalid,
    Limit as Limit,
    MailId as MailId,
    NotFound as NotFound,
    Other as Other,
    PageRequest as PageRequest,
    Timestamp as Timestamp,
    Unavailable as Unavailable,
)


@dataclass(frozen=True, slots=True)
class DeliveryQueued:
    """Waiting: the host will be asked again."""


@dataclass(frozen=True, slots=True)
class DeliveryHandedOver:
    """The host took it."""


@dataclass(frozen=True, slots=True)
class DeliveryFailed:
    """Given up: the host won't be asked again. The text is the host's reason."""

    value: str


@dataclass(frozen=True, slots=True)
class DeliveryBounced:
    """The host took it, and later reported that it came back. The text is the reason."""

    value: str


Delivery: TypeAlias = DeliveryQueued | DeliveryHandedOver | DeliveryFailed | DeliveryBounced
"""Where a mail stands."""

DELIVERY = Variant(
    [
        ("queued", DeliveryQueued, None),
        ("handed-over", DeliveryHandedOver, None),
        ("failed", DeliveryFailed, TEXT),
        ("bounced", DeliveryBounced, TEXT),
    ]
)


@dataclass(slots=True, kw_only=True)
class OutboxMail:
    """A mail in the outbox."""

    id: MailId
    """Its id."""
    kind: str
    """What it is for: `invite`, `password-reset`, `digest` and so on, as docs/kinds.txt lists
    them. New kinds come with new releases.
    """
    to: str
    """The recipient's address."""
    client: ClientId | None = None
    """The client that it is for; none: it is for the agency."""
    next_try: Timestamp | None = None
    """When the host will be asked again; none: never."""
    created_at: Timestamp
    """When it was written."""
    attempts: int
    """How often the host has been asked to take it."""
    last_problem: str | None = None
    """Why the host didn't take it the last time; none: it always did."""
    delivery: Delivery
    """Where it stands."""


OUTBOX_MAIL = Record(
    OutboxMail,
    [
        ("id", "id", MAIL_ID),
        ("kind", "kind", TEXT),
        ("to", "to", TEXT),
        ("client", "client", Option(CLIENT_ID)),
        ("next-try", "next_try", Option(TIMESTAMP)),
        ("created-at", "created_at", TIMESTAMP),
        ("attempts", "attempts", U32),
        ("last-problem", "last_problem", Option(TEXT)),
        ("delivery", "delivery", DELIVERY),
    ],
)


@dataclass(slots=True, kw_only=True)
class OutboxPage:
    """A page of the outbox."""

    mails: list[OutboxMail]
    """The mails, oldest first."""
    next: Cursor | None = None
    """The cursor of the next page; none: this is the last."""


OUTBOX_PAGE = Record(
    OutboxPage, [("mails", "mails", List(OUTBOX_MAIL)), ("next", "next", Option(CURSOR))]
)


@dataclass(slots=True, kw_only=True)
class RunReport:
    """What a run has done."""

    done: int
    """How many due things were done."""
    failed: int
    """How many failed. They will be tried again."""
    more: bool
    """Whether more is due already: run again."""
    next_due: Timestamp | None = None
    """When the next thing falls due, as far as this run has seen; none: it has seen nothing."""
    problem: str | None = None
    """Why the run ended early: the store failed. What is counted was done all the same. None: it
    came to its end.
    """


RUN_REPORT = Record(
    RunReport,
    [
        ("done", "done", U32),
        ("failed", "failed", U32),
        ("more", "more", BOOL),
        ("next-due", "next_due", Option(TIMESTAMP)),
        ("problem", "problem", Option(TEXT)),
    ],
)


@dataclass(slots=True)
class ParkedJob:
    """Something due that failed 10 times, and isn't tried any more."""

    agency: AgencyId
    """In which agency."""
    kind: str
    """What it is: `mail-retry`, `access-end`, `brand-tidy` and so on, as docs/kinds.txt lists
    them.
    """
    subject: str
    """What it is about."""
    due_at: Timestamp
    """When it fell due."""
    problem: str
    """Why it failed the last time."""


PARKED_JOB = Record(
    ParkedJob,
    [
        ("agency", "agency", AGENCY_ID),
        ("kind", "kind", TEXT),
        ("subject", "subject", TEXT),
        ("due-at", "due_at", TIMESTAMP),
        ("problem", "problem", TEXT),
    ],
)


@dataclass(slots=True, kw_only=True)
class ParkedPage:
    """A page of parked jobs."""

    jobs: list[ParkedJob]
    """The jobs, oldest first."""
    next: Cursor | None = None
    """The cursor of the next page; none: this is the last."""


PARKED_PAGE = Record(
    ParkedPage, [("jobs", "jobs", List(PARKED_JOB)), ("next", "next", Option(CURSOR))]
)


class JobsFunctions:
    """The functions of `jobs`."""

    def __init__(self, call: _Call) -> None:
        self._call = call

    def outbox(self, call: Call, page: PageRequest) -> OutboxPage:
        """The agency's mails, without their texts: those hold secrets, and aren't kept."""
        return self._call(_OUTBOX, call, page)

    def run(self, limit: int) -> RunReport:
        """Does what is due in all agencies, at most `limit` things (1 to 1,000; anything else is
        `invalid`); computing the scores of ten clients counts as one, and so does charging five
        brands for a new period. The platform calls it every minute or so, and again while there
        is `more`. It may run in any number of places at once: each works on a part of its own,
        and everything is safe to repeat. What fails doesn't stop the rest: it is tried again
        later, and parked after 10 failures. What others got in the way of is tried again within
        seconds, and counts as neither. `unavailable` when the store failed before anything was
        done; later, `problem` says so.
        """
        return self._call(_RUN, limit)

    def retry(self, agency: AgencyId, kind: str, subject: str, due_at: Timestamp) -> None:
        """Makes a parked job due again, at once. `not-found` if it isn't parked. The platform's
        own.
        """
        return self._call(_RETRY, agency, kind, subject, due_at)

    def stuck(self, page: PageRequest) -> ParkedPage:
        """The parked jobs. The platform's own."""
        return self._call(_STUCK, page)

    def report_bounce(self, agency: AgencyId, mail: MailId, reason: str) -> None:
        """Reports that a mail came back, and why: of `reason`, 500 characters are kept, without
        those that can't be seen. The client whose invite it carried shows it. `not-found` for
        an unknown mail. Reporting it again does nothing. The platform's own.
        """
        return self._call(_REPORT_BOUNCE, agency, mail, reason)


_OUTBOX: Function[OutboxPage] = Function(
    "clientdesk:core/jobs@0.1.0",
    "outbox",
    [Param("call", "call", CALL), Param("page", "page", PAGE_REQUEST)],
    OUTBOX_PAGE,
    fails=ERROR,
)
_RUN: Function[RunReport] = Function(
    "clientdesk:core/jobs@0.1.0", "run", [Param("limit", "limit", U32)], RUN_REPORT, fails=ERROR
)
_RETRY: Function[None] = Function(
    "clientdesk:core/jobs@0.1.0",
    "retry",
    [
        Param("agency", "agency", AGENCY_ID),
        Param("kind", "kind", TEXT),
        Param("subject", "subject", TEXT),
        Param("due-at", "due_at", TIMESTAMP),
    ],
    None,
    fails=ERROR,
)
_STUCK: Function[ParkedPage] = Function(
    "clientdesk:core/jobs@0.1.0",
    "stuck",
    [Param("page", "page", PAGE_REQUEST)],
    PARKED_PAGE,
    fails=ERROR,
)
_REPORT_BOUNCE: Function[None] = Function(
    "clientdesk:core/jobs@0.1.0",
    "report-bounce",
    [
        Param("agency", "agency", AGENCY_ID),
        Param("mail", "mail", MAIL_ID),
        Param("reason", "reason", TEXT),
    ],
    None,
    fails=ERROR,
)
FUNCTIONS: list[Function[object]] = [_OUTBOX, _RUN, _RETRY, _STUCK, _REPORT_BOUNCE]
