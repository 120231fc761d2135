//! An https server at the loopback that has carriers' certificates, and behaves as it is told.

use super::carrier::Authority;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

#[derive(Clone)]
pub enum Manner {
    /// Answers with this.
    Serves(String),
    /// Answers with this after a while.
    Slow(String, Duration),
    /// Sends whoever asks to another path, where this is.
    Elsewhere(String),
    /// Sends so many octets.
    Huge(usize),
}

pub struct Shelf {
    address: SocketAddr,
    asked: Arc<AtomicUsize>,
}

impl Shelf {
    pub async fn start(authority: &Authority, manner: Manner) -> Shelf {
        let (certificate, key) = authority.server();
        let key = PrivateKeyDer::try_from(key).expect("a key");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![CertificateDer::from(certificate)], key)
            .expect("a certificate");
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let address = listener.local_addr().expect("its address");
        let asked = Arc::new(AtomicUsize::new(0));
        let (acceptor, counted) = (TlsAcceptor::from(Arc::new(config)), asked.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(acceptor.clone(), stream, manner.clone(), counted.clone()));
            }
        });
        Shelf { address, asked }
    }

    /// Where the certificate is.
    pub fn url(&self) -> String {
        format!("https://{}/carrier.pem", self.address)
    }

    /// How often anybody asked.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

async fn answer(acceptor: TlsAcceptor, stream: TcpStream, manner: Manner, asked: Arc<AtomicUsize>) {
    let Ok(mut stream) = acceptor.accept(stream).await else { return };
    let mut request = vec![0; 4096];
    let length = stream.read(&mut request).await.unwrap_or(0);
    asked.fetch_add(1, Ordering::SeqCst);
    let is_elsewhere = request[..length].starts_with(b"GET /elsewhere");
    let (status, fields, body) = match manner {
        Manner::Serves(body) => ("200 OK", "", body),
        Manner::Slow(body, wait) => {
            tokio::time::sleep(wait).await;
            ("200 OK", "", body)
        }
        Manner::Elsewhere(body) if is_elsewhere => ("200 OK", "", body),
        Manner::Elsewhere(_) => ("302 Found", "Location: /elsewhere\r\n", String::new()),
        Manner::Huge(size) => ("200 OK", "", "A".repeat(size)),
    };
    let head =
        format!("HTTP/1.1 {status}\r\n{fields}Content-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    let _ = stream.write_all(head.as_bytes()).await;
    let _ = stream.write_all(body.as_bytes()).await;
    let _ = stream.shutdown().await;
}
