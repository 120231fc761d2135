//! Two tones with something else beside them: a key over speech, or speech itself.
//!
//! What tells them apart is that a key stays where it is. The harmonics of a voice are seldom right on two of the eight
//! frequencies, and they slide.

/// Milliseconds for which the tones must stay.
const STAYS_MS: u8 = 6;
/// How far they may be beside their frequencies. Telephones are far better than the 1.5 % that a receiver must bear.
const BESIDE: f32 = 0.01;
/// How far they may slide meanwhile.
const SLIDES: f32 = 0.004;

/// A pair of tones that is not yet believed.
#[derive(Clone, Debug)]
pub(super) struct Doubt {
    tones: [usize; 2],
    /// How far they were beside their frequencies at first.
    deviations: [f32; 2],
    ms: u8,
}

impl Doubt {
    /// Looks at a pair once more, a millisecond after `before`; nothing where it cannot be a key.
    pub fn again(before: Option<Doubt>, tones: [usize; 2], deviations: [f32; 2]) -> Option<Doubt> {
        if deviations.iter().any(|deviation| deviation.abs() > BESIDE) {
            return None;
        }
        let stays = |doubt: &Doubt| {
            let mut slides = doubt.deviations.iter().zip(deviations).map(|(first, now)| (first - now).abs());
            doubt.tones == tones && slides.all(|slide| slide < SLIDES)
        };
        match before.filter(stays) {
            Some(doubt) => Some(Doubt { ms: doubt.ms.saturating_add(1), ..doubt }),
            None => Some(Doubt { tones, deviations, ms: 1 }),
        }
    }

    /// Whether the pair has stayed for long enough.
    pub fn is_over(&self) -> bool {
        self.ms >= STAYS_MS
    }
}
