//! Who fell and who rose most.

use serde::{Deserialize, Serialize};

use crate::domain::id::ClientId;
use crate::domain::ranges;

/// How many of each are kept.
pub const MOVERS_MAX: usize = 10;

/// A client whose score changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mover {
    /// Which.
    pub client: ClientId,
    /// The score 7 days before.
    #[serde(deserialize_with = "ranges::read_known_score")]
    pub before: u8,
    /// The score then.
    #[serde(deserialize_with = "ranges::read_known_score")]
    pub after: u8,
}

/// The biggest falls and rises, the biggest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Movers {
    /// Downwards.
    pub falls: Vec<Mover>,
    /// Upwards.
    pub rises: Vec<Mover>,
}

impl Movers {
    /// Looks at one more client.
    pub fn look(&mut self, mover: Mover) {
        let list = match mover.after.cmp(&mover.before) {
            core::cmp::Ordering::Less => &mut self.falls,
            core::cmp::Ordering::Equal => return,
            core::cmp::Ordering::Greater => &mut self.rises,
        };
        let by = |mover: &Mover| mover.before.abs_diff(mover.after);
        let place = list.partition_point(|other| by(other) >= by(&mover));
        if place < MOVERS_MAX {
            list.insert(place, mover);
            list.truncate(MOVERS_MAX);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_biggest_come_first() {
        let mut movers = Movers::default();
        for (number, (before, after)) in
            [(50, 49), (80, 20), (30, 90), (50, 50), (90, 30)].into_iter().enumerate()
        {
            let client = ClientId::from_bytes([u8::try_from(number).unwrap(); 16]);
            movers.look(Mover { client, before, after });
        }
        let shown = |list: &[Mover]| list.iter().map(|m| (m.before, m.after)).collect::<Vec<_>>();
        assert_eq!(shown(&movers.falls), [(80, 20), (90, 30), (50, 49)]);
        assert_eq!(shown(&movers.rises), [(30, 90)]);
        for fall in 0..20 {
            let client = ClientId::from_bytes([9; 16]);
            movers.look(Mover { client, before: 100, after: 90 - fall });
        }
        assert_eq!(movers.falls.len(), MOVERS_MAX);
        assert_eq!(movers.falls[0].after, 20);
        assert_eq!(movers.falls[9].after, 78);
    }
}
