//! `exportfile`: the lines of an exported agency, with something wrong.
//!
//! What was changed is refused, by the line where one is to blame, and nothing of it is there afterwards; what
//! wasn't is imported: its log verifies, and no job fails.

use serde_json::{Map, Value, json};

use crate::draw::Draw;
use crate::mutate;
use crate::play::Play;
use crate::smaller::texts;
use crate::stage::{STORIES, Stages};
use crate::subject::{Found, Subject};

/// Lines of one call.
const LINES_AT_ONCE: usize = 500;
/// Calls after the last line, until an import is done, or given up.
const CALLS_MAX: usize = 200;
/// Of how many stories the agencies are exported.
const SEEDS_MAX: usize = 6;

/// What lines are made of, besides what the agencies have.
const WORDS: [&str; 24] = [
    "\"kind\"",
    "\"data\"",
    "\"key\"",
    "\"schema\"",
    "\"agency\"",
    "null",
    "true",
    "{}",
    "[]",
    "\"\"",
    "acme",
    "beta",
    "agency",
    "head",
    "client",
    "identity",
    "account/x",
    "ledger",
    "../",
    "\"x\":{",
    "}",
    "]",
    ",",
    "\n",
];

/// The lines of an exported agency.
pub struct ExportFiles<'s> {
    stages: &'s Stages,
    exported: Vec<Vec<u8>>,
}

impl<'s> ExportFiles<'s> {
    /// Like the lines of the stages' agencies.
    ///
    /// # Errors
    ///
    /// When an agency can't be exported.
    pub fn of(stages: &'s Stages) -> Result<ExportFiles<'s>, String> {
        let mut exported = Vec::new();
        for name in STORIES.iter().take(SEEDS_MAX) {
            let stage = stages.stage(name)?;
            let play = Play::on(&stage, stages).map_err(|found| found.to_string())?;
            for agency in &stage.agencies {
                exported.push(lines(&play, agency).map_err(|found| found.to_string())?);
            }
        }
        Ok(ExportFiles { stages, exported })
    }

    /// The texts that the search begins with.
    pub fn seeds(&self) -> &[Vec<u8>] {
        &self.exported
    }

    fn is_whole(&self, text: &str) -> bool {
        let same = |seed: &Vec<u8>| String::from_utf8_lossy(seed).lines().eq(text.lines());
        self.exported.iter().any(same)
    }
}

impl Subject for ExportFiles<'_> {
    fn name(&self) -> &'static str {
        "exportfile"
    }

    fn input(&self, bytes: &[u8]) -> Vec<u8> {
        mutate::text(&mut Draw::from(bytes), &self.exported, &WORDS)
    }

    fn examine(&self, input: &[u8]) -> Result<(), Found> {
        let text = String::from_utf8_lossy(input);
        let stage = self.stages.stage("");
        let stage = stage.map_err(|problem| Found::new("there is no empty stage", problem))?;
        let play = Play::on(&stage, self.stages)?;
        let before = play.rows()?;
        let looked = bring(&play, "system.check-import", &text)?;
        if play.rows()? != before {
            return Err(Found::new("`system.check-import` writes", ""));
        }
        let imported = bring(&play, "system.import", &text)?;
        match (looked, imported) {
            (_, Ok(agency)) if self.is_whole(&text) => settle(&play, &agency),
            (_, Ok(agency)) => Err(Found::new("changed lines are imported", agency)),
            (Ok(_), Err(_)) if self.is_whole(&text) => {
                Err(Found::new("what was exported isn't imported", ""))
            }
            (_, Err(Some(agency))) => gone(&play, &agency, &before),
            (_, Err(None)) if play.rows()? == before => Ok(()),
            (_, Err(None)) => Err(Found::new("lines that were refused leave something behind", "")),
        }
    }

    fn smaller(&self, input: &[u8]) -> Vec<Vec<u8>> {
        texts(input)
    }

    fn ending(&self) -> &'static str {
        "jsonl"
    }
}

/// All lines of an agency.
fn lines(play: &Play<'_>, agency: &str) -> Result<Vec<u8>, Found> {
    let mut text = String::new();
    let mut cursor = Value::Null;
    for _ in 0..CALLS_MAX {
        let with = record(json!({"agency": agency, "cursor": cursor, "limit": LINES_AT_ONCE}));
        let page = play.ask("system.export", &with)?;
        let page =
            page.map_err(|error| Found::new("an agency can't be exported", error.to_string()))?;
        for line in page.get("lines").and_then(Value::as_array).into_iter().flatten() {
            text.push_str(line.as_str().unwrap_or_default());
            text.push('\n');
        }
        match page.get("next").filter(|next| !next.is_null()) {
            Some(next) => cursor = next.clone(),
            None => return Ok(text.into_bytes()),
        }
    }
    Err(Found::new("an export goes on and on", agency))
}

/// Gives the lines to a function, page by page. Ends with the agency's id if they were all taken, and
/// with that of an import that is under way, if there is one, if they weren't.
fn bring(
    play: &Play<'_>,
    function: &str,
    text: &str,
) -> Result<Result<String, Option<String>>, Found> {
    let lines: Vec<&str> = text.lines().collect();
    let mut pages = lines.chunks(LINES_AT_ONCE);
    let (mut ticket, mut agency) = (Value::Null, None);
    for _ in 0..CALLS_MAX {
        let page = pages.next();
        let with = record(json!({"lines": page.unwrap_or_default(), "ticket": ticket}));
        let progress = match play.ask(function, &with)? {
            Ok(progress) => progress,
            Err(error) => {
                play.unclear(function, &error)?;
                return Ok(Err(agency));
            }
        };
        let said = |field: &str| progress.get(field).cloned().unwrap_or_default();
        agency = said("agency").as_str().map(str::to_owned);
        ticket = said("ticket");
        let is_over = match function {
            "system.import" => said("done") == true,
            _ => said("complete") == true && page.is_none(),
        };
        if is_over {
            return Ok(Ok(agency.unwrap_or_default()));
        }
        if page.is_none() && said("complete") != true {
            // Cut short: the rest isn't there to come.
            return Ok(Err(agency));
        }
    }
    Err(Found::new(format!("`{function}` is never done"), text.len().to_string()))
}

/// An agency that was imported goes on as others do.
fn settle(play: &Play<'_>, agency: &str) -> Result<(), Found> {
    play.verify_log(agency)?;
    let report = play.jobs()?;
    match report.get("failed").and_then(Value::as_u64) {
        Some(0) => Ok(()),
        _ => Err(Found::new("a job of an imported agency fails", report.to_string())),
    }
}

/// An import that is under way can't be seen, and can be given up without a trace.
fn gone(
    play: &Play<'_>,
    agency: &str,
    before: &clientdesk_scenario::world::Rows,
) -> Result<(), Found> {
    let there = play.ask("agencies.get", &record(json!({ "id": agency, "agency": agency })))?;
    if there.as_ref().is_ok_and(|there| !there.is_null()) {
        return Err(Found::new("half an agency can be seen", agency));
    }
    for _ in 0..CALLS_MAX {
        let more = play.ask("system.abort-import", &record(json!({ "agency": agency })))?;
        match more {
            Ok(Value::Bool(true)) => {}
            // Nothing was under way, if no page was taken.
            Ok(_) | Err(_) => {
                return match play.rows()? == *before {
                    true => Ok(()),
                    false => {
                        Err(Found::new("an import that was given up leaves something", agency))
                    }
                };
            }
        }
    }
    Err(Found::new("giving up goes on and on", agency))
}

fn record(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}
