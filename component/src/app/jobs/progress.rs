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

    /// Goes on step by step, until `left` things are done or a few more. Where a step fails
    /// after others, those are done all the same, and the next try begins with it.
    pub fn steps(
        left: u32,
        mut step: impl FnMut() -> Result<Step, Error>,
    ) -> Result<Progress, Error> {
        let mut all: u32 = 0;
        loop {
            let Step { done, then } = match step() {
                Ok(step) => step,
                Err(_) if all > 0 => return Ok(Progress { done: all, more: true }),
                Err(error) => return Err(error),
            };
            all = all.saturating_add(done.max(1));
            match then {
                Then::GoOn if all < left => (),
                Then::GoOn | Then::Follow => return Ok(Progress { done: all, more: true }),
                Then::Stop => return Ok(Progress { done: all, more: false }),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_go_on_until_they_are_enough_end_or_fail() {
        let go_on = || Ok(Step { done: 2, then: Then::GoOn });
        let stop = || Ok(Step { done: 0, then: Then::Stop });
        let follow = || Ok(Step { done: 1, then: Then::Follow });
        type Doing<'s> = &'s dyn Fn() -> Result<Step, Error>;
        let cases: [(&[Doing<'_>], _); 6] = [
            (&[&go_on, &go_on, &go_on], Ok((6, true))),
            (&[&go_on, &stop], Ok((3, false))),
            (&[&follow], Ok((1, true))),
            (&[&go_on, &|| Err(Error::Busy)], Ok((2, true))),
            (&[&|| Err(Error::Busy)], Err(Error::Busy)),
            (&[&|| Err(Error::NotFound("agency".into()))], Err(Error::NotFound("agency".into()))),
        ];
        for (number, (steps, expected)) in cases.into_iter().enumerate() {
            let mut steps = steps.iter();
            let progress = Progress::steps(5, || steps.next().unwrap()());
            let seen = progress.map(|progress| (progress.done, progress.more));
            assert_eq!(format!("{seen:?}"), format!("{expected:?}"), "{number}");
            assert_eq!(steps.len(), 0, "{number}");
        }
    }
}
