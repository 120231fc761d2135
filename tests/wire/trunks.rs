//! Trunks: by registration and by address, how much they carry, what happens when one does not.

use super::{LOOPBACK, NOWHERE, listen_at, own_tls, with_runtime};
use crate::harness::{Folder, LINE, Server, free_port, image, root};
use callwright::engine::Image;
use callwright::server::{Config, Telephone, TelephoneError, TrunksConfig};
use callwright::source::MemoryFiles;
use std::net::{SocketAddr, UdpSocket};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

fn program(flows: &str) -> Arc<Image> {
    let head = "program p { languages en; country RU; default { hung_up { outcome abandoned } } }\n\
        tone operator { 440Hz 20s }\nroute main { call -> start; otherwise -> reject not_found }\n";
    image(&MemoryFiles::script(&format!("{head}{flows}")))
}

/// Takes every call.
fn operator() -> Arc<Image> {
    program("flow start { answer; play operator until hung up }\n")
}

/// Sends every call to one number.
fn forwarder() -> Arc<Image> {
    program(
        "flow start { transfer to +7 843 203-57-00 { busy, no_answer, unavailable, refused, redirected, failed -> reject unavailable } }\n",
    )
}

/// The trunks of a settings file.
fn trunks(yaml: &str) -> TrunksConfig {
    let folder = Folder::new("trunks");
    let file = folder.path().join("settings.yaml");
    std::fs::write(&file, yaml).expect("written");
    Config::read(&file).unwrap_or_else(|error| panic!("{error}")).trunks
}

async fn serving(image: Arc<Image>, change: impl FnOnce(Config) -> Config) -> Server {
    Server::of_with(image, NOWHERE, |config| change(Config { trunk: None, ..config })).await
}

#[test]
fn a_trunk_registers_by_digest_and_takes_us_off_its_list_in_the_end() {
    let (port, folder) = (free_port(), Folder::new("registrar"));
    let secret = folder.path().join("password");
    std::fs::write(&secret, "sesame\n").expect("written");
    let scenario = root().join("tests/sipp/registrar.xml");
    let log = folder.path().join("sipp.log");
    let mut carrier = Command::new("sipp")
        .args(["-sf", scenario.to_str().expect("a path"), "-i", "127.0.0.1", "-p", &port.to_string()])
        .args(["-m", "1", "-nostdin", "-timeout", "30", "-timeout_error"])
        .current_dir(folder.path())
        .stdout(std::fs::File::create(log).expect("a log"))
        .stderr(Stdio::null())
        .spawn()
        .expect("sipp is installed");
    std::thread::sleep(Duration::from_millis(700));
    with_runtime(async {
        let yaml = format!(
            "trunks:\n  carrier:\n    server: 127.0.0.1:{port}\n    domain: carrier.example\n    keep_alive_s: 0\n    register: {{ user: anna, password_file: {}, expires_s: 60 }}\n",
            secret.display()
        );
        let server = serving(operator(), |config| Config { trunks: trunks(&yaml), ..config }).await;
        tokio::time::sleep(Duration::from_millis(1500)).await;
        server.service.drain(Duration::from_secs(1)).await;
    });
    let outcome = carrier.wait().expect("it ends");
    assert!(outcome.success(), "{outcome}");
}

/// What a UDP socket of a stranger gets for one INVITE.
fn stranger(target: SocketAddr) -> Vec<String> {
    let socket = UdpSocket::bind((LOOPBACK, 0)).expect("a socket");
    let own = socket.local_addr().expect("its address");
    let invite = format!(
        "INVITE sip:{LINE}@{target} SIP/2.0\r\nVia: SIP/2.0/UDP {own};branch=z9hG4bK-1;rport\r\nFrom: <sip:a@{own}>;tag=1\r\n\
         To: <sip:{LINE}@{target}>\r\nCall-ID: stranger\r\nCSeq: 1 INVITE\r\nMax-Forwards: 70\r\nContact: <sip:a@{own}>\r\n\
         Content-Length: 0\r\n\r\n"
    );
    socket.send_to(invite.as_bytes(), target).expect("sent");
    socket.set_read_timeout(Some(Duration::from_millis(1500))).expect("set");
    let (mut heard, mut buffer) = (Vec::new(), [0; 4096]);
    while let Ok(length) = socket.recv(&mut buffer) {
        assert!(length < 3 * invite.len(), "no more than three times of what was sent");
        let text = String::from_utf8_lossy(&buffer[..length]).into_owned();
        heard.push(text.lines().next().unwrap_or_default().to_owned());
    }
    heard
}

#[test]
fn whoever_is_no_trunk_gets_one_answer_and_no_call() {
    with_runtime(async {
        let yaml = "trunks: { far: { server: 192.0.2.1, keep_alive_s: 0 } }\n";
        let server = serving(operator(), |config| Config { trunks: trunks(yaml), ..config }).await;
        let target = server.address();
        let heard = tokio::task::spawn_blocking(move || stranger(target)).await.expect("heard");
        assert_eq!(heard, ["SIP/2.0 403 Forbidden"]);
        assert_eq!(server.contacts().await.len(), 0);
    });
}

#[test]
fn a_trunk_has_no_more_calls_than_it_may_in_either_direction() {
    with_runtime(async {
        let yaml = "trunks: { near: { server: 127.0.0.1:9, keep_alive_s: 0, max_calls: 1 } }\n";
        let server = serving(operator(), |config| Config { trunks: trunks(yaml), ..config }).await;
        let telephone = Telephone::plug_in(LOOPBACK).expect("a telephone");
        let first = telephone.call(LINE, server.address(), "+79656295719").await;
        let second = telephone.call(LINE, server.address(), "+79656295719").await.map(drop);
        assert!(matches!(second, Err(TelephoneError::Refused { status: 503, .. })), "{second:?}");
        first.expect("answered").hang_up().await;
        tokio::time::sleep(Duration::from_millis(700)).await;
        let third = telephone.call(LINE, server.address(), "+79656295719").await;
        assert!(third.is_ok(), "there is room again");
    });
}

/// Answers everything with 503.
fn broken_trunk() -> SocketAddr {
    let socket = UdpSocket::bind((LOOPBACK, 0)).expect("a socket");
    let address = socket.local_addr().expect("its address");
    std::thread::spawn(move || {
        let mut buffer = [0; 8192];
        while let Ok((length, from)) = socket.recv_from(&mut buffer) {
            let text = String::from_utf8_lossy(&buffer[..length]).into_owned();
            let copied = ["Via:", "From:", "To:", "Call-ID:", "CSeq:"];
            let fields = text.lines().filter(|line| copied.iter().any(|name| line.starts_with(name)));
            let fields: String = fields.map(|line| format!("{line}\r\n")).collect();
            if !text.starts_with("ACK") {
                let answer = format!("SIP/2.0 503 Service Unavailable\r\n{fields}Content-Length: 0\r\n\r\n");
                let _ = socket.send_to(answer.as_bytes(), from);
            }
        }
    });
    address
}

#[test]
fn a_call_goes_by_the_next_trunk_where_one_is_broken() {
    with_runtime(async {
        let person = Server::of(operator(), NOWHERE).await;
        let yaml = format!(
            "open: true\ntrunks:\n  broken: {{ server: '{}', keep_alive_s: 0 }}\n  good: {{ server: '{}', order: 2, keep_alive_s: 1, numbers: {{ out: [{{ from: '+7', to: '8' }}] }} }}\n",
            broken_trunk(),
            person.address()
        );
        let server =
            serving(forwarder(), |config| Config { trunks: trunks(&yaml), open: Some(true), ..config }).await;
        let telephone = Telephone::plug_in(LOOPBACK).expect("a telephone");
        let call = telephone.call(LINE, server.address(), "+79656295719").await;
        call.expect("answered by the second trunk").hang_up().await;
        let contacts = person.contacts().await;
        assert_eq!(contacts.first().map(|contact| &*contact.beginning.to), Some("88432035700"));
    });
}

#[test]
fn a_trunk_is_called_over_tcp_and_tls() {
    for way in ["tcp", "tls"] {
        with_runtime(async {
            let listener = listen_at(&format!("{way}://127.0.0.1:0"));
            let person = serving(operator(), |config| Config {
                listeners: vec![listener],
                tls: Some(own_tls()),
                open: Some(true),
                ..config
            })
            .await;
            let place = person.service.bound()[1].address();
            let yaml =
                format!("trunks: {{ next: {{ server: '{place}', transport: {way}, keep_alive_s: 0 }} }}\n");
            let server = serving(forwarder(), |config| Config {
                trunks: trunks(&yaml),
                tls: Some(own_tls()),
                open: Some(true),
                ..config
            })
            .await;
            let telephone = Telephone::plug_in(LOOPBACK).expect("a telephone");
            let call = telephone.call(LINE, server.address(), "+79656295719").await;
            call.unwrap_or_else(|error| panic!("{way}: {error}")).hang_up().await;
            assert_eq!(person.contacts().await.len(), 1, "{way}");
        });
    }
}
