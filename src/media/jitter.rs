//! A continuous timeline out of packets that come late, twice, out of order or not at all.
//!
//! The buffer is a ring of octets addressed by RTP timestamp, so packets of any length fit. Reading starts
//! `delay` before the first packet and goes on at the reader's pace; what is missing is concealed (`conceal`), and
//! silence where the far end said nothing on purpose. Octets are decoded when they are read, in their order, as a codec with
//! a memory needs it. A packet far ahead moves the reader up, so that the delay stays bounded however fast the far end
//! sends; three packets in a row far behind (a timestamp that jumped back or stands still) move it back.
//!
//! Left out: adapting the delay.

use super::SAMPLES_PER_MS;
use super::codec::{Codec, Decoder};
use super::conceal::Concealer;

/// Samples in the ring: the longest delay between writing and reading, 512 ms.
const CAPACITY: usize = 4096;

/// Packets in a row that are far too late before the reader goes back to meet them.
const STRAYS: u8 = 3;

/// A reorder buffer with a fixed delay.
#[derive(Clone, Debug)]
pub struct JitterBuffer {
    ring: Box<[Option<(Codec, u8)>]>,
    delay: u32,
    /// Timestamp of the next sample to read; none before the first packet.
    next: Option<u32>,
    strays: u8,
    /// Whether the far end says nothing on purpose.
    is_paused: bool,
    decoder: Decoder,
    concealer: Box<Concealer>,
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
    /// Samples read where nothing was there.
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
            is_paused: false,
            decoder: Decoder::default(),
            concealer: Box::default(),
            counts: JitterCounts::default(),
        }
    }

    /// The far end says nothing on purpose (comfort noise, a key): what is missing from here on is silence.
    pub fn pause(&mut self) {
        self.is_paused = true;
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
        (self.strays, self.is_paused) = (0, false);
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
                *slot = Some((codec, *octet));
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
            *sample = self.take_one(next.wrapping_add(n)).0;
        }
        self.next = Some(next.wrapping_add(out.len() as u32));
        true
    }

    /// Reads on like [`JitterBuffer::take`], and gives the octets beside the samples: with their codec where all of them came
    /// in the same. Nothing before the first packet.
    pub fn take_coded(&mut self, samples: &mut [i16], octets: &mut [u8]) -> Option<Option<Codec>> {
        let next = self.next?;
        let mut codecs = None;
        for ((sample, octet), n) in samples.iter_mut().zip(octets.iter_mut()).zip(0u32..) {
            let (heard, coded) = self.take_one(next.wrapping_add(n));
            *sample = heard;
            *octet = coded.map_or(0, |(_, octet)| octet);
            let codec = coded.map(|(codec, _)| codec);
            codecs = Some(codecs.map_or(codec, |before| if before == codec { codec } else { None }));
        }
        self.next = Some(next.wrapping_add(samples.len() as u32));
        codecs
    }

    fn take_one(&mut self, at: u32) -> (i16, Option<(Codec, u8)>) {
        let coded = self.ring[index(at)].take();
        self.counts.concealed += u64::from(coded.is_none());
        let heard = match coded {
            Some((codec, octet)) => self.concealer.came(self.decoder.decode(codec, octet)),
            None if self.is_paused => self.concealer.silent(),
            None => self.concealer.missed(),
        };
        (heard, coded)
    }

    /// Forgets everything but the counts: another stream begins.
    pub fn reset(&mut self) {
        if self.next.take().is_some() {
            self.ring.fill(None);
        }
        (self.strays, self.is_paused) = (0, false);
        *self.concealer = Concealer::default();
        self.decoder = Decoder::default();
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
    use crate::media::g711;

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
        // Behind a loss the first 5 ms are faded into.
        let letter = (b'a'..=b'z').find(|letter| frame[60..] == [g711::ulaw_decode(*letter); 100]);
        letter.map_or(if frame == [0; 160] { '.' } else { '?' }, char::from)
    }

    #[test]
    fn packets_are_heard_in_order_after_the_delay() {
        let (letters, counts) = heard(&[(0, b'a'), (320, b'c'), (160, b'b')], 6);
        assert_eq!(letters, "..abc?");
        assert_eq!(counts, JitterCounts { written: 3, concealed: 480, ..JitterCounts::default() });
    }

    #[test]
    fn packets_of_any_length_are_heard_without_a_gap() {
        for ms in [10, 20, 30, 40, 60] {
            let mut buffer = JitterBuffer::new(40);
            // A packet comes when its last sample has been said.
            for at in 0..100_u32 {
                let said = at * 10 / ms;
                if at * 10 % ms == 0 && said > 0 {
                    let octets = vec![b'a'; ms as usize * SAMPLES_PER_MS];
                    buffer.put((said - 1) * ms * SAMPLES_PER_MS as u32, Codec::Pcma, &octets);
                }
                if at % 2 == 0 {
                    buffer.take(&mut [0; 160]);
                }
            }
            assert_eq!(buffer.counts().concealed, 320, "{ms} ms: nothing but the delay");
        }
    }

    #[test]
    fn a_lost_packet_is_concealed_and_a_duplicate_is_counted() {
        let (letters, counts) = heard(&[(0, b'a'), (320, b'c'), (320, b'c')], 9);
        assert_eq!((letters.as_str(), counts.duplicates), ("..a?c???.", 1));
    }

    #[test]
    fn what_the_far_end_does_not_say_on_purpose_is_silence() {
        let mut buffer = JitterBuffer::new(0);
        buffer.put(0, Codec::Pcmu, &[b'a'; 160]);
        buffer.pause();
        assert_eq!([letter(&mut buffer), letter(&mut buffer)], ['a', '.']);
        buffer.put(480, Codec::Pcmu, &[b'b'; 160]);
        assert_eq!([letter(&mut buffer), letter(&mut buffer), letter(&mut buffer)], ['.', 'b', '?']);
    }

    #[test]
    fn octets_pass_as_they_came_where_all_of_them_came() {
        let mut buffer = JitterBuffer::new(0);
        let (mut samples, mut octets) = ([0; 160], [0; 160]);
        assert_eq!(buffer.take_coded(&mut samples, &mut octets), None);
        buffer.put(0, Codec::G722, &[0x42; 160]);
        buffer.put(160, Codec::G722, &[0x42; 159]);
        assert_eq!(buffer.take_coded(&mut samples, &mut octets), Some(Some(Codec::G722)));
        assert_eq!(octets, [0x42; 160]);
        assert_eq!(buffer.take_coded(&mut samples, &mut octets), Some(None));
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
        assert_eq!((letter(&mut buffer), buffer.counts().late), ('?', 1));
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
