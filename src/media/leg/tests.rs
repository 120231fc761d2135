//! Stories of a leg and its far end, which are two legs here: what one sends, the other hears.

use super::*;
use crate::media::latch::FarEnd;
use crate::media::playout::Ended;
use crate::media::telephone_event::KeyTiming;
use crate::media::{Clip, g711};

const OURS: ([u8; 4], u16) = ([192, 0, 2, 1], 4000);
const THEIRS: ([u8; 4], u16) = ([192, 0, 2, 2], 5000);

fn formats(codec: Codec) -> Formats {
    Formats { telephone_event: Some(EventTypes::both(101)), ..Formats::of(codec) }
}

fn config(remote: ([u8; 4], u16), codec: Codec) -> LegConfig {
    LegConfig {
        formats: formats(codec),
        remote: remote.into(),
        reports_to: Default::default(),
        far_end: FarEnd::Known(remote.0.into()),
        ssrc: u32::from(remote.1),
        first_sequence: 65_530,
        first_timestamp: u32::MAX - 500,
        idle: Idle::Silence,
        key_timing: KeyTiming::default(),
        in_band_keys: InBandKeys::Auto,
        chance: 1,
    }
}

fn leg() -> Leg {
    Leg::new(config(THEIRS, Codec::Pcmu))
}

fn far_end(codec: Codec) -> Leg {
    Leg::new(config(OURS, codec))
}

/// The packets that a leg sends in the next frames.
fn sent(leg: &mut Leg, from_ms: u64, frames: u64) -> Vec<Vec<u8>> {
    let mut packets = Vec::new();
    for n in 0..frames {
        let mut out = Vec::new();
        while leg.tick(Millis(from_ms + n * FRAME_MS), &mut out).is_some() {
            packets.push(out.clone());
        }
    }
    packets
}

fn digits(leg: &mut Leg, packets: &[Vec<u8>]) -> String {
    let heard = |(packet, n): (&Vec<u8>, u64)| match leg.receive(Millis(n * 20), packet, THEIRS.into()) {
        Heard::Digit(key) => Some(key.to_char()),
        Heard::Audio(_) | Heard::Packed | Heard::Repeated(_) | Heard::Quiet | Heard::Nothing => None,
    };
    packets.iter().zip(0..).filter_map(heard).collect()
}

fn keys(symbols: &str) -> Vec<Key> {
    symbols.chars().filter_map(Key::from_char).collect()
}

#[test]
fn an_idle_leg_sends_silence_every_20_ms() {
    let packets = sent(&mut leg(), 1000, 50);
    assert_eq!(packets.len(), 50);
    let headers: Vec<RtpHeader> = packets.iter().map(|packet| RtpHeader::parse(packet).unwrap().0).collect();
    for (header, n) in headers.iter().zip(0u16..) {
        assert_eq!(header.sequence, 65_530u16.wrapping_add(n));
        assert_eq!(header.timestamp, (u32::MAX - 500).wrapping_add(160 * u32::from(n)));
        assert_eq!(header.marker, n == 0);
    }
    assert!(packets.iter().all(|packet| packet[12..] == [0xff; 160]));
}

#[test]
fn a_leg_told_to_be_quiet_sends_nothing_until_it_plays() {
    let mut leg = Leg::new(LegConfig { idle: Idle::Nothing, ..config(THEIRS, Codec::Pcmu) });
    assert!(sent(&mut leg, 0, 10).is_empty());
    leg.play(PlayId(1), vec![Clip::from_samples(&[99; 320]).into()], Repeat::Once);
    let packets = sent(&mut leg, 200, 10);
    let markers: Vec<bool> =
        packets.iter().map(|packet| RtpHeader::parse(packet).unwrap().0.marker).collect();
    assert_eq!(markers, [true, false]);
}

#[test]
fn a_sweep_out_of_step_with_the_frames_sends_one_packet_each() {
    let mut leg = leg();
    let sweeps = [0, 19, 41, 60, 79, 101, 120];
    let counts = sweeps.map(|now| {
        let mut out = Vec::new();
        std::iter::from_fn(|| leg.tick(Millis(now), &mut out)).count()
    });
    assert_eq!(counts, [1; 7]);
}

#[test]
fn a_late_driver_catches_up_and_a_very_late_one_does_not_burst() {
    let mut leg = leg();
    assert_eq!(sent(&mut leg, 0, 1).len(), 1);
    assert_eq!(sent(&mut leg, 80, 1).len(), 4);
    let before = RtpHeader::parse(&sent(&mut leg, 100, 1)[0]).unwrap().0;
    let packets = sent(&mut leg, 10_100, 1);
    let after = RtpHeader::parse(&packets[0]).unwrap().0;
    assert_eq!((packets.len(), after.marker), (1, true));
    assert_eq!(after.timestamp.wrapping_sub(before.timestamp), 80_000);
}

#[test]
fn what_is_played_is_heard_and_its_end_is_told_once() {
    let mut leg = leg();
    leg.play(PlayId(7), vec![Clip::from_samples(&[1000; 400]).into(), Sound::Silence(20)], Repeat::Once);
    let packets = sent(&mut leg, 0, 5);
    let code = crate::media::g711::ulaw_encode(1000);
    let loud: Vec<usize> =
        packets.iter().map(|p| p[12..].iter().filter(|octet| **octet == code).count()).collect();
    assert_eq!(loud, [160, 160, 80, 0, 0]);
    let event = PlayoutEvent { id: PlayId(7), ended: Ended::Finished, position_ms: 70 };
    assert_eq!((leg.poll_event(), leg.poll_event()), (Some(event), None));
}

#[test]
fn barge_in_cuts_within_one_packet() {
    let mut leg = leg();
    leg.play(PlayId(7), vec![Clip::from_samples(&[1000; 80_000]).into()], Repeat::Once);
    sent(&mut leg, 0, 10);
    leg.stop();
    assert!(sent(&mut leg, 200, 1)[0][12..].iter().all(|octet| *octet == 0xff));
    let event = PlayoutEvent { id: PlayId(7), ended: Ended::Stopped, position_ms: 200 };
    assert_eq!(leg.poll_event(), Some(event));
}

#[test]
fn keys_sent_are_keys_heard() {
    let mut far = far_end(Codec::Pcmu);
    assert!(far.send_keys(keys("112*#ABCD0")));
    let packets = sent(&mut far, 0, 110);
    assert!(!far.is_sending_keys());
    assert_eq!(digits(&mut leg(), &packets), "112*#ABCD0");
}

#[test]
fn keys_survive_the_loss_of_any_half_of_the_packets() {
    let mut far = far_end(Codec::Pcmu);
    assert!(far.send_keys(keys("5551234567")));
    let packets = sent(&mut far, 0, 110);
    for parity in [0, 1] {
        let half: Vec<Vec<u8>> = packets.iter().skip(parity).step_by(2).cloned().collect();
        assert_eq!(digits(&mut leg(), &half), "5551234567");
    }
}

#[test]
fn a_leg_prints_no_key_that_it_hears_or_sends() {
    let printed = |symbol: &str| {
        let (mut leg, mut far) = (leg(), far_end(Codec::Pcmu));
        assert!(far.send_keys(keys(symbol)));
        let packets = sent(&mut far, 0, 8);
        assert_eq!(digits(&mut leg, &packets), symbol[..1]);
        format!("{leg:?} {far:?}")
    };
    assert_eq!(printed("77"), printed("31"));
}

#[test]
fn a_far_end_without_events_gets_tones() {
    let mut far = far_end(Codec::Pcmu);
    far.renegotiate(Formats { telephone_event: None, ..formats(Codec::Pcmu) });
    assert!(far.send_keys(keys("5")));
    let packets = sent(&mut far, 0, 10);
    let loud = packets.iter().filter(|packet| packet[12..].iter().any(|octet| *octet != 0xff)).count();
    assert_eq!((packets.len(), loud), (10, 5));
}

#[test]
fn a_tone_is_found_at_whatever_packet_a_long_silence_ends_with_it() {
    for (codec, silent) in [(Codec::Pcmu, 100), (Codec::Pcma, 101), (Codec::Pcma, 3), (Codec::G722, 50)] {
        let mut far = far_end(codec);
        far.renegotiate(Formats { telephone_event: None, ..formats(codec) });
        let mut packets = sent(&mut far, 0, silent);
        assert!(far.send_keys(keys("5")));
        packets.extend(sent(&mut far, silent * FRAME_MS, 10));
        let mut near = Leg::new(config(THEIRS, codec));
        near.renegotiate(Formats { telephone_event: None, ..formats(codec) });
        assert_eq!(digits(&mut near, &packets), "", "no event told of it");
        assert_eq!(near.poll_key(), keys("5").pop(), "{codec:?} after {silent}");
        assert_eq!(near.poll_key(), None);
    }
}

#[test]
fn an_injected_key_is_not_heard() {
    let (mut leg, mut far) = (leg(), far_end(Codec::Pcmu));
    let mut intruder = Leg::new(LegConfig { ssrc: 666, ..config(OURS, Codec::Pcmu) });
    assert!(far.send_keys(keys("1")) && intruder.send_keys(keys("9")));
    let mut heard = String::new();
    for n in 0..20 {
        heard += &digits(&mut leg, &sent(&mut far, n * 20, 1));
        heard += &digits(&mut leg, &sent(&mut intruder, n * 20, 1));
    }
    assert_eq!(heard, "1");
    assert_eq!(leg.statistics().ignored, 20);
}

#[test]
fn a_stranger_changes_nothing() {
    let (mut leg, mut far) = (leg(), far_end(Codec::Pcmu));
    let packets = sent(&mut far, 0, 20);
    assert!(matches!(leg.receive(Millis(0), &packets[0], THEIRS.into()), Heard::Audio(_)));
    for port in 1..1000 {
        let stranger = SocketAddr::from((THEIRS.0, port));
        assert!(matches!(leg.receive(Millis(1), &packets[1], stranger), Heard::Nothing));
    }
    assert_eq!((leg.remote(), leg.statistics().ignored), (THEIRS.into(), 999));
}

#[test]
fn a_bridge_transcodes_audio_and_passes_keys() {
    let (mut caller, mut a) = (far_end(Codec::Pcma), Leg::new(config(THEIRS, Codec::Pcma)));
    let mut b = leg();
    let samples: Vec<i16> = (0..1600).map(|n| (n % 40) * 300).collect();
    caller.play(PlayId(1), vec![Clip::from_samples(&samples).into()], Repeat::Once);
    let mut sent_on = Vec::new();
    for n in 0..20u64 {
        for packet in sent(&mut caller, n * 20, 1) {
            match a.receive(Millis(n * 20), &packet, THEIRS.into()) {
                Heard::Audio(audio) => b.relay(&audio),
                Heard::Digit(_) | Heard::Repeated(_) | Heard::Packed | Heard::Quiet | Heard::Nothing => {
                    panic!("only audio was sent")
                }
            }
        }
        sent_on.extend(sent(&mut b, n * 20, 1));
    }
    let heard: Vec<i16> =
        sent_on.iter().flat_map(|packet| &packet[12..]).map(|octet| g711::ulaw_decode(*octet)).collect();
    let worst = samples.iter().zip(&heard[320..]).map(|(a, b)| (a - b).abs()).max();
    assert!(worst < Some(700), "{worst:?}");
    b.end_relay();
    assert!(sent(&mut b, 400, 1)[0][12..].iter().all(|octet| *octet == 0xff));
}

#[test]
fn a_held_leg_neither_sends_nor_hears() {
    let (mut leg, mut far) = (leg(), far_end(Codec::Pcmu));
    leg.direct(Direction::Inactive);
    assert!(sent(&mut leg, 0, 10).is_empty());
    let packets = sent(&mut far, 0, 2);
    assert!(matches!(leg.receive(Millis(0), &packets[0], THEIRS.into()), Heard::Nothing));
    leg.direct(Direction::Both);
    assert_eq!(sent(&mut leg, 200, 10).len(), 10);
    assert!(matches!(leg.receive(Millis(20), &packets[1], THEIRS.into()), Heard::Audio(_)));
}

#[test]
fn a_re_invite_moves_the_leg() {
    let (mut leg, mut far) = (leg(), far_end(Codec::Pcmu));
    let packets = sent(&mut far, 0, 2);
    let _ = leg.receive(Millis(0), &packets[0], THEIRS.into());
    let elsewhere = SocketAddr::from(([192, 0, 2, 3], 6000));
    leg.retarget(elsewhere, ReportsTo::Beside);
    assert!(matches!(leg.receive(Millis(20), &packets[1], THEIRS.into()), Heard::Nothing));
    assert!(matches!(leg.receive(Millis(20), &packets[1], elsewhere), Heard::Audio(_)));
    assert_eq!(leg.tick(Millis(20), &mut Vec::new()), Some(elsewhere));
}

#[test]
fn rubbish_is_counted_and_ends_nothing() {
    let mut leg = leg();
    let bye = [0x81, 203, 0, 1, 0, 0, 0, 7];
    let lying = [0x81, 203, 0xff, 1, 0, 0, 0, 7];
    let stun = [0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    let unknown = [0x80, 77, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 5, 5, 5];
    for datagram in [&bye[..], &lying, &stun, &unknown, &[]] {
        assert!(matches!(leg.receive(Millis(0), datagram, THEIRS.into()), Heard::Nothing));
    }
    let statistics = Statistics { rtcp: 1, malformed: 4, ..Statistics::default() };
    assert_eq!(leg.statistics(), statistics);
    assert_eq!(sent(&mut leg, 0, 1).len(), 1);
}

#[test]
fn no_datagram_makes_a_leg_panic() {
    let seed = 4733u64;
    println!("seed {seed}");
    let mut state = seed;
    let mut random = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as u32
    };
    let (mut leg, mut other) = (leg(), leg());
    for n in 0..50_000 {
        let mut packet: Vec<u8> = (0..random() % 64).map(|_| random() as u8).collect();
        if let [first, second, ..] = &mut packet[..] {
            *first = 0x80 | *first & 0x3f;
            *second = [0, 8, 13, 101, 200, 203, 206, 207, *second][random() as usize % 9];
        }
        if let Heard::Audio(audio) = leg.receive(Millis(n), &packet, THEIRS.into()) {
            other.relay(&audio);
        }
        other.tick(Millis(n), &mut Vec::new());
    }
}

#[test]
fn keys_go_with_the_far_ends_number_and_come_with_either() {
    let numbered = |event| Formats { telephone_event: Some(event), ..formats(Codec::Pcmu) };
    let (mut leg, mut far, mut stubborn) = (leg(), far_end(Codec::Pcmu), far_end(Codec::Pcmu));
    leg.renegotiate(numbered(EventTypes { send: 96, ..EventTypes::both(101) }));
    stubborn.renegotiate(numbered(EventTypes::both(96)));
    assert!(leg.send_keys(keys("5")) && far.send_keys(keys("1")) && stubborn.send_keys(keys("2")));
    let number = RtpHeader::parse(&sent(&mut leg, 0, 1)[0]).unwrap().0.payload_type;
    let ours = digits(&mut leg, &sent(&mut far, 0, 10));
    let theirs = digits(&mut leg, &sent(&mut stubborn, 200, 10));
    assert_eq!((number, ours.as_str(), theirs.as_str()), (96, "1", "2"));
}

#[test]
fn a_hold_is_no_silence_and_comfort_noise_is_none() {
    let (mut leg, mut out) = (leg(), Vec::new());
    assert_eq!(leg.silent_since(), None);
    let _ = digits(&mut leg, &sent(&mut far_end(Codec::Pcmu), 0, 3));
    assert_eq!(leg.silent_since(), Some(Millis(40)));
    leg.direct(Direction::Inactive);
    leg.tick(Millis(90_000), &mut out);
    assert_eq!(leg.silent_since(), Some(Millis(90_000)));
    leg.direct(Direction::Both);
    leg.tick(Millis(95_000), &mut out);
    assert_eq!(leg.silent_since(), Some(Millis(90_000)));
    let mut noise = Vec::new();
    let header = RtpHeader { marker: false, payload_type: 13, sequence: 9, timestamp: 1, ssrc: 7 };
    header.write(&mut noise);
    noise.push(60);
    assert!(matches!(leg.receive(Millis(96_000), &noise, THEIRS.into()), Heard::Quiet));
    assert_eq!(leg.silent_since(), Some(Millis(96_000)));
}

#[test]
fn a_far_end_that_never_sends_is_known_by_it_and_a_hold_is_no_silence() {
    let mut leg = leg();
    assert_eq!(leg.unheard_since(), None);
    sent(&mut leg, 1000, 50);
    assert_eq!(leg.unheard_since(), Some(Millis(1000)));
    leg.direct(Direction::SendOnly);
    sent(&mut leg, 2000, 50);
    leg.direct(Direction::Both);
    assert_eq!(leg.unheard_since(), Some(Millis(2980)));
    let first = sent(&mut far_end(Codec::Pcmu), 0, 1);
    leg.receive(Millis(3000), &first[0], THEIRS.into());
    assert_eq!((leg.unheard_since(), leg.silent_since()), (None, Some(Millis(3000))));
}

#[test]
fn reports_from_another_port_keep_nobody_alive() {
    let mut leg = leg();
    let first = sent(&mut far_end(Codec::Pcmu), 0, 1);
    leg.receive(Millis(0), &first[0], THEIRS.into());
    let report = [0x80, 201, 0, 1, 1, 2, 3, 4];
    let at = |port: u16| std::net::SocketAddr::from((THEIRS.0, port));
    leg.receive_rtcp(Millis(1000), &report, at(7001));
    assert_eq!(leg.silent_since(), Some(Millis(1000)), "where they come from first");
    leg.receive_rtcp(Millis(2000), &report, at(7003));
    assert_eq!(leg.silent_since(), Some(Millis(1000)), "no other port of that host");
    leg.receive_rtcp(Millis(3000), &report, at(THEIRS.1 + 1));
    assert_eq!(leg.silent_since(), Some(Millis(3000)), "but the one beside RTP");
}

#[test]
fn reports_go_where_the_far_end_says_and_come_from_there() {
    let mut leg = leg();
    let said = SocketAddr::from((THEIRS.0, 7010));
    leg.retarget(THEIRS.into(), ReportsTo::Named(said));
    let first = sent(&mut far_end(Codec::Pcmu), 0, 1);
    leg.receive(Millis(0), &first[0], THEIRS.into());
    let mut out = Vec::new();
    assert_eq!(leg.report(Millis(0), &mut out), None);
    assert_eq!((leg.report(Millis(9000), &mut out), leg.is_muxed()), (Some(said), false));
    let report = [0x80, 201, 0, 1, 1, 2, 3, 4];
    leg.receive_rtcp(Millis(10_000), &report, (THEIRS.0, THEIRS.1 + 1).into());
    leg.receive_rtcp(Millis(11_000), &report, said);
    assert_eq!(leg.silent_since(), Some(Millis(11_000)));
    assert_eq!(leg.report(Millis(20_000), &mut out), Some(said));
}

#[test]
fn a_stranger_does_not_have_our_reports_sent_to_somebody_else() {
    let elsewhere = SocketAddr::from(([198, 51, 100, 7], 9));
    let to = |far_end| {
        let reports_to = ReportsTo::Named(elsewhere);
        let mut leg = Leg::new(LegConfig { far_end, reports_to, ..config(THEIRS, Codec::Pcmu) });
        let _ = leg.report(Millis(0), &mut Vec::new());
        leg.report(Millis(9000), &mut Vec::new())
    };
    assert_eq!(to(FarEnd::Stranger(THEIRS.0.into())), Some((THEIRS.0, THEIRS.1 + 1).into()));
    assert_eq!(to(FarEnd::Known(THEIRS.0.into())), Some(elsewhere));
}

#[test]
fn reports_that_share_the_port_of_rtp_go_and_come_there() {
    let (mut leg, mut far) = (leg(), far_end(Codec::Pcmu));
    leg.retarget(THEIRS.into(), ReportsTo::Muxed);
    far.retarget(OURS.into(), ReportsTo::Muxed);
    for packet in sent(&mut far, 0, 10) {
        leg.receive(Millis(0), &packet, THEIRS.into());
    }
    let mut report = Vec::new();
    assert_eq!(far.report(Millis(200), &mut report), None);
    assert_eq!((far.report(Millis(9000), &mut report), far.is_muxed()), (Some(OURS.into()), true));
    assert!(matches!(leg.receive(Millis(9000), &report, THEIRS.into()), Heard::Nothing));
    assert_eq!((leg.statistics().rtcp, leg.silent_since()), (1, Some(Millis(9000))));
}
