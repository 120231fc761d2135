//! The file: pcapng, as tcpdump and Wireshark read it, with bare IP packets.
//!
//! Classic pcap has no place for a comment, and what is left out must be said where it is left out.

use std::net::{IpAddr, SocketAddr};

/// The link type of packets that begin with their IP header.
const LINKTYPE_RAW: u16 = 101;
/// The number of UDP in an IP header.
const UDP: u8 = 17;
/// Length of a UDP header.
const UDP_HEADER: usize = 8;
/// Options of a block.
const COMMENT: u16 = 1;

/// The first two blocks: a section, and the one interface on which everything was heard.
pub fn header() -> Vec<u8> {
    let mut section = Vec::new();
    section.extend(0x1a2b_3c4d_u32.to_le_bytes());
    section.extend([1, 0, 0, 0]);
    section.extend((-1_i64).to_le_bytes());
    let mut interface = Vec::new();
    interface.extend(LINKTYPE_RAW.to_le_bytes());
    interface.extend([0; 6]);
    [block(0x0a0d_0d0a, section), block(1, interface)].concat()
}

/// A datagram, heard at a moment in microseconds since 1970. Longer than an IP packet can be, it is cut.
pub fn packet(at_us: u64, from: SocketAddr, to: SocketAddr, data: &[u8], comment: Option<&str>) -> Vec<u8> {
    let data = &data[..data.len().min(usize::from(u16::MAX) - 60)];
    let packet = ip(from, to, data);
    let mut body = Vec::with_capacity(packet.len() + 64);
    body.extend(0_u32.to_le_bytes());
    body.extend(((at_us >> 32) as u32).to_le_bytes());
    body.extend((at_us as u32).to_le_bytes());
    let length = packet.len() as u32;
    body.extend(length.to_le_bytes());
    body.extend(length.to_le_bytes());
    body.extend(packet);
    pad(&mut body);
    if let Some(comment) = comment {
        body.extend(COMMENT.to_le_bytes());
        body.extend((comment.len() as u16).to_le_bytes());
        body.extend(comment.as_bytes());
        pad(&mut body);
        body.extend([0; 4]);
    }
    block(6, body)
}

/// A block: its type, its length before and behind.
fn block(kind: u32, body: Vec<u8>) -> Vec<u8> {
    let length = (body.len() + 12) as u32;
    [&kind.to_le_bytes()[..], &length.to_le_bytes(), &body, &length.to_le_bytes()].concat()
}

fn pad(bytes: &mut Vec<u8>) {
    bytes.resize(bytes.len().next_multiple_of(4), 0);
}

/// An IP packet with UDP in it. Both ends are of one family; a mixed pair is written as IPv6.
fn ip(from: SocketAddr, to: SocketAddr, data: &[u8]) -> Vec<u8> {
    let length = (UDP_HEADER + data.len()) as u16;
    let mut udp = Vec::with_capacity(usize::from(length));
    udp.extend(from.port().to_be_bytes());
    udp.extend(to.port().to_be_bytes());
    udp.extend(length.to_be_bytes());
    udp.extend([0, 0]);
    udp.extend(data);
    let (IpAddr::V4(source), IpAddr::V4(destination)) = (from.ip(), to.ip()) else {
        return six(from.ip(), to.ip(), udp);
    };
    let mut header = vec![0x45, 0];
    header.extend((length + 20).to_be_bytes());
    header.extend([0, 0, 0x40, 0, 64, UDP, 0, 0]);
    header.extend(source.octets());
    header.extend(destination.octets());
    let sum = checksum(&header);
    header[10..12].copy_from_slice(&sum.to_be_bytes());
    [header, udp].concat()
}

fn six(from: IpAddr, to: IpAddr, mut udp: Vec<u8>) -> Vec<u8> {
    let octets = |ip| match ip {
        IpAddr::V4(ip) => std::net::Ipv4Addr::to_ipv6_mapped(&ip).octets(),
        IpAddr::V6(ip) => ip.octets(),
    };
    let (source, destination) = (octets(from), octets(to));
    let length = udp.len() as u16;
    // RFC 8200 §8.1: the checksum covers a header of its own, and is never zero.
    let pseudo =
        [&source[..], &destination, &u32::from(length).to_be_bytes(), &[0, 0, 0, UDP], &udp].concat();
    let sum = match checksum(&pseudo) {
        0 => u16::MAX,
        sum => sum,
    };
    udp[6..8].copy_from_slice(&sum.to_be_bytes());
    let mut header = vec![0x60, 0, 0, 0];
    header.extend(length.to_be_bytes());
    header.extend([UDP, 64]);
    [&header[..], &source, &destination, &udp].concat()
}

/// RFC 1071.
fn checksum(bytes: &[u8]) -> u16 {
    let words =
        bytes.chunks(2).map(|pair| u32::from(pair[0]) << 8 | pair.get(1).map_or(0, |low| u32::from(*low)));
    let mut sum: u32 = words.sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !(sum as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checksum_is_that_of_rfc_1071() {
        let header = [0x45, 0, 0, 0x73, 0, 0, 0x40, 0, 0x40, 0x11, 0, 0, 192, 168, 0, 1, 192, 168, 0, 199];
        assert_eq!(checksum(&header), 0xb861);
    }

    #[test]
    fn every_block_says_its_length_twice_and_ends_on_four_octets() {
        let [a, b] = ["192.0.2.1:5060", "192.0.2.2:5061"].map(|at| at.parse().expect("an address"));
        let six = "[2001:db8::1]:4000".parse().expect("an address");
        let file = [
            header(),
            packet(1_700_000_000_000_001, a, b, b"odd", None),
            packet(1_700_000_000_000_002, six, six, b"even", Some("left out")),
        ]
        .concat();
        let (mut at, mut kinds) = (0, Vec::new());
        while at < file.len() {
            let word = |at: usize| u32::from_le_bytes([file[at], file[at + 1], file[at + 2], file[at + 3]]);
            let length = word(at + 4) as usize;
            assert_eq!((length % 4, word(at + length - 4) as usize), (0, length));
            kinds.push(word(at));
            at += length;
        }
        assert_eq!(kinds, [0x0a0d_0d0a, 1, 6, 6]);
    }
}
