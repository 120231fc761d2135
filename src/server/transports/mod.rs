//! The sockets of SIP: datagrams and connections, moved in and out of the signalling task.
//!
//! Each further UDP socket, each listening socket and each connection has a task of its own. What they read goes into
//! one bounded channel, so a connection that sends faster than we read is slowed down, and a flood of datagrams is
//! dropped. The signalling task never waits for any of them: what a connection cannot take at once is its end.

mod accept;
mod connection;
mod datagrams;
mod door;
mod patience;
mod renewal;
mod tls;

pub use renewal::keep as keep_renewed;
pub use tls::{Tls, TlsError};

use crate::sip::{Datagram, Flow, Network, Transport};
use connection::Connecting;
pub use datagrams::Datagrams;
use door::Door;
use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

/// Pieces of news from all sockets that may wait for the signalling.
const NEWS_WAITING: usize = 4096;
/// Messages that may wait for a connection.
const MESSAGES_WAITING: usize = 128;
/// The largest datagram that UDP carries.
pub const MAX_DATAGRAM: usize = 65_535;

/// What a socket tells the signalling.
#[derive(Debug)]
pub enum News {
    /// A message.
    Arrived(Flow, Vec<u8>),
    /// Somebody has connected; what is sent to it goes here.
    Opened(Flow, mpsc::Sender<Datagram>),
    /// Somebody wants to know when what was told before has been heard, and answered as far as that takes no waiting.
    Heard(oneshot::Sender<()>),
    /// A connection has ended, or did not come about.
    Closed(Flow),
}

/// An address to listen on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListenOn {
    /// How.
    pub transport: Transport,
    /// Where.
    pub address: SocketAddr,
}

/// All sockets.
pub struct Transports {
    /// By listener; what a listener of a stream transport has here is `None`.
    sockets: Vec<Option<Arc<Datagrams>>>,
    connections: BTreeMap<(Transport, SocketAddr), mpsc::Sender<Datagram>>,
    news: mpsc::Sender<News>,
    tls: Option<Arc<Tls>>,
    /// Whom the certificate of an address must name.
    names: BTreeMap<SocketAddr, String>,
    door: Door,
}

/// What [`Transports::open`] gives: the sockets, what they tell, and the addresses that were bound, in order.
pub type Opened = (Transports, mpsc::Receiver<News>, Vec<ListenOn>);

impl Transports {
    /// Binds every address and starts the tasks of all but the first, which must be of UDP and is read by the signalling
    /// task itself. Must be called within a runtime.
    ///
    /// # Errors
    /// The address that cannot be bound, and why. TLS without a certificate of ours cannot be listened for.
    pub fn open(listen: &[ListenOn], tls: Option<Arc<Tls>>) -> Result<Opened, (SocketAddr, io::Error)> {
        let (news, told) = mpsc::channel(NEWS_WAITING);
        let mut sockets = Vec::new();
        let mut bound = Vec::new();
        let door = Door::default();
        for (index, on) in listen.iter().enumerate() {
            let at = |error| (on.address, error);
            let listener = u8::try_from(index).map_err(|_| at(io::Error::other("too many listeners")))?;
            let (socket, address) = match on.transport {
                Transport::Udp => {
                    let socket = Arc::new(Datagrams::bind(on.address).map_err(at)?);
                    if index > 0 {
                        tokio::spawn(read_datagrams(socket.clone(), listener, news.clone()));
                    }
                    (Some(socket.clone()), socket.local_addr().map_err(at)?)
                }
                Transport::Tcp | Transport::Tls => {
                    let waiting = accept::Waiting { on: *on, listener, tls: tls.clone() };
                    (None, accept::open(waiting, door.clone(), news.clone()).map_err(at)?)
                }
            };
            sockets.push(socket);
            bound.push(ListenOn { address, ..*on });
        }
        let (connections, names) = (BTreeMap::new(), BTreeMap::new());
        Ok((Transports { sockets, connections, news, tls, names, door }, told, bound))
    }

    /// The first listener's socket.
    pub fn first(&self) -> Option<Arc<Datagrams>> {
        self.sockets.first().cloned().flatten()
    }

    /// Says for whom connections are kept free.
    pub fn know(&self, networks: Vec<Network>) {
        self.door.know(networks);
    }

    /// Says whom the certificate of an address must name; its address where nobody has said.
    pub fn name(&mut self, address: SocketAddr, name: String) {
        self.names.insert(address, name);
    }

    /// Sends a message. What cannot be sent is lost, as on any network; a connection that fails is told of.
    pub async fn send(&mut self, to: Flow, bytes: Datagram) {
        match to.transport {
            Transport::Udp => self.send_datagram(to, &bytes).await,
            Transport::Tcp | Transport::Tls => self.send_in_stream(to, bytes),
        }
    }

    async fn send_datagram(&self, to: Flow, bytes: &[u8]) {
        let own = self.sockets.get(usize::from(to.listener)).and_then(Option::as_ref);
        let Some(socket) = own.or_else(|| self.sockets.iter().flatten().next()) else { return };
        if let Err(error) = socket.send_to(bytes, to.address).await {
            tracing::debug!(%error, %to, "a datagram could not be sent");
        }
    }

    fn send_in_stream(&mut self, to: Flow, bytes: Datagram) {
        let key = (to.transport, to.address);
        let connection = self.connections.entry(key).or_insert_with(|| {
            let (sender, messages) = mpsc::channel(MESSAGES_WAITING);
            let tls = self.tls.clone();
            let name = self.names.get(&to.address).cloned();
            let connecting = Connecting { to, name, tls };
            tokio::spawn(connection::reach(connecting, messages, self.news.clone()));
            sender
        });
        if connection.try_send(bytes).is_err() {
            tracing::debug!(%to, "a connection takes no more messages and is closed");
            self.connections.remove(&key);
        }
    }

    /// Takes note of a connection that somebody has made.
    pub fn opened(&mut self, flow: Flow, sender: mpsc::Sender<Datagram>) {
        self.connections.insert((flow.transport, flow.address), sender);
    }

    /// Forgets a connection that has ended; whether there was one. A newer one to the same address stays.
    pub fn closed(&mut self, flow: Flow) -> bool {
        let key = (flow.transport, flow.address);
        let ended = self.connections.get(&key).is_none_or(mpsc::Sender::is_closed);
        if ended {
            self.connections.remove(&key);
        }
        ended
    }
}

async fn read_datagrams(socket: Arc<Datagrams>, listener: u8, news: mpsc::Sender<News>) {
    let mut buffer = vec![0; MAX_DATAGRAM];
    loop {
        let waited = tokio::select! {
            () = news.closed() => return,
            waited = socket.readable() => waited,
        };
        match waited.and_then(|()| socket.try_recv_from(&mut buffer)) {
            Ok((length, address)) => {
                let flow = Flow { transport: Transport::Udp, address, listener };
                // A flood is dropped here, as it would be in the system's queue.
                let _ = news.try_send(News::Arrived(flow, buffer[..length].to_vec()));
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            // A peer's port is closed (ICMP): the transaction's timers see to it.
            Err(error) => tracing::debug!(%error, "a datagram could not be received"),
        }
    }
}
