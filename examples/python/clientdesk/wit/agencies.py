"""The platform's customers, and their settings. `create`, `get`, `list`, `suspend`, `resume`,
`close`, `reset-clock` and `move-portal` are the platform's own: they carry no `call`, so a host
offers them to its own staff only.

An agency that is suspended or closed lets nobody in:
- Operators look at everything, and change nothing: each command of theirs is a `conflict` whose
  state is `suspended` or `closed`, a repeated one too. In one that is closed, clients can still
  be revoked and erased: people have a right to that. What they are signed in for on an
  account's behalf is over: `denied` with `acting-as`.
- In the portal, sessions are over: `session-ended`, also once the agency is resumed. Whoever
  wants to get in by a link, a password or the host's word is `denied` with `agency`, whoever it
  is. `portal.theme` still tells what the portal looks like.
- No mail goes out, to clients or to the agency. Those that wait are given up when their next
  try comes, with that reason; the weekly summary begins again once the agency is resumed.
- Jobs go on: what ends by itself ends, what is due is booked, invoices close. The platform's
  own functions do, too.
"""

# Made by generate.py from the interface `core/agencies`: change that instead.

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from .._functions import Call as _Call, Function, Param
from .._shapes import BOOL, S32, TEXT, U32, U64, Enumeration, List, Option, Record
from .types import (
    AGENCY_ID as AGENCY_ID,
    CALL as CALL,
    CURSOR as CURSOR,
    ERROR as ERROR,
    PAGE_REQUEST as PAGE_REQUEST,
    TIMESTAMP as TIMESTAMP,
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
    Timestamp as Timestamp,
    Unavailable as Unavailable,
)


class AgencyStatus(Enum):
    """Whether an agency is at work. What each means stands above."""

    ACTIVE = "active"
    """It is at work."""
    SUSPENDED = "suspended"
    """The platform put it to rest, until it is resumed."""
    CLOSED = "closed"
    """The platform closed it, for good. Nothing is renewed any more."""


AGENCY_STATUS = Enumeration(AgencyStatus)


class BillingInterval(Enum):
    """How often white-label is billed."""

    MONTHLY = "monthly"
    """Every calendar month."""
    ANNUAL = "annual"
    """Every calendar year, at a lower price."""


BILLING_INTERVAL = Enumeration(BillingInterval)


@dataclass(slots=True, kw_only=True)
class NewAgency:
    """An agency to create."""

    id: AgencyId | None = None
    """The platform's own id of the agency; none generates one."""
    name: str
    """The agency's name, 1 to 200 characters; also the portal's name to begin with."""
    notification_email: str
    """Where notices to the agency go."""
    billing_interval: BillingInterval
    """How often white-label is billed. The billing periods begin now."""
    portal_address: str
    """Where the agency's portal is, such as `https://clients.acme.example`: `http` or `https`,
    without a user or a query. Links in mails begin with it, and go on with `/invite/`,
    `/reset-password/` or `/confirm-email/` and a token.
    """


NEW_AGENCY = Record(
    NewAgency,
    [
        ("id", "id", Option(AGENCY_ID)),
        ("name", "name", TEXT),
        ("notification-email", "notification_email", TEXT),
        ("billing-interval", "billing_interval", BILLING_INTERVAL),
        ("portal-address", "portal_address", TEXT),
    ],
)


@dataclass(slots=True, kw_only=True)
class Agency:
    """An agency."""

    id: AgencyId
    """Its id."""
    name: str
    """Its name."""
    notification_email: str
    """Where notices go."""
    billing_interval: BillingInterval
    """How often white-label is billed."""
    portal_address: str
    """Where its portal is, without a slash at the end."""
    created_at: Timestamp
    """When it was created. Billing periods count from here."""
    latest_time: Timestamp
    """The latest time that a command of this agency has seen. Time never runs backwards: an
    earlier clock counts as this.
    """
    status: AgencyStatus
    """Whether it is at work."""
    status_since: Timestamp
    """Since when it stands so."""
    status_reason: str | None = None
    """Why, in the platform's words; none: it has been at work from the beginning on."""


AGENCY = Record(
    Agency,
    [
        ("id", "id", AGENCY_ID),
        ("name", "name", TEXT),
        ("notification-email", "notification_email", TEXT),
        ("billing-interval", "billing_interval", BILLING_INTERVAL),
        ("portal-address", "portal_address", TEXT),
        ("created-at", "created_at", TIMESTAMP),
        ("latest-time", "latest_time", TIMESTAMP),
        ("status", "status", AGENCY_STATUS),
        ("status-since", "status_since", TIMESTAMP),
        ("status-reason", "status_reason", Option(TEXT)),
    ],
)


@dataclass(slots=True, kw_only=True)
class ListedAgency:
    """An agency in the list of all."""

    id: AgencyId
    """Its id."""
    name: str
    """Its name."""
    notification_email: str
    """Where notices go."""
    billing_interval: BillingInterval
    """How often white-label is billed."""
    portal_address: str
    """Where its portal is, without a slash at the end."""
    created_at: Timestamp
    """When it was created."""
    latest_time: Timestamp
    """The latest time that a command of this agency has seen."""
    status: AgencyStatus
    """Whether it is at work."""
    status_since: Timestamp
    """Since when it stands so."""
    status_reason: str | None = None
    """Why, in the platform's words; none: it has been at work from the beginning on."""
    clients: int
    """How many clients it has, those who are invited among them and those whose access was removed
    not. Who is revoked by itself counts until a job has written it down.
    """
    log_entries: int
    """How many entries its log has."""


LISTED_AGENCY = Record(
    ListedAgency,
    [
        ("id", "id", AGENCY_ID),
        ("name", "name", TEXT),
        ("notification-email", "notification_email", TEXT),
        ("billing-interval", "billing_interval", BILLING_INTERVAL),
        ("portal-address", "portal_address", TEXT),
        ("created-at", "created_at", TIMESTAMP),
        ("latest-time", "latest_time", TIMESTAMP),
        ("status", "status", AGENCY_STATUS),
        ("status-since", "status_since", TIMESTAMP),
        ("status-reason", "status_reason", Option(TEXT)),
        ("clients", "clients", U64),
        ("log-entries", "log_entries", U64),
    ],
)


@dataclass(slots=True, kw_only=True)
class AgencyPage:
    """A page of the list of all agencies."""

    agencies: list[ListedAgency]
    """The agencies, in the order in which a store sorts their ids followed by a slash."""
    damaged: list[AgencyId]
    """The ids of agencies that can't be shown since a row of theirs is damaged, whatever their
    status may be: `get` says which row, or gives none where the agency's own row is lost. They
    count for the page's `limit`.
    """
    next: Cursor | None = None
    """The cursor of the next page; none: this is the last."""


AGENCY_PAGE = Record(
    AgencyPage,
    [
        ("agencies", "agencies", List(LISTED_AGENCY)),
        ("damaged", "damaged", List(AGENCY_ID)),
        ("next", "next", Option(CURSOR)),
    ],
)


@dataclass(slots=True, kw_only=True)
class Branding:
    """How the portal and its mails look."""

    portal_name: str | None = None
    """The portal's name, 1 to 200 characters; none: the agency's name."""
    logo_address: str | None = None
    """The address of a logo: `https://` or `http://`, at most 500 characters. Shown instead of the
    name.
    """
    accent_color: str
    """The colour of buttons and links, as `#rrggbb`. `#1f2937` to begin with."""
    background_color: str
    """The colour behind everything, as `#rrggbb`. `#f3f4f6` to begin with."""
    support_email: str | None = None
    """Where answers to mails go, and whom clients may ask."""
    welcome_message: str | None = None
    """What a client sees after the first log-in: plain text of at most 2,000 characters."""


BRANDING = Record(
    Branding,
    [
        ("portal-name", "portal_name", Option(TEXT)),
        ("logo-address", "logo_address", Option(TEXT)),
        ("accent-color", "accent_color", TEXT),
        ("background-color", "background_color", TEXT),
        ("support-email", "support_email", Option(TEXT)),
        ("welcome-message", "welcome_message", Option(TEXT)),
    ],
)


@dataclass(slots=True, kw_only=True)
class InvitePolicy:
    """How long invites are valid."""

    email_days: int
    """Invites by e-mail: 1 to 365 days. 14 to begin with."""
    link_days: int | None = None
    """Invites by link that name no end of their own: 1 to 365 days; none: for ever."""


INVITE_POLICY = Record(
    InvitePolicy, [("email-days", "email_days", U32), ("link-days", "link_days", Option(U32))]
)


@dataclass(slots=True)
class Thresholds:
    """After how many days without a log-in a client counts as slipping away: 1 ≤ at-risk < churn ≤
    730. 14 and 45 to begin with.
    """

    at_risk_days: int
    """At risk."""
    churn_days: int
    """Churned."""


THRESHOLDS = Record(
    Thresholds, [("at-risk-days", "at_risk_days", U32), ("churn-days", "churn_days", U32)]
)


@dataclass(slots=True)
class DefaultPermissions:
    """What clients may do whose invite says nothing of it."""

    can_export: bool
    """PDF and CSV exports are allowed. True to begin with."""
    read_only: bool
    """Clients only look. False to begin with."""


DEFAULT_PERMISSIONS = Record(
    DefaultPermissions, [("can-export", "can_export", BOOL), ("read-only", "read_only", BOOL)]
)


@dataclass(slots=True)
class Feature:
    """A part of the portal that clients visit. What it shows is the host's."""

    key: str
    """Its key, such as `dashboard`: 1 to 64 of `A-Z a-z 0-9 . _ -`."""
    label: str
    """What it is called, 1 to 100 characters."""
    on: bool
    """Whether clients see it at all."""


FEATURE = Record(Feature, [("key", "key", TEXT), ("label", "label", TEXT), ("on", "on", BOOL)])


class Weekday(Enum):
    """A day of the week."""

    MONDAY = "monday"
    """Monday."""
    TUESDAY = "tuesday"
    """Tuesday."""
    WEDNESDAY = "wednesday"
    """Wednesday."""
    THURSDAY = "thursday"
    """Thursday."""
    FRIDAY = "friday"
    """Friday."""
    SATURDAY = "saturday"
    """Saturday."""
    SUNDAY = "sunday"
    """Sunday."""


WEEKDAY = Enumeration(Weekday)


@dataclass(slots=True)
class Digest:
    """The weekly summary by mail."""

    on: bool
    """Whether it is sent. Off to begin with."""
    weekday: Weekday
    """On which day, by the agency's clocks. Monday to begin with."""
    hour: int
    """At which hour, 0 to 23, by the agency's clocks. 8 to begin with."""
    recipients: list[str]
    """Who gets it: at most 20 addresses; none at all: the notification address."""


DIGEST = Record(
    Digest,
    [
        ("on", "on", BOOL),
        ("weekday", "weekday", WEEKDAY),
        ("hour", "hour", U32),
        ("recipients", "recipients", List(TEXT)),
    ],
)


@dataclass(slots=True, kw_only=True)
class Calendar:
    """By which clocks the agency lives: its calendar days, the hour of the weekly summary, and the
    times in mails follow them. UTC to begin with.
    """

    time_zone: str | None = None
    """A time zone by its name in the IANA's database, such as `Europe/Berlin`, also where it sets
    its clocks forward and back; none: the fixed offset counts.
    """
    utc_offset_minutes: int
    """How many minutes the clocks are ahead of UTC, -720 to 840, where no time zone is set, or the
    host can't tell its offset. 0 to begin with.
    """


CALENDAR = Record(
    Calendar,
    [("time-zone", "time_zone", Option(TEXT)), ("utc-offset-minutes", "utc_offset_minutes", S32)],
)


@dataclass(slots=True, kw_only=True)
class Console:
    """Where the agency's console is: the pages where its staff look after clients. They are the
    host's own.
    """

    client_address: str | None = None
    """The address of the page about a client: `https://` or `http://`, at most 500 characters,
    with `{client}` once, after the host's name, where the client's id goes:
    `https://app.example/clients/{client}`. Mails to the agency link each client's name to its
    page. None, as to begin with: they have no links.
    """


CONSOLE = Record(Console, [("client-address", "client_address", Option(TEXT))])


@dataclass(slots=True)
class AgencySettings:
    """All settings of an agency."""

    name: str
    """The agency's name."""
    notification_email: str
    """Where notices go."""
    portal_address: str
    """Where its portal is."""
    branding: Branding
    """How the portal and its mails look."""
    invites: InvitePolicy
    """How long invites are valid."""
    thresholds: Thresholds
    """When clients count as slipping away."""
    permissions: DefaultPermissions
    """What clients may do."""
    features: list[Feature]
    """The portal's features, at most 100, in the order in which they are shown. None to begin
    with.
    """
    digest: Digest
    """The weekly summary."""
    alerts: bool
    """Whether a mail goes to the notification address when clients turn at-risk or churned by the
    passing of days. Off to begin with.
    """
    resource_alerts: bool
    """Whether a mail goes to the notification address when dashboards, users or API calls of an
    account have run out, or will within a week (`accounts.forecast`); once for each limit, as
    in the log. Off to begin with.
    """
    hide_sign_ins: bool
    """Whether the owners of accounts don't see in the portal who was signed in on their behalf,
    and when. They do to begin with.
    """
    calendar: Calendar
    """By which clocks the agency lives."""
    console: Console
    """Where the agency's console is."""


AGENCY_SETTINGS = Record(
    AgencySettings,
    [
        ("name", "name", TEXT),
        ("notification-email", "notification_email", TEXT),
        ("portal-address", "portal_address", TEXT),
        ("branding", "branding", BRANDING),
        ("invites", "invites", INVITE_POLICY),
        ("thresholds", "thresholds", THRESHOLDS),
        ("permissions", "permissions", DEFAULT_PERMISSIONS),
        ("features", "features", List(FEATURE)),
        ("digest", "digest", DIGEST),
        ("alerts", "alerts", BOOL),
        ("resource-alerts", "resource_alerts", BOOL),
        ("hide-sign-ins", "hide_sign_ins", BOOL),
        ("calendar", "calendar", CALENDAR),
        ("console", "console", CONSOLE),
    ],
)


@dataclass(slots=True, kw_only=True)
class SettingsChanges:
    """What to change of the settings. What is none stays; what is given replaces the whole part."""

    name: str | None = None
    """The agency's name."""
    notification_email: str | None = None
    """Where notices go."""
    branding: Branding | None = None
    """How the portal and its mails look."""
    invites: InvitePolicy | None = None
    """How long invites are valid. Invites that are out already keep their end."""
    thresholds: Thresholds | None = None
    """When clients count as slipping away. Statuses follow at once."""
    permissions: DefaultPermissions | None = None
    """What clients may do. Clients that are there already keep what they have."""
    features: list[Feature] | None = None
    """The portal's features. One that is left out is seen by nobody any more."""
    digest: Digest | None = None
    """The weekly summary. It is sent once in a calendar week, whatever is changed."""
    alerts: bool | None = None
    """Mails about clients that turn at-risk or churned."""
    resource_alerts: bool | None = None
    """Mails about what accounts will run out of."""
    hide_sign_ins: bool | None = None
    """Whether who was signed in on an account's behalf is hidden from its owner."""
    calendar: Calendar | None = None
    """By which clocks the agency lives. Days that were counted already stay what they were; the
    weekly summary moves to its hour by the new clocks. `invalid` with `unknown` for a time zone
    that the host doesn't know.
    """
    console: Console | None = None
    """Where the agency's console is."""


SETTINGS_CHANGES = Record(
    SettingsChanges,
    [
        ("name", "name", Option(TEXT)),
        ("notification-email", "notification_email", Option(TEXT)),
        ("branding", "branding", Option(BRANDING)),
        ("invites", "invites", Option(INVITE_POLICY)),
        ("thresholds", "thresholds", Option(THRESHOLDS)),
        ("permissions", "permissions", Option(DEFAULT_PERMISSIONS)),
        ("features", "features", Option(List(FEATURE))),
        ("digest", "digest", Option(DIGEST)),
        ("alerts", "alerts", Option(BOOL)),
        ("resource-alerts", "resource_alerts", Option(BOOL)),
        ("hide-sign-ins", "hide_sign_ins", Option(BOOL)),
        ("calendar", "calendar", Option(CALENDAR)),
        ("console", "console", Option(CONSOLE)),
    ],
)


@dataclass(slots=True)
class ClockReset:
    """What resetting the clock did."""

    now: Timestamp
    """The agency's latest time from here on: what the host's clock says."""
    was: Timestamp
    """The agency's latest time before. What was recorded between `now` and then is left as it is."""


CLOCK_RESET = Record(ClockReset, [("now", "now", TIMESTAMP), ("was", "was", TIMESTAMP)])


class AgenciesFunctions:
    """The functions of `agencies`."""

    def __init__(self, call: _Call) -> None:
        self._call = call

    def create(self, agency: NewAgency) -> AgencyId:
        """Creates an agency. `exists` when the id is taken."""
        return self._call(_CREATE, agency)

    def get(self, id: AgencyId) -> Agency | None:
        """An agency, or none."""
        return self._call(_GET, id)

    def list(self, *, status: AgencyStatus | None = None, page: PageRequest) -> AgencyPage:
        """All agencies, or those that stand so. A page looks at 500 agencies at the most, so it
        may have few rows, or none, where there are more: only `next` tells. One that is created
        meanwhile may be missed.
        """
        return self._call(_LIST, status, page)

    def suspend(self, id: AgencyId, reason: str) -> None:
        """Puts an agency to rest, and says why: 1 to 200 characters on one line. What that means
        stands above. One that is suspended already stays as it is, with its time and reason;
        one that is closed is a `conflict` (`closed`). What is charged for goes on being charged
        for: clients keep their access, which they can't use. Logged.
        """
        return self._call(_SUSPEND, id, reason)

    def resume(self, id: AgencyId, reason: str) -> None:
        """Lets a suspended agency work again. Clients sign in anew. One that is at work stays as
        it is; one that is closed is a `conflict` (`closed`). Logged, with the reason: 1 to 200
        characters.
        """
        return self._call(_RESUME, id, reason)

    def close(self, id: AgencyId, reason: str) -> None:
        """Closes an agency, for good. What that means stands above, and besides: nothing is
        renewed any more. White-label, plans and add-ons are paid for to the end of the month or
        year that runs, whoever pays; nothing of that is given back, but for access that ends by
        itself before: not where a client is revoked. Invoices go on closing while there is
        something on them. The run-rate is 0 from now on. Downgrades, removals of add-ons and
        another interval that were planned won't happen, each with its entry in the log: those
        of accounts once a job has come to them. What is due at this very millisecond is still
        charged. One that is closed already stays as it is, with its time and reason. Logged,
        with the reason: 1 to 200 characters.
        """
        return self._call(_CLOSE, id, reason)

    def reset_clock(self, id: AgencyId) -> ClockReset:
        """Undoes a wrong jump ahead of the host's clock: the agency's latest time becomes the
        clock's.

        Only the time goes back. Left as it is: what was logged in between, with its times (list
        it by `audit.list` with `since`); what was booked in between, which stays booked;
        log-ins and page views, which make scores look fresh until then; links, sessions and
        access that ended; and mails that went out. What the agency became in between,
        suspended, resumed or closed, it became at the clock's time; sessions that were opened
        in between are over, and so are links in mails to choose a password or to confirm an
        address. Scores and weekly summaries begin anew: a summary that went out early goes out
        again in its week. Logged.
        """
        return self._call(_RESET_CLOCK, id)

    def move_portal(self, id: AgencyId, portal_address: str) -> None:
        """Moves an agency's portal to another address. The platform's own: whoever sets it gets
        the secrets of the links in mails, and a login may be a client of other agencies too.
        `invalid` as for `create`; the address that it has does nothing. Logged.
        """
        return self._call(_MOVE_PORTAL, id, portal_address)

    def settings(self, call: Call) -> AgencySettings:
        """The agency's settings."""
        return self._call(_SETTINGS, call)

    def update(self, call: Call, changes: SettingsChanges) -> AgencySettings:
        """Changes some of the settings, and gives all of them. Changing nothing does nothing.
        Needs a manager.
        """
        return self._call(_UPDATE, call, changes)

    def set_interval(self, call: Call, interval: BillingInterval) -> Timestamp:
        """Changes how often white-label is billed, from the end of the running period on; gives
        when that is. Until then `billing.summary` says that it is planned. The interval that
        runs takes back what was planned, and gives now. Needs an owner.
        """
        return self._call(_SET_INTERVAL, call, interval)


_CREATE: Function[AgencyId] = Function(
    "clientdesk:core/agencies@0.1.0",
    "create",
    [Param("agency", "agency", NEW_AGENCY)],
    AGENCY_ID,
    fails=ERROR,
)
_GET: Function[Agency | None] = Function(
    "clientdesk:core/agencies@0.1.0",
    "get",
    [Param("id", "id", AGENCY_ID)],
    Option(AGENCY),
    fails=ERROR,
)
_LIST: Function[AgencyPage] = Function(
    "clientdesk:core/agencies@0.1.0",
    "list",
    [Param("status", "status", Option(AGENCY_STATUS)), Param("page", "page", PAGE_REQUEST)],
    AGENCY_PAGE,
    fails=ERROR,
)
_SUSPEND: Function[None] = Function(
    "clientdesk:core/agencies@0.1.0",
    "suspend",
    [Param("id", "id", AGENCY_ID), Param("reason", "reason", TEXT)],
    None,
    fails=ERROR,
)
_RESUME: Function[None] = Function(
    "clientdesk:core/agencies@0.1.0",
    "resume",
    [Param("id", "id", AGENCY_ID), Param("reason", "reason", TEXT)],
    None,
    fails=ERROR,
)
_CLOSE: Function[None] = Function(
    "clientdesk:core/agencies@0.1.0",
    "close",
    [Param("id", "id", AGENCY_ID), Param("reason", "reason", TEXT)],
    None,
    fails=ERROR,
)
_RESET_CLOCK: Function[ClockReset] = Function(
    "clientdesk:core/agencies@0.1.0",
    "reset-clock",
    [Param("id", "id", AGENCY_ID)],
    CLOCK_RESET,
    fails=ERROR,
)
_MOVE_PORTAL: Function[None] = Function(
    "clientdesk:core/agencies@0.1.0",
    "move-portal",
    [Param("id", "id", AGENCY_ID), Param("portal-address", "portal_address", TEXT)],
    None,
    fails=ERROR,
)
_SETTINGS: Function[AgencySettings] = Function(
    "clientdesk:core/agencies@0.1.0",
    "settings",
    [Param("call", "call", CALL)],
    AGENCY_SETTINGS,
    fails=ERROR,
)
_UPDATE: Function[AgencySettings] = Function(
    "clientdesk:core/agencies@0.1.0",
    "update",
    [Param("call", "call", CALL), Param("changes", "changes", SETTINGS_CHANGES)],
    AGENCY_SETTINGS,
    fails=ERROR,
)
_SET_INTERVAL: Function[Timestamp] = Function(
    "clientdesk:core/agencies@0.1.0",
    "set-interval",
    [Param("call", "call", CALL), Param("interval", "interval", BILLING_INTERVAL)],
    TIMESTAMP,
    fails=ERROR,
)
FUNCTIONS: list[Function[object]] = [
    _CREATE,
    _GET,
    _LIST,
    _SUSPEND,
    _RESUME,
    _CLOSE,
    _RESET_CLOCK,
    _MOVE_PORTAL,
    _SETTINGS,
    _UPDATE,
    _SET_INTERVAL,
]
