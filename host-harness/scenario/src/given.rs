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

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with a story that begins with `given`, and the files of the folder `given`.
    fn story(given: &str, files: &[(&str, &str)]) -> Result<Scenario, String> {
        let folder = tempfile::tempdir().unwrap();
        let stories = folder.path().join("invites");
        fs::create_dir_all(&stories).unwrap();
        fs::create_dir_all(folder.path().join(FOLDER)).unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(FOLDER).join(name), text).unwrap();
        }
        let path = stories.join("expiry.toml");
        let text = format!(
            "title = 't'\nstart = 2026-09-01T00:00:00Z\ngiven = {given}\n\
             [[step]]\ncall = 'a.b'\n"
        );
        fs::write(&path, text).unwrap();
        Scenario::read(&path).map_err(|error| error.to_string())
    }

    #[test]
    fn a_story_begins_with_what_lies_above_it() {
        let acme = ("acme.toml", "title = 'Acme'\nagency = 'acme'\n[[step]]\ncall = 'c.d'\n");
        let nike = ("nike.toml", "title = 'Nike'\n[[step]]\ncall = 'e.f'\n");
        let story = story("['nike', 'acme']", &[acme, nike]).unwrap();
        let given: Vec<_> = story.given.iter().map(|given| (&*given.title, given.start)).collect();
        assert_eq!(given, [("Nike", story.start), ("Acme", story.start)]);
        assert_eq!(story.steps.len(), 1);
    }

    #[test]
    fn what_cant_be_a_beginning_is_refused() {
        for (text, problem) in [
            (None, "no `given/acme.toml`"),
            (Some("title = 't'\nstart = 2026-09-01T00:00:00Z\nstep = []"), "no `start`"),
            (Some("title = 't'\ngiven = ['nike']\nstep = []"), "only a story"),
        ] {
            let files: Vec<_> = text.map(|text| ("acme.toml", text)).into_iter().collect();
            let error = story("['acme']", &files).unwrap_err();
            assert!(error.contains(problem), "{error}");
        }
    }
}
