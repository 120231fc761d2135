//! Connections that others make: counted, so that idle ones take nothing away from anybody else.

use super::connection::{self, Line};
use super::tls::Tls;
use super::{ListenOn, MESSAGES_WAITING, News};
use crate::sip::{Flow, Transport};
use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

/// Connections at a time that others have made, over all listeners.
const CONNECTIONS: usize = 2048;
/// And from one address. Many telephones may stand behind one.
const CONNECTIONS_A_SOURCE: usize = 64;
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

/// Counts who is inside.
#[derive(Clone, Default)]
pub(super) struct Door(Arc<Mutex<BTreeMap<IpAddr, usize>>>);

/// One who is; whoever drops it leaves.
struct Inside(Door, IpAddr);

impl Door {
    fn enter(&self, address: IpAddr) -> Option<Inside> {
        let mut inside = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = inside.values().sum();
        let same = inside.get(&address).copied().unwrap_or(0);
        (all < CONNECTIONS && same < CONNECTIONS_A_SOURCE).then(|| {
            inside.insert(address, same + 1);
            Inside(self.clone(), address)
        })
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        let mut inside = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = inside.get_mut(&self.1) {
            *count -= 1;
            if *count == 0 {
                inside.remove(&self.1);
            }
        }
    }
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
    loop {
        let accepted = tokio::select! {
            () = news.closed() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, address)) => match door.enter(address.ip()) {
                Some(inside) => {
                    let flow = Flow { transport: waiting.on.transport, address, listener: waiting.listener };
                    tokio::spawn(greet(stream, flow, waiting.tls.clone(), inside, news.clone()));
                }
                None => tracing::debug!(%address, "a connection is refused: there are too many"),
            },
            Err(error) => {
                tracing::warn!(%error, "a connection cannot be taken");
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
