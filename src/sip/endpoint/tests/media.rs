use super::*;
use crate::sip::sdp::Codec;

fn directed(direction: &str) -> String {
    format!("{OFFER}a={direction}\n")
}

#[test]
fn hold_and_resume_by_reinvite_are_answered_and_told() {
    let mut bench = Bench::new();
    let tag = bench.connected();
    let (sent, events) = bench.hear(&request("INVITE", 2, &tag, &directed("sendonly")));
    assert_eq!(events, ["media recvonly"]);
    let body = sent.first().map(|ok| String::from_utf8_lossy(ok.body()).into_owned()).unwrap_or_default();
    assert!(body.contains("a=recvonly\r\n"), "{body}");
    bench.hear(&request("ACK", 2, &tag, ""));
    let (_, events) = bench.hear(&request("INVITE", 3, &tag, OFFER));
    assert_eq!(events, ["media sendrecv"]);
}

#[test]
fn a_refresh_that_changes_nothing_is_answered_in_silence() {
    let mut bench = Bench::new();
    let tag = bench.connected();
    let (sent, events) = bench.hear(&request("INVITE", 2, &tag, OFFER));
    assert_eq!((sent.len(), events.len()), (1, 0));
}

#[test]
fn a_reinvite_before_the_ack_of_the_last_one_is_pending() {
    let mut bench = Bench::new();
    let tag = bench.connected();
    assert_eq!(bench.statuses(&request("INVITE", 2, &tag, OFFER)), [200]);
    assert_eq!(bench.statuses(&request("INVITE", 3, &tag, OFFER)), [491]);
}

#[test]
fn a_reinvite_while_the_first_still_waits_is_put_off() {
    let mut bench = Bench::new();
    bench.hear(&request("INVITE", 1, "", OFFER));
    let (sent, _) = bench.command(Command::Ring { leg: LEG });
    let tag =
        sent.first().and_then(|ringing| ringing.to().ok()).map(|to| to.tag().to_owned()).unwrap_or_default();
    let (sent, _) = bench.hear(&request("INVITE", 2, &tag, OFFER));
    let answer = sent
        .first()
        .map(|answer| (answer.status().map(crate::sip::Status::code), answer.retry_after().is_some()));
    assert_eq!(answer, Some((Some(500), true)));
}

#[test]
fn a_reinvite_that_cannot_be_agreed_leaves_the_call_as_it_is() {
    let mut bench = Bench::new();
    let tag = bench.connected();
    let unknown = OFFER.replace("RTP/AVP 0 8 96", "RTP/AVP 18");
    assert_eq!(bench.statuses(&request("INVITE", 2, &tag, &unknown)), [488]);
    assert_eq!((bench.endpoint.leg_count(), bench.statuses(&request("BYE", 3, &tag, ""))), (1, vec![200]));
}

#[test]
fn an_offer_left_to_us_is_answered_in_the_ack() {
    let mut bench = Bench::new();
    bench.hear(&request("INVITE", 1, "", ""));
    let (sent, events) = bench.command(Command::Answer { leg: LEG, media: media(CALLEE) });
    let Some(ok) = sent.first() else { panic!("no answer") };
    assert!(
        events.is_empty() && String::from_utf8_lossy(ok.body()).contains("m=audio 40000 RTP/AVP 8 0 101")
    );
    let tag = ok.to().map(|to| to.tag().to_owned()).unwrap_or_default();
    let (_, events) = bench.hear(&request("ACK", 1, &tag, OFFER));
    assert_eq!(events, ["confirmed with media"]);
}

#[test]
fn an_ack_that_does_not_answer_our_offer_ends_the_call() {
    let mut bench = Bench::new();
    bench.hear(&request("INVITE", 1, "", ""));
    let (sent, _) = bench.command(Command::Answer { leg: LEG, media: media(CALLEE) });
    let tag = sent.first().and_then(|ok| ok.to().ok()).map(|to| to.tag().to_owned()).unwrap_or_default();
    let (sent, events) = bench.hear(&request("ACK", 1, &tag, ""));
    assert_eq!(sent.first().and_then(Message::method), Some(&crate::sip::Method::BYE));
    assert_eq!(events.len(), 1);
}

#[test]
fn an_offer_without_a_codec_of_ours_rings_nobody() {
    let mut bench = Bench::new();
    let (sent, events) =
        bench.hear(&request("INVITE", 1, "", &OFFER.replace("RTP/AVP 0 8 96", "RTP/AVP 18")));
    assert_eq!(
        (sent.first().and_then(Message::status).map(crate::sip::Status::code), events.len()),
        (Some(488), 0)
    );
    assert_eq!((bench.endpoint.leg_count(), bench.endpoint.transaction_count()), (0, 0));
}

#[test]
fn an_answer_with_codecs_that_the_offer_lacks_is_a_488() {
    let mut bench = Bench::new();
    bench.hear(&request("INVITE", 1, "", &OFFER.replace("RTP/AVP 0 8 96", "RTP/AVP 0")));
    let only_pcma = Local { codecs: vec![Codec::Pcma], ..media(CALLEE) };
    let (sent, events) = bench.command(Command::Answer { leg: LEG, media: only_pcma });
    assert_eq!(sent.first().and_then(Message::status).map(crate::sip::Status::code), Some(488));
    assert_eq!(events, ["ended Media(NoCommonCodec)"]);
}

#[test]
fn keys_by_info_come_once_however_often_they_are_sent() {
    let mut bench = Bench::new();
    let tag = bench.connected();
    let info = request("INFO", 2, &tag, "Signal=5\nDuration=160\n")
        .replace("application/sdp", "application/dtmf-relay");
    let (sent, events) = bench.hear(&info);
    assert_eq!((sent.len(), events), (1, vec!["key 5".to_owned()]));
    let (sent, events) = bench.hear(&info);
    assert_eq!((sent.len(), events.len()), (1, 0));
}

#[test]
fn a_call_that_is_up_is_never_told_that_there_is_no_room() {
    let mut bench = Bench::new();
    let tag = bench.connected();
    bench.endpoint.config.max_calls = 1;
    assert_eq!(bench.statuses(&request("OPTIONS", 2, "", "")), [503]);
    assert_eq!(bench.statuses(&request("OPTIONS", 3, &tag, "")), [200]);
    assert_eq!(bench.statuses(&request("INVITE", 4, &tag, OFFER)), [200]);
}

#[test]
fn an_info_that_is_no_key_is_refused_and_an_empty_one_is_not() {
    let mut bench = Bench::new();
    let tag = bench.connected();
    assert_eq!(bench.statuses(&request("INFO", 2, &tag, "")), [200]);
    assert_eq!(bench.statuses(&request("INFO", 3, &tag, OFFER)), [415]);
    let nonsense =
        request("INFO", 4, &tag, "Signal=hello\n").replace("application/sdp", "application/dtmf-relay");
    assert_eq!(bench.statuses(&nonsense), [400]);
}

#[test]
fn keys_go_by_info_one_after_another() {
    let mut net = Net::connected();
    let before = net.trace.len();
    net.lose = vec![("INFO", 1)];
    net.command(CALLER, Command::Press { leg: LEG, keys: "1#".to_owned() });
    net.run(5000);
    let info = "INFO sip:192.0.2.2:5060 SIP/2.0";
    assert_eq!(
        net.lines_from(before),
        [info, info, "SIP/2.0 200 OK", info, "SIP/2.0 200 OK"].map(|line| {
            let way = if line == info { ">" } else { "<" };
            format!("{way} {line}")
        })
    );
    assert_eq!(net.told(CALLEE)[3..], ["key 1", "key #"]);
    assert_eq!(net.told(CALLER).last().map(String::as_str), Some("keys sent"));
}

#[test]
fn keys_for_nobody_are_over_at_once() {
    let mut net = Net::new();
    net.command(CALLER, dial());
    net.run(100);
    net.command(CALLER, Command::Press { leg: LEG, keys: "1".to_owned() });
    assert_eq!(net.told(CALLER), ["keys sent"]);
}
