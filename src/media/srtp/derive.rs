//! Session keys out of a master key: RFC 3711 §4.3, with AES as the random function (§4.3.3), for 256 bits by RFC 6188.

use super::suite::MasterKey;
use aes::cipher::{Array, BlockCipherEncrypt, KeyInit};
use aes::{Aes128, Aes256};

/// What a key is for; its number is the label that makes it another one (§4.3.2).
#[derive(Clone, Copy, Debug)]
pub(super) enum Purpose {
    Encrypt = 0,
    Authenticate = 1,
    Salt = 2,
}

/// AES with either length of key.
#[derive(Clone)]
pub(super) enum Aes {
    Short(Box<Aes128>),
    Long(Box<Aes256>),
}

impl Aes {
    /// Of 16 or 32 octets.
    pub fn new(key: &[u8]) -> Aes {
        match <&[u8; 32]>::try_from(key) {
            Ok(long) => Aes::Long(Box::new(Aes256::new(&Array::from(*long)))),
            Err(_) => {
                let mut short = [0; 16];
                let count = key.len().min(short.len());
                short[..count].copy_from_slice(&key[..count]);
                Aes::Short(Box::new(Aes128::new(&Array::from(short))))
            }
        }
    }

    /// Adds the key stream that begins at a counter, whose last two octets count blocks, to the data.
    pub fn add_stream(&self, counter: [u8; 16], data: &mut [u8]) {
        let first = u128::from_be_bytes(counter);
        for (chunk, n) in data.chunks_mut(16).zip(0_u128..) {
            let mut block = Array::from((first + n).to_be_bytes());
            match self {
                Aes::Short(aes) => aes.encrypt_block(&mut block),
                Aes::Long(aes) => aes.encrypt_block(&mut block),
            }
            chunk.iter_mut().zip(block).for_each(|(octet, key)| *octet ^= key);
        }
    }
}

/// Fills `out` with a session key. The keys of SRTCP have labels of their own, three higher.
pub(super) fn derive(master: &MasterKey, is_rtcp: bool, purpose: Purpose, out: &mut [u8]) {
    let label = purpose as u8 + if is_rtcp { 3 } else { 0 };
    let mut counter = [0; 16];
    counter[..14].copy_from_slice(&master.salt());
    counter[7] ^= label;
    out.fill(0);
    Aes::new(master.key()).add_stream(counter, out);
}
