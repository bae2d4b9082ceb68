//! Encryption, and whose certificates are good.

use std::path::Path;
use std::sync::Arc;

use lettre::transport::smtp::client::{Certificate, CertificateStore, TlsParameters};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::adapters::authorities::authorities;

/// Whether connections are encrypted.
pub(super) enum Encrypted {
    Never,
    By(Box<Tls>),
}

/// How they are: in both ways, only from whoever shows a good certificate for the host's name.
pub(super) enum Tls {
    /// Once the server was asked to, before anything else is said.
    Asked(TlsParameters),
    /// From the first byte on.
    AtOnce(TlsConnector, ServerName<'static>),
}

impl Tls {
    pub(super) fn new(host: &str, file: Option<&Path>, at_once: bool) -> Result<Self, String> {
        let good = authorities(file, "ca")?;
        match at_once {
            true => Self::at_once(host, good),
            false => Self::asked(host, good),
        }
    }

    fn asked(host: &str, good: Vec<CertificateDer<'static>>) -> Result<Self, String> {
        let failed = |error: lettre::transport::smtp::Error| format!("TLS: {error}");
        let mut builder =
            TlsParameters::builder(host.to_owned()).certificate_store(CertificateStore::None);
        for one in good {
            builder =
                builder.add_root_certificate(Certificate::from_der(one.to_vec()).map_err(failed)?);
        }
        Ok(Self::Asked(builder.build_rustls().map_err(failed)?))
    }

    fn at_once(host: &str, good: Vec<CertificateDer<'static>>) -> Result<Self, String> {
        let mut store = RootCertStore::empty();
        store.add_parsable_certificates(good);
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| format!("TLS: {error}"))?
            .with_root_certificates(store)
            .with_no_client_auth();
        let name = ServerName::try_from(host.to_owned())
            .map_err(|_| "the host's name can't stand in a certificate".to_owned())?;
        Ok(Self::AtOnce(TlsConnector::from(Arc::new(config)), name))
    }
}
