//! Stories as a book: one document that says what the component does, for people who would
//! rather not read TOML.
//!
//! | to find | open |
//! | --- | --- |
//! | what is noted while a story runs | `notes.rs` |
//! | a note as a sentence: refusals, mails, times | `words.rs` |
//! | the document | `page.rs` |
//!
//! Each story is run, and what it brings about is printed: the subjects of mails and the
//! reasons of refusals are the component's own words. A story that fails makes no book.
//!
//! A folder's stories are arranged by its file `book.toml`:
//!
//! ```toml
//! title = "What an agency can do"
//! about = "What the book is about."
//!
//! [[chapter]]
//! folder = "invites"
//! title = "Invites"
//! about = "What the chapter is about."
//! stories = ["expiry", "resend"]         # the files of the folder, in reading order
//! ```

mod notes;
mod page;
mod words;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;
use thiserror::Error;

use crate::file::{Scenario, ScenarioError};
use crate::folder::stories;
use crate::report::Failure;
use crate::run::run;
use crate::target::Target;
use crate::world::World;
use clientdesk_host::adapters::storage::MemoryStorage;

/// The file that arranges a folder's stories.
pub const CONTENTS: &str = "book.toml";

/// Stories in chapters.
#[derive(Clone, Debug)]
pub struct Book {
    title: String,
    about: Option<String>,
    chapters: Vec<Chapter>,
}

#[derive(Clone, Debug)]
struct Chapter {
    title: String,
    about: String,
    stories: Vec<Scenario>,
}

/// Why there is no book.
#[derive(Debug, Error)]
pub enum BookError {
    /// A file can't be used.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// The stories that are named aren't those that are there.
    #[error("{file} should name each story below it once; {problem}")]
    Contents {
        /// The file that names them.
        file: String,
        /// Which is missing, or named for nothing.
        problem: String,
    },
    /// A story can't begin.
    #[error("can't tell `{file}`")]
    Target {
        /// Its file.
        file: String,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A story doesn't go as it tells.
    #[error(transparent)]
    Failure(Box<Failure>),
}

/// `book.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Contents {
    title: String,
    about: Option<String>,
    chapter: Vec<ContentsChapter>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ContentsChapter {
    folder: String,
    title: String,
    about: String,
    stories: Vec<String>,
}

impl Book {
    /// The book that a folder's `book.toml` arranges.
    ///
    /// # Errors
    ///
    /// When a file can't be read, or the stories that are named aren't those that are there.
    pub fn read(folder: &Path) -> Result<Book, BookError> {
        let path = folder.join(CONTENTS);
        let file = path.display().to_string();
        let text = fs::read_to_string(&path)
            .map_err(|source| ScenarioError::File { file: file.clone(), source })?;
        let contents: Contents = toml::from_str(&text).map_err(|source| ScenarioError::Format {
            file: file.clone(),
            source: Box::new(source),
        })?;
        let mut chapters = Vec::new();
        for ContentsChapter { folder: name, title, about, stories } in contents.chapter {
            let folder = folder.join(name);
            complete(&folder, &stories)
                .map_err(|problem| BookError::Contents { file: file.clone(), problem })?;
            let story = |stem: &String| Scenario::read(&folder.join(format!("{stem}.toml")));
            let stories = stories.iter().map(story).collect::<Result<_, _>>()?;
            chapters.push(Chapter { title, about, stories });
        }
        Ok(Book { title: contents.title, about: contents.about, chapters })
    }

    /// Some stories, in this order, without chapters.
    pub fn of(title: &str, stories: Vec<Scenario>) -> Book {
        let chapter = Chapter { title: String::new(), about: String::new(), stories };
        Book { title: title.to_owned(), about: None, chapters: vec![chapter] }
    }

    /// Runs the stories, and tells them in Markdown. `target` makes what a story runs against
    /// from the world that it runs in.
    ///
    /// # Errors
    ///
    /// When a story can't begin, or doesn't go as it tells.
    pub fn tell(
        &self,
        target: impl Fn(&World) -> Result<Box<dyn Target>, Box<dyn std::error::Error + Send + Sync>>,
    ) -> Result<String, BookError> {
        let mut text = page::front(&self.title, self.about.as_deref());
        for chapter in &self.chapters {
            page::chapter(&mut text, &chapter.title, &chapter.about);
            for story in &chapter.stories {
                let world = World::new(Arc::new(MemoryStorage::new()));
                let target = target(&world)
                    .map_err(|source| BookError::Target { file: story.file.clone(), source })?;
                let mut notes = notes::Notes::default();
                run(story, &world, target.as_ref(), &mut notes).map_err(BookError::Failure)?;
                page::section(&mut text, story, &notes);
            }
        }
        Ok(text)
    }
}

/// The problem when `named` aren't the stories that lie in `folder`, each once.
fn complete(folder: &Path, named: &[String]) -> Result<(), String> {
    let place = folder.display();
    let files = stories(folder).map_err(|_| format!("`{place}` can't be read"))?;
    let stem = |file: PathBuf| file.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let mut there: BTreeSet<String> = files.into_iter().filter_map(stem).collect();
    match named.iter().find(|stem| !there.remove(stem.as_str())) {
        Some(stem) => Err(format!("`{stem}` isn't in `{place}`, or is named twice")),
        None => match there.first() {
            Some(stem) => Err(format!("`{stem}` in `{place}` isn't named")),
            None => Ok(()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_book_names_each_story_once() {
        let folder = tempfile::tempdir().unwrap();
        let story = "title = 't'\nstart = 2026-09-01T00:00:00Z\nstep = []";
        fs::create_dir(folder.path().join("invites")).unwrap();
        fs::write(folder.path().join("invites/expiry.toml"), story).unwrap();
        for (stories, problem) in [
            ("'expiry'", None),
            ("", Some("`expiry` in")),
            ("'expiry', 'expiry'", Some("named twice")),
            ("'expiry', 'resend'", Some("`resend` isn't in")),
        ] {
            let contents = format!(
                "title = 'b'\n[[chapter]]\nfolder = 'invites'\ntitle = 'Invites'\n\
                 about = 'a'\nstories = [{stories}]"
            );
            fs::write(folder.path().join(CONTENTS), contents).unwrap();
            let read = Book::read(folder.path()).map_err(|error| error.to_string());
            match problem {
                None => assert!(read.is_ok(), "{read:?}"),
                Some(problem) => assert!(read.unwrap_err().contains(problem), "{stories}"),
            }
        }
    }
}
