//! Who calls, and by whom the call was diverted, as networks say it (RFC 3325, RFC 5806, RFC 7044). Worth what the source is worth.

use super::{Message, Name};
use crate::sip::grammar::{Params, cut};
use crate::sip::uri::unescape;
use crate::sip::{NameAddr, Uri};

/// Most diversions that are read.
const MOST_DIVERSIONS: usize = 20;

/// Somebody who sent the call on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diversion {
    /// Who.
    pub by: NameAddr,
    /// Why, in the words of RFC 5806: `user-busy`, `no-answer`, `unconditional` … ; `unknown` where nobody says.
    pub reason: String,
}

impl Message {
    /// The caller by Remote-Party-ID, which never became a standard and is still sent; `None` for one that is to be private.
    pub(crate) fn remote_party(&self) -> Option<Option<NameAddr>> {
        let address = self.name_addrs(Name::RemotePartyId).flatten().find(|address| {
            address.params.get("party").is_none_or(|party| party.eq_ignore_ascii_case("calling"))
        })?;
        let private =
            address.params.get("privacy").is_some_and(|privacy| !privacy.eq_ignore_ascii_case("off"));
        Some((!private).then_some(address))
    }

    /// Who sent the call on, the first one first.
    pub(crate) fn diversions(&self) -> Vec<Diversion> {
        // Each who diverts writes itself in front (RFC 5806 §4).
        let named = self.name_addrs(Name::Diversion).flatten().take(MOST_DIVERSIONS);
        let mut named: Vec<Diversion> = named.map(Diversion::named).collect();
        named.reverse();
        if named.is_empty() { self.history() } else { named }
    }

    /// The same by History-Info: an entry with a Reason, or one whose successor has a cause (RFC 7044 §10.1, RFC 4458 §2).
    fn history(&self) -> Vec<Diversion> {
        let entries: Vec<NameAddr> =
            self.name_addrs(Name::HistoryInfo).flatten().take(MOST_DIVERSIONS).collect();
        let followers = entries.iter().skip(1).map(Some).chain([None]);
        let diverting = entries.iter().zip(followers).filter_map(|(entry, next)| {
            let cause = reason_cause(&entry.uri).or_else(|| target_cause(&next?.uri))?;
            let mut by = entry.clone();
            if let Uri::Sip(uri) = &mut by.uri {
                uri.headers = None;
            }
            Some(Diversion { by, reason: word(cause).to_owned() })
        });
        diverting.collect()
    }
}

impl Diversion {
    fn named(by: NameAddr) -> Diversion {
        let reason = by.params.get("reason").unwrap_or("unknown").to_ascii_lowercase();
        Diversion { by, reason }
    }
}

/// The SIP cause in the Reason that an entry carries.
fn reason_cause(uri: &Uri) -> Option<u16> {
    let Uri::Sip(uri) = uri else { return None };
    let mut fields = uri.headers.as_deref()?.split('&').filter_map(|field| field.split_once('='));
    let value = unescape(fields.find(|(name, _)| name.eq_ignore_ascii_case("Reason"))?.1);
    let (protocol, params) = cut(&value, b';');
    let is_sip = protocol.trim().eq_ignore_ascii_case("SIP");
    Params::parse(params?)?.get("cause").filter(|_| is_sip)?.parse().ok()
}

/// The cause for which a target was chosen.
fn target_cause(uri: &Uri) -> Option<u16> {
    let Uri::Sip(uri) = uri else { return None };
    uri.params.get("cause")?.parse().ok()
}

/// RFC 4458 §2.1: causes of redirections in the words of RFC 5806.
fn word(cause: u16) -> &'static str {
    match cause {
        302 => "unconditional",
        404 => "unknown",
        408 => "no-answer",
        480 => "deflection",
        486 => "user-busy",
        487 => "deflection",
        503 => "unavailable",
        _ => "unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::limits::Policy;
    use crate::sip::message::scan;

    fn message(fields: &str) -> Message {
        let text = format!("INVITE sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\n{fields}\r\n");
        match scan(text.as_bytes(), Policy::Tolerant) {
            Ok(message) => message,
            Err(malformed) => panic!("{malformed:?}"),
        }
    }

    fn diverted(fields: &str) -> Vec<String> {
        let diversions = message(fields).diversions();
        diversions.iter().map(|one| format!("{} {}", one.by.uri.user(), one.reason)).collect()
    }

    #[test]
    fn the_last_who_diverted_stands_first() {
        let two = "Diversion: <sip:+492@gw>;reason=no-answer;counter=1, <sip:+491@gw>;reason=User-Busy\r\n";
        assert_eq!(diverted(two), ["+491 user-busy", "+492 no-answer"]);
        let apart = "Diversion: <tel:+492>\r\nDiversion: <tel:+491>;reason=unconditional\r\n";
        assert_eq!(diverted(apart), ["+491 unconditional", "+492 unknown"]);
    }

    #[test]
    fn a_history_tells_who_diverted_by_reasons_or_causes() {
        let reasons =
            "History-Info: <sip:+491@gw?Reason=SIP%3Bcause%3D486>;index=1, <sip:+492@gw>;index=1.1\r\n";
        assert_eq!(diverted(reasons), ["+491 user-busy"]);
        let causes = "History-Info: <sip:+491@gw>;index=1, <sip:+492@gw;cause=408>;index=1.1\r\n";
        assert_eq!(diverted(causes), ["+491 no-answer"]);
        assert_eq!(diverted("History-Info: <sip:+491@gw>;index=1\r\n"), [] as [&str; 0]);
    }

    #[test]
    fn a_remote_party_may_be_private() {
        let party = |value: &str| message(&format!("Remote-Party-ID: {value}\r\n")).remote_party();
        let shown = |value: &str| party(value).map(|party| party.map(|party| party.uri.user()));
        assert_eq!(shown("\"A\" <sip:+491@gw>;party=calling;privacy=off"), Some(Some("+491".to_owned())));
        assert_eq!(shown("<sip:+491@gw>;privacy=full"), Some(None));
        assert_eq!(shown("<sip:+491@gw>;party=called"), None);
    }
}
