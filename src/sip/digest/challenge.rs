//! What a server asks: the value of WWW-Authenticate and Proxy-Authenticate.

use super::{Algorithm, Credentials};
use crate::sip::grammar::{Params, cut, list, quote};
use crate::sip::message::{Message, Name};
use std::fmt;

/// One challenge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// Which passwords are meant.
    pub realm: String,
    /// What the answer must contain.
    pub nonce: String,
    /// What the answer must send back.
    pub opaque: Option<String>,
    /// The hash.
    pub algorithm: Algorithm,
    /// Whether `qop=auth` is asked for: the answer counts and has a `cnonce`.
    pub counted: bool,
    /// The password was right and the nonce too old: an answer with this nonce will do.
    pub stale: bool,
}

impl Challenge {
    /// The best challenge of a response that the credentials can answer: SHA-256 before MD5 (RFC 8760 §2.4). `None` where
    /// all are for other realms, or ask for what is not spoken here.
    pub fn choose(response: &Message, name: Name, credentials: &Credentials) -> Option<Challenge> {
        let fits =
            |challenge: &Challenge| credentials.realm.as_ref().is_none_or(|realm| *realm == challenge.realm);
        response
            .all(name)
            .filter_map(Challenge::parse)
            .filter(fits)
            .max_by_key(|challenge| challenge.algorithm)
    }

    /// Reads one value. Elements of a list of challenges cannot be told from parameters without reading both, and no
    /// server writes such lists: each challenge has a header field.
    pub fn parse(value: &str) -> Option<Challenge> {
        let params = parameters(value)?;
        let algorithm = params.get("algorithm").map_or(Some(Algorithm::Md5), Algorithm::parse)?;
        let offered = params.text("qop");
        let counted = offered
            .as_deref()
            .is_some_and(|offered| offered.split(',').any(|word| word.trim().eq_ignore_ascii_case("auth")));
        if offered.is_some() && !counted {
            return None;
        }
        Some(Challenge {
            realm: params.text("realm")?,
            nonce: params.text("nonce")?,
            opaque: params.text("opaque"),
            algorithm,
            counted,
            stale: params.get("stale").is_some_and(|stale| stale.eq_ignore_ascii_case("true")),
        })
    }
}

impl fmt::Display for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest realm={}, nonce={}", quote(&self.realm), quote(&self.nonce))?;
        if let Some(opaque) = &self.opaque {
            write!(f, ", opaque={}", quote(opaque))?;
        }
        write!(f, ", algorithm={}", self.algorithm.as_str())?;
        if self.counted {
            write!(f, ", qop=\"auth\"")?;
        }
        if self.stale { write!(f, ", stale=true") } else { Ok(()) }
    }
}

/// The parameters behind the word `Digest`; `None` for another scheme.
pub(super) fn parameters(value: &str) -> Option<Params> {
    let (scheme, rest) = value.trim().split_once([' ', '\t'])?;
    if !scheme.eq_ignore_ascii_case("Digest") {
        return None;
    }
    let joined = list(rest).filter(|param| !param.is_empty() && cut(param, b';').1.is_none());
    Params::parse(&joined.collect::<Vec<_>>().join(";"))
}
