//! One key that a far end sends on two ways, by RTP and by INFO, is one key.

use crate::time::{DurationMs, Millis};

/// The same key on both ways within this time is one key.
const SAME_KEY: DurationMs = DurationMs(500);

/// How a key came.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Rtp,
    Info,
}

/// The keys of one far end, as far as they must be remembered. It does not print: it shows the last key.
#[derive(Default)]
pub(super) struct Keys {
    last: Option<(char, Millis, Way)>,
}

impl Keys {
    /// Whether a key is a new one, and not the last one on its other way.
    pub fn is_new(&mut self, sign: char, now: Millis, way: Way) -> bool {
        let twin =
            |(last, at, other): (char, Millis, Way)| last == sign && other != way && now.since(at) < SAME_KEY;
        let is_new = !self.last.is_some_and(twin);
        self.last = is_new.then_some((sign, now, way));
        is_new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_on_both_ways_is_one_and_a_key_pressed_again_is_two() {
        let mut keys = Keys::default();
        let pressed = [(0, Way::Rtp), (90, Way::Info), (400, Way::Rtp), (600, Way::Rtp), (1200, Way::Info)];
        let heard = pressed.map(|(now, way)| keys.is_new('1', Millis(now), way));
        assert_eq!(heard, [true, false, true, true, true]);
        assert!(keys.is_new('2', Millis(1250), Way::Rtp));
    }
}
