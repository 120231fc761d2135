//! One line about a message for a log: what it is and whose, nothing that is secret.
//!
//! No body, no Authorization, no parameters. Control characters are escaped, so that one message is one line whatever
//! it holds (a Call-ID may carry any byte), and long values are cut.

use super::{Message, Name};

/// Longest part of a value that is shown, in characters.
const SHOWN: usize = 120;

impl Message {
    /// Method and Request-URI, or status; then Call-ID and CSeq.
    ///
    /// The user part of the Request-URI is shown: whoever writes the log decides whether numbers may stand in it.
    pub fn summary(&self) -> String {
        let what = match (self.method(), self.status()) {
            (Some(method), _) => format!("{} {}", printable(method.as_str()), printable(self.request_uri())),
            (None, status) => status.map_or_else(String::new, |status| status.to_string()),
        };
        let value = |name| printable(self.first(name).unwrap_or("-"));
        format!("{what} call-id={} cseq={}", value(Name::CallId), value(Name::CSeq))
    }
}

fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len().min(SHOWN));
    for character in text.chars().take(SHOWN) {
        match character {
            plain if plain.is_control() || is_format(plain) => shown.extend(plain.escape_unicode()),
            plain => shown.push(plain),
        }
    }
    shown
}

/// Characters that change how a terminal shows what follows: bidirectional marks and line separators.
fn is_format(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}
