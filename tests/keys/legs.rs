//! Keys as a leg hears them: events, tones, or both for one press.

use callwright::media::{Codec, EventTypes, FarEnd, Formats, Heard, Idle, InBandKeys, Key, Leg, LegConfig};
use callwright::time::Millis;
use std::net::SocketAddr;

const OURS: ([u8; 4], u16) = ([192, 0, 2, 1], 4000);
pub const THEIRS: ([u8; 4], u16) = ([192, 0, 2, 2], 5000);

/// A leg towards `remote`, with RFC 4733 where `events` is set.
pub fn leg(remote: ([u8; 4], u16), events: bool, in_band_keys: InBandKeys) -> Leg {
    Leg::new(LegConfig {
        formats: Formats {
            telephone_event: events.then_some(EventTypes::both(101)),
            ..Formats::of(Codec::Pcma)
        },
        remote: remote.into(),
        reports_to: Default::default(),
        far_end: FarEnd::Known(remote.0.into()),
        ssrc: u32::from(remote.1),
        first_sequence: 1,
        first_timestamp: 1000,
        idle: Idle::Silence,
        key_timing: Default::default(),
        in_band_keys,
        chance: 1,
    })
}

/// What a leg sends while it presses keys, a packet every 20 ms.
pub fn pressing(keys: &str, events: bool) -> Vec<Vec<u8>> {
    let mut far = leg(OURS, events, InBandKeys::Never);
    assert!(far.send_keys(keys.chars().filter_map(Key::from_char)));
    let frames = 10 + keys.len() as u64 * 10;
    (0..frames)
        .map(|n| {
            let mut packet = Vec::new();
            assert!(far.tick(Millis(n * 20), &mut packet).is_some());
            packet
        })
        .collect()
}

/// The keys that a leg hears; those that were found before stand in brackets.
pub fn heard(leg: &mut Leg, packets: &[(u64, Vec<u8>)]) -> String {
    let mut keys = String::new();
    for (ms, packet) in packets {
        match leg.receive(Millis(*ms), packet, SocketAddr::from(THEIRS)) {
            Heard::Digit(key) => keys.push(key.to_char()),
            Heard::Repeated(key) => keys.extend(['(', key.to_char(), ')']),
            Heard::Audio(_) | Heard::Packed | Heard::Quiet | Heard::Nothing => {}
        }
        keys.extend(std::iter::from_fn(|| leg.poll_key()).map(Key::to_char));
    }
    keys
}

fn every_20_ms(packets: Vec<Vec<u8>>) -> Vec<(u64, Vec<u8>)> {
    (0..).step_by(20).zip(packets).collect()
}

/// The press of a gateway that lets the tone's first 60 ms pass, then sends events for it; and then one more press.
fn leaking(keys: &str) -> Vec<(u64, Vec<u8>)> {
    let (tones, events) = (pressing(keys, false), pressing(keys, true));
    let mixed = tones.into_iter().zip(events).enumerate().map(|(n, (tone, event))| match n % 10 {
        0..3 => tone,
        _ => event,
    });
    every_20_ms(mixed.collect())
}

#[test]
fn a_far_end_without_events_is_heard_by_its_tones() {
    for keys in ["0123456789*#ABCD", "1122", "5555555"] {
        let packets = every_20_ms(pressing(keys, false));
        assert_eq!(heard(&mut leg(THEIRS, false, InBandKeys::Auto), &packets), keys);
        assert_eq!(heard(&mut leg(THEIRS, true, InBandKeys::Auto), &packets), keys);
        assert_eq!(heard(&mut leg(THEIRS, false, InBandKeys::Never), &packets), "");
    }
}

#[test]
fn a_key_on_both_ways_is_one_key() {
    for setting in [InBandKeys::Auto, InBandKeys::Always] {
        let heard = heard(&mut leg(THEIRS, true, setting), &leaking("9"));
        assert_eq!(heard, "9(9)", "{setting:?}");
    }
    assert_eq!(heard(&mut leg(THEIRS, true, InBandKeys::Never), &leaking("99")), "99");
}

#[test]
fn the_same_key_again_is_another() {
    assert_eq!(heard(&mut leg(THEIRS, true, InBandKeys::Auto), &leaking("999")), "9(9)99");
    assert_eq!(heard(&mut leg(THEIRS, true, InBandKeys::Always), &leaking("999")), "9(9)9(9)9(9)");
}

#[test]
fn events_lead_from_the_first_on() {
    let mut packets = every_20_ms(pressing("1", true));
    let later = pressing("22", false).into_iter().skip(1);
    packets.extend((400..).step_by(20).zip(later));
    assert_eq!(heard(&mut leg(THEIRS, true, InBandKeys::Auto), &packets), "1");
    assert_eq!(heard(&mut leg(THEIRS, true, InBandKeys::Always), &packets), "122");
}

#[test]
fn a_lost_packet_is_no_second_key() {
    for lost in 0..30 {
        let mut packets = every_20_ms(pressing("77", false));
        packets.remove(lost);
        assert_eq!(heard(&mut leg(THEIRS, false, InBandKeys::Auto), &packets), "77", "packet {lost}");
    }
}

#[test]
fn packets_that_come_twice_or_late_are_no_second_key() {
    let packets = every_20_ms(pressing("31", false));
    let twice: Vec<_> = packets.iter().flat_map(|packet| [packet.clone(), packet.clone()]).collect();
    assert_eq!(heard(&mut leg(THEIRS, false, InBandKeys::Auto), &twice), "31");
    let mut late = packets;
    let straggler = late[2].clone();
    late.insert(9, straggler);
    assert_eq!(heard(&mut leg(THEIRS, false, InBandKeys::Auto), &late), "31");
}

#[test]
fn packets_may_have_any_length() {
    let packets = pressing("4711", false);
    let sound: Vec<u8> = packets.iter().flat_map(|packet| packet[12..].to_vec()).collect();
    for length in [40, 80, 123, 240, 480, 1000] {
        let cut = sound.chunks(length).enumerate().map(|(n, payload)| {
            let at = n * length;
            let mut packet = vec![0x80, 8];
            packet.extend((n as u16).to_be_bytes());
            packet.extend((at as u32).to_be_bytes());
            packet.extend([0, 0, 0, 7]);
            packet.extend(payload);
            (at as u64 / 8, packet)
        });
        let cut: Vec<_> = cut.collect();
        assert_eq!(heard(&mut leg(THEIRS, false, InBandKeys::Auto), &cut), "4711", "{length} samples");
    }
}

#[test]
fn the_echo_of_our_own_tones_is_no_key() {
    let mut ours = leg(THEIRS, false, InBandKeys::Auto);
    assert!(ours.send_keys("42".chars().filter_map(Key::from_char)));
    let mut keys = Vec::new();
    for n in 0..60 {
        let mut packet = Vec::new();
        assert!(ours.tick(Millis(n * 20), &mut packet).is_some());
        let heard = ours.receive(Millis(n * 20), &packet, SocketAddr::from(THEIRS));
        assert!(matches!(heard, Heard::Audio(_)));
        keys.extend(ours.poll_key());
    }
    assert_eq!(keys, []);
}
