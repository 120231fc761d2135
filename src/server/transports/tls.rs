//! TLS of SIP connections: our certificate for those who connect to us, and the check of theirs. Files that change are read again.

use crate::store::identity::{Identity, identity};
use crate::time::Wall;
use parking_lot::{Mutex, RwLock};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;
use thiserror::Error;
use tokio::net::TcpStream;
use tokio_rustls::{TlsAcceptor, TlsConnector};
use x509_cert::der::Decode;

/// Why TLS cannot be set up.
#[derive(Debug, Error)]
#[error("`tls`: {}: {reason}", path.display())]
pub struct TlsError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub reason: String,
}

/// Both directions, as the files have said last.
pub struct Tls {
    files: Files,
    current: RwLock<Arc<Ends>>,
    /// The files as they were found when they were read.
    seen: Mutex<Vec<Option<Found>>>,
}

struct Files {
    /// Our certificate chain and its key, in PEM.
    own: Option<(PathBuf, PathBuf)>,
    /// The certificates by which far ends' are checked; those of the system where it is missing.
    ca: Option<PathBuf>,
}

/// What the files say.
struct Ends {
    acceptor: Option<TlsAcceptor>,
    connector: TlsConnector,
    /// When our certificate expires, where we have one that says so.
    expires: Option<Wall>,
}

/// What tells a file from the one that was there before.
#[derive(PartialEq, Eq)]
struct Found {
    file: Option<Identity>,
    changed: Option<SystemTime>,
    octets: u64,
}

impl Tls {
    /// `own` is our certificate chain and its key, in PEM, if we listen; `ca` the certificates by which far ends' are
    /// checked, those of the system where it is missing.
    ///
    /// # Errors
    /// [`TlsError`] with the file that cannot be used.
    pub fn new(own: Option<(&Path, &Path)>, ca: Option<&Path>) -> Result<Tls, TlsError> {
        let own = own.map(|(certificate, key)| (certificate.to_owned(), key.to_owned()));
        let files = Files { own, ca: ca.map(Path::to_owned) };
        let seen = files.look();
        let current = RwLock::new(Arc::new(files.read()?));
        Ok(Tls { files, current, seen: Mutex::new(seen) })
    }

    /// Reads the files again where one of them has changed: whoever connects from now on meets what they say, and connections that
    /// are there stay. Whether that was so.
    ///
    /// # Errors
    /// [`TlsError`] with the file that cannot be used: what was read before stays, and the next time it is tried again.
    pub fn renew(&self) -> Result<bool, TlsError> {
        let found = self.files.look();
        if *self.seen.lock() == found {
            return Ok(false);
        }
        *self.current.write() = Arc::new(self.files.read()?);
        *self.seen.lock() = found;
        Ok(true)
    }

    /// When our certificate expires; `None` where we have none.
    pub fn expires(&self) -> Option<Wall> {
        self.current.read().expires
    }

    /// Whether others may connect.
    pub fn can_accept(&self) -> bool {
        self.current.read().acceptor.is_some()
    }

    /// The handshake with somebody who has connected.
    pub(super) async fn accept(
        &self,
        stream: TcpStream,
    ) -> io::Result<tokio_rustls::server::TlsStream<TcpStream>> {
        let acceptor = self.current.read().acceptor.clone();
        acceptor.ok_or_else(|| io::Error::other("no certificate of ours"))?.accept(stream).await
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
        let connector = self.current.read().connector.clone();
        connector.connect(name, stream).await
    }
}

impl Files {
    /// How they are found now. It is asked before they are read: what changes meanwhile is found the next time.
    fn look(&self) -> Vec<Option<Found>> {
        let own = self.own.iter().flat_map(|(certificate, key)| [certificate, key]);
        own.chain(&self.ca).map(|path| Found::at(path)).collect()
    }

    fn read(&self) -> Result<Ends, TlsError> {
        let chain = self.own.as_ref().map(|(certificate, _)| certificates(certificate)).transpose()?;
        let expires = chain.as_deref().and_then(|chain| expiry(chain.first()?));
        let own = self.own.as_ref().zip(chain);
        let acceptor =
            own.map(|((certificate, key), chain)| acceptor(certificate, key, chain)).transpose()?;
        let roots = roots(self.ca.as_deref())?;
        let none = self.ca.as_deref().unwrap_or(Path::new("(system)"));
        let config = ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .map_err(|error| fault(none, error))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Ends { acceptor, connector: TlsConnector::from(Arc::new(config)), expires })
    }
}

impl Found {
    /// The file to which a path leads, through links; `None` where there is none.
    fn at(path: &Path) -> Option<Found> {
        let found = std::fs::metadata(path).ok()?;
        Some(Found { file: identity(path), changed: found.modified().ok(), octets: found.len() })
    }
}

/// Until when a certificate is good.
fn expiry(certificate: &CertificateDer<'_>) -> Option<Wall> {
    let parsed = x509_cert::Certificate::from_der(certificate).ok()?;
    let expires_ms = parsed.tbs_certificate.validity.not_after.to_unix_duration().as_millis();
    Some(Wall(i64::try_from(expires_ms).unwrap_or(i64::MAX)))
}

fn acceptor(
    certificate: &Path,
    key: &Path,
    chain: Vec<CertificateDer<'static>>,
) -> Result<TlsAcceptor, TlsError> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{CertifiedKey, generate_simple_self_signed};
    use tokio::net::TcpListener;

    const NAME: &str = "sip.example.test";

    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> io::Result<Folder> {
            let path = std::env::temp_dir().join(format!("callwright-tls-{name}-{}", std::process::id()));
            let _ = std::fs::remove_dir_all(&path);
            std::fs::create_dir_all(&path)?;
            Ok(Folder(path))
        }

        fn path(&self, file: &str) -> PathBuf {
            self.0.join(file)
        }

        /// As whoever renews certificates does: written beside, and moved into its place.
        fn put(&self, file: &str, text: &str) -> io::Result<()> {
            std::fs::write(self.path("new"), text)?;
            std::fs::rename(self.path("new"), self.path(file))
        }

        fn tls(&self) -> Result<Tls, TlsError> {
            Tls::new(Some((&self.path("chain.pem"), &self.path("key.pem"))), Some(&self.path("ca.pem")))
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    /// A certificate and its key, in PEM.
    fn made() -> Result<(String, String), rcgen::Error> {
        let CertifiedKey { cert, signing_key } = generate_simple_self_signed([NAME.to_owned()])?;
        Ok((cert.pem(), signing_key.serialize_pem()))
    }

    /// What somebody who connects is shown, who believes either certificate.
    async fn shown(tls: &Tls) -> Result<String, Box<dyn std::error::Error>> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let coming = async { tls.accept(listener.accept().await?.0).await };
        let going =
            async { tls.connect(TcpStream::connect(address).await?, address, Some(NAME.into())).await };
        let (came, went) = tokio::join!(coming, going);
        came?;
        let went = went?;
        let shown = went.get_ref().1.peer_certificates().and_then(<[_]>::first).ok_or("none is shown")?;
        Ok(base64::Engine::encode(&base64::engine::general_purpose::STANDARD, shown))
    }

    fn is_of(shown: &str, pem: &str) -> bool {
        let body: String = pem.lines().filter(|line| !line.starts_with("--")).collect();
        body == shown
    }

    /// A handshake is the system's to make, on real sockets.
    #[tokio::test]
    async fn whoever_connects_after_a_renewal_meets_the_new_certificate()
    -> Result<(), Box<dyn std::error::Error>> {
        let (old, new) = (made()?, made()?);
        let folder = Folder::new("renewal")?;
        folder.put("ca.pem", &format!("{}{}", old.0, new.0))?;
        folder.put("chain.pem", &old.0)?;
        folder.put("key.pem", &old.1)?;
        let tls = folder.tls()?;
        assert!(is_of(&shown(&tls).await?, &old.0));
        assert!(!tls.renew()?, "nothing has changed");

        // One file is there before the other, and they do not go together.
        folder.put("key.pem", &new.1)?;
        let fault = tls.renew().err().ok_or("taken")?;
        assert!(fault.to_string().contains("chain.pem"), "{fault}");
        assert!(is_of(&shown(&tls).await?, &old.0));

        folder.put("chain.pem", &new.0)?;
        assert!(tls.renew()?);
        assert!(is_of(&shown(&tls).await?, &new.0));

        // Files that are gone for a while change nothing.
        std::fs::remove_file(folder.path("chain.pem"))?;
        assert!(tls.renew().is_err());
        assert!(is_of(&shown(&tls).await?, &new.0));
        folder.put("chain.pem", &new.0)?;
        assert!(tls.renew()?);
        Ok(())
    }

    #[test]
    fn a_certificate_says_when_it_expires() -> Result<(), Box<dyn std::error::Error>> {
        let key = rcgen::KeyPair::generate()?;
        let mut params = rcgen::CertificateParams::new([NAME.to_owned()])?;
        params.not_after = rcgen::date_time_ymd(2027, 1, 2);
        let certificate = params.self_signed(&key)?.pem();
        let folder = Folder::new("expiry")?;
        for (file, text) in
            [("ca.pem", &certificate), ("chain.pem", &certificate), ("key.pem", &key.serialize_pem())]
        {
            folder.put(file, text)?;
        }
        let midnight = "2027-01-02T00:00:00Z".parse::<jiff::Timestamp>()?;
        assert_eq!(folder.tls()?.expires(), Some(Wall(midnight.as_millisecond())));
        Ok(())
    }
}
