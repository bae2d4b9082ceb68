//! What headings are called in addresses: as where repositories are looked at, so that a link is good there and here.

use std::collections::BTreeMap;

/// Names that a page's headings have.
#[derive(Default)]
pub(super) struct Anchors(BTreeMap<String, u32>);

impl Anchors {
    /// The next heading's: its letters, digits and hyphens, and a number where there was one like it.
    pub(super) fn next(&mut self, heading: &str) -> String {
        let mut name = String::new();
        for c in heading.trim().to_lowercase().chars() {
            match c {
                ' ' => name.push('-'),
                '-' | '_' => name.push(c),
                c if c.is_alphanumeric() => name.push(c),
                _ => {}
            }
        }
        let seen = self.0.entry(name.clone()).or_default();
        let number = *seen;
        *seen += 1;
        if number == 0 { name } else { format!("{name}-{number}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_have_the_names_that_links_use() {
        let mut anchors = Anchors::default();
        for (heading, name) in [
            ("Two hosts on one store", "two-hosts-on-one-store"),
            ("1. Load the component", "1-load-the-component"),
            ("`csv`: all fields", "csv-all-fields"),
            ("Another agency's things", "another-agencys-things"),
            ("clients.invite-by-email", "clientsinvite-by-email"),
            ("`csv`: all fields", "csv-all-fields-1"),
        ] {
            assert_eq!(anchors.next(heading), name);
        }
    }
}
