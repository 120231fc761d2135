//! Session timers between two endpoints (RFC 4028).

use super::*;
use crate::sip::SessionPolicy;
use crate::sip::message::Name;

const SHORT: Option<SessionPolicy> = Some(SessionPolicy { interval_s: 100, min_s: 90 });

/// A call between ends with these policies.
fn connected(caller: Option<SessionPolicy>, callee: Option<SessionPolicy>) -> Net {
    let mut net = Net::new();
    (net.ends[CALLER].config.session, net.ends[CALLEE].config.session) = (caller, callee);
    net.command(CALLER, dial());
    net.run(100);
    net.command(CALLEE, Command::Answer { leg: LEG, media: media(CALLEE) });
    net.run(100);
    net
}

#[test]
fn the_caller_refreshes_by_update_at_half_time_and_the_call_lasts() {
    let mut net = connected(SHORT, SHORT);
    net.run(500_000);
    assert_eq!((net.count("UPDATE"), net.count("INVITE")), (10 - 1, 1));
    assert_eq!((net.told(CALLER), net.told(CALLEE).len()), (vec!["answered".to_owned()], 3));
}

#[test]
fn a_far_end_without_update_is_refreshed_by_reinvite_and_nothing_is_told_of_it() {
    let mut net = connected(SHORT, SHORT);
    net.ends[CALLER].legs.values_mut().for_each(|leg| leg.allows_update = false);
    net.run(120_000);
    assert_eq!((net.count("UPDATE"), net.count("INVITE")), (0, 3));
    assert_eq!((net.told(CALLER), net.told(CALLEE).len()), (vec!["answered".to_owned()], 3));
}

#[test]
fn whoever_waits_for_a_refresh_hangs_up_before_the_time_is_over() {
    let mut net = connected(SHORT, SHORT);
    net.lose.push(("UPDATE", usize::MAX));
    net.run(69_000);
    assert_eq!(net.told(CALLEE).last().map(String::as_str), Some("ended SessionExpired"));
    assert_eq!(net.told(CALLER).last().map(String::as_str), Some("ended remote"));
    net.assert_forgotten();
}

#[test]
fn an_interval_that_is_too_short_is_asked_for_again_with_a_longer_one() {
    let longer = Some(SessionPolicy { interval_s: 600, min_s: 300 });
    let net = connected(SHORT, longer);
    assert_eq!(
        (net.count("SIP/2.0 422"), net.count("INVITE"), net.told(CALLER)),
        (1, 2, vec!["answered".to_owned()])
    );
    let interval =
        net.ends[CALLER].legs.values().find_map(|leg| leg.timer).map(|timer| (timer.interval_s, timer.ours));
    assert_eq!(interval, Some((300, true)));
}

#[test]
fn an_end_without_timers_has_none() {
    for (caller, callee) in [(None, None), (SHORT, None)] {
        let mut net = connected(caller, callee);
        net.run(1_000_000);
        assert_eq!((net.count("UPDATE"), net.told(CALLER)), (0, vec!["answered".to_owned()]));
    }
}

#[test]
fn a_telephone_that_knows_timers_and_asks_for_none_is_refreshed_by_us() {
    let mut bench = Bench::new();
    bench.endpoint.config.session = SHORT;
    let fields = "Max-Forwards: 70\nSupported: timer\nAllow: INVITE, UPDATE\n";
    bench.hear(&request("INVITE", 1, "", OFFER).replace("Max-Forwards: 70\n", fields));
    let (sent, _) = bench.command(Command::Answer { leg: LEG, media: media(CALLEE) });
    assert_eq!(sent[0].first(Name::SessionExpires), Some("100;refresher=uas"));
    let tag = sent[0].to().map(|to| to.tag().to_owned()).unwrap_or_default();
    bench.hear(&request("ACK", 1, &tag, ""));
    assert_eq!(bench.endpoint.next_deadline(), Some(Millis(32_000 + 1000)), "the INVITE is forgotten");
    let _ = bench.endpoint.timeout(Millis(33_000));
    let (sent, _) = Bench::sort(bench.endpoint.timeout(Millis(51_000)));
    let refresh = sent.first().map(|update| (update.method().cloned(), update.first(Name::SessionExpires)));
    assert_eq!(refresh, Some((Some(crate::sip::Method::UPDATE), Some("100;refresher=uac"))));
}

#[test]
fn a_telephone_that_refreshes_keeps_its_call_and_one_that_does_not_loses_it() {
    let mut bench = Bench::new();
    bench.endpoint.config.session = SHORT;
    let timer = "Max-Forwards: 70\nSupported: timer\nSession-Expires: 90;refresher=uac\n";
    bench.hear(&request("INVITE", 1, "", OFFER).replace("Max-Forwards: 70\n", timer));
    let (sent, _) = bench.command(Command::Answer { leg: LEG, media: media(CALLEE) });
    assert!(sent[0].requires("timer"));
    let tag = sent[0].to().map(|to| to.tag().to_owned()).unwrap_or_default();
    bench.hear(&request("ACK", 1, &tag, ""));
    bench.now = Millis(50_000);
    let (sent, _) = bench.hear(&request("UPDATE", 2, &tag, "").replace("Max-Forwards: 70\n", timer));
    assert_eq!(sent[0].first(Name::SessionExpires), Some("90;refresher=uac"));
    let _ = bench.endpoint.timeout(Millis(109_999));
    assert_eq!(bench.endpoint.leg_count(), 1);
    let (sent, events) = Bench::sort(bench.endpoint.timeout(Millis(110_000)));
    assert_eq!(
        (sent[0].method().cloned(), events),
        (Some(crate::sip::Method::BYE), vec!["ended SessionExpired".into()])
    );
}

#[test]
fn a_refresh_that_is_too_frequent_is_422() {
    let mut bench = Bench::new();
    let tag = bench.connected();
    let often = request("UPDATE", 2, &tag, "")
        .replace("Max-Forwards: 70\n", "Max-Forwards: 70\nSession-Expires: 30\n");
    let (sent, _) = bench.hear(&often);
    assert_eq!(sent[0].min_se(), Some(90));
}
