//! Which call a new one takes the place of, and whom to call instead (RFC 3891 §6.1, RFC 3515 §2.1).

use crate::sip::Uri;
use crate::sip::grammar::{Params, cut};
use crate::sip::message::{Message, Name};
use crate::sip::uri::unescape;
use std::fmt;

/// The value of Replaces: a dialog, as the one who gets it sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Replaces {
    pub(crate) call_id: String,
    /// The tag of the one who gets it.
    pub(crate) to_tag: String,
    /// The tag of its far end.
    pub(crate) from_tag: String,
    /// Whether only a call that is not answered yet may be replaced.
    pub(crate) early_only: bool,
}

/// Where a REFER sends us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReferTo {
    /// Whom to call, without header fields.
    pub(crate) uri: Uri,
    /// Which call of theirs ours replaces.
    pub(crate) replaces: Option<Replaces>,
}

impl Replaces {
    /// Reads a value; `None` if a tag is missing or stands there twice.
    pub(crate) fn parse(text: &str) -> Option<Replaces> {
        let (call_id, params) = cut(text.trim(), b';');
        let params = Params::parse(params?)?;
        let tag = |name| params.get(name).filter(|tag| !tag.is_empty()).map(str::to_owned);
        let call_id = Some(call_id.trim()).filter(|id| !id.is_empty())?.to_owned();
        let early_only = params.has("early-only");
        Some(Replaces { call_id, to_tag: tag("to-tag")?, from_tag: tag("from-tag")?, early_only })
    }

    /// The only Replaces of a request. `None` where there is none, an error where it cannot be read or is there twice.
    pub(crate) fn of(request: &Message) -> Result<Option<Replaces>, ()> {
        let mut values = request.all(Name::Replaces);
        match (values.next(), values.next()) {
            (None, _) => Ok(None),
            (Some(value), None) => Replaces::parse(value).map(Some).ok_or(()),
            (Some(_), Some(_)) => Err(()),
        }
    }
}

impl fmt::Display for Replaces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Replaces { call_id, to_tag, from_tag, early_only } = self;
        write!(f, "{call_id};to-tag={to_tag};from-tag={from_tag}")?;
        if *early_only { f.write_str(";early-only") } else { Ok(()) }
    }
}

impl ReferTo {
    /// The only Refer-To of a request, if it asks for a call.
    pub(crate) fn of(request: &Message) -> Option<ReferTo> {
        let mut values = request.name_addrs(Name::ReferTo);
        let address = values.next().filter(|_| values.next().is_none())??;
        let Uri::Sip(mut uri) = address.uri else {
            return matches!(address.uri, Uri::Tel(_))
                .then_some(ReferTo { uri: address.uri, replaces: None });
        };
        let method = uri.params.get("method").unwrap_or("INVITE").to_owned();
        uri.params.remove("method");
        let headers = uri.headers.take().unwrap_or_default();
        let fields = headers.split('&').filter_map(|field| field.split_once('='));
        let replaces = fields.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("Replaces"));
        let replaces = match replaces {
            Some((_, value)) => Some(Replaces::parse(&unescape(value))?),
            None => None,
        };
        (method == "INVITE").then_some(ReferTo { uri: Uri::Sip(uri), replaces })
    }
}

impl fmt::Display for ReferTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.replaces {
            Some(replaces) => write!(f, "<{}?Replaces={}>", self.uri, escaped(&replaces.to_string())),
            None => write!(f, "<{}>", self.uri),
        }
    }
}

/// A header field's value within a URI (RFC 3261 §19.1.1): everything but letters, digits and a few signs is escaped.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::limits::Policy;
    use crate::sip::message::scan;

    fn refer_to(value: &str) -> Option<ReferTo> {
        let text = format!(
            "REFER sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nRefer-To: {value}\r\n\r\n"
        );
        scan(text.as_bytes(), Policy::Strict).ok().and_then(|message| ReferTo::of(&message))
    }

    #[test]
    fn a_dialog_to_replace_survives_being_written_into_a_uri() {
        let replaces = Replaces::parse("12@host;from-tag=a%b;to-tag=c;early-only");
        let uri = "sip:anna@192.0.2.1".parse().ok();
        let Some((uri, replaces)) = uri.zip(replaces) else { panic!("they are read") };
        let written = ReferTo { uri, replaces: Some(replaces) };
        assert_eq!(refer_to(&written.to_string()), Some(written.clone()));
        assert!(
            written.to_string().contains("?Replaces=12%40host%3Bto-tag%3Dc%3Bfrom-tag%3Da%25b%3Bearly-only>")
        );
    }

    #[test]
    fn only_calls_are_asked_for() {
        let uri = |value: &str| refer_to(value).map(|to| to.uri.to_string());
        assert_eq!(uri("<sip:anna@b;method=INVITE>").as_deref(), Some("sip:anna@b"));
        assert_eq!(uri("sip:anna@b").as_deref(), Some("sip:anna@b"));
        assert_eq!(uri("<tel:+1555>").as_deref(), Some("tel:+1555"));
        for other in
            ["<sip:anna@b;method=BYE>", "<https://b>", "<sip:a@b?Replaces=1>", "<sip:a@b>, <sip:c@d>", ""]
        {
            assert_eq!(uri(other), None, "{other}");
        }
    }

    #[test]
    fn a_replaces_without_both_tags_is_none() {
        for text in ["1", "1;to-tag=a", ";to-tag=a;from-tag=b", "1;to-tag=;from-tag=b"] {
            assert_eq!(Replaces::parse(text), None, "{text}");
        }
    }
}
