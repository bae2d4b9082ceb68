//! Whose certificates are good: those of the authorities in a file, or those of the system.

use std::path::Path;

use tokio_rustls::rustls::RootCertStore;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;

/// The certificates of authorities; `parameter` of an address names the file.
///
/// # Errors
///
/// When the file can't be read or holds none, or the system has none; the text names the parameter.
pub(super) fn authorities(
    file: Option<&Path>,
    parameter: &str,
) -> Result<Vec<CertificateDer<'static>>, String> {
    let mut found = Vec::new();
    let Some(file) = file else {
        let (mut store, system) =
            (RootCertStore::empty(), rustls_native_certs::load_native_certs());
        // One that can't be read is no reason to do without the others.
        found.extend(system.certs.into_iter().filter(|one| store.add(one.clone()).is_ok()));
        return match found.is_empty() {
            true => Err(format!(
                "the system has no certificates of authorities; name a file with `{parameter}=`"
            )),
            false => Ok(found),
        };
    };
    let named = |why: String| format!("`{parameter}={}`: {why}", file.display());
    let mut store = RootCertStore::empty();
    let certificates =
        CertificateDer::pem_file_iter(file).map_err(|error| named(error.to_string()))?;
    for certificate in certificates {
        let certificate = certificate.map_err(|error| named(error.to_string()))?;
        store.add(certificate.clone()).map_err(|error| named(error.to_string()))?;
        found.push(certificate);
    }
    match found.is_empty() {
        true => Err(named("it holds no certificate".into())),
        false => Ok(found),
    }
}
