//! A server that takes e-mail (RFC 5321), in plain, after STARTTLS (RFC 3207), or over TLS from the beginning (RFC 8314).

use crate::harness::root;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// An e-mail that was taken.
#[derive(Clone, Debug)]
pub struct Mail {
    pub from: String,
    pub to: String,
    /// Head and body.
    pub text: String,
}

/// How a server is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wire {
    Plain,
    Starttls,
    Tls,
}

/// A running server.
pub struct Smtp {
    pub address: SocketAddr,
    taken: Arc<Mutex<Vec<Mail>>>,
    heard: Arc<Mutex<Vec<String>>>,
}

#[derive(Clone)]
struct Shared {
    taken: Arc<Mutex<Vec<Mail>>>,
    heard: Arc<Mutex<Vec<String>>>,
    /// What it answers to the next recipients, before it takes one.
    troubles: Arc<Mutex<Vec<&'static str>>>,
}

impl Smtp {
    /// Starts one on a free port, which answers so to the first recipients.
    pub async fn start(troubles: Vec<&'static str>) -> Smtp {
        Smtp::start_on(Wire::Plain, troubles).await
    }

    /// The same, spoken to so; its certificate names 127.0.0.1.
    pub async fn start_on(wire: Wire, troubles: Vec<&'static str>) -> Smtp {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let address = listener.local_addr().expect("its address");
        let (taken, heard) = (Arc::default(), Arc::default());
        let shared = Shared {
            taken: Arc::clone(&taken),
            heard: Arc::clone(&heard),
            troubles: Arc::new(Mutex::new(troubles)),
        };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let shared = shared.clone();
                tokio::spawn(async move { drop(serve(stream, wire, shared).await) });
            }
        });
        Smtp { address, taken, heard }
    }

    /// What it has taken.
    pub fn taken(&self) -> Vec<Mail> {
        self.taken.lock().expect("nobody panics here").clone()
    }

    /// Every line that it was told outside of e-mails.
    pub fn heard(&self) -> Vec<String> {
        self.heard.lock().expect("nobody panics here").clone()
    }
}

fn acceptor() -> TlsAcceptor {
    let file = |name: &str| root().join("tests/wire").join(name);
    let chain = CertificateDer::pem_file_iter(file("server.pem")).expect("a file").collect::<Result<_, _>>();
    let key = PrivateKeyDer::from_pem_file(file("server-key.pem")).expect("a key");
    let ring = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ServerConfig::builder_with_provider(ring).with_safe_default_protocol_versions();
    let config = builder.expect("versions").with_no_client_auth();
    TlsAcceptor::from(Arc::new(config.with_single_cert(chain.expect("certificates"), key).expect("they fit")))
}

async fn serve(stream: TcpStream, wire: Wire, shared: Shared) -> std::io::Result<()> {
    if wire == Wire::Tls {
        return talk(acceptor().accept(stream).await?, (true, false), &shared).await.map(drop);
    }
    match talk(stream, (true, wire == Wire::Starttls), &shared).await? {
        Some(stream) => talk(acceptor().accept(stream).await?, (false, false), &shared).await.map(drop),
        None => Ok(()),
    }
}

/// Talks until the other side has had enough; gives the stream back where TLS begins on it.
async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    (greets, offers_tls): (bool, bool),
    shared: &Shared,
) -> std::io::Result<Option<S>> {
    let mut lines = BufReader::new(stream);
    let mut mail = Mail { from: String::new(), to: String::new(), text: String::new() };
    if greets {
        lines.write_all(b"220 mx.example\r\n").await?;
    }
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line).await? == 0 {
            return Ok(None);
        }
        let line = line.trim_end().to_owned();
        shared.heard.lock().expect("nobody panics here").push(line.clone());
        let path =
            || line.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map_or("", |(path, _)| path);
        let answer = match line.get(..4).map(str::to_ascii_uppercase).as_deref() {
            Some("EHLO") if offers_tls => "250-mx.example\r\n250 STARTTLS".to_owned(),
            Some("EHLO") => "250-mx.example\r\n250-8BITMIME\r\n250-AUTH PLAIN\r\n250 SMTPUTF8".to_owned(),
            Some("STAR") => {
                lines.write_all(b"220 begin\r\n").await?;
                return Ok(Some(lines.into_inner()));
            }
            Some("AUTH") => "235 known".to_owned(),
            Some("MAIL") => {
                mail.from = path().to_owned();
                "250 ok".to_owned()
            }
            Some("RCPT") => {
                let trouble = shared.troubles.lock().expect("nobody panics here").pop();
                mail.to = path().to_owned();
                trouble.unwrap_or("250 ok").to_owned()
            }
            Some("DATA") => {
                lines.write_all(b"354 go on\r\n").await?;
                mail.text = body(&mut lines).await?;
                shared.taken.lock().expect("nobody panics here").push(mail.clone());
                "250 taken".to_owned()
            }
            Some("QUIT") => {
                lines.write_all(b"221 bye\r\n").await?;
                return Ok(None);
            }
            _ => "250 ok".to_owned(),
        };
        lines.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
}

async fn body(lines: &mut (impl AsyncBufReadExt + Unpin)) -> std::io::Result<String> {
    let mut text = String::new();
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line).await? == 0 || line == ".\r\n" {
            return Ok(text);
        }
        text.push_str(&line);
    }
}
