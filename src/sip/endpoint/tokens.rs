//! Tags, branches and Call-IDs that nobody can guess (RFC 3261 §19.3), and the same again from the same seed.

use crate::sip::via::MAGIC_COOKIE;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::hash::{DefaultHasher, Hash, Hasher};

/// The endpoint's source of chance.
#[derive(Debug)]
pub(super) struct Tokens {
    random: ChaCha20Rng,
    secret: u64,
}

impl Tokens {
    pub(super) fn new(seed: [u8; 32]) -> Tokens {
        let mut random = ChaCha20Rng::from_seed(seed);
        let secret = random.next_u64();
        Tokens { random, secret }
    }

    /// 128 bits for a tag or a Call-ID.
    pub(super) fn token(&mut self) -> String {
        format!("{:016x}{:016x}", self.random.next_u64(), self.random.next_u64())
    }

    /// A branch with 128 bits after the cookie.
    pub(super) fn branch(&mut self) -> String {
        format!("{MAGIC_COOKIE}{}", self.token())
    }

    /// A number for the `o=` line: 31 bits, because some telephones read no more.
    pub(super) fn session_id(&mut self) -> u64 {
        self.random.next_u64() >> 33
    }

    /// The number before the first reliable provisional's; below 2³¹ (RFC 3262 §3).
    pub(super) fn rseq(&mut self) -> u32 {
        (self.random.next_u64() >> 34) as u32
    }

    /// A number below `bound`, which is not 0.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.random.next_u64() % bound
    }

    /// A number of seconds, 0 to 10.
    pub(super) fn up_to_ten(&mut self) -> u64 {
        self.random.next_u64() % 11
    }

    /// The tag of an answer without state: copies of one request get the same one (RFC 3261 §8.2.7).
    pub(super) fn stateless_tag(&self, request: &str) -> String {
        let mut hasher = DefaultHasher::new();
        (self.secret, request).hash(&mut hasher);
        format!("{:016x}", hasher.finish())
    }
}
