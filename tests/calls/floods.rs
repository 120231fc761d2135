//! Floods beside a call: what its caller hears and keys goes on.

use super::*;
use callwright::crm::EndedBy;
use callwright::server::Config;
use std::collections::BTreeMap;
use std::net::UdpSocket;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

/// Somebody on another host of the loopback who sends as fast as it may, for as long as it is let.
struct Flood {
    is_over: Arc<AtomicBool>,
    thread: JoinHandle<(u32, Vec<String>)>,
}

impl Flood {
    fn begin(to: SocketAddr, message: impl Fn(u32, SocketAddr) -> Vec<u8> + Send + 'static) -> Flood {
        let socket = UdpSocket::bind(("127.0.0.2", 0)).expect("another host of the loopback");
        socket.set_nonblocking(true).expect("set");
        let from = socket.local_addr().expect("its address");
        let is_over = Arc::new(AtomicBool::new(false));
        let until = is_over.clone();
        let thread = std::thread::spawn(move || {
            let (mut sent, mut answers, mut buffer) = (0, Vec::new(), [0; 4096]);
            while !until.load(Ordering::Relaxed) {
                for _ in 0..20 {
                    let _ = socket.send_to(&message(sent, from), to);
                    sent += 1;
                    while let Ok(length) = socket.recv(&mut buffer) {
                        answers.push(String::from_utf8_lossy(&buffer[..length]).into_owned());
                    }
                }
                std::thread::sleep(Duration::from_millis(5));
            }
            (sent, answers)
        });
        Flood { is_over, thread }
    }

    /// How much was sent, and what came back.
    fn end(self) -> (u32, Vec<String>) {
        self.is_over.store(true, Ordering::Relaxed);
        self.thread.join().expect("it ran")
    }
}

/// A caller of the bank, who hears its welcome.
async fn calls(server: &Server) -> (Telephone, Person) {
    let (telephone, person) = Person::calls(server, "+79656295719").await;
    let mut person = person.expect("answered");
    person.hears("ru/welcome_back").await;
    (telephone, person)
}

/// The bank with one port for media, and that port.
async fn with_one_port() -> (u16, Server) {
    let port = free_port();
    let of = |config| Config { first_rtp_port: port, last_rtp_port: port + 1, ..config };
    (port, Server::bank_with(NOWHERE, of).await)
}

/// Asks for the balance as far as the PIN.
async fn goes_on(person: &mut Person) {
    person.call.press("1").expect("a key");
    person.hears("ru/enter_account").await;
    person.call.press("4081712345#").expect("keys");
    person.hears("ru/enter_pin").await;
}

#[test]
fn a_flood_of_a_stranger_to_a_port_of_media_takes_nothing_from_the_call_there() {
    with_runtime(async {
        let (port, server) = with_one_port().await;
        let (_telephone, mut person) = calls(&server).await;
        let flood = Flood::begin(SocketAddr::new(LOOPBACK, port), |number, _| {
            let number = number.to_be_bytes();
            let header = [0x80, 8, number[2], number[3], 0, number[2], number[3], 0, 6, 6, 6, 6];
            [&header[..], &[0x2a; 160]].concat()
        });
        goes_on(&mut person).await;
        let (sent, answers) = flood.end();
        assert!(sent > 1000, "{sent}");
        assert_eq!(answers.len(), 0, "the stranger gets no sound");
        person.call.hang_up().await;
    });
}

#[test]
fn a_flood_of_calls_beyond_all_that_there_may_be_takes_nothing_from_the_call_that_lasts() {
    with_runtime(async {
        let server = Server::bank_with(NOWHERE, |config| Config { max_calls: 1, ..config }).await;
        let (_telephone, mut person) = calls(&server).await;
        let flood = Flood::begin(server.address(), |number, from| {
            let text = format!(
                "INVITE sip:{LINE}@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP {from};branch=z9hG4bK-flood-{number};rport\r\n\
                 Max-Forwards: 70\r\nFrom: <sip:x@127.0.0.2>;tag={number}\r\nTo: <sip:{LINE}@127.0.0.1>\r\n\
                 Call-ID: {number}@flood\r\nCSeq: 1 INVITE\r\nContact: <sip:x@{from}>\r\nContent-Length: 0\r\n\r\n"
            );
            text.into_bytes()
        });
        goes_on(&mut person).await;
        let (sent, answers) = flood.end();
        assert!(sent > 1000 && !answers.is_empty(), "{sent} calls, {} answers", answers.len());
        let come_later = |text: &String| text.starts_with("SIP/2.0 503") && text.contains("Retry-After: ");
        let others: Vec<_> = answers.iter().filter(|text| !come_later(text)).take(3).collect();
        assert!(others.is_empty(), "{others:?}");
        person.call.hang_up().await;
        assert_eq!(server.contacts().await.len(), 1, "of the others nothing is kept");
    });
}

#[test]
fn a_call_for_which_no_port_is_left_is_refused_and_its_end_says_why() {
    with_runtime(async {
        let (_, server) = with_one_port().await;
        let (_telephone, mut person) = calls(&server).await;
        let (_other, refused) = Person::calls(&server, "+79656295720").await;
        assert!(matches!(refused, Err(TelephoneError::Refused { status: 503, .. })), "{:?}", refused.err());
        goes_on(&mut person).await;
        person.call.hang_up().await;
        let ends = server.contacts().await.into_iter().filter_map(|contact| contact.ending);
        let mut ends: Vec<(EndedBy, String)> = ends.map(|end| (end.by, end.cause.to_string())).collect();
        ends.sort_by_key(|(_, cause)| cause.clone());
        assert_eq!(ends, [(EndedBy::Caller, "caller".into()), (EndedBy::Fault, "no port for media".into())]);
    });
}

/// An INVITE with an offer.
fn invite(number: u32, from: SocketAddr) -> String {
    let offer = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 8\r\n";
    format!(
        "INVITE sip:{LINE}@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP {from};branch=z9hG4bK-burst-{number};rport\r\n\
         Max-Forwards: 70\r\nFrom: <sip:x@127.0.0.1>;tag={number}\r\nTo: <sip:{LINE}@127.0.0.1>\r\n\
         Call-ID: {number}@burst\r\nCSeq: 1 INVITE\r\nContact: <sip:x@{from}>\r\n\
         Content-Type: application/sdp\r\nContent-Length: {}\r\n\r\n{offer}",
        offer.len()
    )
}

#[test]
fn calls_that_come_all_at_once_are_all_answered() {
    with_runtime(async {
        let trusted = callwright::server::Networks(vec![LOOPBACK.into()]);
        let server = Server::bank_with(NOWHERE, |config| Config { trusted, ..config }).await;
        let socket = tokio::net::UdpSocket::bind((LOOPBACK, 0)).await.expect("a port");
        let from = socket.local_addr().expect("its address");
        let all: BTreeMap<String, String> =
            (0..300).map(|number| (format!("Call-ID: {number}@burst"), invite(number, from))).collect();
        let (mut answers, mut buffer) = (BTreeMap::new(), [0; 4096]);
        let end = tokio::time::Instant::now() + Duration::from_secs(32);
        while answers.len() < all.len() {
            assert!(tokio::time::Instant::now() < end, "only {} are answered", answers.len());
            // What the system's queue had no room for comes again (RFC 3261 §17.1.1.2).
            for (_, invite) in all.iter().filter(|(call, _)| !answers.contains_key(*call)) {
                socket.send_to(invite.as_bytes(), server.address()).await.expect("it is sent");
            }
            while answers.len() < all.len()
                && let Ok(heard) =
                    tokio::time::timeout(Duration::from_millis(500), socket.recv(&mut buffer)).await
            {
                let text = String::from_utf8_lossy(&buffer[..heard.expect("a message")]).into_owned();
                let call = text.lines().find(|line| line.starts_with("Call-ID")).expect("a name").to_owned();
                if !text.starts_with("SIP/2.0 1") {
                    answers.insert(call, text.lines().next().unwrap_or_default().to_owned());
                }
            }
        }
        let others: Vec<_> = answers.values().filter(|line| *line != "SIP/2.0 200 OK").take(3).collect();
        assert!(others.is_empty(), "{others:?}");
    });
}
