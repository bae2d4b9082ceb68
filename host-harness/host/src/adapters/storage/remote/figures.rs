//! What a store on a server tells of its connections.

use std::ops::Add;

use crate::adapters::storage::{StorageFigure, StorageFigures};

/// How a store's connections are.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::adapters::storage) struct Connections {
    /// How many there are.
    pub(in crate::adapters::storage) open: usize,
    /// How many of them nobody uses.
    pub(in crate::adapters::storage) idle: usize,
    /// How often one was lost, or was too slow.
    pub(in crate::adapters::storage) lost: u64,
    /// How often it had to be found out what became of a commit.
    pub(in crate::adapters::storage) settled: u64,
    /// Of how many commits that isn't known.
    pub(in crate::adapters::storage) doubtful: usize,
}

/// Those of two pools.
impl Add for Connections {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            open: self.open.saturating_add(other.open),
            idle: self.idle.saturating_add(other.idle),
            lost: self.lost.saturating_add(other.lost),
            settled: self.settled.saturating_add(other.settled),
            doubtful: self.doubtful.saturating_add(other.doubtful),
        }
    }
}

impl Connections {
    /// As figures of a store of this kind.
    pub(in crate::adapters::storage) fn told(self, kind: &'static str) -> StorageFigures {
        let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        let Self { open, idle, lost, settled, doubtful } = self;
        StorageFigures {
            kind,
            figures: vec![
                StorageFigure::now("connections", "Connections to the database", number(open)),
                StorageFigure::now(
                    "connections_idle",
                    "Connections that nobody uses",
                    number(idle),
                ),
                StorageFigure::counted(
                    "connections_lost",
                    "Connections that broke, or were too slow, while they were used",
                    lost,
                ),
                StorageFigure::counted(
                    "commits_settled",
                    "Commits whose answer was lost, so that another connection had to find out what became of them",
                    settled,
                ),
                StorageFigure::now(
                    "commits_in_doubt",
                    "Commits of which it isn't known yet whether they were made",
                    number(doubtful),
                ),
            ],
        }
    }
}
