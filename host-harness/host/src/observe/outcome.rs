//! What became of a call, in a word.

use wasmtime::component::Val;

/// What became of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It was answered.
    Done,
    /// The component refused it, for what was asked: the case of its error.
    Refused(&'static str),
    /// It failed, for reasons of the store or the host: the case of the component's error (`busy`, `unavailable`,
    /// `corrupt`), or why it was stopped (`trap`, `deadline`, `memory`, `host-calls`, `instances`, `contract`).
    Failed(&'static str),
}

/// All outcomes, so that each can be counted in its place.
pub(super) const OUTCOMES: [Outcome; 18] = [
    Outcome::Done,
    Outcome::Refused("invalid"),
    Outcome::Refused("not-found"),
    Outcome::Refused("denied"),
    Outcome::Refused("conflict"),
    Outcome::Refused("exists"),
    Outcome::Refused("expired"),
    Outcome::Refused("limit"),
    OTHER,
    Outcome::Failed("busy"),
    Outcome::Failed("unavailable"),
    Outcome::Failed("corrupt"),
    Outcome::Failed("deadline"),
    Outcome::Failed("memory"),
    Outcome::Failed("host-calls"),
    Outcome::Failed("instances"),
    Outcome::Failed("contract"),
    Outcome::Failed("trap"),
];

/// An error that only another release knows.
const OTHER: Outcome = Outcome::Refused("other");

impl Outcome {
    /// `done`, `refused` or `failed`.
    pub const fn word(self) -> &'static str {
        match self {
            Outcome::Done => "done",
            Outcome::Refused(_) => "refused",
            Outcome::Failed(_) => "failed",
        }
    }

    /// Which error it was; none: there was none.
    pub const fn error(self) -> Option<&'static str> {
        match self {
            Outcome::Done => None,
            Outcome::Refused(error) | Outcome::Failed(error) => Some(error),
        }
    }

    pub(super) fn index(self) -> usize {
        OUTCOMES.iter().position(|outcome| *outcome == self).unwrap_or_default()
    }

    /// The outcome of a call that was answered so.
    pub(crate) fn of_answer(answer: Option<&Val>) -> Outcome {
        let Some(Val::Result(Err(refusal))) = answer else { return Outcome::Done };
        match refusal.as_deref() {
            Some(Val::Variant(case, _) | Val::Enum(case)) => Outcome::of_case(case),
            _ => OTHER,
        }
    }

    /// The outcome that a case of the contract's error is.
    pub(crate) fn of_case(case: &str) -> Outcome {
        let known = OUTCOMES.iter().find(|outcome| outcome.error() == Some(case));
        known.copied().unwrap_or(OTHER)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_error_has_its_word() {
        for (case, word, error) in [
            ("busy", "failed", "busy"),
            ("unavailable", "failed", "unavailable"),
            ("not-found", "refused", "not-found"),
            ("from-tomorrow", "refused", "other"),
            ("", "refused", "other"),
        ] {
            let outcome = Outcome::of_case(case);
            assert_eq!((outcome.word(), outcome.error()), (word, Some(error)));
        }
        for (index, outcome) in OUTCOMES.into_iter().enumerate() {
            assert_eq!(outcome.index(), index);
        }
    }

    #[test]
    fn an_answer_is_done_unless_it_is_an_error() {
        let payload = Some(Box::new(Val::String("client `x`".into())));
        let refused = Val::Result(Err(Some(Box::new(Val::Variant("not-found".into(), payload)))));
        assert_eq!(Outcome::of_answer(Some(&refused)), Outcome::Refused("not-found"));
        assert_eq!(Outcome::of_answer(Some(&Val::Result(Ok(None)))), Outcome::Done);
        assert_eq!(Outcome::of_answer(Some(&Val::U32(7))), Outcome::Done);
        assert_eq!(Outcome::of_answer(None), Outcome::Done);
    }
}
