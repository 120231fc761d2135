//! The joins of what different encoders have made of G.722: two clips, or a clip and what another leg said.
//!
//! What an octet means depends on those before it. A clip is encoded once, as if nothing had been before it; behind something loud
//! its first octets, which say «much louder than nothing», become a bang of up to 100 ms. So behind a join octets are decoded as
//! their own encoder meant them, and encoded anew as the far end's decoder will take them, band by band and thus without a filter or a delay.
//! Both forget (the steps within 16 ms, the coefficients within 32 ms), and once they agree octets pass as they are:
//!
//! ```text
//!  clip 1 ──────────┐
//!  clip 2           └─ decode ─ encode ─┬──────────────
//!  goes out  as it is │    anew, 200 ms  │  as it is
//! ```
//!
//! What the far end's decoder knows at a join comes out of the last 300 ms that it was sent.

use super::band::Band;

/// Octets behind a join until both states agree: 200 ms.
const ANEW: usize = 1600;
/// Octets out of which the far end's state is known: 300 ms.
const KNOWN: usize = 2400;

/// What a stream has been sent, and the join that it is behind.
#[derive(Clone, Debug)]
pub(in crate::media) struct Seam {
    sent: Box<[u8; KNOWN]>,
    /// Where the next octet goes, and the oldest stands.
    at: usize,
    join: Option<Join>,
}

#[derive(Clone, Debug)]
struct Join {
    /// As the encoder of what comes has it, and as the far end has it.
    theirs: Bands,
    far: Bands,
    left: usize,
}

/// The state of one stream.
#[derive(Clone, Debug)]
struct Bands {
    low: Band,
    high: Band,
}

impl Default for Seam {
    fn default() -> Seam {
        Seam { sent: Box::new([SILENCE; KNOWN]), at: 0, join: None }
    }
}

/// As [`Codec::silence`](crate::media::Codec::silence) has it.
const SILENCE: u8 = 0xfd;

impl Seam {
    /// Passes on what is to be sent next. `begins` are the places in it where another encoder's octets begin, in their order.
    pub fn pass(&mut self, octets: &mut [u8], mut begins: impl Iterator<Item = usize>) {
        let mut next = begins.next();
        for (place, octet) in octets.iter_mut().enumerate() {
            while next.is_some_and(|begin| begin <= place) {
                self.begin();
                next = begins.next();
            }
            if let Some(join) = &mut self.join {
                *octet = join.far.encode(join.theirs.decode(*octet));
                join.left -= 1;
            }
            self.join.take_if(|join| join.left == 0);
            self.sent[self.at] = *octet;
            self.at = (self.at + 1) % KNOWN;
        }
    }

    /// Another encoder's octets begin.
    fn begin(&mut self) {
        let far = match self.join.take() {
            Some(join) => join.far,
            None => self.far(),
        };
        self.join = Some(Join { theirs: Bands::new(), far, left: ANEW });
    }

    /// The far end's state.
    fn far(&self) -> Bands {
        let mut bands = Bands::new();
        let (newest, oldest) = self.sent.split_at(self.at);
        for octet in oldest.iter().chain(newest) {
            let _ = bands.decode(*octet);
        }
        bands
    }
}

impl Bands {
    fn new() -> Bands {
        Bands { low: Band::low(), high: Band::high() }
    }

    fn decode(&mut self, octet: u8) -> [i32; 2] {
        [self.low.decode_low(octet & 0x3f), self.high.decode_high(octet >> 6)]
    }

    fn encode(&mut self, [low, high]: [i32; 2]) -> u8 {
        let low = self.low.encode_low(low);
        self.high.encode_high(high) << 6 | low
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Decoder, Encoder};
    use super::*;

    /// So many octets of a tone, by an encoder that has heard nothing.
    fn tone(hz: f32, octets: usize) -> Vec<u8> {
        let mut encoder = Encoder::default();
        let sample = |n: usize| ((n as f32 * hz / 16_000.0 * std::f32::consts::TAU).sin() * 8000.0) as i16;
        (0..octets).map(|n| encoder.wide([sample(2 * n), sample(2 * n + 1)])).collect()
    }

    /// The loudest sample of what a far end hears of parts one behind the other, and of what it hears in the end.
    fn peaks(parts: &[Vec<u8>], joined: bool) -> (u16, u16) {
        let (mut seam, mut decoder, mut heard) = (Seam::default(), Decoder::default(), Vec::new());
        for part in parts {
            let mut part = part.clone();
            let mut is_first = true;
            for frame in part.chunks_mut(160) {
                if joined {
                    seam.pass(frame, std::mem::take(&mut is_first).then_some(0).into_iter());
                }
                heard.extend(frame.iter().flat_map(|octet| decoder.wide(*octet)));
            }
        }
        let peak = |samples: &[i16]| samples.iter().map(|sample| sample.unsigned_abs()).max().unwrap_or(0);
        (peak(&heard), peak(&heard[heard.len() - 800..]))
    }

    #[test]
    fn clips_follow_one_another_without_a_bang() {
        let loop_of_it = vec![tone(440.0, 8000); 3];
        let (loudest, _) = peaks(&loop_of_it, false);
        assert!(loudest > 15_000, "as they were encoded they make one: {loudest}");
        let speech_like = vec![tone(440.0, 8000), tone(1900.0, 3000), tone(250.0, 700), tone(3000.0, 4000)];
        for parts in [loop_of_it, speech_like] {
            let (loudest, last) = peaks(&parts, true);
            assert!(loudest < 11_000, "{loudest}");
            assert!((7500..8600).contains(&last), "{last}");
        }
    }

    #[test]
    fn behind_a_join_octets_pass_as_they_are_again() {
        let mut seam = Seam::default();
        let clip = tone(440.0, 4000);
        let mut sent = clip.clone();
        seam.pass(&mut sent, [0].into_iter());
        assert_eq!(sent[ANEW..], clip[ANEW..]);
    }

    #[test]
    fn joins_may_lie_anywhere_and_close_together() {
        let mut octets = [tone(440.0, 100), tone(880.0, 20), tone(440.0, 3000)].concat();
        let mut seam = Seam::default();
        seam.pass(&mut [SILENCE; 160], std::iter::empty());
        seam.pass(&mut octets, [0, 100, 120].into_iter());
        let mut decoder = Decoder::default();
        let heard: Vec<i16> = octets.iter().flat_map(|octet| decoder.wide(*octet)).collect();
        assert!(heard.iter().all(|sample| sample.unsigned_abs() < 12_000));
    }
}
