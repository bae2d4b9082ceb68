//! What stories have in common: steps that lie in a file of their own, and that a story names
//! instead of repeating them.
//!
//! A story that says `given = ["acme"]` begins with the steps of `given/acme.toml`. The folder
//! `given` lies beside the story or in a folder above it. Such a file says what a story does,
//! except when it begins: it begins when the story does. Its steps are judged as those of any
//! story, and what they save can be used in it.

use std::fs;
use std::path::{Path, PathBuf};

use super::file::{Scenario, ScenarioError};

/// The folder that holds them.
pub(super) const FOLDER: &str = "given";

/// The files that `story` names, in that order.
pub(super) fn read(
    story: &Path,
    names: &[String],
    start: u64,
) -> Result<Vec<Scenario>, ScenarioError> {
    names.iter().map(|name| read_one(story, name, start)).collect()
}

fn read_one(story: &Path, name: &str, start: u64) -> Result<Scenario, ScenarioError> {
    let path = find(story, name).ok_or_else(|| ScenarioError::Meaning {
        file: story.display().to_string(),
        line: 1,
        problem: format!("there is no `{FOLDER}/{name}.toml` beside it or in a folder above"),
    })?;
    let file = path.display().to_string();
    match fs::read_to_string(&path) {
        Ok(text) => Scenario::parse_given(&file, &text, start),
        Err(source) => Err(ScenarioError::File { file, source }),
    }
}

fn find(story: &Path, name: &str) -> Option<PathBuf> {
    let story = std::path::absolute(story).ok()?;
    let candidate = |folder: &Path| folder.join(FOLDER).join(format!("{name}.toml"));
    story.parent()?.ancestors().map(candidate).find(|path| path.is_file())
}
