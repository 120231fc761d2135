//! What comes out is what went in, as well as the standard promises, and both ends stay together.

use super::*;
use std::f32::consts::TAU;

fn sine(hz: f32, rate: f32, peak: f32, count: usize) -> Vec<i16> {
    (0..count).map(|n| ((TAU * (hz * n as f32 / rate).fract()).sin() * peak) as i16).collect()
}

/// Glottal pulses through two resonances whose pitch and loudness wander: not speech, but as uneven.
fn babble(rate: f32, count: usize) -> Vec<i16> {
    let (mut phase, mut a, mut b) = (0.0_f32, [0.0_f32; 2], [0.0_f32; 2]);
    let resonance = |state: &mut [f32; 2], hz: f32, input: f32| {
        let (r, w) = (0.97_f32, TAU * hz / rate);
        let out = input + 2.0 * r * w.cos() * state[0] - r * r * state[1];
        *state = [out, state[0]];
        out
    };
    let sample = |n: usize| {
        let t = n as f32 / rate;
        phase += (120.0 + 30.0 * (t * 5.0).sin()) / rate;
        let pulse = if phase >= 1.0 { 1.0 } else { 0.0 };
        phase = phase.fract();
        let open = (t * 9.0).sin().max(0.0);
        let low = resonance(&mut a, 500.0 + 200.0 * (t * 3.0).sin(), pulse * open);
        let high = resonance(&mut b, 1500.0, pulse * open);
        ((low + 0.5 * high) * 2500.0).clamp(-32_000.0, 32_000.0) as i16
    };
    (0..count).map(sample).collect()
}

/// Signal against noise in dB, with the output as late as it fits best.
fn ratio(sent: &[i16], heard: &[i16]) -> f32 {
    let at_delay = |delay: usize| {
        let pairs =
            || sent.iter().zip(&heard[delay..]).skip(800).map(|(a, b)| (f32::from(*a), f32::from(*b)));
        let signal: f32 = pairs().map(|(a, _)| a * a).sum();
        let noise: f32 = pairs().map(|(a, b)| (a - b) * (a - b)).sum();
        10.0 * (signal / noise.max(1.0)).log10()
    };
    (0..40).map(at_delay).fold(f32::MIN, f32::max)
}

fn wide(samples: &[i16]) -> Vec<i16> {
    let (mut encoder, mut decoder) = (Encoder::default(), Decoder::default());
    let pairs = samples.as_chunks::<2>().0;
    pairs.iter().flat_map(|pair| decoder.wide(encoder.wide(*pair))).collect()
}

fn narrow(samples: &[i16]) -> Vec<i16> {
    let (mut encoder, mut decoder) = (Encoder::default(), Decoder::default());
    samples.iter().map(|sample| decoder.narrow(encoder.narrow(*sample))).collect()
}

#[test]
fn sines_of_the_low_band_come_back_30_db_above_the_noise() {
    for hz in [100.0, 300.0, 1000.0, 2000.0, 3000.0] {
        let sent = sine(hz, 16_000.0, 10_000.0, 16_000);
        let heard = ratio(&sent, &wide(&sent));
        assert!(heard > 30.0, "{hz} Hz: {heard:.1} dB");
    }
}

#[test]
fn sines_of_the_high_band_come_back_which_a_telephone_loses() {
    for hz in [4500.0, 5500.0, 6500.0] {
        let sent = sine(hz, 16_000.0, 3000.0, 16_000);
        let heard = ratio(&sent, &wide(&sent));
        assert!(heard > 10.0, "{hz} Hz: {heard:.1} dB");
    }
}

#[test]
fn uneven_sound_comes_back_at_either_rate() {
    let sent = babble(16_000.0, 32_000);
    let heard = ratio(&sent, &wide(&sent));
    assert!(heard > 18.0, "16 kHz: {heard:.1} dB");
    let sent = babble(8000.0, 16_000);
    let heard = ratio(&sent, &narrow(&sent));
    assert!(heard > 18.0, "8 kHz: {heard:.1} dB");
}

#[test]
fn the_low_band_alone_is_as_loud_at_8_khz_as_at_16() {
    let sent = sine(1000.0, 16_000.0, 10_000.0, 16_000);
    let (mut encoder, mut decoder) = (Encoder::default(), Decoder::default());
    let pairs = sent.as_chunks::<2>().0;
    let heard: Vec<i16> = pairs.iter().map(|pair| decoder.narrow(encoder.wide(*pair))).collect();
    let peak = heard[400..].iter().map(|sample| sample.unsigned_abs()).max().unwrap_or(0);
    assert!((9_500..=10_500).contains(&peak), "{peak}");
}

#[test]
fn silence_is_silence_and_full_scale_does_not_overflow() {
    assert!(wide(&[0; 3200]).iter().all(|sample| sample.abs() <= 4));
    let square: Vec<i16> = (0..16_000).map(|n| if n / 37 % 2 == 0 { i16::MAX } else { i16::MIN }).collect();
    let heard = wide(&square);
    assert!(heard.iter().any(|sample| *sample > 20_000) && heard.iter().any(|sample| *sample < -20_000));
    let noise: Vec<i16> = (0..16_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 16) as i16).collect();
    assert_eq!(wide(&noise).len(), noise.len());
}

#[test]
fn a_decoder_that_joins_late_is_with_the_stream_in_a_tenth_of_a_second() {
    let sent = sine(700.0, 16_000.0, 8000.0, 16_000);
    let (mut encoder, mut early, mut late) = (Encoder::default(), Decoder::default(), Decoder::default());
    let octets: Vec<u8> = sent.as_chunks::<2>().0.iter().map(|pair| encoder.wide(*pair)).collect();
    octets[..3000].iter().for_each(|octet| {
        early.wide(*octet);
    });
    let far = |octet: &u8| {
        let (a, b) = (early.wide(*octet), late.wide(*octet));
        a[0].abs_diff(b[0]).max(a[1].abs_diff(b[1]))
    };
    let distances: Vec<u16> = octets[3000..].iter().map(far).collect();
    let settled = distances[800..].iter().max().copied().unwrap_or(0);
    assert!(settled < 600, "{settled}");
}

#[test]
fn any_octets_decode() {
    let mut decoder = Decoder::default();
    let octets = (0..100_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8);
    assert_eq!(octets.map(|octet| decoder.wide(octet)).count(), 100_000);
}

/// The octets and the samples that an independent implementation (spandsp 0.0.6) makes of the same noise.
#[test]
fn noise_is_coded_bit_by_bit_as_others_do() {
    let digest = |octets: &mut dyn Iterator<Item = u8>| {
        octets.fold(0xcbf2_9ce4_8422_2325_u64, |hash, octet| {
            (hash ^ u64::from(octet)).wrapping_mul(0x0100_0000_01b3)
        })
    };
    let noise: Vec<i16> =
        (0..16_000_u32).map(|n| ((n.wrapping_mul(2_654_435_761) >> 16) as i16) >> 3).collect();
    let (mut encoder, mut decoder) = (Encoder::default(), Decoder::default());
    let octets: Vec<u8> = noise.as_chunks::<2>().0.iter().map(|pair| encoder.wide(*pair)).collect();
    assert_eq!(digest(&mut octets.iter().copied()), 0xd56e_0313_cca5_89f5);
    let samples = octets.iter().flat_map(|octet| decoder.wide(*octet));
    assert_eq!(digest(&mut samples.flat_map(i16::to_le_bytes)), 0xc834_aa3f_a2f2_29e0);
}
