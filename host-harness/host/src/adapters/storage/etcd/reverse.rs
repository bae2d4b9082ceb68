//! The last rows of a range.
//!
//! Asked for them, etcd reads the whole range, sorts it, and throws the rest away. So the range is narrowed down first,
//! by counting what lies in parts of it, for which etcd reads no values.

use super::cause::Failed;
use super::client::Client;
use super::moment::{Moment, most};
use super::wire::{Range, Ranged};
use crate::adapters::storage::remote::Deadline;

/// Into how many parts a range is divided at once.
const PARTS: u64 = 64;

/// How many rows more than are asked for etcd may read.
const SURPLUS: usize = 256;

/// How often a range is divided at most: a key has 512 characters, and each time tells six bits of one.
const ROUNDS: usize = 640;

/// The last rows of the range, from the greatest key down.
pub(super) fn last(
    client: &Client,
    moment: &mut Moment,
    (from, to): (&[u8], &[u8]),
    rows: usize,
    deadline: Deadline,
) -> Result<Ranged, Failed> {
    let narrow = narrowed(client, moment, (from, to), rows, deadline)?;
    let limit = Some(most(rows));
    let range = Range { limit, sort_order: Some("DESCEND"), ..Range::between(&narrow, to) };
    let ranged = moment.read(client, &range, deadline)?;
    // What was left out is there, too.
    let more = ranged.more || (narrow != from && ranged.kvs.len() == rows);
    Ok(Ranged { more, ..ranged })
}

/// From where on there are as many rows as are asked for, and not many more; or from the start.
fn narrowed(
    client: &Client,
    moment: &mut Moment,
    (from, to): (&[u8], &[u8]),
    rows: usize,
    deadline: Deadline,
) -> Result<Vec<u8>, Failed> {
    let enough = rows.saturating_add(SURPLUS);
    let (mut low, mut high) = (from.to_vec(), to.to_vec());
    // What lies from `high` on.
    let mut above = 0;
    for round in 0..ROUNDS {
        let mut bounds = vec![low.clone()];
        // Most ranges are small: the first question is only how small.
        if round > 0 {
            bounds.extend(between(&low, &high));
        }
        let ends = bounds.iter().skip(1).chain([&high]);
        let parts = bounds
            .iter()
            .zip(ends)
            .map(|(from, to)| Range { count_only: true, ..Range::between(from, to) });
        let counts = moment.read_all(client, parts, deadline)?;
        let counts = counts.iter().map(|part| usize::try_from(part.count.0).unwrap_or(0));
        let parts: Vec<(&Vec<u8>, usize)> = bounds.iter().zip(counts).collect();
        let whole: usize = parts.iter().map(|(_, count)| count).sum();
        if above + whole <= enough {
            return Ok(low);
        }
        let mut end = high.clone();
        let mut found = None;
        for (bound, count) in parts.into_iter().rev() {
            if above + count >= rows {
                found = Some((bound.clone(), count));
                break;
            }
            above += count;
            end.clone_from(bound);
        }
        let Some((bound, count)) = found else { return Ok(low) };
        if above + count <= enough || (round > 0 && (&bound, &end) == (&low, &high)) {
            return Ok(bound);
        }
        (low, high) = (bound, end);
    }
    Ok(low)
}

/// Keys that divide the range into parts of about the same width.
fn between(low: &[u8], high: &[u8]) -> Vec<Vec<u8>> {
    let alike = low.iter().zip(high).take_while(|(low, high)| low == high).count();
    let (from, to) = (number(low, alike), number(high, alike));
    let width = to.saturating_sub(from) / PARTS;
    let prefix = high.get(..alike).unwrap_or_default();
    let keys = (1..PARTS).map(|part| {
        let mut key = prefix.to_vec();
        key.extend((from + width * part).to_be_bytes());
        key
    });
    keys.filter(|key| width > 0 && low < key.as_slice() && key.as_slice() < high).collect()
}

/// The eight bytes from there on, as a number.
fn number(key: &[u8], at: usize) -> u64 {
    let mut bytes = [0; 8];
    for (byte, from) in bytes.iter_mut().zip(key.iter().skip(at)) {
        *byte = *from;
    }
    u64::from_be_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_divides_a_range_lies_in_it_and_in_order() {
        let ranges = [("r/a", "r/b"), ("r/", "r/\u{7f}"), ("r/000", "r/001"), ("a", "a!!!!!!!!!!")];
        for (low, high) in ranges {
            let (low, high) = (low.as_bytes(), high.as_bytes());
            let keys = between(low, high);
            assert!(keys.len() > 10, "{low:?} {high:?}: {}", keys.len());
            assert!(keys.is_sorted());
            assert!(keys.iter().all(|key| low < key.as_slice() && key.as_slice() < high));
        }
        assert!(between(b"a", b"a").is_empty());
    }
}
