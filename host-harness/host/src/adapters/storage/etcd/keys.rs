//! Where a store's keys are in etcd: below its prefix, each kind in a range of its own.

/// The prefix of a store, and what its keys are called in etcd.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Keys {
    /// Without the slash at its end.
    prefix: String,
    rows: String,
}

impl Keys {
    pub(super) fn new(prefix: &str) -> Self {
        Self { prefix: prefix.into(), rows: format!("{prefix}/r/") }
    }

    pub(super) fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The key of a row.
    pub(super) fn row(&self, key: &str) -> String {
        format!("{}{key}", self.rows)
    }

    /// The row's own key.
    pub(super) fn own<'a>(&self, key: &'a [u8]) -> Option<&'a str> {
        std::str::from_utf8(key.strip_prefix(self.rows.as_bytes())?).ok()
    }

    /// Which layout the store has.
    pub(super) fn layout(&self) -> String {
        format!("{}/layout", self.prefix)
    }

    /// What a writer notes its commits in.
    pub(super) fn writer(&self, id: &str) -> String {
        format!("{}/w/{id}", self.prefix)
    }

    /// That a server takes all commits.
    pub(super) fn tried(&self, endpoint: &str) -> String {
        format!("{}/t/{endpoint}", self.prefix)
    }

    /// All of the store: from, and up to.
    pub(super) fn all(&self) -> (String, String) {
        (format!("{}/", self.prefix), format!("{}0", self.prefix))
    }

    /// Where the layout would be of stores in whose ranges this one would lie.
    pub(super) fn around(&self) -> Vec<String> {
        let ends = self.prefix.match_indices('/').map(|(at, _)| at);
        let outer = ends.filter_map(|at| self.prefix.get(..at)).filter(|outer| !outer.is_empty());
        outer.map(|outer| Self::new(outer).layout()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_its_key_below_the_prefix() {
        let keys = Keys::new("/platform/desk");
        assert_eq!(keys.row("a/b"), "/platform/desk/r/a/b");
        assert_eq!(keys.own(b"/platform/desk/r/a/b"), Some("a/b"));
        assert_eq!(keys.own(b"/platform/desk/w/1"), None);
        assert_eq!(keys.around(), ["/platform/layout"]);
        assert!(Keys::new("clientdesk").around().is_empty());
        let (from, to) = keys.all();
        assert!(from < keys.row("") && keys.row("~") < to && keys.layout() < to);
    }
}
