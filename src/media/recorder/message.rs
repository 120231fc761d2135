//! Where a message begins and ends.

use super::Samples;
use super::hold::HELD;
use crate::media::voice::VoiceDetector;
use crate::media::{FRAME_MS, FRAME_SAMPLES};
use crate::time::DurationMs;

/// What is kept behind the last word, in frames: as much as is held before the first.
const KEPT: u64 = HELD as u64;

/// Follows one message, in frames.
#[derive(Clone, Debug)]
pub(super) struct Message {
    voice: VoiceDetector,
    /// So much silence ends it.
    patience: u64,
    heard: u64,
    /// The first and the last frame in which somebody spoke.
    spoken: Option<(u64, u64)>,
    written: u64,
    /// Frames that were written before the last word, with it.
    kept: u64,
}

impl Message {
    pub fn new(silence: DurationMs) -> Message {
        let patience = (silence.0 / FRAME_MS).max(1);
        Message { voice: VoiceDetector::default(), patience, heard: 0, spoken: None, written: 0, kept: 0 }
    }

    /// Takes the next frame; returns whether the message goes on.
    pub fn hear(&mut self, frame: &Samples) -> bool {
        self.heard += 1;
        if self.voice.hear(frame) {
            let first = self.spoken.map_or(self.heard, |(first, _)| first);
            self.spoken = Some((first, self.heard));
            // This frame comes behind what is held now, and that behind what was written.
            self.kept = self.written + HELD as u64 + 1 + KEPT;
        }
        let last = self.spoken.map_or(0, |(_, last)| last);
        self.heard - last < self.patience
    }

    /// Whether the frame that leaves the hold is part of it.
    pub fn takes(&mut self) -> bool {
        self.written += u64::from(self.spoken.is_some());
        self.spoken.is_some()
    }

    pub fn kept_samples(&self) -> u64 {
        self.kept.min(self.written) * FRAME_SAMPLES as u64
    }

    pub fn spoken(&self) -> DurationMs {
        let frames = self.spoken.map_or(0, |(first, last)| last - first + 1);
        DurationMs(frames * FRAME_MS)
    }
}
