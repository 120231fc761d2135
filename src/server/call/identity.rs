//! Who calls, by what the INVITE says and by how far its source is believed (RFC 3323, RFC 3325).
//!
//! From is anybody's claim. A source that is trusted asserts: P-Asserted-Identity, or Remote-Party-ID, which older networks
//! send. Privacy is honoured whoever asks for it.

use crate::program::Caller;
use crate::sip::{Diversion, Incoming, NameAddr, Uri};

/// The caller as the flow sees it. One who asks for privacy is withheld whatever else stands in the request (RFC 3323 §4.2).
///
/// `inward` writes a number as the trunk's number plan has it.
pub(super) fn caller_of(
    incoming: &Incoming,
    inward: impl Fn(String) -> String,
    country: Option<&str>,
) -> Caller {
    let at = |address: &NameAddr| Caller::at(&inward(address.uri.subscriber()), &host(&address.uri), country);
    let private =
        |value: &String| value.split(';').any(|word| matches!(word.trim(), "id" | "user" | "header"));
    if incoming.privacy.as_ref().is_some_and(private) {
        return Caller::Withheld;
    }
    match asserted(incoming) {
        Some(Some(address)) => at(address),
        Some(None) => Caller::Withheld,
        None => at(&incoming.from),
    }
}

/// What a trusted source asserts; `Some(None)` for a caller that wants to be private.
pub(super) fn asserted(incoming: &Incoming) -> Option<Option<&NameAddr>> {
    let called = |uri: &Uri| matches!(uri, Uri::Sip(_) | Uri::Tel(_));
    let first = incoming.asserted.iter().find(|address| called(&address.uri)).map(Some);
    first.or(incoming.remote_party.as_ref().map(Option::as_ref)).filter(|_| incoming.is_trusted)
}

fn host(uri: &Uri) -> String {
    match uri {
        Uri::Sip(uri) => uri.host.to_string(),
        Uri::Tel(_) | Uri::Other(_) => String::new(),
    }
}

/// What the record says of who sent the call on; nothing where nobody did, or nobody who is trusted says so.
pub(super) fn diverted(incoming: &Incoming) -> Option<String> {
    let told = |one: &Diversion| format!("{} ({})", one.by.uri.subscriber(), one.reason);
    let first = incoming.diversions.first().filter(|_| incoming.is_trusted)?;
    let last = incoming.diversions.last().filter(|last| *last != first);
    let also = last.map_or(String::new(), |last| format!(", last by {}", told(last)));
    Some(format!("diverted by {}{also}", told(first)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::{Command, Config, Dial, Endpoint, Event, LegId, Output, sdp};
    use crate::time::Millis;
    use std::net::SocketAddr;

    /// An INVITE with these fields, as an endpoint that trusts its source or not understands it.
    fn incoming(fields: &[(&str, &str)], trusted: bool) -> Option<Incoming> {
        let [ours, theirs] = [1, 2].map(|host| SocketAddr::from(([192, 0, 2, host], 5060)));
        let mut network = Endpoint::new(Config::new(theirs), [1; 32]);
        let media = sdp::Local::new(SocketAddr::from(([192, 0, 2, 2], 4000)));
        let mut dial = Dial::new(LegId(1), Uri::sip(Some("bank"), ours), ours, "+79990000000", media);
        dial.headers = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let sent = network.command(Millis(0), Command::Dial(Box::new(dial)));
        let Some(Output::Send { bytes, .. }) = sent.first() else { return None };
        let trusted = if trusted { vec![theirs.ip().into()] } else { vec![] };
        let mut endpoint = Endpoint::new(Config { trusted, ..Config::new(ours) }, [2; 32]);
        endpoint.receive(Millis(0), bytes, theirs).into_iter().find_map(|output| match output {
            Output::Event(Event::Incoming(incoming)) => Some(*incoming),
            Output::Event(_) | Output::Send { .. } => None,
        })
    }

    fn caller(fields: &[(&str, &str)], trusted: bool) -> String {
        incoming(fields, trusted)
            .map(|incoming| format!("{:?}", caller_of(&incoming, |number| number, None)))
            .unwrap_or_default()
    }

    const ASSERTED: (&str, &str) =
        ("P-Asserted-Identity", "\"Anna\" <sip:+79656295719@gw>, <tel:+79656295719>");

    #[test]
    fn an_asserted_identity_counts_if_its_source_is_trusted() {
        assert!(caller(&[ASSERTED], true).contains("+79656295719"));
        assert!(caller(&[ASSERTED], false).contains("+79990000000"));
        assert!(caller(&[], true).contains("+79990000000"));
        let remote = ("Remote-Party-ID", "<sip:+79656295719@gw>;party=calling;privacy=off");
        assert!(caller(&[remote], true).contains("+79656295719"));
        assert!(caller(&[remote], false).contains("+79990000000"));
    }

    #[test]
    fn privacy_is_honoured_whoever_asks_for_it() {
        for trusted in [true, false] {
            assert_eq!(caller(&[ASSERTED, ("Privacy", "id")], trusted), "Withheld");
        }
        let private = ("Remote-Party-ID", "<sip:+79656295719@gw>;privacy=full");
        assert_eq!(caller(&[private], true), "Withheld");
        assert!(caller(&[ASSERTED, ("Privacy", "none")], true).contains("+79656295719"));
    }

    #[test]
    fn diversions_of_a_trusted_source_are_recorded() {
        let told = |value: &str, trusted| {
            incoming(&[("Diversion", value)], trusted).and_then(|incoming| diverted(&incoming))
        };
        let one = "<sip:+492@gw>;reason=user-busy";
        assert_eq!(told(one, true).as_deref(), Some("diverted by +492 (user-busy)"));
        assert_eq!(told(one, false), None);
        let two = "<sip:+493@gw>;reason=no-answer, <sip:+492@gw>;reason=user-busy";
        assert_eq!(
            told(two, true).as_deref(),
            Some("diverted by +492 (user-busy), last by +493 (no-answer)")
        );
    }
}
