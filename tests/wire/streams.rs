//! Connections: whole calls over TCP and TLS, and far ends that misbehave on a stream.

use super::{bank_at, listen_at, with_runtime};
use crate::harness::{LINE, Server, sipp};
use callwright::server::{Config, Moment, Telephone};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

fn options(number: u32, extra: &str) -> String {
    format!(
        "OPTIONS sip:127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bK-{number};rport\r\n\
         From: <sip:a@127.0.0.1>;tag=1\r\nTo: <sip:127.0.0.1>\r\nCall-ID: {number}@test\r\n\
         CSeq: {number} OPTIONS\r\nMax-Forwards: 70\r\n{extra}\r\n"
    )
}

const EMPTY: &str = "Content-Length: 0\r\n";

/// The address of the first stream listener.
fn stream_of(server: &Server) -> SocketAddr {
    server.service.bound()[1].address()
}

async fn connect(server: &Server) -> TcpStream {
    TcpStream::connect(stream_of(server)).await.expect("a connection")
}

/// What comes within a second or two, or until the far end closes; whether it did.
async fn answers(stream: &mut TcpStream, bytes: usize) -> (String, bool) {
    let (mut heard, mut buffer) = (Vec::new(), [0; 4096]);
    while heard.len() < bytes {
        match tokio::time::timeout(Duration::from_secs(2), stream.read(&mut buffer)).await {
            Ok(Ok(0)) | Ok(Err(_)) => return (String::from_utf8_lossy(&heard).into_owned(), true),
            Ok(Ok(length)) => heard.extend_from_slice(&buffer[..length]),
            Err(_) => break,
        }
    }
    (String::from_utf8_lossy(&heard).into_owned(), false)
}

#[test]
fn a_call_goes_over_tcp_and_the_crm_hears_of_it() {
    with_runtime(async {
        let server = bank_at(&["tcp://127.0.0.1:0"]).await;
        let target = stream_of(&server);
        let outcome = tokio::task::spawn_blocking(move || {
            sipp("call.xml", target, &["-s", LINE, "-d", "500", "-t", "t1"])
        });
        outcome.await.expect("sipp ran").unwrap_or_else(|report| panic!("{report}"));
        assert_eq!(server.contacts().await.len(), 1);
    });
}

#[test]
fn a_message_that_comes_byte_by_byte_is_answered_like_a_whole_one() {
    with_runtime(async {
        let server = bank_at(&["tcp://127.0.0.1:0"]).await;
        let mut stream = connect(&server).await;
        stream.set_nodelay(true).expect("set");
        for byte in options(1, EMPTY).as_bytes() {
            stream.write_all(&[*byte]).await.expect("written");
        }
        let (first, _) = answers(&mut stream, 100).await;
        let both = format!("{}{}", options(1, EMPTY), options(1, EMPTY));
        stream.write_all(both.as_bytes()).await.expect("written");
        let (again, closed) = answers(&mut stream, 2 * first.len()).await;
        assert!(first.starts_with("SIP/2.0 200 OK\r\n"), "{first}");
        assert_eq!((again, closed), (format!("{first}{first}"), false));
    });
}

#[test]
fn a_ping_of_line_breaks_gets_its_pong() {
    with_runtime(async {
        let server = bank_at(&["tcp://127.0.0.1:0"]).await;
        let mut stream = connect(&server).await;
        stream.write_all(b"\r\n\r\n").await.expect("written");
        assert_eq!(answers(&mut stream, 2).await, ("\r\n".to_owned(), false));
    });
}

#[test]
fn a_message_that_hides_in_another_closes_its_connection_alone() {
    with_runtime(async {
        let server = bank_at(&["tcp://127.0.0.1:0"]).await;
        let (mut bad, mut good) = (connect(&server).await, connect(&server).await);
        let hidden = options(2, EMPTY);
        let two_lengths = format!("Content-Length: {}\r\nContent-Length: 0\r\n", hidden.len());
        let smuggled = format!("{}{hidden}", options(1, &two_lengths));
        bad.write_all(smuggled.as_bytes()).await.expect("written");
        assert_eq!(answers(&mut bad, 1).await, (String::new(), true));
        good.write_all(options(3, EMPTY).as_bytes()).await.expect("written");
        assert!(answers(&mut good, 100).await.0.starts_with("SIP/2.0 200"));
    });
}

#[test]
fn what_came_whole_is_answered_whatever_comes_behind_it_and_however_it_was_cut() {
    with_runtime(async {
        let server = bank_at(&["tcp://127.0.0.1:0"]).await;
        let broken = options(2, "");
        for (behind, ends) in [(broken.as_str(), false), ("", true)] {
            for pieces in [1, 2] {
                let mut stream = connect(&server).await;
                stream.set_nodelay(true).expect("set");
                let text = format!("{}{behind}", options(1, EMPTY));
                for piece in text.as_bytes().chunks(text.len().div_ceil(pieces)) {
                    stream.write_all(piece).await.expect("written");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                if ends {
                    stream.shutdown().await.expect("our side is over");
                }
                let (heard, closed) = answers(&mut stream, 10_000).await;
                assert!(heard.starts_with("SIP/2.0 200") && closed, "{pieces} {ends}: {heard}");
                assert_eq!(heard.matches("SIP/2.0 200").count(), 1, "{heard}");
            }
        }
    });
}

#[test]
fn idle_connections_of_one_source_are_counted_and_leave_datagrams_alone() {
    with_runtime(async {
        // A trunk elsewhere: whoever connects from the loopback is nobody whom the settings name.
        let elsewhere = SocketAddr::from(([192, 0, 2, 1], 9));
        let listeners = vec![listen_at("tcp://127.0.0.1:0")];
        let server = Server::bank_with(elsewhere, |config| Config { listeners, ..config }).await;
        let mut idle = Vec::new();
        for _ in 0..80 {
            idle.push(connect(&server).await);
        }
        let mut open = 0;
        for stream in &mut idle {
            let mut byte = [0; 1];
            let read = tokio::time::timeout(Duration::from_millis(20), stream.read(&mut byte)).await;
            open += usize::from(read.is_err());
        }
        assert_eq!(open, 64, "the others were closed at once");
        let target = server.address();
        let outcome = tokio::task::spawn_blocking(move || sipp("options.xml", target, &[])).await;
        outcome.expect("sipp ran").unwrap_or_else(|report| panic!("{report}"));
    });
}

#[test]
fn a_caller_of_ipv6_is_answered_and_hears_us_over_ipv6() {
    let own = std::net::Ipv6Addr::LOCALHOST;
    if std::net::UdpSocket::bind((own, 0)).is_err() {
        return; // This machine has no IPv6.
    }
    with_runtime(async {
        let server = bank_at(&["udp://[::1]:0"]).await;
        let telephone = Telephone::plug_in(own.into()).expect("a telephone");
        let call = telephone.call(LINE, stream_of(&server), "+79656295719").await;
        let mut call = call.unwrap_or_else(|error| panic!("{error}"));
        let listening = async {
            loop {
                match call.next().await {
                    Moment::Sound(sound) if sound.iter().any(|sample| sample.abs() > 1000) => return,
                    Moment::Sound(_) | Moment::Key(_) | Moment::KeysSent => {}
                    Moment::Ended(why) => panic!("{why}"),
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(10), listening).await.expect("something is said");
        call.hang_up().await;
    });
}
