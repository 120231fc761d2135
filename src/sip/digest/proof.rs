//! What a client answers: the value of Authorization and Proxy-Authorization.

use super::challenge::parameters;
use super::{Algorithm, Challenge, Credentials, Sum};
use crate::sip::grammar::quote;
use std::fmt;

/// The answer to a challenge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// Who says so.
    pub user: String,
    /// Of the challenge.
    pub realm: String,
    /// Of the challenge.
    pub nonce: String,
    /// The Request-URI that is meant.
    pub uri: String,
    /// The hash.
    pub response: String,
    /// Which.
    pub algorithm: Algorithm,
    /// Of the challenge.
    pub opaque: Option<String>,
    /// `nc`, eight hexadecimal digits, and `cnonce`; `None` where the challenge asked for no `qop`.
    pub counted: Option<(String, String)>,
}

impl Proof {
    /// Answers a challenge for the first time with its nonce. `cnonce` must be fresh.
    pub fn of(
        challenge: &Challenge,
        credentials: &Credentials,
        method: &str,
        uri: &str,
        cnonce: &str,
    ) -> Proof {
        let counted = challenge.counted.then(|| ("00000001".to_owned(), cnonce.to_owned()));
        let sum = Sum {
            algorithm: challenge.algorithm,
            user: &credentials.user,
            realm: &challenge.realm,
            password: &credentials.password,
            method,
            uri,
            nonce: &challenge.nonce,
            counted: counted.as_ref().map(|(count, cnonce)| (count.as_str(), cnonce.as_str())),
        };
        Proof {
            user: credentials.user.clone(),
            realm: challenge.realm.clone(),
            nonce: challenge.nonce.clone(),
            uri: uri.to_owned(),
            response: sum.response(),
            algorithm: challenge.algorithm,
            opaque: challenge.opaque.clone(),
            counted,
        }
    }

    /// Reads one value; `None` for another scheme, a `qop` other than `auth` and what lacks something.
    pub fn parse(value: &str) -> Option<Proof> {
        let params = parameters(value)?;
        let counted = match params.get("qop") {
            None => None,
            Some("auth") => {
                let count = params.get("nc").filter(|count| count.len() == 8)?;
                u32::from_str_radix(count, 16).ok()?;
                Some((count.to_owned(), params.text("cnonce")?))
            }
            Some(_) => return None,
        };
        Some(Proof {
            user: params.text("username")?,
            realm: params.text("realm")?,
            nonce: params.text("nonce")?,
            uri: params.text("uri")?,
            response: params.get("response")?.to_ascii_lowercase(),
            algorithm: params.get("algorithm").map_or(Some(Algorithm::Md5), Algorithm::parse)?,
            opaque: params.text("opaque"),
            counted,
        })
    }

    /// How often the client says that it has used the nonce; 0 where it does not count.
    pub(super) fn count(&self) -> u32 {
        let written = self.counted.as_ref().map(|(count, _)| count.as_str());
        written.and_then(|count| u32::from_str_radix(count, 16).ok()).unwrap_or(0)
    }
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Digest username={}, realm={}, nonce={}, uri={}, response=\"{}\", algorithm={}",
            quote(&self.user),
            quote(&self.realm),
            quote(&self.nonce),
            quote(&self.uri),
            self.response,
            self.algorithm.as_str()
        )?;
        if let Some((count, cnonce)) = &self.counted {
            write!(f, ", qop=auth, nc={count}, cnonce={}", quote(cnonce))?;
        }
        match &self.opaque {
            Some(opaque) => write!(f, ", opaque={}", quote(opaque)),
            None => Ok(()),
        }
    }
}
