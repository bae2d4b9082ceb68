//! Lists in pages, by what they are sorted by.

use serde::Deserialize;

use crate::caller::Caller;
use crate::problem::Problem;

/// How many are on a page that asks for no number.
const USUAL: u32 = 50;
/// How many are on a page at most.
const MOST: u32 = 500;

/// The page that is asked for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    pub(crate) limit: Option<u32>,
    pub(crate) cursor: Option<String>,
}

/// The ids of damaged rows, for whom they are of use: whose they are can't be known, so it is the platform alone.
pub(crate) fn damaged(caller: &Caller, ids: Vec<String>) -> Vec<String> {
    if caller.tenant().is_none() { ids } else { Vec::new() }
}

/// A page of a sorted list, and the cursor behind it; none on the last.
pub(crate) fn page<T>(
    all: Vec<T>,
    order: impl Fn(&T) -> (u64, &str),
    asked: &Asked,
) -> Result<(Vec<T>, Option<String>), Problem> {
    let limit = asked.limit.unwrap_or(USUAL);
    if !(1..=MOST).contains(&limit) {
        return Err(Problem::field("limit", &format!("must be 1 to {MOST}")));
    }
    let behind = asked.cursor.as_deref().map(|cursor| {
        let parts = cursor.split_once('.').and_then(|(at, id)| Some((at.parse().ok()?, id)));
        parts.ok_or_else(|| Problem::field("cursor", "must be the `next` of a page before"))
    });
    let behind: Option<(u64, &str)> = behind.transpose()?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let follows = |one: &T| behind.is_none_or(|behind| order(one) > behind);
    let mut rest = all.into_iter().filter(follows);
    let found: Vec<T> = rest.by_ref().take(limit).collect();
    let next = match (found.last().map(&order), rest.next()) {
        (Some((at, id)), Some(_)) => Some(format!("{at}.{id}")),
        _ => None,
    };
    Ok((found, next))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_have_all_of_a_list_once() {
        let all: Vec<(u64, String)> =
            (0..7).map(|number| (number / 2, format!("id.{number}"))).collect();
        let (mut found, mut cursor) = (Vec::new(), None);
        loop {
            let asked = Asked { limit: Some(2), cursor };
            let (some, next) = page(all.clone(), |(at, id)| (*at, id), &asked).unwrap();
            found.extend(some);
            cursor = next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(found, all);
        for (limit, cursor) in [(Some(0), None), (Some(501), None), (None, Some("x"))] {
            let asked = Asked { limit, cursor: cursor.map(str::to_owned) };
            assert!(page(all.clone(), |(at, id)| (*at, id), &asked).is_err());
        }
    }
}
