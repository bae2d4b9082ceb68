//! What holds for any ledger, whoever wrote it: the list at the end of the billing rules.
//!
//! Each check gives what is wrong in words. The checks look at lines, invoices and the history
//! only; who has access is counted here once more, moment by moment.

use std::collections::{BTreeMap, BTreeSet};

use crate::billing_reference::calendar::share;
use crate::billing_reference::frame::{Frame, Period};
use crate::billing_reference::history::{
    Amount, Event, History, Interval, Payer, Proration, Terms, TierMode, Time, What,
};
use crate::billing_reference::invoices::settle;
use crate::billing_reference::line::{Invoice, Item, Line};
use crate::billing_reference::prices::product_price;
use crate::billing_reference::reckon::all_runs;

/// An invoice's lines add up to its subtotal, every line whose time has come stands on one
/// invoice, numbers have no gaps, and credit is carried from each to the next.
pub fn ledger_and_invoices_agree(
    lines: &[Line],
    invoices: &[Invoice],
    payer: &Payer,
    now: Time,
) -> Result<(), String> {
    let mut sums: BTreeMap<Time, (u64, Amount)> = BTreeMap::new();
    for line in lines.iter().filter(|line| line.payer == *payer && line.invoiced_at <= now) {
        let sum = sums.entry(line.invoiced_at).or_default();
        *sum = (sum.0 + 1, sum.1 + line.amount);
    }
    let mut credit = 0;
    let mut number = 0;
    for invoice in invoices {
        number += 1;
        if invoice.number != number {
            return Err(format!("invoice {} should be {number}", invoice.number));
        }
        let sum = sums.remove(&invoice.closed_at);
        if sum != Some((invoice.lines, invoice.subtotal)) {
            return Err(format!("invoice {number} doesn't add up to its lines: {sum:?}"));
        }
        let (used, due, left) = settle(invoice.subtotal, credit);
        if (invoice.credit_used, invoice.due, invoice.credit_left) != (used, due, left) {
            return Err(format!("invoice {number} doesn't carry {credit} as it should"));
        }
        if invoice.total != invoice.due + invoice.taxes.iter().sum::<Amount>() {
            return Err(format!("invoice {number} doesn't come to its total"));
        }
        credit = left;
    }
    match sums.first_key_value() {
        Some((closing, sum)) => Err(format!("no invoice of {closing} for {sum:?}")),
        None => Ok(()),
    }
}

/// At no point of a ledger has an item been credited more than it was charged.
pub fn never_more_credit_than_charges(lines: &[Line]) -> Result<(), String> {
    let mut booked: Vec<&Line> = lines.iter().collect();
    booked.sort_by_key(|line| line.booked);
    let mut sums: BTreeMap<(&Payer, &Item), Amount> = BTreeMap::new();
    for line in booked.iter().filter(|line| !matches!(line.item, Item::Adjustment(_))) {
        // A discount is booked with its charge.
        let sum = sums.entry((&line.payer, &line.item)).or_default();
        *sum += line.amount;
        if *sum < 0 {
            return Err(format!("{:?} has {sum} at {}", line.item, line.at));
        }
    }
    Ok(())
}

/// Whether some client has access to a brand at the end of a millisecond.
pub fn has_access(history: &History, brand: &str, now: Time) -> bool {
    let accepted_only =
        history.catalogs.first().is_some_and(|first| first.catalog.starts_at_acceptance);
    let mut clients: BTreeMap<&str, Time> = BTreeMap::new();
    for Event { at, what } in &history.events {
        match what {
            _ if *at > now => break,
            What::Access { client, brands, until, accepted }
                if brands.iter().any(|b| b == brand) =>
            {
                let counts = *accepted || !accepted_only;
                clients.extend(counts.then_some((client.as_str(), until.unwrap_or(Time::MAX))));
            }
            What::End { client, brands } if brands.iter().any(|b| b == brand) => {
                clients.remove(client.as_str());
            }
            _ => {}
        }
    }
    clients.values().any(|until| *until > now)
}

/// All brands that anybody ever had access to.
pub fn brands(history: &History) -> BTreeSet<&str> {
    let named = history.events.iter().filter_map(|event| match &event.what {
        What::Access { brands, .. } => Some(brands.iter().map(String::as_str)),
        _ => None,
    });
    named.flatten().collect()
}

/// For how many milliseconds of a period some client has access to a brand.
fn time_in_force(history: &History, brand: &str, period: Period) -> Time {
    let mut instants: BTreeSet<Time> = BTreeSet::from([period.start, period.end]);
    for event in &history.events {
        instants.insert(event.at);
        if let What::Access { until: Some(until), .. } = event.what {
            instants.insert(until);
        }
    }
    let within: Vec<Time> = instants.range(period.start..=period.end).copied().collect();
    let pairs = within.iter().zip(within.iter().skip(1));
    pairs.filter(|(from, _)| has_access(history, brand, **from)).map(|(from, to)| to - from).sum()
}

/// Whether the catalog and the terms are such that an item has one price for ever, and shares
/// are by the millisecond.
fn has_plain_prices(history: &History) -> bool {
    let plain = |catalog: &crate::billing_reference::history::Catalog| {
        catalog.proration == Proration::Millisecond && catalog.tiers.is_empty()
    };
    let terms = history.events.iter().any(
        |event| matches!(&event.what, What::Terms(terms) if !matches!(terms, Terms::Taxes(_))),
    );
    let closed = history.closed().is_some();
    history.catalogs.len() == 1
        && !terms
        && !closed
        && history.catalogs.iter().all(|v| plain(&v.catalog))
}

/// The amount that lines about an item `at` a period come to, and how many they are.
fn booked(lines: &[Line], payer: &Payer, item: &Item, period: Period) -> (Amount, Amount) {
    let own = lines.iter().filter(|line| {
        let within = period.start <= line.at && line.at < period.end;
        within && line.payer == *payer && line.item == *item
    });
    own.fold((0, 0), |(sum, number), line| (sum + line.amount, number + 1))
}

/// Over any full period, what white-label of a brand is charged less what is credited is its
/// price × the time for which somebody had access, within one minor unit a line. Histories with
/// other prices than one for ever, or shares other than by the millisecond, pass unseen.
pub fn white_label_is_price_by_time(
    history: &History,
    lines: &[Line],
    now: Time,
) -> Result<(), String> {
    if !has_plain_prices(history) {
        return Ok(());
    }
    let history = history.up_to(now);
    let frame = Frame::new(&history, now);
    let mut at = history.created;
    while let Some(period) = frame.white_label_at(at).filter(|period| period.end <= now) {
        for brand in brands(&history) {
            let item = Item::WhiteLabel(brand.to_owned());
            let (sum, number) = booked(lines, &Payer::Agency, &item, period);
            let price = unit_price(&history, period.interval);
            let time = time_in_force(&history, brand, period);
            let expected = share(price, time, period.end - period.start);
            if (sum - expected).abs() > number {
                return Err(format!("{brand} in {period:?}: {sum} instead of {expected}"));
            }
        }
        at = period.end;
    }
    Ok(())
}

fn unit_price(history: &History, interval: Interval) -> Amount {
    history.catalogs.last().map_or(0, |last| match interval {
        Interval::Monthly => last.catalog.white_label.monthly,
        Interval::Annual => last.catalog.white_label.annual,
    })
}

/// The same for plans and add-ons, of accounts that were never disabled or deleted.
pub fn plans_are_price_by_time(history: &History, lines: &[Line], now: Time) -> Result<(), String> {
    if !has_plain_prices(history) {
        return Ok(());
    }
    let history = history.up_to(now);
    let frame = Frame::new(&history, now);
    let runs = all_runs(&frame);
    let paused = |name: &str| {
        history.events.iter().any(|event| {
            matches!(&event.what, What::Disable(account) | What::Delete(account) if account == name)
        })
    };
    for run in &runs {
        let (plan, account) = match &run.item {
            Item::Plan(account) => (true, account),
            Item::AddOn(account, _) => (false, account),
            _ => continue,
        };
        let Some(first) = frame.month_at(&run.payer, run.from.at) else { continue };
        let mut period = Some(first);
        while let Some(month) = period.filter(|month| month.end <= now && !paused(account)) {
            let (sum, number) = booked(lines, &run.payer, &run.item, month);
            let same = runs.iter().filter(|o| o.item == run.item && o.payer == run.payer);
            let exact: i128 = same
                .map(|run| {
                    let to = run.to.map_or(now, |to| to.at).min(month.end);
                    let time = (to - run.from.at.max(month.start)).max(0);
                    let price = product_price(&frame, plan, &run.product, now);
                    i128::from(price) * i128::from(time)
                })
                .sum();
            let length = i128::from(month.end - month.start);
            let off = (i128::from(sum) * length - exact).abs();
            if off > i128::from(number) * length {
                return Err(format!("{:?} in {month:?}: {sum}", run.item));
            }
            if run.to.is_some_and(|to| to.at <= month.end) {
                break;
            }
            period = frame.month_at(&run.payer, month.end);
        }
    }
    Ok(())
}

/// The run-rate of white-label follows from how many brands somebody has access to, and from
/// nothing else. `white_label` is the run-rate less plans and add-ons. Histories with a price of
/// the agency's own pass unseen.
pub fn run_rate_follows_from_access(
    history: &History,
    white_label: Amount,
    now: Time,
) -> Result<(), String> {
    let own = |event: &Event| matches!(event.what, What::Terms(Terms::Price { .. }));
    if history.events.iter().any(own) {
        return Ok(());
    }
    let frame = Frame::new(history, now);
    let Some(period) = frame.white_label_at(now) else { return Ok(()) };
    let Some((_, version)) = frame.catalog(now) else { return Ok(()) };
    let catalog = &version.catalog;
    let running = brands(history).into_iter().filter(|brand| has_access(history, brand, now));
    let number = u32::try_from(running.count()).unwrap_or(u32::MAX);
    let price = |place: u32| {
        let tier = catalog.tiers.iter().rfind(|tier| tier.from_brands <= place);
        let price = tier.map_or(catalog.white_label, |tier| tier.price);
        if period.interval == Interval::Annual { price.annual } else { price.monthly }
    };
    let total: Amount = match catalog.mode {
        TierMode::Volume => price(number) * Amount::from(number),
        TierMode::Graduated => (1..=number).map(price).sum(),
    };
    let expected = if period.interval == Interval::Annual { share(total, 1, 12) } else { total };
    if white_label == expected {
        Ok(())
    } else {
        Err(format!("{white_label} a month for {number} brands instead of {expected}"))
    }
}
