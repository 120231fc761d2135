//! A key that sounds, until it no longer does: what is found under it is the same key.

use super::bank::Bank;

/// Over how many milliseconds its tones are looked for.
const LOOK_MS: usize = 8;
/// They are there with a quarter of their power: the echo of a line, 10 dB below, is none.
const THERE: f32 = 0.25;
/// Milliseconds without it after which it has ended: between the 20 of a break that a receiver must bear (ETSI ES 201
/// 235-3) and the 30 of the shortest pause.
const GONE_MS: u8 = 25;
/// Milliseconds for which the tones must be back to be believed: speech in a pause may have them for a moment.
const BACK_MS: u8 = 5;

/// The key that sounds.
#[derive(Clone, Debug)]
pub(super) struct Sounding {
    /// Its two tones.
    tones: [usize; 2],
    /// The squares of their amplitudes when it was found.
    powers: [f32; 2],
    /// Milliseconds since it was last heard, where it is not.
    away_ms: Option<u8>,
    /// Milliseconds for which it has been heard since.
    back_ms: u8,
}

impl Sounding {
    pub fn new(tones: [usize; 2], powers: [f32; 2]) -> Sounding {
        Sounding { tones, powers, away_ms: None, back_ms: 0 }
    }

    pub fn is(&self, tones: [usize; 2]) -> bool {
        self.tones == tones
    }

    /// Looks at the millisecond that came last; false once the key has ended.
    pub fn goes_on(&mut self, bank: &Bank) -> bool {
        let power = |tone: usize| bank.recent(tone, LOOK_MS);
        let is_heard = self.tones.iter().zip(self.powers).all(|(tone, full)| power(*tone) >= THERE * full);
        let away_ms = self.away_ms.map(|ms| ms.saturating_add(1));
        (self.away_ms, self.back_ms) = match (is_heard, away_ms) {
            (false, away_ms) => (Some(away_ms.unwrap_or(0)), 0),
            (true, Some(_)) if self.back_ms + 1 >= BACK_MS => (None, 0),
            (true, Some(away_ms)) => (Some(away_ms), self.back_ms + 1),
            (true, None) => (None, 0),
        };
        is_heard || self.away_ms.is_none_or(|ms| ms < GONE_MS)
    }
}
