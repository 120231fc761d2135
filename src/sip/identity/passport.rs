//! A token: who calls whom, and when, as a carrier says it (RFC 8225, RFC 8588).

use super::number::canonical;
use super::{Chain, Fault, Parties, Roots};
use crate::sip::grammar::Params;
use crate::sip::message::{Message, Name};
use crate::time::Wall;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Tokens of one INVITE that are looked at.
const MOST_TOKENS: usize = 4;
/// How far a token's moment may be from now, in seconds (RFC 8224 §6.2.2).
const FRESH_S: i64 = 60;
/// The extension that is read (RFC 8588).
const SHAKEN: &str = "shaken";
/// The algorithm that is read (RFC 8225 §8): ECDSA on P-256 with SHA-256.
const ALGORITHM: &str = "ES256";

/// How much of the caller is known to whoever signs (RFC 8588 §4), the most first.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
pub enum Attestation {
    /// `A`: it is their customer, who may use the number.
    #[serde(rename = "A")]
    Full,
    /// `B`: it is their customer, and the number is the customer's word.
    #[serde(rename = "B")]
    Partial,
    /// `C`: the call came to them from somewhere.
    #[serde(rename = "C")]
    Gateway,
}

/// A token that has been read; nothing in it is proved.
#[derive(Clone, Debug)]
pub struct Passport {
    url: String,
    claims: Claims,
    /// What is signed: the header and the claims as they were sent.
    signed: String,
    signature: Vec<u8>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    ppt: String,
    typ: String,
    x5u: String,
}

#[derive(Clone, Debug, Deserialize)]
struct Claims {
    attest: Attestation,
    dest: Called,
    /// When it was signed, in seconds since 1970.
    iat: i64,
    orig: Caller,
    /// By which the carrier finds the call again. Must be there; nobody here reads it.
    #[serde(rename = "origid")]
    _origid: String,
}

#[derive(Clone, Debug, Deserialize)]
struct Caller {
    tn: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
struct Called {
    #[serde(default)]
    tn: Vec<String>,
}

/// The tokens of an INVITE that are of the extension `shaken`.
pub fn passports(invite: &Message) -> Vec<Result<Passport, Fault>> {
    invite.all(Name::Identity).filter_map(read).take(MOST_TOKENS).collect()
}

/// One header field, `token;info=<url>;alg=ES256;ppt=shaken`; `None` for another extension.
fn read(value: &str) -> Option<Result<Passport, Fault>> {
    let (token, params) = value.split_once(';').unwrap_or((value, ""));
    let Some(params) = Params::parse(params) else { return Some(Err(Fault::Malformed)) };
    let given = |name: &str| params.get(name).map(|value| value.trim_matches('"'));
    // Without the parameter it is the token that says of which extension it is.
    if given("ppt").is_some_and(|ppt| ppt != SHAKEN) {
        return None;
    }
    let info = given("info").map(|url| url.trim_start_matches('<').trim_end_matches('>'));
    match Passport::read(token.trim()) {
        Ok(None) => None,
        Ok(Some(passport)) => {
            let differs = info.is_none_or(|info| info != passport.url)
                || given("alg").is_some_and(|algorithm| algorithm != ALGORITHM);
            Some(if differs { Err(Fault::Malformed) } else { Ok(passport) })
        }
        Err(fault) => Some(Err(fault)),
    }
}

impl Passport {
    /// Reads `header.claims.signature`. The compact form, without header and claims, is not for `shaken` (RFC 8588 §7).
    fn read(token: &str) -> Result<Option<Passport>, Fault> {
        let (signed, signature) = token.rsplit_once('.').ok_or(Fault::Malformed)?;
        let (header, claims) = signed.split_once('.').ok_or(Fault::Malformed)?;
        let header: Header = decoded(header)?;
        if header.ppt != SHAKEN {
            return Ok(None);
        }
        if header.alg != ALGORITHM || header.typ != "passport" {
            return Err(Fault::Malformed);
        }
        let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).map_err(|_| Fault::Malformed)?;
        let (claims, signed) = (decoded(claims)?, signed.to_owned());
        Ok(Some(Passport { url: header.x5u, claims, signed, signature }))
    }

    /// What no other token has.
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// Where the certificate is.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// How much whoever signs says to know of the caller.
    pub fn attestation(&self) -> Attestation {
        self.claims.attest
    }

    /// Whose number it says it is; empty for a caller that has none.
    pub fn number(&self) -> String {
        self.claims.orig.tn.as_deref().and_then(canonical).unwrap_or_default()
    }

    /// Whether it is of this call and of this minute.
    ///
    /// # Errors
    /// [`Fault::Stale`], [`Fault::OtherCaller`], [`Fault::OtherCalled`].
    pub fn claims(&self, parties: &Parties, now: Wall) -> Result<(), Fault> {
        let age_s = (now.0.div_euclid(1000)).saturating_sub(self.claims.iat);
        if age_s.saturating_abs() > FRESH_S {
            return Err(Fault::Stale);
        }
        if !parties.callers.contains(&self.number()) {
            return Err(Fault::OtherCaller);
        }
        let mut called = self.claims.dest.tn.iter().filter_map(|number| canonical(number));
        if called.any(|number| parties.called.contains(&number)) { Ok(()) } else { Err(Fault::OtherCalled) }
    }

    /// Whether it was signed by whom the certificate names, and whether that one may sign for the number.
    ///
    /// # Errors
    /// [`Fault::Unusable`], [`Fault::Expired`], [`Fault::UnknownAuthority`], [`Fault::OtherNumbers`],
    /// [`Fault::WrongSignature`].
    pub fn proof(&self, chain: &Chain, roots: &Roots, now: Wall) -> Result<(), Fault> {
        chain.leads_to(roots, now)?;
        if !chain.is_for(&self.number()) {
            return Err(Fault::OtherNumbers);
        }
        match chain.has_signed(self.signed.as_bytes(), &self.signature) {
            true => Ok(()),
            false => Err(Fault::WrongSignature),
        }
    }
}

fn decoded<T: DeserializeOwned>(part: &str) -> Result<T, Fault> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(part).map_err(|_| Fault::Malformed)?;
    serde_json::from_slice(&bytes).map_err(|_| Fault::Malformed)
}
