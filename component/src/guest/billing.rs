//! `billing`

use super::wit::exports::clientdesk::core::billing as wit;
use super::{Component, with_ports};
use crate::app::billing;
use crate::domain::billing::{BillingItem, Line, PayerId, Reason};

impl wit::Guest for Component {
    fn summary(call: wit::Call) -> Result<wit::BillingSummary, wit::Error> {
        Ok(with_ports(|ports| billing::summary(ports, &call.into()))?.into())
    }

    fn items(call: wit::Call, page: wit::PageRequest) -> Result<wit::ItemPage, wit::Error> {
        let page = with_ports(|ports| billing::items(ports, &call.into(), &page.into()))?;
        let items = page.items.into_iter().map(wit::RunningItem::from).collect();
        Ok(wit::ItemPage { items, next: page.next })
    }

    fn ledger(call: wit::Call, page: wit::PageRequest) -> Result<wit::LedgerPage, wit::Error> {
        let page = with_ports(|ports| billing::ledger(ports, &call.into(), &page.into()))?;
        let lines = page.items.into_iter().map(wit::LedgerLine::from).collect();
        Ok(wit::LedgerPage { lines, next: page.next })
    }
}

impl From<billing::Summary> for wit::BillingSummary {
    fn from(summary: billing::Summary) -> wit::BillingSummary {
        let billing::Summary { interval, brands, run_rate, period, total } = summary;
        wit::BillingSummary {
            interval: interval.into(),
            brands,
            run_rate: run_rate.into(),
            period_start: period.start.millis(),
            period_end: period.end.millis(),
            total: total.into(),
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
        let Line { number, at, payer, item, amount, covers, reason, log_entry } = line;
        wit::LedgerLine {
            number,
            at: at.millis(),
            payer: payer.into(),
            item: item.into(),
            amount: amount.into(),
            covers_from: covers.start.millis(),
            covers_to: covers.end.millis(),
            reason: match reason {
                Reason::Started => wit::Reason::Started,
                Reason::Renewed => wit::Reason::Renewed,
                Reason::Stopped => wit::Reason::Stopped,
                Reason::Expired => wit::Reason::Expired,
            },
            log_entry,
        }
    }
}
