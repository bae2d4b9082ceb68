//! What white-label of a number of brands costs.

use serde::{Deserialize, Serialize};

use crate::domain::period::Interval;

/// What white-label costs. Prices are minor units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhiteLabelPrices {
    /// One brand for a month, on monthly billing.
    pub monthly: u64,
    /// One brand for a year, on annual billing.
    pub annual: u64,
    /// How tiers are applied.
    pub mode: TierMode,
    /// Other prices for larger numbers of brands, with growing numbers.
    pub tiers: Vec<BrandTier>,
}

/// What a brand costs from so many brands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrandTier {
    /// From this number on.
    pub from_brands: u32,
    /// One brand for a month, on monthly billing.
    pub monthly: u64,
    /// One brand for a year, on annual billing.
    pub annual: u64,
}

/// How tiers are applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TierMode {
    /// All brands cost what the tier of their number says.
    Volume,
    /// The first brands cost what the first tier says, the next what the next one says.
    Graduated,
}

impl WhiteLabelPrices {
    /// What the tier of the `nth` brand says, counted from 1, for one period.
    pub fn nth(&self, nth: u32, interval: Interval) -> u64 {
        let reached = self.tiers.iter().take_while(|tier| tier.from_brands <= nth);
        let (monthly, annual) =
            reached.last().map_or((self.monthly, self.annual), |tier| (tier.monthly, tier.annual));
        match interval {
            Interval::Monthly => monthly,
            Interval::Annual => annual,
        }
    }

    /// What `brands` cost together for one period; none beyond what 64 bits hold.
    pub fn together(&self, brands: u32, interval: Interval) -> Option<u64> {
        match self.mode {
            TierMode::Volume => self.nth(brands, interval).checked_mul(u64::from(brands)),
            TierMode::Graduated => {
                let starts = self.tiers.iter().map(|tier| tier.from_brands);
                let mut left = brands;
                let mut total = 0_u64;
                // From the highest tier down: each takes the brands from its number on.
                for from in starts.rev().chain([1]) {
                    if left >= from {
                        let count = u64::from(left - from) + 1;
                        total = total.checked_add(self.nth(from, interval).checked_mul(count)?)?;
                        left = from.saturating_sub(1);
                    }
                }
                Some(total)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prices(mode: TierMode) -> WhiteLabelPrices {
        let tier = |from_brands, monthly| BrandTier { from_brands, monthly, annual: monthly * 10 };
        WhiteLabelPrices {
            monthly: 4_900,
            annual: 49_200,
            mode,
            tiers: vec![tier(3, 4_500), tier(10, 3_900)],
        }
    }

    #[test]
    fn volume_prices_all_brands_and_graduated_each() {
        let (volume, graduated) = (TierMode::Volume, TierMode::Graduated);
        for (mode, brands, together) in [
            (volume, 0, 0),
            (volume, 1, 4_900),
            (volume, 2, 9_800),
            (volume, 3, 13_500),
            (volume, 10, 39_000),
            (graduated, 0, 0),
            (graduated, 2, 9_800),
            (graduated, 3, 14_300),
            (graduated, 9, 9_800 + 7 * 4_500),
            (graduated, 10, 9_800 + 7 * 4_500 + 3_900),
            (graduated, 12, 9_800 + 7 * 4_500 + 3 * 3_900),
        ] {
            let found = prices(mode).together(brands, Interval::Monthly);
            assert_eq!(found, Some(together), "{mode:?} {brands}");
        }
    }

    #[test]
    fn without_tiers_each_brand_costs_the_same() {
        let prices = WhiteLabelPrices { tiers: Vec::new(), ..prices(TierMode::Graduated) };
        assert_eq!(prices.together(7, Interval::Annual), Some(7 * 49_200));
        assert_eq!(prices.together(u32::MAX, Interval::Monthly), Some(4_900 * u64::from(u32::MAX)));
    }
}
