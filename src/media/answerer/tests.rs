//! A set of calls that is made here, and what the detector says of each; docs/amd.md has the figures.

use super::*;
use std::f32::consts::TAU;

/// Chance of its own, so that the set is the same everywhere.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f32 / (1_u64 << 24) as f32
    }

    fn within(&mut self, from: f32, to: f32) -> f32 {
        from + (to - from) * self.next()
    }
}

/// A call being made: sound of 8 kHz over a line's noise.
struct Line {
    chance: Chance,
    noise: f32,
    samples: Vec<i16>,
}

impl Line {
    fn new(seed: u64) -> Line {
        let mut chance = Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let noise = chance.within(0.0, 60.0);
        Line { chance, noise, samples: Vec::new() }
    }

    fn push(&mut self, sample: f32) {
        let noise = self.chance.within(-self.noise, self.noise);
        self.samples.push((sample + noise).clamp(-32_000.0, 32_000.0) as i16);
    }

    fn silence(&mut self, ms: f32) {
        (0..(ms * 8.0) as usize).for_each(|_| self.push(0.0));
    }

    fn tone(&mut self, hz: f32, ms: f32) {
        let peak = self.chance.within(2000.0, 9000.0);
        (0..(ms * 8.0) as usize)
            .for_each(|n| self.push((TAU * (hz * n as f32 / 8000.0).fract()).sin() * peak));
    }

    /// Syllables of a voice: a pitch that wanders, three formants, and short gaps.
    fn words(&mut self, ms: f32) {
        let (pitch, peak) = (self.chance.within(90.0, 230.0), self.chance.within(2500.0, 9000.0));
        let mut left = (ms * 8.0) as usize;
        while left > 0 {
            let length = ((self.chance.within(120.0, 260.0) * 8.0) as usize).min(left);
            let formants = [self.chance.within(300.0, 800.0), self.chance.within(900.0, 2200.0)];
            let wanders = self.chance.within(0.85, 1.15);
            self.syllable(length, pitch * wanders, formants, peak);
            left -= length;
            let gap = ((self.chance.within(10.0, 60.0) * 8.0) as usize).min(left);
            (0..gap).for_each(|_| self.push(0.0));
            left -= gap;
        }
    }

    fn syllable(&mut self, length: usize, pitch: f32, formants: [f32; 2], peak: f32) {
        for n in 0..length {
            let t = n as f32 / 8000.0;
            let envelope = (std::f32::consts::PI * n as f32 / length as f32).sin();
            let near = |hz: f32, formant: f32| (-((hz - formant) / 200.0).powi(2)).exp() + 0.02;
            let voice: f32 = (1..12)
                .map(|k| {
                    let hz = pitch * k as f32;
                    let loud = near(hz, formants[0]) + 0.6 * near(hz, formants[1]);
                    (TAU * (hz * t).fract()).sin() * loud
                })
                .sum();
            self.push(voice * envelope * peak * 0.5);
        }
    }
}

fn person(seed: u64) -> Line {
    let mut line = Line::new(seed);
    let before = line.chance.within(100.0, 2000.0);
    line.silence(before);
    let words = if line.chance.next() < 0.5 { 1 } else { 2 };
    for n in 0..words {
        let length = line.chance.within(250.0, 750.0);
        line.words(length);
        if n + 1 < words {
            let pause = line.chance.within(80.0, 350.0);
            line.silence(pause);
        }
    }
    line.silence(6000.0);
    line
}

fn machine(seed: u64) -> Line {
    let mut line = Line::new(seed);
    let before = line.chance.within(100.0, 2000.0);
    line.silence(before);
    let sentences = 2 + (line.chance.next() * 4.0) as usize;
    for _ in 0..sentences {
        let length = line.chance.within(1200.0, 3000.0);
        line.words(length);
        let pause = line.chance.within(150.0, 650.0);
        line.silence(pause);
    }
    if line.chance.next() < 0.8 {
        let (hz, length) = (line.chance.within(400.0, 1600.0), line.chance.within(160.0, 900.0));
        line.tone(hz, length);
    }
    line.silence(6000.0);
    line
}

fn fax(seed: u64) -> Line {
    let mut line = Line::new(seed);
    let before = line.chance.within(200.0, 2500.0);
    line.silence(before);
    line.tone(2100.0, 3000.0);
    line.silence(3000.0);
    line
}

fn nobody(seed: u64) -> Line {
    let mut line = Line::new(seed);
    line.silence(8000.0);
    line
}

/// Who it is, and after how many milliseconds that was said.
fn detected(line: &Line) -> (Option<Answerer>, u64) {
    let mut detector = AnswererDetector::default();
    let mut frames = line.samples.chunks_exact(160).zip(1..);
    let found = frames.find_map(|(frame, n)| Some((detector.hear(frame)?, n)));
    found.map_or((None, 0), |(who, n)| (Some(who), n * FRAME_MS))
}

/// How many of a kind are taken for whom, and the time to tell in the middle of them.
fn table(count: u64, line: fn(u64) -> Line, right: Answerer) -> (f32, u64) {
    let all: Vec<(Option<Answerer>, u64)> = (0..count).map(|seed| detected(&line(seed))).collect();
    for who in [Answerer::Person, Answerer::Machine, Answerer::Fax, Answerer::Nobody] {
        println!("{right:?} as {who:?}: {}", all.iter().filter(|(found, _)| *found == Some(who)).count());
    }
    let mut times: Vec<u64> = all.iter().filter(|(who, _)| *who == Some(right)).map(|(_, ms)| *ms).collect();
    times.sort_unstable();
    let share = times.len() as f32 / count as f32;
    (share, times.get(times.len() / 2).copied().unwrap_or(0))
}

#[test]
fn people_machines_faxes_and_nobody_are_told_apart() {
    let (people, after) = table(200, person, Answerer::Person);
    println!("people: {people}, told after {after} ms");
    let (machines, after) = table(120, machine, Answerer::Machine);
    println!("machines: {machines}, told after {after} ms");
    let (faxes, _) = table(40, fax, Answerer::Fax);
    let (silent, _) = table(40, nobody, Answerer::Nobody);
    assert!(people >= 0.97 && machines >= 0.97, "{people} {machines}");
    assert!(faxes >= 0.99 && silent >= 0.99, "{faxes} {silent}");
}

#[test]
fn a_machine_is_told_when_its_beep_ends_and_not_before() {
    let mut line = Line::new(7);
    line.words(4000.0);
    line.silence(400.0);
    line.tone(1000.0, 500.0);
    line.silence(3000.0);
    let (who, at) = detected(&line);
    assert_eq!(who, Some(Answerer::Machine));
    assert!((4900..=4980).contains(&at), "{at} ms");
}

#[test]
fn who_says_one_word_is_a_person_soon() {
    let mut line = Line::new(3);
    line.silence(500.0);
    line.words(500.0);
    line.silence(4000.0);
    let (who, at) = detected(&line);
    assert_eq!(who, Some(Answerer::Person));
    assert!((1700..=2000).contains(&at), "{at} ms");
}
