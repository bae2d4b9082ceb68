//! Stories in folders.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::book::CONTENTS;
use super::file::ScenarioError;
use super::given;

/// The stories below a folder, in the order of their names: all TOML files, except for
/// `book.toml` and what the folders `given` hold.
///
/// # Errors
///
/// When a folder can't be read.
pub fn stories(folder: &Path) -> Result<Vec<PathBuf>, ScenarioError> {
    let mut found = Vec::new();
    collect(folder, &mut found)
        .map_err(|source| ScenarioError::File { file: folder.display().to_string(), source })?;
    found.sort();
    Ok(found)
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            if !path.ends_with(given::FOLDER) {
                collect(&path, found)?;
            }
        } else if path.extension().is_some_and(|ending| ending == "toml")
            && !path.ends_with(CONTENTS)
        {
            found.push(path);
        }
    }
    Ok(())
}
