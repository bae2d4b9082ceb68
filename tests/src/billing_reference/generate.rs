//! Random histories, each from its seed.

use std::collections::{BTreeMap, BTreeSet};

use crate::billing_reference::calendar::{DAY, date, days_in, midnight, month, month_of};
use crate::billing_reference::history::{
    Catalog, CatalogVersion, Event, History, Interval, Off, Payer, PlanDiscount, Price, Product,
    Proration, Terms, Tier, TierMode, Time, What,
};

/// A generator of numbers (SplitMix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// 0 to `sides` − 1.
    fn roll(&mut self, sides: i64) -> i64 {
        let sides = u64::try_from(sides).unwrap_or(1).max(1);
        i64::try_from(self.next() % sides).unwrap_or(0)
    }

    fn pick<T: Clone>(&mut self, from: &[T], other: T) -> T {
        let place = self.roll(i64::try_from(from.len()).unwrap_or(1));
        let place = usize::try_from(place).unwrap_or(0);
        from.get(place).cloned().unwrap_or(other)
    }
}

/// How an account stands, as far as it matters for what may be done to it.
#[derive(Clone, PartialEq)]
enum Stand {
    Active(Payer),
    Disabled(Payer),
    Deleted,
}

/// One in so many of the moments at which an agency could be closed is one.
const CLOSED_ONCE_IN: i64 = 8;

/// A history of `days` days after the agency's creation. `plain` ones have one catalog by the
/// millisecond, and no terms. Nothing in it would be refused: only active accounts are changed,
/// what they ask for is for sale, and nothing ends before it begins.
pub fn history(seed: u64, days: i64, plain: bool) -> (History, Time) {
    let mut dice = Dice(seed);
    let mut maker = Maker::new(&mut dice, plain);
    let end = maker.history.created + days * DAY;
    maker.now = maker.history.created;
    loop {
        maker.step(&mut dice);
        if maker.now > end {
            return (maker.history, end);
        }
        maker.act(&mut dice);
    }
}

struct Maker {
    history: History,
    now: Time,
    plain: bool,
    accounts: BTreeMap<String, Stand>,
    add_ons: BTreeMap<String, bool>,
    access: BTreeMap<(String, String), Option<Time>>,
    /// From when months count: the agency's, and those of accounts that ever paid themselves.
    anchors: BTreeSet<Time>,
    /// When trials end, also those that got another end.
    trials: Vec<Time>,
}

impl Maker {
    fn new(dice: &mut Dice, plain: bool) -> Self {
        let day = dice.pick(&[1, 15, 28, 29, 30, 31], 1);
        let created = match dice.roll(4) {
            0 => midnight(2028, 2, 29),
            1 => midnight(2027, 12, day) + dice.roll(DAY),
            2 => midnight(2027, 1, day),
            _ => midnight(2026, 1 + dice.roll(12), 1 + dice.roll(28)) + dice.roll(DAY),
        };
        let interval = dice.pick(&[Interval::Monthly, Interval::Annual], Interval::Monthly);
        let mut history = History::new(created, interval);
        let first = catalog(dice, plain);
        history.catalogs = vec![CatalogVersion { since: 0, catalog: first }];
        Self {
            history,
            now: created,
            plain,
            accounts: BTreeMap::new(),
            add_ons: BTreeMap::new(),
            access: BTreeMap::new(),
            anchors: BTreeSet::from([created]),
            trials: Vec::new(),
        }
    }

    /// Time goes on: not at all, by a millisecond, to a boundary or around it, to the last days
    /// of a month, by up to two weeks, or months.
    fn step(&mut self, dice: &mut Dice) {
        self.now = match dice.roll(12) {
            0 | 1 => self.now,
            2 => self.now + 1,
            3 => self.boundary(dice),
            4 => self.boundary(dice) - 1,
            5 => self.boundary(dice) + 1,
            6 => self.now + dice.roll(DAY),
            7 => self.end_of_month(dice),
            8 if dice.roll(4) == 0 => self.now + dice.roll(150 * DAY),
            _ => self.now + dice.roll(14 * DAY),
        }
        .max(self.now);
    }

    /// The next time at which something may be due: a month of a payer begins, a trial ends, or
    /// somebody's access does.
    fn boundary(&self, dice: &mut Dice) -> Time {
        let months = self.anchors.iter().filter_map(|anchor| {
            month_of(*anchor, self.now).map(|number| month(*anchor, number + 1))
        });
        let months: Vec<Time> = months.collect();
        let later = |time: &Time| *time > self.now;
        let trials: Vec<Time> = self.trials.iter().copied().filter(later).collect();
        let ends: Vec<Time> =
            self.access.values().filter_map(|until| *until).filter(later).collect();
        let next = |times: &[Time]| times.iter().min().copied();
        let found = match dice.roll(5) {
            0 => next(&trials),
            1 => next(&ends),
            2 => next(&months),
            _ => None,
        };
        found.unwrap_or_else(|| dice.pick(&months, self.now))
    }

    /// One of the last three days of a month, at midnight or at the agency's time of day.
    fn end_of_month(&self, dice: &mut Dice) -> Time {
        let (year, of_year, _) = date(self.now + dice.roll(40) * DAY);
        let day = midnight(year, of_year, days_in(year, of_year) - dice.roll(3));
        day + dice.roll(2) * self.history.created.rem_euclid(DAY)
    }

    fn push(&mut self, what: What) {
        self.history.events.push(Event { at: self.now, what });
    }

    fn act(&mut self, dice: &mut Dice) {
        if self.history.closed().is_some() {
            return self.act_on_closed(dice);
        }
        match dice.roll(26) {
            0..4 => self.give_access(dice),
            4..7 => self.end_access(dice),
            7..20 => self.change_account(dice),
            20 => {
                let asked = dice.pick(&[Interval::Monthly, Interval::Annual], Interval::Annual);
                self.push(What::SetInterval(asked));
            }
            21 => self.adjust(dice),
            22 if !self.plain => self.set_catalog(dice),
            23 if !self.plain && dice.roll(CLOSED_ONCE_IN) == 0 => self.push(What::Close),
            _ if !self.plain => self.set_terms(dice),
            _ => {}
        }
    }

    /// What is still done once the agency is closed.
    fn act_on_closed(&mut self, dice: &mut Dice) {
        match dice.roll(8) {
            0 => self.adjust(dice),
            1 => self.set_catalog(dice),
            2 => self.set_terms(dice),
            3 | 4 => self.end_access(dice),
            _ => {}
        }
    }

    fn adjust(&mut self, dice: &mut Dice) {
        let amount = dice.roll(20_001) - 10_000;
        let effective_at = self.now - dice.roll(2) * dice.roll(self.now - self.history.created + 1);
        let note = format!("note {}", self.history.events.len());
        let payer = self.a_payer(dice);
        self.push(What::Adjust { payer, amount, note, effective_at });
    }

    fn give_access(&mut self, dice: &mut Dice) {
        let client = format!("client-{}", dice.roll(5));
        let mut brands: Vec<String> =
            (0..6).filter(|_| dice.roll(3) == 0).map(|brand| format!("brand-{brand}")).collect();
        if brands.is_empty() {
            brands.push("brand-0".to_owned());
        }
        let until = match dice.roll(5) {
            0 => None,
            1 => (0..).map(|k| month(self.history.created, k)).find(|t| *t > self.now),
            2 => Some(self.now + 1),
            _ => Some(self.now + 1 + dice.roll(60 * DAY)),
        };
        for brand in &brands {
            self.access.insert((client.clone(), brand.clone()), until);
        }
        let accepted = dice.roll(2) == 0;
        self.push(What::Access { client, brands, until, accepted });
    }

    fn end_access(&mut self, dice: &mut Dice) {
        self.access.retain(|_, until| until.is_none_or(|until| until > self.now));
        let open: Vec<(String, String)> = self.access.keys().cloned().collect();
        let (client, one) = dice.pick(&open, (String::new(), String::new()));
        if client.is_empty() {
            return;
        }
        let whole = dice.roll(2) == 0;
        let brands: Vec<String> = open
            .into_iter()
            .filter(|(other, brand)| *other == client && (whole || *brand == one))
            .map(|(_, brand)| brand)
            .collect();
        for brand in &brands {
            self.access.remove(&(client.clone(), brand.clone()));
        }
        self.push(What::End { client, brands });
    }

    /// The agency, or an account that pays itself.
    fn a_payer(&self, dice: &mut Dice) -> Payer {
        let itself = |stand: &Stand| match stand {
            Stand::Active(payer @ Payer::Account(_)) => Some(payer.clone()),
            _ => None,
        };
        let own: Vec<Payer> = self.accounts.values().filter_map(itself).collect();
        if dice.roll(2) == 0 { Payer::Agency } else { dice.pick(&own, Payer::Agency) }
    }

    /// The id of something that is for sale.
    fn for_sale(&self, dice: &mut Dice, list: fn(&Catalog) -> &Vec<Product>) -> String {
        let latest = self.history.catalogs.last();
        let products = latest.map(|version| list(&version.catalog).clone()).unwrap_or_default();
        dice.pick(&products, Product { id: String::new(), monthly: 0 }).id
    }

    fn change_account(&mut self, dice: &mut Dice) {
        let account = format!("account-{}", dice.roll(6));
        match self.accounts.get(&account).cloned() {
            None => {
                let plan = self.for_sale(dice, |catalog| &catalog.plans);
                let itself = dice.roll(4) == 0;
                let payer = if itself { self.itself(&account) } else { Payer::Agency };
                self.accounts.insert(account.clone(), Stand::Active(payer.clone()));
                self.push(What::Activate { account, plan, payer });
            }
            Some(Stand::Active(payer)) => self.change_active(dice, account, payer),
            Some(Stand::Disabled(payer)) => match dice.roll(8) {
                0 => {
                    self.accounts.insert(account.clone(), Stand::Deleted);
                    self.push(What::Delete(account));
                }
                1 => self.push(What::Disable(account)),
                _ => {
                    self.accounts.insert(account.clone(), Stand::Active(payer));
                    self.push(What::Resume(account));
                }
            },
            Some(Stand::Deleted) => {}
        }
    }

    /// An account that pays itself from now on.
    fn itself(&mut self, account: &str) -> Payer {
        self.anchors.insert(self.now);
        Payer::Account(account.to_owned())
    }

    fn change_active(&mut self, dice: &mut Dice, account: String, payer: Payer) {
        match dice.roll(13) {
            0..4 => {
                let plan = self.for_sale(dice, |catalog| &catalog.plans);
                self.push(What::ChangePlan { account, plan });
            }
            4..8 => self.change_add_ons(dice, account),
            8 | 9 => {
                // What was to go isn't taken along, so it can be added again.
                let (payer, plan) = if payer == Payer::Agency {
                    let plan = self.for_sale(dice, |catalog| &catalog.plans);
                    (self.itself(&account), Some(plan))
                } else {
                    (Payer::Agency, None)
                };
                self.accounts.insert(account.clone(), Stand::Active(payer.clone()));
                self.push(What::Switch { account, payer, plan });
            }
            10 if dice.roll(3) == 0 => {
                self.accounts.insert(account.clone(), Stand::Deleted);
                self.push(What::Delete(account));
            }
            _ => {
                self.accounts.insert(account.clone(), Stand::Disabled(payer));
                self.push(What::Disable(account));
            }
        }
    }

    /// An add-on that it doesn't have, or that is to go, is added; another one goes, or is asked
    /// for once more, which changes nothing.
    fn change_add_ons(&mut self, dice: &mut Dice, account: String) {
        let add_on = self.for_sale(dice, |catalog| &catalog.add_ons);
        if add_on.is_empty() {
            return;
        }
        let has = self.add_ons.entry(format!("{account} {add_on}")).or_default();
        let again = *has && dice.roll(6) == 0;
        *has = !*has || again;
        let what = if *has {
            What::AddAddOn { account, add_on }
        } else {
            What::RemoveAddOn { account, add_on }
        };
        self.push(what);
    }

    /// Never in one millisecond with what was done before: prices count by time alone.
    fn set_catalog(&mut self, dice: &mut Dice) {
        self.now += 1;
        let mut next = catalog(dice, false);
        leave_out(dice, &mut next.plans);
        leave_out(dice, &mut next.add_ons);
        if let Some(first) = self.history.catalogs.first() {
            next.starts_at_acceptance = first.catalog.starts_at_acceptance;
        }
        self.history.catalogs.push(CatalogVersion { since: self.now, catalog: next });
    }

    fn set_terms(&mut self, dice: &mut Dice) {
        let later = self.now + dice.roll(2) * dice.roll(90 * DAY);
        let terms = match dice.roll(6) {
            0 => Terms::Price {
                monthly: (dice.roll(3) > 0).then(|| dice.roll(6000)),
                annual: (dice.roll(3) > 0).then(|| dice.roll(60_000)),
                since: later,
            },
            1 | 2 => Terms::Discount {
                name: format!("discount {}", self.history.events.len()),
                off: if dice.roll(2) == 0 {
                    Off::Amount(1 + dice.roll(9000))
                } else {
                    Off::BasisPoints(u32::try_from(1 + dice.roll(10_000)).unwrap_or(1))
                },
                since: later,
                months: u32::try_from(1 + dice.roll(6)).unwrap_or(1),
            },
            3 if dice.roll(3) == 0 => Terms::Trial(self.boundary(dice)),
            3 => Terms::Trial(later + 1),
            4 => Terms::VolumeDiscount(dice.roll(4) > 0),
            _ => Terms::Taxes(vec![1900, 50]),
        };
        if let Terms::Trial(end) = terms {
            self.trials.push(end);
        }
        self.push(What::Terms(terms));
    }
}

/// Some versions of the catalog don't sell one of these, but always another.
fn leave_out(dice: &mut Dice, products: &mut Vec<Product>) {
    let place = dice.roll(12);
    if let Ok(place) = usize::try_from(place)
        && place < products.len()
        && products.len() > 1
    {
        products.remove(place);
    }
}

fn catalog(dice: &mut Dice, plain: bool) -> Catalog {
    let products = |dice: &mut Dice, name: &str, number: i64| -> Vec<Product> {
        let ids = (0..number).map(|place| format!("{name}-{place}"));
        ids.map(|id| Product { id, monthly: dice.roll(10) * 999 }).collect()
    };
    let mut all = Catalog {
        plans: products(dice, "plan", 4),
        add_ons: products(dice, "add-on", 2),
        ..Catalog::default()
    };
    all.starts_at_acceptance = dice.roll(4) == 0;
    if plain {
        return all;
    }
    let all_ways = [Proration::Millisecond, Proration::Day, Proration::None];
    all.proration = dice.pick(&all_ways, Proration::Day);
    all.mode = dice.pick(&[TierMode::Volume, TierMode::Graduated], TierMode::Volume);
    let costs = dice.roll(8).min(1);
    all.white_label = Price { monthly: costs * dice.roll(9900), annual: costs * dice.roll(99_000) };
    if dice.roll(2) == 0 {
        let price = |dice: &mut Dice| Price { monthly: dice.roll(5000), annual: dice.roll(50_000) };
        all.tiers = vec![
            Tier { from_brands: 2, price: price(dice) },
            Tier { from_brands: 4, price: price(dice) },
        ];
    }
    let basis_points = u32::try_from(dice.roll(4000)).unwrap_or(0);
    let from_plans = u32::try_from(1 + dice.roll(3)).unwrap_or(1);
    all.plan_discounts = vec![
        PlanDiscount { from_plans, basis_points: 1000 },
        PlanDiscount { from_plans: from_plans + 2, basis_points },
    ];
    all
}
