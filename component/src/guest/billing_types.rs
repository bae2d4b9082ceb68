//! `billing-types`: what ledgers and invoices are made of.

use super::enums::same_cases;
use super::wit::exports::clientdesk::core::billing_types as wit;
use crate::domain::billing::agency_terms::TaxRate;
use crate::domain::billing::document::Format;
use crate::domain::billing::export::Layout;
use crate::domain::billing::invoice::{Party, PaymentState, TaxLine};
use crate::domain::billing::{BillingItem, Invoice, Line, LineKind, PayerId, Reason, Working};
use crate::domain::time::Timestamp;

impl From<Party> for wit::Party {
    fn from(party: Party) -> wit::Party {
        let Party { name, address } = party;
        wit::Party { name, address }
    }
}

impl From<TaxLine> for wit::TaxLine {
    fn from(line: TaxLine) -> wit::TaxLine {
        let TaxLine { tax: TaxRate { name, rate }, amount } = line;
        let (name, basis_points) = (name.to_string(), rate.points());
        wit::TaxLine { name, basis_points, amount: amount.into() }
    }
}

impl From<PayerId> for wit::Payer {
    fn from(payer: PayerId) -> wit::Payer {
        match payer {
            PayerId::Agency => wit::Payer::Agency,
            PayerId::Account(account) => wit::Payer::Account(account.to_string()),
        }
    }
}

impl From<BillingItem> for wit::BillingItem {
    fn from(item: BillingItem) -> wit::BillingItem {
        match item {
            BillingItem::WhiteLabel(brand) => wit::BillingItem::WhiteLabel(brand.to_string()),
            BillingItem::Plan(account) => wit::BillingItem::Plan(account.to_string()),
            BillingItem::AddOn { account, add_on } => {
                let (account, add_on) = (account.to_string(), add_on.to_string());
                wit::BillingItem::AddOn(wit::AccountAddOn { account, add_on })
            }
            BillingItem::Adjustment(name) => wit::BillingItem::Adjustment(name.to_string()),
        }
    }
}

impl From<Line> for wit::LedgerLine {
    fn from(line: Line) -> wit::LedgerLine {
        let kind = line.kind().into();
        wit::LedgerLine {
            number: line.number,
            at: line.at.millis(),
            payer: line.payer.into(),
            item: line.item.into(),
            kind,
            amount: line.amount.into(),
            covers_from: line.covers.start.millis(),
            covers_to: line.covers.end.millis(),
            reason: line.reason.into(),
            note: line.note.map(String::from),
            working: line.working.map(wit::Working::from),
            invoiced_at: line.invoiced_at.map(Timestamp::millis),
            log_entry: line.log_entry,
        }
    }
}

impl From<Working> for wit::Working {
    fn from(working: Working) -> wit::Working {
        let Working { base, numerator, denominator, catalog } = working;
        wit::Working { base: base.into(), numerator, denominator, catalog }
    }
}

/// An invoice as it is at `now`.
pub(super) fn shown_invoice(invoice: Invoice, now: Timestamp) -> wit::Invoice {
    let overdue = invoice.is_overdue(now);
    let Invoice {
        number,
        payer,
        closed_at,
        due_at,
        seller,
        payer_party,
        first_line: _,
        last_line: _,
        lines,
        subtotal,
        credit_used,
        due,
        credit_left,
        taxes,
        total,
        payment,
        reference,
    } = invoice;
    wit::Invoice {
        number,
        payer: payer.into(),
        closed_at: closed_at.millis(),
        due_at: due_at.millis(),
        seller: seller.into(),
        payer_party: payer_party.into(),
        lines,
        subtotal: subtotal.into(),
        credit_used: credit_used.into(),
        due: due.into(),
        credit_left: credit_left.into(),
        taxes: taxes.into_iter().map(wit::TaxLine::from).collect(),
        total: total.into(),
        payment: payment.into(),
        reference,
        overdue,
    }
}

impl From<wit::LedgerFormat> for Layout {
    fn from(format: wit::LedgerFormat) -> Layout {
        match format {
            wit::LedgerFormat::Csv => Layout::Ledger,
            wit::LedgerFormat::Stripe => Layout::InvoiceItems,
            wit::LedgerFormat::Lago => Layout::Fees,
            wit::LedgerFormat::Quickbooks => Layout::InvoiceRows,
        }
    }
}

same_cases! {
    wit::DocumentFormat = Format: Text Html Json;
    wit::LineKind = LineKind: Charge Credit Discount Adjustment;
    wit::PaymentState = PaymentState: Open Paid Failed;
    wit::Reason = Reason: Started Renewed Stopped Expired Changed Switched Adjusted;
}
