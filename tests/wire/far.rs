//! What is settled with a trunk about media: how keys go to it, and in which codecs.

use super::{LOOPBACK, NOWHERE, with_runtime};
use crate::harness::{LINE, Server, image};
use callwright::engine::Image;
use callwright::server::{Config, Moment, Telephone, TrunksConfig};
use callwright::source::MemoryFiles;
use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::time::Duration;

fn program(flows: &str) -> Arc<Image> {
    let head = "program p { languages en; country RU; default { hung_up { outcome abandoned } } }\n\
        crm { outcomes resolved, mistaken }\nprompt welcome { en \"Hello! You have reached the bank.\" }\ntone operator { 440Hz 20s }\n\
        route main { call -> start; otherwise -> reject not_found }\n";
    image(&MemoryFiles::script(&format!("{head}{flows}")))
}

const FORWARD: &str = "flow start { transfer to +7 843 203-57-00 { busy, no_answer, unavailable, refused, redirected, failed -> reject unavailable } }\n";

fn trunks(yaml: &str) -> TrunksConfig {
    serde_yaml::from_str(yaml).expect("trunks")
}

/// A server with one trunk that anybody may call.
async fn forwarder(trunk: &str) -> Server {
    let trunks = trunks(trunk);
    let change = |config: Config| Config { trunk: None, trunks, open: Some(true), ..config };
    Server::of_with(program(FORWARD), NOWHERE, change).await
}

#[test]
fn keys_go_to_a_trunk_the_way_that_it_takes_them() {
    for dtmf in ["rfc4733", "info", "inband"] {
        with_runtime(async {
            let keypad = program(
                "flow start { answer; menu { say welcome; 5 \"first\" -> second; give_up -> wrong } }\n\
                 flow second { menu { say welcome; 6 \"second\" -> right; give_up -> wrong } }\n\
                 flow right { outcome resolved; hangup }\nflow wrong { outcome mistaken; hangup }\n",
            );
            let keypad = Server::of(keypad, NOWHERE).await;
            let trunk = format!("far: {{ server: '{}', keep_alive_s: 0, dtmf: {dtmf} }}\n", keypad.address());
            let server = forwarder(&trunk).await;
            let telephone = Telephone::plug_in(LOOPBACK).expect("a telephone");
            let mut call = telephone.call(LINE, server.address(), "+79656295719").await.expect("answered");
            call.press("56").expect("keys");
            let over = async { while !matches!(call.next().await, Moment::Ended(_)) {} };
            tokio::time::timeout(Duration::from_secs(20), over).await.expect("it ends");
            let contacts = keypad.contacts().await;
            let outcome = contacts[0].outcomes().get(&None).cloned();
            assert_eq!(outcome.as_deref(), Some("resolved"), "{dtmf}");
        });
    }
}

/// The lines of the description in the next message that has one.
fn described(socket: &UdpSocket) -> Vec<String> {
    socket.set_read_timeout(Some(Duration::from_secs(15))).expect("set");
    let mut buffer = [0; 4096];
    loop {
        let length = socket.recv(&mut buffer).expect("a message");
        let text = String::from_utf8_lossy(&buffer[..length]).into_owned();
        if !text.starts_with("SIP/2.0 100") {
            return text.lines().map(str::to_owned).collect();
        }
    }
}

fn line(lines: &[String], start: &str) -> String {
    lines.iter().find(|line| line.starts_with(start)).cloned().unwrap_or_default()
}

#[test]
fn a_trunk_is_offered_its_own_codecs() {
    let carrier = UdpSocket::bind((LOOPBACK, 0)).expect("a socket");
    let address = carrier.local_addr().expect("its address");
    with_runtime(async {
        let trunk =
            format!("far: {{ server: '{address}', keep_alive_s: 0, codecs: [g722, pcmu], dtmf: inband }}\n");
        let server = forwarder(&trunk).await;
        let telephone = Telephone::plug_in(LOOPBACK).expect("a telephone");
        let target = server.address();
        let calling = async {
            let _ = telephone.call(LINE, target, "+79656295719").await;
        };
        let hearing = tokio::task::spawn_blocking(move || described(&carrier));
        let offer = tokio::select! {
            () = calling => panic!("nobody answers"),
            offer = hearing => offer.expect("an INVITE"),
        };
        assert!(line(&offer, "m=audio").ends_with("RTP/AVP 9 0"), "{offer:?}");
        assert!(!offer.iter().any(|line| line.contains("telephone-event")), "{offer:?}");
    });
}

/// What an offer of A-law, µ-law and events gets.
fn answer(target: SocketAddr, call: &str) -> Vec<String> {
    let socket = UdpSocket::bind((LOOPBACK, 0)).expect("a socket");
    let own = socket.local_addr().expect("its address");
    let offer = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n\
        m=audio 4000 RTP/AVP 8 0 96\r\na=rtpmap:96 telephone-event/8000\r\n";
    let invite = format!(
        "INVITE sip:{LINE}@{target} SIP/2.0\r\nVia: SIP/2.0/UDP {own};branch=z9hG4bK-{call};rport\r\nFrom: <sip:a@{own}>;tag=1\r\n\
         To: <sip:{LINE}@{target}>\r\nCall-ID: {call}\r\nCSeq: 1 INVITE\r\nMax-Forwards: 70\r\nContact: <sip:a@{own}>\r\n\
         Content-Type: application/sdp\r\nContent-Length: {}\r\n\r\n{offer}",
        offer.len()
    );
    socket.send_to(invite.as_bytes(), target).expect("sent");
    described(&socket)
}

#[test]
fn a_trunk_is_answered_in_its_own_codecs() {
    for (settings, status, audio, events) in [
        ("codecs: [pcmu, pcma]", "200 OK", "RTP/AVP 0 96", true),
        ("codecs: [pcmu], dtmf: info", "200 OK", "RTP/AVP 0", false),
        ("dtmf: inband", "200 OK", "RTP/AVP 8", false),
        ("codecs: [g722]", "488 Not Acceptable Here", "", false),
    ] {
        with_runtime(async {
            let trunks = trunks(&format!("near: {{ server: '127.0.0.1:9', keep_alive_s: 0, {settings} }}\n"));
            let change = |config: Config| Config { trunk: None, trunks, ..config };
            let operator = program("flow start { answer; play operator until hung up }\n");
            let server = Server::of_with(operator, NOWHERE, change).await;
            let target = server.address();
            let call = settings.replace(|sign: char| !sign.is_alphanumeric(), "-");
            let heard = tokio::task::spawn_blocking(move || answer(target, &call)).await.expect("heard");
            assert_eq!(heard[0], format!("SIP/2.0 {status}"), "{settings}");
            assert!(line(&heard, "m=audio").ends_with(audio), "{settings}: {heard:?}");
            assert_eq!(heard.iter().any(|line| line.contains("telephone-event")), events, "{settings}");
        });
    }
}
