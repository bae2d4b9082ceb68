//! Secrets of the contract that stand in links and browsers. Each names its agency in front of what makes it a
//! secret, so an agency's portal, and its keys, can tell another's without asking anybody. Whether one is good is the
//! component's to say.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The parameters of the contract that are such secrets.
pub(crate) const SECRETS: [&str; 2] = ["session", "token"];

/// The agency that a session, an invite, a link or a sign-in says it is of; none: it says nothing.
pub(crate) fn agency_of(token: &str) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    // What it is, how long the agency's id is, and the id.
    let (_, rest) = bytes.split_first()?;
    let (length, rest) = rest.split_first()?;
    let (agency, _) = rest.split_at_checked(usize::from(*length))?;
    Some(std::str::from_utf8(agency).ok()?.to_owned())
}

/// Whether a secret can be of this agency: it says so, or nothing.
pub(crate) fn may_be_of(token: &str, agency: &str) -> bool {
    agency_of(token).is_none_or(|of| of == agency)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_agency_stands_in_front() {
        let token = URL_SAFE_NO_PAD.encode(b"\x02\x04acme and what makes it a secret");
        assert_eq!(agency_of(&token).as_deref(), Some("acme"));
        assert!(may_be_of(&token, "acme") && !may_be_of(&token, "beta"));
        for nothing in ["", "x", "%%", "AgR", &URL_SAFE_NO_PAD.encode(b"\x02\xffacme")] {
            assert_eq!(agency_of(nothing), None, "{nothing}");
            assert!(may_be_of(nothing, "acme"), "that is the component's to say");
        }
    }
}
