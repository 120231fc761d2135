//! TLS of SIP connections: our certificate for those who connect to us, and the check of theirs.

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use thiserror::Error;
use tokio::net::TcpStream;
use tokio_rustls::{TlsAcceptor, TlsConnector};

/// Why TLS cannot be set up.
#[derive(Debug, Error)]
#[error("`tls`: {}: {reason}", path.display())]
pub struct TlsError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub reason: String,
}

/// Both directions.
pub struct Tls {
    acceptor: Option<TlsAcceptor>,
    connector: TlsConnector,
}

impl Tls {
    /// `own` is our certificate chain and its key, in PEM, if we listen; `ca` the certificates by which far ends' are
    /// checked, those of the system where it is missing.
    ///
    /// # Errors
    /// [`TlsError`] with the file that cannot be used.
    pub fn new(own: Option<(&Path, &Path)>, ca: Option<&Path>) -> Result<Tls, TlsError> {
        let acceptor = own.map(|(certificate, key)| acceptor(certificate, key)).transpose()?;
        let roots = roots(ca)?;
        let none = ca.unwrap_or(Path::new("(system)"));
        let config = ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .map_err(|error| fault(none, error))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Tls { acceptor, connector: TlsConnector::from(Arc::new(config)) })
    }

    /// Whether others may connect.
    pub fn can_accept(&self) -> bool {
        self.acceptor.is_some()
    }

    /// The handshake with somebody who has connected.
    pub(super) async fn accept(
        &self,
        stream: TcpStream,
    ) -> io::Result<tokio_rustls::server::TlsStream<TcpStream>> {
        let acceptor = self.acceptor.as_ref().ok_or_else(|| io::Error::other("no certificate of ours"))?;
        acceptor.accept(stream).await
    }

    /// The handshake with somebody whom we have connected to; its certificate must be for `name`, or for its address.
    pub(super) async fn connect(
        &self,
        stream: TcpStream,
        address: SocketAddr,
        name: Option<String>,
    ) -> io::Result<tokio_rustls::client::TlsStream<TcpStream>> {
        let name = match name {
            Some(name) => ServerName::try_from(name).map_err(io::Error::other)?,
            None => ServerName::from(address.ip()),
        };
        self.connector.connect(name, stream).await
    }
}

fn acceptor(certificate: &Path, key: &Path) -> Result<TlsAcceptor, TlsError> {
    let chain = certificates(certificate)?;
    let secret = PrivateKeyDer::from_pem_file(key).map_err(|error| fault(key, error))?;
    let config = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|error| fault(certificate, error))?
        .with_no_client_auth()
        .with_single_cert(chain, secret)
        .map_err(|error| fault(certificate, error))?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn roots(ca: Option<&Path>) -> Result<RootCertStore, TlsError> {
    let mut roots = RootCertStore::empty();
    match ca {
        Some(path) => {
            for certificate in certificates(path)? {
                roots.add(certificate).map_err(|error| fault(path, error))?;
            }
        }
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    Ok(roots)
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let found = CertificateDer::pem_file_iter(path).map_err(|error| fault(path, error))?;
    let all = found.collect::<Result<Vec<_>, _>>().map_err(|error| fault(path, error))?;
    match all.is_empty() {
        true => Err(fault(path, "holds no certificate")),
        false => Ok(all),
    }
}

fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

fn fault(path: &Path, reason: impl ToString) -> TlsError {
    TlsError { path: path.to_owned(), reason: reason.to_string() }
}
