//! A request, and what every page knows of it.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request};
use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::ask::Portal;
use super::cookies::{Cookie, is_value};
use super::place::Place;
use crate::tokens::may_be_of;

/// How the agency's portal looks, as `portal.theme` gives it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Theme {
    pub(super) name: String,
    pub(super) logo_address: Option<String>,
    pub(super) accent_color: String,
    pub(super) background_color: String,
    pub(super) support_email: Option<String>,
}

/// Whoever a browser says that it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Pass {
    /// A client, by this session.
    Client(String),
    /// An operator on a client's behalf, by this token.
    Operator(String),
}

impl Pass {
    /// What the contract takes as the session.
    pub(super) fn secret(&self) -> &str {
        match self {
            Pass::Client(secret) | Pass::Operator(secret) => secret,
        }
    }

    /// The cookie that it stands in.
    pub(super) fn cookie(&self) -> Cookie {
        match self {
            Pass::Client(_) => Cookie::Session,
            Pass::Operator(_) => Cookie::Acting,
        }
    }
}

/// A request, and what every page knows of it.
#[derive(Clone)]
pub(super) struct Visit(Arc<Known>);

struct Known {
    place: Place,
    theme: Theme,
    headers: HeaderMap,
    origin: Option<String>,
    /// What forms are bound to, and whether the browser has it already.
    nonce: String,
    has_nonce: bool,
    framed: bool,
}

impl Visit {
    pub(super) fn new(portal: &Portal, place: Place, theme: Theme, request: &Request) -> Visit {
        let headers = request.headers().clone();
        let origin = came_from(portal, request);
        let brought = Cookie::Form.read(&place, &headers);
        let has_nonce = brought.is_some();
        let nonce = brought.unwrap_or_else(random);
        let framed = portal.options.framed;
        Visit(Arc::new(Known { place, theme, headers, origin, nonce, has_nonce, framed }))
    }

    pub(super) fn place(&self) -> &Place {
        &self.0.place
    }

    pub(super) fn theme(&self) -> &Theme {
        &self.0.theme
    }

    /// Whether the service's own pages may hold this one in a frame.
    pub(super) fn is_framed(&self) -> bool {
        self.0.framed
    }

    /// Where it comes from, for the contract's limits: hashed.
    pub(super) fn origin(&self) -> Option<&str> {
        self.0.origin.as_deref()
    }

    /// A cookie that the browser brought. A secret of another agency is as good as none.
    pub(super) fn cookie(&self, cookie: Cookie) -> Option<String> {
        let value = cookie.read(&self.0.place, &self.0.headers)?;
        let good = !cookie.is_secret() || may_be_of(&value, self.place().agency());
        good.then_some(value)
    }

    /// A link's token, as it stands in an address or a form: whatever can't be one, or is another agency's, is as
    /// good as none.
    pub(super) fn token<'t>(&self, text: &'t str) -> Option<&'t str> {
        Some(text).filter(|text| is_value(text) && may_be_of(text, self.place().agency()))
    }

    /// What the browser is to keep so that its forms are taken; none: it has that.
    pub(super) fn new_nonce(&self) -> Option<&str> {
        (!self.0.has_nonce).then_some(self.0.nonce.as_str())
    }

    /// Whoever the browser says that it is. An operator who is signed in on a client's behalf is that, whatever
    /// session the browser has besides.
    pub(super) fn pass(&self) -> Option<Pass> {
        let acting = self.cookie(Cookie::Acting).map(Pass::Operator);
        acting.or_else(|| self.cookie(Cookie::Session).map(Pass::Client))
    }

    /// What a form of this page must send back: no other site can know it, nor whoever planted a cookie
    /// before somebody logged in.
    pub(super) fn form_token(&self) -> String {
        let pass = self.pass();
        let secret = pass.as_ref().map_or("", Pass::secret);
        let known = &self.0;
        hashed(&["clientdesk portal form", &known.nonce, secret, known.place.agency()])
    }

    /// Whether a form sent back what it must.
    pub(super) fn is_own_form(&self, token: &str) -> bool {
        self.0.has_nonce && same(token.as_bytes(), self.form_token().as_bytes())
    }
}

/// Compares in a time that doesn't tell where the two differ.
fn same(one: &[u8], other: &[u8]) -> bool {
    let differ = one.iter().zip(other).fold(0, |differ, (one, other)| differ | (one ^ other));
    one.len() == other.len() && differ == 0
}

fn hashed(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    URL_SAFE_NO_PAD.encode(hash.finalize())
}

/// Sixteen random bytes.
pub(super) fn random() -> String {
    let mut bytes = [0; 16];
    match getrandom::fill(&mut bytes) {
        Ok(()) => URL_SAFE_NO_PAD.encode(bytes),
        // Nothing that a form could send back.
        Err(_) => String::new(),
    }
}

/// Where a request comes from, hashed: a network of IPv6, whose holder has all of its addresses.
pub(super) fn came_from(portal: &Portal, request: &Request) -> Option<String> {
    let behind_proxy = portal.options.behind_proxy;
    let told = request.headers().get_all("x-forwarded-for").iter().next_back();
    let told = told.filter(|_| behind_proxy).and_then(|told| told.to_str().ok());
    let told = told.and_then(|told| told.rsplit(',').next()?.trim().parse::<IpAddr>().ok());
    let came = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(at)| at.ip());
    let bytes: Vec<u8> = match told.or(came)?.to_canonical() {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().into_iter().take(8).collect(),
    };
    let mut hash = Sha256::new();
    hash.update(portal.salt);
    hash.update(bytes);
    Some(URL_SAFE_NO_PAD.encode(hash.finalize()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_compared_whole() {
        assert!(same(b"abc", b"abc"));
        for (one, other) in [("abc", "abd"), ("abc", "ab"), ("", "a")] {
            assert!(!same(one.as_bytes(), other.as_bytes()), "{one} {other}");
        }
        assert_ne!(hashed(&["a", "b"]), hashed(&["ab", ""]));
        assert_ne!(random(), random());
    }
}
