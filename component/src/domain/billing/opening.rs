//! What renews at one moment, taken together: where the price of one item depends on the others.
//!
//! Tiers by the number of brands, an amount off that several items share, and the volume discount
//! on plans need somebody to look at all items before the first of them is renewed. What was
//! found is kept, so that each item's part is the same however late and in whichever order they
//! are booked.

use serde::{Deserialize, Serialize};

use super::BillingError;
use crate::domain::id::BrandId;
use crate::domain::money::{Money, MoneyError};

/// What renews at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// How many brands.
    pub brands: u32,
    /// Where the price of all brands doesn't come out even: the last brand, by id, that pays a
    /// minor unit more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extra_through: Option<BrandId>,
    /// How many plans that the agency pays for run.
    #[serde(default)]
    pub plans: u32,
    /// The amount that is taken off all together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount_off: Option<Split>,
}

/// An amount that several items share, by largest remainder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Split {
    /// How much is shared: no more than `sum`.
    pub amount: u64,
    /// What the items come to.
    pub sum: u64,
    /// The last item that gets a minor unit more, and its remainder: those with a larger one
    /// get it too, and of those with the same one those that come before it.
    pub last_extra: Option<(u64, String)>,
}

impl Opening {
    /// What one of the brands costs, where all together cost `together`.
    ///
    /// # Errors
    ///
    /// When it overflows.
    pub fn brand_share(&self, brand: &BrandId, together: Money) -> Result<Money, MoneyError> {
        let brands = i64::from(self.brands.max(1));
        let extra = self.extra_through.as_ref().is_some_and(|last| brand <= last);
        let amount = together.amount.div_euclid(brands).checked_add(i64::from(extra));
        Ok(Money::new(amount.ok_or(MoneyError::Overflow)?, together.currency))
    }

    /// Which of these brands, in the order of their ids, is the last that pays a minor unit more,
    /// where all together cost `together`.
    pub fn extra_through(brands: &[BrandId], together: Money) -> Option<BrandId> {
        let count = i64::try_from(brands.len()).ok().filter(|count| *count > 0)?;
        let extra = usize::try_from(together.amount.rem_euclid(count)).ok()?;
        brands.get(extra.checked_sub(1)?).cloned()
    }
}

impl Split {
    /// Shares `amount` among items, each with its place in order and what it comes to; never more
    /// than they come to.
    ///
    /// # Errors
    ///
    /// When their sum overflows.
    pub fn new(amount: u64, items: &[(String, u64)]) -> Result<Split, BillingError> {
        let add = |sum: u64, (_, part): &(String, u64)| sum.checked_add(*part);
        let sum = items.iter().try_fold(0_u64, add).ok_or(MoneyError::Overflow)?;
        let amount = amount.min(sum);
        let mut split = Split { amount, sum, last_extra: None };
        let mut remainders = Vec::with_capacity(items.len());
        let mut given = 0_u64;
        for (place, part) in items {
            let (share, remainder) = split.floor(*part);
            given = given.saturating_add(share);
            remainders.push((remainder, place));
        }
        remainders.sort_by(|(a, place), (b, other)| b.cmp(a).then_with(|| place.cmp(other)));
        let extra = usize::try_from(amount.saturating_sub(given)).unwrap_or(usize::MAX);
        let last = extra.checked_sub(1).and_then(|last| remainders.get(last));
        split.last_extra = last.map(|(remainder, place)| (*remainder, (*place).clone()));
        Ok(split)
    }

    /// The share of the item at this place, which comes to `part`.
    ///
    /// # Errors
    ///
    /// Never: a share is no more than the whole.
    pub fn share(&self, place: &str, part: Money) -> Result<Money, MoneyError> {
        let (share, remainder) = self.floor(u64::try_from(part.amount).unwrap_or(0));
        let extra = self.last_extra.as_ref().is_some_and(|(last, last_place)| {
            remainder > *last || (remainder == *last && place <= last_place.as_str())
        });
        Money::of_price(share.saturating_add(u64::from(extra)), part.currency)
    }

    /// An item's share rounded down, and what that leaves.
    fn floor(&self, part: u64) -> (u64, u64) {
        let (product, sum) =
            (u128::from(self.amount) * u128::from(part), u128::from(self.sum.max(1)));
        let narrow = |number: u128| u64::try_from(number).unwrap_or(u64::MAX);
        (narrow(product / sum), narrow(product % sum))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::money::Currency;

    fn usd(amount: i64) -> Money {
        Money::new(amount, Currency::USD)
    }

    fn items(parts: &[u64]) -> Vec<(String, u64)> {
        parts.iter().enumerate().map(|(n, part)| (format!("brand-{n:03}"), *part)).collect()
    }

    fn shares(amount: u64, parts: &[u64]) -> Vec<i64> {
        let items = items(parts);
        let split = Split::new(amount, &items).unwrap();
        let share =
            |(place, part): &(String, u64)| split.share(place, usd(*part as i64)).unwrap().amount;
        items.iter().map(share).collect()
    }

    #[test]
    fn an_amount_is_split_by_largest_remainder() {
        for (amount, parts, expected) in [
            (2_000, vec![4_900, 4_900, 4_900], vec![667, 667, 666]),
            (1_000, vec![3_333, 3_333, 3_333], vec![334, 333, 333]),
            (100, vec![100, 200, 300], vec![17, 33, 50]),
            (10, vec![1, 1, 1], vec![1, 1, 1]),
            (0, vec![5, 5], vec![0, 0]),
            (7, vec![0, 3, 0], vec![0, 3, 0]),
            (5, vec![], vec![]),
        ] {
            assert_eq!(shares(amount, &parts), expected, "{amount} over {parts:?}");
        }
    }

    #[test]
    fn a_price_for_all_is_split_evenly_and_the_first_pay_the_rest() {
        let brands: Vec<BrandId> =
            ["a", "b", "c"].map(|id| BrandId::parse(id).unwrap()).into_iter().collect();
        for (together, expected) in [(300, [100, 100, 100]), (302, [101, 101, 100])] {
            let extra_through = Opening::extra_through(&brands, usd(together));
            let opening = Opening { brands: 3, extra_through, ..Opening::default() };
            let share = |brand| opening.brand_share(brand, usd(together)).unwrap().amount;
            assert_eq!(brands.iter().map(share).collect::<Vec<_>>(), expected);
        }
    }

    proptest! {
        #[test]
        fn shares_add_up_and_none_is_more_than_its_item(
            amount in 0..50_000_u64, parts in prop::collection::vec(0..10_000_u64, 0..20),
        ) {
            let shares = shares(amount, &parts);
            let sum: u64 = parts.iter().sum();
            prop_assert_eq!(shares.iter().sum::<i64>() as u64, amount.min(sum));
            for (share, part) in shares.iter().zip(&parts) {
                prop_assert!(*share as u64 <= *part, "{} of {}", share, part);
            }
        }
    }
}
