//! Data keys: 32 bytes each, named by a fingerprint of their own, so that what was sealed says which one opens it.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ring::aead::{CHACHA20_POLY1305, LessSafeKey, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Salt};
use ring::rand::{SecureRandom, SystemRandom};
use sha2::{Digest, Sha256};
use std::fmt::{self, Write as _};
use std::sync::Arc;
use thiserror::Error;

/// Bytes of a key.
const KEY: usize = 32;
/// Bytes of the salt from which a key for one use is derived.
pub(super) const SALT: usize = 16;
/// Letters of a key's name.
pub(super) const NAME: usize = 16;

/// The keys of a deployment: the first seals, every one of them opens. Without any, nothing is sealed or opened. Clones
/// share them.
#[derive(Clone, Default)]
pub struct DataKeys(Arc<[DataKey]>);

/// One of them.
pub(in crate::store) struct DataKey {
    name: String,
    bytes: [u8; KEY],
}

/// Why data keys cannot be used. No key is ever shown.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum KeysError {
    /// There is none.
    #[error("there is no key in it; `openssl rand -hex 32` makes one")]
    Empty,
    /// One is no key.
    #[error(
        "word {0} is no key: a key is 32 bytes in hexadecimal or base64, and `openssl rand -hex 32` makes one"
    )]
    NoKey(usize),
    /// One is there twice.
    #[error("key {0} is there twice")]
    Twice(usize),
}

impl DataKeys {
    /// Reads keys that stand apart by blanks, commas or line ends; what follows `#` in a line is a remark.
    pub fn parse(text: &str) -> Result<DataKeys, KeysError> {
        let lines = text.lines().map(|line| line.split_once('#').map_or(line, |(keys, _)| keys));
        let words = lines.flat_map(|line| line.split([' ', '\t', ',', '\r']));
        let mut keys: Vec<DataKey> = Vec::new();
        for (index, word) in words.filter(|word| !word.is_empty()).enumerate() {
            let key = DataKey::parse(word).ok_or(KeysError::NoKey(index + 1))?;
            if keys.iter().any(|known| known.name == key.name) {
                return Err(KeysError::Twice(index + 1));
            }
            keys.push(key);
        }
        if keys.is_empty() { Err(KeysError::Empty) } else { Ok(DataKeys(keys.into())) }
    }

    /// Whether nothing can be sealed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names of all, the one that seals first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|key| &*key.name)
    }

    /// The key that seals.
    pub(in crate::store) fn current(&self) -> Option<&DataKey> {
        self.0.first()
    }

    pub(super) fn named(&self, name: &str) -> Option<&DataKey> {
        self.0.iter().find(|key| key.name == name)
    }
}

/// Names, never keys.
impl fmt::Debug for DataKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}

impl DataKey {
    fn parse(word: &str) -> Option<DataKey> {
        let bytes = hexadecimal(word).or_else(|| BASE64_STANDARD.decode(word).ok())?;
        let bytes: [u8; KEY] = bytes.try_into().ok()?;
        let mut digest = Sha256::new();
        digest.update(b"callwright data key");
        digest.update(bytes);
        let name = digest.finalize().iter().take(NAME / 2).fold(String::new(), |mut name, byte| {
            // Writing into a string does not fail.
            let _ = write!(name, "{byte:02x}");
            name
        });
        Some(DataKey { name, bytes })
    }

    /// What things that it sealed call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A key for one value or one file. `None` if the library refuses, which it has no reason to.
    pub(super) fn derived(&self, salt: &[u8; SALT], purpose: &[u8]) -> Option<LessSafeKey> {
        let mut bytes = [0; KEY];
        let secret = Salt::new(HKDF_SHA256, salt).extract(&self.bytes);
        secret.expand(&[purpose], HKDF_SHA256).ok()?.fill(&mut bytes).ok()?;
        UnboundKey::new(&CHACHA20_POLY1305, &bytes).ok().map(LessSafeKey::new)
    }
}

/// Random bytes of the system's; `None` where it has none.
pub(in crate::store) fn salt() -> Option<[u8; SALT]> {
    let mut salt = [0; SALT];
    SystemRandom::new().fill(&mut salt).ok().map(|()| salt)
}

fn hexadecimal(word: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        word.chars().map(|sign| sign.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    let digits = digits.filter(|digits| digits.len() == 2 * KEY)?;
    Some(digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| (byte << 4) | digit)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    #[test]
    fn a_key_is_the_same_in_hexadecimal_and_in_base64() {
        let bytes: Vec<u8> = (0..32).collect();
        let (hex, base64) = (DataKeys::parse(ONE), DataKeys::parse(&BASE64_STANDARD.encode(bytes)));
        let names = [hex, base64].map(|keys| keys.map(|keys| format!("{keys:?}")));
        assert_eq!(names[0], names[1]);
        assert!(names[0].as_ref().is_ok_and(|names| !names.contains("0001020304")), "{names:?}");
    }

    #[test]
    fn what_is_no_key_is_counted_and_not_shown() {
        let text = format!("{ONE} # of this year\ntoo-short");
        assert_eq!(DataKeys::parse(&text).err(), Some(KeysError::NoKey(2)));
        assert_eq!(DataKeys::parse(&format!("{ONE},{ONE}")).err(), Some(KeysError::Twice(2)));
        assert_eq!(DataKeys::parse("# none yet\n").err(), Some(KeysError::Empty));
    }
}
