//! What is looked at in lines that arrive, before anything is written.

use serde_json::value::RawValue;

use super::follow::{Following, Whereto};
use super::kinds::{DUE, DueMoves, Kind, LOGIN, Moves, due_moves, logins_stage, taken_along};
use super::ticket::Ticket;
use crate::app::error::{Error, visible};
use crate::app::record::{self, SCHEMA};
use crate::domain::account::Account;
use crate::domain::agency::Agency;
use crate::domain::brand::Brand;
use crate::domain::catalog::Catalog;
use crate::domain::client::Client;
use crate::domain::due::{Due, DueEntry};
use crate::domain::id::AgencyId;
use crate::domain::identity::Identity;
use crate::domain::mail::OutboxMail;
use crate::domain::moving::{Header, Line, Progress, Row};
use crate::domain::time::Timestamp;

/// A line that is as it should be.
pub enum Parsed {
    /// What the file is.
    Header(Header),
    /// A row to write where it belongs.
    Row {
        /// Its kind.
        kind: &'static Kind,
        /// Which one.
        id: String,
        /// Its value.
        value: String,
        /// What follows from it.
        follows: Following,
    },
    /// A login.
    Login {
        /// It.
        identity: Box<Identity>,
        /// Its value.
        value: String,
    },
    /// Something late.
    Due(DueEntry),
    /// The end.
    Footer,
}

/// The most rows of a file that one call takes.
const LINES_MAX: usize = 500;

/// Refuses more lines than a call takes.
pub fn check_count(lines: &[String]) -> Result<(), Error> {
    if lines.len() <= LINES_MAX {
        return Ok(());
    }
    let message = format!("must be {LINES_MAX} at most, are {}", lines.len());
    Err(Error::invalid("lines", "out-of-range", message))
}

/// How much is said of what is wrong with a line: a damaged one may be as long as a book.
const TOLD_CHARS_MAX: usize = 400;

/// What is wrong with a line.
fn wrong(number: u64, why: impl core::fmt::Display) -> Error {
    let why = visible(why.to_string().chars().take(TOLD_CHARS_MAX));
    Error::invalid("lines", "malformed", format!("line {number}: {why}"))
}

/// Reads the first line.
///
/// # Errors
///
/// When it is none, or what it begins can't be taken here.
pub fn header(text: &str, catalog: &Catalog) -> Result<Header, Error> {
    let line = Line::parse(text).map_err(|why| wrong(1, why))?;
    Progress::default().check(&line).map_err(|why| wrong(1, why))?;
    let Line::Header(header) = line else {
        return Err(wrong(1, "it isn't what a file begins with"));
    };
    if header.schema > SCHEMA {
        return Err(Error::Unavailable(format!(
            "newer-schema: the file has rows of schema {}, this release knows {SCHEMA}: update the component",
            header.schema
        )));
    }
    let differs = if header.currency != catalog.currency {
        Some(("currency", header.currency.code().to_owned()))
    } else if header.white_label_start != catalog.policies.white_label_start {
        let there = serde_json::to_string(&header.white_label_start).map_err(Error::internal)?;
        Some(("policies.white-label-start", there.trim_matches('"').to_owned()))
    } else {
        None
    };
    match differs {
        Some((field, there)) => {
            let message = format!(
                "the agency's ledgers were kept where the catalog's `{field}` was `{there}`, which it isn't here: set the catalog so before, as long as there is no other agency"
            );
            Err(Error::Conflict { state: "in-use", event: "import", message })
        }
        None => Ok(header),
    }
}

impl Ticket {
    /// Reads the next line, and counts it.
    ///
    /// # Errors
    ///
    /// When it isn't one that can come next.
    pub fn take(&mut self, text: &str) -> Result<Parsed, Error> {
        let number = self.progress.lines.saturating_add(1);
        let line = Line::parse(text).map_err(|why| wrong(number, why))?;
        self.progress.check(&line).map_err(|why| wrong(number, why))?;
        let parsed = match line {
            Line::Header(header) => Parsed::Header(header),
            Line::Row(row) => self.row(row).map_err(|why| match why {
                // Also what a newer release wrote: the file is refused, the store is well.
                Error::Corrupt(why) | Error::Unavailable(why) => wrong(number, why),
                Error::Invalid(_) => wrong(number, "no row can be like this"),
                other => other,
            })?,
            Line::Footer(_) if self.stage < 1 => {
                return Err(wrong(number, "there is no agency before the end"));
            }
            Line::Footer(_) => {
                self.progress.complete = true;
                Parsed::Footer
            }
        };
        self.progress.count(text);
        Ok(parsed)
    }

    fn row(&mut self, row: Row) -> Result<Parsed, Error> {
        let Row { kind: word, id, row } = row;
        let before = (self.stage, self.last.clone());
        let (parsed, place) = match word.as_str() {
            LOGIN => (self.login(&id, row)?, (logins_stage(), String::new())),
            DUE => (Parsed::Due(self.due(&id)?), (logins_stage() + 1, String::new())),
            word => {
                let (stage, kind) = taken_along(word)
                    .ok_or_else(|| bad("this release knows no such kind of row"))?;
                let value = String::from(Box::<str>::from(row));
                check(&self.header.agency, kind, &id, &value)?;
                let whereto =
                    Whereto { agency: &self.agency, exported_at: self.header.exported_at };
                let follows = whereto.following(kind.word, &id, &value)?;
                let place = (stage, id.clone());
                (Parsed::Row { kind, id, value, follows }, place)
            }
        };
        let first = self.progress.lines == 1;
        // The agency's own two come first, and each row once.
        let follows = match (first, self.progress.lines) {
            (true, _) => place.0 == 0,
            (false, 2) => place.0 == 1,
            _ if place.0 >= logins_stage() => place.0 >= before.0,
            _ => place > before,
        };
        if !follows {
            return Err(bad("it doesn't come here: lines were swapped, left out, or come twice"));
        }
        (self.stage, self.last) = place;
        Ok(parsed)
    }

    fn login(&self, id: &str, row: Box<RawValue>) -> Result<Parsed, Error> {
        let value = String::from(Box::<str>::from(row));
        let identity: Identity = record::decode(LOGIN, &value)?;
        let own = identity.memberships.iter().all(|own| own.agency == self.header.agency);
        if identity.id.to_string() != id || !own {
            return Err(bad("the login is another's"));
        }
        Ok(Parsed::Login { identity: Box::new(identity), value })
    }

    fn due(&self, id: &str) -> Result<DueEntry, Error> {
        let entry = (|| {
            let (at, rest) = id.split_once('/')?;
            let (kind, subject) = rest.split_once('/')?;
            let at = Timestamp::from_millis(at.parse().ok()?)?;
            let plain = subject.len() <= 100 && subject.bytes().all(|b| b.is_ascii_graphic());
            let due = Due::parse(kind, subject).filter(|_| plain)?;
            Some(DueEntry { at, agency: self.agency.clone(), due })
        })();
        let moves = |entry: &DueEntry| {
            matches!(due_moves(&entry.due), DueMoves::FollowsAhead | DueMoves::AsItIs)
        };
        entry.filter(moves).ok_or_else(|| bad("nothing like this falls due"))
    }
}

fn bad(why: &str) -> Error {
    Error::Corrupt(why.to_owned())
}

/// Checks that a row is whole, and lies under its own id.
fn check(agency: &AgencyId, kind: &Kind, id: &str, value: &str) -> Result<(), Error> {
    let plain = id.len() <= 440 && id.bytes().all(|b| b.is_ascii_graphic());
    if kind.is_single != id.is_empty() || !plain {
        return Err(bad("no row has such an id"));
    }
    if let Moves::AsItIs(check) = kind.moves {
        check(kind.word, value)?;
    }
    let own = match kind.word {
        "agency" => record::decode::<Agency>(kind.word, value)?.id.to_string(),
        "brand" => record::decode::<Brand>(kind.word, value)?.id.to_string(),
        "client" => record::decode::<Client>(kind.word, value)?.id.to_string(),
        "account" => record::decode::<Account>(kind.word, value)?.id.to_string(),
        "mail" => record::decode::<OutboxMail>(kind.word, value)?.id.to_string(),
        _ => return Ok(()),
    };
    let expected = if kind.word == "agency" { agency.as_str() } else { id };
    if own == expected { Ok(()) } else { Err(bad("the row is another's")) }
}
