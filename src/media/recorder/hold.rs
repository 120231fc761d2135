//! What is held back before it is written, so that a key that is found later can be taken out of it.

use super::{SILENCE, Samples};

/// Frames held back: 200 ms. A tone is found within 40 ms of its beginning, an event comes within a jitter buffer's delay of it.
pub(super) const HELD: usize = 10;

/// A ring of frames, the far end's and what it was sent.
#[derive(Clone, Debug)]
pub(super) struct Hold {
    frames: [[Samples; 2]; HELD],
    first: usize,
    count: usize,
}

impl Default for Hold {
    fn default() -> Hold {
        Hold { frames: [[SILENCE; 2]; HELD], first: 0, count: 0 }
    }
}

impl Hold {
    /// Takes a frame; returns the oldest when there is no room for more.
    pub fn push(&mut self, frame: [Samples; 2]) -> Option<[Samples; 2]> {
        let oldest = if self.count == HELD { self.pop() } else { None };
        self.frames[(self.first + self.count) % HELD] = frame;
        self.count += 1;
        oldest
    }

    /// The oldest frame.
    pub fn pop(&mut self) -> Option<[Samples; 2]> {
        self.count = self.count.checked_sub(1)?;
        let oldest = self.frames[self.first];
        self.first = (self.first + 1) % HELD;
        Some(oldest)
    }

    /// Takes out the last frames that were pushed, on both sides.
    pub fn silence_last(&mut self, count: usize) {
        for back in 1..=count.min(self.count) {
            self.frames[(self.first + self.count - back) % HELD] = [SILENCE; 2];
        }
    }

    /// Takes out all that is held of the far end, and what it was sent as well where that is asked for.
    pub fn silence(&mut self, also_said: bool) {
        for [heard, said] in &mut self.frames {
            *heard = SILENCE;
            if also_said {
                *said = SILENCE;
            }
        }
    }
}
