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
