//! Reads a pcapng file of bare IPv4 packets with UDP in them.

use callwright::media::ToneReceiver;
use callwright::media::g711::alaw_decode;
use std::collections::BTreeMap;

/// A datagram.
pub struct Packet {
    pub from: [u8; 6],
    pub data: Vec<u8>,
    pub comment: Option<String>,
}

pub fn packets(file: &[u8]) -> Vec<Packet> {
    let word = |at: usize| u32::from_le_bytes(file[at..at + 4].try_into().expect("four octets"));
    let (mut at, mut found) = (0, Vec::new());
    while at < file.len() {
        let (kind, length) = (word(at), word(at + 4) as usize);
        assert_eq!(word(at + length - 4) as usize, length, "a block says its length twice");
        if kind == 6 {
            let captured = word(at + 20) as usize;
            let ip = &file[at + 28..at + 28 + captured];
            let options = at + 28 + captured.next_multiple_of(4);
            let comment = (options + 4 < at + length).then(|| {
                let count = usize::from(u16::from_le_bytes([file[options + 2], file[options + 3]]));
                String::from_utf8_lossy(&file[options + 4..options + 4 + count]).into_owned()
            });
            let from = [ip[12], ip[13], ip[14], ip[15], ip[20], ip[21]];
            found.push(Packet { from, data: ip[28..].to_vec(), comment });
        }
        at += length;
    }
    found
}

/// The keys that stand as tones in Opus, of all who sent them; there is sound to find them in.
#[cfg(feature = "opus")]
pub fn keys_in_opus(rtp: &[&Packet]) -> String {
    use callwright::media::{
        Codec, FarEnd, Formats, Gaps, Heard, Idle, InBandKeys, Leg, LegConfig, OpusTerms, g722,
    };
    use callwright::time::Millis;
    let (mut keys, mut loud) = (String::new(), 0);
    let senders: std::collections::BTreeSet<[u8; 6]> = rtp.iter().map(|packet| packet.from).collect();
    for sender in senders {
        let remote = std::net::SocketAddr::from(([127, 0, 0, 1], 4000));
        let mut leg = Leg::new(LegConfig {
            formats: Formats::opus(111, OpusTerms::usual(111)),
            remote,
            reports_to: Default::default(),
            far_end: FarEnd::Known(remote.ip()),
            ssrc: 1,
            first_sequence: 1,
            first_timestamp: 1,
            idle: Idle::Nothing,
            key_timing: Default::default(),
            in_band_keys: InBandKeys::Always,
            chance: 1,
        });
        let (mut now, mut octets, mut decoder) = (0, Vec::new(), g722::Decoder::default());
        for packet in rtp.iter().filter(|packet| packet.from == sender) {
            now += 20;
            let _ = leg.receive(Millis(now), &packet.data, remote);
            for gaps in [Gaps::Wait, Gaps::Repair] {
                while let Heard::Audio(audio) = leg.unpack(Millis(now), gaps, &mut octets) {
                    assert_eq!(audio.codec, Codec::G722);
                    let samples = audio.payload.iter().map(|octet| decoder.narrow(*octet));
                    loud += samples.filter(|sample| sample.unsigned_abs() > 1000).count();
                }
            }
            keys.extend(std::iter::from_fn(|| leg.poll_key()).map(|key| key.to_char()));
        }
    }
    assert!(loud > 2000, "{loud} samples of sound are in it");
    keys
}

/// The keys that stand as tones in A-law, of all who sent them.
pub fn keys_in_the_sound(rtp: &[&Packet]) -> String {
    let mut ears: BTreeMap<[u8; 6], ToneReceiver> = BTreeMap::new();
    let mut keys = String::new();
    for packet in rtp.iter().filter(|packet| packet.data[1] & 0x7f == 8) {
        let ear = ears.entry(packet.from).or_default();
        keys.extend(
            packet.data[12..].iter().filter_map(|code| ear.hear(alaw_decode(*code))).map(|key| key.to_char()),
        );
    }
    keys
}
