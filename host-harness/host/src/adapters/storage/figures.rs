//! What a store tells of itself, for whoever watches.

/// What a store tells of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StorageFigures {
    /// What kind of store it is, in a word.
    pub kind: &'static str,
    /// Its numbers.
    pub figures: Vec<StorageFigure>,
}

/// A number of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StorageFigure {
    /// What it is called, in small letters with `_` between words, and with a unit at its end if it has one:
    /// `connections_idle`. One that only grows is named without `_total`.
    pub name: &'static str,
    /// What it is, as a sentence without a full stop.
    pub help: &'static str,
    /// Whether it only grows while the store is open.
    pub grows: bool,
    /// How much.
    pub value: u64,
}

impl StorageFigure {
    /// A number that only grows.
    pub const fn counted(name: &'static str, help: &'static str, value: u64) -> Self {
        Self { name, help, grows: true, value }
    }

    /// A number that goes up and down.
    pub const fn now(name: &'static str, help: &'static str, value: u64) -> Self {
        Self { name, help, grows: false, value }
    }
}

/// A store that tells nothing.
impl Default for StorageFigures {
    fn default() -> Self {
        Self { kind: "own", figures: Vec::new() }
    }
}
