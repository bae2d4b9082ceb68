//! What holds for every history, by the millisecond.

use proptest::prelude::*;

use super::*;
use crate::domain::billing::Posting;
use crate::domain::billing::agency_terms::{Discount, Eligible, Off};
use crate::domain::catalog::BasisPoints;
use crate::domain::time::DAY;

/// How long after the step before something is done.
#[derive(Clone, Copy, Debug)]
enum After {
    Millis(u64),
    /// When something is due by itself, and so many milliseconds later.
    Due(u64),
}

type Step = (After, Do);

fn step() -> impl Strategy<Value = Step> {
    let after = prop_oneof![
        2 => Just(After::Millis(0)),
        2 => (0..3_u64).prop_map(After::Millis),
        6 => (0..20 * DAY).prop_map(After::Millis),
        1 => (0..200 * DAY).prop_map(After::Millis),
        2 => (0..2_u64).prop_map(After::Due),
    ];
    let act = prop::sample::select(vec![
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
        Do::Resume,
        Do::Choose("large"),
        Do::Choose("small"),
        Do::ByAgency,
        Do::Wait,
    ]);
    let act = prop_oneof![60 => act, 1 => Just(Do::Delete)];
    (after, act)
}

/// A history: what is done at which time, where the first is the activation.
fn steps() -> impl Strategy<Value = Vec<Step>> {
    let first = (0..40 * DAY, any::<bool>()).prop_map(|(start, itself)| {
        let activate = if itself { Do::ActivateItself("medium") } else { Do::Activate("medium") };
        (After::Millis(start), activate)
    });
    (first, prop::collection::vec(step(), 1..25))
        .prop_map(|(first, rest)| core::iter::once(first).chain(rest).collect())
}

/// The agency's creation: the 31st and the 29th among others.
fn anchors() -> impl Strategy<Value = Timestamp> {
    prop::sample::select(vec![
        time("2026-09-01T00:00:00Z"),
        time("2027-01-31T08:00:00Z"),
        time("2028-02-29T23:59:59.999Z"),
        time("2027-12-30T12:30:00Z"),
    ])
}

/// An agency's terms, which somebody looks at before each renewal, as the component does.
#[derive(Clone, Debug)]
struct World {
    terms: Terms,
    told: Told,
    now: Timestamp,
    /// What was done at which time, refusals left out.
    done: Vec<(Timestamp, Do)>,
}

impl World {
    fn new(terms: Terms) -> World {
        let now = terms.months().start(0);
        World { terms, told: Told::default(), now, done: Vec::new() }
    }

    fn due(&self) -> Timestamp {
        self.told.account.due_at().unwrap_or(self.now).max(self.now)
    }

    /// Does something; what is refused changes nothing, so that it is left out.
    fn go(&mut self, act: Do, now: Timestamp) {
        let id = account();
        let due = self.told.account.renewal_times(&self.terms.account(&id), now, 1_000);
        for time in due {
            let opened = self.terms.openings.contains_key(&time);
            if !opened && self.terms.needs_opening(time) {
                let accounts = BTreeMap::from([(id.clone(), self.told.account.clone())]);
                let opening = self.terms.open(time, &BTreeMap::new(), &accounts).unwrap();
                self.terms.openings.insert(time, opening);
            }
        }
        self.now = now;
        match self.told.clone().go(&self.terms, act, now) {
            Ok(told) => {
                self.told = told;
                self.done.push((now, act));
            }
            Err(AccountBillingError::Billing(error)) => panic!("{error}"),
            Err(_) => {}
        }
    }

    fn tell(&mut self, steps: &[Step]) {
        for (after, act) in steps {
            let now = match after {
                After::Millis(pause) => self.now.plus(*pause),
                After::Due(later) => self.due().plus(*later),
            };
            self.go(*act, now);
        }
    }
}

/// Terms with everything that may be taken off.
fn generous(anchor: Timestamp, proration: Proration, trial: Option<u64>) -> Terms {
    let mut catalog = usual();
    catalog.policies.proration = proration;
    catalog.plan_discounts[0].from_plans = 1;
    let mut later = catalog.clone();
    for plan in &mut later.plans {
        plan.monthly += 333;
    }
    later.add_ons.remove(0);
    let catalogs = [(Timestamp::EPOCH, catalog), (anchor.plus(100 * DAY), later)];
    let mut terms = terms_since(anchor, &catalogs);
    terms.own.volume_discount = vec![Eligible { since: anchor, on: true }];
    let name = || Name::parse("Welcome").unwrap();
    let percent = Off::Percent(BasisPoints::new(1_250).unwrap());
    terms.own.discounts = vec![
        Discount { name: name(), off: percent, from_month: 1, months: 3 },
        Discount { name: name(), off: Off::Amount(777), from_month: 2, months: 6 },
    ];
    match trial {
        Some(lasts) => in_trial(terms, anchor.plus(lasts)),
        None => terms,
    }
}

/// What tells items apart: who pays, and for what.
fn key(booked: &Booked) -> (String, String) {
    (booked.payer.to_string(), booked.item.place())
}

proptest! {

    /// In however many steps, and however late: the same is booked, and the same is told.
    #[test]
    fn settling_step_by_step_books_the_same(
        anchor in anchors(), steps in steps(), day: bool,
        trial in prop::option::of(0..70 * DAY),
        waits in prop::collection::vec((0..600 * DAY, 1..4_u32), 0..30),
    ) {
        let proration = if day { Proration::Day } else { Proration::Millisecond };
        let mut world = World::new(generous(anchor, proration, trial));
        world.tell(&steps);
        world.go(Do::Wait, world.now.plus(100 * DAY));
        let World { terms, told, done, .. } = world;
        let mut waits: Vec<_> = waits.iter().map(|(time, most)| (anchor.plus(*time), *most)).collect();
        waits.sort_unstable();
        let mut waits = waits.into_iter().peekable();
        let mut slowly = Told::default();
        let id = account();
        for (now, act) in done {
            while let Some((time, most)) = waits.next_if(|(time, _)| *time <= now) {
                let settled = slowly.account.settle_some(&terms.account(&id), time, most).unwrap();
                slowly.account = settled.account;
                slowly.booked.extend(settled.booked);
                slowly.planned.extend(settled.planned);
            }
            slowly = slowly.go(&terms, act, now).unwrap();
        }
        prop_assert_eq!(slowly, told);
    }

    /// The plan of any time is known without booking anything, and is one of those that were known.
    #[test]
    fn the_plan_of_a_time_is_the_one_that_settling_gives(
        anchor in anchors(), steps in steps(), later in 0..100 * DAY,
    ) {
        let mut world = World::new(terms_since(anchor, &[(Timestamp::EPOCH, usual())]));
        for step in &steps {
            world.tell(core::slice::from_ref(step));
            let (account, now) = (world.told.account.clone(), world.now.plus(later));
            let settled = account.clone().settle(&world.terms.account(&self::account()), now);
            let settled = settled.unwrap().account.plan.map(|plan| plan.plan);
            prop_assert_eq!(account.plan_at(now), settled.as_ref());
            prop_assert!(account.plan_at(now).is_none_or(|plan| account.plans().any(|one| one == plan)));
        }
    }

    /// A payer's item is paid for from one end of a month to the other: never two at once, and
    /// nothing left out where one takes over from another.
    #[test]
    fn no_millisecond_is_paid_for_twice_or_not_at_all(
        anchor in anchors(), steps in steps(), trial in prop::option::of(0..70 * DAY),
    ) {
        let mut world = World::new(generous(anchor, Proration::Millisecond, trial));
        world.tell(&steps);
        // By item, whoever pays: until when it is paid for.
        let mut paid: BTreeMap<String, Timestamp> = BTreeMap::new();
        for booked in &world.told.booked {
            let Posting { at, kind, covers, reason, .. } = booked.posting;
            let item = booked.item.place();
            let until = paid.get(&item).copied();
            match kind {
                LineKind::Charge => {
                    prop_assert_eq!(covers.start, at);
                    match reason {
                        Reason::Started => prop_assert!(until.is_none_or(|until| until <= at)),
                        _ => prop_assert_eq!(until, Some(at), "{:?} {:?}", item, reason),
                    }
                    paid.insert(item, covers.end);
                }
                LineKind::Credit => {
                    prop_assert_eq!(until, Some(covers.end));
                    prop_assert_eq!(covers.start, at);
                    paid.insert(item, at);
                }
                LineKind::Discount => prop_assert_eq!(until, Some(covers.end)),
                LineKind::Adjustment => prop_assert!(false, "nobody adjusts"),
            }
        }
        for (sold, item) in world.told.account.items() {
            let id = account();
            let name = world.terms.account(&id).item(sold).place();
            prop_assert_eq!(paid.get(&name), Some(&item.covers.end));
        }
        // Every switch credits the one and charges the other, at the same moment.
        let switched = world.told.booked.iter().filter(|line| line.posting.reason == Reason::Switched);
        let plans = switched.filter(|line| matches!(line.item, BillingItem::Plan(_)));
        let plans: Vec<_> = plans.filter(|line| line.posting.kind != LineKind::Discount).collect();
        for pair in plans.chunks(2) {
            prop_assert_eq!(pair[0].posting.kind, LineKind::Credit);
            prop_assert_eq!(pair[1].posting.kind, LineKind::Charge);
            prop_assert_eq!(pair[0].posting.at, pair[1].posting.at);
            prop_assert_ne!(&pair[0].payer, &pair[1].payer);
        }
    }

    /// However shares are counted, and whatever is taken off.
    #[test]
    fn nobody_gets_more_credit_than_charges(
        anchor in anchors(), steps in steps(), trial in prop::option::of(0..70 * DAY),
        proration in prop::sample::select(vec![
            Proration::Millisecond, Proration::Day, Proration::None,
        ]),
    ) {
        let mut world = World::new(generous(anchor, proration, trial));
        world.tell(&steps);
        let mut sums: BTreeMap<(String, String), i64> = BTreeMap::new();
        for booked in &world.told.booked {
            let sum = sums.entry(key(booked)).or_default();
            *sum += booked.posting.amount.amount;
            prop_assert!(*sum >= 0, "{booked:?}");
        }
    }

    /// What a payer was charged for an item, less what it was credited, is the price of the time
    /// in which it was in force, to within a cent a line.
    #[test]
    fn what_is_charged_is_the_price_of_the_time_in_force(
        anchor in anchors(), steps in steps(), trial in prop::option::of(0..70 * DAY),
    ) {
        let mut terms = terms_since(anchor, &[(Timestamp::EPOCH, usual())]);
        let trial = trial.map(|lasts| anchor.plus(lasts));
        if let Some(end) = trial {
            terms = in_trial(terms, end);
        }
        let mut world = World::new(terms);
        let mut fair = BTreeMap::new();
        for (after, act) in steps {
            let until = match after {
                After::Millis(pause) => world.now.plus(pause),
                After::Due(later) => world.due().plus(later),
            };
            // To each moment at which something may change by itself.
            while let Some(next) = next_change(&world, trial).filter(|next| *next < until) {
                add_price(&world, trial, next, &mut fair);
                world.go(Do::Wait, next);
            }
            add_price(&world, trial, until, &mut fair);
            // What is refused settles nothing.
            world.go(Do::Wait, until);
            world.go(act, until);
        }
        // What is paid ahead is in force yet to come.
        world.go(Do::Disable, world.now);
        while let Some(next) = next_change(&world, trial) {
            add_price(&world, trial, next, &mut fair);
            world.go(Do::Wait, next);
        }
        let mut charged: BTreeMap<(String, String), (i64, i64)> = BTreeMap::new();
        for booked in &world.told.booked {
            let (sum, lines) = charged.entry(key(booked)).or_default();
            *sum += booked.posting.amount.amount;
            *lines += 1;
        }
        for (item, (sum, lines)) in charged {
            let fair = fair.remove(&item).unwrap_or(0.0);
            prop_assert!((sum as f64 - fair).abs() <= lines as f64, "{item:?}: {sum}, not {fair}");
        }
        prop_assert!(fair.values().all(|fair| *fair < 0.5), "{fair:?} was never charged");
    }
}

/// The next moment at which a price may be another one: where a month of a payer begins, what
/// is paid for is over, or the trial is. None where nothing is in force any more.
fn next_change(world: &World, trial: Option<Timestamp>) -> Option<Timestamp> {
    let (account, now) = (&world.told.account, world.now);
    let in_force = account.items().map(|(_, item)| item.covers.end).filter(|end| *end > now);
    let first = in_force.min()?;
    let month = match account.payer {
        Payer::Agency { .. } => world.terms.months().next(now),
        Payer::Account { anchor } => crate::domain::period::Months::new(anchor).next(now),
    };
    let trial = trial.filter(|end| *end > now).unwrap_or(month);
    Some(first.min(month).min(trial))
}

/// Adds the exact price of what is in force up to `until`, by what the account has now.
fn add_price(
    world: &World,
    trial: Option<Timestamp>,
    until: Timestamp,
    fair: &mut BTreeMap<(String, String), f64>,
) {
    let (account, now, id) = (&world.told.account, world.now, self::account());
    let terms = world.terms.account(&id);
    let payer = terms.payer_id(account.payer);
    let free = payer == PayerId::Agency && trial.is_some_and(|end| now < end);
    let month = terms.periods(account.payer).at(now);
    for (sold, item) in account.items().filter(|(_, item)| item.covers.end > now && !free) {
        let price = match sold {
            Sold::Plan(plan) => usual().plan(plan).unwrap().monthly,
            Sold::AddOn(add_on) => usual().add_on(add_on).unwrap().monthly,
        };
        let end = until.min(item.covers.end);
        let sum = fair.entry((payer.to_string(), terms.item(sold).place())).or_default();
        *sum += price as f64 * end.since(now) as f64 / month.millis() as f64;
    }
}
