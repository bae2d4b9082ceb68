//! Where a portal is, and whose.

/// Where a portal is, as whoever asks reached it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    agency: String,
    base: String,
    secure: bool,
}

/// Below which path every agency has its portal, on the service's own names.
const PORTAL: &str = "/portal/";

impl Place {
    pub(super) fn new(agency: &str, base: &str, secure: bool) -> Place {
        Place { agency: agency.to_owned(), base: base.to_owned(), secure }
    }

    /// Whose it is.
    pub(super) fn agency(&self) -> &str {
        &self.agency
    }

    /// The path before those of its pages, without a slash at the end.
    pub(super) fn base(&self) -> &str {
        &self.base
    }

    /// Whether browsers reach it over https, and only so.
    pub(super) fn is_secure(&self) -> bool {
        self.secure
    }

    /// The path of one of its pages, such as `/log-in`. Its first page is `/`.
    pub(super) fn path(&self, page: &str) -> String {
        let base = &self.base;
        if page == "/" && !base.is_empty() { base.clone() } else { format!("{base}{page}") }
    }
}

/// The agency whose portal a path of the service itself names, and what comes after: `/portal/acme/log-in`.
pub(super) fn named(path: &str) -> Option<(&str, &str)> {
    let rest = path.strip_prefix(PORTAL)?;
    let (agency, page) = match rest.find('/') {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    is_id(agency).then_some((agency, page))
}

/// Whether something may be an id of the host's own.
pub(super) fn is_id(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let is_step = matches!(text, "." | "..");
    (1..=64).contains(&text.len()) && text.bytes().all(plain) && !is_step
}

/// `https`, `clients.acme.example` and `/portal` of `https://clients.acme.example/portal`.
pub(super) fn parts(address: &str) -> Option<(&str, &str, &str)> {
    let (scheme, rest) = address.split_once("://")?;
    let (authority, path) = match rest.find('/') {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    Some((scheme, authority, path.trim_end_matches('/')))
}

/// The origin of an address, if it may stand in a policy of what a page may load or send.
pub(super) fn origin(address: &str) -> Option<String> {
    let (scheme, authority, _) = parts(address)?;
    let scheme = scheme.to_ascii_lowercase();
    let authority = authority.split(['?', '#']).next().unwrap_or_default();
    let plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b':' | b'[' | b']');
    let good = !authority.is_empty() && authority.bytes().all(plain);
    (good && matches!(scheme.as_str(), "http" | "https")).then(|| format!("{scheme}://{authority}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_path_names() {
        for (path, found) in [
            ("/portal/acme", Some(("acme", ""))),
            ("/portal/acme/", Some(("acme", "/"))),
            ("/portal/acme/invite/x", Some(("acme", "/invite/x"))),
            ("/portal/", None),
            ("/portal//log-in", None),
            ("/portal/a%2Fb/log-in", None),
            ("/portal/../log-in", None),
            ("/portals/acme", None),
            ("/v1/call/portal.me", None),
        ] {
            assert_eq!(named(path), found, "{path}");
        }
    }

    #[test]
    fn origins_are_plain() {
        for (address, found) in [
            ("https://cdn.acme.example/logo.svg", Some("https://cdn.acme.example")),
            ("HTTP://127.0.0.1:8700?x", Some("http://127.0.0.1:8700")),
            ("https://a.example;script-src *", None),
            ("https://a.example 'unsafe-inline'/", None),
            ("https://", None),
            ("javascript:alert(1)", None),
        ] {
            assert_eq!(origin(address).as_deref(), found, "{address}");
        }
    }
}
