//! How callers of other makes write things: names, addresses, fields, descriptions; and what they are refused for.

use super::*;

/// The telephone's INVITE with one line of its written another way.
fn written(line: &str, otherwise: &str) -> String {
    let invite = request("INVITE", 1, "", OFFER);
    assert!(invite.contains(line), "{line}");
    invite.replace(line, otherwise)
}

/// Whether somebody hears of such a call; else the status that it is refused with.
fn comes(invite: &str) -> Result<(), u16> {
    let (answers, told) = Bench::new().hear(invite);
    match told.first().map(String::as_str) {
        Some("incoming") => Ok(()),
        _ => Err(answers.last().and_then(Message::status).map_or(0, crate::sip::Status::code)),
    }
}

fn offering(lines: &str) -> String {
    format!("v=0\no=- 1 1 IN IP4 198.51.100.7\ns=-\nc=IN IP4 198.51.100.7\nt=0 0\n{lines}")
}

#[test]
fn whoever_calls_may_have_any_name() {
    for name in [
        r#""A \"B\", C" <sip:phone@198.51.100.7>"#,
        r#""" <sip:phone@198.51.100.7>"#,
        r#""x"<sip:phone@198.51.100.7>"#,
        "Müller <sip:phone@198.51.100.7>",
        "😀 Joe (home) <sip:phone@198.51.100.7>",
        "joe@example.com <sip:joe@example.com>",
        r#""Anonymous" <sip:anonymous@anonymous.invalid>"#,
        "<tel:+15551234>",
        "<sip:+1(555)123@198.51.100.7;user=phone>",
        "sip:phone@198.51.100.7",
        "\n\t<sip:phone@198.51.100.7>",
    ] {
        let invite = written("From: <sip:phone@198.51.100.7>", &format!("From: {name}"));
        assert_eq!(comes(&invite), Ok(()), "{name}");
    }
    for broken in ["\"open <sip:a@b>", "Bell, A <sip:a@b>", "<sip:a b@c>", "<sip:a@b"] {
        let invite = written("From: <sip:phone@198.51.100.7>", &format!("From: {broken}"));
        assert_eq!(comes(&invite), Err(400), "{broken}");
    }
}

#[test]
fn a_name_in_another_encoding_is_no_reason_to_refuse_a_call() {
    let invite = written("From: <", "From: \"M@ller\" <").replace('\n', "\r\n");
    let bytes: Vec<u8> = invite.bytes().map(|byte| if byte == b'@' { 0xfc } else { byte }).collect();
    let at = invite.find("M@ller").unwrap_or(0);
    let bytes: Vec<u8> = bytes
        .iter()
        .zip(invite.bytes())
        .enumerate()
        .map(|(i, (odd, plain))| if i == at + 1 { *odd } else { plain })
        .collect();
    assert_eq!(Bench::new().hear_bytes(&bytes).1, ["incoming"]);
}

#[test]
fn a_contact_may_be_bare_several_or_missing() {
    for contact in [
        "Contact: sip:phone@198.51.100.7:5066;transport=udp\n",
        "Contact: <sip:a@198.51.100.7>, <sip:b@198.51.100.7>\n",
        "Contact: <sip:a@198.51.100.7>\nContact: <sip:b@198.51.100.7>\n",
        "Contact: \"A, B\" <sip:a@198.51.100.7;ob>;expires=3600;q=0.5\n",
        "Contact: <sip:[2001:db8::1]:5060;transport=WS>\n",
        "Contact: <tel:+15551234>\n",
        "m: <SIP:phone@host_with_underscore:5060>\n",
        "",
    ] {
        let invite = written("Contact: <sip:phone@198.51.100.7:5066>\n", contact);
        assert_eq!(comes(&invite), Ok(()), "{contact}");
    }
}

#[test]
fn fields_that_are_not_needed_and_vias_of_all_kinds_do_no_harm() {
    for fields in [
        "Route: <sip:192.0.2.2;lr>",
        "Record-Route: <sip:a;lr>,<sip:b;lr>\nRecord-Route: <sip:c;lr>",
        "Content-Disposition: session;handling=required\nMIME-Version: 1.0\nContent-Language: en",
        "Require: timer\nSession-Expires: 1800;refresher=uac",
        "Session-Expires: x;y\nMin-SE: 0\nExpires: soon\nDate: now",
        "Alert-Info: <http://a>\nCall-Info: <http://b>;purpose=icon\nSubject: \nOrganization: Ö\nPriority: urgent",
        "Supported:\nAllow: INVITE,ACK,\n CANCEL\nRecv-Info:\nAllow-Events: refer\nP-Charging-Vector: icid-value=1",
        "Privacy: id;critical\nAccept: application/sdp, application/dtmf-relay\nProxy-Require: foo",
    ] {
        assert_eq!(
            comes(&written("Max-Forwards: 70", &format!("Max-Forwards: 0\n{fields}"))),
            Ok(()),
            "{fields}"
        );
    }
    let via = "Via: SIP/2.0/UDP 198.51.100.7:5066;branch=z9hG4bK-INVITE-1;rport";
    for other in [
        "SIP/2.0/UDP 198.51.100.7:5066",
        "SIP/2.0/UDP 198.51.100.7:5066;branch=of-old",
        "SIP/2.0/UDP a;branch=z9hG4bK1, SIP/2.0/TCP b;branch=z9hG4bK2",
        "SIP/2.0/UDP a;branch=z9hG4bK1;maddr=224.0.0.1;ttl=1;x=\"a,b;c\"",
        "SIP/2.0/UDP [2001:db8::1]:5060;branch=z9hG4bK1;alias;keep",
    ] {
        assert_eq!(comes(&written(via, &format!("Via: {other}"))), Ok(()), "{other}");
    }
}

#[test]
fn what_cannot_be_served_says_why() {
    for (line, otherwise, status) in [
        ("INVITE sip:bank@192.0.2.2", "INVITE http://192.0.2.2", 416),
        ("INVITE sip:bank@192.0.2.2", "INVITE urn:service:sos", 416),
        ("INVITE sip:bank@192.0.2.2", "INVITE sip:ba nk@192.0.2.2", 400),
        ("INVITE sip:bank@192.0.2.2", "DANCE sip:bank@192.0.2.2", 501),
        ("SIP/2.0\nVia", "SIP/3.0\nVia", 505),
        ("CSeq: 1 INVITE\n", "", 400),
        ("CSeq: 1 INVITE", "CSeq: 1 BYE", 400),
        ("CSeq: 1 INVITE", "CSeq: 4294967296 INVITE", 400),
        ("To: <sip:bank@192.0.2.2>", "To: <sip:bank@192.0.2.2>;tag=of-nobody", 481),
        ("Content-Type: application/sdp", "Content-Type: text/plain", 415),
        ("Content-Length: ", "Content-Length: 9", 400),
        ("Max-Forwards: 70", "Max-Forwards: 70\nRequire: precondition", 420),
        ("Max-Forwards: 70", "Max-Forwards: 70\nAccept: text/plain", 406),
        ("Max-Forwards: 70", "Max-Forwards: 70\nContent-Encoding: gzip", 415),
        ("Max-Forwards: 70", "Max-Forwards: 70\nSession-Expires: 60", 422),
        ("c=IN IP4 198.51.100.7", "c=IN IP4 media.example", 488),
        ("RTP/AVP 0 8 96", "UDP/TLS/RTP/SAVPF 0 8 96", 488),
    ] {
        assert_eq!(comes(&written(line, otherwise)), Err(status), "{otherwise}");
    }
}

#[test]
fn what_is_wrong_with_an_offer_is_told_beside_the_status() {
    for (lines, warning) in [
        (
            "m=video 4000 RTP/AVP 31\n",
            "304 callwright \"session description has no audio that may be taken\"",
        ),
        ("m=audio 4000 RTP/AVP 18\n", "305 callwright \"no common codec\""),
        ("m=audio what\n", "399 callwright \"session description is malformed\""),
    ] {
        let (answers, _) = Bench::new().hear(&request("INVITE", 1, "", &offering(lines)));
        assert_eq!(answers.last().and_then(|answer| answer.by_name("Warning")), Some(warning));
    }
}

#[test]
fn lines_of_other_worlds_in_an_offer_are_passed_over() {
    for lines in [
        "m=audio 4000 RTP/AVP 8\na=rtcp-mux\na=rtcp:4010\na=ice-ufrag:x\na=ice-pwd:y\na=candidate:1 1 UDP 1 192.0.2.5 5 typ host\n\
         a=fingerprint:sha-256 AA\na=setup:actpass\na=mid:0\na=extmap:1 urn:x\na=ssrc:1 cname:y\n",
        "m=audio 4000 RTP/AVP 8\na=tcap:1 RTP/SAVP\na=acap:1 crypto:1 x\na=pcfg:1 t=1 a=1\na=creq:med-v0\n",
        "m=audio 4000 RTP/AVP 18 4 8\na=fmtp:18 annexb=no\na=silenceSupp:off - - - -\nb=AS:64\ni=x\nk=clear:x\nz=1\n=\nrubbish\n",
        "m=audio 4000/2 RTP/AVP 8 8 8\na=ptime:20.0\na=maxptime:?\n",
        "m=audio 4000  RTP/AVP  8 \nc=IN  IP4 198.51.100.9 \n",
        "m=message 9 TCP/MSRP *\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\nm=audio 4000 RTP/AVP 8\n",
        "m=video 0 RTP/AVP 100\nm=audio 4000 RTP/AVP 8\n",
    ] {
        assert_eq!(comes(&request("INVITE", 1, "", &offering(lines))), Ok(()), "{lines}");
    }
    for missing in ["o=- 1 1 IN IP4 198.51.100.7\n", "s=-\n", "t=0 0\n"] {
        assert_eq!(comes(&request("INVITE", 1, "", &OFFER.replace(missing, ""))), Ok(()), "{missing}");
    }
}

#[test]
fn packets_of_any_length_and_events_under_any_number_are_agreed_on() {
    for (ptime, number) in [(10, 96), (30, 101), (40, 127)] {
        let lines = format!(
            "m=audio 4000 RTP/AVP 8 {number}\na=rtpmap:{number} Telephone-Event/8000/1\na=ptime:{ptime}\na=maxptime:{ptime}\n"
        );
        let mut bench = Bench::new();
        bench.hear(&request("INVITE", 1, "", &offering(&lines)));
        let (sent, _) = bench.command(Command::Answer { leg: LEG, media: media(CALLEE) });
        let text = sent.first().map(|ok| String::from_utf8_lossy(ok.body()).into_owned()).unwrap_or_default();
        assert!(text.contains(&format!("m=audio 40000 RTP/AVP 8 {number}\r\n")), "{text}");
        assert!(text.contains(&format!("a=rtpmap:{number} telephone-event/8000\r\n")), "{text}");
    }
}

#[test]
fn every_way_to_hold_is_understood_and_resumed() {
    for (lines, held) in [
        ("a=sendonly\n", "media recvonly"),
        ("a=inactive\n", "media inactive"),
        ("a=recvonly\n", "media sendonly"),
        ("c=IN IP4 0.0.0.0\n", "media inactive"),
        ("c=IN IP4 0.0.0.0\na=sendonly\n", "media inactive"),
        ("c=IN IP4 0.0.0.0\na=inactive\n", "media inactive"),
    ] {
        let mut bench = Bench::new();
        let tag = bench.connected();
        let hold =
            offering(&format!("m=audio 4000 RTP/AVP 0 8 96\na=rtpmap:96 telephone-event/8000\n{lines}"));
        assert_eq!(bench.hear(&request("INVITE", 2, &tag, &hold)).1, [held], "{lines}");
        bench.hear(&request("ACK", 2, &tag, ""));
        let asked = bench.hear(&request("INVITE", 3, &tag, ""));
        let ours =
            asked.0.first().map(|ok| String::from_utf8_lossy(ok.body()).into_owned()).unwrap_or_default();
        assert!(ours.contains("a=sendrecv\r\n"), "we never hold: {ours}");
        let resumed = bench.hear(&request("ACK", 3, &tag, OFFER)).1;
        assert_eq!(resumed, ["media sendrecv"], "{lines}");
    }
}

#[test]
fn an_invitation_that_expires_is_over_unless_it_was_answered() {
    let ringing = || {
        let mut bench = Bench::new();
        bench.hear(&written("Max-Forwards: 70", "Max-Forwards: 70\nExpires: 20"));
        bench.command(Command::Ring { leg: LEG });
        bench
    };
    let mut bench = ringing();
    assert!(bench.endpoint.timeout(Millis(20_999)).is_empty());
    let (sent, told) = Bench::sort(bench.endpoint.timeout(Millis(21_000)));
    assert_eq!(
        (sent[0].status().map(crate::sip::Status::code), told),
        (Some(487), vec!["ended cancelled".to_owned()])
    );
    let mut bench = ringing();
    let (sent, _) = bench.command(Command::Answer { leg: LEG, media: media(CALLEE) });
    let tag = sent[0].to().map(|to| to.tag().to_owned()).unwrap_or_default();
    bench.hear(&request("ACK", 1, &tag, ""));
    assert!(bench.endpoint.timeout(Millis(21_000)).is_empty());
    assert_eq!(bench.endpoint.leg_count(), 1);
}

#[test]
fn an_update_behind_a_183_that_nobody_acknowledges_is_answered() {
    let mut bench = Bench::new();
    bench.hear(&request("INVITE", 1, "", OFFER));
    let (sent, _) = bench.command(Command::Progress { leg: LEG, media: media(CALLEE) });
    let tag = sent[0].to().map(|to| to.tag().to_owned()).unwrap_or_default();
    let (answers, told) = bench.hear(&request("UPDATE", 2, &tag, &OFFER.replace("4000", "4002")));
    assert_eq!(
        (answers[0].status(), told),
        (Some(crate::sip::Status::OK), vec!["media sendrecv".to_owned()])
    );
    let (sent, _) = bench.command(Command::Answer { leg: LEG, media: media(CALLEE) });
    assert_eq!((sent[0].status(), sent[0].body()), (Some(crate::sip::Status::OK), answers[0].body()));
}

/// A request of the telephone within its call, with these fields and this body.
fn within(method: &str, tag: &str, fields: &str, body: &str) -> String {
    let length = format!("{fields}\nContent-Length: {}\n\n{body}", body.replace('\n', "\r\n").len());
    request(method, 5, tag, "").replace("Content-Length: 0\n\n", &length)
}

#[test]
fn an_info_of_a_package_is_469_and_one_of_old_is_what_it_says() {
    let statuses = |fields: &str, body: &str| {
        let mut bench = Bench::new();
        let tag = bench.connected();
        let (sent, told) = bench.hear(&within("INFO", &tag, fields, body));
        let packages = sent.first().and_then(|answer| answer.by_name("Recv-Info")).map(str::to_owned);
        let status = sent.first().and_then(Message::status).map_or(0, crate::sip::Status::code);
        (status, packages, told)
    };
    let nothing = Vec::<String>::new();
    let packaged = (469, Some(String::new()), nothing.clone());
    assert_eq!(statuses("Info-Package: floor", ""), packaged);
    assert_eq!(statuses("Info-Package: floor\nContent-Type: application/floor", "x"), packaged);
    assert_eq!(statuses("Content-Type: application/media_control+xml", "<x/>"), (415, None, nothing));
    let key = (200, None, vec!["key 5".to_owned()]);
    assert_eq!(statuses("Content-Type: application/dtmf-relay", "Signal=5\nDuration=100"), key);
    assert_eq!(
        statuses("Info-Package: dtmf\nContent-Type: application/dtmf-relay", "Signal=5\nDuration=100"),
        key
    );
}

#[test]
fn news_that_nobody_asked_for_disturb_no_call() {
    for (method, fields, status) in [
        ("NOTIFY", "Event: keep-alive\nSubscription-State: active", 489),
        ("NOTIFY", "Event: message-summary\nSubscription-State: active", 489),
        ("MESSAGE", "Content-Type: text/plain", 405),
        ("UPDATE", "Content-Type: application/sdp", 400),
        ("INVITE", "Content-Type: application/sdp", 400),
        ("PRACK", "RAck: 1 1 INVITE", 481),
    ] {
        let mut bench = Bench::new();
        let tag = bench.connected();
        let body = if fields.starts_with("Content") { "rubbish" } else { "" };
        assert_eq!(bench.statuses(&within(method, &tag, fields, body)), [status], "{method} {fields}");
        bench.hear(&request("ACK", 5, &tag, ""));
        assert_eq!(bench.statuses(&request("BYE", 6, &tag, "")), [200], "{method}: the call stood");
    }
}
