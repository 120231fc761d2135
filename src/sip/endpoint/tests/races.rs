use super::*;

#[test]
fn a_cancel_that_crosses_the_answer_ends_in_a_bye() {
    let mut net = Net::new();
    net.command(CALLER, dial());
    net.run(150);
    // Both act in the same millisecond; the datagrams pass each other on the wire.
    net.command(CALLEE, Command::Answer { leg: LEG, media: media(CALLEE) });
    net.command(CALLER, Command::HangUp { leg: LEG, q850: None });
    net.run(1000);
    assert_eq!(net.told(CALLER), ["ended Local"]);
    assert_eq!(net.told(CALLEE), ["incoming", "media sendrecv", "confirmed", "ended remote"]);
    assert_eq!((net.count("CANCEL"), net.count("ACK"), net.count("BYE")), (1, 1, 1));
    net.assert_forgotten();
}

#[test]
fn a_cancel_waits_for_the_first_provisional() {
    let mut net = Net::new();
    net.lose.push(("SIP/2.0 100", 1));
    net.command(CALLER, dial());
    net.run(100);
    net.command(CALLER, Command::HangUp { leg: LEG, q850: None });
    net.run(300);
    assert_eq!(net.count("CANCEL"), 0);
    net.run(300); // The INVITE is repeated at 500 ms and its 100 arrives.
    assert_eq!(net.count("CANCEL"), 1);
    assert_eq!(net.told(CALLEE), ["incoming", "ended cancelled"]);
    net.assert_forgotten();
}

#[test]
fn byes_that_cross_are_both_answered() {
    let mut net = Net::connected();
    net.command(CALLER, Command::HangUp { leg: LEG, q850: None });
    net.command(CALLEE, Command::HangUp { leg: LEG, q850: None });
    net.run(100);
    assert_eq!((net.count("BYE"), net.count("SIP/2.0 481")), (2, 0));
    assert_eq!(net.told(CALLER).last(), net.told(CALLEE).last());
    net.assert_forgotten();
}

#[test]
fn a_lost_ack_is_sent_again_for_the_repeated_answer() {
    let mut net = Net::new();
    net.lose.push(("ACK", 2));
    net.command(CALLER, dial());
    net.run(50);
    net.command(CALLEE, Command::Answer { leg: LEG, media: media(CALLEE) });
    net.run(5000);
    assert_eq!((net.count("SIP/2.0 200"), net.count("ACK")), (3, 3));
    assert_eq!(net.told(CALLEE), ["incoming", "media sendrecv", "confirmed"]);
    assert_eq!(net.told(CALLER), ["answered"]);
}

#[test]
fn a_lost_answer_is_repeated() {
    let mut net = Net::new();
    net.lose.push(("SIP/2.0 200", 3));
    net.command(CALLER, dial());
    net.run(50);
    net.command(CALLEE, Command::Answer { leg: LEG, media: media(CALLEE) });
    net.run(10_000);
    assert_eq!((net.count("SIP/2.0 200"), net.count("ACK")), (4, 1));
}

#[test]
fn an_answer_without_any_ack_is_given_up_with_a_bye_and_leaves_nothing() {
    let mut net = Net::new();
    net.lose.push(("ACK", usize::MAX));
    net.command(CALLER, dial());
    net.run(50);
    net.command(CALLEE, Command::Answer { leg: LEG, media: media(CALLEE) });
    net.run(33_000);
    assert_eq!(net.told(CALLEE), ["incoming", "media sendrecv", "ended NoAck"]);
    assert_eq!(net.count("SIP/2.0 200"), 11 + 1); // The last one answers the BYE.
    assert_eq!(net.told(CALLER), ["answered", "ended remote"]);
    net.assert_forgotten();
}

#[test]
fn a_bye_of_the_callee_waits_for_the_ack() {
    let mut net = Net::new();
    net.lose.push(("ACK", 1));
    net.command(CALLER, dial());
    net.run(50);
    net.command(CALLEE, Command::Answer { leg: LEG, media: media(CALLEE) });
    net.run(100);
    net.command(CALLEE, Command::HangUp { leg: LEG, q850: None });
    net.run(100);
    assert_eq!(net.count("BYE"), 0);
    net.run(1000);
    assert_eq!((net.count("BYE"), net.told(CALLER).last().map(String::as_str)), (1, Some("ended remote")));
    net.assert_forgotten();
}

#[test]
fn an_invite_that_comes_again_after_its_ack_is_no_second_call() {
    let mut bench = Bench::new();
    bench.connected();
    let (sent, events) = bench.hear(&request("INVITE", 1, "", OFFER));
    assert_eq!((sent.len(), events.len(), bench.endpoint.leg_count()), (0, 0, 1));
}

#[test]
fn an_invite_that_comes_again_before_the_answer_gets_the_last_provisional() {
    let mut bench = Bench::new();
    bench.hear(&request("INVITE", 1, "", OFFER));
    assert_eq!(bench.statuses(&request("INVITE", 1, "", OFFER)), [100], "the far end has waited long enough");
    assert_eq!(bench.statuses(&request("INVITE", 1, "", OFFER)), [100]);
    bench.command(Command::Ring { leg: LEG });
    assert_eq!(bench.statuses(&request("INVITE", 1, "", OFFER)), [180]);
}

#[test]
fn a_bye_before_the_answer_ends_the_invite_too() {
    let mut bench = Bench::new();
    bench.hear(&request("INVITE", 1, "", OFFER));
    let (sent, _) = bench.command(Command::Ring { leg: LEG });
    let tag =
        sent.first().and_then(|ringing| ringing.to().ok()).map(|to| to.tag().to_owned()).unwrap_or_default();
    let (sent, events) = bench.hear(&request("BYE", 2, &tag, ""));
    let codes: Vec<_> = sent.iter().filter_map(Message::status).map(crate::sip::Status::code).collect();
    assert_eq!((codes, events), (vec![200, 487], vec!["ended remote".to_owned()]));
}

#[test]
fn a_second_fork_that_answers_is_acknowledged_and_hung_up() {
    let mut net = Net::connected();
    let Some(Event::Incoming(incoming)) = net.events[CALLEE].first() else { panic!("no call") };
    let invite = incoming.message.clone();
    let fork =
        crate::sip::draft::Draft::response(&invite, address(CALLER), crate::sip::Status::OK, Some("other"))
            .with(crate::sip::Name::Contact, "<sip:192.0.2.2>");
    net.send(CALLEE, fork.encode());
    net.run(100);
    assert_eq!((net.count("ACK"), net.count("BYE")), (2, 1));
    assert_eq!(net.told(CALLER), ["answered"]);
}

#[test]
fn a_callee_that_answers_under_ever_new_tags_has_us_send_so_much_and_no_more() {
    let mut net = Net::connected();
    let Some(Event::Incoming(incoming)) = net.events[CALLEE].first() else { panic!("no call") };
    let invite = incoming.message.clone();
    for number in 0..1000 {
        let (ok, tag) = (crate::sip::Status::OK, format!("other{number}"));
        let fork = crate::sip::draft::Draft::response(&invite, address(CALLER), ok, Some(&tag))
            .with(crate::sip::Name::Contact, "<sip:192.0.2.2>");
        net.send(CALLEE, fork.encode());
    }
    net.run(100);
    assert_eq!((net.count("ACK"), net.count("BYE")), (1 + 64, 64));
    assert_eq!(net.told(CALLER), ["answered"]);
    net.command(CALLER, Command::HangUp { leg: LEG, q850: None });
    net.assert_forgotten();
}

#[test]
fn a_cancel_says_why() {
    let mut net = Net::new();
    net.command(CALLER, dial());
    net.run(100);
    net.command(CALLER, Command::HangUp { leg: LEG, q850: Some(16) });
    net.run(100);
    let Some(Event::Ended { end: End::Cancelled { reasons }, .. }) = net.events[CALLEE].last() else {
        panic!("not cancelled")
    };
    assert_eq!(reasons.first().and_then(crate::sip::Reason::q850), Some(16));
}
