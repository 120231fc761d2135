//! Whether a key sounds on either side of a leg, and for how long what is recorded stays silent because of it.

use super::hold::HELD;
use super::{LegFrame, SaidBy, Samples};
use crate::media::in_band::ToneReceiver;

/// So much stays silent behind a key where the far end hears us alone: the end of its tone. Frames.
const AFTER_KEY: u8 = 4;
/// So much stays silent behind a key where the far end hears others: until it has come back from the most distant line. Frames.
const AFTER_ECHO: u8 = 20;

/// Listens to both sides.
#[derive(Clone, Debug, Default)]
pub(super) struct Keys {
    heard: Box<ToneReceiver>,
    said: Box<ToneReceiver>,
    /// Frames for which each side stays silent.
    mute_heard: u8,
    mute_said: u8,
    /// Frames until nothing is held any more that others have said.
    shared: usize,
}

/// What of a frame is not recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hidden {
    /// A key sounds: what is held of the far end has its beginning.
    pub is_key: bool,
    pub heard: bool,
    /// With `is_key`: what is held of this side, too.
    pub said: bool,
}

impl Keys {
    /// Takes the next frame.
    pub fn hear(&mut self, frame: &LegFrame) -> Hidden {
        let theirs = match frame.said_by {
            SaidBy::Us => false,
            SaidBy::Others { has_key } => {
                self.shared = HELD + 1;
                sounds(&mut self.said, &frame.said) || has_key
            }
        };
        let is_key = sounds(&mut self.heard, &frame.heard) || frame.has_key || theirs;
        if is_key && self.shared > 0 {
            (self.mute_heard, self.mute_said) = (AFTER_ECHO, AFTER_ECHO);
        } else if is_key {
            self.mute_heard = self.mute_heard.max(AFTER_KEY);
        }
        let hidden = Hidden { is_key, heard: self.mute_heard > 0, said: self.mute_said > 0 };
        self.mute_heard = self.mute_heard.saturating_sub(1);
        self.mute_said = self.mute_said.saturating_sub(1);
        self.shared = self.shared.saturating_sub(1);
        hidden
    }
}

/// Whether a key sounds in a frame, or still does behind it.
fn sounds(ear: &mut ToneReceiver, frame: &Samples) -> bool {
    // All of the frame is heard, wherever in it a key is found.
    let found = frame.iter().filter(|sample| ear.hear(**sample).is_some()).count() > 0;
    found || ear.is_sounding()
}
