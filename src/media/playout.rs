//! What a leg plays: a queue of sequences of clips, cut into frames of 20 ms without a gap at the joins.
//!
//! ```text
//!  play 1: [ "your balance is" | "forty" | "two" ]     play 2: [ music ] for ever
//!  frames:  ├──────┼──────┼──────┼──────┼──────┤        the join of two clips, and of two
//!                                    ▲                   plays, may lie inside a frame
//!                     event: 1 finished, with this frame
//! ```

use super::codec::Codec;
use super::{Clip, FRAME_SAMPLES, SAMPLES_PER_MS};
use std::collections::VecDeque;

/// Names one order to play; chosen by the driver and given back in its event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlayId(pub u64);

/// One part of what is played.
#[derive(Clone, Debug)]
pub enum Sound {
    /// A recording or a tone.
    Clip(Clip),
    /// A pause, in milliseconds.
    Silence(u32),
}

impl From<Clip> for Sound {
    fn from(clip: Clip) -> Sound {
        Sound::Clip(clip)
    }
}

/// How often a sequence is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// To its end.
    Once,
    /// Until it is stopped, or something else is played.
    Forever,
}

/// Why playing ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Its last frame has been sent.
    Finished,
    /// It was cut, or never began.
    Stopped,
}

/// The end of one order to play.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlayoutEvent {
    /// The order.
    pub id: PlayId,
    /// Whether it was played to its end.
    pub ended: Ended,
    /// How much of it was sent, repetitions included.
    pub position_ms: u64,
}

/// The queue of what is to be played, and the place in it.
#[derive(Clone, Debug, Default)]
pub struct Playout {
    queue: VecDeque<Play>,
    events: VecDeque<PlayoutEvent>,
    /// Where sounds begin in the last frame.
    begins: [usize; BEGINS],
    begin_count: usize,
}

/// Sounds that may begin in one frame; of more of them the first are told.
const BEGINS: usize = 8;

#[derive(Clone, Debug)]
struct Play {
    id: PlayId,
    sounds: Vec<Sound>,
    repeat: Repeat,
    /// The sound being played and the samples of it already sent.
    current: usize,
    offset: usize,
    /// Samples of it that went last.
    filled: usize,
    /// Samples of the whole order already sent.
    sent: u64,
}

impl Playout {
    /// Adds a sequence behind those that wait. One that is repeated for ever gives way to it at once.
    ///
    /// An empty sequence finishes with the next frame.
    pub fn play(&mut self, id: PlayId, sounds: Vec<Sound>, repeat: Repeat) {
        if self.queue.back().is_some_and(|play| play.repeat == Repeat::Forever) {
            self.end(Ended::Stopped, self.queue.len() - 1);
        }
        // Without a sample in it, a sequence repeated for ever would never fill a frame.
        let is_silent = sounds.iter().all(|sound| sound.samples() == 0);
        let repeat = if is_silent { Repeat::Once } else { repeat };
        self.queue.push_back(Play { id, sounds, repeat, current: 0, offset: 0, filled: 0, sent: 0 });
    }

    /// Cuts everything; the next frame carries none of it.
    pub fn stop(&mut self) {
        while !self.queue.is_empty() {
            self.end(Ended::Stopped, 0);
        }
    }

    /// Whether the next frame has something to carry, or an event to cause.
    pub fn is_playing(&self) -> bool {
        !self.queue.is_empty()
    }

    /// Appends the next frame to `out`, filled up with silence. Returns false and appends nothing when idle.
    ///
    /// Whoever records the leg wants the frame's samples, too.
    pub fn next_frame(
        &mut self,
        codec: Codec,
        out: &mut Vec<u8>,
        mut samples: Option<&mut [i16; FRAME_SAMPLES]>,
    ) -> bool {
        let start = out.len();
        self.begin_count = 0;
        while out.len() - start < FRAME_SAMPLES {
            let Some(play) = self.queue.front_mut() else { break };
            let filled = out.len() - start;
            let wanted = samples.as_deref_mut().map(|samples| &mut samples[filled..]);
            if !play.fill(codec, FRAME_SAMPLES - filled, out, wanted) {
                self.end(Ended::Finished, 0);
            } else if play.began() && self.begin_count < BEGINS {
                self.begins[self.begin_count] = filled;
                self.begin_count += 1;
            }
        }
        // One that ends exactly with this frame has been sent now and not with the next.
        if self.queue.front_mut().is_some_and(|play| play.is_over()) {
            self.end(Ended::Finished, 0);
        }
        let has_sound = out.len() > start;
        if has_sound {
            out.resize(start + FRAME_SAMPLES, codec.silence());
        }
        has_sound
    }

    /// The places in the last frame at which a sound begins, in their order.
    pub fn begins(&self) -> impl Iterator<Item = usize> + '_ {
        self.begins[..self.begin_count].iter().copied()
    }

    /// The next event, oldest first.
    pub fn poll_event(&mut self) -> Option<PlayoutEvent> {
        self.events.pop_front()
    }

    fn end(&mut self, ended: Ended, place: usize) {
        if let Some(play) = self.queue.remove(place) {
            let position_ms = play.sent.div_ceil(SAMPLES_PER_MS as u64);
            self.events.push_back(PlayoutEvent { id: play.id, ended, position_ms });
        }
    }
}

impl Play {
    /// Appends up to `room` samples of the current sound. Returns false when the sequence is over.
    fn fill(&mut self, codec: Codec, room: usize, out: &mut Vec<u8>, samples: Option<&mut [i16]>) -> bool {
        if self.is_over() {
            return false;
        }
        let Some(sound) = self.sounds.get(self.current) else { return false };
        let count = room.min(sound.samples() - self.offset);
        match sound {
            Sound::Clip(clip) => {
                let part = self.offset..self.offset + count;
                out.extend_from_slice(&clip.encoded(codec)[part.clone()]);
                if let Some(samples) = samples {
                    samples[..count].copy_from_slice(&clip.samples()[part]);
                }
            }
            Sound::Silence(_) => out.extend(std::iter::repeat_n(codec.silence(), count)),
        }
        self.offset += count;
        self.filled = count;
        self.sent += count as u64;
        true
    }

    /// Whether what went last is the beginning of a sound.
    fn began(&self) -> bool {
        self.filled == self.offset
    }

    /// Steps to the sound that has samples left; true when there is none.
    fn is_over(&mut self) -> bool {
        while self.sounds.get(self.current).is_some_and(|sound| sound.samples() <= self.offset) {
            self.offset = 0;
            self.current += 1;
            if self.current == self.sounds.len() && self.repeat == Repeat::Forever {
                self.current = 0;
            }
        }
        self.current >= self.sounds.len()
    }
}

impl Sound {
    fn samples(&self) -> usize {
        match self {
            Sound::Clip(clip) => clip.samples().len(),
            Sound::Silence(ms) => *ms as usize * SAMPLES_PER_MS,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A clip whose every octet in µ-law is its letter.
    fn clip(letter: u8, samples: usize) -> Sound {
        Clip::from_samples(&vec![crate::media::g711::ulaw_decode(letter); samples]).into()
    }

    /// Frames as runs of letters, `.` for silence, and then the events.
    fn played(playout: &mut Playout, frames: usize) -> Vec<String> {
        let runs = |octets: &[u8]| -> String {
            let run = |run: &[u8]| {
                format!("{}{}", char::from(if run[0] == 0xff { b'.' } else { run[0] }), run.len())
            };
            octets.chunk_by(|a, b| a == b).map(run).collect()
        };
        let mut lines = Vec::new();
        for _ in 0..frames {
            let mut frame = Vec::new();
            let sound = playout.next_frame(Codec::Pcmu, &mut frame, None);
            lines.push(if sound { runs(&frame) } else { "idle".to_owned() });
            while let Some(event) = playout.poll_event() {
                lines.push(format!("{} {:?} at {}", event.id.0, event.ended, event.position_ms));
            }
        }
        lines
    }

    #[test]
    fn clips_join_inside_a_frame() {
        let mut playout = Playout::default();
        playout.play(PlayId(1), vec![clip(b'a', 200), Sound::Silence(10), clip(b'b', 120)], Repeat::Once);
        playout.play(PlayId(2), vec![clip(b'c', 160)], Repeat::Once);
        assert_eq!(
            played(&mut playout, 5),
            ["a160", "a40.80b40", "b80c80", "1 Finished at 50", "c80.80", "2 Finished at 20", "idle"]
        );
    }

    #[test]
    fn whoever_records_gets_the_samples_of_the_frame() {
        let mut playout = Playout::default();
        playout.play(PlayId(1), vec![Clip::from_samples(&[7; 60]).into(), Sound::Silence(5)], Repeat::Once);
        playout.play(PlayId(2), vec![Clip::from_samples(&[9; 20]).into()], Repeat::Once);
        let mut samples = [0; FRAME_SAMPLES];
        assert!(playout.next_frame(Codec::Pcma, &mut Vec::new(), Some(&mut samples)));
        let expected = [vec![7; 60], vec![0; 40], vec![9; 20], vec![0; 40]].concat();
        assert_eq!(samples.to_vec(), expected);
    }

    #[test]
    fn the_last_frame_finishes_it() {
        let mut playout = Playout::default();
        playout.play(PlayId(1), vec![clip(b'a', 320)], Repeat::Once);
        assert_eq!(played(&mut playout, 3), ["a160", "a160", "1 Finished at 40", "idle"]);
    }

    #[test]
    fn stop_cuts_before_the_next_frame_and_says_how_much_was_heard() {
        let mut playout = Playout::default();
        playout.play(PlayId(1), vec![clip(b'a', 8000)], Repeat::Once);
        playout.play(PlayId(2), vec![clip(b'b', 8000)], Repeat::Once);
        played(&mut playout, 3);
        playout.stop();
        assert_eq!(played(&mut playout, 1), ["idle", "1 Stopped at 60", "2 Stopped at 0"]);
    }

    #[test]
    fn music_loops_until_something_else_is_played() {
        let mut playout = Playout::default();
        playout.play(PlayId(1), vec![clip(b'm', 100), clip(b'n', 100)], Repeat::Forever);
        assert_eq!(played(&mut playout, 2), ["m100n60", "n40m100n20"]);
        playout.play(PlayId(2), vec![clip(b'a', 160)], Repeat::Once);
        assert_eq!(played(&mut playout, 1), ["a160", "1 Stopped at 40", "2 Finished at 20"]);
    }

    #[test]
    fn nothing_to_play_finishes_at_once_even_for_ever() {
        for repeat in [Repeat::Once, Repeat::Forever] {
            let mut playout = Playout::default();
            playout.play(PlayId(1), vec![Sound::Silence(0), Clip::from_samples(&[]).into()], repeat);
            assert_eq!(played(&mut playout, 2), ["idle", "1 Finished at 0", "idle"]);
        }
    }
}
