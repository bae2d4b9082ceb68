//! Ends of months, boundaries, one millisecond, trials, and what is refused.

use super::*;
use crate::domain::billing::white_label::{RENEWALS_AT_ONCE, RENEWALS_MAX};
use crate::domain::catalog::BasisPoints;
use crate::domain::time::{DAY, HOUR};

fn covered(told: &Told) -> Vec<(Timestamp, Timestamp)> {
    told.booked.iter().map(|line| (line.posting.covers.start, line.posting.covers.end)).collect()
}

#[test]
fn months_are_clamped_from_the_anchor_of_whoever_pays() {
    for (anchor, ends) in [
        (
            "2027-01-31T08:00:00Z",
            ["2027-02-28T08:00:00Z", "2027-03-31T08:00:00Z", "2027-04-30T08:00:00Z"],
        ),
        (
            "2028-01-31T00:00:00Z",
            ["2028-02-29T00:00:00Z", "2028-03-31T00:00:00Z", "2028-04-30T00:00:00Z"],
        ),
        (
            "2028-02-29T23:59:59.999Z",
            ["2028-03-29T23:59:59.999Z", "2028-04-29T23:59:59.999Z", "2028-05-29T23:59:59.999Z"],
        ),
    ] {
        let ends = ends.map(time);
        let start = time(anchor);
        let expected = [(start, ends[0]), (ends[0], ends[1]), (ends[1], ends[2])];
        let elsewhere = time("2026-09-10T00:00:00Z");
        for (agency, activate) in
            [(start, Do::Activate("small")), (elsewhere, Do::ActivateItself("small"))]
        {
            let terms = terms_since(agency, &[(Timestamp::EPOCH, usual())]);
            let told = tell(&terms, &[(start, activate), (ends[1], Do::Wait)]);
            assert_eq!(covered(&told), expected, "{anchor} {activate:?}");
            assert_eq!(told.amounts(), [1_000; 3], "{anchor} {activate:?}");
        }
    }
}

#[test]
fn a_year_on_the_29th_of_february_comes_back_to_it() {
    let terms = terms();
    let leap = time("2028-02-29T00:00:00Z");
    let told = tell(
        &terms,
        &[(leap, Do::ActivateItself("small")), (time("2032-03-01T00:00:00Z"), Do::Wait)],
    );
    let starts: Vec<Timestamp> = covered(&told).into_iter().map(|(start, _)| start).collect();
    assert_eq!(starts.len(), 49);
    assert_eq!(
        (starts[12], starts[48]),
        (time("2029-02-28T00:00:00Z"), time("2032-02-29T00:00:00Z"))
    );
}

#[test]
fn within_one_millisecond_nothing_is_paid_for_twice() {
    let (day, month) = (at(15 * DAY), at(30 * DAY));
    for (what, steps, total) in [
        (
            "up twice",
            vec![(day, Do::Activate("small")), (day, Do::Plan("medium")), (day, Do::Plan("large"))],
            2_500,
        ),
        ("up at a start", vec![(at(0), Do::Activate("small")), (at(0), Do::Plan("large"))], 5_000),
        (
            "up as a month begins",
            vec![(at(0), Do::Activate("small")), (month, Do::Plan("large"))],
            6_000,
        ),
        ("a pause", vec![(day, Do::Activate("small")), (day, Do::Disable), (day, Do::Resume)], 500),
        (
            "to and fro",
            vec![(day, Do::Activate("small")), (day, Do::Choose("small")), (day, Do::ByAgency)],
            500,
        ),
        (
            "down as a month begins",
            vec![(at(0), Do::Activate("large")), (month, Do::Plan("small"))],
            10_000,
        ),
        (
            "deleted as a month begins",
            vec![(at(0), Do::Activate("small")), (month, Do::Delete)],
            2_000,
        ),
        (
            "deleted just before",
            vec![(at(0), Do::Activate("small")), (at(30 * DAY - 1), Do::Delete), (month, Do::Wait)],
            1_000,
        ),
        (
            "an add-on taken back",
            vec![
                (day, Do::Activate("small")),
                (day, Do::Add("users")),
                (day, Do::Remove("users")),
                (day, Do::Add("users")),
                (month, Do::Wait),
            ],
            500 + 150 + 1_300,
        ),
    ] {
        let amounts = tell(&terms(), &steps).amounts();
        assert_eq!(amounts.iter().sum::<i64>(), total, "{what}: {amounts:?}");
    }
}

#[test]
fn a_trial_of_the_agency_is_free_for_what_it_pays_for() {
    let terms = in_trial(terms(), at(20 * DAY));
    let free = [(at(0), Do::Activate("small")), (at(5 * DAY), Do::Plan("large"))];
    let then = |act: Do| {
        tell(&terms, &[&free[..], &[(at(10 * DAY), act), (at(30 * DAY), Do::Wait)]].concat())
    };
    for (act, expected) in [
        // Ten days of thirty, and then a month.
        (Do::Wait, vec![0, 0, 0, 1_667, 5_000]),
        // Cheaper from the next month on.
        (Do::Plan("small"), vec![0, 0, 0, 1_667, 1_000]),
        // What is paid for is over as the trial ends.
        (Do::Disable, vec![0, 0, 0]),
        (Do::Delete, vec![0, 0, 0]),
        // The account has no trial.
        (Do::Choose("large"), vec![0, 0, 0, 0, 5_000]),
    ] {
        assert_eq!(then(act).amounts(), expected, "{act:?}");
    }
    assert_eq!(then(Do::Delete).account.items().count(), 0);
    let resumed = then(Do::Disable).go(&terms, Do::Resume, at(45 * DAY + 12 * HOUR)).unwrap();
    assert_eq!(resumed.amounts(), [0, 0, 0, 2_500]);
}

#[test]
fn a_plan_that_is_left_out_keeps_its_last_price_for_those_who_have_it() {
    let versions = [
        (Timestamp::EPOCH, usual()),
        (at(DAY), catalog(&[("small", 1_200), ("large", 5_000)], &[("users", 350)])),
        (at(2 * DAY), catalog(&[("large", 5_000), ("tiny", 1_100)], &[])),
    ];
    let terms = terms_since(at(0), &versions);
    let start = [(at(0), Do::Activate("small")), (at(0), Do::Add("users"))];
    let told = tell(&terms, &start).go(&terms, Do::Wait, at(30 * DAY)).unwrap();
    assert_eq!(told.amounts(), [1_000, 300, 1_200, 350]);
    let catalogs: Vec<u32> =
        told.booked.iter().map(|line| line.posting.working.unwrap().catalog).collect();
    assert_eq!(catalogs, [0, 0, 1, 1], "the version that the price stands in");
    // Only the latest version is at hand by now.
    let latest =
        Terms { prices: Rc::new(PriceBook::new(terms.prices.latest().clone())), ..terms.clone() };
    let told = told.go(&latest, Do::Wait, at(61 * DAY)).unwrap();
    assert_eq!(told.amounts()[4..], [1_200, 350]);
    // A cheaper one is compared with that price, and nobody else gets it any more.
    let down = told.clone().go(&latest, Do::Plan("tiny"), at(62 * DAY)).unwrap();
    assert_eq!(
        down.planned,
        [(PlannedChange::Downgrade { at: at(91 * DAY), plan: plan("tiny") }, Became::Planned)]
    );
    assert!(down.go(&latest, Do::Plan("small"), at(62 * DAY)).unwrap().account.downgrade.is_none());
    let refused = Told::default().go(&latest, Do::Activate("small"), at(62 * DAY));
    assert_eq!(refused, Err(AccountBillingError::UnknownPlan(plan("small"))));
    let refused = tell(&latest, &[(at(62 * DAY), Do::Activate("large"))]).go(
        &latest,
        Do::Add("users"),
        at(62 * DAY),
    );
    assert_eq!(refused, Err(AccountBillingError::UnknownAddOn(add_on("users"))));
    // It can be paused, and chosen by the account that has it.
    let anew = [
        (at(70 * DAY), Do::Disable),
        (at(91 * DAY), Do::Resume),
        (at(91 * DAY), Do::Choose("small")),
    ];
    let anew = anew.iter().fold(told, |told, (now, act)| told.go(&latest, *act, *now).unwrap());
    assert_eq!(anew.amounts()[6..], [1_200, 350, -1_200, -350, 1_200, 350]);
}

#[test]
fn a_planned_plan_that_is_left_out_comes_at_the_price_that_was_known() {
    let versions = [(Timestamp::EPOCH, usual()), (at(20 * DAY), catalog(&[("large", 5_000)], &[]))];
    let terms = terms_since(at(0), &versions);
    let steps = [(at(0), Do::Activate("large")), (at(10 * DAY), Do::Plan("small"))];
    let told = tell(&terms, &steps).go(&terms, Do::Plan("small"), at(21 * DAY)).unwrap();
    assert_eq!(told.planned.len(), 1, "asking again changes nothing");
    assert_eq!(told.go(&terms, Do::Wait, at(30 * DAY)).unwrap().amounts(), [5_000, 1_000]);
}

#[test]
fn a_new_price_counts_from_the_next_month_and_decides_what_is_higher() {
    let versions = [
        (Timestamp::EPOCH, usual()),
        (at(15 * DAY), catalog(&[("small", 3_000), ("medium", 2_500)], &[])),
    ];
    let terms = terms_since(at(0), &versions);
    let told = tell(&terms, &[(at(0), Do::Activate("medium")), (at(10 * DAY), Do::Plan("small"))]);
    let down = told.clone().go(&terms, Do::Wait, at(30 * DAY)).unwrap();
    assert_eq!(down.amounts(), [2_000, 3_000], "what was planned comes, at the new price");
    // Asked for again, it is dearer by now: so it comes at once, and nothing is planned.
    let up = told.go(&terms, Do::Plan("small"), at(15 * DAY)).unwrap();
    assert_eq!(up.amounts(), [2_000, -1_000, 1_500]);
    assert_eq!(up.planned[1].1, Became::Dropped);
    assert_eq!(up.account.plan.unwrap().item.since, at(0));
}

#[test]
fn what_isnt_for_this_state_is_refused_and_changes_nothing() {
    use AccountBillingError as E;
    let new = vec![];
    let running = vec![(at(0), Do::Activate("small"))];
    let own = vec![(at(0), Do::ActivateItself("small"))];
    let paused = vec![(at(0), Do::Activate("small")), (at(1), Do::Disable)];
    let deleted = vec![(at(0), Do::Activate("small")), (at(1), Do::Delete)];
    let any = [
        Do::Plan("large"),
        Do::Add("users"),
        Do::Remove("users"),
        Do::Choose("small"),
        Do::ByAgency,
    ];
    let mut cases = Vec::new();
    for act in any {
        cases.push((&new, act, E::NotActivated));
        cases.push((&paused, act, E::Paused));
        cases.push((&deleted, act, E::Deleted));
    }
    cases.extend([
        (&new, Do::Activate("none"), E::UnknownPlan(plan("none"))),
        (&new, Do::Resume, E::NotActivated),
        (&running, Do::Activate("small"), E::Runs),
        (&running, Do::Resume, E::Runs),
        (&running, Do::Plan("none"), E::UnknownPlan(plan("none"))),
        (&running, Do::Choose("none"), E::UnknownPlan(plan("none"))),
        (&running, Do::Add("none"), E::UnknownAddOn(add_on("none"))),
        (&running, Do::Remove("users"), E::NoSuchAddOn(add_on("users"))),
        (&running, Do::ByAgency, E::AgencyPays),
        (&own, Do::Choose("small"), E::AccountPays),
        (&paused, Do::Activate("small"), E::Paused),
        (&deleted, Do::Activate("small"), E::Deleted),
        (&deleted, Do::Disable, E::Deleted),
        (&deleted, Do::Resume, E::Deleted),
        (&deleted, Do::Delete, E::Deleted),
    ]);
    for (steps, act, error) in cases {
        let told = tell(&terms(), steps);
        assert_eq!(told.go(&terms(), act, at(DAY)), Err(error), "{steps:?} {act:?}");
    }
}

#[test]
fn the_same_again_changes_nothing() {
    let start = [(at(0), Do::Activate("large")), (at(0), Do::Add("users"))];
    for (before, act) in [
        (vec![], Do::Plan("large")),
        (vec![], Do::Add("users")),
        (vec![(at(1), Do::Plan("small"))], Do::Plan("small")),
        (vec![(at(1), Do::Remove("users"))], Do::Remove("users")),
        (vec![(at(1), Do::Disable)], Do::Disable),
    ] {
        let told = tell(&terms(), &[&start[..], &before[..]].concat());
        assert_eq!(told.clone().go(&terms(), act, at(2)).unwrap(), told, "{act:?}");
    }
    let new = Told::default().go(&terms(), Do::Disable, at(0)).unwrap();
    assert_eq!(new, Told::default(), "there is nothing to pause");
}

#[test]
fn the_run_rate_is_what_runs_by_todays_prices() {
    let mut terms = in_trial(terms(), at(20 * DAY));
    let id = account();
    terms.own.volume_discount =
        vec![crate::domain::billing::agency_terms::Eligible { since: at(0), on: true }];
    let base = [(at(0), Do::Activate("large")), (at(0), Do::Add("users"))];
    for (what, more, plans, expected) in [
        ("as it is", vec![], 1, 5_300),
        ("with the volume discount", vec![], 3, 4_800),
        ("what is planned doesn't count", vec![Do::Plan("small"), Do::Remove("users")], 1, 5_300),
        ("a disabled one", vec![Do::Disable], 1, 0),
        ("a resumed one", vec![Do::Disable, Do::Resume], 1, 5_300),
        ("a deleted one", vec![Do::Delete], 1, 0),
        ("one that it pays itself", vec![Do::Choose("large")], 3, 5_300),
    ] {
        let more: Vec<_> = more.into_iter().map(|act| (at(1), act)).collect();
        let told = tell(&terms, &[&base[..], &more[..]].concat());
        let rate = told.account.run_rate(&terms.account(&id), plans, at(2)).unwrap();
        assert_eq!(rate.amount, expected, "{what}");
    }
}

#[test]
fn what_a_clock_that_ran_ahead_was_charged_is_credited_when_it_was_set_back() {
    let terms = terms();
    for (start, ahead, back) in [(0, 700, 15), (15, 700, 20), (15, 36, 20)] {
        let steps =
            [(start, Do::Activate("small")), (ahead, Do::Wait), (back, Do::Choose("small"))];
        let steps = steps.map(|(day, act)| (at(day * DAY), act));
        let told = tell(&terms, &steps);
        let by_agency = told.lines().into_iter().filter(|(item, ..)| *item == "plan");
        let paid: i64 = by_agency.map(|(_, _, amount)| amount).sum();
        let fair = 1_000 * (back - start) as i64 / 30;
        assert!((paid - fair).abs() <= 1, "{start} {ahead} {back}: {paid}, not {fair}");
    }
    // A cheaper plan that came since gives back what it cost, and nothing of the dearer one.
    let steps = [
        (at(0), Do::Activate("large")),
        (at(0), Do::Plan("small")),
        (at(99 * DAY), Do::Wait),
        (at(20 * DAY), Do::Choose("small")),
    ];
    let told = tell(&terms, &steps);
    let by_agency = told.lines().into_iter().filter(|(item, ..)| *item == "plan");
    assert_eq!(by_agency.map(|(_, _, amount)| amount).sum::<i64>(), 5_000);
    // And what is planned then waits for the end of what is paid for.
    let ahead = [(at(0), Do::Activate("large")), (at(99 * DAY), Do::Wait)];
    let told = tell(&terms, &ahead).go(&terms, Do::Plan("small"), at(5 * DAY)).unwrap();
    assert_eq!(told.account.downgrade.unwrap().at, told.account.plan.unwrap().item.covers.end);
}

#[test]
fn a_clock_that_jumped_centuries_is_refused_and_years_are_caught_up_in_steps() {
    let (terms, id) = (terms(), account());
    let told = tell(&terms, &[(at(0), Do::Activate("small"))]);
    let account = told.account;
    let settled = account.clone().settle(&terms.account(&id), Timestamp::MAX);
    assert_eq!(settled, Err(BillingError::TooFarBehind));
    let month = |number: u32| terms.months().start(number);
    for (now, behind) in [(month(RENEWALS_AT_ONCE), false), (month(RENEWALS_AT_ONCE + 1), true)] {
        assert_eq!(account.is_behind(&terms.account(&id), now), behind);
        assert!(account.is_due(now));
    }
    let outcome = account.settle_some(&terms.account(&id), month(RENEWALS_MAX), RENEWALS_AT_ONCE);
    let outcome = outcome.unwrap();
    assert_eq!(outcome.booked.len(), RENEWALS_AT_ONCE as usize);
    assert_eq!(outcome.account.due_at(), Some(month(RENEWALS_AT_ONCE + 1)));
}

#[test]
fn it_is_stored_as_it_was() {
    let steps = [
        (at(0), Do::Activate("large")),
        (at(0), Do::Add("users")),
        (at(1), Do::Remove("users")),
        (at(2), Do::Plan("small")),
        (at(3), Do::Disable),
    ];
    let account = tell(&terms(), &steps).account;
    let text = serde_json::to_string(&account).unwrap();
    assert_eq!(serde_json::from_str::<AccountBilling>(&text).unwrap(), account);
    let new = serde_json::to_string(&AccountBilling::default()).unwrap();
    assert_eq!(new, r#"{"payer":{"agency":{}},"state":"new"}"#);
    assert_eq!(serde_json::from_str::<AccountBilling>(&new).unwrap(), AccountBilling::default());
}

#[test]
fn a_percentage_is_off_add_ons_too_and_no_line_stands_for_nothing() {
    use crate::domain::billing::agency_terms::{Discount, Off};
    let mut terms = terms();
    let tenth = Off::Percent(BasisPoints::new(1_000).unwrap());
    let name = Name::parse("Welcome").unwrap();
    terms.own.discounts = vec![Discount { name, off: tenth, from_month: 0, months: 1 }];
    let steps =
        [(at(0), Do::Activate("large")), (at(0), Do::Add("users")), (at(30 * DAY), Do::Wait)];
    let told = tell(&terms, &steps);
    assert_eq!(told.amounts(), [5_000, -500, 300, -30, 5_000, 300]);
    let kinds =
        told.booked.iter().map(|line| line.posting.kind).filter(|kind| *kind == LineKind::Discount);
    assert_eq!(kinds.count(), 2);
}
