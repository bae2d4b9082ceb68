//! The worked examples of the specification.

use super::*;
use crate::domain::billing::agency_terms::{Discount, Eligible, Off};
use crate::domain::billing::{Opening, WhiteLabel};
use crate::domain::catalog::BasisPoints;
use crate::domain::id::BrandId;
use crate::domain::time::{DAY, Until};

use Reason::{Changed, Renewed, Started, Switched};

#[test]
fn changes_within_a_month_are_prorated() {
    use Do::{Activate, Add, Plan, Remove, Wait};
    let day = |day: u64| at(day * DAY);
    for (what, steps, expected) in [
        // $10 to $20 at mid-period.
        (
            "an upgrade",
            vec![(day(0), Activate("small")), (day(15), Plan("medium"))],
            vec![("plan", Started, 1_000), ("plan", Changed, -500), ("plan", Changed, 1_000)],
        ),
        (
            "one of the same price",
            vec![(day(0), Activate("medium")), (day(15), Plan("wide"))],
            vec![("plan", Started, 2_000), ("plan", Changed, -1_000), ("plan", Changed, 1_000)],
        ),
        (
            "a downgrade",
            vec![(day(0), Activate("medium")), (day(15), Plan("small")), (day(61), Wait)],
            vec![("plan", Started, 2_000), ("plan", Renewed, 1_000), ("plan", Renewed, 1_000)],
        ),
        (
            "one that is taken back",
            vec![
                (day(0), Activate("medium")),
                (day(15), Plan("small")),
                (day(16), Plan("medium")),
                (day(30), Wait),
            ],
            vec![("plan", Started, 2_000), ("plan", Renewed, 2_000)],
        ),
        (
            "an add-on that comes and goes",
            vec![
                (day(0), Activate("small")),
                (day(10), Add("users")),
                (day(20), Remove("users")),
                (day(30), Wait),
            ],
            vec![("plan", Started, 1_000), ("add-on", Started, 200), ("plan", Renewed, 1_000)],
        ),
    ] {
        assert_eq!(tell(&terms(), &steps).lines(), expected, "{what}");
    }
}

/// Day 16 of 31 on $50.
#[test]
fn by_the_day_the_day_of_a_change_counts_for_both() {
    let october = time("2026-10-01T00:00:00Z");
    for (proration, expected) in [
        (Proration::Day, [2_581, -2_419, 2_581]),
        (Proration::Millisecond, [2_581, -2_581, 2_581]),
        (Proration::None, [5_000, 0, 5_000]),
    ] {
        let mut catalog = catalog(&[("large", 5_000), ("huge", 5_000)], &[]);
        catalog.policies.proration = proration;
        let terms = terms_since(october, &[(Timestamp::EPOCH, catalog)]);
        let sixteenth = october.plus(15 * DAY);
        let start = tell(&terms, &[(sixteenth, Do::Activate("large"))]);
        let stop = tell(&terms, &[(october, Do::Activate("large")), (sixteenth, Do::Plan("huge"))]);
        let found = [start.amounts()[0], stop.amounts()[1], stop.amounts()[2]];
        assert_eq!(found, expected, "{proration:?}");
    }
}

fn eligible() -> Vec<Eligible> {
    vec![Eligible { since: at(0), on: true }]
}

fn off(off: Off, months: u32) -> Discount {
    Discount { name: Name::parse("Welcome").unwrap(), off, from_month: 0, months }
}

/// Accounts of an agency, each with a plan since 10 September.
fn accounts(terms: &Terms, plans: &[(&str, &'static str)]) -> BTreeMap<AccountId, AccountBilling> {
    let account = |(id, plan): &(&str, &'static str)| {
        let told = tell(terms, &[(at(9 * DAY), Do::Activate(plan))]);
        (AccountId::parse(id).unwrap(), told.account)
    };
    plans.iter().map(account).collect()
}

#[test]
fn from_three_plans_on_ten_percent_are_off_and_credits_are_net_of_it() {
    let october = 30 * DAY;
    for (plans, off, credit) in
        [(2, None, -2_500), (3, Some(-500), -2_250), (4, Some(-500), -2_250)]
    {
        let mut terms = terms();
        terms.own.volume_discount = eligible();
        let ids = ["a", "b", "c", "d"].map(|id| (id, "large"));
        let running = accounts(&terms, &ids[..plans]);
        let opening = terms.open(at(october), &BTreeMap::new(), &running).unwrap();
        assert_eq!(opening.plans, plans as u32);
        terms.openings.insert(at(october), opening);
        let half = at(october + 31 * DAY / 2);
        let told = tell(
            &terms,
            &[
                (at(9 * DAY), Do::Activate("large")),
                (at(9 * DAY), Do::Add("users")),
                (at(october), Do::Wait),
            ],
        );
        let lines: Vec<_> = told.lines().into_iter().skip(2).collect();
        let mut expected = vec![("plan", Renewed, 5_000)];
        expected.extend(off.map(|off| ("plan", Renewed, off)));
        // Add-ons don't have it.
        expected.push(("add-on", Renewed, 300));
        assert_eq!(lines, expected, "{plans} plans");
        let switched = told.go(&terms, Do::Choose("large"), half).unwrap();
        let credited = switched.lines()[expected.len() + 2];
        assert_eq!(credited, ("plan", Switched, credit), "{plans} plans");
        // A plan that starts within the month has the month's tier too.
        let started = tell(&terms, &[(half, Do::Activate("large"))]).amounts();
        assert_eq!(started, if off.is_some() { vec![2_500, -250] } else { vec![2_500] });
        // The account itself never has it.
        let own = tell(&terms, &[(half, Do::ActivateItself("large"))]).amounts();
        assert_eq!(own, [5_000]);
    }
}

#[test]
fn a_month_for_which_nobody_counted_has_no_volume_discount_and_a_renewal_must_be_counted() {
    let mut terms = terms();
    terms.own.volume_discount = eligible();
    let told = tell(&terms, &[(at(0), Do::Activate("large"))]);
    assert_eq!(told.amounts(), [5_000]);
    let refused = told.clone().go(&terms, Do::Wait, at(30 * DAY));
    let not_opened = BillingError::NotOpened(at(30 * DAY));
    assert_eq!(refused, Err(AccountBillingError::Billing(not_opened)));
    let id = account();
    let due = told.account.renewal_times(&terms.account(&id), at(61 * DAY), 12);
    assert_eq!(due, [at(30 * DAY), at(61 * DAY)]);
    assert!(due.iter().all(|time| terms.needs_opening(*time)));
    assert!(!terms.needs_opening(at(31 * DAY)));
}

/// A percentage comes after the volume discount, and an amount after both, shared by largest
/// remainder: white-label first, then plans and add-ons by account.
#[test]
fn discounts_come_one_after_the_other_and_an_amount_is_shared() {
    let october = at(30 * DAY);
    let mut terms = terms();
    terms.periods = Periods::new(at(0), Interval::Monthly);
    terms.own.volume_discount = eligible();
    let half = BasisPoints::new(5_000).unwrap();
    let running = accounts(&terms, &[("a", "large"), ("b", "large"), ("c", "large")]);
    terms.own.discounts = vec![off(Off::Percent(half), 12), off(Off::Amount(1_000), 12)];
    let nike = BrandId::parse("nike").unwrap();
    let white_label =
        WhiteLabel::advance(None, Some(Until::FOREVER), &terms.brand(&nike), at(9 * DAY));
    let brands = BTreeMap::from([(nike.clone(), white_label.unwrap().0.unwrap())]);
    let opening = terms.open(october, &brands, &running).unwrap();
    // 4,900 and three times 5,000 less 10 %, half of each: 2,450 and 2,250 three times.
    let split = opening.amount_off.clone().unwrap();
    assert_eq!((split.amount, split.sum, opening.plans), (1_000, 9_200, 3));
    terms.openings.insert(october, opening);
    let mut shares = Vec::new();
    for (id, account) in running {
        let outcome = account.settle(&terms.account(&id), october).unwrap();
        let amounts: Vec<i64> =
            outcome.booked.iter().map(|booked| booked.posting.amount.amount).collect();
        assert_eq!(amounts[..3], [5_000, -500, -2_250], "{id}");
        shares.push(amounts[3]);
    }
    let (item, postings) = brands[&nike].clone().settle(&terms.brand(&nike), october).unwrap();
    assert_eq!(item.unwrap().debited.amount, 2_450 - 266);
    shares.push(postings.last().unwrap().amount.amount);
    // 266.3 and 244.57 three times: the larger remainders have a minor unit more.
    assert_eq!(shares, [-245, -245, -244, -266]);
}

/// What is shared is what will be charged: the plan that comes, and the add-ons that stay.
#[test]
fn an_amount_is_shared_by_what_is_planned_to_renew() {
    let october = at(30 * DAY);
    let mut terms = terms();
    terms.prices = {
        let mut catalog = usual();
        catalog.plan_discounts[0].from_plans = 1;
        book(&[(Timestamp::EPOCH, catalog)])
    };
    terms.own.volume_discount = eligible();
    terms.own.discounts = vec![off(Off::Amount(600), 12)];
    let steps = [
        (at(9 * DAY), Do::Activate("large")),
        (at(9 * DAY), Do::Add("calls")),
        (at(9 * DAY), Do::Add("users")),
        (at(10 * DAY), Do::Plan("small")),
        (at(10 * DAY), Do::Remove("calls")),
    ];
    let told = tell(&terms, &steps);
    let accounts = BTreeMap::from([(account(), told.account.clone())]);
    let opening = terms.open(october, &BTreeMap::new(), &accounts).unwrap();
    // 1,000 less 10 %, and 300.
    assert_eq!(opening.amount_off.as_ref().map(|split| split.sum), Some(1_200));
    terms.openings.insert(october, opening);
    let renewed = told.clone().go(&terms, Do::Wait, october).unwrap().lines();
    let expected = [
        ("plan", Renewed, 1_000),
        ("plan", Renewed, -100),
        ("plan", Renewed, -450),
        ("add-on", Renewed, 300),
        ("add-on", Renewed, -150),
    ];
    assert_eq!(renewed[told.booked.len()..], expected);
}

/// All that renews goes first: whoever becomes eligible as a month begins has the discount from
/// the next one on, and whoever stops being it then has it for that one.
#[test]
fn eligibility_is_that_of_the_moment_before_the_month() {
    let october = at(30 * DAY);
    for (since, on, expected) in [
        (30 * DAY - 1, true, vec![5_000, -500]),
        (30 * DAY, true, vec![5_000]),
        (30 * DAY, false, vec![5_000, -500]),
        (30 * DAY - 1, false, vec![5_000]),
    ] {
        let mut terms = terms();
        terms.own.volume_discount =
            vec![Eligible { since: at(0), on: !on }, Eligible { since: at(since), on }];
        let opening = Opening { plans: 3, ..Opening::default() };
        terms.openings.insert(october, opening);
        let told = tell(&terms, &[(at(0), Do::Activate("large")), (october, Do::Wait)]);
        assert_eq!(told.amounts()[1..], expected, "{on} at {since}");
        assert_eq!(terms.needs_opening(october), expected.len() == 2);
    }
}

#[test]
fn what_counts_for_the_volume_discount() {
    let october = at(30 * DAY);
    let terms = terms();
    for (what, steps, expected) in [
        ("a plan", vec![(9, Do::Activate("small"))], 1),
        ("one that gets cheaper", vec![(9, Do::Activate("large")), (10, Do::Plan("small"))], 1),
        ("one that starts then", vec![(30, Do::Activate("small"))], 0),
        ("a disabled one", vec![(9, Do::Activate("small")), (10, Do::Disable)], 0),
        ("a deleted one", vec![(9, Do::Activate("small")), (10, Do::Delete)], 0),
        ("one that the account pays", vec![(9, Do::ActivateItself("small"))], 0),
        ("one that it paid", vec![(9, Do::ActivateItself("small")), (10, Do::ByAgency)], 1),
    ] {
        let steps: Vec<_> = steps.into_iter().map(|(day, act)| (at(day * DAY), act)).collect();
        let accounts = BTreeMap::from([(account(), tell(&terms, &steps).account)]);
        let opening = terms.open(october, &BTreeMap::new(), &accounts).unwrap();
        assert_eq!(opening, Opening { plans: expected, ..Opening::default() }, "{what}");
    }
}

#[test]
fn a_payer_switches_at_one_instant() {
    let steps = [
        (at(0), Do::Activate("large")),
        (at(0), Do::Add("users")),
        (at(15 * DAY), Do::Choose("large")),
        // The account's month: 16 September to 16 October.
        (at(25 * DAY), Do::ByAgency),
        (at(26 * DAY), Do::Choose("large")),
    ];
    let told = tell(&terms(), &steps);
    let expected = [
        ("plan", Started, 5_000),
        ("add-on", Started, 300),
        ("plan", Switched, -2_500),
        ("add-on", Switched, -150),
        ("own plan", Switched, 5_000),
        ("own add-on", Switched, 300),
        ("own plan", Switched, -3_333),
        ("own add-on", Switched, -200),
        ("plan", Switched, 833),
        ("add-on", Switched, 50),
        ("plan", Switched, -666),
        ("add-on", Switched, -40),
        // By its own months still, which count from its first choice.
        ("own plan", Switched, 3_167),
        ("own add-on", Switched, 190),
    ];
    assert_eq!(told.lines(), expected);
    assert_eq!(told.account.payer, Payer::Account { anchor: at(15 * DAY) });
    assert_eq!(told.account.plan.unwrap().item.since, at(26 * DAY));
}

#[test]
fn a_pause_costs_nothing_within_what_is_paid_and_starts_anew_later() {
    for (resumed, expected) in [
        (29, vec![1_000, 300, 1_000, 300]),
        (30, vec![1_000, 300, 1_000, 300]),
        (45, vec![1_000, 300, 516, 155]),
        (61, vec![1_000, 300, 1_000, 300]),
    ] {
        let told = tell(
            &terms(),
            &[
                (at(0), Do::Activate("small")),
                (at(0), Do::Add("users")),
                (at(10 * DAY), Do::Disable),
                (at(resumed * DAY), Do::Resume),
                (at(resumed.max(30) * DAY), Do::Wait),
            ],
        );
        assert_eq!(told.amounts(), expected, "resumed on day {resumed}");
        let anew = resumed >= 30;
        let reason = if anew { Started } else { Renewed };
        assert!(told.lines()[2..].iter().all(|(_, found, _)| *found == reason));
        let since = if anew { at(resumed * DAY) } else { at(0) };
        assert!(told.account.items().all(|(_, item)| item.since == since));
    }
}

#[test]
fn a_deleted_account_is_billed_to_the_end_of_its_month_without_credit() {
    let steps = [
        (at(0), Do::Activate("small")),
        (at(0), Do::Add("users")),
        (at(10 * DAY), Do::Plan("medium")),
        (at(20 * DAY), Do::Delete),
    ];
    let told = tell(&terms(), &steps);
    assert_eq!(told.account.end(), Some(PlannedChange::DeletedEnd { at: at(30 * DAY) }));
    assert_eq!(told.account.items().count(), 2);
    let over = told.clone().go(&terms(), Do::Wait, at(99 * DAY)).unwrap();
    assert_eq!(over.booked, told.booked, "nothing is renewed, and nothing credited");
    assert_eq!((over.account.items().count(), over.account.due_at()), (0, None));
    let id = account();
    let run_rate = told.account.run_rate(&terms().account(&id), 1, at(20 * DAY)).unwrap();
    assert_eq!(run_rate.amount, 0);
}

/// Small with an add-on that is to go, and a cheaper plan to come; the agency is closed on the tenth day.
#[test]
fn what_a_closed_agencys_accounts_have_runs_out() {
    let steps = [
        (at(0), Do::Activate("medium")),
        (at(0), Do::Add("users")),
        (at(1), Do::Remove("users")),
        (at(2), Do::Plan("small")),
    ];
    let open = terms();
    let before = tell(&open, &steps);
    let closed = Terms { closed_at: Some(at(10 * DAY)), ..open };
    let look = |now| before.clone().go(&closed, Do::Wait, now).unwrap();
    let paid_until = before.account.due_at().unwrap();
    assert_eq!(look(at(10 * DAY - 1)).account, before.account);
    for (now, has_plan) in [(at(10 * DAY), true), (at(11 * DAY), true), (paid_until, false)] {
        let told = look(now);
        assert_eq!(told.booked, before.booked, "nothing is booked");
        assert_eq!(told.account.plan.is_some(), has_plan);
        let became = told.planned[before.planned.len()..].iter();
        let became: Vec<_> = became.map(|(change, became)| (change.kind(), *became)).collect();
        let mut expected = vec![
            (Planned::Downgrade, Became::Dropped),
            (Planned::Removal, Became::Dropped),
            (Planned::DeletedEnd, Became::Planned),
        ];
        expected.extend((!has_plan).then_some((Planned::DeletedEnd, Became::Happened)));
        assert_eq!(became, expected);
        let rate = told.account.run_rate(&closed.account(&account()), 1, now).unwrap();
        assert_eq!(rate.amount, 0);
    }
    // Looked at step by step, it comes to the same.
    let step_by_step = look(at(10 * DAY)).go(&closed, Do::Wait, paid_until).unwrap();
    assert_eq!(step_by_step, look(paid_until));
}
