//! Percent-encoding (RFC 3986 §2.1): of what is put into an address, so that it stays in its place.

use std::fmt::Write as _;

/// Encodes everything but the unreserved characters (RFC 3986 §2.3): for a path's segment, a query, a form.
pub(super) fn percent(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => encoded.push(byte.into()),
            _ => {
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    encoded
}

/// Joins pairs as a query or a form writes them.
pub(super) fn pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let pairs = pairs.into_iter().map(|(name, value)| format!("{}={}", percent(name), percent(value)));
    pairs.collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_its_place() {
        assert_eq!(percent("../a?b=1#c d+ä"), "..%2Fa%3Fb%3D1%23c%20d%2B%C3%A4");
        assert_eq!(pairs([("where[0]", "+7&x=1")]), "where%5B0%5D=%2B7%26x%3D1");
    }
}
