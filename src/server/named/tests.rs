//! What is held, for whom, and what comes of it, with a DNS server of our own.

use super::*;
use crate::server::trunks::test_finder;
use std::net::SocketAddr;

fn carrier() -> Flow {
    Flow::udp(SocketAddr::from(([192, 0, 2, 1], 5060)))
}

fn message(method: &str, call: &str, host: &str) -> Vec<u8> {
    let body = match method {
        "INVITE" => format!("v=0\r\nc=IN IP4 {host}\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n"),
        _ => String::new(),
    };
    format!(
        "{method} sip:1000@192.0.2.2 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK-{method}\r\nFrom: <sip:a@b>;tag=1\r\n\
         To: <sip:1000@192.0.2.2>\r\nCall-ID: {call}\r\nCSeq: 1 {method}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// What comes of a message of the carrier that names a host: its `c=` lines.
async fn read_again(host: &str) -> String {
    let (mut names, mut inbox) = Names::new(Some(test_finder()));
    assert!(names.hold(&message("INVITE", "1", host), carrier(), || true));
    let found = inbox.recv().await.expect("it is told in the end");
    let released = names.release(found);
    assert_eq!(released.len(), 1);
    let text = String::from_utf8_lossy(&released[0].0).into_owned();
    text.lines().filter(|line| line.starts_with("c=")).collect()
}

#[tokio::test]
async fn a_name_becomes_the_address_that_it_has() {
    assert_eq!(read_again("media.carrier.example").await, "c=IN IP4 192.0.2.7");
}

#[tokio::test]
async fn a_name_without_an_address_stays_and_is_refused_by_whoever_reads_it() {
    for host in ["nowhere.example", "six.carrier.example", "zero.carrier.example"] {
        assert_eq!(read_again(host).await, format!("c=IN IP4 {host}"));
    }
}

#[tokio::test]
async fn a_name_that_leads_to_a_group_is_no_better_than_the_group() {
    let line = read_again("group.carrier.example").await;
    assert_eq!(line, "c=IN IP4 224.2.1.1");
    let body = format!("v=0\r\n{line}\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n");
    assert_eq!(sdp::Offer::read(body.as_bytes()), Err(sdp::SdpError::Address));
}

#[tokio::test]
async fn strangers_and_those_who_name_addresses_have_nothing_looked_up() {
    let (mut names, _inbox) = Names::new(Some(test_finder()));
    assert!(!names.hold(&message("INVITE", "1", "media.carrier.example"), carrier(), || false));
    assert!(!names.hold(&message("INVITE", "1", "192.0.2.7"), carrier(), || true));
    let (mut deaf, _inbox) = Names::new(None);
    assert!(!deaf.hold(&message("INVITE", "1", "media.carrier.example"), carrier(), || true));
}

#[tokio::test]
async fn what_follows_in_the_same_call_waits_in_its_order_and_copies_are_dropped() {
    let (mut names, mut inbox) = Names::new(Some(test_finder()));
    let invite = message("INVITE", "1", "media.carrier.example");
    let cancel = message("CANCEL", "1", "");
    for bytes in [&invite, &invite, &cancel] {
        assert!(names.hold(bytes, carrier(), || true));
    }
    assert!(!names.hold(&message("INVITE", "2", "192.0.2.7"), carrier(), || true), "another call goes on");
    let found = inbox.recv().await.expect("it is told");
    let released = names.release(found);
    assert_eq!(released.len(), 2);
    assert_eq!(released[1].0, cancel);
    assert!(!names.hold(&cancel, carrier(), || true), "nothing is held any more");
}

#[tokio::test]
async fn no_more_is_held_than_may_be() {
    let (mut names, _inbox) = Names::new(Some(test_finder()));
    let held = |names: &mut Names, call: usize| {
        names.hold(&message("INVITE", &call.to_string(), "media.carrier.example"), carrier(), || true)
    };
    assert!((0..CALLS).all(|call| held(&mut names, call)));
    assert!(!held(&mut names, CALLS), "its name is refused");
    for number in 0..2 * MESSAGES {
        let other = message("INVITE", "0", &format!("host-{number}.example"));
        assert!(names.hold(&other, carrier(), || true));
    }
    assert_eq!(names.held["0"].len(), MESSAGES);
}
