//! The clips that can be recognized, with what is precomputed about each.

use super::anchor::{self, Anchor};
use crate::media::{Clip, FRAME_SAMPLES};
use std::sync::Arc;

/// A frame counts when it is within 34 dB of the clip's loudest one: the `s` of a plural is not louder.
const LOUD_SHARE: f32 = 0.02;

/// No frame this quiet counts: it is the noise of G.711's lowest steps.
pub(super) const NOISE_RMS: f32 = 20.0;

/// A frame shorter than this at the end of a clip is part of the one before it.
const MIN_FRAME: usize = 40;

/// Named clips to be recognized.
#[derive(Clone, Debug, Default)]
pub struct Library {
    pub(super) clips: Vec<Known>,
    pub(super) anchors: Vec<Anchor>,
}

/// Why a clip cannot be recognized.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LibraryError {
    /// Shorter than 40 ms of sound, or nothing but silence or hiss.
    #[error("clip `{name}` has nothing in it by which to recognize it")]
    Featureless {
        /// The clip's name.
        name: String,
    },
}

#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) name: Arc<str>,
    pub(super) clip: Clip,
    /// Cut behind the last loud one.
    pub(super) frames: Vec<Frame>,
    /// Where the last loud frame ends, in samples.
    pub(super) loud_end: usize,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Root of the mean square.
    pub(super) level: f32,
    pub(super) loud: bool,
}

impl Library {
    /// Adds a clip under a name. Names need not differ; of two equal clips the first is recognized.
    pub fn add(&mut self, name: &str, clip: &Clip) -> Result<(), LibraryError> {
        let frames = frames(clip.samples());
        let anchors = anchor::choose(self.clips.len(), clip.samples(), &frames);
        let Some(last) = frames.last().filter(|_| !anchors.is_empty()) else {
            return Err(LibraryError::Featureless { name: name.to_owned() });
        };
        self.clips.push(Known { name: name.into(), clip: clip.clone(), loud_end: last.end, frames });
        self.anchors.extend(anchors);
        Ok(())
    }
}

fn frames(samples: &[i16]) -> Vec<Frame> {
    let mut bounds: Vec<usize> = (0..samples.len()).step_by(FRAME_SAMPLES).collect();
    if bounds.len() > 1 && bounds.last().is_some_and(|start| samples.len() - start < MIN_FRAME) {
        bounds.pop();
    }
    let ends = bounds.iter().skip(1).copied().chain([samples.len()]);
    let spans: Vec<(usize, usize)> = bounds.iter().copied().zip(ends).collect();
    let levels: Vec<f32> = spans.iter().map(|(start, end)| rms(&samples[*start..*end])).collect();
    let threshold = (LOUD_SHARE * levels.iter().copied().fold(0.0, f32::max)).max(NOISE_RMS);
    let frame =
        |((start, end), level): ((usize, usize), f32)| Frame { start, end, level, loud: level >= threshold };
    let mut frames: Vec<Frame> = spans.into_iter().zip(levels).map(frame).collect();
    while frames.pop_if(|frame| !frame.loud).is_some() {}
    frames
}

/// Root of the mean square.
pub(super) fn rms(samples: &[i16]) -> f32 {
    let sum: f32 = samples.iter().map(|sample| f32::from(*sample).powi(2)).sum();
    (sum / samples.len().max(1) as f32).sqrt()
}
