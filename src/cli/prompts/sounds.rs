//! Sounds that are not speech, computed: `play typing` (a keyboard), `chime` (two tones), `ringing` (the tone that a
//! caller hears while a telephone rings) and `hold` (music).

use crate::media::SAMPLE_HZ;
use crate::speech::Recording;
use std::f32::consts::TAU;

const NAMES: [&str; 4] = ["sounds/chime", "sounds/hold", "sounds/ringing", "sounds/typing"];

/// One beat of the music, in seconds: 16 of them last eight seconds.
const BEAT_S: f32 = 0.5;
/// Four bars of four beats over C, A minor, F and G, in hertz; each note has died away when the loop closes.
const MELODY_HZ: [f32; 16] = [
    523.25, 659.26, 783.99, 659.26, 440.00, 523.25, 659.26, 523.25, 349.23, 440.00, 523.25, 440.00, 392.00,
    493.88, 587.33, 493.88,
];
/// One low note under each bar.
const BASS_HZ: [f32; 4] = [261.63, 220.00, 174.61, 196.00];

/// When keys fall in two seconds of typing, in milliseconds: uneven, as hands are.
const KEYS_MS: [usize; 11] = [40, 190, 310, 520, 640, 790, 1080, 1190, 1370, 1480, 1720];

/// The sounds that can be made here.
pub(super) fn all() -> impl Iterator<Item = Recording> {
    NAMES.into_iter().map(|key| Recording {
        key: key.to_owned(),
        language: None,
        text: String::new(),
        context: "a sound".to_owned(),
    })
}

/// Computes a sound by its key; none for one that only a file can bring.
pub(super) fn make(key: &str) -> Option<Vec<i16>> {
    let samples = match key {
        "sounds/chime" => chime(),
        "sounds/hold" => hold(),
        "sounds/ringing" => ringing(),
        "sounds/typing" => typing(),
        _ => return None,
    };
    let sample = |sample: f32| (sample.clamp(-1.0, 1.0) * 32_767.0).round() as i16;
    Some(samples.into_iter().map(sample).collect())
}

fn silence(seconds: f32) -> Vec<f32> {
    vec![0.0; (seconds * SAMPLE_HZ as f32) as usize]
}

/// Adds a plucked note: a fundamental and two overtones that die away.
fn pluck(track: &mut [f32], start_s: f32, hz: f32, gain: f32) {
    let start = (start_s * SAMPLE_HZ as f32) as usize;
    for (index, sample) in track.iter_mut().skip(start).enumerate() {
        let t = index as f32 / SAMPLE_HZ as f32;
        let tone = (TAU * hz * t).sin() + 0.3 * (TAU * 2.0 * hz * t).sin() + 0.1 * (TAU * 3.0 * hz * t).sin();
        let attack = (t / 0.005).min(1.0);
        *sample += gain * attack * (-5.0 * t).exp() * tone;
    }
}

fn hold() -> Vec<f32> {
    let mut track = silence(BEAT_S * MELODY_HZ.len() as f32);
    for (beat, hz) in MELODY_HZ.into_iter().enumerate() {
        pluck(&mut track, beat as f32 * BEAT_S, hz, 0.12);
    }
    for (bar, hz) in BASS_HZ.into_iter().enumerate() {
        pluck(&mut track, bar as f32 * BEAT_S * 4.0, hz, 0.12);
    }
    fade_out(track)
}

fn chime() -> Vec<f32> {
    let mut track = silence(0.9);
    pluck(&mut track, 0.0, 659.26, 0.2);
    pluck(&mut track, 0.25, 523.25, 0.2);
    fade_out(track)
}

/// One second of 425 Hz in five, as most of Europe rings (ITU-T E.180 supplement 2).
fn ringing() -> Vec<f32> {
    let mut track = silence(5.0);
    for (index, sample) in track.iter_mut().take(SAMPLE_HZ as usize).enumerate() {
        let edge = index.min(SAMPLE_HZ as usize - index) as f32 / 80.0;
        *sample = 0.1 * edge.min(1.0) * (TAU * 425.0 * index as f32 / SAMPLE_HZ as f32).sin();
    }
    track
}

fn typing() -> Vec<f32> {
    let mut track = silence(2.0);
    let mut noise = Noise(0x2545_f491);
    for (index, start_ms) in KEYS_MS.into_iter().enumerate() {
        let gain = 0.05 + 0.02 * (index % 3) as f32;
        let start = start_ms * SAMPLE_HZ as usize / 1000;
        for (index, sample) in track.iter_mut().skip(start).take(SAMPLE_HZ as usize / 40).enumerate() {
            *sample += gain * (-(index as f32) / 30.0).exp() * noise.next();
        }
    }
    fade_out(track)
}

/// The last 50 ms, so that a loop does not click.
fn fade_out(mut track: Vec<f32>) -> Vec<f32> {
    let length = SAMPLE_HZ as usize / 20;
    for (index, sample) in track.iter_mut().rev().take(length).enumerate() {
        *sample *= index as f32 / length as f32;
    }
    track
}

/// The same noise every time (xorshift).
struct Noise(u32);

impl Noise {
    fn next(&mut self) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0 as f32 / u32::MAX as f32 * 2.0 - 1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sounds_are_heard_and_not_clipped() {
        for key in NAMES {
            let peak = make(key).unwrap().iter().map(|sample| sample.unsigned_abs()).max().unwrap();
            assert!((1_000..16_000).contains(&peak), "{key}: {peak}");
        }
        assert_eq!(make("sounds/hold").unwrap().len(), 64_000);
        assert!(make("sounds/ocean").is_none());
    }
}
