//! What all mails are made of.

use crate::domain::text::{Name, Note};

/// A letter: what all mails are made of.
pub struct Letter<'a> {
    /// One line: what it is about, and who it is from or about.
    pub subject: String,
    /// What a list of mails shows after the subject: what the subject doesn't say yet.
    pub preview: String,
    /// What happened: a paragraph each.
    pub lead: Vec<String>,
    /// What a person wrote to go with it.
    pub note: Option<Quote<'a>>,
    /// What there is to know, in tables.
    pub sections: Vec<Section>,
    /// What to do now; nothing where each name is a link, and where others have to do something.
    pub action: Option<Action>,
    /// How long the link works, or what to do if it wasn't you: a paragraph each.
    pub remarks: Vec<String>,
    /// Why this mail came, and what happens to who does nothing.
    pub reason: String,
}

/// Words of somebody else.
pub struct Quote<'a> {
    /// Whose.
    pub author: &'a Name,
    /// What they wrote.
    pub words: &'a Note,
}

/// A small table.
#[derive(Debug, PartialEq, Eq)]
pub struct Section {
    /// What it is about.
    pub title: String,
    /// Its lines.
    pub rows: Vec<Row>,
}

/// A line of a table.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// What, or who.
    pub what: String,
    /// Where there is more about it; empty: nowhere.
    pub link: String,
    /// What else there is to know, in small print; empty: nothing.
    pub detail: String,
    /// How much, or when; empty: neither.
    pub value: String,
}

impl Row {
    /// What, and how much or when.
    pub fn new(what: impl Into<String>, value: impl Into<String>) -> Row {
        Row { what: what.into(), value: value.into(), ..Row::default() }
    }
}

/// Something to do: a link.
pub struct Action {
    /// What it does, as a sentence before the bare link.
    pub sentence: &'static str,
    /// What it does, on a button.
    pub label: &'static str,
    /// Where it leads.
    pub link: String,
}
