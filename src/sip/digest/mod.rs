//! Digest authentication (RFC 7616 with SIP's part of it in RFC 3261 §22 and RFC 8760): who knows the password.
//!
//! [`Challenge`] is what a server asks, [`Proof`] what a client answers, [`Credentials`] whom it answers for, and
//! [`Keeper`] the server's side: it keeps nothing of a challenge, for its nonces carry their own age and signature.
//! SHA-256 is preferred and MD5 spoken where the far end knows nothing else. `auth-int` and `userhash` are not done:
//! no SIP server asks for them.

mod challenge;
mod keeper;
mod proof;

pub use challenge::Challenge;
pub use keeper::{Keeper, Verdict};
pub use proof::Proof;

use md5::Md5;
use sha2::{Digest, Sha256};
use std::fmt;

/// The hash of a challenge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Algorithm {
    /// Also where a challenge names none (RFC 7616 §3.3).
    Md5,
    /// RFC 8760.
    Sha256,
}

/// A password; shown nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

/// Whom we are to a far end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// The name.
    pub user: String,
    /// What proves it.
    pub password: Password,
    /// The only realm that is answered; any where it is missing.
    pub realm: Option<String>,
}

impl Password {
    /// Hides a text.
    pub fn new(text: impl Into<String>) -> Password {
        Password(text.into())
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

impl Algorithm {
    /// As header fields write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Algorithm::Md5 => "MD5",
            Algorithm::Sha256 => "SHA-256",
        }
    }

    fn parse(text: &str) -> Option<Algorithm> {
        let all = [Algorithm::Md5, Algorithm::Sha256];
        all.into_iter().find(|algorithm| algorithm.as_str().eq_ignore_ascii_case(text))
    }

    /// The hash of the parts with colons between them, in hexadecimal.
    fn hash(self, parts: &[&str]) -> String {
        let text = parts.join(":");
        #[cfg(test)]
        BLOCKS.set(BLOCKS.get() + (text.len() + 8) / BLOCK + 1);
        match self {
            Algorithm::Md5 => hex(&Md5::digest(text)),
            Algorithm::Sha256 => hex(&Sha256::digest(text)),
        }
    }
}

/// What either hash takes at a time, in octets.
#[cfg(test)]
const BLOCK: usize = 64;

#[cfg(test)]
thread_local! {
    /// Blocks that were hashed so far.
    static BLOCKS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// The work that was done so far: what takes time is counted, and no clock asked.
#[cfg(test)]
pub(crate) fn work() -> usize {
    BLOCKS.get()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What both sides compute (RFC 7616 §3.4.1). Without a count it is the form of RFC 2069, which old servers ask for by
/// naming no `qop`.
struct Sum<'a> {
    algorithm: Algorithm,
    user: &'a str,
    realm: &'a str,
    password: &'a Password,
    method: &'a str,
    uri: &'a str,
    nonce: &'a str,
    /// `nc` as it is written, and `cnonce`.
    counted: Option<(&'a str, &'a str)>,
}

impl Sum<'_> {
    fn response(&self) -> String {
        let who = self.algorithm.hash(&[self.user, self.realm, &self.password.0]);
        let what = self.algorithm.hash(&[self.method, self.uri]);
        match self.counted {
            Some((count, cnonce)) => self.algorithm.hash(&[&who, self.nonce, count, cnonce, "auth", &what]),
            None => self.algorithm.hash(&[&who, self.nonce, &what]),
        }
    }
}

/// Whether two texts are equal, in a time that depends on their lengths alone.
fn is_same(one: &str, other: &str) -> bool {
    let differences = one.bytes().zip(other.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b));
    one.len() == other.len() && differences == 0
}

#[cfg(test)]
mod tests;
