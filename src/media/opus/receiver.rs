//! Packets of Opus on their way in as G.722: put in order, repaired, decoded.
//!
//! A decoder has a memory, so packets go into it in their order and once. One that comes too early waits for those before it as
//! long as the driver may still bring them, which is until the end of its sweep; then they are lost. What a packet repeats of the
//! one before it (in-band FEC) takes its place, and libopus guesses the rest:
//!
//! ```text
//!  came       1  2  .  .  5       (3 and 4 are lost, 5 repeats 4)
//!  heard      1  2  ~  4' 5       ~ guessed
//! ```
//!
//! That is done as soon as the next packet has come, so nothing is delayed here; the buffers behind this conceal what is still missing.

use super::coder::Decoder;
use super::timeline::Timeline;
use super::{LONGEST, SAMPLING_HZ, UNITS_PER_OCTET};
use crate::media::g722;
use crate::media::rtp::RtpHeader;

/// Packets that may wait for those before them.
const WAITING: usize = 4;
/// A packet is kept in so many octets; of 20 ms it has 1275 at most, and 1500 pass a network.
const PACKET_OCTETS: usize = 1536;
/// A packet that is so many behind what has been heard is late; one further behind is of another count.
const LATE: u16 = 100;
/// Packets of another count, in a row, before it is believed.
const STRAYS: u8 = 3;
/// What may be repaired: what is longer is a pause. In samples, 100 ms.
const LONGEST_REPAIR: usize = 100 * SAMPLING_HZ as usize / 1000;
/// libopus guesses in steps of 2.5 ms.
const STEP: usize = SAMPLING_HZ as usize / 400;
/// A packet so short says that nothing is said (RFC 6716 §3.1: it has no more than its first octets).
const NOTHING_SAID: usize = 2;

/// What is done about packets that are missing before one that has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gaps {
    /// They may still come.
    Wait,
    /// They are lost.
    Repair,
}

/// What came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unpacked {
    /// Sound that begins at this octet of the timeline.
    Sound(u32),
    /// The far end says nothing on purpose from here on.
    Quiet,
    /// A packet that is none.
    Malformed,
}

/// Decodes one stream of one far end.
#[derive(Debug)]
pub struct Receiver {
    decoder: Decoder,
    encoder: g722::Encoder,
    timeline: Timeline,
    slots: [Slot; WAITING],
    /// The number of the next packet; none before the first.
    next: Option<u16>,
    /// Behind the last sample that was heard, on the far end's clock.
    ends: u32,
    strays: u8,
    /// Whether the last packet said that nothing is said, which is still to be told.
    is_quiet: bool,
    samples: Box<[i16; LONGEST]>,
}

/// A packet that waits, in a place that is used again.
#[derive(Debug, Default)]
struct Slot {
    packet: Option<Packet>,
    octets: Vec<u8>,
}

#[derive(Clone, Copy, Debug)]
struct Packet {
    sequence: u16,
    timestamp: u32,
}

impl Receiver {
    /// Nothing in a build without Opus.
    pub fn new() -> Option<Receiver> {
        let slot = || Slot { packet: None, octets: Vec::with_capacity(PACKET_OCTETS) };
        Some(Receiver {
            decoder: Decoder::new()?,
            encoder: g722::Encoder::default(),
            timeline: Timeline::default(),
            slots: std::array::from_fn(|_| slot()),
            next: None,
            ends: 0,
            strays: 0,
            is_quiet: false,
            samples: Box::new([0; LONGEST]),
        })
    }

    /// Another stream begins, with numbers of its own. What the decoder knows of the old one does no harm.
    pub fn begin(&mut self) {
        self.slots.iter_mut().for_each(|slot| slot.packet = None);
        (self.next, self.strays, self.is_quiet) = (None, 0, false);
    }

    /// Takes a packet. One that comes a second time or too late, or is too long, is dropped.
    pub fn put(&mut self, header: &RtpHeader, payload: &[u8]) {
        let ahead = header.sequence.wrapping_sub(*self.next.get_or_insert(header.sequence));
        if ahead >= 0x8000 {
            self.strays += u8::from(ahead.wrapping_neg() > LATE);
            if self.strays < STRAYS {
                return;
            }
            self.begin();
            self.next = Some(header.sequence);
        }
        self.strays = 0;
        let waits = |slot: &Slot| slot.packet.is_some_and(|packet| packet.sequence == header.sequence);
        if payload.len() > PACKET_OCTETS || self.slots.iter().any(waits) {
            return;
        }
        if let Some(slot) = self.slots.iter_mut().find(|slot| slot.packet.is_none()) {
            slot.packet = Some(Packet { sequence: header.sequence, timestamp: header.timestamp });
            slot.octets.clear();
            slot.octets.extend_from_slice(payload);
        }
    }

    /// Whether packets wait for others.
    pub fn is_waiting(&self) -> bool {
        self.slots.iter().any(|slot| slot.packet.is_some())
    }

    /// The next that can be heard, its octets in `out`; to be asked until there is nothing.
    pub fn unpack(&mut self, gaps: Gaps, out: &mut Vec<u8>) -> Option<Unpacked> {
        out.clear();
        if std::mem::take(&mut self.is_quiet) {
            return Some(Unpacked::Quiet);
        }
        let next = self.next?;
        let (place, packet, ahead) = self.first(next)?;
        let is_full = || self.slots.iter().all(|slot| slot.packet.is_some());
        if ahead > 0 {
            if gaps == Gaps::Wait && !is_full() {
                return None;
            }
            self.next = Some(packet.sequence);
            if let Some(repaired) = self.repair(place, packet, out) {
                return Some(repaired);
            }
        }
        Some(self.decode(place, packet, out))
    }

    /// The packet that waits and is the first after those that were heard: its place, and how many before it are missing.
    fn first(&self, next: u16) -> Option<(usize, Packet, u16)> {
        let waiting = self.slots.iter().enumerate().filter_map(|(place, slot)| {
            slot.packet.map(|packet| (place, packet, packet.sequence.wrapping_sub(next)))
        });
        waiting.min_by_key(|(_, _, ahead)| *ahead)
    }

    /// What is missing before a packet, which stays; nothing where nothing can be made of it.
    fn repair(&mut self, place: usize, packet: Packet, out: &mut Vec<u8>) -> Option<Unpacked> {
        let units = packet.timestamp.wrapping_sub(self.ends);
        let missing = (units / UNITS_PER_OCTET) as usize * 2;
        if !(STEP..=LONGEST_REPAIR).contains(&missing) {
            return None;
        }
        let missing = missing / STEP * STEP;
        let samples = self.samples.get_mut(..missing)?;
        let is_repaired = self.decoder.repair(&self.slots[place].octets, samples);
        is_repaired.then(|| self.hear(self.ends, missing, out))
    }

    fn decode(&mut self, place: usize, packet: Packet, out: &mut Vec<u8>) -> Unpacked {
        self.next = Some(packet.sequence.wrapping_add(1));
        let slot = &mut self.slots[place];
        slot.packet = None;
        let Some(count) = self.decoder.decode(&slot.octets, &mut self.samples) else {
            return Unpacked::Malformed;
        };
        self.is_quiet = slot.octets.len() <= NOTHING_SAID;
        self.hear(packet.timestamp, count, out)
    }

    fn hear(&mut self, timestamp: u32, count: usize, out: &mut Vec<u8>) -> Unpacked {
        let pairs = self.samples[..count].as_chunks::<2>().0;
        out.extend(pairs.iter().map(|pair| self.encoder.wide(*pair)));
        self.ends = timestamp.wrapping_add(out.len() as u32 * UNITS_PER_OCTET);
        Unpacked::Sound(self.timeline.octet(timestamp))
    }
}
