//! Callers over real sockets: SIP by the project's own endpoint, a socket of its own for the media of each.
//!
//! One loop, a millisecond a round: what has come is taken at once, and each caller sends a packet of silence every 20 ms, as
//! a telephone does; the callers share those 20 ms evenly.

use crate::floor::PACKET;
use crate::spacing::{Last, Spacing};
use callwright::media::rtcp;
use callwright::media::rtp::RtpHeader;
use callwright::sip::sdp::Local;
use callwright::sip::{Command, Config, Dial, Endpoint, Event, Flow, LegId, Output, Outputs, Uri};
use callwright::time::Millis;
use rustix::event::{Timespec, epoll};
use std::collections::BTreeMap;
use std::io::Result;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

/// Milliseconds between two packets of a caller.
const FRAME_MS: u64 = 20;
/// More calls at a time than any run has.
const MAX_CALLS: usize = 100_000;
/// The mark of the socket of SIP among those that are watched.
const SIP: u64 = u64::MAX;
/// Silence in A-law.
const SILENCE: u8 = 0xd5;
/// A datagram of SIP at the most.
const MAX_DATAGRAM: usize = 65_536;

/// One caller.
struct Caller {
    leg: LegId,
    socket: UdpSocket,
    remote: Option<SocketAddr>,
    /// Whether the call is up.
    is_up: bool,
    last: Option<Last>,
    sequence: u16,
    /// When the first packet came since [`Callers::listen_anew`].
    heard: Option<Instant>,
    /// When its media moved since then.
    moved: Option<Instant>,
}

/// What became of short calls.
#[derive(Clone, Copy, Default)]
pub struct Counts {
    /// Calls that were begun.
    pub begun: u64,
    /// Calls that ended as they should.
    pub done: u64,
    /// Calls that were refused, or ended by the server.
    pub failed: u64,
}

/// All callers.
pub struct Callers {
    sip: UdpSocket,
    server: SocketAddr,
    endpoint: Endpoint,
    origin: Instant,
    callers: Vec<Caller>,
    by_leg: BTreeMap<LegId, usize>,
    /// The port that short calls name; nothing is sent there for long.
    idle: UdpSocket,
    watched: OwnedFd,
    found: Vec<epoll::Event>,
    buffer: Vec<u8>,
    /// The last round of packets, in milliseconds since the origin.
    round: u64,
    /// How evenly packets came since [`Callers::listen_anew`].
    pub spacing: Spacing,
    /// What became of the calls.
    pub counts: Counts,
}

impl Callers {
    /// Nobody yet; `seed` is what tags and branches grow from, so that two runs do not meet each other's calls.
    pub fn new(server: SocketAddr) -> Result<Callers> {
        let sip = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        sip.set_nonblocking(true)?;
        let watched = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        epoll::add(&watched, &sip, epoll::EventData::new_u64(SIP), epoll::EventFlags::IN)?;
        let local = sip.local_addr()?;
        let mut seed = [0; 32];
        seed[..2].copy_from_slice(&local.port().to_be_bytes());
        seed[2..6].copy_from_slice(&std::process::id().to_be_bytes());
        let endpoint = Endpoint::new(Config { max_calls: MAX_CALLS, ..Config::new(local) }, seed);
        Ok(Callers {
            sip,
            server,
            endpoint,
            origin: Instant::now(),
            callers: Vec::new(),
            by_leg: BTreeMap::new(),
            idle: UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?,
            watched,
            found: Vec::with_capacity(1024),
            buffer: vec![0; MAX_DATAGRAM],
            round: 0,
            spacing: Spacing::default(),
            counts: Counts::default(),
        })
    }

    /// So many callers dial `user`, so many a second; back when the last one has.
    pub fn dial_many(&mut self, user: &str, count: usize, a_second: f64) -> Result<()> {
        let began = Instant::now();
        for n in 0..count {
            self.run_until(began + Duration::from_secs_f64(n as f64 / a_second))?;
            let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
            let media = Local::new(socket.local_addr()?);
            let leg = self.dial(user, media);
            self.listen(leg, socket)?;
            self.by_leg.insert(leg, self.callers.len() - 1);
        }
        Ok(())
    }

    /// A caller who exchanges packets with an address, without a call.
    pub fn talk_with(&mut self, remote: SocketAddr) -> Result<()> {
        let leg = self.endpoint.new_leg();
        self.listen(leg, UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?)?;
        if let Some(caller) = self.callers.last_mut() {
            (caller.remote, caller.is_up) = (Some(remote), true);
        }
        Ok(())
    }

    fn listen(&mut self, leg: LegId, socket: UdpSocket) -> Result<()> {
        socket.set_nonblocking(true)?;
        let mark = epoll::EventData::new_u64(self.callers.len() as u64);
        epoll::add(&self.watched, &socket, mark, epoll::EventFlags::IN)?;
        let (remote, last, heard, moved) = (None, None, None, None);
        self.callers.push(Caller { leg, socket, remote, is_up: false, last, sequence: 0, heard, moved });
        Ok(())
    }

    /// Calls that are hung up as soon as they are answered, so many a second, until a moment.
    pub fn short_calls(&mut self, user: &str, a_second: f64, length: Duration) -> Result<()> {
        let (began, mut begun) = (Instant::now(), 0.0);
        let media = Local::new(self.idle.local_addr()?);
        while began.elapsed() < length {
            while begun < began.elapsed().as_secs_f64() * a_second {
                self.dial(user, media.clone());
                self.counts.begun += 1;
                begun += 1.0;
            }
            self.turn()?;
        }
        Ok(())
    }

    fn dial(&mut self, user: &str, media: Local) -> LegId {
        let leg = self.endpoint.new_leg();
        let dial = Dial::new(leg, Uri::sip(Some(user), self.server), self.server, "load", media);
        let outputs = self.endpoint.command(self.now(), Command::Dial(Box::new(dial)));
        self.perform(outputs);
        leg
    }

    /// All hang up, and are given two seconds for it.
    pub fn hang_up(&mut self) -> Result<()> {
        for n in 0..self.callers.len() {
            self.end(self.callers[n].leg);
        }
        self.run_until(Instant::now() + Duration::from_secs(2))
    }

    fn end(&mut self, leg: LegId) {
        let outputs = self.endpoint.command(self.now(), Command::HangUp { leg, q850: None });
        self.perform(outputs);
    }

    /// Forgets what was heard so far.
    pub fn listen_anew(&mut self) {
        self.spacing = Spacing::default();
        for caller in &mut self.callers {
            (caller.heard, caller.moved, caller.last) = (None, None, None);
        }
    }

    /// How many calls are up.
    pub fn up(&self) -> usize {
        self.callers.iter().filter(|caller| caller.is_up).count()
    }

    /// When each caller was asked where its media is, and when it heard something after that; in no order.
    pub fn heard_again(&self) -> Vec<(Option<Instant>, Option<Instant>)> {
        self.callers
            .iter()
            .map(|caller| (caller.moved, caller.heard.filter(|_| caller.moved.is_some())))
            .collect()
    }

    /// Takes what comes and sends what is due until a moment.
    pub fn run_until(&mut self, until: Instant) -> Result<()> {
        while Instant::now() < until {
            self.turn()?;
        }
        Ok(())
    }

    fn now(&self) -> Millis {
        Millis(u64::try_from(self.origin.elapsed().as_millis()).unwrap_or(u64::MAX))
    }

    /// One round: at most a millisecond of waiting.
    fn turn(&mut self) -> Result<()> {
        self.found.clear();
        let wait = Timespec { tv_sec: 0, tv_nsec: 1_000_000 };
        match epoll::wait(&self.watched, rustix::buffer::spare_capacity(&mut self.found), Some(&wait)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        for n in 0..self.found.len() {
            match self.found[n].data.u64() {
                SIP => self.take_messages(),
                caller => self.take_packets(caller as usize),
            }
        }
        let now = self.now();
        while self.endpoint.next_deadline().is_some_and(|due| due <= now) {
            let outputs = self.endpoint.timeout(now);
            self.perform(outputs);
        }
        self.send_packets(now);
        Ok(())
    }

    fn take_messages(&mut self) {
        let mut buffer = std::mem::take(&mut self.buffer);
        while let Ok((length, from)) = self.sip.recv_from(&mut buffer) {
            let outputs = self.endpoint.receive(self.now(), &buffer[..length], from);
            self.perform(outputs);
        }
        self.buffer = buffer;
    }

    fn take_packets(&mut self, n: usize) {
        let caller = &mut self.callers[n];
        while let Ok((length, from)) = caller.socket.recv_from(&mut self.buffer) {
            let Ok((header, _)) = RtpHeader::parse(&self.buffer[..length]) else { continue };
            // Reports come to the same port.
            if caller.remote != Some(from) || rtcp::is_rtcp(&self.buffer[..length]) {
                continue;
            }
            let now = Last { sequence: header.sequence, at: Instant::now() };
            let last = caller.last.replace(now).filter(|_| !header.marker);
            caller.heard.get_or_insert(now.at);
            self.spacing.count(last, now);
        }
    }

    /// The packets of those whose turn has come; of all, where the callers have not kept up.
    fn send_packets(&mut self, now: Millis) {
        let first = self.round.max(now.0.saturating_sub(FRAME_MS));
        for round in first..now.0 {
            let turn = (round % FRAME_MS) as usize;
            for caller in self.callers.iter_mut().skip(turn).step_by(FRAME_MS as usize) {
                caller.send();
            }
        }
        self.round = now.0;
    }

    fn perform(&mut self, outputs: Outputs) {
        for output in outputs {
            match output {
                Output::Send { to, bytes } => self.send(to, &bytes),
                Output::Event(event) => self.happened(event),
            }
        }
    }

    fn send(&self, to: Flow, bytes: &[u8]) {
        // What a full queue loses comes again, as on any network.
        let _ = self.sip.send_to(bytes, to.address);
    }

    fn happened(&mut self, event: Event) {
        let Some(leg) = event.leg() else { return };
        let caller = self.by_leg.get(&leg).and_then(|n| self.callers.get_mut(*n));
        match (event, caller) {
            (Event::Answered { media, .. }, Some(caller)) => {
                (caller.remote, caller.is_up) = (Some(media.remote), true);
            }
            (Event::MediaChanged { media, .. }, Some(caller)) => caller.moves_to(media.remote),
            (Event::Ended { .. }, Some(caller)) => (caller.is_up, caller.remote) = (false, None),
            (Event::Answered { leg, .. }, None) => self.end(leg),
            (Event::Ended { end: callwright::sip::End::Local, .. }, None) => self.counts.done += 1,
            (Event::Ended { .. }, None) => self.counts.failed += 1,
            // Callers of long calls say nothing of who they are, and nobody calls them.
            _ => {}
        }
    }
}

impl Caller {
    /// The far end's media is there from now on.
    fn moves_to(&mut self, remote: SocketAddr) {
        if self.remote.replace(remote) != Some(remote) {
            (self.moved, self.heard, self.last) = (Some(Instant::now()), None, None);
        }
    }

    fn send(&mut self) {
        let Some(remote) = self.remote.filter(|_| self.is_up) else { return };
        self.sequence = self.sequence.wrapping_add(1);
        let timestamp = u32::from(self.sequence) * 160;
        let ssrc = u32::try_from(self.leg.0).unwrap_or(0);
        let mut packet = [SILENCE; PACKET];
        let mut header = Vec::with_capacity(PACKET);
        RtpHeader { marker: false, payload_type: 8, sequence: self.sequence, timestamp, ssrc }
            .write(&mut header);
        packet[..header.len()].copy_from_slice(&header);
        let _ = self.socket.send_to(&packet, remote);
    }
}
