//! SIP on its sockets: one task owns the endpoint, its timers and the way to every socket.
//!
//! The task moves messages and time in and out of [`sip::Endpoint`] and hands what happened to the calls. It never
//! waits for a call: a call that does not take its events is hung up. It looks up no name.

use super::capture::{Capture, Overheard};
use super::clock::{Clock, sleep_until};
use super::event::{CallEvent, EVENTS_WAITING};
use super::meters::Meters;
use super::named::{Found, Names};
use super::phones::Phones;
use super::signalled::kind_of;
use super::transports::{Datagrams, ListenOn, MAX_DATAGRAM, News, Tls, Transports};
use super::trunks::Finder;
use crate::sip::{
    self, Ask, AskId, Command, Dial, Endpoint, Flow, LegId, Listener, Network, Output, Registrar, Reply,
    Status, TakeUp, Transport, TurnedAway,
};
use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

/// Requests of calls that wait for the task.
const REQUESTS_WAITING: usize = 4096;
/// Datagrams taken before timers and requests have their turn.
const DATAGRAMS_A_TURN: usize = 64;

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
    bound: Arc<[ListenOn]>,
}

/// What the signalling has beside its sockets.
#[derive(Default)]
pub struct Fittings {
    /// Certificates.
    pub tls: Option<Arc<Tls>>,
    /// Where telephones register, and who is told where they are.
    pub phones: Option<(Registrar, Phones)>,
    /// What counts messages.
    pub meters: Arc<Meters>,
    /// Who looks up hosts that descriptions name; without it they are refused.
    pub finder: Option<Finder>,
}

/// An address that cannot be listened on, and why.
pub type Deaf = (SocketAddr, io::Error);

#[derive(Debug)]
enum Request {
    Command(Command),
    Ask {
        ask: Box<Ask>,
        reply: oneshot::Sender<Reply>,
    },
    Name(SocketAddr, String),
    Dial {
        dial: Box<Dial>,
        events: mpsc::Sender<CallEvent>,
        leg: oneshot::Sender<LegId>,
        capture: Option<Capture>,
    },
    TakeUp {
        take_up: Box<TakeUp>,
        events: mpsc::Sender<CallEvent>,
        leg: oneshot::Sender<LegId>,
    },
    Capture(Vec<LegId>, Capture),
}

/// Whose leg it is.
struct Owner {
    call: mpsc::Sender<CallEvent>,
    /// Whether the call has been told how the leg stands.
    knows_standing: bool,
}

impl Owner {
    fn new(call: mpsc::Sender<CallEvent>) -> Owner {
        Owner { call, knows_standing: false }
    }
}

struct Task {
    clock: Clock,
    socket: Arc<Datagrams>,
    transports: Transports,
    news: mpsc::Receiver<News>,
    endpoint: Endpoint,
    legs: BTreeMap<LegId, Owner>,
    asks: BTreeMap<AskId, oneshot::Sender<Reply>>,
    last_ask: u64,
    phones: Option<Phones>,
    meters: Arc<Meters>,
    names: Names,
    found: mpsc::Receiver<Found>,
    overheard: Overheard,
    /// What the endpoint had turned away when it was looked at last.
    turned_away: TurnedAway,
    arrivals: mpsc::Sender<Arrival>,
}

impl Signalling {
    /// Binds the sockets and starts the task. Calls that come in go to `arrivals`; when that is full they are answered 503.
    ///
    /// The first address is of UDP. `configure` makes the endpoint's settings of the addresses that were bound. Must be
    /// called within a runtime.
    pub fn start(
        listen: &[ListenOn],
        fittings: Fittings,
        clock: Clock,
        configure: impl FnOnce(&[ListenOn]) -> sip::Config,
        seed: [u8; 32],
        arrivals: mpsc::Sender<Arrival>,
    ) -> Result<Signalling, Deaf> {
        let (transports, news, bound) = Transports::open(listen, fittings.tls)?;
        let none = || io::Error::other("the first address that is listened on is one of UDP");
        let first = listen.first().map_or(SocketAddr::from(([0, 0, 0, 0], 0)), |on| on.address);
        let socket = transports.first().ok_or_else(|| (first, none()))?;
        let (sender, requests) = mpsc::channel(REQUESTS_WAITING);
        let config = configure(&bound);
        transports.know(whom_we_know(config.sources.as_deref(), &config.known, &config.trusted));
        let endpoint = Endpoint::new(config, seed);
        let (endpoint, phones) = match fittings.phones {
            Some((registrar, phones)) => (endpoint.with_registrar(registrar), Some(phones)),
            None => (endpoint, None),
        };
        let (legs, asks) = (BTreeMap::new(), BTreeMap::new());
        let (meters, turned_away) = (fittings.meters, TurnedAway::default());
        let (names, found) = Names::new(fittings.finder);
        let task = Task {
            clock,
            socket,
            transports,
            news,
            endpoint,
            legs,
            asks,
            last_ask: 0,
            phones,
            meters,
            names,
            found,
            overheard: Overheard::new(&bound),
            turned_away,
            arrivals,
        };
        tokio::spawn(task.run(requests));
        Ok(Signalling { requests: sender, bound: bound.into() })
    }

    /// The first address that was bound, that of UDP.
    pub fn local(&self) -> SocketAddr {
        self.bound.first().map_or(SocketAddr::from(([0, 0, 0, 0], 0)), |on| on.address)
    }

    /// All addresses that were bound.
    pub fn bound(&self) -> &[ListenOn] {
        &self.bound
    }

    /// The way to a far end: by the first listener of its transport, of its own family of addresses if there is one.
    pub fn flow(&self, transport: Transport, address: SocketAddr) -> Flow {
        let fits = |on: &ListenOn| on.transport == transport && on.address.is_ipv4() == address.is_ipv4();
        let found = self.bound.iter().position(fits);
        let found = found.or_else(|| self.bound.iter().position(|on| on.transport == transport));
        Flow { transport, address, listener: found.and_then(|index| u8::try_from(index).ok()).unwrap_or(0) }
    }

    /// Asks something of a leg. Lost only if the task has ended.
    pub async fn command(&self, command: Command) {
        let _ = self.requests.send(Request::Command(command)).await;
    }

    /// Says whom the certificate of an address must name.
    pub async fn name(&self, address: SocketAddr, name: String) {
        let _ = self.requests.send(Request::Name(address, name)).await;
    }

    /// Asks something outside of calls and waits for what becomes of it, at most 32 s; its id is given here. `None` only if
    /// the task has ended.
    pub async fn ask(&self, ask: Ask) -> Option<Reply> {
        let (reply, answer) = oneshot::channel();
        self.requests.send(Request::Ask { ask: Box::new(ask), reply }).await.ok()?;
        answer.await.ok()
    }

    /// Calls somebody; what happens to the new leg comes on `events`. `None` only if the task has ended.
    pub async fn dial(&self, dial: Dial, events: mpsc::Sender<CallEvent>) -> Option<LegId> {
        self.dial_heard(dial, events, None).await
    }

    /// The same, with every message brought to a file where there is one.
    pub async fn dial_heard(
        &self,
        dial: Dial,
        events: mpsc::Sender<CallEvent>,
        capture: Option<Capture>,
    ) -> Option<LegId> {
        let (leg, answer) = oneshot::channel();
        self.requests.send(Request::Dial { dial: Box::new(dial), events, leg, capture }).await.ok()?;
        answer.await.ok()
    }

    /// Goes on with a leg of a process that has died; its id is given here, and what becomes of it comes on `events`. `None` only
    /// if the task has ended.
    pub async fn take_up(&self, take_up: TakeUp, events: mpsc::Sender<CallEvent>) -> Option<LegId> {
        let (leg, answer) = oneshot::channel();
        self.requests.send(Request::TakeUp { take_up: Box::new(take_up), events, leg }).await.ok()?;
        answer.await.ok()
    }

    /// Brings the messages of legs to a file.
    pub async fn capture(&self, legs: Vec<LegId>, capture: Capture) {
        let _ = self.requests.send(Request::Capture(legs, capture)).await;
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
                Some(news) = self.news.recv() => {
                    self.learn(news).await;
                    // Whoever talks without pause on a connection takes no turn from the datagrams.
                    self.receive(&mut buffer).await;
                }
                Some(found) = self.found.recv() => {
                    for (bytes, from) in self.names.release(found) {
                        self.take(&bytes, from).await;
                    }
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
                    self.read(&buffer[..length], Flow::udp(from)).await;
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

    async fn read(&mut self, bytes: &[u8], from: Flow) {
        log_message("received", from, bytes);
        self.meters.messages.count(["received", kind_of(bytes)]);
        self.overheard.received(from, bytes);
        let is_known = || self.endpoint.is_known(self.clock.now(), from);
        if !self.names.hold(bytes, from, is_known) {
            self.take(bytes, from).await;
        }
    }

    async fn take(&mut self, bytes: &[u8], from: Flow) {
        let outputs = self.endpoint.receive(self.clock.now(), bytes, from);
        self.count_turned_away();
        self.perform(outputs).await;
    }

    async fn learn(&mut self, news: News) {
        match news {
            News::Arrived(flow, bytes) => self.read(&bytes, flow).await,
            News::Opened(flow, sender) => self.transports.opened(flow, sender),
            News::Heard(whoever) => drop(whoever.send(())),
            News::Closed(flow) => {
                if self.transports.closed(flow) {
                    let outputs = self.endpoint.lost(self.clock.now(), flow);
                    self.perform(outputs).await;
                }
            }
        }
    }

    async fn obey(&mut self, request: Request) {
        if let Request::Command(Command::Admit { sources, known, trusted }) = &request {
            self.transports.know(whom_we_know(sources.as_deref(), known, trusted));
        }
        let outputs = match request {
            Request::Command(command) => self.endpoint.command(self.clock.now(), command),
            Request::Name(address, name) => return self.transports.name(address, name),
            Request::Ask { mut ask, reply } => {
                self.last_ask += 1;
                ask.ask = AskId(self.last_ask);
                self.asks.insert(ask.ask, reply);
                self.endpoint.command(self.clock.now(), Command::Ask(ask))
            }
            Request::Dial { mut dial, events, leg, capture } => {
                dial.leg = self.endpoint.new_leg();
                let id = dial.leg;
                self.legs.insert(id, Owner::new(events));
                let _ = leg.send(id);
                let outputs = self.endpoint.command(self.clock.now(), Command::Dial(dial));
                self.overheard.dialled(id, &outputs, capture);
                outputs
            }
            Request::TakeUp { mut take_up, events, leg } => {
                take_up.leg = self.endpoint.new_leg();
                self.legs.insert(take_up.leg, Owner::new(events));
                let _ = leg.send(take_up.leg);
                self.endpoint.command(self.clock.now(), Command::TakeUp(take_up))
            }
            Request::Capture(legs, capture) => return self.overheard.listen(&legs, &capture),
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
                    self.meters.messages.count(["sent", kind_of(&bytes)]);
                    self.overheard.sent(to, &bytes);
                    self.transports.send(to, bytes).await;
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
        let Some(leg) = event.leg() else {
            self.note(event);
            return None;
        };
        if let sip::Event::Incoming(incoming) = event {
            return self.admit(leg, incoming);
        }
        let is_end = matches!(event, sip::Event::Ended { .. });
        let mut owner = self.legs.get_mut(&leg);
        let stands = match &event {
            // The ACK alone changes nothing.
            sip::Event::Confirmed { media: None, .. } => {
                owner.as_ref().is_some_and(|owner| !owner.knows_standing)
            }
            sip::Event::Confirmed { .. } | sip::Event::Answered { .. } => true,
            sip::Event::MediaChanged { .. } => true,
            // Whether the far end calls somebody else now.
            sip::Event::Refer { news, .. } => !matches!(news, sip::ReferNews::Progress(_)),
            _ => false,
        };
        if let (true, Some(owner)) = (stands, &mut owner)
            // What has happened needs the last place itself.
            && owner.call.capacity() > 1
            && let Some(standing) = self.endpoint.standing(leg)
        {
            // Without it the call is lost with this process, and nothing else. It goes first, so that it is written with the step that follows.
            let told = owner.call.try_send(CallEvent::Standing(leg, Box::new(standing)));
            owner.knows_standing = told.is_ok();
        }
        let told = owner.map(|owner| owner.call.try_send(CallEvent::Sip(event)).is_ok());
        if is_end || told != Some(true) {
            self.legs.remove(&leg);
            self.overheard.forget(leg);
        }
        (told == Some(false) && !is_end).then_some(Command::HangUp { leg, q850: None })
    }

    fn count_turned_away(&mut self) {
        let before = std::mem::replace(&mut self.turned_away, self.endpoint.turned_away());
        let counts = [
            ("max_calls", self.turned_away.full, before.full),
            ("stranger", self.turned_away.strangers, before.strangers),
            ("unanswered", self.turned_away.unanswered, before.unanswered),
        ];
        for (reason, now, before) in counts.into_iter().filter(|(_, now, before)| now > before) {
            self.meters.refused.add([reason], i64::try_from(now - before).unwrap_or(0));
        }
    }

    /// What happens outside of calls.
    fn note(&mut self, event: sip::Event) {
        if let sip::Event::Replied(reply) = event {
            // Whoever asked may have gone.
            let _ = self.asks.remove(&reply.ask).map(|asker| asker.send(reply));
        } else if let sip::Event::Moved(presence) = event {
            self.phones.iter().for_each(|phones| phones.moved(presence.clone()));
        } else if let sip::Event::ShutOut { source } = event {
            let source = source.address.ip();
            tracing::warn!(%source, "a source has tried too many passwords: it gets no answer for five minutes");
        }
    }

    fn admit(&mut self, leg: LegId, incoming: Box<sip::Incoming>) -> Option<Command> {
        let (sender, events) = mpsc::channel(EVENTS_WAITING);
        self.legs.insert(leg, Owner::new(sender.clone()));
        self.overheard.came(leg, &incoming.call_id);
        let refused = self.arrivals.try_send(Arrival { incoming, sender, events }).is_err();
        if refused {
            let reason = if self.arrivals.is_closed() { "stopping" } else { "overload" };
            self.meters.refused.count([reason]);
            self.legs.remove(&leg);
            self.overheard.forget(leg);
        }
        let status = Status::SERVICE_UNAVAILABLE;
        refused.then_some(Command::Reject { leg, status, phrase: None, contact: None })
    }
}

/// A line for a message where somebody wants to see them: no body, no credentials, control characters escaped.
fn log_message(way: &'static str, peer: Flow, bytes: &[u8]) {
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

/// For whom connections are kept free.
fn whom_we_know(sources: Option<&[sip::Source]>, known: &[Network], trusted: &[Network]) -> Vec<Network> {
    let named = sources.unwrap_or_default().iter().map(|source| source.network);
    named.chain(known.iter().chain(trusted).copied()).collect()
}

/// What we call ourselves at each address that was bound.
pub fn listeners(bound: &[ListenOn], as_reached: impl Fn(SocketAddr) -> SocketAddr) -> Vec<Listener> {
    let listener = |on: &ListenOn| Listener { transport: on.transport, sent_by: as_reached(on.address) };
    bound.iter().map(listener).collect()
}
