use super::*;
use crate::sip::Status;

#[test]
fn a_call_is_answered_and_hung_up_by_the_caller() {
    let mut net = Net::new();
    net.command(CALLER, dial());
    net.run(100);
    net.command(CALLEE, Command::Ring { leg: LEG });
    net.run(1000);
    net.command(CALLEE, Command::Answer { leg: LEG, media: media(CALLEE) });
    net.run(1000);
    net.command(CALLER, Command::HangUp { leg: LEG, q850: Some(16) });
    net.run(1000);

    assert_eq!(net.told(CALLER), ["ringing", "answered", "ended Local"]);
    assert_eq!(net.told(CALLEE), ["incoming", "media sendrecv", "confirmed", "ended remote"]);
    let lines = [
        "     0 > INVITE sip:bank@192.0.2.2:5060 SIP/2.0",
        "   100 < SIP/2.0 180 Ringing",
        "   110 > PRACK sip:192.0.2.2:5060 SIP/2.0",
        "   120 < SIP/2.0 200 OK",
        "  1100 < SIP/2.0 200 OK",
        "  1110 > ACK sip:192.0.2.2:5060 SIP/2.0",
        "  2100 > BYE sip:192.0.2.2:5060 SIP/2.0",
        "  2110 < SIP/2.0 200 OK",
    ];
    assert_eq!(net.trace, lines);
    net.assert_forgotten();
}

#[test]
fn an_invite_that_nothing_has_answered_in_100_ms_gets_its_100() {
    let mut net = Net::new();
    net.command(CALLER, dial());
    net.run(130);
    net.command(CALLEE, Command::Answer { leg: LEG, media: media(CALLEE) });
    net.run(100);
    let lines = [
        "     0 > INVITE sip:bank@192.0.2.2:5060 SIP/2.0",
        "   110 < SIP/2.0 100 Trying",
        "   130 < SIP/2.0 200 OK",
        "   140 > ACK sip:192.0.2.2:5060 SIP/2.0",
    ];
    assert_eq!(net.trace, lines);
}

#[test]
fn both_sides_agree_on_the_media() {
    let net = Net::connected();
    let caller = net.events[CALLER].iter().find_map(|event| match event {
        Event::Answered { media, .. } => Some(media.clone()),
        _ => None,
    });
    let callee = net.events[CALLEE].iter().find_map(|event| match event {
        Event::MediaChanged { media, .. } => Some(media.clone()),
        _ => None,
    });
    let (caller, callee) = (caller.map(|m| (m.remote, m.codec)), callee.map(|m| (m.remote, m.codec)));
    assert_eq!(caller, Some((media(CALLEE).rtp, crate::sip::sdp::Codec::Pcma)));
    assert_eq!(callee, Some((media(CALLER).rtp, crate::sip::sdp::Codec::Pcma)));
}

#[test]
fn the_callee_learns_who_calls_and_no_header_is_smuggled() {
    let net = Net::connected();
    let Some(Event::Incoming(incoming)) = net.events[CALLEE].first() else { panic!("no call") };
    assert_eq!(incoming.from.display.as_deref(), Some("Anna \"A\""));
    assert_eq!((incoming.from.uri.user(), incoming.request_uri.user()), ("anna".into(), "bank".into()));
    assert_eq!(
        (incoming.message.by_name("X-Line"), incoming.message.by_name("Evil")),
        (Some("1  Evil: 2"), None)
    );
}

#[test]
fn the_callee_hangs_up() {
    let mut net = Net::connected();
    net.command(CALLEE, Command::HangUp { leg: LEG, q850: Some(31) });
    net.run(100);
    let Some(Event::Ended { end: End::Remote { reasons }, .. }) = net.events[CALLER].last() else {
        panic!("not ended")
    };
    assert_eq!(reasons.first().and_then(crate::sip::Reason::q850), Some(31));
    net.assert_forgotten();
}

#[test]
fn a_refusal_is_told_with_its_status_and_contact() {
    let mut net = Net::new();
    net.command(CALLER, dial());
    net.run(50);
    let contact = "tel:+15550100".parse().ok();
    net.command(
        CALLEE,
        Command::Reject {
            leg: LEG,
            status: Status::MOVED_TEMPORARILY,
            phrase: Some("Try \"there\"".into()),
            contact,
        },
    );
    net.run(50);
    let Some(Event::Ended { end: End::Rejected(rejection), .. }) = net.events[CALLER].last() else {
        panic!("not ended")
    };
    let contact = rejection.contacts.first().map(|contact| contact.uri.to_string());
    assert_eq!(
        (rejection.status.code(), rejection.phrase.as_str(), contact.as_deref()),
        (302, "Try \"there\"", Some("tel:+15550100"))
    );
    let told = rejection.reasons.first().and_then(|reason| Some((reason.cause?, reason.text.as_deref()?)));
    assert_eq!(told, Some((302, "Try \"there\"")));
    assert_eq!((net.count("ACK"), net.told(CALLEE)), (1, vec!["incoming".into(), "ended Local".into()]));
    net.assert_forgotten();
}

#[test]
fn a_caller_gives_up_while_it_rings() {
    let mut net = Net::new();
    net.command(CALLER, dial());
    net.run(50);
    net.command(CALLEE, Command::Ring { leg: LEG });
    net.run(50);
    net.command(CALLER, Command::HangUp { leg: LEG, q850: None });
    net.run(50);
    assert_eq!(net.told(CALLER), ["ringing", "ended Local"]);
    assert_eq!(net.told(CALLEE), ["incoming", "ended cancelled"]);
    // The PRACK and the CANCEL are answered 200.
    assert_eq!((net.count("SIP/2.0 487"), net.count("ACK"), net.count("SIP/2.0 200")), (1, 1, 2));
    net.assert_forgotten();
}

#[test]
fn a_hang_up_of_an_unanswered_incoming_call_is_a_480() {
    let mut net = Net::new();
    net.command(CALLER, dial());
    net.run(50);
    net.command(CALLEE, Command::HangUp { leg: LEG, q850: Some(34) });
    net.run(50);
    let Some(Event::Ended { end: End::Rejected(rejection), .. }) = net.events[CALLER].last() else {
        panic!("not ended")
    };
    assert_eq!((rejection.status.code(), rejection.q850()), (480, Some(34)));
}

#[test]
fn early_media_is_told_once_and_the_answer_repeats_its_description() {
    let mut net = Net::new();
    net.ends[CALLEE].config.open = true; // A stranger's INVITE is not answered reliably.
    net.command(CALLER, dial());
    net.run(50);
    net.command(CALLEE, Command::Progress { leg: LEG, media: media(CALLEE) });
    net.run(50);
    net.command(CALLEE, Command::Answer { leg: LEG, media: media(CALLEE) });
    net.run(50);
    assert_eq!(net.told(CALLER), ["early media", "answered"]);
    assert_eq!(net.told(CALLEE), ["incoming", "media sendrecv", "confirmed"]);
}

#[test]
fn an_invite_that_nobody_answers_ends_after_32_seconds() {
    let mut net = Net::new();
    net.lose.push(("INVITE", usize::MAX));
    net.command(CALLER, dial());
    net.run(31_999);
    assert!(net.told(CALLER).is_empty());
    net.run(1);
    assert_eq!(net.told(CALLER), ["ended NoResponse"]);
    assert_eq!(net.count("INVITE"), 7);
    net.assert_forgotten();
}

#[test]
fn a_ping_is_answered_or_known_to_be_not() {
    let mut net = Net::new();
    let ping = |ping| Command::Ping {
        ping: PingId(ping),
        target: Uri::sip(None, address(CALLEE)),
        destination: address(CALLEE).into(),
    };
    net.command(CALLER, ping(1));
    net.run(100);
    net.lose.push(("OPTIONS", usize::MAX));
    net.command(CALLER, ping(2));
    net.run(40_000);
    assert_eq!(net.told(CALLER), ["pong 200", "no pong"]);
    net.assert_forgotten();
}

#[test]
fn at_capacity_calls_and_pings_are_told_to_come_later() {
    let mut net = Net::new();
    net.ends[CALLEE].config.max_calls = 0;
    net.command(CALLER, dial());
    net.command(
        CALLER,
        Command::Ping {
            ping: PingId(1),
            target: Uri::sip(None, address(CALLEE)),
            destination: address(CALLEE).into(),
        },
    );
    net.run(100);
    assert_eq!(net.told(CALLER), ["rejected 503", "pong 503"]);
    assert_eq!(net.ends[CALLEE].transaction_count(), 0);
    let Some(Event::Ended { end: End::Rejected(rejection), .. }) = net.events[CALLER].first() else {
        panic!("not ended")
    };
    assert_eq!(rejection.retry_after_s, Some(5));
}

#[test]
fn every_leg_ends_at_its_longest_duration() {
    let mut net = Net::connected();
    net.ends[CALLEE].config.max_call = crate::time::DurationMs(1000);
    net.run(4 * 3600 * 1000);
    assert_eq!(net.told(CALLER).last().map(String::as_str), Some("ended MaxDuration"));
    net.assert_forgotten();
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let bytes = || {
        endpoint(CALLER, 3)
            .command(Millis(0), dial())
            .iter()
            .map(|output| format!("{output:?}"))
            .collect::<Vec<_>>()
    };
    assert_eq!(bytes(), bytes());
}
