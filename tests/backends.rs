//! Backends on a real call: what they are sent, and what they are told when the call is over.

use crate::harness::{Folder, Server, image};
use callwright::server::Telephone;
use callwright::source::MemoryFiles;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const LOOPBACK: std::net::IpAddr = std::net::IpAddr::V4(Ipv4Addr::LOCALHOST);
const NOWHERE: SocketAddr = SocketAddr::new(LOOPBACK, 9);

/// Asks for a PIN, has the backend find its patient, and tells it afterwards.
const CENTRE: &str = r#"
program centre {
    languages en
    default { failed, late, give_up, not_found -> bye; hung_up { outcome abandoned } }
}
crm { outcomes found }
record visit { place: text, day: date? }
backend centre {
    post find(pin: secret, places: list of text, day: date?) -> { visits: list of visit } at "find"
        statuses not_found
    post seen(place: text) at "seen"
}
keep calls: number = 0 per caller
route main { call -> begin; otherwise -> reject not_found }
flow begin {
    answer
    ask secret pin: digits 4 { first_key 9s }
    post centre.find(pin, ["north", "south"], none) {
        ok reply {
            count calls
            for each visit in reply.visits at most 3 { tell centre.seen(visit.place) }
            note "{reply.visits.count} visits, {calls} calls"
        }
    }
    outcome found
    hangup
}
flow bye { outcome abandoned; hangup }
"#;

/// A service that keeps what it is sent, and fails the first time that it is told something.
fn service(requests: Arc<Mutex<Vec<String>>>) -> SocketAddr {
    let listener = TcpListener::bind((LOOPBACK, 0)).expect("a port");
    let address = listener.local_addr().expect("its address");
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            answer(stream, &requests);
        }
    });
    address
}

fn answer(mut stream: std::net::TcpStream, requests: &Mutex<Vec<String>>) {
    let mut text = String::new();
    let mut buffer = [0; 2048];
    // A request of these comes in two pieces at the most: its head, and its body.
    while !text.ends_with('}') {
        match stream.read(&mut buffer) {
            Ok(length) if length > 0 => text.push_str(&String::from_utf8_lossy(&buffer[..length])),
            Ok(_) | Err(_) => break,
        }
    }
    let mut requests = requests.lock().expect("nobody panics here");
    let told = requests.iter().filter(|request| request.contains("POST /seen")).count();
    let (status, body) = match (text.contains("POST /find"), told) {
        (true, _) => ("200 OK", r#"{"visits": [{"place": "north", "day": "2026-11-20"}]}"#),
        (false, 0) => ("500 Internal Server Error", "{}"),
        (false, _) => ("200 OK", "{}"),
    };
    requests.push(text);
    let length = body.len();
    let _ =
        write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}");
}

fn key_of(request: &str) -> &str {
    let line = request.lines().find(|line| line.to_ascii_lowercase().starts_with("idempotency-key:"));
    line.and_then(|line| line.split(' ').nth(1)).unwrap_or("")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backend_gets_the_secret_and_is_told_until_it_has_heard() {
    let requests = Arc::new(Mutex::new(Vec::new()));
    let url = format!("http://{}/", service(requests.clone()));
    let image = image(&MemoryFiles::script(CENTRE));
    let server = Server::with_backend(image, NOWHERE, "centre", &url).await;
    let telephone = Telephone::plug_in(LOOPBACK).expect("a telephone");
    let mut call = telephone.call("100", server.address(), "+79990000000").await.expect("answered");
    tokio::time::sleep(Duration::from_millis(300)).await;
    call.press("4826").expect("keys");
    let until = tokio::time::Instant::now() + Duration::from_secs(20);
    let heard = || requests.lock().expect("nobody panics here").clone();
    while heard().len() < 3 && tokio::time::Instant::now() < until {
        let _ = tokio::time::timeout(Duration::from_millis(100), call.next()).await;
    }
    let heard = heard();
    assert_eq!(heard.len(), 3, "{heard:#?}");
    assert!(heard[0].contains(r#""pin":"4826""#) && heard[0].contains(r#""places":["north","south"]"#));
    assert!(heard[0].contains(r#""day":null"#) && !key_of(&heard[0]).is_empty(), "{}", heard[0]);
    assert!(heard[1].contains(r#"{"place":"north"}"#), "{}", heard[1]);
    assert!(key_of(&heard[1]) == key_of(&heard[2]) && key_of(&heard[1]) != key_of(&heard[0]), "{heard:#?}");
    let said: Vec<String> =
        server.contacts().await[0].entries.iter().map(|written| written.entry.to_string()).collect();
    assert!(said.contains(&"note \"1 visits, 1 calls\"".to_owned()), "{said:#?}");
    assert!(!shows(&server.folder, "4826"), "the secret was written down");
}

/// Sends a code, which needs somebody to carry it.
const CODE: &str = r#"
program code { languages en; default { failed, late, give_up -> bye; hung_up { outcome abandoned } } }
crm { outcomes found }
prompt code_is(code: digits) { en "Your code is {code}." }
route main { call -> begin; otherwise -> reject not_found }
flow begin {
    answer
    identify caller {
        many, none -> bye
        one client {
            authenticate client with code {
                say_code code_is
                ask secret code: digits 6
                verified found { outcome found; hangup }
                refused, locked -> bye
            }
        }
    }
}
flow bye { outcome abandoned; hangup }
"#;

#[test]
fn what_is_not_served_is_refused_at_start_with_its_line() {
    let image = image(&MemoryFiles::script(CODE));
    let problem = callwright::server::Service::check(&callwright::server::Config::default(), &image);
    let problem = problem.err().map(|problem| problem.to_string()).unwrap_or_default();
    assert!(
        problem.contains("main.flow:11: `authenticate … with code` needs `sms` in the settings"),
        "{problem}"
    );
}

/// Whether a text stands in a file of a folder.
fn shows(folder: &Folder, text: &str) -> bool {
    let entries = std::fs::read_dir(folder.path().join("journals")).expect("journals");
    let files = entries.flatten().filter_map(|entry| std::fs::read(entry.path()).ok());
    files.into_iter().any(|bytes| String::from_utf8_lossy(&bytes).contains(&format!("\"{text}\"")))
}

/// Asks twice on the connection that is kept.
const TWICE: &str = r#"
program twice {
    languages en
    default { hung_up { outcome abandoned } }
}
crm { outcomes found, broken }
backend clock { get day(of: digits) -> { day: text } at "day" }
route main { call -> begin; otherwise -> reject not_found }
flow begin {
    answer
    get clock.day("1") { ok first { note first.day } failed, late -> broken }
    get clock.day("2") { ok second { note second.day } failed, late -> broken }
    outcome found
    hangup
}
flow broken { outcome broken; hangup }
"#;

/// A service that breaks its first connection as it is asked for the second time, so often, and answers on the next one; how often it
/// was asked.
fn forgetful(breaks: usize) -> (SocketAddr, Arc<Mutex<usize>>) {
    let listener = TcpListener::bind((LOOPBACK, 0)).expect("a port");
    let address = listener.local_addr().expect("its address");
    let asked = Arc::new(Mutex::new(0));
    let count = asked.clone();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut buffer = [0; 2048];
            while let Ok(1..) = stream.read(&mut buffer) {
                let mut asked = count.lock().expect("nobody panics here");
                *asked += 1;
                if (2..2 + breaks).contains(&*asked) {
                    break;
                }
                let _ = write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{{\"day\": \"soon\"}}");
            }
        }
    });
    (address, asked)
}

#[test]
fn a_question_whose_connection_breaks_is_put_once_more() {
    for (breaks, outcome) in [(1, "found"), (2, "broken")] {
        let work = async {
            let (address, asked) = forgetful(breaks);
            let image = image(&MemoryFiles::script(TWICE));
            let server = Server::with_backend(image, NOWHERE, "clock", &format!("http://{address}/")).await;
            let telephone = Telephone::plug_in(LOOPBACK).expect("a telephone");
            let mut call = telephone.call("100", server.address(), "+79656295719").await.expect("an answer");
            while !matches!(call.next().await, callwright::server::Moment::Ended(_)) {}
            let contacts = server.contacts().await;
            assert_eq!(contacts[0].outcomes().get(&None).map(|outcome| &**outcome), Some(outcome));
            assert_eq!(*asked.lock().expect("nobody panics here"), 3);
        };
        tokio::runtime::Runtime::new().expect("a runtime").block_on(work);
    }
}
