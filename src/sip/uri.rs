//! URIs: `sip:`, `sips:`, `tel:`, and any other kept as it was written (RFC 3261 §19.1, RFC 3966).
//!
//! rsip's `Uri` cannot stand here: it refuses `tel:` and IPv6 hosts. Escapes are kept as they were written and
//! resolved once, on demand, so that an escaped `@` or `;` never becomes structure (RFC 4475 §3.1.1.3).

use crate::sip::grammar::{Params, divide, is_without};
use crate::sip::host::{Host, split_port};
use crate::sip::limits::Policy;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// A URI; written down as its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Uri {
    /// `sip:` or `sips:`.
    Sip(SipUri),
    /// `tel:` (RFC 3966).
    Tel(TelUri),
    /// Another scheme, as it was written.
    Other(String),
}

/// A `sip:` or `sips:` URI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SipUri {
    /// Whether the scheme is `sips`.
    pub secure: bool,
    /// What stands before `@`, password included, escapes as written.
    pub user: Option<String>,
    /// The host.
    pub host: Host,
    /// The port; the transport's default if absent.
    pub port: Option<u16>,
    /// The parameters after the host.
    pub params: Params,
    /// What follows `?`, as written. It is never turned into header fields (RFC 4475 §3.1.2.11).
    pub headers: Option<String>,
}

/// A `tel:` URI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TelUri {
    /// The number as written, visual separators included.
    pub number: String,
    /// `phone-context`, `isub` and others.
    pub params: Params,
}

/// The text is no URI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("text is no URI")]
pub struct UriError;

impl Uri {
    /// A `sip:` URI of this user at this address.
    pub fn sip(user: Option<&str>, address: std::net::SocketAddr) -> Uri {
        Uri::Sip(SipUri {
            secure: false,
            user: user.map(escape_user),
            host: Host::Ip(address.ip()),
            port: Some(address.port()),
            params: Params::default(),
            headers: None,
        })
    }

    pub(crate) fn parse(text: &str, policy: Policy) -> Option<Uri> {
        let (scheme, rest) = divide(text, b':')?;
        let mut letters = scheme.bytes();
        let named = letters.next()?.is_ascii_alphabetic()
            && letters.all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
        if !named || rest.is_empty() || !is_without(text, b"<>\"") {
            return None;
        }
        let is = |known: &str| scheme.eq_ignore_ascii_case(known);
        match () {
            () if is("sip") => SipUri::parse(false, rest, policy).map(Uri::Sip),
            () if is("sips") => SipUri::parse(true, rest, policy).map(Uri::Sip),
            () if is("tel") => TelUri::parse(rest).map(Uri::Tel),
            () => Some(Uri::Other(text.to_owned())),
        }
    }

    /// The user part or the number, escapes resolved once; empty if there is none or the scheme is another.
    pub fn user(&self) -> String {
        match self {
            Uri::Sip(uri) => {
                unescape(uri.user.as_deref().unwrap_or_default().split(':').next().unwrap_or_default())
            }
            Uri::Tel(uri) => uri.number.clone(),
            Uri::Other(_) => String::new(),
        }
    }

    /// [`Uri::user`] without the parameters that stand behind a telephone number, as of number portability: `;npdi`,
    /// `;rn=…` (RFC 3261 §19.1.6, RFC 4694).
    pub fn subscriber(&self) -> String {
        let Uri::Sip(SipUri { user: Some(user), .. }) = self else { return self.user() };
        match user.split_once(';') {
            Some((number, _)) if is_number(number) => unescape(number),
            Some(_) | None => self.user(),
        }
    }

    /// The parameter `lr`, which says that a proxy is a loose router (RFC 3261 §19.1.1).
    pub(crate) fn is_loose_router(&self) -> bool {
        matches!(self, Uri::Sip(uri) if uri.params.has("lr"))
    }
}

impl FromStr for Uri {
    type Err = UriError;

    fn from_str(text: &str) -> Result<Uri, UriError> {
        Uri::parse(text, Policy::Tolerant).ok_or(UriError)
    }
}

impl SipUri {
    fn parse(secure: bool, text: &str, policy: Policy) -> Option<SipUri> {
        let (user, rest) = match divide(text, b'@') {
            Some((user, rest)) => (Some(is_user(user, policy).then(|| user.to_owned())?), rest),
            None => (None, text),
        };
        let (rest, headers) = match divide(rest, b'?') {
            Some((rest, headers)) => (rest, Some(headers.to_owned())),
            None => (rest, None),
        };
        let (place, params) = match divide(rest, b';') {
            Some((place, params)) => (place, Params::parse(params)?),
            None => (rest, Params::default()),
        };
        let (host, port) = split_port(place)?;
        Some(SipUri { secure, user, host: Host::parse(host)?, port, params, headers })
    }
}

impl TelUri {
    fn parse(text: &str) -> Option<TelUri> {
        let (number, params) = match divide(text, b';') {
            Some((number, params)) => (number, Params::parse(params)?),
            None => (text, Params::default()),
        };
        let sound = |byte: u8| byte.is_ascii_hexdigit() || b"+*#-.()".contains(&byte);
        (!number.is_empty() && number.bytes().all(sound))
            .then(|| TelUri { number: number.to_owned(), params })
    }
}

impl TryFrom<String> for Uri {
    type Error = UriError;

    fn try_from(text: String) -> Result<Uri, UriError> {
        text.parse()
    }
}

impl From<Uri> for String {
    fn from(uri: Uri) -> String {
        uri.to_string()
    }
}

impl fmt::Display for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Uri::Sip(uri) => uri.fmt(f),
            Uri::Tel(uri) => write!(f, "tel:{}{}", uri.number, uri.params),
            Uri::Other(text) => f.write_str(text),
        }
    }
}

impl fmt::Display for SipUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.secure { "sips:" } else { "sip:" })?;
        if let Some(user) = &self.user {
            f.write_str(user)?;
            f.write_str("@")?;
        }
        self.host.fmt(f)?;
        if let Some(port) = self.port {
            write!(f, ":{port}")?;
        }
        self.params.fmt(f)?;
        match &self.headers {
            Some(headers) => write!(f, "?{headers}"),
            None => Ok(()),
        }
    }
}

/// Whether this is a telephone number with its visual separators, `+` escaped or not.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix("%2B").or_else(|| text.strip_prefix('+')).unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit() || b"-.()*#".contains(&byte))
}

/// Whether every character may stand in a user part and every `%` begins an escape.
fn is_user(text: &str, policy: Policy) -> bool {
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let sound = match byte {
            b'%' => {
                matches!((rest.next(), rest.next()), (Some(a), Some(b)) if a.is_ascii_hexdigit() && b.is_ascii_hexdigit())
            }
            _ if byte.is_ascii_alphanumeric() || b"-_.!~*'()&=+$,;?/:".contains(&byte) => true,
            _ => policy == Policy::Tolerant,
        };
        if !sound {
            return false;
        }
    }
    !text.is_empty()
}

/// Resolves `%hh` once (RFC 3261 §19.1.2); what then is not UTF-8 becomes U+FFFD.
pub(crate) fn unescape(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let escaped = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        let escaped = escaped.filter(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
        match (first, escaped.and_then(|hex| u8::from_str_radix(hex, 16).ok())) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Escapes everything that may not stand in a user part as it is.
fn escape_user(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.!~*'()&=+$,;?/".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, policy: Policy, expected: Option<&str>) {
        let parsed = Uri::parse(text, policy);
        assert_eq!(
            parsed.map(|uri| (uri.to_string(), uri.user())),
            expected.map(|user| (text.into(), user.into())),
            "{text}"
        );
    }

    #[test]
    fn uris_of_the_wild_read_back_as_they_were_written() {
        check(
            "sip:+15551234;npdi;rn=+15550000@[2001:db8::1]:5070;transport=udp;user=phone?Subject=x",
            Policy::Strict,
            Some("+15551234;npdi;rn=+15550000"),
        );
        check("tel:+1-555-123;phone-context=example.com", Policy::Strict, Some("+1-555-123"));
        check("sips:example.com", Policy::Strict, Some(""));
        check("urn:service:sos", Policy::Strict, Some(""));
        check("sip:a%40b%25%34%31@example.net", Policy::Strict, Some("a@b%41"));
        check("sip:user;par=u%40example.net@example.com", Policy::Strict, Some("user;par=u@example.net"));
    }

    #[test]
    fn a_number_is_told_from_what_is_said_about_it() {
        let subscriber = |text: &str| Uri::parse(text, Policy::Strict).map(|uri| uri.subscriber());
        for (text, expected) in [
            ("sip:+15551234;npdi;rn=+15550000@example.com;user=phone", "+15551234"),
            ("sip:%2B15551234;cpc=ordinary@example.com", "+15551234"),
            ("sip:anna;day=tuesday@example.com", "anna;day=tuesday"),
            ("sip:+15551234%3Bnpdi@example.com", "+15551234;npdi"),
            ("tel:+1-555-1234;npdi", "+1-555-1234"),
        ] {
            assert_eq!(subscriber(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_star_code_with_a_bare_hash_is_read_unless_the_policy_is_strict() {
        check("sip:*98#@example.com", Policy::Tolerant, Some("*98#"));
        check("sip:*98#@example.com", Policy::Strict, None);
    }

    #[test]
    fn broken_uris_are_refused() {
        for text in [
            "",
            "sip:",
            "sip:@example.com",
            "sip:a@",
            "sip:a%4@example.com",
            "sip:a@b@c",
            "<sip:a@b>",
            "sip:a@b:70000",
            "sip:a b@c",
            "tel:",
            "1sip:a@b",
            "sip:a@[::1",
        ] {
            check(text, Policy::Tolerant, None);
        }
    }

    #[test]
    fn a_user_of_ours_is_escaped() {
        let uri = Uri::sip(Some("a@b #"), ([192, 0, 2, 1], 5060).into());
        assert_eq!(uri.to_string(), "sip:a%40b%20%23@192.0.2.1:5060");
    }
}
