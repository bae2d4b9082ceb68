//! Bugs that are planted, so that it is known what would be found: as if the component had them, but in
//! front of it or behind it. The product has no code of them.

mod list;
mod ways;

use clientdesk_host::adapters::mail::Message;
use clientdesk_host::adapters::storage::{Check, Write};
use clientdesk_scenario::TargetError;
use serde_json::Value;

pub use list::BUGS;

/// A bug.
#[derive(Debug)]
pub struct Bug {
    /// What it is called.
    pub name: &'static str,
    /// What it breaks, in words.
    pub breaks: &'static str,
    /// How.
    pub way: Way,
}

/// A function, and what it is called with.
pub type Taken = (String, Vec<Value>);

/// How the component would behave.
#[derive(Debug)]
pub enum Way {
    /// It commits something else.
    Commit(fn(&mut Vec<Check>, &mut Vec<Write>)),
    /// It answers something else.
    Answer(fn(&str, &[Value], &mut Value)),
    /// It answers where it should refuse: this instead of such an error.
    Excuse(fn(&str, &[Value], &Value) -> Option<Value>),
    /// It takes a call for another one.
    Call(fn(&str, &[Value]) -> Option<Taken>),
    /// It hands a mail over so many times.
    Mail(fn(&Message) -> u32),
}

impl Bug {
    /// The bug of this name.
    pub fn named(name: &str) -> Option<&'static Bug> {
        BUGS.iter().find(|bug| bug.name == name)
    }

    /// What a commit becomes.
    pub fn spoil_commit(&self, checks: &mut Vec<Check>, writes: &mut Vec<Write>) {
        if let Way::Commit(spoil) = self.way {
            spoil(checks, writes);
        }
    }

    /// What an answer becomes.
    pub fn spoil_answer(
        &self,
        function: &str,
        arguments: &[Value],
        answer: &mut Result<Value, TargetError>,
    ) {
        match (&self.way, &mut *answer) {
            (Way::Answer(spoil), Ok(value)) => spoil(function, arguments, value),
            (Way::Excuse(excuse), Err(TargetError::Refused(error))) => {
                if let Some(value) = excuse(function, arguments, error) {
                    *answer = Ok(value);
                }
            }
            _ => {}
        }
    }

    /// What is called instead.
    pub fn call(&self, function: &str, arguments: &[Value]) -> Option<(String, Vec<Value>)> {
        match self.way {
            Way::Call(other) => other(function, arguments),
            _ => None,
        }
    }

    /// How often a mail is handed over.
    pub fn copies_of(&self, message: &Message) -> u32 {
        match self.way {
            Way::Mail(copies) => copies(message),
            _ => 1,
        }
    }
}
