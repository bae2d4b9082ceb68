"""Client companies that the agency runs, and what each has: a plan with add-ons, and who pays for
it.

An account begins in set-up and costs nothing. Its plan is charged in advance from the moment
that it is activated, month by month; `billing` says how. What is planned for the end of the
payer's month stands in the account until then.

An account may use so many dashboards, users and API calls a day: its allocation, which is its
own (`set-resources`) or what its plan includes, and what its add-ons add. Until it is
activated, the plan that it is to have (`intended-plan`) counts in the plan's place. While it
has none of these, nothing is limited. Plans and add-ons give what the catalog says today. From
the first plan on until the account is deleted, its allocation comes out of the agency's pool
(`catalog.set-terms`); what add-ons add doesn't.

Users are the clients with access to the account's brands, or with the offer of it: each counts
once, from the invite on. An invite or a move by which an account would have more than it may is
refused: `limit` (`users`). Accepting is refused so too, where the account got smaller since and
as many have joined as it may have. Clients of brands without an account are never limited.
"""

# Made by generate.py from the interface `core/accounts`: change that instead.

from __future__ import annotations

import builtins
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from .._functions import Call as _Call, Function, Param
from .._shapes import BOOL, TEXT, U32, U64, Enumeration, List, Option, Record, Variant
from .account_types import (
    ACCOUNT as ACCOUNT,
    ACCOUNT_COUNTS as ACCOUNT_COUNTS,
    ACCOUNT_DETAIL as ACCOUNT_DETAIL,
    ACCOUNT_STATUS as ACCOUNT_STATUS,
    ACCOUNT_TEMPLATE as ACCOUNT_TEMPLATE,
    ACCOUNT_USAGE as ACCOUNT_USAGE,
    ADD_ON_ID as ADD_ON_ID,
    BILLING_OWNER as BILLING_OWNER,
    PLAN_ID as PLAN_ID,
    POOL_SHARES as POOL_SHARES,
    RESOURCE_KIND as RESOURCE_KIND,
    RESOURCE_USE as RESOURCE_USE,
    RUNNING_OUT as RUNNING_OUT,
    TEMPLATE_ID as TEMPLATE_ID,
    Account as Account,
    AccountCounts as AccountCounts,
    AccountDetail as AccountDetail,
    AccountStatus as AccountStatus,
    AccountTemplate as AccountTemplate,
    AccountUsage as AccountUsage,
    AddOnId as AddOnId,
    BillingOwner as BillingOwner,
    PlanId as PlanId,
    PoolShares as PoolShares,
    ResourceKind as ResourceKind,
    ResourceUse as ResourceUse,
    RunningOut as RunningOut,
    TemplateId as TemplateId,
)
from .catalog import RESOURCES as RESOURCES, Resources as Resources
from .types import (
    ACCOUNT_ID as ACCOUNT_ID,
    BRAND_ID as BRAND_ID,
    CALL as CALL,
    CLIENT_ID as CLIENT_ID,
    CURSOR as CURSOR,
    ERROR as ERROR,
    PAGE_REQUEST as PAGE_REQUEST,
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
    Invalid as Invalid,
    Limit as Limit,
    NotFound as NotFound,
    Other as Other,
    PageRequest as PageRequest,
    Timestamp as Timestamp,
    Unavailable as Unavailable,
)


@dataclass(frozen=True, slots=True)
class AccountStartSetup:
    """In set-up."""


@dataclass(frozen=True, slots=True)
class AccountStartTrial:
    """On trial, for so many days: 1 to the most that the catalog allows (14)."""

    value: int


@dataclass(frozen=True, slots=True)
class AccountStartActive:
    """Active, with this plan; not where the platform bills it."""

    value: PlanId


AccountStart: TypeAlias = AccountStartSetup | AccountStartTrial | AccountStartActive
"""How an account begins."""

ACCOUNT_START = Variant(
    [
        ("setup", AccountStartSetup, None),
        ("trial", AccountStartTrial, U32),
        ("active", AccountStartActive, PLAN_ID),
    ]
)


@dataclass(slots=True, kw_only=True)
class NewAccount:
    """An account to create."""

    id: AccountId | None = None
    """The host's own id for the account; none: an id is generated."""
    name: str
    """The company's name, 1 to 200 characters. Two accounts may have the same."""
    description: str | None = None
    """What the agency says of it, at most 2,000 characters."""
    email: str | None = None
    """Where its mail goes; none: to the agency. As the account leaves set-up, its owner is invited
    there: a client with access to all of its brands, now and later.
    """
    address: str | None = None
    """Its address on invoices that it pays itself, at most 500 characters."""
    billing_owner: BillingOwner
    """Whom the platform bills for it."""
    start: AccountStart
    """How it begins."""
    plan: PlanId | None = None
    """The plan that it is to have: nothing is charged for it until the account is activated, but
    what it includes of resources and features is what the account may use till then. None: no
    plan is intended, and nothing limited by one. `invalid` where the account starts active,
    with a plan of its own.
    """
    add_ons: list[AddOnId] | None = None
    """Its add-ons from the start, each once, 50 at most, charged as for `add-add-on`; only where
    it starts active, otherwise `invalid`. None: it begins without.
    """
    resources: Resources | None = None
    """An allocation of its own, as for `set-resources`; none: what its plan includes."""
    features: list[str] | None = None
    """Features of its own, by their keys, as for `set-features`; none: those of its plan and its
    add-ons.
    """
    resale_price: int | None = None
    """What the agency charges its client a month, in minor units of the catalog's currency; none:
    that isn't kept.
    """
    template: TemplateId | None = None
    """What it is made from: its plan, resources, features and brands, and the welcome of its
    owner. None: it begins with what is said here alone.
    """


NEW_ACCOUNT = Record(
    NewAccount,
    [
        ("id", "id", Option(ACCOUNT_ID)),
        ("name", "name", TEXT),
        ("description", "description", Option(TEXT)),
        ("email", "email", Option(TEXT)),
        ("address", "address", Option(TEXT)),
        ("billing-owner", "billing_owner", BILLING_OWNER),
        ("start", "start", ACCOUNT_START),
        ("plan", "plan", Option(PLAN_ID)),
        ("add-ons", "add_ons", Option(List(ADD_ON_ID))),
        ("resources", "resources", Option(RESOURCES)),
        ("features", "features", Option(List(TEXT))),
        ("resale-price", "resale_price", Option(U64)),
        ("template", "template", Option(TEMPLATE_ID)),
    ],
)


@dataclass(frozen=True, slots=True)
class PriceChangeNothing:
    """None is kept any more."""


@dataclass(frozen=True, slots=True)
class PriceChangeMonthly:
    """It is this, a month, in minor units of the catalog's currency."""

    value: int


PriceChange: TypeAlias = PriceChangeNothing | PriceChangeMonthly
"""What becomes of a price."""

PRICE_CHANGE = Variant(
    [("nothing", PriceChangeNothing, None), ("monthly", PriceChangeMonthly, U64)]
)


@dataclass(slots=True, kw_only=True)
class AccountChanges:
    """What to change of an account; none: it stays as it is."""

    name: str | None = None
    """The company's name, 1 to 200 characters."""
    description: str | None = None
    """What the agency says of it; empty takes it away."""
    email: str | None = None
    """Where its mail goes; empty: to the agency."""
    address: str | None = None
    """Its address on invoices, at most 500 characters; empty takes it away."""
    resale_price: PriceChange | None = None
    """What the agency charges its client a month."""
    intended_plan: PlanId | None = None
    """The plan that it is to have; empty takes it away."""


ACCOUNT_CHANGES = Record(
    AccountChanges,
    [
        ("name", "name", Option(TEXT)),
        ("description", "description", Option(TEXT)),
        ("email", "email", Option(TEXT)),
        ("address", "address", Option(TEXT)),
        ("resale-price", "resale_price", Option(PRICE_CHANGE)),
        ("intended-plan", "intended_plan", Option(PLAN_ID)),
    ],
)


@dataclass(slots=True, kw_only=True)
class AccountFilter:
    """Which accounts to give: those that match everything that is set."""

    status: AccountStatus | None = None
    """Those that stand here, by the time of the call: an account whose trial is over is disabled,
    whether a job has written it down or not.
    """
    billing_owner: BillingOwner | None = None
    """Those for which the platform bills this one."""
    plan: PlanId | None = None
    """Those that have this plan now, also where it isn't for sale any more; what is planned
    doesn't count before its time.
    """
    search: str | None = None
    """Those whose name or e-mail address contains this, ignoring what searches leave out (see
    `types`). A domain is found by its letters and in ASCII. At most 200 characters; if nothing
    is left, all.
    """


ACCOUNT_FILTER = Record(
    AccountFilter,
    [
        ("status", "status", Option(ACCOUNT_STATUS)),
        ("billing-owner", "billing_owner", Option(BILLING_OWNER)),
        ("plan", "plan", Option(PLAN_ID)),
        ("search", "search", Option(TEXT)),
    ],
)


class AccountSort(Enum):
    """What a list is sorted by. Accounts that are equal in this are in the order of their ids."""

    NAME = "name"
    """The name, ignoring what searches leave out (see `types`): the first 225 bytes of it, in
    UTF-8.
    """
    CREATED = "created"
    """When they were created."""
    STATUS = "status"
    """Set-up (the oldest account first), trial (the one that ends first comes first), active (the
    oldest account first), disabled, deleted (the one that has been so for longest first).
    """


ACCOUNT_SORT = Enumeration(AccountSort)


@dataclass(slots=True)
class AccountOrder:
    """The order of a list."""

    sort: AccountSort
    """What it is sorted by."""
    descending: bool
    """Whether the order is reversed."""


ACCOUNT_ORDER = Record(
    AccountOrder, [("sort", "sort", ACCOUNT_SORT), ("descending", "descending", BOOL)]
)


@dataclass(slots=True)
class AccountDeletion:
    """An account to delete."""

    id: AccountId
    """Which."""
    name: str
    """Its name, typed as a confirmation."""


ACCOUNT_DELETION = Record(AccountDeletion, [("id", "id", ACCOUNT_ID), ("name", "name", TEXT)])


@dataclass(frozen=True, slots=True)
class DeletionOutcomeRefused:
    """It was refused, or failed: none of it was done."""

    value: Error


@dataclass(frozen=True, slots=True)
class DeletionOutcomeDeleted:
    """It is deleted."""


DeletionOutcome: TypeAlias = DeletionOutcomeRefused | DeletionOutcomeDeleted
"""What became of one account of several that were to be deleted."""

DELETION_OUTCOME = Variant(
    [("refused", DeletionOutcomeRefused, ERROR), ("deleted", DeletionOutcomeDeleted, None)]
)


@dataclass(slots=True, kw_only=True)
class AccountPage:
    """A page of accounts."""

    accounts: list[Account]
    """The accounts, in the order asked for."""
    next: Cursor | None = None
    """The cursor of the next page; none: this is the last. It marks the place of the last account,
    so accounts that come and move elsewhere don't shift the pages; it is good for the same
    filter and order only.
    """
    as_of: Timestamp
    """The time that everything was derived for."""
    within: AccountId | None = None
    """The account on whose behalf it was asked for, and which it was narrowed to; none: to
    nothing.
    """


ACCOUNT_PAGE = Record(
    AccountPage,
    [
        ("accounts", "accounts", List(ACCOUNT)),
        ("next", "next", Option(CURSOR)),
        ("as-of", "as_of", TIMESTAMP),
        ("within", "within", Option(ACCOUNT_ID)),
    ],
)


class AccountsFunctions:
    """The functions of `accounts`."""

    def __init__(self, call: _Call) -> None:
        self._call = call

    def create(self, call: Call, account: NewAccount) -> AccountId:
        """Creates an account, with all that it is to have, or not at all. `exists` when its id is
        taken, or the name of a brand of its template; `not-found` for a template that isn't
        there; `invalid` (`unknown`) for a plan or an add-on that the catalog doesn't have;
        where it begins active, `conflict` (`resources`) and `limit` as for `activate`: plan and
        add-ons count together; where it begins outside of set-up, `conflict` (`unverified`) as
        for `activate`. Needs a manager.
        """
        return self._call(_CREATE, call, account)

    def get(self, call: Call, id: AccountId) -> Account:
        """An account, deleted ones too."""
        return self._call(_GET, call, id)

    def detail(self, call: Call, id: AccountId) -> AccountDetail:
        """An account with what a page about it shows besides: what it uses, what runs out, and its
        people. Of these, only the account's brands are told.
        """
        return self._call(_DETAIL, call, id)

    def list(
        self,
        call: Call,
        *,
        filter: AccountFilter | None = None,
        order: AccountOrder | None = None,
        page: PageRequest,
    ) -> AccountPage:
        """The agency's accounts, deleted ones too; without an order, by `name`. With `acting-as`,
        that account alone, if it matches. Without a filter, a page takes as long with 10,000
        accounts as with 100. `invalid` (`filter.plan`, `filter.search`) where they are
        malformed or too long, and (`page.limit`, `page.cursor`).
        """
        return self._call(_LIST, call, filter, order, page)

    def counts(self, call: Call) -> AccountCounts:
        """How many accounts the agency has, in each status. It takes longer the more there are,
        though it reads none of them.
        """
        return self._call(_COUNTS, call)

    def pool(self, call: Call) -> PoolShares:
        """What the agency may hand out to its accounts (`catalog.set-terms`), and what they have
        allocated of it. What add-ons add is no part of it, and accounts that were never active
        have nothing of it.
        """
        return self._call(_POOL, call)

    def update(self, call: Call, id: AccountId, changes: AccountChanges) -> None:
        """Changes what is said of an account. With an address where there was no owner, one is
        invited there, unless the account is in set-up, or the client with that address was
        revoked since there is the account: that one is invited by hand, and named with
        `set-owner`. What it is already changes nothing. `conflict` (`unverified`) as for
        `activate`, (`deleted`) where it is deleted; for the plan that it is to have, `conflict`
        (`active`) where it was activated, (`in-use`) where the account would have fewer than it
        uses. Needs a manager.
        """
        return self._call(_UPDATE, call, id, changes)

    def templates(self, call: Call) -> builtins.list[AccountTemplate]:
        """What the agency's accounts can be made from, in the order of their ids."""
        return self._call(_TEMPLATES, call)

    def set_template(self, call: Call, template: AccountTemplate) -> None:
        """Makes a template, or changes the one that has its id. Accounts that were made from it
        stay as they are; the same again changes nothing. `invalid` (`unknown`) for a plan that
        the catalog doesn't have; `limit` (`templates`) beyond 100. Needs a manager.
        """
        return self._call(_SET_TEMPLATE, call, template)

    def remove_template(self, call: Call, id: TemplateId) -> None:
        """Removes a template. Accounts that were made from it stay as they are. Needs a manager."""
        return self._call(_REMOVE_TEMPLATE, call, id)

    def move_brand(self, call: Call, id: BrandId, *, account: AccountId | None = None) -> None:
        """Moves a brand into an account, or out of the one that it is in (none): from then on the
        account's status governs who gets in, and the account's owner has the brand; that of the
        account that it leaves hasn't it any more, also where it had the brand before it was the
        owner: then `clients.add-brands` gives it back. White-label runs on grants whatever the
        account is. `conflict` (`archived`) of a brand that was archived, (`deleted`) of an
        account that is, (`last-brand`) where the owner of the account that it leaves would have
        no brand left, here or elsewhere: move another one in first, or name nobody as the owner
        (`set-owner`), who keeps it then, (`unverified`) as for `activate`. `limit`
        (`brands-per-account`) beyond 100, archived ones not counted, (`users`) beyond the
        account's users. Needs a manager.
        """
        return self._call(_MOVE_BRAND, call, id, account)

    def start_trial(self, call: Call, id: AccountId, days: int) -> None:
        """Ends set-up: the client tries the account out for some days, from now on. Where the
        platform bills the account, this is the way on from set-up: a mail says that its plan is
        to be chosen. Three days before the end a mail says so, to the account's address or the
        agency's; at the end it is disabled (`trial-expired`), with all that it has, and can be
        activated, and a mail says that. Both mails say how to keep a copy, and, where
        `catalog.policies` has it so, when a job deletes the account as `delete` does
        (`deletes-at`). Where it was disabled by hand before the trial's end, neither mail goes
        out, since the mail about that did. `conflict` (`trial`, `active`, `disabled`,
        `deleted`) where it isn't in set-up, (`unverified`) as for `activate`. Needs a manager.
        """
        return self._call(_START_TRIAL, call, id, days)

    def extend_trial(self, call: Call, id: AccountId, days: int) -> None:
        """A longer trial, by some days from its end; in all at most as long as a trial may be.
        `conflict` (`setup`, `active`, `disabled`, `deleted`) where it isn't on trial. Needs a
        manager.
        """
        return self._call(_EXTEND_TRIAL, call, id, days)

    def set_owner(self, call: Call, id: AccountId, *, client: ClientId | None = None) -> None:
        """Names the account's owner: a client with access to all of its brands, now (outside of
        set-up) and later, who chooses its plan where the platform bills it
        (`portal.choose-plan`); none: nobody is. What the owner before it has, it keeps. An
        owner whose invite has expired is invited anew, when the account leaves set-up or gets
        another brand. The agency can take single brands from an owner
        (`clients.remove-brands`). Whose access is removed, or over, owns nothing any more
        (`clients.revoke`). An owner who accepts its invite as somebody who is a client already
        owns the account as that client. `conflict` (`revoked`) where the client's access was
        removed, (`deleted`) where the account is. Needs a manager.
        """
        return self._call(_SET_OWNER, call, id, client)

    def reset_password(self, call: Call, id: AccountId) -> None:
        """Mails a link to choose a new password to the account's address, which works for one
        hour: to its owner, or whoever else with one of its brands logs in with that address.
        Until it is used, the old password keeps working. `conflict` (`no-email`) where the
        account has no address, (`no-owner`) where nobody owns it and nobody of it logs in with
        the address, (`other-address`) where nobody of the account logs in with it, (`pending`,
        `revoked`) of the client as for `clients.reset-password`, and (`deleted`) where the
        account is. Needs a manager.
        """
        return self._call(_RESET_PASSWORD, call, id)

    def activate(self, call: Call, id: AccountId, plan: PlanId) -> None:
        """Ends set-up or a trial: the plan is charged from now on, to the agency. A disabled
        account that was never active can be activated too. Where its trial is over, and no job
        has said so yet, no mail does. `conflict` (`resources`) where it would have no dashboard
        or no user, (`in-use`) where it would have fewer than it uses; `limit` (`dashboards`,
        `users`, `api-calls`) beyond the agency's pool, with what is left of it, or (`users`)
        without room for its owner. `conflict` (`platform-billing`) where the platform bills the
        account: then its owner chooses the plan. Only one that is disabled without any trial
        left, which nobody gets into, can be activated all the same: its plan stays due, and
        until its owner has chosen, the agency pays. `conflict` (`active`, `disabled`,
        `deleted`) where it was activated before. `conflict` (`unverified`) where its owner is
        to be invited at the account's address, with which somebody signed up through a link and
        which they haven't confirmed: nobody else's claim makes an owner. Needs a manager.
        """
        return self._call(_ACTIVATE, call, id, plan)

    def change_plan(self, call: Call, id: AccountId, plan: PlanId) -> None:
        """Another plan: one of a higher or equal price now, with what is left of the old one
        credited; a cheaper one at the end of the payer's month. Asking for the one that runs
        takes a planned one back. `conflict` (`setup`, `trial`, `disabled`, `deleted`) where no
        plan runs; `conflict` (`resources`, `in-use`) and `limit` as for `activate`. Needs a
        manager.
        """
        return self._call(_CHANGE_PLAN, call, id, plan)

    def add_add_on(self, call: Call, id: AccountId, add_on: AddOnId) -> None:
        """One more add-on, from now on; or, where it was to go, it stays. One that the account has
        already changes nothing. `conflict` as for `change-plan`. Needs a manager.
        """
        return self._call(_ADD_ADD_ON, call, id, add_on)

    def remove_add_on(self, call: Call, id: AccountId, add_on: AddOnId) -> None:
        """An add-on goes at the end of the payer's month. `not-found` where the account doesn't
        have it, `conflict` as for `change-plan`: (`in-use`) where what it adds is in use. Needs
        a manager.
        """
        return self._call(_REMOVE_ADD_ON, call, id, add_on)

    def disable(self, call: Call, id: AccountId) -> None:
        """A rest: clients don't get into its brands, nothing is credited, and nothing is renewed;
        a mail says so, unless it was in set-up. Sessions of clients who have no other brand
        that is open end for good: when the account goes on, they log in again. A trial's clock
        runs on. Disabling a disabled account changes nothing. `conflict` (`deleted`) where it
        is deleted. Needs a manager.
        """
        return self._call(_DISABLE, call, id)

    def resume(self, call: Call, id: AccountId) -> None:
        """Ends the rest: the trial goes on as long as it lasts; or the plan, where what is still
        paid for goes on, and what isn't is charged from now on. `conflict` (`setup`, `trial`,
        `active`, `deleted`) where it isn't disabled, (`disabled`) where there is nothing to go
        on with. Needs a manager.
        """
        return self._call(_RESUME, call, id)

    def delete(self, call: Call, id: AccountId, name: str) -> None:
        """Deletes an account for good, at once. Its plan is paid for to the end of the month,
        without credit; its brands are archived, their white-label stops with its credit, and
        clients left without brands are revoked. `name` is its name, typed as a confirmation.
        `conflict` (`deleted`) where it is deleted. Needs an owner.
        """
        return self._call(_DELETE, call, id, name)

    def delete_many(
        self, call: Call, accounts: builtins.list[AccountDeletion]
    ) -> builtins.list[DeletionOutcome]:
        """Deletes up to 100 accounts, each as `delete` does, separately and with an outcome of its
        own in the same place: one that is refused doesn't affect the others. With an
        idempotency key, each is repeated safely by its place. With `call.quote`, all of it
        comes to what was quoted, as for `clients.invite-many`. `limit` (`rows`) beyond 100.
        Needs an owner.
        """
        return self._call(_DELETE_MANY, call, accounts)

    def set_billing_owner(self, call: Call, id: AccountId, owner: BillingOwner) -> None:
        """Whom the platform bills. To the agency: it takes over at once what the account pays
        itself. To the platform: the account's owner is to choose a plan, and until then the
        agency pays. That moves the account nowhere, and reveals nothing: from set-up it goes on
        by `start-trial`. On trial and active, a mail says that the plan is due, to the
        account's address, or else to its owner, or else to the agency. What it is already
        changes nothing. `conflict` (`deleted`) where it is deleted, and (`disabled`) where a
        disabled account pays itself. Needs a manager.
        """
        return self._call(_SET_BILLING_OWNER, call, id, owner)

    def set_resources(
        self, call: Call, id: AccountId, *, resources: Resources | None = None
    ) -> None:
        """Gives an account an allocation of its own; none: it has what its plan includes. The same
        again changes nothing. `conflict` (`in-use`) if it uses more dashboards or has more
        users, who are named; (`resources`) if it is active and would have no dashboard or no
        user; (`deleted`) where it is deleted. `limit` (`dashboards`, `users`, `api-calls`)
        beyond the agency's pool: what is left for it, and what was asked for; 1,000,000,000,000
        stands for as much as one likes. Needs a manager.
        """
        return self._call(_SET_RESOURCES, call, id, resources)

    def set_features(
        self, call: Call, id: AccountId, *, features: builtins.list[str] | None = None
    ) -> None:
        """Gives an account features of its own, by their keys, and no others; none: it has those
        of its plan and its add-ons, and while it has no plan, all. The same again changes
        nothing. `conflict` (`deleted`) where it is deleted. Needs a manager.
        """
        return self._call(_SET_FEATURES, call, id, features)

    def reserve(
        self, call: Call, id: AccountId, resource: ResourceKind, amount: int
    ) -> ResourceUse:
        """Takes so many more dashboards, or counts so many more API calls of today, by the
        agency's calendar. All or nothing, also when many reserve at once; nothing is logged,
        unless it is on an account's behalf (`impersonation-used`), or it has run out or will
        within a week, and that only once for each limit; a mail says so as well, where the
        agency's settings have it so (`resource-alerts`). `limit` (`dashboards`, `api-calls`)
        beyond what the account may use, with how long it is until tomorrow where calls can be
        made then; `invalid` for users, who are invited. `conflict` (`disabled`, `deleted`)
        where that is so. Needs a manager.
        """
        return self._call(_RESERVE, call, id, resource, amount)

    def release(
        self, call: Call, id: AccountId, resource: ResourceKind, amount: int
    ) -> ResourceUse:
        """Gives so many dashboards back, or API calls of today that weren't made after all.
        `invalid` if not so many are reserved. `conflict` (`deleted`) where the account is
        deleted. Needs a manager.
        """
        return self._call(_RELEASE, call, id, resource, amount)

    def usage(self, call: Call, id: AccountId) -> AccountUsage:
        """What an account may use, and what it uses."""
        return self._call(_USAGE, call, id)

    def forecast(self, call: Call, id: AccountId) -> builtins.list[RunningOut]:
        """What will run out within a year, the earliest first, if it goes on as it did in the last
        30 days, or since the account was created: along the straight line that fits the days
        best. Of API calls it is foreseen when a day's calls reach what a day may have. What
        there is none of doesn't run out.
        """
        return self._call(_FORECAST, call, id)

    def allows(self, call: Call, id: AccountId, feature: str) -> bool:
        """Whether an account has a feature, by its key. A disabled or deleted account has none."""
        return self._call(_ALLOWS, call, id, feature)


_CREATE: Function[AccountId] = Function(
    "clientdesk:core/accounts@0.1.0",
    "create",
    [Param("call", "call", CALL), Param("account", "account", NEW_ACCOUNT)],
    ACCOUNT_ID,
    fails=ERROR,
)
_GET: Function[Account] = Function(
    "clientdesk:core/accounts@0.1.0",
    "get",
    [Param("call", "call", CALL), Param("id", "id", ACCOUNT_ID)],
    ACCOUNT,
    fails=ERROR,
)
_DETAIL: Function[AccountDetail] = Function(
    "clientdesk:core/accounts@0.1.0",
    "detail",
    [Param("call", "call", CALL), Param("id", "id", ACCOUNT_ID)],
    ACCOUNT_DETAIL,
    fails=ERROR,
)
_LIST: Function[AccountPage] = Function(
    "clientdesk:core/accounts@0.1.0",
    "list",
    [
        Param("call", "call", CALL),
        Param("filter", "filter", Option(ACCOUNT_FILTER)),
        Param("order", "order", Option(ACCOUNT_ORDER)),
        Param("page", "page", PAGE_REQUEST),
    ],
    ACCOUNT_PAGE,
    fails=ERROR,
)
_COUNTS: Function[AccountCounts] = Function(
    "clientdesk:core/accounts@0.1.0",
    "counts",
    [Param("call", "call", CALL)],
    ACCOUNT_COUNTS,
    fails=ERROR,
)
_POOL: Function[PoolShares] = Function(
    "clientdesk:core/accounts@0.1.0",
    "pool",
    [Param("call", "call", CALL)],
    POOL_SHARES,
    fails=ERROR,
)
_UPDATE: Function[None] = Function(
    "clientdesk:core/accounts@0.1.0",
    "update",
    [
        Param("call", "call", CALL),
        Param("id", "id", ACCOUNT_ID),
        Param("changes", "changes", ACCOUNT_CHANGES),
    ],
    None,
    fails=ERROR,
)
_TEMPLATES: Function[list[AccountTemplate]] = Function(
    "clientdesk:core/accounts@0.1.0",
    "templates",
    [Param("call", "call", CALL)],
    List(ACCOUNT_TEMPLATE),
    fails=ERROR,
)
_SET_TEMPLATE: Function[None] = Function(
    "clientdesk:core/accounts@0.1.0",
    "set-template",
    [Param("call", "call", CALL), Param("template", "template", ACCOUNT_TEMPLATE)],
    None,
    fails=ERROR,
)
_REMOVE_TEMPLATE: Function[None] = Function(
    "clientdesk:core/accounts@0.1.0",
    "remove-template",
    [Param("call", "call", CALL), Param("id", "id", TEMPLATE_ID)],
    None,
    fails=ERROR,
)
_MOVE_BRAND: Function[None] = Function(
    "clientdesk:core/accounts@0.1.0",
    "move-brand",
    [
        Param("call", "call", CALL),
        Param("id", "id", BRAND_ID),
        Param("account", "account", Option(ACCOUNT_ID)),
    ],
    None,
    fails=ERROR,
)
_START_TRIAL: Function[None] = Function(
    "clientdesk:core/accounts@0.1.0",
    "start-trial",
    [Param("call", "call", CALL), Param("id", "id", ACCOUNT_ID), Param("days", "days", U32)],
    None,
    fails=ERROR,
)
_EXTEND_TRIAL: Function[None] = Function(
    "clientdesk:core/accounts@0.1.0",
    "extend-trial",
    [Param("call", "call", CALL), Param("id", "id", ACCOUNT_ID), Param("days", "days", U32)],
    None,
    fails=ERROR,
)
_SET_OWNER: Function[None] = Function(
    "clientdesk:core/accounts@0.1.0",
    "set-owner",
    [
        Param("call", "call", CALL),
        Param("id", "id", ACCOUNT_ID),
        Param("client", "client", Option(CLIENT_ID)),
    ],
    None,
    fails=ERROR,
)
_RESET_PASSWORD: Function[None] = Function(
    "clientdesk:core/accounts@0.1.0",
    "reset-password",
    [Param("call", "call", CALL), Param("id", "id", ACCOUNT_ID)],
    None,
    fails=ERROR,
)
_ACTIVATE: Function[None] = Function(
    "clientdesk:core/accounts@0.1.0",
    "activate",
    [Param("call", "call", CALL), Param("id", "id", ACCOUNT_ID), Param("plan", "plan", PLAN_ID)],
    None,
    fails=ERROR,
)
_CHANGE_PLAN: Function[None] = Function(
    "clientdesk:core/accounts@0.1.0",
    "change-plan",
    [Param("call", "call", CALL), Param("id", "id", ACCOUNT_ID), Param("plan", "plan", PLAN_ID)],
    None,
    fails=ERROR,
)
_ADD_ADD_ON: Function[None] = Function(
    "clientdesk:core/accounts@0.1.0",
    "add-add-on",
    [
        Param("call", "call", CALL),
        Param("id", "id", ACCOUNT_ID),
        Param("add-on", "add_on", ADD_ON_ID),
    ],
    None,
    fails=ERROR,
)
_REMOVE_ADD_ON: Function[None] = Function(
    "clientdesk:core/accounts@0.1.0",
    "remove-add-on",
    [
        Param("call", "call", CALL),
        Param("id", "id", ACCOUNT_ID),
        Param("add-on", "add_on", ADD_ON_ID),
    ],
    None,
    fails=ERROR,
)
_DISABLE: Function[None] = Function(
    "clientdesk:core/accounts@0.1.0",
    "disable",
    [Param("call", "call", CALL), Param("id", "id", ACCOUNT_ID)],
    None,
    fails=ERROR,
)
_RESUME: Function[None] = Function(
    "clientdesk:core/accounts@0.1.0",
    "resume",
    [Param("call", "call", CALL), Param("id", "id", ACCOUNT_ID)],
    None,
    fails=ERROR,
)
_DELETE: Function[None] = Function(
    "clientdesk:core/accounts@0.1.0",
    "delete",
    [Param("call", "call", CALL), Param("id", "id", ACCOUNT_ID), Param("name", "name", TEXT)],
    None,
    fails=ERROR,
)
_DELETE_MANY: Function[list[DeletionOutcome]] = Function(
    "clientdesk:core/accounts@0.1.0",
    "delete-many",
    [Param("call", "call", CALL), Param("accounts", "accounts", List(ACCOUNT_DELETION))],
    List(DELETION_OUTCOME),
    fails=ERROR,
)
_SET_BILLING_OWNER: Function[None] = Function(
    "clientdesk:core/accounts@0.1.0",
    "set-billing-owner",
    [
        Param("call", "call", CALL),
        Param("id", "id", ACCOUNT_ID),
        Param("owner", "owner", BILLING_OWNER),
    ],
    None,
    fails=ERROR,
)
_SET_RESOURCES: Function[None] = Function(
    "clientdesk:core/accounts@0.1.0",
    "set-resources",
    [
        Param("call", "call", CALL),
        Param("id", "id", ACCOUNT_ID),
        Param("resources", "resources", Option(RESOURCES)),
    ],
    None,
    fails=ERROR,
)
_SET_FEATURES: Function[None] = Function(
    "clientdesk:core/accounts@0.1.0",
    "set-features",
    [
        Param("call", "call", CALL),
        Param("id", "id", ACCOUNT_ID),
        Param("features", "features", Option(List(TEXT))),
    ],
    None,
    fails=ERROR,
)
_RESERVE: Function[ResourceUse] = Function(
    "clientdesk:core/accounts@0.1.0",
    "reserve",
    [
        Param("call", "call", CALL),
        Param("id", "id", ACCOUNT_ID),
        Param("resource", "resource", RESOURCE_KIND),
        Param("amount", "amount", U64),
    ],
    RESOURCE_USE,
    fails=ERROR,
)
_RELEASE: Function[ResourceUse] = Function(
    "clientdesk:core/accounts@0.1.0",
    "release",
    [
        Param("call", "call", CALL),
        Param("id", "id", ACCOUNT_ID),
        Param("resource", "resource", RESOURCE_KIND),
        Param("amount", "amount", U64),
    ],
    RESOURCE_USE,
    fails=ERROR,
)
_USAGE: Function[AccountUsage] = Function(
    "clientdesk:core/accounts@0.1.0",
    "usage",
    [Param("call", "call", CALL), Param("id", "id", ACCOUNT_ID)],
    ACCOUNT_USAGE,
    fails=ERROR,
)
_FORECAST: Function[list[RunningOut]] = Function(
    "clientdesk:core/accounts@0.1.0",
    "forecast",
    [Param("call", "call", CALL), Param("id", "id", ACCOUNT_ID)],
    List(RUNNING_OUT),
    fails=ERROR,
)
_ALLOWS: Function[bool] = Function(
    "clientdesk:core/accounts@0.1.0",
    "allows",
    [Param("call", "call", CALL), Param("id", "id", ACCOUNT_ID), Param("feature", "feature", TEXT)],
    BOOL,
    fails=ERROR,
)
FUNCTIONS: list[Function[object]] = [
    _CREATE,
    _GET,
    _DETAIL,
    _LIST,
    _COUNTS,
    _POOL,
    _UPDATE,
    _TEMPLATES,
    _SET_TEMPLATE,
    _REMOVE_TEMPLATE,
    _MOVE_BRAND,
    _START_TRIAL,
    _EXTEND_TRIAL,
    _SET_OWNER,
    _RESET_PASSWORD,
    _ACTIVATE,
    _CHANGE_PLAN,
    _ADD_ADD_ON,
    _REMOVE_ADD_ON,
    _DISABLE,
    _RESUME,
    _DELETE,
    _DELETE_MANY,
    _SET_BILLING_OWNER,
    _SET_RESOURCES,
    _SET_FEATURES,
    _RESERVE,
    _RELEASE,
    _USAGE,
    _FORECAST,
    _ALLOWS,
]
