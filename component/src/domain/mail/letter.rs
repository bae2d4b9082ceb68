//! What all mails are made of.

/// A letter: what all mails are made of.
pub struct Letter<'a> {
    /// One line.
    pub subject: String,
    /// What happened.
    pub lead: String,
    /// What a person wrote to go with it.
    pub note: Option<&'a str>,
    /// What there is to know, in tables.
    pub sections: Vec<Section>,
    /// What to do now; nothing in mails to the agency, whose own pages aren't ours.
    pub action: Option<Action>,
    /// How long the link works, or what to do if it wasn't you.
    pub remark: Option<String>,
    /// Why this mail came.
    pub reason: String,
}

/// A small table.
#[derive(Debug, PartialEq, Eq)]
pub struct Section {
    /// What it is about.
    pub title: &'static str,
    /// What, and how much or when.
    pub rows: Vec<(String, String)>,
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
