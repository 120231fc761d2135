//! A WAV file that grows: its header, which may be written anew while it grows, and what is left of it after a crash.
//!
//! 16-bit PCM at 8 kHz behind the 44 octets of a plain RIFF header. A header that says less than there is hides the rest, and
//! one that says more is refused by many players; so it is written anew once a second, always behind the samples, and a
//! file that nobody finished gets the header of its length.

use super::SAMPLE_HZ;

/// Octets of the header.
pub const HEADER_OCTETS: u64 = 44;

/// Octets of a sample.
const SAMPLE_OCTETS: u16 = 2;

/// The most octets of sound that the header can say: somewhat less than 4 GB, three days in one channel.
const MOST_OCTETS: u64 = u32::MAX as u64 - HEADER_OCTETS;

/// The header in front of so many octets of sound; the last sample, if it is not whole, is left out.
pub fn header(channels: u16, octets: u64) -> [u8; HEADER_OCTETS as usize] {
    let block = SAMPLE_OCTETS * channels;
    let whole = octets.min(MOST_OCTETS) / u64::from(block) * u64::from(block);
    // `whole` is within 32 bits.
    let (data, riff) = (whole as u32, whole as u32 + HEADER_OCTETS as u32 - 8);
    let mut header = [0; HEADER_OCTETS as usize];
    let mut at = 0;
    let mut put = |bytes: &[u8]| {
        header[at..at + bytes.len()].copy_from_slice(bytes);
        at += bytes.len();
    };
    put(b"RIFF");
    put(&riff.to_le_bytes());
    put(b"WAVEfmt ");
    put(&16_u32.to_le_bytes());
    put(&1_u16.to_le_bytes());
    put(&channels.to_le_bytes());
    put(&SAMPLE_HZ.to_le_bytes());
    put(&(SAMPLE_HZ * u32::from(block)).to_le_bytes());
    put(&block.to_le_bytes());
    put(&(SAMPLE_OCTETS * 8).to_le_bytes());
    put(b"data");
    put(&data.to_le_bytes());
    header
}

/// The header that a file of ours should have, by the beginning that it has and its length; nothing where the beginning is
/// not one of ours.
pub fn repaired(beginning: &[u8], length: u64) -> Option<[u8; HEADER_OCTETS as usize]> {
    let beginning = beginning.first_chunk::<{ HEADER_OCTETS as usize }>()?;
    let channels = u16::from_le_bytes([beginning[22], beginning[23]]);
    let octets = length.checked_sub(HEADER_OCTETS)?;
    let ours = header(channels.clamp(1, 2), octets);
    let same = |range: std::ops::Range<usize>| beginning[range.clone()] == ours[range];
    (same(0..4) && same(8..40)).then_some(ours)
}

/// The octets of samples, as they stand in the file.
pub fn octets(samples: &[i16], out: &mut Vec<u8>) {
    out.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::wav;

    fn file(channels: u16, said: u64, samples: &[i16]) -> Vec<u8> {
        let mut bytes = header(channels, said).to_vec();
        octets(samples, &mut bytes);
        bytes
    }

    #[test]
    fn what_is_written_is_read_by_others() {
        let read = wav::read(&file(1, 6, &[0, 16_384, -32_768])).unwrap();
        assert_eq!((read.rate_hz, &read.samples[..]), (8000, &[0.0, 0.5, -1.0][..]));
        let mixed = wav::read(&file(2, 8, &[16_384, 0, -16_384, 0])).unwrap();
        assert_eq!(mixed.samples, [0.25, -0.25]);
        assert_eq!(wav::header(&file(2, 8, &[0; 4])).unwrap().channels, 2);
    }

    #[test]
    fn a_header_that_is_behind_hides_the_end_and_no_more() {
        let samples: Vec<i16> = (1..=1000).collect();
        let read = wav::read(&file(1, 1000, &samples)).unwrap();
        assert_eq!(read.samples.len(), 500);
    }

    #[test]
    fn a_file_cut_at_any_octet_is_whole_again_when_its_header_is_made_anew() {
        let samples: Vec<i16> = (1..=200).collect();
        for channels in [1, 2] {
            let whole = file(channels, 400, &samples);
            for length in HEADER_OCTETS as usize..=whole.len() {
                let mut cut = whole[..length].to_vec();
                let header = repaired(&cut, length as u64).expect("one of ours");
                cut[..header.len()].copy_from_slice(&header);
                let blocks = (length - header.len()) / (2 * usize::from(channels));
                match wav::read(&cut) {
                    Ok(read) => assert_eq!(read.samples.len(), blocks, "{length}"),
                    Err(error) => {
                        assert_eq!((blocks, error.to_string()), (0, "the recording is empty".into()))
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_not_ours_is_left_alone() {
        assert_eq!(repaired(&[0; 44], 100), None);
        assert_eq!(repaired(b"RIFF", 4), None);
        let mut other = header(1, 100);
        other[34] = 24;
        assert_eq!(repaired(&other, 144), None);
    }
}
