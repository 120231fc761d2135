//! The scanner: from a datagram to a [`Message`] (RFC 3261 §7, §18.3, §25).
//!
//! It reads the start line, splits the header section into fields and finds the body. It looks at no header value
//! but Content-Length, so one odd header never costs the others. Time is linear in the size of the datagram and no
//! limit is passed before it is checked. Folded lines are joined in place (RFC 3261 §7.3.1), so that every value is
//! one slice. Framing of streams is not done here: a datagram is one message, and what follows its body is ignored.

use super::{Header, Message, Name, Span, Start};
use crate::sip::grammar::{divide, is_token, trim_blanks};
use crate::sip::limits::{MAX_HEADER_BYTES, MAX_HEADERS, MAX_MESSAGE_BYTES, Policy};
use crate::sip::{Method, Status};
use thiserror::Error;

/// Why a datagram is no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ScanError {
    /// Nothing but line breaks: a keep-alive (RFC 5626 §3.5.1).
    #[error("keep-alive without a message")]
    KeepAlive,
    /// More than [`MAX_MESSAGE_BYTES`].
    #[error("message is too large")]
    TooLarge,
    /// More than [`MAX_HEADERS`] header fields.
    #[error("too many header fields")]
    TooManyHeaders,
    /// A header field of more than [`MAX_HEADER_BYTES`].
    #[error("header field is too long")]
    HeaderTooLong,
    /// The first line is neither a request line nor a status line.
    #[error("start line is neither a request nor a status")]
    StartLine,
    /// A line that is neither a header field nor the continuation of one.
    #[error("line is no header field")]
    HeaderLine,
    /// A line ends without CR, or the datagram begins with a line break, and the policy is strict.
    #[error("line break is not CRLF")]
    LineBreak,
    /// The header section is not UTF-8, and the policy is strict.
    #[error("header section is not UTF-8")]
    NotUtf8,
    /// The header section has no end, and the policy is strict.
    #[error("header section has no end")]
    Unterminated,
    /// Content-Length is no number, or there are two that differ.
    #[error("content length is no number or is ambiguous")]
    ContentLength,
    /// Content-Length is more than what the datagram holds (RFC 3261 §18.3).
    #[error("content length exceeds the datagram")]
    BodyCut,
}

/// A datagram that could not be read to its end.
#[derive(Debug)]
pub struct Malformed {
    /// The first fault.
    pub error: ScanError,
    /// What could be read in spite of it, so that a request can be answered 400.
    pub partial: Option<Box<Message>>,
}

impl From<ScanError> for Malformed {
    fn from(error: ScanError) -> Malformed {
        Malformed { error, partial: None }
    }
}

/// Reads one datagram.
///
/// # Errors
///
/// [`Malformed`] with the first fault found and, where the start line was readable, the rest of the message.
pub fn scan(bytes: &[u8], policy: Policy) -> Result<Message, Malformed> {
    if bytes.len() > MAX_MESSAGE_BYTES {
        return Err(ScanError::TooLarge.into());
    }
    let leading = bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    let bytes = &bytes[leading..];
    if bytes.iter().all(|byte| matches!(byte, 0 | b' ' | b'\t')) {
        return Err(ScanError::KeepAlive.into());
    }
    if leading > 0 && policy == Policy::Strict {
        return Err(ScanError::LineBreak.into());
    }
    let (head, body) = split_head(bytes, policy)?;
    let head = join_folded_lines(head, policy)?;
    let (message, fault) = read_head(head, policy)?;
    place_body(message, fault, body)
}

/// How long the body is that follows this header section in a stream; `None` where that cannot be said.
pub(crate) fn framed_size(head: &[u8]) -> Option<usize> {
    let head = join_folded_lines(head, Policy::Tolerant).ok()?;
    let (message, fault) = read_head(head, Policy::Tolerant).ok()?;
    message.first(Name::ContentLength)?;
    if fault.is_some() && message.head.split('\n').any(looks_like_a_length) {
        return None;
    }
    body_size(&message, usize::MAX).ok()
}

/// Divides the datagram at the first empty line.
fn split_head(bytes: &[u8], policy: Policy) -> Result<(&[u8], &[u8]), ScanError> {
    let mut start = 0;
    while let Some(length) = memchr::memchr(b'\n', &bytes[start..]) {
        let line = &bytes[start..start + length];
        let text = line.strip_suffix(b"\r").unwrap_or(line);
        if policy == Policy::Strict && text.len() == line.len() {
            return Err(ScanError::LineBreak);
        }
        let next = start + length + 1;
        if text.is_empty() {
            return Ok((&bytes[..start], &bytes[next..]));
        }
        start = next;
    }
    match policy {
        Policy::Tolerant => Ok((bytes, &[])),
        Policy::Strict => Err(ScanError::Unterminated),
    }
}

/// A copy of the header section in which each field is one line and a bare LF stands between lines.
///
/// A CR that ends no line becomes a space: it must not look like a line break to whoever prints the value. A colon on a line
/// of its own makes no field of the line before it (§25.1: HCOLON has no line break in front of the colon), and the start line
/// ends where its line ends (§7): others would see another request in it.
fn join_folded_lines(head: &[u8], policy: Policy) -> Result<String, ScanError> {
    let mut joined: Vec<u8> = Vec::with_capacity(head.len());
    let (mut is_start, mut has_colon) = (true, false);
    for line in lines(head) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let (glue, text) = match line {
            [b' ' | b'\t', ..] => match line.trim_ascii_start() {
                // With its blank in front it is no field of its own either.
                _ if is_start => (b'\n', line),
                text if !has_colon && text.starts_with(b":") => (b'\n', text),
                text => (b' ', text),
            },
            _ => (b'\n', line),
        };
        has_colon = memchr::memchr(b':', text).is_some() || (glue == b' ' && has_colon);
        if !joined.is_empty() {
            joined.push(glue);
            is_start = false;
        }
        let start = joined.len();
        joined.extend_from_slice(text);
        if memchr::memchr(b'\r', text).is_some() {
            joined[start..].iter_mut().filter(|byte| **byte == b'\r').for_each(|byte| *byte = b' ');
        }
    }
    match (String::from_utf8(joined), policy) {
        (Ok(text), Policy::Tolerant | Policy::Strict) => Ok(text),
        (Err(odd), Policy::Tolerant) => Ok(String::from_utf8_lossy(odd.as_bytes()).into_owned()),
        (Err(_), Policy::Strict) => Err(ScanError::NotUtf8),
    }
}

/// The lines of a header section, without the LF that ends each.
fn lines(head: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = head;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let line = &rest[..end];
        rest = rest.get(end + 1..).unwrap_or_default();
        Some(line)
    })
}

/// Splits the header section into start line and fields; a field that is no field is a fault, not the end.
fn read_head(head: String, policy: Policy) -> Result<(Message, Option<ScanError>), ScanError> {
    let mut lines = spans_of_lines(&head);
    let first = lines.next().ok_or(ScanError::StartLine)?;
    if first.size() > MAX_HEADER_BYTES {
        return Err(ScanError::HeaderTooLong);
    }
    let start = read_start(&head, first).ok_or(ScanError::StartLine)?;
    let mut headers = Vec::with_capacity(16);
    let mut fault = None;
    for line in lines {
        if line.size() > MAX_HEADER_BYTES {
            return Err(ScanError::HeaderTooLong);
        }
        match read_header(&head, line) {
            Some(_) if headers.len() == MAX_HEADERS => return Err(ScanError::TooManyHeaders),
            Some(header) => headers.push(header),
            None => fault = fault.or(Some(ScanError::HeaderLine)),
        }
    }
    Ok((Message { head, start, headers, body: Vec::new(), policy }, fault))
}

/// Checks Content-Length against what is there and cuts the body to it (RFC 3261 §18.3).
fn place_body(mut message: Message, fault: Option<ScanError>, rest: &[u8]) -> Result<Message, Malformed> {
    let (size, length_fault) = match body_size(&message, rest.len()) {
        Ok(size) => (size, None),
        Err(error) => (0, Some(error)),
    };
    match fault.or(length_fault) {
        None => {
            message.body = rest[..size].to_vec();
            Ok(message)
        }
        Some(error) => Err(Malformed { error, partial: Some(Box::new(message)) }),
    }
}

fn body_size(message: &Message, available: usize) -> Result<usize, ScanError> {
    let mut size = None;
    for value in message.all(Name::ContentLength) {
        let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
        let number = value.parse::<usize>().ok().filter(|_| digits).ok_or(ScanError::ContentLength)?;
        if size.replace(number).is_some_and(|earlier| earlier != number) {
            return Err(ScanError::ContentLength);
        }
    }
    let size = size.unwrap_or(available);
    if size > available { Err(ScanError::BodyCut) } else { Ok(size) }
}

fn spans_of_lines(head: &str) -> impl Iterator<Item = Span> + '_ {
    let mut start = 0;
    lines(head.as_bytes()).map(move |line| {
        let span = Span { start, end: start + line.len() };
        start = span.end + 1;
        span
    })
}

fn read_header(head: &str, line: Span) -> Option<Header> {
    let text = line.of(head);
    // Only SP and HTAB may stand between name and colon; anything else has been used to smuggle headers past proxies.
    let (name, value) = divide(text, b':')?;
    let name = name.trim_end_matches([' ', '\t']);
    if !is_token(name) {
        return None;
    }
    let value = trim_blanks(value);
    let value_start = value.as_ptr() as usize - head.as_ptr() as usize;
    Some(Header {
        name: Name::parse(name),
        written: Span { start: line.start, end: line.start + name.len() },
        value: Span { start: value_start, end: value_start + value.len() },
    })
}

/// Whether a line is no header field, and somebody else may take it for a length: whom it is meant for, nobody can say.
fn looks_like_a_length(line: &str) -> bool {
    let text = line.trim_start_matches(|letter: char| !letter.is_ascii_alphanumeric());
    let size = text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'-').count();
    let is_length = matches!(Name::parse(&text[..size]), Name::ContentLength);
    is_length && read_header(line, Span { start: 0, end: line.len() }).is_none()
}

fn read_start(head: &str, line: Span) -> Option<Start> {
    let text = line.of(head);
    if let Some((version, rest)) = divide(text, b' ')
        && let Some(version) = read_version(version)
    {
        let (code, reason) = divide(rest, b' ').unwrap_or((rest, ""));
        let code = if code.len() == 3 { code.parse().ok() } else { None };
        return Some(Start::Response {
            version,
            status: Status::new(code?)?,
            reason: Span { start: line.end - reason.len(), end: line.end },
        });
    }
    let (method, rest) = divide(text, b' ')?;
    let (uri, version) = rest.trim_end_matches([' ', '\t']).rsplit_once(' ')?;
    let uri_start = line.start + method.len() + 1;
    is_token(method).then_some(Start::Request {
        method: Method::parse(method),
        uri: Span { start: uri_start, end: uri_start + uri.len() },
        version: read_version(version)?,
    })
}

/// `SIP/major.minor`, the name in any case (RFC 3261 §7.1), each number in one way: whoever compares the text would see another
/// version in `2.00`.
fn read_version(text: &str) -> Option<(u32, u32)> {
    let (name, numbers) = divide(text, b'/')?;
    let (major, minor) = divide(numbers, b'.')?;
    // What reads numbers takes a sign, too.
    let number = |digits: &str| {
        let is_plain = digits.len() == 1 || !digits.starts_with('0');
        (is_plain && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| digits.parse().ok())?
    };
    if !name.eq_ignore_ascii_case("SIP") {
        return None;
    }
    Some((number(major)?, number(minor)?))
}
