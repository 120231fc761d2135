//! One connection: bytes in, framed into messages; messages out; an end to whoever is silent.

use super::News;
use super::patience::{Came, Patience};
use super::tls::Tls;
use crate::sip::stream::{Piece, Stream};
use crate::sip::{Datagram, Flow, Transport};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

/// How long we try to reach somebody.
const CONNECT: Duration = Duration::from_secs(10);
/// How long a message may take to leave.
const SENDING: Duration = Duration::from_secs(10);
/// Two line breaks are answered by one (RFC 5626 §3.5.1).
const PONG: &[u8] = b"\r\n";

/// Either end of a connection, plain or within TLS.
pub(super) struct Line {
    reading: Pin<Box<dyn AsyncRead + Send>>,
    writing: Pin<Box<dyn AsyncWrite + Send>>,
}

impl<S: AsyncRead + AsyncWrite + Send + 'static> From<S> for Line {
    fn from(stream: S) -> Line {
        let (reading, writing) = tokio::io::split(stream);
        Line { reading: Box::pin(reading), writing: Box::pin(writing) }
    }
}

/// Whom we connect to.
pub(super) struct Connecting {
    pub to: Flow,
    pub name: Option<String>,
    pub tls: Option<Arc<Tls>>,
}

/// Connects, then carries. What waits when it fails is lost.
pub(super) async fn reach(
    connecting: Connecting,
    messages: mpsc::Receiver<Datagram>,
    news: mpsc::Sender<News>,
) {
    let to = connecting.to;
    match tokio::time::timeout(CONNECT, connect(connecting)).await {
        Ok(Ok(line)) => return carry(line, to, messages, news).await,
        Ok(Err(error)) => tracing::info!(%to, %error, "no connection"),
        Err(_) => tracing::info!(%to, "no connection within ten seconds"),
    }
    drop(messages);
    let _ = news.send(News::Closed(to)).await;
}

async fn connect(connecting: Connecting) -> io::Result<Line> {
    let Connecting { to, name, tls } = connecting;
    let stream = TcpStream::connect(to.address).await?;
    let _ = stream.set_nodelay(true);
    match (to.transport, tls) {
        (Transport::Tls, Some(tls)) => Ok(Line::from(tls.connect(stream, to.address, name).await?)),
        (Transport::Tls, None) => Err(io::Error::other("TLS is not set up")),
        (Transport::Tcp | Transport::Udp, _) => Ok(Line::from(stream)),
    }
}

/// Moves messages both ways until either side has had enough.
pub(super) async fn carry(
    mut line: Line,
    flow: Flow,
    mut messages: mpsc::Receiver<Datagram>,
    news: mpsc::Sender<News>,
) {
    let mut stream = Stream::default();
    let mut buffer = vec![0; 8192];
    let mut patience = Patience::new(Instant::now());
    loop {
        tokio::select! {
            message = messages.recv() => {
                let Some(message) = message else { break };
                if !write(&mut line, &message).await {
                    break;
                }
                patience.sent(Instant::now());
            }
            read = line.reading.read(&mut buffer) => {
                let Ok(length @ 1..) = read else { break };
                stream.push(&buffer[..length]);
                let Some(came) = take(&mut stream, &mut line, flow, &news).await else { break };
                patience.came(Instant::now(), stream.is_amid(), came);
            }
            () = tokio::time::sleep_until(patience.until) => {
                tracing::debug!(%flow, "a connection is silent and is closed");
                break;
            }
        }
    }
    let _ = tokio::time::timeout(SENDING, leave(&mut line, &mut messages, &news)).await;
    drop(messages);
    let _ = news.send(News::Closed(flow)).await;
}

/// Ends our side, behind the answers to what had come whole: nothing that follows takes them away, however it was cut.
async fn leave(line: &mut Line, messages: &mut mpsc::Receiver<Datagram>, news: &mpsc::Sender<News>) {
    let (heard, is_heard) = oneshot::channel();
    if news.send(News::Heard(heard)).await.is_ok() {
        let _ = is_heard.await;
    }
    messages.close();
    while let Some(message) = messages.recv().await {
        if !write(line, &message).await {
            return;
        }
    }
    let _ = line.writing.shutdown().await;
}

/// Hands on what is whole, and says what that was; `None` where the connection is of no more use.
async fn take(stream: &mut Stream, line: &mut Line, flow: Flow, news: &mpsc::Sender<News>) -> Option<Came> {
    let mut came = Came::Nothing;
    loop {
        match stream.next() {
            Ok(Some(Piece::Message(bytes))) => {
                news.send(News::Arrived(flow, bytes)).await.ok()?;
                came = Came::Messages;
            }
            Ok(Some(Piece::Ping)) => {
                write(line, PONG).await.then_some(())?;
                came = if came == Came::Messages { came } else { Came::Pings };
            }
            Ok(None) => return Some(came),
            Err(broken) => {
                tracing::info!(%flow, error = %broken, "a connection is closed");
                return None;
            }
        }
    }
}

async fn write(line: &mut Line, bytes: &[u8]) -> bool {
    matches!(tokio::time::timeout(SENDING, line.writing.write_all(bytes)).await, Ok(Ok(())))
        && matches!(tokio::time::timeout(SENDING, line.writing.flush()).await, Ok(Ok(())))
}
