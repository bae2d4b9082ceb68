//! `rows`: a store in which rows are damaged, and calls that come upon them.
//!
//! Nothing traps; what is refused is refused clearly, and `corrupt` names a row; jobs go on, and the other
//! agency doesn't notice.

use std::cell::RefCell;
use std::collections::BTreeMap;

use clientdesk_host::adapters::storage::Write;
use serde_json::{Value, json};

use crate::calls::{some_calls, some_stage};
use crate::case::Case;
use crate::clear::case_of;
use crate::damage::damage;
use crate::draw::Draw;
use crate::play::{Play, owner, shown, smaller};
use crate::stage::{Stage, Stages};
use crate::subject::{Found, Subject};
use crate::tally::Tally;

/// When jobs run afterwards, each so much later than before.
const RUNS: [i64; 3] = [60_000, 86_400_000, 604_800_000];

/// What shows whether an agency is as it was.
const VIEWS: [&str; 4] = ["brands.list", "clients.list", "clients.counts", "billing.summary"];

/// Damaged rows.
pub struct DamagedRows<'s> {
    stages: &'s Stages,
    /// What everybody sees at the end where nothing is damaged, by stage and agency.
    whole: RefCell<BTreeMap<(String, String), Vec<Value>>>,
}

impl<'s> DamagedRows<'s> {
    /// On these stages.
    pub fn on(stages: &'s Stages) -> DamagedRows<'s> {
        DamagedRows { stages, whole: RefCell::default() }
    }

    /// What an agency shows on this stage after the jobs.
    fn when_whole(&self, stage: &Stage, agency: &str) -> Result<Vec<Value>, Found> {
        let name = (stage.name.clone(), agency.to_owned());
        if let Some(known) = self.whole.borrow().get(&name) {
            return Ok(known.clone());
        }
        let play = Play::on(stage, self.stages)?;
        run_jobs(&play)?;
        let seen = views(&play, agency)?;
        self.whole.borrow_mut().insert(name, seen.clone());
        Ok(seen)
    }
}

impl Subject for DamagedRows<'_> {
    fn name(&self) -> &'static str {
        "rows"
    }

    fn input(&self, bytes: &[u8]) -> Vec<u8> {
        let mut draw = Draw::from(bytes);
        let name = some_stage(&mut draw);
        let Ok(stage) = self.stages.stage(name) else { return Vec::new() };
        let keys: Vec<(&String, &String)> =
            stage.rows.iter().filter(|(key, _)| !key.starts_with("host/")).collect();
        let mut rows = BTreeMap::new();
        for _ in 0..=draw.below(2) {
            let Some((key, value)) = draw.pick(&keys).copied() else { break };
            rows.insert(key.clone(), damage(&mut draw, key, value, &stage));
        }
        let only_jobs = draw.once_in(3);
        let calls = if only_jobs { Vec::new() } else { some_calls(&mut draw, &stage, self.stages) };
        Case { stage: name.to_owned(), rows, calls }.text()
    }

    fn examine(&self, input: &[u8]) -> Result<(), Found> {
        let case = Case::read(input)?;
        let stage = self.stages.stage(&case.stage);
        let stage = stage.map_err(|problem| Found::new("there is no such stage", problem))?;
        let play = Play::on(&stage, self.stages)?;
        let write = |(key, value): (&String, &Option<String>)| Write {
            key: key.clone(),
            value: value.clone(),
        };
        let writes = case.rows.iter().map(write).collect();
        let written = play.world.storage.inner().commit(Vec::new(), writes);
        written.map_err(|error| Found::new("the rows can't be written", format!("{error:?}")))?;
        for act in &case.calls {
            play.pass(act.after);
            if let Err(error) = play.perform(act)? {
                refusal(&play, &act.function, &error, &case).map_err(|found| Found {
                    details: format!("{}\n{}", shown(act), found.details),
                    ..found
                })?;
            }
        }
        run_jobs(&play)?;
        if case.calls.is_empty() {
            self.others_are_untouched(&play, &stage, &case)?;
        }
        Ok(())
    }

    fn smaller(&self, input: &[u8]) -> Vec<Vec<u8>> {
        smaller(input)
    }

    fn ending(&self) -> &'static str {
        "json"
    }

    fn tally(&self) -> Tally {
        self.stages.tally()
    }
}

impl DamagedRows<'_> {
    /// What is damaged in one agency is nothing to the others.
    fn others_are_untouched(
        &self,
        play: &Play<'_>,
        stage: &Stage,
        case: &Case,
    ) -> Result<(), Found> {
        let of = |key: &String| -> Option<String> {
            let mut parts = key.split('/');
            (parts.next() == Some("a")).then(|| parts.next().map(str::to_owned)).flatten()
        };
        let touched: Option<Vec<String>> = case.rows.keys().map(of).collect();
        let Some(touched) = touched else { return Ok(()) };
        for agency in stage.agencies.iter().filter(|agency| !touched.contains(agency)) {
            let (seen, expected) = (views(play, agency)?, self.when_whole(stage, agency)?);
            if seen != expected {
                let shown = |views: Vec<Value>| Value::from(views).to_string();
                let details =
                    format!("{agency}\nwhole:   {}\ndamaged: {}", shown(expected), shown(seen));
                return Err(Found::new("another agency sees something else", details));
            }
        }
        Ok(())
    }
}

/// A week of jobs: each run comes to its end.
fn run_jobs(play: &Play<'_>) -> Result<(), Found> {
    for later in RUNS {
        play.pass(later);
        let report = play.jobs()?;
        if report.get("problem").is_some_and(|problem| !problem.is_null()) {
            return Err(Found::new("the jobs end early", report.to_string()));
        }
    }
    Ok(())
}

fn views(play: &Play<'_>, agency: &str) -> Result<Vec<Value>, Found> {
    let with = json!({"call": owner(agency), "page": {"limit": 500}, "filter": {}});
    let with = with.as_object().cloned().unwrap_or_default();
    let view =
        |function: &&str| play.ask(function, &with).map(|said| said.unwrap_or_else(|error| error));
    VIEWS.iter().map(view).collect()
}

/// Whether a row is named, or one that counts it: an invoice its lines in the ledger, the catalog its
/// versions.
fn is_named(text: &str, key: &str) -> bool {
    text.contains(&format!("`{key}`"))
        || (key.contains("/ledger/") && text.contains("/invoice/"))
        || (key.starts_with("catalog") && text.contains("`catalog/version/"))
}

/// Whether a row leads to the one that is named, and that isn't there.
fn leads_to(row: &str, text: &str) -> bool {
    let missing = text.strip_suffix("` is damaged: it is missing");
    let id = missing.and_then(|text| text.rsplit('/').next());
    id.is_some_and(|id| row.contains(&format!("\"{id}\"")))
}

/// A refusal that comes of damage names the row.
fn refusal(play: &Play<'_>, function: &str, error: &Value, case: &Case) -> Result<(), Found> {
    let (kind, payload) = case_of(error);
    let text = payload.as_str().unwrap_or_default();
    match kind {
        "corrupt" => {
            let named = case.rows.iter().any(|(key, row)| {
                is_named(text, key) || row.as_deref().is_some_and(|row| leads_to(row, text))
            });
            let found = || Found::new(format!("`{function}`: `corrupt` names another row"), text);
            if named { Ok(()) } else { Err(found()) }
        }
        "unavailable" if text.starts_with("newer-schema: ") => Ok(()),
        // A time that is far off makes much due at once.
        "unavailable" if text.contains("billing periods are due at once") => Ok(()),
        _ => play.unclear(function, error),
    }
}
