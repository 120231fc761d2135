//! Stories of one receiver. A stream is written as a sender would send it, then spoiled.

use super::*;

/// An event packet and when it arrives.
#[derive(Clone, Copy)]
struct Packet {
    at_ms: u64,
    marker: bool,
    sequence: u16,
    timestamp: u32,
    symbol: char,
    end: bool,
    duration: u16,
}

/// A key of 100 ms as RFC 4733 has it: four updates and three ends, 20 ms apart.
fn press(symbol: char, at_ms: u64) -> Vec<Packet> {
    let (sequence, timestamp) = ((at_ms / 20) as u16, (at_ms * 8) as u32);
    let packet = |n: u16| Packet {
        at_ms: at_ms + 20 * u64::from(n),
        marker: n == 0,
        sequence: sequence + n,
        timestamp,
        symbol,
        end: n >= 4,
        duration: 160 * (n + 1).min(5),
    };
    (0..7).map(packet).collect()
}

fn presses(symbols: &str) -> Vec<Packet> {
    symbols.chars().zip(0..).flat_map(|(symbol, n)| press(symbol, 16_000 + 200 * n)).collect()
}

fn keys(packets: &[Packet]) -> String {
    let mut receiver = EventReceiver::default();
    let accept = |packet: &Packet| {
        let Packet { marker, sequence, timestamp, .. } = *packet;
        let header = RtpHeader { marker, payload_type: 101, sequence, timestamp, ssrc: 1 };
        let event = Key::from_char(packet.symbol).map_or(16, Key::event);
        let payload = EventPayload { event, end: packet.end, duration: packet.duration }.to_bytes();
        receiver.accept(Millis(packet.at_ms), &header, &payload).map(Key::to_char)
    };
    packets.iter().filter_map(accept).collect()
}

#[test]
fn every_key_is_heard_once() {
    assert_eq!(keys(&presses("0123456789*#ABCD")), "0123456789*#ABCD");
}

#[test]
fn any_one_packet_that_survives_is_the_key() {
    for survivor in 0..7 {
        let packets: Vec<Packet> = presses("1123399").chunks(7).map(|key| key[survivor]).collect();
        assert_eq!(keys(&packets), "1123399", "only packet {survivor}");
    }
}

#[test]
fn any_two_packets_that_survive_are_one_key() {
    for first in 0..7 {
        for second in first..7 {
            let packets: Vec<Packet> =
                presses("5577").chunks(7).flat_map(|key| [key[first], key[second]]).collect();
            assert_eq!(keys(&packets), "5577", "only packets {first} and {second}");
        }
    }
}

#[test]
fn any_order_within_a_key_is_one_key() {
    let key = press('8', 0);
    for rotation in 0..7 {
        let mut packets = key.clone();
        packets.rotate_left(rotation);
        assert_eq!(keys(&packets), "8");
        packets.reverse();
        assert_eq!(keys(&packets), "8");
    }
}

#[test]
fn duplicates_are_one_key() {
    let twice: Vec<Packet> = presses("42").into_iter().flat_map(|packet| [packet; 2]).collect();
    assert_eq!(keys(&twice), "42");
}

#[test]
fn a_straggler_of_the_last_key_does_not_repeat_it() {
    let mut packets = press('1', 1000);
    let late_end = Packet { at_ms: 1230, ..packets[6] };
    packets.extend(press('2', 1200));
    packets.insert(9, late_end);
    packets.push(Packet { at_ms: 2400, ..packets[2] });
    assert_eq!(keys(&packets), "12");
}

#[test]
fn the_same_key_without_a_gap_is_two_keys() {
    assert_eq!(keys(&[press('9', 1000), press('9', 1100)].concat()), "99");
}

#[test]
fn a_key_held_for_half_a_minute_is_one_key() {
    let held = |n: u32| {
        let units = n * 160;
        let segment = units / 65_535;
        let (timestamp, duration) = (segment * 65_535, (units - segment * 65_535) as u16);
        let at_ms = u64::from(n) * 20;
        Packet { at_ms, marker: n == 0, sequence: n as u16, timestamp, symbol: '5', end: n == 1500, duration }
    };
    assert_eq!(keys(&(0..=1500).map(held).collect::<Vec<_>>()), "5");
    let saturated = |n: u32| Packet { timestamp: 7, duration: 65_535, marker: false, ..held(n) };
    assert_eq!(keys(&(0..1500).map(saturated).collect::<Vec<_>>()), "5");
}

#[test]
fn a_timestamp_that_grows_with_the_key_is_one_key() {
    let growing = |first: u32| {
        let update = move |n: u32| Packet {
            at_ms: u64::from(first + n) * 20,
            marker: n == 0,
            sequence: (first + n) as u16,
            timestamp: (first + n) * 160,
            symbol: '1',
            end: n > 4,
            duration: 160 * (n as u16 + 1).min(5),
        };
        (0..8).map(update)
    };
    assert_eq!(keys(&growing(50).chain(growing(70)).collect::<Vec<_>>()), "11");
}

#[test]
fn ends_with_new_timestamps_are_one_key() {
    for step in [160, 800] {
        let mut packets = press('1', 1000);
        for n in [5, 6] {
            packets[n].timestamp += step * (n as u32 - 4);
        }
        packets.extend(press('1', 1400));
        assert_eq!(keys(&packets), "11", "step {step}");
    }
}

#[test]
fn a_pause_inside_a_key_does_not_repeat_it() {
    let mut packets = press('7', 1000);
    for packet in &mut packets[2..] {
        packet.at_ms += 1700;
        packet.duration = 13_568;
    }
    assert_eq!(keys(&packets), "7");
}

#[test]
fn a_reused_timestamp_is_a_new_key_only_for_another_symbol_after_an_end_or_with_a_marker() {
    let reused = |symbol| {
        press(symbol, 1000).into_iter().map(|p| Packet { at_ms: p.at_ms + 300, ..p }).collect::<Vec<_>>()
    };
    assert_eq!(keys(&[press('1', 1000), reused('2')].concat()), "12");
    assert_eq!(keys(&[press('1', 1000), reused('1')].concat()), "1");
    let mut changing = press('1', 1000);
    for packet in &mut changing[1..] {
        packet.symbol = '2';
    }
    assert_eq!(keys(&changing), "1");
}

#[test]
fn numbers_that_wrap_inside_a_key_do_not_split_it() {
    let mut packets = press('3', 1000);
    for (packet, n) in packets.iter_mut().zip(0u16..) {
        packet.sequence = 65_533u16.wrapping_add(n);
        packet.timestamp = u32::MAX - 100;
    }
    assert_eq!(keys(&packets), "3");
}

#[test]
fn events_that_are_no_keys_are_not_heard() {
    assert_eq!(keys(&press('f', 1000)), "");
}

#[test]
fn a_payload_that_is_no_event_is_not_heard() {
    let header = RtpHeader { marker: true, payload_type: 101, sequence: 1, timestamp: 1, ssrc: 1 };
    let mut receiver = EventReceiver::default();
    for payload in [&[][..], &[1, 0, 0], &[1, 0, 0, 160, 0]] {
        assert!(receiver.accept(Millis(0), &header, payload).is_none());
    }
}
