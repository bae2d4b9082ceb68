//! What the platform changes for one agency, and what becomes of what was planned.
//!
//! Whatever is changed counts from now on at the earliest: what has begun stays as it was, since
//! it may not be booked yet.

use serde::Serialize;

use super::agency_terms::{AgencyPrice, AgencyTerms, Discount, Off, Pool, TaxRate, first_month};
use crate::domain::period::Months;
use crate::domain::text::Name;
use crate::domain::time::{DAY, Timestamp};

/// How far ahead a trial may end, in milliseconds.
pub const TRIAL_AHEAD_MAX: u64 = 400 * DAY;

/// What to change. What is none stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TermsChanges {
    /// A price of its own.
    pub price: Option<AgencyPrice>,
    /// A discount.
    pub discount: Option<NewDiscount>,
    /// Until when nothing is charged.
    pub trial_ends_at: Option<Timestamp>,
    /// Whether it gets the volume discount on plans.
    pub volume_discount: Option<bool>,
    /// The taxes on its invoices.
    pub taxes: Option<Vec<TaxRate>>,
    /// Its address on invoices.
    pub billing_address: Option<String>,
    /// What it may hand out to its accounts.
    pub pool: Option<Pool>,
}

/// A discount to give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDiscount {
    /// What it is called on invoices.
    pub name: Name,
    /// What is taken off.
    pub off: Off,
    /// Its first month is the first that begins then or later.
    pub since: Timestamp,
    /// For so many months.
    pub months: u32,
}

/// Something that was planned, and doesn't come, or not for so long.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum Replaced {
    /// A price of its own that would have begun.
    Price {
        /// When.
        since: Timestamp,
        /// Why.
        reason: Name,
    },
    /// A discount, or the rest of it.
    Discount {
        /// What it is called.
        name: Name,
        /// When it would have begun, or gone on.
        since: Timestamp,
        /// When it would have ended.
        until: Timestamp,
    },
    /// A trial's end.
    TrialEnd {
        /// When it would have been.
        at: Timestamp,
    },
}

impl TermsChanges {
    /// Whether they give nothing: what an agency has is taken from it, or cut short.
    pub fn only_take_away(
        &self,
        before: &AgencyTerms,
        replaced: &[Replaced],
        now: Timestamp,
    ) -> bool {
        let has_no_amount = |price: &AgencyPrice| price.monthly.is_none() && price.annual.is_none();
        let ends_one = replaced.iter().any(|lost| matches!(lost, Replaced::Discount { .. }));
        let trial = before.trial_after(now);
        self.price.as_ref().is_none_or(has_no_amount)
            && (self.discount.is_none() || ends_one)
            && self.trial_ends_at.is_none_or(|end| trial.is_some_and(|planned| end < planned))
            && self.volume_discount != Some(true)
            && self.taxes.iter().flatten().all(|tax| before.taxes.contains(tax))
            && self.billing_address.as_ref().is_none_or(String::is_empty)
            && self.pool.is_none_or(|Pool(pool)| pool.or_more(before.pool.0) == before.pool.0)
    }
}

impl AgencyTerms {
    /// The terms after these changes, and what was planned before and isn't any more.
    pub fn with(
        &self,
        changes: &TermsChanges,
        months: Months,
        now: Timestamp,
    ) -> (AgencyTerms, Vec<Replaced>) {
        let mut after = self.clone();
        let mut replaced = Vec::new();
        let from = if self.renews_at(months, now) { now.plus(1) } else { now };
        if let Some(price) = &changes.price {
            let price = AgencyPrice { since: price.since.max(from), ..price.clone() };
            let dropped = after.set_price(price.clone()).into_iter();
            let dropped = dropped.filter(|dropped| *dropped != price && dropped.since > now);
            replaced.extend(
                dropped.map(|AgencyPrice { since, reason, .. }| Replaced::Price { since, reason }),
            );
        }
        if let Some(NewDiscount { name, off, since, months: count }) = &changes.discount {
            let from_month = first_month(months, from.max(*since));
            let new = Discount { name: name.clone(), off: *off, from_month, months: *count };
            if !after.discounts.contains(&new) {
                replaced.extend(after.add_discount(new).into_iter().map(|lost| {
                    let end = lost.from_month.saturating_add(lost.months);
                    let (since, until) = (months.start(lost.from_month), months.start(end));
                    Replaced::Discount { name: lost.name, since, until }
                }));
            }
        }
        if let Some(ends_at) = changes.trial_ends_at {
            let planned = after.set_trial(ends_at, now);
            replaced.extend(planned.map(|at| Replaced::TrialEnd { at }));
        }
        if let Some(on) = changes.volume_discount {
            after.set_volume_discount(on, now);
        }
        if let Some(taxes) = &changes.taxes {
            after.taxes.clone_from(taxes);
        }
        if let Some(address) = &changes.billing_address {
            after.billing_address.clone_from(address);
        }
        after.pool = changes.pool.unwrap_or(after.pool);
        (after, replaced)
    }

    /// Whether something of the agency may renew at `now`. Prices and discounts that are set in that
    /// very millisecond begin after it: the job or a command may have booked it by then.
    fn renews_at(&self, months: Months, now: Timestamp) -> bool {
        let month_begins = months.begins_at(now) && months.number(now) > 0;
        month_begins || self.trials.iter().any(|trial| trial.ends_at == now)
    }

    /// The names, in the contract, of what differs from what it was `before`.
    pub fn changed_since(&self, before: &AgencyTerms) -> Vec<&'static str> {
        let differs = [
            ("price", self.prices != before.prices),
            ("discount", self.discounts != before.discounts),
            ("trial-ends-at", self.trials != before.trials),
            ("volume-discount", self.volume_discount != before.volume_discount),
            ("taxes", self.taxes != before.taxes),
            ("billing-address", self.billing_address != before.billing_address),
            ("pool", self.pool != before.pool),
        ];
        differs.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::catalog::{BasisPoints, Resources};

    const NOW: u64 = 40 * DAY;

    fn at(millis: u64) -> Timestamp {
        Timestamp::from_millis(millis).unwrap()
    }

    fn name(text: &str) -> Name {
        Name::parse(text).unwrap()
    }

    fn months() -> Months {
        Months::new(Timestamp::EPOCH)
    }

    fn price(monthly: u64, since: u64) -> TermsChanges {
        let reason = name("Loyal");
        let price = AgencyPrice { monthly: Some(monthly), annual: None, since: at(since), reason };
        TermsChanges { price: Some(price), ..TermsChanges::default() }
    }

    fn discount(off: Off, since: u64, months: u32) -> TermsChanges {
        let discount = NewDiscount { name: name("Welcome"), off, since: at(since), months };
        TermsChanges { discount: Some(discount), ..TermsChanges::default() }
    }

    /// The terms after these changes at [`NOW`], and what the last of them replaced.
    fn after(changes: &[TermsChanges]) -> (AgencyTerms, Vec<Replaced>) {
        let start = (AgencyTerms::default(), Vec::new());
        changes.iter().fold(start, |(terms, _), change| terms.with(change, months(), at(NOW)))
    }

    #[test]
    fn nothing_begins_in_the_past() {
        let (terms, _) = after(&[price(1, 0), discount(Off::Amount(5), 0, 2)]);
        assert_eq!(terms.prices[0].since, at(NOW));
        // 10 February 1970: its first month is March.
        assert_eq!(terms.discounts[0].from_month, 2);
    }

    #[test]
    fn what_is_set_as_a_month_begins_counts_after_what_renews_then() {
        let percent = Off::Percent(BasisPoints::new(1_000).unwrap());
        let month = |number| months().start(number);
        let trial = TermsChanges { trial_ends_at: Some(at(NOW)), ..TermsChanges::default() };
        let on_trial = AgencyTerms::default().with(&trial, months(), at(NOW - 1)).0;
        let none = AgencyTerms::default();
        for (terms, now, since, price_since, first) in [
            // Nothing renews as the agency begins.
            (&none, month(0), at(0), month(0), 0),
            (&none, month(1), at(0), month(1).plus(1), 2),
            (&none, month(1), month(1), month(1).plus(1), 2),
            (&none, month(1), month(2), month(2), 2),
            (&none, month(1).plus(1), at(0), month(1).plus(1), 2),
            (&none, month(1).minus(1).unwrap(), month(1), month(1), 1),
            (&none, at(NOW), at(0), at(NOW), 2),
            (&on_trial, at(NOW), at(0), at(NOW + 1), 2),
        ] {
            let price = terms.with(&price(1, since.millis()), months(), now).0;
            assert_eq!(price.prices[0].since, price_since, "price at {now:?}, {since:?}");
            let discount = terms.with(&discount(percent, since.millis(), 1), months(), now).0;
            assert_eq!(discount.discounts[0].from_month, first, "at {now:?}, {since:?}");
        }
    }

    #[test]
    fn what_was_planned_and_goes_is_told() {
        let percent = Off::Percent(BasisPoints::new(1_000).unwrap());
        let later = NOW + 100 * DAY;
        let lost = |from, until| {
            let (since, until) = (months().start(from), months().start(until));
            vec![Replaced::Discount { name: name("Welcome"), since, until }]
        };
        let trial =
            |ends_at| TermsChanges { trial_ends_at: Some(at(ends_at)), ..TermsChanges::default() };
        for (changes, replaced) in [
            (vec![price(1, later), price(2, later + 1)], vec![]),
            (
                vec![price(1, later), price(2, later)],
                vec![Replaced::Price { since: at(later), reason: name("Loyal") }],
            ),
            (vec![price(1, later), price(1, later)], vec![]),
            (vec![price(1, NOW), price(2, NOW)], vec![]),
            (vec![discount(percent, NOW, 6), discount(percent, NOW, 6)], vec![]),
            (vec![discount(percent, NOW, 6), discount(Off::Amount(1), NOW, 6)], vec![]),
            (vec![discount(percent, NOW, 6), discount(percent, NOW, 2)], lost(2, 8)),
            (vec![discount(percent, NOW, 6), discount(percent, later, 1)], lost(5, 8)),
            (vec![discount(percent, NOW, 1), discount(percent, later, 1)], vec![]),
            (vec![trial(later), trial(later)], vec![]),
            (vec![trial(later), trial(later + 1)], vec![Replaced::TrialEnd { at: at(later) }]),
        ] {
            assert_eq!(after(&changes).1, replaced, "{changes:?}");
        }
    }

    #[test]
    fn changes_are_named_as_the_contract_names_them() {
        let all = TermsChanges {
            trial_ends_at: Some(at(NOW + DAY)),
            volume_discount: Some(true),
            taxes: Some(vec![TaxRate {
                name: name("VAT"),
                rate: BasisPoints::new(1_900).unwrap(),
            }]),
            billing_address: Some("Weg 1".to_owned()),
            pool: Some(Pool(Resources::NONE)),
            ..discount(Off::Amount(1), NOW, 1)
        };
        let all = TermsChanges { price: price(1, NOW).price, ..all };
        let (terms, _) = after(core::slice::from_ref(&all));
        let changed = terms.changed_since(&AgencyTerms::default());
        let names = [
            "price",
            "discount",
            "trial-ends-at",
            "volume-discount",
            "taxes",
            "billing-address",
            "pool",
        ];
        assert_eq!(changed, names);
        let (again, replaced) = terms.with(&all, months(), at(NOW));
        assert_eq!((again.changed_since(&terms), replaced), (vec![], vec![]));
        let none = TermsChanges { volume_discount: Some(false), ..TermsChanges::default() };
        assert_eq!(after(&[none]).0, AgencyTerms::default());
    }
}
