//! What comes by SIP.

use callwright::sip::digest::{Algorithm, Challenge, Keeper, Password, Proof};
use callwright::sip::identity::{Chain, Roots, passports};
use callwright::sip::sdp::{Local, Offer, Session};
use callwright::sip::stream::{Piece, Stream};
use callwright::sip::{
    Command, Config, Endpoint, Event, Flow, LegId, Message, Output, Policy, Registrar, Transport, Uri, scan,
};
use callwright::time::Millis;
use std::net::{IpAddr, SocketAddr};

const FAR: ([u8; 4], u16) = ([198, 51, 100, 7], 5066);

/// The scanner and every view of a message, in both policies.
pub(crate) fn message(data: &[u8]) {
    for policy in [Policy::Tolerant, Policy::Strict] {
        let message = match scan(data, policy) {
            Ok(message) => message,
            Err(malformed) => match malformed.partial {
                Some(partial) => *partial,
                None => continue,
            },
        };
        look(&message);
    }
}

fn look(message: &Message) {
    let _ = (message.via(), message.from(), message.to(), message.call_id(), message.cseq());
    let _ = (message.max_forwards(), message.contacts(), message.record_routes());
    let _ = (message.asserted_identities(), message.reasons(), message.retry_after(), message.content_type());
    let _ = (message.method(), message.status(), message.phrase(), message.body().len());
    if let Ok(uri) = message.request_uri().parse::<Uri>() {
        let written = uri.to_string();
        let again = written.parse::<Uri>().map(|uri| uri.to_string());
        assert_eq!(
            again.as_deref().ok(),
            Some(written.as_str()),
            "an address that is written reads as itself"
        );
        let _ = (uri.user(), uri.subscriber());
    }
}

/// An endpoint that hears it from somebody known, from a stranger and within a call, and what time makes of that.
pub(crate) fn endpoint(data: &[u8]) {
    let ours = SocketAddr::from(([192, 0, 2, 1], 5060));
    let mut open = Config::new(ours);
    open.open = true;
    let mut office = Config::new(ours);
    office.sources = Some(vec![]);
    let accounts = [("anna".to_owned(), Password::new("sesame"))].into();
    let registrar = Registrar::new("office", &[Algorithm::Sha256, Algorithm::Md5], accounts, [3; 32]);
    let endpoints = [
        Endpoint::new(Config::new(ours), [1; 32]),
        Endpoint::new(open, [2; 32]),
        Endpoint::new(office, [3; 32]).with_registrar(registrar),
    ];
    for mut endpoint in endpoints {
        for transport in [Transport::Udp, Transport::Tcp] {
            let flow = Flow { transport, ..Flow::udp(FAR.into()) };
            let outputs = endpoint.receive(Millis(1000), data, flow);
            for leg in outputs.iter().filter_map(incoming) {
                let _ = endpoint.command(Millis(1001), Command::Ring { leg });
                let media = Local::new(([192, 0, 2, 1], 40_000).into());
                let _ = endpoint.command(Millis(1002), Command::Answer { leg, media });
            }
            let _ = endpoint.receive(Millis(1003), data, flow);
        }
        let mut turns = 0;
        while let Some(at) = endpoint.next_deadline() {
            let _ = endpoint.timeout(at);
            turns += 1;
            assert!(turns < 10_000, "it comes to an end");
        }
        assert_eq!((endpoint.leg_count(), endpoint.transaction_count()), (0, 0), "nothing is left");
    }
}

fn incoming(output: &Output) -> Option<LegId> {
    match output {
        Output::Event(Event::Incoming(incoming)) => Some(incoming.leg),
        Output::Event(_) | Output::Send { .. } => None,
    }
}

/// A stream in one piece and in small ones: the same messages, and the same end.
pub(crate) fn stream(data: &[u8]) {
    let whole = pieces([data].into_iter());
    let cut = pieces(data.chunks(1 + data.first().map_or(0, |first| usize::from(first % 17))));
    assert_eq!(whole, cut, "however the bytes are cut");
}

fn pieces<'d>(chunks: impl Iterator<Item = &'d [u8]>) -> (Vec<Piece>, bool) {
    let (mut stream, mut found) = (Stream::default(), Vec::new());
    for chunk in chunks {
        stream.push(chunk);
        loop {
            match stream.next() {
                Ok(Some(piece)) => found.push(piece),
                Ok(None) => break,
                Err(_) => return (found, true),
            }
        }
    }
    (found, false)
}

/// A description as an offer that we answer, and as an answer to ours.
pub(crate) fn description(data: &[u8]) {
    let Ok(offer) = Offer::read(data) else { return };
    let local = Local::new(([192, 0, 2, 1], 40_000).into());
    let _ = offer.codecs().count();
    let session = Session { id: 7, version: 1 };
    if let Ok((answer, _)) = offer.answer(&local, session) {
        let read = Offer::read(answer.as_bytes());
        assert!(read.is_ok(), "our answer is a description: {read:?}\n{answer}");
    }
    let _ = (offer.agree(&local).is_ok(), offer.as_answer(&local).is_ok());
}

/// A challenge and an answer to one.
pub(crate) fn digest(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let _ = Challenge::parse(text);
    let Some(proof) = Proof::parse(text) else { return };
    let source = IpAddr::from(FAR.0);
    let mut keeper = Keeper::new("office", &[Algorithm::Sha256, Algorithm::Md5], [9; 32]);
    let password = Password::new("sesame");
    for password in [Some(&password), None] {
        let _ = keeper.judge(Millis(1000), source, "REGISTER", &proof, password);
    }
}

/// The tokens of an INVITE.
pub(crate) fn passport(data: &[u8]) {
    let text = String::from_utf8_lossy(data).replace(['\r', '\n'], " ");
    let invite = format!(
        "INVITE sip:b@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 198.51.100.7;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\n\
         To: <sip:b@192.0.2.1>\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\nIdentity: {text}\r\n\r\n"
    );
    let Ok(invite) = scan(invite.as_bytes(), Policy::Tolerant) else { return };
    for passport in passports(&invite).into_iter().flatten() {
        let _ = (passport.url(), passport.attestation(), passport.number());
    }
}

/// Certificates as a carrier's server gives them, and as authorities are read.
pub(crate) fn certificate(data: &[u8]) {
    if let Ok(chain) = Chain::read(data) {
        let _ = chain.expires();
    }
    let _ = Roots::read(data);
}
