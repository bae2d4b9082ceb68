//! What holds for one agency besides the catalog: prices of its own, discounts, a trial.
//!
//! Everything says since when it counts, and nothing is forgotten that has begun: what is booked
//! late is booked by what counted then.

use serde::{Deserialize, Serialize};

use super::planned::{AgencyCommand, Command, Planned, fate};
use super::rates::Moment;
use crate::domain::catalog::{BasisPoints, Resources};
use crate::domain::money::{Money, MoneyError};
use crate::domain::period::{Interval, Months};
use crate::domain::settings::is_default;
use crate::domain::text::Name;
use crate::domain::time::Timestamp;

/// What holds for one agency.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AgencyTerms {
    /// Its own prices, the earliest first.
    #[serde(skip_serializing_if = "is_default")]
    pub prices: Vec<AgencyPrice>,
    /// Its discounts, the earliest first.
    #[serde(skip_serializing_if = "is_default")]
    pub discounts: Vec<Discount>,
    /// Its trials, the earliest first.
    #[serde(skip_serializing_if = "is_default")]
    pub trials: Vec<Trial>,
    /// When it was made eligible for the volume discount on plans, and when not any more; the
    /// earliest first.
    #[serde(skip_serializing_if = "is_default")]
    pub volume_discount: Vec<Eligible>,
    /// The taxes that its invoices show.
    #[serde(skip_serializing_if = "is_default")]
    pub taxes: Vec<TaxRate>,
    /// Its address on invoices, in lines.
    #[serde(skip_serializing_if = "is_default")]
    pub billing_address: String,
    /// What the allocations of its accounts come out of.
    #[serde(skip_serializing_if = "is_default")]
    pub pool: Pool,
}

/// What an agency may hand out to its accounts: as much as it likes, unless the platform set less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pool(pub Resources);

impl Default for Pool {
    fn default() -> Pool {
        Pool(Resources::UNLIMITED)
    }
}

/// A price for one agency, in place of the catalog's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgencyPrice {
    /// White-label of a brand for a month; none: what the catalog says.
    pub monthly: Option<u64>,
    /// White-label of a brand for a year; none: what the catalog says.
    pub annual: Option<u64>,
    /// From when on.
    pub since: Timestamp,
    /// Why.
    pub reason: Name,
}

/// A discount for some months.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discount {
    /// What it is called on invoices.
    pub name: Name,
    /// What is taken off.
    pub off: Off,
    /// The first month, counted from 0.
    pub from_month: u32,
    /// For so many months.
    pub months: u32,
}

/// What a discount takes off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Off {
    /// An amount of each month's renewals together, in minor units.
    Amount(u64),
    /// A part of each charge.
    Percent(BasisPoints),
}

/// That an agency gets the volume discount, or doesn't any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Eligible {
    /// From when on.
    pub since: Timestamp,
    /// Whether it does.
    pub on: bool,
}

/// A time in which nothing is charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trial {
    /// It counts for what starts or renews from then on: not for what is booked late.
    pub since: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
}

/// A tax that the platform adds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxRate {
    /// What it is called on invoices.
    pub name: Name,
    /// How much.
    pub rate: BasisPoints,
}

impl Discount {
    /// Whether it counts in a month.
    pub const fn counts_in(&self, month: u32) -> bool {
        self.from_month <= month && month - self.from_month < self.months
    }

    /// How many of its months are left when another one is given.
    fn kept_beside(&self, new: &Discount) -> u32 {
        let stays = |planned, from: u32| {
            let order = (self.is_percent() == new.is_percent()).then(|| new.from_month.cmp(&from));
            fate(planned, Command::Agency(AgencyCommand::discount(order))).is_kept()
        };
        let end = self.from_month.saturating_add(self.months);
        if !stays(Planned::DiscountBegins, self.from_month) {
            0
        } else if !stays(Planned::DiscountEnds, end) {
            new.from_month.saturating_sub(self.from_month)
        } else {
            self.months
        }
    }

    const fn is_percent(&self) -> bool {
        matches!(self.off, Off::Percent(_))
    }
}

impl AgencyTerms {
    /// The agency's own price for a period that is charged at `at`; none: the catalog's.
    pub fn own_price(&self, interval: Interval, at: Timestamp) -> Option<u64> {
        let begun = self.prices.iter().rev().find(|price| price.since <= at)?;
        match interval {
            Interval::Monthly => begun.monthly,
            Interval::Annual => begun.annual,
        }
    }

    /// The end of the trial that counts at `at`, where it is later.
    pub fn trial_after(&self, at: Timestamp) -> Option<Timestamp> {
        self.trial_of(Moment::Start(at))
    }

    /// The end of the trial that counts for a charge, where it is later.
    pub fn trial_of(&self, moment: Moment) -> Option<Timestamp> {
        let begun = self.trials.iter().rev().find(|trial| trial.since <= moment.settled());
        begun.map(|trial| trial.ends_at).filter(|end| *end > moment.at())
    }

    /// When the latest trial ends, or ended; none: there never was one.
    pub fn trial_ends_at(&self) -> Option<Timestamp> {
        self.trials.last().map(|trial| trial.ends_at)
    }

    /// Whether it was eligible for the volume discount at `at`.
    pub fn is_eligible(&self, at: Timestamp) -> bool {
        self.volume_discount
            .iter()
            .rev()
            .find(|eligible| eligible.since <= at)
            .is_some_and(|e| e.on)
    }

    /// Whether the volume discount holds for the month that began at `month`: whoever becomes
    /// eligible at that very moment has it from the next one on, since all that renews goes
    /// first.
    pub fn has_volume_discount(&self, month: Timestamp) -> bool {
        month.minus(1).is_some_and(|before| self.is_eligible(before))
    }

    /// Whether it gets the volume discount from the next month on, where that is another than in the
    /// one that began at `month`.
    pub fn volume_discount_ahead(&self, month: Timestamp) -> Option<bool> {
        let ahead = self.volume_discount.last().is_some_and(|eligible| eligible.on);
        (ahead != self.has_volume_discount(month)).then_some(ahead)
    }

    /// The percentage that is taken off charges of a month.
    pub fn percent_off(&self, month: u32) -> Option<(&Name, BasisPoints)> {
        self.discounts.iter().filter(|discount| discount.counts_in(month)).find_map(|discount| {
            match discount.off {
                Off::Percent(points) => Some((&discount.name, points)),
                Off::Amount(_) => None,
            }
        })
    }

    /// The amount that is taken off the renewals of a month.
    pub fn amount_off(&self, month: u32) -> Option<(&Name, u64)> {
        self.discounts.iter().filter(|discount| discount.counts_in(month)).find_map(|discount| {
            match discount.off {
                Off::Amount(amount) => Some((&discount.name, amount)),
                Off::Percent(_) => None,
            }
        })
    }

    /// Adds a price of its own, in place of those that begin at the same time or later: gives
    /// them. It isn't added where it says what counts then anyway.
    pub fn set_price(&mut self, price: AgencyPrice) -> Vec<AgencyPrice> {
        let stays = |earlier: &AgencyPrice| {
            let command = AgencyCommand::price(price.since.cmp(&earlier.since));
            fate(Planned::Price, Command::Agency(command)).is_kept()
        };
        let kept = self.prices.partition_point(stays);
        let dropped = self.prices.split_off(kept);
        let says_more = match self.prices.last() {
            Some(last) => AgencyPrice { since: price.since, ..last.clone() } != price,
            None => price.monthly.is_some() || price.annual.is_some(),
        };
        self.prices.extend(says_more.then_some(price));
        dropped
    }

    /// Adds a discount, in place of one of the same kind from its first month on. Gives what
    /// earlier ones lose: their months from then on.
    pub fn add_discount(&mut self, discount: Discount) -> Vec<Discount> {
        let mut lost = Vec::new();
        for earlier in &mut self.discounts {
            let kept = earlier.kept_beside(&discount);
            if kept < earlier.months {
                let from_month = earlier.from_month.saturating_add(kept);
                let months = earlier.months - kept;
                lost.push(Discount { from_month, months, ..earlier.clone() });
                earlier.months = kept;
            }
        }
        self.discounts.retain(|earlier| earlier.months > 0);
        self.discounts.push(discount);
        self.discounts.sort_by_key(|discount| discount.from_month);
        lost
    }

    /// Makes it eligible for the volume discount from `now` on, or not any more.
    pub fn set_volume_discount(&mut self, on: bool, now: Timestamp) {
        self.volume_discount.retain(|earlier| earlier.since < now);
        if self.is_eligible(now) != on {
            self.volume_discount.push(Eligible { since: now, on });
        }
    }

    /// Lets its trial end then, for what starts from `now` on. Gives the end that was planned.
    pub fn set_trial(&mut self, ends_at: Timestamp, now: Timestamp) -> Option<Timestamp> {
        let planned = self.trial_after(now).filter(|end| *end != ends_at);
        if self.trial_after(now) != Some(ends_at) {
            self.trials.retain(|earlier| earlier.since < now);
            self.trials.push(Trial { since: now, ends_at });
        }
        planned
    }
}

impl TaxRate {
    /// What it comes to on an amount.
    ///
    /// # Errors
    ///
    /// Never for the amounts of a real bill.
    pub fn on(&self, due: Money) -> Result<Money, MoneyError> {
        due.share(u64::from(self.rate.points()), u64::from(BasisPoints::WHOLE))
    }
}

/// The first month of a discount that begins at `since`: the first that begins then or later.
pub fn first_month(months: Months, since: Timestamp) -> u32 {
    let number = months.number(since);
    if months.start(number) >= since { number } else { number.saturating_add(1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Timestamp {
        Timestamp::from_millis(millis).unwrap()
    }

    fn discount(off: Off, from_month: u32, months: u32) -> Discount {
        Discount { name: Name::parse("Welcome").unwrap(), off, from_month, months }
    }

    #[test]
    fn a_new_discount_takes_the_place_of_one_of_its_kind() {
        let percent = |points| Off::Percent(BasisPoints::new(points).unwrap());
        let mut terms = AgencyTerms::default();
        terms.add_discount(discount(percent(1_000), 0, 6));
        terms.add_discount(discount(Off::Amount(500), 0, 2));
        terms.add_discount(discount(percent(2_000), 3, 1));
        let percents = [Some(1_000), Some(1_000), Some(1_000), Some(2_000), None, None];
        for (month, expected) in (0..).zip(percents) {
            let found = terms.percent_off(month).map(|(_, points)| points.points());
            assert_eq!(found, expected, "month {month}");
        }
        let amounts = (0..3).map(|month| terms.amount_off(month).map(|(_, amount)| amount));
        assert_eq!(amounts.collect::<Vec<_>>(), [Some(500), Some(500), None]);
        terms.add_discount(discount(percent(3_000), 0, 2));
        assert_eq!(terms.discounts.len(), 2, "both percentages made room");
    }

    #[test]
    fn the_last_price_that_has_begun_holds() {
        let mut terms = AgencyTerms::default();
        let price = |monthly, since| AgencyPrice {
            monthly,
            annual: None,
            since: at(since),
            reason: Name::parse("Loyal").unwrap(),
        };
        terms.set_price(price(Some(3_000), 100));
        terms.set_price(price(Some(2_000), 200));
        terms.set_price(price(None, 150));
        for (time, expected) in [(99, None), (100, Some(3_000)), (149, Some(3_000)), (150, None)] {
            assert_eq!(terms.own_price(Interval::Monthly, at(time)), expected, "at {time}");
        }
        assert_eq!(terms.own_price(Interval::Annual, at(120)), None);
    }

    #[test]
    fn what_is_dropped_or_cut_short_is_told() {
        let amount = |from_month, months| discount(Off::Amount(500), from_month, months);
        let mut terms = AgencyTerms::default();
        assert_eq!(terms.add_discount(amount(0, 6)), []);
        assert_eq!(terms.add_discount(amount(8, 2)), []);
        assert_eq!(terms.add_discount(amount(4, 1)), [amount(4, 2), amount(8, 2)]);
        assert_eq!(terms.discounts, [amount(0, 4), amount(4, 1)]);
        let price = |monthly, since| AgencyPrice {
            monthly,
            annual: None,
            since: at(since),
            reason: Name::parse("Loyal").unwrap(),
        };
        assert_eq!(terms.set_price(price(None, 100)), []);
        assert_eq!(terms.prices, [], "it says nothing");
        terms.set_price(price(Some(1), 100));
        terms.set_price(price(Some(1), 150));
        assert_eq!(terms.prices, [price(Some(1), 100)], "it says nothing new");
        terms.set_price(price(Some(2), 200));
        assert_eq!(terms.set_price(price(Some(1), 120)), [price(Some(2), 200)]);
        assert_eq!(terms.prices, [price(Some(1), 100)]);
    }

    #[test]
    fn a_trial_counts_for_what_starts_after_it_was_given() {
        let mut terms = AgencyTerms::default();
        assert_eq!(terms.set_trial(at(100), at(10)), None);
        assert_eq!(terms.set_trial(at(100), at(20)), None);
        assert_eq!(terms.trials.len(), 1, "the same again changes nothing");
        assert_eq!(terms.set_trial(at(60), at(50)), Some(at(100)));
        for (time, expected) in
            [(9, None), (10, Some(100)), (49, Some(100)), (50, Some(60)), (60, None)]
        {
            assert_eq!(terms.trial_after(at(time)), expected.map(at), "at {time}");
        }
        assert_eq!(terms.set_trial(at(300), at(200)), None, "the last one is over");
        assert_eq!(terms.trial_ends_at(), Some(at(300)));
    }

    #[test]
    fn eligibility_changes_at_once_and_once() {
        let mut terms = AgencyTerms::default();
        for (on, time, entries) in
            [(false, 5, 0), (true, 10, 1), (true, 12, 1), (false, 20, 2), (true, 20, 1)]
        {
            terms.set_volume_discount(on, at(time));
            assert_eq!(terms.volume_discount.len(), entries, "{on} at {time}");
            assert_eq!(terms.is_eligible(at(time)), on);
        }
    }

    #[test]
    fn another_volume_discount_is_ahead_until_a_month_begins() {
        let mut terms = AgencyTerms::default();
        assert_eq!(terms.volume_discount_ahead(at(0)), None);
        terms.set_volume_discount(true, at(50));
        for (month, ahead) in [(0, Some(true)), (50, Some(true)), (51, None), (100, None)] {
            assert_eq!(terms.volume_discount_ahead(at(month)), ahead, "month of {month}");
        }
        terms.set_volume_discount(false, at(120));
        assert_eq!(terms.volume_discount_ahead(at(100)), Some(false));
        terms.set_volume_discount(true, at(130));
        assert_eq!(terms.volume_discount_ahead(at(100)), None, "taken back");
    }

    #[test]
    fn eligibility_is_what_was_said_last() {
        let terms = AgencyTerms {
            volume_discount: vec![
                Eligible { since: at(10), on: true },
                Eligible { since: at(20), on: false },
            ],
            ..AgencyTerms::default()
        };
        for (time, expected) in [(9, false), (10, true), (19, true), (20, false)] {
            assert_eq!(terms.is_eligible(at(time)), expected, "at {time}");
        }
    }
}
