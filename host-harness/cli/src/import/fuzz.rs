//! `clientdesk fuzz --target csv`: rosters with anything in them.
//!
//! A roster is refused with a reason, or each of its lines is accounted for; a dry run says what the run does;
//! importing it again changes nothing, nor does importing what the component exports then.

use std::path::Path;
use std::sync::Arc;

use clap::Parser;
use clientdesk_fuzz::draw::Draw;
use clientdesk_fuzz::subject::guarded;
use clientdesk_fuzz::{Found, Subject, mutate, smaller};
use clientdesk_host::Host;
use clientdesk_host::adapters::clock::ManualClock;
use clientdesk_host::adapters::secrets::SeededSecrets;
use clientdesk_host::adapters::storage::MemoryStorage;
use serde_json::{Value, json};

use super::choose::Similar;
use super::reading;
use super::report::{Report, RowReport};
use super::row::Outcome;
use super::{ImportArgs, import, understood};
use crate::agency_api::{AgencyApi as _, HostApi, each_page};
use crate::answer::string;
use crate::failure::Failure;
use crate::output::Form;

/// 1 September 2026, in milliseconds.
const NOW: u64 = 1_788_220_800_000;
/// Longer rosters are read, but not imported.
const ROWS_MAX: usize = 60;

/// What rosters are made of.
const WORDS: [&str; 44] = [
    "E-mail",
    "Name",
    "Brands",
    "First Name",
    "Last Name",
    "Label",
    "Note",
    "Message",
    "Account",
    "Company",
    "id",
    "status",
    "health",
    "ann@nike.example",
    "ANN@NIKE.EXAMPLE",
    "Ann <ann@nike.example>",
    "mailto:b@x.example",
    "ann@käse.example",
    "a@b",
    "@",
    "Nike",
    "nike",
    "Nikee",
    "Nike, Puma",
    "Nike; Puma",
    "Nike & Fila",
    "Société",
    "=1+1",
    "'=1+1",
    "+1",
    "-",
    "\"",
    "\"\"",
    "\"\"\"\"",
    "\"\"\"Nike\"\"\"",
    "\t",
    ";",
    ",",
    "|",
    "\r\n",
    "\r",
    "sep=;",
    "株式会社",
    "\u{feff}",
];

/// Names of brands that are there before: some look like several, or like a formula.
const BRANDS: [&str; 6] = ["Nike", "Puma; Fila", "Smith, Sons & Co", "=1+1", "'Quoted'", "A/B"];

/// Rosters with anything in them.
pub(crate) struct Rosters {
    host: Host,
    rosters: Vec<Vec<u8>>,
}

#[derive(Parser)]
struct Options {
    #[command(flatten)]
    import: ImportArgs,
}

impl Rosters {
    /// Like the files of this folder, imported by this host's component.
    pub(crate) fn like(host: Host, folder: &Path) -> Result<Rosters, Failure> {
        let mut rosters = vec![b"E-mail,Name,Brands\nann@nike.example,Ann,Nike\n".to_vec()];
        if folder.is_dir() {
            let mut files = std::fs::read_dir(folder)?
                .map(|entry| Ok(entry?.path()))
                .collect::<Result<Vec<_>, std::io::Error>>()?;
            files.sort();
            for file in files {
                rosters.push(std::fs::read(file)?);
            }
        }
        Ok(Rosters { host, rosters })
    }

    fn desk(&self) -> Result<Desk, Failure> {
        let store = Arc::new(MemoryStorage::new());
        let builder = self.host.sharing().storage(Arc::clone(&store) as Arc<_>);
        let builder = builder.clock(Arc::new(ManualClock::at(NOW)));
        let host = builder.secrets(Arc::new(SeededSecrets::new(1))).build()?;
        let agency = json!({
            "id": "acme", "name": "Acme", "notification-email": "office@acme.example",
            "billing-interval": "monthly", "portal-address": "https://clients.acme.example",
        });
        host.call("agencies.create", &[agency])?;
        let api = HostApi::of(host, "acme");
        for name in BRANDS {
            api.get("brands.create", &[json!({ "name": name })])?;
        }
        Ok(Desk { api, store })
    }
}

impl Subject for Rosters {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn input(&self, bytes: &[u8]) -> Vec<u8> {
        mutate::text(&mut Draw::from(bytes), &self.rosters, &WORDS)
    }

    fn examine(&self, input: &[u8]) -> Result<(), Found> {
        let odd = |problem: String| Found::new("a roster isn't read as it should be", problem);
        let rows = guarded(|| reading::examine(input).map_err(odd))?;
        if rows.is_none_or(|rows| rows > ROWS_MAX) {
            return Ok(());
        }
        guarded(|| self.desk().map_err(failed)?.examine(input))
    }

    fn smaller(&self, input: &[u8]) -> Vec<Vec<u8>> {
        smaller::texts(input)
    }

    fn ending(&self) -> &'static str {
        "csv"
    }
}

/// An agency, and what can be seen of it.
struct Desk {
    api: HostApi,
    store: Arc<MemoryStorage>,
}

impl Desk {
    fn examine(&self, roster: &[u8]) -> Result<(), Found> {
        let before = self.store.dump();
        let dry = self.import(roster, &["--dry-run"])?;
        if self.store.dump() != before {
            return Err(Found::new("a dry run writes", ""));
        }
        let run = self.import(roster, &[])?;
        if (&dry.rows, &dry.new_brands) != (&run.rows, &run.new_brands) {
            let details = format!("{:?}\n{:?}", dry.rows, run.rows);
            return Err(Found::new("a dry run says something else than the run", details));
        }
        if run.counts.values().sum::<u64>() != run.read || run.stopped.is_some() {
            return Err(Found::new("rows aren't accounted for", format!("{run:?}")));
        }
        let is_unclear = |row: &&RowReport| {
            row.outcome == Outcome::Refused && row.remarks.is_empty()
                || !row.remarks.iter().all(|text| reading::is_reason(text))
        };
        if let Some(row) = run.rows.iter().find(is_unclear) {
            let details = format!("{row:?}");
            return Err(Found::new("a row is refused without a reason that can be read", details));
        }
        let after = self.store.dump();
        self.changes_nothing("importing a roster again", roster, &run)?;
        let exported = self.exported()?;
        self.changes_nothing("importing what was exported", exported.as_bytes(), &run)?;
        if self.store.dump() != after {
            return Err(Found::new("importing something again writes", exported));
        }
        Ok(())
    }

    fn changes_nothing(&self, what: &str, roster: &[u8], first: &Report) -> Result<(), Found> {
        // An agency without clients exports a header row alone, which is refused.
        if first.count(&Outcome::Invited) == 0 {
            return Ok(());
        }
        let again = self.import(roster, &[])?;
        let changed =
            [Outcome::Invited, Outcome::BrandsAdded, Outcome::FilledIn, Outcome::Reinvited];
        let is_new = changed.iter().any(|outcome| again.count(outcome) > 0);
        let is_refused = again.count(&Outcome::Refused) > first.count(&Outcome::Refused);
        if is_new || is_refused || !again.new_brands.is_empty() {
            let text = String::from_utf8_lossy(roster);
            return Err(Found::new(
                format!("{what} changes something"),
                format!("{:?}\n{text}", again.rows),
            ));
        }
        Ok(())
    }

    fn exported(&self) -> Result<String, Found> {
        let mut text = String::new();
        let arguments = [Value::Null, Value::Null];
        each_page(&self.api, "clients.export", &arguments, None, |page| {
            text.push_str(&string(page, "text"));
            Ok(())
        })
        .map_err(failed)?;
        Ok(text)
    }

    /// Imports a roster; one that says nothing of brands is for Nike.
    fn import(&self, roster: &[u8], words: &[&str]) -> Result<Report, Found> {
        let options = |brands: &[&str]| {
            let words = ["import", "roster.csv", "--create-brands", "--similar-brands", "use"]
                .iter()
                .chain(words);
            Options::try_parse_from(words.chain(brands)).map(|options| options.import)
        };
        let usage = |error: clap::Error| failed(Failure::failed(error.to_string()));
        let mut args = options(&[]).map_err(usage)?;
        let read = match understood("roster.csv".to_owned(), roster, &args) {
            Err(Failure::Usage(_)) => {
                args = options(&["--brand", "Nike"]).map_err(usage)?;
                understood("roster.csv".to_owned(), roster, &args).map_err(failed)?
            }
            read => read.map_err(failed)?,
        };
        import(&self.api, read, &args, &|_| Similar::Refuse, Form::Json).map_err(failed)
    }
}

fn failed(failure: Failure) -> Found {
    Found::new("an import fails as a whole", failure.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What fuzzing found once, in `tests/fixtures/fuzz/csv`.
    #[test]
    fn what_was_found_once_isnt_found_again() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures");
        let host = Host::builder().build().unwrap();
        let rosters = Rosters::like(host, &folder.join("rosters")).unwrap();
        let files = std::fs::read_dir(folder.join("fuzz/csv")).unwrap();
        for file in files.map(|file| file.unwrap().path()) {
            let found = rosters.examine(&std::fs::read(&file).unwrap());
            assert!(found.is_ok(), "{}: {}", file.display(), found.unwrap_err());
        }
    }
}
