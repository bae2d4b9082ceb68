//! Sets and maps that are filled one by one.

/// A set or a map of `items`; of those with the same key, the last counts.
///
/// For those of the standard library, `collect` sorts first, with a sort that is compiled for each
/// type of items: all of them together would be a twentieth of the component.
pub fn one_by_one<C: Default + Extend<T>, T>(items: impl IntoIterator<Item = T>) -> C {
    let mut all = C::default();
    all.extend(items);
    all
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    #[test]
    fn it_gathers_what_collect_would() {
        for items in [&[][..], &[(1, 'a')], &[(2, 'b'), (1, 'a'), (2, 'c')]] {
            let items = || items.iter().copied();
            let map: BTreeMap<u8, char> = items().collect();
            let set: BTreeSet<(u8, char)> = items().collect();
            assert_eq!((one_by_one(items()), one_by_one(items())), (map, set));
        }
    }
}
