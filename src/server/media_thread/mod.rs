//! The media thread: owns the RTP sockets and sweeps them every 5 ms.
//!
//! Each sweep takes what has come for all legs, and sends what is due for a quarter of them: the packets of a thousand legs
//! leave as four bursts and not as one, which a socket that many of them go to could not hold.
//!
//! Calls tell it what to do by a channel; it tells them of keys and of the ends of what was played. Between two sweeps
//! it sleeps. On the way of a packet it takes no lock, allocates nothing and logs nothing.

mod priority;
mod ready;
mod rooms;
mod stream;

use super::call::caller::{direction, formats, reports_to};
use super::capture::Capture;
use super::event::CallEvent;
use super::meters::MediaCounts;
use super::recordings::Frames;
use crate::media::answerer::Answerer;
use crate::media::leg::{Formats, Heard, LegConfig};
use crate::media::playout::{PlayId, Repeat, Sound};
use crate::media::quality::Quality;
use crate::media::{Direction, FRAME_MS, Gaps, Key, ReportsTo};
use crate::sip::sdp::{self, Agreed};
use crate::time::{DurationMs, Millis};
use ready::{Ready, Source, Waiting};
use rooms::Rooms;
use std::collections::BTreeMap;
use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::time::{Duration, Instant};
use stream::Stream;
use tokio::sync::mpsc as tasks;

/// Sweeps in a frame; each leg sends in one of them.
const TURNS: u64 = 4;
/// Datagrams beyond that which all sockets together may bring: under a flood from strangers the far end's own packets
/// stand behind thousands of theirs. Dropping one takes two microseconds.
const DATAGRAMS_TO_SPARE: usize = 1024;
/// The largest datagram that is looked at; anything longer is no RTP of ours.
const MAX_PACKET: usize = 2048;

/// A leg's media, unique within the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MediaLeg(u64);

/// What the media of a leg tells its call.
#[derive(Clone, Debug)]
pub enum MediaEvent {
    /// What was ordered has been sent to its end.
    Played(PlayId),
    /// A key was pressed.
    Key(Key),
    /// All keys have been sent.
    KeysSent,
    /// Keys for the far end, which takes them by INFO.
    ByInfo(Vec<Key>),
    /// The far end had sent media and no longer does.
    Silent,
    /// Who has answered, where that was asked.
    Answered(Answerer),
    /// The leg is over, and sounded like this.
    Closed {
        /// Its number within its contact.
        leg: u16,
        /// How.
        quality: Quality,
        /// Packets that came too late to be heard.
        late: u64,
    },
}

/// What a leg's media needs to begin.
#[derive(Debug)]
pub struct Opening {
    /// Its number within its contact.
    pub leg: u16,
    /// Where its packets come to.
    pub socket: UdpSocket,
    /// What was agreed.
    pub config: LegConfig,
    /// Which way it flows.
    pub direction: Direction,
    /// The keys of both sides, where it is encrypted.
    pub crypto: Option<Agreed>,
    /// How long the far end's first packet is waited for; for ever where it is missing.
    pub begin_within: Option<DurationMs>,
    /// Who is told.
    pub events: tasks::Sender<CallEvent>,
    /// Whether the far end takes keys by INFO: then they are handed out, and not sent here.
    pub keys_by_info: bool,
    /// Who hears the far end, in frames of 20 ms; nobody where there is none.
    pub tap: Option<tasks::UnboundedSender<Vec<i16>>>,
}

/// A handle on the thread; cheap to clone. The thread ends with its last handle.
#[derive(Clone, Debug)]
pub struct MediaThread {
    orders: Sender<(MediaLeg, Order)>,
    next: Arc<AtomicU64>,
}

#[derive(Debug)]
enum Order {
    Open(Box<Opening>),
    Play { id: PlayId, sounds: Vec<Sound>, repeat: Repeat },
    Stop,
    SendKeys(Vec<Key>),
    PassKey(Key),
    Bridge(MediaLeg),
    Unbridge,
    Change(Box<Changed>),
    Enter { room: u64, speaks: bool },
    LeaveRoom,
    Record(Frames),
    EndRecord(u64),
    HideSecret(bool),
    FindAnswerer,
    Capture(Capture),
    Close,
}

/// What was agreed anew.
#[derive(Debug)]
struct Changed {
    formats: Formats,
    remote: SocketAddr,
    reports_to: ReportsTo,
    direction: Direction,
    crypto: Option<Agreed>,
}

impl MediaThread {
    /// Starts the thread.
    pub fn start(counts: MediaCounts) -> std::io::Result<MediaThread> {
        let (orders, inbox) = channel();
        let source = Source::new()?;
        let run = move || {
            priority::raise();
            Sweeper::new(inbox, Ready::new(source), counts).run();
        };
        std::thread::Builder::new().name("media".to_owned()).spawn(run)?;
        Ok(MediaThread { orders, next: Arc::new(AtomicU64::new(1)) })
    }

    /// Begins a leg's media.
    pub fn open(&self, opening: Opening) -> MediaLeg {
        let leg = MediaLeg(self.next.fetch_add(1, Ordering::Relaxed));
        self.order(leg, Order::Open(Box::new(opening)));
        leg
    }

    /// Cuts what plays and plays this.
    pub fn play(&self, leg: MediaLeg, id: PlayId, sounds: Vec<Sound>, repeat: Repeat) {
        self.order(leg, Order::Stop);
        self.order(leg, Order::Play { id, sounds, repeat });
    }

    /// Cuts what plays.
    pub fn stop(&self, leg: MediaLeg) {
        self.order(leg, Order::Stop);
    }

    /// Sends keys (RFC 4733).
    pub fn send_keys(&self, leg: MediaLeg, keys: Vec<Key>) {
        self.order(leg, Order::SendKeys(keys));
    }

    /// A key of this leg's far end that did not come with its media: whoever the leg is bridged with gets it.
    pub fn pass_key(&self, leg: MediaLeg, key: Key) {
        self.order(leg, Order::PassKey(key));
    }

    /// Lets each of two legs hear the other.
    pub fn bridge(&self, a: MediaLeg, b: MediaLeg) {
        self.order(a, Order::Bridge(b));
        self.order(b, Order::Bridge(a));
    }

    /// Lets a leg hear another, which does not hear it.
    pub fn overhear(&self, leg: MediaLeg, heard: MediaLeg) {
        self.order(heard, Order::Bridge(leg));
    }

    /// Ends what the leg hears of another.
    pub fn unbridge(&self, leg: MediaLeg) {
        self.order(leg, Order::Unbridge);
    }

    /// Uses what was agreed anew.
    pub fn change(&self, leg: MediaLeg, agreed: &sdp::Media) {
        let changed = Changed {
            formats: formats(agreed),
            remote: agreed.remote,
            reports_to: reports_to(agreed),
            direction: direction(agreed.direction),
            crypto: agreed.crypto.clone(),
        };
        self.order(leg, Order::Change(Box::new(changed)));
    }

    /// Lets the leg hear all others in a room, and them hear it if it speaks.
    pub fn enter(&self, leg: MediaLeg, room: u64, speaks: bool) {
        self.order(leg, Order::Enter { room, speaks });
    }

    /// The leg is in no room any more.
    pub fn leave_room(&self, leg: MediaLeg) {
        self.order(leg, Order::LeaveRoom);
    }

    /// Brings the leg's frames to whoever records them, until [`MediaThread::end_record`] or the end of the leg.
    pub fn record(&self, leg: MediaLeg, frames: Frames) {
        self.order(leg, Order::Record(frames));
    }

    /// Finds out who has answered; told by [`MediaEvent::Answered`].
    pub fn find_answerer(&self, leg: MediaLeg) {
        self.order(leg, Order::FindAnswerer);
    }

    /// Brings the leg's packets to a file.
    pub fn capture(&self, leg: MediaLeg, capture: Capture) {
        self.order(leg, Order::Capture(capture));
    }

    /// Brings no more frames to a recording.
    pub fn end_record(&self, leg: MediaLeg, recording: u64) {
        self.order(leg, Order::EndRecord(recording));
    }

    /// Says to whoever records the leg that a secret is being asked for, or no longer is.
    pub fn hide_secret(&self, leg: MediaLeg, is_secret: bool) {
        self.order(leg, Order::HideSecret(is_secret));
    }

    /// Ends a leg's media and closes its socket.
    pub fn close(&self, leg: MediaLeg) {
        self.order(leg, Order::Close);
    }

    fn order(&self, leg: MediaLeg, order: Order) {
        // The thread lives as long as a handle does; if it died, calls end by their signalling.
        let _ = self.orders.send((leg, order));
    }
}

struct Sweeper {
    inbox: Receiver<(MediaLeg, Order)>,
    streams: BTreeMap<MediaLeg, Stream>,
    ready: Ready,
    /// Counts the sweeps.
    sweep: u64,
    /// What is left of [`DATAGRAMS_TO_SPARE`] in this frame.
    to_spare: usize,
    origin: Instant,
    rooms: Rooms,
    packet: Vec<u8>,
    buffer: [u8; MAX_PACKET],
    /// What was unpacked last.
    octets: Vec<u8>,
    /// Legs where packets wait for others, which come in this sweep or not at all.
    waiting: Vec<MediaLeg>,
    counts: MediaCounts,
    /// Packets of this sweep.
    received: u64,
}

impl Sweeper {
    fn new(inbox: Receiver<(MediaLeg, Order)>, ready: Ready, counts: MediaCounts) -> Sweeper {
        let origin = Instant::now();
        let packet = Vec::with_capacity(MAX_PACKET);
        Sweeper {
            inbox,
            streams: BTreeMap::new(),
            ready,
            sweep: 0,
            to_spare: DATAGRAMS_TO_SPARE,
            origin,
            rooms: Rooms::default(),
            packet,
            buffer: [0; MAX_PACKET],
            octets: Vec::with_capacity(MAX_PACKET),
            waiting: Vec::new(),
            counts,
            received: 0,
        }
    }

    fn run(mut self) {
        let frame = Duration::from_millis(FRAME_MS);
        let mut next = Instant::now();
        while self.take_orders() {
            let now = Millis(self.origin.elapsed().as_millis() as u64);
            self.sweep += 1;
            self.receive_all(now);
            self.send_turn(now);
            // Nobody waits for a thread without legs.
            next += if self.streams.is_empty() { frame } else { frame / TURNS as u32 };
            let current = Instant::now();
            match next.checked_duration_since(current) {
                Some(ahead) => std::thread::sleep(ahead),
                // What is a little late catches up by itself: legs go by the clock.
                None if current.duration_since(next) < frame => {}
                None => {
                    self.counts.late_sweeps.fetch_add(1, Ordering::Relaxed);
                    next = current;
                }
            }
        }
    }

    /// Carries out what was ordered; false when nobody can order any more.
    fn take_orders(&mut self) -> bool {
        loop {
            match self.inbox.try_recv() {
                Ok((leg, order)) => self.obey(leg, order),
                Err(TryRecvError::Empty) => return true,
                Err(TryRecvError::Disconnected) => return false,
            }
        }
    }

    fn obey(&mut self, id: MediaLeg, order: Order) {
        if let Order::Open(opening) = order {
            return self.begin(id, Stream::new(*opening));
        }
        let Some(stream) = self.streams.get_mut(&id) else { return };
        match order {
            Order::Open(_) => {}
            Order::Play { id, sounds, repeat } => stream.leg.play(id, sounds, repeat),
            Order::Stop => stream.leg.stop(),
            Order::SendKeys(keys) => stream.send_keys(id, keys),
            Order::PassKey(key) => {
                stream.key_came();
                let other = stream.bridged;
                self.pass_key(other, key);
            }
            Order::Bridge(other) => stream.bridged = Some(other),
            Order::Unbridge => {
                stream.bridged = None;
                stream.leg.end_relay();
            }
            Order::Change(changed) => {
                stream.leg.renegotiate(changed.formats);
                stream.leg.retarget(changed.remote, changed.reports_to);
                stream.leg.direct(changed.direction);
                stream.protect(changed.crypto);
            }
            Order::Enter { room, speaks } => stream.enter(room, speaks),
            Order::LeaveRoom => stream.leave_room(),
            Order::Record(frames) => stream.record(frames),
            Order::EndRecord(recording) => stream.end_record(recording),
            Order::HideSecret(is_secret) => stream.hide_secret(is_secret),
            Order::FindAnswerer => stream.find_answerer(),
            Order::Capture(capture) => stream.capture(capture),
            Order::Close => {
                let closed = stream.closed();
                stream.tell(id, closed);
                self.ready.forget(id, stream.sockets());
                self.streams.remove(&id);
            }
        }
    }

    fn begin(&mut self, id: MediaLeg, stream: Stream) {
        if let Err(error) = stream.watched_by(id, &mut self.ready) {
            tracing::error!(%error, "a leg's socket cannot be watched: its call has no media");
            stream.tell(id, MediaEvent::Silent);
        }
        self.streams.insert(id, stream);
    }

    /// Takes what has come: of each socket one datagram, and once in a frame again and again, until there is nothing or too
    /// much. To ask again costs a look at each socket that had something, and most have one datagram a frame.
    fn receive_all(&mut self, now: Millis) {
        if self.sweep.is_multiple_of(TURNS) {
            self.to_spare = DATAGRAMS_TO_SPARE;
        }
        let mut goes_on = true;
        while goes_on {
            goes_on = false;
            for n in 0..self.ready.ask() {
                goes_on |= match self.ready.found(n) {
                    Some(Waiting::Media(id)) => self.receive(now, id),
                    Some(Waiting::Reports(id)) => self.receive_report(now, id),
                    None => false,
                };
            }
            goes_on &= self.sweep.is_multiple_of(TURNS);
        }
        while let Some(id) = self.waiting.pop() {
            self.unpack(now, id, Gaps::Repair);
        }
    }

    /// Takes one datagram of a leg that may bring one more in this frame.
    fn receive(&mut self, now: Millis, id: MediaLeg) -> bool {
        let Some(stream) = self.streams.get_mut(&id) else { return false };
        if !stream.may_bring(self.sweep / TURNS) {
            match self.to_spare.checked_sub(1) {
                Some(left) => self.to_spare = left,
                None => return false,
            }
        }
        self.receive_one(now, id)
    }

    fn receive_report(&mut self, now: Millis, id: MediaLeg) -> bool {
        let Some(stream) = self.streams.get_mut(&id) else { return false };
        stream.may_report(self.sweep / TURNS) && stream.receive_report(now, &mut self.buffer)
    }

    /// Takes one datagram of a leg; false when there is none.
    fn receive_one(&mut self, now: Millis, id: MediaLeg) -> bool {
        let Some(stream) = self.streams.get_mut(&id) else { return false };
        let Ok((length, from)) = stream.socket.recv_from(&mut self.buffer) else { return false };
        let Some(length) = stream.open(&mut self.buffer[..length]) else { return true };
        self.received += 1;
        stream.captured(from, &self.buffer[..length]);
        let heard = stream.leg.receive(now, &self.buffer[..length], from);
        let bridged = stream.bridged;
        match heard {
            Heard::Nothing => {}
            Heard::Quiet => self.is_quiet(id, bridged),
            Heard::Digit(key) => {
                stream.tell(id, MediaEvent::Key(key));
                self.is_quiet(id, bridged);
                self.pass_key(bridged, key);
            }
            Heard::Repeated(key) => {
                self.is_quiet(id, bridged);
                self.pass_key(bridged, key);
            }
            Heard::Packed => self.unpack(now, id, Gaps::Wait),
            Heard::Audio(audio) => {
                stream.hear(&audio);
                if let Some(other) = bridged.and_then(|other| self.streams.get_mut(&other)) {
                    other.leg.relay(&audio);
                }
                self.tell_found(id);
            }
        }
        true
    }

    /// Hears what came packed.
    fn unpack(&mut self, now: Millis, id: MediaLeg, gaps: Gaps) {
        while let Some(stream) = self.streams.get_mut(&id) {
            let bridged = stream.bridged;
            match stream.leg.unpack(now, gaps, &mut self.octets) {
                Heard::Audio(audio) => {
                    stream.hear(&audio);
                    if let Some(other) = bridged.and_then(|other| self.streams.get_mut(&other)) {
                        other.leg.relay(&audio);
                    }
                    self.tell_found(id);
                }
                Heard::Quiet => self.is_quiet(id, bridged),
                Heard::Nothing | Heard::Packed | Heard::Digit(_) | Heard::Repeated(_) => {
                    if stream.leg.is_waiting() && !self.waiting.contains(&id) {
                        self.waiting.push(id);
                    }
                    return;
                }
            }
        }
    }

    /// The far end says nothing on purpose: what is missing is not concealed.
    fn is_quiet(&mut self, id: MediaLeg, bridged: Option<MediaLeg>) {
        self.streams.get_mut(&id).into_iter().for_each(Stream::is_quiet);
        if let Some(other) = bridged.and_then(|other| self.streams.get_mut(&other)) {
            other.leg.relay_quiet();
        }
    }

    /// Tells of keys that were found in the sound. Whoever the leg is bridged with has heard them.
    fn tell_found(&mut self, id: MediaLeg) {
        let Some(stream) = self.streams.get_mut(&id) else { return };
        while let Some(key) = stream.leg.poll_key() {
            stream.tell(id, MediaEvent::Key(key));
        }
    }

    fn pass_key(&mut self, to: Option<MediaLeg>, key: Key) {
        if let Some((id, other)) = to.and_then(|id| Some((id, self.streams.get_mut(&id)?))) {
            other.pass_key(id, key);
        }
    }

    /// Sends what is due for the legs whose turn it is. Rooms are mixed before the first of them.
    fn send_turn(&mut self, now: Millis) {
        let turn = self.sweep % TURNS;
        if turn == 0 {
            self.rooms.mix(now, &mut self.streams);
        }
        let mut sent = 0;
        for (id, stream) in self.streams.iter_mut().filter(|(id, _)| id.0 % TURNS == turn) {
            stream.send_report(now, &mut self.packet);
            sent += stream.send(now, &mut self.packet);
            stream.report(*id, now);
        }
        self.counts.sent.fetch_add(sent, Ordering::Relaxed);
        self.counts.received.fetch_add(std::mem::take(&mut self.received), Ordering::Relaxed);
    }
}
