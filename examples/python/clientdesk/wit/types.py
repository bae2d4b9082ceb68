"""The types that the interfaces share.

One text has one meaning, however it was typed:
- Names, labels, notes, passwords and what stands before the `@` of an e-mail address are
  composed (Unicode's NFC); in names and labels, each run of white space is one space.
- A domain is taken in either form, and given back in ASCII (IDNA): `ann@käse.example` and
  `ann@xn--kse-qla.example` are one address, and so are all capitals and small letters.
- A name or an address with a character that can't be seen, or that changes the direction of the
  text, is `malformed`, and the message names the character: `U+200B (zero width space)`. One
  that has nothing else is `empty`. Joiners and selectors that a script or an emoji is spelled
  with may stand where they have a meaning. Notes may have marks of direction, but nothing that
  turns the rest of the text around.
- Searches and the order of names leave out case, accents, width, ligatures, kinds of
  apostrophes and hyphens, characters that can't be seen, and runs of white space.
"""

# Made by generate.py from the interface `core/types`: change that instead.

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TypeAlias

from .._errors import Refused
from .._shapes import BOOL, S64, TEXT, TIME, U32, U64, Enumeration, List, Option, Record, Variant

Timestamp: TypeAlias = datetime
"""Milliseconds since the Unix epoch, UTC; at most 253402300799999."""
TIMESTAMP = TIME


AgencyId: TypeAlias = str
"""An agency's id: the host's own, or generated. `[A-Za-z0-9._-]{1,64}`."""
AGENCY_ID = TEXT


BrandId: TypeAlias = str
"""A brand's id within its agency: the host's own, or generated. `[A-Za-z0-9._-]{1,64}`."""
BRAND_ID = TEXT


AccountId: TypeAlias = str
"""An account's id within its agency: the host's own, or generated. `[A-Za-z0-9._-]{1,64}`."""
ACCOUNT_ID = TEXT


ClientId: TypeAlias = str
"""A client's id: a UUID, version 7."""
CLIENT_ID = TEXT


IdentityId: TypeAlias = str
"""An identity's id: a UUID, version 7."""
IDENTITY_ID = TEXT


MailId: TypeAlias = str
"""A mail's id: a UUID, version 7."""
MAIL_ID = TEXT


Cursor: TypeAlias = str
"""A place in a list: where its next page begins. Opaque, and good for the same list only: that of
the same function and agency, with the same filter and order. For any other it is `invalid`.
"""
CURSOR = TEXT


class Role(Enum):
    """What an operator may do. Each role may do everything that the roles after it may."""

    OWNER = "owner"
    """Everything."""
    MANAGER = "manager"
    """Everything except changing the agency's billing interval, deleting an account, and erasing a
    client.
    """
    VIEWER = "viewer"
    """Reads only."""


ROLE = Enumeration(Role)


@dataclass(slots=True)
class Operator:
    """A person on the agency's staff. The host has logged them in and names them in each call; the
    component takes its word for it.
    """

    id: str
    """The host's id for the person, 1 to 128 characters."""
    name: str
    """The name to show in the log, 1 to 200 characters."""
    role: Role
    """What the person may do."""


OPERATOR = Record(Operator, [("id", "id", TEXT), ("name", "name", TEXT), ("role", "role", ROLE)])


@dataclass(slots=True, kw_only=True)
class Call:
    """Who calls, in which agency. The first argument of every agency-side function."""

    agency: AgencyId
    """The agency that the call is about. Other agencies' things are `not-found`."""
    actor: Operator
    """Who calls."""
    acting_as: str | None = None
    """The token of an operator who is signed in on an account's behalf, as `impersonation.start`
    gave it. Only what belongs to that account can then be seen and changed: a function about
    the whole agency, or that must be called in one's own name, is `denied` with the code
    `scope`, whatever the token is; so are accounts and brands that are others'. Clients without
    a brand of the account are as ones that aren't there. A change under a read-only one is
    `denied` with `read-only`. A token that is over, another's, or none at all, is `denied` with
    the code `acting-as`. None: the operator acts for the agency.
    """
    idempotency_key: str | None = None
    """Makes it safe to repeat a command: for 24 hours, another command with the same key does
    nothing and gives the earlier answer; with different arguments it is `invalid`. 1 to 128
    printable ASCII characters. Functions that only read ignore it. Links in an earlier answer
    are made anew: they lead to where the portal is now, and are refused once their invite is
    accepted or withdrawn.
    """
    trace_id: str | None = None
    """What the host calls the request, to find it again in the log: every entry that the call
    writes has it, also that a mail was refused as the call handed it over. What `jobs.run`
    writes later has none. 1 to 128 printable ASCII characters. A repeated command writes
    nothing, so its own is kept nowhere.
    """
    quote: str | None = None
    """The `quote` of `billing.preview`, for the command that it was made for: it then books
    exactly what was quoted, or is a `conflict` (`quote`) and does nothing; so is any other
    command, and one that comes to something else by now. `clients.invite-many` says what that
    means for many. Functions that only read ignore it.
    """


CALL = Record(
    Call,
    [
        ("agency", "agency", AGENCY_ID),
        ("actor", "actor", OPERATOR),
        ("acting-as", "acting_as", Option(TEXT)),
        ("idempotency-key", "idempotency_key", Option(TEXT)),
        ("trace-id", "trace_id", Option(TEXT)),
        ("quote", "quote", Option(TEXT)),
    ],
)


@dataclass(slots=True, kw_only=True)
class Permissions:
    """What a client may do in the portal."""

    can_export: bool
    """PDF and CSV exports are allowed."""
    read_only: bool
    """The client may look but not change anything. The component only passes this on: it is the
    host that has things to change.
    """
    features: list[str] | None = None
    """The keys of the features that the client sees; none: all that the agency has turned on.
    Nobody sees a feature that the agency has turned off.
    """


PERMISSIONS = Record(
    Permissions,
    [
        ("can-export", "can_export", BOOL),
        ("read-only", "read_only", BOOL),
        ("features", "features", Option(List(TEXT))),
    ],
)


class Status(Enum):
    """Where a client stands: derived from facts and the time whenever it is read."""

    PENDING = "pending"
    """Invited by e-mail, and the invite hasn't been accepted, even if it has expired. Yellow."""
    LINK_INVITE = "link-invite"
    """Invited by link, and the link hasn't been used, even if it has expired. Yellow."""
    ACTIVE = "active"
    """Last logged in fewer days ago than `at-risk-days` (14). Green."""
    AT_RISK = "at-risk"
    """Last logged in at least `at-risk-days` and fewer than `churn-days` (45) ago. Orange."""
    CHURNED = "churned"
    """Last logged in at least `churn-days` ago. Grey."""
    REVOKED = "revoked"
    """All access was removed. Red."""


STATUS = Enumeration(Status)


class Band(Enum):
    """What a health score means."""

    ACTIVE = "active"
    """70 to 100: there is nothing to do."""
    AT_RISK = "at-risk"
    """40 to 69: reach out."""
    CHURNED = "churned"
    """0 to 39: win back."""


BAND = Enumeration(Band)


@dataclass(slots=True)
class FeatureUse:
    """How much a feature has been used."""

    feature: str
    """The feature's key."""
    views: int
    """How many of its pages were viewed."""


FEATURE_USE = Record(FeatureUse, [("feature", "feature", TEXT), ("views", "views", U32)])


@dataclass(slots=True, kw_only=True)
class ActivitySummary:
    """What a client has done in the portal. What an operator does on its behalf doesn't count."""

    log_ins: int
    """All log-ins ever; a session's first use on a calendar day of the agency is one."""
    recent_log_ins: int
    """Log-ins of the last 30 days, by the agency's calendar."""
    page_views: int
    """All page views ever."""
    recent_page_views: int
    """Page views of the last 30 days."""
    exports: int
    """All exports ever."""
    recent_exports: int
    """Exports of the last 30 days."""
    last_export: Timestamp | None = None
    """The latest export; none: there was none."""
    features: list[FeatureUse]
    """Page views of the last 30 days by feature, the most used first."""


ACTIVITY_SUMMARY = Record(
    ActivitySummary,
    [
        ("log-ins", "log_ins", U64),
        ("recent-log-ins", "recent_log_ins", U32),
        ("page-views", "page_views", U64),
        ("recent-page-views", "recent_page_views", U32),
        ("exports", "exports", U64),
        ("recent-exports", "recent_exports", U32),
        ("last-export", "last_export", Option(TIMESTAMP)),
        ("features", "features", List(FEATURE_USE)),
    ],
)


class ExportFormat(Enum):
    """The format that a client exports a page in."""

    PDF = "pdf"
    """A document."""
    CSV = "csv"
    """A table."""


EXPORT_FORMAT = Enumeration(ExportFormat)


@dataclass(slots=True)
class Money:
    """An amount of money."""

    amount: int
    """Whole minor units, such as cents; negative for a credit."""
    currency: str
    """ISO 4217 code, such as `USD`."""


MONEY = Record(Money, [("amount", "amount", S64), ("currency", "currency", TEXT)])


@dataclass(slots=True, kw_only=True)
class PageRequest:
    """Which page of a list."""

    limit: int
    """The most rows to give, 1 to 500; anything else is `invalid`. A page may have fewer rows
    though there are more: only `next` tells.
    """
    cursor: Cursor | None = None
    """Where to go on: the `next` of the page before; none: start at the beginning."""


PAGE_REQUEST = Record(PageRequest, [("limit", "limit", U32), ("cursor", "cursor", Option(CURSOR))])


@dataclass(slots=True)
class FieldError:
    """What is wrong with one argument."""

    field: str
    """The argument, in the words of this package: `invite.email`, `call.actor.name`."""
    code: str
    """What is wrong, for programs: `empty`, `too-short`, `too-long`, `malformed`, `unknown`,
    `duplicate`, `out-of-range`, `reused`, `weak`, `wrong` (of another kind of thing).
    """
    message: str
    """What is wrong and how to fix it, for people."""


FIELD_ERROR = Record(
    FieldError, [("field", "field", TEXT), ("code", "code", TEXT), ("message", "message", TEXT)]
)


@dataclass(slots=True)
class StateConflict:
    """A command that the state of what it is about doesn't allow."""

    state: str
    """The state: `pending`, `joined`, `revoked`, `not-revoked`, `erased` and `unverified` of a
    client; `last-brand`, `archived` and `archiving` of a brand; `quote` where a quote isn't
    kept; `nothing-due` of an invoice; `setup`, `active`, `disabled`, `deleted`,
    `not-activated`, `trial`, `agency-billing`, `platform-billing`, `agency-pays`, `pays-itself`
    and `resources` of an account, and `no-email`, `no-owner` and `other-address` of one whose
    password is to be reset; `acting` where a sign-in on an account's behalf runs; `version` of
    the catalog; `in-use` of both; `suspended` and `closed` of the agency; `changed` where one
    was exported while things were done in it; `importing` where one is being imported.
    """
    event: str
    """The function that was called, without its interface: `revoke`. Each row of
    `clients.invite-many` is an `invite-by-email`.
    """
    message: str
    """The same as a sentence, with a way out if there is one."""


STATE_CONFLICT = Record(
    StateConflict,
    [("state", "state", TEXT), ("event", "event", TEXT), ("message", "message", TEXT)],
)


@dataclass(slots=True, kw_only=True)
class LimitReached:
    """A limit that was reached."""

    limit: str
    """Which limit: `brands-per-client`, `resends-per-day`, `failed-log-ins`, `sign-up-tries`,
    `address-changes`, `brands-per-account`, `templates`, `rows`, `terms-bytes`; `dashboards`,
    `users` and `api-calls` of an account.
    """
    allowed: int
    """How many the limit allows."""
    asked: int
    """How many there would be with this call."""
    wait: int | None = None
    """How many milliseconds to wait before trying again; none: waiting doesn't help."""


LIMIT_REACHED = Record(
    LimitReached,
    [
        ("limit", "limit", TEXT),
        ("allowed", "allowed", U64),
        ("asked", "asked", U64),
        ("wait", "wait", Option(U64)),
    ],
)


@dataclass(slots=True)
class Refusal:
    """Why the caller may not do something."""

    code: str
    """For programs: `role`, `scope`, `acting-as`, `read-only`, `starter`, `policy`, `hidden`,
    `wrong-password`, `revoked`, `pending`, `session-ended`, `unverified`, `address`,
    `no-export`, `feature`, `brand`, `owner`, `account`, `account-feature`, `colleague`,
    `agency`.
    """
    message: str
    """For people."""


REFUSAL = Record(Refusal, [("code", "code", TEXT), ("message", "message", TEXT)])


@dataclass(slots=True)
class OtherError:
    """An error that has no case of its own in this version."""

    code: str
    """What happened, for programs."""
    message: str
    """What happened, for people."""


OTHER_ERROR = Record(OtherError, [("code", "code", TEXT), ("message", "message", TEXT)])


class Invalid(Refused):
    """Some arguments are wrong. All of them are listed: first those that are wrong by themselves,
    those of `call` among them; once there are none, those that don't fit what is stored, such
    as an unknown brand.
    """

    case = "invalid"

    def __init__(self, value: list[FieldError]) -> None:
        super().__init__(value)
        self.value = value


class NotFound(Refused):
    """The agency has no such thing; the text says what is missing, with the id that was given, cut
    after 200 characters, and with characters that can't be seen as `\\u{200b}`.
    """

    case = "not-found"

    def __init__(self, value: str) -> None:
        super().__init__(value)
        self.value = value


class Denied(Refused):
    """The caller may not do this."""

    case = "denied"

    def __init__(self, value: Refusal) -> None:
        super().__init__(value)
        self.value = value


class Conflict(Refused):
    """The state of things doesn't allow the command."""

    case = "conflict"

    def __init__(self, value: StateConflict) -> None:
        super().__init__(value)
        self.value = value


class Exists(Refused):
    """It exists already; the text says what does, and what to do instead."""

    case = "exists"

    def __init__(self, value: str) -> None:
        super().__init__(value)
        self.value = value


class Expired(Refused):
    """It was valid until this time."""

    case = "expired"

    def __init__(self, value: Timestamp) -> None:
        super().__init__(value)
        self.value = value


class Limit(Refused):
    """A limit was reached."""

    case = "limit"

    def __init__(self, value: LimitReached) -> None:
        super().__init__(value)
        self.value = value


class Busy(Refused):
    """Other calls kept changing the same things: eight attempts failed. Try again."""

    case = "busy"


class Unavailable(Refused):
    """The host failed, or a newer release has written to the store; the text says which. What was
    asked for wasn't done: try again later.
    """

    case = "unavailable"

    def __init__(self, value: str) -> None:
        super().__init__(value)
        self.value = value


class Corrupt(Refused):
    """A stored row is damaged; the text names its key."""

    case = "corrupt"

    def __init__(self, value: str) -> None:
        super().__init__(value)
        self.value = value


class Other(Refused):
    """Anything else."""

    case = "other"

    def __init__(self, value: OtherError) -> None:
        super().__init__(value)
        self.value = value


Error: TypeAlias = (
    Invalid
    | NotFound
    | Denied
    | Conflict
    | Exists
    | Expired
    | Limit
    | Busy
    | Unavailable
    | Corrupt
    | Other
)
"""Why a call was refused, or failed. In every case, the call changed nothing, sent nothing and
logged nothing, unless its function says otherwise.
"""

ERROR = Variant(
    [
        ("invalid", Invalid, List(FIELD_ERROR)),
        ("not-found", NotFound, TEXT),
        ("denied", Denied, REFUSAL),
        ("conflict", Conflict, STATE_CONFLICT),
        ("exists", Exists, TEXT),
        ("expired", Expired, TIMESTAMP),
        ("limit", Limit, LIMIT_REACHED),
        ("busy", Busy, None),
        ("unavailable", Unavailable, TEXT),
        ("corrupt", Corrupt, TEXT),
        ("other", Other, OTHER_ERROR),
    ]
)
