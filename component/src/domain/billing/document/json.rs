//! An invoice as JSON: the contract's records, its lines by item.

use serde::Serialize;

use super::{Document, Group};
use crate::domain::billing::invoice::{Invoice, Party, PaymentState, TaxLine};
use crate::domain::billing::item::{BillingItem, PayerId};
use crate::domain::billing::ledger::Line;
use crate::domain::billing::posting::{LineKind, Reason, Working};
use crate::domain::money::Money;
use crate::domain::text::Name;
use crate::domain::time::Timestamp;

#[derive(Serialize)]
struct Whole<'a> {
    invoice: Head<'a>,
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Head<'a> {
    number: u64,
    payer: &'a PayerId,
    closed_at: Timestamp,
    due_at: Timestamp,
    seller: &'a Party,
    payer_party: &'a Party,
    lines: u64,
    subtotal: Money,
    credit_used: Money,
    due: Money,
    credit_left: Money,
    taxes: Vec<Tax<'a>>,
    total: Money,
    payment: PaymentState,
    reference: Option<&'a str>,
    overdue: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Tax<'a> {
    name: &'a Name,
    basis_points: u32,
    amount: Money,
}

#[derive(Serialize)]
struct Item<'a> {
    item: &'a BillingItem,
    /// What a brand is called; nothing of other items.
    name: Option<&'a Name>,
    subtotal: Money,
    lines: Vec<Booked<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Booked<'a> {
    number: u64,
    at: Timestamp,
    payer: &'a PayerId,
    item: &'a BillingItem,
    kind: LineKind,
    amount: Money,
    covers_from: Timestamp,
    covers_to: Timestamp,
    reason: Reason,
    note: Option<&'a Name>,
    working: Option<Working>,
    invoiced_at: Option<Timestamp>,
    log_entry: u64,
}

pub(super) fn written(document: &Document<'_>) -> Result<String, serde_json::Error> {
    let invoice = head(document.invoice, document.now);
    let items = document.groups.iter().map(|group| item(document, group)).collect();
    serde_json::to_string(&Whole { invoice, items })
}

fn head(invoice: &Invoice, now: Timestamp) -> Head<'_> {
    Head {
        number: invoice.number,
        payer: &invoice.payer,
        closed_at: invoice.closed_at,
        due_at: invoice.due_at,
        seller: &invoice.seller,
        payer_party: &invoice.payer_party,
        lines: invoice.lines,
        subtotal: invoice.subtotal,
        credit_used: invoice.credit_used,
        due: invoice.due,
        credit_left: invoice.credit_left,
        taxes: invoice.taxes.iter().map(tax).collect(),
        total: invoice.total,
        payment: invoice.payment,
        reference: invoice.reference.as_deref(),
        overdue: invoice.is_overdue(now),
    }
}

fn tax(line: &TaxLine) -> Tax<'_> {
    let TaxLine { tax, amount } = line;
    Tax { name: &tax.name, basis_points: tax.rate.points(), amount: *amount }
}

fn item<'a>(document: &'a Document<'_>, group: &'a Group<'_>) -> Item<'a> {
    Item {
        item: group.item,
        name: document.names.of(group.item),
        subtotal: group.subtotal,
        lines: group.lines.iter().map(|line| booked(line)).collect(),
    }
}

fn booked(line: &Line) -> Booked<'_> {
    Booked {
        number: line.number,
        at: line.at,
        payer: &line.payer,
        item: &line.item,
        kind: line.kind(),
        amount: line.amount,
        covers_from: line.covers.start,
        covers_to: line.covers.end,
        reason: line.reason,
        note: line.note.as_ref(),
        working: line.working,
        invoiced_at: line.invoiced_at,
        log_entry: line.log_entry,
    }
}
