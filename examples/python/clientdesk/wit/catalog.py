"""What is sold, and for how much. The platform's own: none of these functions carries a `call`, so
a host offers them to its own staff only.

A store without a catalog has the default: US dollars; white-label 49.00 a month, or 492.00 a
year on annual billing; 10 % off account plans from the third on; shares by the millisecond;
white-label from the first invite on.

Prices are versioned. A new version counts at once for what starts, and for what runs from its
next period on; nothing that was booked changes. What renews in the very millisecond in which a
price, a discount or a trial is set goes first: by what there was before.

Every price and amount is at most 1,000,000,000 minor units.
"""

# Made by generate.py from the interface `core/catalog`: change that instead.

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from .._functions import Call as _Call, Function, Param
from .._shapes import BOOL, TEXT, U32, U64, Enumeration, List, Option, Record, Variant
from .types import (
    AGENCY_ID as AGENCY_ID,
    CURSOR as CURSOR,
    ERROR as ERROR,
    MONEY as MONEY,
    PAGE_REQUEST as PAGE_REQUEST,
    TIMESTAMP as TIMESTAMP,
    AgencyId as AgencyId,
    Busy as Busy,
    Conflict as Conflict,
    Corrupt as Corrupt,
    Cursor as Cursor,
    Denied as Denied,
    Error as Error,
    Exists as Exists,
    Expired as Expired,
    Invalid as Invalid,
    Limit as Limit,
    Money as Money,
    NotFound as NotFound,
    Other as Other,
    PageRequest as PageRequest,
    Timestamp as Timestamp,
    Unavailable as Unavailable,
)

Version: TypeAlias = int
"""A version of the catalog: 0 is the default, then 1, 2, 3 …"""
VERSION = U32


@dataclass(slots=True)
class BrandTier:
    """What a brand costs from so many brands on."""

    from_brands: int
    """From this number of brands on, 2 or more."""
    monthly: int
    """A month on monthly billing, in minor units."""
    annual: int
    """A year on annual billing, in minor units."""


BRAND_TIER = Record(
    BrandTier,
    [("from-brands", "from_brands", U32), ("monthly", "monthly", U64), ("annual", "annual", U64)],
)


class TierMode(Enum):
    """How tiers are applied."""

    VOLUME = "volume"
    """All brands cost what the tier of their number says."""
    GRADUATED = "graduated"
    """The first brands cost what the first tier says, the next what the next one says."""


TIER_MODE = Enumeration(TierMode)


@dataclass(slots=True)
class WhiteLabelPrices:
    """What white-label of one brand costs."""

    monthly: int
    """A month on monthly billing, in minor units."""
    annual: int
    """A year on annual billing, in minor units."""
    mode: TierMode
    """How `tiers` are applied."""
    tiers: list[BrandTier]
    """Other prices for larger numbers of brands, at most 20, with growing `from-brands`."""


WHITE_LABEL_PRICES = Record(
    WhiteLabelPrices,
    [
        ("monthly", "monthly", U64),
        ("annual", "annual", U64),
        ("mode", "mode", TIER_MODE),
        ("tiers", "tiers", List(BRAND_TIER)),
    ],
)


@dataclass(frozen=True, slots=True)
class AllowanceAtMost:
    """No more than this: 1,000,000,000,000 or less."""

    value: int


@dataclass(frozen=True, slots=True)
class AllowanceUnlimited:
    """As much as one likes."""


Allowance: TypeAlias = AllowanceAtMost | AllowanceUnlimited
"""How much of a thing there may be."""

ALLOWANCE = Variant([("at-most", AllowanceAtMost, U64), ("unlimited", AllowanceUnlimited, None)])


@dataclass(slots=True)
class Resources:
    """What a plan gives, an add-on adds, an account may use, or an agency may hand out."""

    dashboards: Allowance
    """Dashboards."""
    users: Allowance
    """Users: clients with access to the account's brands."""
    api_calls: Allowance
    """Calls of the host's API in a day."""


RESOURCES = Record(
    Resources,
    [
        ("dashboards", "dashboards", ALLOWANCE),
        ("users", "users", ALLOWANCE),
        ("api-calls", "api_calls", ALLOWANCE),
    ],
)


@dataclass(slots=True)
class Plan:
    """A plan for accounts. Always monthly."""

    id: str
    """Its id, `[A-Za-z0-9._-]{1,64}`."""
    name: str
    """Its name, 1 to 200 characters."""
    monthly: int
    """A month, in minor units."""
    resources: Resources
    """What it gives."""
    features: list[str]
    """The keys of the features that it gives: `download-reports`, `email-reports`,
    `embedded-links`, `private-links`, `public-links`, `single-sign-on`.
    """


PLAN = Record(
    Plan,
    [
        ("id", "id", TEXT),
        ("name", "name", TEXT),
        ("monthly", "monthly", U64),
        ("resources", "resources", RESOURCES),
        ("features", "features", List(TEXT)),
    ],
)


@dataclass(slots=True)
class AddOn:
    """An add-on to a plan. Always monthly."""

    id: str
    """Its id, `[A-Za-z0-9._-]{1,64}`."""
    name: str
    """Its name, 1 to 200 characters."""
    monthly: int
    """A month, in minor units."""
    resources: Resources
    """What it adds."""
    features: list[str]
    """The keys of the features that it adds."""


ADD_ON = Record(
    AddOn,
    [
        ("id", "id", TEXT),
        ("name", "name", TEXT),
        ("monthly", "monthly", U64),
        ("resources", "resources", RESOURCES),
        ("features", "features", List(TEXT)),
    ],
)


@dataclass(slots=True)
class PlanDiscount:
    """What is taken off account plans from so many on."""

    from_plans: int
    """From this number of running plans on, 1 or more."""
    basis_points: int
    """Hundredths of a percent, 0 to 10,000."""


PLAN_DISCOUNT = Record(
    PlanDiscount, [("from-plans", "from_plans", U32), ("basis-points", "basis_points", U32)]
)


@dataclass(slots=True)
class Seller:
    """Who sells: it stands on invoices."""

    name: str
    """Its name, at most 200 characters; empty: invoices name no seller."""
    address: str
    """Its address, in lines, at most 500 characters. Empty lines are left out."""


SELLER = Record(Seller, [("name", "name", TEXT), ("address", "address", TEXT)])


class Proration(Enum):
    """How a share of a period is counted."""

    MILLISECOND = "millisecond"
    """By the millisecond."""
    DAY = "day"
    """By the day: the day of a start counts, and the day of a stop is used up."""
    NONE = "none"
    """Not at all: a start costs the whole period, and a stop credits nothing."""


PRORATION = Enumeration(Proration)


class WhiteLabelStart(Enum):
    """From when on white-label of a brand runs."""

    INVITE = "invite"
    """From the first invite on."""
    ACCEPTANCE = "acceptance"
    """From the first client that has accepted on; pending invites don't count."""


WHITE_LABEL_START = Enumeration(WhiteLabelStart)


@dataclass(slots=True, kw_only=True)
class Policies:
    """How things are done."""

    proration: Proration
    """How a share of a period is counted."""
    white_label_start: WhiteLabelStart
    """From when on white-label runs."""
    trial_days_max: int
    """How long an account's trial may be, in days: 1 to 14."""
    payment_days: int
    """Within how many days an invoice is to be paid, 0 to 365."""
    delete_expired_trials_after_days: int | None = None
    """How many days after its trial an account is deleted that wasn't activated by then, 1 to
    3,650; none: it isn't. It counts for trials that begin from then on: each keeps what held
    when it began.
    """


POLICIES = Record(
    Policies,
    [
        ("proration", "proration", PRORATION),
        ("white-label-start", "white_label_start", WHITE_LABEL_START),
        ("trial-days-max", "trial_days_max", U32),
        ("payment-days", "payment_days", U32),
        ("delete-expired-trials-after-days", "delete_expired_trials_after_days", Option(U32)),
    ],
)


@dataclass(slots=True)
class NewCatalog:
    """A catalog to set."""

    currency: str
    """The ISO 4217 code of the currency of all prices: of one in use, in capital letters. It can't
    be changed any more once there is an agency, nor can `white-label-start`. How many minor
    units make a major one is the currency's: 100 cents, but no part of a yen.
    """
    white_label: WhiteLabelPrices
    """White-label."""
    plans: list[Plan]
    """The plans, at most 50. One that is left out stays what it is for accounts that have it."""
    add_ons: list[AddOn]
    """The add-ons, at most 50."""
    plan_discounts: list[PlanDiscount]
    """The tiers of the volume discount, at most 20, with growing `from-plans`."""
    seller: Seller
    """Who sells."""
    policies: Policies
    """How things are done."""


NEW_CATALOG = Record(
    NewCatalog,
    [
        ("currency", "currency", TEXT),
        ("white-label", "white_label", WHITE_LABEL_PRICES),
        ("plans", "plans", List(PLAN)),
        ("add-ons", "add_ons", List(ADD_ON)),
        ("plan-discounts", "plan_discounts", List(PLAN_DISCOUNT)),
        ("seller", "seller", SELLER),
        ("policies", "policies", POLICIES),
    ],
)


@dataclass(slots=True)
class CatalogVersion:
    """A version of the catalog."""

    version: Version
    """Its number."""
    since: Timestamp
    """From when on its prices hold: when it was set, or a millisecond after the version before it
    where the clock was turned back; 0 for the default.
    """
    catalog: NewCatalog
    """What it says."""


CATALOG_VERSION = Record(
    CatalogVersion,
    [
        ("version", "version", VERSION),
        ("since", "since", TIMESTAMP),
        ("catalog", "catalog", NEW_CATALOG),
    ],
)


@dataclass(slots=True, kw_only=True)
class CatalogPage:
    """A page of versions."""

    versions: list[CatalogVersion]
    """The latest first."""
    next: Cursor | None = None
    """The cursor of the next page; none on the last."""


CATALOG_PAGE = Record(
    CatalogPage, [("versions", "versions", List(CATALOG_VERSION)), ("next", "next", Option(CURSOR))]
)


@dataclass(slots=True, kw_only=True)
class AgencyPrice:
    """A price for one agency, in place of the catalog's."""

    monthly: int | None = None
    """White-label of one brand for a month, in minor units; none: what the catalog says."""
    annual: int | None = None
    """White-label of one brand for a year, in minor units; none: what the catalog says."""
    since: Timestamp
    """From when on; a time in the past counts as now."""
    reason: str
    """Why, 1 to 200 characters."""


AGENCY_PRICE = Record(
    AgencyPrice,
    [
        ("monthly", "monthly", Option(U64)),
        ("annual", "annual", Option(U64)),
        ("since", "since", TIMESTAMP),
        ("reason", "reason", TEXT),
    ],
)


@dataclass(frozen=True, slots=True)
class DiscountOffAmount:
    """An amount of each month's renewals together, in minor units."""

    value: int


@dataclass(frozen=True, slots=True)
class DiscountOffBasisPoints:
    """Hundredths of a percent of each charge, 1 to 10,000."""

    value: int


DiscountOff: TypeAlias = DiscountOffAmount | DiscountOffBasisPoints
"""What is taken off."""

DISCOUNT_OFF = Variant(
    [("amount", DiscountOffAmount, U64), ("basis-points", DiscountOffBasisPoints, U32)]
)


@dataclass(slots=True)
class Discount:
    """A discount for some months."""

    name: str
    """What it is called on invoices, 1 to 200 characters."""
    off: DiscountOff
    """What is taken off."""
    since: Timestamp
    """The first month is the first of the agency's that begins at this time or later; a time in
    the past counts as now. `terms` gives when the first month begins.
    """
    months: int
    """For so many months, 1 to 120."""


DISCOUNT = Record(
    Discount,
    [
        ("name", "name", TEXT),
        ("off", "off", DISCOUNT_OFF),
        ("since", "since", TIMESTAMP),
        ("months", "months", U32),
    ],
)


@dataclass(slots=True)
class TaxRate:
    """A tax that the platform adds."""

    name: str
    """What it is called on invoices, 1 to 200 characters: `VAT 19 %`."""
    basis_points: int
    """Hundredths of a percent, 0 to 10,000."""


TAX_RATE = Record(TaxRate, [("name", "name", TEXT), ("basis-points", "basis_points", U32)])


@dataclass(slots=True, kw_only=True)
class AgencyTerms:
    """What holds for one agency."""

    prices: list[AgencyPrice]
    """Its own prices, the earliest first. The last that has begun holds."""
    discounts: list[Discount]
    """Its discounts, the earliest first."""
    trial_ends_at: Timestamp | None = None
    """Nothing is charged before this time; it may be over. None: there never was a trial."""
    volume_discount: bool
    """Whether it gets the volume discount on plans. False to begin with."""
    taxes: list[TaxRate]
    """The taxes that its invoices show, at most 5."""
    billing_address: str
    """The agency's address on invoices, in lines, at most 500 characters."""
    pool: Resources
    """What it may hand out to its accounts: all their allocations together. Unlimited to begin
    with.
    """


AGENCY_TERMS = Record(
    AgencyTerms,
    [
        ("prices", "prices", List(AGENCY_PRICE)),
        ("discounts", "discounts", List(DISCOUNT)),
        ("trial-ends-at", "trial_ends_at", Option(TIMESTAMP)),
        ("volume-discount", "volume_discount", BOOL),
        ("taxes", "taxes", List(TAX_RATE)),
        ("billing-address", "billing_address", TEXT),
        ("pool", "pool", RESOURCES),
    ],
)


@dataclass(slots=True, kw_only=True)
class TermsChanges:
    """What to change for one agency. What is none stays."""

    price: AgencyPrice | None = None
    """A price of its own; it takes the place of those that begin at the same time or later. One
    without amounts gives the agency the catalog's prices again.
    """
    discount: Discount | None = None
    """A discount; it takes the place of one of the same kind in the months that haven't begun."""
    trial_ends_at: Timestamp | None = None
    """Until when nothing is charged: in the future, by 400 days at most. It counts for what starts
    or renews from now on; what runs is charged for what is left of its period when it ends.
    """
    volume_discount: bool | None = None
    """Whether it gets the volume discount on plans, from its next month on."""
    taxes: list[TaxRate] | None = None
    """The taxes that its invoices show."""
    billing_address: str | None = None
    """The agency's address on invoices."""
    pool: Resources | None = None
    """What it may hand out to its accounts: all of it, the parts that stay as they are too."""


TERMS_CHANGES = Record(
    TermsChanges,
    [
        ("price", "price", Option(AGENCY_PRICE)),
        ("discount", "discount", Option(DISCOUNT)),
        ("trial-ends-at", "trial_ends_at", Option(TIMESTAMP)),
        ("volume-discount", "volume_discount", Option(BOOL)),
        ("taxes", "taxes", Option(List(TAX_RATE))),
        ("billing-address", "billing_address", Option(TEXT)),
        ("pool", "pool", Option(RESOURCES)),
    ],
)


class CatalogFunctions:
    """The functions of `catalog`."""

    def __init__(self, call: _Call) -> None:
        self._call = call

    def get(self) -> CatalogVersion:
        """The catalog as it is."""
        return self._call(_GET)

    def set(self, catalog: NewCatalog, expected: Version) -> Version:
        """Sets the catalog: the new version, which counts from now on. `expected` is the version
        that it was made from: `conflict` (`version`) if that isn't the latest. The same catalog
        again is no new version, whatever is expected: it gives the one that there is. Setting a
        currency or a `white-label-start` other than before is a `conflict` (`in-use`) once
        there is an agency. All of it takes at most 60 KiB as JSON, which is enough unless most
        names are long.
        """
        return self._call(_SET, catalog, expected)

    def history(self, page: PageRequest) -> CatalogPage:
        """All versions, the latest first; the default is the last. A page has 50 at most."""
        return self._call(_HISTORY, page)

    def terms(self, agency: AgencyId) -> AgencyTerms:
        """What holds for an agency."""
        return self._call(_TERMS, agency)

    def set_terms(self, agency: AgencyId, changes: TermsChanges) -> AgencyTerms:
        """Changes what holds for an agency, and gives all of it. It is logged in the agency's log,
        with what was planned before and isn't any more; what changes nothing isn't. `limit`
        (`terms-bytes`) if all that ever held for it takes more than 24 KiB as JSON: some 250
        prices and discounts. What only takes away or cuts short is never refused for that.
        `conflict` (`in-use`) if more is allocated to its accounts than would be in the pool.
        """
        return self._call(_SET_TERMS, agency, changes)


_GET: Function[CatalogVersion] = Function(
    "clientdesk:core/catalog@0.1.0", "get", [], CATALOG_VERSION, fails=ERROR
)
_SET: Function[Version] = Function(
    "clientdesk:core/catalog@0.1.0",
    "set",
    [Param("catalog", "catalog", NEW_CATALOG), Param("expected", "expected", VERSION)],
    VERSION,
    fails=ERROR,
)
_HISTORY: Function[CatalogPage] = Function(
    "clientdesk:core/catalog@0.1.0",
    "history",
    [Param("page", "page", PAGE_REQUEST)],
    CATALOG_PAGE,
    fails=ERROR,
)
_TERMS: Function[AgencyTerms] = Function(
    "clientdesk:core/catalog@0.1.0",
    "terms",
    [Param("agency", "agency", AGENCY_ID)],
    AGENCY_TERMS,
    fails=ERROR,
)
_SET_TERMS: Function[AgencyTerms] = Function(
    "clientdesk:core/catalog@0.1.0",
    "set-terms",
    [Param("agency", "agency", AGENCY_ID), Param("changes", "changes", TERMS_CHANGES)],
    AGENCY_TERMS,
    fails=ERROR,
)
FUNCTIONS: list[Function[object]] = [_GET, _SET, _HISTORY, _TERMS, _SET_TERMS]
