"""What an account is, as `accounts` shows it. Types only."""

# Made by generate.py from the interface `core/account-types`: change that instead.

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from .._shapes import BOOL, TEXT, U32, U64, Enumeration, List, Option, Record, Variant
from .catalog import (
    ALLOWANCE as ALLOWANCE,
    RESOURCES as RESOURCES,
    Allowance as Allowance,
    AllowanceAtMost as AllowanceAtMost,
    AllowanceUnlimited as AllowanceUnlimited,
    Resources as Resources,
)
from .types import (
    ACCOUNT_ID as ACCOUNT_ID,
    BRAND_ID as BRAND_ID,
    CLIENT_ID as CLIENT_ID,
    MONEY as MONEY,
    STATUS as STATUS,
    TIMESTAMP as TIMESTAMP,
    AccountId as AccountId,
    BrandId as BrandId,
    ClientId as ClientId,
    Money as Money,
    Status as Status,
    Timestamp as Timestamp,
)

PlanId: TypeAlias = str
"""A plan's id in the catalog. `[A-Za-z0-9._-]{1,64}`."""
PLAN_ID = TEXT


AddOnId: TypeAlias = str
"""An add-on's id in the catalog. `[A-Za-z0-9._-]{1,64}`."""
ADD_ON_ID = TEXT


TemplateId: TypeAlias = str
"""A template's id, chosen by the host. `[A-Za-z0-9._-]{1,64}`."""
TEMPLATE_ID = TEXT


class AccountStatus(Enum):
    """Where an account stands."""

    SETUP = "setup"
    """It is being built: its brands are hidden from clients, and nothing is charged."""
    TRIAL = "trial"
    """Its client tries it out, for nothing."""
    ACTIVE = "active"
    """Its plan runs."""
    DISABLED = "disabled"
    """It is at rest: clients don't get into its brands, what is paid for runs out, and nothing is
    renewed.
    """
    DELETED = "deleted"
    """It is gone for good: its brands are archived, what is paid for runs out, and nothing comes
    after it.
    """


ACCOUNT_STATUS = Enumeration(AccountStatus)


class BillingOwner(Enum):
    """Whom the platform bills for an account."""

    AGENCY = "agency"
    """The agency, which charges its client as it likes."""
    PLATFORM = "platform"
    """The account itself, once its owner has chosen a plan; until then the agency."""


BILLING_OWNER = Enumeration(BillingOwner)


class DisabledReason(Enum):
    """Why an account is disabled."""

    BY_HAND = "by-hand"
    """Somebody disabled it."""
    TRIAL_EXPIRED = "trial-expired"
    """Its trial was over."""


DISABLED_REASON = Enumeration(DisabledReason)


@dataclass(slots=True)
class Purchase:
    """A plan or an add-on that an account has."""

    id: str
    """Which, by its id in the catalog."""
    monthly: Money
    """What it costs a month by today's prices, after the volume discount on plans."""
    since: Timestamp
    """Since when the account has it: since it was activated, or the add-on was added. Another plan
    in its place changes nothing of that.
    """
    paid_until: Timestamp
    """Until when it is paid for."""


PURCHASE = Record(
    Purchase,
    [
        ("id", "id", TEXT),
        ("monthly", "monthly", MONEY),
        ("since", "since", TIMESTAMP),
        ("paid-until", "paid_until", TIMESTAMP),
    ],
)


@dataclass(frozen=True, slots=True)
class PlannedStepDowngrade:
    """It gets this cheaper plan."""

    value: PlanId


@dataclass(frozen=True, slots=True)
class PlannedStepRemoval:
    """This add-on goes."""

    value: AddOnId


@dataclass(frozen=True, slots=True)
class PlannedStepEnd:
    """What was paid for is over: it is disabled or deleted."""


PlannedStep: TypeAlias = PlannedStepDowngrade | PlannedStepRemoval | PlannedStepEnd
"""Something that will happen to an account by itself."""

PLANNED_STEP = Variant(
    [
        ("downgrade", PlannedStepDowngrade, PLAN_ID),
        ("removal", PlannedStepRemoval, ADD_ON_ID),
        ("end", PlannedStepEnd, None),
    ]
)


@dataclass(slots=True)
class PlannedChange:
    """Something planned, and when."""

    what: PlannedStep
    """What."""
    at: Timestamp
    """When."""


PLANNED_CHANGE = Record(PlannedChange, [("what", "what", PLANNED_STEP), ("at", "at", TIMESTAMP)])


@dataclass(slots=True, kw_only=True)
class Account:
    """An account, with all that is due counted in."""

    id: AccountId
    """Its id."""
    name: str
    """The company's name."""
    description: str | None = None
    """What the agency says of it."""
    email: str | None = None
    """Where its mail goes; none: to the agency."""
    address: str
    """Its address on invoices; empty where there is none."""
    created_at: Timestamp
    """When it was created."""
    status: AccountStatus
    """Where it stands."""
    trial_ends_at: Timestamp | None = None
    """When its trial is over: of one on trial, and of a disabled one that can go on with it."""
    disabled_reason: DisabledReason | None = None
    """Why it is disabled."""
    deletes_at: Timestamp | None = None
    """When it is deleted by itself, unless it is activated before: of one whose trial is over,
    where `catalog.policies` said so when the trial began. Where its end is noted more than a
    day late, the days count from then. Until a job has deleted it, it can still be activated.
    """
    billing_owner: BillingOwner
    """Whom the platform bills for it."""
    pays_itself: bool
    """Whether it pays itself by now."""
    plan_due: bool
    """Whether its owner is to choose a plan: the platform bills it, and it doesn't pay yet."""
    owner: ClientId | None = None
    """The client who may choose its plan; none: nobody may."""
    plan: Purchase | None = None
    """Its plan; none before it is activated, and when what a deleted account paid for is over."""
    add_ons: list[Purchase]
    """Its add-ons, in the order of their ids."""
    run_rate: Money
    """What all that runs costs its payer a month; 0 while it is disabled."""
    resale_price: Money | None = None
    """What the agency charges its client a month; none: that isn't kept."""
    margin: Money | None = None
    """What the agency keeps of it: the resale price less the run-rate, where the agency pays."""
    brands: list[BrandId]
    """Its brands, in the order of their ids."""
    planned: list[PlannedChange]
    """What will happen by itself, the earliest first."""
    resources: Resources
    """All that it may use, with what its add-ons add."""
    own_resources: Resources | None = None
    """Its own allocation; none: what its plan includes."""
    features: list[str]
    """The keys of the features that it has, as `catalog.plan` lists them."""
    own_features: bool
    """Whether these are its own, and not those of its plan and its add-ons."""
    intended_plan: PlanId | None = None
    """The plan that it is to have, as long as it was never activated: nothing is charged for it,
    but what it includes is what the account may use. None: nobody has said.
    """


ACCOUNT = Record(
    Account,
    [
        ("id", "id", ACCOUNT_ID),
        ("name", "name", TEXT),
        ("description", "description", Option(TEXT)),
        ("email", "email", Option(TEXT)),
        ("address", "address", TEXT),
        ("created-at", "created_at", TIMESTAMP),
        ("status", "status", ACCOUNT_STATUS),
        ("trial-ends-at", "trial_ends_at", Option(TIMESTAMP)),
        ("disabled-reason", "disabled_reason", Option(DISABLED_REASON)),
        ("deletes-at", "deletes_at", Option(TIMESTAMP)),
        ("billing-owner", "billing_owner", BILLING_OWNER),
        ("pays-itself", "pays_itself", BOOL),
        ("plan-due", "plan_due", BOOL),
        ("owner", "owner", Option(CLIENT_ID)),
        ("plan", "plan", Option(PURCHASE)),
        ("add-ons", "add_ons", List(PURCHASE)),
        ("run-rate", "run_rate", MONEY),
        ("resale-price", "resale_price", Option(MONEY)),
        ("margin", "margin", Option(MONEY)),
        ("brands", "brands", List(BRAND_ID)),
        ("planned", "planned", List(PLANNED_CHANGE)),
        ("resources", "resources", RESOURCES),
        ("own-resources", "own_resources", Option(RESOURCES)),
        ("features", "features", List(TEXT)),
        ("own-features", "own_features", BOOL),
        ("intended-plan", "intended_plan", Option(PLAN_ID)),
    ],
)


@dataclass(slots=True, kw_only=True)
class AccountTemplate:
    """What new accounts are made from. What `new-account` says itself wins over it."""

    id: TemplateId
    """Its id."""
    name: str
    """What it is called, 1 to 200 characters. Two may have the same name."""
    plan: PlanId | None = None
    """The plan that an account is to have, where it begins in set-up or on trial."""
    resources: Resources | None = None
    """An allocation of its own; none: what its plan includes."""
    features: list[str] | None = None
    """Features of its own, by their keys; none: those of its plan and its add-ons."""
    brands: list[str]
    """The names of the brands that are created in the account, 20 at most, each once. `{account}`
    in one stands for the account's name: names of brands are unique, so without it, a template
    is good for one account.
    """
    welcome: str | None = None
    """What the invite of the account's owner says, as the note of an invite; at most 2,000
    characters. None: nothing.
    """


ACCOUNT_TEMPLATE = Record(
    AccountTemplate,
    [
        ("id", "id", TEMPLATE_ID),
        ("name", "name", TEXT),
        ("plan", "plan", Option(PLAN_ID)),
        ("resources", "resources", Option(RESOURCES)),
        ("features", "features", Option(List(TEXT))),
        ("brands", "brands", List(TEXT)),
        ("welcome", "welcome", Option(TEXT)),
    ],
)


class ResourceKind(Enum):
    """A thing of which an account may use so much."""

    DASHBOARDS = "dashboards"
    """Dashboards."""
    USERS = "users"
    """Clients with access to the account's brands."""
    API_CALLS = "api-calls"
    """Calls of the host's API in a day."""


RESOURCE_KIND = Enumeration(ResourceKind)


@dataclass(slots=True)
class ResourceUse:
    """How much there may be of something, and how much is in use."""

    allowance: Allowance
    """How much there may be."""
    used: int
    """How much is in use."""


RESOURCE_USE = Record(ResourceUse, [("allowance", "allowance", ALLOWANCE), ("used", "used", U64)])


@dataclass(slots=True)
class AccountUsage:
    """What an account uses."""

    dashboards: ResourceUse
    """The dashboards that are reserved."""
    users: ResourceUse
    """The users."""
    clients: list[ClientId]
    """Who they are: the first 1,000, by their ids."""
    api_calls: ResourceUse
    """The API calls of today, by the agency's calendar."""


ACCOUNT_USAGE = Record(
    AccountUsage,
    [
        ("dashboards", "dashboards", RESOURCE_USE),
        ("users", "users", RESOURCE_USE),
        ("clients", "clients", List(CLIENT_ID)),
        ("api-calls", "api_calls", RESOURCE_USE),
    ],
)


@dataclass(slots=True)
class RunningOut:
    """That something of an account runs out."""

    resource: ResourceKind
    """What."""
    limit: int
    """How much there may be."""
    used: int
    """How much is in use: of API calls, today's."""
    runs_out_at: Timestamp
    """When there will be nothing left: now, or the beginning of a day of the agency's."""


RUNNING_OUT = Record(
    RunningOut,
    [
        ("resource", "resource", RESOURCE_KIND),
        ("limit", "limit", U64),
        ("used", "used", U64),
        ("runs-out-at", "runs_out_at", TIMESTAMP),
    ],
)


@dataclass(slots=True, kw_only=True)
class Person:
    """A person of an account: its owner, or one of its users."""

    client: ClientId
    """The person as a client."""
    name: str | None = None
    """The name; none: nobody has given one."""
    email: str | None = None
    """The e-mail address; none: a link that any address may use, or erased."""
    status: Status
    """Where the client stands, wherever it was active: it may have others' brands too."""
    owner: bool
    """Whether it is the account's owner."""
    brands: list[BrandId]
    """Those of the account's brands that it has, or is offered, in the order of their ids. An
    owner may have none: before the account leaves set-up, or where its access was removed.
    """


PERSON = Record(
    Person,
    [
        ("client", "client", CLIENT_ID),
        ("name", "name", Option(TEXT)),
        ("email", "email", Option(TEXT)),
        ("status", "status", STATUS),
        ("owner", "owner", BOOL),
        ("brands", "brands", List(BRAND_ID)),
    ],
)


@dataclass(slots=True)
class AccountDetail:
    """An account, with all that a page about it shows."""

    account: Account
    """The account."""
    usage: AccountUsage
    """What it may use, and what it uses."""
    running_out: list[RunningOut]
    """What will run out, as `accounts.forecast` gives it."""
    people: list[Person]
    """Its people: the owner, then its users in the order in which they became clients; the first
    100.
    """
    people_total: int
    """How many people there are in all."""
    as_of: Timestamp
    """The time that everything was derived for."""


ACCOUNT_DETAIL = Record(
    AccountDetail,
    [
        ("account", "account", ACCOUNT),
        ("usage", "usage", ACCOUNT_USAGE),
        ("running-out", "running_out", List(RUNNING_OUT)),
        ("people", "people", List(PERSON)),
        ("people-total", "people_total", U32),
        ("as-of", "as_of", TIMESTAMP),
    ],
)


@dataclass(slots=True)
class AccountCounts:
    """How many accounts an agency has."""

    setup: int
    """In set-up."""
    trial: int
    """On trial."""
    active: int
    """Active."""
    disabled: int
    """Disabled; so is an account whose trial is over, whether a job has written it down or not."""
    deleted: int
    """Deleted."""
    plan_due: int
    """Those whose owners are to choose a plan, wherever they stand."""
    total: int
    """All of them, deleted ones too."""
    as_of: Timestamp
    """The time that everything was derived for."""


ACCOUNT_COUNTS = Record(
    AccountCounts,
    [
        ("setup", "setup", U32),
        ("trial", "trial", U32),
        ("active", "active", U32),
        ("disabled", "disabled", U32),
        ("deleted", "deleted", U32),
        ("plan-due", "plan_due", U32),
        ("total", "total", U32),
        ("as-of", "as_of", TIMESTAMP),
    ],
)


@dataclass(slots=True)
class PoolShare:
    """How much of something an agency may hand out to its accounts."""

    allowance: Allowance
    """How much there may be in all."""
    allocated: Allowance
    """How much its accounts have allocated, together: what is planned counts as much as what they
    have.
    """


POOL_SHARE = Record(
    PoolShare, [("allowance", "allowance", ALLOWANCE), ("allocated", "allocated", ALLOWANCE)]
)


@dataclass(slots=True)
class PoolShares:
    """What an agency may hand out to its accounts."""

    dashboards: PoolShare
    """Dashboards."""
    users: PoolShare
    """Users."""
    api_calls: PoolShare
    """API calls a day."""


POOL_SHARES = Record(
    PoolShares,
    [
        ("dashboards", "dashboards", POOL_SHARE),
        ("users", "users", POOL_SHARE),
        ("api-calls", "api_calls", POOL_SHARE),
    ],
)
