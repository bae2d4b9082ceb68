//! `system.status`

use crate::app::error::Error;
use crate::app::keys;
use crate::app::ports::{Ports, Stored};
use crate::app::record::{self, DueState, SCHEMA};
use crate::app::view;
use crate::domain::due::{Due, DueEntry, SHARDS};
use crate::domain::time::Timestamp;

/// How many rows of each part of the due index are counted, at most.
const COUNTED_IN_SHARD: u32 = 100;
/// How many jobs that were set aside are counted, at most.
const COUNTED_STUCK: u32 = 1_000;

/// A number that may be larger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AtLeast {
    /// So many were counted.
    pub number: u32,
    /// Whether there may be more.
    pub more: bool,
}

/// Something that falls due.
pub struct DueJob {
    /// What.
    pub entry: DueEntry,
    /// How often it failed.
    pub failures: u32,
}

/// How the component and its store are.
pub struct SystemStatus {
    /// The newest schema that this release reads and writes.
    pub schema: u32,
    /// The host's time.
    pub now: Timestamp,
    /// What has been due for longest; none: nothing is.
    pub oldest_due: Option<DueJob>,
    /// When the next thing falls due; none: nothing will.
    pub next_due: Option<Timestamp>,
    /// How many things are due.
    pub due: AtLeast,
    /// How many mails wait to be handed over, again or for the first time.
    pub mails: AtLeast,
    /// How many jobs were set aside.
    pub stuck: AtLeast,
    /// The ids of the keys that the host gives, the newest first.
    pub keys: Vec<String>,
}

/// How the component and its store are: a look at each part of the due index, whatever is stored.
pub fn status(ports: &Ports) -> Result<SystemStatus, Error> {
    let now = view::clock(ports)?;
    let mut status = SystemStatus {
        schema: SCHEMA,
        now,
        oldest_due: None,
        next_due: None,
        due: AtLeast::default(),
        mails: AtLeast::default(),
        stuck: AtLeast::default(),
        keys: view::key_ring(ports)?.ids().map(|id| id.as_str().to_owned()).collect(),
    };
    for shard in 0..SHARDS {
        status.count(ports, shard)?;
    }
    let parked = view::scan(ports, &keys::all_parked(), None, COUNTED_STUCK, false)?;
    status.stuck = AtLeast { number: count(&parked), more: count(&parked) == COUNTED_STUCK };
    Ok(status)
}

fn count(rows: &[Stored]) -> u32 {
    u32::try_from(rows.len()).unwrap_or(u32::MAX)
}

impl SystemStatus {
    /// Counts what is in a part of the due index. Kinds of jobs that only another release knows are for
    /// that one to tell of.
    fn count(&mut self, ports: &Ports, shard: u8) -> Result<(), Error> {
        let range = keys::dues(shard);
        let rows = view::scan(ports, &range, None, COUNTED_IN_SHARD, false)?;
        let full = count(&rows) == COUNTED_IN_SHARD;
        let mut all_due = full;
        for row in rows {
            let Some(entry) = keys::parse_due(range.suffix(&row.key)) else { continue };
            self.mails.number += u32::from(matches!(entry.due, Due::MailRetry(_)));
            if self.now < entry.at {
                all_due = false;
                self.next_due = Some(self.next_due.map_or(entry.at, |next| next.min(entry.at)));
            } else {
                self.due.number += 1;
                self.older(entry, &row);
            }
        }
        self.due.more |= all_due;
        self.mails.more |= full;
        Ok(())
    }

    /// Notes something that is due, if it is older than what was found before.
    fn older(&mut self, entry: DueEntry, row: &Stored) {
        if self.oldest_due.as_ref().is_some_and(|oldest| oldest.entry.at <= entry.at) {
            return;
        }
        let state = record::decode::<DueState>(&row.key, &row.value).unwrap_or_default();
        self.oldest_due = Some(DueJob { entry, failures: state.failures });
    }
}
