//! Far ends that ask who we are, and some that should not be told.

use super::*;
use crate::sip::digest::{Algorithm, Challenge, Credentials, Password};
use crate::sip::draft::Draft;
use crate::sip::message::Name;
use crate::sip::{Method, Status};

fn anna() -> Arc<Credentials> {
    let realm = Some("carrier".to_owned());
    Arc::new(Credentials { user: "anna".to_owned(), password: Password::new("secret"), realm })
}

fn challenge(realm: &str) -> Challenge {
    let (realm, nonce) = (realm.to_owned(), "n1".to_owned());
    Challenge { realm, nonce, opaque: None, algorithm: Algorithm::Sha256, counted: true, stale: false }
}

/// The telephone's answer to a request of ours.
fn answer(request: &Message, status: Status) -> Draft {
    Draft::response(request, address(CALLEE), status, Some("t1"))
}

/// The telephone's challenge with a nonce of its own, which replaces one that was too old.
fn asked_anew(request: &Message, nonce: &str, status: Status) -> Datagram {
    let challenge = Challenge { nonce: nonce.to_owned(), stale: true, ..challenge("carrier") };
    let field = match status {
        Status::UNAUTHORIZED => Name::WwwAuthenticate,
        _ => Name::ProxyAuthenticate,
    };
    answer(request, status).with(field, challenge).encode()
}

fn asked(request: &Message, realm: &str) -> Datagram {
    answer(request, Status::UNAUTHORIZED).with(Name::WwwAuthenticate, challenge(realm)).encode()
}

/// Method, number and whether it proves who we are.
fn shape(message: &Message) -> String {
    let cseq = message.first(Name::CSeq).unwrap_or_default();
    let proof = message.first(Name::Authorization).map_or("", |_| " with proof");
    format!("{cseq}{proof}")
}

fn shapes(sent: &[Message]) -> Vec<String> {
    sent.iter().map(shape).collect()
}

/// A bench that has called the telephone, and its INVITE.
pub(super) fn calling() -> (Bench, Message) {
    let mut bench = Bench::new();
    let target = Uri::sip(Some("bank"), Bench::phone());
    let mut dial = Dial::new(LEG, target, Bench::phone(), "anna", media(CALLEE));
    dial.credentials = Some(anna());
    let (sent, _) = bench.command(Command::Dial(Box::new(dial)));
    let Some(invite) = sent.into_iter().next() else { panic!("nothing was sent") };
    (bench, invite)
}

#[test]
fn a_challenged_call_is_made_again_with_a_proof() {
    let (mut bench, invite) = calling();
    let (sent, told) = bench.hear_bytes(&asked(&invite, "carrier"));
    assert_eq!(shapes(&sent), ["1 ACK", "2 INVITE with proof"]);
    assert_eq!(told, Vec::<String>::new());
    let Some(again) = sent.get(1) else { return };
    for name in [Name::CallId, Name::From, Name::To, Name::Contact] {
        assert_eq!(again.first(name), invite.first(name));
    }
    assert_ne!(again.first(Name::Via), invite.first(Name::Via));
    assert_eq!(again.body(), invite.body());
}

#[test]
fn a_proof_that_is_not_believed_is_given_once() {
    let (mut bench, invite) = calling();
    let (sent, _) = bench.hear_bytes(&asked(&invite, "carrier"));
    let Some(again) = sent.get(1) else { panic!("{sent:?}") };
    let (sent, told) = bench.hear_bytes(&asked(again, "carrier"));
    assert_eq!((shapes(&sent), told), (vec!["2 ACK".to_owned()], vec!["rejected 401".to_owned()]));
}

#[test]
fn a_nonce_that_was_too_old_is_replaced_but_not_for_ever() {
    let (mut bench, mut invite) = calling();
    for (round, expected) in [(1, 2), (2, 3), (3, 4), (4, 5)] {
        let (mut sent, _) =
            bench.hear_bytes(&asked_anew(&invite, &format!("n{round}"), Status::UNAUTHORIZED));
        assert_eq!(shape(&sent[1]), format!("{expected} INVITE with proof"));
        let proofs = sent[1].all(Name::Authorization).count();
        let names =
            sent[1].first(Name::Authorization).is_some_and(|proof| proof.contains(&format!("n{round}")));
        assert!(proofs == 1 && names, "one proof, with the nonce of round {round}");
        invite = sent.remove(1);
    }
    let (sent, told) = bench.hear_bytes(&asked_anew(&invite, "n5", Status::UNAUTHORIZED));
    assert_eq!((shapes(&sent), told), (vec!["5 ACK".to_owned()], vec!["rejected 401".to_owned()]));
}

#[test]
fn the_same_nonce_once_more_is_no_reason_for_another_proof() {
    let (mut bench, invite) = calling();
    let (sent, _) = bench.hear_bytes(&asked_anew(&invite, "n1", Status::UNAUTHORIZED));
    let (_, told) = bench.hear_bytes(&asked_anew(&sent[1], "n1", Status::UNAUTHORIZED));
    assert_eq!(told, ["rejected 401"]);
}

#[test]
fn a_proxy_and_a_server_behind_it_may_both_ask() {
    let (mut bench, invite) = calling();
    let (sent, _) = bench.hear_bytes(&asked_anew(&invite, "p1", Status::PROXY_AUTHENTICATION_REQUIRED));
    let (sent, told) = bench.hear_bytes(&asked_anew(&sent[1], "s1", Status::UNAUTHORIZED));
    assert_eq!((shapes(&sent), told.len()), (vec!["2 ACK".to_owned(), "3 INVITE with proof".to_owned()], 0));
    assert!(sent[1].first(Name::ProxyAuthorization).is_some_and(|proof| proof.contains("p1")));
}

#[test]
fn a_challenged_prack_is_proved_within_its_early_dialog() {
    let (mut bench, invite) = calling();
    let ringing = answer(&invite, Status::RINGING).with(Name::Contact, "<sip:bank@198.51.100.7:5066>");
    let ringing = ringing.with(Name::Require, "100rel");
    let (sent, _) = bench.hear_bytes(&ringing.clone().with(Name::RSeq, 1).encode());
    assert_eq!(shapes(&sent), ["2 PRACK"]);
    let (sent, _) = bench.hear_bytes(&asked(&sent[0], "carrier"));
    assert_eq!(shapes(&sent), ["3 PRACK with proof"]);
    let (sent, _) = bench.hear_bytes(&ringing.with(Name::RSeq, 2).encode());
    assert_eq!(shapes(&sent), ["4 PRACK"], "the numbers go on");
}

#[test]
fn another_realm_and_another_host_get_no_proof() {
    let (mut bench, invite) = calling();
    let (sent, told) = bench.hear_bytes(&asked(&invite, "elsewhere"));
    assert_eq!((shapes(&sent), told), (vec!["1 ACK".to_owned()], vec!["rejected 401".to_owned()]));

    let (mut bench, invite) = calling();
    let stranger: SocketAddr = ([203, 0, 113, 9], 5060).into();
    let outputs = bench.endpoint.receive(bench.now, &asked(&invite, "carrier"), stranger);
    assert!(!outputs.iter().any(|output| matches!(output, Output::Send { bytes, .. }
        if String::from_utf8_lossy(bytes).contains("Authorization"))));
}

/// What a challenge to our BYE leads to.
fn challenged_bye(mut bench: Bench) -> Vec<String> {
    let (sent, _) = bench.command(Command::HangUp { leg: LEG, q850: None });
    let Some(bye) = sent.into_iter().next() else { panic!("no BYE") };
    let (sent, _) = bench.hear_bytes(&asked(&bye, "carrier"));
    shapes(&sent)
}

#[test]
fn a_challenged_bye_is_proved_in_a_call_of_ours() {
    let (mut bench, invite) = calling();
    let ok = answer(&invite, Status::OK).with(Name::Contact, "<sip:bank@198.51.100.7:5066>");
    bench.hear_bytes(&ok.with_body("application/sdp", OFFER.replace('\n', "\r\n")).encode());
    assert_eq!(challenged_bye(bench), ["3 BYE with proof"]);
}

#[test]
fn whoever_calls_us_and_challenges_our_bye_gets_no_proof() {
    let mut bench = Bench::new();
    bench.connected();
    assert_eq!(challenged_bye(bench), Vec::<String>::new());
}

fn register(bench: &mut Bench) -> Message {
    let carrier: Uri = "sip:carrier.example".parse().unwrap_or_else(|_| Uri::sip(None, Bench::phone()));
    let ask = Ask {
        ask: AskId(1),
        method: Method::REGISTER,
        target: carrier.clone(),
        destination: Bench::phone().into(),
        about: carrier,
        call_id: "r1".to_owned(),
        cseq: 7,
        contact_user: Some("anna".to_owned()),
        expires_s: Some(300),
        credentials: Some(anna()),
    };
    let (sent, _) = bench.command(Command::Ask(Box::new(ask)));
    match sent.into_iter().next() {
        Some(sent) => sent,
        None => panic!("nothing was sent"),
    }
}

#[test]
fn a_registration_is_proved_and_its_answer_told() {
    let mut bench = Bench::new();
    let asking = register(&mut bench);
    assert_eq!(asking.first(Name::Contact), Some("<sip:anna@192.0.2.2:5060>"));
    assert_eq!(asking.by_name("Expires"), Some("300"));
    let (sent, _) = bench.hear_bytes(&asked(&asking, "carrier"));
    assert_eq!(shapes(&sent), ["8 REGISTER with proof"]);
    let Some(again) = sent.first() else { return };
    let (_, told) = bench.hear_bytes(&answer(again, Status::OK).encode());
    assert_eq!(told, ["replied 8 200"]);
}

#[test]
fn only_the_registrar_itself_answers_a_registration() {
    let mut bench = Bench::new();
    let asking = register(&mut bench);
    let stranger: SocketAddr = ([203, 0, 113, 9], 5060).into();
    let forged = answer(&asking, Status::OK).encode();
    assert!(bench.endpoint.receive(bench.now, &forged, stranger).is_empty());
    assert_eq!(bench.hear_bytes(&forged).1, ["replied 7 200"]);
}
