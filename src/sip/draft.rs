//! Messages that we send, written as they are made: a start line, and behind it one header field after another in one text.
//!
//! rsip's header list is not used for writing: a string for each field, and a copy of each for the wire, were 8 % of the
//! steps of a short call. Values never carry CR or LF onto the wire, whoever made them: a caller's display name cannot become a
//! header field of ours.

use crate::sip::grammar::list;
use crate::sip::message::{Message, Name};
use crate::sip::{Method, Status};
use std::fmt::{Display, Write};
use std::net::SocketAddr;
use std::sync::Arc;

/// How long a header section is, mostly, in octets: so much room is made at once.
const USUAL: usize = 768;
/// The number of fields that most messages have.
const USUAL_FIELDS: usize = 16;
/// What we speak (RFC 3261 §7.1).
const VERSION: &str = "SIP/2.0";

/// The bytes of one message, shared by everyone who may have to send it again.
pub type Datagram = Arc<[u8]>;

/// A message under construction.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    line: String,
    /// The header fields as they go onto the wire, each with its line's end.
    text: String,
    fields: Vec<Field>,
    body: String,
}

/// A header field: its name, and where it ends in the text.
#[derive(Clone, Copy, Debug)]
struct Field {
    name: Name,
    end: usize,
}

impl Draft {
    fn new(mut line: String, body: String) -> Draft {
        make_one_line(&mut line, 0);
        Draft { line, text: String::with_capacity(USUAL), fields: Vec::with_capacity(USUAL_FIELDS), body }
    }

    /// A request to this URI; every header is the caller's business.
    pub(crate) fn request(method: &Method, uri: impl Display) -> Draft {
        Draft::new(format!("{method} {uri} SIP/2.0"), String::new())
    }

    /// A response to `request` with what RFC 3261 §8.2.6.2 wants copied; the topmost Via tells the true source.
    pub(crate) fn response(
        request: &Message,
        source: SocketAddr,
        status: Status,
        to_tag: Option<&str>,
    ) -> Draft {
        let mut draft = Draft::new(status_line(status.code(), &status.reason()), String::new());
        draft.copy_vias(request, source);
        draft.copy(request, Name::From);
        if let Some(to) = request.first(Name::To) {
            match to_tag.filter(|_| lacks_tag(request, to)) {
                Some(tag) => draft.push(Name::To, format_args!("{to};tag={tag}")),
                None => draft.push_text(Name::To, to),
            }
        }
        draft.copy(request, Name::CallId);
        draft.copy(request, Name::CSeq);
        draft
    }

    /// A request of ours once more: the topmost Via and the number of CSeq are new, all else is as it was.
    pub(crate) fn again(sent: &Message, via: &str, cseq: u32) -> Draft {
        let method = sent.method().map(Method::to_string).unwrap_or_default();
        let line = format!("{method} {} SIP/2.0", sent.request_uri());
        let mut draft = Draft::new(line, String::from_utf8_lossy(sent.body()).into_owned());
        draft.push(Name::Via, via);
        let renewed = ["Via", "CSeq", "Content-Length"];
        for (name, value) in sent.headers().filter(|(name, _)| !renewed.contains(name)) {
            draft = draft.with_other(name, value);
        }
        draft.with(Name::CSeq, format_args!("{cseq} {method}"))
    }

    /// The same message with other values of these header fields.
    pub(crate) fn replacing(mut self, fields: &[(Name, String)]) -> Draft {
        self.retain(|name| fields.iter().all(|(other, _)| *other != name));
        fields.iter().fold(self, |draft, (name, value)| draft.with(*name, value))
    }

    fn copy_vias(&mut self, request: &Message, source: SocketAddr) {
        let mut fields = request.all(Name::Via);
        let Some(topmost) = fields.next() else { return };
        match request.via() {
            Ok(via) => {
                self.push(Name::Via, via.with_source(source));
                for element in list(topmost).skip(1) {
                    self.push_text(Name::Via, element);
                }
            }
            Err(_) => self.push_text(Name::Via, topmost),
        }
        for field in fields {
            self.push_text(Name::Via, field);
        }
    }

    /// Copies every field of this name as it was written.
    pub(crate) fn copy(&mut self, from: &Message, name: Name) {
        for value in from.all(name) {
            self.push_text(name, value);
        }
    }

    /// Adds a header field.
    pub(crate) fn push(&mut self, name: Name, value: impl Display) {
        self.write(name, name.as_str(), value);
    }

    /// The same with a text that is there.
    fn push_text(&mut self, name: Name, value: &str) {
        self.put(name, name.as_str(), |text| text.push_str(value));
    }

    fn write(&mut self, name: Name, written: &str, value: impl Display) {
        // A string takes all that is written to it.
        self.put(name, written, |text| {
            let _ = write!(text, "{value}");
        });
    }

    fn put(&mut self, name: Name, written: &str, value: impl FnOnce(&mut String)) {
        self.text.push_str(written);
        self.text.push_str(": ");
        let start = self.text.len();
        value(&mut self.text);
        make_one_line(&mut self.text, start);
        self.text.push_str("\r\n");
        self.fields.push(Field { name, end: self.text.len() });
    }

    /// Keeps the header fields with such names.
    fn retain(&mut self, keeps: impl Fn(Name) -> bool) {
        let (mut text, mut fields, mut start) = (String::with_capacity(self.text.len()), Vec::new(), 0);
        for field in std::mem::take(&mut self.fields) {
            if keeps(field.name) {
                text.push_str(&self.text[start..field.end]);
                fields.push(Field { end: text.len(), ..field });
            }
            start = field.end;
        }
        (self.text, self.fields) = (text, fields);
    }

    /// The same message with one more header field.
    pub(crate) fn with(mut self, name: Name, value: impl Display) -> Draft {
        self.push(name, value);
        self
    }

    /// The same message with a header field that [`Name`] does not know; one whose name is no token is left out.
    pub(crate) fn with_other(mut self, name: &str, value: &str) -> Draft {
        if crate::sip::grammar::is_token(name) {
            self.write(Name::parse(name), name, value);
        }
        self
    }

    /// The same response with another phrase.
    pub(crate) fn with_phrase(mut self, phrase: &str) -> Draft {
        // A status line has three digits between its version and its phrase (RFC 3261 §7.2).
        if self.line.starts_with(VERSION) {
            self.line.truncate(VERSION.len() + " 200 ".len());
            self.line.push_str(phrase);
            make_one_line(&mut self.line, 0);
        }
        self
    }

    /// The same message with a body.
    pub(crate) fn with_body(mut self, media_type: &str, body: String) -> Draft {
        self.push_text(Name::ContentType, media_type);
        self.body = body;
        self
    }

    /// Whether it asks who somebody is.
    pub(crate) fn is_challenge(&self) -> bool {
        self.fields.iter().any(|field| field.name == Name::WwwAuthenticate)
    }

    /// The same response with nothing but what it cannot do without: nothing of us, and as short as may be.
    pub(crate) fn for_strangers(mut self) -> Draft {
        self.retain(|name| {
            matches!(
                name,
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
        });
        self.body.clear();
        self
    }

    /// The bytes, Content-Length included.
    pub(crate) fn encode(mut self) -> Datagram {
        self.push(Name::ContentLength, self.body.len());
        let parts = [&*self.line, "\r\n", &self.text, "\r\n", &self.body];
        parts.concat().into_bytes().into()
    }
}

fn status_line(code: u16, phrase: &str) -> String {
    format!("{VERSION} {code:03} {phrase}")
}

fn lacks_tag(request: &Message, to: &str) -> bool {
    // Without the word there is none, which needs no closer look.
    if !to.as_bytes().windows(3).any(|three| three.eq_ignore_ascii_case(b"tag")) {
        return true;
    }
    match request.to() {
        Ok(address) => address.tag().is_empty(),
        Err(_) => !to.contains("tag"),
    }
}

/// Line breaks and NUL become spaces, from an octet on that begins a character.
fn make_one_line(text: &mut String, from: usize) {
    if memchr::memchr3(b'\r', b'\n', b'\0', &text.as_bytes()[from..]).is_some() {
        let plain = text[from..].replace(['\r', '\n', '\0'], " ");
        text.replace_range(from.., &plain);
    }
}
