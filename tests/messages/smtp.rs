//! A server that takes e-mail (RFC 5321), in plain.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// An e-mail that was taken.
#[derive(Clone, Debug)]
pub struct Mail {
    pub from: String,
    pub to: String,
    /// Head and body.
    pub text: String,
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
                tokio::spawn(async move { drop(talk(stream, shared).await) });
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

async fn talk(stream: TcpStream, shared: Shared) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read);
    let mut mail = Mail { from: String::new(), to: String::new(), text: String::new() };
    write.write_all(b"220 mx.example\r\n").await?;
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let line = line.trim_end().to_owned();
        shared.heard.lock().expect("nobody panics here").push(line.clone());
        let path =
            || line.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map_or("", |(path, _)| path);
        let answer = match line.get(..4).map(str::to_ascii_uppercase).as_deref() {
            Some("EHLO") => "250-mx.example\r\n250-8BITMIME\r\n250 SMTPUTF8".to_owned(),
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
                write.write_all(b"354 go on\r\n").await?;
                mail.text = body(&mut lines).await?;
                shared.taken.lock().expect("nobody panics here").push(mail.clone());
                "250 taken".to_owned()
            }
            Some("QUIT") => {
                write.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => "250 ok".to_owned(),
        };
        write.write_all(format!("{answer}\r\n").as_bytes()).await?;
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
