//! What makes two messages one transaction (RFC 3261 §17.1.3, §17.2.3).

use crate::sip::Method;
use crate::sip::check::Core;

/// Identifies a server transaction.
///
/// With a branch of RFC 3261: branch, sent-by and method, ACK counting as INVITE. Without one, as RFC 2543 senders
/// write: Request-URI, tags, Call-ID, CSeq number and the whole topmost Via.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key(Box<str>);

impl Key {
    /// The key of a received request; with `method` in place of its own, the key of what it refers to.
    pub(crate) fn of(core: &Core, request_uri: &str, method: &Method) -> Key {
        let method = if *method == Method::ACK { &Method::INVITE } else { method };
        let Core { via, from, call_id, cseq, .. } = core;
        let port = via.port.unwrap_or(5060);
        let key = match via.branch() {
            Some(branch) => format!("{branch} {}:{port} {method}", via.host).to_ascii_lowercase(),
            // The To tag is left out: the first INVITE has none and its ACK has ours.
            None => format!("{request_uri} {} {call_id} {} {via} {method}", from.tag(), cseq.number),
        };
        Key(key.into())
    }
}

/// Identifies a request whatever path it took, to recognise one that came twice by two paths (RFC 3261 §8.2.2.2).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RequestKey(Box<str>);

impl RequestKey {
    pub(crate) fn of(core: &Core) -> RequestKey {
        let Core { from, call_id, cseq, .. } = core;
        RequestKey(format!("{} {call_id} {} {}", from.tag(), cseq.number, cseq.method).into())
    }
}
