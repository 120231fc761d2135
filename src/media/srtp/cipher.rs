//! One packet, sealed and opened: AES-CM and HMAC-SHA1 (RFC 3711 §4.1.1, §4.2), AES-GCM (RFC 7714).
//!
//! ```text
//!  RTP    header │ payload, encrypted │ tag          AES-CM authenticates the rollover counter behind the packet
//!  RTCP   8 octets │ encrypted │ E and index │ tag   AES-CM
//!         8 octets │ encrypted │ tag │ E and index   AES-GCM, which authenticates the index with the header
//! ```

use super::derive::{Aes, Purpose, derive};
use super::suite::{MasterKey, Suite};
use aes_gcm::aead::AeadInOut;
use aes_gcm::aead::array::Array;
use aes_gcm::{Aes128Gcm, Aes256Gcm, KeyInit};
use hmac::{Hmac, Mac};
use sha1::Sha1;

/// SRTCP's tag is one of 80 bits with either suite of AES-CM (RFC 4568 §6.2.2).
const RTCP_TAG: usize = 10;
const GCM_TAG: usize = 16;
const INDEX_OCTETS: usize = 4;

/// Which of the two protocols a cipher is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stream {
    Rtp,
    Rtcp,
}

/// The session keys of one direction and one protocol.
#[derive(Clone)]
pub(super) struct Cipher {
    keys: Keys,
    /// Octets of the tag.
    tag: usize,
}

#[derive(Clone)]
enum Keys {
    Counter { aes: Aes, salt: [u8; 14], mac: Box<Hmac<Sha1>> },
    Gcm { gcm: Gcm, salt: [u8; 12] },
}

#[derive(Clone)]
enum Gcm {
    Short(Box<Aes128Gcm>),
    Long(Box<Aes256Gcm>),
}

impl Cipher {
    pub fn new(master: &MasterKey, stream: Stream) -> Cipher {
        let is_rtcp = stream == Stream::Rtcp;
        let suite = master.suite();
        let tag = match (suite, stream) {
            (Suite::AesCm32, Stream::Rtcp) => RTCP_TAG,
            (suite, _) => suite.tag_octets(),
        };
        let mut key = [0; 32];
        let key = &mut key[..suite.key_octets()];
        derive(master, is_rtcp, Purpose::Encrypt, key);
        let keys = match suite {
            Suite::AesCm80 | Suite::AesCm32 => {
                let (mut salt, mut secret) = ([0; 14], [0; 20]);
                derive(master, is_rtcp, Purpose::Salt, &mut salt);
                derive(master, is_rtcp, Purpose::Authenticate, &mut secret);
                Keys::counter(key, salt, &secret)
            }
            Suite::AesGcm128 | Suite::AesGcm256 => {
                let mut salt = [0; 12];
                derive(master, is_rtcp, Purpose::Salt, &mut salt);
                Keys::Gcm { gcm: Gcm::new(key), salt }
            }
        };
        Cipher { keys, tag }
    }

    /// Encrypts what is behind the header, and appends the tag.
    pub fn seal(&self, ssrc: u32, index: u64, header: usize, packet: &mut Vec<u8>) {
        let header = header.min(packet.len());
        let (head, payload) = packet.split_at_mut(header);
        match &self.keys {
            Keys::Counter { aes, salt, mac } => {
                aes.add_stream(counter(salt, ssrc, index), payload);
                let tag = tag(mac, &[packet, &rollover(index)]);
                packet.extend_from_slice(&tag[..self.tag]);
            }
            Keys::Gcm { gcm, salt } => {
                let tag = gcm.seal(rtp_nonce(salt, ssrc, index), head, payload);
                packet.extend_from_slice(&tag.unwrap_or([0; GCM_TAG]));
            }
        }
    }

    /// Checks the tag and decrypts; the length without the tag, nothing if it is not authentic.
    pub fn open(&self, ssrc: u32, index: u64, header: usize, packet: &mut [u8]) -> Option<usize> {
        let length = packet.len().checked_sub(self.tag).filter(|length| *length >= header)?;
        let (plain, tag) = packet.split_at_mut(length);
        match &self.keys {
            Keys::Counter { aes, salt, mac } => {
                verify(mac, &[plain, &rollover(index)], tag)?;
                aes.add_stream(counter(salt, ssrc, index), &mut plain[header..]);
            }
            Keys::Gcm { gcm, salt } => {
                let (head, payload) = plain.split_at_mut(header);
                gcm.open(rtp_nonce(salt, ssrc, index), head, payload, tag)?;
            }
        }
        Some(length)
    }

    /// The same for a compound of reports; `word` is the index with the flag in front.
    pub fn seal_rtcp(&self, ssrc: u32, word: u32, header: usize, packet: &mut Vec<u8>) {
        let header = header.min(packet.len());
        let (head, payload) = packet.split_at_mut(header);
        match &self.keys {
            Keys::Counter { aes, salt, mac } => {
                aes.add_stream(counter(salt, ssrc, u64::from(word & !super::ENCRYPTED)), payload);
                packet.extend_from_slice(&word.to_be_bytes());
                let tag = tag(mac, &[packet]);
                packet.extend_from_slice(&tag[..self.tag]);
            }
            Keys::Gcm { gcm, salt } => {
                let tag = gcm.seal(rtcp_nonce(salt, ssrc, word), &with_index(head, word), payload);
                packet.extend_from_slice(&tag.unwrap_or([0; GCM_TAG]));
                packet.extend_from_slice(&word.to_be_bytes());
            }
        }
    }

    /// Checks and decrypts a compound; the length of the plain one.
    pub fn open_rtcp(&self, ssrc: u32, word: u32, header: usize, packet: &mut [u8]) -> Option<usize> {
        let length = packet.len().checked_sub(self.tag + INDEX_OCTETS).filter(|length| *length >= header)?;
        let (plain, behind) = packet.split_at_mut(length);
        match &self.keys {
            Keys::Counter { aes, salt, mac } => {
                let (index, tag) = behind.split_at(INDEX_OCTETS);
                verify(mac, &[plain, index], tag)?;
                let index = u64::from(word & !super::ENCRYPTED);
                aes.add_stream(counter(salt, ssrc, index), &mut plain[header..]);
            }
            Keys::Gcm { gcm, salt } => {
                let (head, payload) = plain.split_at_mut(header);
                let tag = &behind[..self.tag];
                gcm.open(rtcp_nonce(salt, ssrc, word), &with_index(head, word), payload, tag)?;
            }
        }
        Some(length)
    }

    /// The index of a compound, with the flag in front.
    pub fn rtcp_index(&self, packet: &[u8]) -> Option<u32> {
        let behind = match self.keys {
            Keys::Counter { .. } => self.tag,
            Keys::Gcm { .. } => 0,
        };
        let end = packet.len().checked_sub(behind)?;
        let word = packet.get(end.checked_sub(INDEX_OCTETS)?..end)?;
        Some(u32::from_be_bytes(*word.first_chunk::<4>()?))
    }
}

impl Keys {
    fn counter(key: &[u8], salt: [u8; 14], secret: &[u8; 20]) -> Keys {
        Keys::Counter { aes: Aes::new(key), salt, mac: Box::new(mac(secret)) }
    }
}

fn mac(secret: &[u8; 20]) -> Hmac<Sha1> {
    // HMAC takes keys of any length; a block's length is given, so that this cannot fail.
    let mut block = [0; 64];
    block[..20].copy_from_slice(secret);
    Hmac::<Sha1>::new(&Array::from(block))
}

impl Gcm {
    fn new(key: &[u8]) -> Gcm {
        match <&[u8; 32]>::try_from(key) {
            Ok(long) => Gcm::Long(Box::new(Aes256Gcm::new(&Array::from(*long)))),
            Err(_) => {
                let mut short = [0; 16];
                let count = key.len().min(short.len());
                short[..count].copy_from_slice(&key[..count]);
                Gcm::Short(Box::new(Aes128Gcm::new(&Array::from(short))))
            }
        }
    }

    /// Encrypts in place; the tag. Nothing only for packets that are larger than any datagram.
    fn seal(&self, nonce: [u8; 12], head: &[u8], payload: &mut [u8]) -> Option<[u8; GCM_TAG]> {
        let nonce = Array::from(nonce);
        let tag = match self {
            Gcm::Short(gcm) => gcm.encrypt_inout_detached(&nonce, head, payload.into()),
            Gcm::Long(gcm) => gcm.encrypt_inout_detached(&nonce, head, payload.into()),
        };
        tag.ok().map(Into::into)
    }

    fn open(&self, nonce: [u8; 12], head: &[u8], payload: &mut [u8], tag: &[u8]) -> Option<()> {
        let (nonce, tag) = (Array::from(nonce), Array::from(*tag.first_chunk::<GCM_TAG>()?));
        let opened = match self {
            Gcm::Short(gcm) => gcm.decrypt_inout_detached(&nonce, head, payload.into(), &tag),
            Gcm::Long(gcm) => gcm.decrypt_inout_detached(&nonce, head, payload.into(), &tag),
        };
        opened.ok()
    }
}

/// RFC 3711 §4.1.1: salt, source and index, each at its place; the last two octets count blocks.
fn counter(salt: &[u8; 14], ssrc: u32, index: u64) -> [u8; 16] {
    let place = u128::from(ssrc) << 64 | u128::from(index & 0xffff_ffff_ffff) << 16;
    let mut counter = [0; 16];
    counter[..14].copy_from_slice(salt);
    (u128::from_be_bytes(counter) ^ place).to_be_bytes()
}

/// RFC 7714 §8.1.
fn rtp_nonce(salt: &[u8; 12], ssrc: u32, index: u64) -> [u8; 12] {
    let mut nonce = *salt;
    let [_, _, index @ ..] = index.to_be_bytes();
    let place = ssrc.to_be_bytes().into_iter().chain(index);
    nonce[2..].iter_mut().zip(place).for_each(|(octet, part)| *octet ^= part);
    nonce
}

/// RFC 7714 §9.1.
fn rtcp_nonce(salt: &[u8; 12], ssrc: u32, word: u32) -> [u8; 12] {
    let mut nonce = *salt;
    let index = word & !super::ENCRYPTED;
    nonce[2..6].iter_mut().zip(ssrc.to_be_bytes()).for_each(|(octet, part)| *octet ^= part);
    nonce[8..].iter_mut().zip(index.to_be_bytes()).for_each(|(octet, part)| *octet ^= part);
    nonce
}

/// RFC 7714 §9.2: the header and the index are authenticated together.
fn with_index(head: &[u8], word: u32) -> [u8; 12] {
    let mut associated = [0; 12];
    associated.iter_mut().zip(head.iter().chain(&word.to_be_bytes())).for_each(|(to, from)| *to = *from);
    associated
}

fn rollover(index: u64) -> [u8; 4] {
    ((index >> 16) as u32).to_be_bytes()
}

fn tag(mac: &Hmac<Sha1>, parts: &[&[u8]]) -> [u8; 20] {
    let mut mac = mac.clone();
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

/// In a time that does not tell where it differs.
fn verify(mac: &Hmac<Sha1>, parts: &[&[u8]], tag: &[u8]) -> Option<()> {
    let mut mac = mac.clone();
    parts.iter().for_each(|part| mac.update(part));
    mac.verify_truncated_left(tag).ok()
}

#[cfg(test)]
mod tests;
