//! RTP packets, RFC 3550 §5.1: a validated view of a received one and the header of one to send.
//!
//! Contributing sources and header extensions (§5.3.1) are stepped over, padding is cut off. Packets are never
//! written with any of the three.

/// Octets of the header that this side writes.
pub const HEADER_OCTETS: usize = 12;

const VERSION: u8 = 2;

/// The fixed fields of an RTP header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RtpHeader {
    /// The marker bit: begin of a talkspurt, or of an event (RFC 4733 §2.5.1.1).
    pub marker: bool,
    /// 0 to 127.
    pub payload_type: u8,
    /// Grows by one a packet, wraps.
    pub sequence: u16,
    /// Sampling instant of the first octet, in 1/8000 s for all formats of this room; wraps.
    pub timestamp: u32,
    /// Synchronization source.
    pub ssrc: u32,
}

/// Why a datagram is not RTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RtpError {
    /// Shorter than the header, or than the contributing sources or the extension it announces.
    #[error("rtp packet of {octets} octets is shorter than it says")]
    Truncated {
        /// Length of the datagram.
        octets: usize,
    },
    /// Version other than 2: STUN, DTLS or noise.
    #[error("rtp version is {found}, expected 2")]
    Version {
        /// The version found.
        found: u8,
    },
    /// Padding of no octets, or more than there are.
    #[error("rtp padding of {count} octets does not fit")]
    Padding {
        /// The count in the last octet.
        count: u8,
    },
}

impl RtpHeader {
    /// Reads a packet: its header and its payload, which may be empty.
    pub fn parse(packet: &[u8]) -> Result<(RtpHeader, &[u8]), RtpError> {
        let truncated = RtpError::Truncated { octets: packet.len() };
        let (fixed, rest) = packet.split_first_chunk::<HEADER_OCTETS>().ok_or(truncated)?;
        let version = fixed[0] >> 6;
        if version != VERSION {
            return Err(RtpError::Version { found: version });
        }
        let contributing = usize::from(fixed[0] & 0x0f) * 4;
        let mut rest = rest.get(contributing..).ok_or(truncated)?;
        if fixed[0] & 0x10 != 0 {
            rest = skip_extension(rest).ok_or(truncated)?;
        }
        if fixed[0] & 0x20 != 0 {
            rest = cut_padding(rest)?;
        }
        Ok((RtpHeader::read(fixed), rest))
    }

    /// Appends the twelve octets of this header to `out`.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.push(VERSION << 6);
        out.push(u8::from(self.marker) << 7 | self.payload_type & 0x7f);
        out.extend_from_slice(&self.sequence.to_be_bytes());
        out.extend_from_slice(&self.timestamp.to_be_bytes());
        out.extend_from_slice(&self.ssrc.to_be_bytes());
    }

    fn read(fixed: &[u8; HEADER_OCTETS]) -> RtpHeader {
        let [_, second, s0, s1, t0, t1, t2, t3, c0, c1, c2, c3] = *fixed;
        RtpHeader {
            marker: second & 0x80 != 0,
            payload_type: second & 0x7f,
            sequence: u16::from_be_bytes([s0, s1]),
            timestamp: u32::from_be_bytes([t0, t1, t2, t3]),
            ssrc: u32::from_be_bytes([c0, c1, c2, c3]),
        }
    }
}

/// The length of an extension counts 32-bit words and leaves out its own four octets.
fn skip_extension(octets: &[u8]) -> Option<&[u8]> {
    let ([_, _, high, low], rest) = octets.split_first_chunk::<4>()?;
    rest.get(usize::from(u16::from_be_bytes([*high, *low])) * 4..)
}

/// The last octet of padding counts itself, so it is never zero.
fn cut_padding(octets: &[u8]) -> Result<&[u8], RtpError> {
    let count = octets.last().copied().unwrap_or(0);
    let kept = octets.len().checked_sub(usize::from(count)).filter(|_| count > 0);
    kept.and_then(|kept| octets.get(..kept)).ok_or(RtpError::Padding { count })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: RtpHeader =
        RtpHeader { marker: true, payload_type: 101, sequence: 65535, timestamp: 0xfffffff0, ssrc: 7 };

    fn packet(payload: &[u8]) -> Vec<u8> {
        let mut packet = Vec::new();
        HEADER.write(&mut packet);
        packet.extend_from_slice(payload);
        packet
    }

    #[test]
    fn what_is_written_is_read() {
        assert_eq!(RtpHeader::parse(&packet(&[1, 2, 3])), Ok((HEADER, &[1u8, 2, 3][..])));
    }

    #[test]
    fn an_empty_payload_is_a_packet() {
        assert_eq!(RtpHeader::parse(&packet(&[])), Ok((HEADER, &[][..])));
    }

    #[test]
    fn every_shorter_datagram_is_truncated() {
        let whole = packet(&[]);
        for octets in 0..HEADER_OCTETS {
            assert_eq!(RtpHeader::parse(&whole[..octets]), Err(RtpError::Truncated { octets }));
        }
    }

    #[test]
    fn other_versions_are_refused() {
        for found in [0, 1, 3] {
            let mut bytes = packet(&[0; 160]);
            bytes[0] = found << 6;
            assert_eq!(RtpHeader::parse(&bytes), Err(RtpError::Version { found }));
        }
    }

    #[test]
    fn contributing_sources_are_stepped_over_or_missed() {
        let mut bytes = packet(&[9; 62]);
        bytes[0] |= 15;
        assert_eq!(RtpHeader::parse(&bytes).unwrap().1, &[9, 9]);
        assert_eq!(RtpHeader::parse(&bytes[..32]), Err(RtpError::Truncated { octets: 32 }));
    }

    #[test]
    fn an_extension_is_stepped_over_or_missed() {
        let mut bytes = packet(&[0xbe, 0xde, 0, 1, 1, 2, 3, 4, 5]);
        bytes[0] |= 0x10;
        assert_eq!(RtpHeader::parse(&bytes).unwrap().1, &[5]);
        bytes[14] = 0xff;
        assert_eq!(RtpHeader::parse(&bytes), Err(RtpError::Truncated { octets: 21 }));
        assert_eq!(RtpHeader::parse(&bytes[..13]), Err(RtpError::Truncated { octets: 13 }));
    }

    #[test]
    fn padding_is_cut_or_refused() {
        let padded = |payload: &[u8]| {
            let mut bytes = packet(payload);
            bytes[0] |= 0x20;
            RtpHeader::parse(&bytes).map(|(_, payload)| payload.to_vec())
        };
        assert_eq!(padded(&[5, 0, 0, 3]), Ok(vec![5]));
        assert_eq!(padded(&[0, 0, 0, 4]), Ok(vec![]));
        assert_eq!(padded(&[1, 2, 0]), Err(RtpError::Padding { count: 0 }));
        assert_eq!(padded(&[1, 2, 4]), Err(RtpError::Padding { count: 4 }));
        assert_eq!(padded(&[]), Err(RtpError::Padding { count: 0 }));
    }
}
