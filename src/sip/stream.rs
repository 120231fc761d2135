//! Messages out of a stream: TCP and TLS deliver bytes, Content-Length says where a message ends (RFC 3261 §18.3).
//!
//! However the bytes are cut, the messages are the same. A message without Content-Length, with two that differ, or
//! larger than we read breaks the stream: nobody can say where the next one begins, so nothing after it is believed and
//! the connection is to be closed. That keeps one sender from smuggling a message inside another's.

use super::limits::MAX_MESSAGE_BYTES;
use super::message::framed_size;
use thiserror::Error;

/// What came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// One message, whole.
    Message(Vec<u8>),
    /// Two line breaks between messages: the far end wants one back (RFC 5626 §3.5.1).
    Ping,
}

/// The stream cannot be read any further.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("nobody can say where the next message begins")]
pub struct Broken;

/// The bytes of one connection that are no message yet.
#[derive(Clone, Debug, Default)]
pub struct Stream {
    buffer: Vec<u8>,
    /// Bytes that hold no end of a header section.
    searched: usize,
    /// The size of the message that has begun, once its header section is whole.
    size: Option<usize>,
    broken: bool,
}

impl Stream {
    /// Takes bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        if !self.broken {
            self.buffer.extend_from_slice(bytes);
        }
    }

    /// Whether a message has begun that is not whole.
    pub fn is_amid(&self) -> bool {
        !self.buffer.is_empty()
    }

    /// The next piece; `None` until more bytes come.
    ///
    /// # Errors
    /// [`Broken`], then and for ever.
    #[allow(clippy::should_implement_trait)] // A stream that waits for bytes is no iterator that has ended.
    pub fn next(&mut self) -> Result<Option<Piece>, Broken> {
        if self.broken {
            return Err(Broken);
        }
        let piece = self.read();
        if piece.is_err() {
            (self.broken, self.buffer) = (true, Vec::new());
        }
        piece
    }

    fn read(&mut self) -> Result<Option<Piece>, Broken> {
        if self.size.is_none() && self.searched == 0 {
            match line_breaks(&self.buffer) {
                Breaks::Ping => {
                    self.buffer.drain(..4);
                    return Ok(Some(Piece::Ping));
                }
                Breaks::Unclear => return Ok(None),
                Breaks::Skip(count) => drop(self.buffer.drain(..count)),
            }
        }
        if self.size.is_none() {
            self.size = self.find_size()?;
        }
        match self.size.filter(|size| *size <= self.buffer.len()) {
            Some(size) => {
                (self.size, self.searched) = (None, 0);
                Ok(Some(Piece::Message(self.buffer.drain(..size).collect())))
            }
            None => Ok(None),
        }
    }

    /// The size of the message at the front, if its header section is whole.
    fn find_size(&mut self) -> Result<Option<usize>, Broken> {
        // The end may straddle what was there before.
        let from = self.searched.saturating_sub(3);
        let Some(head) = end_of_head(&self.buffer, from) else {
            self.searched = self.buffer.len();
            return if self.buffer.len() > MAX_MESSAGE_BYTES { Err(Broken) } else { Ok(None) };
        };
        let body = framed_size(&self.buffer[..head]).ok_or(Broken)?;
        let size = head.checked_add(body).filter(|size| *size <= MAX_MESSAGE_BYTES).ok_or(Broken)?;
        Ok(Some(size))
    }
}

enum Breaks {
    Ping,
    /// There may be more line breaks to come.
    Unclear,
    Skip(usize),
}

/// What the line breaks in front of a message are: a ping, the answer to one of ours, or nothing.
fn line_breaks(buffer: &[u8]) -> Breaks {
    match buffer {
        [b'\r', b'\n', b'\r', b'\n', ..] => Breaks::Ping,
        [] | [b'\r'] | [b'\r', b'\n'] | [b'\r', b'\n', b'\r'] => Breaks::Unclear,
        [b'\r', b'\n', ..] => Breaks::Skip(2),
        _ => Breaks::Skip(0),
    }
}

/// Where the body begins: after the first empty line, with or without CR, as the scanner sees it.
fn end_of_head(buffer: &[u8], from: usize) -> Option<usize> {
    let breaks = buffer.iter().enumerate().skip(from).filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at);
    breaks.map(|at| at + 1).find_map(|next| match buffer.get(next..) {
        Some([b'\n', ..]) => Some(next + 1),
        Some([b'\r', b'\n', ..]) => Some(next + 2),
        Some(_) | None => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(method: &str, body: &str) -> String {
        format!("{method} sip:a@b SIP/2.0\r\nCall-ID: c\r\nl: {}\r\n\r\n{body}", body.len())
    }

    /// All that comes out when the text is delivered in pieces of this size.
    fn read(text: &str, size: usize) -> (Vec<String>, bool) {
        let (mut stream, mut pieces) = (Stream::default(), vec![]);
        for bytes in text.as_bytes().chunks(size) {
            stream.push(bytes);
            loop {
                match stream.next() {
                    Ok(Some(Piece::Message(message))) => {
                        pieces.push(String::from_utf8_lossy(&message).into_owned());
                    }
                    Ok(Some(Piece::Ping)) => pieces.push("ping".to_owned()),
                    Ok(None) => break,
                    Err(Broken) => return (pieces, true),
                }
            }
        }
        (pieces, false)
    }

    fn check(text: &str, expected: &[&str], broken: bool) {
        for size in [1, 2, 3, 7, 64, text.len().max(1)] {
            let expected = expected.iter().map(|piece| (*piece).to_owned()).collect::<Vec<_>>();
            assert_eq!(read(text, size), (expected, broken), "in pieces of {size}");
        }
    }

    #[test]
    fn however_the_bytes_are_cut_the_messages_are_the_same() {
        let (one, two) = (message("INVITE", "v=0\r\n\r\nx"), message("BYE", ""));
        check(&format!("{one}{two}"), &[&one, &two], false);
        check(&format!("{one}\r\n\r\n{two}\r\n\r\n\r\n\r\n"), &[&one, "ping", &two, "ping", "ping"], false);
    }

    #[test]
    fn a_message_without_a_length_breaks_the_stream() {
        let good = message("OPTIONS", "");
        check(&format!("{good}BYE sip:a@b SIP/2.0\r\nCall-ID: c\r\n\r\n{good}"), &[&good], true);
    }

    #[test]
    fn two_lengths_or_one_that_is_none_break_the_stream() {
        for lengths in
            ["l: 3\r\nContent-Length: 4", "l: -1", "l: 3x", "l: 99999999999999999999", "l: 65000000"]
        {
            check(&format!("BYE sip:a@b SIP/2.0\r\n{lengths}\r\n\r\nabcd"), &[], true);
        }
    }

    #[test]
    fn a_line_that_another_reader_takes_for_a_length_breaks_the_stream() {
        for line in
            ["Content-Length 3", "Content-Length\u{b}: 3", "l\r\n : 3", "(l: 3", "content-length\r\n\t: 3"]
        {
            check(&format!("BYE sip:a@b SIP/2.0\r\nl: 0\r\nX: y\r\n{line}\r\n\r\n"), &[], true);
        }
        let odd = "BYE sip:a@b SIP/2.0\r\nl: 0\r\nnothing like it\r\n\r\n";
        check(odd, &[odd], false);
    }

    #[test]
    fn a_header_section_without_an_end_breaks_the_stream() {
        let mut stream = Stream::default();
        stream.push(b"BYE sip:a@b SIP/2.0\r\n");
        let mut turns = 0;
        while stream.next() == Ok(None) {
            stream.push(b"X: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n");
            turns += 1;
        }
        assert!(turns * 66 <= MAX_MESSAGE_BYTES + 132, "{turns}");
        assert_eq!(stream.next(), Err(Broken));
    }

    #[test]
    fn a_folded_length_is_read_as_the_scanner_reads_it() {
        let folded = "BYE sip:a@b SIP/2.0\r\nContent-Length:\r\n 2\r\n\r\nab";
        check(folded, &[folded], false);
    }
}
