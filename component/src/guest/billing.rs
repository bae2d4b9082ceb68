//! `billing`

use super::enums::same_cases;
use super::wit::exports::clientdesk::core::billing as wit;
use super::{Component, with_ports};
use crate::app::billing;
use crate::domain::billing::{Line, Reason};

impl wit::Guest for Component {
    fn summary(call: wit::Call) -> Result<wit::BillingSummary, wit::Error> {
        Ok(with_ports(|ports| billing::summary(ports, &call.into()))?.into())
    }

    fn items(call: wit::Call, page: wit::PageRequest) -> Result<wit::ItemPage, wit::Error> {
        let page = with_ports(|ports| billing::items(ports, &call.into(), &page.into()))?;
        let items = page.items.into_iter().map(wit::Item::from).collect();
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

impl From<billing::Item> for wit::Item {
    fn from(item: billing::Item) -> wit::Item {
        let billing::Item { brand, brand_name, price, since } = item;
        wit::Item {
            brand: brand.to_string(),
            brand_name: brand_name.to_string(),
            price: price.into(),
            since: since.millis(),
        }
    }
}

impl From<Line> for wit::LedgerLine {
    fn from(line: Line) -> wit::LedgerLine {
        let Line { number, at, brand, amount, covers, reason, log_entry } = line;
        wit::LedgerLine {
            number,
            at: at.millis(),
            brand: brand.to_string(),
            amount: amount.into(),
            covers_from: covers.start.millis(),
            covers_to: covers.end.millis(),
            reason: reason.into(),
            log_entry,
        }
    }
}

same_cases! { wit::Reason = Reason: Started Renewed Stopped Expired; }
