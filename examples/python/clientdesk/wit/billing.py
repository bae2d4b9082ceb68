"""What the agency owes, and why. The component moves no money.

White-label is charged for a brand while at least one client has a grant to it, from the first
invite on: once, however many clients. It is charged in advance; a start within a period is
charged for what is left of it, and a stop credits what is left, by the millisecond, rounded
half up once per line. An invite that expires stops counting at that millisecond.
"""

# Made by generate.py from the interface `core/billing`: change that instead.

from __future__ import annotations

import builtins
from dataclasses import dataclass
from typing import TypeAlias

from .._functions import Call as _Call, Function, Param
from .._shapes import BOOL, TEXT, U32, U64, List, Option, Record, Variant
from .account_types import (
    BILLING_OWNER as BILLING_OWNER,
    PLAN_ID as PLAN_ID,
    BillingOwner as BillingOwner,
    PlanId as PlanId,
)
from .agencies import BILLING_INTERVAL as BILLING_INTERVAL, BillingInterval as BillingInterval
from .billing_types import (
    ACCOUNT_ADD_ON as ACCOUNT_ADD_ON,
    BILLING_ITEM as BILLING_ITEM,
    DOCUMENT_FORMAT as DOCUMENT_FORMAT,
    INVOICE as INVOICE,
    LEDGER_FORMAT as LEDGER_FORMAT,
    LEDGER_LINE as LEDGER_LINE,
    LINE_KIND as LINE_KIND,
    PAYER as PAYER,
    PAYMENT_STATE as PAYMENT_STATE,
    REASON as REASON,
    WORKING as WORKING,
    AccountAddOn as AccountAddOn,
    BillingItem as BillingItem,
    BillingItemAddOn as BillingItemAddOn,
    BillingItemAdjustment as BillingItemAdjustment,
    BillingItemPlan as BillingItemPlan,
    BillingItemWhiteLabel as BillingItemWhiteLabel,
    DocumentFormat as DocumentFormat,
    Invoice as Invoice,
    LedgerFormat as LedgerFormat,
    LedgerLine as LedgerLine,
    LineKind as LineKind,
    Payer as Payer,
    PayerAccount as PayerAccount,
    PayerAgency as PayerAgency,
    PaymentState as PaymentState,
    Reason as Reason,
    Working as Working,
)
from .catalog import (
    NEW_CATALOG as NEW_CATALOG,
    TERMS_CHANGES as TERMS_CHANGES,
    NewCatalog as NewCatalog,
    TermsChanges as TermsChanges,
)
from .clients import (
    EMAIL_INVITE as EMAIL_INVITE,
    LINK_INVITE as LINK_INVITE,
    EmailInvite as EmailInvite,
    LinkInvite as LinkInvite,
)
from .types import (
    ACCOUNT_ID as ACCOUNT_ID,
    AGENCY_ID as AGENCY_ID,
    BRAND_ID as BRAND_ID,
    CALL as CALL,
    CLIENT_ID as CLIENT_ID,
    CURSOR as CURSOR,
    ERROR as ERROR,
    MONEY as MONEY,
    PAGE_REQUEST as PAGE_REQUEST,
    TIMESTAMP as TIMESTAMP,
    AccountId as AccountId,
    AgencyId as AgencyId,
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
    Money as Money,
    NotFound as NotFound,
    Other as Other,
    PageRequest as PageRequest,
    Timestamp as Timestamp,
    Unavailable as Unavailable,
)


@dataclass(slots=True)
class RunningItem:
    """Something that is charged for, period after period."""

    item: BillingItem
    """What it is."""
    name: str
    """What it is called: white-label has the name of its brand, a plan and an add-on that of the
    account.
    """
    payer: Payer
    """Who pays."""
    price: Money
    """The price of one period; a plan's after the volume discount."""
    since: Timestamp
    """Since when it is charged."""


RUNNING_ITEM = Record(
    RunningItem,
    [
        ("item", "item", BILLING_ITEM),
        ("name", "name", TEXT),
        ("payer", "payer", PAYER),
        ("price", "price", MONEY),
        ("since", "since", TIMESTAMP),
    ],
)


@dataclass(frozen=True, slots=True)
class PlannedInterval:
    """White-label will be billed by another interval."""

    value: BillingInterval


@dataclass(frozen=True, slots=True)
class PlannedPrice:
    """The agency gets a price of its own, or another one; in the catalog's terms."""


@dataclass(frozen=True, slots=True)
class PlannedDiscountBegins:
    """A discount begins."""

    value: str


@dataclass(frozen=True, slots=True)
class PlannedDiscountEnds:
    """A discount has had its last month."""

    value: str


@dataclass(frozen=True, slots=True)
class PlannedTrialEnds:
    """The agency's trial ends: what runs is charged for from then on."""


@dataclass(frozen=True, slots=True)
class PlannedAccount:
    """Something of this account changes, which the agency pays for: `accounts.get` says what. Or
    it is deleted (`deletes-at`), so that white-label of its brands stops.
    """

    value: AccountId


@dataclass(frozen=True, slots=True)
class PlannedVolumeDiscount:
    """The agency gets the volume discount on plans, or doesn't any more."""

    value: bool


Planned: TypeAlias = (
    PlannedInterval
    | PlannedPrice
    | PlannedDiscountBegins
    | PlannedDiscountEnds
    | PlannedTrialEnds
    | PlannedAccount
    | PlannedVolumeDiscount
)
"""Something that will change by itself."""

PLANNED = Variant(
    [
        ("interval", PlannedInterval, BILLING_INTERVAL),
        ("price", PlannedPrice, None),
        ("discount-begins", PlannedDiscountBegins, TEXT),
        ("discount-ends", PlannedDiscountEnds, TEXT),
        ("trial-ends", PlannedTrialEnds, None),
        ("account", PlannedAccount, ACCOUNT_ID),
        ("volume-discount", PlannedVolumeDiscount, BOOL),
    ]
)


@dataclass(slots=True)
class PlannedChange:
    """Something planned, and when."""

    what: Planned
    """What."""
    at: Timestamp
    """When."""


PLANNED_CHANGE = Record(PlannedChange, [("what", "what", PLANNED), ("at", "at", TIMESTAMP)])


@dataclass(slots=True, kw_only=True)
class BillingSummary:
    """What is owed as things stand now. Everything that is due counts, also what no command has
    booked yet.
    """

    interval: BillingInterval
    """How often white-label is billed."""
    brands: int
    """How many brands are charged for."""
    plans: int
    """How many plans of accounts run that the agency pays for."""
    run_rate: Money
    """What all that runs costs a month, by today's prices and with the volume discount on plans; a
    twelfth of the annual price on annual billing. Discounts for some months, amounts off and
    trials don't count.
    """
    period_start: Timestamp
    """When the running period of white-label began."""
    period_end: Timestamp
    """When it ends and the next is charged."""
    total: Money
    """The ledger's sum, all charges less all credits: what was owed since the beginning."""
    next_invoice_at: Timestamp
    """When the next invoice closes."""
    next_invoice: Money
    """What it will come to if nothing changes, carried credit taken off."""
    credit: Money
    """Credit that invoices left over, and the next takes off: 0 or positive."""
    overdue: int
    """How many invoices aren't paid although their day of payment is over."""
    planned: list[PlannedChange]
    """What will change by itself, the earliest first."""
    within: AccountId | None = None
    """The account on whose behalf it was asked for, and which it was narrowed to; none: to
    nothing.
    """


BILLING_SUMMARY = Record(
    BillingSummary,
    [
        ("interval", "interval", BILLING_INTERVAL),
        ("brands", "brands", U32),
        ("plans", "plans", U32),
        ("run-rate", "run_rate", MONEY),
        ("period-start", "period_start", TIMESTAMP),
        ("period-end", "period_end", TIMESTAMP),
        ("total", "total", MONEY),
        ("next-invoice-at", "next_invoice_at", TIMESTAMP),
        ("next-invoice", "next_invoice", MONEY),
        ("credit", "credit", MONEY),
        ("overdue", "overdue", U32),
        ("planned", "planned", List(PLANNED_CHANGE)),
        ("within", "within", Option(ACCOUNT_ID)),
    ],
)


@dataclass(slots=True)
class ForecastMonth:
    """What comes in one month if nothing changes."""

    closes_at: Timestamp
    """When the invoice closes."""
    subtotal: Money
    """What its lines come to."""
    due: Money
    """What is left to pay after carried credit."""


FORECAST_MONTH = Record(
    ForecastMonth,
    [("closes-at", "closes_at", TIMESTAMP), ("subtotal", "subtotal", MONEY), ("due", "due", MONEY)],
)


@dataclass(slots=True, kw_only=True)
class ItemPage:
    """A page of items."""

    items: list[RunningItem]
    """What is charged for now, whoever pays: white-label in the order of the brands' ids, then the
    accounts in the order of theirs, each with its plan before its add-ons.
    """
    next: Cursor | None = None
    """The cursor of the next page; none on the last."""
    within: AccountId | None = None
    """The account on whose behalf it was asked for, and which it was narrowed to; none: to
    nothing.
    """


ITEM_PAGE = Record(
    ItemPage,
    [
        ("items", "items", List(RUNNING_ITEM)),
        ("next", "next", Option(CURSOR)),
        ("within", "within", Option(ACCOUNT_ID)),
    ],
)


@dataclass(slots=True, kw_only=True)
class LedgerFilter:
    """Which lines of the ledger."""

    payer: Payer | None = None
    """Whose ledger; none: the agency's."""
    item: BillingItem | None = None
    """Only lines about this; none: about anything."""
    since: Timestamp | None = None
    """Only lines with an `at` of this time or later."""
    until: Timestamp | None = None
    """Only lines with an `at` before this time."""
    invoiced_at: Timestamp | None = None
    """Only lines of the invoice that closes at this time."""


LEDGER_FILTER = Record(
    LedgerFilter,
    [
        ("payer", "payer", Option(PAYER)),
        ("item", "item", Option(BILLING_ITEM)),
        ("since", "since", Option(TIMESTAMP)),
        ("until", "until", Option(TIMESTAMP)),
        ("invoiced-at", "invoiced_at", Option(TIMESTAMP)),
    ],
)


@dataclass(slots=True, kw_only=True)
class LedgerPage:
    """A page of the ledger."""

    lines: list[LedgerLine]
    """The lines, oldest first."""
    next: Cursor | None = None
    """The cursor of the next page; none on the last."""
    within: AccountId | None = None
    """The account on whose behalf it was asked for, and which it was narrowed to; none: to
    nothing.
    """


LEDGER_PAGE = Record(
    LedgerPage,
    [
        ("lines", "lines", List(LEDGER_LINE)),
        ("next", "next", Option(CURSOR)),
        ("within", "within", Option(ACCOUNT_ID)),
    ],
)


@dataclass(slots=True, kw_only=True)
class InvoicePage:
    """A page of invoices."""

    invoices: list[Invoice]
    """The latest first."""
    next: Cursor | None = None
    """The cursor of the next page; none on the last."""
    within: AccountId | None = None
    """The account on whose behalf it was asked for, and which it was narrowed to; none: to
    nothing.
    """


INVOICE_PAGE = Record(
    InvoicePage,
    [
        ("invoices", "invoices", List(INVOICE)),
        ("next", "next", Option(CURSOR)),
        ("within", "within", Option(ACCOUNT_ID)),
    ],
)


@dataclass(slots=True, kw_only=True)
class ExportPage:
    """A page of an export."""

    text: str
    """Whole lines; the first page begins with the heading."""
    next: Cursor | None = None
    """The cursor of the next page; none on the last."""


EXPORT_PAGE = Record(ExportPage, [("text", "text", TEXT), ("next", "next", Option(CURSOR))])


@dataclass(slots=True, kw_only=True)
class ClientBrands:
    """Brands to add to a client or to take away."""

    client: ClientId
    """The client."""
    brands: list[BrandId]
    """The brands."""
    ends_at: Timestamp | None = None
    """When access to them ends by itself, where they are added; none: never. Must be none where
    they are taken away.
    """


CLIENT_BRANDS = Record(
    ClientBrands,
    [
        ("client", "client", CLIENT_ID),
        ("brands", "brands", List(BRAND_ID)),
        ("ends-at", "ends_at", Option(TIMESTAMP)),
    ],
)


@dataclass(slots=True)
class AccountPlan:
    """A plan for an account."""

    account: AccountId
    """The account."""
    plan: PlanId
    """The plan."""


ACCOUNT_PLAN = Record(AccountPlan, [("account", "account", ACCOUNT_ID), ("plan", "plan", PLAN_ID)])


@dataclass(slots=True)
class AccountBillingOwner:
    """Whom the platform is to bill for an account."""

    account: AccountId
    """The account."""
    owner: BillingOwner
    """Whom."""


ACCOUNT_BILLING_OWNER = Record(
    AccountBillingOwner, [("account", "account", ACCOUNT_ID), ("owner", "owner", BILLING_OWNER)]
)


@dataclass(frozen=True, slots=True)
class ChangeInviteByEmail:
    """`clients.invite-by-email`."""

    value: EmailInvite


@dataclass(frozen=True, slots=True)
class ChangeInviteByLink:
    """`clients.invite-by-link`."""

    value: LinkInvite


@dataclass(frozen=True, slots=True)
class ChangeInviteMany:
    """`clients.invite-many`."""

    value: list[EmailInvite]


@dataclass(frozen=True, slots=True)
class ChangeResend:
    """`clients.resend`."""

    value: ClientId


@dataclass(frozen=True, slots=True)
class ChangeAddBrands:
    """`clients.add-brands`."""

    value: ClientBrands


@dataclass(frozen=True, slots=True)
class ChangeRemoveBrands:
    """`clients.remove-brands`."""

    value: ClientBrands


@dataclass(frozen=True, slots=True)
class ChangeRevoke:
    """`clients.revoke`."""

    value: ClientId


@dataclass(frozen=True, slots=True)
class ChangeArchiveBrand:
    """`brands.archive`, with `revoke-last`."""

    value: BrandId


@dataclass(frozen=True, slots=True)
class ChangeSetInterval:
    """`agencies.set-interval`."""

    value: BillingInterval


@dataclass(frozen=True, slots=True)
class ChangeActivateAccount:
    """`accounts.activate`."""

    value: AccountPlan


@dataclass(frozen=True, slots=True)
class ChangeChangePlan:
    """`accounts.change-plan`."""

    value: AccountPlan


@dataclass(frozen=True, slots=True)
class ChangeAddAddOn:
    """`accounts.add-add-on`."""

    value: AccountAddOn


@dataclass(frozen=True, slots=True)
class ChangeRemoveAddOn:
    """`accounts.remove-add-on`."""

    value: AccountAddOn


@dataclass(frozen=True, slots=True)
class ChangeDisableAccount:
    """`accounts.disable`."""

    value: AccountId


@dataclass(frozen=True, slots=True)
class ChangeResumeAccount:
    """`accounts.resume`."""

    value: AccountId


@dataclass(frozen=True, slots=True)
class ChangeDeleteAccount:
    """`accounts.delete`, with its name."""

    value: AccountId


@dataclass(frozen=True, slots=True)
class ChangeDeleteAccounts:
    """`accounts.delete-many`, each with its name."""

    value: list[AccountId]


@dataclass(frozen=True, slots=True)
class ChangeSetBillingOwner:
    """`accounts.set-billing-owner`."""

    value: AccountBillingOwner


@dataclass(frozen=True, slots=True)
class ChangeChoosePlan:
    """`portal.choose-plan`, as the account's owner; it takes no quote."""

    value: AccountPlan


Change: TypeAlias = (
    ChangeInviteByEmail
    | ChangeInviteByLink
    | ChangeInviteMany
    | ChangeResend
    | ChangeAddBrands
    | ChangeRemoveBrands
    | ChangeRevoke
    | ChangeArchiveBrand
    | ChangeSetInterval
    | ChangeActivateAccount
    | ChangeChangePlan
    | ChangeAddAddOn
    | ChangeRemoveAddOn
    | ChangeDisableAccount
    | ChangeResumeAccount
    | ChangeDeleteAccount
    | ChangeDeleteAccounts
    | ChangeSetBillingOwner
    | ChangeChoosePlan
)
"""A command that moves money."""

CHANGE = Variant(
    [
        ("invite-by-email", ChangeInviteByEmail, EMAIL_INVITE),
        ("invite-by-link", ChangeInviteByLink, LINK_INVITE),
        ("invite-many", ChangeInviteMany, List(EMAIL_INVITE)),
        ("resend", ChangeResend, CLIENT_ID),
        ("add-brands", ChangeAddBrands, CLIENT_BRANDS),
        ("remove-brands", ChangeRemoveBrands, CLIENT_BRANDS),
        ("revoke", ChangeRevoke, CLIENT_ID),
        ("archive-brand", ChangeArchiveBrand, BRAND_ID),
        ("set-interval", ChangeSetInterval, BILLING_INTERVAL),
        ("activate-account", ChangeActivateAccount, ACCOUNT_PLAN),
        ("change-plan", ChangeChangePlan, ACCOUNT_PLAN),
        ("add-add-on", ChangeAddAddOn, ACCOUNT_ADD_ON),
        ("remove-add-on", ChangeRemoveAddOn, ACCOUNT_ADD_ON),
        ("disable-account", ChangeDisableAccount, ACCOUNT_ID),
        ("resume-account", ChangeResumeAccount, ACCOUNT_ID),
        ("delete-account", ChangeDeleteAccount, ACCOUNT_ID),
        ("delete-accounts", ChangeDeleteAccounts, List(ACCOUNT_ID)),
        ("set-billing-owner", ChangeSetBillingOwner, ACCOUNT_BILLING_OWNER),
        ("choose-plan", ChangeChoosePlan, ACCOUNT_PLAN),
    ]
)


@dataclass(slots=True, kw_only=True)
class NewAdjustment:
    """An amount to book by hand."""

    payer: Payer
    """Who pays."""
    amount: Money
    """Positive is owed, negative is given back."""
    note: str
    """Why."""
    effective_at: Timestamp | None = None
    """The time that it has in the ledger; none: now."""


NEW_ADJUSTMENT = Record(
    NewAdjustment,
    [
        ("payer", "payer", PAYER),
        ("amount", "amount", MONEY),
        ("note", "note", TEXT),
        ("effective-at", "effective_at", Option(TIMESTAMP)),
    ],
)


@dataclass(frozen=True, slots=True)
class PlatformChangeSetCatalog:
    """`catalog.set`, made from the latest version."""

    value: NewCatalog


@dataclass(frozen=True, slots=True)
class PlatformChangeSetTerms:
    """`catalog.set-terms`."""

    value: TermsChanges


@dataclass(frozen=True, slots=True)
class PlatformChangeAdjust:
    """`billing.adjust`."""

    value: NewAdjustment


PlatformChange: TypeAlias = PlatformChangeSetCatalog | PlatformChangeSetTerms | PlatformChangeAdjust
"""A command of the platform that moves money."""

PLATFORM_CHANGE = Variant(
    [
        ("set-catalog", PlatformChangeSetCatalog, NEW_CATALOG),
        ("set-terms", PlatformChangeSetTerms, TERMS_CHANGES),
        ("adjust", PlatformChangeAdjust, NEW_ADJUSTMENT),
    ]
)


@dataclass(slots=True, kw_only=True)
class QuotedLine:
    """A line that a command would book."""

    payer: Payer
    """Who pays."""
    item: BillingItem
    """What for."""
    kind: LineKind
    """What it does."""
    amount: Money
    """Positive for a charge, negative for a credit."""
    covers_from: Timestamp
    """The stretch of time that it pays for begins here."""
    covers_to: Timestamp
    """And ends here."""
    reason: Reason
    """Why."""
    note: str | None = None
    """The discount that it is, or the plan by its id."""
    working: Working | None = None
    """How the amount was worked out."""


QUOTED_LINE = Record(
    QuotedLine,
    [
        ("payer", "payer", PAYER),
        ("item", "item", BILLING_ITEM),
        ("kind", "kind", LINE_KIND),
        ("amount", "amount", MONEY),
        ("covers-from", "covers_from", TIMESTAMP),
        ("covers-to", "covers_to", TIMESTAMP),
        ("reason", "reason", REASON),
        ("note", "note", Option(TEXT)),
        ("working", "working", Option(WORKING)),
    ],
)


@dataclass(slots=True)
class QuotedInvoice:
    """An invoice of the agency without a change, and with it."""

    payer: Payer
    """Who pays."""
    closes_at: Timestamp
    """When it closes."""
    before: Money
    """What is to be paid if nothing changes, before taxes."""
    after: Money
    """What is to be paid after the change, if nothing else changes."""


QUOTED_INVOICE = Record(
    QuotedInvoice,
    [
        ("payer", "payer", PAYER),
        ("closes-at", "closes_at", TIMESTAMP),
        ("before", "before", MONEY),
        ("after", "after", MONEY),
    ],
)


@dataclass(slots=True, kw_only=True)
class GoingOn:
    """Something that goes on costing after an account is disabled or deleted."""

    payer: Payer
    """Who pays."""
    item: BillingItem
    """What for."""
    until: Timestamp | None = None
    """When that ends by itself; none: not by itself."""
    amount: Money
    """What it comes to. Of a plan and an add-on, what is paid for from then until `until`, and
    isn't given back; of white-label, which is renewed as long as anybody has access, the price
    of one period.
    """


GOING_ON = Record(
    GoingOn,
    [
        ("payer", "payer", PAYER),
        ("item", "item", BILLING_ITEM),
        ("until", "until", Option(TIMESTAMP)),
        ("amount", "amount", MONEY),
    ],
)


@dataclass(slots=True)
class RefusedRow:
    """A row of `clients.invite-many` or `accounts.delete-many` that would be refused."""

    place: int
    """Its place, from 0."""
    why: Error
    """Why, as the command would say it."""


REFUSED_ROW = Record(RefusedRow, [("place", "place", U32), ("why", "why", ERROR)])


@dataclass(slots=True, kw_only=True)
class Quote:
    """What a command would come to."""

    as_of: Timestamp
    """The instant that it is priced at."""
    lines: list[QuotedLine]
    """What would be booked."""
    now: Money
    """What the lines come to, whoever pays."""
    monthly: Money
    """By how much the run-rate would change, whoever pays: what it costs more or less from then
    on. On an account's behalf, that of its brands, its plan and its add-ons.
    """
    next_invoice: Money
    """By how much the next invoice would change; of the agency and, where the change is about an
    account, of the account together.
    """
    invoices: list[QuotedInvoice]
    """The next twelve invoices of the agency, and of an account that pays itself, where the change
    is about one: a price, a discount or an interval that counts from a later period on shows in
    these.
    """
    going_on: list[GoingOn]
    """Of `disable-account`, `delete-account` and `delete-accounts`: what goes on costing, account
    by account; else empty. White-label of a disabled account's brands is among it, since it
    runs on grants; that of a deleted one stops.
    """
    refused: list[RefusedRow]
    """The rows of `invite-many` or `delete-many` that would be refused, and book nothing; else
    empty.
    """
    quote: str | None = None
    """For `call.quote`, within 15 minutes; at their last millisecond's end it is over. The command
    then books exactly this or does nothing. None for a later date, and for what the platform
    does.
    """
    within: AccountId | None = None
    """The account on whose behalf it was asked for, and which it was narrowed to; none: to
    nothing.
    """


QUOTE = Record(
    Quote,
    [
        ("as-of", "as_of", TIMESTAMP),
        ("lines", "lines", List(QUOTED_LINE)),
        ("now", "now", MONEY),
        ("monthly", "monthly", MONEY),
        ("next-invoice", "next_invoice", MONEY),
        ("invoices", "invoices", List(QUOTED_INVOICE)),
        ("going-on", "going_on", List(GOING_ON)),
        ("refused", "refused", List(REFUSED_ROW)),
        ("quote", "quote", Option(TEXT)),
        ("within", "within", Option(ACCOUNT_ID)),
    ],
)


class BillingFunctions:
    """The functions of `billing`."""

    def __init__(self, call: _Call) -> None:
        self._call = call

    def summary(self, call: Call) -> BillingSummary:
        """What is owed as things stand now. On an account's behalf, its own: `brands`, `plans` and
        `run-rate` are of its brands, its plan and its add-ons, whoever pays; `total`,
        `next-invoice`, `credit` and `overdue` are of its own ledger, which is empty as long as
        the agency pays; `planned` says when something of it changes; `interval` and the period
        are the agency's, which pays white-label.
        """
        return self._call(_SUMMARY, call)

    def items(self, call: Call, page: PageRequest) -> ItemPage:
        """What is charged for now."""
        return self._call(_ITEMS, call, page)

    def forecast(self, call: Call) -> builtins.list[ForecastMonth]:
        """What the next twelve invoices of the agency will come to if nothing changes."""
        return self._call(_FORECAST, call)

    def ledger(
        self, call: Call, *, filter: LedgerFilter | None = None, page: PageRequest
    ) -> LedgerPage:
        """A ledger as booked. Renewals are booked by the jobs and by the next command that touches
        the item, with the time that they count from. After any silence, the ledger, the summary
        and the log's entries agree once the jobs have run. Without a filter, all lines of the
        agency's own.
        """
        return self._call(_LEDGER, call, filter, page)

    def export_ledger(
        self,
        call: Call,
        *,
        filter: LedgerFilter | None = None,
        format: LedgerFormat,
        page: PageRequest,
    ) -> ExportPage:
        """A ledger as text for other programs; without a filter, the agency's own. Those for Lago
        and QuickBooks are made of whole invoices that are closed, the oldest first: a page may
        be longer than `limit`, so that none is cut, and a filter by item or time, which would
        cut them, is `invalid`.
        """
        return self._call(_EXPORT_LEDGER, call, filter, format, page)

    def invoices(self, call: Call, *, payer: Payer | None = None, page: PageRequest) -> InvoicePage:
        """The invoices of a payer (none: the agency), the latest first."""
        return self._call(_INVOICES, call, payer, page)

    def get_invoice(self, call: Call, *, payer: Payer | None = None, number: int) -> Invoice | None:
        """An invoice; none: there is none with this number, which is 1 or more."""
        return self._call(_GET_INVOICE, call, payer, number)

    def document(
        self, call: Call, *, payer: Payer | None = None, number: int, format: DocumentFormat
    ) -> str | None:
        """An invoice with its lines as a document; none: there is none with this number. Brands
        have the names that they have now; one that can't be read stands by its id.
        """
        return self._call(_DOCUMENT, call, payer, number, format)

    def preview(self, call: Call, change: Change, *, at: Timestamp | None = None) -> Quote:
        """What a command would cost or give back, by the same decision as the command itself;
        nothing is changed. What the command would refuse, this refuses, with the fields named
        as the command names them. `at` looks at a later date, up to 400 days ahead, as if
        nothing else happened before. Needs the role that the command needs. Of
        `call.idempotency-key`, it only looks whether rows of `invite-many` or `delete-many` are
        done already: these cost nothing any more. On an account's behalf, commands can be
        looked at that can be called so; the lines are those of its brands, its plan and its
        add-ons, without workings where the agency pays, and the invoices its own.
        """
        return self._call(_PREVIEW, call, change, at)

    def preview_platform(
        self, agency: AgencyId, change: PlatformChange, *, at: Timestamp | None = None
    ) -> Quote:
        """What a command of the platform's own would change for an agency, by the same decision as
        the command itself; nothing is changed. What the command would refuse, this refuses,
        with the fields named as the command names them. A new price books nothing at once:
        `monthly` says what it changes by today's prices, and `invoices` when. `at` as in
        `preview`. It gives no `quote`.
        """
        return self._call(_PREVIEW_PLATFORM, agency, change, at)

    def report_payment(
        self,
        agency: AgencyId,
        payer: Payer,
        number: int,
        payment: PaymentState,
        *,
        reference: str | None = None,
    ) -> None:
        """Says what became of an invoice: the platform's own. The same again changes nothing.
        `not-found` if there is no such invoice; `conflict` (`nothing-due`) if there is nothing
        to pay.
        """
        return self._call(_REPORT_PAYMENT, agency, payer, number, payment, reference)

    def adjust(
        self,
        agency: AgencyId,
        payer: Payer,
        amount: Money,
        note: str,
        *,
        effective_at: Timestamp | None = None,
    ) -> int:
        """Books an amount by hand: the platform's own. Positive is owed, negative is given back.
        `effective-at` is the time that it has in the ledger, not in the future and not before
        the agency; none: now. It stands on the next invoice to close. Gives the ledger line's
        number. `note` says why, 1 to 200 characters. The amount is at most 1,000,000,000,000
        minor units either way, and not 0.
        """
        return self._call(_ADJUST, agency, payer, amount, note, effective_at)


_SUMMARY: Function[BillingSummary] = Function(
    "clientdesk:core/billing@0.1.0",
    "summary",
    [Param("call", "call", CALL)],
    BILLING_SUMMARY,
    fails=ERROR,
)
_ITEMS: Function[ItemPage] = Function(
    "clientdesk:core/billing@0.1.0",
    "items",
    [Param("call", "call", CALL), Param("page", "page", PAGE_REQUEST)],
    ITEM_PAGE,
    fails=ERROR,
)
_FORECAST: Function[list[ForecastMonth]] = Function(
    "clientdesk:core/billing@0.1.0",
    "forecast",
    [Param("call", "call", CALL)],
    List(FORECAST_MONTH),
    fails=ERROR,
)
_LEDGER: Function[LedgerPage] = Function(
    "clientdesk:core/billing@0.1.0",
    "ledger",
    [
        Param("call", "call", CALL),
        Param("filter", "filter", Option(LEDGER_FILTER)),
        Param("page", "page", PAGE_REQUEST),
    ],
    LEDGER_PAGE,
    fails=ERROR,
)
_EXPORT_LEDGER: Function[ExportPage] = Function(
    "clientdesk:core/billing@0.1.0",
    "export-ledger",
    [
        Param("call", "call", CALL),
        Param("filter", "filter", Option(LEDGER_FILTER)),
        Param("format", "format", LEDGER_FORMAT),
        Param("page", "page", PAGE_REQUEST),
    ],
    EXPORT_PAGE,
    fails=ERROR,
)
_INVOICES: Function[InvoicePage] = Function(
    "clientdesk:core/billing@0.1.0",
    "invoices",
    [
        Param("call", "call", CALL),
        Param("payer", "payer", Option(PAYER)),
        Param("page", "page", PAGE_REQUEST),
    ],
    INVOICE_PAGE,
    fails=ERROR,
)
_GET_INVOICE: Function[Invoice | None] = Function(
    "clientdesk:core/billing@0.1.0",
    "get-invoice",
    [
        Param("call", "call", CALL),
        Param("payer", "payer", Option(PAYER)),
        Param("number", "number", U64),
    ],
    Option(INVOICE),
    fails=ERROR,
)
_DOCUMENT: Function[str | None] = Function(
    "clientdesk:core/billing@0.1.0",
    "document",
    [
        Param("call", "call", CALL),
        Param("payer", "payer", Option(PAYER)),
        Param("number", "number", U64),
        Param("format", "format", DOCUMENT_FORMAT),
    ],
    Option(TEXT),
    fails=ERROR,
)
_PREVIEW: Function[Quote] = Function(
    "clientdesk:core/billing@0.1.0",
    "preview",
    [
        Param("call", "call", CALL),
        Param("change", "change", CHANGE),
        Param("at", "at", Option(TIMESTAMP)),
    ],
    QUOTE,
    fails=ERROR,
)
_PREVIEW_PLATFORM: Function[Quote] = Function(
    "clientdesk:core/billing@0.1.0",
    "preview-platform",
    [
        Param("agency", "agency", AGENCY_ID),
        Param("change", "change", PLATFORM_CHANGE),
        Param("at", "at", Option(TIMESTAMP)),
    ],
    QUOTE,
    fails=ERROR,
)
_REPORT_PAYMENT: Function[None] = Function(
    "clientdesk:core/billing@0.1.0",
    "report-payment",
    [
        Param("agency", "agency", AGENCY_ID),
        Param("payer", "payer", PAYER),
        Param("number", "number", U64),
        Param("payment", "payment", PAYMENT_STATE),
        Param("reference", "reference", Option(TEXT)),
    ],
    None,
    fails=ERROR,
)
_ADJUST: Function[int] = Function(
    "clientdesk:core/billing@0.1.0",
    "adjust",
    [
        Param("agency", "agency", AGENCY_ID),
        Param("payer", "payer", PAYER),
        Param("amount", "amount", MONEY),
        Param("note", "note", TEXT),
        Param("effective-at", "effective_at", Option(TIMESTAMP)),
    ],
    U64,
    fails=ERROR,
)
FUNCTIONS: list[Function[object]] = [
    _SUMMARY,
    _ITEMS,
    _FORECAST,
    _LEDGER,
    _EXPORT_LEDGER,
    _INVOICES,
    _GET_INVOICE,
    _DOCUMENT,
    _PREVIEW,
    _PREVIEW_PLATFORM,
    _REPORT_PAYMENT,
    _ADJUST,
]
