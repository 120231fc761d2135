//! Connections that others make, where there is room for them.

use super::connection::{self, Line};
use super::door::{Door, Inside};
use super::tls::Tls;
use super::{ListenOn, MESSAGES_WAITING, News};
use crate::sip::{Flow, Transport};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

/// How long the handshake of TLS may take.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// After an error of the system (no more files), so that the loop does not spin.
const PAUSE: Duration = Duration::from_millis(100);

/// Who waits for connections.
pub(super) struct Waiting {
    pub on: ListenOn,
    pub listener: u8,
    pub tls: Option<Arc<Tls>>,
}

/// Listens; returns the address that was bound.
pub(super) fn open(waiting: Waiting, door: Door, news: mpsc::Sender<News>) -> io::Result<SocketAddr> {
    if waiting.on.transport == Transport::Tls && !waiting.tls.as_ref().is_some_and(|tls| tls.can_accept()) {
        return Err(io::Error::other("TLS needs `tls: { certificate: …, key: … }`"));
    }
    let address = waiting.on.address;
    let socket = socket2::Socket::new(socket2::Domain::for_address(address), socket2::Type::STREAM, None)?;
    socket.set_reuse_address(true)?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(512)?;
    let listener = TcpListener::from_std(socket.into())?;
    let bound = listener.local_addr()?;
    tokio::spawn(accept(listener, waiting, door, news));
    Ok(bound)
}

async fn accept(listener: TcpListener, waiting: Waiting, door: Door, news: mpsc::Sender<News>) {
    let mut fails = false;
    loop {
        let accepted = tokio::select! {
            () = news.closed() => return,
            accepted = listener.accept() => accepted,
        };
        if fails && accepted.is_ok() {
            tracing::warn!(address = %waiting.on.address, "connections are taken again");
            fails = false;
        }
        match accepted {
            Ok((stream, address)) => match door.enter(address.ip()) {
                Some(inside) => {
                    let flow = Flow { transport: waiting.on.transport, address, listener: waiting.listener };
                    tokio::spawn(greet(stream, flow, waiting.tls.clone(), inside, news.clone()));
                }
                None => tracing::debug!(%address, "a connection is refused: there are too many"),
            },
            Err(error) => {
                // Once, however often it is tried: a log that fills the disk helps nobody.
                if !std::mem::replace(&mut fails, true) {
                    tracing::warn!(%error, address = %waiting.on.address, "connections cannot be taken");
                }
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

async fn greet(
    stream: TcpStream,
    flow: Flow,
    tls: Option<Arc<Tls>>,
    inside: Inside,
    news: mpsc::Sender<News>,
) {
    let _ = stream.set_nodelay(true);
    let line = match (flow.transport, tls) {
        (Transport::Tls, Some(tls)) => match tokio::time::timeout(HANDSHAKE, tls.accept(stream)).await {
            Ok(Ok(stream)) => Line::from(stream),
            Ok(Err(error)) => return tracing::debug!(%flow, %error, "a TLS handshake failed"),
            Err(_) => return tracing::debug!(%flow, "a TLS handshake took too long"),
        },
        (Transport::Tls, None) => return,
        (Transport::Tcp | Transport::Udp, _) => Line::from(stream),
    };
    let (sender, messages) = mpsc::channel(MESSAGES_WAITING);
    if news.send(News::Opened(flow, sender)).await.is_ok() {
        connection::carry(line, flow, messages, news).await;
    }
    drop(inside);
}
