//! Reading the figures of a service that runs, from outside: for whoever watches it.

use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::uri::InvalidUri;
use axum::http::{Request, StatusCode, Uri, header};
use http_body_util::Empty;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use thiserror::Error;

/// How long an answer may take.
const DEADLINE: Duration = Duration::from_secs(5);
/// How much of it is read.
const BYTES_MAX: usize = 16 * 1024 * 1024;

/// Why there are no figures.
#[derive(Debug, Error)]
pub enum ScrapeError {
    /// The address can't be read.
    #[error("`{address}` is no address of a service, such as http://127.0.0.1:8700")]
    Address {
        /// As it was given.
        address: String,
        /// Why, if it is none at all.
        #[source]
        source: Option<InvalidUri>,
    },
    /// The key can't be sent.
    #[error("the key isn't one: it has characters that no key has")]
    Key,
    /// This machine trusts nobody's certificates.
    #[error("this machine names no authorities for certificates")]
    Authorities(#[source] std::io::Error),
    /// Nobody answers there, or the connection ended.
    #[error("nobody answers at {address}")]
    Unreachable {
        /// Where.
        address: String,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// It took too long.
    #[error("{address} doesn't answer within {} seconds", DEADLINE.as_secs())]
    Late {
        /// Where.
        address: String,
    },
    /// It answers something else.
    #[error("{address} answers {status}{}", hint(*.status))]
    Refused {
        /// Where.
        address: String,
        /// With what.
        status: u16,
    },
}

/// What to do about an answer.
const fn hint(status: u16) -> &'static str {
    match status {
        401 => ": its figures take a key of the platform",
        403 => ": the key is an agency's; its figures take one of the platform",
        404 => ": is it Clientdesk's?",
        421 => ": call it by a name that it was started with",
        429 | 503 => ": it has too much to do",
        _ => "",
    }
}

/// Reads the figures of a service.
#[derive(Debug)]
pub struct Scraper {
    address: String,
    uri: Uri,
    key: Option<header::HeaderValue>,
    client: Client<HttpsConnector<HttpConnector>, Empty<Bytes>>,
}

impl Scraper {
    /// Reads those of the service at this address, with this key of the platform; none: nobody has one yet.
    ///
    /// # Errors
    ///
    /// When address or key are none.
    pub fn new(address: &str, key: Option<&str>) -> Result<Scraper, ScrapeError> {
        let wrong = |source| ScrapeError::Address { address: address.to_owned(), source };
        let given = address.trim_end_matches('/');
        let uri: Uri = format!("{given}/metrics").parse().map_err(|error| wrong(Some(error)))?;
        let is_http = matches!(uri.scheme_str(), Some("http" | "https"));
        let has_user = uri.authority().is_some_and(|authority| authority.as_str().contains('@'));
        if !is_http || uri.host().is_none() || has_user || uri.query().is_some() {
            return Err(wrong(None));
        }
        let key = match key {
            Some(key) => {
                let header = header::HeaderValue::from_str(&format!("Bearer {}", key.trim()));
                let mut header = header.map_err(|_| ScrapeError::Key)?;
                header.set_sensitive(true);
                Some(header)
            }
            None => None,
        };
        let mut http = HttpConnector::new();
        http.enforce_http(false);
        let roots = HttpsConnectorBuilder::new().with_native_roots();
        let roots = roots.map_err(ScrapeError::Authorities)?;
        let connector = roots.https_or_http().enable_http1().wrap_connector(http);
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Ok(Scraper { address: given.to_owned(), uri, key, client })
    }

    /// Where the service is.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The figures, as OpenMetrics has them.
    ///
    /// # Errors
    ///
    /// When the service doesn't answer, or refuses.
    pub async fn read(&self) -> Result<String, ScrapeError> {
        let late = |_| ScrapeError::Late { address: self.address.clone() };
        tokio::time::timeout(DEADLINE, self.ask()).await.map_err(late)?
    }

    async fn ask(&self) -> Result<String, ScrapeError> {
        let unreachable = |source: Box<dyn std::error::Error + Send + Sync>| {
            ScrapeError::Unreachable { address: self.address.clone(), source }
        };
        let mut request = Request::get(&self.uri);
        if let Some(key) = &self.key {
            request = request.header(header::AUTHORIZATION, key);
        }
        let request = request.body(Empty::new()).map_err(|error| unreachable(error.into()))?;
        let answer = self.client.request(request).await;
        let answer = answer.map_err(|error| unreachable(error.into()))?;
        if answer.status() != StatusCode::OK {
            let (address, status) = (self.address.clone(), answer.status().as_u16());
            return Err(ScrapeError::Refused { address, status });
        }
        let bytes = to_bytes(Body::new(answer.into_body()), BYTES_MAX).await;
        let bytes = bytes.map_err(|error| unreachable(error.into()))?;
        String::from_utf8(bytes.to_vec()).map_err(|error| unreachable(error.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_no_address_or_no_key_is_refused_and_nobody_there_is_told() {
        for wrong in [
            "",
            "desk",
            "ftp://desk.example",
            "http://",
            "http://ann:secret@desk.example",
            "http://desk.example?a",
        ] {
            let error = Scraper::new(wrong, None).map(drop).unwrap_err();
            assert!(error.to_string().contains("is no address"), "{wrong}: {error}");
        }
        assert!(matches!(Scraper::new("http://a", Some("a\nb")), Err(ScrapeError::Key)));
        let scraper = Scraper::new("http://127.0.0.1:9/", Some("clientdesk_x.secret")).unwrap();
        let error = scraper.read().await.unwrap_err();
        assert_eq!(error.to_string(), "nobody answers at http://127.0.0.1:9");
        assert!(!format!("{scraper:?}").contains("secret"));
    }
}
