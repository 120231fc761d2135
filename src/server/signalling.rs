//! SIP on a UDP socket: one task owns the socket, the endpoint and its timers.
//!
//! The task moves datagrams and time in and out of [`sip::Endpoint`] and hands what happened to the calls. It never
//! waits for a call: a call that does not take its events is hung up. It looks up no name.

use super::clock::{Clock, sleep_until};
use super::event::{CallEvent, EVENTS_WAITING};
use crate::sip::{self, Command, Dial, Endpoint, LegId, Output, Status};
use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use tokio::net::UdpSocket;
use tokio::sync::{mpsc, oneshot};

/// Requests of calls that wait for the task.
const REQUESTS_WAITING: usize = 4096;
/// The largest datagram that UDP carries.
const MAX_DATAGRAM: usize = 65_535;
/// Datagrams taken before timers and requests have their turn.
const DATAGRAMS_A_TURN: usize = 64;
/// Asked of the system for the socket's queues; a burst of a second at a thousand calls a second.
const SOCKET_BUFFER: usize = 4 << 20;

/// A call that came in, and the channel on which everything else about it comes.
#[derive(Debug)]
pub struct Arrival {
    /// What the caller said.
    pub incoming: Box<sip::Incoming>,
    /// For further legs and media of the same call.
    pub sender: mpsc::Sender<CallEvent>,
    /// What happens to it.
    pub events: mpsc::Receiver<CallEvent>,
}

/// A handle on the task; cheap to clone.
#[derive(Clone, Debug)]
pub struct Signalling {
    requests: mpsc::Sender<Request>,
    local: SocketAddr,
}

#[derive(Debug)]
enum Request {
    Command(Command),
    Dial { dial: Box<Dial>, events: mpsc::Sender<CallEvent>, leg: oneshot::Sender<LegId> },
}

struct Task {
    clock: Clock,
    socket: UdpSocket,
    endpoint: Endpoint,
    legs: BTreeMap<LegId, mpsc::Sender<CallEvent>>,
    arrivals: mpsc::Sender<Arrival>,
}

impl Signalling {
    /// Binds the socket and starts the task. Calls that come in go to `arrivals`; when that is full they are answered 503.
    ///
    /// `configure` makes the endpoint's settings of the address that was bound. Must be called within a runtime.
    pub fn start(
        listen: SocketAddr,
        clock: Clock,
        configure: impl FnOnce(SocketAddr) -> sip::Config,
        seed: [u8; 32],
        arrivals: mpsc::Sender<Arrival>,
    ) -> io::Result<Signalling> {
        let socket = bind(listen)?;
        let local = socket.local_addr()?;
        let (sender, requests) = mpsc::channel(REQUESTS_WAITING);
        let endpoint = Endpoint::new(configure(local), seed);
        let task = Task { clock, socket, endpoint, legs: BTreeMap::new(), arrivals };
        tokio::spawn(task.run(requests));
        Ok(Signalling { requests: sender, local })
    }

    /// The address that was bound.
    pub fn local(&self) -> SocketAddr {
        self.local
    }

    /// Asks something of a leg. Lost only if the task has ended.
    pub async fn command(&self, command: Command) {
        let _ = self.requests.send(Request::Command(command)).await;
    }

    /// Calls somebody; what happens to the new leg comes on `events`. `None` only if the task has ended.
    pub async fn dial(&self, dial: Dial, events: mpsc::Sender<CallEvent>) -> Option<LegId> {
        let (leg, answer) = oneshot::channel();
        self.requests.send(Request::Dial { dial: Box::new(dial), events, leg }).await.ok()?;
        answer.await.ok()
    }
}

impl Task {
    async fn run(mut self, mut requests: mpsc::Receiver<Request>) {
        let mut buffer = vec![0; MAX_DATAGRAM];
        loop {
            let deadline = self.endpoint.next_deadline().map(|at| self.clock.instant(at));
            tokio::select! {
                biased;
                request = requests.recv() => match request {
                    Some(request) => self.obey(request).await,
                    None => return,
                },
                () = sleep_until(deadline) => {
                    let outputs = self.endpoint.timeout(self.clock.now());
                    self.perform(outputs).await;
                }
                readable = self.socket.readable() => {
                    if let Err(error) = readable {
                        tracing::warn!(%error, "the SIP socket reports an error");
                    }
                    self.receive(&mut buffer).await;
                }
            }
        }
    }

    async fn receive(&mut self, buffer: &mut [u8]) {
        for _ in 0..DATAGRAMS_A_TURN {
            match self.socket.try_recv_from(buffer) {
                Ok((length, from)) => {
                    log_message("received", from, &buffer[..length]);
                    let outputs = self.endpoint.receive(self.clock.now(), &buffer[..length], from);
                    self.perform(outputs).await;
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                // A peer's port is closed (ICMP): the transaction's timers see to it.
                Err(error) => {
                    tracing::debug!(%error, "a datagram could not be received");
                    return;
                }
            }
        }
    }

    async fn obey(&mut self, request: Request) {
        let outputs = match request {
            Request::Command(command) => self.endpoint.command(self.clock.now(), command),
            Request::Dial { mut dial, events, leg } => {
                dial.leg = self.endpoint.new_leg();
                self.legs.insert(dial.leg, events);
                let _ = leg.send(dial.leg);
                self.endpoint.command(self.clock.now(), Command::Dial(dial))
            }
        };
        self.perform(outputs).await;
    }

    /// Sends what is to be sent and tells the calls. What a call's loss leads to is done in the same go.
    async fn perform(&mut self, outputs: sip::Outputs) {
        let mut waiting = std::collections::VecDeque::from(outputs);
        while let Some(output) = waiting.pop_front() {
            match output {
                Output::Send { to, bytes } => {
                    log_message("sent", to, &bytes);
                    if let Err(error) = self.socket.send_to(&bytes, to).await {
                        tracing::debug!(%error, %to, "a datagram could not be sent");
                    }
                }
                Output::Event(event) => {
                    if let Some(command) = self.tell(event) {
                        waiting.extend(self.endpoint.command(self.clock.now(), command));
                    }
                }
            }
        }
    }

    /// Hands an event to its call; returns what becomes of the leg if its call does not take it.
    fn tell(&mut self, event: sip::Event) -> Option<Command> {
        let leg = event.leg()?;
        if let sip::Event::Incoming(incoming) = event {
            return self.admit(leg, incoming);
        }
        let is_end = matches!(event, sip::Event::Ended { .. });
        let told = self.legs.get(&leg).map(|call| call.try_send(CallEvent::Sip(event)).is_ok());
        if is_end || told != Some(true) {
            self.legs.remove(&leg);
        }
        (told == Some(false) && !is_end).then_some(Command::HangUp { leg, q850: None })
    }

    fn admit(&mut self, leg: LegId, incoming: Box<sip::Incoming>) -> Option<Command> {
        let (sender, events) = mpsc::channel(EVENTS_WAITING);
        self.legs.insert(leg, sender.clone());
        let refused = self.arrivals.try_send(Arrival { incoming, sender, events }).is_err();
        if refused {
            self.legs.remove(&leg);
        }
        let status = Status::SERVICE_UNAVAILABLE;
        refused.then_some(Command::Reject { leg, status, phrase: None, contact: None })
    }
}

/// A line for a message where somebody wants to see them: no body, no credentials, control characters escaped.
fn log_message(way: &'static str, peer: SocketAddr, bytes: &[u8]) {
    if !tracing::enabled!(tracing::Level::DEBUG) {
        return;
    }
    match sip::scan(bytes, sip::Policy::Tolerant) {
        Ok(message) => tracing::debug!(%peer, "{way} {}", message.summary()),
        Err(malformed) => {
            tracing::debug!(%peer, "{way} {} bytes that are no SIP: {}", bytes.len(), malformed.error)
        }
    }
}

fn bind(listen: SocketAddr) -> io::Result<UdpSocket> {
    let socket = socket2::Socket::new(socket2::Domain::for_address(listen), socket2::Type::DGRAM, None)?;
    // What the system grants may be less; it is no reason not to start.
    let _ = socket.set_recv_buffer_size(SOCKET_BUFFER);
    let _ = socket.set_send_buffer_size(SOCKET_BUFFER);
    socket.set_nonblocking(true)?;
    socket.bind(&listen.into())?;
    UdpSocket::from_std(socket.into())
}
