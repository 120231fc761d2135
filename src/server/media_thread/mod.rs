//! The media thread: owns the RTP sockets and sweeps them every 5 ms.
//!
//! Each sweep goes through a quarter of the legs: it takes what has come for a leg and sends what is due, so that what both need is
//! fetched from memory once; and the packets of a thousand legs leave as four bursts and not as one, which a socket that many of
//! them go to could not hold. Where somebody else waits for what a far end says (another leg, a room, a recording), its socket is
//! watched, and whatever comes is taken in every sweep.
//!
//! Calls tell it what to do by a channel; it tells them of keys and of the ends of what was played. Between two sweeps
//! it sleeps. On the way of a packet it takes no lock, allocates nothing and logs nothing.

mod encrypted;
mod hearing;
mod priority;
mod ready;
mod rooms;
mod stream;
mod sweeper;

use super::call::caller::{direction, formats, reports_to};
use super::capture::Capture;
use super::event::CallEvent;
use super::meters::MediaCounts;
use super::recordings::Frames;
use crate::media::answerer::Answerer;
use crate::media::leg::{Formats, LegConfig};
use crate::media::playout::{PlayId, Repeat, Sound};
use crate::media::quality::Quality;
use crate::media::{Direction, Key, ReportsTo};
use crate::sip::sdp::{self, Agreed};
use crate::time::DurationMs;
use ready::{Ready, Source};
use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Sender, channel};
use sweeper::Sweeper;
use tokio::sync::mpsc as tasks;

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

#[cfg(test)]
mod tests;
