//! The versions of the catalog, and which of them counts at a time.

use serde::{Deserialize, Serialize};

use super::{AddOn, Catalog, Plan};
use crate::domain::id::{AddOnId, PlanId};
use crate::domain::time::Timestamp;

/// A version of the catalog.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogVersion {
    /// 0 for the default, then 1, 2, 3 …
    pub version: u32,
    /// When it was set: its prices count from then on.
    pub since: Timestamp,
    /// What it says.
    pub catalog: Catalog,
}

impl Default for CatalogVersion {
    fn default() -> CatalogVersion {
        CatalogVersion { version: 0, since: Timestamp::EPOCH, catalog: Catalog::default() }
    }
}

/// Versions that follow one another, up to the latest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceBook {
    latest: CatalogVersion,
    /// Older ones, the oldest first; as far back as anybody needed them.
    earlier: Vec<CatalogVersion>,
}

impl PriceBook {
    /// That of which only the latest version is known.
    pub const fn new(latest: CatalogVersion) -> PriceBook {
        PriceBook { latest, earlier: Vec::new() }
    }

    /// The same with all versions before the latest, the oldest first.
    #[must_use]
    pub fn with_earlier(self, earlier: Vec<CatalogVersion>) -> PriceBook {
        PriceBook { earlier, ..self }
    }

    /// The latest version.
    pub const fn latest(&self) -> &CatalogVersion {
        &self.latest
    }

    /// Whether the versions are known that count at `time`, also for what renews then.
    pub fn reaches(&self, time: Timestamp) -> bool {
        self.latest.since < time || self.latest.version == 0 || !self.earlier.is_empty()
    }

    /// The version that counts at `time`: the last that was set by then.
    ///
    /// Those of another currency than the latest were there before any agency, and count for
    /// none: hosts whose clocks differ, or a clock that was turned back, may ask for their time.
    pub fn at(&self, time: Timestamp) -> &CatalogVersion {
        let mut versions = self.by(time).chain(&self.earlier).chain([&self.latest]);
        let currency = self.latest.catalog.currency;
        versions.find(|version| version.catalog.currency == currency).unwrap_or(&self.latest)
    }

    /// The plan with this id as it was last for sale; none where no version that is known had it.
    pub fn last_plan(&self, id: &PlanId) -> Option<&Plan> {
        self.by(Timestamp::MAX).find_map(|version| version.catalog.plan(id))
    }

    /// The add-on with this id as it was last for sale; none where no version that is known had
    /// it.
    pub fn last_add_on(&self, id: &AddOnId) -> Option<&AddOn> {
        self.by(Timestamp::MAX).find_map(|version| version.catalog.add_on(id))
    }

    /// The versions that were set by `time`, the last one first; as far back as they are known.
    pub fn by(&self, time: Timestamp) -> impl Iterator<Item = &CatalogVersion> {
        let all = core::iter::once(&self.latest).chain(self.earlier.iter().rev());
        all.filter(move |version| version.since <= time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Currency;

    fn version(version: u32, since: u64) -> CatalogVersion {
        let since = Timestamp::from_millis(since).unwrap();
        CatalogVersion { version, since, ..CatalogVersion::default() }
    }

    #[test]
    fn the_last_version_that_was_set_by_then_counts() {
        let book =
            PriceBook::new(version(2, 200)).with_earlier(vec![version(0, 0), version(1, 100)]);
        for (time, expected) in [(0, 0), (99, 0), (100, 1), (199, 1), (200, 2), (9_999, 2)] {
            let time = Timestamp::from_millis(time).unwrap();
            assert!(book.reaches(time));
            assert_eq!(book.at(time).version, expected, "{time:?}");
            let versions: Vec<u32> = book.by(time).map(|version| version.version).collect();
            assert_eq!(versions, (0..=expected).rev().collect::<Vec<_>>(), "{time:?}");
        }
    }

    #[test]
    fn versions_of_another_currency_count_for_nobody() {
        let in_euros = |number, since| {
            let catalog =
                Catalog { currency: Currency::parse("EUR").unwrap(), ..Catalog::default() };
            CatalogVersion { catalog, ..version(number, since) }
        };
        let book = PriceBook::new(in_euros(3, 300)).with_earlier(vec![
            version(0, 0),
            version(1, 100),
            in_euros(2, 200),
        ]);
        for (time, expected) in [(0, 2), (199, 2), (200, 2), (299, 2), (300, 3)] {
            let time = Timestamp::from_millis(time).unwrap();
            assert_eq!(book.at(time).version, expected, "{time:?}");
        }
        let alone = PriceBook::new(in_euros(1, 100)).with_earlier(vec![version(0, 0)]);
        assert_eq!(alone.at(Timestamp::EPOCH).version, 1);
    }

    #[test]
    fn it_says_when_earlier_versions_are_needed() {
        let book = PriceBook::new(version(2, 200));
        for (time, reaches) in [(199, false), (200, false), (201, true)] {
            assert_eq!(book.reaches(Timestamp::from_millis(time).unwrap()), reaches);
        }
        assert!(PriceBook::new(CatalogVersion::default()).reaches(Timestamp::EPOCH));
    }
}
