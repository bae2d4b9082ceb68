//! Whose certificates are good.

use std::path::Path;
use std::sync::Arc;

use tokio_rustls::rustls::client::WantsClientCert;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::{ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier};

use crate::adapters::authorities;

/// How connections are encrypted, before it is said whose certificates are good.
pub(in crate::adapters::storage) fn begin()
-> Result<ConfigBuilder<ClientConfig, WantsVerifier>, String> {
    ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|error| format!("TLS: {error}"))
}

/// What encrypts.
pub(in crate::adapters::storage) fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

/// Good are the certificates of the authorities in the file, or of those of the system. `parameter` is what names it.
pub(in crate::adapters::storage) fn verifying(
    file: Option<&Path>,
    parameter: &str,
) -> Result<ConfigBuilder<ClientConfig, WantsClientCert>, String> {
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(authorities::authorities(file, parameter)?);
    Ok(begin()?.with_root_certificates(store))
}

/// The certificates in a file (PEM), of which there must be one.
pub(in crate::adapters::storage) fn certificates(
    file: &Path,
) -> Result<Vec<CertificateDer<'static>>, String> {
    let read = CertificateDer::pem_file_iter(file).and_then(Iterator::collect);
    let certificates: Vec<_> = read.map_err(|error| error.to_string())?;
    match certificates.is_empty() {
        true => Err("it holds no certificate".into()),
        false => Ok(certificates),
    }
}
