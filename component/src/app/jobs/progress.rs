//! How far a job came.

/// How far a job came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// How many things it did.
    pub done: u32,
    /// Whether there is more of it to do.
    pub more: bool,
}

impl Progress {
    /// It was one thing, and it is done.
    pub const WHOLE: Progress = Progress { done: 1, more: false };

    /// It was one step.
    pub const fn part(more: bool) -> Progress {
        Progress { done: 1, more }
    }
}
