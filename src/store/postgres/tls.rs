//! TLS to the database by rustls: the server's certificate and name are always checked.

use crate::store::StoreError;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use std::path::Path;
use std::sync::Arc;
use tokio_postgres_rustls::MakeRustlsConnect;

/// How a server is spoken to.
#[derive(Clone)]
pub(super) enum Tls {
    /// In plain.
    None,
    /// By TLS.
    Checked(MakeRustlsConnect),
}

/// Makes what checks servers: by the certificates in a PEM file, else by those of the system.
pub(super) fn connector(authorities: Option<&Path>) -> Result<Tls, StoreError> {
    let roots = match authorities {
        Some(file) => from_file(file)?,
        None => from_system(),
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| StoreError::Certificates { path: "TLS".into(), reason: error.to_string() })?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Tls::Checked(MakeRustlsConnect::new(config)))
}

fn from_file(file: &Path) -> Result<RootCertStore, StoreError> {
    let fault = |reason: String| StoreError::Certificates { path: file.to_path_buf(), reason };
    let found = CertificateDer::pem_file_iter(file).map_err(|error| fault(error.to_string()))?;
    let mut roots = RootCertStore::empty();
    for certificate in found {
        let certificate = certificate.map_err(|error| fault(error.to_string()))?;
        roots.add(certificate).map_err(|error| fault(error.to_string()))?;
    }
    if roots.is_empty() {
        return Err(fault("it holds no certificate".to_owned()));
    }
    Ok(roots)
}

fn from_system() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots
}
