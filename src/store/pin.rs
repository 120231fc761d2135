//! PIN hashes: argon2id (RFC 9106) with a salt of its own for each.
//!
//! A four-digit PIN is protected by the lock-out, not by the hash: the hash keeps a stolen file from being read at a
//! glance, and a pepper, a secret that is not in the file, from being read at all. A hash that was made with a pepper
//! says so; one that was not is verified without. Each hash takes its memory for as long as it runs, so only a few run at
//! a time.

use super::StoreError;
use crate::program::Secret;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use parking_lot::{Condvar, Mutex};
use std::sync::OnceLock;
use std::thread;

/// What a hash costs whoever computes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PinCost {
    /// Memory, in KiB; at least 8.
    pub memory_kib: u32,
    /// Passes over the memory; at least 1.
    pub passes: u32,
}

impl PinCost {
    /// OWASP's minimum for argon2id, password storage cheat sheet: 19 MiB and two passes.
    pub const OWASP: PinCost = PinCost { memory_kib: 19 * 1024, passes: 2 };
    /// The least that the function takes; for tests.
    pub const LEAST: PinCost = PinCost { memory_kib: 8, passes: 1 };
}

/// The environment's variable with the pepper.
const PEPPER: &str = "CALLWRIGHT_PEPPER";
/// Fewer letters are guessed sooner than the hash is.
const SHORTEST_PEPPER: usize = 16;
/// Stands before a hash that was made with a pepper.
const PEPPERED: &str = "peppered:";

/// Makes and checks hashes, so many at a time as there are processors.
pub(super) struct PinHasher {
    params: Params,
    pepper: Option<Secret>,
    /// What is checked where there is nothing to check, so that it takes as long; made by the first check, whatever that
    /// finds.
    nobody: OnceLock<String>,
    free: Mutex<usize>,
    freed: Condvar,
}

impl PinHasher {
    /// A hasher with the environment's pepper, where there is one.
    pub fn new(cost: PinCost) -> Result<PinHasher, StoreError> {
        let pepper = std::env::var(PEPPER).ok().filter(|pepper| !pepper.is_empty());
        if pepper.as_ref().is_some_and(|pepper| pepper.len() < SHORTEST_PEPPER) {
            return Err(hash_error(format_args!("{PEPPER} has fewer than {SHORTEST_PEPPER} letters")));
        }
        PinHasher::with_pepper(cost, pepper.map(Secret::new))
    }

    fn with_pepper(cost: PinCost, pepper: Option<Secret>) -> Result<PinHasher, StoreError> {
        let params = Params::new(cost.memory_kib, cost.passes, 1, None).map_err(hash_error)?;
        let (free, freed) = (Mutex::new(processors()), Condvar::new());
        Ok(PinHasher { params, pepper, nobody: OnceLock::new(), free, freed })
    }

    /// A hash in PHC form, behind a word that says whether it was made with a pepper.
    pub fn hash(&self, pin: &Secret) -> Result<String, StoreError> {
        self.in_turn(|| self.make(pin))
    }

    fn make(&self, pin: &Secret) -> Result<String, StoreError> {
        let hash =
            self.argon2(self.pepper.as_ref())?.hash_password(pin.expose().as_bytes()).map_err(hash_error)?;
        let word = if self.pepper.is_some() { PEPPERED } else { "" };
        Ok(format!("{word}{hash}"))
    }

    fn argon2<'p>(&self, pepper: Option<&'p Secret>) -> Result<Argon2<'p>, StoreError> {
        let (algorithm, version, params) = (Algorithm::Argon2id, Version::V0x13, self.params.clone());
        match pepper {
            Some(pepper) => {
                let secret = pepper.expose().as_bytes();
                Argon2::new_with_secret(secret, algorithm, version, params).map_err(hash_error)
            }
            None => Ok(Argon2::new(algorithm, version, params)),
        }
    }

    /// Hashes many, on all processors. The answers are in the order of the questions.
    pub fn hash_all(&self, pins: &[&Secret]) -> Result<Vec<String>, StoreError> {
        let share = pins.len().div_ceil(processors()).max(1);
        let shares: Vec<Result<Vec<String>, StoreError>> = thread::scope(|scope| {
            let each = |pins: &[&Secret]| pins.iter().map(|pin| self.make(pin)).collect();
            let start = |pins| scope.spawn(move || each(pins));
            let workers: Vec<_> = pins.chunks(share).map(start).collect();
            workers.into_iter().map(|worker| worker.join().unwrap_or(Err(StoreError::Closed))).collect()
        });
        let hashes: Result<Vec<Vec<String>>, StoreError> = shares.into_iter().collect();
        Ok(hashes?.concat())
    }

    /// Whether a PIN is the one behind a hash. Without a hash, or with one that cannot be read, it is wrong after the
    /// same work.
    pub fn check(&self, pin: &Secret, hash: Option<&str>) -> bool {
        let nobody =
            self.nobody.get_or_init(|| self.make(&Secret::new("nobody has this")).unwrap_or_default());
        let known = hash.and_then(|hash| self.read(hash));
        let Some(nobody) = self.read(nobody) else { return false };
        let right = self.in_turn(|| {
            let (pepper, against) = known.as_ref().unwrap_or(&nobody);
            let argon2 = self.argon2(*pepper);
            argon2.is_ok_and(|argon2| argon2.verify_password(pin.expose().as_bytes(), against).is_ok())
        });
        right && known.is_some()
    }

    /// A hash, and the pepper that it was made with; `None` where it cannot be read, or its pepper is not there.
    fn read(&self, text: &str) -> Option<(Option<&Secret>, PasswordHash)> {
        match text.strip_prefix(PEPPERED) {
            Some(hash) => Some((Some(self.pepper.as_ref()?), PasswordHash::new(hash).ok()?)),
            None => Some((None, PasswordHash::new(text).ok()?)),
        }
    }

    fn in_turn<T>(&self, work: impl FnOnce() -> T) -> T {
        let mut free = self.free.lock();
        self.freed.wait_while(&mut free, |free| *free == 0);
        *free -= 1;
        drop(free);
        let done = work();
        *self.free.lock() += 1;
        self.freed.notify_one();
        done
    }
}

fn hash_error(error: impl std::fmt::Display) -> StoreError {
    StoreError::Hash { reason: error.to_string() }
}

fn processors() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_pin_fits_its_hash_and_nothing_fits_nobody() -> Result<(), StoreError> {
        let hasher = PinHasher::new(PinCost::LEAST)?;
        let hash = hasher.hash(&Secret::new("4711"))?;
        let checked = |pin: &str, hash| hasher.check(&Secret::new(pin), hash);
        assert!(checked("4711", Some(&hash)));
        assert!(!checked("4712", Some(&hash)));
        assert!(!checked("4711", Some("no hash")));
        assert!(!checked("nobody has this", None));
        Ok(())
    }

    #[test]
    fn a_hash_with_a_pepper_fits_with_that_pepper_alone_and_one_without_fits_always() -> Result<(), StoreError>
    {
        let with = |pepper: Option<&str>| PinHasher::with_pepper(PinCost::LEAST, pepper.map(Secret::new));
        let (plain, salted, other) =
            (with(None)?, with(Some("a long enough one"))?, with(Some("another of these"))?);
        let pin = Secret::new("4711");
        let (old, new) = (plain.hash(&pin)?, salted.hash(&pin)?);
        assert_eq!([&plain, &salted].map(|hasher| hasher.check(&pin, Some(&old))), [true, true]);
        assert_eq!(
            [&plain, &salted, &other].map(|hasher| hasher.check(&pin, Some(&new))),
            [false, true, false]
        );
        Ok(())
    }

    #[test]
    fn the_same_pin_twice_has_two_hashes() -> Result<(), StoreError> {
        let hasher = PinHasher::new(PinCost::LEAST)?;
        let pin = Secret::new("4711");
        let hashes = hasher.hash_all(&[&pin, &pin, &pin])?;
        assert_eq!(hashes.len(), 3);
        assert!(hashes[0] != hashes[1] && hashes[1] != hashes[2]);
        assert!(hashes.iter().all(|hash| hasher.check(&pin, Some(hash))));
        Ok(())
    }
}
