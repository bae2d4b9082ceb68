//! Cookies: what a browser brought, and what it is told to keep.

use axum::http::{HeaderMap, HeaderValue, header};

use super::place::Place;

/// What a cookie is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cookie {
    /// A client's session.
    Session,
    /// An operator who is signed in on a client's behalf.
    Acting,
    /// What forms are bound to.
    Form,
    /// The token of an invite's link, once it is out of the address.
    Invite,
    /// That of a link to choose a new password.
    Reset,
    /// That of a link that confirms an address.
    Confirm,
    /// That of an operator who arrives on a client's behalf.
    Arriving,
    /// What the next page says was done.
    Done,
}

/// How long a link's token stays with the browser: long enough to fill in a form.
const LINK_SECONDS: u64 = 3_600;
/// How long what was done is said.
const DONE_SECONDS: u64 = 60;

impl Cookie {
    const fn name(self) -> &'static str {
        match self {
            Cookie::Session => "portal-session",
            Cookie::Acting => "portal-acting",
            Cookie::Form => "portal-form",
            Cookie::Invite => "portal-invite",
            Cookie::Reset => "portal-reset",
            Cookie::Confirm => "portal-confirm",
            Cookie::Arriving => "portal-arriving",
            Cookie::Done => "portal-done",
        }
    }

    /// Whether it is a secret of the contract, which names its agency.
    pub(super) const fn is_secret(self) -> bool {
        !matches!(self, Cookie::Form | Cookie::Done)
    }

    /// For how long a browser keeps it; none: as long as it runs.
    const fn seconds(self) -> Option<u64> {
        match self {
            // The contract's longest; it is over earlier by the contract's own rules.
            Cookie::Session => Some(30 * 86_400),
            Cookie::Acting => Some(LINK_SECONDS),
            Cookie::Form => None,
            Cookie::Invite | Cookie::Reset | Cookie::Confirm | Cookie::Arriving => {
                Some(LINK_SECONDS)
            }
            Cookie::Done => Some(DONE_SECONDS),
        }
    }

    /// Its name where this place is. A browser takes a name that begins so over https alone, and with `__Host-`
    /// from this very host alone: no other host of the same domain can plant one.
    fn full_name(self, place: &Place) -> String {
        let prefix = match (place.is_secure(), place.base().is_empty()) {
            (true, true) => "__Host-",
            (true, false) => "__Secure-",
            (false, _) => "",
        };
        format!("{prefix}{}", self.name())
    }

    /// The header that tells a browser to keep it; none: it can't stand in a cookie.
    pub(super) fn keep(self, place: &Place, value: &str) -> Option<HeaderValue> {
        let lasts = self.seconds().map(|seconds| format!("; Max-Age={seconds}"));
        let value = Some(value).filter(|value| is_value(value))?;
        self.header(place, value, &lasts.unwrap_or_default())
    }

    /// The header that tells a browser to forget it.
    pub(super) fn forget(self, place: &Place) -> Option<HeaderValue> {
        self.header(place, "", "; Max-Age=0")
    }

    fn header(self, place: &Place, value: &str, lasts: &str) -> Option<HeaderValue> {
        let (name, base) = (self.full_name(place), place.base());
        let path = if base.is_empty() { "/" } else { base };
        let secure = if place.is_secure() { "; Secure" } else { "" };
        let text = format!("{name}={value}; Path={path}; HttpOnly; SameSite=Lax{secure}{lasts}");
        let mut header = HeaderValue::from_str(&text).ok()?;
        header.set_sensitive(true);
        Some(header)
    }

    /// What the browser brought; none: nothing that could be one. Of several, the first counts: browsers
    /// send that of the longest path first.
    pub(super) fn read(self, place: &Place, headers: &HeaderMap) -> Option<String> {
        let name = self.full_name(place);
        let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
        let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| {
            let (name, value) = pair.split_once('=')?;
            Some((name.trim(), value.trim()))
        });
        let (_, value) = pairs.find(|(found, _)| *found == name)?;
        Some(value).filter(|value| is_value(value)).map(str::to_owned)
    }
}

/// Whether it can be a secret of the contract, or a word of ours.
pub(super) fn is_value(value: &str) -> bool {
    let plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
    (1..=1_024).contains(&value.len()) && value.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::COOKIE, HeaderValue::from_str(line).unwrap());
        }
        headers
    }

    #[test]
    fn a_cookie_is_kept_for_its_place_alone() {
        for (place, header) in [
            (
                Place::new("acme", "", true),
                "__Host-portal-session=a.b-c; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=2592000",
            ),
            (
                Place::new("acme", "/portal/acme", true),
                "__Secure-portal-session=a.b-c; Path=/portal/acme; HttpOnly; SameSite=Lax; Secure; Max-Age=2592000",
            ),
            (
                Place::new("acme", "/portal/acme", false),
                "portal-session=a.b-c; Path=/portal/acme; HttpOnly; SameSite=Lax; Max-Age=2592000",
            ),
        ] {
            assert_eq!(Cookie::Session.keep(&place, "a.b-c").unwrap(), header);
            assert!(Cookie::Session.keep(&place, "a; Domain=evil.example").is_none());
            assert!(Cookie::Session.keep(&place, "a\r\nSet-Cookie: b").is_none());
        }
    }

    #[test]
    fn what_a_browser_brought_is_read_by_its_whole_name() {
        let secure = Place::new("acme", "", true);
        let plain = Place::new("acme", "/portal/acme", false);
        let brought = headers(&["a=1; portal-session=plain", "__Host-portal-session=good; b"]);
        assert_eq!(Cookie::Session.read(&secure, &brought).as_deref(), Some("good"));
        assert_eq!(Cookie::Session.read(&plain, &brought).as_deref(), Some("plain"));
        assert_eq!(Cookie::Acting.read(&plain, &brought), None);
        for line in
            ["portal-session=", "portal-session=a b", "portal-session=\"a\"", "portal-session"]
        {
            assert_eq!(Cookie::Session.read(&plain, &headers(&[line])), None, "{line}");
        }
    }
}
