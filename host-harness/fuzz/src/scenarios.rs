//! `scenarios`: the text of a scenario file.
//!
//! What is no scenario is refused with the place; what is one runs to its end, or to a step that fails
//! and says where it stands. Nothing takes long.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use clientdesk_host::adapters::storage::MemoryStorage;
use clientdesk_scenario::{Scenario, ScenarioError, World, folder};
use cpu_time::ThreadTime;

use crate::draw::Draw;
use crate::mutate;
use crate::smaller::texts;
use crate::stage::Troupe;
use crate::subject::{Found, Subject, guarded};

/// Longer stories make the search slow.
const LINES_MAX: usize = 70;
/// Stories with more steps are read, but not run.
const STEPS_MAX: usize = 40;
/// What reading a story, or running a few steps, may take of the processor's time.
const TIME_MAX: Duration = Duration::from_secs(20);

/// What a scenario file is made of.
pub const WORDS: [&str; 65] = [
    "title",
    "about",
    "start",
    "agency",
    "given",
    "verify",
    "[[step]]",
    "part",
    "say",
    "at",
    "after",
    "call",
    "with",
    "as",
    "key",
    "key-ring",
    "expect",
    "error",
    "mails",
    "log",
    "save",
    "store-changes",
    "fail",
    "mail-says",
    "time-zones",
    "each-storage-failure",
    "damage",
    "host-calls",
    "repeat",
    "cases",
    "storage",
    "unavailable",
    "conflict",
    "on",
    "nth",
    "times",
    "commit",
    "scan",
    "get",
    "row",
    "set",
    "replace",
    "copy",
    "remove",
    "true",
    "false",
    "\"...\"",
    "\"<none>\"",
    "\"<id>\"",
    "${n}",
    "${a*9}",
    "${ann}",
    "\"$times\"",
    "\"$of\"",
    "answer",
    "mail.token",
    "\"14d\"",
    "2026-09-01T00:00:00Z",
    "never",
    "try-later",
    "owner:olga:Olga",
    "{",
    "}",
    "[",
    "]",
];

/// The text of a scenario file.
pub struct Scenarios<'s> {
    troupe: &'s dyn Troupe,
    stories: Vec<Vec<u8>>,
}

impl<'s> Scenarios<'s> {
    /// Texts like the stories in this folder, played by this troupe.
    ///
    /// # Errors
    ///
    /// When the folder can't be read.
    pub fn like(troupe: &'s dyn Troupe, stories: &Path) -> Result<Scenarios<'s>, String> {
        let files = folder::stories(stories).map_err(|error| error.to_string())?;
        let mut texts = Vec::new();
        for file in files {
            let text = std::fs::read_to_string(&file).map_err(|error| error.to_string())?;
            if text.lines().count() <= LINES_MAX {
                // What it has in common with others lies in files of their own.
                let own = text.lines().filter(|line| !line.starts_with("given"));
                texts.push(own.collect::<Vec<_>>().join("\n").into_bytes());
            }
        }
        Ok(Scenarios { troupe, stories: texts })
    }

    /// The texts that the search begins with.
    pub fn seeds(&self) -> &[Vec<u8>] {
        &self.stories
    }
}

impl Subject for Scenarios<'_> {
    fn name(&self) -> &'static str {
        "scenarios"
    }

    fn input(&self, bytes: &[u8]) -> Vec<u8> {
        mutate::text(&mut Draw::from(bytes), &self.stories, &WORDS)
    }

    fn examine(&self, input: &[u8]) -> Result<(), Found> {
        let text = String::from_utf8_lossy(input);
        let began = ThreadTime::now();
        let read = guarded(|| Ok(Scenario::parse("story.toml", &text)))?;
        in_time("reading a scenario", began)?;
        match read {
            Ok(scenario) if scenario.steps.len() <= STEPS_MAX => self.play(&scenario, &text),
            Ok(_) => Ok(()),
            Err(error) => refused(&error, &text),
        }
    }

    fn smaller(&self, input: &[u8]) -> Vec<Vec<u8>> {
        texts(input)
    }

    fn ending(&self) -> &'static str {
        "toml"
    }
}

impl Scenarios<'_> {
    fn play(&self, scenario: &Scenario, text: &str) -> Result<(), Found> {
        let world = World::new(Arc::new(MemoryStorage::new()));
        let target = self.troupe.target(&world);
        let target = target.map_err(|problem| Found::new("the stage can't be set up", problem))?;
        let began = ThreadTime::now();
        let run = || Ok(clientdesk_scenario::run(scenario, &world, target.as_ref(), &mut ()));
        let failed = guarded(run)?;
        in_time("running a scenario", began)?;
        let Err(failure) = failed else { return Ok(()) };
        // Line 0 is what comes after the last step.
        if failure.line > text.lines().count() || failure.mismatches.is_empty() {
            return Err(Found::new(
                "a step fails without a place or a reason",
                failure.to_string(),
            ));
        }
        let panicked =
            failure.mismatches.iter().find(|it| it.found.contains("the component trapped"));
        match panicked {
            Some(mismatch) => Err(Found::new("a call in a scenario traps", mismatch.found.clone())),
            None => Ok(()),
        }
    }
}

fn in_time(what: &str, began: ThreadTime) -> Result<(), Found> {
    let took = began.elapsed();
    if took <= TIME_MAX {
        return Ok(());
    }
    Err(Found::new(format!("{what} takes too long"), format!("{took:?}")))
}

fn refused(error: &ScenarioError, text: &str) -> Result<(), Found> {
    let unclear =
        |why: &str| Err(Found::new(format!("a scenario is refused {why}"), format!("{error:?}")));
    match error {
        ScenarioError::File { .. } => unclear("as a file that isn't there"),
        ScenarioError::Format { source, .. } => {
            let message = source.to_string();
            if message.trim().is_empty() { unclear("without a word") } else { Ok(()) }
        }
        ScenarioError::Meaning { line, problem, .. } => {
            let is_there = (1..=text.lines().count().max(1)).contains(line);
            match is_there && !problem.trim().is_empty() {
                true => Ok(()),
                false => unclear("without a place or a reason"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_keys_are_among_the_words() {
        for text in ["unheard-of = 1", "[[step]]\nunheard-of = 1"] {
            let text = format!("title = 'Story'\nstart = 2026-09-01T00:00:00Z\n{text}\n");
            let error = match Scenario::parse("story.toml", &text) {
                Err(ScenarioError::Format { source, .. }) => source.to_string(),
                other => panic!("{other:?}"),
            };
            let (_, keys) = error.split_once("expected one of ").unwrap();
            for key in keys.split('`').skip(1).step_by(2) {
                assert!(WORDS.iter().any(|word| word.trim_matches(['[', ']']) == key), "`{key}`");
            }
        }
    }
}
