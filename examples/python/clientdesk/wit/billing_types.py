"""What ledgers and invoices are made of. Types only."""

# Made by generate.py from the interface `core/billing-types`: change that instead.

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from .._shapes import BOOL, TEXT, U32, U64, Enumeration, List, Option, Record, Variant
from .account_types import ADD_ON_ID as ADD_ON_ID, AddOnId as AddOnId
from .types import (
    ACCOUNT_ID as ACCOUNT_ID,
    BRAND_ID as BRAND_ID,
    MONEY as MONEY,
    TIMESTAMP as TIMESTAMP,
    AccountId as AccountId,
    BrandId as BrandId,
    Money as Money,
    Timestamp as Timestamp,
)


@dataclass(frozen=True, slots=True)
class PayerAccount:
    """An account that the platform bills itself."""

    value: AccountId


@dataclass(frozen=True, slots=True)
class PayerAgency:
    """The agency."""


Payer: TypeAlias = PayerAccount | PayerAgency
"""Who pays. Each payer has a ledger of its own."""

PAYER = Variant([("account", PayerAccount, ACCOUNT_ID), ("agency", PayerAgency, None)])


@dataclass(slots=True)
class AccountAddOn:
    """An add-on to an account's plan."""

    account: AccountId
    """The account."""
    add_on: AddOnId
    """The add-on."""


ACCOUNT_ADD_ON = Record(
    AccountAddOn, [("account", "account", ACCOUNT_ID), ("add-on", "add_on", ADD_ON_ID)]
)


@dataclass(frozen=True, slots=True)
class BillingItemWhiteLabel:
    """White-label of a brand."""

    value: BrandId


@dataclass(frozen=True, slots=True)
class BillingItemPlan:
    """The plan of an account."""

    value: AccountId


@dataclass(frozen=True, slots=True)
class BillingItemAddOn:
    """An add-on to the plan of an account."""

    value: AccountAddOn


@dataclass(frozen=True, slots=True)
class BillingItemAdjustment:
    """An amount that the platform booked by hand, by the name that it gave it."""

    value: str


BillingItem: TypeAlias = (
    BillingItemWhiteLabel | BillingItemPlan | BillingItemAddOn | BillingItemAdjustment
)
"""What is paid for."""

BILLING_ITEM = Variant(
    [
        ("white-label", BillingItemWhiteLabel, BRAND_ID),
        ("plan", BillingItemPlan, ACCOUNT_ID),
        ("add-on", BillingItemAddOn, ACCOUNT_ADD_ON),
        ("adjustment", BillingItemAdjustment, TEXT),
    ]
)


class LineKind(Enum):
    """What a ledger line does."""

    CHARGE = "charge"
    """It is owed: positive or 0."""
    CREDIT = "credit"
    """It isn't owed any more: negative or 0."""
    DISCOUNT = "discount"
    """It is taken off a charge: negative or 0."""
    ADJUSTMENT = "adjustment"
    """The platform booked it by hand."""


LINE_KIND = Enumeration(LineKind)


class Reason(Enum):
    """Why a ledger line was written."""

    STARTED = "started"
    """It began: the first client got access to the brand."""
    RENEWED = "renewed"
    """A new period began."""
    STOPPED = "stopped"
    """Somebody ended it: the last client lost access to the brand."""
    EXPIRED = "expired"
    """It ended by itself: the last open invite expired, or access that was given for a time was
    over.
    """
    CHANGED = "changed"
    """It gave way to another plan, or came in place of one."""
    SWITCHED = "switched"
    """Another payer took over."""
    ADJUSTED = "adjusted"
    """The platform booked it by hand."""


REASON = Enumeration(Reason)


@dataclass(slots=True)
class Working:
    """How the amount of a line was worked out: `base` × `numerator` ÷ `denominator`, rounded half
    up; negative for credits and discounts.
    """

    base: Money
    """The price, what was debited, or what a percentage is taken of."""
    numerator: int
    """The part: milliseconds or days, or basis points for a percentage."""
    denominator: int
    """Of so many."""
    catalog: int
    """The version of the catalog that counted."""


WORKING = Record(
    Working,
    [
        ("base", "base", MONEY),
        ("numerator", "numerator", U64),
        ("denominator", "denominator", U64),
        ("catalog", "catalog", U32),
    ],
)


@dataclass(slots=True, kw_only=True)
class LedgerLine:
    """A line of the ledger. Lines are never edited."""

    number: int
    """Numbered from 1 without gaps, for each payer."""
    at: Timestamp
    """The time that it counts from. Lines are in the order in which they were booked."""
    payer: Payer
    """Who pays."""
    item: BillingItem
    """What for."""
    kind: LineKind
    """What it does."""
    amount: Money
    """Positive for a charge, negative for a credit."""
    covers_from: Timestamp
    """The stretch of time that the amount pays for begins here."""
    covers_to: Timestamp
    """And ends here."""
    reason: Reason
    """Why."""
    note: str | None = None
    """The discount that it is, what the platform wrote, or the plan by its id, for the charges and
    credits of a plan; none elsewhere.
    """
    working: Working | None = None
    """How the amount was worked out; none for adjustments, shares of an amount off, and lines of
    older releases.
    """
    invoiced_at: Timestamp | None = None
    """When the invoice closes on which it stands; none for lines of older releases."""
    log_entry: int
    """The number of the log entry that was written with it."""


LEDGER_LINE = Record(
    LedgerLine,
    [
        ("number", "number", U64),
        ("at", "at", TIMESTAMP),
        ("payer", "payer", PAYER),
        ("item", "item", BILLING_ITEM),
        ("kind", "kind", LINE_KIND),
        ("amount", "amount", MONEY),
        ("covers-from", "covers_from", TIMESTAMP),
        ("covers-to", "covers_to", TIMESTAMP),
        ("reason", "reason", REASON),
        ("note", "note", Option(TEXT)),
        ("working", "working", Option(WORKING)),
        ("invoiced-at", "invoiced_at", Option(TIMESTAMP)),
        ("log-entry", "log_entry", U64),
    ],
)


class PaymentState(Enum):
    """What the host said about an invoice."""

    OPEN = "open"
    """Nothing, or there is nothing to pay."""
    PAID = "paid"
    """It was paid."""
    FAILED = "failed"
    """Paying it failed."""


PAYMENT_STATE = Enumeration(PaymentState)


@dataclass(slots=True)
class TaxLine:
    """A tax on an invoice. The host adds it; it stands in no ledger."""

    name: str
    """What it is called."""
    basis_points: int
    """Hundredths of a percent."""
    amount: Money
    """What it comes to."""


TAX_LINE = Record(
    TaxLine,
    [("name", "name", TEXT), ("basis-points", "basis_points", U32), ("amount", "amount", MONEY)],
)


@dataclass(slots=True)
class Party:
    """A name and an address."""

    name: str
    """The name."""
    address: str
    """The address, in lines; empty where there is none."""


PARTY = Record(Party, [("name", "name", TEXT), ("address", "address", TEXT)])


@dataclass(slots=True, kw_only=True)
class Invoice:
    """An invoice. It never changes but for its payment. Its lines are `ledger` with `invoiced-at`,
    or its document.
    """

    number: int
    """Numbered from 1 without gaps, for each payer."""
    payer: Payer
    """Who pays."""
    closed_at: Timestamp
    """When it closed."""
    due_at: Timestamp
    """The last day of payment is over at this time."""
    seller: Party
    """Who sells, as of then."""
    payer_party: Party
    """Who pays, as of then."""
    lines: int
    """How many lines it has."""
    subtotal: Money
    """What they come to."""
    credit_used: Money
    """Credit from earlier invoices that was taken off: 0 or positive."""
    due: Money
    """What is to be paid before taxes: 0 or positive."""
    credit_left: Money
    """Credit that is left for later invoices: 0 or positive."""
    taxes: list[TaxLine]
    """Taxes on what is due."""
    total: Money
    """What is to be paid with taxes."""
    payment: PaymentState
    """What became of it."""
    reference: str | None = None
    """What the host calls the payment."""
    overdue: bool
    """Whether it is still to be paid although `due-at` is over."""


INVOICE = Record(
    Invoice,
    [
        ("number", "number", U64),
        ("payer", "payer", PAYER),
        ("closed-at", "closed_at", TIMESTAMP),
        ("due-at", "due_at", TIMESTAMP),
        ("seller", "seller", PARTY),
        ("payer-party", "payer_party", PARTY),
        ("lines", "lines", U64),
        ("subtotal", "subtotal", MONEY),
        ("credit-used", "credit_used", MONEY),
        ("due", "due", MONEY),
        ("credit-left", "credit_left", MONEY),
        ("taxes", "taxes", List(TAX_LINE)),
        ("total", "total", MONEY),
        ("payment", "payment", PAYMENT_STATE),
        ("reference", "reference", Option(TEXT)),
        ("overdue", "overdue", BOOL),
    ],
)


class DocumentFormat(Enum):
    """How a document is written."""

    TEXT = "text"
    """Plain text, at most 80 columns wide."""
    HTML = "html"
    """One page of HTML with its styles, that prints on A4 and Letter."""
    JSON = "json"
    """JSON, with all lines."""


DOCUMENT_FORMAT = Enumeration(DocumentFormat)


class LedgerFormat(Enum):
    """How an export of the ledger is written; docs/exports.md says what each column holds."""

    CSV = "csv"
    """A table with a heading, all fields."""
    STRIPE = "stripe"
    """Lines for Stripe's invoice items."""
    LAGO = "lago"
    """Lines for Lago's one-off invoices."""
    QUICKBOOKS = "quickbooks"
    """Lines for QuickBooks' import of invoices."""


LEDGER_FORMAT = Enumeration(LedgerFormat)
