//! PIN hashes: argon2id (RFC 9106) with a salt of its own for each.
//!
//! A four-digit PIN is protected by the lock-out, not by the hash: the hash keeps a stolen file from being read at a
//! glance. Each hash takes its memory for as long as it runs, so only a few run at a time.

use super::StoreError;
use crate::program::Secret;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use parking_lot::{Condvar, Mutex};
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

/// Makes and checks hashes, so many at a time as there are processors.
pub(super) struct PinHasher {
    argon2: Argon2<'static>,
    /// What is checked where there is nothing to check, so that it takes as long.
    nobody: String,
    free: Mutex<usize>,
    freed: Condvar,
}

impl PinHasher {
    pub fn new(cost: PinCost) -> Result<PinHasher, StoreError> {
        let params = Params::new(cost.memory_kib, cost.passes, 1, None).map_err(hash_error)?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let nobody = hash_with(&argon2, "nobody has this")?;
        Ok(PinHasher { argon2, nobody, free: Mutex::new(processors()), freed: Condvar::new() })
    }

    /// A hash in PHC form.
    pub fn hash(&self, pin: &Secret) -> Result<String, StoreError> {
        self.in_turn(|| hash_with(&self.argon2, pin.expose()))
    }

    /// Hashes many, on all processors. The answers are in the order of the questions.
    pub fn hash_all(&self, pins: &[&Secret]) -> Result<Vec<String>, StoreError> {
        let share = pins.len().div_ceil(processors()).max(1);
        let shares: Vec<Result<Vec<String>, StoreError>> = thread::scope(|scope| {
            let start = |pins| scope.spawn(move || hash_each(&self.argon2, pins));
            let workers: Vec<_> = pins.chunks(share).map(start).collect();
            workers.into_iter().map(|worker| worker.join().unwrap_or(Err(StoreError::Closed))).collect()
        });
        let hashes: Result<Vec<Vec<String>>, StoreError> = shares.into_iter().collect();
        Ok(hashes?.concat())
    }

    /// Whether a PIN is the one behind a hash. Without a hash, or with one that cannot be read, it is wrong after the
    /// same work.
    pub fn check(&self, pin: &Secret, hash: Option<&str>) -> bool {
        let known = hash.and_then(|text| PasswordHash::new(text).ok());
        let Ok(nobody) = PasswordHash::new(&self.nobody) else { return false };
        let right = self.in_turn(|| {
            let against = known.as_ref().unwrap_or(&nobody);
            self.argon2.verify_password(pin.expose().as_bytes(), against).is_ok()
        });
        right && known.is_some()
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

fn hash_each(argon2: &Argon2<'_>, pins: &[&Secret]) -> Result<Vec<String>, StoreError> {
    pins.iter().map(|pin| hash_with(argon2, pin.expose())).collect()
}

fn hash_with(argon2: &Argon2<'_>, text: &str) -> Result<String, StoreError> {
    let hash = argon2.hash_password(text.as_bytes()).map_err(hash_error)?;
    Ok(hash.to_string())
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
