//! The ciphers, as descriptions name them (RFC 4568 §6.2, RFC 7714 §14.2), and their master keys.

use std::fmt;

/// The longest master key with its salt: AES-256 and 96 bits.
const LONGEST: usize = 44;

/// A cipher and how it authenticates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Suite {
    /// AES-CM with 128 bits, HMAC-SHA1 with a tag of 80 bits: what every telephone with SRTP has.
    AesCm80,
    /// The same with a tag of 32 bits on RTP.
    AesCm32,
    /// AES-GCM with 128 bits.
    AesGcm128,
    /// AES-GCM with 256 bits.
    AesGcm256,
}

/// A master key and its salt. It does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct MasterKey {
    suite: Suite,
    octets: [u8; LONGEST],
}

impl Suite {
    /// All of them, the strongest first.
    pub const ALL: [Suite; 4] = [Suite::AesGcm256, Suite::AesGcm128, Suite::AesCm80, Suite::AesCm32];

    /// Its name in a description.
    pub const fn name(self) -> &'static str {
        match self {
            Suite::AesCm80 => "AES_CM_128_HMAC_SHA1_80",
            Suite::AesCm32 => "AES_CM_128_HMAC_SHA1_32",
            Suite::AesGcm128 => "AEAD_AES_128_GCM",
            Suite::AesGcm256 => "AEAD_AES_256_GCM",
        }
    }

    /// The one with this name, whatever its case.
    pub fn named(name: &str) -> Option<Suite> {
        Suite::ALL.into_iter().find(|suite| suite.name().eq_ignore_ascii_case(name))
    }

    /// Octets of its master key.
    pub(super) const fn key_octets(self) -> usize {
        match self {
            Suite::AesCm80 | Suite::AesCm32 | Suite::AesGcm128 => 16,
            Suite::AesGcm256 => 32,
        }
    }

    /// Octets of its salt.
    pub(super) const fn salt_octets(self) -> usize {
        match self {
            Suite::AesCm80 | Suite::AesCm32 => 14,
            Suite::AesGcm128 | Suite::AesGcm256 => 12,
        }
    }

    /// Octets of a master key with its salt, as a description holds them.
    pub const fn master_octets(self) -> usize {
        self.key_octets() + self.salt_octets()
    }

    /// Octets of the tag behind a packet of sound.
    pub(super) const fn tag_octets(self) -> usize {
        match self {
            Suite::AesCm80 => 10,
            Suite::AesCm32 => 4,
            Suite::AesGcm128 | Suite::AesGcm256 => 16,
        }
    }
}

impl MasterKey {
    /// Most octets of randomness that a key can need.
    pub const LONGEST: usize = LONGEST;

    /// Of the octets in a description, key and salt; nothing if their number is not the suite's.
    pub fn new(suite: Suite, octets: &[u8]) -> Option<MasterKey> {
        let mut key = MasterKey { suite, octets: [0; LONGEST] };
        key.octets.get_mut(..octets.len())?.copy_from_slice(octets);
        (octets.len() == suite.master_octets()).then_some(key)
    }

    /// Of random octets, of which as many are used as the suite needs.
    pub fn random(suite: Suite, chance: &[u8; LONGEST]) -> MasterKey {
        let mut octets = *chance;
        octets[suite.master_octets()..].fill(0);
        MasterKey { suite, octets }
    }

    /// For which cipher it is.
    pub fn suite(&self) -> Suite {
        self.suite
    }

    /// Key and salt, for a description that is sent and for nothing else.
    pub fn reveal(&self) -> &[u8] {
        &self.octets[..self.suite.master_octets()]
    }

    pub(super) fn key(&self) -> &[u8] {
        &self.octets[..self.suite.key_octets()]
    }

    /// The salt, filled up to the 14 octets of AES-CM.
    pub(super) fn salt(&self) -> [u8; 14] {
        let mut salt = [0; 14];
        let octets = self.suite.salt_octets();
        salt[..octets].copy_from_slice(&self.octets[self.suite.key_octets()..][..octets]);
        salt
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MasterKey({})", self.suite.name())
    }
}
