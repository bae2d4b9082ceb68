//! The names that the service is called by.

use std::collections::BTreeSet;

/// The names that the service is called by.
#[derive(Clone, Debug)]
pub(crate) struct Names(BTreeSet<String>);

impl Names {
    pub(crate) fn new(names: impl IntoIterator<Item = String>) -> Names {
        Names(names.into_iter().map(|name| name.to_ascii_lowercase()).collect())
    }

    /// Whether a name, with a port or without, is one of them.
    pub(crate) fn has(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        self.0.contains(&name) || without_port(&name).is_some_and(|name| self.0.contains(name))
    }
}

/// `localhost` of `localhost:8700`; `[::1]` of `[::1]:8700`.
fn without_port(name: &str) -> Option<&str> {
    let (host, port) = name.rsplit_once(':')?;
    port.bytes().all(|byte| byte.is_ascii_digit()).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_same_with_a_port_and_in_capitals() {
        let names = Names::new(["localhost".to_owned(), "127.0.0.1".into(), "[::1]".into()]);
        for (name, ours) in [
            ("localhost", true),
            ("LocalHost:8700", true),
            ("127.0.0.1:80", true),
            ("[::1]:8700", true),
            ("[::1]", true),
            ("localhost.", false),
            ("localhost:8700.evil.example", false),
            ("evil.example", false),
            ("evil.example:8700", false),
            ("", false),
            ("localhost:80:80", false),
        ] {
            assert_eq!(names.has(name), ours, "{name}");
        }
    }
}
