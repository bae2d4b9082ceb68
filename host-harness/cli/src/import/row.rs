//! Rows of a roster, and what becomes of them.

use serde::Serialize;

/// Where a row stands in the file.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Source {
    /// Its first line, from 1 on.
    pub(super) line: u64,
    /// Its last line.
    pub(super) last: u64,
    /// How many rows it counts for: where rows can't be told apart, each line is one.
    pub(super) rows: u64,
    /// Its cells, to write them back.
    pub(super) cells: Vec<String>,
}

/// A row that can be read, without white space around its texts.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Row {
    pub(super) source: Source,
    /// The bare address, as far as it can be told.
    pub(super) email: String,
    pub(super) name: Option<String>,
    /// Cells that name brands; each may name several.
    pub(super) brands: Vec<String>,
    /// What the agency calls the client.
    pub(super) label: Option<String>,
    /// The agency's own note about the client.
    pub(super) note: Option<String>,
    /// The personal words in the mail.
    pub(super) message: Option<String>,
    /// The client's id, in a file that `clients.export` wrote.
    pub(super) client: Option<String>,
    /// What was left out when it was read.
    pub(super) remarks: Vec<String>,
}

/// A row with what became of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Settled {
    pub(super) source: Source,
    pub(super) email: String,
    pub(super) name: Option<String>,
    /// The names of the brands that it is about.
    pub(super) brands: Vec<String>,
    pub(super) outcome: Outcome,
    /// Why it was refused or skipped, in a few words: the same for all rows alike.
    pub(super) kind: Option<&'static str>,
    /// What else there is to say about it.
    pub(super) remarks: Vec<String>,
}

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Outcome {
    /// A new client has an invite.
    Invited,
    /// A pending client's invite has more brands.
    BrandsAdded,
    /// A client who has joined has more brands.
    Granted,
    /// A client who was revoked, or whose invite had expired, has a new invite.
    Reinvited,
    /// A client who has all of the brands already has a name, a label or a note now.
    FilledIn,
    /// Nothing was changed.
    AlreadyThere,
    /// It can't be imported.
    Refused,
    /// It asks for nothing that other rows don't.
    Skipped,
    /// The import stopped before it, or in the call that it was in.
    NotReached,
    /// What a newer component says.
    #[serde(untagged)]
    Other(String),
}

impl Outcome {
    /// The contract's outcome of an invite.
    pub(super) fn of(name: &str) -> Outcome {
        match name {
            "invited" => Outcome::Invited,
            "brands-added" => Outcome::BrandsAdded,
            "granted" => Outcome::Granted,
            "reinvited" => Outcome::Reinvited,
            "already-there" => Outcome::AlreadyThere,
            other => Outcome::Other(other.to_owned()),
        }
    }

    /// For people.
    pub(super) fn words(&self) -> &str {
        match self {
            Outcome::Invited => "invited",
            Outcome::BrandsAdded => "brands added to an open invite",
            Outcome::Granted => "brands granted to a client who has joined",
            Outcome::Reinvited => "invited again",
            Outcome::FilledIn => "already there: missing details filled in",
            Outcome::AlreadyThere => "already there: nothing changed",
            Outcome::Refused => "refused",
            Outcome::Skipped => "skipped",
            Outcome::NotReached => "not reached, or not known",
            Outcome::Other(name) => name,
        }
    }
}

/// Why a row is refused or skipped.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reason {
    /// In a few words: the same for all rows alike.
    pub(super) kind: &'static str,
    /// All that there is to say about this row.
    pub(super) text: String,
}

impl Reason {
    pub(super) fn new(kind: &'static str, text: impl Into<String>) -> Reason {
        Reason { kind, text: text.into() }
    }
}

impl Settled {
    /// A row of which nothing can be read but its address.
    pub(super) fn unread(source: Source, email: String, outcome: Outcome, reason: Reason) -> Self {
        Settled {
            source,
            email,
            name: None,
            brands: Vec::new(),
            outcome,
            kind: Some(reason.kind),
            remarks: vec![reason.text],
        }
    }
}

impl Row {
    /// The row, with what became of it.
    pub(super) fn settled(self, outcome: Outcome, reason: Reason) -> Settled {
        let Row { source, email, name, mut remarks, .. } = self;
        remarks.insert(0, reason.text);
        let (brands, kind) = (Vec::new(), Some(reason.kind));
        Settled { source, email, name, brands, outcome, kind, remarks }
    }
}
