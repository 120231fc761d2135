//! The receiver of RFC 4733 events: one digit for one key, whatever the network or the sender did.
//!
//! A key is reported with the first packet that tells of it, be it start, update or end; the rest of its packets,
//! their repetitions and stragglers must then be recognized. That is easy for a sender that keeps to the standard
//! (one timestamp for one event, §2.2) and is guessed for those that do not:
//!
//! ```text
//!  sender                                  packets of one key                    told by
//!  standard                                same timestamp                        timestamp and event
//!  holds a key for more than 8 s           next segment, no marker (§2.5.1.3)    long and not ended
//!  advances the timestamp with the key     timestamp and duration grow alike     no marker, not ended
//!  gives the repeated ends new timestamps  inside the key's own span             no marker
//!                                          next in sequence after an end         end, no marker
//! ```
//!
//! A key pressed again brings a new timestamp and a marker, or at least a timestamp behind the end of the last one.

use super::{EventPayload, Key};
use crate::media::rtp::RtpHeader;
use crate::time::{DurationMs, Millis};

/// How many events are remembered for their stragglers.
const MEMORY: usize = 16;

/// A straggler later than this is a new key. The longest pause inside one key that was seen in the field is 1.7 s.
const FORGET_AFTER: DurationMs = DurationMs(5000);

/// A segment at least this long may have reached the field's limit of 65535 units, its last updates being lost.
const LONG_SEGMENT: u16 = 60_000;

/// Recognizes the keys in the event packets of one source.
#[derive(Clone, Debug, Default)]
pub struct EventReceiver {
    known: [Option<Known>; MEMORY],
    /// Where the next event is written.
    turn: usize,
}

/// One event, or one segment or alias of it.
#[derive(Clone, Copy, Debug)]
struct Known {
    key: Key,
    timestamp: u32,
    duration: u16,
    ended: bool,
    sequence: u16,
    last_heard: Millis,
}

impl EventReceiver {
    /// Takes an event packet; returns the key that it is the first to tell of.
    ///
    /// A payload that is not an event, or an event that is not a key, gives nothing.
    pub fn accept(&mut self, now: Millis, header: &RtpHeader, payload: &[u8]) -> Option<Key> {
        let payload = EventPayload::parse(payload)?;
        let key = Key::from_event(payload.event)?;
        self.forget(now);
        if self.refresh(now, header, key, payload) {
            return None;
        }
        let is_new = !self.known.iter().flatten().any(|known| known.is_continued_by(header, key, payload));
        self.remember(Known {
            key,
            timestamp: header.timestamp,
            duration: payload.duration,
            ended: payload.end,
            sequence: header.sequence,
            last_heard: now,
        });
        is_new.then_some(key)
    }

    fn forget(&mut self, now: Millis) {
        for slot in &mut self.known {
            *slot = slot.filter(|known| now.since(known.last_heard) <= FORGET_AFTER);
        }
    }

    /// Updates the event with this timestamp, if it is known, and tells whether the packet was part of it.
    ///
    /// Two events with one timestamp are one, unless the first is over or a marker announces the second.
    fn refresh(&mut self, now: Millis, header: &RtpHeader, key: Key, payload: EventPayload) -> bool {
        let mut same_moment = self.known.iter_mut().flatten().filter(|k| k.timestamp == header.timestamp);
        let Some(first) = same_moment.next() else { return false };
        if first.key == key {
            first.update(now, header, payload);
            return true;
        }
        let replaced = first.ended || header.marker;
        match same_moment.find(|known| known.key == key) {
            Some(known) => known.update(now, header, payload),
            None => return !replaced,
        }
        true
    }

    fn remember(&mut self, known: Known) {
        if let Some(slot) = self.known.get_mut(self.turn) {
            *slot = Some(known);
        }
        self.turn = (self.turn + 1) % MEMORY;
    }
}

impl Known {
    fn update(&mut self, now: Millis, header: &RtpHeader, payload: EventPayload) {
        self.last_heard = now;
        self.ended |= payload.end;
        self.duration = self.duration.max(payload.duration);
        if header.sequence.wrapping_sub(self.sequence) < 0x8000 {
            self.sequence = header.sequence;
        }
    }

    /// Whether a packet with another timestamp still belongs to this event.
    fn is_continued_by(&self, header: &RtpHeader, key: Key, payload: EventPayload) -> bool {
        if header.marker || key != self.key {
            return false;
        }
        let later = header.timestamp.wrapping_sub(self.timestamp);
        let inside = later < u32::from(self.duration);
        let repeats_end = payload.end && self.ended && header.sequence == self.sequence.wrapping_add(1);
        let next_segment = !self.ended && self.duration >= LONG_SEGMENT && later <= 0x1_0000;
        let grows_alike =
            !self.ended && u32::from(payload.duration).checked_sub(u32::from(self.duration)) == Some(later);
        inside || repeats_end || next_segment || grows_alike
    }
}

#[cfg(test)]
#[path = "receiver_tests.rs"]
mod tests;
