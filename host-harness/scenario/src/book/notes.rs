//! What is noted of a story while it runs.

use clientdesk_host::adapters::mail::Message;

use super::words;
use crate::file::Step;
use crate::report::{Seen, Watcher};
use crate::target::TargetError;

/// A story's steps as they happened, those of a step with cases together.
#[derive(Default)]
pub(super) struct Notes {
    pub(super) steps: Vec<StepNote>,
}

/// A step of the file, and what came of it each time.
pub(super) struct StepNote {
    pub(super) file: String,
    line: usize,
    pub(super) part: Option<String>,
    pub(super) say: Option<String>,
    /// How often it is repeated; once, if it isn't.
    pub(super) times: u64,
    /// Whether it is tried with each of its storage calls failing.
    pub(super) rehearsed: bool,
    pub(super) cases: Vec<CaseNote>,
}

/// What came of a step once.
pub(super) struct CaseNote {
    pub(super) now: u64,
    /// What the case says of itself.
    pub(super) say: Option<String>,
    /// Why it was refused.
    pub(super) refusal: Option<String>,
    /// What went out. A mail that the host doesn't take is none.
    pub(super) mails: Vec<MailNote>,
}

/// A mail that went out.
pub(super) struct MailNote {
    pub(super) to: String,
    pub(super) subject: String,
}

impl Watcher for Notes {
    fn saw(&mut self, seen: &Seen<'_>) {
        let called = seen.called.as_ref();
        if called.is_some_and(|called| called.rehearsal) {
            return;
        }
        let case = CaseNote {
            now: seen.now,
            say: seen.step.case.clone(),
            refusal: called.and_then(|called| match called.answer {
                Err(TargetError::Refused(error)) => Some(words::refusal(error)),
                Err(TargetError::Broken(_)) | Ok(_) => None,
            }),
            mails: called.into_iter().flat_map(|called| called.mails).map(mail).collect(),
        };
        self.step_of(&seen.scenario.file, seen.step).cases.push(case);
    }
}

impl Notes {
    /// The note that this time of the step belongs to.
    fn step_of(&mut self, file: &str, step: &Step) -> &mut StepNote {
        let same = |last: &StepNote| last.file == file && last.line == step.line;
        let last = match self.steps.pop() {
            Some(last) if same(&last) => last,
            other => {
                self.steps.extend(other);
                StepNote {
                    file: file.to_owned(),
                    line: step.line,
                    part: step.part.clone(),
                    say: step.say.clone(),
                    times: step.times,
                    rehearsed: step.each_storage_failure,
                    cases: Vec::new(),
                }
            }
        };
        self.steps.push_mut(last)
    }
}

fn mail(message: &Message) -> MailNote {
    MailNote { to: message.to.clone(), subject: message.subject.clone() }
}
