//! What other stacks send in their ordinary days, and what we make of it.

use super::*;

/// The answer to an INVITE with this offer, when it is taken; its status and its description.
fn answered(body: &str) -> (u16, String) {
    let mut bench = Bench::new();
    let (refused, told) = bench.hear(&request("INVITE", 1, "", body));
    if told.is_empty() {
        return (refused.last().and_then(Message::status).map_or(0, crate::sip::Status::code), String::new());
    }
    let (sent, _) = bench.command(Command::Answer { leg: LEG, media: media(CALLEE) });
    let ok = sent.last();
    let status = ok.and_then(Message::status).map_or(0, crate::sip::Status::code);
    (status, ok.map(|ok| String::from_utf8_lossy(ok.body()).into_owned()).unwrap_or_default())
}

fn offer(lines: &str) -> String {
    format!("v=0\no=- 1 1 IN IP4 198.51.100.7\ns=-\nc=IN IP4 198.51.100.7\nt=0 0\n{lines}")
}

/// The `m=` and the direction lines of an answer.
fn agreed(lines: &str) -> Vec<String> {
    let (status, text) = answered(&offer(lines));
    assert_eq!(status, 200, "{lines}");
    let shown = |line: &&str| line.starts_with("m=") || line.ends_with("only") || *line == "a=inactive";
    text.lines().filter(shown).map(str::to_owned).collect()
}

#[test]
fn an_offer_of_everything_is_answered_with_what_we_have() {
    let lines = "m=audio 4000 RTP/AVP 96 97 98 99 3 0 8 9 120 121 122\na=rtcp:4001\na=rtpmap:96 opus/48000/2\na=rtpmap:97 speex/16000\n\
        a=rtpmap:98 speex/8000\na=rtpmap:99 iLBC/8000\na=fmtp:99 mode=30\na=rtpmap:3 GSM/8000\na=rtpmap:120 telephone-event/48000\n\
        a=rtpmap:121 telephone-event/16000\na=rtpmap:122 telephone-event/8000\na=fmtp:122 0-16\na=ssrc:1 cname:x\na=sendrecv\n";
    assert_eq!(agreed(lines), ["m=audio 40000 RTP/AVP 8 122"]);
}

#[test]
fn pictures_and_second_sounds_are_refused_in_their_places() {
    let lines =
        "m=audio 4000 RTP/AVP 8\nm=video 4002 RTP/AVP 31\nm=audio 4004 RTP/AVP 0\nm=image 4006 udptl t38\n";
    assert_eq!(
        agreed(lines),
        ["m=audio 40000 RTP/AVP 8", "m=video 0 RTP/AVP 31", "m=audio 0 RTP/AVP 0", "m=image 0 udptl t38"]
    );
    let lines = "m=audio 0 RTP/AVP 8\nm=audio 4004 RTP/AVP 0\n";
    assert_eq!(agreed(lines), ["m=audio 0 RTP/AVP 8", "m=audio 40000 RTP/AVP 0"]);
}

#[test]
fn a_call_may_begin_on_hold() {
    assert_eq!(agreed("m=audio 4000 RTP/AVP 8\na=sendonly\n"), ["m=audio 40000 RTP/AVP 8", "a=recvonly"]);
    assert_eq!(agreed("m=audio 4000 RTP/AVP 8\na=inactive\n"), ["m=audio 40000 RTP/AVP 8", "a=inactive"]);
    let old =
        answered(&offer("m=audio 4000 RTP/AVP 8\n").replace("c=IN IP4 198.51.100.7", "c=IN IP4 0.0.0.0"));
    assert_eq!(old.0, 200);
}

#[test]
fn what_has_no_sound_for_us_is_488() {
    for lines in [
        "m=audio 4000 RTP/AVP 101\na=rtpmap:101 telephone-event/8000\n",
        "m=audio 4000 RTP/AVP 18\n",
        "m=video 4002 RTP/AVP 31\n",
        "m=image 4006 udptl t38\n",
        "m=audio 0 RTP/AVP 8\n",
    ] {
        assert_eq!(answered(&offer(lines)).0, 488, "{lines}");
    }
}

#[test]
fn fax_in_the_middle_of_a_call_is_488_and_the_call_stands() {
    let mut bench = Bench::new();
    let tag = bench.connected();
    let fax = offer("m=audio 0 RTP/AVP 8\nm=image 4006 udptl t38\n");
    assert_eq!(bench.statuses(&request("INVITE", 2, &tag, &fax)), [488]);
    bench.hear(&request("ACK", 2, &tag, ""));
    assert_eq!(bench.statuses(&request("INVITE", 3, &tag, OFFER)), [200]);
    assert_eq!(bench.endpoint.leg_count(), 1);
}

#[test]
fn options_say_what_we_can_outside_of_a_call_and_within() {
    let mut bench = Bench::new();
    let (outside, _) = bench.hear(&request("OPTIONS", 1, "", ""));
    let tag = bench.connected();
    let (within, told) = bench.hear(&request("OPTIONS", 7, &tag, ""));
    for answer in outside.iter().chain(&within) {
        for field in ["Allow", "Accept", "Supported"] {
            assert!(answer.by_name(field).is_some(), "{field}");
        }
    }
    assert_eq!((outside.len(), within.len(), told), (1, 1, vec![]));
}

#[test]
fn compact_and_folded_fields_make_a_call() {
    let invite = request("INVITE", 1, "", OFFER)
        .replace("\nVia:", "\nv:")
        .replace("\nFrom:", "\nf:")
        .replace("\nTo:", "\nt:")
        .replace("\nCall-ID:", "\ni:")
        .replace("\nContact:", "\nm:\n ")
        .replace("\nContent-Type:", "\nc:")
        .replace("\nContent-Length:", "\nl:")
        .replace("\nMax-Forwards: 70", "\nk: 100rel,\n\ttimer\nSubject:\n\t \nMax-Forwards: 70");
    assert_eq!(Bench::new().hear(&invite).1, ["incoming"]);
}

#[test]
fn messages_and_subscriptions_are_refused_and_disturb_no_call() {
    let mut bench = Bench::new();
    let tag = bench.connected();
    for (cseq, method) in (20..).zip(["MESSAGE", "SUBSCRIBE", "PUBLISH"]) {
        assert_eq!(bench.statuses(&request(method, cseq, "", "")), [405], "{method}");
        assert_eq!(bench.statuses(&request(method, cseq + 10, &tag, "")), [405], "{method} within");
    }
    assert_eq!(bench.statuses(&request("DANCE", 40, &tag, "")), [501]);
    assert_eq!(bench.statuses(&request("BYE", 50, &tag, "")), [200]);
}

#[test]
fn what_a_caller_demands_of_us_in_vain_is_420_but_never_keeps_a_call_alive() {
    let mut bench = Bench::new();
    let demand = |text: String| text.replace("\nMax-Forwards", "\nRequire: tdialog, sec-agree\nMax-Forwards");
    let (refused, told) = bench.hear(&demand(request("INVITE", 1, "", OFFER)));
    let unsupported = refused.first().and_then(|answer| answer.by_name("Unsupported"));
    assert_eq!((unsupported, told), (Some("tdialog, sec-agree"), vec![]));
    bench.hear(&request("INVITE", 2, "", OFFER));
    let cancel = demand(request("CANCEL", 2, "", "")).replace("-CANCEL-2", "-INVITE-2");
    assert_eq!(bench.statuses(&cancel), [200, 487]);
}

#[test]
fn a_cancel_behind_the_answer_changes_nothing() {
    let mut bench = Bench::new();
    let tag = bench.connected();
    let cancel = request("CANCEL", 1, "", "").replace("-CANCEL-1", "-INVITE-1");
    assert_eq!(bench.statuses(&cancel), [200]);
    assert_eq!(bench.statuses(&request("OPTIONS", 7, &tag, "")), [200]);
    assert_eq!(bench.endpoint.leg_count(), 1);
}

#[test]
fn a_refresh_without_a_description_changes_nothing() {
    let mut bench = Bench::new();
    let tag = bench.connected();
    let (answer, told) = bench.hear(&request("UPDATE", 2, &tag, ""));
    assert_eq!(answer.first().and_then(Message::status).map(crate::sip::Status::code), Some(200));
    assert_eq!((answer[0].body().len(), told), (0, vec![]));
}
