//! `callwright prompts check`: recordings that a caller would notice: too quiet, too loud, clipped, of a poor rate.
//!
//! Loudness is that of EBU R128 (ITU-R BS.1770), against the middle of all recordings, since what matters on a telephone
//! is that one does not jump out. A word is shorter than the standard's gates, so it is measured over and over.

use super::{State, state, wav_path};
use crate::media::wav;
use crate::server::Said;
use crate::speech::Recording;
use anyhow::{Context, Result};
use ebur128::{EbuR128, Mode};
use std::path::Path;

/// How far from the middle of all a recording may be, in loudness units (dB).
const TOLERATED_LU: f64 = 4.0;
/// What is quieter is silence, in LUFS: the standard's absolute gate.
const SILENCE_LUFS: f64 = -70.0;
/// So many samples in a row at full scale are a clipped wave.
const CLIPPED_SAMPLES: usize = 3;
/// Full scale, but for one step of 16 bits.
const FULL_SCALE: f32 = 0.999_9;
/// The peak between samples that coders still take, in dB below full scale.
const HIGHEST_PEAK_DB: f64 = -1.0;
/// What is measured lasts at least so long.
const MEASURED_S: usize = 4;
/// Less than this is cut off by the telephone's band.
const LOWEST_RATE_HZ: u32 = 8000;
/// Silence before the first word that is heard as hesitation, in seconds.
const LONGEST_LEAD_S: f32 = 0.5;

/// Something about a recording, and what to do.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Finding {
    pub file: String,
    pub what: String,
    pub fix: String,
}

/// A recording as it was measured.
struct Measured {
    file: String,
    loudness_lufs: f64,
}

/// Looks at every recording that is there; in the order of the list.
pub(super) fn check(needed: &[Recording], prompts: &Path, said: &Said) -> Result<Vec<Finding>> {
    let mut found = Vec::new();
    let mut speech = Vec::new();
    for recording in needed.iter().filter(|one| state(one, prompts, said) != State::Missing) {
        let path = wav_path(prompts, &recording.key);
        let bytes = std::fs::read(&path).with_context(|| format!("reading `{}`", path.display()))?;
        let file = format!("{}.wav", recording.key);
        match examine(&file, &bytes) {
            Ok((loudness_lufs, faults)) => {
                found.extend(faults);
                if recording.language.is_some() && loudness_lufs > SILENCE_LUFS {
                    speech.push(Measured { file, loudness_lufs });
                }
            }
            Err(error) => {
                let fix = "record it again as WAV, 16 bits, 8 to 48 kHz".to_owned();
                found.push(Finding { file, what: error.to_string(), fix });
            }
        }
    }
    found.extend(uneven(&speech));
    Ok(found)
}

/// The loudness of a recording and what is wrong with it by itself.
fn examine(file: &str, bytes: &[u8]) -> Result<(f64, Vec<Finding>)> {
    let header = wav::header(bytes)?;
    let recording = wav::read(bytes)?;
    let mut found = Vec::new();
    let mut add = |what: String, fix: &str| {
        found.push(Finding { file: file.to_owned(), what, fix: fix.to_owned() });
    };
    if header.rate_hz < LOWEST_RATE_HZ {
        add(
            format!("{} Hz is less than a telephone carries", header.rate_hz),
            "record it again at 8000 Hz or more",
        );
    }
    if header.channels > 1 {
        add(format!("{} channels, which are mixed to one", header.channels), "export it in mono");
    }
    if let Some(at_s) = clipped_at(&recording.samples, recording.rate_hz) {
        add(format!("clipped at {at_s:.2} s"), "record it again with less gain");
    }
    let (loudness_lufs, peak_db) = measure(&recording)?;
    if loudness_lufs <= SILENCE_LUFS {
        add("there is nothing to be heard".to_owned(), "record it again");
    } else if peak_db > HIGHEST_PEAK_DB {
        add(
            format!("its peaks reach {peak_db:.1} dB of full scale"),
            "bring it down until they stay below -1 dB",
        );
    }
    let lead_s = lead_s(&recording);
    if lead_s > LONGEST_LEAD_S {
        add(format!("it begins with {lead_s:.1} s of silence"), "cut the silence off");
    }
    Ok((loudness_lufs, found))
}

/// Integrated loudness in LUFS, and the true peak in dB.
fn measure(recording: &wav::Recording) -> Result<(f64, f64)> {
    let mut meter = EbuR128::new(1, recording.rate_hz, Mode::I | Mode::TRUE_PEAK)?;
    let wanted = MEASURED_S * recording.rate_hz as usize;
    let mut measured = 0;
    while measured < wanted {
        meter.add_frames_f32(&recording.samples)?;
        measured += recording.samples.len();
    }
    Ok((meter.loudness_global()?, 20.0 * meter.true_peak(0)?.max(1e-9).log10()))
}

fn clipped_at(samples: &[f32], rate_hz: u32) -> Option<f32> {
    let is_clipped = |run: &[f32]| run.iter().all(|sample| sample.abs() >= FULL_SCALE);
    let at = samples.windows(CLIPPED_SAMPLES).position(is_clipped)?;
    Some(at as f32 / rate_hz as f32)
}

/// How long nothing is heard before the first word.
fn lead_s(recording: &wav::Recording) -> f32 {
    let peak = recording.samples.iter().fold(0.0f32, |peak, sample| peak.max(sample.abs()));
    let first = recording.samples.iter().position(|sample| sample.abs() > peak * 0.01).unwrap_or(0);
    first as f32 / recording.rate_hz as f32
}

/// Recordings that are much louder or quieter than the others.
fn uneven(speech: &[Measured]) -> Vec<Finding> {
    let mut sorted: Vec<f64> = speech.iter().map(|one| one.loudness_lufs).collect();
    sorted.sort_by(f64::total_cmp);
    let Some(middle) = sorted.get(sorted.len() / 2).copied() else { return Vec::new() };
    let finding = |one: &Measured| {
        let by = one.loudness_lufs - middle;
        let (word, fix) = if by > 0.0 { ("louder", "bring it down") } else { ("quieter", "bring it up") };
        let by = by.abs();
        (by > TOLERATED_LU).then(|| Finding {
            file: one.file.clone(),
            what: format!("{:.1} LUFS is {by:.1} dB {word} than most, {middle:.1} LUFS", one.loudness_lufs),
            fix: format!("{fix} by {by:.0} dB"),
        })
    };
    speech.iter().filter_map(finding).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(gain: f32, lead_ms: usize) -> Vec<i16> {
        let silence = std::iter::repeat_n(0, lead_ms * 8);
        let sample = |n: usize| ((n as f32 * 0.8).sin() * gain * 32_767.0).clamp(-32_768.0, 32_767.0) as i16;
        silence.chain((0..4000).map(sample)).collect()
    }

    fn faults(samples: &[i16]) -> Vec<String> {
        let mut bytes = std::io::Cursor::new(Vec::new());
        wav::write(samples, &mut bytes).unwrap();
        examine("a.wav", bytes.get_ref()).unwrap().1.into_iter().map(|found| found.what).collect()
    }

    #[test]
    fn each_fault_of_a_recording_is_named() {
        assert_eq!(faults(&tone(0.2, 0)), Vec::<String>::new());
        assert_eq!(faults(&tone(0.0, 0)), ["there is nothing to be heard"]);
        assert_eq!(faults(&tone(0.2, 800)), ["it begins with 0.8 s of silence"]);
        assert!(faults(&tone(3.0, 0))[0].starts_with("clipped at 0.0"), "{:?}", faults(&tone(3.0, 0)));
    }

    #[test]
    fn a_sine_has_the_loudness_that_the_standard_gives_it() {
        // BS.1770: a sine of 997 Hz at 0 dBFS in one channel is -3.01 LUFS.
        let samples = (0..48_000).map(|n| (n as f32 / 48_000.0 * 997.0 * std::f32::consts::TAU).sin() * 0.1);
        let recording = wav::Recording { rate_hz: 48_000, samples: samples.collect() };
        let (loudness, peak) = measure(&recording).unwrap();
        assert!((loudness + 23.0).abs() < 0.1, "{loudness}");
        assert!((peak + 20.0).abs() < 0.2, "{peak}");
    }

    #[test]
    fn what_jumps_out_is_told_by_how_much() {
        let one = |loudness_lufs| Measured { file: format!("{loudness_lufs}.wav"), loudness_lufs };
        let found = uneven(&[one(-20.0), one(-21.0), one(-20.5), one(-32.0), one(-14.0)]);
        let lines: Vec<(&str, &str)> = found.iter().map(|one| (&*one.what, &*one.fix)).collect();
        let expected = [
            ("-32.0 LUFS is 11.5 dB quieter than most, -20.5 LUFS", "bring it up by 12 dB"),
            ("-14.0 LUFS is 6.5 dB louder than most, -20.5 LUFS", "bring it down by 6 dB"),
        ];
        assert_eq!(lines, expected);
    }
}
