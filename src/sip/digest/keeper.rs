//! The server's side: it challenges without remembering, and believes an answer once.
//!
//! A nonce is its time and an HMAC over the time, the realm and the source's address. What is kept is the highest count
//! (`nc`) of each nonce that was answered rightly, until the nonce is too old: a stranger makes us keep nothing.

use super::{Algorithm, Challenge, Password, Proof, Sum, hex, is_same};
use crate::time::{DurationMs, Millis};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// How long a nonce is good.
const NONCE_LIVES: DurationMs = DurationMs(5 * 60 * 1000);
/// Nonces with a count; beyond it the oldest is forgotten, and whoever used it is asked anew.
const NONCES_KEPT: usize = 65_536;

/// Whether an answer is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is: the sender knows the password.
    Believed,
    /// The password is right, and the nonce is too old or was used before.
    Stale,
    /// It answers no question of ours to this source, so it says nothing about the password.
    Foreign,
    /// It is not.
    Refused,
}

/// Asks and judges, for one realm.
#[derive(Debug)]
pub struct Keeper {
    realm: String,
    algorithms: Vec<Algorithm>,
    key: [u8; 32],
    /// How often was asked: no two nonces are the same.
    asked: u64,
    /// By their time, so that the oldest come first; the highest count of each.
    pub(super) used: BTreeMap<(u64, String), u32>,
    /// Stands for the password of somebody who is not known: the same work, the same time.
    nobody: Password,
}

impl Keeper {
    /// A keeper of this realm, who asks by these algorithms, the best first. `key` must come from a source that nobody can predict.
    pub fn new(realm: &str, algorithms: &[Algorithm], key: [u8; 32]) -> Keeper {
        // As long as passwords are, so that hashing it takes as many blocks.
        let nobody = Password::new(hex(&key[..8]));
        Keeper {
            realm: realm.to_owned(),
            algorithms: algorithms.to_vec(),
            key,
            asked: 0,
            used: BTreeMap::new(),
            nobody,
        }
    }

    /// The realm.
    pub fn realm(&self) -> &str {
        &self.realm
    }

    /// The challenges for a source, the best first (RFC 8760 §2.3).
    pub fn challenges(&mut self, now: Millis, source: IpAddr, stale: bool) -> Vec<Challenge> {
        self.asked = self.asked.wrapping_add(1);
        let nonce = self.nonce(now, source);
        let challenge = |algorithm: &Algorithm| Challenge {
            realm: self.realm.clone(),
            nonce: nonce.clone(),
            opaque: None,
            algorithm: *algorithm,
            counted: true,
            stale,
        };
        self.algorithms.iter().map(challenge).collect()
    }

    /// Judges an answer to a request of this method. `password` is that of the user whom the answer names; `None` where
    /// there is no such user, which costs the same time and is refused.
    pub fn judge(
        &mut self,
        now: Millis,
        source: IpAddr,
        method: &str,
        proof: &Proof,
        password: Option<&Password>,
    ) -> Verdict {
        let known = password.is_some();
        let counted = proof.counted.as_ref().map(|(count, cnonce)| (count.as_str(), cnonce.as_str()));
        let sum = Sum {
            algorithm: proof.algorithm,
            user: &proof.user,
            realm: &self.realm,
            password: password.unwrap_or(&self.nobody),
            method,
            uri: &proof.uri,
            nonce: &proof.nonce,
            counted,
        };
        let right = is_same(&sum.response(), &proof.response);
        let ours = proof.realm == self.realm
            && proof.counted.is_some()
            && self.algorithms.contains(&proof.algorithm);
        match self.made_at(&proof.nonce, source) {
            None => Verdict::Foreign,
            Some(made) if known && right && ours => self.count(now, made, proof),
            Some(_) => Verdict::Refused,
        }
    }

    fn count(&mut self, now: Millis, made: Millis, proof: &Proof) -> Verdict {
        let horizon = now.0.saturating_sub(NONCE_LIVES.0);
        while self.used.len() >= NONCES_KEPT
            || self.used.first_key_value().is_some_and(|((made, _), _)| *made < horizon)
        {
            self.used.pop_first();
        }
        if made.0 < horizon || made > now {
            return Verdict::Stale;
        }
        let highest = self.used.entry((made.0, proof.nonce.clone())).or_default();
        if proof.count() <= *highest {
            return Verdict::Stale;
        }
        *highest = proof.count();
        Verdict::Believed
    }

    fn nonce(&self, now: Millis, source: IpAddr) -> String {
        format!("{:016x}{:016x}{}", now.0, self.asked, self.seal(now.0, self.asked, source))
    }

    /// When a nonce was made, if it is one of ours for this source.
    fn made_at(&self, nonce: &str, source: IpAddr) -> Option<Millis> {
        let (time, rest) = nonce.split_at_checked(16)?;
        let (serial, seal) = rest.split_at_checked(16)?;
        let made = u64::from_str_radix(time, 16).ok()?;
        let serial = u64::from_str_radix(serial, 16).ok()?;
        is_same(seal, &self.seal(made, serial, source)).then_some(Millis(made))
    }

    fn seal(&self, made: u64, serial: u64, source: IpAddr) -> String {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) else { return String::new() };
        mac.update(format!("{made} {serial} {source} {}", self.realm).as_bytes());
        hex(&mac.finalize().into_bytes()).chars().take(32).collect()
    }
}
