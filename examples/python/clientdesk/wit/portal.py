"""What clients do, through the host's pages. These functions take no `call`: a token, a session or
a password says who it is.

`origin` is whatever tells the host where an attempt comes from, such as a hashed network
address: opaque, at most 200 characters. Attempts without one count as coming from the same
place.

`me`, `switch-brand`, `view-page` and `export` take the token of `impersonation.start` in a
session's place: an operator then looks at the portal of an account, all of it, in set-up too.
What is done is logged as `impersonation-used`, of `me` only the first under a sign-in, and
counts as nobody's activity. With any other function it is a session that has ended, and so it
is once the sign-in is over. Nobody says here who comes with it: whoever left, or was demoted,
is out of the portal once the host says so by `impersonation.left`, or calls with the token what
it opens.
"""

# Made by generate.py from the interface `core/portal`: change that instead.

from __future__ import annotations

import builtins
from dataclasses import dataclass
from typing import TypeAlias

from .._functions import Call as _Call, Function, Param
from .._shapes import BOOL, TEXT, U32, List, Option, Record, Variant
from .account_types import PLAN_ID as PLAN_ID, PlanId as PlanId
from .catalog import RESOURCES as RESOURCES, Resources as Resources
from .impersonation import (
    BANNER as BANNER,
    END as END,
    MODE as MODE,
    POLICY as POLICY,
    Banner as Banner,
    End as End,
    Mode as Mode,
    Policy as Policy,
)
from .types import (
    ACCOUNT_ID as ACCOUNT_ID,
    AGENCY_ID as AGENCY_ID,
    BRAND_ID as BRAND_ID,
    CLIENT_ID as CLIENT_ID,
    CURSOR as CURSOR,
    ERROR as ERROR,
    EXPORT_FORMAT as EXPORT_FORMAT,
    IDENTITY_ID as IDENTITY_ID,
    MONEY as MONEY,
    PAGE_REQUEST as PAGE_REQUEST,
    PERMISSIONS as PERMISSIONS,
    TIMESTAMP as TIMESTAMP,
    AccountId as AccountId,
    AgencyId as AgencyId,
    BrandId as BrandId,
    Busy as Busy,
    ClientId as ClientId,
    Conflict as Conflict,
    Corrupt as Corrupt,
    Cursor as Cursor,
    Denied as Denied,
    Error as Error,
    Exists as Exists,
    Expired as Expired,
    ExportFormat as ExportFormat,
    IdentityId as IdentityId,
    Invalid as Invalid,
    Limit as Limit,
    Money as Money,
    NotFound as NotFound,
    Other as Other,
    PageRequest as PageRequest,
    Permissions as Permissions,
    Timestamp as Timestamp,
    Unavailable as Unavailable,
)


@dataclass(slots=True, kw_only=True)
class Colleague:
    """Somebody of an account."""

    client: ClientId
    """The person as a client."""
    name: str | None = None
    """The name; none: nobody has given one."""
    email: str | None = None
    """The e-mail address; none: a link that any address may use."""
    joined: bool
    """Whether it has accepted; otherwise the invite is open."""
    owner: bool
    """Whether it is the account's owner."""
    brands: list[BrandId]
    """Those of the account's brands that it has, or is invited to, in the order of their ids."""


COLLEAGUE = Record(
    Colleague,
    [
        ("client", "client", CLIENT_ID),
        ("name", "name", Option(TEXT)),
        ("email", "email", Option(TEXT)),
        ("joined", "joined", BOOL),
        ("owner", "owner", BOOL),
        ("brands", "brands", List(BRAND_ID)),
    ],
)


@dataclass(slots=True, kw_only=True)
class ColleaguePage:
    """A page of colleagues."""

    colleagues: list[Colleague]
    """The colleagues."""
    next: Cursor | None = None
    """The cursor of the next page; none on the last."""


COLLEAGUE_PAGE = Record(
    ColleaguePage, [("colleagues", "colleagues", List(COLLEAGUE)), ("next", "next", Option(CURSOR))]
)


@dataclass(slots=True, kw_only=True)
class NewColleague:
    """Whom an account's owner invites."""

    email: str
    """The address to invite."""
    name: str | None = None
    """The person's name, at most 200 characters. Whoever has access elsewhere keeps its own."""
    brands: list[BrandId]
    """To which of the account's brands, at least one."""


NEW_COLLEAGUE = Record(
    NewColleague,
    [
        ("email", "email", TEXT),
        ("name", "name", Option(TEXT)),
        ("brands", "brands", List(BRAND_ID)),
    ],
)


@dataclass(slots=True, kw_only=True)
class PortalTheme:
    """How a portal looks. It names nobody but the agency."""

    name: str
    """The portal's name."""
    logo_address: str | None = None
    """The address of a logo; none: the portal has none."""
    accent_color: str
    """The colour of buttons and links, as `#rrggbb`."""
    on_accent_color: str
    """The colour of text on `accent-color`: the first of `#ffffff`, `#111827` and `#000000` that
    has a contrast of 4.5 to 1.
    """
    background_color: str
    """The colour behind everything, as `#rrggbb`."""
    support_email: str | None = None
    """Where clients can ask for help; none: the agency hasn't said."""


PORTAL_THEME = Record(
    PortalTheme,
    [
        ("name", "name", TEXT),
        ("logo-address", "logo_address", Option(TEXT)),
        ("accent-color", "accent_color", TEXT),
        ("on-accent-color", "on_accent_color", TEXT),
        ("background-color", "background_color", TEXT),
        ("support-email", "support_email", Option(TEXT)),
    ],
)


@dataclass(slots=True, kw_only=True)
class Invitation:
    """What an invite is for, to show before somebody signs up."""

    agency: AgencyId
    """The agency whose portal it is."""
    agency_name: str
    """The agency's name."""
    inviter: str
    """The name of the person who sent the invite."""
    email: str | None = None
    """The address that the invite is for; none: anybody with the link may use it."""
    domain: str | None = None
    """The domain that the address must belong to; none: any."""
    name: str | None = None
    """The name that the agency gave the person; none: it gave none."""
    brands: list[str]
    """The names of the brands that it gives access to."""
    expires_at: Timestamp | None = None
    """The invite works strictly before this time: its own end, or that of the access that it
    offers, if all of that is over before. None: for ever.
    """
    has_login: bool
    """Whether `email` has a login already: `accept` the invite with it, instead of signing up."""


INVITATION = Record(
    Invitation,
    [
        ("agency", "agency", AGENCY_ID),
        ("agency-name", "agency_name", TEXT),
        ("inviter", "inviter", TEXT),
        ("email", "email", Option(TEXT)),
        ("domain", "domain", Option(TEXT)),
        ("name", "name", Option(TEXT)),
        ("brands", "brands", List(TEXT)),
        ("expires-at", "expires_at", Option(TIMESTAMP)),
        ("has-login", "has_login", BOOL),
    ],
)


@dataclass(slots=True)
class SignedIn:
    """A new session."""

    session: str
    """The session's secret: the host keeps it with the browser, and passes it back with each call.
    It is given only this once, and stored nowhere.
    """
    identity: IdentityId
    """The person."""
    client: ClientId
    """The person as a client of this agency."""
    ends_at: Timestamp
    """When the session ends, 30 days from now; it ends earlier when it hasn't been used for 12
    hours.
    """


SIGNED_IN = Record(
    SignedIn,
    [
        ("session", "session", TEXT),
        ("identity", "identity", IDENTITY_ID),
        ("client", "client", CLIENT_ID),
        ("ends-at", "ends_at", TIMESTAMP),
    ],
)


@dataclass(slots=True)
class VisibleBrand:
    """A brand that the client can look at."""

    id: BrandId
    """Its id."""
    name: str
    """Its name."""


VISIBLE_BRAND = Record(VisibleBrand, [("id", "id", BRAND_ID), ("name", "name", TEXT)])


@dataclass(slots=True)
class VisibleFeature:
    """A part of the portal that the client sees."""

    key: str
    """Its key."""
    label: str
    """What it is called."""


VISIBLE_FEATURE = Record(VisibleFeature, [("key", "key", TEXT), ("label", "label", TEXT)])


@dataclass(slots=True)
class PlanDue:
    """An account whose owner is to choose its plan: the platform bills it, it doesn't pay yet, and
    it is on trial or active.
    """

    account: AccountId
    """Which."""
    name: str
    """What it is called."""


PLAN_DUE = Record(PlanDue, [("account", "account", ACCOUNT_ID), ("name", "name", TEXT)])


@dataclass(slots=True, kw_only=True)
class PlanOffer:
    """A plan that the owner of an account can choose from."""

    id: PlanId
    """Its id, for `choose-plan`."""
    name: str
    """Its name."""
    monthly: Money
    """What it costs the account a month, by today's prices."""
    resources: Resources
    """What it gives. An account with an allocation of its own keeps that."""
    features: list[str]
    """The keys of the features that it gives, as `catalog.plan` lists them. An account with
    features of its own keeps those.
    """
    refused: Error | None = None
    """Why `choose-plan` would refuse it: `conflict` (`in-use`, `resources`) or `limit`. None: it
    can be chosen.
    """


PLAN_OFFER = Record(
    PlanOffer,
    [
        ("id", "id", PLAN_ID),
        ("name", "name", TEXT),
        ("monthly", "monthly", MONEY),
        ("resources", "resources", RESOURCES),
        ("features", "features", List(TEXT)),
        ("refused", "refused", Option(ERROR)),
    ],
)


@dataclass(slots=True, kw_only=True)
class Profile:
    """Who is logged in."""

    agency: AgencyId
    """The agency whose portal it is."""
    agency_name: str
    """The agency's name."""
    identity: IdentityId | None = None
    """The person; none under a sign-in on an account's behalf: it is an operator."""
    client: ClientId | None = None
    """The person as a client of this agency; none under such a sign-in."""
    name: str
    """The person's name: the operator's under such a sign-in."""
    email: str | None = None
    """The person's e-mail address; none under such a sign-in."""
    verified: bool
    """Whether the person has proved that the address is theirs."""
    brands: list[VisibleBrand]
    """The brands that the person can look at, to switch between."""
    current_brand: BrandId
    """The brand that the session is at."""
    permissions: Permissions
    """What the person may do."""
    features: list[VisibleFeature]
    """The features that the person sees, in the order of the agency's settings."""
    welcome: str | None = None
    """The agency's welcome message, in the session of the first log-in; none: there is no message,
    or this isn't that session.
    """
    plans_due: list[PlanDue]
    """The accounts whose plan the person is to choose, as their owner, in the order of their ids,
    100 at most: send them to `plans` and `choose-plan`. None under a sign-in on an account's
    behalf.
    """
    acting: Banner | None = None
    """What a banner says: an operator is signed in on an account's behalf. None: it is a client's
    session.
    """


PROFILE = Record(
    Profile,
    [
        ("agency", "agency", AGENCY_ID),
        ("agency-name", "agency_name", TEXT),
        ("identity", "identity", Option(IDENTITY_ID)),
        ("client", "client", Option(CLIENT_ID)),
        ("name", "name", TEXT),
        ("email", "email", Option(TEXT)),
        ("verified", "verified", BOOL),
        ("brands", "brands", List(VISIBLE_BRAND)),
        ("current-brand", "current_brand", BRAND_ID),
        ("permissions", "permissions", PERMISSIONS),
        ("features", "features", List(VISIBLE_FEATURE)),
        ("welcome", "welcome", Option(TEXT)),
        ("plans-due", "plans_due", List(PLAN_DUE)),
        ("acting", "acting", Option(BANNER)),
    ],
)


@dataclass(slots=True, kw_only=True)
class PageView:
    """A page view that the host saw, and may have kept for a while."""

    feature: str
    """The feature's key."""
    at: Timestamp | None = None
    """When it happened; none: now. At most 7 days ago, not in the future, and not before the
    client joined.
    """


PAGE_VIEW = Record(PageView, [("feature", "feature", TEXT), ("at", "at", Option(TIMESTAMP))])


@dataclass(frozen=True, slots=True)
class ViewOutcomeRecorded:
    """It was recorded."""


@dataclass(frozen=True, slots=True)
class ViewOutcomeRefused:
    """It wasn't: `denied` (`feature`) for a feature that the client doesn't see, `invalid` for a
    time out of range.
    """

    value: Error


ViewOutcome: TypeAlias = ViewOutcomeRecorded | ViewOutcomeRefused
"""What became of a page view."""

VIEW_OUTCOME = Variant(
    [("recorded", ViewOutcomeRecorded, None), ("refused", ViewOutcomeRefused, ERROR)]
)


@dataclass(slots=True, kw_only=True)
class VisibleSignIn:
    """That an operator of the agency was signed in on an account's behalf."""

    operator_name: str
    """What the operator was called."""
    mode: Mode
    """What might be done."""
    started_at: Timestamp
    """Since when."""
    ended: End | None = None
    """How it ended; none: it runs."""


VISIBLE_SIGN_IN = Record(
    VisibleSignIn,
    [
        ("operator-name", "operator_name", TEXT),
        ("mode", "mode", MODE),
        ("started-at", "started_at", TIMESTAMP),
        ("ended", "ended", Option(END)),
    ],
)


@dataclass(slots=True, kw_only=True)
class VisibleSignInPage:
    """A page of what an account's owner sees of such sign-ins."""

    policy: Policy
    """What the account always allows."""
    allowed_until: Timestamp | None = None
    """Until when it allows everything; none: it doesn't."""
    report: bool
    """Whether it gets a report of each."""
    sign_ins: list[VisibleSignIn]
    """The latest first."""
    next: Cursor | None = None
    """The cursor of the next page; none on the last."""


VISIBLE_SIGN_IN_PAGE = Record(
    VisibleSignInPage,
    [
        ("policy", "policy", POLICY),
        ("allowed-until", "allowed_until", Option(TIMESTAMP)),
        ("report", "report", BOOL),
        ("sign-ins", "sign_ins", List(VISIBLE_SIGN_IN)),
        ("next", "next", Option(CURSOR)),
    ],
)


class PortalFunctions:
    """The functions of `portal`."""

    def __init__(self, call: _Call) -> None:
        self._call = call

    def theme(self, agency: AgencyId) -> PortalTheme:
        """How the agency's portal looks."""
        return self._call(_THEME, agency)

    def open(self, token: str) -> Invitation:
        """What an invite is for. Changes nothing.

        `not-found` for a token that leads nowhere. To whoever holds a genuine one, the text
        says what became of it, by exactly one of these words: `used` (log in instead),
        `replaced` (a newer one was made) or `withdrawn` (access was removed). `expired` once
        its time has passed, or that of all access that it offers. `denied` (`account`) while
        its brands are all of accounts that let nobody in: in set-up, disabled or deleted; then
        nobody can accept it either.
        """
        return self._call(_OPEN, token)

    def sign_up(
        self,
        token: str,
        name: str,
        password: str,
        *,
        email: str | None = None,
        origin: str | None = None,
    ) -> SignedIn:
        """Accepts an invite as somebody new: creates a login, makes it a client of the agency and
        opens a session. The mailed token proves the e-mail address; with any other token, the
        login is unverified until the link in a mail to that address is opened. `email` is for
        links that aren't meant for one address; it is ignored for all others.

        `exists` if the e-mail address can't be used to sign up, because it has a login (or an
        invite of its own) already: `accept` the invite with that login. `denied` (`address`) if
        the address doesn't belong to the link's domain. `limit` (`sign-up-tries`) after 5
        refused tries in an hour, for a link that isn't meant for one address. Repeating it with
        the right password gives the same client and a new session; with a wrong one it is
        `not-found` (`used`), and the attempt is logged. `limit` (`users`) where an account that
        one of the brands belongs to got smaller since the invite, and as many have joined as it
        may have. Otherwise the errors of `open`. `invalid` for a name of more than 200
        characters, and for a password that is shorter than 8 or longer than 128 characters, is
        the same as the e-mail address, or is among the most common.
        """
        return self._call(_SIGN_UP, token, name, password, email, origin)

    def accept(
        self, token: str, email: str, password: str, *, origin: str | None = None
    ) -> SignedIn:
        """Accepts an invite as somebody who has a login already, at this agency or another: makes
        the login a client of the agency and opens a session. This is how a client who was
        revoked and invited again comes back, with its history. If the person is a client of
        this agency already, a link adds its brands to that client.

        `denied` (`wrong-password`) for a wrong password, and for an address that the invite
        isn't for: such an attempt is logged, and counts as one at `log-in` does. `denied`
        (`unverified`) for a login whose address hasn't been proved: reset the password first.
        Repeating it with the right password gives the same client and a new session. `limit`
        (`users`) as for `sign-up`. Otherwise the errors of `open`.
        """
        return self._call(_ACCEPT, token, email, password, origin)

    def admit(
        self, agency: AgencyId, email: str, *, name: str | None = None, token: str | None = None
    ) -> SignedIn:
        """Logs in somebody whom the host has verified in its own way, such as by single sign-on:
        the address counts as proved, and no password is needed. Only for hosts that know what
        they are doing. With a `token`, accepts that invite; without one, logs in the agency's
        client with this address, accepting its open invite if it has one. Creates a login
        without a password, with this `name`, if there is none.

        `not-found` if there is no such client; `denied` (`account-feature`) where all brands
        that the client could look at are of accounts without the feature `single-sign-on`,
        (`revoked`) for a client whose access was removed, (`address`) for an address that the
        invite isn't for. `limit` (`users`) as for `sign-up`. Otherwise the errors of `open`.
        """
        return self._call(_ADMIT, agency, email, name, token)

    def confirm_email(self, token: str) -> None:
        """Takes the token of a link in a confirmation mail: the address is proved and, after
        `change-email`, becomes the login's. `not-found` for a token that was used, replaced or
        tampered with; `expired` after 7 days; `exists` if another login has the address by now.
        Agencies whose client it is learn of a new address at once, or by the jobs.
        """
        return self._call(_CONFIRM_EMAIL, token)

    def log_in(
        self, agency: AgencyId, email: str, password: str, *, origin: str | None = None
    ) -> SignedIn:
        """Logs in with an e-mail address and a password.

        `denied` (`wrong-password`) for a wrong password and for an unknown address, which can't
        be told apart, not even by the time it takes; with the right password, `denied`
        (`revoked`) for a client whose access was removed, (`pending`) for one that hasn't
        accepted its invite, and (`account`) while its brands are all of accounts that let
        nobody in. Every failed attempt is logged. `limit` (`failed-log-ins`) after 5 failed
        attempts for an address within 15 minutes from one origin, or 50 from all of them: even
        with the right password, and for addresses that don't exist. A client that was imported
        where somebody had a login with its address (`system.import`) isn't known by that
        password before a link to the address was opened: `reset-password`.
        """
        return self._call(_LOG_IN, agency, email, password, origin)

    def log_out(self, session: str) -> None:
        """Ends the session. Does nothing if it has ended already."""
        return self._call(_LOG_OUT, session)

    def me(self, session: str) -> Profile:
        """Who the session belongs to. As with every function that takes a session, its first use
        on a calendar day of the agency counts as a log-in. `denied` (`session-ended`) once it
        has ended: its time was up, somebody logged out or chose a new password, access was
        removed, or the accounts of all its client's brands were at rest, even if they are open
        again. With an operator's token, `denied` (`brand`) while the account has no brand.
        """
        return self._call(_ME, session)

    def switch_brand(self, session: str, brand: BrandId) -> None:
        """Switches to another brand; the session's first visit there counts as a log-in at that
        brand. `denied` (`brand`) if the client has no access to it, whether or not there is
        such a brand; otherwise the errors of `me`.
        """
        return self._call(_SWITCH_BRAND, session, brand)

    def view_page(self, session: str, feature: str) -> None:
        """Checks that the client may see a page of this feature, and records the view at the
        session's brand. `denied` (`feature`) if it may not, and nothing is recorded; otherwise
        the errors of `me`.
        """
        return self._call(_VIEW_PAGE, session, feature)

    def export(self, session: str, format: ExportFormat) -> None:
        """Checks that the client may export, and records the export at the session's brand.
        `denied` (`no-export`) if it may not, (`account-feature`) if the brand's account doesn't
        have the feature `download-reports`, and nothing is recorded; otherwise the errors of
        `me`.
        """
        return self._call(_EXPORT, session, format)

    def record(self, session: str, views: builtins.list[PageView]) -> builtins.list[ViewOutcome]:
        """Records up to 1,000 page views at once, at the session's brand, for hosts that collect
        them. Gives an outcome for each, in the same place. Repeating it records them again.
        `limit` (`rows`) beyond 1,000; otherwise the errors of `me`.
        """
        return self._call(_RECORD, session, views)

    def plans(self, session: str, account: AccountId) -> builtins.list[PlanOffer]:
        """The plans that the owner of an account can choose from, where the platform bills it: all
        that are for sale, in the order of the catalog. What the account uses by now decides
        which of them fit. The errors of `choose-plan`, but for those of a single plan, which
        stand in it.
        """
        return self._call(_PLANS, session, account)

    def choose_plan(self, session: str, account: AccountId, plan: PlanId) -> None:
        """Chooses the plan of an account that the platform bills, as its owner: the plan is
        charged from now on, to the account, which is active then. What the agency has paid of
        the running month is credited to it. `denied` (`owner`) if the client isn't the
        account's owner, or there is no such account; `conflict` (`agency-billing`) if the
        platform doesn't bill it, (`pays-itself`) if a plan was chosen already, (`setup`,
        `disabled`, `deleted`) where that is so, (`in-use`) for a plan with fewer dashboards or
        users than the account uses, (`resources`) for one without any; `limit` (`dashboards`,
        `users`, `api-calls`) for one that is more than the agency may hand out, and (`users`)
        without room for the owner; `invalid` for a plan that isn't in the catalog; otherwise
        the errors of `me`.
        """
        return self._call(_CHOOSE_PLAN, session, account, plan)

    def set_sign_in_policy(self, session: str, account: AccountId, policy: Policy) -> None:
        """Says what operators of the agency may do who sign in on the account's behalf, as its
        owner. A sign-in that runs, and isn't allowed until its end any more, ends. What it is
        already changes nothing. `denied` (`owner`) if the client isn't the account's owner;
        otherwise the errors of `me`.
        """
        return self._call(_SET_SIGN_IN_POLICY, session, account, policy)

    def allow_sign_in(self, session: str, account: AccountId, minutes: int) -> None:
        """Allows operators everything on the account's behalf for so many minutes from now on, 0
        to 1,440, whatever the policy; 0: no longer. Sign-ins end as with `set-sign-in-policy`,
        and so are the errors as for `set-sign-in-policy`.
        """
        return self._call(_ALLOW_SIGN_IN, session, account, minutes)

    def set_sign_in_report(self, session: str, account: AccountId, wanted: bool) -> None:
        """Says whether the account gets a mail at the end of each sign-in, however it ends, by the
        next `jobs.run`: who was signed in, from when until when, and what was done, each kind
        of thing once with how often and at which brands. It goes to the account's address;
        where it has none, to its owner's; where it has no owner any more, to the agency's. Not
        so to begin with. What it is already changes nothing, and nothing is sent while the
        agency hides sign-ins. `denied` (`hidden`) if it is wanted where the agency's settings
        hide sign-ins, (`owner`) if the client isn't the account's owner; otherwise the errors
        of `me`.
        """
        return self._call(_SET_SIGN_IN_REPORT, session, account, wanted)

    def sign_ins(self, session: str, account: AccountId, page: PageRequest) -> VisibleSignInPage:
        """When, and by whom, somebody was signed in on the account's behalf, for its owner; not
        what else the agency does. `denied` (`hidden`) where the agency's settings say so,
        (`owner`) if the client isn't the account's owner; otherwise the errors of `me`, but
        that it doesn't count as a log-in.
        """
        return self._call(_SIGN_INS, session, account, page)

    def colleagues(self, session: str, account: AccountId, page: PageRequest) -> ColleaguePage:
        """The people of an account, for its owner: who has one of its brands, or is invited to
        one, and the owner itself, in the order in which they became clients. Invites that have
        expired don't count. What they have elsewhere, and when they were here, isn't told.
        `denied` (`owner`) if the client isn't the account's owner, (`account`) while it is in
        set-up or disabled; otherwise the errors of `me`, but that it doesn't count as a log-in.
        """
        return self._call(_COLLEAGUES, session, account, page)

    def invite_colleague(
        self, session: str, account: AccountId, colleague: NewColleague
    ) -> ClientId:
        """Invites somebody to brands of an account, as its owner, in whose name the mail is.
        Whoever is a client already gets the brands, at once or with the invite that is open, as
        by `clients.invite-by-email`; what it has elsewhere stays as it is. Whoever has them
        already is answered in the same way, and nothing is sent. Somebody whose access was
        removed is called as the owner says from then on: what others called it isn't told.

        `invalid` (`colleague.brands`) for brands that aren't the account's; `limit` (`users`)
        beyond its users, (`resends-per-day`) as for an invite; `denied` (`owner`) if the client
        isn't the account's owner, (`account`) while it is in set-up or disabled, (`colleague`)
        where only the agency can invite this person, and where that is the owner, who lacks a
        brand: what the agency took the owner doesn't give back; otherwise the errors of `me`.
        """
        return self._call(_INVITE_COLLEAGUE, session, account, colleague)

    def forgot_password(self, agency: AgencyId, email: str) -> None:
        """Asks for a link to choose a new password. Neither the answer nor the time it takes tells
        whether the address has a login: the request is only noted, and `jobs.run` sends the
        mail if the address is that of a client of this agency who has joined. If the address
        has no login but an open invite that hasn't expired, that invite is mailed again: the
        same link with the same end. Beyond 3 an hour for one address, requests get the same
        answer and are dropped.
        """
        return self._call(_FORGOT_PASSWORD, agency, email)

    def reset_password(self, token: str, password: str) -> None:
        """Chooses a new password with the token of a mailed link, which works once, within one
        hour, and proves the address. All of the person's sessions end, and a mail says so.

        `not-found` for a token that was used, replaced or tampered with; `expired` after an
        hour; `invalid` as for `sign-up`.
        """
        return self._call(_RESET_PASSWORD, token, password)

    def change_password(
        self, session: str, current: str, password: str, *, origin: str | None = None
    ) -> None:
        """Changes the password of the person who is logged in. All other sessions end, and a mail
        says so. `denied` (`wrong-password`) counts as a failed attempt at `log-in` does;
        `invalid` as for `sign-up`; otherwise the errors of `me`.
        """
        return self._call(_CHANGE_PASSWORD, session, current, password, origin)

    def change_email(
        self, session: str, password: str, email: str, *, origin: str | None = None
    ) -> None:
        """Asks to change the e-mail address: a mail with a link is sent to the new one, and one
        that says so to the old. Nothing changes until the link is opened. If another login has
        that address, the answer is the same, but no link is sent. `denied` as for
        `change-password`; `limit` (`address-changes`) beyond 3 an hour.
        """
        return self._call(_CHANGE_EMAIL, session, password, email, origin)


_THEME: Function[PortalTheme] = Function(
    "clientdesk:core/portal@0.1.0",
    "theme",
    [Param("agency", "agency", AGENCY_ID)],
    PORTAL_THEME,
    fails=ERROR,
)
_OPEN: Function[Invitation] = Function(
    "clientdesk:core/portal@0.1.0", "open", [Param("token", "token", TEXT)], INVITATION, fails=ERROR
)
_SIGN_UP: Function[SignedIn] = Function(
    "clientdesk:core/portal@0.1.0",
    "sign-up",
    [
        Param("token", "token", TEXT),
        Param("name", "name", TEXT),
        Param("password", "password", TEXT),
        Param("email", "email", Option(TEXT)),
        Param("origin", "origin", Option(TEXT)),
    ],
    SIGNED_IN,
    fails=ERROR,
)
_ACCEPT: Function[SignedIn] = Function(
    "clientdesk:core/portal@0.1.0",
    "accept",
    [
        Param("token", "token", TEXT),
        Param("email", "email", TEXT),
        Param("password", "password", TEXT),
        Param("origin", "origin", Option(TEXT)),
    ],
    SIGNED_IN,
    fails=ERROR,
)
_ADMIT: Function[SignedIn] = Function(
    "clientdesk:core/portal@0.1.0",
    "admit",
    [
        Param("agency", "agency", AGENCY_ID),
        Param("email", "email", TEXT),
        Param("name", "name", Option(TEXT)),
        Param("token", "token", Option(TEXT)),
    ],
    SIGNED_IN,
    fails=ERROR,
)
_CONFIRM_EMAIL: Function[None] = Function(
    "clientdesk:core/portal@0.1.0",
    "confirm-email",
    [Param("token", "token", TEXT)],
    None,
    fails=ERROR,
)
_LOG_IN: Function[SignedIn] = Function(
    "clientdesk:core/portal@0.1.0",
    "log-in",
    [
        Param("agency", "agency", AGENCY_ID),
        Param("email", "email", TEXT),
        Param("password", "password", TEXT),
        Param("origin", "origin", Option(TEXT)),
    ],
    SIGNED_IN,
    fails=ERROR,
)
_LOG_OUT: Function[None] = Function(
    "clientdesk:core/portal@0.1.0",
    "log-out",
    [Param("session", "session", TEXT)],
    None,
    fails=ERROR,
)
_ME: Function[Profile] = Function(
    "clientdesk:core/portal@0.1.0", "me", [Param("session", "session", TEXT)], PROFILE, fails=ERROR
)
_SWITCH_BRAND: Function[None] = Function(
    "clientdesk:core/portal@0.1.0",
    "switch-brand",
    [Param("session", "session", TEXT), Param("brand", "brand", BRAND_ID)],
    None,
    fails=ERROR,
)
_VIEW_PAGE: Function[None] = Function(
    "clientdesk:core/portal@0.1.0",
    "view-page",
    [Param("session", "session", TEXT), Param("feature", "feature", TEXT)],
    None,
    fails=ERROR,
)
_EXPORT: Function[None] = Function(
    "clientdesk:core/portal@0.1.0",
    "export",
    [Param("session", "session", TEXT), Param("format", "format", EXPORT_FORMAT)],
    None,
    fails=ERROR,
)
_RECORD: Function[list[ViewOutcome]] = Function(
    "clientdesk:core/portal@0.1.0",
    "record",
    [Param("session", "session", TEXT), Param("views", "views", List(PAGE_VIEW))],
    List(VIEW_OUTCOME),
    fails=ERROR,
)
_PLANS: Function[list[PlanOffer]] = Function(
    "clientdesk:core/portal@0.1.0",
    "plans",
    [Param("session", "session", TEXT), Param("account", "account", ACCOUNT_ID)],
    List(PLAN_OFFER),
    fails=ERROR,
)
_CHOOSE_PLAN: Function[None] = Function(
    "clientdesk:core/portal@0.1.0",
    "choose-plan",
    [
        Param("session", "session", TEXT),
        Param("account", "account", ACCOUNT_ID),
        Param("plan", "plan", PLAN_ID),
    ],
    None,
    fails=ERROR,
)
_SET_SIGN_IN_POLICY: Function[None] = Function(
    "clientdesk:core/portal@0.1.0",
    "set-sign-in-policy",
    [
        Param("session", "session", TEXT),
        Param("account", "account", ACCOUNT_ID),
        Param("policy", "policy", POLICY),
    ],
    None,
    fails=ERROR,
)
_ALLOW_SIGN_IN: Function[None] = Function(
    "clientdesk:core/portal@0.1.0",
    "allow-sign-in",
    [
        Param("session", "session", TEXT),
        Param("account", "account", ACCOUNT_ID),
        Param("minutes", "minutes", U32),
    ],
    None,
    fails=ERROR,
)
_SET_SIGN_IN_REPORT: Function[None] = Function(
    "clientdesk:core/portal@0.1.0",
    "set-sign-in-report",
    [
        Param("session", "session", TEXT),
        Param("account", "account", ACCOUNT_ID),
        Param("wanted", "wanted", BOOL),
    ],
    None,
    fails=ERROR,
)
_SIGN_INS: Function[VisibleSignInPage] = Function(
    "clientdesk:core/portal@0.1.0",
    "sign-ins",
    [
        Param("session", "session", TEXT),
        Param("account", "account", ACCOUNT_ID),
        Param("page", "page", PAGE_REQUEST),
    ],
    VISIBLE_SIGN_IN_PAGE,
    fails=ERROR,
)
_COLLEAGUES: Function[ColleaguePage] = Function(
    "clientdesk:core/portal@0.1.0",
    "colleagues",
    [
        Param("session", "session", TEXT),
        Param("account", "account", ACCOUNT_ID),
        Param("page", "page", PAGE_REQUEST),
    ],
    COLLEAGUE_PAGE,
    fails=ERROR,
)
_INVITE_COLLEAGUE: Function[ClientId] = Function(
    "clientdesk:core/portal@0.1.0",
    "invite-colleague",
    [
        Param("session", "session", TEXT),
        Param("account", "account", ACCOUNT_ID),
        Param("colleague", "colleague", NEW_COLLEAGUE),
    ],
    CLIENT_ID,
    fails=ERROR,
)
_FORGOT_PASSWORD: Function[None] = Function(
    "clientdesk:core/portal@0.1.0",
    "forgot-password",
    [Param("agency", "agency", AGENCY_ID), Param("email", "email", TEXT)],
    None,
    fails=ERROR,
)
_RESET_PASSWORD: Function[None] = Function(
    "clientdesk:core/portal@0.1.0",
    "reset-password",
    [Param("token", "token", TEXT), Param("password", "password", TEXT)],
    None,
    fails=ERROR,
)
_CHANGE_PASSWORD: Function[None] = Function(
    "clientdesk:core/portal@0.1.0",
    "change-password",
    [
        Param("session", "session", TEXT),
        Param("current", "current", TEXT),
        Param("password", "password", TEXT),
        Param("origin", "origin", Option(TEXT)),
    ],
    None,
    fails=ERROR,
)
_CHANGE_EMAIL: Function[None] = Function(
    "clientdesk:core/portal@0.1.0",
    "change-email",
    [
        Param("session", "session", TEXT),
        Param("password", "password", TEXT),
        Param("email", "email", TEXT),
        Param("origin", "origin", Option(TEXT)),
    ],
    None,
    fails=ERROR,
)
FUNCTIONS: list[Function[object]] = [
    _THEME,
    _OPEN,
    _SIGN_UP,
    _ACCEPT,
    _ADMIT,
    _CONFIRM_EMAIL,
    _LOG_IN,
    _LOG_OUT,
    _ME,
    _SWITCH_BRAND,
    _VIEW_PAGE,
    _EXPORT,
    _RECORD,
    _PLANS,
    _CHOOSE_PLAN,
    _SET_SIGN_IN_POLICY,
    _ALLOW_SIGN_IN,
    _SET_SIGN_IN_REPORT,
    _SIGN_INS,
    _COLLEAGUES,
    _INVITE_COLLEAGUE,
    _FORGOT_PASSWORD,
    _RESET_PASSWORD,
    _CHANGE_PASSWORD,
    _CHANGE_EMAIL,
]
