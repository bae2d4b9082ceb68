//! What a story runs in: a store, a clock, mails and secrets that the scenario controls.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::faults::FaultyStorage;
use super::file::{Change, Damage};
use super::matching::text_matches;
use clientdesk_host::adapters::clock::ManualClock;
use clientdesk_host::adapters::mail::{Handover, Message, RecordingMail};
use clientdesk_host::adapters::secrets::{SeededSecrets, remembered_keys, retire_key};
use clientdesk_host::adapters::storage::{Error, Outcome, Storage, Write};

/// All rows of a store: keys and values.
pub type Rows = BTreeMap<String, String>;

/// What a component is given while a scenario runs.
///
/// Give clones of these to the [`Target`](super::Target).
#[derive(Clone)]
pub struct World {
    /// The store, which fails when a step says so.
    pub storage: Arc<FaultyStorage>,
    /// The mails that went out.
    pub mail: Arc<RecordingMail>,
    /// The time, which moves when a step says so.
    pub clock: ManualClock,
    /// The same secrets in each run.
    pub secrets: Arc<SeededSecrets>,
}

/// How many rows are put back at once: their values are 64 KiB at most, a commit 4 MiB.
const ROWS_AT_ONCE: usize = 50;

/// How the keys of the host's own rows begin.
const HOSTS_OWN: &str = "host/";

/// Behind the last key: keys are printable ASCII.
const AFTER_ALL: &str = "\u{7f}";

impl World {
    /// A world around an empty store, at the Unix epoch.
    pub fn new(storage: Arc<dyn Storage>) -> Self {
        World {
            storage: Arc::new(FaultyStorage::new(storage)),
            mail: Arc::new(RecordingMail::new()),
            clock: ManualClock::at(0),
            secrets: Arc::new(SeededSecrets::new(1)),
        }
    }

    /// All rows of the store that the component has; the host keeps some of its own.
    ///
    /// # Errors
    ///
    /// When the store can't answer.
    pub fn rows(&self) -> Result<Rows, String> {
        let storage = self.storage.inner();
        let mut rows = Rows::new();
        let mut start = String::new();
        loop {
            let page = storage.scan(&start, AFTER_ALL, 1_000, false).map_err(text)?;
            let entries = page.entries.into_iter();
            let own = entries.filter(|entry| !entry.key.starts_with(HOSTS_OWN));
            rows.extend(own.map(|entry| (entry.key, entry.value)));
            match page.next {
                Some(next) => start = next,
                None => return Ok(rows),
            }
        }
    }

    /// Makes the store hold exactly these rows.
    ///
    /// # Errors
    ///
    /// When the store can't answer.
    pub fn restore(&self, rows: &Rows) -> Result<(), String> {
        let now = self.rows()?;
        let gone = now.keys().filter(|key| !rows.contains_key(*key)).map(|key| (key, None));
        let other = rows.iter().filter(|(key, value)| now.get(*key) != Some(value));
        let other = other.map(|(key, value)| (key, Some(value)));
        let writes: Vec<Write> = gone
            .chain(other)
            .map(|(key, value)| Write { key: key.clone(), value: value.cloned() })
            .collect();
        writes.chunks(ROWS_AT_ONCE).try_for_each(|chunk| self.write(chunk.to_vec()))
    }

    /// Damages rows, and gives what the store holds then.
    ///
    /// # Errors
    ///
    /// When there isn't exactly one such row, or the store can't answer.
    pub fn damage(&self, damages: &[Damage]) -> Result<Rows, String> {
        let rows = self.rows()?;
        let mut damaged = rows.clone();
        for Damage { row, change } in damages {
            let (key, value) = only_row(&rows, row)?;
            match change {
                Change::Set(value) => drop(damaged.insert(key, value.clone())),
                Change::Copy(from) => drop(damaged.insert(key, only_row(&rows, from)?.1)),
                Change::Remove => drop(damaged.remove(&key)),
                Change::Replace([from, to]) if value.contains(from) => {
                    damaged.insert(key, value.replacen(from, to, 1));
                }
                Change::Replace([from, _]) => {
                    return Err(format!("row `{key}` doesn't hold `{from}`, but {value}"));
                }
            }
        }
        self.restore(&damaged)?;
        Ok(damaged)
    }

    /// Undoes damage: rows that are still as `damaged` says become as `before` says.
    ///
    /// # Errors
    ///
    /// When the store can't answer.
    pub fn mend(&self, before: &Rows, damaged: &Rows) -> Result<(), String> {
        let mut rows = self.rows()?;
        for key in before.keys().chain(damaged.keys()) {
            let untouched = rows.get(key) == damaged.get(key);
            match before.get(key) {
                Some(value) if untouched => drop(rows.insert(key.clone(), value.clone())),
                None if untouched => drop(rows.remove(key)),
                Some(_) | None => {}
            }
        }
        self.restore(&rows)
    }

    /// From here on, the host's key ring has the keys with these ids, newest first. The store does without
    /// any other that it remembers.
    ///
    /// # Errors
    ///
    /// When the store can't answer.
    pub fn use_keys(&self, ids: &[String]) -> Result<(), String> {
        let storage = self.storage.inner();
        let remembered = remembered_keys(storage).map_err(|why| why.to_string())?;
        for gone in remembered.iter().filter(|id| !ids.contains(id)) {
            retire_key(storage, gone).map_err(|why| why.to_string())?;
        }
        self.secrets.use_keys(ids);
        Ok(())
    }

    /// From here on, the host says this to mails; none: it takes them.
    pub fn mails_get(&self, answer: Option<Handover>) {
        match answer {
            Some(answer) => self.mail.answer_next(usize::MAX, answer),
            None => self.mail.answer_next(0, Handover::Accepted),
        }
    }

    /// The mails that went out after the first `count`.
    pub fn mails_after(&self, count: usize) -> Vec<Message> {
        self.mail.messages().into_iter().skip(count).collect()
    }

    fn write(&self, writes: Vec<Write>) -> Result<(), String> {
        match self.storage.inner().commit(Vec::new(), writes).map_err(text)? {
            Outcome::Committed => Ok(()),
            Outcome::Conflict(keys) => Err(format!("a conflict without a check: {keys:?}")),
        }
    }
}

/// The only row whose key fits `pattern`: key and value.
fn only_row(rows: &Rows, pattern: &str) -> Result<(String, String), String> {
    let mut fitting = rows.iter().filter(|(key, _)| text_matches(pattern, key));
    match (fitting.next(), fitting.next()) {
        (Some((key, value)), None) => Ok((key.clone(), value.clone())),
        (Some((one, _)), Some((other, _))) => {
            Err(format!("several rows fit `{pattern}`: `{one}`, `{other}` and perhaps more"))
        }
        (None, _) => {
            let keys: Vec<&str> = rows.keys().map(String::as_str).collect();
            Err(format!("no row fits `{pattern}`; there are:\n{}", keys.join("\n")))
        }
    }
}

fn text(error: Error) -> String {
    match error {
        Error::Unavailable(why) => format!("the store can't answer: {why}"),
        Error::TooLarge(what) => format!("too large for the store: {what}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clientdesk_host::adapters::storage::MemoryStorage;

    fn rows(pairs: &[(&str, &str)]) -> Rows {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    fn damage(row: &str, change: Change) -> Damage {
        Damage { row: row.into(), change }
    }

    #[test]
    fn damage_is_mended_but_for_what_was_written_since() {
        let world = World::new(Arc::new(MemoryStorage::new()));
        let before = rows(&[("a/1", "one"), ("a/2", "two"), ("b", "three")]);
        world.restore(&before).unwrap();
        let damaged = world
            .damage(&[
                damage("...2", Change::Remove),
                damage("b", Change::Replace(["hr".into(), "".into()])),
                damage("a/1", Change::Copy("b".into())),
            ])
            .unwrap();
        assert_eq!(damaged, rows(&[("a/1", "three"), ("b", "tee")]));
        assert_eq!(world.rows().unwrap(), damaged);
        world.write(vec![Write { key: "b".into(), value: Some("new".into()) }]).unwrap();
        world.mend(&before, &damaged).unwrap();
        assert_eq!(world.rows().unwrap(), rows(&[("a/1", "one"), ("a/2", "two"), ("b", "new")]));
    }

    #[test]
    fn damage_needs_exactly_one_row_to_hit() {
        let world = World::new(Arc::new(MemoryStorage::new()));
        world.restore(&rows(&[("a/1", "one"), ("a/2", "two")])).unwrap();
        for (row, change, problem) in [
            ("a/...", Change::Remove, "several rows"),
            ("c", Change::Remove, "no row"),
            ("a/1", Change::Replace(["x".into(), "".into()]), "doesn't hold"),
        ] {
            let error = world.damage(&[damage(row, change)]).unwrap_err();
            assert!(error.contains(problem), "{error}");
        }
    }
}
