//! The worked examples of the rules, and what happens at boundaries.

use crate::billing_reference::calendar::{DAY, midnight};
use crate::billing_reference::history::{
    Amount, Catalog, CatalogVersion, History, Interval, Off, Payer, Price, Product, Proration,
    Terms, Tier, TierMode, Time, What,
};
use crate::billing_reference::line::{Item, Line, Reason, Working};
use crate::billing_reference::reading::{Books, report, run_rate};
use crate::billing_reference::reckon::{largest_remainder, lines};

/// A day of 2026.
fn day(month: i64, day: i64) -> Time {
    midnight(2026, month, day)
}

fn agency(interval: Interval) -> History {
    History::new(day(9, 1), interval)
}

fn invite(brand: &str) -> What {
    access("ann", &[brand], None)
}

fn access(client: &str, brands: &[&str], until: Option<Time>) -> What {
    let brands = brands.iter().map(|brand| (*brand).to_owned()).collect();
    What::Access { client: client.to_owned(), brands, until, accepted: false }
}

fn revoke(client: &str, brand: &str) -> What {
    What::End { client: client.to_owned(), brands: vec![brand.to_owned()] }
}

fn with(interval: Interval, catalog: Catalog) -> History {
    let mut history = agency(interval);
    history.catalogs = vec![CatalogVersion { since: 0, catalog }];
    history
}

fn amounts(lines: &[Line]) -> Vec<Amount> {
    lines.iter().map(|line| line.amount).collect()
}

fn booked(history: &History, now: Time) -> Vec<Amount> {
    amounts(&lines(history, now))
}

fn books(history: &History, now: Time) -> Books {
    report(history, now).remove(0)
}

fn product(id: &str, monthly: Amount) -> Product {
    Product { id: id.to_owned(), monthly }
}

fn with_plans() -> Catalog {
    let plans = vec![product("small", 1000), product("large", 2000)];
    Catalog { plans, add_ons: vec![product("more", 500)], ..Catalog::default() }
}

fn activate(account: &str, plan: &str) -> What {
    What::Activate { account: account.to_owned(), plan: plan.to_owned(), payer: Payer::Agency }
}

fn discount(off: Off, since: Time, months: u32) -> What {
    What::Terms(Terms::Discount { name: "off".to_owned(), off, since, months })
}

/// 49, 49, 98, 49: the run-rate counts brands, not clients. The year's price gives 41 for each.
#[test]
fn nike_and_adidas() {
    for (interval, one) in [(Interval::Monthly, 4900), (Interval::Annual, 4100)] {
        let rate = |history: &History| run_rate(history, &Payer::Agency, day(9, 10));
        let mut history = agency(interval);
        assert_eq!(rate(&history), 0);
        history = history.and(day(9, 2), access("ann", &["nike"], None));
        assert_eq!(rate(&history), one);
        history = history.and(day(9, 3), access("ben", &["nike"], None));
        assert_eq!(rate(&history), one);
        history = history.and(day(9, 4), access("cem", &["adidas"], None));
        assert_eq!(rate(&history), 2 * one);
        history = history.and(day(9, 5), revoke("ann", "nike"));
        assert_eq!(rate(&history), 2 * one);
        history = history.and(day(9, 6), revoke("ben", "nike"));
        assert_eq!(rate(&history), one);
    }
}

#[test]
fn shares_of_a_month() {
    let history = agency(Interval::Monthly)
        .and(day(9, 16), invite("nike"))
        .and(day(9, 18), invite("adidas"))
        .and(day(9, 21), revoke("ann", "nike"));
    assert_eq!(booked(&history, day(9, 21)), [2450, 2123, -1633]);
    assert_eq!(booked(&history, day(9, 30) + DAY - 1), [2450, 2123, -1633]);
    assert_eq!(booked(&history, day(10, 1)), [2450, 2123, -1633, 4900]);
    let books = books(&history, day(10, 1));
    let [first] = books.invoices.as_slice() else { panic!("{:?}", books.invoices) };
    assert_eq!(
        (first.subtotal, first.due, first.lines, first.closed_at),
        (7840, 7840, 4, day(10, 1))
    );
    assert_eq!(first.due_at, day(10, 15));
}

#[test]
fn a_year_is_charged_and_credited() {
    let history = agency(Interval::Annual)
        .and(day(9, 1), invite("nike"))
        .and(day(11, 30), revoke("ann", "nike"))
        .and(day(11, 30), invite("nike"))
        .and(day(11, 30), revoke("ann", "nike"));
    assert_eq!(booked(&history, day(9, 1)), [49200]);
    assert_eq!(booked(&history, day(12, 1)), [49200, -37068, 37068, -37068]);
    let books = books(&history, midnight(2027, 1, 1));
    let invoices: Vec<_> =
        books.invoices.iter().map(|i| (i.closed_at, i.subtotal, i.due, i.credit_left)).collect();
    let expected = [(day(10, 1), 49200, 49200, 0), (day(12, 1), -37068, 0, 37068)];
    assert_eq!(invoices, expected);
    assert_eq!(books.credit, 37068);
}

#[test]
fn an_upgrade_in_the_middle_of_a_month() {
    let history = with(Interval::Monthly, with_plans())
        .and(day(9, 1), activate("acme", "small"))
        .and(day(9, 16), What::ChangePlan { account: "acme".into(), plan: "large".into() });
    assert_eq!(booked(&history, day(9, 16)), [1000, -500, 1000]);
    let changed = lines(&history, day(10, 1));
    assert_eq!(amounts(&changed), [1000, -500, 1000, 2000]);
    let reasons: Vec<_> = changed.iter().map(|line| line.reason).collect();
    assert_eq!(reasons, [Reason::Started, Reason::Changed, Reason::Changed, Reason::Renewed]);
}

#[test]
fn a_downgrade_waits_and_can_be_taken_back() {
    let change = |plan: &str| What::ChangePlan { account: "acme".into(), plan: plan.into() };
    let history = with(Interval::Monthly, with_plans())
        .and(day(9, 1), activate("acme", "large"))
        .and(day(9, 16), change("small"));
    assert_eq!(booked(&history, day(10, 1)), [2000, 1000]);
    let back = history.and(day(9, 17), change("large"));
    assert_eq!(booked(&back, day(10, 1)), [2000, 2000]);
}

#[test]
fn add_ons_come_at_once_and_go_with_the_month() {
    let add = || What::AddAddOn { account: "acme".into(), add_on: "more".into() };
    let remove = || What::RemoveAddOn { account: "acme".into(), add_on: "more".into() };
    let history = with(Interval::Monthly, with_plans())
        .and(day(9, 1), activate("acme", "small"))
        .and(day(9, 16), add())
        .and(day(10, 5), remove());
    assert_eq!(booked(&history, day(11, 1)), [1000, 250, 1000, 500, 1000]);
    let back = history.and(day(10, 6), add());
    assert_eq!(booked(&back, day(11, 1)), [1000, 250, 1000, 500, 1000, 500]);
}

/// Day 16 of 31 on 50.00: it costs 25.81 from then on, and 24.19 are given back.
#[test]
fn by_the_day() {
    let price = Price { monthly: 5000, annual: 50_000 };
    let catalog = Catalog { proration: Proration::Day, white_label: price, ..Catalog::default() };
    let mut history = with(Interval::Monthly, catalog);
    history.created = day(10, 1);
    for late in [0, 1, DAY / 2, DAY - 1] {
        let at = day(10, 16) + late;
        let started = history.clone().and(at, invite("nike"));
        assert_eq!(booked(&started, at), [2581]);
        let stopped =
            history.clone().and(day(10, 1), invite("nike")).and(at, revoke("ann", "nike"));
        assert_eq!(booked(&stopped, at), [5000, -2419]);
    }
    // What a start left covers 16 days; 5 of them are left after the 26th.
    let both = history.and(day(10, 16), invite("nike")).and(day(10, 26), revoke("ann", "nike"));
    assert_eq!(booked(&both, day(10, 26)), [2581, -807]);
}

#[test]
fn without_proration() {
    let catalog = Catalog { proration: Proration::None, ..Catalog::default() };
    let history = with(Interval::Monthly, catalog)
        .and(day(9, 30), invite("nike"))
        .and(day(9, 30), revoke("ann", "nike"));
    assert_eq!(booked(&history, day(10, 1)), [4900, 0]);
}

#[test]
fn stops_and_starts_at_a_boundary() {
    let start = agency(Interval::Monthly);
    // Access that is over when the month begins isn't charged.
    let over = start.clone().and(day(9, 1), access("ann", &["nike"], Some(day(10, 1))));
    assert_eq!(booked(&over, day(10, 1)), [4900, 0]);
    let later = start.clone().and(day(9, 1), access("ann", &["nike"], Some(day(10, 1) + 1)));
    assert_eq!(booked(&later, day(10, 2)), [4900, 4900, -4900]);
    // Somebody who ends it then has it charged and credited.
    let ended = start.clone().and(day(9, 1), invite("nike")).and(day(10, 1), revoke("ann", "nike"));
    assert_eq!(booked(&ended, day(10, 1)), [4900, 4900, -4900]);
    let first = books(&ended, day(10, 1)).invoices.remove(0);
    assert_eq!((first.lines, first.subtotal), (2, 9800));
    // A start then isn't a renewal: it stands on the next invoice.
    let begun = start.clone().and(day(10, 1), invite("nike"));
    assert_eq!(booked(&begun, day(10, 1)), [4900]);
    assert_eq!(books(&begun, day(10, 1)).invoices, []);
    let first = books(&begun, day(11, 1)).invoices.remove(0);
    assert_eq!((first.number, first.lines, first.subtotal), (1, 2, 9800));
    // Gone and come back in one millisecond.
    let again = over.and(day(10, 1), invite("nike"));
    assert_eq!(booked(&again, day(10, 1)), [4900, 0, 4900]);
}

#[test]
fn months_of_the_thirty_first_and_of_leap_day() {
    let mut history = agency(Interval::Monthly);
    history.created = midnight(2027, 1, 31);
    let history = history.and(midnight(2027, 1, 31), invite("nike"));
    let ends: Vec<Time> =
        lines(&history, midnight(2027, 5, 1)).iter().map(|line| line.covers_to).collect();
    let expected = [(2, 28), (3, 31), (4, 30), (5, 31)];
    assert_eq!(ends, expected.map(|(month, day)| midnight(2027, month, day)));
    let mut history = agency(Interval::Annual);
    history.created = midnight(2028, 2, 29);
    let history = history.and(midnight(2028, 2, 29), invite("nike"));
    let ends: Vec<Time> =
        lines(&history, midnight(2032, 3, 1)).iter().map(|line| line.covers_to).collect();
    let expected = [(2029, 28), (2030, 28), (2031, 28), (2032, 29), (2033, 28)];
    assert_eq!(ends, expected.map(|(year, day)| midnight(year, 2, day)));
}

#[test]
fn an_interval_changes_with_the_period() {
    let history = agency(Interval::Monthly)
        .and(day(9, 1), invite("nike"))
        .and(day(9, 10), What::SetInterval(Interval::Annual));
    assert_eq!(booked(&history, day(10, 1)), [4900, 49200]);
    let back = history.clone().and(day(9, 11), What::SetInterval(Interval::Monthly));
    assert_eq!(booked(&back, day(10, 1)), [4900, 4900]);
    let late = history.and(day(10, 1), What::SetInterval(Interval::Monthly));
    assert_eq!(booked(&late, midnight(2027, 10, 1)), [4900, 49200, 4900]);
}

#[test]
fn tiers_by_number_of_brands() {
    let tiers = vec![Tier { from_brands: 3, price: Price { monthly: 4000, annual: 40_000 } }];
    let graduated = Catalog { tiers, mode: TierMode::Graduated, ..Catalog::default() };
    let volume = Catalog { mode: TierMode::Volume, ..graduated.clone() };
    let all = access("ann", &["a", "b", "c"], None);
    let history = with(Interval::Monthly, graduated).and(day(9, 1), all.clone());
    assert_eq!(booked(&history, day(10, 1)), [4900, 4900, 4000, 4600, 4600, 4600]);
    let more = history.and(day(10, 1), access("ann", &["d"], None));
    let late = lines(&more, day(11, 1));
    assert_eq!(amounts(&late[6..]), [4000, 4450, 4450, 4450, 4450]);
    let history = with(Interval::Monthly, volume).and(day(9, 1), all);
    assert_eq!(booked(&history, day(10, 1)), [4900, 4900, 4000, 4000, 4000, 4000]);
    assert_eq!(run_rate(&history, &Payer::Agency, day(10, 1)), 12_000);
}

/// 45.33 a brand on average: the first by id pays a minor unit more.
#[test]
fn a_sum_that_does_not_come_out_even() {
    let tiers = vec![Tier { from_brands: 3, price: Price { monthly: 3801, annual: 0 } }];
    let catalog = Catalog { tiers, mode: TierMode::Graduated, ..Catalog::default() };
    let history =
        with(Interval::Monthly, catalog).and(day(9, 1), access("ann", &["c", "a", "b"], None));
    let renewed = lines(&history, day(10, 1));
    let shares: Vec<_> =
        renewed[3..].iter().map(|line| (line.item.order().1, line.amount)).collect();
    assert_eq!(shares, [("a", 4534), ("b", 4534), ("c", 4533)]);
}

#[test]
fn a_price_of_its_own_from_a_date_on() {
    let price = |monthly, since| What::Terms(Terms::Price { monthly, annual: None, since });
    let history = agency(Interval::Monthly)
        .and(day(9, 1), invite("nike"))
        .and(day(9, 5), price(Some(3900), day(9, 20)))
        .and(day(9, 5), price(None, day(11, 1)))
        .and(day(9, 21), invite("puma"));
    let expected = [4900, 1300, 3900, 3900, 4900, 4900];
    assert_eq!(booked(&history, day(11, 1)), expected);
}

#[test]
fn a_new_catalog_counts_from_the_next_period() {
    let mut history = agency(Interval::Monthly)
        .and(day(9, 1), invite("nike"))
        .and(day(9, 16), invite("puma"))
        .and(day(9, 21), revoke("ann", "nike"));
    let white_label = Price { monthly: 6000, annual: 1 };
    let catalog = Catalog { white_label, ..Catalog::default() };
    history.catalogs.push(CatalogVersion { since: day(9, 10), catalog });
    let all = lines(&history, day(10, 1));
    assert_eq!(amounts(&all), [4900, 3000, -1633, 6000]);
    let whole = Working { base: 6000, numerator: 1, denominator: 1, catalog: 1 };
    let said: Vec<bool> =
        all.iter().filter_map(|line| line.working).map(|w| w.says_the_same_as(&whole)).collect();
    assert_eq!(said, [false, false, false, true]);
    let versions: Vec<_> = all.iter().filter_map(|line| line.working).map(|w| w.catalog).collect();
    assert_eq!(versions, [0, 1, 0, 1]);
}

#[test]
fn a_trial_is_free_until_it_ends() {
    let history = agency(Interval::Monthly)
        .and(day(9, 1), What::Terms(Terms::Trial(day(10, 16))))
        .and(day(9, 1), invite("nike"))
        .and(day(9, 5), invite("puma"))
        .and(day(9, 6), revoke("ann", "puma"));
    assert_eq!(booked(&history, day(10, 16)), [0, 0, 0, 0, 2529]);
    let books = books(&history, day(11, 1));
    let invoices: Vec<_> = books.invoices.iter().map(|i| (i.subtotal, i.lines)).collect();
    assert_eq!(invoices, [(0, 4), (7429, 2)]);
}

/// Also of a year: what is charged as a trial ends and a month begins stands on the invoice of
/// that moment.
#[test]
fn a_trial_that_ends_with_a_month() {
    let history = agency(Interval::Annual)
        .and(day(9, 1), What::Terms(Terms::Trial(day(10, 1))))
        .and(day(9, 1), invite("nike"))
        .and(day(9, 2), discount(Off::Amount(1000), day(10, 1), 1));
    let books = books(&history, day(10, 1));
    assert_eq!(amounts(&books.lines), [0, 45156, -1000]);
    let invoices: Vec<_> = books.invoices.iter().map(|i| (i.closed_at, i.subtotal)).collect();
    assert_eq!(invoices, [(day(10, 1), 44156)]);
}

#[test]
fn twenty_percent_off_for_three_months() {
    let history = agency(Interval::Monthly)
        .and(day(9, 1), invite("nike"))
        .and(day(9, 2), discount(Off::BasisPoints(2000), day(9, 2), 3))
        .and(day(10, 16), invite("puma"))
        .and(day(10, 26), revoke("ann", "nike"));
    // October: 49.00 - 9.80; Puma 25.29 - 5.06; Nike's credit is 39.20 x 6 / 31.
    let october = [4900, -980, 2529, -506, -759];
    let all = booked(&history, midnight(2027, 1, 1));
    assert_eq!(all[..6], [[4900].as_slice(), &october].concat());
    assert_eq!(all[6..], [4900, -980, 4900, -980, 4900]);
}

#[test]
fn an_amount_off_is_split() {
    assert_eq!(largest_remainder(1000, &[4900, 4900, 4900]), [334, 333, 333]);
    assert_eq!(largest_remainder(1000, &[100, 200]), [100, 200]);
    assert_eq!(largest_remainder(10, &[1, 2, 0]), [1, 2, 0]);
    assert_eq!(largest_remainder(2, &[1, 2, 4]), [0, 1, 1]);
    assert_eq!(largest_remainder(5, &[0, 0]), [0, 0]);
    let history = agency(Interval::Monthly)
        .and(day(9, 1), access("ann", &["a", "b", "c"], None))
        .and(day(9, 2), discount(Off::Amount(1000), day(9, 2), 1))
        .and(day(10, 16), revoke("ann", "a"));
    let all = booked(&history, day(11, 1));
    assert_eq!(all[3..9], [4900, -334, 4900, -333, 4900, -333]);
    // 45.66 x 16 / 31.
    assert_eq!(all[9..], [-2357, 4900, 4900]);
}

#[test]
fn the_volume_discount_is_counted_at_the_month_s_start() {
    let mut history = with(Interval::Monthly, with_plans())
        .and(day(9, 1), What::Terms(Terms::VolumeDiscount(true)));
    for account in ["a", "b", "c"] {
        history = history.and(day(9, 1), activate(account, "small"));
    }
    let history = history
        .and(day(10, 16), What::Delete("a".into()))
        .and(day(10, 16), activate("d", "large"))
        .and(day(10, 21), What::ChangePlan { account: "b".into(), plan: "large".into() });
    let october = lines(&history, day(10, 31));
    let of = |account: &str| {
        let item = Item::Plan(account.to_owned());
        amounts(&october.iter().filter(|l| l.item == item).cloned().collect::<Vec<_>>())
    };
    assert_eq!(of("a"), [1000, 1000, -100]);
    // 9.00 x 11 / 31 back; 20.00 x 11 / 31 for what is left, and 10 % off.
    assert_eq!(of("b"), [1000, 1000, -100, -319, 710, -71]);
    assert_eq!(of("d"), [1032, -103]);
    let november = lines(&history, day(11, 1));
    assert_eq!(november.len() - october.len(), 6);
    // a doesn't renew, and b, c and d are three.
    assert_eq!(amounts(&november[october.len()..]), [2000, -200, 1000, -100, 2000, -200]);
}

#[test]
fn a_payer_switches_at_one_instant() {
    let itself = Payer::Account("acme".into());
    let switch = What::Switch { account: "acme".into(), payer: itself, plan: Some("small".into()) };
    let history = with(Interval::Monthly, with_plans())
        .and(day(9, 1), activate("acme", "small"))
        .and(day(9, 16), switch);
    let all = report(&history, day(10, 16));
    assert_eq!(amounts(&all[0].lines), [1000, -500]);
    assert_eq!(amounts(&all[1].lines), [1000, 1000]);
    let closed: Vec<_> = all[1].invoices.iter().map(|i| (i.number, i.closed_at, i.due)).collect();
    assert_eq!(closed, [(1, day(9, 16), 1000), (2, day(10, 16), 1000)]);
}

/// There, back, and there again: the months of the first choice count, and the agency takes over
/// the plan that runs.
#[test]
fn a_payer_switches_back_and_there_again() {
    let switch = |payer, plan: Option<&str>| {
        let plan = plan.map(str::to_owned);
        What::Switch { account: "acme".into(), payer, plan }
    };
    let itself = || Payer::Account("acme".into());
    let history = with(Interval::Monthly, with_plans())
        .and(day(9, 1), activate("acme", "small"))
        .and(day(9, 16), switch(itself(), Some("small")))
        .and(day(10, 1), switch(Payer::Agency, None))
        .and(day(10, 11), switch(itself(), Some("large")));
    let all = report(&history, day(11, 1));
    assert_eq!(amounts(&all[0].lines), [1000, -500, 1000, -677]);
    assert_eq!(amounts(&all[1].lines), [1000, -500, 333, 2000]);
    let closed = |books: &Books| -> Vec<_> {
        books.invoices.iter().map(|invoice| (invoice.closed_at, invoice.subtotal)).collect()
    };
    assert_eq!(closed(&all[0]), [(day(10, 1), 500), (day(11, 1), 323)]);
    assert_eq!(closed(&all[1]), [(day(9, 16), 1000), (day(10, 16), 1833)]);
}

/// Only the start stands on the invoice of that moment.
#[test]
fn a_plan_that_changes_as_the_account_begins_to_pay() {
    let payer = Payer::Account("acme".into());
    let history = with(Interval::Monthly, with_plans())
        .and(day(9, 16), What::Activate { account: "acme".into(), plan: "small".into(), payer })
        .and(day(9, 16), What::ChangePlan { account: "acme".into(), plan: "large".into() });
    let all = report(&history, day(10, 16));
    assert_eq!(amounts(&all[1].lines), [1000, -1000, 2000, 2000]);
    let closed: Vec<_> = all[1].invoices.iter().map(|i| (i.closed_at, i.subtotal)).collect();
    assert_eq!(closed, [(day(9, 16), 1000), (day(10, 16), 3000)]);
}

/// A line names the version of the catalog in which its price stands.
#[test]
fn what_is_left_out_keeps_its_last_price() {
    let mut history =
        with(Interval::Monthly, with_plans()).and(day(9, 1), activate("acme", "small"));
    let plans = vec![product("large", 2000)];
    let catalog = Catalog { plans, ..Catalog::default() };
    history.catalogs.push(CatalogVersion { since: day(9, 10), catalog });
    let renewed = lines(&history, day(10, 1)).remove(1);
    assert_eq!((renewed.amount, renewed.working.map(|working| working.catalog)), (1000, Some(0)));
}

#[test]
fn a_disabled_account_is_not_renewed() {
    let start = with(Interval::Monthly, with_plans())
        .and(day(9, 1), activate("acme", "small"))
        .and(day(9, 10), What::Disable("acme".into()));
    assert_eq!(booked(&start, day(11, 1)), [1000]);
    assert_eq!(run_rate(&start, &Payer::Agency, day(9, 10)), 0);
    let soon = start.clone().and(day(9, 20), What::Resume("acme".into()));
    assert_eq!(booked(&soon, day(10, 1)), [1000, 1000]);
    let late = start.and(day(10, 16), What::Resume("acme".into()));
    assert_eq!(booked(&late, day(11, 1)), [1000, 516, 1000]);
}

#[test]
fn an_adjustment_stands_on_the_next_invoice() {
    let history = agency(Interval::Monthly).and(day(9, 1), invite("nike")).and(
        day(10, 5),
        What::Adjust {
            payer: Payer::Agency,
            amount: -12_345,
            note: "goodwill".into(),
            effective_at: day(9, 3),
        },
    );
    let books = books(&history, day(12, 1));
    let invoices: Vec<_> = books
        .invoices
        .iter()
        .map(|i| (i.number, i.subtotal, i.credit_used, i.due, i.credit_left))
        .collect();
    let expected = [(1, 9800, 0, 9800, 0), (2, -7445, 0, 0, 7445), (3, 4900, 4900, 0, 2545)];
    assert_eq!(invoices, expected);
    let next = books.forecast.first().map(|month| (month.closes_at, month.subtotal, month.due));
    assert_eq!(next, Some((midnight(2027, 1, 1), 4900, 2355)));
    assert_eq!(books.forecast.len(), 12);
}

#[test]
fn pending_invites_do_not_count_where_acceptance_starts() {
    let catalog = Catalog { starts_at_acceptance: true, ..Catalog::default() };
    let accepted = What::Access {
        client: "ann".into(),
        brands: vec!["nike".into()],
        until: None,
        accepted: true,
    };
    let history = with(Interval::Monthly, catalog)
        .and(day(9, 1), access("ann", &["nike"], Some(day(9, 15))))
        .and(day(9, 11), accepted);
    assert_eq!(booked(&history, day(9, 20)), [3267]);
}
