//! Frames of G.722 on their way out as Opus.

use super::coder::Encoder;
use super::{OpusTerms, SAMPLING_HZ};
use crate::media::{FRAME_MS, FRAME_SAMPLES, g722};

/// Samples of a frame.
const FRAME: usize = (SAMPLING_HZ as u64 * FRAME_MS / 1000) as usize;
/// Octets of the largest packet of one frame (RFC 6716 §3.4).
const LARGEST: usize = 1275;
/// A packet so short says that nothing is said, and need not be sent.
const NOTHING_SAID: usize = 2;

/// Encodes for one far end.
#[derive(Debug)]
pub struct Sender {
    decoder: g722::Decoder,
    encoder: Encoder,
    may_pause: bool,
}

impl Sender {
    /// Nothing in a build without Opus.
    pub fn new(terms: &OpusTerms) -> Option<Sender> {
        let decoder = g722::Decoder::default();
        Some(Sender { decoder, encoder: Encoder::new(terms)?, may_pause: terms.dtx })
    }

    /// Puts the packet of a frame in the place of its octets, which begin at `payload`. False if there is nothing to send.
    pub fn pack(&mut self, out: &mut Vec<u8>, payload: usize) -> bool {
        let mut frame = [0; FRAME];
        let octets = out.get(payload..).unwrap_or_default().iter().take(FRAME_SAMPLES);
        for (pair, octet) in frame.as_chunks_mut::<2>().0.iter_mut().zip(octets) {
            *pair = self.decoder.wide(*octet);
        }
        let mut packet = [0; LARGEST];
        let length = self.encoder.encode(&frame, &mut packet);
        out.truncate(payload);
        out.extend_from_slice(&packet[..length]);
        length > NOTHING_SAID || length > 0 && !self.may_pause
    }
}
