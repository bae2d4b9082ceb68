//! The kinds of log entries and mails that options can name: those of `docs/kinds.txt`, which
//! a test prints from the component's code.

use clap::builder::PossibleValuesParser;

const KINDS: &str = include_str!("../../../docs/kinds.txt");

/// The kinds of log entries.
pub(crate) fn events() -> PossibleValuesParser {
    listed_below("Events ").into()
}

/// The kinds of mails.
pub(crate) fn mails() -> PossibleValuesParser {
    listed_below("Mails ").into()
}

/// The first word of each line of a section.
fn listed_below(heading: &str) -> Vec<&'static str> {
    KINDS
        .lines()
        .skip_while(|line| !line.starts_with(heading))
        .skip(1)
        .take_while(|line| line.starts_with("  "))
        .filter_map(|line| line.split_whitespace().next())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_listed() {
        for (heading, some) in
            [("Events ", ["client-invited", "mail-bounced"]), ("Mails ", ["invite", "digest"])]
        {
            let kinds = listed_below(heading);
            assert!(some.iter().all(|kind| kinds.contains(kind)), "{kinds:?}");
            assert!(!kinds.contains(&"access-end"), "no other section");
        }
    }
}
