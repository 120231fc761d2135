//! Provisionals that are acknowledged (RFC 3262).

use super::*;
use crate::sip::Name;

/// A call that rings.
fn ringing(mut net: Net) -> Net {
    net.command(CALLER, dial());
    net.run(50);
    net.command(CALLEE, Command::Ring { leg: LEG });
    net.run(100);
    net
}

/// The telephone's INVITE with these fields, and our answers to it.
fn invite(bench: &mut Bench, fields: &str, body: &str) -> Vec<Message> {
    bench
        .hear(
            &request("INVITE", 1, "", body)
                .replace("Max-Forwards: 70\n", &format!("Max-Forwards: 70\n{fields}")),
        )
        .0
}

fn tag_and_rseq(provisional: &Message) -> (String, u32) {
    (provisional.to().map(|to| to.tag().to_owned()).unwrap_or_default(), provisional.rseq().unwrap_or(0))
}

/// The telephone's PRACK of a provisional.
fn prack(provisional: &Message, cseq: u32, body: &str) -> String {
    let (tag, rseq) = tag_and_rseq(provisional);
    request("PRACK", cseq, &tag, body)
        .replace("Max-Forwards: 70\n", &format!("Max-Forwards: 70\nRAck: {rseq} 1 INVITE\n"))
}

fn code(message: &Message) -> u16 {
    message.status().map_or(0, crate::sip::Status::code)
}

#[test]
fn a_lost_ringing_is_repeated_until_its_prack() {
    let mut net = Net::new();
    net.lose.push(("SIP/2.0 180", 2));
    let mut net = ringing(net);
    net.run(5000);
    assert_eq!((net.count("SIP/2.0 180"), net.count("PRACK")), (3, 1));
    assert_eq!(net.told(CALLER), ["ringing"]);
}

#[test]
fn a_lost_prack_is_repeated_by_itself_and_the_ringing_is_heard_once() {
    let mut net = Net::new();
    net.lose.push(("PRACK", 1));
    let mut net = ringing(net);
    net.run(5000);
    assert_eq!((net.count("PRACK"), net.told(CALLER)), (2, vec!["ringing".to_owned()]));
}

#[test]
fn early_media_waits_for_the_prack_of_the_ringing_and_the_answer_for_that_of_the_early_media() {
    let mut net = Net::new();
    net.lose.push(("PRACK", 1));
    net.command(CALLER, dial());
    net.run(50);
    net.command(CALLEE, Command::Ring { leg: LEG });
    net.command(CALLEE, Command::Progress { leg: LEG, media: media(CALLEE) });
    net.command(CALLEE, Command::Answer { leg: LEG, media: media(CALLEE) });
    net.run(400);
    assert_eq!(
        (net.count("SIP/2.0 183"), net.count("SIP/2.0 200")),
        (0, 1),
        "the ringing overtaken is no reason to wait"
    );
    net.run(2000);
    assert_eq!(net.told(CALLER), ["ringing", "answered"]);
    let mut net = Net::new();
    net.lose.push(("PRACK", 1));
    net.command(CALLER, dial());
    net.run(50);
    net.command(CALLEE, Command::Progress { leg: LEG, media: media(CALLEE) });
    net.command(CALLEE, Command::Answer { leg: LEG, media: media(CALLEE) });
    net.run(400);
    assert_eq!(net.count("SIP/2.0 200"), 0);
    net.run(2000);
    assert_eq!(net.told(CALLER), ["early media", "answered"]);
    assert_eq!(net.told(CALLEE), ["incoming", "media sendrecv", "confirmed"]);
    net.command(CALLER, Command::HangUp { leg: LEG, q850: None });
    net.assert_forgotten();
}

#[test]
fn an_answer_that_was_acknowledged_is_not_said_again() {
    let mut bench = Bench::new();
    invite(&mut bench, "Supported: 100rel\n", OFFER);
    let (sent, _) = bench.command(Command::Progress { leg: LEG, media: media(CALLEE) });
    assert!(sent[0].requires("100rel") && !sent[0].body().is_empty());
    assert_eq!(bench.statuses(&prack(&sent[0], 2, "")), [200]);
    let (sent, _) = bench.command(Command::Answer { leg: LEG, media: media(CALLEE) });
    assert_eq!((code(&sent[0]), sent[0].body().len()), (200, 0));
}

#[test]
fn an_offer_that_is_left_to_us_is_made_in_the_183_and_answered_in_the_prack() {
    let mut bench = Bench::new();
    invite(&mut bench, "Require: 100rel\n", "");
    let (sent, _) = bench.command(Command::Progress { leg: LEG, media: media(CALLEE) });
    assert_eq!(code(&sent[0]), 183);
    let (answers, events) = bench.hear(&prack(&sent[0], 2, OFFER));
    assert_eq!((code(&answers[0]), events), (200, vec!["media sendrecv".to_owned()]));
    let (sent, _) = bench.command(Command::Answer { leg: LEG, media: media(CALLEE) });
    assert_eq!((code(&sent[0]), sent[0].body().len()), (200, 0));
    let (tag, _) = tag_and_rseq(&sent[0]);
    assert_eq!(bench.hear(&request("ACK", 1, &tag, "")).1, ["confirmed"]);
}

#[test]
fn an_offer_in_the_prack_is_answered_in_its_200() {
    let mut bench = Bench::new();
    invite(&mut bench, "Supported: 100rel\n", OFFER);
    let (sent, _) = bench.command(Command::Progress { leg: LEG, media: media(CALLEE) });
    let (answers, events) = bench.hear(&prack(&sent[0], 2, &format!("{OFFER}a=sendonly\n")));
    let body = String::from_utf8_lossy(answers[0].body()).into_owned();
    assert!(body.contains("a=recvonly") && body.contains(" 2 IN IP4"), "{body}");
    assert_eq!(events, ["media recvonly"]);
}

#[test]
fn a_prack_whose_offer_cannot_be_agreed_is_taken_and_ends_the_call() {
    let mut bench = Bench::new();
    invite(&mut bench, "Supported: 100rel\n", OFFER);
    let (sent, _) = bench.command(Command::Progress { leg: LEG, media: media(CALLEE) });
    let (answers, events) = bench.hear(&prack(&sent[0], 2, &OFFER.replace("RTP/AVP 0 8 96", "RTP/AVP 18")));
    assert_eq!(answers.iter().map(code).collect::<Vec<_>>(), [200, 488]);
    assert!(events.len() == 1 && events[0].starts_with("ended Media"), "{events:?}");
}

#[test]
fn a_prack_of_nothing_that_was_sent_is_481() {
    let mut bench = Bench::new();
    invite(&mut bench, "Supported: 100rel\n", OFFER);
    let (sent, _) = bench.command(Command::Ring { leg: LEG });
    let (_, rseq) = tag_and_rseq(&sent[0]);
    let wrong = |from: String, to: String| prack(&sent[0], 2, "").replace(&from, &to);
    assert_eq!(bench.statuses(&wrong(format!("{rseq} 1 INVITE"), format!("{} 1 INVITE", rseq + 1))), [481]);
    let other = prack(&sent[0], 3, "").replace(" 1 INVITE", " 2 INVITE");
    assert_eq!(bench.statuses(&other), [481]);
    assert_eq!(bench.statuses(&prack(&sent[0], 4, "")), [200]);
    assert_eq!(bench.statuses(&prack(&sent[0], 5, "")), [481]);
}

#[test]
fn a_provisional_that_nobody_acknowledges_ends_the_call_with_504() {
    let mut net = Net::new();
    net.lose.push(("PRACK", usize::MAX));
    let mut net = ringing(net);
    net.run(33_000);
    assert_eq!(net.told(CALLEE), ["incoming", "ended NoAck"]);
    assert_eq!(net.told(CALLER), ["ringing", "rejected 504"]);
    net.assert_forgotten();
}

#[test]
fn provisionals_out_of_order_are_not_heard() {
    let mut net = Net::new();
    net.command(CALLER, dial());
    net.run(50);
    let Some(Event::Incoming(incoming)) = net.events[CALLEE].first() else { panic!("no call") };
    let invite = incoming.message.clone();
    let provisional = |rseq: u32| {
        crate::sip::draft::Draft::response(&invite, address(CALLER), crate::sip::Status::RINGING, Some("t"))
            .with(Name::Contact, "<sip:192.0.2.2>")
            .with(Name::Require, "100rel")
            .with(Name::RSeq, rseq)
            .encode()
    };
    for rseq in [7, 7, 9, 8, 9] {
        net.send(CALLEE, provisional(rseq));
        net.run(50);
    }
    assert_eq!((net.count("PRACK"), net.told(CALLER)), (3, vec!["ringing".to_owned(); 3]));
}

#[test]
fn a_stranger_at_an_open_door_gets_no_reliable_provisionals() {
    let mut bench = Bench::new();
    bench.endpoint.config.open = true;
    let refused = invite(&mut bench, "Require: 100rel\n", OFFER);
    assert_eq!((code(&refused[0]), refused[0].first(Name::Unsupported)), (420, Some("100rel")));
    assert_eq!((bench.endpoint.leg_count(), bench.endpoint.transaction_count()), (0, 0));
    invite(&mut bench, "Supported: 100rel\n", OFFER);
    let (sent, _) = bench.command(Command::Ring { leg: LEG });
    assert_eq!(sent[0].rseq(), None);
}

#[test]
fn a_trusted_source_at_an_open_door_is_answered_reliably() {
    let mut bench = Bench::new();
    bench.endpoint.config.open = true;
    bench.endpoint.config.trusted = vec![Bench::phone().ip().into()];
    invite(&mut bench, "Require: 100rel\n", OFFER);
    let (sent, _) = bench.command(Command::Ring { leg: LEG });
    assert!(sent[0].rseq().is_some());
}

#[test]
fn an_extension_that_nobody_knows_is_420() {
    let mut bench = Bench::new();
    let refused = invite(&mut bench, "Require: 100rel, teleport\n", OFFER);
    assert_eq!((code(&refused[0]), refused[0].first(Name::Unsupported)), (420, Some("teleport")));
}

#[test]
fn a_call_that_waits_long_is_told_every_minute_that_it_rings() {
    let mut bench = Bench::new();
    bench.hear(&request("INVITE", 1, "", OFFER));
    bench.command(Command::Ring { leg: LEG });
    for minute in 1..=3 {
        let at = Millis(1000 + minute * 60_000);
        assert_eq!(bench.endpoint.next_deadline(), Some(at));
        let (sent, _) = Bench::sort(bench.endpoint.timeout(at));
        assert_eq!(sent.iter().map(code).collect::<Vec<_>>(), [180]);
    }
}

#[test]
fn a_stranger_is_not_told_again() {
    let mut bench = Bench::new();
    bench.endpoint.config.open = true;
    bench.hear(&request("INVITE", 1, "", OFFER));
    bench.command(Command::Ring { leg: LEG });
    assert!(bench.endpoint.next_deadline().is_some_and(|at| at > Millis(120_000)), "the longest call");
}
