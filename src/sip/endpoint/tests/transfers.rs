//! REFER both ways and Replaces (RFC 3515, RFC 3891, RFC 4488). The caller refers the callee to another line of its own.

use super::*;
use crate::sip::{Name, Status};
use crate::time::DurationMs;

/// The caller's second line.
const DESK: LegId = LegId(2);

/// A call whose callee trusts the caller.
fn trusted() -> Net {
    let mut net = Net::connected();
    net.ends[CALLEE].config.trusted = vec![address(CALLER).ip().into()];
    net
}

fn refer(net: &mut Net) {
    let to = Uri::sip(Some("desk"), address(CALLER));
    net.command(CALLER, Command::Refer { leg: LEG, to, instead_of: None });
    net.run(50);
}

/// The callee calls the desk in the place of the caller.
fn transfer(net: &mut Net) {
    let Some(Event::Referred { referral, .. }) = net.events[CALLEE].last() else { panic!("not asked") };
    let dial = Dial::new(LegId(0), referral.to.clone(), address(CALLER), "bank", media(CALLEE));
    net.command(CALLEE, Command::Transfer { leg: LEG, dial: Box::new(dial) });
    net.run(50);
}

fn answer_at_the_desk(net: &mut Net) {
    let rtp = ([192, 0, 2, 1], 41_000).into();
    net.command(CALLER, Command::Answer { leg: DESK, media: Local::new(rtp) });
    net.run(200);
}

fn told_from(net: &Net, end: usize, n: usize) -> Vec<String> {
    net.told(end).into_iter().skip(n).collect()
}

#[test]
fn a_far_end_that_is_referred_goes_on_with_somebody_else() {
    let mut net = trusted();
    refer(&mut net);
    assert_eq!(told_from(&net, CALLEE, 3), ["referred to sip:desk@192.0.2.1:5060"]);
    transfer(&mut net);
    net.command(CALLER, Command::Ring { leg: DESK });
    net.run(100);
    answer_at_the_desk(&mut net);
    assert_eq!(
        told_from(&net, CALLER, 1),
        [
            "refer Taken",
            "refer Progress(Status(100))",
            "incoming",
            "refer Progress(Status(180))",
            "media sendrecv",
            "confirmed",
            "refer Done(Status(200))",
            "ended remote",
        ]
    );
    assert_eq!(told_from(&net, CALLEE, 4), ["media sendrecv"]);
    let leg = net.ends[CALLEE].legs.get(&LEG).and_then(|leg| leg.media.as_ref());
    assert_eq!(leg.map(|media| media.remote.port()), Some(41_000));
    net.command(CALLEE, Command::HangUp { leg: LEG, q850: None });
    net.run(100);
    assert_eq!(net.told(CALLER).last().map(String::as_str), Some("ended remote"));
    net.assert_forgotten();
}

#[test]
fn whoever_hangs_up_after_its_refer_has_left_the_call_to_its_successor() {
    let mut net = trusted();
    refer(&mut net);
    transfer(&mut net);
    net.command(CALLER, Command::HangUp { leg: LEG, q850: None });
    net.run(100);
    assert_eq!(told_from(&net, CALLEE, 4), [] as [&str; 0], "the call goes on");
    answer_at_the_desk(&mut net);
    assert_eq!(told_from(&net, CALLEE, 4), ["media sendrecv"]);
    net.command(CALLER, Command::HangUp { leg: DESK, q850: None });
    net.run(100);
    assert_eq!(told_from(&net, CALLEE, 5), ["ended remote"]);
    net.assert_forgotten();
}

#[test]
fn a_refer_that_was_taken_tells_another_process_how_it_went() {
    let mut net = trusted();
    refer(&mut net);
    // The desk is called when the other process is there.
    net.lose = vec![("INVITE", 1)];
    transfer(&mut net);
    let Some(standing) = net.ends[CALLER].standing(LEG) else { panic!("the leg is not up") };
    assert!(standing.is_referred(), "{:?}", net.told(CALLER));

    net.ends[CALLER] = endpoint(CALLER, 79);
    net.events[CALLER].clear();
    let (leg, flow) = (net.ends[CALLER].new_leg(), Flow::udp(standing.address()));
    let lasts = DurationMs::from_secs(3600);
    let media = Some(Local { rtp: ([192, 0, 2, 1], 41_000).into(), ..media(CALLER) });
    let take_up = TakeUp { leg, standing, flow, lasts, media, credentials: None };
    net.command(CALLER, Command::TakeUp(Box::new(take_up)));
    net.run(1000);
    assert_eq!(net.told(CALLER), ["media sendrecv", "incoming"]);
    net.command(
        CALLER,
        Command::Reject { leg: DESK, status: Status::BUSY_HERE, phrase: None, contact: None },
    );
    net.run(100);
    assert_eq!(net.told(CALLER).last().map(String::as_str), Some("refer Done(Status(486))"));
    assert!(!net.ends[CALLER].standing(leg).is_some_and(|standing| standing.is_referred()), "it is over");
}

#[test]
fn a_successor_that_is_busy_leaves_the_call_as_it_was() {
    let mut net = trusted();
    refer(&mut net);
    transfer(&mut net);
    net.command(
        CALLER,
        Command::Reject { leg: DESK, status: Status::BUSY_HERE, phrase: None, contact: None },
    );
    net.run(100);
    assert_eq!(net.told(CALLER).last().map(String::as_str), Some("refer Done(Status(486))"));
    assert_eq!(told_from(&net, CALLEE, 4), [] as [&str; 0]);
    refer(&mut net);
    assert_eq!(told_from(&net, CALLEE, 4), ["referred to sip:desk@192.0.2.1:5060"]);
    net.command(CALLER, Command::HangUp { leg: LEG, q850: None });
    net.assert_forgotten();
}

#[test]
fn a_call_that_was_left_ends_with_the_failure_of_its_successor() {
    let mut net = trusted();
    refer(&mut net);
    transfer(&mut net);
    net.command(CALLER, Command::HangUp { leg: LEG, q850: None });
    net.run(100);
    net.command(
        CALLER,
        Command::Reject { leg: DESK, status: Status::BUSY_HERE, phrase: None, contact: None },
    );
    net.run(100);
    assert_eq!(told_from(&net, CALLEE, 4), ["ended remote"]);
    net.assert_forgotten();
}

#[test]
fn a_leg_that_is_hung_up_takes_its_successor_along() {
    for left in [false, true] {
        let mut net = trusted();
        refer(&mut net);
        transfer(&mut net);
        if left {
            net.command(CALLER, Command::HangUp { leg: LEG, q850: None });
            net.run(100);
        }
        net.command(CALLEE, Command::HangUp { leg: LEG, q850: None });
        net.run(100);
        assert_eq!(net.told(CALLER).iter().filter(|word| *word == "ended cancelled").count(), 1);
        assert_eq!(told_from(&net, CALLEE, 4), ["ended Local"]);
        net.assert_forgotten();
    }
}

#[test]
fn a_far_end_that_is_not_trusted_refers_nobody() {
    let mut net = Net::connected();
    refer(&mut net);
    assert_eq!(net.told(CALLER).last().map(String::as_str), Some("refer Refused(Status(603))"));
    assert_eq!(net.told(CALLEE).len(), 3);
}

#[test]
fn a_refer_that_the_driver_declines_is_told_so() {
    let mut net = trusted();
    refer(&mut net);
    net.command(CALLEE, Command::Decline { leg: LEG });
    net.run(50);
    assert_eq!(net.told(CALLER).last().map(String::as_str), Some("refer Done(Status(603))"));
    net.command(CALLER, Command::HangUp { leg: LEG, q850: None });
    net.assert_forgotten();
}

#[test]
fn a_refer_that_nobody_answers_is_told_so() {
    let mut net = trusted();
    net.lose.push(("REFER", usize::MAX));
    refer(&mut net);
    net.run(33_000);
    assert_eq!(net.told(CALLER).last().map(String::as_str), Some("refer Silent"));
}

/// The telephone's REFER with further fields.
fn referring(cseq: u32, tag: &str, fields: &str) -> String {
    let refer_to = format!("Max-Forwards: 70\nRefer-To: <sip:desk@192.0.2.1>\n{fields}");
    request("REFER", cseq, tag, "").replace("Max-Forwards: 70\n", &refer_to)
}

fn trusting() -> Bench {
    let mut bench = Bench::new();
    bench.endpoint.config.trusted = vec![Bench::phone().ip().into()];
    bench
}

#[test]
fn a_refer_that_wants_no_notifies_gets_none() {
    let mut bench = trusting();
    let tag = bench.connected();
    let (sent, events) = bench.hear(&referring(2, &tag, "Refer-Sub: false\nSupported: norefersub\n"));
    let said = (sent.len(), sent[0].status(), sent[0].first(Name::ReferSub));
    assert_eq!((said, events.len()), ((1, Some(Status::OK), Some("false")), 1));
    let (sent, _) = bench.command(Command::Decline { leg: LEG });
    assert_eq!(sent.len(), 0);
}

#[test]
fn a_refer_without_a_call_to_make_is_400_and_one_at_a_time() {
    let mut bench = trusting();
    let tag = bench.connected();
    assert_eq!(bench.statuses(&request("REFER", 2, &tag, "")), [400]);
    assert_eq!(bench.statuses(&referring(3, &tag, "Refer-To: <sip:two@192.0.2.1>\n")), [400]);
    assert_eq!(bench.statuses(&referring(4, &tag, "")), [202]);
    assert_eq!(bench.statuses(&referring(5, &tag, "")), [491]);
}

#[test]
fn a_refer_outside_of_a_call_is_forbidden_even_to_those_who_are_trusted() {
    let mut bench = trusting();
    assert_eq!(bench.statuses(&referring(1, "", "")), [403]);
    assert_eq!((bench.endpoint.leg_count(), bench.endpoint.transaction_count()), (0, 0));
}

#[test]
fn a_notify_that_nobody_asked_for_is_481_and_one_about_something_else_489() {
    let mut bench = trusting();
    let tag = bench.connected();
    let about = |cseq, event: &str| {
        request("NOTIFY", cseq, &tag, "")
            .replace("Max-Forwards: 70\n", &format!("Max-Forwards: 70\nEvent: {event}\n"))
    };
    assert_eq!(bench.statuses(&about(2, "refer")), [481]);
    assert_eq!(bench.statuses(&about(3, "presence")), [489]);
}

/// A third call of the caller, with a Replaces that names its first.
fn replacing(net: &mut Net, more: &str) {
    let dialog = net.ends[CALLER].legs.get(&LEG).and_then(|leg| leg.dialog.as_ref());
    let replaces =
        dialog.and_then(crate::sip::dialog::Dialog::for_replacing).map(|replaces| replaces.to_string());
    let leg = net.ends[CALLER].new_leg();
    let media = Local::new(([192, 0, 2, 1], 41_000).into());
    let mut dial = Dial::new(leg, Uri::sip(Some("bank"), address(CALLEE)), address(CALLEE), "desk", media);
    let value = format!("{}{more}", replaces.unwrap_or_default());
    dial.headers = vec![("Replaces".to_owned(), value), ("Require".to_owned(), "replaces".to_owned())];
    net.command(CALLER, Command::Dial(Box::new(dial)));
    net.run(200);
}

#[test]
fn a_call_takes_the_place_of_another_one() {
    let mut net = trusted();
    replacing(&mut net, "");
    assert_eq!(told_from(&net, CALLER, 1), ["answered", "ended remote"]);
    assert_eq!(told_from(&net, CALLEE, 3), ["media sendrecv"]);
    net.command(CALLER, Command::HangUp { leg: DESK, q850: None });
    net.run(100);
    assert_eq!(told_from(&net, CALLEE, 4), ["ended remote"]);
    net.assert_forgotten();
}

#[test]
fn a_call_replaces_nothing_that_it_may_not() {
    let refused = |mut net: Net, more: &str| {
        replacing(&mut net, more);
        net.told(CALLER).last().cloned()
    };
    assert_eq!(refused(Net::connected(), "").as_deref(), Some("rejected 403"));
    assert_eq!(refused(trusted(), ";early-only").as_deref(), Some("rejected 486"));
    assert_eq!(refused(trusted(), "x").as_deref(), Some("rejected 481"));
    assert_eq!(refused(trusted(), ", 1;to-tag=2;from-tag=3").as_deref(), Some("rejected 400"));
}
