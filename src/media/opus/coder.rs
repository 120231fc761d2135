//! libopus, behind what a leg needs of it.

use super::{LONGEST, OpusTerms, SAMPLING_HZ};
use ::opus::{Application, Bandwidth, Bitrate, Channels};

/// How hard the encoder tries, 0 to 10. All calls are encoded by one thread, and the next step costs more than twice as much
/// where there is redundancy (`benches/opus.rs` measures it), for what hardly anybody hears at this bit rate.
const COMPLEXITY: i32 = 1;

/// What we send on average unless the far end wants less, in bits a second: speech of 8 kHz, and as much again for music and for
/// what repeats lost packets (RFC 7587 §3.1.1 has 16 to 20 kbit/s for the speech alone).
const USUAL_BITRATE: u32 = 40_000;

/// Packets in a hundred that the redundancy reckons with.
const EXPECTED_LOSS: i32 = 10;

/// Turns frames of 20 ms at 16 kHz into packets.
#[derive(Debug)]
pub struct Encoder(::opus::Encoder);

/// Turns packets into samples of 16 kHz.
#[derive(Debug)]
pub struct Decoder(::opus::Decoder);

impl Encoder {
    /// Nothing where there is no memory for it.
    pub fn new(terms: &OpusTerms) -> Option<Encoder> {
        // `Voip` cuts off low notes for microphones, and prompts are to come out as they went in; but only it finds the
        // pauses without an analysis that costs more than all the rest.
        let application = if terms.dtx { Application::Voip } else { Application::Audio };
        let mut encoder = ::opus::Encoder::new(SAMPLING_HZ, Channels::Mono, application).ok()?;
        let bitrate = terms.max_bitrate.unwrap_or(USUAL_BITRATE).clamp(6000, USUAL_BITRATE);
        // None of these values is outside of its range, so none is refused.
        let _ = encoder.set_bitrate(Bitrate::Bits(bitrate.cast_signed()));
        let _ = encoder.set_max_bandwidth(bandwidth(terms.max_playback_hz));
        let _ = encoder.set_complexity(COMPLEXITY);
        let _ = encoder.set_vbr(!terms.cbr);
        let _ = encoder.set_dtx(terms.dtx);
        let _ = encoder.set_inband_fec(terms.fec);
        let _ = encoder.set_packet_loss_perc(if terms.fec { EXPECTED_LOSS } else { 0 });
        Some(Encoder(encoder))
    }

    /// Writes the packet of a frame; how long it is, 0 where it failed.
    pub fn encode(&mut self, frame: &[i16], packet: &mut [u8]) -> usize {
        self.0.encode(frame, packet).unwrap_or(0)
    }
}

/// What can be played with that many samples a second; we have 8 kHz at most.
fn bandwidth(playback_hz: u32) -> Bandwidth {
    match playback_hz {
        ..12_000 => Bandwidth::Narrowband,
        12_000..16_000 => Bandwidth::Mediumband,
        16_000.. => Bandwidth::Wideband,
    }
}

impl Decoder {
    /// Nothing where there is no memory for it.
    pub fn new() -> Option<Decoder> {
        ::opus::Decoder::new(SAMPLING_HZ, Channels::Mono).ok().map(Decoder)
    }

    /// The samples of a packet: how many; nothing where it is no packet of Opus.
    pub fn decode(&mut self, packet: &[u8], samples: &mut [i16; LONGEST]) -> Option<usize> {
        self.0.decode(packet, samples, false).ok().filter(|count| !packet.is_empty() && *count > 0)
    }

    /// What came before this packet and is lost, `samples` long: out of what the packet repeats of it, the rest guessed.
    pub fn repair(&mut self, packet: &[u8], samples: &mut [i16]) -> bool {
        self.0.decode(packet, samples, true).is_ok_and(|count| count == samples.len())
    }
}
