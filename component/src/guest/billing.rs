//! `billing`

use super::billing_types::shown_invoice;
use super::wit::exports::clientdesk::core::billing as wit;
use super::{Component, with_ports};
use crate::app::Ports;
use crate::app::billing;
use crate::app::billing::{Adjustment, Expected, ExportPage, LedgerFilter, Planned};
use crate::app::clients;
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::preview::{
    self, AccountChange, Change, ChangedInvoice, GoingOn, PlatformChange, Preview,
};
use crate::domain::billing::{BillingItem, Line, PayerId};
use crate::domain::id::{AccountId, AddOnId, BrandId};
use crate::domain::text::Name;
use crate::domain::time::Timestamp;

impl wit::Guest for Component {
    fn summary(call: wit::Call) -> Result<wit::BillingSummary, wit::Error> {
        Ok(with_ports(|ports| billing::summary(ports, &call.into()))?.into())
    }

    fn items(call: wit::Call, page: wit::PageRequest) -> Result<wit::ItemPage, wit::Error> {
        let page = with_ports(|ports| billing::items(ports, &call.into(), &page.into()))?;
        let items = page.items.into_iter().map(wit::RunningItem::from).collect();
        let within = page.within.map(|account| account.to_string());
        Ok(wit::ItemPage { items, next: page.next, within })
    }

    fn forecast(call: wit::Call) -> Result<Vec<wit::ForecastMonth>, wit::Error> {
        let months = with_ports(|ports| billing::forecast(ports, &call.into()))?;
        Ok(months.into_iter().map(wit::ForecastMonth::from).collect())
    }

    fn ledger(
        call: wit::Call,
        filter: Option<wit::LedgerFilter>,
        page: wit::PageRequest,
    ) -> Result<wit::LedgerPage, wit::Error> {
        let filter = |fields: &mut Fields| ledger_filter(fields, filter);
        let page = with_ports(|ports| billing::ledger(ports, &call.into(), filter, &page.into()))?;
        let lines = page.items.into_iter().map(wit::LedgerLine::from).collect();
        let within = page.within.map(|account| account.to_string());
        Ok(wit::LedgerPage { lines, next: page.next, within })
    }

    fn invoices(
        call: wit::Call,
        payer: Option<wit::Payer>,
        page: wit::PageRequest,
    ) -> Result<wit::InvoicePage, wit::Error> {
        let payer = |fields: &mut Fields| payer_or_agency(fields, "payer", payer);
        let (page, now) =
            with_ports(|ports| billing::invoices(ports, &call.into(), payer, &page.into()))?;
        let invoices = page.items.into_iter().map(|invoice| shown_invoice(invoice, now)).collect();
        let within = page.within.map(|account| account.to_string());
        Ok(wit::InvoicePage { invoices, next: page.next, within })
    }

    fn get_invoice(
        call: wit::Call,
        payer: Option<wit::Payer>,
        number: u64,
    ) -> Result<Option<wit::Invoice>, wit::Error> {
        let payer = |fields: &mut Fields| payer_or_agency(fields, "payer", payer);
        let found = with_ports(|ports| billing::invoice(ports, &call.into(), payer, number))?;
        Ok(found.map(|(invoice, now)| shown_invoice(invoice, now)))
    }

    fn export_ledger(
        call: wit::Call,
        filter: Option<wit::LedgerFilter>,
        format: wit::LedgerFormat,
        page: wit::PageRequest,
    ) -> Result<wit::ExportPage, wit::Error> {
        let filter = |fields: &mut Fields| ledger_filter(fields, filter);
        let (call, layout, page) = (call.into(), format.into(), page.into());
        let export = |ports: &Ports| billing::export_ledger(ports, &call, filter, layout, &page);
        let ExportPage { text, next } = with_ports(export)?;
        Ok(wit::ExportPage { text, next })
    }

    fn document(
        call: wit::Call,
        payer: Option<wit::Payer>,
        number: u64,
        format: wit::DocumentFormat,
    ) -> Result<Option<String>, wit::Error> {
        let payer = |fields: &mut Fields| payer_or_agency(fields, "payer", payer);
        let (call, format) = (call.into(), format.into());
        Ok(with_ports(|ports| billing::document(ports, &call, payer, number, format))?)
    }

    fn preview(
        call: wit::Call,
        change: wit::Change,
        at: Option<wit::Timestamp>,
    ) -> Result<wit::Quote, wit::Error> {
        let change = change.into();
        let preview =
            with_ports(|ports| preview::preview(ports, &call.into(), &change, at).and_then(quote));
        Ok(preview?)
    }

    fn preview_platform(
        agency: wit::AgencyId,
        change: wit::PlatformChange,
        at: Option<wit::Timestamp>,
    ) -> Result<wit::Quote, wit::Error> {
        let change = |fields: &mut Fields| platform_change(fields, change);
        let preview =
            |ports: &Ports| preview::preview_platform(ports, &agency, change, at).and_then(quote);
        Ok(with_ports(preview)?)
    }

    fn adjust(
        agency: wit::AgencyId,
        payer: wit::Payer,
        amount: wit::Money,
        note: String,
        effective_at: Option<wit::Timestamp>,
    ) -> Result<u64, wit::Error> {
        let payer = |fields: &mut Fields| payer_or_agency(fields, "payer", Some(payer));
        let wit::Money { amount, currency } = amount;
        let adjustment = Adjustment { amount, currency, note, effective_at };
        Ok(with_ports(|ports| billing::adjust(ports, &agency, payer, &adjustment))?)
    }

    fn report_payment(
        agency: wit::AgencyId,
        payer: wit::Payer,
        number: u64,
        payment: wit::PaymentState,
        reference: Option<String>,
    ) -> Result<(), wit::Error> {
        let payer = |fields: &mut Fields| payer_or_agency(fields, "payer", Some(payer));
        let said = (payment.into(), reference);
        let report = |ports: &Ports| billing::report_payment(ports, &agency, payer, number, said);
        Ok(with_ports(report)?)
    }
}

impl From<billing::Summary> for wit::BillingSummary {
    fn from(summary: billing::Summary) -> wit::BillingSummary {
        let billing::Summary {
            interval,
            brands,
            plans,
            run_rate,
            period,
            total,
            next_invoice,
            credit,
            overdue,
            planned,
            within,
        } = summary;
        wit::BillingSummary {
            interval: interval.into(),
            brands,
            plans,
            run_rate: run_rate.into(),
            period_start: period.start.millis(),
            period_end: period.end.millis(),
            total: total.into(),
            next_invoice_at: next_invoice.closes_at.millis(),
            next_invoice: next_invoice.due.into(),
            credit: credit.into(),
            overdue,
            planned: planned.into_iter().map(planned_change).collect(),
            within: within.map(|account| account.to_string()),
        }
    }
}

impl From<wit::Change> for Change {
    fn from(change: wit::Change) -> Change {
        match change {
            wit::Change::InviteByEmail(invite) => Change::InviteByEmail(invite.into()),
            wit::Change::InviteByLink(invite) => Change::InviteByLink(invite.into()),
            wit::Change::InviteMany(invites) => {
                Change::InviteMany(invites.into_iter().map(clients::Invite::from).collect())
            }
            wit::Change::Resend(client) => Change::Resend(client),
            wit::Change::AddBrands(wit::ClientBrands { client, brands, ends_at }) => {
                Change::AddBrands { client, brands, ends_at }
            }
            wit::Change::RemoveBrands(wit::ClientBrands { client, brands, ends_at }) => {
                Change::RemoveBrands { client, brands, ends_at }
            }
            wit::Change::Revoke(client) => Change::Revoke(client),
            wit::Change::ArchiveBrand(brand) => Change::ArchiveBrand(brand),
            wit::Change::SetInterval(interval) => Change::SetInterval(interval.into()),
            wit::Change::ActivateAccount(wit::AccountPlan { account, plan }) => {
                Change::Account(account, AccountChange::Activate(plan))
            }
            wit::Change::ChangePlan(wit::AccountPlan { account, plan }) => {
                Change::Account(account, AccountChange::ChangePlan(plan))
            }
            wit::Change::AddAddOn(wit::AccountAddOn { account, add_on }) => {
                Change::Account(account, AccountChange::AddAddOn(add_on))
            }
            wit::Change::RemoveAddOn(wit::AccountAddOn { account, add_on }) => {
                Change::Account(account, AccountChange::RemoveAddOn(add_on))
            }
            wit::Change::DisableAccount(account) => {
                Change::Account(account, AccountChange::Disable)
            }
            wit::Change::ResumeAccount(account) => Change::Account(account, AccountChange::Resume),
            wit::Change::DeleteAccount(account) => Change::Account(account, AccountChange::Delete),
            wit::Change::DeleteAccounts(accounts) => Change::DeleteAccounts(accounts),
            wit::Change::SetBillingOwner(wit::AccountBillingOwner { account, owner }) => {
                Change::Account(account, AccountChange::SetBillingOwner(owner.into()))
            }
            wit::Change::ChoosePlan(wit::AccountPlan { account, plan }) => {
                Change::Account(account, AccountChange::ChoosePlan(plan))
            }
        }
    }
}

fn platform_change(fields: &mut Fields, change: wit::PlatformChange) -> Option<PlatformChange> {
    match change {
        wit::PlatformChange::SetCatalog(catalog) => {
            Some(PlatformChange::SetCatalog(catalog.into()))
        }
        wit::PlatformChange::SetTerms(changes) => Some(PlatformChange::SetTerms(changes.into())),
        wit::PlatformChange::Adjust(wit::NewAdjustment { payer, amount, note, effective_at }) => {
            let payer = payer_or_agency(fields, "payer", Some(payer))?;
            let wit::Money { amount, currency } = amount;
            let adjustment = Adjustment { amount, currency, note, effective_at };
            Some(PlatformChange::Adjust { payer, adjustment })
        }
    }
}

fn quote(preview: Preview) -> Result<wit::Quote, Error> {
    let next_invoice = preview.next_invoice()?.into();
    let Preview { as_of, lines, now, monthly, invoices, going_on, refused, quote, within } =
        preview;
    let invoice = |ChangedInvoice { payer, closes_at, before, after }| wit::QuotedInvoice {
        payer: payer.into(),
        closes_at: closes_at.millis(),
        before: before.into(),
        after: after.into(),
    };
    let going_on_costing = |GoingOn { payer, item, until, amount }| wit::GoingOn {
        payer: payer.into(),
        item: item.into(),
        until: until.map(Timestamp::millis),
        amount: amount.into(),
    };
    let row = |(place, error): (usize, Error)| wit::RefusedRow {
        place: u32::try_from(place).unwrap_or(u32::MAX),
        why: error.into(),
    };
    Ok(wit::Quote {
        as_of: as_of.millis(),
        lines: lines.into_iter().map(wit::QuotedLine::from).collect(),
        now: now.into(),
        monthly: monthly.into(),
        next_invoice,
        invoices: invoices.into_iter().map(invoice).collect(),
        going_on: going_on.into_iter().map(going_on_costing).collect(),
        refused: refused.into_iter().map(row).collect(),
        quote: quote.map(|quote| quote.text()),
        within: within.map(|account| account.to_string()),
    })
}

impl From<Line> for wit::QuotedLine {
    fn from(line: Line) -> wit::QuotedLine {
        let kind = line.kind().into();
        wit::QuotedLine {
            payer: line.payer.into(),
            item: line.item.into(),
            kind,
            amount: line.amount.into(),
            covers_from: line.covers.start.millis(),
            covers_to: line.covers.end.millis(),
            reason: line.reason.into(),
            note: line.note.map(String::from),
            working: line.working.map(wit::Working::from),
        }
    }
}

fn planned_change((at, what): (Timestamp, Planned)) -> wit::PlannedChange {
    let what = match what {
        Planned::Interval(interval) => wit::Planned::Interval(interval.into()),
        Planned::Price => wit::Planned::Price,
        Planned::DiscountBegins(name) => wit::Planned::DiscountBegins(name.to_string()),
        Planned::DiscountEnds(name) => wit::Planned::DiscountEnds(name.to_string()),
        Planned::TrialEnds => wit::Planned::TrialEnds,
        Planned::Account(account) => wit::Planned::Account(account.to_string()),
        Planned::VolumeDiscount(on) => wit::Planned::VolumeDiscount(on),
    };
    wit::PlannedChange { what, at: at.millis() }
}

impl From<Expected> for wit::ForecastMonth {
    fn from(expected: Expected) -> wit::ForecastMonth {
        let Expected { closes_at, subtotal, due } = expected;
        let (subtotal, due) = (subtotal.into(), due.into());
        wit::ForecastMonth { closes_at: closes_at.millis(), subtotal, due }
    }
}

/// The payer that an argument names; none: the agency.
fn payer_or_agency(fields: &mut Fields, field: &str, payer: Option<wit::Payer>) -> Option<PayerId> {
    match payer {
        None | Some(wit::Payer::Agency) => Some(PayerId::Agency),
        Some(wit::Payer::Account(account)) => {
            fields.take(field, AccountId::parse(&account)).map(PayerId::Account)
        }
    }
}

fn ledger_filter(fields: &mut Fields, filter: Option<wit::LedgerFilter>) -> Option<LedgerFilter> {
    let Some(filter) = filter else { return Some(LedgerFilter::all(PayerId::Agency)) };
    let wit::LedgerFilter { payer, item, since, until, invoiced_at } = filter;
    let payer = payer_or_agency(fields, "filter.payer", payer);
    let item = match item {
        None => Some(None),
        Some(item) => billing_item(fields, item).map(Some),
    };
    let since = fields.optional_time("filter.since", since);
    let until = fields.optional_time("filter.until", until);
    let invoiced_at = fields.optional_time("filter.invoiced-at", invoiced_at);
    let (since, until, invoiced_at) = (since?, until?, invoiced_at?);
    Some(LedgerFilter { payer: payer?, item: item?, since, until, invoiced_at })
}

fn billing_item(fields: &mut Fields, item: wit::BillingItem) -> Option<BillingItem> {
    let field = "filter.item";
    match item {
        wit::BillingItem::WhiteLabel(brand) => {
            fields.take(field, BrandId::parse(&brand)).map(BillingItem::WhiteLabel)
        }
        wit::BillingItem::Plan(account) => {
            fields.take(field, AccountId::parse(&account)).map(BillingItem::Plan)
        }
        wit::BillingItem::AddOn(wit::AccountAddOn { account, add_on }) => {
            let account = fields.take(field, AccountId::parse(&account));
            let add_on = fields.take(field, AddOnId::parse(&add_on));
            Some(BillingItem::AddOn { account: account?, add_on: add_on? })
        }
        wit::BillingItem::Adjustment(name) => {
            fields.take(field, Name::parse(&name)).map(BillingItem::Adjustment)
        }
    }
}

impl From<billing::RunningItem> for wit::RunningItem {
    fn from(item: billing::RunningItem) -> wit::RunningItem {
        let billing::RunningItem { item, name, payer, price, since } = item;
        wit::RunningItem {
            item: item.into(),
            name: name.to_string(),
            payer: payer.into(),
            price: price.into(),
            since: since.millis(),
        }
    }
}
