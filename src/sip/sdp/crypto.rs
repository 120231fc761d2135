//! Keys in a session description: the attribute `crypto` (SDES, RFC 4568).
//!
//! ```text
//!  a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:c29tZSBrZXkgYW5kIGl0cyBzYWx0Li4uLi4uLi4u|2^31
//!           │ │                              └ our key and salt, for what we send
//!           │ └ suite          the answer repeats tag and suite, and brings its own key
//!           └ tag
//! ```
//!
//! A line with a lifetime is taken, for no call lasts as long. One with an MKI, or with session parameters that would turn something
//! off, is passed over, as is one whose key has not its suite's length.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use std::fmt;

/// Lines that are looked at.
const MOST_LINES: usize = 16;

/// Whether media is encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Protection {
    /// Not at all.
    #[default]
    Never,
    /// Where the far end has keys too: what we offer is plain RTP with keys beside it.
    Offer,
    /// Always; a call without it does not come about.
    Require,
}

/// A cipher and how it authenticates, as descriptions name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum CryptoSuite {
    AesCm80,
    AesCm32,
    AesGcm128,
    AesGcm256,
}

impl CryptoSuite {
    const ALL: [CryptoSuite; 4] =
        [CryptoSuite::AesGcm256, CryptoSuite::AesGcm128, CryptoSuite::AesCm80, CryptoSuite::AesCm32];

    /// Its name (RFC 4568 §6.2, RFC 7714 §14.2).
    pub const fn name(self) -> &'static str {
        match self {
            CryptoSuite::AesCm80 => "AES_CM_128_HMAC_SHA1_80",
            CryptoSuite::AesCm32 => "AES_CM_128_HMAC_SHA1_32",
            CryptoSuite::AesGcm128 => "AEAD_AES_128_GCM",
            CryptoSuite::AesGcm256 => "AEAD_AES_256_GCM",
        }
    }

    /// Octets of its key and salt.
    pub const fn octets(self) -> usize {
        match self {
            CryptoSuite::AesCm80 | CryptoSuite::AesCm32 => 30,
            CryptoSuite::AesGcm128 => 28,
            CryptoSuite::AesGcm256 => 44,
        }
    }
}

/// A key with its suite and tag. It does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct Keying {
    /// Names the line within its description.
    pub tag: u32,
    /// For which cipher it is.
    pub suite: CryptoSuite,
    /// Key and salt.
    pub octets: Vec<u8>,
}

/// The keys of both sides.
#[derive(Clone, PartialEq, Eq)]
pub struct Agreed {
    /// The cipher.
    pub suite: CryptoSuite,
    /// Key and salt for what we send.
    pub ours: Vec<u8>,
    /// Key and salt of what we receive.
    pub theirs: Vec<u8>,
}

impl Keying {
    /// Reads the value of an attribute; nothing if it is not one that we can use.
    pub(super) fn read(value: &str) -> Option<Keying> {
        let mut words = value.split_ascii_whitespace();
        let tag = words.next()?.parse().ok().filter(|tag| *tag <= 999_999_999)?;
        let name = words.next()?;
        let suite = CryptoSuite::ALL.into_iter().find(|suite| suite.name().eq_ignore_ascii_case(name))?;
        let params = words.next()?;
        // What follows would turn encryption or authentication off, or derive keys in another way.
        if words.next().is_some() {
            return None;
        }
        let (method, inline) = params.split_once(':')?;
        let mut parts = inline.split('|');
        let key = parts.next()?.trim_end_matches('=');
        let octets = STANDARD_NO_PAD.decode(key).ok()?;
        // A lifetime has no colon, an MKI has.
        let is_plain = parts.all(|part| !part.contains(':'));
        let is_usable = method.eq_ignore_ascii_case("inline") && is_plain && octets.len() == suite.octets();
        is_usable.then_some(Keying { tag, suite, octets })
    }

    /// Those among the values of attributes that we can use, in their order.
    pub(super) fn read_all<'v>(values: impl Iterator<Item = &'v str>) -> Vec<Keying> {
        values.take(MOST_LINES).filter_map(Keying::read).collect()
    }

    /// The value of the attribute.
    pub(super) fn write(&self) -> String {
        format!("{} {} inline:{}", self.tag, self.suite.name(), STANDARD.encode(&self.octets))
    }
}

impl fmt::Debug for Keying {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keying({} {})", self.tag, self.suite.name())
    }
}

impl fmt::Debug for Agreed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Agreed({})", self.suite.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj";

    #[test]
    fn the_line_of_the_rfc_is_read_and_written() {
        let line = format!("1 AES_CM_128_HMAC_SHA1_80 {KEY}");
        let read = Keying::read(&line).expect("a key");
        assert_eq!((read.tag, read.suite, read.octets.len()), (1, CryptoSuite::AesCm80, 30));
        assert_eq!(read.write(), line);
        assert_eq!(format!("{read:?}"), "Keying(1 AES_CM_128_HMAC_SHA1_80)");
        let lifetime = Keying::read(&format!("1 AES_CM_128_HMAC_SHA1_80 {KEY}|2^20"));
        assert_eq!(lifetime, Some(read));
    }

    #[test]
    fn what_cannot_be_used_is_passed_over() {
        for line in [
            format!("1 AES_CM_128_HMAC_SHA1_80 {KEY}|2^20|1:4"),
            format!("1 AES_CM_128_HMAC_SHA1_80 {KEY} UNENCRYPTED_SRTP"),
            format!("1 F8_128_HMAC_SHA1_80 {KEY}"),
            format!("one AES_CM_128_HMAC_SHA1_80 {KEY}"),
            "1 AES_CM_128_HMAC_SHA1_80 inline:c2hvcnQ=".to_owned(),
            "1 AEAD_AES_128_GCM inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj".to_owned(),
            "1 AES_CM_128_HMAC_SHA1_80".to_owned(),
            String::new(),
        ] {
            assert_eq!(Keying::read(&line), None, "{line}");
        }
    }
}
