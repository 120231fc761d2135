//! Sound in which nobody presses a key: whatever is found in it is false.

use super::presses::found;
use super::sound::{Chance, HZ, Line, levelled, sine, speech};

/// Nothing is found at a usual and at a high level.
fn is_no_key(what: &str, seed: u64, sound: Vec<f32>) {
    for dbm0 in [-12.0, -3.0] {
        let heard = Line::Ulaw.carry(&levelled(sound.clone(), dbm0));
        assert_eq!(found(&heard), [], "{what} at {dbm0} dBm0, seed {seed}");
    }
}

fn seconds(seconds: f32) -> std::ops::Range<usize> {
    0..(seconds * HZ) as usize
}

#[test]
fn nobody_who_talks_presses_a_key() {
    for (seed, pitch) in [(1, 90.0), (2, 120.0), (3, 180.0), (4, 230.0), (5, 310.0)] {
        is_no_key("speech", seed, speech(&mut Chance::new(seed), 15.0, pitch));
    }
}

#[test]
fn noise_presses_no_key() {
    let mut chance = Chance::new(3);
    let white: Vec<f32> = seconds(12.0).map(|_| chance.normal()).collect();
    let mut memory = 0.0;
    let brown = white.iter().map(|value| {
        memory = memory * 0.995 + value;
        memory
    });
    let clicks = white.iter().map(|value| if value.abs() > 3.2 { value * 20.0 } else { value * 0.02 });
    is_no_key("brown noise", 3, brown.collect());
    is_no_key("clicks", 3, clicks.collect());
    let babble = (10..20).map(|seed| speech(&mut Chance::new(seed), 12.0, 80.0 + seed as f32 * 12.0));
    let mixed = babble.fold(vec![0.0; white.len()], |mut sum: Vec<f32>, voice| {
        sum.iter_mut().zip(voice).for_each(|(sum, value)| *sum += value);
        sum
    });
    is_no_key("babble", 10, mixed);
    is_no_key("white noise", 3, white);
}

#[test]
fn tones_of_the_network_are_no_keys() {
    let tones: [&[f32]; 10] = [
        &[350.0, 440.0],
        &[480.0, 620.0],
        &[440.0, 480.0],
        &[425.0],
        &[1100.0],
        &[2100.0],
        &[1004.0],
        &[950.0],
        &[1400.0],
        &[1800.0],
    ];
    for hz in tones {
        let on = |n: usize| n % 8000 < 4000;
        let sum = |n: usize| if on(n) { hz.iter().map(|hz| sine(*hz, n)).sum() } else { 0.0 };
        is_no_key(&format!("{hz:?} Hz"), 0, seconds(3.0).map(sum).collect());
    }
}

#[test]
fn music_is_no_key() {
    let mut chance = Chance::new(5);
    let (mut chords, mut whistles) = (Vec::new(), Vec::new());
    while chords.len() < seconds(12.0).end {
        let length = 800 + chance.below(4000);
        let notes: Vec<f32> =
            (0..1 + chance.below(4)).map(|_| 130.8 * 2f32.powf(chance.below(36) as f32 / 12.0)).collect();
        chords.extend((0..length).map(|n| -> f32 {
            let harmonics = (1..5u8).map(f32::from);
            harmonics.flat_map(|h| notes.iter().map(move |hz| sine(hz * h, n) / h)).sum()
        }));
    }
    let mut phase = 0.0;
    while whistles.len() < seconds(12.0).end {
        let length = 1600 + chance.below(6400);
        let (from, to) = (chance.between(300.0, 3000.0), chance.between(300.0, 3000.0));
        whistles.extend((0..length).map(|n| {
            phase += (from + (to - from) * n as f32 / length as f32) / HZ;
            (phase.fract() * std::f32::consts::TAU).sin()
        }));
    }
    is_no_key("chords", 5, chords);
    is_no_key("whistles", 5, whistles);
}

#[test]
fn two_tones_that_are_no_pair_are_no_key() {
    const LOW_HZ: [f32; 4] = [697.0, 770.0, 852.0, 941.0];
    const HIGH_HZ: [f32; 4] = [1209.0, 1336.0, 1477.0, 1633.0];
    let is_near = |hz: f32, tones: [f32; 4]| tones.iter().any(|tone| (hz / tone - 1.0).abs() <= 0.035);
    let mut chance = Chance::new(9);
    let mut sound = Vec::new();
    while sound.len() < seconds(20.0).end {
        let (low, high) = (chance.between(600.0, 1050.0), chance.between(1100.0, 1800.0));
        if !(is_near(low, LOW_HZ) && is_near(high, HIGH_HZ)) {
            sound.extend((0..480).map(|n| sine(low, n) + sine(high, n)));
            sound.extend([0.0; 320]);
        }
    }
    is_no_key("pairs", 9, sound);
}
