//! The sender of RFC 4733 events, stepped once a frame of 20 ms.
//!
//! ```text
//!  frame      0      1      2      3      4      5      6      7 …  9   10
//!  packet     M      upd    upd    upd    end    end    end    gap      M (next key)
//!  duration   160    320    480    640    800    800    800
//! ```
//! Lengths are counted in units of the events' clock, here 8 kHz. A key that is longer than 65535 of them stays at that.
//!
//! The end goes three times (§2.5.1.4). The two repetitions lie in the gap behind the key.

use super::{EventPayload, Key};
use crate::media::FRAME_MS;
use std::collections::VecDeque;

/// Keys waiting at most; more are refused.
const QUEUE: usize = 64;

/// How often the end is sent, RFC 4733 §2.5.1.4.
const ENDS: u16 = 3;

/// How long a key lasts and the silence behind it, each rounded up to whole frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyTiming {
    /// Length of the key, 40 ms to 8 s.
    pub key_ms: u16,
    /// Silence to the next key, at least 40 ms.
    pub gap_ms: u16,
}

/// 100 ms and 100 ms: twice what ITU-T Q.24 makes a receiver accept.
impl Default for KeyTiming {
    fn default() -> KeyTiming {
        KeyTiming { key_ms: 100, gap_ms: 100 }
    }
}

/// What to send instead of audio in one frame. It does not print: it shows the key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct EventPacket {
    /// Set on the first packet of a key.
    pub marker: bool,
    /// The frame's place in its key: the packet's timestamp is that of the frame which is so many frames older.
    pub frame: u16,
    /// Whether the key itself is still sounding, for those who send it as a tone.
    pub sounding: Option<Key>,
    /// The four octets of RFC 4733 §2.3; none in the gap.
    pub payload: Option<[u8; 4]>,
}

/// Sends keys one after another.
#[derive(Clone, Debug, Default)]
pub struct EventSender {
    waiting: VecDeque<Key>,
    timing: KeyTiming,
    current: Option<(Key, u16)>,
}

impl EventSender {
    /// A sender with its own timing; lengths outside their range are brought into it.
    pub fn new(timing: KeyTiming) -> EventSender {
        let timing =
            KeyTiming { key_ms: timing.key_ms.clamp(40, 8000), gap_ms: timing.gap_ms.clamp(40, 8000) };
        EventSender { waiting: VecDeque::with_capacity(QUEUE), timing, current: None }
    }

    /// Adds a key behind those that wait; false when the queue is full and it was not taken.
    #[must_use]
    pub fn push(&mut self, key: Key) -> bool {
        let has_room = self.waiting.len() < QUEUE;
        if has_room {
            self.waiting.push_back(key);
        }
        has_room
    }

    /// Forgets the keys that wait; one that sounds is sent to its end.
    pub fn clear(&mut self) {
        self.waiting.clear();
    }

    /// Whether a key sounds or waits.
    pub fn is_busy(&self) -> bool {
        self.current.is_some() || !self.waiting.is_empty()
    }

    /// What the next frame carries, which is so many units long; nothing when there is no key to send.
    pub fn next_frame(&mut self, units: u16) -> Option<EventPacket> {
        let (key, frame) = match self.current.take() {
            Some(current) => current,
            None => (self.waiting.pop_front()?, 0),
        };
        let key_frames = frames(self.timing.key_ms);
        if frame + 1 < key_frames + frames(self.timing.gap_ms) {
            self.current = Some((key, frame + 1));
        }
        let duration = (frame + 1).min(key_frames).saturating_mul(units);
        let payload = EventPayload { event: key.event(), end: frame + 1 >= key_frames, duration };
        Some(EventPacket {
            marker: frame == 0,
            frame,
            sounding: (frame < key_frames).then_some(key),
            payload: (frame < key_frames + ENDS - 1).then(|| payload.to_bytes()),
        })
    }
}

fn frames(ms: u16) -> u16 {
    ms.div_ceil(FRAME_MS as u16)
}

#[cfg(test)]
mod tests {
    use super::super::VOLUME;
    use super::*;

    fn key(symbol: char) -> Key {
        Key::from_char(symbol).unwrap()
    }

    #[test]
    fn a_key_is_a_start_updates_three_ends_and_a_gap() {
        let mut sender = EventSender::new(KeyTiming::default());
        assert!(sender.push(key('5')) && sender.push(key('#')));
        let sent: Vec<_> = (0..11).filter_map(|_| sender.next_frame(160)).collect();
        let expected = [(0, 160), (0, 320), (0, 480), (0, 640), (0x80, 800), (0x80, 800), (0x80, 800)].map(
            |(end, units)| {
                let [high, low] = u16::to_be_bytes(units);
                Some([5, end | VOLUME, high, low])
            },
        );
        let payloads: Vec<_> = sent.iter().map(|packet| packet.payload).collect();
        assert_eq!(payloads[..7], expected);
        assert_eq!(payloads[7..10], [None; 3]);
        assert_eq!(payloads[10], Some([11, VOLUME, 0, 160]));
        let marked: Vec<_> = sent.iter().map(|packet| packet.marker).collect();
        assert_eq!(marked.iter().filter(|marker| **marker).count(), 2);
        assert!(marked[0] && marked[10]);
    }

    #[test]
    fn a_sender_without_keys_sends_nothing() {
        let mut sender = EventSender::new(KeyTiming { key_ms: 1, gap_ms: 1 });
        assert!(sender.push(key('1')));
        assert_eq!(std::iter::from_fn(|| sender.next_frame(160)).count(), 4);
        assert!(!sender.is_busy());
    }

    #[test]
    fn a_key_on_a_faster_clock_is_as_long_and_never_longer_than_its_field() {
        let lengths = |key_ms| {
            let mut sender = EventSender::new(KeyTiming { key_ms, gap_ms: 40 });
            assert!(sender.push(key('5')));
            let payloads = std::iter::from_fn(|| sender.next_frame(960)).filter_map(|packet| packet.payload);
            payloads.map(|[_, _, high, low]| u16::from_be_bytes([high, low])).collect::<Vec<_>>()
        };
        assert_eq!(lengths(100), [960, 1920, 2880, 3840, 4800, 4800, 4800]);
        assert_eq!(lengths(2000).iter().max(), Some(&u16::MAX));
    }

    #[test]
    fn a_full_queue_refuses() {
        let mut sender = EventSender::default();
        assert!((0..QUEUE).all(|_| sender.push(key('1'))));
        assert!(!sender.push(key('1')));
        sender.clear();
        assert!(!sender.is_busy());
    }
}
