//! How callees of other makes answer a call of ours.

use super::challenges::calling;
use super::*;
use crate::sip::Status;
use crate::sip::draft::Draft;
use crate::sip::message::Name;

/// An answer to our INVITE, with a description if there is one.
fn answer(invite: &Message, status: Status, tag: Option<&str>, description: &str) -> Draft {
    let draft = Draft::response(invite, address(CALLEE), status, tag);
    let draft = draft.with(Name::Contact, "sip:bank@198.51.100.7:5066");
    match description {
        "" => draft,
        text => draft.with_body("application/sdp", text.replace('\n', "\r\n")),
    }
}

/// Methods of what we sent.
fn methods(sent: &[Message]) -> Vec<String> {
    sent.iter().map(|message| message.method().map_or(String::new(), ToString::to_string)).collect()
}

#[test]
fn an_answer_without_tag_or_contact_is_acknowledged() {
    let (mut bench, invite) = calling();
    let bare = Draft::response(&invite, address(CALLEE), Status::OK, None);
    let bare = bare.with_body("application/sdp", OFFER.replace('\n', "\r\n"));
    let (sent, told) = bench.hear_bytes(&bare.encode());
    assert_eq!((methods(&sent), told), (vec!["ACK".to_owned()], vec!["answered".to_owned()]));
    let (sent, _) = bench.command(Command::HangUp { leg: LEG, q850: None });
    assert_eq!(methods(&sent), ["BYE"]);
}

#[test]
fn sound_before_the_answer_is_heard_from_whoever_speaks() {
    let (mut bench, invite) = calling();
    let early = |tag, port: &str| {
        answer(&invite, Status::SESSION_PROGRESS, tag, &OFFER.replace("4000", port)).encode()
    };
    assert_eq!(bench.hear_bytes(&early(None, "4000")).1, ["early media"], "without a tag");
    assert_eq!(bench.hear_bytes(&early(Some("one"), "4000")).1, Vec::<String>::new(), "nothing new");
    assert_eq!(bench.hear_bytes(&early(Some("two"), "4002")).1, ["early media"], "another fork");
    let ringing = answer(&invite, Status::RINGING, Some("two"), "").encode();
    assert_eq!(bench.hear_bytes(&ringing).1, ["ringing"]);
    let silent = answer(&invite, Status::OK, Some("two"), "").encode();
    let (sent, told) = bench.hear_bytes(&silent);
    assert_eq!(
        (methods(&sent), told),
        (vec!["ACK".to_owned()], vec!["answered".to_owned()]),
        "as it said before"
    );
}

#[test]
fn a_wrong_description_before_the_answer_is_not_the_answer() {
    let (mut bench, invite) = calling();
    for wrong in ["RTP/AVP 18", "RTP/SAVP 0", "UDP/BFCP *"] {
        let text = OFFER.replace("RTP/AVP 0 8 96", wrong);
        let early = answer(&invite, Status::SESSION_PROGRESS, Some("one"), &text).encode();
        assert_eq!(bench.hear_bytes(&early).1, Vec::<String>::new(), "{wrong}");
    }
    let ok = answer(&invite, Status::OK, Some("one"), OFFER).encode();
    assert_eq!(bench.hear_bytes(&ok).1, ["answered"]);
}

#[test]
fn an_answer_that_takes_nothing_of_ours_is_acknowledged_and_hung_up() {
    for (plain, wrong) in
        [("audio 4000", "audio 0"), ("RTP/AVP 0 8 96", "RTP/AVP 18"), ("audio", "video"), ("v=0", "hello")]
    {
        let (mut bench, invite) = calling();
        let ok = answer(&invite, Status::OK, Some("one"), &OFFER.replace(plain, wrong)).encode();
        let (sent, told) = bench.hear_bytes(&ok);
        assert_eq!(methods(&sent), ["ACK", "BYE"], "{wrong}");
        assert!(told.len() == 1 && told[0].starts_with("ended Media"), "{wrong}: {told:?}");
    }
}

#[test]
fn of_several_codecs_in_an_answer_the_first_is_spoken() {
    let (mut bench, invite) = calling();
    let ok = answer(&invite, Status::OK, Some("one"), &OFFER.replace("0 8 96", "3 0 8 111 96")).encode();
    let outputs = bench.endpoint.receive(bench.now, &ok, Bench::phone());
    let media = outputs.into_iter().find_map(|output| match output {
        Output::Event(Event::Answered { media, .. }) => Some((media.codec.name(), media.telephone_event)),
        Output::Event(_) | Output::Send { .. } => None,
    });
    assert_eq!(media.map(|(name, event)| (name, event.map(|event| event.send))), Some(("PCMU", Some(96))));
}
