//! Two legs that speak Opus with each other, over a network that loses and shuffles.

use super::*;
use crate::media::{
    Audio, Clip, Codec, EventTypes, FarEnd, Formats, Gaps, Heard, Idle, InBandKeys, Key, Leg, LegConfig,
    PlayId, Repeat, g722, rtp::RtpHeader,
};
use crate::time::Millis;
use std::net::SocketAddr;

const OURS: ([u8; 4], u16) = ([192, 0, 2, 1], 4000);
const THEIRS: ([u8; 4], u16) = ([192, 0, 2, 2], 5000);

fn formats(terms: OpusTerms) -> Formats {
    let events = EventTypes { clock_hz: CLOCK_HZ, ..EventTypes::both(110) };
    Formats { telephone_event: Some(events), ..Formats::opus(111, terms) }
}

fn leg(remote: ([u8; 4], u16), formats: Formats) -> Leg {
    Leg::new(LegConfig {
        formats,
        remote: remote.into(),
        reports_to: Default::default(),
        far_end: FarEnd::Known(remote.0.into()),
        ssrc: u32::from(remote.1),
        first_sequence: 65_530,
        first_timestamp: u32::MAX - 5000,
        idle: Idle::Silence,
        key_timing: Default::default(),
        in_band_keys: InBandKeys::Auto,
        chance: 1,
    })
}

fn sending() -> Leg {
    leg(OURS, formats(OpusTerms { fec: true, ..OpusTerms::usual(111) }))
}

fn hearing() -> Leg {
    leg(THEIRS, formats(OpusTerms::usual(111)))
}

/// What a leg sends in the next frames, one packet each where it sends.
fn sent(leg: &mut Leg, from_ms: u64, frames: u64) -> Vec<Vec<u8>> {
    let packet = |n: u64| {
        let mut out = Vec::new();
        leg.tick(Millis(from_ms + n * 20), &mut out).map(|_| out)
    };
    (0..frames).filter_map(packet).collect()
}

/// What a leg makes of packets that come 20 ms apart: samples of 16 kHz, where each begins in its timeline, and its keys.
#[derive(Default)]
struct Ear {
    decoder: g722::Decoder,
    samples: Vec<i16>,
    begins: Vec<u32>,
    keys: String,
    quiet: usize,
    now: u64,
}

impl Ear {
    fn hear(&mut self, leg: &mut Leg, packets: &[Vec<u8>]) {
        for packet in packets {
            match leg.receive(Millis(self.now), packet, SocketAddr::from(THEIRS)) {
                Heard::Packed => self.unpack(leg, Gaps::Wait),
                Heard::Digit(key) => self.keys.push(key.to_char()),
                Heard::Audio(_) | Heard::Repeated(_) | Heard::Quiet | Heard::Nothing => {}
            }
            self.now += 20;
        }
    }

    fn unpack(&mut self, leg: &mut Leg, gaps: Gaps) {
        let mut octets = Vec::new();
        loop {
            match leg.unpack(Millis(self.now), gaps, &mut octets) {
                Heard::Audio(Audio { codec, timestamp, payload, .. }) => {
                    assert_eq!(codec, Codec::G722);
                    self.begins.push(timestamp);
                    self.samples.extend(payload.iter().flat_map(|octet| self.decoder.wide(*octet)));
                }
                Heard::Quiet => self.quiet += 1,
                Heard::Packed | Heard::Digit(_) | Heard::Repeated(_) | Heard::Nothing => break,
            }
        }
        self.keys.extend(std::iter::from_fn(|| leg.poll_key()).map(Key::to_char));
    }

    /// The beginnings from the first on.
    fn places(&self) -> Vec<u32> {
        let first = self.begins.first().copied().unwrap_or_default();
        self.begins.iter().map(|at| at.wrapping_sub(first)).collect()
    }
}

/// How loud a tone is in samples of 16 kHz, as its peak.
fn loudness(samples: &[i16], hz: f32) -> f32 {
    let turn = |n: usize| n as f32 * hz * std::f32::consts::TAU / 16_000.0;
    let sum = |f: fn(f32) -> f32| -> f32 {
        samples.iter().enumerate().map(|(n, sample)| f32::from(*sample) * f(turn(n))).sum()
    };
    2.0 * sum(f32::sin).hypot(sum(f32::cos)) / samples.len().max(1) as f32
}

/// So many milliseconds of tones at 16 kHz, as a recording.
fn recording(tones: &[f32], ms: u32) -> Clip {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 16_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut bytes = std::io::Cursor::new(Vec::new());
    let mut writer = hound::WavWriter::new(&mut bytes, spec).unwrap();
    for n in 0..ms * 16 {
        let of = |hz: &f32| (n as f32 * hz * std::f32::consts::TAU / 16_000.0).sin() * 4000.0;
        writer.write_sample(tones.iter().map(of).sum::<f32>() as i16).unwrap();
    }
    writer.finalize().unwrap();
    Clip::from_wav(bytes.get_ref()).unwrap()
}

fn playing(tones: &[f32]) -> Leg {
    let mut leg = sending();
    leg.play(PlayId(1), vec![recording(tones, 3000).into()], Repeat::Once);
    leg
}

#[test]
fn what_is_played_is_heard_up_to_7_khz() {
    let (mut far, mut leg, mut ear) = (playing(&[500.0, 6000.0]), hearing(), Ear::default());
    ear.hear(&mut leg, &sent(&mut far, 0, 100));
    assert_eq!(ear.samples.len(), 100 * 320);
    assert_eq!(ear.places(), (0..100).map(|n| n * 160).collect::<Vec<_>>());
    let middle = &ear.samples[8000..24_000];
    for hz in [500.0, 6000.0] {
        assert!((2500.0..5000.0).contains(&loudness(middle, hz)), "{hz} Hz: {}", loudness(middle, hz));
    }
    assert!(loudness(middle, 2000.0) < 200.0);
}

#[test]
fn packets_are_small_and_their_timestamps_count_48_khz() {
    let packets = sent(&mut playing(&[500.0]), 0, 100);
    let headers: Vec<RtpHeader> = packets.iter().map(|packet| RtpHeader::parse(packet).unwrap().0).collect();
    for pair in headers.windows(2) {
        assert_eq!(pair[1].timestamp.wrapping_sub(pair[0].timestamp), 960);
        assert_eq!((pair[1].sequence.wrapping_sub(pair[0].sequence), pair[1].payload_type), (1, 111));
    }
    let octets: usize = packets.iter().map(Vec::len).sum();
    assert!(octets < 100 * (12 + 40_000 / 8 / 50 * 5 / 4), "{octets} octets in 2 s");
}

/// Two seconds of a voice that says a syllable five times a second.
fn voice() -> Clip {
    let sample = |n: usize| {
        let seconds = n as f32 / 8000.0;
        let pitch = 120.0 * seconds + 3.0 * (seconds * 7.0).sin();
        let harmonic = |k: usize| (std::f32::consts::TAU * pitch * k as f32).sin() / k as f32;
        let syllable = (std::f32::consts::PI * 5.0 * seconds).sin().abs();
        ((1..20).map(harmonic).sum::<f32>() * syllable * 5000.0) as i16
    };
    Clip::from_samples(&(0..16_000).map(sample).collect::<Vec<_>>())
}

/// What is heard of the voice, where some of its packets come, and how many came.
fn through(fec: bool, mut comes: impl FnMut() -> bool) -> (Ear, usize, Leg) {
    let terms = OpusTerms { fec, ..OpusTerms::usual(111) };
    let (mut far, mut leg, mut ear) = (leg(OURS, formats(terms)), hearing(), Ear::default());
    far.play(PlayId(1), vec![voice().into()], Repeat::Once);
    let came: Vec<Vec<u8>> = sent(&mut far, 0, 101).into_iter().filter(|_| comes()).collect();
    for packet in &came {
        ear.hear(&mut leg, std::slice::from_ref(packet));
        ear.unpack(&mut leg, Gaps::Repair);
    }
    (ear, came.len(), leg)
}

#[test]
fn what_is_lost_is_repaired_in_its_place_and_better_with_redundancy() {
    let likeness_db = |fec: bool| {
        let mut n = 0;
        // Every seventh packet is lost, but neither the first nor the last.
        let (ear, came, leg) = through(fec, || {
            n += 1;
            n % 7 != 0
        });
        let (whole, ..) = through(fec, || true);
        assert_eq!((came, leg.statistics().lost), (87, 14));
        assert_eq!((ear.places(), ear.samples.len()), (whole.places(), whole.samples.len()));
        let power = |samples: &mut dyn Iterator<Item = f32>| samples.map(|x| x * x).sum::<f32>();
        let off = ear.samples.iter().zip(&whole.samples).map(|(a, b)| f32::from(*a) - f32::from(*b));
        let signal = whole.samples.iter().map(|sample| f32::from(*sample));
        10.0 * (power(&mut { signal }) / power(&mut { off })).log10()
    };
    let (with, without) = (likeness_db(true), likeness_db(false));
    assert!(without > 3.0 && with > without + 2.0, "{with:.1} dB with redundancy, {without:.1} dB without");
}

#[test]
fn packets_that_change_places_within_a_sweep_are_heard_in_their_order() {
    let (mut far, mut leg, mut ear) = (playing(&[500.0]), hearing(), Ear::default());
    let mut packets = sent(&mut far, 0, 40);
    packets.chunks_exact_mut(4).skip(1).for_each(|four| four.reverse());
    ear.hear(&mut leg, &packets);
    assert_eq!(ear.places(), (0..40).map(|n| n * 160).collect::<Vec<_>>());
    assert!(!leg.is_waiting());
}

#[test]
fn one_that_comes_twice_or_too_late_is_heard_once() {
    let (mut far, mut leg, mut ear) = (playing(&[500.0]), hearing(), Ear::default());
    let packets = sent(&mut far, 0, 10);
    for n in [0, 1, 1, 2, 0, 1, 2, 3, 5] {
        ear.hear(&mut leg, &packets[n..=n]);
    }
    assert!(leg.is_waiting());
    ear.unpack(&mut leg, Gaps::Repair);
    ear.hear(&mut leg, &packets[4..5]);
    assert_eq!(ear.places(), [0, 160, 320, 480, 640, 800]);
}

#[test]
fn another_stream_begins_with_numbers_of_its_own() {
    let (mut leg, mut ear) = (hearing(), Ear::default());
    ear.hear(&mut leg, &sent(&mut playing(&[500.0]), 0, 10));
    let mut again = playing(&[500.0]);
    let mut packets = sent(&mut again, 0, 10);
    packets.iter_mut().for_each(|packet| packet[8..12].copy_from_slice(&[9; 4]));
    packets.iter_mut().for_each(|packet| packet[2] = packet[2].wrapping_add(40));
    ear.now += 200;
    ear.hear(&mut leg, &packets);
    assert_eq!(ear.begins.len(), 20);
}

#[test]
fn keys_are_events_on_the_clock_of_opus() {
    let (mut far, mut leg, mut ear) = (sending(), hearing(), Ear::default());
    assert!(far.send_keys("159#".chars().filter_map(Key::from_char)));
    let packets = sent(&mut far, 0, 45);
    let events: Vec<(u32, u16)> = packets
        .iter()
        .filter_map(|packet| RtpHeader::parse(packet).ok().filter(|(header, _)| header.payload_type == 110))
        .map(|(header, payload)| (header.timestamp, u16::from_be_bytes([payload[2], payload[3]])))
        .collect();
    assert_eq!(events[..7].iter().map(|(_, units)| *units).max(), Some(4800));
    assert!(events[..7].iter().all(|(at, _)| *at == events[0].0) && events.len() == 28);
    assert_eq!(events[7].0.wrapping_sub(events[0].0), 9600);
    ear.hear(&mut leg, &packets);
    assert_eq!(ear.keys, "159#");
}

#[test]
fn a_far_end_without_events_gets_tones_and_they_are_found() {
    let terms = OpusTerms::usual(111);
    let (mut far, mut leg) = (leg(OURS, Formats::opus(111, terms)), leg(THEIRS, Formats::opus(111, terms)));
    let mut ear = Ear::default();
    assert!(far.send_keys("4711".chars().filter_map(Key::from_char)));
    ear.hear(&mut leg, &sent(&mut far, 0, 50));
    assert_eq!(ear.keys, "4711");
}

#[test]
fn who_asks_for_it_gets_nothing_while_nothing_is_said() {
    let (mut far, mut ear) =
        (leg(OURS, formats(OpusTerms { dtx: true, ..OpusTerms::usual(111) })), Ear::default());
    far.play(PlayId(1), vec![recording(&[500.0], 400).into()], Repeat::Once);
    let packets = sent(&mut far, 0, 200);
    assert!((20..80).contains(&packets.len()), "{} packets in 4 s", packets.len());
    let marked: Vec<bool> = packets.iter().map(|packet| RtpHeader::parse(packet).unwrap().0.marker).collect();
    assert!(marked.iter().filter(|marked| **marked).count() > 1, "what follows a pause begins anew");
    let mut leg = hearing();
    ear.hear(&mut leg, &packets);
    assert_eq!(leg.statistics().lost, 0);
    // A far end that sends what need not be sent says the same with it.
    let mut short = packets.last().unwrap()[..13].to_vec();
    short[3] = short[3].wrapping_add(1);
    ear.hear(&mut leg, &[short]);
    assert_eq!(ear.quiet, 1);
}

#[test]
fn what_the_far_end_asks_for_is_sent() {
    let octets = |terms: OpusTerms| -> Vec<usize> {
        let mut far = leg(OURS, formats(terms));
        far.play(PlayId(1), vec![recording(&[300.0, 1100.0, 3100.0], 3000).into()], Repeat::Once);
        sent(&mut far, 0, 100).iter().map(|packet| packet.len() - 12).collect()
    };
    let usual = OpusTerms::usual(111);
    let total = |terms| octets(terms).iter().sum::<usize>();
    let few = total(OpusTerms { max_bitrate: Some(12_000), ..usual });
    assert!(few < 12_000 / 8 * 2 * 5 / 4 && few < total(usual), "{few}");
    let even = octets(OpusTerms { cbr: true, ..usual });
    assert!(even.iter().all(|octets| *octets == even[0]), "{even:?}");
    let mut narrow = leg(OURS, formats(OpusTerms { max_playback_hz: 8000, ..usual }));
    narrow.play(PlayId(1), vec![recording(&[500.0, 6000.0], 3000).into()], Repeat::Once);
    let (mut leg, mut ear) = (hearing(), Ear::default());
    ear.hear(&mut leg, &sent(&mut narrow, 0, 100));
    let middle = &ear.samples[8000..24_000];
    assert!(loudness(middle, 500.0) > 2500.0 && loudness(middle, 6000.0) < 100.0);
}

#[test]
fn a_re_invite_changes_to_another_codec_and_back_without_a_jump() {
    let (mut far, mut leg, mut ear) = (playing(&[500.0]), hearing(), Ear::default());
    let mut packets = sent(&mut far, 0, 5);
    ear.hear(&mut leg, &packets);
    far.renegotiate(Formats::of(Codec::Pcma));
    leg.renegotiate(Formats::of(Codec::Pcma));
    let narrow = sent(&mut far, 100, 5);
    for packet in &narrow {
        assert!(matches!(leg.receive(Millis(100), packet, THEIRS.into()), Heard::Audio(_)));
    }
    far.renegotiate(formats(OpusTerms::usual(111)));
    leg.renegotiate(formats(OpusTerms::usual(111)));
    packets.extend(sent(&mut far, 200, 5));
    ear.hear(&mut leg, &packets[5..]);
    let headers = |packets: &[Vec<u8>]| -> Vec<(u8, u32)> {
        let header = |packet: &Vec<u8>| RtpHeader::parse(packet).unwrap().0;
        packets.iter().map(header).map(|header| (header.payload_type, header.timestamp)).collect()
    };
    let (wide, plain) = (headers(&packets), headers(&narrow));
    assert!(plain.iter().all(|(number, _)| *number == 8) && narrow[0].len() == 172);
    let between = |(_, later): (u8, u32), (_, earlier): (u8, u32)| later.wrapping_sub(earlier);
    assert_eq!((between(plain[0], wide[4]), between(plain[1], plain[0])), (960, 160));
    assert_eq!((between(wide[5], plain[4]), between(wide[6], wide[5])), (160, 960));
    assert_eq!((ear.begins.len(), ear.samples.len()), (10, 3200));
}

#[test]
fn jitter_is_told_on_the_clock_of_opus_and_known_on_ours() {
    let (mut far, mut leg) = (playing(&[500.0]), hearing());
    let mut report = Vec::new();
    for (n, packet) in (0u64..).zip(sent(&mut far, 0, 140)) {
        let late = if n % 2 == 0 { 0 } else { 10 };
        leg.receive(Millis(n * 20 + late), &packet, SocketAddr::from(THEIRS));
        leg.tick(Millis(n * 20), &mut Vec::new());
    }
    leg.report(Millis(2800), &mut report);
    assert!(leg.report(Millis(90_000), &mut report).is_some());
    let told =
        crate::media::rtcp::reports(&report).flat_map(|report| report.blocks().collect::<Vec<_>>()).next();
    let told = told.map(|block| block.jitter).unwrap_or_default();
    assert!((70..=80).contains(&leg.statistics().jitter), "{}", leg.statistics().jitter);
    assert_eq!(told, leg.statistics().jitter * 6);
    assert!((8..=10).contains(&leg.quality().jitter_ms));
}

#[test]
fn no_packet_makes_a_leg_panic_and_none_makes_more_than_its_length() {
    let seed = 6716u64;
    println!("seed {seed}");
    let mut state = seed;
    let mut random = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as u32
    };
    let (mut leg, mut octets) = (hearing(), Vec::new());
    for n in 0..20_000u64 {
        let header = RtpHeader {
            marker: false,
            payload_type: 111,
            sequence: (n as u16).wrapping_add(if random() % 8 == 0 { random() as u16 } else { 0 }),
            timestamp: (n as u32).wrapping_mul(960).wrapping_add(if random() % 8 == 0 {
                random()
            } else {
                0
            }),
            ssrc: 7,
        };
        let mut packet = Vec::new();
        header.write(&mut packet);
        packet.extend((0..random() % 200).map(|_| random() as u8));
        leg.receive(Millis(n * 20), &packet, SocketAddr::from(THEIRS));
        let gaps = if random() % 4 == 0 { Gaps::Wait } else { Gaps::Repair };
        while !matches!(leg.unpack(Millis(n * 20), gaps, &mut octets), Heard::Nothing) {
            assert!(octets.len() <= 960, "{}", octets.len());
        }
    }
    assert!(leg.statistics().malformed > 0);
}
