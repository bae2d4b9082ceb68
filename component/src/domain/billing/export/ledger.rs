//! All fields of each line.

use super::{Numbered, Part, exact, kind_of};
use crate::domain::billing::item::BillingItem;
use crate::domain::billing::ledger::Line;
use crate::domain::billing::posting::{LineKind, Reason};
use crate::domain::billing::words::{Names, decimal};
use crate::domain::csv::{self, CsvError, shown_as_text};
use crate::domain::text::Name;

const HEADING: [&str; 21] = [
    "number",
    "at",
    "payer",
    "item",
    "item id",
    "add-on",
    "item name",
    "kind",
    "reason",
    "amount",
    "currency",
    "covers from",
    "covers to",
    "note",
    "base",
    "numerator",
    "denominator",
    "catalog",
    "invoiced at",
    "invoice",
    "log entry",
];

pub(super) fn written(part: &Part<'_>, lines: &[Numbered]) -> Result<String, CsvError> {
    let rows = lines.iter().map(|(line, invoice)| row(line, *invoice, part.names));
    csv::lines(part.heading(HEADING), rows)
}

fn row(line: &Line, invoice: Option<u64>, names: &Names) -> [String; 21] {
    let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
    let name = |name: Option<&Name>| name.map(|name| shown_as_text(name.as_str()));
    let (working, [id, add_on]) = (line.working, ids(&line.item));
    let item_name = match &line.item {
        BillingItem::Adjustment(given) => name(Some(given)),
        other => name(names.of(other)),
    };
    [
        line.number.to_string(),
        exact(line.at),
        line.payer.to_string(),
        kind_of(&line.item).to_owned(),
        id,
        add_on,
        item_name.unwrap_or_default(),
        kind_word(line.kind()).to_owned(),
        reason_word(line.reason).to_owned(),
        decimal(line.amount),
        line.amount.currency.code().to_owned(),
        exact(line.covers.start),
        exact(line.covers.end),
        name(line.note.as_ref()).unwrap_or_default(),
        working.map(|working| decimal(working.base)).unwrap_or_default(),
        number(working.map(|working| working.numerator)),
        number(working.map(|working| working.denominator)),
        number(working.map(|working| u64::from(working.catalog))),
        line.invoiced_at.map(exact).unwrap_or_default(),
        number(invoice),
        line.log_entry.to_string(),
    ]
}

/// The id of the brand or the account, and of the add-on.
fn ids(item: &BillingItem) -> [String; 2] {
    match item {
        BillingItem::WhiteLabel(brand) => [shown_as_text(brand.as_str()), String::new()],
        BillingItem::Plan(account) => [shown_as_text(account.as_str()), String::new()],
        BillingItem::AddOn { account, add_on } => {
            [account.as_str(), add_on.as_str()].map(shown_as_text)
        }
        BillingItem::Adjustment(_) => [String::new(), String::new()],
    }
}

/// The contract's `line-kind`.
const fn kind_word(kind: LineKind) -> &'static str {
    match kind {
        LineKind::Charge => "charge",
        LineKind::Credit => "credit",
        LineKind::Discount => "discount",
        LineKind::Adjustment => "adjustment",
    }
}

/// The contract's `reason`.
const fn reason_word(reason: Reason) -> &'static str {
    match reason {
        Reason::Started => "started",
        Reason::Renewed => "renewed",
        Reason::Stopped => "stopped",
        Reason::Expired => "expired",
        Reason::Changed => "changed",
        Reason::Switched => "switched",
        Reason::Adjusted => "adjusted",
    }
}
