//! What a far end says, in frames of 20 ms, for whoever hears it so.

use crate::media::FRAME_SAMPLES;
use crate::media::jitter::JitterBuffer;
use crate::media::leg::Audio;

/// Delay of what is heard in frames: three packets may change their order.
const DELAY_MS: u16 = 60;

/// The far end in frames.
pub(super) struct Hearing {
    pub buffer: JitterBuffer,
    /// The stream that is heard; another has a timeline of its own.
    ssrc: Option<u32>,
    /// The last frame.
    pub frame: [i16; FRAME_SAMPLES],
}

impl Hearing {
    /// Of a far end of which nothing has been heard.
    pub fn new() -> Hearing {
        let buffer = JitterBuffer::new(DELAY_MS);
        Hearing { buffer, ssrc: None, frame: [0; FRAME_SAMPLES] }
    }

    /// Takes a packet's sound.
    pub fn hear(&mut self, audio: &Audio) {
        if self.ssrc.replace(audio.ssrc) != Some(audio.ssrc) {
            self.buffer.reset();
        }
        self.buffer.put(audio.timestamp, audio.codec, audio.payload);
    }
}
