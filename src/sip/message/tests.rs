use super::*;
use crate::sip::limits::{MAX_HEADER_BYTES, MAX_HEADERS, MAX_MESSAGE_BYTES};

const START: &str = "OPTIONS sip:a@b SIP/2.0\r\n";

fn read(text: &str, policy: Policy) -> Result<Message, ScanError> {
    scan(text.as_bytes(), policy).map_err(|malformed| malformed.error)
}

fn error(text: &str) -> Option<ScanError> {
    read(text, Policy::Tolerant).err()
}

fn message(headers: &str) -> Message {
    match read(&format!("{START}{headers}\r\n"), Policy::Strict) {
        Ok(message) => message,
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn headers_keep_their_order_and_long_names() {
    let message = message("v: one\r\nX-Odd: 1\r\nt : two\r\nVia:three, four\r\n");
    let headers: Vec<_> = message.headers().collect();
    assert_eq!(headers, [("Via", "one"), ("X-Odd", "1"), ("To", "two"), ("Via", "three, four")]);
    assert_eq!(message.elements(Name::Via).collect::<Vec<_>>(), ["one", "three", "four"]);
    assert_eq!(message.by_name("x-odd"), Some("1"));
}

#[test]
fn folded_lines_are_one_value() {
    assert_eq!(message("Subject: a\r\n  b\r\n\t c\r\n").first(Name::Subject), Some("a b c"));
}

#[test]
fn a_body_is_as_long_as_it_says() {
    let body = |text: &str| read(text, Policy::Strict).map(|message| message.body().to_vec());
    assert_eq!(body(&format!("{START}l: 3\r\n\r\nabcdef")), Ok(b"abc".to_vec()));
    assert_eq!(body(&format!("{START}\r\nabcdef")), Ok(b"abcdef".to_vec()));
    assert_eq!(body(&format!("{START}l: 3\r\nl: 3\r\n\r\nabc")), Ok(b"abc".to_vec()));
}

#[test]
fn lengths_that_lie_are_faults_but_the_head_is_readable() {
    for (length, expected) in [
        ("l: 7\r\n", ScanError::BodyCut),
        ("l: -1\r\n", ScanError::ContentLength),
        ("l: +1\r\n", ScanError::ContentLength),
        ("l: \r\n", ScanError::ContentLength),
        ("l: 99999999999999999999999\r\n", ScanError::ContentLength),
        ("l: 1\r\nl: 2\r\n", ScanError::ContentLength),
    ] {
        let Err(malformed) = scan(format!("{START}{length}\r\nabc").as_bytes(), Policy::Tolerant) else {
            panic!("{length}")
        };
        assert_eq!((malformed.error, malformed.partial.is_some()), (expected, true), "{length}");
    }
}

#[test]
fn limits_hold_at_their_bounds() {
    let many = |count: usize| format!("{START}{}\r\n", "a:b\r\n".repeat(count));
    assert!(read(&many(MAX_HEADERS), Policy::Strict).is_ok());
    assert_eq!(error(&many(MAX_HEADERS + 1)), Some(ScanError::TooManyHeaders));
    let long = |size: usize| format!("{START}a:{}\r\n\r\n", "x".repeat(size - 2));
    assert!(read(&long(MAX_HEADER_BYTES), Policy::Strict).is_ok());
    assert_eq!(error(&long(MAX_HEADER_BYTES + 1)), Some(ScanError::HeaderTooLong));
    assert_eq!(error(&"x".repeat(MAX_MESSAGE_BYTES + 1)), Some(ScanError::TooLarge));
}

#[test]
fn the_policy_decides_on_what_real_telephones_send() {
    for text in [
        "\r\n\r\nOPTIONS sip:a@b SIP/2.0\r\n\r\n",
        "OPTIONS sip:a@b SIP/2.0\n\n",
        "OPTIONS sip:a@b SIP/2.0\r\nSubject: x\r\n",
    ] {
        assert!(read(text, Policy::Tolerant).is_ok(), "{text:?}");
        assert!(read(text, Policy::Strict).is_err(), "{text:?}");
    }
    let latin = b"OPTIONS sip:a@b SIP/2.0\r\nSubject: caf\xe9\r\n\r\n";
    assert_eq!(
        scan(latin, Policy::Tolerant).ok().and_then(|m| m.first(Name::Subject).map(str::to_owned)),
        Some("caf\u{fffd}".into())
    );
    assert!(scan(latin, Policy::Strict).is_err());
}

#[test]
fn nothing_but_space_and_tab_stands_before_a_colon() {
    assert!(error("OPTIONS sip:a@b SIP/2.0\r\nContent-Length\x0b: 5\r\n\r\n") == Some(ScanError::HeaderLine));
    assert_eq!(error("OPTIONS sip:a@b SIP/2.0\r\nno colon\r\n\r\n"), Some(ScanError::HeaderLine));
    assert_eq!(error("OPTIONS sip:a@b SIP/2.0\r\n: x\r\n\r\n"), Some(ScanError::HeaderLine));
}

#[test]
fn a_lone_cr_never_looks_like_a_line_break() {
    let message = message("Subject: a\rVia: forged\r\n");
    assert_eq!((message.first(Name::Subject), message.first(Name::Via)), (Some("a Via: forged"), None));
}

#[test]
fn start_lines_are_requests_or_statuses() {
    let status = |text: &str| {
        read(&format!("{text}\r\n\r\n"), Policy::Tolerant).ok().and_then(|m| m.status()).map(Status::code)
    };
    assert_eq!(status("SIP/2.0 200 OK"), Some(200));
    assert_eq!(status("sip/2.0 100 "), Some(100));
    assert_eq!(status("SIP/2.0 404"), Some(404));
    for text in [
        "SIP/2.0 4294967301 x",
        "SIP/2.0 099 x",
        "SIP/2.0 700 x",
        "SIP/2.0 +20 x",
        "OPTIONS sip:a@b",
        "OP@ sip:a SIP/2.0",
        "a b HTTP/1.1",
    ] {
        assert_eq!(error(&format!("{text}\r\n\r\n")), Some(ScanError::StartLine), "{text}");
    }
}

#[test]
fn views_refuse_what_is_missing_repeated_or_broken() {
    let message =
        message("From: <sip:a@b>\r\nFrom: <sip:c@d>\r\nCSeq: 4294967296 OPTIONS\r\nCall-ID: a b\r\n");
    assert_eq!(message.from(), Err(ViewError::Repeated(Name::From)));
    assert_eq!(message.to(), Err(ViewError::Missing(Name::To)));
    assert_eq!(message.cseq(), Err(ViewError::Malformed(Name::CSeq)));
    assert_eq!(message.call_id(), Err(ViewError::Malformed(Name::CallId)));
}

#[test]
fn views_read_what_carriers_send() {
    let message = message(
        "Contact: \"A, B\" <sip:a@[2001:db8::1]:5070;transport=udp>;+sip.instance=\"<urn:uuid:1>\", <tel:+1555>\r\n\
         P-Asserted-Identity: \"A\" <sip:+1555@c.example>, <tel:+1555>\r\nReason: SIP;cause=600;text=\"x\", Q.850;cause=17\r\n\
         Retry-After: 120 (in a meeting);duration=60\r\nMax-Forwards: 0070\r\nCSeq: 0009\t\tOPTIONS\r\nc: Application/SDP ; charset=x\r\n",
    );
    let contacts: Vec<_> =
        message.contacts().unwrap_or_default().iter().map(|contact| contact.uri.to_string()).collect();
    assert_eq!(contacts, ["sip:a@[2001:db8::1]:5070;transport=udp", "tel:+1555"]);
    assert_eq!(message.asserted_identities().len(), 2);
    assert_eq!(message.reasons().iter().find_map(Reason::q850), Some(17));
    assert_eq!((message.retry_after(), message.max_forwards()), (Some(120), Ok(Some(70))));
    assert_eq!(message.cseq().map(|cseq| cseq.number), Ok(9));
    assert_eq!(message.content_type().as_deref(), Some("application/sdp"));
}

#[test]
fn a_summary_is_one_line_without_secrets() {
    let text = format!(
        "INVITE sip:a@b SIP/2.0\r\nCall-ID: x\x1b[2J\u{202e}y\r\nCSeq: 1 INVITE\r\nAuthorization: Digest secret\r\n\r\nbody {}",
        "z".repeat(9)
    );
    let summary = read(&text, Policy::Tolerant).map(|message| message.summary());
    assert_eq!(summary.as_deref(), Ok("INVITE sip:a@b call-id=x\\u{1b}[2J\\u{202e}y cseq=1 INVITE"));
}

#[test]
fn every_prefix_of_a_message_is_read_without_harm() {
    let text = format!(
        "{START}Via: SIP/2.0/UDP h;branch=z9hG4bK1\r\nSubject: \u{e9}\r\n \u{20ac}\r\nl: 4\r\n\r\nbody"
    );
    for end in 0..text.len() {
        let _ = scan(&text.as_bytes()[..end], Policy::Tolerant);
        let _ = scan(&text.as_bytes()[..end], Policy::Strict);
    }
}
