//! `system.import`

use std::collections::BTreeMap;

use super::arriving::{check_free, is_there, stored, write};
use super::export::{catalog_of, hash_of};
use super::findings::{Finding, Looking};
use super::finish::finish;
use super::follow::Following;
use super::reading::{Parsed, check_count, header};
use super::ticket::{Ticket, read, spelled};
use crate::app::error::Error;
use crate::app::keys;
use crate::app::ports::{Check, Commit, Ports, Stored, Write};
use crate::app::record::{self, Arriving, ArrivingLogin, Became, Marker, Phase};
use crate::app::view;
use crate::domain::agency::Agency;
use crate::domain::id::AgencyId;
use crate::domain::keyring::KeyRing;
use crate::domain::moving::Progress;
use crate::domain::search;

/// How far an import has come.
pub struct Imported {
    /// What the lines become.
    pub agency: AgencyId,
    /// What to go on with.
    pub ticket: String,
    /// How many lines have come.
    pub lines: u64,
    /// Whether the last one was among them.
    pub complete: bool,
    /// Whether the agency is there, and nothing is left to do.
    pub done: bool,
    /// What becomes otherwise by these lines.
    pub findings: Vec<Finding>,
}

/// How many writes are enough for a commit: a row more is some 230 at most.
const WRITES_ENOUGH: usize = 600;
/// How many bytes of values are.
const BYTES_ENOUGH: usize = 2 * 1024 * 1024;

/// Takes the next lines of an exported agency. `name_as` and no ticket begin; without lines it goes on
/// with what is to be done after the last.
///
/// Nobody sees anything of the agency before all of it is there. Every call may be repeated: lines
/// that have come already are passed over.
///
/// # Errors
///
/// When there is something of an agency with the id, when a line isn't as it was written or
/// doesn't come next, and when the log doesn't verify. Then nothing of these lines is taken.
pub fn import(
    ports: &Ports,
    lines: &[String],
    name_as: Option<&str>,
    ticket: Option<&str>,
) -> Result<Imported, Error> {
    check_count(lines)?;
    let given: Option<Ticket> = ticket.map(|ticket| read("ticket", ticket)).transpose()?;
    let start = match given {
        Some(given) => given,
        None => begin(ports, lines, name_as)?,
    };
    let Some((row, arriving)) = stored(ports, &start.agency)? else {
        return match ticket {
            Some(_) => ended(ports, start, lines),
            None => {
                check_free(ports, &start.agency)?;
                take(ports, None, start, lines)
            }
        };
    };
    if arriving.phase == Phase::Aborting {
        let why = "it was given up: call `abort-import` until it is gone";
        return Err(elsewhere(&start.agency, why));
    }
    let known = Ticket::of(start.agency.clone(), &arriving);
    let rest = passed(&start.progress, &arriving.progress, lines).ok_or_else(|| {
        let line = arriving.progress.lines.saturating_add(1);
        let why = format!(
            "it goes on with line {line} of its own file: go on there, or give it up with `abort-import`"
        );
        elsewhere(&start.agency, &why)
    })?;
    take(ports, Some(row), known, lines.get(rest..).unwrap_or_default())
}

/// A repetition of the call with which it ended; any other is of an import that was given up.
fn ended(ports: &Ports, mut ticket: Ticket, lines: &[String]) -> Result<Imported, Error> {
    let read = look(ports, &view::key_ring(ports)?, &mut ticket, lines);
    if read.is_ok() && ticket.progress.complete && is_there(ports, &ticket.agency)? {
        return answer(&ticket, true, Vec::new());
    }
    Err(Error::not_found("import of agency", ticket.agency.as_str()))
}

fn elsewhere(agency: &AgencyId, why: &str) -> Error {
    let message = format!("`{agency}` is being imported, and {why}");
    Error::Conflict { state: "importing", event: "import", message }
}

/// What begins with these lines.
pub fn begin(ports: &Ports, lines: &[String], name_as: Option<&str>) -> Result<Ticket, Error> {
    let Some(first) = lines.first() else {
        let message = "must begin with the first line of the file";
        return Err(Error::invalid("lines", "empty", message));
    };
    let name_as = name_as.map(|id| {
        AgencyId::parse(id).map_err(|why| Error::invalid("name-as", "malformed", why.to_string()))
    });
    let name_as = name_as.transpose()?;
    let header = header(first, &catalog_of(ports)?.catalog)?;
    let agency = name_as.unwrap_or_else(|| header.agency.clone());
    Ok(Ticket { agency, header, progress: Progress::default(), stage: 0, last: String::new() })
}

/// How many of these lines have come already; none where they aren't those that come next.
fn passed(start: &Progress, known: &Progress, lines: &[String]) -> Option<usize> {
    let mut progress = start.clone();
    let is_known =
        |progress: &Progress| (progress.lines, &progress.digest) == (known.lines, &known.digest);
    for (number, line) in lines.iter().enumerate() {
        if is_known(&progress) {
            return Some(number);
        }
        progress.count(line);
    }
    is_known(&progress).then_some(lines.len())
}

fn answer(ticket: &Ticket, done: bool, findings: Vec<Finding>) -> Result<Imported, Error> {
    let Progress { lines, complete, .. } = ticket.progress;
    Ok(Imported {
        agency: ticket.agency.clone(),
        ticket: spelled(ticket)?,
        lines,
        complete,
        done,
        findings,
    })
}

/// Takes lines that come next: looks at all of them, and then writes what they are.
fn take(
    ports: &Ports,
    row: Option<Stored>,
    mut ticket: Ticket,
    lines: &[String],
) -> Result<Imported, Error> {
    let ring = view::key_ring(ports)?;
    let before = ticket.clone();
    let (steps, findings) = look(ports, &ring, &mut ticket, lines)?;
    let mut desk = Desk::new(ports, before, row);
    for (parsed, after) in steps {
        desk.put(parsed)?;
        desk.ticket = after;
        if desk.is_full() {
            desk.commit(Phase::Receiving)?;
        }
    }
    if !lines.is_empty() {
        let complete = ticket.progress.complete;
        desk.commit(if complete { Phase::Verifying(1) } else { Phase::Receiving })?;
    }
    let done = ticket.progress.complete && finish(ports, &ticket.agency)?;
    answer(&ticket, done, findings)
}

/// A line, and the ticket after it.
type Step = (Parsed, Ticket);

/// What lines are that come next, each with the ticket after it, and what becomes otherwise by them.
pub fn look(
    ports: &Ports,
    ring: &KeyRing,
    ticket: &mut Ticket,
    lines: &[String],
) -> Result<(Vec<Step>, Vec<Finding>), Error> {
    let catalog = catalog_of(ports)?.catalog;
    let looking = Looking { ports, ring, catalog: &catalog };
    let (mut steps, mut findings) = (Vec::with_capacity(lines.len()), Vec::new());
    for line in lines {
        let parsed = ticket.take(line)?;
        if let Parsed::Header(header) = &parsed {
            let renamed = header.agency != ticket.agency;
            findings.extend(looking.at_header(header, &hash_of(&catalog)?, renamed));
        }
        findings.extend(looking.at_row(&parsed, &mut ticket.progress)?);
        steps.push((parsed, ticket.clone()));
    }
    Ok((steps, findings))
}

/// Where lines become rows.
struct Desk<'a> {
    ports: &'a Ports,
    ticket: Ticket,
    /// The import's own row, as it was read or written last.
    row: Option<Stored>,
    writes: BTreeMap<String, String>,
    bytes: usize,
}

impl<'a> Desk<'a> {
    const fn new(ports: &'a Ports, ticket: Ticket, row: Option<Stored>) -> Desk<'a> {
        Desk { ports, ticket, row, writes: BTreeMap::new(), bytes: 0 }
    }

    fn write(&mut self, key: String, value: String) {
        self.bytes = self.bytes.saturating_add(key.len() + value.len());
        self.writes.insert(key, value);
    }

    fn is_full(&self) -> bool {
        self.writes.len() >= WRITES_ENOUGH || self.bytes >= BYTES_ENOUGH
    }

    fn put(&mut self, line: Parsed) -> Result<(), Error> {
        let agency = self.ticket.agency.clone();
        match line {
            Parsed::Header(_) | Parsed::Footer => Ok(()),
            Parsed::Row { kind, id, value, follows } => {
                self.follow(follows)?;
                let (key, value) = match kind.word {
                    "agency" => {
                        let own: Agency = record::decode(kind.word, &value)?;
                        let value = if own.id == agency {
                            value
                        } else {
                            record::encode(&own.renamed(agency.clone()))?
                        };
                        (keys::arriving_agency(&agency).into_text(), value)
                    }
                    word if kind.is_single => (format!("a/{agency}/{word}"), value),
                    word => (format!("a/{agency}/{word}/{id}"), value),
                };
                self.write(key, value);
                Ok(())
            }
            Parsed::Login { mut identity, .. } => {
                for membership in &mut identity.memberships {
                    membership.agency.clone_from(&agency);
                }
                let key = keys::arriving_login(&agency, identity.id).into_text();
                let login = ArrivingLogin { identity: *identity, became: Became::Waiting };
                self.write(key, record::encode(&login)?);
                Ok(())
            }
            Parsed::Due(entry) => {
                self.write(keys::arriving_due(&entry).into_text(), record::encode(&Marker {})?);
                Ok(())
            }
        }
    }

    fn follow(&mut self, follows: Following) -> Result<(), Error> {
        for (key, value) in follows.rows {
            self.write(key, value);
        }
        for entry in follows.dues {
            self.write(keys::arriving_due(&entry).into_text(), record::encode(&Marker {})?);
        }
        if let Some((key, client, text)) = follows.found_by {
            let mut block: search::Block = match self.writes.get(key.text()) {
                Some(written) => record::decode(key.text(), written)?,
                None => view::peek(self.ports, &key)?.unwrap_or_default(),
            };
            block.put(client, &text);
            self.write(key.text().to_owned(), record::encode(&block)?);
        }
        Ok(())
    }

    /// Writes all that was put there, if nobody else went on with the import meanwhile.
    fn commit(&mut self, phase: Phase) -> Result<(), Error> {
        let Ticket { agency, header, progress, stage, last } = self.ticket.clone();
        let arriving = Arriving { header, progress, stage, last, phase };
        let key = keys::arriving(&agency);
        let writes = core::mem::take(&mut self.writes).into_iter();
        let mut writes: Vec<Write> =
            writes.map(|(key, value)| Write { key, value: Some(value) }).collect();
        self.bytes = 0;
        writes.push(write(key.text(), &arriving)?);
        let version = self.row.as_ref().map(|row| row.version);
        let checks = vec![
            Check { key: key.text().to_owned(), version },
            Check { key: keys::agency(&agency).into_text(), version: None },
        ];
        match self.ports.storage.commit(checks, writes)? {
            Commit::Conflict(_) => Err(Error::Busy),
            Commit::Committed => {
                self.row = stored(self.ports, &agency)?.map(|(row, _)| row);
                Ok(())
            }
        }
    }
}
