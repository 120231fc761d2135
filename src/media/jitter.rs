//! A continuous timeline out of packets that come late, twice, out of order or not at all.
//!
//! The buffer is a ring of samples addressed by RTP timestamp, so packets of any length fit. Reading starts
//! `delay` before the first packet and goes on at the reader's pace; what is missing is silence. A packet far ahead
//! moves the reader up, so that the delay stays bounded however fast the far end sends; three packets in a row far
//! behind (a timestamp that jumped back or stands still) move it back.
//!
//! Left out: adapting the delay, and concealment better than silence.

use super::{Codec, SAMPLES_PER_MS};

/// Samples in the ring: the longest delay between writing and reading, 512 ms.
const CAPACITY: usize = 4096;

/// Packets in a row that are far too late before the reader goes back to meet them.
const STRAYS: u8 = 3;

/// A reorder buffer with a fixed delay.
#[derive(Clone, Debug)]
pub struct JitterBuffer {
    ring: Box<[Option<i16>]>,
    delay: u32,
    /// Timestamp of the next sample to read; none before the first packet.
    next: Option<u32>,
    strays: u8,
    counts: JitterCounts,
}

/// What happened to the packets of a [`JitterBuffer`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JitterCounts {
    /// Packets written, whole or in part.
    pub written: u64,
    /// Packets too late to be heard.
    pub late: u64,
    /// Packets whose place was taken.
    pub duplicates: u64,
    /// Times that the reader was moved.
    pub resynchronized: u64,
    /// Samples read as silence because nothing was there.
    pub concealed: u64,
}

impl JitterBuffer {
    /// A buffer that delays by `delay_ms`, at most 200.
    pub fn new(delay_ms: u16) -> JitterBuffer {
        JitterBuffer {
            ring: vec![None; CAPACITY].into(),
            delay: u32::from(delay_ms.min(200)) * SAMPLES_PER_MS as u32,
            next: None,
            strays: 0,
            counts: JitterCounts::default(),
        }
    }

    /// Writes the samples of a packet. What does not fit into the ring is cut.
    pub fn put(&mut self, timestamp: u32, codec: Codec, payload: &[u8]) {
        if payload.is_empty() {
            return;
        }
        let next = *self.next.get_or_insert(timestamp.wrapping_sub(self.delay));
        let ahead = timestamp.wrapping_sub(next) as i32;
        let ends = i64::from(ahead) + payload.len().min(CAPACITY) as i64;
        if ends > CAPACITY as i64 {
            self.meet(timestamp);
        } else if ends <= 0 {
            self.counts.late += 1;
            self.strays += 1;
            if self.strays < STRAYS {
                return;
            }
            self.meet(timestamp);
        }
        self.strays = 0;
        self.write(timestamp, codec, payload);
    }

    /// Moves the reader so that this packet is heard after the usual delay.
    fn meet(&mut self, timestamp: u32) {
        let next = timestamp.wrapping_sub(self.delay);
        let forward = self.next.map_or(0, |old| next.wrapping_sub(old)) as usize;
        if forward < CAPACITY {
            (0..forward).for_each(|n| self.ring[index(next.wrapping_sub(1 + n as u32))] = None);
        } else {
            self.ring.fill(None);
        }
        self.next = Some(next);
        self.strays = 0;
        self.counts.resynchronized += 1;
    }

    fn write(&mut self, timestamp: u32, codec: Codec, payload: &[u8]) {
        let Some(next) = self.next else { return };
        let mut fresh = false;
        for (octet, n) in payload.iter().zip(0u32..) {
            let at = timestamp.wrapping_add(n);
            let slot = &mut self.ring[index(at)];
            if (at.wrapping_sub(next) as usize) < CAPACITY && slot.is_none() {
                *slot = Some(codec.decode(*octet));
                fresh = true;
            }
        }
        match fresh {
            true => self.counts.written += 1,
            false => self.counts.duplicates += 1,
        }
    }

    /// Reads on. Returns false, with silence in `out`, before the first packet.
    pub fn take(&mut self, out: &mut [i16]) -> bool {
        let Some(next) = self.next else {
            out.fill(0);
            return false;
        };
        for (sample, n) in out.iter_mut().zip(0u32..) {
            let heard = self.ring[index(next.wrapping_add(n))].take();
            self.counts.concealed += u64::from(heard.is_none());
            *sample = heard.unwrap_or(0);
        }
        self.next = Some(next.wrapping_add(out.len() as u32));
        true
    }

    /// Forgets everything but the counts: another stream begins.
    pub fn reset(&mut self) {
        if self.next.take().is_some() {
            self.ring.fill(None);
        }
        self.strays = 0;
    }

    /// What happened so far.
    pub fn counts(&self) -> JitterCounts {
        self.counts
    }
}

/// The capacity is a power of two, so the index stays continuous when the timestamp wraps.
fn index(timestamp: u32) -> usize {
    timestamp as usize % CAPACITY
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Packets of one octet value each; the frames that a reader hears, by that value, `.` for silence.
    fn heard(puts: &[(u32, u8)], frames: usize) -> (String, JitterCounts) {
        let mut buffer = JitterBuffer::new(40);
        for (timestamp, letter) in puts {
            buffer.put(*timestamp, Codec::Pcmu, &[*letter; 160]);
        }
        let letters = (0..frames).map(|_| letter(&mut buffer)).collect();
        (letters, buffer.counts())
    }

    fn letter(buffer: &mut JitterBuffer) -> char {
        let mut frame = [0; 160];
        buffer.take(&mut frame);
        let letter = (b'a'..=b'z').find(|letter| frame == [Codec::Pcmu.decode(*letter); 160]);
        letter.map_or(if frame == [0; 160] { '.' } else { '?' }, char::from)
    }

    #[test]
    fn packets_are_heard_in_order_after_the_delay() {
        let (letters, counts) = heard(&[(0, b'a'), (320, b'c'), (160, b'b')], 6);
        assert_eq!(letters, "..abc.");
        assert_eq!(counts, JitterCounts { written: 3, concealed: 480, ..JitterCounts::default() });
    }

    #[test]
    fn a_lost_packet_is_silence_and_a_duplicate_is_counted() {
        let (letters, counts) = heard(&[(0, b'a'), (320, b'c'), (320, b'c')], 5);
        assert_eq!((letters.as_str(), counts.duplicates), ("..a.c", 1));
    }

    #[test]
    fn timestamps_wrap() {
        assert_eq!(heard(&[(u32::MAX - 99, b'a'), (60, b'b')], 4).0, "..ab");
    }

    #[test]
    fn a_packet_that_is_too_late_is_counted() {
        let mut buffer = JitterBuffer::new(0);
        buffer.put(160, Codec::Pcmu, &[b'b'; 160]);
        assert_eq!(letter(&mut buffer), 'b');
        buffer.put(0, Codec::Pcmu, &[b'a'; 160]);
        assert_eq!((letter(&mut buffer), buffer.counts().late), ('.', 1));
    }

    #[test]
    fn a_flood_does_not_grow_the_delay() {
        let mut buffer = JitterBuffer::new(40);
        for n in 0..1000u32 {
            buffer.put(n * 160, Codec::Pcmu, &[if n == 999 { b'z' } else { b'a' }; 160]);
        }
        let letters: String = (0..30).map(|_| letter(&mut buffer)).collect();
        assert!(letters.contains('z'), "{letters}");
    }

    #[test]
    fn a_timestamp_that_jumps_is_met_within_three_packets() {
        for jump in [1 << 31, (1 << 31) + 1, 0xffff_0000, 100_000] {
            let mut buffer = JitterBuffer::new(0);
            buffer.put(0, Codec::Pcmu, &[b'a'; 160]);
            let mut letters = String::new();
            for n in 0..5u32 {
                letters.push(letter(&mut buffer));
                buffer.put(jump + n * 160, Codec::Pcmu, &[b'b'; 160]);
            }
            letters.push(letter(&mut buffer));
            assert!(letters.starts_with('a') && letters.ends_with("bbb"), "{jump}: {letters}");
        }
    }

    #[test]
    fn eight_seconds_in_one_packet_are_cut() {
        let mut buffer = JitterBuffer::new(40);
        buffer.put(0, Codec::Pcmu, &[b'a'; 65_000]);
        let letters: String = (0..40).map(|_| letter(&mut buffer)).collect();
        assert!(letters.ends_with('.'), "{letters}");
    }
}
