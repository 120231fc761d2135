//! What a leg in a room sends of the others: a few frames between the sweep that mixes and the leg's own pace.

use crate::media::FRAME_SAMPLES;

/// Frames that may wait; one more takes the place of the oldest, so that the delay stays.
const WAITING: usize = 3;

/// A short queue of frames, without allocation.
#[derive(Clone, Debug)]
pub(super) struct Mixed {
    frames: [[i16; FRAME_SAMPLES]; WAITING],
    first: usize,
    count: usize,
}

impl Default for Mixed {
    fn default() -> Mixed {
        Mixed { frames: [[0; FRAME_SAMPLES]; WAITING], first: 0, count: 0 }
    }
}

impl Mixed {
    pub fn put(&mut self, frame: &[i16; FRAME_SAMPLES]) {
        if self.count == WAITING {
            self.first = (self.first + 1) % WAITING;
            self.count -= 1;
        }
        self.frames[(self.first + self.count) % WAITING] = *frame;
        self.count += 1;
    }

    /// The oldest frame; false, and silence, where none waits.
    pub fn take(&mut self, out: &mut [i16; FRAME_SAMPLES]) -> bool {
        let Some(left) = self.count.checked_sub(1) else { return false };
        *out = self.frames[self.first];
        (self.first, self.count) = ((self.first + 1) % WAITING, left);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_come_in_their_order_and_the_oldest_gives_way() {
        let mut mixed = Mixed::default();
        let mut out = [0; FRAME_SAMPLES];
        assert!(!mixed.take(&mut out));
        (1..=5).for_each(|value| mixed.put(&[value; FRAME_SAMPLES]));
        let heard: Vec<i16> = std::iter::from_fn(|| mixed.take(&mut out).then_some(out[0])).collect();
        assert_eq!(heard, [3, 4, 5]);
    }
}
