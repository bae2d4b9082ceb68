//! How it is sent: with what pages may load, and so that browsers needn't load it twice.

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

/// What pages may load: the style sheet and pictures of this service.
const CSP: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'",
);

/// How browsers keep it.
#[derive(Clone, Copy)]
pub(super) enum Cache {
    /// They ask each time whether it is still the same.
    Asks,
    /// Its address changes with it.
    Lasts,
}

/// Something to send.
pub(super) struct Sent {
    kind: &'static str,
    tag: String,
    body: Bytes,
    cache: Cache,
}

/// What tells one content from another.
pub(super) fn digest(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(bytes)).chars().take(20).collect()
}

impl Sent {
    pub(super) fn new(kind: &'static str, bytes: &'static [u8], cache: Cache) -> Sent {
        Sent { kind, tag: digest(bytes), body: Bytes::from_static(bytes), cache }
    }

    /// A text that is built in.
    pub(super) fn text(kind: &'static str, text: &'static str) -> Sent {
        Sent::new(kind, text.as_bytes(), Cache::Asks)
    }

    /// A page that was made.
    pub(super) fn page(html: String) -> Sent {
        let tag = digest(html.as_bytes());
        let kind = "text/html; charset=utf-8";
        Sent { kind, tag, body: Bytes::from(html), cache: Cache::Asks }
    }

    /// Sends it, for a while to be kept, since its address changes with it.
    pub(super) fn lasting(&self, headers: &HeaderMap) -> Response {
        self.with(headers, Cache::Lasts)
    }

    /// Sends it, unless the browser has it.
    pub(super) fn answer(&self, headers: &HeaderMap) -> Response {
        self.with(headers, self.cache)
    }

    fn with(&self, headers: &HeaderMap, cache: Cache) -> Response {
        let tag = format!("\"{}\"", self.tag);
        let cache = match cache {
            Cache::Asks => HeaderValue::from_static("no-cache"),
            Cache::Lasts => HeaderValue::from_static("public, max-age=86400"),
        };
        let known = headers.get_all(header::IF_NONE_MATCH).iter().any(|known| {
            let mut tags = known.to_str().unwrap_or_default().split(',').map(str::trim);
            tags.any(|known| known == "*" || known.trim_start_matches("W/") == tag)
        });
        let mut response = if known {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            let kind = HeaderValue::from_static(self.kind);
            ([(header::CONTENT_TYPE, kind)], self.body.clone()).into_response()
        };
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, cache);
        headers.insert(header::CONTENT_SECURITY_POLICY, CSP);
        if let Ok(tag) = HeaderValue::try_from(tag) {
            headers.insert(header::ETAG, tag);
        }
        response
    }
}
