//! Names of header fields, compact forms folded to the long ones (RFC 3261 §7.3.3).

/// The name of a header field that some part of the stack reads or writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)] // Each variant is the header field of that name.
pub enum Name {
    Accept,
    Allow,
    Authorization,
    CallId,
    Contact,
    ContentDisposition,
    ContentEncoding,
    ContentLength,
    ContentType,
    CSeq,
    Diversion,
    Event,
    From,
    HistoryInfo,
    Identity,
    MaxForwards,
    MinSe,
    PAssertedIdentity,
    Privacy,
    ProxyAuthenticate,
    ProxyAuthorization,
    ProxyRequire,
    RAck,
    Reason,
    RecordRoute,
    ReferSub,
    ReferTo,
    ReferredBy,
    RemotePartyId,
    Replaces,
    Require,
    RetryAfter,
    Route,
    RSeq,
    Server,
    SessionExpires,
    Subject,
    SubscriptionState,
    Supported,
    Timestamp,
    To,
    Unsupported,
    UserAgent,
    Via,
    Warning,
    WwwAuthenticate,
    /// A header field with another name; its name is kept as it was written.
    Other,
}

/// Name, long form, compact form.
const NAMES: [(Name, &str, &str); 46] = [
    (Name::Via, "Via", "v"),
    (Name::From, "From", "f"),
    (Name::To, "To", "t"),
    (Name::CallId, "Call-ID", "i"),
    (Name::CSeq, "CSeq", ""),
    (Name::Contact, "Contact", "m"),
    (Name::MaxForwards, "Max-Forwards", ""),
    (Name::ContentLength, "Content-Length", "l"),
    (Name::ContentType, "Content-Type", "c"),
    (Name::RecordRoute, "Record-Route", ""),
    (Name::Route, "Route", ""),
    (Name::Allow, "Allow", ""),
    (Name::Supported, "Supported", "k"),
    (Name::UserAgent, "User-Agent", ""),
    (Name::Accept, "Accept", ""),
    (Name::Authorization, "Authorization", ""),
    (Name::ContentDisposition, "Content-Disposition", ""),
    (Name::ContentEncoding, "Content-Encoding", "e"),
    (Name::Diversion, "Diversion", ""),
    (Name::Event, "Event", "o"),
    (Name::HistoryInfo, "History-Info", ""),
    (Name::Identity, "Identity", "y"),
    (Name::MinSe, "Min-SE", ""),
    (Name::PAssertedIdentity, "P-Asserted-Identity", ""),
    (Name::Privacy, "Privacy", ""),
    (Name::ProxyAuthenticate, "Proxy-Authenticate", ""),
    (Name::ProxyAuthorization, "Proxy-Authorization", ""),
    (Name::ProxyRequire, "Proxy-Require", ""),
    (Name::RAck, "RAck", ""),
    (Name::Reason, "Reason", ""),
    (Name::ReferSub, "Refer-Sub", ""),
    (Name::ReferTo, "Refer-To", "r"),
    (Name::ReferredBy, "Referred-By", "b"),
    (Name::RemotePartyId, "Remote-Party-ID", ""),
    (Name::Replaces, "Replaces", ""),
    (Name::Require, "Require", ""),
    (Name::RetryAfter, "Retry-After", ""),
    (Name::RSeq, "RSeq", ""),
    (Name::Server, "Server", ""),
    (Name::SessionExpires, "Session-Expires", "x"),
    (Name::Subject, "Subject", "s"),
    (Name::SubscriptionState, "Subscription-State", ""),
    (Name::Timestamp, "Timestamp", ""),
    (Name::Unsupported, "Unsupported", ""),
    (Name::Warning, "Warning", ""),
    (Name::WwwAuthenticate, "WWW-Authenticate", ""),
];

impl Name {
    /// The name that `text` stands for, in any case and in either form.
    pub fn parse(text: &str) -> Name {
        let matches = |(_, long, compact): &&(Name, &str, &str)| {
            let candidate = if text.len() == 1 { compact } else { long };
            candidate.len() == text.len() && candidate.eq_ignore_ascii_case(text)
        };
        NAMES.iter().find(matches).map_or(Name::Other, |(name, ..)| *name)
    }

    /// The long form; empty for [`Name::Other`].
    pub fn as_str(self) -> &'static str {
        NAMES.iter().find(|(name, ..)| *name == self).map_or("", |(_, long, _)| long)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compact_and_long_forms_are_one_name() {
        assert_eq!(Name::parse("i"), Name::CallId);
        assert_eq!(Name::parse("cAlL-iD"), Name::CallId);
        assert_eq!(Name::parse("X-Whatever"), Name::Other);
    }

    #[test]
    fn every_name_reads_back_as_itself() {
        for (name, long, _) in NAMES {
            assert_eq!(Name::parse(long), name);
            assert_eq!(name.as_str(), long);
        }
    }
}
