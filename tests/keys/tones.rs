//! What ITU-T Q.24 and ETSI ES 201 235-3 say of a receiver, and what lines do to keys.

use super::presses::{Presses, Score, Spoil};
use super::sound::{Line, amplitude, sine, speech};

const SEED: u64 = 24;

/// All are found, each once, in time.
fn accepts(what: &str, presses: Presses) {
    let score = presses.score(SEED);
    let Score { pressed, right, wrong, doubles, spurious, .. } = score;
    assert_eq!((right, wrong, doubles, spurious), (pressed, 0, 0, 0), "{what}, seed {SEED}: {score:?}");
    assert!(score.mean_latency_ms() <= 40.0, "{what}, seed {SEED}: {} ms", score.mean_latency_ms());
}

/// None is.
fn rejects(what: &str, presses: Presses) {
    let score = presses.score(SEED);
    let expected = Score { pressed: score.pressed, ..Score::default() };
    assert_eq!(score, expected, "{what}, seed {SEED}");
}

/// At least so many percent are, and none wrongly or twice.
fn mostly_accepts(what: &str, percent: f32, presses: Presses) {
    let score = Presses { times: 4, ..presses }.score(SEED);
    assert!(score.percent() >= percent, "{what}, seed {SEED}: {score:?}");
    assert_eq!((score.wrong, score.spurious), (0, 0), "{what}, seed {SEED}: {score:?}");
    assert!(score.doubles <= 1, "{what}, seed {SEED}: {score:?}");
}

const SIGNS: [[f32; 2]; 4] = [[1.0, 1.0], [-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0]];

#[test]
fn a_key_is_found_through_every_codec() {
    for line in [Line::Ulaw, Line::Alaw, Line::Linear] {
        accepts(&format!("{line:?}"), Presses { line, ..Presses::default() });
    }
}

#[test]
fn a_telephone_may_be_one_and_a_half_percent_and_two_hertz_beside() {
    for [low, high] in SIGNS {
        let percent = [low * 1.5, high * 1.5];
        accepts(&format!("{percent:?} %"), Presses { percent, ..Presses::default() });
    }
    for sign in [1.0, -1.0] {
        let presses = Presses { percent: [1.5 * sign; 2], hz: 2.0 * sign, ..Presses::default() };
        accepts("1.5 % and 2 Hz", presses);
        for percent in [[1.5 * sign, 0.0], [0.0, 1.5 * sign]] {
            accepts(&format!("{percent:?} %"), Presses { percent, ..Presses::default() });
        }
    }
}

#[test]
fn three_percent_beside_is_no_key() {
    for beside in [3.0, 3.5, 5.0] {
        for [low, high] in SIGNS {
            let percent = [low * beside, high * beside];
            rejects(&format!("{percent:?} %"), Presses { percent, ..Presses::default() });
        }
        for percent in [[beside, 0.0], [-beside, 0.0], [0.0, beside], [0.0, -beside]] {
            rejects(&format!("{percent:?} %"), Presses { percent, ..Presses::default() });
        }
    }
}

#[test]
fn forty_milliseconds_are_a_key_and_twenty_three_are_none() {
    for on_ms in [26.0, 30.0, 35.0, 40.0, 50.0] {
        accepts(&format!("{on_ms} ms"), Presses { on_ms, off_ms: 53.0, ..Presses::default() });
    }
    for on_ms in [23.0, 20.0, 15.0, 10.0] {
        rejects(&format!("{on_ms} ms"), Presses { on_ms, off_ms: 77.0, ..Presses::default() });
    }
}

#[test]
fn a_pause_of_30_ms_separates_and_a_break_of_20_ms_does_not() {
    for off_ms in [40.0, 30.0] {
        let presses = Presses { keys: "5", times: 32, on_ms: 60.0, off_ms, ..Presses::default() };
        accepts(&format!("pause of {off_ms} ms"), presses);
    }
    for break_ms in [5.0, 10.0, 20.0] {
        accepts(&format!("break of {break_ms} ms"), Presses { on_ms: 120.0, break_ms, ..Presses::default() });
    }
}

#[test]
fn the_tones_may_be_of_unequal_loudness() {
    for dbm0 in [[-14.0, -10.0], [-10.0, -14.0], [-10.0, -16.0], [-10.0, -18.0]] {
        accepts(&format!("{dbm0:?} dBm0"), Presses { dbm0, ..Presses::default() });
    }
    for dbm0 in [[-10.0, -90.0], [-90.0, -10.0]] {
        rejects(&format!("{dbm0:?} dBm0"), Presses { dbm0, ..Presses::default() });
    }
}

#[test]
fn loud_and_quiet_keys_are_found_and_crosstalk_is_not() {
    for level in [0.0, -3.0, -15.0, -20.0, -25.0, -30.0, -40.0] {
        accepts(&format!("{level} dBm0"), Presses { dbm0: [level; 2], ..Presses::default() });
    }
    rejects("-55 dBm0", Presses { dbm0: [-55.0; 2], ..Presses::default() });
}

#[test]
fn keys_are_found_in_noise() {
    for snr in [24.0, 20.0, 15.0, 12.0, 10.0] {
        accepts(&format!("{snr} dB"), Presses { snr: Some(snr), ..Presses::default() });
    }
    accepts("15 dB, 40 ms", Presses { snr: Some(15.0), on_ms: 40.0, off_ms: 60.0, ..Presses::default() });
    mostly_accepts("6 dB", 90.0, Presses { snr: Some(6.0), ..Presses::default() });
}

#[test]
fn the_worst_of_all_at_once_is_still_a_key() {
    let presses = Presses {
        percent: [1.5; 2],
        on_ms: 40.0,
        off_ms: 60.0,
        dbm0: [-20.0, -26.0],
        snr: Some(20.0),
        ..Presses::default()
    };
    accepts("all at once", presses);
}

#[test]
fn echo_hum_dial_tone_and_clipping_do_not_matter() {
    let spoils: [(&str, Spoil); 5] = [
        ("echo after 20 ms, 10 dB down", |sound, _| {
            for n in (160..sound.len()).rev() {
                sound[n] += sound[n - 160] * 0.316;
            }
        }),
        ("hum", |sound, _| add(sound, -25.0, &[50.0, 150.0])),
        ("dial tone of North America", |sound, _| add(sound, -15.0, &[350.0, 440.0])),
        ("dial tone of the continent", |sound, _| add(sound, -15.0, &[425.0])),
        ("clipping", |sound, _| {
            sound.iter_mut().for_each(|value| *value = (*value * 6.0).clamp(-32_000.0, 32_000.0));
        }),
    ];
    for (what, spoil) in spoils {
        accepts(what, Presses { spoil: Some(spoil), ..Presses::default() });
    }
}

#[test]
fn a_third_tone_makes_it_no_key() {
    let third: Spoil = |sound, _| {
        for (n, value) in sound.iter_mut().enumerate().filter(|(_, value)| **value != 0.0) {
            *value += amplitude(-10.0) * sine(1050.0, n);
        }
    };
    rejects("1050 Hz", Presses { spoil: Some(third), ..Presses::default() });
}

#[test]
fn lost_packets_neither_hide_nor_double_a_key() {
    let silenced: Spoil = |sound, chance| {
        let lost = sound.chunks_mut(160).filter(|_| chance.between(0.0, 1.0) < 0.05);
        lost.for_each(|packet| packet.fill(0.0));
    };
    let repeated: Spoil = |sound, chance| {
        for begin in (160..sound.len() - 160).step_by(160) {
            if chance.between(0.0, 1.0) < 0.05 {
                let before: Vec<f32> = sound[begin - 160..begin].iter().map(|value| value * 0.7).collect();
                sound[begin..begin + 160].copy_from_slice(&before);
            }
        }
    };
    for (what, spoil) in [("silence", silenced), ("repetition", repeated)] {
        mostly_accepts(what, 98.0, Presses { spoil: Some(spoil), ..Presses::default() });
    }
}

#[test]
fn keys_are_found_over_a_prompt() {
    let over: [(f32, Spoil); 3] = [
        (98.0, |sound, chance| talk_over(sound, chance, 10.0)),
        (90.0, |sound, chance| talk_over(sound, chance, 6.0)),
        (75.0, |sound, chance| talk_over(sound, chance, 0.0)),
    ];
    for (percent, spoil) in over {
        mostly_accepts("over speech", percent, Presses { spoil: Some(spoil), ..Presses::default() });
    }
}

fn talk_over(sound: &mut [f32], chance: &mut super::sound::Chance, below_db: f32) {
    let prompt = speech(chance, sound.len() as f32 / super::sound::HZ, 140.0);
    let prompt = super::sound::levelled(prompt, -7.0 - below_db);
    sound.iter_mut().zip(prompt).for_each(|(value, talk)| *value += talk);
}

fn add(sound: &mut [f32], dbm0: f32, tones_hz: &[f32]) {
    for (n, value) in sound.iter_mut().enumerate() {
        *value += amplitude(dbm0) * tones_hz.iter().map(|hz| sine(*hz, n)).sum::<f32>();
    }
}
