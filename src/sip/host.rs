//! Hosts: a name or an address (RFC 3261 §25.1, RFC 5954).

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A host in a URI or in Via. rsip's `Host` cannot hold an IPv6 address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Host {
    /// An address.
    Ip(IpAddr),
    /// A name, as it was written.
    Name(String),
}

impl Host {
    /// Reads a name, an IPv4 address or a bracketed IPv6 address.
    pub(crate) fn parse(text: &str) -> Option<Host> {
        if let Some(inner) = text.strip_prefix('[') {
            return ipv6(inner.strip_suffix(']')?).map(|ip| Host::Ip(ip.into()));
        }
        if let Ok(ip) = text.parse::<Ipv4Addr>() {
            return Some(Host::Ip(ip.into()));
        }
        // The underscore is outside the grammar and inside many office networks.
        let sound = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
        (!text.is_empty() && text.bytes().all(sound)).then(|| Host::Name(text.to_owned()))
    }
}

/// Reads an IPv6 address. The grammar of RFC 3261 led to three colons in front of an IPv4 address at the end, and those who wrote by
/// it are understood: it is the address with two (RFC 5118 §4.10).
fn ipv6(text: &str) -> Option<Ipv6Addr> {
    if let Ok(ip) = text.parse() {
        return Some(ip);
    }
    let (groups, ipv4) = text.rsplit_once(":::")?;
    let ipv4 = ipv4.parse::<Ipv4Addr>().ok()?;
    format!("{groups}::{ipv4}").parse().ok()
}

impl std::str::FromStr for Host {
    type Err = super::UriError;

    /// A name, or an address with or without brackets.
    fn from_str(text: &str) -> Result<Host, super::UriError> {
        let bare = text.parse::<IpAddr>().ok().map(Host::Ip);
        bare.or_else(|| Host::parse(text)).ok_or(super::UriError)
    }
}

/// An IPv4 address as it is written: every message has several, and the general way formats each octet by itself.
fn dotted(ip: Ipv4Addr, room: &mut [u8; 15]) -> &str {
    let mut length = 0;
    for (place, octet) in ip.octets().into_iter().enumerate() {
        let signs = [b'.', b'0' + octet / 100, b'0' + octet / 10 % 10, b'0' + octet % 10];
        let is_there = [place > 0, octet > 99, octet > 9, true];
        for (sign, _) in signs.into_iter().zip(is_there).filter(|(_, is_there)| *is_there) {
            room[length] = sign;
            length += 1;
        }
    }
    std::str::from_utf8(&room[..length]).unwrap_or_default()
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Host::Ip(IpAddr::V6(ip)) => write!(f, "[{ip}]"),
            Host::Ip(IpAddr::V4(ip)) => f.write_str(dotted(*ip, &mut [0; 15])),
            Host::Name(name) => f.write_str(name),
        }
    }
}

/// Divides `host:port`, brackets respected; `None` if the port is no number up to 65535.
pub(crate) fn split_port(text: &str) -> Option<(&str, Option<u16>)> {
    let after_bracket = text.bytes().rposition(|byte| byte == b']').map_or(0, |end| end + 1);
    match text[after_bracket..].bytes().position(|byte| byte == b':') {
        None => Some((text, None)),
        Some(colon) => {
            let (host, port) = text.split_at(after_bracket + colon);
            let port = port[1..].trim();
            let digits = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
            Some((host.trim_end(), Some(digits.then(|| port.parse().ok())??)))
        }
    }
}
