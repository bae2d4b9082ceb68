//! What a debit costs, and what is taken off it.

use crate::billing_reference::calendar::{DAY, month, month_of, share};
use crate::billing_reference::frame::{Frame, Period, Stretch};
use crate::billing_reference::history::{
    Amount, Catalog, Interval, Moment, Off, Payer, Price, Proration, Terms, TierMode, Time,
};
use crate::billing_reference::line::{Item, Reason, Working};
use crate::billing_reference::runs::Run;

fn of_interval(price: Price, interval: Interval) -> Amount {
    match interval {
        Interval::Monthly => price.monthly,
        Interval::Annual => price.annual,
    }
}

/// What a plan (or an add-on) costs at a time. One that is no longer sold costs what it did last.
pub fn product_price(frame: &Frame, plan: bool, id: &str, at: Time) -> Amount {
    listed(frame, plan, id, at).0
}

/// The same, and the number of the catalog's version in which that stands.
fn listed(frame: &Frame, plan: bool, id: &str, at: Time) -> (Amount, usize) {
    let versions = frame.history.catalogs.iter().enumerate().rev();
    let mut found =
        versions.filter(|(_, version)| version.since <= at).filter_map(|(number, version)| {
            let list = if plan { &version.catalog.plans } else { &version.catalog.add_ons };
            let product = list.iter().find(|product| product.id == id);
            product.map(|product| (product.monthly, number))
        });
    found.next().unwrap_or_default()
}

/// The agency's own price of a brand at a moment, where it has one.
fn own_price(frame: &Frame, moment: Moment, interval: Interval) -> Option<Amount> {
    let mut prices: Vec<(Time, Option<Amount>, Option<Amount>)> = Vec::new();
    for (set, terms) in frame.terms(moment) {
        if let Terms::Price { monthly, annual, since } = terms {
            let since = counts_from(frame, moment, set).max(*since);
            prices.retain(|(other, ..)| *other < since);
            prices.push((since, *monthly, *annual));
        }
    }
    let (_, monthly, annual) = prices.into_iter().rfind(|(since, ..)| *since <= moment.at)?;
    match interval {
        Interval::Monthly => monthly,
        Interval::Annual => annual,
    }
}

/// From when on a price or a discount may count that was set at a time: from the next millisecond, where
/// something renews in that one by itself.
fn counts_from(frame: &Frame, known: Moment, set: Time) -> Time {
    let anchor = frame.history.created;
    let begins = month_of(anchor, set).is_some_and(|of| of > 0 && month(anchor, of) == set);
    let ends =
        frame.terms(known).any(|(_, terms)| matches!(terms, Terms::Trial(end) if *end == set));
    if begins || ends { set + 1 } else { set }
}

/// What the tier of a number of brands says.
fn tier_price(catalog: &Catalog, brands: usize, interval: Interval) -> Amount {
    let tier = catalog
        .tiers
        .iter()
        .rfind(|tier| usize::try_from(tier.from_brands).is_ok_and(|from| from <= brands));
    of_interval(tier.map_or(catalog.white_label, |tier| tier.price), interval)
}

/// What so many brands cost together, by the catalog.
fn tiers_total(catalog: &Catalog, brands: usize, interval: Interval) -> Amount {
    match catalog.mode {
        TierMode::Volume => (1..=brands).map(|_| tier_price(catalog, brands, interval)).sum(),
        TierMode::Graduated => (1..=brands).map(|place| tier_price(catalog, place, interval)).sum(),
    }
}

/// What a brand pays of what all brands that run cost together: evenly, the first ones by id a
/// minor unit more.
pub fn even_share(
    frame: &Frame,
    moment: Moment,
    running: &[&str],
    brand: &str,
    interval: Interval,
) -> Amount {
    if let Some(own) = own_price(frame, moment, interval) {
        return own;
    }
    let Some((_, version)) = frame.catalog(moment.settled()) else { return 0 };
    let number = Amount::try_from(running.len()).unwrap_or(1).max(1);
    let total = tiers_total(&version.catalog, running.len(), interval);
    let before = running.iter().filter(|other| **other < brand).count();
    let more = Amount::try_from(before).is_ok_and(|before| before < total % number);
    total / number + Amount::from(more)
}

/// The price of a whole period for a debit, and the number of the catalog's version that counts.
pub fn price(frame: &Frame, runs: &[Run], run: &Run, stretch: &Stretch) -> (Amount, usize) {
    let at = stretch.booked.settled();
    match &run.item {
        Item::WhiteLabel(brand) => {
            let version = frame.catalog(at).map_or(0, |(number, _)| number);
            (brand_price(frame, runs, brand, stretch), version)
        }
        Item::Plan(_) => listed(frame, true, &run.product, at),
        _ => listed(frame, false, &run.product, at),
    }
}

fn brand_price(frame: &Frame, runs: &[Run], brand: &str, stretch: &Stretch) -> Amount {
    let moment = stretch.booked;
    let interval = stretch.period.interval;
    let running: Vec<&str> = runs
        .iter()
        .filter(|other| other.holds(moment))
        .filter_map(|other| match &other.item {
            Item::WhiteLabel(brand) => Some(brand.as_str()),
            _ => None,
        })
        .collect();
    if stretch.reason == Reason::Renewed {
        return even_share(frame, moment, &running, brand, interval);
    }
    own_price(frame, moment, interval).unwrap_or_else(|| {
        let catalog = frame.catalog(moment.settled()).map(|(_, version)| &version.catalog);
        catalog.map_or(0, |catalog| tier_price(catalog, running.len(), interval))
    })
}

/// Days of a period that begin at a time or later or that it lies in: counted back from the end.
fn days_left_at_start(at: Time, end: Time) -> i64 {
    (end - at + DAY - 1) / DAY
}

/// Days of a period that begin after a time: the one that it lies in is used up.
fn days_left_at_stop(at: Time, end: Time) -> i64 {
    (days_left_at_start(at, end) - 1).max(0)
}

/// How a debit is worked out.
pub fn debit(
    frame: &Frame,
    (base, catalog): (Amount, usize),
    stretch: &Stretch,
) -> Option<Working> {
    let (_, version) = frame.catalog(stretch.booked.settled())?;
    let Period { start, end, .. } = stretch.period;
    let at = stretch.booked.at;
    let (numerator, denominator) = match version.catalog.proration {
        Proration::Millisecond => (end - at, end - start),
        Proration::Day => (days_left_at_start(at, end), (end - start) / DAY),
        Proration::None => (1, 1),
    };
    let numerator = if stretch.free { 0 } else { numerator };
    Some(Working { base, numerator, denominator, catalog })
}

/// How the credit of a debit is worked out, from what it came to net of discounts and its version
/// of the catalog. The policy of the debit still counts.
pub fn credit(
    frame: &Frame,
    (base, catalog): (Amount, usize),
    stretch: &Stretch,
    at: Time,
) -> Option<Working> {
    let (_, version) = frame.catalog(stretch.booked.settled())?;
    let (from, to) = (stretch.booked.at, stretch.to);
    let (numerator, denominator) = match version.catalog.proration {
        Proration::Millisecond => (to - at, to - from),
        Proration::Day => (days_left_at_stop(at, to), days_left_at_start(from, to)),
        Proration::None => (0, 1),
    };
    Some(Working { base, numerator, denominator, catalog })
}

/// What a working comes to.
pub fn worked_out(working: &Working) -> Amount {
    share(working.base, working.numerator, working.denominator)
}

/// A discount of the agency's, and the months for which it holds.
struct Months {
    name: String,
    off: Off,
    first: i64,
    end: i64,
}

/// The percentage off, or the amount off, that holds for the month of a time, as it is known at a
/// moment.
pub fn discount(frame: &Frame, known: Moment, at: Time, percentage: bool) -> Option<(String, Off)> {
    let anchor = frame.history.created;
    let mut all: Vec<Months> = Vec::new();
    for (set, terms) in frame.terms(known) {
        let Terms::Discount { name, off, since, months } = terms else { continue };
        if matches!(off, Off::BasisPoints(_)) != percentage {
            continue;
        }
        let from = counts_from(frame, known, set).max(*since);
        let of = month_of(anchor, from)?;
        let first = if month(anchor, of) == from { of } else { of + 1 };
        // It takes the place of the ones before it from its first month on.
        for other in &mut all {
            other.end = other.end.min(first);
        }
        all.push(Months { name: name.clone(), off: *off, first, end: first + i64::from(*months) });
    }
    let k = month_of(anchor, at)?;
    let holding = all.into_iter().find(|months| months.first <= k && k < months.end);
    holding.map(|months| (months.name, months.off))
}

/// The tier of the volume discount for so many plans.
pub fn plan_tier(catalog: &Catalog, plans: usize) -> u32 {
    let tier = catalog
        .plan_discounts
        .iter()
        .rfind(|tier| usize::try_from(tier.from_plans).is_ok_and(|from| from <= plans));
    tier.map_or(0, |tier| tier.basis_points)
}

/// Whether the platform marked the agency for the volume discount before a moment.
pub fn has_volume_discount(frame: &Frame, before: Moment) -> bool {
    let marks = frame.terms(before).filter_map(|(_, terms)| match terms {
        Terms::VolumeDiscount(on) => Some(*on),
        _ => None,
    });
    marks.last().unwrap_or(false)
}

/// Basis points off each of the agency's plans in the month of a time, where it has any, and the
/// number of the catalog's version that says so.
pub fn volume_discount(frame: &Frame, runs: &[Run], at: Time) -> Option<(u32, usize)> {
    let month = frame.month_at(&Payer::Agency, at)?;
    let counted = Moment::due(month.start);
    if !has_volume_discount(frame, counted) {
        return None;
    }
    let renewing = runs.iter().filter(|run| {
        matches!(run.item, Item::Plan(_)) && run.payer == Payer::Agency && run.holds(counted)
    });
    let plans = renewing.count();
    let (number, version) = frame.catalog(counted.settled())?;
    Some((plan_tier(&version.catalog, plans), number))
}
