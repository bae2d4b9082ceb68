//! That what the table says is what happens.

use proptest::prelude::*;

use super::*;
use crate::domain::agency::{Agency, IntervalAsked, PortalAddress};
use crate::domain::billing::agency_terms::{AgencyPrice, Discount, Eligible, Off};
use crate::domain::catalog::BasisPoints;
use crate::domain::email::Email;
use crate::domain::id::AgencyId;
use crate::domain::time::DAY;

/// Which command of the table this is for something that is planned: from what the account has,
/// and the prices that the tests' platform charges.
fn command(act: Do, account: &AccountBilling, planned: &PlannedChange) -> AccountCommand {
    use AccountCommand as C;
    let price = |id: &str| usual().plan(&plan(id)).unwrap().monthly;
    let removed = match planned {
        PlannedChange::Removal { add_on, .. } => Some(add_on.as_str()),
        _ => None,
    };
    match act {
        Do::Activate(_) | Do::ActivateItself(_) => C::Activate,
        Do::Plan(id) => {
            let running = account.plan.as_ref().unwrap().plan.as_str();
            let downgrade = account.downgrade.as_ref().map(|downgrade| downgrade.plan.as_str());
            match id {
                id if id == running => C::RunningPlan,
                id if price(id) >= price(running) => C::HigherPlan,
                id if Some(id) == downgrade => C::PlannedPlan,
                _ => C::CheaperPlan,
            }
        }
        Do::Add(id) if removed == Some(id) => C::KeepAddOn,
        Do::Add(_) => C::AddAddOn,
        Do::Remove(id) if removed == Some(id) => C::RemoveAgain,
        Do::Remove(_) => C::RemoveAddOn,
        Do::Disable => C::Disable,
        Do::Resume => C::Resume,
        Do::Delete => C::Delete,
        Do::Choose(_) => C::ChoosePlan,
        Do::ByAgency => C::PayByAgency,
        Do::Wait => panic!("waiting is no command"),
    }
}

/// A refusal that has nothing to do with where the account stands.
const fn is_about_its_input(error: &AccountBillingError) -> bool {
    match error {
        AccountBillingError::NoSuchAddOn(_)
        | AccountBillingError::UnknownPlan(_)
        | AccountBillingError::UnknownAddOn(_)
        | AccountBillingError::AgencyPays
        | AccountBillingError::AccountPays => true,
        AccountBillingError::Billing(_)
        | AccountBillingError::NotActivated
        | AccountBillingError::Runs
        | AccountBillingError::Paused
        | AccountBillingError::Deleted => false,
    }
}

fn planned_before() -> impl Strategy<Value = Vec<Do>> {
    let start = prop_oneof![Just(Do::Activate("large")), Just(Do::ActivateItself("large"))];
    let down = prop_oneof![Just(Do::Plan("small")), Just(Do::Plan("medium")), Just(Do::Wait)];
    let remove = prop_oneof![Just(Do::Remove("users")), Just(Do::Remove("calls")), Just(Do::Wait)];
    let end = prop_oneof![2 => Just(Do::Wait), 1 => Just(Do::Disable), 1 => Just(Do::Delete)];
    (start, down, remove.clone(), remove, end).prop_map(|(start, down, one, two, end)| {
        vec![start, Do::Add("users"), Do::Add("calls"), down, one, two, end]
    })
}

fn command_then() -> impl Strategy<Value = Do> {
    prop::sample::select(vec![
        Do::Activate("small"),
        Do::Plan("small"),
        Do::Plan("medium"),
        Do::Plan("wide"),
        Do::Plan("large"),
        Do::Add("users"),
        Do::Add("calls"),
        Do::Remove("users"),
        Do::Remove("calls"),
        Do::Disable,
        Do::Resume,
        Do::Delete,
        Do::Choose("large"),
        Do::Choose("small"),
        Do::ByAgency,
    ])
}

proptest! {
    #[test]
    fn what_is_planned_for_an_account_fares_as_the_table_says(
        before in planned_before(), act in command_then(),
        start in 0..30 * DAY, pause in prop_oneof![Just(0), 0..20 * DAY],
    ) {
        let terms = terms();
        let steps: Vec<_> = before.into_iter().map(|act| (at(start), act)).collect();
        let now = at(start + pause);
        let told = tell(&terms, &steps).go(&terms, Do::Wait, now).unwrap();
        let account = told.account;
        let planned = account.planned();
        let fates: Vec<Fate> = planned.iter()
            .map(|planned| fate(planned.kind(), Command::Account(command(act, &account, planned))))
            .collect();
        let outcome = match perform(account.clone(), &terms, act, now) {
            Ok(outcome) => outcome,
            Err(error) => {
                let refused = fates.contains(&Fate::Refused);
                let stands_elsewhere = account.state != State::Running || act == Do::Resume
                    || act == Do::Activate("small");
                prop_assert!(
                    is_about_its_input(&error) || refused || stands_elsewhere, "{error} {act:?}"
                );
                return Ok(());
            }
        };
        let later = perform(outcome.account.clone(), &terms, Do::Wait, at(start + 99 * DAY)).unwrap();
        for (planned, fate) in planned.iter().zip(fates) {
            let became: Vec<Became> = outcome.planned.iter()
                .filter(|(what, became)| what == planned && *became != Became::Planned)
                .map(|(_, became)| *became)
                .collect();
            let stands = outcome.account.planned().contains(planned);
            let happens = later.planned.contains(&(planned.clone(), Became::Happened));
            let expected = match fate {
                Fate::Kept => (vec![], true),
                Fate::Replaced => (vec![Became::Replaced], false),
                Fate::Dropped => (vec![Became::Dropped], false),
                Fate::Refused => panic!("{act:?} wasn't refused, with {planned:?}"),
            };
            prop_assert_eq!((became, stands), expected, "{:?} {:?}", planned, act);
            prop_assert_eq!(happens, fate == Fate::Kept, "{:?} {:?}", planned, act);
        }
        // What is planned now was planned before, or it is told that it is.
        for now_planned in outcome.account.planned() {
            let told = outcome.planned.contains(&(now_planned.clone(), Became::Planned));
            prop_assert!(told != planned.contains(&now_planned), "{now_planned:?} {act:?}");
        }
    }

    /// Whatever the platform says about the agency, and however the catalog changes, what is
    /// planned for an account happens. Brands and adjustments don't touch accounts at all.
    #[test]
    fn what_is_planned_for_an_account_outlives_what_happens_to_the_agency(
        before in planned_before(), start in 0..30 * DAY, what in 0..5_usize,
    ) {
        let steps: Vec<_> = before.into_iter().map(|act| (at(start), act)).collect();
        let then = terms();
        let account = tell(&then, &steps).account;
        let mut now = then.clone();
        let since = at(start + 1);
        let (command, terms) = match what {
            0 => {
                let catalogs = [(Timestamp::EPOCH, usual()), (since, catalog(&[("huge", 9_000)], &[]))];
                now.prices = book(&catalogs);
                (AgencyCommand::SetCatalog, now)
            }
            1 => {
                now.own.set_price(price(100, since));
                (AgencyCommand::EarlierPrice, now)
            }
            2 => {
                now.own.add_discount(tenth_off(0, 12));
                (AgencyCommand::EarlierDiscount, now)
            }
            3 => (AgencyCommand::SetTrial, in_trial(now, at(20 * DAY))),
            _ => {
                now.own.volume_discount.push(Eligible { since, on: true });
                let opening = |month| (now.months().start(month), Default::default());
                now.openings = (0..6).map(opening).collect();
                (AgencyCommand::SetVolumeDiscount, now)
            }
        };
        let later = perform(account.clone(), &terms, Do::Wait, at(start + 99 * DAY)).unwrap();
        for planned in account.planned() {
            prop_assert_eq!(fate(planned.kind(), Command::Agency(command)), Fate::Kept);
            prop_assert!(later.planned.contains(&(planned, Became::Happened)));
        }
    }
}

fn price(monthly: u64, since: Timestamp) -> AgencyPrice {
    let reason = Name::parse("Loyal").unwrap();
    AgencyPrice { monthly: Some(monthly), annual: None, since, reason }
}

fn tenth_off(from_month: u32, months: u32) -> Discount {
    let off = Off::Percent(BasisPoints::new(1_000).unwrap());
    Discount { name: Name::parse("Welcome").unwrap(), off, from_month, months }
}

/// Whether the table says that it is kept.
const fn kept(planned: Planned, command: AgencyCommand) -> bool {
    fate(planned, Command::Agency(command)).is_kept()
}

#[test]
fn a_price_and_a_discount_of_the_agency_fare_as_the_table_says() {
    use AgencyCommand as C;
    for (since, command) in [(5, C::EarlierPrice), (10, C::SamePrice), (15, C::LaterPrice)] {
        let mut own = AgencyTerms::default();
        own.set_price(price(100, at(10)));
        own.set_price(price(200, at(since)));
        assert_eq!(own.prices.contains(&price(100, at(10))), kept(Planned::Price, command));
    }
    // Six months from month 4 on, and another that begins in month `from`.
    for (from, begins, ends) in [
        (3, C::EarlierDiscount, C::EarlierDiscount),
        (4, C::SameDiscount, C::EarlierDiscount),
        (5, C::LaterDiscount, C::EarlierDiscount),
        (10, C::LaterDiscount, C::SameDiscount),
        (11, C::LaterDiscount, C::LaterDiscount),
    ] {
        let mut own = AgencyTerms::default();
        own.add_discount(tenth_off(4, 6));
        own.add_discount(Discount { name: Name::parse("New").unwrap(), ..tenth_off(from, 1) });
        let old =
            |month| own.percent_off(month).is_some_and(|(name, _)| name.as_str() == "Welcome");
        assert_eq!(old(4), kept(Planned::DiscountBegins, begins), "from {from}");
        assert_eq!(old(9), kept(Planned::DiscountEnds, ends), "from {from}");
    }
    let mut own = AgencyTerms::default();
    own.add_discount(tenth_off(4, 6));
    own.add_discount(Discount { off: Off::Amount(100), ..tenth_off(3, 9) });
    for (planned, month) in [(Planned::DiscountBegins, 4), (Planned::DiscountEnds, 9)] {
        assert_eq!(own.percent_off(month).is_some(), kept(planned, C::OtherDiscount));
    }
}

#[test]
fn an_interval_fares_as_the_table_says() {
    let agency = Agency {
        id: AgencyId::parse("acme").unwrap(),
        name: Name::parse("Acme").unwrap(),
        notification_email: Email::parse("billing@acme.example").unwrap(),
        billing_interval: Interval::Monthly,
        interval_changes: Vec::new(),
        terms: AgencyTerms::default(),
        portal_address: PortalAddress::parse("https://acme.example").unwrap(),
        standing: Default::default(),
        settings: Default::default(),
        archived: Vec::new(),
        has_account_brands: false,
        has_owners: false,
        sealed_as: None,
        clock_reset_at: None,
        created_at: at(0),
    };
    let IntervalAsked::Planned { agency, from } = agency.ask_interval(Interval::Annual, at(1))
    else {
        panic!("it isn't planned")
    };
    assert_eq!((from, agency.periods().interval(from)), (at(30 * DAY), Interval::Annual));
    for (asked, command) in [
        (Interval::Annual, AgencyCommand::OtherInterval),
        (Interval::Monthly, AgencyCommand::RunningInterval),
    ] {
        let after = match agency.ask_interval(asked, at(2)) {
            IntervalAsked::Unchanged => agency.clone(),
            IntervalAsked::TakenBack { agency, .. } | IntervalAsked::Planned { agency, .. } => {
                agency
            }
        };
        let stands = after.planned_interval(at(2)).is_some();
        assert_eq!(stands, kept(Planned::Interval, command), "{asked:?}");
    }
}

/// What runs gets the price of the last version that was set by the start of its next month; what
/// the account does meanwhile doesn't matter.
#[test]
fn a_trials_end_and_new_prices_fare_as_the_table_says() {
    let sold = |price| catalog(&[("small", price), ("large", 5_000)], &[("users", 300)]);
    let versions =
        [(Timestamp::EPOCH, sold(1_000)), (at(10 * DAY), sold(1_100)), (at(20 * DAY), sold(1_200))];
    for (versions, price) in [(&versions[..2], 1_100), (&versions[..], 1_200)] {
        let terms = terms_since(at(0), versions);
        let told = tell(&terms, &[(at(0), Do::Activate("small")), (at(30 * DAY), Do::Wait)]);
        assert_eq!(told.amounts()[1], price);
    }
    assert!(!kept(Planned::Catalog, AgencyCommand::SetCatalog));
    let terms = terms_since(at(0), &versions[..2]);
    for (acts, command) in [
        (vec![Do::Plan("large"), Do::Plan("small")], AccountCommand::CheaperPlan),
        (vec![Do::Add("users")], AccountCommand::AddAddOn),
        (vec![Do::Disable, Do::Resume], AccountCommand::Resume),
        (vec![Do::Choose("small"), Do::ByAgency], AccountCommand::PayByAgency),
    ] {
        let acts = acts.into_iter().map(|act| (at(15 * DAY), act));
        let start = core::iter::once((at(0), Do::Activate("small")));
        let steps: Vec<_> = start.chain(acts).chain([(at(30 * DAY), Do::Wait)]).collect();
        let renewed = tell(&terms, &steps);
        let renewed = renewed.booked.iter().find(|line| line.posting.reason == Reason::Renewed);
        assert_eq!(renewed.unwrap().posting.amount.amount, 1_100, "{command:?}");
        assert_eq!(fate(Planned::Catalog, Command::Account(command)), Fate::Kept);
    }
    let trial = in_trial(in_trial(self::terms(), at(10 * DAY)), at(20 * DAY));
    let told = tell(&trial, &[(at(0), Do::Activate("small")), (at(29 * DAY), Do::Wait)]);
    let charged: Vec<_> = told.booked.iter().map(|line| line.posting.at).collect();
    assert_eq!(charged, [at(0), at(20 * DAY)]);
    assert!(!kept(Planned::TrialEnds, AgencyCommand::SetTrial));
}
