//! Whether an agency is at work, and what that admits.
//!
//! The whole table stands printed in `domain/agency/status.txt`.

use serde::{Deserialize, Serialize};

use crate::domain::text::Name;
use crate::domain::time::Timestamp;

/// Whether an agency is at work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It is at work.
    #[default]
    Active,
    /// The platform put it to rest: nobody signs in, and operators only read.
    Suspended,
    /// The platform closed it, for good: as suspended, but that clients can be erased, and nothing is
    /// renewed.
    Closed,
}

/// What the platform does to an agency as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Puts it to rest.
    Suspend,
    /// Lets it work again.
    Resume,
    /// Closes it for good.
    Close,
}

/// What a step comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// It stands so already.
    Same,
    /// It stands so from now on.
    Becomes(Status),
    /// It can't be done any more.
    Refused,
}

/// What somebody wants of an agency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// The platform, anything.
    Platform,
    /// A job: what falls due by itself is written down and booked.
    Job,
    /// An operator looks.
    Read,
    /// An operator changes something.
    Command,
    /// An operator revokes a client, or erases one: people have a right to that, whatever became of
    /// the agency.
    Erase,
    /// An operator who is signed in on an account's behalf, anything.
    OnBehalf,
    /// A client, or somebody who wants to become one, in the portal.
    Portal,
    /// A mail goes out.
    Mail,
}

/// How an agency stands, and since when.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Whether it is at work.
    pub status: Status,
    /// Since when; none: since its creation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// Why, in the platform's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Name>,
    /// Since when it lets clients in again; none: it always did. Sessions from before are over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub let_in_since: Option<Timestamp>,
}

impl Status {
    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Status::Active => "active",
            Status::Suspended => "suspended",
            Status::Closed => "closed",
        }
    }

    /// Whether it lets somebody do this.
    pub const fn admits(self, wish: Wish) -> bool {
        match (self, wish) {
            // What is owed goes on being booked, and everything can be looked at.
            (
                Status::Active | Status::Suspended | Status::Closed,
                Wish::Platform | Wish::Job | Wish::Read,
            ) => true,
            (
                Status::Active,
                Wish::Command | Wish::Erase | Wish::OnBehalf | Wish::Portal | Wish::Mail,
            )
            | (Status::Closed, Wish::Erase) => true,
            // Nothing is lost to whom it is resumed for.
            (Status::Suspended, Wish::Erase) => false,
            (
                Status::Suspended | Status::Closed,
                Wish::Command | Wish::OnBehalf | Wish::Portal | Wish::Mail,
            ) => false,
        }
    }

    /// What a step of the platform comes to.
    pub const fn next(self, step: Step) -> Next {
        match (self, step) {
            (Status::Active, Step::Suspend) => Next::Becomes(Status::Suspended),
            (Status::Active | Status::Suspended, Step::Close) => Next::Becomes(Status::Closed),
            (Status::Suspended, Step::Resume) => Next::Becomes(Status::Active),
            (Status::Active, Step::Resume)
            | (Status::Suspended, Step::Suspend)
            | (Status::Closed, Step::Close) => Next::Same,
            (Status::Closed, Step::Suspend | Step::Resume) => Next::Refused,
        }
    }
}

impl Step {
    /// The function that does it, without its interface.
    pub const fn name(self) -> &'static str {
        match self {
            Step::Suspend => "suspend",
            Step::Resume => "resume",
            Step::Close => "close",
        }
    }
}

impl Standing {
    /// How it stands once it is `status`, from `now` on.
    #[must_use]
    pub fn becomes(&self, status: Status, reason: Name, now: Timestamp) -> Standing {
        let let_in_since = match status {
            Status::Active => Some(now),
            Status::Suspended | Status::Closed => self.let_in_since,
        };
        Standing { status, since: Some(now), reason: Some(reason), let_in_since }
    }

    /// The same for a clock that was ahead and is at `now` again: what became of it since then
    /// happened now.
    #[must_use]
    pub fn not_after(self, now: Timestamp) -> Standing {
        let earliest = |time: Option<Timestamp>| time.map(|time| time.min(now));
        Standing { since: earliest(self.since), let_in_since: earliest(self.let_in_since), ..self }
    }

    /// When it was closed: what runs into a period that begins later isn't renewed. None: it
    /// isn't.
    pub fn closed_at(&self) -> Option<Timestamp> {
        match self.status {
            Status::Active | Status::Suspended => None,
            Status::Closed => self.since,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    const ALL: [Status; 3] = [Status::Active, Status::Suspended, Status::Closed];

    #[test]
    fn the_table_is_what_is_printed() {
        let mut table = String::from(
            "What becomes of an agency when the platform does something to it as a whole, and what\n\
             it lets be done as it stands.\n\n",
        );
        write!(table, "{:<32}", "").unwrap();
        ALL.iter().for_each(|status| write!(table, "{:<11}", status.name()).unwrap());
        for step in [Step::Suspend, Step::Resume, Step::Close] {
            write!(table, "\n{:<32}", step.name()).unwrap();
            for status in ALL {
                let word = match status.next(step) {
                    Next::Same => "as it is",
                    Next::Becomes(next) => next.name(),
                    Next::Refused => "refused",
                };
                write!(table, "{word:<11}").unwrap();
            }
        }
        for (name, wish) in [
            ("the platform's functions", Wish::Platform),
            ("jobs", Wish::Job),
            ("operators look", Wish::Read),
            ("operators change something", Wish::Command),
            ("operators revoke and erase", Wish::Erase),
            ("on an account's behalf", Wish::OnBehalf),
            ("the portal", Wish::Portal),
            ("mails", Wish::Mail),
        ] {
            write!(table, "\n{name:<32}").unwrap();
            for status in ALL {
                write!(table, "{:<11}", if status.admits(wish) { "yes" } else { "no" }).unwrap();
            }
        }
        let lines: Vec<&str> = table.lines().map(str::trim_end).collect();
        let table = lines.join("\n") + "\n";
        assert!(table == include_str!("status.txt"), "status.txt should hold:\n{table}");
    }

    #[test]
    fn an_agency_remembers_since_when_and_why() {
        let at = |millis| Timestamp::from_millis(millis).unwrap();
        let why = |text| Name::parse(text).unwrap();
        let standing = Standing::default();
        let suspended = standing.becomes(Status::Suspended, why("No payment"), at(5));
        assert_eq!((suspended.since, suspended.let_in_since), (Some(at(5)), None));
        assert_eq!(suspended.closed_at(), None);
        let resumed = suspended.becomes(Status::Active, why("Paid"), at(9));
        assert_eq!((resumed.since, resumed.let_in_since), (Some(at(9)), Some(at(9))));
        let closed = resumed.becomes(Status::Closed, why("Gone"), at(12));
        assert_eq!((closed.closed_at(), closed.let_in_since), (Some(at(12)), Some(at(9))));
        for (now, since, let_in_since) in [(13, 12, 9), (12, 12, 9), (10, 10, 9), (3, 3, 3)] {
            let reset = closed.clone().not_after(at(now));
            let expected = (Some(at(since)), Some(at(let_in_since)));
            assert_eq!((reset.closed_at(), reset.let_in_since), expected, "{now}");
        }
    }
}
