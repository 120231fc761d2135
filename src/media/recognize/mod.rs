//! The far end's ear: which clips of a library were heard, in what order, and how much of each.
//!
//! For tests, for `dial` and for the demo's caller, who must know what was really said to them. What is heard are the
//! very samples of the clips, through G.711 of either law, at any level, joined without gaps at any sample, with
//! lost packets and cut where somebody barged in. It is no speech recognition.
//!
//! 1. *Anchors* (`anchor`): each clip has places every 60 ms whose 256 sample signs are compared with the stream's.
//! 2. *Tracks* (`track`): a likeness that a correlation confirms is a guess that this clip began at that sample. It is
//!    followed frame by frame by normalized cross-correlation, over losses of up to 200 ms.
//! 3. *Decision*: guesses about the same sound compete when all of them have ended. The one that explains more of it
//!    wins; among equals the one that was heard to its end, so that a clip is not taken for the beginning of a longer
//!    one. So near-identical beginnings cost time (as long as they are alike) and not certainty.
//!
//! A clip is reported when it has ended, with up to 300 ms of delay, or with [`Recognizer::finish`]. Two clips whose
//! difference was never heard cannot be told apart; the one added first is reported.

mod anchor;
mod library;
mod stream;
mod track;

pub use library::{Library, LibraryError};

use super::SAMPLES_PER_MS;
use anchor::{Signs, WINDOW};
use std::sync::Arc;
use stream::Stream;
use track::Track;

/// A likeness of signs is a guess when the samples correlate this well.
const CONFIRMED: f32 = 0.9;

/// Where a clip may begin before the end of the last one: two frames, for inexact ends.
const BEFORE_LAST: i64 = 320;

/// Guesses followed at a time. Only a library with more clips of one beginning than this would need more.
const MAX_TRACKS: usize = 1024;

/// A clip that was heard. Times count from the first sample pushed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recognized {
    /// Its name in the library.
    pub name: Arc<str>,
    /// Where its first sample lies, which may be silent.
    pub start_ms: u64,
    /// Where the last of it was heard: its last sample, if it is complete.
    pub end_ms: u64,
    /// Whether it was heard to its end, give or take 50 ms.
    pub complete: bool,
}

/// Listens to a stream of samples at 8 kHz.
#[derive(Clone, Debug)]
pub struct Recognizer {
    library: Arc<Library>,
    stream: Stream,
    signs: Signs,
    tracks: Vec<Track>,
    /// The end of the last clip reported: sound before it is explained.
    explained: i64,
}

impl Recognizer {
    /// Begins to listen for the clips of a library.
    pub fn new(library: Arc<Library>) -> Recognizer {
        Recognizer {
            library,
            stream: Stream::default(),
            signs: Signs::default(),
            tracks: Vec::new(),
            explained: 0,
        }
    }

    /// Takes the next samples, any number of them; returns the clips that have ended, in order.
    pub fn push(&mut self, samples: &[i16]) -> Vec<Recognized> {
        for sample in samples {
            self.stream.push(*sample);
            anchor::shift(&mut self.signs, *sample);
            self.search();
        }
        for track in &mut self.tracks {
            track.follow(&self.library.clips[track.clip], &self.stream);
        }
        self.decide(false)
    }

    /// Ends the stream; returns the clips that were still being heard.
    pub fn finish(&mut self) -> Vec<Recognized> {
        for track in &mut self.tracks {
            track.ended = true;
        }
        self.decide(true)
    }

    /// Compares the window that ends with the newest sample, if it begins at a crossing.
    fn search(&mut self) {
        let begin = self.stream.end() - WINDOW as i64;
        let Some([before, window @ ..]) = self.stream.get(begin - 1, WINDOW + 1) else { return };
        if begin < self.explained || !anchor::is_crossing(*before, window[0]) {
            return;
        }
        for anchor in &self.library.anchors {
            if anchor.is_like(&self.signs) {
                let known = &self.library.clips[anchor.clip];
                let original = &known.clip.samples()[anchor.position..anchor.position + WINDOW];
                if track::correlation(window, original) >= CONFIRMED {
                    let start = begin - anchor.position as i64;
                    guess(&mut self.tracks, self.explained, anchor, known, start, &self.stream);
                }
            }
        }
    }

    /// Reports, in order, what no unfinished guess can change any more.
    fn decide(&mut self, is_last: bool) -> Vec<Recognized> {
        let clips = &self.library.clips;
        let mut heard = Vec::new();
        while let Some(index) = earliest(&self.tracks) {
            let track = &self.tracks[index];
            let rivals = || self.tracks.iter().filter(|other| other.competes_with(track));
            let is_settled = |track: &Track| is_last || track.is_settled(&clips[track.clip], &self.stream);
            if !is_settled(track) || rivals().any(|rival| !is_settled(rival)) {
                break;
            }
            let is_beaten = rivals()
                .any(|rival| rival.is_better_than(track, clips) && rival.is_credible(&clips[rival.clip]));
            let track = self.tracks.remove(index);
            let known = &clips[track.clip];
            if is_beaten || !track.is_credible(known) {
                continue;
            }
            self.tracks.retain(|other| !other.competes_with(&track));
            self.explained = self.explained.max(track.last);
            heard.push(report(&track, known));
        }
        heard
    }
}

/// Opens a track, or adds to the one that follows this playing of the clip already.
fn guess(
    tracks: &mut Vec<Track>,
    explained: i64,
    anchor: &anchor::Anchor,
    known: &library::Known,
    start: i64,
    stream: &Stream,
) {
    let same = tracks.iter_mut().find(|track| track.is_same_playing(anchor.clip, start, known));
    match same {
        Some(track) if track.explains(start, known) => (),
        Some(track) => track.merge(Track::begin(anchor.clip, known, start, anchor.position, stream)),
        None => {
            let first_loud = known.frames.iter().find(|frame| frame.loud).map_or(0, |frame| frame.end as i64);
            if start + first_loud + BEFORE_LAST >= explained && tracks.len() < MAX_TRACKS {
                tracks.push(Track::begin(anchor.clip, known, start, anchor.position, stream));
            }
        }
    }
}

fn earliest(tracks: &[Track]) -> Option<usize> {
    (0..tracks.len()).min_by_key(|index| tracks[*index].first)
}

fn report(track: &Track, known: &library::Known) -> Recognized {
    let complete = track.is_complete(known);
    let end = if complete { track.start + known.clip.samples().len() as i64 } else { track.last };
    Recognized { name: known.name.clone(), start_ms: to_ms(track.start), end_ms: to_ms(end), complete }
}

fn to_ms(sample: i64) -> u64 {
    sample.max(0) as u64 / SAMPLES_PER_MS as u64
}

#[cfg(test)]
mod tests;
