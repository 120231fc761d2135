//! Typed views of the header fields that the stack acts on, made when asked for (RFC 3261 §20).
//!
//! rsip's typed headers are not used for reading: each of them refuses something that these must hold (an IPv6
//! `received`, a list of contacts, `tel:` in From, an unknown transport in a Via that is not ours).

use super::{Message, Name};
use crate::sip::grammar::{is_token, is_without, list};
use crate::sip::{Method, NameAddr, Uri, Via};
use std::borrow::Cow;
use thiserror::Error;

/// Why a header field cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ViewError {
    /// It is not there.
    #[error("header field `{}` is missing", .0.as_str())]
    Missing(Name),
    /// It is there more often than once.
    #[error("header field `{}` is repeated", .0.as_str())]
    Repeated(Name),
    /// Its value breaks the grammar or its bounds.
    #[error("header field `{}` is malformed", .0.as_str())]
    Malformed(Name),
}

/// The value of CSeq (RFC 3261 §20.16).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CSeq {
    /// The sequence number. §8.1.1.5 keeps it below 2³¹; up to 2³²−1 is read.
    pub number: u32,
    /// The method.
    pub method: Method,
}

/// The value of Reason (RFC 3326).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// `Q.850`, `SIP` or another protocol's name, as written.
    pub protocol: String,
    /// The protocol's number for it.
    pub cause: Option<u16>,
    /// Text for people.
    pub text: Option<String>,
}

impl Message {
    fn single(&self, name: Name) -> Result<&str, ViewError> {
        let mut values = self.all(name);
        let value = values.next().ok_or(ViewError::Missing(name))?;
        match values.next() {
            None => Ok(value),
            Some(_) => Err(ViewError::Repeated(name)),
        }
    }

    fn read<T>(&self, name: Name, parse: impl FnOnce(&str) -> Option<T>) -> Result<T, ViewError> {
        parse(self.single(name)?).ok_or(ViewError::Malformed(name))
    }

    fn read_list<T>(&self, name: Name, parse: impl FnMut(&str) -> Option<T>) -> Result<Vec<T>, ViewError> {
        self.elements(name).map(parse).collect::<Option<_>>().ok_or(ViewError::Malformed(name))
    }

    /// The topmost Via (RFC 3261 §20.42).
    ///
    /// # Errors
    ///
    /// Missing or malformed. The Vias below the topmost are nobody's business here.
    pub fn via(&self) -> Result<Via, ViewError> {
        let value = self.first(Name::Via).ok_or(ViewError::Missing(Name::Via))?;
        let mut vias = list(value).map(Via::parse);
        let topmost = vias.next().flatten().filter(|via| via.params.is_clear("branch"));
        // All elements of this field are read: a broken one may be the rest of the topmost.
        topmost.filter(|_| vias.all(|via| via.is_some())).ok_or(ViewError::Malformed(Name::Via))
    }

    /// From (RFC 3261 §20.20).
    ///
    /// # Errors
    ///
    /// Missing, repeated or malformed.
    pub fn from(&self) -> Result<NameAddr, ViewError> {
        self.party(Name::From)
    }

    /// To (RFC 3261 §20.39).
    ///
    /// # Errors
    ///
    /// Missing, repeated or malformed.
    pub fn to(&self) -> Result<NameAddr, ViewError> {
        self.party(Name::To)
    }

    /// An end of a dialog, which its tag names.
    fn party(&self, name: Name) -> Result<NameAddr, ViewError> {
        let read = |value: &str| NameAddr::parse(value, self.policy);
        self.read(name, |value| read(value).filter(|address| address.params.is_clear("tag")))
    }

    /// Call-ID (RFC 3261 §20.8).
    ///
    /// # Errors
    ///
    /// Missing, repeated, empty or with space inside.
    pub fn call_id(&self) -> Result<&str, ViewError> {
        let value = self.single(Name::CallId)?;
        let sound = !value.is_empty() && is_without(value, b"");
        if sound { Ok(value) } else { Err(ViewError::Malformed(Name::CallId)) }
    }

    /// CSeq.
    ///
    /// # Errors
    ///
    /// Missing, repeated, above 2³²−1 or not `number method`.
    pub fn cseq(&self) -> Result<CSeq, ViewError> {
        self.read(Name::CSeq, |value| {
            let (number, method) = value.split_once([' ', '\t'])?;
            let method = method.trim();
            let number = number.bytes().all(|byte| byte.is_ascii_digit()).then(|| number.parse().ok())??;
            is_token(method).then(|| CSeq { number, method: Method::parse(method) })
        })
    }

    /// Max-Forwards; `None` if it is not there, as in messages of RFC 2543.
    ///
    /// # Errors
    ///
    /// Repeated or no number. A number above 255 is read as 255 (RFC 4475 §3.1.2.4 lets it be ignored).
    pub fn max_forwards(&self) -> Result<Option<u8>, ViewError> {
        let digits = |value: &str| !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
        let read = self.read(Name::MaxForwards, |value| {
            digits(value).then(|| u8::try_from(value.parse::<u64>().unwrap_or(u64::MAX)).unwrap_or(u8::MAX))
        });
        match read {
            Ok(hops) => Ok(Some(hops)),
            Err(ViewError::Missing(_)) => Ok(None),
            Err(other) => Err(other),
        }
    }

    /// The URIs of Contact; empty where there is none, and for `*`, which means something only in a REGISTER, and alone
    /// (RFC 3261 §10.2.2).
    ///
    /// # Errors
    ///
    /// An element is malformed.
    pub fn contacts(&self) -> Result<Vec<NameAddr>, ViewError> {
        if self.first(Name::Contact) == Some("*") {
            let is_register = self.method() == Some(&Method::REGISTER);
            let is_alone = self.all(Name::Contact).nth(1).is_none();
            return if is_register && is_alone {
                Ok(Vec::new())
            } else {
                Err(ViewError::Malformed(Name::Contact))
            };
        }
        self.read_list(Name::Contact, |value| NameAddr::parse(value, self.policy))
    }

    /// The route set that Record-Route spells, in the order of the message (RFC 3261 §12.1).
    ///
    /// # Errors
    ///
    /// An element is malformed or stands without angle brackets.
    pub fn record_routes(&self) -> Result<Vec<Uri>, ViewError> {
        self.read_list(Name::RecordRoute, |value| {
            value.contains('<').then(|| NameAddr::parse(value, self.policy))?.map(|route| route.uri)
        })
    }

    /// The identities that a trusted network asserts (RFC 3325 §9.1); malformed ones are left out.
    pub fn asserted_identities(&self) -> Vec<NameAddr> {
        self.elements(Name::PAssertedIdentity)
            .filter_map(|value| NameAddr::parse(value, self.policy))
            .collect()
    }

    /// The addresses in a field of this name, in order; `None` for one that cannot be read.
    pub(crate) fn name_addrs(&self, name: Name) -> impl Iterator<Item = Option<NameAddr>> {
        self.elements(name).map(|value| NameAddr::parse(value, self.policy))
    }

    /// Every Reason that can be read (RFC 3326).
    pub fn reasons(&self) -> Vec<Reason> {
        self.elements(Name::Reason).filter_map(Reason::parse).collect()
    }

    /// The seconds of Retry-After, without its comment and parameters (RFC 3261 §20.33).
    pub fn retry_after(&self) -> Option<u32> {
        let value = self.first(Name::RetryAfter)?;
        value.split([';', '(', ' ']).next()?.parse().ok()
    }

    /// The media type of the body in lower case, without parameters; `None` if there is none.
    pub fn content_type(&self) -> Option<Cow<'_, str>> {
        let value = self.first(Name::ContentType)?;
        let kind = value.split(';').next().unwrap_or_default().trim();
        if kind.bytes().all(|byte| byte.is_ascii_graphic() && !byte.is_ascii_uppercase()) {
            return Some(kind.into());
        }
        // The grammar allows space around the slash (§25.1).
        Some(kind.split('/').map(str::trim).collect::<Vec<_>>().join("/").to_ascii_lowercase().into())
    }
}

impl Reason {
    /// The Q.850 cause of this reason, if it is one.
    pub fn q850(&self) -> Option<u16> {
        self.protocol.eq_ignore_ascii_case("Q.850").then_some(self.cause)?
    }

    fn parse(text: &str) -> Option<Reason> {
        let (protocol, params) = crate::sip::grammar::cut(text, b';');
        let params = crate::sip::Params::parse(params?)?;
        Some(Reason {
            protocol: is_token(protocol.trim()).then(|| protocol.trim().to_owned())?,
            cause: params.get("cause").and_then(|cause| cause.parse().ok()),
            text: params.text("text"),
        })
    }
}
