//! RTCP, RFC 3550 §6: enough to tell it from RTP, to refuse what is malformed and to write a report.
//!
//! Nothing that RTCP says changes a call: a BYE ends a source, never a dialog, because anybody may forge it.
//! Feedback (RFC 4585) and extended reports (RFC 3611) are checked for length only and not interpreted.

const SENDER_REPORT: u8 = 200;
const RECEIVER_REPORT: u8 = 201;
const SOURCE_DESCRIPTION: u8 = 202;
const BYE: u8 = 203;
const APPLICATION: u8 = 204;
const TRANSPORT_FEEDBACK: u8 = 205;
const PAYLOAD_FEEDBACK: u8 = 206;
const EXTENDED_REPORT: u8 = 207;

/// Payload-specific feedback formats with entries that say their own size (RFC 5104 §4.3.1, and REMB).
const FULL_INTRA_REQUEST: u8 = 4;
const APPLICATION_FEEDBACK: u8 = 15;

const REPORT_BLOCK_OCTETS: usize = 24;
const SENDER_INFO_OCTETS: usize = 20;
const CNAME: u8 = 1;

/// What a well-formed compound packet contained.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// Number of RTCP packets in the datagram.
    pub packets: usize,
    /// Number of report blocks in sender and receiver reports.
    pub report_blocks: usize,
    /// Whether a BYE was among them. It is information, not a reason to end anything.
    pub bye: bool,
}

/// Why a datagram is not RTCP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RtcpError {
    /// Less than one header.
    #[error("rtcp datagram has no packet in it")]
    Empty,
    /// Version other than 2.
    #[error("rtcp version is {found}, expected 2")]
    Version {
        /// The version found.
        found: u8,
    },
    /// A length, a count or an item reaches past the end.
    #[error("rtcp packet of type {packet_type} is shorter than it says")]
    Overrun {
        /// The RTCP packet type.
        packet_type: u8,
    },
    /// Padding that is impossible, or not in the last packet (§6.4.1).
    #[error("rtcp padding does not fit")]
    Padding,
    /// A packet type that this side does not know.
    #[error("rtcp packet type {found} is not known")]
    Type {
        /// The type found.
        found: u8,
    },
}

/// Tells whether a datagram on an RTP port is RTCP (RFC 5761 §4: packet types 192 to 223).
pub fn is_rtcp(datagram: &[u8]) -> bool {
    matches!(datagram, [first, 192..=223, ..] if first >> 6 == 2)
}

/// Checks a compound packet to its last octet and says what was in it.
pub fn check(datagram: &[u8]) -> Result<Contents, RtcpError> {
    if datagram.is_empty() {
        return Err(RtcpError::Empty);
    }
    let mut contents = Contents::default();
    let mut rest = datagram;
    // Each turn takes at least the four octets of a header, so this ends.
    while !rest.is_empty() {
        let (header, after) = rest.split_first_chunk::<4>().ok_or(RtcpError::Empty)?;
        let [first, packet_type, high, low] = *header;
        if first >> 6 != 2 {
            return Err(RtcpError::Version { found: first >> 6 });
        }
        let overrun = RtcpError::Overrun { packet_type };
        let octets = usize::from(u16::from_be_bytes([high, low])) * 4;
        let (body, next) = after.split_at_checked(octets).ok_or(overrun)?;
        let body = if first & 0x20 == 0 { body } else { cut_padding(body, next.is_empty())? };
        let count = first & 0x1f;
        if !is_complete(packet_type, count, body)? {
            return Err(overrun);
        }
        contents.packets += 1;
        contents.bye |= packet_type == BYE;
        if matches!(packet_type, SENDER_REPORT | RECEIVER_REPORT) {
            contents.report_blocks += usize::from(count);
        }
        rest = next;
    }
    Ok(contents)
}

fn cut_padding(body: &[u8], is_last: bool) -> Result<&[u8], RtcpError> {
    let count = usize::from(body.last().copied().unwrap_or(0));
    if !is_last || count == 0 || !count.is_multiple_of(4) {
        return Err(RtcpError::Padding);
    }
    body.len().checked_sub(count).and_then(|kept| body.get(..kept)).ok_or(RtcpError::Padding)
}

/// Whether the body holds everything that the header's count announces.
fn is_complete(packet_type: u8, count: u8, body: &[u8]) -> Result<bool, RtcpError> {
    let blocks = usize::from(count) * REPORT_BLOCK_OCTETS;
    Ok(match packet_type {
        SENDER_REPORT => body.len() >= 4 + SENDER_INFO_OCTETS + blocks,
        RECEIVER_REPORT => body.len() >= 4 + blocks,
        SOURCE_DESCRIPTION => chunks_are_complete(count, body),
        BYE => bye_is_complete(count, body),
        APPLICATION => body.len() >= 8,
        TRANSPORT_FEEDBACK => body.len() >= 8,
        PAYLOAD_FEEDBACK => feedback_is_complete(count, body),
        EXTENDED_REPORT => extended_blocks_are_complete(body),
        found => return Err(RtcpError::Type { found }),
    })
}

/// §6.5: chunks of an SSRC and items, each list ended by a zero octet and filled up to 32 bits.
fn chunks_are_complete(count: u8, body: &[u8]) -> bool {
    let mut at = 0;
    for _ in 0..count {
        at += 4;
        loop {
            match body.get(at..) {
                Some([0, ..]) => break,
                Some([_, length, ..]) => at += 2 + usize::from(*length),
                Some(_) | None => return false,
            }
        }
        at = (at / 4 + 1) * 4;
        if at > body.len() {
            return false;
        }
    }
    true
}

/// §6.6: the sources, then maybe a reason with its length in front.
fn bye_is_complete(count: u8, body: &[u8]) -> bool {
    match body.get(usize::from(count) * 4..) {
        Some([length, reason @ ..]) => reason.len() >= usize::from(*length),
        Some([]) => true,
        None => false,
    }
}

fn feedback_is_complete(format: u8, body: &[u8]) -> bool {
    let Some(control) = body.get(8..) else { return false };
    match format {
        FULL_INTRA_REQUEST => control.len() >= 8,
        APPLICATION_FEEDBACK => match control {
            [b'R', b'E', b'M', b'B', sources, _, _, _, list @ ..] => list.len() >= usize::from(*sources) * 4,
            _ => true,
        },
        _ => true,
    }
}

/// RFC 3611 §3: blocks that say their length in words, without their own header.
fn extended_blocks_are_complete(body: &[u8]) -> bool {
    let Some(mut blocks) = body.get(4..) else { return false };
    while let Some(([_, _, high, low], rest)) = blocks.split_first_chunk::<4>() {
        match rest.get(usize::from(u16::from_be_bytes([*high, *low])) * 4..) {
            Some(next) => blocks = next,
            None => return false,
        }
    }
    blocks.is_empty()
}

/// What a sender says of itself, §6.4.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SenderInfo {
    /// Wall clock in NTP format: seconds since 1900 in the high half.
    pub ntp: u64,
    /// The same moment on the RTP clock.
    pub rtp_timestamp: u32,
    /// Packets sent so far.
    pub packets: u32,
    /// Payload octets sent so far.
    pub octets: u32,
}

/// What a receiver says of one source, §6.4.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportBlock {
    /// The source reported on.
    pub ssrc: u32,
    /// Share lost since the last report, in 1/256.
    pub fraction_lost: u8,
    /// Lost so far; negative when duplicates outnumber losses. Kept within 24 bits.
    pub lost: i32,
    /// Extended highest sequence number.
    pub highest_sequence: u32,
    /// Interarrival jitter in timestamp units, §A.8.
    pub jitter: u32,
    /// Middle 32 bits of the last sender report's NTP time, and the delay since it in 1/65536 s.
    pub last_report: (u32, u32),
}

/// A sender or receiver report of a compound.
#[derive(Clone, Copy, Debug)]
pub struct Report<'p> {
    /// Who says it.
    pub ssrc: u32,
    /// What it says of itself; nothing in a receiver report.
    pub sender: Option<SenderInfo>,
    blocks: &'p [u8],
}

impl Report<'_> {
    /// What it says of others.
    pub fn blocks(&self) -> impl Iterator<Item = ReportBlock> {
        self.blocks.as_chunks::<REPORT_BLOCK_OCTETS>().0.iter().map(read_block)
    }
}

/// The reports in a datagram, up to the first packet that overruns it; [`check`] tells whether there is one.
pub fn reports(datagram: &[u8]) -> impl Iterator<Item = Report<'_>> {
    let mut rest = datagram;
    std::iter::from_fn(move || {
        let (header, after) = rest.split_first_chunk::<4>()?;
        let octets = usize::from(u16::from_be_bytes([header[2], header[3]])) * 4;
        let (body, next) = after.split_at_checked(octets)?;
        rest = next;
        Some(read_report(header[1], header[0] & 0x1f, body))
    })
    .flatten()
}

fn read_report(packet_type: u8, count: u8, body: &[u8]) -> Option<Report<'_>> {
    let (ssrc, after) = body.split_first_chunk::<4>()?;
    let (sender, blocks) = match packet_type {
        SENDER_REPORT => {
            let (info, blocks) = after.split_first_chunk::<SENDER_INFO_OCTETS>()?;
            (Some(read_sender(info)), blocks)
        }
        RECEIVER_REPORT => (None, after),
        _ => return None,
    };
    let blocks = blocks.get(..usize::from(count) * REPORT_BLOCK_OCTETS)?;
    Some(Report { ssrc: u32::from_be_bytes(*ssrc), sender, blocks })
}

fn read_sender(info: &[u8; SENDER_INFO_OCTETS]) -> SenderInfo {
    SenderInfo {
        ntp: u64::from(word(info, 0)) << 32 | u64::from(word(info, 1)),
        rtp_timestamp: word(info, 2),
        packets: word(info, 3),
        octets: word(info, 4),
    }
}

fn read_block(block: &[u8; REPORT_BLOCK_OCTETS]) -> ReportBlock {
    let lost = word(block, 1);
    ReportBlock {
        ssrc: word(block, 0),
        fraction_lost: (lost >> 24) as u8,
        // 24 bits with a sign.
        lost: ((lost << 8) as i32) >> 8,
        highest_sequence: word(block, 2),
        jitter: word(block, 3),
        last_report: (word(block, 4), word(block, 5)),
    }
}

/// The nth 32-bit word; zero behind the end.
fn word(octets: &[u8], n: usize) -> u32 {
    octets.get(n * 4..).and_then(<[u8]>::first_chunk::<4>).map_or(0, |word| u32::from_be_bytes(*word))
}

/// Appends a compound of a sender report (with `sender`) or a receiver report, and the canonical name, §6.1.
///
/// The name is cut to 255 octets.
pub fn write_report(
    ssrc: u32,
    cname: &str,
    sender: Option<SenderInfo>,
    block: Option<ReportBlock>,
    out: &mut Vec<u8>,
) {
    let start = open(if sender.is_some() { SENDER_REPORT } else { RECEIVER_REPORT }, block.iter().len(), out);
    out.extend_from_slice(&ssrc.to_be_bytes());
    if let Some(info) = sender {
        out.extend_from_slice(&info.ntp.to_be_bytes());
        for word in [info.rtp_timestamp, info.packets, info.octets] {
            out.extend_from_slice(&word.to_be_bytes());
        }
    }
    if let Some(block) = block {
        let lost = block.lost.clamp(-0x80_0000, 0x7f_ffff) as u32 & 0xff_ffff;
        let (report, delay) = block.last_report;
        let loss = u32::from(block.fraction_lost) << 24 | lost;
        for word in [block.ssrc, loss, block.highest_sequence, block.jitter, report, delay] {
            out.extend_from_slice(&word.to_be_bytes());
        }
    }
    close(start, out);
    let start = open(SOURCE_DESCRIPTION, 1, out);
    let name = &cname.as_bytes()[..cname.len().min(255)];
    out.extend_from_slice(&ssrc.to_be_bytes());
    out.extend_from_slice(&[CNAME, name.len() as u8]);
    out.extend_from_slice(name);
    out.push(0);
    close(start, out);
}

/// Writes a header whose length is filled in by [`close`]; returns where it stands.
fn open(packet_type: u8, count: usize, out: &mut Vec<u8>) -> usize {
    let start = out.len();
    out.extend_from_slice(&[0x80 | count as u8, packet_type, 0, 0]);
    start
}

fn close(start: usize, out: &mut Vec<u8>) {
    while !(out.len() - start).is_multiple_of(4) {
        out.push(0);
    }
    let words = ((out.len() - start) / 4 - 1) as u16;
    out[start + 2..start + 4].copy_from_slice(&words.to_be_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLOCK: ReportBlock = ReportBlock {
        ssrc: 9,
        fraction_lost: 3,
        lost: -1,
        highest_sequence: 70_000,
        jitter: 12,
        last_report: (1, 2),
    };

    #[test]
    fn a_written_report_is_a_well_formed_compound() {
        let info = SenderInfo { ntp: u64::MAX, rtp_timestamp: 5, packets: 6, octets: 7 };
        for name in ["a", "ab", "abc", "abcd", &"long".repeat(100)] {
            let mut out = Vec::new();
            write_report(1, name, Some(info), Some(BLOCK), &mut out);
            assert_eq!(check(&out), Ok(Contents { packets: 2, report_blocks: 1, bye: false }));
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let info = SenderInfo { ntp: 0x0102_0304_0506_0708, rtp_timestamp: 5, packets: 6, octets: 7 };
        let mut out = Vec::new();
        write_report(1, "x", Some(info), Some(BLOCK), &mut out);
        let read: Vec<Report> = reports(&out).collect();
        assert_eq!((read.len(), read[0].ssrc, read[0].sender), (1, 1, Some(info)));
        assert_eq!(read[0].blocks().collect::<Vec<_>>(), [BLOCK]);
        for length in 0..out.len() {
            assert!(reports(&out[..length]).count() <= 1);
        }
        let lying = [0x9f, 201, 0, 1, 0, 0, 0, 1];
        assert_eq!(reports(&lying).count(), 0);
    }

    #[test]
    fn a_receiver_report_needs_no_sender_and_no_source() {
        let mut out = Vec::new();
        write_report(1, "x", None, None, &mut out);
        assert_eq!(out[1], RECEIVER_REPORT);
        assert_eq!(check(&out), Ok(Contents { packets: 2, report_blocks: 0, bye: false }));
    }

    #[test]
    fn a_bye_is_only_noted() {
        let forged = [0x81, BYE, 0, 1, 0, 0, 0, 7];
        assert!(is_rtcp(&forged));
        assert_eq!(check(&forged), Ok(Contents { packets: 1, report_blocks: 0, bye: true }));
    }

    #[test]
    fn lying_packets_are_refused() {
        let overrun = |packet_type| Err(RtcpError::Overrun { packet_type });
        for (bytes, expected) in [
            (&[][..], Err(RtcpError::Empty)),
            (&[0x80, 201, 0][..], Err(RtcpError::Empty)),
            (&[0x40, 201, 0, 0][..], Err(RtcpError::Version { found: 1 })),
            (&[0x80, 201, 0xff, 0xff, 0, 0, 0, 1][..], overrun(201)),
            (&[0x9f, 201, 0, 1, 0, 0, 0, 1][..], overrun(201)),
            (&[0x80, 200, 0, 0, 0x80, 200, 0, 0][..], overrun(200)),
            (&[0x81, 202, 0, 2, 0, 0, 0, 1, 1, 255, 0, 0][..], overrun(202)),
            (&[0x81, 202, 0, 2, 0, 0, 0, 1, 1, 2, 65, 65][..], overrun(202)),
            (&[0x81, 203, 0, 2, 0, 0, 0, 1, 255, 0, 0, 0][..], overrun(203)),
            (&[0x9f, 203, 0, 1, 0, 0, 0, 1][..], overrun(203)),
            (&[0x80, 204, 0, 1, 0, 0, 0, 1][..], overrun(204)),
            (&[0x84, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2][..], overrun(206)),
            (&[0x80, 207, 0, 2, 0, 0, 0, 1, 4, 0, 0xff, 0xff][..], overrun(207)),
            (&[0x80, 199, 0, 1, 0, 0, 0, 1][..], Err(RtcpError::Type { found: 199 })),
            (&[0xa0, 201, 0, 1, 0, 0, 0, 255][..], Err(RtcpError::Padding)),
        ] {
            assert_eq!(check(bytes), expected, "{bytes:?}");
        }
    }
}
