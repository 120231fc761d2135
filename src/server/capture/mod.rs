//! What goes over the wires of one contact, for whoever looks for a fault: SIP and RTP as packets of a file.
//!
//! ```text
//!  signalling ─┐                ┌── ten seconds ──┐
//!  media ──────┼─► what is heard ─┤ a secret is asked: ├─► the file, as it grows
//!  the call ───┘                └─ RTP leaves ────┘
//! ```
//!
//! Never in it: proofs of passwords, keys of encrypted media, keys that somebody pressed (in RTP events and in INFO), and any
//! RTP of the contact while a secret is asked for, for two seconds afterwards, and for ten before: a key may have been pressed
//! ahead, and stands as a tone in the sound. Where RTP was left out, the next packet says so in a comment.

mod hold;
mod overheard;
mod pcapng;
mod redact;

pub use overheard::Overheard;

use super::clock::Clock;
use crate::media::rtp::RtpHeader;
use crate::time::{DurationMs, Millis};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::mpsc;

/// Packets that may wait; beyond that they are lost.
const WAITING: usize = 4096;
/// The last tone of a secret sounds on for a while after it is known.
const AFTER: DurationMs = DurationMs::from_secs(2);
/// A BYE and its answer come behind the end of their contact.
const FAREWELL: Duration = Duration::from_secs(1);
/// Stands for an event that is not told (RFC 4733 §7.2 assigns none so high).
const SOME_EVENT: u8 = 0xff;

/// What is heard of a contact. Clones share it; the file ends with the last one, or when nobody reads it.
#[derive(Clone, Debug)]
pub struct Capture {
    heard: mpsc::Sender<Heard>,
    clock: Clock,
    /// No RTP before this moment, in milliseconds of the clock; all ones while a secret is asked for.
    hidden_until: Arc<AtomicU64>,
    left_out: Arc<AtomicU64>,
}

/// Something that was heard.
#[derive(Debug)]
enum Heard {
    Packet(Packet),
    /// A secret begins to be asked for.
    Secret,
    /// The contact is over.
    End,
}

/// A packet for the file.
#[derive(Debug)]
struct Packet {
    at: Millis,
    /// The same moment, in microseconds since 1970.
    at_us: u64,
    from: SocketAddr,
    to: SocketAddr,
    data: Vec<u8>,
    is_rtp: bool,
}

impl Capture {
    /// Begins one that lasts so long; what comes out of the receiver is the file. Must be called in a runtime.
    pub fn begin(clock: Clock, length: DurationMs) -> (Capture, mpsc::Receiver<Vec<u8>>) {
        let (sender, heard) = mpsc::channel(WAITING);
        let (file, out) = mpsc::channel(WAITING);
        let left_out = Arc::new(AtomicU64::new(0));
        let until = clock.now() + length;
        tokio::spawn(hold::forward(heard, file, clock, until, left_out.clone()));
        let hidden_until = Arc::new(AtomicU64::new(0));
        (Capture { heard: sender, clock, hidden_until, left_out }, out)
    }

    /// Whether nobody wants to hear more.
    pub fn is_over(&self) -> bool {
        self.heard.is_closed()
    }

    /// A secret is asked for, or no longer is. Said again, it changes nothing.
    pub fn hide(&self, is_secret: bool) {
        let was = self.hidden_until.load(Ordering::Acquire) == u64::MAX;
        if is_secret && !was {
            self.hidden_until.store(u64::MAX, Ordering::Release);
            // Where the queue is full there is nothing to be done but to end.
            let sender = self.heard.clone();
            if let Err(mpsc::error::TrySendError::Full(secret)) = sender.try_send(Heard::Secret) {
                tokio::spawn(async move { drop(sender.send(secret).await) });
            }
        } else if !is_secret && was {
            self.hidden_until.store((self.clock.now() + AFTER).0, Ordering::Release);
        }
    }

    /// The contact is over: what is still said of it is heard for a moment, then the file ends.
    pub fn end(&self) {
        let sender = self.heard.clone();
        tokio::spawn(async move {
            tokio::time::sleep(FAREWELL).await;
            let _ = sender.send(Heard::End).await;
        });
    }

    /// A message of SIP.
    pub fn sip(&self, from: SocketAddr, to: SocketAddr, message: &[u8]) {
        self.packet(from, to, redact::without_secrets(message), false);
    }

    /// A packet of RTP in plain; of an event it is not told which.
    pub fn rtp(&self, from: SocketAddr, to: SocketAddr, packet: &[u8], is_event: bool) {
        if self.clock.now().0 < self.hidden_until.load(Ordering::Acquire) {
            self.left_out.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let mut data = packet.to_vec();
        if is_event && !blank_event(&mut data) {
            return;
        }
        self.packet(from, to, data, true);
    }

    fn packet(&self, from: SocketAddr, to: SocketAddr, data: Vec<u8>, is_rtp: bool) {
        let at_us = u64::try_from(self.clock.wall().0).unwrap_or(0) * 1000;
        let packet = Packet { at: self.clock.now(), at_us, from, to, data, is_rtp };
        // Whoever reads too slowly misses some.
        let _ = self.heard.try_send(Heard::Packet(packet));
    }
}

/// Overwrites which event a packet is about; `false` where it cannot be found.
fn blank_event(packet: &mut [u8]) -> bool {
    let Ok((_, payload)) = RtpHeader::parse(packet) else { return false };
    // The payload stands at the end, but for padding, which is overwritten with it.
    let head = payload.as_ptr() as usize - packet.as_ptr() as usize;
    packet[head..].fill(SOME_EVENT);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_event_nothing_is_left_but_that_there_was_one() {
        let mut packet = [&[0x80, 101, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2][..], &[4, 10, 3, 32]].concat();
        assert!(blank_event(&mut packet));
        assert_eq!(packet[12..], [SOME_EVENT; 4]);
        assert!(!blank_event(&mut [0; 4]));
    }

    #[test]
    fn a_secret_takes_what_was_heard_before_it_and_for_a_while_behind_it() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let file = runtime.block_on(async {
            let [a, b] = ["192.0.2.1:4000", "192.0.2.2:4000"].map(|at| at.parse().expect("an address"));
            let (capture, mut out) = Capture::begin(Clock::start(), DurationMs::from_secs(60));
            let sound = |word: &[u8]| [&[0x80, 8, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2][..], word].concat();
            capture.rtp(a, b, &sound(b"AHEAD"), false);
            capture.sip(a, b, b"OPTIONS sip:a SIP/2.0\r\n\r\n");
            capture.hide(true);
            capture.rtp(a, b, &sound(b"SECRET"), false);
            capture.hide(false);
            capture.rtp(a, b, &sound(b"TAIL"), false);
            drop(capture);
            let mut file = Vec::new();
            while let Some(more) = out.recv().await {
                file.extend(more);
            }
            file
        });
        let text = String::from_utf8_lossy(&file).into_owned();
        for word in ["AHEAD", "SECRET", "TAIL"] {
            assert!(!text.contains(word), "{word}");
        }
        assert!(text.contains("OPTIONS sip:a") && text.contains("3 RTP packets are left out"), "{text}");
    }
}
