//! What a far end sends before its answer reaches the caller; the far end is a second server, whose program speaks early.

use super::{LOOPBACK, NOWHERE, Person, with_runtime};
use crate::harness::{LINE, Server, image};
use callwright::engine::Image;
use callwright::source::MemoryFiles;
use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::time::{Duration, Instant};

fn program(flows: &str) -> Arc<Image> {
    let head = "program legs { languages en; country RU; default { hung_up { outcome abandoned } } }\n\
        crm { outcomes resolved }\n tone operator { 440Hz 20s }\ntone music { 1000Hz 20s }\nprompt welcome { en \"Hello! You have reached the bank.\" }\n\
        prompt welcome_back { en \"Good to hear you again.\" }\n\
        route main { call -> start; otherwise -> reject not_found }\n";
    image(&MemoryFiles::script(&format!("{head}{flows}")))
}

/// A far end that says something before it answers, or refuses.
async fn announcing(then: &str) -> Server {
    let flow = format!("flow start {{ early media; say welcome_back; wait 1s; {then} }}\n");
    Server::of(program(&flow), NOWHERE).await
}

const TO: &str = "transfer to +7 843 203-57-00";

/// A caller who is answered before anybody is called.
fn answered(settings: &str) -> Arc<Image> {
    program(&format!(
        "flow start {{ answer; {TO} {{ {settings} busy, no_answer, unavailable, refused, redirected, failed -> taken }} }}\n\
         flow taken {{ say welcome; wait 3s; outcome resolved; hangup }}\n"
    ))
}

/// A caller who is answered when the far end is.
fn unanswered() -> Arc<Image> {
    program(&format!(
        "flow start {{ {TO} {{ busy, no_answer, unavailable, refused, redirected, failed -> reject unavailable }} }}\n"
    ))
}

#[test]
fn an_announcement_before_a_refusal_is_heard_by_the_caller() {
    with_runtime(async {
        let far = announcing("reject busy").await;
        let server = Server::of(answered(""), far.address()).await;
        let (_telephone, caller) = Person::calls(&server, "+79656295719").await;
        let mut caller = caller.expect("answered");
        caller.hears("en/welcome_back").await;
        caller.hears("en/welcome").await;
    });
}

#[test]
fn what_the_flow_plays_while_it_rings_comes_first() {
    with_runtime(async {
        let far = announcing("reject busy").await;
        let server = Server::of(answered("while waiting play music"), far.address()).await;
        let (_telephone, caller) = Person::calls(&server, "+79656295719").await;
        let mut caller = caller.expect("answered");
        caller.hears("en/welcome").await;
    });
}

#[test]
fn whoever_speaks_early_and_answers_is_connected() {
    with_runtime(async {
        let far = announcing("answer; play operator until hung up").await;
        let server = Server::of(unanswered(), far.address()).await;
        let (_telephone, caller) = Person::calls(&server, "+79656295719").await;
        let mut caller = caller.expect("answered");
        let heard = super::loudest_tone(&mut caller.call, Duration::from_secs(5)).await;
        assert!(heard > 0.5, "the caller hears the other side's 440 Hz: {heard}");
        caller.call.hang_up().await;
    });
}

/// The start lines that an INVITE with an offer gets, up to the final one, and how many packets of sound come before it.
fn called(target: SocketAddr) -> (Vec<String>, usize) {
    let [signalling, sound] = [(); 2].map(|()| UdpSocket::bind((LOOPBACK, 0)).expect("a socket"));
    let own = signalling.local_addr().expect("its address");
    let port = sound.local_addr().expect("its address").port();
    let offer = format!(
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {port} RTP/AVP 8\r\n"
    );
    let invite = format!(
        "INVITE sip:{LINE}@{target} SIP/2.0\r\nVia: SIP/2.0/UDP {own};branch=z9hG4bK-1;rport\r\nFrom: <sip:a@{own}>;tag=1\r\n\
         To: <sip:{LINE}@{target}>\r\nCall-ID: early\r\nCSeq: 1 INVITE\r\nMax-Forwards: 70\r\nContact: <sip:a@{own}>\r\n\
         Content-Type: application/sdp\r\nContent-Length: {}\r\n\r\n{offer}",
        offer.len()
    );
    signalling.send_to(invite.as_bytes(), target).expect("sent");
    signalling.set_read_timeout(Some(Duration::from_millis(20))).expect("set");
    sound.set_nonblocking(true).expect("set");
    let (mut lines, mut packets, mut buffer) = (Vec::new(), 0, [0; 4096]);
    let until = Instant::now() + Duration::from_secs(20);
    while Instant::now() < until {
        while sound.recv(&mut buffer).is_ok() {
            packets += 1;
        }
        let Ok(length) = signalling.recv(&mut buffer) else { continue };
        let text = String::from_utf8_lossy(&buffer[..length]).into_owned();
        let line = text.lines().next().unwrap_or_default().to_owned();
        let is_final = !line.starts_with("SIP/2.0 1");
        lines.push(line);
        if is_final {
            break;
        }
    }
    (lines, packets)
}

#[test]
fn a_caller_that_is_not_answered_hears_the_far_end_behind_a_183() {
    with_runtime(async {
        let far = announcing("reject decline").await;
        let server = Server::of(unanswered(), far.address()).await;
        let target = server.address();
        let (lines, packets) = tokio::task::spawn_blocking(move || called(target)).await.expect("called");
        // A 100 goes only where the flow has taken longer than it has to.
        let progress: Vec<_> =
            lines[..lines.len() - 1].iter().filter(|line| !line.contains(" 100 ")).collect();
        assert_eq!(progress, ["SIP/2.0 180 Ringing", "SIP/2.0 183 Session Progress"]);
        assert!(lines.last().is_some_and(|line| line.starts_with("SIP/2.0 480")), "{lines:?}");
        assert!(packets > 50, "{packets} packets are less than a second of sound");
    });
}
