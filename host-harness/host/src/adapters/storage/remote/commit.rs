//! A commit with each key once, and in order.

use std::collections::BTreeMap;

use crate::adapters::storage::{Check, Version, Write};

/// A commit in which each key is checked once and written once.
pub(in crate::adapters::storage) struct Commit<'a> {
    /// Which version each key must have.
    pub(in crate::adapters::storage) checks: BTreeMap<&'a str, Option<Version>>,
    /// The new value of each key; none: it is deleted.
    pub(in crate::adapters::storage) writes: BTreeMap<&'a str, Option<&'a str>>,
}

impl<'a> Commit<'a> {
    /// The commit, or the keys of checks that say two things of one key: they can't all hold.
    pub(in crate::adapters::storage) fn of(
        checks: &'a [Check],
        writes: &'a [Write],
    ) -> Result<Self, Vec<String>> {
        let mut checked = BTreeMap::new();
        for check in checks {
            let before = checked.insert(check.key.as_str(), check.version);
            if before.is_some_and(|before| before != check.version) {
                return Err(vec![check.key.clone()]);
            }
        }
        // Of several writes to one key, the last one counts.
        let writes = writes.iter().map(|write| (write.key.as_str(), write.value.as_deref()));
        Ok(Self { checks: checked, writes: writes.collect() })
    }
}
