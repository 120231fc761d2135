//! G.711, both laws, in the arithmetic of ITU-T G.191's reference: 16-bit samples, left-justified.
//!
//! The reference treats a negative sample as the one's complement of its magnitude, so that -1 mirrors 0. µ-law has
//! 14 significant bits, A-law 13; the lowest bits of a sample are cut, not rounded.

/// The µ-law code of digital silence.
pub const ULAW_SILENCE: u8 = 0xff;

/// The A-law code of digital silence.
pub const ALAW_SILENCE: u8 = 0xd5;

/// Added to a µ-law magnitude so that every segment begins at a power of two, in 14-bit units.
const ULAW_BIAS: u16 = 33;
const ULAW_MAX: u16 = 0x1fff;

static ULAW: [i16; 256] = expansion(Law::U);
static ALAW: [i16; 256] = expansion(Law::A);

#[derive(Clone, Copy)]
enum Law {
    U,
    A,
}

/// Encodes a sample by µ-law.
pub const fn ulaw_encode(sample: i16) -> u8 {
    let biased = (magnitude(sample) >> 2) + ULAW_BIAS;
    let clipped = if biased > ULAW_MAX { ULAW_MAX } else { biased };
    // The bias puts the leading one at bit 5 in the lowest segment and at bit 12 in the highest.
    let segment = 10 - clipped.leading_zeros();
    let step = (clipped >> (segment + 1)) & 0x0f;
    sign_bit(sample) | !((segment as u8) << 4 | step as u8) & 0x7f
}

/// Encodes a sample by A-law.
pub const fn alaw_encode(sample: i16) -> u8 {
    let scaled = magnitude(sample) >> 4;
    // The two lowest segments have the same step, so the lowest has no leading one.
    let segment = if scaled < 32 { scaled >> 4 } else { 12 - scaled.leading_zeros() as u16 };
    let shift = segment.saturating_sub(1);
    let step = (scaled >> shift) & 0x0f;
    (sign_bit(sample) | (segment as u8) << 4 | step as u8) ^ 0x55
}

/// Decodes a µ-law octet.
pub fn ulaw_decode(code: u8) -> i16 {
    ULAW[usize::from(code)]
}

/// Decodes an A-law octet.
pub fn alaw_decode(code: u8) -> i16 {
    ALAW[usize::from(code)]
}

/// One's complement magnitude, 0 to 32767: there is no overflow at -32768.
const fn magnitude(sample: i16) -> u16 {
    (if sample < 0 { !sample } else { sample }) as u16
}

const fn sign_bit(sample: i16) -> u8 {
    if sample < 0 { 0 } else { 0x80 }
}

const fn expansion(law: Law) -> [i16; 256] {
    let mut table = [0; 256];
    let mut code = 0;
    while code < 256 {
        table[code] = match law {
            Law::U => ulaw_expand(code as u8),
            Law::A => alaw_expand(code as u8),
        };
        code += 1;
    }
    table
}

const fn ulaw_expand(code: u8) -> i16 {
    let segment = (!code >> 4) & 7;
    let step = (!code & 0x0f) as i16;
    let size = (((step << 1) + 33) << segment) - 33;
    signed(code, size << 2)
}

const fn alaw_expand(code: u8) -> i16 {
    let bare = code ^ 0x55;
    let segment = (bare >> 4) & 7;
    let step = (bare & 0x0f) as i16;
    let size = if segment == 0 { (step << 1) + 1 } else { ((step << 1) + 33) << (segment - 1) };
    signed(code, size << 3)
}

const fn signed(code: u8, size: i16) -> i16 {
    if code & 0x80 != 0 { size } else { -size }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The decision values of G.711 tables 1a and 2a, built from their step sizes: where each of the 128 codes of
    /// one sign begins, from the quietest up, in 16-bit units.
    fn decision_values(first: i32, steps: [i32; 8]) -> Vec<i32> {
        let mut values = vec![0];
        for (segment, step) in steps.into_iter().enumerate() {
            for _ in 0..16 {
                let width = if segment == 0 && values.len() == 1 { first } else { step };
                values.push(values[values.len() - 1] + width);
            }
        }
        values.truncate(128);
        values
    }

    fn by_the_table(values: &[i32], sample: i16) -> u8 {
        let size = if sample < 0 { -1 - i32::from(sample) } else { i32::from(sample) };
        (values.iter().filter(|value| **value <= size).count() - 1) as u8
    }

    #[test]
    fn every_sample_gets_the_code_of_the_standards_table() {
        // The quietest µ-law interval is half as wide as its neighbours.
        let ulaw = decision_values(4, [8, 16, 32, 64, 128, 256, 512, 1024]);
        let alaw = decision_values(16, [16, 16, 32, 64, 128, 256, 512, 1024]);
        for sample in i16::MIN..=i16::MAX {
            let sign = if sample < 0 { 0 } else { 0x80 };
            assert_eq!(ulaw_encode(sample), sign | (0x7f - by_the_table(&ulaw, sample)), "{sample}");
            assert_eq!(alaw_encode(sample), (sign | by_the_table(&alaw, sample)) ^ 0x55, "{sample}");
        }
    }

    #[test]
    fn every_code_survives_a_round_trip() {
        for code in 0..=255 {
            assert_eq!(alaw_encode(alaw_decode(code)), code);
            // µ-law has two zeros; the negative one comes back as the positive.
            let expected = if code == 0x7f { 0xff } else { code };
            assert_eq!(ulaw_encode(ulaw_decode(code)), expected);
        }
    }

    #[test]
    fn known_values_decode() {
        assert_eq!([0xff, 0x80, 0x00, 0xfe, 0x7e].map(ulaw_decode), [0, 32124, -32124, 8, -8]);
        assert_eq!([0xd5, 0x55, 0xaa, 0x2a, 0xd4].map(alaw_decode), [8, -8, 32256, -32256, 24]);
    }

    #[test]
    fn silence_is_the_quietest_code() {
        assert_eq!((ulaw_encode(0), alaw_encode(0)), (ULAW_SILENCE, ALAW_SILENCE));
    }
}
