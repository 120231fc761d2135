//! A URI with a display name and parameters, as From, To, Contact and Route hold it (RFC 3261 §20.10).

use crate::sip::Uri;
use crate::sip::grammar::{Params, cut, quote, quoted_string};
use crate::sip::limits::Policy;
use std::fmt;

/// An address as a header field holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameAddr {
    /// The display name without quotes and escapes.
    pub display: Option<String>,
    /// The URI.
    pub uri: Uri,
    /// The parameters of the header field (not of the URI).
    pub params: Params,
}

impl NameAddr {
    /// An address without name and parameters.
    pub fn new(uri: Uri) -> NameAddr {
        NameAddr { display: None, uri, params: Params::default() }
    }

    /// The parameter `tag`; empty if there is none, as in messages of RFC 2543.
    pub fn tag(&self) -> &str {
        self.params.get("tag").unwrap_or_default()
    }

    /// The same address with this tag.
    pub(crate) fn with_tag(mut self, tag: &str) -> NameAddr {
        self.params.set("tag", tag);
        self
    }

    pub(crate) fn parse(text: &str, policy: Policy) -> Option<NameAddr> {
        let text = text.trim();
        let (address, params) = cut(text, b';');
        let params = params.map_or(Some(Params::default()), Params::parse)?;
        let address = address.trim();
        let (display, uri) = if address.starts_with('"') {
            let (display, rest) = quoted_string(address)?;
            (Some(display), in_brackets(rest.trim())?)
        } else if let Some(bracket) = address.bytes().position(|byte| byte == b'<') {
            (unquoted_display(address[..bracket].trim())?, in_brackets(&address[bracket..])?)
        } else if address.bytes().any(|byte| matches!(byte, b',' | b'?')) {
            // Without brackets neither can belong to the URI (RFC 3261 §20).
            return None;
        } else {
            (None, address)
        };
        Some(NameAddr { display, uri: Uri::parse(uri, policy)?, params })
    }
}

impl fmt::Display for NameAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(display) = &self.display {
            write!(f, "{} ", quote(display))?;
        }
        f.write_str("<")?;
        self.uri.fmt(f)?;
        f.write_str(">")?;
        self.params.fmt(f)
    }
}

fn in_brackets(text: &str) -> Option<&str> {
    text.strip_prefix('<')?.strip_suffix('>')
}

/// Whatever stands before the bracket and cannot be taken for the end of the element. RFC 3261 §25.1 has tokens alone; people
/// call themselves `Joe (home)` and telephones do not quote it.
fn unquoted_display(text: &str) -> Option<Option<String>> {
    let sound = |c: char| !c.is_control() && !"\",;<>\\".contains(c);
    text.chars().all(sound).then(|| (!text.is_empty()).then(|| text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        let parsed = NameAddr::parse(text, Policy::Tolerant).map(|address| address.to_string());
        assert_eq!(parsed.as_deref(), expected, "{text}");
    }

    #[test]
    fn names_quotes_and_parameters_are_read() {
        check(r#""A \"B\", C" <sip:a@b;x=y>;tag=1"#, Some(r#""A \"B\", C" <sip:a@b;x=y>;tag=1"#));
        check("caller<sip:a@b>", Some(r#""caller" <sip:a@b>"#));
        check("Joe (home) & 😀 a@b/c: <sip:a@b>", Some(r#""Joe (home) & 😀 a@b/c:" <sip:a@b>"#));
        check("sip:a@b ; tag = 7", Some("<sip:a@b>;tag=7"));
        check("<tel:+1555;ext=5>", Some("<tel:+1555;ext=5>"));
    }

    #[test]
    fn broken_addresses_are_refused() {
        for text in [
            "\"open <sip:a@b>",
            "Bell, A <sip:a@b>",
            "< sip:a@b >",
            "<sip:a@b",
            "sip:a@b,c",
            "<sip:a@b>;;tag=1",
            "",
        ] {
            check(text, None);
        }
    }
}
