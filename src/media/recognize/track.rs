//! One guess: this clip began at that sample of the stream. It is followed frame by frame until it ends or fails.

use super::library::{Frame, Known, NOISE_RMS, rms};
use super::stream::Stream;

/// Normalized cross-correlation of a frame with the clip's: this much is a match. G.711 leaves 0.99 of it.
const MATCH: f32 = 0.9;

/// Sound that does not match for this long is something else: 80 ms.
const OTHER_SOUND: usize = 640;

/// Silence for this long where there should be sound is no loss of packets but the end: 200 ms.
const SILENCE: usize = 1600;

/// A clip heard to within 50 ms of its end is complete: its last packets may be lost.
const TAIL: i64 = 400;

/// Less than 60 ms is not evidence of anything.
const MIN_EVIDENCE: usize = 480;

/// A clip that failed after less than this (200 ms) may be a voiced sound taken one period too early or too late.
/// The right guess comes with one of the next anchors, so it is waited for: 300 ms.
const DOUBTFUL: usize = 1600;
const DOUBT: i64 = 2400;

/// Evidence that differs by less than two frames says nothing.
const TIE: usize = 320;

/// Less than this of a difference is where frames happen to end.
const HALF_FRAME: usize = 80;

/// Two spans that share less than 60 ms are neighbours.
const OVERLAP: i64 = 480;

#[derive(Clone, Debug)]
pub(super) struct Track {
    pub(super) clip: usize,
    /// Where in the stream the clip's first sample lies.
    pub(super) start: i64,
    /// The next frame of the clip to compare.
    next: usize,
    /// Loud samples compared, and those that matched.
    expected: usize,
    matched: usize,
    /// Sum of the matches' correlations, weighted by samples.
    likeness: f32,
    /// Power of the matches in the stream and in the clip.
    heard_power: f32,
    clip_power: f32,
    /// Loud samples since the last match, and how many of them were something else than silence.
    missed: usize,
    missed_sound: usize,
    /// Where the matches begin and end in the stream.
    pub(super) first: i64,
    pub(super) last: i64,
    pub(super) ended: bool,
}

enum Verdict {
    /// The clip is inaudible here, or the stream is not there any more.
    NoEvidence,
    Match {
        likeness: f32,
        level: f32,
    },
    Silence,
    OtherSound,
}

impl Track {
    /// A guess made at a place in the clip; looks back at what the stream still holds.
    pub(super) fn begin(clip: usize, known: &Known, start: i64, position: usize, stream: &Stream) -> Track {
        let next = known.frames.partition_point(|frame| frame.end <= position);
        let anchor = start + position as i64;
        let mut track = Track {
            clip,
            start,
            next,
            expected: 0,
            matched: 0,
            likeness: 0.0,
            heard_power: 0.0,
            clip_power: 0.0,
            missed: 0,
            missed_sound: 0,
            first: anchor,
            last: anchor,
            ended: false,
        };
        for frame in known.frames.iter().take(next) {
            track.weigh(frame, track.verdict(frame, known, stream));
        }
        (track.missed, track.missed_sound) = (0, 0);
        track.last = track.last.max(anchor);
        track
    }

    /// Compares every frame that has arrived whole.
    pub(super) fn follow(&mut self, known: &Known, stream: &Stream) {
        while let Some(frame) = known.frames.get(self.next).filter(|_| !self.ended) {
            if self.start + frame.end as i64 > stream.end() {
                return;
            }
            self.weigh(frame, self.verdict(frame, known, stream));
            self.next += 1;
            self.ended = self.missed_sound >= OTHER_SOUND || self.missed >= SILENCE;
        }
        self.ended = true;
    }

    fn verdict(&self, frame: &Frame, known: &Known, stream: &Stream) -> Verdict {
        let heard = stream.get(self.start + frame.start as i64, frame.end - frame.start);
        let Some(heard) = heard.filter(|_| self.is_audible(frame)) else { return Verdict::NoEvidence };
        let likeness = correlation(heard, &known.clip.samples()[frame.start..frame.end]);
        let level = rms(heard);
        match likeness {
            likeness if likeness >= MATCH => Verdict::Match { likeness, level },
            _ if level < NOISE_RMS => Verdict::Silence,
            _ => Verdict::OtherSound,
        }
    }

    /// Whether the frame stands out of the noise at the level at which the clip is heard.
    fn is_audible(&self, frame: &Frame) -> bool {
        let gain = if self.clip_power > 0.0 { (self.heard_power / self.clip_power).sqrt() } else { 1.0 };
        frame.loud && frame.level * gain >= NOISE_RMS
    }

    fn weigh(&mut self, frame: &Frame, verdict: Verdict) {
        let size = frame.end - frame.start;
        match verdict {
            Verdict::NoEvidence => return,
            Verdict::Match { likeness, level } => {
                self.matched += size;
                self.heard_power += level.powi(2) * size as f32;
                self.clip_power += frame.level.powi(2) * size as f32;
                self.likeness += likeness * size as f32;
                (self.missed, self.missed_sound) = (0, 0);
                self.first = self.first.min(self.start + frame.start as i64);
                self.last = self.last.max(self.start + frame.end as i64);
            }
            Verdict::Silence => self.missed += size,
            Verdict::OtherSound => {
                self.missed += size;
                self.missed_sound += size;
            }
        }
        self.expected += size;
    }

    /// Whether the clip was heard to its end.
    pub(super) fn is_complete(&self, known: &Known) -> bool {
        let audible_end =
            known.frames.iter().rfind(|frame| self.is_audible(frame)).map_or(0, |frame| frame.end);
        self.start + audible_end as i64 - self.last <= TAIL
    }

    /// Whether enough of it was heard. What was missed behind the last match does not count against it.
    pub(super) fn is_credible(&self, known: &Known) -> bool {
        let expected = self.expected.saturating_sub(self.missed);
        let is_enough = self.matched >= MIN_EVIDENCE || self.is_complete(known);
        is_enough && self.matched > 0 && self.matched * 10 >= expected * 6
    }

    /// Whether nothing that the stream may still bring changes this guess.
    pub(super) fn is_settled(&self, known: &Known, stream: &Stream) -> bool {
        let is_doubtful = self.matched < DOUBTFUL && !self.is_complete(known);
        self.ended && !(is_doubtful && stream.end() < self.last + DOUBT)
    }

    /// Whether the two explain the same sound.
    pub(super) fn competes_with(&self, other: &Track) -> bool {
        self.last.min(other.last) - self.first.max(other.first)
            > OVERLAP.min(self.span() / 2).min(other.span() / 2)
    }

    fn span(&self) -> i64 {
        self.last - self.first
    }

    /// Whether this explains the sound better: more of it, or as much and to the clip's end, or more alike.
    pub(super) fn is_better_than(&self, other: &Track, clips: &[Known]) -> bool {
        let complete = |track: &Track| track.is_complete(&clips[track.clip]);
        if self.matched.abs_diff(other.matched) > TIE {
            return self.matched > other.matched;
        }
        match (complete(self), complete(other)) {
            (true, false) => true,
            (false, true) => false,
            // One is the other with a soft consonant more or less: what was expected and not heard decides.
            (true, true) if self.unheard().abs_diff(other.unheard()) >= HALF_FRAME => {
                self.unheard() < other.unheard()
            }
            (true, true) if self.matched != other.matched => self.matched > other.matched,
            (true, true) | (false, false) => self.mean_likeness() > other.mean_likeness() + 0.001,
        }
    }

    fn unheard(&self) -> usize {
        self.expected - self.matched
    }

    fn mean_likeness(&self) -> f32 {
        self.likeness / self.expected.max(1) as f32
    }

    /// Whether another guess about the same clip is about the same playing of it.
    pub(super) fn is_same_playing(&self, clip: usize, start: i64, known: &Known) -> bool {
        self.clip == clip && (self.start - start).abs() < (known.loud_end as i64 / 2).min(1600)
    }

    /// Whether a guess at this place would have nothing to add.
    pub(super) fn explains(&self, start: i64, known: &Known) -> bool {
        (self.start == start && !self.ended) || self.is_complete(known)
    }

    /// Takes over what a later guess about the same playing knows: the timeline has slipped, or sound came back
    /// after a gap. A guess that explains more of the past replaces this one.
    pub(super) fn merge(&mut self, later: Track) {
        let is_interrupted = self.ended || self.missed > 0;
        if later.matched * self.expected > self.matched * later.expected && later.matched >= self.matched {
            *self = later;
        } else if is_interrupted && later.first.max(self.last) < later.last + 1 {
            (self.start, self.next, self.ended) = (later.start, later.next, false);
            (self.missed, self.missed_sound) = (0, 0);
        }
    }
}

/// Normalized cross-correlation, -1 to 1; 0 when one of the two is silent.
pub(super) fn correlation(a: &[i16], b: &[i16]) -> f32 {
    let (mut product, mut a_power, mut b_power) = (0.0, 0.0, 0.0);
    for (x, y) in a.iter().zip(b) {
        let (x, y) = (f32::from(*x), f32::from(*y));
        product += x * y;
        a_power += x * x;
        b_power += y * y;
    }
    let power: f32 = a_power * b_power;
    if power > 0.0 { product / power.sqrt() } else { 0.0 }
}
