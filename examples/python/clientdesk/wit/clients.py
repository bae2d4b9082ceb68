"""People who have access to an agency's brands: inviting, changing, revoking and reading about
them.
"""

# Made by generate.py from the interface `core/clients`: change that instead.

from __future__ import annotations

import builtins
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from .._functions import Call as _Call, Function, Param
from .._shapes import BOOL, TEXT, U8, U32, U64, Enumeration, List, Option, Record, Variant
from .audit import ENTRY as ENTRY, Entry as Entry
from .jobs import (
    DELIVERY as DELIVERY,
    Delivery as Delivery,
    DeliveryBounced as DeliveryBounced,
    DeliveryFailed as DeliveryFailed,
    DeliveryHandedOver as DeliveryHandedOver,
    DeliveryQueued as DeliveryQueued,
)
from .types import (
    ACCOUNT_ID as ACCOUNT_ID,
    ACTIVITY_SUMMARY as ACTIVITY_SUMMARY,
    BAND as BAND,
    BRAND_ID as BRAND_ID,
    CALL as CALL,
    CLIENT_ID as CLIENT_ID,
    CURSOR as CURSOR,
    ERROR as ERROR,
    FEATURE_USE as FEATURE_USE,
    PAGE_REQUEST as PAGE_REQUEST,
    PERMISSIONS as PERMISSIONS,
    STATUS as STATUS,
    TIMESTAMP as TIMESTAMP,
    AccountId as AccountId,
    ActivitySummary as ActivitySummary,
    Band as Band,
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
    FeatureUse as FeatureUse,
    Invalid as Invalid,
    Limit as Limit,
    NotFound as NotFound,
    Other as Other,
    PageRequest as PageRequest,
    Permissions as Permissions,
    Status as Status,
    Timestamp as Timestamp,
    Unavailable as Unavailable,
)


@dataclass(slots=True, kw_only=True)
class EmailInvite:
    """An invite by e-mail."""

    email: str
    """The address to invite."""
    brands: list[BrandId]
    """The brands to give access to: 1 to 200."""
    name: str | None = None
    """The person's name, at most 200 characters."""
    note: str | None = None
    """A personal note in the mail: plain text, at most 2,000 characters."""
    permissions: Permissions | None = None
    """What the client may do; none: what the agency's settings say. For a client that is pending
    or has joined, none changes nothing.
    """
    access_ends_at: Timestamp | None = None
    """When access to these brands ends by itself; none: never. A time in the future."""


EMAIL_INVITE = Record(
    EmailInvite,
    [
        ("email", "email", TEXT),
        ("brands", "brands", List(BRAND_ID)),
        ("name", "name", Option(TEXT)),
        ("note", "note", Option(TEXT)),
        ("permissions", "permissions", Option(PERMISSIONS)),
        ("access-ends-at", "access_ends_at", Option(TIMESTAMP)),
    ],
)


@dataclass(slots=True, kw_only=True)
class LinkInvite:
    """An invite by link. It works once."""

    brands: list[BrandId]
    """The brands to give access to: 1 to 200."""
    label: str | None = None
    """What the agency calls it, at most 200 characters."""
    expires_at: Timestamp | None = None
    """The link works strictly before this time, which is in the future; none: what the agency's
    settings say.
    """
    email: str | None = None
    """The only address that may use it; none: any."""
    domain: str | None = None
    """The domain whose addresses may use it, such as `nike.example` or `käse.example`, without its
    subdomains; none: any. Can't be combined with `email`.
    """
    permissions: Permissions | None = None
    """What the client may do; none: what the agency's settings say."""
    access_ends_at: Timestamp | None = None
    """When access to these brands ends by itself; none: never. A time in the future."""


LINK_INVITE = Record(
    LinkInvite,
    [
        ("brands", "brands", List(BRAND_ID)),
        ("label", "label", Option(TEXT)),
        ("expires-at", "expires_at", Option(TIMESTAMP)),
        ("email", "email", Option(TEXT)),
        ("domain", "domain", Option(TEXT)),
        ("permissions", "permissions", Option(PERMISSIONS)),
        ("access-ends-at", "access_ends_at", Option(TIMESTAMP)),
    ],
)


class InviteOutcome(Enum):
    """What an invite has done."""

    INVITED = "invited"
    """The agency didn't know the person: there is a new, pending client, and an invite mail (or a
    link).
    """
    BRANDS_ADDED = "brands-added"
    """The client was pending: the brands were added to its invite. No new mail is sent."""
    GRANTED = "granted"
    """The client had joined: it has the brands at once, and a mail says so of those that it can
    look at now.
    """
    REINVITED = "reinvited"
    """The client was revoked, or its invite had expired: it is pending again, with a new invite
    and its history. It gets the brands of this call, and these permissions or those of the
    agency's settings: nothing of what it had, or was offered, comes back. An invite mail is
    sent (or there is a link).
    """
    ALREADY_THERE = "already-there"
    """The client has all of these brands already: nothing was changed, sent or logged."""


INVITE_OUTCOME = Enumeration(InviteOutcome)


@dataclass(slots=True, kw_only=True)
class Invited:
    """The answer to an invite."""

    client: ClientId
    """The client that the invite is for."""
    outcome: InviteOutcome
    """What the invite has done."""
    expires_at: Timestamp | None = None
    """The invite can be accepted strictly before this time: its own end, or that of the access
    that it offers, if all of that is over before. None: the client has joined, or the link
    doesn't expire.
    """
    brands: list[BrandId]
    """All brands that the client has now, or will have once it accepts."""
    delivery: Delivery | None = None
    """Where the mail stands that this call sent: `failed` when the host refused it at once, and
    `queued` when it will be asked again. An answer that is given again, since the idempotency
    key is the same, says where it stands by then. None: the call sent no mail, or the store
    can't say.
    """
    warning: str | None = None
    """What to know before relying on the address: an earlier mail to it came back, or was refused
    for good. A sentence for people; none: nothing is known against it.
    """


INVITED = Record(
    Invited,
    [
        ("client", "client", CLIENT_ID),
        ("outcome", "outcome", INVITE_OUTCOME),
        ("expires-at", "expires_at", Option(TIMESTAMP)),
        ("brands", "brands", List(BRAND_ID)),
        ("delivery", "delivery", Option(DELIVERY)),
        ("warning", "warning", Option(TEXT)),
    ],
)


@dataclass(slots=True, kw_only=True)
class Resent:
    """The answer to sending an invite again."""

    expires_at: Timestamp | None = None
    """The invite can be accepted strictly before this time, as in `invited`; none: the link
    doesn't expire.
    """
    delivery: Delivery | None = None
    """Where the new mail stands, as in `invited`; none: it is a link, or the store can't say."""
    warning: str | None = None
    """What to know before relying on the address, as in `invited`."""


RESENT = Record(
    Resent,
    [
        ("expires-at", "expires_at", Option(TIMESTAMP)),
        ("delivery", "delivery", Option(DELIVERY)),
        ("warning", "warning", Option(TEXT)),
    ],
)


@dataclass(slots=True, kw_only=True)
class Link:
    """A link that can be passed on by hand."""

    client: ClientId
    """The client that it is for."""
    token: str
    """The secret in the link: the host's portal passes it to `portal.open`. Anybody who has it can
    use it, so it proves no e-mail address.
    """
    url: str
    """The link itself: the agency's portal address, `/invite/`, and the token. It is what an
    invite mail would say, but for the token. It is made anew for each answer, also for a
    repeated call: it leads to where the portal is now.
    """
    expires_at: Timestamp | None = None
    """The link works strictly before this time, as in `invited`; none: for ever."""
    expired: bool
    """Whether that time has passed."""


LINK = Record(
    Link,
    [
        ("client", "client", CLIENT_ID),
        ("token", "token", TEXT),
        ("url", "url", TEXT),
        ("expires-at", "expires_at", Option(TIMESTAMP)),
        ("expired", "expired", BOOL),
    ],
)


@dataclass(frozen=True, slots=True)
class RowOutcomeDone:
    """It was carried out, with this result."""

    value: Invited


@dataclass(frozen=True, slots=True)
class RowOutcomeRefused:
    """It was refused, or failed: none of it was done."""

    value: Error


RowOutcome: TypeAlias = RowOutcomeDone | RowOutcomeRefused
"""What became of one invite of many."""

ROW_OUTCOME = Variant([("done", RowOutcomeDone, INVITED), ("refused", RowOutcomeRefused, ERROR)])


class Badge(Enum):
    """The colour to show a status in."""

    YELLOW = "yellow"
    """Pending and link-invite."""
    GREEN = "green"
    """Active."""
    ORANGE = "orange"
    """At risk."""
    GREY = "grey"
    """Churned."""
    RED = "red"
    """Revoked."""


BADGE = Enumeration(Badge)


@dataclass(slots=True, kw_only=True)
class Grant:
    """One client's access to one brand."""

    brand: BrandId
    """The brand."""
    brand_name: str
    """The brand's name."""
    since: Timestamp
    """When it began."""
    ends_at: Timestamp | None = None
    """When it ends by itself; none: never."""


GRANT = Record(
    Grant,
    [
        ("brand", "brand", BRAND_ID),
        ("brand-name", "brand_name", TEXT),
        ("since", "since", TIMESTAMP),
        ("ends-at", "ends_at", Option(TIMESTAMP)),
    ],
)


@dataclass(slots=True)
class HealthMark:
    """A client's health, as lists show it."""

    score: int
    """0 to 100, over all brands, as of the latest log-in or today's scoring by `jobs.run`,
    whichever is later. `health.explain` computes it afresh.
    """
    band: Band
    """What that means. The status depends on days and the band on the score: show both where they
    disagree.
    """


HEALTH_MARK = Record(HealthMark, [("score", "score", U8), ("band", "band", BAND)])


@dataclass(slots=True)
class DayOfUse:
    """What a client did on a day."""

    starts_at: Timestamp
    """The day's first millisecond, by the agency's clocks."""
    log_ins: int
    """Log-ins."""
    page_views: int
    """Page views."""
    exports: int
    """Exports."""


DAY_OF_USE = Record(
    DayOfUse,
    [
        ("starts-at", "starts_at", TIMESTAMP),
        ("log-ins", "log_ins", U32),
        ("page-views", "page_views", U32),
        ("exports", "exports", U32),
    ],
)


@dataclass(slots=True)
class ScoreAt:
    """The score of a week."""

    week: Timestamp
    """The first millisecond of the week, by the agency's clocks."""
    score: int
    """The last score of that week."""


SCORE_AT = Record(ScoreAt, [("week", "week", TIMESTAMP), ("score", "score", U8)])


@dataclass(slots=True)
class Engagement:
    """What a client did in a period: something that can be shown to that client."""

    title: str
    """What the client is called: the name, the label or the e-mail address."""
    starts_at: Timestamp
    """The first millisecond of the first day."""
    ends_at: Timestamp
    """The first millisecond after the last day."""
    log_ins: int
    """Log-ins."""
    page_views: int
    """Page views."""
    exports: int
    """Exports."""
    features: list[FeatureUse]
    """Page views by feature, the most used first."""
    days: list[DayOfUse]
    """The days on which something happened, earliest first."""
    scores: list[ScoreAt]
    """The scores of the weeks that begin in the period, without those that have none."""


ENGAGEMENT = Record(
    Engagement,
    [
        ("title", "title", TEXT),
        ("starts-at", "starts_at", TIMESTAMP),
        ("ends-at", "ends_at", TIMESTAMP),
        ("log-ins", "log_ins", U64),
        ("page-views", "page_views", U64),
        ("exports", "exports", U64),
        ("features", "features", List(FEATURE_USE)),
        ("days", "days", List(DAY_OF_USE)),
        ("scores", "scores", List(SCORE_AT)),
    ],
)


@dataclass(slots=True, kw_only=True)
class Client:
    """A client."""

    id: ClientId
    """Its id."""
    email: str | None = None
    """The e-mail address; none: a link that any address may use, or erased."""
    name: str | None = None
    """The name; none: nobody has given one."""
    label: str | None = None
    """What the agency calls it; none: nothing in particular."""
    note: str | None = None
    """The agency's own note about it, which clients never see."""
    status: Status
    """Where the client stands now."""
    badge: Badge
    """The status's colour."""
    grants: list[Grant]
    """The brands that it has access to; empty once revoked."""
    permissions: Permissions
    """What it may do in the portal."""
    link_domain: str | None = None
    """The domain whose addresses may use its link; none: not limited to a domain."""
    created_at: Timestamp
    """When it was invited for the first time."""
    invited_at: Timestamp
    """When the latest invite was made or renewed."""
    expires_at: Timestamp | None = None
    """The open invite can be accepted strictly before this time, as in `invited`; none: there is
    no open invite, or its link doesn't expire.
    """
    expired: bool
    """Whether the open invite has expired."""
    delivery: Delivery | None = None
    """Where the latest mail of its open invite stands; none: there is no such mail."""
    address_problem: str | None = None
    """Why mails to its address may not arrive, in the host's words: one came back, or was refused
    for good. It stays until the address is mended, or somebody joins with it. None: nothing is
    known against it.
    """
    joined_at: Timestamp | None = None
    """When it last accepted an invite; none: never."""
    last_log_in: Timestamp | None = None
    """The latest log-in; accepting an invite counts as one, and so does a session's first use on a
    calendar day of the agency. None: never.
    """
    revoked_at: Timestamp | None = None
    """When all access was removed; none unless revoked."""
    health: HealthMark | None = None
    """How engaged it is; none unless joined."""
    at_risk_at: Timestamp | None = None
    """When it will be at-risk unless it logs in before; none unless active."""
    churned_at: Timestamp | None = None
    """When it will be churned unless it logs in before; none unless active or at-risk."""
    erased: bool
    """Whether its personal data has been erased."""


CLIENT = Record(
    Client,
    [
        ("id", "id", CLIENT_ID),
        ("email", "email", Option(TEXT)),
        ("name", "name", Option(TEXT)),
        ("label", "label", Option(TEXT)),
        ("note", "note", Option(TEXT)),
        ("status", "status", STATUS),
        ("badge", "badge", BADGE),
        ("grants", "grants", List(GRANT)),
        ("permissions", "permissions", PERMISSIONS),
        ("link-domain", "link_domain", Option(TEXT)),
        ("created-at", "created_at", TIMESTAMP),
        ("invited-at", "invited_at", TIMESTAMP),
        ("expires-at", "expires_at", Option(TIMESTAMP)),
        ("expired", "expired", BOOL),
        ("delivery", "delivery", Option(DELIVERY)),
        ("address-problem", "address_problem", Option(TEXT)),
        ("joined-at", "joined_at", Option(TIMESTAMP)),
        ("last-log-in", "last_log_in", Option(TIMESTAMP)),
        ("revoked-at", "revoked_at", Option(TIMESTAMP)),
        ("health", "health", Option(HEALTH_MARK)),
        ("at-risk-at", "at_risk_at", Option(TIMESTAMP)),
        ("churned-at", "churned_at", Option(TIMESTAMP)),
        ("erased", "erased", BOOL),
    ],
)


@dataclass(slots=True, kw_only=True)
class ClientDetail:
    """A client, with what lists leave out."""

    client: Client
    """The client."""
    delivery: Delivery | None = None
    """Where the latest mail of its open invite stands, as in `client`."""
    activity: ActivitySummary
    """What it has done in the portal. `health.explain` breaks its score down."""
    latest: list[Entry]
    """The latest log entries about it, newest first, 20 at most. `audit.list` gives all."""


CLIENT_DETAIL = Record(
    ClientDetail,
    [
        ("client", "client", CLIENT),
        ("delivery", "delivery", Option(DELIVERY)),
        ("activity", "activity", ACTIVITY_SUMMARY),
        ("latest", "latest", List(ENTRY)),
    ],
)


@dataclass(slots=True, kw_only=True)
class ClientChanges:
    """What to change about a client. None leaves a field as it is; an empty text clears it."""

    name: str | None = None
    """The name, at most 200 characters."""
    label: str | None = None
    """What the agency calls it, at most 200 characters."""
    note: str | None = None
    """The agency's own note, at most 2,000 characters, which clients never see."""
    email: str | None = None
    """The address that an open invite goes to, until it is accepted; it can't be cleared. The
    invite is renewed as by `resend`: the old link stops working, and a mail goes to the right
    address. A link that is meant for one address is renewed without a mail.
    """


CLIENT_CHANGES = Record(
    ClientChanges,
    [
        ("name", "name", Option(TEXT)),
        ("label", "label", Option(TEXT)),
        ("note", "note", Option(TEXT)),
        ("email", "email", Option(TEXT)),
    ],
)


class StatusFilter(Enum):
    """Where the clients in a list stand."""

    PENDING = "pending"
    """Pending and link-invite."""
    ACTIVE = "active"
    """Active."""
    AT_RISK = "at-risk"
    """At risk."""
    CHURNED = "churned"
    """Churned."""
    REVOKED = "revoked"
    """Revoked."""


STATUS_FILTER = Enumeration(StatusFilter)


class DeliveryFilter(Enum):
    """Where the mails of open invites stand."""

    QUEUED = "queued"
    """Waiting: the host will be asked again."""
    HANDED_OVER = "handed-over"
    """The host took it, and hasn't reported that it came back."""
    FAILED = "failed"
    """Given up."""
    BOUNCED = "bounced"
    """Came back."""
    UNDELIVERED = "undelivered"
    """Failed or bounced: the person has no mail."""


DELIVERY_FILTER = Enumeration(DeliveryFilter)


@dataclass(slots=True, kw_only=True)
class ClientFilter:
    """Which clients to give: those that match everything that is set."""

    status: StatusFilter | None = None
    """Those who stand here."""
    brand: BrandId | None = None
    """Those who have access to this brand."""
    search: str | None = None
    """Those whose name, label, e-mail address or name of a brand contains this, ignoring what
    searches leave out (see `types`): `o'neil` finds `O’Neil`. A domain is found by its letters
    and in ASCII. At most 200 characters; if nothing is left, everybody.
    """
    delivery: DeliveryFilter | None = None
    """Those whose open invite's latest mail stands here, expired invites included."""


CLIENT_FILTER = Record(
    ClientFilter,
    [
        ("status", "status", Option(STATUS_FILTER)),
        ("brand", "brand", Option(BRAND_ID)),
        ("search", "search", Option(TEXT)),
        ("delivery", "delivery", Option(DELIVERY_FILTER)),
    ],
)


class ClientSort(Enum):
    """What a list is sorted by. Clients that are equal in this are in the order of their ids."""

    CREATED = "created"
    """When they were invited for the first time."""
    NAME = "name"
    """The name, or else the label, or else the e-mail address, to its last letter, ignoring what
    searches leave out (see `types`).
    """
    STATUS = "status"
    """Pending and link-invite (latest invite first), then active, at-risk and churned (latest
    log-in first), then revoked (latest first).
    """
    LAST_LOG_IN = "last-log-in"
    """The latest log-in; those who have never logged in come first."""
    HEALTH = "health"
    """The health score, the lowest first; those without one come last."""


CLIENT_SORT = Enumeration(ClientSort)


@dataclass(slots=True)
class ClientOrder:
    """The order of a list."""

    sort: ClientSort
    """What it is sorted by."""
    descending: bool
    """Whether the order is reversed."""


CLIENT_ORDER = Record(
    ClientOrder, [("sort", "sort", CLIENT_SORT), ("descending", "descending", BOOL)]
)


@dataclass(slots=True, kw_only=True)
class ClientPage:
    """A page of clients."""

    clients: list[Client]
    """The clients, in the order asked for."""
    next: Cursor | None = None
    """The cursor of the next page; none: this is the last. It marks the place of the last client,
    so clients who come and go elsewhere don't shift the pages.
    """
    as_of: Timestamp
    """The time that statuses were derived for."""
    scored_at: Timestamp | None = None
    """When `jobs.run` last computed all health scores, which it does once a day; none: not yet. A
    log-in updates the client's own score at once.
    """
    within: AccountId | None = None
    """The account on whose behalf it was asked for, and which it was narrowed to; none: to
    nothing.
    """


CLIENT_PAGE = Record(
    ClientPage,
    [
        ("clients", "clients", List(CLIENT)),
        ("next", "next", Option(CURSOR)),
        ("as-of", "as_of", TIMESTAMP),
        ("scored-at", "scored_at", Option(TIMESTAMP)),
        ("within", "within", Option(ACCOUNT_ID)),
    ],
)


@dataclass(slots=True, kw_only=True)
class ClientCounts:
    """How many clients there are."""

    all: int
    """All of them."""
    pending: int
    """Pending and link-invite."""
    active: int
    """Active."""
    at_risk: int
    """At risk."""
    churned: int
    """Churned."""
    revoked: int
    """Revoked."""
    as_of: Timestamp
    """The time that statuses were derived for."""
    within: AccountId | None = None
    """The account on whose behalf it was asked for, and which it was narrowed to; none: to
    nothing.
    """


CLIENT_COUNTS = Record(
    ClientCounts,
    [
        ("all", "all", U32),
        ("pending", "pending", U32),
        ("active", "active", U32),
        ("at-risk", "at_risk", U32),
        ("churned", "churned", U32),
        ("revoked", "revoked", U32),
        ("as-of", "as_of", TIMESTAMP),
        ("within", "within", Option(ACCOUNT_ID)),
    ],
)


@dataclass(slots=True, kw_only=True)
class CsvPart:
    """A page of a list, as CSV."""

    text: str
    """Complete lines, each ended by CR LF; the first page begins with the headers. Cells that
    begin with `=`, `+`, `-` or `@`, also in full width or behind white space, or with a tab or
    a line break, get a `'` in front, so that spreadsheets show them instead of computing them.
    """
    next: Cursor | None = None
    """The cursor of the next page; none: this is the last."""


CSV_PART = Record(CsvPart, [("text", "text", TEXT), ("next", "next", Option(CURSOR))])


class ClientsFunctions:
    """The functions of `clients`."""

    def __init__(self, call: _Call) -> None:
        self._call = call

    def invite_by_email(self, call: Call, invite: EmailInvite) -> Invited:
        """Invites somebody by e-mail, and starts white-label for each brand that nobody had access
        to. What happens depends on whether the agency has a client with this address already:
        see `invite-outcome`. The mail names the brands that can be looked at now, and not those
        of an account in set-up or at rest. It is handed to the host at once; if the host
        doesn't take it, it stays in the outbox. Needs a manager.

        `limit` (`brands-per-client`) beyond 200 brands for a client, and (`resends-per-day`)
        beyond 10 invite mails a day to one client; (`users`) where an account that one of the
        brands belongs to would have more users than it may have.

        Until it is accepted, an invite is charged for, whether or not its mail arrived; from
        the moment it expires, it isn't.
        """
        return self._call(_INVITE_BY_EMAIL, call, invite)

    def invite_many(
        self, call: Call, invites: builtins.list[EmailInvite]
    ) -> builtins.list[RowOutcome]:
        """Does the same for up to 1,000 people. Each invite is carried out separately and has its
        own outcome, in the same place: a bad one doesn't affect the others. With an idempotency
        key, each invite is repeated safely by its place. `limit` (`rows`) beyond 1,000. Needs a
        manager. With `call.quote`, all of it comes to what was quoted, or it is a `conflict`
        (`quote`). Then each row is kept to its part: one that others get in the way of is
        refused with that `conflict`. What is left of a call that was cut short needs a new
        quote, asked for with the same key.
        """
        return self._call(_INVITE_MANY, call, invites)

    def invite_by_link(self, call: Call, invite: LinkInvite) -> Link:
        """Makes a link that invites whoever uses it first. Sends no mail. If the agency has a
        client with `email` already, it does what `invite-by-email` does, and gives that
        client's link. With its idempotency key again, it gives the same link, whatever became
        of it. Needs a manager.

        `conflict` when that client has joined and needs no link: use `add-brands`. Otherwise
        the errors of `invite-by-email`.
        """
        return self._call(_INVITE_BY_LINK, call, invite)

    def resend(self, call: Call, id: ClientId) -> Resent:
        """Renews an open invite, even if it has expired: it gets a new secret and a new end, the
        old link stops working, and a mail for all brands of the invite is sent again. A link is
        renewed without a mail. Note, brands and permissions stay, and so does how long it is
        valid: what was made for two days is renewed for two days. An address that mails don't
        arrive at is tried all the same, with a warning. Needs a manager.

        `conflict` once joined or revoked; `limit` (`resends-per-day`) beyond 10 a day for one
        client, (`users`) for an invite that had expired, where there is no room for its client
        any more.
        """
        return self._call(_RESEND, call, id)

    def copy_link(self, call: Call, id: ClientId) -> Link:
        """The link of an open invite, to pass on by hand; changes nothing, and is logged on an
        account's behalf (`impersonation-used`). Its token differs from the mailed one, and
        proves no e-mail address. `conflict` without an open invite. Needs a manager.
        """
        return self._call(_COPY_LINK, call, id)

    def update(self, call: Call, id: ClientId, changes: ClientChanges) -> None:
        """Changes a client's name, label or note, and the address of an invite that is still open.
        If nothing differs, nothing happens. Needs a manager.

        `conflict` once erased. For another address: `conflict` once joined (people change it
        themselves, in the portal) or revoked (invite the address instead); `exists` if another
        client of the agency has it; `invalid` for a link that is meant for no address; `limit`
        as for `resend`.
        """
        return self._call(_UPDATE, call, id, changes)

    def add_brands(
        self,
        call: Call,
        id: ClientId,
        brands: builtins.list[BrandId],
        *,
        ends_at: Timestamp | None = None,
    ) -> None:
        """Gives a client that is pending or has joined access to more brands, or changes when its
        access to them ends: at `ends-at`, a time in the future, or never if none. A client that
        has joined has them at once, and a mail says so of those that it can look at now: not of
        brands of an account in set-up or at rest. Nothing happens for brands that it has
        already with the same end. `conflict` when revoked: invite it again. `limit`
        (`brands-per-client`, `users`) as for `invite-by-email`. Needs a manager.
        """
        return self._call(_ADD_BRANDS, call, id, brands, ends_at)

    def remove_brands(self, call: Call, id: ClientId, brands: builtins.list[BrandId]) -> None:
        """Takes brands away from a client, single ones from an account's owner too. Nothing
        happens for brands that it doesn't have. `conflict` if it would have none left: revoke
        it instead. Needs a manager.
        """
        return self._call(_REMOVE_BRANDS, call, id, brands)

    def set_permissions(self, call: Call, id: ClientId, permissions: Permissions) -> None:
        """Changes what a client may do: at once, even in open sessions. Needs a manager."""
        return self._call(_SET_PERMISSIONS, call, id, permissions)

    def reset_password(self, call: Call, id: ClientId) -> None:
        """Mails a client a link to choose a new password, which works for one hour. Until it is
        used, the old password keeps working. `conflict` unless the client has joined: resend
        the invite instead. Needs a manager.
        """
        return self._call(_RESET_PASSWORD, call, id)

    def revoke(self, call: Call, id: ClientId) -> None:
        """Removes all access of a client at once: its sessions end, an open invite stops working,
        and white-label stops for each brand that nobody else has access to. Its history is
        kept. The accounts that it owned are nobody's from then on (`account-owner-set`), also
        when it is invited again, and none of them invites it by itself: `accounts.set-owner`
        says who owns them. The same goes for a client whose access is over by its time, or
        whose last brand was archived, once it is written down. `conflict` if it is revoked
        already. Done in a closed agency, too. Needs a manager.
        """
        return self._call(_REVOKE, call, id)

    def erase(self, call: Call, id: ClientId) -> None:
        """Makes the personal data of a revoked client (name, address, label, note) unreadable for
        good, in lists, mails and the log, which still verifies; the host is asked to delete
        what it kept of mails to the client, and of those to the agency that name it
        (`mail.forget`), and then all traces in the store's files (`storage.scrub`). An account
        whose mail goes to its address has none any more: its mail goes to the agency, and what
        went to the address is deleted. Its login is deleted too, unless it belongs to a client
        of another agency. From the answer on, no function shows anything of it. Should the host
        fail midway, a job erases the rest, or repeating the call; while it goes on failing,
        `jobs.stuck` says why. `conflict` unless revoked. Done in a closed agency, too. Needs an
        owner.
        """
        return self._call(_ERASE, call, id)

    def get(self, call: Call, id: ClientId) -> Client | None:
        """A client; none: the agency has no such client."""
        return self._call(_GET, call, id)

    def detail(self, call: Call, id: ClientId) -> ClientDetail | None:
        """A client, with everything that a detail view shows; none: the agency has no such client."""
        return self._call(_DETAIL, call, id)

    def list(
        self,
        call: Call,
        *,
        filter: ClientFilter | None = None,
        order: ClientOrder | None = None,
        page: PageRequest,
    ) -> ClientPage:
        """The agency's clients; without an order, by `created`."""
        return self._call(_LIST, call, filter, order, page)

    def counts(self, call: Call, *, filter: ClientFilter | None = None) -> ClientCounts:
        """How many clients match the filter, by status; the filter's own `status` is ignored."""
        return self._call(_COUNTS, call, filter)

    def export(
        self,
        call: Call,
        *,
        filter: ClientFilter | None = None,
        order: ClientOrder | None = None,
        page: PageRequest,
    ) -> CsvPart:
        """A page of the same list as CSV (RFC 4180) in UTF-8, with times such as
        `2026-09-01T09:00:00Z`, the names of brands separated by `; ` (each in quotes, as in
        CSV, where one holds a separator), and deliveries such as `handed over` and `bounced:
        mailbox is gone`.
        """
        return self._call(_EXPORT, call, filter, order, page)

    def report(
        self, call: Call, id: ClientId, first_day: Timestamp, last_day: Timestamp
    ) -> Engagement | None:
        """What a client did from the calendar day that has the time `first-day` to the one that
        has `last-day`, both included, by the agency's clocks; none: the agency has no such
        client. `invalid` unless both are among the last 120 days, today included, and in order.
        """
        return self._call(_REPORT, call, id, first_day, last_day)


_INVITE_BY_EMAIL: Function[Invited] = Function(
    "clientdesk:core/clients@0.1.0",
    "invite-by-email",
    [Param("call", "call", CALL), Param("invite", "invite", EMAIL_INVITE)],
    INVITED,
    fails=ERROR,
)
_INVITE_MANY: Function[list[RowOutcome]] = Function(
    "clientdesk:core/clients@0.1.0",
    "invite-many",
    [Param("call", "call", CALL), Param("invites", "invites", List(EMAIL_INVITE))],
    List(ROW_OUTCOME),
    fails=ERROR,
)
_INVITE_BY_LINK: Function[Link] = Function(
    "clientdesk:core/clients@0.1.0",
    "invite-by-link",
    [Param("call", "call", CALL), Param("invite", "invite", LINK_INVITE)],
    LINK,
    fails=ERROR,
)
_RESEND: Function[Resent] = Function(
    "clientdesk:core/clients@0.1.0",
    "resend",
    [Param("call", "call", CALL), Param("id", "id", CLIENT_ID)],
    RESENT,
    fails=ERROR,
)
_COPY_LINK: Function[Link] = Function(
    "clientdesk:core/clients@0.1.0",
    "copy-link",
    [Param("call", "call", CALL), Param("id", "id", CLIENT_ID)],
    LINK,
    fails=ERROR,
)
_UPDATE: Function[None] = Function(
    "clientdesk:core/clients@0.1.0",
    "update",
    [
        Param("call", "call", CALL),
        Param("id", "id", CLIENT_ID),
        Param("changes", "changes", CLIENT_CHANGES),
    ],
    None,
    fails=ERROR,
)
_ADD_BRANDS: Function[None] = Function(
    "clientdesk:core/clients@0.1.0",
    "add-brands",
    [
        Param("call", "call", CALL),
        Param("id", "id", CLIENT_ID),
        Param("brands", "brands", List(BRAND_ID)),
        Param("ends-at", "ends_at", Option(TIMESTAMP)),
    ],
    None,
    fails=ERROR,
)
_REMOVE_BRANDS: Function[None] = Function(
    "clientdesk:core/clients@0.1.0",
    "remove-brands",
    [
        Param("call", "call", CALL),
        Param("id", "id", CLIENT_ID),
        Param("brands", "brands", List(BRAND_ID)),
    ],
    None,
    fails=ERROR,
)
_SET_PERMISSIONS: Function[None] = Function(
    "clientdesk:core/clients@0.1.0",
    "set-permissions",
    [
        Param("call", "call", CALL),
        Param("id", "id", CLIENT_ID),
        Param("permissions", "permissions", PERMISSIONS),
    ],
    None,
    fails=ERROR,
)
_RESET_PASSWORD: Function[None] = Function(
    "clientdesk:core/clients@0.1.0",
    "reset-password",
    [Param("call", "call", CALL), Param("id", "id", CLIENT_ID)],
    None,
    fails=ERROR,
)
_REVOKE: Function[None] = Function(
    "clientdesk:core/clients@0.1.0",
    "revoke",
    [Param("call", "call", CALL), Param("id", "id", CLIENT_ID)],
    None,
    fails=ERROR,
)
_ERASE: Function[None] = Function(
    "clientdesk:core/clients@0.1.0",
    "erase",
    [Param("call", "call", CALL), Param("id", "id", CLIENT_ID)],
    None,
    fails=ERROR,
)
_GET: Function[Client | None] = Function(
    "clientdesk:core/clients@0.1.0",
    "get",
    [Param("call", "call", CALL), Param("id", "id", CLIENT_ID)],
    Option(CLIENT),
    fails=ERROR,
)
_DETAIL: Function[ClientDetail | None] = Function(
    "clientdesk:core/clients@0.1.0",
    "detail",
    [Param("call", "call", CALL), Param("id", "id", CLIENT_ID)],
    Option(CLIENT_DETAIL),
    fails=ERROR,
)
_LIST: Function[ClientPage] = Function(
    "clientdesk:core/clients@0.1.0",
    "list",
    [
        Param("call", "call", CALL),
        Param("filter", "filter", Option(CLIENT_FILTER)),
        Param("order", "order", Option(CLIENT_ORDER)),
        Param("page", "page", PAGE_REQUEST),
    ],
    CLIENT_PAGE,
    fails=ERROR,
)
_COUNTS: Function[ClientCounts] = Function(
    "clientdesk:core/clients@0.1.0",
    "counts",
    [Param("call", "call", CALL), Param("filter", "filter", Option(CLIENT_FILTER))],
    CLIENT_COUNTS,
    fails=ERROR,
)
_EXPORT: Function[CsvPart] = Function(
    "clientdesk:core/clients@0.1.0",
    "export",
    [
        Param("call", "call", CALL),
        Param("filter", "filter", Option(CLIENT_FILTER)),
        Param("order", "order", Option(CLIENT_ORDER)),
        Param("page", "page", PAGE_REQUEST),
    ],
    CSV_PART,
    fails=ERROR,
)
_REPORT: Function[Engagement | None] = Function(
    "clientdesk:core/clients@0.1.0",
    "report",
    [
        Param("call", "call", CALL),
        Param("id", "id", CLIENT_ID),
        Param("first-day", "first_day", TIMESTAMP),
        Param("last-day", "last_day", TIMESTAMP),
    ],
    Option(ENGAGEMENT),
    fails=ERROR,
)
FUNCTIONS: list[Function[object]] = [
    _INVITE_BY_EMAIL,
    _INVITE_MANY,
    _INVITE_BY_LINK,
    _RESEND,
    _COPY_LINK,
    _UPDATE,
    _ADD_BRANDS,
    _REMOVE_BRANDS,
    _SET_PERMISSIONS,
    _RESET_PASSWORD,
    _REVOKE,
    _ERASE,
    _GET,
    _DETAIL,
    _LIST,
    _COUNTS,
    _EXPORT,
    _REPORT,
]
