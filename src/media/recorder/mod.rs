//! What is recorded of a leg: a pure machine from frames of 20 ms to the samples of a file.
//!
//! ```text
//!  frame ─► gap before it? silence ─► ears: a key in it? ─► held back 200 ms ─► the file
//!                                         └─ then all that is held is silence ┘
//! ```
//!
//! The length of what is recorded is the time that it took: a frame that nobody brought is silence. No key of the far end
//! is ever recorded: a tone is found some 30 ms after it began, and a gateway that sends events may let the beginning of
//! the tone pass before, so everything is held back for longer than that. A recording of a call is silent on both sides while
//! a secret is asked for.
//!
//! Where the far end hears other people, its keys come back from their lines, fainter and later, and those people press keys of
//! their own. So a second ear listens to what it is sent, and any key makes both sides silent, until its echo is over:
//!
//! ```text
//!  far end   ▒▒▒▒▒
//!  is sent        ░░░░░            the echo, up to 400 ms later
//!  recorded  ................      both sides, from 200 ms before the key
//! ```
//!
//! A message begins 200 ms before somebody speaks and ends 200 ms after; who says nothing has recorded nothing.

mod hold;
mod keys;
mod message;

use super::{FRAME_MS, FRAME_SAMPLES};
use crate::time::DurationMs;
use hold::Hold;
use keys::Keys;
use message::Message;

/// 20 ms of one channel.
pub type Samples = [i16; FRAME_SAMPLES];

/// The sound of silence.
const SILENCE: Samples = [0; FRAME_SAMPLES];
/// The longest gap that is filled with silence, in frames: ten minutes. A longer one is no gap but a clock that jumped.
const LONGEST_GAP: u64 = 600 * 1000 / FRAME_MS;

/// So much may go by before a tone that has begun is found, over frames: 31 ms that begin anywhere in the first one.
const UNPROVEN: usize = 3;

/// 20 ms of a leg.
#[derive(Clone, Copy, Debug)]
pub struct LegFrame {
    /// Counts frames of 20 ms by the clock; a number that is left out was not brought.
    pub number: u64,
    /// What the far end said.
    pub heard: Samples,
    /// What it was sent.
    pub said: Samples,
    /// Whether a key came as an event.
    pub has_key: bool,
    /// Who said what it was sent.
    pub said_by: SaidBy,
    /// Whether a secret is being asked for.
    pub is_secret: bool,
}

/// Who said what a far end was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SaidBy {
    /// We alone: prompts and tones.
    Us,
    /// Other people: a leg that it is bridged with, or a room.
    Others {
        /// Whether a key of theirs came as an event, or one is being sent to them.
        has_key: bool,
    },
}

/// What is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Take {
    /// A call, both sides in one channel.
    Together,
    /// A call, the far end in the left channel and what it hears in the right one.
    Apart,
    /// A message: the far end alone, until it has been silent for so long.
    Message {
        /// How long.
        silence: DurationMs,
    },
}

impl Take {
    /// Channels of the file.
    pub fn channels(self) -> u16 {
        match self {
            Take::Together | Take::Message { .. } => 1,
            Take::Apart => 2,
        }
    }
}

/// Records one leg.
#[derive(Clone, Debug)]
pub struct Recorder {
    take: Take,
    keys: Keys,
    hold: Hold,
    message: Option<Message>,
    next: Option<u64>,
}

impl Recorder {
    /// A recorder that has heard nothing.
    pub fn new(take: Take) -> Recorder {
        let message = match take {
            Take::Message { silence } => Some(Message::new(silence)),
            Take::Together | Take::Apart => None,
        };
        Recorder { take, keys: Keys::default(), hold: Hold::default(), message, next: None }
    }

    /// Takes the next frame and appends what is certain by now to `out`. Returns false when a message is over.
    ///
    /// A frame whose number has been there is left out.
    pub fn record(&mut self, frame: &LegFrame, out: &mut Vec<i16>) -> bool {
        let next = *self.next.get_or_insert(frame.number);
        let Some(gap) = frame.number.checked_sub(next) else { return true };
        self.next = Some(frame.number + 1);
        let said_by = match frame.said_by {
            SaidBy::Us => SaidBy::Us,
            SaidBy::Others { .. } => SaidBy::Others { has_key: false },
        };
        let silent =
            LegFrame { heard: SILENCE, said: SILENCE, has_key: false, said_by, is_secret: false, ..*frame };
        (0..gap.min(LONGEST_GAP)).all(|_| self.take_in(&silent, out)) && self.take_in(frame, out)
    }

    /// Nothing follows: appends what was held back. Its end is silence: a tone may have begun there that nobody has had the
    /// time to find, as where a key ends the call.
    pub fn finish(&mut self, out: &mut Vec<i16>) {
        self.hold.silence_last(UNPROVEN);
        while let Some(held) = self.hold.pop() {
            self.write(held, out);
        }
    }

    /// How many samples of all that was written count, over all channels; the rest of a message is silence.
    pub fn kept_samples(&self) -> Option<u64> {
        self.message.as_ref().map(Message::kept_samples)
    }

    /// How long somebody spoke, from the first sound to the last; for a message alone.
    pub fn spoken(&self) -> DurationMs {
        self.message.as_ref().map(Message::spoken).unwrap_or_default()
    }

    fn take_in(&mut self, frame: &LegFrame, out: &mut Vec<i16>) -> bool {
        let hidden = self.keys.hear(frame);
        if hidden.is_key {
            self.hold.silence(hidden.said);
        }
        let heard = if frame.is_secret || hidden.heard { SILENCE } else { frame.heard };
        let said = if frame.is_secret || hidden.said { SILENCE } else { frame.said };
        let goes_on = self.message.as_mut().is_none_or(|message| message.hear(&heard));
        if let Some(held) = self.hold.push([heard, said]) {
            self.write(held, out);
        }
        goes_on
    }

    fn write(&mut self, [heard, said]: [Samples; 2], out: &mut Vec<i16>) {
        let both = heard.iter().zip(&said);
        match (self.take, &mut self.message) {
            (Take::Together, _) => out.extend(both.map(|(heard, said)| heard.saturating_add(*said))),
            (Take::Apart, _) => out.extend(both.flat_map(|(heard, said)| [*heard, *said])),
            (Take::Message { .. }, Some(message)) => {
                if message.takes() {
                    out.extend(heard);
                }
            }
            (Take::Message { .. }, None) => {}
        }
    }
}

#[cfg(test)]
mod tests;
