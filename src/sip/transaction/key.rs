//! What makes two messages one transaction (RFC 3261 §17.1.3, §17.2.3).

use crate::sip::check::Core;
use crate::sip::{Method, Via};
use std::fmt::Write;
use std::hash::{DefaultHasher, Hash, Hasher};

/// A text that is found among many. They are in the order of their hashes, so that those that begin alike are told apart without
/// a look at what is written; whoever makes up two of one hash gains nothing, as the texts then decide.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Hashed {
    hash: u64,
    text: Box<str>,
}

impl From<String> for Hashed {
    fn from(text: String) -> Hashed {
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        Hashed { hash: hasher.finish(), text: text.into() }
    }
}

impl Hashed {
    pub(crate) fn octets(&self) -> usize {
        size_of::<u64>() + self.text.len()
    }
}

/// Identifies a server transaction.
///
/// With a branch of RFC 3261: branch, sent-by and method, ACK counting as INVITE. Without one, as RFC 2543 senders
/// write: Request-URI, tags, Call-ID, CSeq number and the whole topmost Via.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key(Hashed);

impl Key {
    /// The key of a received request; with `method` in place of its own, the key of what it refers to.
    pub(crate) fn of(core: &Core, request_uri: &str, method: &Method) -> Key {
        let method = if *method == Method::ACK { &Method::INVITE } else { method };
        let Core { via, from, call_id, cseq, .. } = core;
        let port = via.port.unwrap_or(5060);
        let key = match via.branch() {
            Some(branch) => {
                let mut key = String::with_capacity(branch.len() + 32);
                key.push_str(branch);
                // A string takes all that is written to it.
                let _ = write!(key, " {}:{port} {method}", via.host);
                key.make_ascii_lowercase();
                key
            }
            // The To tag is left out: the first INVITE has none and its ACK has ours.
            None => format!("{request_uri} {} {call_id} {} {via} {method}", from.tag(), cseq.number),
        };
        Key(key.into())
    }

    pub(crate) fn octets(&self) -> usize {
        self.0.octets()
    }

    /// Whether a request with this topmost Via has the same branch.
    pub(crate) fn has_branch_of(&self, via: &Via) -> bool {
        let branch = via.branch().map(|branch| format!("{branch} ").to_ascii_lowercase());
        branch.is_some_and(|branch| self.0.text.starts_with(&branch))
    }
}

/// Identifies a request whatever path it took, to recognise one that came twice by two paths (RFC 3261 §8.2.2.2).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RequestKey(Hashed);

impl RequestKey {
    pub(crate) fn of(core: &Core) -> RequestKey {
        RequestKey::with(core, &core.cseq.method)
    }

    /// The INVITE that a CANCEL or an ACK refers to.
    pub(crate) fn of_invite(core: &Core) -> RequestKey {
        RequestKey::with(core, &Method::INVITE)
    }

    pub(crate) fn octets(&self) -> usize {
        self.0.octets()
    }

    fn with(core: &Core, method: &Method) -> RequestKey {
        let Core { from, call_id, cseq, .. } = core;
        let mut key = String::with_capacity(from.tag().len() + call_id.len() + "  4294967295 INVITE".len());
        // A string takes all that is written to it.
        let _ = write!(key, "{} {call_id} {} {method}", from.tag(), cseq.number);
        RequestKey(key.into())
    }
}
