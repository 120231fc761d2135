//! Signatures of caller numbers, verified: STIR and SHAKEN (RFC 8224, RFC 8225, RFC 8226, RFC 8588).
//!
//! A carrier that knows its customer signs who calls whom, and when, in a token of the header field Identity; a certificate
//! at an address in the token proves the carrier. Here tokens are read and judged; whoever has the certificate fetched hands
//! it in, as it hands in the time.
//!
//! ```text
//!   INVITE ──► passports ──► Passport::claims ──► (the certificate is fetched) ──► Chain ──► Passport::proof
//! ```
//!
//! What a token says is checked before its certificate is fetched, so that a stale or foreign one makes nobody ask for
//! anything. Read is the extension `shaken` in its full form with ES256; others (`div`, `rph`) are passed over as RFC 8224
//! §6.2.1 wants it. Nothing is signed here, and lists of revoked certificates are not asked for.

mod authority;
mod certificate;
mod fault;
mod number;
mod passport;

pub use certificate::{Chain, Roots, RootsError};
pub use fault::Fault;
pub use number::canonical;
pub use passport::{Attestation, Passport, passports};

/// Whom a call is from and to, as it came: numbers in [`canonical`] form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parties {
    /// Who says to call: of From, and of what a network asserts.
    pub callers: Vec<String>,
    /// Who is called: of To, and of the Request-URI.
    pub called: Vec<String>,
}

/// What is known of a caller's number by signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Somebody who may signs for the number.
    Signed {
        /// How much is known of the caller.
        attestation: Attestation,
        /// Whose number it is, in [`canonical`] form.
        number: String,
    },
    /// Nobody signs, or what was needed to know it did not come in time.
    Claimed,
    /// There is a signature, and it is not right.
    Failed(Fault),
}
