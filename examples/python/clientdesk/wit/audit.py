"""The log: everything that happened in an agency, in order, unchangeable."""

# Made by generate.py from the interface `core/audit`: change that instead.

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from .._functions import Call as _Call, Function, Param
from .._shapes import TEXT, U32, U64, Enumeration, List, Option, Record, Variant
from .types import (
    ACCOUNT_ID as ACCOUNT_ID,
    BRAND_ID as BRAND_ID,
    CALL as CALL,
    CLIENT_ID as CLIENT_ID,
    CURSOR as CURSOR,
    ERROR as ERROR,
    EXPORT_FORMAT as EXPORT_FORMAT,
    PAGE_REQUEST as PAGE_REQUEST,
    ROLE as ROLE,
    TIMESTAMP as TIMESTAMP,
    AccountId as AccountId,
    BrandId as BrandId,
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
    ExportFormat as ExportFormat,
    Invalid as Invalid,
    Limit as Limit,
    NotFound as NotFound,
    Other as Other,
    PageRequest as PageRequest,
    Role as Role,
    Timestamp as Timestamp,
    Unavailable as Unavailable,
)


@dataclass(slots=True, kw_only=True)
class ActingOperator:
    """A person on the agency's staff who did something."""

    id: str
    """The host's id of the person."""
    name: str
    """The person's name at that time."""
    role: Role
    """The person's role at that time."""
    on_behalf_of: AccountId | None = None
    """The account on whose behalf the person acted; none: the agency's own."""


ACTING_OPERATOR = Record(
    ActingOperator,
    [
        ("id", "id", TEXT),
        ("name", "name", TEXT),
        ("role", "role", ROLE),
        ("on-behalf-of", "on_behalf_of", Option(ACCOUNT_ID)),
    ],
)


@dataclass(frozen=True, slots=True)
class ActorOperator:
    """A person of the agency's staff."""

    value: ActingOperator


@dataclass(frozen=True, slots=True)
class ActorClient:
    """A client, in the portal."""

    value: ClientId


@dataclass(frozen=True, slots=True)
class ActorPlatform:
    """The platform's own staff."""


@dataclass(frozen=True, slots=True)
class ActorVisitor:
    """Somebody in the portal who wasn't identified."""


@dataclass(frozen=True, slots=True)
class ActorSystem:
    """The component itself: something whose time had come."""


Actor: TypeAlias = ActorOperator | ActorClient | ActorPlatform | ActorVisitor | ActorSystem
"""Who did something."""

ACTOR = Variant(
    [
        ("operator", ActorOperator, ACTING_OPERATOR),
        ("client", ActorClient, CLIENT_ID),
        ("platform", ActorPlatform, None),
        ("visitor", ActorVisitor, None),
        ("system", ActorSystem, None),
    ]
)


@dataclass(frozen=True, slots=True)
class SubjectClient:
    """A client."""

    value: ClientId


@dataclass(frozen=True, slots=True)
class SubjectBrand:
    """A brand."""

    value: BrandId


@dataclass(frozen=True, slots=True)
class SubjectAccount:
    """An account."""

    value: AccountId


Subject: TypeAlias = SubjectClient | SubjectBrand | SubjectAccount
"""What an entry is about."""

SUBJECT = Variant(
    [
        ("client", SubjectClient, CLIENT_ID),
        ("brand", SubjectBrand, BRAND_ID),
        ("account", SubjectAccount, ACCOUNT_ID),
    ]
)


@dataclass(slots=True, kw_only=True)
class Entry:
    """An entry of the log."""

    number: int
    """Numbered from 1 without gaps."""
    at: Timestamp
    """When."""
    actor: Actor
    """Who did it."""
    trace_id: str | None = None
    """What the host called the request, as given in `call.trace-id`; none where the call had none,
    and where no operator called: what `jobs.run` writes has none.
    """
    about: list[Subject]
    """Everything that the entry says something about: clients first, then brands, then accounts,
    each once. Empty where it is about the agency as a whole, and for `activity-sealed`: it
    names the clients whose activity it covers, and says nothing about any of them. Erasing a
    client goes by it.
    """
    kind: str
    """What happened, in the past tense:

    | kind | details |
    | --- | --- |
    | `agency-created` | agency |
    | `settings-changed` | changed (the names of the settings) |
    | `clock-reset` | from, to |
    | `indexes-repaired` | rows, kinds |
    | `brand-created` | brand, name |
    | `brand-renamed` | brand, name |
    | `brand-archived` | brand, clients (how many had it), revoked (how many of them lose their last brand) |
    | `account-created` | account, name |
    | `account-owner-set` | account, client (null: nobody) |
    | `billing-owner-changed` | account, owner (agency or platform) |
    | `account-activated`, `plan-changed` | account, plan |
    | `plan-chosen` | account, client, plan: by its owner; the account pays itself from then on |
    | `impersonation-started` | account, operator, impersonation (its id), reason, mode (read-only or full), ends-at |
    | `impersonation-refused` | account, operator, mode, why (role, policy of the account, its status, or acting: another runs) |
    | `impersonation-ended` | account, operator, operator-name, impersonation, how (as in `impersonation.how`) |
    | `impersonation-used` | account, operator, impersonation, brand (null: at none), what (in the portal: open-portal, switch-brand, view-page with its feature, export with its format; besides: copy-link with its client, reserve and release with resource and amount) |
    | `sign-ins-changed` | account, client, policy (always, read-only or when-allowed), allowed-until (null: not), report (whether it gets one of each sign-in): by the account's owner |
    | `add-on-added` | account, add-on |
    | `account-resources-set` | account, resources (dashboards, users, api-calls; null: what its plan includes) |
    | `account-features-set` | account, features (null: those of its plan and its add-ons) |
    | `template-set` | template, name: one for accounts was made or changed |
    | `template-removed` | template |
    | `resource-running-out` | account, resource (dashboards, users, api-calls), limit, used, runs-out-at: now, or within a week |
    | `account-updated` | account, changed (the names of what is said of it) |
    | `trial-set` | account, ends-at |
    | `brand-moved` | brand, from, to (the accounts; null: the agency's own) |
    | `account-disabled` | account, reason (by-hand or trial-expired) |
    | `account-resumed`, `account-deleted` | account |
    | `account-change-planned`, `account-change-happened`, `account-change-replaced`, `account-change-dropped` | account, step (downgrade, removal or end), planned-for, plan (of a downgrade), add-on (of a removal) |
    | `client-invited`, `client-reinvited` | client, brands (exactly these), until, channel (mail or link), email, name |
    | `invite-resent` | client, until, channel, email, name |
    | `invite-mailed-again` | client, until, email, name: the invited person asked for it |
    | `brand-access-added`, `brand-access-removed` | client, brands, email, name |
    | `brand-access-ended` | client, brands, email, name: their time was over, or they were archived |
    | `client-updated` | client, changed, email, name: the last two where its invite got another address |
    | `permissions-changed` | client, permissions (can-export, read-only, features) |
    | `client-joined` | client, identity, new-login, verified, email, name |
    | `client-merged` | client, into: a link was used by somebody who is a client already |
    | `client-revoked` | client, brands, email, name |
    | `client-erased` | client |
    | `signed-in`, `signed-out` | client, brand |
    | `session-continued` | client, brand: a session's first use on a calendar day, which counts as a log-in |
    | `sign-in-failed` | client (null: of nobody here), email (a client's only) |
    | `brand-switched` | client, brand |
    | `email-confirmed`, `email-change-asked` | client, identity, email |
    | `email-changed` | client, identity, email, name |
    | `password-reset-sent`, `password-reset`, `password-changed` | client, identity |
    | `white-label-started`, `white-label-renewed`, `white-label-stopped` | payer, item, brand, amount, covers (start, end), counts-from, reason |
    | `item-booked` | payer, item, amount, covers (start, end), counts-from, reason: of anything else that is paid for |
    | `invoice-closed` | payer, number, closed-at (earlier than the entry, if jobs were late), subtotal, due, total |
    | `payment-reported` | payer, number, payment (open, paid or failed), reference: by the platform |
    | `agency-suspended`, `agency-resumed`, `agency-closed` | reason: by the platform |
    | `interval-change-planned` | interval, from |
    | `interval-change-dropped` | interval: it was taken back |
    | `terms-changed` | changed (the names in `catalog.terms-changes`), replaced (what was planned before and isn't any more: each with what: price, discount, trial-end): by the platform |
    | `client-at-risk`, `client-churned` | client, since (when it turned), last-log-in, email, name |
    | `digest-sent` | recipients (how many) |
    | `activity-sealed` | clients (not in `about`), events (how many page views and exports), hash |
    | `mail-failed`, `mail-bounced` | mail, client (null for mails to the agency), problem |
    """
    details: str
    """The details as a JSON object; its fields depend on the kind. Personal data that was erased
    is null, a name that wasn't given is left out. New kinds and new fields come with new
    releases: skip what you don't know.
    """
    hash: str
    """The key's id, a colon, and HMAC-SHA256 in base64url over this entry and the hash before it."""


ENTRY = Record(
    Entry,
    [
        ("number", "number", U64),
        ("at", "at", TIMESTAMP),
        ("actor", "actor", ACTOR),
        ("trace-id", "trace_id", Option(TEXT)),
        ("about", "about", List(SUBJECT)),
        ("kind", "kind", TEXT),
        ("details", "details", TEXT),
        ("hash", "hash", TEXT),
    ],
)


@dataclass(slots=True, kw_only=True)
class EntryPage:
    """A page of the log."""

    entries: list[Entry]
    """The entries, in the order asked for."""
    next: Cursor | None = None
    """The cursor of the next page, in the same direction; none at the end. One call looks at 5,000
    entries at most, so a page may be short, or empty, and still have a next.
    """
    within: AccountId | None = None
    """The account on whose behalf it was asked for, and which it was narrowed to; none: to
    nothing.
    """


ENTRY_PAGE = Record(
    EntryPage,
    [
        ("entries", "entries", List(ENTRY)),
        ("next", "next", Option(CURSOR)),
        ("within", "within", Option(ACCOUNT_ID)),
    ],
)


@dataclass(slots=True)
class Feed:
    """A part of the event feed."""

    entries: list[Entry]
    """The entries, oldest first, one after the other without gaps."""
    after: int
    """The number of the last of them, to give as `after` next time; where there are none, the
    number that was given.
    """


FEED = Record(Feed, [("entries", "entries", List(ENTRY)), ("after", "after", U64)])


class Direction(Enum):
    """In which order to read."""

    FORWARD = "forward"
    """Oldest first."""
    BACKWARD = "backward"
    """Newest first."""


DIRECTION = Enumeration(Direction)


@dataclass(slots=True)
class LogHead:
    """Where the log ends."""

    number: int
    """The number of the last entry; 0 for an empty log."""
    hash: str
    """Its hash; empty for an empty log. Keep it elsewhere to detect a tail that was cut."""


LOG_HEAD = Record(LogHead, [("number", "number", U64), ("hash", "hash", TEXT)])


@dataclass(slots=True)
class Flaw:
    """What is wrong with the log."""

    number: int
    """The first entry that doesn't fit."""
    problem: str
    """What is wrong with it: `changed`, `missing`, `misplaced`, `unknown-key` or
    `unexpected-head`. `docs/kinds.txt` says what they mean.
    """


FLAW = Record(Flaw, [("number", "number", U64), ("problem", "problem", TEXT)])


@dataclass(slots=True, kw_only=True)
class Verification:
    """What a verification found."""

    verified: int
    """How many entries were looked at and found whole."""
    next: int | None = None
    """Where to go on; none when `to` was reached."""
    flaw: Flaw | None = None
    """The first flaw, if there is one."""


VERIFICATION = Record(
    Verification,
    [("verified", "verified", U64), ("next", "next", Option(U64)), ("flaw", "flaw", Option(FLAW))],
)


@dataclass(slots=True, kw_only=True)
class EntryFilter:
    """Which entries. All that is given must fit."""

    since: Timestamp | None = None
    """Those at this time or later."""
    until: Timestamp | None = None
    """Those strictly before this time."""
    actor_id: str | None = None
    """Those of this operator or client, by id."""
    kind: str | None = None
    """Those of this kind."""
    client: ClientId | None = None
    """Those about this client."""
    brand: BrandId | None = None
    """Those about this brand."""
    account: AccountId | None = None
    """Those about this account."""


ENTRY_FILTER = Record(
    EntryFilter,
    [
        ("since", "since", Option(TIMESTAMP)),
        ("until", "until", Option(TIMESTAMP)),
        ("actor-id", "actor_id", Option(TEXT)),
        ("kind", "kind", Option(TEXT)),
        ("client", "client", Option(CLIENT_ID)),
        ("brand", "brand", Option(BRAND_ID)),
        ("account", "account", Option(ACCOUNT_ID)),
    ],
)


@dataclass(slots=True, kw_only=True)
class ExportPart:
    """A part of the log as JSON lines."""

    text: str
    """Complete lines, each ended by a line feed. A line is an object with `number`, `at`, `actor`,
    `trace-id` (left out where there is none), `about`, `kind`, `details` and `hash`. The actor
    is an object with `kind` (`operator`, `client`, `platform`, `visitor` or `system`), `id` (an
    operator's or a client's), and an operator's `name`, `role` and, when acting for an account,
    `on-behalf-of`: who acts and for whom are told apart, as with `act` of RFC 8693. Subjects
    are written as `client/…`, `brand/…` and `account/…`. New fields come with new releases:
    skip what you don't know.
    """
    next: Cursor | None = None
    """The cursor of the next part; none at the end. As with pages, a part may be short, or empty,
    and still have a next.
    """
    within: AccountId | None = None
    """The account on whose behalf it was asked for, and which it was narrowed to; none: to
    nothing.
    """


EXPORT_PART = Record(
    ExportPart,
    [
        ("text", "text", TEXT),
        ("next", "next", Option(CURSOR)),
        ("within", "within", Option(ACCOUNT_ID)),
    ],
)


@dataclass(frozen=True, slots=True)
class ActivityKindPageView:
    """It looked at a page of the feature with this key."""

    value: str


@dataclass(frozen=True, slots=True)
class ActivityKindExport:
    """It exported a page, as this."""

    value: ExportFormat


ActivityKind: TypeAlias = ActivityKindPageView | ActivityKindExport
"""What a client did in the portal between a log-in and a log-out."""

ACTIVITY_KIND = Variant(
    [("page-view", ActivityKindPageView, TEXT), ("export", ActivityKindExport, EXPORT_FORMAT)]
)


@dataclass(slots=True, kw_only=True)
class ActivityEvent:
    """Something that a client did in the portal."""

    at: Timestamp
    """When."""
    brand: BrandId
    """At which brand."""
    what: ActivityKind
    """What."""
    sealed_by: int | None = None
    """The number of the log entry that covers it; none: within a minute, by `jobs.run`."""


ACTIVITY_EVENT = Record(
    ActivityEvent,
    [
        ("at", "at", TIMESTAMP),
        ("brand", "brand", BRAND_ID),
        ("what", "what", ACTIVITY_KIND),
        ("sealed-by", "sealed_by", Option(U64)),
    ],
)


@dataclass(slots=True, kw_only=True)
class ActivityPage:
    """A page of what a client did."""

    events: list[ActivityEvent]
    """Newest first; those that came in one call stand together."""
    next: Cursor | None = None
    """The cursor of the next page; none on the last."""
    within: AccountId | None = None
    """The account on whose behalf it was asked for, and which it was narrowed to; none: to
    nothing.
    """


ACTIVITY_PAGE = Record(
    ActivityPage,
    [
        ("events", "events", List(ACTIVITY_EVENT)),
        ("next", "next", Option(CURSOR)),
        ("within", "within", Option(ACCOUNT_ID)),
    ],
)


class AuditFunctions:
    """The functions of `audit`."""

    def __init__(self, call: _Call) -> None:
        self._call = call

    def list(
        self,
        call: Call,
        *,
        filter: EntryFilter | None = None,
        direction: Direction,
        page: PageRequest,
    ) -> EntryPage:
        """The entries that fit a filter (none: all), oldest or newest first."""
        return self._call(_LIST, call, filter, direction, page)

    def read(self, call: Call, after: int, limit: int) -> Feed:
        """The event feed: the entries that follow number `after` (0: from the first), at most
        `limit` (1 to 500). Fewer than that come only at the log's end. For syncs and webhooks:
        deal with the entries, keep the answer's `after`, and go on with it, so that each entry
        comes at least once, and in order. A number beyond the end of the log is `invalid`: the
        store was brought back from an earlier copy.
        """
        return self._call(_READ, call, after, limit)

    def head(self, call: Call) -> LogHead:
        """Where the log ends."""
        return self._call(_HEAD, call)

    def verify(
        self, call: Call, start: int, *, to: int | None = None, expected: LogHead | None = None
    ) -> Verification:
        """Recomputes the hashes of the entries from number `start` (at least 1) up to and
        including `to` (none: the last), at most 10,000 in one call. With `expected`, a head
        that was kept elsewhere, a log that doesn't contain it is broken too; it is compared
        when its entry is among those looked at, or when the log's end is and lies before it. An
        entry that seals page views and exports is flawed too when they aren't what they were.

        The names and addresses beside an entry must be those that it was written with; one that
        is missing is a flaw unless the log says that its client was erased. Whatever else was
        changed in a stored row of the log, down to a blank, is a flaw of one of its entries. A
        row of a newer release is none: then the answer is `unavailable`.
        """
        return self._call(_VERIFY, call, start, to, expected)

    def export(
        self, call: Call, *, filter: EntryFilter | None = None, page: PageRequest
    ) -> ExportPart:
        """The entries that fit a filter (none: all), oldest first, as JSON lines."""
        return self._call(_EXPORT, call, filter, page)

    def activity(self, call: Call, client: ClientId, page: PageRequest) -> ActivityPage:
        """The page views and exports of a client, newest first; empty for a client that the agency
        doesn't have.
        """
        return self._call(_ACTIVITY, call, client, page)


_LIST: Function[EntryPage] = Function(
    "clientdesk:core/audit@0.1.0",
    "list",
    [
        Param("call", "call", CALL),
        Param("filter", "filter", Option(ENTRY_FILTER)),
        Param("direction", "direction", DIRECTION),
        Param("page", "page", PAGE_REQUEST),
    ],
    ENTRY_PAGE,
    fails=ERROR,
)
_READ: Function[Feed] = Function(
    "clientdesk:core/audit@0.1.0",
    "read",
    [Param("call", "call", CALL), Param("after", "after", U64), Param("limit", "limit", U32)],
    FEED,
    fails=ERROR,
)
_HEAD: Function[LogHead] = Function(
    "clientdesk:core/audit@0.1.0", "head", [Param("call", "call", CALL)], LOG_HEAD, fails=ERROR
)
_VERIFY: Function[Verification] = Function(
    "clientdesk:core/audit@0.1.0",
    "verify",
    [
        Param("call", "call", CALL),
        Param("start", "start", U64),
        Param("to", "to", Option(U64)),
        Param("expected", "expected", Option(LOG_HEAD)),
    ],
    VERIFICATION,
    fails=ERROR,
)
_EXPORT: Function[ExportPart] = Function(
    "clientdesk:core/audit@0.1.0",
    "export",
    [
        Param("call", "call", CALL),
        Param("filter", "filter", Option(ENTRY_FILTER)),
        Param("page", "page", PAGE_REQUEST),
    ],
    EXPORT_PART,
    fails=ERROR,
)
_ACTIVITY: Function[ActivityPage] = Function(
    "clientdesk:core/audit@0.1.0",
    "activity",
    [
        Param("call", "call", CALL),
        Param("client", "client", CLIENT_ID),
        Param("page", "page", PAGE_REQUEST),
    ],
    ACTIVITY_PAGE,
    fails=ERROR,
)
FUNCTIONS: list[Function[object]] = [_LIST, _READ, _HEAD, _VERIFY, _EXPORT, _ACTIVITY]
