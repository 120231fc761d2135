//! Names in the place of addresses: `c=IN IP4 media.carrier.example` (RFC 8866 §5.7).
//!
//! Descriptions are read with addresses alone, so that nothing here looks a name up. Whoever may do so asks first which names
//! stand in a message ([`names`]), and puts what was found in their place ([`with_addresses`]); a name that stays is
//! refused like any other text that is no address.

use crate::sip::Host;
use memchr::memmem;
use std::net::IpAddr;
use std::ops::Range;
use std::sync::LazyLock;

/// Names of one message that are looked at: that of the session and that of its sound.
const MAX_NAMES: usize = 2;
/// What a line begins with that says where media goes; made once, and not for every message.
static CONNECTION: LazyLock<memmem::Finder<'_>> = LazyLock::new(|| memmem::Finder::new(b"c=IN "));

/// A name that stands for an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// As it was written.
    pub name: String,
    /// Whether it must have an IPv6 address (`IP6`), and else an IPv4 address (`IP4`).
    pub is_ipv6: bool,
}

/// A `c=` line with a name.
struct Line {
    named: Named,
    /// Where the name stands in the message.
    place: Range<usize>,
}

/// The names that stand for addresses in a SIP message's body, each once and two at most.
pub fn names(message: &[u8]) -> Vec<Named> {
    let mut names: Vec<Named> = Vec::new();
    for Line { named, .. } in lines(message) {
        if names.len() < MAX_NAMES && !names.contains(&named) {
            names.push(named);
        }
    }
    names
}

/// The message with addresses in the place of the names that were found, and a Content-Length that is right again.
pub fn with_addresses(message: &[u8], found: &[(Named, IpAddr)]) -> Vec<u8> {
    let mut body = message.to_vec();
    let mut grown = 0_i64;
    // From the last to the first, so that places stay right.
    for Line { named, place } in lines(message).into_iter().rev() {
        if let Some((_, address)) = found.iter().find(|(known, _)| *known == named) {
            let address = address.to_string();
            grown += address.len() as i64 - place.len() as i64;
            body.splice(place, address.into_bytes());
        }
    }
    match content_length(&body) {
        Some((place, length)) if grown != 0 => {
            let length = length.saturating_add_signed(grown).to_string();
            body.splice(place, length.into_bytes());
        }
        Some(_) | None => {}
    }
    body
}

/// The `c=` lines of the body that have a name, in their order.
fn lines(message: &[u8]) -> Vec<Line> {
    let mut found = Vec::new();
    // Most messages have no such line, and nobody looks for their body.
    if CONNECTION.find(message).is_none() {
        return found;
    }
    let body = body_at(message);
    for at in CONNECTION.find_iter(&message[body..]).map(|at| body + at) {
        if at == body || message[at - 1] == b'\n' {
            let rest = &message[at..];
            let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
            found.extend(read_line(&rest[..length], at));
        }
    }
    found
}

/// `c=IN IP4 name`, where some telephones write two spaces for one.
fn read_line(line: &[u8], at: usize) -> Option<Line> {
    let text = std::str::from_utf8(line).ok()?.trim_end();
    let mut words = text.split(' ').filter(|word| !word.is_empty());
    let is_ipv6 = match (words.next()?, words.next()?) {
        ("c=IN", "IP4") => false,
        ("c=IN", "IP6") => true,
        _ => return None,
    };
    let name = words.next().filter(|_| words.next().is_none())?;
    let is_name = matches!(name.parse(), Ok(Host::Name(_))) && name.bytes().any(|b| b.is_ascii_alphabetic());
    if !is_name || name.len() > MAX_NAME_OCTETS {
        return None;
    }
    let start = at + text.len() - name.len();
    let named = Named { name: name.to_owned(), is_ipv6 };
    Some(Line { named, place: start..start + name.len() })
}

/// RFC 1035 §2.3.4, written with dots.
const MAX_NAME_OCTETS: usize = 253;

/// Where the body begins; the message's end where there is none.
fn body_at(message: &[u8]) -> usize {
    let empty = [&b"\r\n\r\n"[..], b"\n\n"]
        .into_iter()
        .filter_map(|end| Some(memmem::find(message, end)? + end.len()));
    empty.min().unwrap_or(message.len())
}

/// The digits of the only Content-Length, and what they say.
fn content_length(message: &[u8]) -> Option<(Range<usize>, u64)> {
    let mut at = 0;
    for line in message[..body_at(message)].split_inclusive(|byte| *byte == b'\n') {
        let text = std::str::from_utf8(line).unwrap_or_default();
        let named = text.split_once(':').filter(|(name, _)| {
            let name = name.trim_end();
            name.eq_ignore_ascii_case("Content-Length") || name.eq_ignore_ascii_case("l")
        });
        if let Some((name, value)) = named {
            let digits = value.trim();
            let start = at + name.len() + 1 + (value.len() - value.trim_start().len());
            return Some((start..start + digits.len(), digits.parse().ok()?));
        }
        at += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(head: &str, body: &str) -> Vec<u8> {
        format!("INVITE sip:a@b SIP/2.0\r\n{head}\r\n{body}").into_bytes()
    }

    fn named(name: &str) -> Named {
        Named { name: name.to_owned(), is_ipv6: false }
    }

    #[test]
    fn names_are_found_in_the_body_alone_each_once() {
        let body = "v=0\r\nc=IN IP4 media.example\r\nm=audio 4000 RTP/AVP 0\r\nc=IN  IP4  media.example\r\n\
                    m=audio 4002 RTP/AVP 0\r\nc=IN IP6 six.example\r\n";
        let message = message("Subject: 1\r\nc=IN IP4 head.example\r\n", body);
        let six = Named { name: "six.example".to_owned(), is_ipv6: true };
        assert_eq!(names(&message), [named("media.example"), six]);
    }

    #[test]
    fn what_is_an_address_or_no_name_at_all_is_left_to_whoever_reads_it() {
        for text in
            ["192.0.2.9", "224.2.1.1/127", "a b", "", "a/127", "1.2", "500", "[::1]", "caf\u{e9}.example"]
        {
            let message = message("", &format!("c=IN IP4 {text}\r\n"));
            assert_eq!(names(&message), [], "{text}");
        }
        assert_eq!(names(&message("", &format!("c=IN IP4 {}\r\n", "a".repeat(254)))), []);
        assert_eq!(names(b"c=IN IP4 media.example"), []);
    }

    #[test]
    fn addresses_take_the_place_of_names_and_the_length_is_right_again() {
        for (field, blank) in [("Content-Length", "\r\n"), ("l", "\r\n"), ("content-length ", "\n")] {
            let body =
                "v=0\r\nc=IN IP4 media.example\r\nm=audio 4000 RTP/AVP 0\r\nc=IN IP4 other.example\r\n";
            let message = format!("INVITE sip:a@b SIP/2.0{blank}{field}: {}{blank}{blank}{body}", body.len());
            let found = [(named("media.example"), IpAddr::from([192, 0, 2, 7]))];
            let put = with_addresses(message.as_bytes(), &found);
            let text = String::from_utf8(put).expect("text");
            let expected = body.replace("media.example", "192.0.2.7");
            assert!(text.ends_with(&expected), "{text}");
            assert!(text.contains(&format!("{field}: {}{blank}", expected.len())), "{text}");
        }
    }

    #[test]
    fn a_message_without_a_length_and_one_of_which_nothing_was_found_stay_whole() {
        let bare = message("Subject: 1\r\n", "c=IN IP4 media.example\r\n");
        let found = [(named("media.example"), IpAddr::from([192, 0, 2, 7]))];
        assert!(with_addresses(&bare, &found).ends_with(b"c=IN IP4 192.0.2.7\r\n"));
        assert_eq!(with_addresses(&bare, &[]), bare);
    }
}
