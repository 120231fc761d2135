//! Stories of an ear. Clips are noise shaped like speech: syllables of a voice that changes its pitch and timbre.

use super::*;
use crate::media::codec::{Decoder, Encoder};
use crate::media::{Clip, Codec};

/// A generator of numbers, for the same noise in every run.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f32 / (1u64 << 23) as f32 - 1.0
    }
}

/// Samples of a made-up word: syllables of 120 ms, each with a pitch, two formants and some breath.
fn word(seed: u64, ms: usize) -> Vec<i16> {
    let mut noise = Noise(seed);
    (0..8).for_each(|_| _ = noise.next());
    let mut samples = Vec::new();
    while samples.len() < ms * 8 {
        let pitch = 130.0 + 40.0 * noise.next();
        let formants = [550.0 + 250.0 * noise.next(), 1600.0 + 700.0 * noise.next()];
        let voice =
            |hz: f32| -> f32 { formants.iter().map(|f| 1.0 / (1.0 + ((hz - f) / 120.0).powi(2))).sum() };
        let harmonics: Vec<(f32, f32)> =
            (1..20).map(|n| pitch * n as f32).map(|hz| (hz, voice(hz))).collect();
        for n in 0..960 {
            let t = std::f32::consts::TAU * n as f32 / 8000.0;
            let envelope = (std::f32::consts::PI * n as f32 / 960.0).sin().sqrt();
            let voice: f32 = harmonics.iter().map(|(hz, gain)| gain * (hz * t).sin()).sum();
            samples.push((envelope * (3000.0 * voice + 300.0 * noise.next())) as i16);
        }
    }
    samples.truncate(ms * 8);
    samples
}

fn library(clips: &[(&str, Vec<i16>)]) -> Arc<Library> {
    let mut library = Library::default();
    for (name, samples) in clips {
        library.add(name, &Clip::from_samples(samples)).unwrap();
    }
    Arc::new(library)
}

fn through(codec: Codec, samples: &[i16]) -> Vec<i16> {
    let (mut octets, mut decoder) = (Vec::new(), Decoder::default());
    Encoder::default().encode(codec, samples, &mut octets);
    octets.iter().map(|octet| decoder.decode(codec, *octet)).collect()
}

/// What is heard, as `name` or `name-cut`.
fn heard(library: &Arc<Library>, samples: &[i16]) -> Vec<String> {
    all(library, samples)
        .iter()
        .map(|r| format!("{}{}", r.name, if r.complete { "" } else { "-cut" }))
        .collect()
}

fn all(library: &Arc<Library>, samples: &[i16]) -> Vec<Recognized> {
    let mut ear = Recognizer::new(library.clone());
    let mut recognized: Vec<Recognized> = samples.chunks(160).flat_map(|frame| ear.push(frame)).collect();
    recognized.extend(ear.finish());
    recognized
}

fn silence(ms: usize) -> Vec<i16> {
    vec![0; ms * 8]
}

fn words() -> Vec<(&'static str, Vec<i16>)> {
    vec![
        ("balance", word(1, 1500)),
        ("forty", word(2, 420)),
        ("two", word(3, 200)),
        ("roubles", word(4, 530)),
    ]
}

#[test]
fn clips_joined_without_a_gap_are_heard_in_order_in_either_law() {
    let words = words();
    let line = [words[0].1.clone(), words[1].1.clone(), words[2].1.clone(), words[3].1.clone()].concat();
    for codec in Codec::ALL {
        let names =
            heard(&library(&words), &through(codec, &[silence(333), line.clone(), silence(500)].concat()));
        assert_eq!(names, ["balance", "forty", "two", "roubles"]);
    }
}

#[test]
fn times_are_exact_to_the_millisecond() {
    let words = words();
    let line = [silence(333), words[1].1.clone(), silence(100), words[2].1.clone(), silence(300)].concat();
    let expected = [("forty", 333, 753), ("two", 853, 1053)].map(|(name, start_ms, end_ms)| Recognized {
        name: name.into(),
        start_ms,
        end_ms,
        complete: true,
    });
    assert_eq!(all(&library(&words), &line), expected);
}

#[test]
fn a_word_said_three_times_is_heard_three_times() {
    let words = words();
    let line = [words[2].1.clone(), words[2].1.clone(), silence(40), words[2].1.clone()].concat();
    assert_eq!(heard(&library(&words), &line), ["two"; 3]);
}

#[test]
fn barge_in_shows_how_much_was_heard() {
    let words = words();
    for behind in [silence(1000), words[3].1.clone()] {
        let line = [words[0].1[..4800].to_vec(), behind].concat();
        let first = &all(&library(&words), &line)[0];
        assert_eq!((&*first.name, first.complete), ("balance", false));
        assert!((580..=600).contains(&first.end_ms), "{first:?}");
    }
}

#[test]
fn level_does_not_matter() {
    let words = words();
    let line = [words[0].1.clone(), words[2].1.clone()].concat();
    for (up, down) in [(2, 1), (1, 4), (1, 16)] {
        let scaled: Vec<i16> = line
            .iter()
            .map(|sample| (i32::from(*sample) * up / down).clamp(-32_768, 32_767) as i16)
            .collect();
        assert_eq!(
            heard(&library(&words), &through(Codec::Pcma, &scaled)),
            ["balance", "two"],
            "{up}/{down}"
        );
    }
}

#[test]
fn lost_packets_do_not_matter() {
    let words = words();
    let line = [words[0].1.clone(), words[1].1.clone(), words[3].1.clone()].concat();
    for first in 0..12 {
        let mut lossy = line.clone();
        lossy.chunks_mut(160).skip(first).step_by(12).for_each(|frame| frame.fill(0));
        assert_eq!(heard(&library(&words), &lossy), ["balance", "forty", "roubles"], "from frame {first}");
    }
}

#[test]
fn a_clip_is_told_from_one_that_begins_with_it() {
    let (short, rest) = (word(5, 400), word(6, 300));
    let clips =
        [("order", short.clone()), ("order-again", [short.clone(), rest].concat()), ("two", word(3, 200))];
    let library = library(&clips);
    let line = [short, clips[2].1.clone(), clips[1].1.clone(), silence(300)].concat();
    assert_eq!(heard(&library, &line), ["order", "two", "order-again"]);
}

#[test]
fn a_faint_ending_tells_a_plural_from_its_singular() {
    let (one, mut noise) = (word(11, 420), Noise(12));
    let hiss: Vec<i16> = (0..640).map(|_| (200.0 * noise.next()) as i16).collect();
    let clips = [("cent", one.clone()), ("cents", [one.clone(), hiss].concat())];
    let library = library(&clips);
    let line =
        [clips[1].1.clone(), silence(200), one.clone(), silence(200), one, clips[1].1.clone()].concat();
    assert_eq!(heard(&library, &through(Codec::Pcmu, &line)), ["cents", "cent", "cent", "cents"]);
}

#[test]
fn clips_that_differ_only_at_the_end_are_told_apart() {
    let common = word(7, 1000);
    let clips: Vec<(&str, Vec<i16>)> = [("a", 8), ("b", 9), ("c", 10)]
        .map(|(name, seed)| (name, [common.clone(), word(seed, 150)].concat()))
        .into();
    let library = library(&clips);
    let line = [clips[2].1.clone(), clips[0].1.clone(), silence(70), clips[1].1.clone()].concat();
    assert_eq!(heard(&library, &line), ["c", "a", "b"]);
}

#[test]
fn other_voices_are_not_heard() {
    let noise: Vec<i16> = (100..140).flat_map(|seed| word(seed, 500)).collect();
    assert_eq!(heard(&library(&words()), &noise), [""; 0]);
}

#[test]
fn four_hundred_words_are_told_apart() {
    let names: Vec<String> = (0..400).map(|n| format!("w{n}")).collect();
    let clips: Vec<(&str, Vec<i16>)> = names
        .iter()
        .zip(1000..)
        .map(|(name, n)| (name.as_str(), word(n, 200 + n as usize % 7 * 40)))
        .collect();
    let library = library(&clips);
    let said = [17, 3, 399, 0, 250, 251, 17, 88];
    let line: Vec<i16> = said.iter().flat_map(|n| clips[*n].1.clone()).collect();
    assert_eq!(heard(&library, &through(Codec::Pcmu, &line)), said.map(|n| format!("w{n}")));
}

#[test]
fn a_clip_without_features_is_refused() {
    let mut library = Library::default();
    let error = library.add("pause", &Clip::from_samples(&[0; 8000])).unwrap_err();
    assert_eq!(error.to_string(), "clip `pause` has nothing in it by which to recognize it");
}
