//! What another leg heard, on its way out of this one.

use super::Audio;
use crate::media::FRAME_SAMPLES;
use crate::media::codec::Codec;
use crate::media::jitter::JitterBuffer;

/// Delay of relayed audio. It covers a far end whose packets come in pairs.
const DELAY_MS: u16 = 40;

#[derive(Clone, Debug)]
pub(super) struct Relay {
    ssrc: u32,
    buffer: JitterBuffer,
}

/// A frame of what another leg heard.
pub(super) struct Relayed {
    pub samples: [i16; FRAME_SAMPLES],
    pub octets: [u8; FRAME_SAMPLES],
    /// In what the octets are coded, where all of them came.
    pub coded: Option<Codec>,
}

impl Default for Relayed {
    fn default() -> Relayed {
        Relayed { samples: [0; FRAME_SAMPLES], octets: [0; FRAME_SAMPLES], coded: None }
    }
}

impl Relay {
    pub fn new(ssrc: u32) -> Relay {
        Relay { ssrc, buffer: JitterBuffer::new(DELAY_MS) }
    }

    /// Another source is another timeline.
    pub fn hear(&mut self, audio: &Audio) {
        if self.ssrc != audio.ssrc {
            self.ssrc = audio.ssrc;
            self.buffer.reset();
        }
        self.buffer.put(audio.timestamp, audio.codec, audio.payload);
    }

    pub fn pause(&mut self) {
        self.buffer.pause();
    }

    /// The next frame; false before the first packet.
    pub fn take(&mut self, relayed: &mut Relayed) -> bool {
        match self.buffer.take_coded(&mut relayed.samples, &mut relayed.octets) {
            Some(coded) => {
                relayed.coded = coded;
                true
            }
            None => false,
        }
    }
}
