//! What is heard in place of packets that did not come: the last pitch period again and again, fading.
//!
//! ```text
//!  heard      ~~∿~~∿~~∿~~|                    |~~∿~~∿
//!  concealed             |~~∿~~∿~~∿~-∿--∿-- - |            10 ms as loud as before, then down to nothing at 60 ms
//!                     ▲ 5 ms overlap        ▲ 5 ms overlap
//! ```
//!
//! The idea is that of ITU-T G.711 Appendix I; the rest is simpler: the pitch is looked for once a loss, and nothing is delayed
//! for the overlap at its beginning, as the period that is repeated ends where the sound ended.

use super::SAMPLES_PER_MS;

/// The lowest pitch that is looked for is 66 Hz, the highest 200 Hz; a higher voice repeats several of its periods.
const LONGEST_PERIOD: usize = 15 * SAMPLES_PER_MS;
const SHORTEST_PERIOD: usize = 5 * SAMPLES_PER_MS;
/// Over so much two periods are compared.
const COMPARED: usize = 15 * SAMPLES_PER_MS;
/// What must be remembered for that.
const REMEMBERED: usize = LONGEST_PERIOD + COMPARED;
/// As loud as before for so long.
const FULL: usize = 10 * SAMPLES_PER_MS;
/// Nothing from here on.
const NOTHING: usize = 60 * SAMPLES_PER_MS;
/// The sound that comes back is faded into.
const OVERLAP: usize = 5 * SAMPLES_PER_MS;

/// Follows one stream sample by sample, in its order.
#[derive(Clone, Debug)]
pub struct Concealer {
    /// The last samples that were heard, as a ring whose oldest is at `next`.
    heard: [i16; REMEMBERED],
    next: usize,
    /// Whether anything has come at all.
    has_begun: bool,
    /// The loss that goes on: how long, and what is repeated.
    loss: Option<Loss>,
    /// Samples of the overlap that are still to be faded.
    fading: usize,
}

#[derive(Clone, Copy, Debug)]
struct Loss {
    length: usize,
    period: [i16; LONGEST_PERIOD],
    count: usize,
}

impl Default for Concealer {
    fn default() -> Concealer {
        Concealer { heard: [0; REMEMBERED], next: 0, has_begun: false, loss: None, fading: 0 }
    }
}

impl Concealer {
    /// A sample that came; returns what is heard of it.
    pub fn came(&mut self, sample: i16) -> i16 {
        let heard = match &mut self.loss {
            Some(loss) if self.fading > 0 => {
                let share = self.fading as f32 / OVERLAP as f32;
                self.fading -= 1;
                let mixed = f32::from(loss.next()) * share + f32::from(sample) * (1.0 - share);
                mixed as i16
            }
            Some(_) => {
                self.loss = None;
                sample
            }
            None => sample,
        };
        self.heard[self.next] = heard;
        self.next = (self.next + 1) % REMEMBERED;
        self.has_begun = true;
        heard
    }

    /// A sample that did not come; returns what is heard instead.
    pub fn missed(&mut self) -> i16 {
        if !self.has_begun {
            return 0;
        }
        self.fading = OVERLAP;
        let loss = match self.loss.take() {
            Some(loss) => loss,
            None => self.begin(),
        };
        self.loss.insert(loss).next()
    }

    /// Nothing came, and nothing was meant to: what follows is silence.
    pub fn silent(&mut self) -> i16 {
        (self.loss, self.fading) = (None, 0);
        self.heard[self.next] = 0;
        self.next = (self.next + 1) % REMEMBERED;
        0
    }

    fn begin(&self) -> Loss {
        let mut line = self.heard;
        line.rotate_left(self.next);
        let count = pitch(&line);
        let mut period = [0; LONGEST_PERIOD];
        period[..count].copy_from_slice(&line[REMEMBERED - count..]);
        Loss { length: 0, period, count }
    }
}

impl Loss {
    fn next(&mut self) -> i16 {
        let sample = self.period[self.length % self.count];
        let left = NOTHING.saturating_sub(self.length.max(FULL)) as i32;
        self.length += 1;
        (i32::from(sample) * left / (NOTHING - FULL) as i32) as i16
    }
}

/// The period with which the end of the line is most like what stands before it. Every other sample is enough to tell.
fn pitch(line: &[i16; REMEMBERED]) -> usize {
    let latest = &line[REMEMBERED - COMPARED..];
    let likeness = |period: usize| {
        let before = &line[REMEMBERED - COMPARED - period..];
        let pairs = || latest.iter().zip(before).step_by(2).map(|(a, b)| (f32::from(*a), f32::from(*b)));
        let product: f32 = pairs().map(|(a, b)| a * b).sum();
        let energy: f32 = pairs().map(|(_, b)| b * b).sum();
        product / (energy + 1.0).sqrt()
    };
    let better = |best: (usize, f32), period| {
        let now = likeness(period);
        if now > best.1 { (period, now) } else { best }
    };
    (SHORTEST_PERIOD..=LONGEST_PERIOD).fold((LONGEST_PERIOD, f32::MIN), better).0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn voiced(n: usize) -> i16 {
        let phase = n as f32 / 8000.0 * 125.0;
        ((0..8).map(|k| (std::f32::consts::TAU * phase * (k + 1) as f32).sin() / (k + 1) as f32).sum::<f32>()
            * 5000.0) as i16
    }

    /// A steady voice with a gap of so many milliseconds after 100.
    fn with_gap(gap_ms: usize) -> Vec<i16> {
        let mut concealer = Concealer::default();
        let gap = 800..800 + gap_ms * 8;
        (0..2400)
            .map(|n| if gap.contains(&n) { concealer.missed() } else { concealer.came(voiced(n)) })
            .collect()
    }

    #[test]
    fn ten_lost_milliseconds_of_a_steady_voice_are_hardly_heard() {
        let heard = with_gap(10);
        let off = |n: usize| f64::from(heard[n]) - f64::from(voiced(n));
        let power = |f: &dyn Fn(usize) -> f64| (800..920).map(|n| f(n) * f(n)).sum::<f64>();
        let ratio = 10.0 * (power(&|n| f64::from(voiced(n))) / power(&off).max(1.0)).log10();
        assert!(ratio > 15.0, "{ratio:.1} dB");
    }

    #[test]
    fn a_long_gap_fades_to_silence_and_the_sound_comes_back_without_a_click() {
        let heard = with_gap(150);
        let level =
            |from: usize| heard[from..from + 80].iter().map(|s| i32::from(s.abs())).max().unwrap_or(0);
        assert!(level(800) > 4000 && level(1120) < level(800) * 2 / 3);
        assert_eq!(level(800 + 61 * 8), 0);
        let step = |pair: &[i16]| (i32::from(pair[1]) - i32::from(pair[0])).abs();
        let usual = (0..800).map(voiced).collect::<Vec<_>>().windows(2).map(step).max().unwrap_or(0);
        let worst = heard.windows(2).map(step).max().unwrap_or(0);
        assert!(worst <= usual * 3 / 2, "{worst} against {usual}");
    }

    #[test]
    fn what_was_silent_stays_silent() {
        let mut concealer = Concealer::default();
        (0..400).for_each(|_| {
            concealer.came(0);
        });
        assert!((0..400).all(|_| concealer.missed() == 0));
        concealer.came(5000);
        assert_eq!(concealer.silent(), 0);
        assert_eq!(concealer.came(77), 77);
        let mut fresh = Concealer::default();
        assert_eq!([fresh.missed(), fresh.came(77)], [0, 77]);
    }
}
