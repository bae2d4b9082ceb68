//! The examples of the seed and the specification, and what holds for every history.

use std::collections::BTreeMap;
use std::rc::Rc;

use proptest::prelude::*;

use super::*;
use crate::domain::access::{Access, AccessChange};
use crate::domain::billing::{AgencyTerms, Terms};
use crate::domain::brand::{Brand, Others};
use crate::domain::catalog::{CatalogVersion, PriceBook, WhiteLabelStart};
use crate::domain::id::BrandId;
use crate::domain::period::{Interval, Periods};
use crate::domain::text::Name;
use crate::domain::time::{DAY, HOUR};

/// Midnight of 1 September 2026: a month of 30 days, a year of 365.
const SEPTEMBER: u64 = 1_788_220_800_000;

fn at(millis: u64) -> Timestamp {
    Timestamp::from_millis(SEPTEMBER + millis).unwrap()
}

fn terms(interval: Interval) -> Terms {
    Terms {
        periods: Periods::new(at(0), interval),
        prices: Rc::new(PriceBook::new(CatalogVersion::default())),
        own: AgencyTerms::default(),
        closed_at: None,
        running: 0,
        openings: BTreeMap::new(),
    }
}

fn nike() -> BrandId {
    BrandId::parse("nike").unwrap()
}

fn amounts(postings: &[Posting]) -> Vec<(Reason, i64)> {
    postings.iter().map(|posting| (posting.reason, posting.amount.amount)).collect()
}

/// Runs (time, access from then on) and gives all postings.
fn history(interval: Interval, steps: &[(u64, Option<Until>)]) -> Vec<Posting> {
    let mut item = None;
    let mut all = Vec::new();
    for (time, access) in steps {
        let advanced =
            WhiteLabel::advance(item, *access, &terms(interval).brand(&nike()), at(*time));
        let (next, postings) = advanced.unwrap();
        item = next;
        all.extend(postings);
    }
    all
}

/// Access from 1 September on, until it ends by itself if it does; the agency is closed, and later
/// somebody looks: what was booked, and whether it runs.
#[test]
fn what_runs_in_a_closed_agency_is_paid_for_to_the_end_of_its_term() {
    let (monthly, annual) = (Interval::Monthly, Interval::Annual);
    let ends = |time| Until::at(at(time));
    for (interval, until, closed, looked, expected, runs) in [
        (monthly, Until::FOREVER, 10 * DAY, 20 * DAY, vec![4_900], true),
        (monthly, Until::FOREVER, 10 * DAY, 30 * DAY, vec![4_900], false),
        (monthly, Until::FOREVER, 10 * DAY, 400 * DAY, vec![4_900], false),
        // What is due in that very millisecond goes first.
        (monthly, Until::FOREVER, 30 * DAY, 400 * DAY, vec![4_900, 4_900], false),
        (monthly, Until::FOREVER, 30 * DAY - 1, 400 * DAY, vec![4_900], false),
        (monthly, ends(20 * DAY), 10 * DAY, 400 * DAY, vec![4_900, -1_633], false),
        (monthly, ends(40 * DAY), 10 * DAY, 400 * DAY, vec![4_900], false),
        (annual, Until::FOREVER, 40 * DAY, 364 * DAY, vec![49_200], true),
        (annual, Until::FOREVER, 40 * DAY, 365 * DAY, vec![49_200], false),
    ] {
        let started =
            WhiteLabel::advance(None, Some(until), &terms(interval).brand(&nike()), at(0));
        let (item, mut all) = started.unwrap();
        let terms = Terms { closed_at: Some(at(closed)), ..terms(interval) };
        let (brand, item) = (nike(), item.unwrap());
        let rates = terms.brand(&brand);
        let is_due = item.is_due(&rates, at(looked));
        let (item, postings) = item.settle(&rates, at(looked)).unwrap();
        assert_eq!(is_due, item.is_none() || !postings.is_empty(), "{closed} {looked}");
        all.extend(postings);
        let posted: Vec<i64> = all.iter().map(|posting| posting.amount.amount).collect();
        assert_eq!((posted, item.is_some()), (expected, runs), "{interval:?} {closed} {looked}");
        // Whoever still has access starts nothing.
        let again = WhiteLabel::advance(None, Some(Until::FOREVER), &rates, at(looked));
        assert_eq!(again.unwrap(), (None, Vec::new()));
    }
}

#[test]
fn starts_and_stops_are_prorated_by_the_millisecond() {
    let forever = Some(Until::FOREVER);
    let (monthly, annual) = (Interval::Monthly, Interval::Annual);
    for (interval, steps, expected) in [
        (monthly, vec![(0, forever)], vec![4_900]),
        (monthly, vec![(15 * DAY, forever)], vec![2_450]),
        (monthly, vec![(15 * DAY, forever), (20 * DAY, None)], vec![2_450, -1_633]),
        (monthly, vec![(0, forever), (0, None)], vec![4_900, -4_900]),
        (monthly, vec![(0, forever), (30 * DAY - 1, None)], vec![4_900, 0]),
        (annual, vec![(0, forever), (90 * DAY, None)], vec![49_200, -37_068]),
    ] {
        let posted = history(interval, &steps);
        let posted: Vec<i64> = posted.iter().map(|posting| posting.amount.amount).collect();
        assert_eq!(posted, expected, "{interval:?} {steps:?}");
    }
}

#[test]
fn a_late_settlement_books_every_period_at_its_own_time() {
    let posted = history(Interval::Monthly, &[(10 * DAY, Some(Until::FOREVER)), (71 * DAY, None)]);
    let expected = [
        (Reason::Started, 3_267),
        (Reason::Renewed, 4_900),
        (Reason::Renewed, 4_900),
        (Reason::Stopped, -3_267),
    ];
    assert_eq!(amounts(&posted), expected);
    let times: Vec<_> = posted.iter().map(|posting| posting.at).collect();
    assert_eq!(times, [at(10 * DAY), at(30 * DAY), at(61 * DAY), at(71 * DAY)]);
}

#[test]
fn access_that_ends_by_itself_stops_the_charge_at_its_own_millisecond() {
    let fortnight = Some(Until::at(at(14 * DAY)));
    for (late, expected) in [(14 * DAY - 1, 1), (14 * DAY, 2), (99 * DAY, 2)] {
        let posted = history(Interval::Monthly, &[(0, fortnight), (late, fortnight)]);
        assert_eq!(posted.len(), expected, "at {late}");
        if let Some(end) = posted.get(1) {
            assert_eq!((end.reason, end.amount.amount), (Reason::Expired, -2_613));
            assert_eq!(end.at, at(14 * DAY));
        }
    }
}

#[test]
fn an_invite_after_the_end_starts_anew() {
    let posted = history(
        Interval::Monthly,
        &[(0, Some(Until::at(at(14 * DAY)))), (15 * DAY, Some(Until::at(at(29 * DAY))))],
    );
    let expected = [(Reason::Started, 4_900), (Reason::Expired, -2_613), (Reason::Started, 2_450)];
    assert_eq!(amounts(&posted), expected);
}

#[test]
fn what_a_clock_that_ran_ahead_was_charged_is_credited_when_it_was_set_back() {
    let forever = Some(Until::FOREVER);
    for (interval, start, ahead, back, paid) in [
        (Interval::Monthly, 0, 700, 15, 2_450),
        (Interval::Monthly, 15, 700, 20, 817),
        (Interval::Monthly, 15, 36, 20, 817),
        (Interval::Annual, 0, 2_000, 90, 12_132),
        // It was set back to before the start: nothing was in force.
        (Interval::Monthly, 15, 700, 14, 0),
    ] {
        let steps = [(start * DAY, forever), (ahead * DAY, forever), (back * DAY, None)];
        let posted = history(interval, &steps);
        let charged: i64 = posted.iter().map(|posting| posting.amount.amount).sum();
        assert!((charged - paid).abs() <= 1, "{interval:?} {steps:?}: {charged}, not {paid}");
        assert!(charged >= 0, "never more credit than was charged");
    }
}

#[test]
fn a_clock_that_jumped_centuries_is_refused() {
    let item = WhiteLabel::advance(
        None,
        Some(Until::FOREVER),
        &terms(Interval::Monthly).brand(&nike()),
        at(0),
    );
    let (item, _) = item.unwrap();
    let settled = item.unwrap().settle(&terms(Interval::Monthly).brand(&nike()), Timestamp::MAX);
    assert_eq!(settled, Err(BillingError::TooFarBehind));
}

proptest! {
    /// However an item is settled, in how many steps and how late: the same is booked.
    #[test]
    fn settling_step_by_step_books_the_same(
        start in 0..500 * DAY,
        lasts in prop_oneof![Just(None), (1..1_500 * DAY).prop_map(Some)],
        steps in prop::collection::vec((0..200 * DAY, 1..4_u32), 0..20),
        annual: bool,
    ) {
        let (terms, nike) = (terms(if annual { Interval::Annual } else { Interval::Monthly }), nike());
        let rates = terms.brand(&nike);
        let until = lasts.map_or(Until::FOREVER, |lasts| Until::at(at(start + lasts)));
        let item = WhiteLabel::advance(None, Some(until), &rates, at(start)).unwrap().0.unwrap();
        let end = start + steps.iter().map(|(pause, _)| pause).sum::<u64>();
        let at_once = item.clone().settle(&rates, at(end)).unwrap();
        let (mut item, mut all, mut now) = (Some(item), Vec::new(), start);
        for (pause, most) in steps {
            now += pause;
            let Some(running) = item else { break };
            let (next, postings) = running.settle_some(&rates, at(now), most).unwrap();
            prop_assert!(postings.len() <= most as usize + 1, "{} for {most}", postings.len());
            item = next;
            all.extend(postings);
        }
        while let Some(running) = item.take_if(|item| item.is_due(&rates, at(end))) {
            let (next, postings) = running.settle_some(&rates, at(end), 5).unwrap();
            item = next;
            all.extend(postings);
        }
        prop_assert_eq!((item, all), at_once);
    }
}

#[test]
fn an_item_is_behind_when_more_is_due_than_a_commit_books() {
    let month = |number: u32| {
        let months = chrono::Months::new(number);
        let start = chrono::DateTime::from_timestamp_millis(SEPTEMBER as i64).unwrap();
        Timestamp::from_millis((start + months).timestamp_millis() as u64).unwrap()
    };
    let (terms, nike) = (terms(Interval::Monthly), nike());
    let rates = terms.brand(&nike);
    let started = |until| WhiteLabel::advance(None, Some(until), &rates, at(0)).unwrap().0.unwrap();
    let most = RENEWALS_AT_ONCE;
    for (until, now, due) in [
        (Until::FOREVER, month(0), 0),
        (Until::FOREVER, Timestamp::from_millis(month(1).millis() - 1).unwrap(), 0),
        (Until::FOREVER, month(1), 1),
        (Until::FOREVER, month(most), most),
        (Until::FOREVER, month(most + 1), most + 1),
        // What is over isn't renewed; not even where that is the start of a period.
        (Until::at(month(1)), month(9), 0),
        (Until::at(month(1).plus(1)), month(9), 1),
        (Until::at(month(9)), month(9), 8),
        (Until::at(month(99)), month(9), 9),
        (Until::FOREVER, month(RENEWALS_MAX + 7), RENEWALS_MAX + 7),
    ] {
        let item = started(until);
        assert_eq!(item.renewals_due(&rates, now), due, "{until:?} at {now}");
        assert_eq!(item.is_behind(&rates, now), due > most, "{until:?} at {now}");
        let is_due = due > 0 || until.is_over(now);
        assert_eq!(item.is_due(&rates, now), is_due, "{until:?} at {now}");
    }
}

/// What a client may do to its access to one brand.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// Gets access for some hours, or for ever.
    Access { client: usize, hours: Option<u64>, joined: bool },
    /// Loses it.
    Revoke { client: usize },
}

fn step() -> impl Strategy<Value = (u64, Step)> {
    let client = 0..4_usize;
    let hours = prop_oneof![Just(None), (1..2_000_u64).prop_map(Some)];
    let access = (client.clone(), hours, any::<bool>());
    let access = access.prop_map(|(client, hours, joined)| Step::Access { client, hours, joined });
    let revoke = client.prop_map(|client| Step::Revoke { client });
    (0..600 * HOUR, prop_oneof![access, revoke])
}

proptest! {
    /// A brand's counters and item say the same as looking at every client would, and what
    /// was charged less what was credited is the price of the time in force, to within a
    /// cent a posting.
    #[test]
    fn a_brand_is_charged_for_exactly_the_time_that_anybody_has_access(
        steps in prop::collection::vec(step(), 1..25),
        at_acceptance: bool,
    ) {
        let start =
            if at_acceptance { WhiteLabelStart::Acceptance } else { WhiteLabelStart::Invite };
        let terms = starting(start);
        let id = BrandId::parse("nike").unwrap();
        let mut brand = Brand::new(id.clone(), Name::parse("Nike").unwrap(), at(0));
        let mut clients: [Option<Access>; 4] = [None; 4];
        let mut postings = Vec::new();
        let mut now = 0;
        let (mut fair, mut changes) = (0.0, 0);
        for (pause, step) in steps {
            fair += price_of_access(&terms, &counting(&clients, start), now, now + pause);
            now += pause;
            let (client, after) = match step {
                Step::Access { client, hours, joined } => {
                    let until = hours.map_or(Until::FOREVER, |h| Until::at(at(now + h * HOUR)));
                    (client, Some(Access { until, sole_brand: false, joined }))
                }
                Step::Revoke { client } => (client, None),
            };
            let change = AccessChange { brand: id.clone(), before: clients[client], after };
            if change.before == change.after {
                continue;
            }
            clients[client] = after;
            let mut others = clients;
            others[client] = None;
            let told = match counting(&others, start).into_iter().flatten().max() {
                Some(until) if brand.needs_others(&change, start) => Others::Until(until),
                // A wrong answer must not matter where the question isn't asked.
                Some(_) => Others::Until(Until::at(at(0))),
                None => Others::Nobody,
            };
            postings.extend(brand.apply(&change, told, &terms, at(now)).unwrap());
            changes += 1;
            let counting = counting(&clients, start);
            let access = counting.iter().flatten().filter(|until| !until.is_over(at(now))).max();
            prop_assert_eq!(brand.white_label.as_ref().map(|item| &item.until), access);
            prop_assert_eq!(brand.clients as usize, clients.iter().flatten().count());
        }
        if let Some(item) = brand.white_label.take() {
            let (item, due) = item.settle(&terms.brand(&id), at(now)).unwrap();
            brand.white_label = item;
            postings.extend(due);
        }
        let charged: i64 = postings.iter().map(|posting| posting.amount.amount).sum();
        let ahead = brand.white_label.as_ref().map_or(0.0, |item| {
            price_of_access(&terms, &[Some(Until::FOREVER)], now, item.covers.end.since(at(0)))
        });
        let slack = postings.len() as f64 + f64::from(changes);
        prop_assert!((charged as f64 - fair - ahead).abs() <= slack, "{charged} {fair} {ahead}");
        prop_assert!(charged >= 0, "never more credit than was charged");
    }
}

/// How long the access of each lasts, where it counts.
fn counting(clients: &[Option<Access>; 4], start: WhiteLabelStart) -> [Option<Until>; 4] {
    clients.map(|access| access.filter(|access| access.counts(start)).map(|access| access.until))
}

/// Terms by which white-label starts so.
fn starting(start: WhiteLabelStart) -> Terms {
    let mut version = CatalogVersion::default();
    version.catalog.policies.white_label_start = start;
    Terms { prices: Rc::new(PriceBook::new(version)), ..terms(Interval::Monthly) }
}

/// The exact price of the time between two points in which anybody has access.
fn price_of_access(terms: &Terms, clients: &[Option<Until>], from: u64, to: u64) -> f64 {
    let Some(longest) = clients.iter().flatten().max() else {
        return 0.0;
    };
    let mut time = at(from);
    let end = longest.end().map_or(at(to), |end| end.min(at(to)));
    let mut price = 0.0;
    while time < end {
        let period = terms.periods.at(time);
        let next = end.min(period.end);
        price += terms.nth_brand(1, Moment::Renewal(time)).unwrap().amount.amount as f64
            * next.since(time) as f64
            / period.millis() as f64;
        time = next;
    }
    price
}
