//! What readers are told: items, run-rate, next invoice, forecast, quotes.

use crate::billing_reference::calendar::{month, month_of, share};
use crate::billing_reference::frame::Frame;
use crate::billing_reference::history::{Amount, Event, History, Interval, Moment, Payer, Time};
use crate::billing_reference::invoices::{books, invoices};
use crate::billing_reference::line::{ForecastMonth, Invoice, Item, Line, Running};
use crate::billing_reference::prices;
use crate::billing_reference::reckon;
use crate::billing_reference::runs::Run;

/// All that is to be known about one payer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Books {
    /// Who.
    pub payer: Payer,
    /// The ledger, in the order of [`reckon::lines`].
    pub lines: Vec<Line>,
    /// The invoices, the earliest first.
    pub invoices: Vec<Invoice>,
    /// What is charged for, in the order of [`Item::order`].
    pub items: Vec<Running>,
    /// What that costs a month.
    pub run_rate: Amount,
    /// The ledger's sum.
    pub total: Amount,
    /// Credit that invoices left.
    pub credit: Amount,
    /// The next twelve invoices if nobody does anything; the first is the next one.
    pub forecast: Vec<ForecastMonth>,
}

/// The books of all payers, the agency's first.
pub fn report(history: &History, now: Time) -> Vec<Books> {
    let history = history.up_to(now);
    let all = books(&history, now).into_iter();
    let reports = all.map(|(payer, lines, invoices)| Books {
        items: items(&history, &payer, now),
        run_rate: run_rate(&history, &payer, now),
        total: lines.iter().map(|line| line.amount).sum(),
        credit: invoices.last().map_or(0, |last| last.credit_left),
        forecast: forecast(&history, &payer, now),
        payer,
        lines,
        invoices,
    });
    reports.collect()
}

fn running<'a>(runs: &'a [Run], payer: &Payer, now: Time) -> Vec<&'a Run> {
    runs.iter().filter(|run| run.payer == *payer && run.goes_on(now)).collect()
}

fn brands<'a>(running: &[&'a Run]) -> Vec<&'a str> {
    let brands = running.iter().filter_map(|run| match &run.item {
        Item::WhiteLabel(brand) => Some(brand.as_str()),
        _ => None,
    });
    brands.collect()
}

/// The end of a millisecond: after all that is done in it.
const fn after(now: Time) -> Moment {
    Moment { at: now, turn: i64::MAX, part: usize::MAX }
}

/// What is taken off a payer's plans, by today's tiers and the number of those that run.
fn plan_tier(frame: &Frame, running: &[&Run], payer: &Payer) -> u32 {
    let plans = running.iter().filter(|run| matches!(run.item, Item::Plan(_))).count();
    let eligible = *payer == Payer::Agency && prices::has_volume_discount(frame, after(frame.now));
    frame.catalog(frame.now).map_or(0, |(_, version)| {
        if eligible { prices::plan_tier(&version.catalog, plans) } else { 0 }
    })
}

fn price_today(frame: &Frame, running: &[&Run], run: &Run) -> Amount {
    let interval = frame.white_label_at(frame.now).map_or(Interval::Monthly, |now| now.interval);
    match &run.item {
        Item::WhiteLabel(brand) => {
            prices::even_share(frame, after(frame.now), &brands(running), brand, interval)
        }
        Item::Plan(_) => {
            let price = prices::product_price(frame, true, &run.product, frame.now);
            price - share(price, i64::from(plan_tier(frame, running, &run.payer)), 10_000)
        }
        _ => prices::product_price(frame, false, &run.product, frame.now),
    }
}

/// What a payer is charged for period after period.
pub fn items(history: &History, payer: &Payer, now: Time) -> Vec<Running> {
    let history = history.up_to(now);
    let frame = Frame::new(&history, now);
    let runs = reckon::all_runs(&frame);
    let running = running(&runs, payer, now);
    let mut items: Vec<Running> = running
        .iter()
        .map(|run| Running {
            item: run.item.clone(),
            payer: run.payer.clone(),
            price: price_today(&frame, &running, run),
            since: run.since,
        })
        .collect();
    items.sort_by(|a, b| a.item.order().cmp(&b.item.order()));
    items
}

/// What all that runs costs a payer a month by today's prices. The volume discount is that of
/// the number of plans that run.
pub fn run_rate(history: &History, payer: &Payer, now: Time) -> Amount {
    let history = history.up_to(now);
    let frame = Frame::new(&history, now);
    let runs = reckon::all_runs(&frame);
    let running = running(&runs, payer, now);
    let mut white_label = 0;
    let mut others = 0;
    for run in &running {
        let price = price_today(&frame, &running, run);
        match run.item {
            Item::WhiteLabel(_) => white_label += price,
            _ => others += price,
        }
    }
    let interval = frame.white_label_at(now).map(|period| period.interval);
    others
        + if interval == Some(Interval::Annual) { share(white_label, 1, 12) } else { white_label }
}

/// What the next twelve invoices come to if nobody does anything: the same reckoning a year on.
pub fn forecast(history: &History, payer: &Payer, now: Time) -> Vec<ForecastMonth> {
    let history = history.up_to(now);
    let frame = Frame::new(&history, now);
    let Some(anchor) = frame.anchor(payer) else { return Vec::new() };
    let Some(k) = month_of(anchor, now) else { return Vec::new() };
    let end = month(anchor, k + 12);
    let lines = reckon::lines(&history, end);
    let invoices = invoices(&history, &lines, payer, end);
    let months = (k + 1..=k + 12).map(|k| {
        let closes_at = month(anchor, k);
        let invoice = invoices.iter().find(|invoice| invoice.closed_at == closes_at);
        ForecastMonth {
            closes_at,
            subtotal: invoice.map_or(0, |invoice| invoice.subtotal),
            due: invoice.map_or(0, |invoice| invoice.due),
        }
    });
    months.collect()
}

/// What an event at `event.at` would book, and by how much it would change the run-rate and the
/// next invoice of a payer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// The lines.
    pub lines: Vec<Line>,
    /// Their sum.
    pub now: Amount,
    /// The run-rate's change.
    pub monthly: Amount,
    /// The next invoice's change.
    pub next_invoice: Amount,
}

/// The difference that an event makes: everything is reckoned with it and without it.
pub fn quote(history: &History, event: Event, payer: &Payer) -> Quote {
    let now = event.at;
    let without = history.up_to(now);
    let mut with = without.clone();
    with.events.push(event);
    let old = reckon::lines(&without, now);
    let mut lines = reckon::lines(&with, now);
    lines.retain(|line| line.payer == *payer && !old.contains(line));
    let next = |history: &History| forecast(history, payer, now).first().map_or(0, |next| next.due);
    Quote {
        now: lines.iter().map(|line| line.amount).sum(),
        monthly: run_rate(&with, payer, now) - run_rate(&without, payer, now),
        next_invoice: next(&with) - next(&without),
        lines,
    }
}
