//! The Via header field (RFC 3261 §20.42, RFC 3581).
//!
//! The transport is kept as text: rsip's `Transport` has no place for one that it does not know, and a Via that a
//! proxy far away added must not cost us the message (RFC 4475 §3.1.1.10).

use crate::sip::grammar::{Params, cut, divide, is_token};
use crate::sip::host::{Host, split_port};
use std::fmt;
use std::net::SocketAddr;

/// What every branch of RFC 3261 begins with (§8.1.1.7).
pub(crate) const MAGIC_COOKIE: &str = "z9hG4bK";

/// One element of Via.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Via {
    /// `UDP`, `TCP`, `TLS` or another token, as written.
    pub transport: String,
    /// The host that sent the message, as it calls itself.
    pub host: Host,
    /// The port it listens on; the transport's default if absent.
    pub port: Option<u16>,
    /// `branch`, `received`, `rport` and others.
    pub params: Params,
}

impl Via {
    /// Reads one element; `None` if it breaks the grammar.
    pub(crate) fn parse(text: &str) -> Option<Via> {
        let (sent, params) = cut(text, b';');
        let (name, rest) = divide(sent, b'/')?;
        let (version, rest) = divide(rest, b'/')?;
        let (name, version, rest) = (name.trim(), version.trim(), rest.trim());
        let (transport, sent_by) = rest.split_at(rest.bytes().position(|byte| matches!(byte, b' ' | b'\t'))?);
        let (host, port) = split_port(sent_by.trim())?;
        // What an answer repeats is the version of SIP that we speak (§20.42).
        let sound = name.eq_ignore_ascii_case("SIP") && version == "2.0" && is_token(transport);
        sound.then(|| {
            let params = params.map_or(Some(Params::default()), Params::parse)?;
            Some(Via { transport: transport.to_owned(), host: Host::parse(host)?, port, params })
        })?
    }

    /// The branch, if it is one of RFC 3261: the cookie and at least one character more.
    pub fn branch(&self) -> Option<&str> {
        let branch = self.params.get("branch")?;
        let cookie = branch.get(..MAGIC_COOKIE.len())?;
        (cookie.eq_ignore_ascii_case(MAGIC_COOKIE) && branch.len() > MAGIC_COOKIE.len()).then_some(branch)
    }

    /// The same element with the packet's true source written into it (RFC 3261 §18.2.1, RFC 3581 §4).
    ///
    /// Whatever the sender wrote into `received` is replaced: it is not evidence.
    pub(crate) fn with_source(mut self, source: SocketAddr) -> Via {
        let asked_for_port = self.params.has("rport");
        self.params.remove("received");
        if asked_for_port || self.host != Host::Ip(source.ip()) {
            self.params.set("received", &source.ip().to_string());
        }
        if asked_for_port {
            self.params.set("rport", &source.port().to_string());
        }
        self
    }
}

impl fmt::Display for Via {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in ["SIP/2.0/", &self.transport, " "] {
            f.write_str(part)?;
        }
        self.host.fmt(f)?;
        if let Some(port) = self.port {
            write!(f, ":{port}")?;
        }
        self.params.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> String {
        Via::parse(text).map_or("refused".into(), |via| via.to_string())
    }

    #[test]
    fn white_space_is_allowed_where_the_grammar_allows_it() {
        assert_eq!(
            parsed("SIP / 2.0 / UDP  h.example.com : 5070 ; branch = z9hG4bK1"),
            "SIP/2.0/UDP h.example.com:5070;branch=z9hG4bK1"
        );
    }

    #[test]
    fn an_ipv6_sent_by_and_received_are_read() {
        let text = "SIP/2.0/UDP [2001:db8::9]:5060;received=2001:db8::9;branch=z9hG4bKas3";
        assert_eq!(parsed(text), text);
    }

    #[test]
    fn empty_parameters_are_refused() {
        assert_eq!(parsed("SIP/2.0/UDP 192.0.2.15;;"), "refused");
    }

    #[test]
    fn the_packets_source_replaces_what_the_sender_claims() -> Result<(), std::net::AddrParseError> {
        let via = Via::parse("SIP/2.0/UDP a.example;rport;received=198.51.100.7;branch=z9hG4bK1");
        let told = via.map(|via| {
            via.with_source("192.0.2.1:6000".parse().unwrap_or(([0, 0, 0, 0], 0).into())).to_string()
        });
        assert_eq!(
            told.as_deref(),
            Some("SIP/2.0/UDP a.example;rport=6000;branch=z9hG4bK1;received=192.0.2.1")
        );
        Ok(())
    }
}
