//! How far a job came.

use crate::app::error::Error;

/// How far a job came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// How many things it did.
    pub done: u32,
    /// Whether there is more of it to do.
    pub more: bool,
}

/// What one commit of a larger job did.
pub struct Step {
    /// How many things; a step that did nothing counts as one.
    pub done: u32,
    /// What is to be done after it.
    pub then: Then,
}

/// What is to be done after a step.
pub enum Then {
    /// More is left.
    GoOn,
    /// All is done, and something else is due at once.
    Follow,
    /// All is done.
    Stop,
}

impl Progress {
    /// It was one thing, and it is done.
    pub const WHOLE: Progress = Progress { done: 1, more: false };

    /// It was one step.
    pub const fn part(more: bool) -> Progress {
        Progress { done: 1, more }
    }

    /// Goes on step by step, until `left` things are done or a few more.
    pub fn steps(
        left: u32,
        mut step: impl FnMut() -> Result<Step, Error>,
    ) -> Result<Progress, Error> {
        let mut all: u32 = 0;
        loop {
            let Step { done, then } = step()?;
            all = all.saturating_add(done.max(1));
            match then {
                Then::GoOn if all < left => (),
                Then::GoOn | Then::Follow => return Ok(Progress { done: all, more: true }),
                Then::Stop => return Ok(Progress { done: all, more: false }),
            }
        }
    }
}
