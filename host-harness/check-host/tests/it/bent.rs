//! Hosts that keep all promises but for one bend.

use std::cell::{Cell, RefCell};

use clientdesk_check_host::ports::{
    Checked, Clock, Entry, Handover, Key, Mail, Message, Outcome, Page, Secrets, Storage,
    StorageError, Write,
};

use crate::sound::{NOW, Rows, Sound, accept, page};

/// How a host is bent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bend {
    GetsByKey,
    GetsOnce,
    GetsNothingBadly,
    ReadsLate,
    SpellsAnew,
    IgnoresCase,
    SortsLikeWords,
    IncludesTheEnd,
    IgnoresTheEnd,
    TurnsAroundThePage,
    IgnoresReverse,
    RepeatsTheNext,
    LosesTheNext,
    ForgetsMoreAtLimit0,
    CountsInSigned,
    CommitsNothingBadly,
    InsertsOnly,
    KeepsDeleted,
    CountsDeleted,
    KnowsNoAbsence,
    ChecksTheFirst,
    WritesBeforeItRefuses,
    NamesAllChecks,
    ChecksOnlyWithWrites,
    ChecksAfterWriting,
    ScrubsOnce,
    ScrubsRows,
    VersionsByValue,
    VersionsByStore,
    VersionsByRow,
    RoundsInScans,
    ChecksPresence,
    ChecksNoAbsence,
    ChecksWhatIsWritten,
    LocksTheStore,
    CutsKeys,
    CutsValues,
    TakesFewerRows,
    TakesFewerBytes,
    TakesLongKeys,
    MeasuresCharacters,
    TakesManyRows,
    CountsValuesOnly,
    TakesAnyKey,
    RefusesSilently,
    TakesOnce,
    KnowsAllMails,
    ForgetsOnce,
    CountsSeconds,
    CountsMicroseconds,
    RunsAhead,
    HasAnyZone,
    CountsMinutes,
    KnowsWinterOnly,
    FarOff,
    RoundsAbout,
    WritesHex,
    IsSeeded,
    IsAscii,
    HasNoKeys,
    HasLongNames,
    HasOneName,
    HasShortKeys,
    HasPassphrases,
    MakesKeysAnew,
    SortsKeysAnew,
}

use Bend::*;

pub struct Bent {
    pub sound: Sound,
    bend: Bend,
    before: RefCell<Rows>,
    times: Cell<u32>,
}

impl Bent {
    pub fn by(bend: Bend) -> Self {
        let before = RefCell::default();
        Self { sound: Sound::default(), bend, before, times: Cell::new(0) }
    }

    fn is(&self, bend: Bend) -> bool {
        self.bend == bend
    }

    /// How often this was asked before.
    fn before(&self) -> u32 {
        self.times.replace(self.times.get() + 1)
    }

    fn key(&self, key: &str) -> String {
        match self.bend {
            IgnoresCase => key.to_lowercase(),
            CutsKeys => key.chars().take(255).collect(),
            _ => key.to_owned(),
        }
    }

    /// What a write leaves; `key` is that of the row.
    fn value(&self, value: &str) -> String {
        match self.bend {
            SpellsAnew => value.split_whitespace().collect(),
            _ => value.to_owned(),
        }
    }

    fn version(&self, rows: &Rows, entry: Entry, by_scan: bool) -> Entry {
        let version = match self.bend {
            VersionsByStore => rows.version,
            RoundsInScans if by_scan => entry.version / 2 * 2,
            _ => entry.version,
        };
        Entry { version, ..entry }
    }

    fn broken(&self, rows: &Rows, checks: &[Checked], writes: &[Write]) -> Vec<String> {
        let mut checks: Vec<Checked> = checks.to_vec();
        for check in &mut checks {
            check.key = self.key(&check.key);
        }
        let is_there = |check: &Checked| rows.by_key.contains_key(&check.key);
        match self.bend {
            ChecksTheFirst => checks.truncate(1),
            ChecksOnlyWithWrites if writes.is_empty() => checks.clear(),
            ChecksWhatIsWritten => {
                checks.retain(|check| writes.iter().any(|write| write.key == check.key));
            }
            ChecksNoAbsence => checks.retain(|check| check.version.is_some()),
            ChecksPresence => checks.retain(|check| check.version.is_none() || !is_there(check)),
            VersionsByStore => {
                checks.retain(|check| !(is_there(check) && check.version == Some(rows.version)));
            }
            _ => {}
        }
        let mut broken = rows.broken(&checks);
        match self.bend {
            KnowsNoAbsence => {
                let absences = checks.iter().filter(|check| check.version.is_none());
                broken.extend(absences.map(|check| check.key.clone()));
            }
            LocksTheStore => {
                let latest = checks.iter().filter_map(|check| check.version).max();
                let is_late = latest.is_some_and(|latest| latest < rows.version);
                broken.extend(checks.first().filter(|_| is_late).map(|check| check.key.clone()));
            }
            NamesAllChecks if !broken.is_empty() => {
                broken = checks.into_iter().map(|check| check.key).collect();
            }
            _ => {}
        }
        broken
    }

    fn apply(&self, rows: &mut Rows, writes: &[Write]) {
        let mut writes: Vec<Write> = writes.to_vec();
        writes.retain(|write| match self.bend {
            InsertsOnly => write.value.is_none() || !rows.by_key.contains_key(&write.key),
            KeepsDeleted => write.value.is_some(),
            _ => true,
        });
        for write in &mut writes {
            write.key = self.key(&write.key);
            write.value = write.value.as_deref().map(|value| self.value(value));
        }
        let counts: Vec<(String, u64)> = writes
            .iter()
            .map(|write| (write.key.clone(), rows.by_key.get(&write.key).map_or(0, |row| row.1)))
            .collect();
        rows.apply(&writes);
        for (key, count) in counts {
            let Some((value, version)) = rows.by_key.get_mut(&key) else { continue };
            match self.bend {
                VersionsByRow => *version = count + 1,
                VersionsByValue => {
                    *version = value.bytes().fold(7, |sum, b| sum * 31 % 99_991 + u64::from(b))
                }
                _ => {}
            }
        }
    }

    /// What is refused for its size.
    fn accept(&self, checks: &[Checked], writes: &[Write]) -> Result<(), StorageError> {
        let (mut checks, mut writes) = (checks.to_vec(), writes.to_vec());
        let too_large = |what: &str| Err(StorageError::TooLarge(what.into()));
        let values = || writes.iter().filter_map(|write| write.value.as_ref());
        let sizes: usize = values().map(String::len).sum();
        match self.bend {
            CutsValues if values().any(|value| value.len() > 65_535) => return too_large("value"),
            TakesFewerRows if checks.len() + writes.len() > 999 => return too_large("rows"),
            TakesFewerBytes if sizes > 4_000_000 => return too_large("bytes"),
            _ => {}
        }
        for key in
            checks.iter_mut().map(|c| &mut c.key).chain(writes.iter_mut().map(|w| &mut w.key))
        {
            match self.bend {
                TakesLongKeys => key.truncate(512),
                TakesAnyKey => *key = "k".into(),
                CountsValuesOnly if sizes > 2_000_000 => *key = "k".into(),
                _ => {}
            }
        }
        for value in writes.iter_mut().filter_map(|write| write.value.as_mut()) {
            if self.is(MeasuresCharacters) && value.chars().count() <= 65_536 {
                value.clear();
            }
        }
        if self.is(TakesManyRows) {
            writes.truncate(1_000);
            checks.truncate(1_000 - writes.len());
        }
        accept(&checks, &writes)
    }
}

impl Storage for Bent {
    fn get(&self, keys: &[String]) -> Result<Vec<Option<Entry>>, StorageError> {
        if self.is(GetsNothingBadly) && keys.is_empty() {
            return Err(StorageError::Unavailable("near `)`: syntax error".into()));
        }
        let rows = if self.is(ReadsLate) { self.before.borrow() } else { self.sound.rows.borrow() };
        let mut found: Vec<Option<Entry>> = keys
            .iter()
            .map(|key| {
                let row = rows.entry(&self.key(key))?;
                Some(self.version(&rows, Entry { key: key.clone(), ..row }, false))
            })
            .collect();
        match self.bend {
            GetsByKey => found.sort_by_key(|row| row.as_ref().map(|row| row.key.clone())),
            GetsOnce => {
                let mut seen = Vec::new();
                found.retain(|row| {
                    !seen.contains(row) && {
                        seen.push(row.clone());
                        true
                    }
                });
            }
            _ => {}
        }
        Ok(found)
    }

    fn scan(&self, start: &str, end: &str, limit: u32, back: bool) -> Result<Page, StorageError> {
        if self.is(CountsInSigned) && i32::try_from(limit).is_err() {
            return Err(StorageError::Unavailable("number out of range".into()));
        }
        let rows = if self.is(ReadsLate) { self.before.borrow() } else { self.sound.rows.borrow() };
        let (start, end) = (self.key(start), self.key(end));
        let until = match self.bend {
            IncludesTheEnd => format!("{end}!"),
            IgnoresTheEnd => "~~".into(),
            _ => end.clone(),
        };
        let found = rows.between(&start, &until);
        let mut found: Vec<Entry> = found.map(|row| self.version(&rows, row, true)).collect();
        if self.is(SortsLikeWords) {
            found.sort_by_key(|row| row.key.to_lowercase());
        }
        if back && !self.is(TurnsAroundThePage) && !self.is(IgnoresReverse) {
            found.reverse();
        }
        let mut page = page(found, &end, limit, back);
        match self.bend {
            TurnsAroundThePage if back => page.entries.reverse(),
            RepeatsTheNext if page.next.is_some() && !back => {
                page.next = page.entries.last().map(|row| row.key.clone());
            }
            LosesTheNext => {
                page.next = page.next.map(|next| if back { next } else { format!("{next}!") })
            }
            ForgetsMoreAtLimit0 if limit == 0 => page.next = None,
            _ => {}
        }
        Ok(page)
    }

    fn commit(&self, checks: &[Checked], writes: &[Write]) -> Result<Outcome, StorageError> {
        self.accept(checks, writes)?;
        let unavailable = |why: &str| Err(StorageError::Unavailable(why.into()));
        if self.is(CommitsNothingBadly) && checks.is_empty() && writes.is_empty() {
            return unavailable("there is nothing to commit");
        }
        let mut rows = self.sound.rows.borrow_mut();
        let is_absent =
            |write: &Write| write.value.is_none() && !rows.by_key.contains_key(&write.key);
        if self.is(CountsDeleted) && writes.iter().any(is_absent) {
            return unavailable("0 rows were deleted");
        }
        if self.is(ReadsLate) {
            let by_key = rows.by_key.clone();
            *self.before.borrow_mut() = Rows { by_key, version: rows.version };
        }
        if self.is(ChecksAfterWriting) {
            self.apply(&mut rows, writes);
            let written = |check: &&Checked| {
                writes.iter().any(|write| write.key == check.key && write.value.is_none())
            };
            let others: Vec<Checked> =
                checks.iter().filter(|check| !written(check)).cloned().collect();
            let conflicts = rows.broken(&others);
            return Ok(Outcome { committed: conflicts.is_empty(), conflicts });
        }
        let conflicts = self.broken(&rows, checks, writes);
        let committed = conflicts.is_empty();
        if committed {
            self.apply(&mut rows, writes);
        } else if self.is(WritesBeforeItRefuses) {
            self.apply(&mut rows, writes.get(..1).unwrap_or_default());
        }
        Ok(Outcome { committed, conflicts })
    }

    fn scrub(&self) -> Result<(), StorageError> {
        match self.bend {
            ScrubsOnce if self.before() > 0 => {
                Err(StorageError::Unavailable("it is being done already".into()))
            }
            ScrubsRows => {
                self.sound.rows.borrow_mut().by_key.pop_first();
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

impl Mail for Bent {
    fn send(&self, message: Message) -> Handover {
        match self.bend {
            RefusesSilently => Handover::Never(String::new()),
            TakesOnce if self.sound.taken.borrow().contains(&message.id) => {
                Handover::Never("it was sent already".into())
            }
            _ => self.sound.send(message),
        }
    }

    fn forget(&self, ids: &[String]) -> Result<(), String> {
        let knows = |id: &String| self.sound.taken.borrow().contains(id);
        match self.bend {
            KnowsAllMails if ids.iter().any(|id| id.contains("unknown") && !knows(id)) => {
                Err("there is no such mail".into())
            }
            ForgetsOnce if ids.iter().any(|id| id.contains("gone") && !knows(id)) => {
                Err("it was deleted before".into())
            }
            _ => self.sound.forget(ids),
        }
    }
}

impl Clock for Bent {
    fn now(&self) -> u64 {
        match self.bend {
            CountsSeconds => NOW / 1_000,
            CountsMicroseconds => NOW * 1_000,
            RunsAhead => NOW + u64::from(self.before()) * 86_400_000,
            _ => NOW,
        }
    }

    fn offset(&self, zone: &str, at: u64) -> Option<i32> {
        let offset = self.sound.offset(zone, at);
        match self.bend {
            HasAnyZone => offset.or(Some(0)),
            CountsMinutes => offset.map(|seconds| seconds / 60),
            KnowsWinterOnly => self.sound.offset(zone, 0),
            FarOff if at > NOW * 2 => offset.map(|seconds| seconds + 90_000),
            RoundsAbout => offset.filter(|_| self.before().is_multiple_of(3)),
            _ => offset,
        }
    }
}

impl Secrets for Bent {
    fn random(&self, len: u32) -> Vec<u8> {
        match self.bend {
            WritesHex => self.sound.random(len * 2),
            IsSeeded => Sound::default().random(len),
            IsAscii => self.sound.random(len).into_iter().map(|byte| byte % 128).collect(),
            _ => self.sound.random(len),
        }
    }

    fn keys(&self) -> Result<Vec<Key>, String> {
        let mut keys = self.sound.keys()?;
        match self.bend {
            HasNoKeys => keys.clear(),
            MakesKeysAnew => keys.iter_mut().for_each(|key| key.bytes = self.sound.random(32)),
            SortsKeysAnew if self.before() % 2 == 1 => keys.reverse(),
            _ => {}
        }
        for key in &mut keys {
            match self.bend {
                HasLongNames => key.id = format!("the key of {}", key.id),
                HasOneName => key.id = "key".into(),
                HasShortKeys => key.bytes.truncate(16),
                HasPassphrases => key.bytes = b"aaaaaaaabbbbbbbbccccccccdddddddd".to_vec(),
                _ => {}
            }
        }
        Ok(keys)
    }
}
