//! A message as it was received: a start line, an ordered list of header fields, a body (RFC 3261 §7).
//!
//! Nothing is lost and nothing is interpreted: a value is the text that was sent, unfolded. What a value means is
//! asked for when it is needed ([`Message::via`], [`Message::cseq`] …), so that a message with an odd header that
//! nobody reads is still a good message. rsip's `SipMessage` cannot stand here: it refuses folded fields, unknown
//! methods, lists of contacts, IPv6 hosts and `tel:`.

mod description;
mod identity;
mod name;
mod options;
mod scan;
mod summary;
mod views;

pub use identity::Diversion;
pub use name::Name;
pub(crate) use options::RAck;
pub(crate) use scan::framed_size;
pub use scan::{Malformed, ScanError, scan};
pub use views::{CSeq, Reason, ViewError};

use crate::sip::limits::Policy;
use crate::sip::{Method, Status};

/// One message, read and not yet judged.
#[derive(Clone, Debug)]
pub struct Message {
    /// The header section, one line a field.
    head: String,
    start: Start,
    headers: Vec<Header>,
    body: Vec<u8>,
    policy: Policy,
}

/// A place in the header section.
#[derive(Clone, Copy, Debug)]
struct Span {
    start: usize,
    end: usize,
}

impl Span {
    fn of(self, head: &str) -> &str {
        head.get(self.start..self.end).unwrap_or_default()
    }

    fn size(self) -> usize {
        self.end.saturating_sub(self.start)
    }
}

#[derive(Clone, Debug)]
enum Start {
    Request { method: Method, uri: Span, version: (u32, u32) },
    Response { version: (u32, u32), status: Status, reason: Span },
}

#[derive(Clone, Copy, Debug)]
struct Header {
    name: Name,
    written: Span,
    value: Span,
}

impl Message {
    /// The method; `None` for a response.
    pub fn method(&self) -> Option<&Method> {
        match &self.start {
            Start::Request { method, .. } => Some(method),
            Start::Response { .. } => None,
        }
    }

    /// The Request-URI as it was written; empty for a response.
    pub fn request_uri(&self) -> &str {
        match self.start {
            Start::Request { uri, .. } => uri.of(&self.head),
            Start::Response { .. } => "",
        }
    }

    /// The status; `None` for a request.
    pub fn status(&self) -> Option<Status> {
        match self.start {
            Start::Request { .. } => None,
            Start::Response { status, .. } => Some(status),
        }
    }

    /// The phrase beside the status; empty for a request.
    pub fn phrase(&self) -> &str {
        match self.start {
            Start::Request { .. } => "",
            Start::Response { reason, .. } => reason.of(&self.head),
        }
    }

    /// Whether the start line says SIP/2.0.
    pub fn is_version_2(&self) -> bool {
        let (Start::Request { version, .. } | Start::Response { version, .. }) = self.start;
        version == (2, 0)
    }

    /// The first header field of this name.
    pub fn first(&self, name: Name) -> Option<&str> {
        self.all(name).next()
    }

    /// All header fields of this name, in order, each as it was written.
    pub fn all(&self, name: Name) -> impl Iterator<Item = &str> {
        self.headers
            .iter()
            .filter(move |header| header.name == name)
            .map(|header| header.value.of(&self.head))
    }

    /// The elements of all header fields of this name that hold a comma-separated list, in order.
    pub fn elements(&self, name: Name) -> impl Iterator<Item = &str> {
        self.all(name).flat_map(crate::sip::grammar::list)
    }

    /// Every header field in order: name (long form if it is a known one) and value.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers.iter().map(|header| {
            let name = match header.name {
                Name::Other => header.written.of(&self.head),
                known => known.as_str(),
            };
            (name, header.value.of(&self.head))
        })
    }

    /// The first header field with this name, for names that [`Name`] does not know; case does not matter.
    pub fn by_name(&self, name: &str) -> Option<&str> {
        self.headers().find(|(candidate, _)| candidate.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The body, exactly as long as Content-Length says.
    pub fn body(&self) -> &[u8] {
        &self.body
    }
}

#[cfg(test)]
mod tests;
