//! The words of messages, made out by a service.

use super::*;
use crate::harness::Folder;
use callwright::program::Entry;
use callwright::server::{Config, Service, TranscriptionConfig};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::mpsc;

const VOICEMAIL: &str = r#"
program voicemail { languages en; default { hung_up { outcome abandoned } } }
crm { outcomes resolved }
route main { call -> begin; otherwise -> reject not_found }
flow begin {
    answer
    record message { beep; max 30s; silent, failed -> nothing }
    transcribe message within 10s {
        ready words { note words }
        failed, late { note "no words" }
    }
    outcome resolved
    hangup
}
flow nothing { outcome abandoned; hangup }
"#;

/// A service that answers every recording like this, and tells of each: the head of its request, and its first octets.
fn service(status: &'static str, body: &'static str) -> (String, mpsc::Receiver<(String, Vec<u8>)>) {
    let listener = TcpListener::bind((LOOPBACK, 0)).expect("a port");
    let url = format!("http://{}/words", listener.local_addr().expect("its address"));
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let (mut request, mut buffer) = (Vec::new(), [0; 4096]);
            let end = loop {
                let length = stream.read(&mut buffer).expect("a request");
                request.extend_from_slice(&buffer[..length]);
                if let Some(end) = request.windows(4).position(|four| four == b"\r\n\r\n") {
                    break end + 4;
                }
            };
            let head = String::from_utf8_lossy(&request[..end]).to_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            let length: usize = length.and_then(|length| length.parse().ok()).expect("a length");
            while request.len() < end + length {
                let read = stream.read(&mut buffer).expect("the rest");
                request.extend_from_slice(&buffer[..read]);
            }
            let _ = tell.send((head, request[end..end + 12].to_vec()));
            let size = body.len();
            let answer = format!(
                "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {size}\r\nConnection: close\r\n\r\n{body}"
            );
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    (url, told)
}

/// The notes of a contact whose caller has left a message.
async fn notes(transcription: TranscriptionConfig) -> Vec<String> {
    let voicemail = image(&MemoryFiles::script(VOICEMAIL));
    let change = |config: Config| Config { transcription: Some(transcription), ..config };
    let server = Server::of_with(voicemail, NOWHERE, change).await;
    let (_telephone, person) = Person::calls(&server, "+79656295719").await;
    let mut call = person.expect("answered").call;
    let until = tokio::time::Instant::now() + Duration::from_millis(1500);
    while tokio::time::timeout_at(until, call.next()).await.is_ok() {}
    let voice: Vec<i16> = (0..8000).map(|n| (8000.0 * (f64::from(n) * 0.345_575).sin()) as i16).collect();
    call.speak(&voice);
    let until = tokio::time::Instant::now() + Duration::from_millis(1500);
    while tokio::time::timeout_at(until, call.next()).await.is_ok() {}
    call.press("#").expect("a key");
    let over = async { while !matches!(call.next().await, Moment::Ended(_)) {} };
    tokio::time::timeout(Duration::from_secs(30), over).await.expect("it ends");
    let contacts = server.contacts().await;
    let entries = contacts[0].entries.iter();
    let notes = entries.filter_map(|written| match &written.entry {
        Entry::Note { text } => Some(text.to_string()),
        _ => None,
    });
    notes.collect()
}

#[test]
fn a_message_is_turned_into_words() {
    with_runtime(async {
        let (url, told) = service("200 OK", r#"{"words": " the roof leaks "}"#);
        assert_eq!(notes(TranscriptionConfig { url, token_from: None }).await, ["the roof leaks"]);
        let (head, wav) = told.recv().expect("a request");
        assert!(head.starts_with("post /words") && head.contains("content-language: en"), "{head}");
        assert!(wav.starts_with(b"RIFF") && wav.ends_with(b"WAVE"), "a WAV file");
    });
}

#[test]
fn a_service_that_fails_leaves_the_message_without_words() {
    for (status, body) in [("503 Service Unavailable", ""), ("200 OK", r#"{"words": ""}"#), ("200 OK", "[]")]
    {
        with_runtime(async {
            let (url, _told) = service(status, body);
            assert_eq!(
                notes(TranscriptionConfig { url, token_from: None }).await,
                ["no words"],
                "{status} {body}"
            );
        });
    }
}

#[test]
fn a_service_that_cannot_be_asked_keeps_the_server_from_starting() {
    let voicemail = image(&MemoryFiles::script(VOICEMAIL));
    let checked = |transcription: Option<TranscriptionConfig>| {
        let folder = Folder::new("words");
        let config = Config { transcription, data: folder.path().to_owned(), ..Config::default() };
        Service::check(&config, &voicemail).err().map(|error| error.to_string()).unwrap_or_default()
    };
    assert!(checked(None).contains("main.flow:8: `transcribe` needs `transcription` in the settings"));
    let wrong = TranscriptionConfig { url: "ftp://a".into(), token_from: None };
    assert!(checked(Some(wrong)).contains("`transcription`: `ftp://a` is no http or https address"));
    let keyless = TranscriptionConfig { url: "http://a".into(), token_from: Some("NOT_SET_HERE".into()) };
    assert!(checked(Some(keyless)).contains("`NOT_SET_HERE` is not set"));
}
