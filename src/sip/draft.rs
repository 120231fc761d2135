//! Messages that we send, built from rsip's types and written once.
//!
//! Both are rsip's list of headers, a response under rsip's status line, and a request under a line of our own, because
//! rsip's `Uri` has no place for `tel:` or an IPv6 host. Values never carry CR or LF onto the wire, whoever made
//! them: a caller's display name cannot become a header field of ours.

use crate::sip::message::{Message, Name};
use crate::sip::{Method, Status};
use rsip::headers::{self, Header, UntypedHeader};
use std::fmt::{Display, Write};
use std::net::SocketAddr;
use std::sync::Arc;

/// How long a header field is, mostly, in octets: so much room is made at once for each.
const USUAL_HEADER: usize = 64;

/// The bytes of one message, shared by everyone who may have to send it again.
pub type Datagram = Arc<[u8]>;

/// A message under construction.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    line: Line,
    headers: rsip::Headers,
    body: String,
}

#[derive(Clone, Debug)]
enum Line {
    Request(String),
    Response(rsip::StatusCode),
}

impl Draft {
    /// A request to this URI; every header is the caller's business.
    pub(crate) fn request(method: &Method, uri: impl Display) -> Draft {
        let line = Line::Request(one_line(format!("{method} {uri} SIP/2.0")));
        Draft { line, headers: rsip::Headers::default(), body: String::new() }
    }

    /// A response to `request` with what RFC 3261 §8.2.6.2 wants copied; the topmost Via tells the true source.
    pub(crate) fn response(
        request: &Message,
        source: SocketAddr,
        status: Status,
        to_tag: Option<&str>,
    ) -> Draft {
        let code = rsip::StatusCode::Other(status.code(), status.reason());
        let mut draft =
            Draft { line: Line::Response(code), headers: rsip::Headers::default(), body: String::new() };
        draft.copy_vias(request, source);
        draft.copy(request, Name::From);
        if let Some(to) = request.first(Name::To) {
            let tag =
                to_tag.filter(|_| lacks_tag(request, to)).map_or(String::new(), |tag| format!(";tag={tag}"));
            draft.push(Name::To, format!("{to}{tag}"));
        }
        draft.copy(request, Name::CallId);
        draft.copy(request, Name::CSeq);
        draft
    }

    /// A request of ours once more: the topmost Via and the number of CSeq are new, all else is as it was.
    pub(crate) fn again(sent: &Message, via: &str, cseq: u32) -> Draft {
        let method = sent.method().map(Method::to_string).unwrap_or_default();
        let line = Line::Request(one_line(format!("{method} {} SIP/2.0", sent.request_uri())));
        let body = String::from_utf8_lossy(sent.body()).into_owned();
        let mut draft = Draft { line, headers: rsip::Headers::default(), body };
        draft.push(Name::Via, via);
        let renewed = ["Via", "CSeq", "Content-Length"];
        for (name, value) in sent.headers().filter(|(name, _)| !renewed.contains(name)) {
            draft = draft.with_other(name, value);
        }
        draft.with(Name::CSeq, format!("{cseq} {method}"))
    }

    /// The same message with other values of these header fields.
    pub(crate) fn replacing(mut self, fields: &[(Name, String)]) -> Draft {
        let named = |header: &Header| {
            name_of(header).is_some_and(|name| fields.iter().any(|(other, _)| *other == name))
        };
        self.headers.retain(|header| !named(header));
        fields.iter().fold(self, |draft, (name, value)| draft.with(*name, value))
    }

    fn copy_vias(&mut self, request: &Message, source: SocketAddr) {
        let mut fields = request.all(Name::Via);
        let Some(topmost) = fields.next() else { return };
        match request.via() {
            Ok(via) => {
                self.push(Name::Via, via.with_source(source));
                for element in crate::sip::grammar::list(topmost).skip(1) {
                    self.push(Name::Via, element);
                }
            }
            Err(_) => self.push(Name::Via, topmost),
        }
        for field in fields {
            self.push(Name::Via, field);
        }
    }

    /// Copies every field of this name as it was written.
    pub(crate) fn copy(&mut self, from: &Message, name: Name) {
        for value in from.all(name) {
            self.push(name, value);
        }
    }

    /// Adds a header field.
    pub(crate) fn push(&mut self, name: Name, value: impl Display) {
        self.headers.push(header(name, one_line(value.to_string())));
    }

    /// The same message with one more header field.
    pub(crate) fn with(mut self, name: Name, value: impl Display) -> Draft {
        self.push(name, value);
        self
    }

    /// The same message with a header field that [`Name`] does not know; one whose name is no token is left out.
    pub(crate) fn with_other(mut self, name: &str, value: &str) -> Draft {
        if crate::sip::grammar::is_token(name) {
            self.headers.push(Header::Other(name.to_owned(), one_line(value.to_owned())));
        }
        self
    }

    /// The same response with another phrase.
    pub(crate) fn with_phrase(mut self, phrase: &str) -> Draft {
        if let Line::Response(status) = &self.line {
            self.line = Line::Response(rsip::StatusCode::Other(status.code(), one_line(phrase.to_owned())));
        }
        self
    }

    /// The same message with a body.
    pub(crate) fn with_body(mut self, media_type: &str, body: String) -> Draft {
        self.push(Name::ContentType, media_type);
        self.body = body;
        self
    }

    /// Whether it asks who somebody is.
    pub(crate) fn is_challenge(&self) -> bool {
        self.names().any(|name| name == Some(Name::WwwAuthenticate))
    }

    /// The same response with nothing but what it cannot do without: nothing of us, and as short as may be.
    pub(crate) fn for_strangers(mut self) -> Draft {
        let needed = |header: &Header| {
            matches!(
                name_of(header),
                Some(
                    Name::Via
                        | Name::From
                        | Name::To
                        | Name::CallId
                        | Name::CSeq
                        | Name::MinSe
                        | Name::RetryAfter
                        | Name::Unsupported
                        | Name::WwwAuthenticate
                )
            )
        };
        self.headers.retain(needed);
        self.body.clear();
        self
    }

    fn names(&self) -> impl Iterator<Item = Option<Name>> {
        self.headers.iter().map(name_of)
    }

    /// The bytes, Content-Length included.
    pub(crate) fn encode(mut self) -> Datagram {
        self.push(Name::ContentLength, self.body.len());
        let usual = USUAL_HEADER * self.headers.iter().count() + self.body.len();
        let mut text = String::with_capacity(usual);
        // A string takes all that is written to it.
        let _ = match &self.line {
            Line::Request(line) => write!(text, "{line}\r\n"),
            Line::Response(status_code) => write!(text, "{} {status_code}\r\n", rsip::Version::V2),
        };
        for header in self.headers.iter() {
            let _ = write!(text, "{header}\r\n");
        }
        text.push_str("\r\n");
        text.push_str(&self.body);
        text.into_bytes().into()
    }
}

fn name_of(header: &Header) -> Option<Name> {
    let text = header.to_string();
    text.split(':').next().map(|name| Name::parse(name.trim()))
}

fn lacks_tag(request: &Message, to: &str) -> bool {
    match request.to() {
        Ok(address) => address.tag().is_empty(),
        Err(_) => !to.contains("tag"),
    }
}

/// Line breaks and NUL become spaces.
fn one_line(text: String) -> String {
    match memchr::memchr3(b'\r', b'\n', b'\0', text.as_bytes()) {
        None => text,
        Some(_) => text.replace(['\r', '\n', '\0'], " "),
    }
}

/// rsip's header of this name; what rsip does not know is its `Other`.
fn header(name: Name, value: String) -> Header {
    match name {
        Name::Via => headers::Via::new(value).into(),
        Name::From => headers::From::new(value).into(),
        Name::To => headers::To::new(value).into(),
        Name::CallId => headers::CallId::new(value).into(),
        Name::CSeq => headers::CSeq::new(value).into(),
        Name::Contact => headers::Contact::new(value).into(),
        Name::MaxForwards => headers::MaxForwards::new(value).into(),
        Name::Route => headers::Route::new(value).into(),
        Name::RecordRoute => headers::RecordRoute::new(value).into(),
        Name::Accept => headers::Accept::new(value).into(),
        Name::Allow => headers::Allow::new(value).into(),
        Name::ContentLength => headers::ContentLength::new(value).into(),
        Name::ContentType => headers::ContentType::new(value).into(),
        Name::RetryAfter => headers::RetryAfter::new(value).into(),
        Name::Server => headers::Server::new(value).into(),
        Name::Timestamp => headers::Timestamp::new(value).into(),
        Name::Unsupported => headers::Unsupported::new(value).into(),
        Name::UserAgent => headers::UserAgent::new(value).into(),
        Name::Warning => headers::Warning::new(value).into(),
        other => Header::Other(other.as_str().to_owned(), value),
    }
}
