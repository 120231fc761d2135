//! The session description in a body, alone or as one part of several (RFC 5621 §3, RFC 2046 §5.1).
//!
//! Gateways put the messages of ISUP or QSIG beside the description. The first part that is a description counts;
//! parts within parts are not looked at.

use super::{Message, Name};
use crate::sip::Params;
use crate::sip::grammar::cut;

const SDP: &str = "application/sdp";

impl Message {
    /// The session description; empty where there is none. A body without a media type is taken for one.
    pub fn description(&self) -> &[u8] {
        match self.content_type().as_deref() {
            None | Some(SDP) => self.body(),
            Some(kind) if kind.starts_with("multipart/") => self.part().unwrap_or_default(),
            Some(_) => &[],
        }
    }

    /// Whether whoever does not understand the body may pass it over (RFC 3261 §20.11).
    pub(crate) fn has_optional_body(&self) -> bool {
        let params = self.by_name("Content-Disposition").and_then(|value| Params::parse(cut(value, b';').1?));
        let handling = params.as_ref().and_then(|params| params.get("handling"));
        handling.is_some_and(|handling| handling.eq_ignore_ascii_case("optional"))
    }

    /// Whether one of several parts is no description and must be understood all the same. A part that does not say so
    /// must not be, as gateways mean it, though RFC 3261 §20.11 has it otherwise.
    pub(crate) fn has_required_part(&self) -> bool {
        let kind = self.content_type();
        let several = kind.is_some_and(|kind| kind.starts_with("multipart/"));
        let mut parts = self.parts().into_iter().flatten().filter(|_| several);
        parts.any(|part| description_of(part).is_none() && is_required(part))
    }

    fn part(&self) -> Option<&[u8]> {
        self.parts()?.find_map(description_of)
    }

    fn parts(&self) -> Option<Parts<'_>> {
        let params = Params::parse(cut(self.first(Name::ContentType)?, b';').1?)?;
        let delimiter = format!("--{}", params.get("boundary")?);
        Some(Parts { rest: self.body(), delimiter })
    }
}

/// The parts of a body, each with its header fields. What stands before the first delimiter is none.
struct Parts<'m> {
    rest: &'m [u8],
    delimiter: String,
}

impl<'m> Iterator for Parts<'m> {
    type Item = &'m [u8];

    fn next(&mut self) -> Option<&'m [u8]> {
        let delimiter = self.delimiter.as_bytes();
        let begin = find(self.rest, delimiter)? + delimiter.len();
        self.rest = self.rest.get(begin..)?;
        let end = find(self.rest, delimiter)?;
        self.rest.get(..end)
    }
}

/// The content of a part if it is a description. The line break before the delimiter belongs to the delimiter, and does
/// a description no harm.
fn description_of(part: &[u8]) -> Option<&[u8]> {
    let (head, content) = halves(part)?;
    let is_description = cut(field(head, "Content-Type")?, b';').0.trim().eq_ignore_ascii_case(SDP);
    is_description.then_some(content)
}

fn is_required(part: &[u8]) -> bool {
    let disposition = halves(part).and_then(|(head, _)| field(head, "Content-Disposition"));
    let params = disposition.and_then(|value| Params::parse(cut(value, b';').1?));
    let handling = params.as_ref().and_then(|params| params.get("handling"));
    handling.is_some_and(|handling| handling.eq_ignore_ascii_case("required"))
}

/// The header fields of a part, and its content.
fn halves(part: &[u8]) -> Option<(&str, &[u8])> {
    let crlf = find(part, b"\r\n\r\n").map(|at| (at, at + 4));
    let (head, content) = crlf.or_else(|| find(part, b"\n\n").map(|at| (at, at + 2)))?;
    Some((std::str::from_utf8(part.get(..head)?).ok()?, part.get(content..)?))
}

fn field<'p>(head: &'p str, name: &str) -> Option<&'p str> {
    let mut fields = head.lines().filter_map(|line| line.split_once(':'));
    Some(fields.find(|(candidate, _)| candidate.trim().eq_ignore_ascii_case(name))?.1.trim())
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len().max(1)).position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use crate::sip::limits::Policy;
    use crate::sip::message::scan;

    fn check(content_type: &str, body: &str, expected: &str) {
        let head = "OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\n";
        let text =
            format!("{head}Content-Type: {content_type}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        let read = scan(text.as_bytes(), Policy::Strict).map(|message| message.description().to_vec());
        match read {
            Ok(found) => assert_eq!(String::from_utf8_lossy(&found).trim_end(), expected, "{content_type}"),
            Err(malformed) => panic!("{malformed:?}"),
        }
    }

    const PARTS: &str = "before\r\n--x\r\nContent-Type: application/ISUP\r\n\r\n\u{1}\r\n--x\r\nContent-Disposition: session\r\n\
                         content-type: Application/SDP;a=b\r\n\r\nv=0\r\n--x--\r\n";

    #[test]
    fn a_description_is_found_alone_and_among_parts() {
        check("Application/SDP; charset=utf-8", "v=0\r\n", "v=0");
        check("multipart/mixed;boundary=x", PARTS, "v=0");
        check("multipart/mixed; boundary=\"x\"", PARTS, "v=0");
    }

    #[test]
    fn bodies_without_a_description_have_none() {
        check("text/plain", "v=0", "");
        check("multipart/mixed", PARTS, "");
        check("multipart/mixed;boundary=y", PARTS, "");
        check("multipart/mixed;boundary=x", "--x\r\nContent-Type: application/sdp\r\n\r\nv=0", "");
        check("multipart/mixed;boundary=\"\"", "----", "");
    }
}
