//! Where somebody goes on after logging in: pages of ours alone.

use super::place::is_id;

/// The page of that path, if it is one to come back to.
pub(super) fn known(path: &str) -> Option<&str> {
    let (folder, id) = match path.strip_prefix('/')?.split_once('/') {
        Some((folder, id)) => (folder, Some(id)),
        None => (path.strip_prefix('/')?, None),
    };
    let good = match (folder, id) {
        ("" | "profile", None) => true,
        ("pages" | "plans" | "colleagues" | "sign-ins", Some(id)) => is_id(id),
        _ => false,
    };
    good.then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_ours_are_gone_to() {
        for (path, good) in [
            ("/", true),
            ("/profile", true),
            ("/pages/dashboard", true),
            ("/plans/nike-inc", true),
            ("", false),
            ("//evil.example", false),
            ("/\\evil.example", false),
            ("https://evil.example", false),
            ("/pages/a/b", false),
            ("/pages/a?b", false),
            ("/pages/", false),
            ("/log-out", false),
            ("/profile\r\nSet-Cookie: a", false),
            ("/../x", false),
            ("/pages/..", false),
        ] {
            assert_eq!(known(path).is_some(), good, "{path}");
        }
    }
}
