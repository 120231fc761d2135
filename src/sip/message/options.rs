//! What a message says of extensions: options, methods, reliable provisionals, session timers (RFC 3262, RFC 4028).

use super::{Message, Name};
use crate::sip::Method;
use crate::sip::session_timer::SessionExpires;

/// Which reliable provisional a PRACK acknowledges (RFC 3262 §7.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RAck {
    /// Its RSeq.
    pub(crate) rseq: u32,
    /// The number of the INVITE that it answered.
    pub(crate) cseq: u32,
}

impl Message {
    /// Whether the sender knows an extension, because it says so or because it demands it.
    pub(crate) fn knows(&self, option: &str) -> bool {
        self.requires(option)
            || self.elements(Name::Supported).any(|known| known.eq_ignore_ascii_case(option))
    }

    /// Whether the sender demands an extension.
    pub(crate) fn requires(&self, option: &str) -> bool {
        self.elements(Name::Require).any(|known| known.eq_ignore_ascii_case(option))
    }

    /// Whether the sender takes requests with this method, as far as it says.
    pub(crate) fn allows(&self, method: &Method) -> bool {
        self.elements(Name::Allow).any(|allowed| allowed == method.as_str())
    }

    /// Whether an INFO belongs to a package (RFC 6086), and is no key: some telephones name a package for those, too.
    pub(crate) fn is_of_unknown_package(&self) -> bool {
        let is_key =
            matches!(self.content_type().as_deref(), Some("application/dtmf-relay" | "application/dtmf"));
        self.by_name("Info-Package").is_some() && !is_key
    }

    /// The seconds of Expires; `None` where there are none, or it cannot be read.
    pub(crate) fn expires_s(&self) -> Option<u32> {
        let value = self.by_name("Expires")?;
        value.split(';').next()?.trim().parse().ok().filter(|seconds| *seconds > 0)
    }

    /// RSeq (RFC 3262 §7.1).
    pub(crate) fn rseq(&self) -> Option<u32> {
        self.first(Name::RSeq)?.trim().parse().ok()
    }

    /// RAck of an INVITE's provisional.
    pub(crate) fn rack(&self) -> Option<RAck> {
        let mut words = self.first(Name::RAck)?.split_ascii_whitespace();
        let (rseq, cseq, method) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?, words.next()?);
        (method == "INVITE" && words.next().is_none()).then_some(RAck { rseq, cseq })
    }

    /// Session-Expires (RFC 4028 §4).
    pub(crate) fn session_expires(&self) -> Option<SessionExpires> {
        SessionExpires::parse(self.first(Name::SessionExpires)?)
    }

    /// Min-SE, in seconds (RFC 4028 §5).
    pub(crate) fn min_se(&self) -> Option<u32> {
        self.first(Name::MinSe)?.split(';').next()?.trim().parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::limits::Policy;
    use crate::sip::message::scan;

    fn message(fields: &str) -> Message {
        let text = format!("PRACK sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\n{fields}\r\n\r\n");
        match scan(text.as_bytes(), Policy::Strict) {
            Ok(message) => message,
            Err(malformed) => panic!("{malformed:?}"),
        }
    }

    #[test]
    fn options_are_known_in_any_case_and_several_in_a_field() {
        let message = message("Supported: timer, 100REL\r\nRequire: replaces\r\nAllow: INVITE,UPDATE");
        assert_eq!(
            ["100rel", "timer", "replaces", "join"].map(|option| message.knows(option)),
            [true, true, true, false]
        );
        assert_eq!((message.requires("replaces"), message.requires("timer")), (true, false));
        assert!(message.allows(&Method::parse("UPDATE")));
        assert!(!message.allows(&Method::parse("PRACK")));
    }

    #[test]
    fn a_rack_names_a_provisional_of_an_invite() {
        let read = |value: &str| message(&format!("RAck: {value}")).rack();
        assert_eq!(read("776656 1 INVITE"), Some(RAck { rseq: 776_656, cseq: 1 }));
        for other in ["776656 1 UPDATE", "776656 INVITE", "4294967296 1 INVITE", "1 1 INVITE x", ""] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
