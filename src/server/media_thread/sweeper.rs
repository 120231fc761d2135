//! The thread itself: what is ordered, what comes, what is due.

use super::ready::{Ready, Waiting};
use super::rooms::Rooms;
use super::stream::Stream;
use super::{MediaEvent, MediaLeg, Order};
use crate::media::leg::Heard;
use crate::media::{FRAME_MS, Gaps, Key};
use crate::server::meters::MediaCounts;
use crate::time::Millis;
use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, TryRecvError};
use std::time::{Duration, Instant};

/// Sweeps in a frame; each leg sends in one of them.
const TURNS: u64 = 4;
/// Datagrams beyond that which all sockets together may bring: under a flood from strangers the far end's own packets
/// stand behind thousands of theirs. Dropping one takes two microseconds.
const DATAGRAMS_TO_SPARE: usize = 1024;
/// The largest datagram that is looked at; anything longer is no RTP of ours.
const MAX_PACKET: usize = 2048;

/// The thread's legs and what it needs for them.
pub(super) struct Sweeper {
    inbox: Receiver<(MediaLeg, Order)>,
    /// Boxed, so that looking for one goes through little memory.
    streams: BTreeMap<MediaLeg, Box<Stream>>,
    /// Legs whose turn it is; kept between sweeps, with room for all.
    turn: Vec<MediaLeg>,
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
    pub fn new(inbox: Receiver<(MediaLeg, Order)>, ready: Ready, counts: MediaCounts) -> Sweeper {
        let origin = Instant::now();
        let packet = Vec::with_capacity(MAX_PACKET);
        Sweeper {
            inbox,
            streams: BTreeMap::new(),
            turn: Vec::new(),
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

    /// Sweeps until nobody can order anything any more.
    pub fn run(mut self) {
        let frame = Duration::from_millis(FRAME_MS);
        let mut next = Instant::now();
        while self.take_orders() {
            let now = Millis(self.origin.elapsed().as_millis() as u64);
            self.sweep += 1;
            self.receive_watched(now);
            self.take_turn(now);
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
                self.pass_key(id, key);
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
            Order::Enter { room, speaks } => {
                stream.enter(room, speaks);
                self.rooms.seat(id, true);
            }
            Order::LeaveRoom => {
                stream.leave_room();
                self.rooms.seat(id, false);
            }
            Order::Record(frames) => stream.record(frames),
            Order::EndRecord(recording) => stream.end_record(recording),
            Order::HideSecret(is_secret) => stream.hide_secret(is_secret),
            Order::FindAnswerer => stream.find_answerer(),
            Order::Capture(capture) => stream.capture(capture),
            Order::Close => {
                let closed = stream.closed();
                stream.tell(id, closed);
                self.ready.forget(id, stream.watched());
                self.streams.remove(&id);
                self.rooms.seat(id, false);
            }
        }
        self.streams.get_mut(&id).into_iter().for_each(|stream| watch(id, stream, &mut self.ready));
    }

    fn begin(&mut self, id: MediaLeg, stream: Stream) {
        let mut stream = Box::new(stream);
        watch(id, &mut stream, &mut self.ready);
        self.streams.insert(id, stream);
        self.turn.reserve(self.streams.len());
    }

    /// Takes what has come for legs that others wait for, and reports: of each socket one datagram, and once in a frame again and
    /// again, until there is nothing or too much. To ask again costs a look at each socket that had something, and most have
    /// one datagram a frame.
    fn receive_watched(&mut self, now: Millis) {
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

    /// Takes what has come for a leg that nobody else waits for. A far end sends one datagram a frame: whether there are more is
    /// asked now and then, and behind a frame in which there was none or more than one.
    fn receive_in_turn(&mut self, now: Millis, id: MediaLeg) {
        let Some(stream) = self.streams.get_mut(&id).filter(|stream| !stream.is_watched()) else { return };
        let asks = stream.asks_for_more(self.sweep / TURNS + id.0 / TURNS);
        let is_there = self.receive(now, id);
        let mut more = false;
        while is_there && asks && self.receive(now, id) {
            more = true;
        }
        self.streams.get_mut(&id).into_iter().for_each(|stream| stream.came(is_there && !more));
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
        let (bridged, is_event) = (stream.bridged, stream.leg.event_came());
        if is_event {
            stream.key_came();
        }
        match heard {
            Heard::Nothing => {}
            Heard::Quiet => self.is_quiet(id, bridged),
            Heard::Digit(key) => {
                stream.tell(id, MediaEvent::Key(key));
                self.is_quiet(id, bridged);
                self.pass_key(id, key);
            }
            Heard::Repeated(key) => {
                self.is_quiet(id, bridged);
                self.pass_key(id, key);
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
        if let Some(other) = bridged.filter(|_| is_event).and_then(|other| self.streams.get_mut(&other)) {
            other.others_keyed();
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
        self.streams.get_mut(&id).into_iter().for_each(|stream| stream.is_quiet());
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

    /// A key of the leg's far end goes to whoever the leg is bridged with.
    fn pass_key(&mut self, from: MediaLeg, key: Key) {
        let Some(stream) = self.streams.get_mut(&from) else { return };
        let Some(to) = stream.bridged else { return };
        stream.key_passed();
        if let Some(other) = self.streams.get_mut(&to) {
            other.others_keyed();
            other.pass_key(to, key);
        }
    }

    /// Takes what has come and sends what is due for the legs whose turn it is, one leg after the other: what both need is fetched
    /// from memory once. Rooms are mixed before the first of them.
    fn take_turn(&mut self, now: Millis) {
        let turn = self.sweep % TURNS;
        if turn == 0 {
            self.rooms.mix(now, &mut self.streams);
        }
        let mut legs = std::mem::take(&mut self.turn);
        legs.clear();
        legs.extend(self.streams.keys().filter(|id| id.0 % TURNS == turn));
        let mut sent = 0;
        for id in &legs {
            self.receive_in_turn(now, *id);
            let Some(stream) = self.streams.get_mut(id) else { continue };
            if let Err(error) = stream.open_reports(*id, &mut self.ready) {
                tracing::warn!(%error, "a leg's reports are not read");
            }
            stream.send_report(now, &mut self.packet);
            sent += stream.send(now, &mut self.packet);
            stream.report(*id, now);
        }
        self.turn = legs;
        self.counts.sent.fetch_add(sent, Ordering::Relaxed);
        self.counts.received.fetch_add(std::mem::take(&mut self.received), Ordering::Relaxed);
    }
}

/// Has a leg's media watched as long as somebody else waits for it.
fn watch(id: MediaLeg, stream: &mut Stream, ready: &mut Ready) {
    if let Err(error) = stream.watch_media(id, ready) {
        tracing::warn!(%error, "a leg's socket cannot be watched: what others hear of it is late");
    }
}
