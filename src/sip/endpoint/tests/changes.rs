//! Changes of a call that stands, from our side: re-INVITE and UPDATE (RFC 3261 §14, RFC 3311).

use super::*;
use crate::sip::draft::Draft;
use crate::sip::message::Name;
use crate::sip::sdp::Direction;

/// Where each end thinks that the other's media is, and what it may do.
fn agreed(net: &Net) -> [Option<(u16, &'static str)>; 2] {
    [CALLER, CALLEE].map(|end| {
        let leg = net.ends[end].legs.get(&LEG)?;
        leg.media.as_ref().map(|media| (media.remote.port(), media.direction.as_str()))
    })
}

#[test]
fn hold_and_resume_are_told_to_the_far_end() {
    for end in [CALLER, CALLEE] {
        let mut net = Net::connected();
        let sent = net.trace.len();
        net.change(end, 40_000, Direction::SendOnly, false);
        net.run(100);
        assert_eq!(net.told(1 - end).last().map(String::as_str), Some("media recvonly"));
        assert_eq!(net.told(end).last().map(String::as_str), Some("media sendonly"));
        let starts: Vec<&str> = net.lines_from(sent).iter().map(|line| &line[2..8]).collect();
        assert_eq!(starts, ["INVITE", "SIP/2.", "ACK si"]);
        net.change(end, 40_000, Direction::SendRecv, false);
        net.run(100);
        assert_eq!(agreed(&net), [Some((40_000, "sendrecv")); 2]);
        net.command(end, Command::HangUp { leg: LEG, q850: None });
        net.assert_forgotten();
    }
}

#[test]
fn media_moves_and_its_version_grows_with_each_change_only() {
    let mut net = Net::connected();
    net.change(CALLER, 40_002, Direction::SendRecv, false);
    net.run(100);
    assert_eq!(agreed(&net), [Some((40_000, "sendrecv")), Some((40_002, "sendrecv"))]);
    let version = |net: &Net| net.ends[CALLER].legs.get(&LEG).map(|leg| leg.session.version);
    assert_eq!(version(&net), Some(2));
    net.change(CALLER, 40_002, Direction::SendRecv, false);
    net.run(100);
    assert_eq!(version(&net), Some(2));
}

#[test]
fn an_offer_can_be_left_to_the_far_end() {
    let mut net = Net::connected();
    net.change(CALLEE, 40_004, Direction::SendRecv, true);
    net.run(100);
    assert_eq!(agreed(&net), [Some((40_004, "sendrecv")), Some((40_000, "sendrecv"))]);
    assert_eq!(net.told(CALLER), ["answered", "media sendrecv"]);
}

#[test]
fn offers_that_cross_are_both_put_off_and_both_made_in_the_end() {
    for seed in 0..20 {
        let mut net = Net::with_faults(seed, Faults::default());
        net.command(CALLER, dial());
        net.run(100);
        net.command(CALLEE, Command::Answer { leg: LEG, media: media(CALLEE) });
        net.run(100);
        net.change(CALLER, 40_006, Direction::SendRecv, false);
        net.change(CALLEE, 40_008, Direction::SendRecv, false);
        net.run(50);
        assert_eq!(net.count("SIP/2.0 491"), 2, "seed {seed}");
        net.run(2050 - 50);
        assert_eq!(agreed(&net)[CALLER], Some((40_008, "sendrecv")), "seed {seed}: the callee first");
        assert_eq!(agreed(&net)[CALLEE], Some((40_000, "sendrecv")), "seed {seed}: not before 2.1 s");
        net.run(10_000);
        assert_eq!(agreed(&net), [Some((40_008, "sendrecv")), Some((40_006, "sendrecv"))], "seed {seed}");
    }
}

#[test]
fn a_change_that_is_refused_leaves_everything_as_it_was() {
    let mut net = Net::connected();
    net.ends[CALLEE].config.codecs = vec![crate::sip::sdp::Codec::Pcmu];
    let rtp = ([192, 0, 2, 1], 40_010).into();
    let pcma = Local { rtp, codecs: vec![crate::sip::sdp::Codec::Pcma], ..media(CALLER) };
    net.command(CALLER, Command::Change { leg: LEG, media: pcma, late: false });
    net.run(100);
    assert_eq!(net.told(CALLER).last().map(String::as_str), Some("unchanged 488"));
    assert_eq!(agreed(&net), [Some((40_000, "sendrecv")); 2]);
}

#[test]
fn a_far_end_that_does_not_know_the_call_any_more_ends_it() {
    let mut net = Net::connected();
    net.ends[CALLEE] = endpoint(CALLEE, 77);
    net.change(CALLER, 40_012, Direction::SendRecv, false);
    net.run(100);
    assert_eq!(net.told(CALLER).last().map(String::as_str), Some("ended Lost"));
    net.assert_forgotten();
}

#[test]
fn a_far_end_that_does_not_answer_a_change_is_lost() {
    let mut net = Net::connected();
    net.lose.push(("INVITE", usize::MAX));
    net.change(CALLER, 40_012, Direction::SendRecv, false);
    net.run(33_000);
    assert_eq!(net.told(CALLER).last().map(String::as_str), Some("ended Lost"));
    assert_eq!(net.told(CALLEE).last().map(String::as_str), Some("ended remote"));
    net.assert_forgotten();
}

#[test]
fn a_change_waits_for_the_ack_of_the_answer() {
    let mut net = Net::new();
    net.lose.push(("ACK", 1));
    net.command(CALLER, dial());
    net.run(50);
    net.command(CALLEE, Command::Answer { leg: LEG, media: media(CALLEE) });
    net.change(CALLEE, 40_014, Direction::SendRecv, false);
    net.run(100);
    assert_eq!(net.count("INVITE"), 1);
    net.run(1000);
    assert_eq!((net.count("INVITE"), agreed(&net)[CALLER]), (2, Some((40_014, "sendrecv"))));
}

#[test]
fn a_lost_ack_of_a_change_is_sent_again() {
    let mut net = Net::connected();
    net.lose.push(("ACK", 2));
    net.change(CALLER, 40_016, Direction::SendRecv, true);
    net.run(10_000);
    assert_eq!((net.count("ACK"), agreed(&net)[CALLEE]), (4, Some((40_016, "sendrecv"))));
}

#[test]
fn a_bye_ends_a_call_whose_change_is_still_open() {
    let mut net = Net::connected();
    net.lose.push(("SIP/2.0 200", 3));
    net.change(CALLER, 40_018, Direction::SendRecv, false);
    net.run(100);
    net.command(CALLER, Command::HangUp { leg: LEG, q850: None });
    net.assert_forgotten();
}

#[test]
fn media_moves_by_update_before_the_answer() {
    for end in [CALLER, CALLEE] {
        let mut net = Net::new();
        net.command(CALLER, dial());
        net.run(50);
        net.command(CALLEE, Command::Progress { leg: LEG, media: media(CALLEE) });
        net.run(100);
        net.change(end, 40_020, Direction::SendRecv, false);
        net.run(100);
        assert_eq!((net.count("UPDATE"), net.count("INVITE")), (1, 1));
        let moved = net.ends[1 - end]
            .legs
            .get(&LEG)
            .and_then(|leg| leg.media.as_ref())
            .map(|media| media.remote.port());
        assert_eq!(moved, Some(40_020));
        net.command(CALLEE, Command::Answer { leg: LEG, media: media(CALLEE) });
        net.run(100);
        let expected =
            [[(40_000, "sendrecv"), (40_020, "sendrecv")], [(40_020, "sendrecv"), (40_000, "sendrecv")]];
        assert_eq!(agreed(&net), expected[end].map(Some), "the answer changes nothing of it");
    }
}

/// The telephone's UPDATE.
fn update(cseq: u32, tag: &str, body: &str) -> String {
    request("UPDATE", cseq, tag, body)
}

#[test]
fn hold_and_resume_by_update_are_answered_and_told() {
    let mut bench = Bench::new();
    let tag = bench.connected();
    let (sent, events) =
        bench.hear(&update(2, &tag, &OFFER.replace("c=IN IP4 198.51.100.7", "c=IN IP4 0.0.0.0")));
    assert_eq!((sent.len(), events), (1, vec!["media inactive".to_owned()]));
    let (_, events) = bench.hear(&update(3, &tag, OFFER));
    assert_eq!(events, ["media sendrecv"]);
    let (sent, events) = bench.hear(&update(4, &tag, ""));
    assert_eq!((sent[0].body().len(), events.len()), (0, 0));
}

#[test]
fn an_update_before_the_offer_has_its_answer_is_put_off() {
    let mut bench = Bench::new();
    bench.hear(&request("INVITE", 1, "", OFFER));
    let (sent, _) = bench.command(Command::Ring { leg: LEG });
    let tag = sent[0].to().map(|to| to.tag().to_owned()).unwrap_or_default();
    let (sent, _) = bench.hear(&update(2, &tag, OFFER));
    let told = sent[0].status().map(crate::sip::Status::code);
    assert_eq!((told, sent[0].retry_after().is_some()), (Some(500), true));
    assert_eq!(bench.statuses(&update(3, &tag, "")), [200]);
}

#[test]
fn an_update_while_our_own_offer_is_open_is_pending() {
    let mut bench = Bench::new();
    let tag = bench.connected();
    bench.command(Command::Change { leg: LEG, media: media(CALLEE), late: false });
    assert_eq!(bench.statuses(&update(2, &tag, OFFER)), [491]);
    assert_eq!(bench.statuses(&request("INVITE", 3, &tag, OFFER)), [491]);
    assert_eq!(bench.statuses(&update(4, &tag, "")), [200]);
}

#[test]
fn a_change_that_comes_again_gets_the_same_answer() {
    let mut bench = Bench::new();
    let tag = bench.connected();
    let hold = update(2, &tag, &format!("{OFFER}a=sendonly\n"));
    let bodies: Vec<_> = (0..2).map(|_| bench.hear(&hold).0[0].body().to_vec()).collect();
    assert_eq!(bodies[0], bodies[1]);
}

/// The telephone's answer to a re-INVITE of ours.
fn answered(invite: &Message, status: crate::sip::Status, description: &str) -> Draft {
    let draft = Draft::response(invite, address(CALLEE), status, None);
    let draft = draft.with(Name::Contact, "<sip:phone@198.51.100.7:5066>");
    match description {
        "" => draft,
        text => draft.with_body("application/sdp", text.replace('\n', "\r\n")),
    }
}

#[test]
fn a_reliable_provisional_of_a_change_gets_its_prack_and_may_bring_the_answer() {
    for late in [false, true] {
        let mut bench = Bench::new();
        bench.connected();
        let held = Local { direction: Direction::SendOnly, ..media(CALLEE) };
        let (sent, _) = bench.command(Command::Change { leg: LEG, media: held, late });
        let text = OFFER.replace("4000", "4002");
        let early = answered(&sent[0], crate::sip::Status::SESSION_PROGRESS, &text);
        let early = early.with(Name::Require, "100rel").with(Name::RSeq, 1).encode();
        let (pracks, told) = bench.hear_bytes(&early);
        assert_eq!((pracks[0].rack().map(|rack| rack.rseq), told.len()), (Some(1), 0));
        assert_eq!(!pracks[0].description().is_empty(), late, "an offer is answered in the PRACK");
        assert!(bench.hear_bytes(&early).0.is_empty(), "a copy is not heard");
        let (acks, told) = bench.hear_bytes(&answered(&sent[0], crate::sip::Status::OK, "").encode());
        assert_eq!(told, ["media sendonly"], "late {late}");
        let ack = acks[0].cseq().map(|cseq| (cseq.number, cseq.method));
        assert_eq!(ack, sent[0].cseq().map(|cseq| (cseq.number, crate::sip::Method::ACK)));
        assert!(acks[0].body().is_empty());
    }
}
