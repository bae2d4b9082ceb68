//! Names that somebody may have meant.

/// How alike two names must be, from 0 to 1.
const ALIKE: f64 = 0.8;

/// The names most like `name`, the likest first, at most three.
pub fn close_names<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut close: Vec<(f64, &str)> = candidates
        .into_iter()
        .map(|candidate| (likeness(name, candidate), candidate))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .collect();
    close.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    close.truncate(3);
    close.into_iter().map(|(_, name)| name.to_owned()).collect()
}

/// A name without its interface is as good as one with it: `revoke` is like
/// `clients.revoke`.
fn likeness(name: &str, candidate: &str) -> f64 {
    let last = candidate.rsplit('.').next().unwrap_or(candidate);
    strsim::jaro_winkler(name, candidate).max(strsim::jaro_winkler(name, last))
}

/// An addition to a message: ` (did you mean …?)`, or nothing.
pub fn did_you_mean(close: &[String]) -> String {
    if close.is_empty() {
        return String::new();
    }
    let names: Vec<String> = close.iter().map(|name| format!("`{name}`")).collect();
    format!(" (did you mean {}?)", names.join(" or "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant() {
        let names = ["clients.invite-by-email", "clients.revoke", "billing.ledger"];
        for (typed, meant) in [
            ("clients.invite", Some("clients.invite-by-email")),
            ("revoke", Some("clients.revoke")),
            ("billing.leger", Some("billing.ledger")),
            ("xyz", None),
        ] {
            let close = close_names(typed, names);
            assert_eq!(close.first().map(String::as_str), meant, "{typed}");
        }
    }
}
