//! The names that the service is called by.

use std::collections::BTreeSet;
use std::net::IpAddr;

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

/// Whether a name, with a port or without, can only be that of this machine itself.
pub(crate) fn is_this_machine(name: &str) -> bool {
    let host = without_port(name).unwrap_or(name);
    let literal = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    host.eq_ignore_ascii_case("localhost")
        || literal.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
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
    fn what_this_machine_alone_is_called() {
        for (name, alone) in [
            ("localhost", true),
            ("LOCALHOST:8700", true),
            ("127.0.0.1:8700", true),
            ("127.1.2.3", true),
            ("[::1]:8700", true),
            ("[::1]", true),
            ("desk.example", false),
            ("localhost.desk.example", false),
            ("127.0.0.1.desk.example", false),
            ("0.0.0.0", false),
            ("192.168.1.1:8700", false),
            ("", false),
        ] {
            assert_eq!(is_this_machine(name), alone, "{name}");
        }
    }

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
