//! The book that `docs/` holds is what the stories tell today.

use std::fs;

use clientdesk_scenario::Target;
use clientdesk_scenario::book::Book;
use libtest_mimic::Trial;

use crate::native::Native;
use crate::{repository, trial};

const COMMAND: &str = "cargo run --release -- run --book tests/scenarios > docs/book.md";

pub fn trials() -> Vec<Trial> {
    vec![trial("book/is_what_the_stories_tell", is_what_the_stories_tell)]
}

fn is_what_the_stories_tell() {
    let book = Book::read(&repository("tests/scenarios")).unwrap_or_else(|error| panic!("{error}"));
    let told = book
        .tell(|world| Ok(Box::new(Native::new(world)) as Box<dyn Target>))
        .unwrap_or_else(|error| panic!("{error}"));
    let committed = fs::read_to_string(repository("docs/book.md")).unwrap_or_default();
    let differs = |(_, (told, committed)): &(usize, (&str, &str))| told != committed;
    let lines = told.lines().zip(committed.lines().chain(std::iter::repeat("")));
    if let Some((number, (told, committed))) = (1..).zip(lines).find(differs) {
        panic!(
            "docs/book.md:{number} says\n  {committed}\nbut now it would be\n  {told}\nRun: {COMMAND}"
        );
    }
    assert_eq!(told.len(), committed.len(), "docs/book.md is too long. Run: {COMMAND}");
}
