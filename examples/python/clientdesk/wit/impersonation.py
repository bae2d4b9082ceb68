"""Operators who sign in on an account's behalf: for a while, and with a reason.

`start` gives a token. A call with it as `call.acting-as` sees and changes what is the
account's, and nothing else:

| of | it reaches |
| --- | --- |
| `accounts` | `get`, `detail` and `list` of the account; `update`, `change-plan`, `add-add-on`, `remove-add-on`, `set-resources`, `set-features`, `reserve`, `release`, `usage`, `forecast`, `allows` of it |
| `brands` | the account's; a new one is created in it |
| `clients` | those with one of its brands. Their other brands don't show; status, score and latest log-in are the client's, wherever it was. What is counted in `detail` and `report` is what was done at the account's brands, also of a client who had others' before, and the latest entries of `detail` are those that `audit.list` gives. Of a client with others' brands too, only access to the account's can change (`add-brands`, `remove-brands`), and `detail`, `report` and `copy-link` are `denied`; so are inviting the address of a client who has others' brands, or had only those, and giving a client who has others' more brands than a client may have |
| `audit` | `list` and `export`: entries about the account or its brands, or written on its behalf, that are about nobody else's and on nobody else's behalf; `activity`: what was done at its brands |
| `billing` | `items` that are its own, and its `summary`; `ledger`, `invoices`, `get-invoice` and `document` of the account as the payer; `preview` of what can be called on its behalf, as far as it costs for the account |
| `health` | `explain` and `history` of clients that are the account's alone; `explain` goes by what was done at the account's brands |
| `impersonation` | `current`, and `list` of the account |

Any other function is `denied` (`scope`), whatever the token is: passwords, deletion, erasing,
settings, and starting another sign-in. So are, in these functions, accounts and brands that are
others'. A client who has none of the account's brands is as one that isn't there: `not-found`,
or left out. Read-only refuses whatever needs a manager, with `denied` (`read-only`). The
operator's role counts as ever.

The token is looked up on every call of a function that it reaches. It is good for its operator
alone, with the role of the start or a higher one: when anybody else comes with it, or the role
was lowered, the sign-in ends. It is over by its time, by `stop` and by `left`, when the account
is disabled or deleted, and when its owner does not allow it any more
(`portal.set-sign-in-policy`, `portal.allow-sign-in`). Then it is `denied` (`acting-as`). It is
stored nowhere, and no client's login or session knows of it: what is done under it is no
client's activity.

While one runs, whatever needs a manager is a `conflict` (`acting`) without the token, so that
nothing is done in the agency's name by mistake.

Every entry of the log that is written under it has the operator as the actor, with the account
as `on-behalf-of`. Lists, counts and sums that are narrowed to the account say so as `within`.
What leaves no entry otherwise is logged as `impersonation-used`: `clients.copy-link`,
`accounts.reserve` and `release`, and what is done in the portal.
"""

# Made by generate.py from the interface `core/impersonation`: change that instead.

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from .._functions import Call as _Call, Function, Param
from .._shapes import BOOL, TEXT, U32, Enumeration, List, Option, Record
from .types import (
    ACCOUNT_ID as ACCOUNT_ID,
    AGENCY_ID as AGENCY_ID,
    CALL as CALL,
    CURSOR as CURSOR,
    ERROR as ERROR,
    PAGE_REQUEST as PAGE_REQUEST,
    ROLE as ROLE,
    TIMESTAMP as TIMESTAMP,
    AccountId as AccountId,
    AgencyId as AgencyId,
    Busy as Busy,
    Call as Call,
    Conflict as Conflict,
    Corrupt as Corrupt,
    Cursor as Cursor,
    Denied as Denied,
    Error as Error,
    Exists as Exists,
    Expired as Expired,
    Invalid as Invalid,
    Limit as Limit,
    NotFound as NotFound,
    Other as Other,
    PageRequest as PageRequest,
    Role as Role,
    Timestamp as Timestamp,
    Unavailable as Unavailable,
)

SignInId: TypeAlias = str
"""What a sign-in is called: opaque, and no secret."""
SIGN_IN_ID = TEXT


class Mode(Enum):
    """What may be done under a sign-in."""

    READ_ONLY = "read-only"
    """Looking."""
    FULL = "full"
    """Whatever the operator's role allows."""


MODE = Enumeration(Mode)


@dataclass(slots=True, kw_only=True)
class NewSignIn:
    """A sign-in to start."""

    account: AccountId
    """On whose behalf."""
    reason: str
    """Why, on one line, 1 to 200 characters. It is logged, and stays: no names of persons."""
    mode: Mode | None = None
    """What it is to allow; none: looking."""
    minutes: int | None = None
    """How many minutes it lasts from the start on, 1 to 60; none: 30."""
    return_to: str | None = None
    """The web address that the operator goes back to: `https://` or `http://`, without a user, at
    most 500 characters. Empty is none.
    """


NEW_SIGN_IN = Record(
    NewSignIn,
    [
        ("account", "account", ACCOUNT_ID),
        ("reason", "reason", TEXT),
        ("mode", "mode", Option(MODE)),
        ("minutes", "minutes", Option(U32)),
        ("return-to", "return_to", Option(TEXT)),
    ],
)


@dataclass(slots=True, kw_only=True)
class Banner:
    """What a banner says while a sign-in runs."""

    id: SignInId
    """The sign-in, for `stop`."""
    account: AccountId
    """On whose behalf."""
    account_name: str
    """What the account is called now."""
    operator: str
    """The host's id of the operator."""
    operator_name: str
    """What the operator was called at the start."""
    mode: Mode
    """What may be done."""
    reason: str
    """Why."""
    started_at: Timestamp
    """Since when."""
    ends_at: Timestamp
    """When it ends by itself."""
    return_to: str | None = None
    """Where the operator goes back to."""
    words: str
    """What to say: `Mia is signed in on behalf of Nike Inc, to look only.`"""
    way_out: str
    """What to write on the way out, which calls `stop`: `Leave Nike Inc`."""


BANNER = Record(
    Banner,
    [
        ("id", "id", SIGN_IN_ID),
        ("account", "account", ACCOUNT_ID),
        ("account-name", "account_name", TEXT),
        ("operator", "operator", TEXT),
        ("operator-name", "operator_name", TEXT),
        ("mode", "mode", MODE),
        ("reason", "reason", TEXT),
        ("started-at", "started_at", TIMESTAMP),
        ("ends-at", "ends_at", TIMESTAMP),
        ("return-to", "return_to", Option(TEXT)),
        ("words", "words", TEXT),
        ("way-out", "way_out", TEXT),
    ],
)


@dataclass(slots=True)
class Grant:
    """A sign-in that began."""

    token: str
    """The secret, for `call.acting-as`. It is given once, and stored nowhere."""
    banner: Banner
    """What to show."""


GRANT = Record(Grant, [("token", "token", TEXT), ("banner", "banner", BANNER)])


class How(Enum):
    """How a sign-in ends."""

    STOPPED = "stopped"
    """It was stopped."""
    TIME = "time"
    """Its time was over."""
    ACCOUNT = "account"
    """The account was disabled or deleted."""
    ROLE = "role"
    """The operator came with a lower role."""
    ACTOR = "actor"
    """Somebody else came with its token."""
    LEFT = "left"
    """The operator left the agency."""
    POLICY = "policy"
    """The account's owner doesn't allow it any more."""


HOW = Enumeration(How)


@dataclass(slots=True)
class End:
    """That a sign-in ended."""

    at: Timestamp
    """When."""
    how: How
    """How."""


END = Record(End, [("at", "at", TIMESTAMP), ("how", "how", HOW)])


@dataclass(slots=True, kw_only=True)
class SignIn:
    """A sign-in, whether it runs or not."""

    id: SignInId
    """What it is called."""
    operator: str
    """The host's id of the operator."""
    operator_name: str
    """What the operator was called."""
    role: Role
    """What the operator might do."""
    mode: Mode
    """What might be done."""
    reason: str
    """Why."""
    started_at: Timestamp
    """Since when."""
    ends_at: Timestamp
    """When it ends, or would have ended, by itself."""
    ended: End | None = None
    """How it ended; none: it runs."""


SIGN_IN = Record(
    SignIn,
    [
        ("id", "id", SIGN_IN_ID),
        ("operator", "operator", TEXT),
        ("operator-name", "operator_name", TEXT),
        ("role", "role", ROLE),
        ("mode", "mode", MODE),
        ("reason", "reason", TEXT),
        ("started-at", "started_at", TIMESTAMP),
        ("ends-at", "ends_at", TIMESTAMP),
        ("ended", "ended", Option(END)),
    ],
)


class Policy(Enum):
    """What operators may do on an account's behalf, as long as its owner doesn't allow more for a
    time. The owner says it, by `portal.set-sign-in-policy`.
    """

    ALWAYS = "always"
    """Whatever their role allows. So it is to begin with."""
    READ_ONLY = "read-only"
    """Look."""
    WHEN_ALLOWED = "when-allowed"
    """Nothing."""


POLICY = Enumeration(Policy)


@dataclass(slots=True, kw_only=True)
class SignInPage:
    """A page of sign-ins."""

    policy: Policy
    """What the account allows."""
    allowed_until: Timestamp | None = None
    """Until when the account allows everything, by `portal.allow-sign-in`; none: it doesn't."""
    report: bool
    """Whether the account gets a report of each, by `portal.set-sign-in-report`."""
    sign_ins: list[SignIn]
    """The latest first."""
    next: Cursor | None = None
    """The cursor of the next page; none on the last."""


SIGN_IN_PAGE = Record(
    SignInPage,
    [
        ("policy", "policy", POLICY),
        ("allowed-until", "allowed_until", Option(TIMESTAMP)),
        ("report", "report", BOOL),
        ("sign-ins", "sign_ins", List(SIGN_IN)),
        ("next", "next", Option(CURSOR)),
    ],
)


class ImpersonationFunctions:
    """The functions of `impersonation`."""

    def __init__(self, call: _Call) -> None:
        self._call = call

    def start(self, call: Call, sign_in: NewSignIn) -> Grant:
        """Signs the caller in on an account's behalf: in set-up, on trial, or active; `conflict`
        (`disabled`, `deleted`) otherwise. Viewers may look only: `denied` (`role`). So is what
        the account doesn't allow (`policy`); where it is allowed for a time, the sign-in ends
        with that time at the latest. One at a time for each operator: where another runs, it is
        a `conflict` (`acting`) that names it. These refusals are logged, as
        `impersonation-refused`. There is no starting under a sign-in: `denied` (`scope`).

        An idempotency key does nothing here, since the secret isn't kept: a repetition is
        refused by the sign-in that runs.
        """
        return self._call(_START, call, sign_in)

    def stop(self, call: Call, id: SignInId) -> str | None:
        """Stops a sign-in, and gives its `return-to`. One that is over stays as it is, and is
        answered in the same way. In the caller's own name, without `acting-as`. `denied`
        (`starter`) for whoever neither started it nor is an owner, `not-found` where there is
        no such sign-in.
        """
        return self._call(_STOP, call, id)

    def current(self, call: Call) -> Banner | None:
        """The sign-in that runs for the caller, with or without its token; none: none does. With a
        token that isn't good any more, it is `denied` (`acting-as`).
        """
        return self._call(_CURRENT, call)

    def list(self, call: Call, account: AccountId, page: PageRequest) -> SignInPage:
        """The sign-ins on an account's behalf. They are kept for good."""
        return self._call(_LIST, call, account, page)

    def left(self, agency: AgencyId, operator: str) -> None:
        """For the platform: the person with this id doesn't work for the agency any more, so the
        sign-in that runs for them ends. Where none does, nothing happens.
        """
        return self._call(_LEFT, agency, operator)


_START: Function[Grant] = Function(
    "clientdesk:core/impersonation@0.1.0",
    "start",
    [Param("call", "call", CALL), Param("sign-in", "sign_in", NEW_SIGN_IN)],
    GRANT,
    fails=ERROR,
)
_STOP: Function[str | None] = Function(
    "clientdesk:core/impersonation@0.1.0",
    "stop",
    [Param("call", "call", CALL), Param("id", "id", SIGN_IN_ID)],
    Option(TEXT),
    fails=ERROR,
)
_CURRENT: Function[Banner | None] = Function(
    "clientdesk:core/impersonation@0.1.0",
    "current",
    [Param("call", "call", CALL)],
    Option(BANNER),
    fails=ERROR,
)
_LIST: Function[SignInPage] = Function(
    "clientdesk:core/impersonation@0.1.0",
    "list",
    [
        Param("call", "call", CALL),
        Param("account", "account", ACCOUNT_ID),
        Param("page", "page", PAGE_REQUEST),
    ],
    SIGN_IN_PAGE,
    fails=ERROR,
)
_LEFT: Function[None] = Function(
    "clientdesk:core/impersonation@0.1.0",
    "left",
    [Param("agency", "agency", AGENCY_ID), Param("operator", "operator", TEXT)],
    None,
    fails=ERROR,
)
FUNCTIONS: list[Function[object]] = [_START, _STOP, _CURRENT, _LIST, _LEFT]
