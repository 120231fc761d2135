//! Takes dial tone out of the sound, so that it does not count against the keys pressed over it.

use crate::media::SAMPLE_HZ;
use std::f32::consts::TAU;

/// The frequencies of dial tones: 350 and 440 Hz in North America and Britain, 425 Hz on the continent (ITU-T E.180). One
/// notch takes both of the latter.
const DIAL_TONES_HZ: [f32; 2] = [350.0, 432.0];

/// Radius of the poles: a notch is 76 Hz wide between its points of -3 dB, and rings for 4 ms.
const RADIUS: f32 = 0.97;

/// Notches at the frequencies of dial tones. The tones of keys pass them nearly as they are.
#[derive(Clone, Debug)]
pub(super) struct Notches([Notch; 2]);

/// (1 - t/z + 1/z²) / (1 - r t/z + r²/z²).
#[derive(Clone, Copy, Debug)]
struct Notch {
    /// `t`: twice the cosine of the angle of zeros and poles.
    turn: f32,
    heard: [f32; 2],
    passed: [f32; 2],
}

impl Notches {
    pub fn new() -> Notches {
        let turn = |hz: f32| 2.0 * (TAU * hz / SAMPLE_HZ as f32).cos();
        Notches(DIAL_TONES_HZ.map(|hz| Notch { turn: turn(hz), heard: [0.0; 2], passed: [0.0; 2] }))
    }

    /// Forgets what they still ring with.
    pub fn rest(&mut self) {
        for notch in &mut self.0 {
            (notch.heard, notch.passed) = ([0.0; 2], [0.0; 2]);
        }
    }

    pub fn pass<const N: usize>(&mut self, samples: &mut [f32; N]) {
        self.0.iter_mut().for_each(|notch| notch.pass(samples));
    }
}

impl Notch {
    fn pass<const N: usize>(&mut self, samples: &mut [f32; N]) {
        let ([x1, x2], [y1, y2]) = (&mut self.heard, &mut self.passed);
        for sample in samples {
            let forward = *sample - self.turn * *x1 + *x2;
            // What depends on the last result comes last: it is what the next one waits for.
            let passed = (forward - RADIUS * RADIUS * *y2) + RADIUS * self.turn * *y1;
            (*x2, *x1) = (*x1, *sample);
            (*y2, *y1) = (*y1, passed);
            *sample = passed;
        }
    }
}
