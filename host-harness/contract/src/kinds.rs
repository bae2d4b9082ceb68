//! The kinds of log entries and mails: those of `docs/kinds.txt`, which a test prints from the component's code.

const KINDS: &str = include_str!("../../../docs/kinds.txt");

/// The kinds of log entries, such as `client-invited`.
pub fn events() -> impl Iterator<Item = &'static str> {
    listed_below("Events ")
}

/// The kinds of mails, such as `invite`.
pub fn mails() -> impl Iterator<Item = &'static str> {
    listed_below("Mails ")
}

/// The first word of each line of a section.
fn listed_below(heading: &'static str) -> impl Iterator<Item = &'static str> {
    KINDS
        .lines()
        .skip_while(move |line| !line.starts_with(heading))
        .skip(1)
        .take_while(|line| line.starts_with("  "))
        .filter_map(|line| line.split_whitespace().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_listed() {
        let events: Vec<_> = events().collect();
        let mails: Vec<_> = mails().collect();
        assert!(["client-invited", "mail-bounced"].iter().all(|kind| events.contains(kind)));
        assert!(["invite", "digest"].iter().all(|kind| mails.contains(kind)));
        assert!(!mails.contains(&"access-end"), "no other section");
    }
}
