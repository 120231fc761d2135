//! A running server as those see it who look after it: health, metrics, another program, the end.

use crate::calls::{LOOPBACK, NOWHERE, Person, sipp_call, with_runtime};
use crate::harness::{Folder, LINE, Server, bank, image, root, run};
use crate::wire::own_tls;
use callwright::cli::disk::DiskFiles;
use callwright::crm::EndedBy;
use callwright::server::{AdminConfig, Config, Moment, Telephone};
use page::{Series, parse};
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

mod capture;
mod page;

/// The bank with a listener for whoever looks after it.
async fn bank_that_tells() -> (Server, String) {
    let server = Server::bank_with(NOWHERE, telling).await;
    let url = format!("http://{}", server.service.admin().expect("it listens"));
    (server, url)
}

fn telling(config: Config) -> Config {
    let listen = SocketAddr::from(([127, 0, 0, 1], 0));
    Config { admin: Some(AdminConfig { listen, token_from: None }), tls: Some(own_tls()), ..config }
}

async fn get(url: &str) -> (u16, String) {
    said(client().get(url)).await
}

async fn post(url: &str) -> (u16, String) {
    said(client().post(url)).await
}

/// A client, also where no server has been started in this process.
fn client() -> reqwest::Client {
    // A second call finds the provider installed already: that is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}

async fn said(request: reqwest::RequestBuilder) -> (u16, String) {
    let response = request.send().await.expect("an answer");
    (response.status().as_u16(), response.text().await.expect("text"))
}

async fn metrics(url: &str) -> Vec<Series> {
    let (status, page) = get(&format!("{url}/metrics")).await;
    assert_eq!(status, 200, "{page}");
    parse(&page).unwrap_or_else(|problem| panic!("{problem}\n{page}"))
}

/// The value of the one series of this name and these labels.
fn value(series: &[Series], name: &str, labels: &[(&str, &str)]) -> f64 {
    let has = |one: &Series, (name, value): &(&str, &str)| {
        one.labels.iter().any(|(known, is)| known == name && is == value)
    };
    let found = series.iter().find(|one| one.name == name && labels.iter().all(|label| has(one, label)));
    found.map_or(f64::NAN, |one| one.value)
}

#[test]
fn a_call_is_counted_and_every_line_is_one_that_prometheus_reads() {
    with_runtime(async {
        let (server, url) = bank_that_tells().await;
        assert_eq!(get(&format!("{url}/health")).await, (200, "ok\n".to_owned()));
        assert_eq!(get(&format!("{url}/ready")).await, (200, "ready\n".to_owned()));

        sipp_call("call.xml", server.address(), &["-s", LINE, "-d", "2000"]).await;
        server.contacts().await;
        let series = metrics(&url).await;

        let by_caller = [("trunk", ""), ("direction", "in"), ("ended_by", "caller")];
        assert_eq!(value(&series, "callwright_calls_total", &by_caller), 1.0);
        assert_eq!(value(&series, "callwright_calls_active", &[("direction", "in")]), 0.0);
        let abandoned = [("outcome", "abandoned")];
        assert_eq!(value(&series, "callwright_outcomes_total", &abandoned), 1.0);
        assert_eq!(value(&series, "callwright_call_setup_seconds_count", &[]), 1.0);
        assert!(value(&series, "callwright_rtp_packets_sent_total", &[]) > 50.0);
        let invites = [("way", "received"), ("kind", "INVITE")];
        assert_eq!(value(&series, "callwright_sip_messages_total", &invites), 1.0);
        assert_eq!(value(&series, "callwright_outbox_entries", &[("state", "dead")]), 0.0);
        assert!(value(&series, "callwright_journal_bytes", &[]) > 500.0);
        assert!(value(&series, "process_resident_memory_bytes", &[]) > 1e6);
        // As `openssl x509 -enddate` says of tests/wire/server.pem: Oct 29 14:16:12 2126 GMT.
        assert_eq!(value(&series, "callwright_certificate_expires_timestamp_seconds", &[]), 4_948_956_972.0);
        let program = [("program", "bank"), ("program_version", &*bank().version)];
        assert_eq!(value(&series, "callwright_program_info", &program), 1.0);
        let all = format!("{series:?}");
        assert!(!all.contains("79656295719") && !all.contains("sipp"), "nobody's number is a label");
    });
}

#[test]
fn the_manual_names_every_metric_and_no_other() {
    let manual = std::fs::read_to_string(root().join("docs/operating.md")).expect("the manual");
    let rows =
        manual.lines().filter_map(|line| line.strip_prefix("| `")).filter_map(|row| row.split('`').next());
    let is_metric = |name: &&str| name.starts_with("callwright_") || name.starts_with("process_");
    let named: BTreeSet<String> = rows.filter(is_metric).map(str::to_owned).collect();
    let shown = with_runtime(async {
        let (server, url) = bank_that_tells().await;
        let (_, page) = get(&format!("{url}/metrics")).await;
        drop(server);
        let typed = page.lines().filter_map(|line| line.strip_prefix("# TYPE ")).map(str::to_owned);
        typed.filter_map(|line| Some(line.split(' ').next()?.to_owned())).collect::<BTreeSet<_>>()
    });
    let unnamed: Vec<_> = shown.difference(&named).collect();
    assert!(unnamed.is_empty(), "docs/operating.md does not name {unnamed:?}");
    // Only where there is a synthesizer.
    let unshown: Vec<_> =
        named.difference(&shown).filter(|name| *name != "callwright_texts_in_memory").collect();
    assert!(unshown.is_empty(), "the page does not have {unshown:?}");
}

#[test]
fn a_server_whose_only_trunk_has_not_registered_it_is_not_ready_and_says_so() {
    with_runtime(async {
        let folder = Folder::new("password");
        let password = folder.path().join("password");
        std::fs::write(&password, "sesame\n").expect("written");
        let text = format!(
            "trunks: {{ carrier: {{ server: 127.0.0.1:9, register: {{ user: anna, password_file: {} }} }} }}\n",
            password.display()
        );
        let file = folder.path().join("settings.yaml");
        std::fs::write(&file, text).expect("written");
        let read = Config::read(&file).expect("settings");
        let with_trunk = |config| Config { trunks: read.trunks, trunk: None, ..telling(config) };
        let server = Server::bank_with(NOWHERE, with_trunk).await;
        let url = format!("http://{}", server.service.admin().expect("it listens"));

        let (status, why) = get(&format!("{url}/ready")).await;
        assert_eq!((status, &*why), (503, "no trunk can be used: carrier has not registered us\n"));
        assert_eq!(get(&format!("{url}/health")).await.0, 200, "it lives all the same");
        let series = metrics(&url).await;
        assert_eq!(value(&series, "callwright_trunk_registered", &[("trunk", "carrier")]), 0.0);
        assert_eq!(value(&series, "callwright_ready", &[]), 0.0);
    });
}

#[test]
fn with_a_token_only_health_is_for_everybody() {
    with_runtime(async {
        // Some variable that is there and long enough.
        let token_from = Some("PATH".to_owned());
        let token = std::env::var("PATH").expect("it is there");
        let listen = SocketAddr::from(([127, 0, 0, 1], 0));
        let admin = Some(AdminConfig { listen, token_from });
        let server = Server::bank_with(NOWHERE, |config| Config { admin, ..config }).await;
        let url = format!("http://{}", server.service.admin().expect("it listens"));
        let asked = |path: &str| reqwest::Client::new().get(format!("{url}{path}"));

        assert_eq!(said(asked("/health")).await.0, 200);
        assert_eq!(said(asked("/metrics")).await.0, 401);
        assert_eq!(said(asked("/metrics").bearer_auth("wrong")).await.0, 401);
        assert_eq!(said(asked("/metrics").bearer_auth(&token)).await.0, 200);
        assert_eq!(post(&format!("{url}/reload")).await.0, 401);
    });
}

#[test]
fn whoever_connects_and_asks_nothing_keeps_nobody_from_asking() {
    with_runtime(async {
        let (server, url) = bank_that_tells().await;
        let address = server.service.admin().expect("it listens");
        // As many as there may be at a time: they say nothing, or begin and do not end.
        let silent: Vec<TcpStream> = (0..64)
            .map(|number| {
                let mut stream = TcpStream::connect(address).expect("a connection");
                let begun: &[u8] = if number % 2 == 0 { b"" } else { b"GET /health HTTP/1.1\r\nHost: " };
                stream.write_all(begun).expect("it is sent");
                stream
            })
            .collect();
        assert_eq!(get(&format!("{url}/health")).await.0, 200);
        let is_let_go = |mut stream: &TcpStream| {
            stream.set_nonblocking(true).expect("a setting");
            !matches!(stream.read(&mut [0]), Err(error) if error.kind() == ErrorKind::WouldBlock)
        };
        let let_go = silent.iter().filter(|stream| is_let_go(stream)).count();
        assert!((1..64).contains(&let_go), "whoever came first makes room, and no more than that: {let_go}");
    });
}

#[test]
fn while_it_stops_it_is_not_ready_and_new_callers_are_told_when_to_try_again() {
    with_runtime(async {
        let (server, url) = bank_that_tells().await;
        let address = server.address();
        let (_telephone, person) = Person::calls(&server, "+79656295719").await;
        let person = person.expect("answered");
        let Server { service, store: _store, folder: _folder } = server;
        let draining = tokio::spawn(service.drain(Duration::from_secs(20)));
        let stopping = async {
            while get(&format!("{url}/ready")).await.0 != 503 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(5), stopping).await.expect("it stops");

        let refused = tokio::task::spawn_blocking(move || answer_to_invite(address));
        let refused = refused.await.expect("asked");
        assert!(refused.starts_with("SIP/2.0 503 ") && refused.contains("Retry-After: 5"), "{refused}");
        let series = metrics(&url).await;
        assert_eq!(value(&series, "callwright_calls_refused_total", &[("reason", "stopping")]), 1.0);
        assert_eq!(value(&series, "callwright_calls_active", &[("direction", "in")]), 1.0);
        person.call.hang_up().await;
        assert!(draining.await.expect("it ended"), "the call that lasted has ended by itself");
    });
}

/// The final answer to an INVITE.
fn answer_to_invite(address: SocketAddr) -> String {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    socket.set_read_timeout(Some(Duration::from_secs(5))).expect("set");
    let us = socket.local_addr().expect("its address");
    let invite = format!(
        "INVITE sip:{LINE}@{address} SIP/2.0\r\nVia: SIP/2.0/UDP {us};branch=z9hG4bKlate;rport\r\nMax-Forwards: 70\r\n\
         From: <sip:a@{us}>;tag=1\r\nTo: <sip:{LINE}@{address}>\r\nCall-ID: late@{us}\r\nCSeq: 1 INVITE\r\n\
         Contact: <sip:a@{us}>\r\nContent-Length: 0\r\n\r\n"
    );
    socket.send_to(invite.as_bytes(), address).expect("sent");
    let mut buffer = [0; 4096];
    loop {
        let length = socket.recv(&mut buffer).expect("an answer");
        let answer = String::from_utf8_lossy(&buffer[..length]).into_owned();
        if !answer.starts_with("SIP/2.0 100") {
            return answer;
        }
    }
}

/// The program itself, started by its command.
struct Running {
    child: Child,
    url: String,
    sip: SocketAddr,
    folder: Folder,
}

const HOTEL: &str = "program hotel { languages en; default { hung_up { outcome abandoned } } }\n\
    crm { outcomes resolved }\nroute main { call -> desk; otherwise -> reject not_found }\n\
    flow desk { answer; outcome resolved; hangup }\n";

impl Running {
    fn start() -> Running {
        Running::start_with("")
    }

    fn start_with(settings: &str) -> Running {
        let folder = Folder::new("operated");
        std::fs::write(folder.path().join("main.flow"), HOTEL).expect("written");
        let settings =
            format!("listen: 127.0.0.1:0\nadmin: {{ listen: 127.0.0.1:0 }}\ndata: data\n{settings}");
        std::fs::write(folder.path().join("settings.yaml"), settings).expect("written");
        let mut child = Command::new(env!("CARGO_BIN_EXE_callwright"))
            .args(["run", ".", "--config", "settings.yaml"])
            .current_dir(folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let (mut url, mut sip) = (None, None);
        for line in lines.map_while(Result::ok) {
            url = line.strip_prefix("health and metrics at ").map(str::to_owned).or(url);
            if let Some((_, address)) = line.split_once("answers at sip:") {
                sip = address.parse().ok();
                break;
            }
        }
        let sip = sip.expect("it says where it answers");
        Running { child, url: url.expect("it says where it can be asked"), sip, folder }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn another_program_is_taken_over_http_and_one_with_a_mistake_is_not() {
    let server = Running::start();
    let script = server.folder.path().join("main.flow");
    let version = |series: &[Series]| {
        let info = series.iter().find(|one| one.name == "callwright_program_info").expect("it is said");
        info.labels.iter().find(|(name, _)| name == "program_version").expect("a version").1.clone()
    };
    with_runtime(async {
        let reload = format!("{}/reload", server.url);
        let first = version(&metrics(&server.url).await);
        std::fs::write(&script, HOTEL.replace("-> desk", "-> dsk")).expect("written");
        let (status, report) = post(&reload).await;
        assert_eq!(status, 422);
        assert!(report.contains("main.flow:3") && report.contains("did you mean `desk`?"), "{report}");
        assert_eq!(version(&metrics(&server.url).await), first, "nothing has changed");

        std::fs::write(&script, HOTEL.replace("answer;", "answer; wait 1s;")).expect("written");
        let (status, said) = post(&reload).await;
        assert_eq!(status, 200, "{said}");
        let now = version(&metrics(&server.url).await);
        assert_ne!(now, first);
        assert_eq!(said, format!(r#"{{"program":"hotel","version":"{now}"}}"#));

        std::fs::write(
            &script,
            HOTEL.replace("answer;", "answer; transfer to +78432000000 { otherwise -> desk };"),
        )
        .expect("written");
        let (status, report) = post(&reload).await;
        assert_eq!(status, 422, "a server without a trunk would not start with it: {report}");
        let series = metrics(&server.url).await;
        assert_eq!(value(&series, "callwright_reloads_total", &[("result", "refused")]), 2.0);
        assert_eq!(value(&series, "callwright_reloads_total", &[("result", "taken")]), 1.0);
    });
}

#[test]
fn a_recording_that_was_replaced_is_read_with_the_program_that_stayed_the_same() {
    with_runtime(async {
        let folder = Folder::new("replaced");
        let prompts = folder.path().to_owned();
        copy_with(&root().join("prompts"), &prompts);
        let here = prompts.clone();
        let server = Server::bank_with(NOWHERE, |config| Config { prompts: Some(here), ..config }).await;
        server.service.take(bank()).await.expect("nothing has changed");

        let cut = prompts.join("ru/welcome_back.wav");
        std::fs::write(&cut, b"RIFF").expect("half a file");
        let refused = server.service.take(bank()).await.expect_err("it cannot be played").to_string();
        assert!(refused.contains(&*cut.to_string_lossy()), "{refused}");
    });
}

/// One OPTIONS; whether it is answered within ten seconds.
fn pings(from: &UdpSocket, server: SocketAddr, number: u32) {
    let here = from.local_addr().expect("an address");
    let options = format!(
        "OPTIONS sip:{server} SIP/2.0\r\nVia: SIP/2.0/UDP {here};branch=z9hG4bK{number};rport\r\nMax-Forwards: 70\r\n\
         From: <sip:a@{here}>;tag=a\r\nTo: <sip:{server}>\r\nCall-ID: {number}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
    );
    from.send_to(options.as_bytes(), server).expect("sent");
    let answered = from.recv(&mut [0; 4096]);
    assert!(answered.is_ok(), "number {number} is not answered: {answered:?}");
}

#[test]
fn whoever_reads_the_log_and_stops_or_goes_holds_up_no_call() {
    for goes in [false, true] {
        let mut server = Running::start_with("log: { level: debug }\n");
        if goes {
            drop(server.child.stderr.take());
        }
        let telephone = UdpSocket::bind("127.0.0.1:0").expect("a port");
        telephone.set_read_timeout(Some(Duration::from_secs(10))).expect("set");
        // Two lines each: twice of what a pipe holds.
        (0..600).for_each(|number| pings(&telephone, server.sip, number));
        let health = with_runtime(get(&format!("{}/health", server.url)));
        assert_eq!(health, (200, "ok\n".to_owned()), "who reads it goes: {goes}");
    }
}

#[test]
fn a_call_keeps_the_program_that_it_began_with() {
    with_runtime(async {
        let (server, _) = bank_that_tells().await;
        let old = bank().version.clone();
        let (_telephone, person) = Person::calls(&server, "+79656295719").await;
        let mut person = person.expect("answered");
        person.hears("ru/welcome_back").await;
        let folder = Folder::new("changed");
        copy_with(&root().join("flows/bank"), folder.path());
        let changed = image(&DiskFiles::new(folder.path()));
        let new = changed.version.clone();
        assert_ne!(old, new);
        server.service.take(changed).await.expect("it is taken");
        person.call.press("1").expect("a key");
        person.hears("ru/enter_account").await;
        person.call.hang_up().await;
        sipp_call("call.xml", server.address(), &["-s", LINE, "-d", "200"]).await;

        let contacts = server.contacts().await;
        let versions: Vec<_> = contacts.iter().map(|contact| contact.beginning.version.clone()).collect();
        assert_eq!(versions, [new, old], "the latest first");
    });
}

#[test]
fn a_call_is_listed_followed_and_hung_up() {
    with_runtime(async {
        let (server, url) = bank_that_tells().await;
        let (_telephone, person) = Person::calls(&server, "+79656295719").await;
        let mut person = person.expect("answered");
        person.hears("ru/welcome_back").await;

        let listed = callwright_calls(&url, &["--json"]).await;
        let listed: Value = serde_json::from_str(&listed).expect("JSON");
        let call = &listed[0];
        assert_eq!((&call["from"], &call["to"]), (&"\u{2026}5719".into(), &LINE.into()));
        assert_eq!(call["version"], *bank().version);
        let place = call["place"].as_str().expect("a place");
        assert!(place.starts_with("main.flow:"), "{place}");
        let id = call["id"].as_str().expect("an id").to_owned();
        let table = callwright_calls(&url, &[]).await;
        assert!(
            table.contains(&id) && table.contains("main_menu") && !table.contains("79656295719"),
            "{table}"
        );

        let past = callwright_calls(&url, &["show", &id]).await;
        assert!(past.lines().next().is_some_and(|line| line.contains(" > ")), "{past}");
        let (following, address) = (id.clone(), url.clone());
        let following =
            tokio::spawn(async move { callwright_calls(&address, &["show", &following, "--follow"]).await });
        tokio::time::sleep(Duration::from_millis(500)).await;
        person.call.press("1").expect("a key");
        person.hears("ru/enter_account").await;
        person.call.press("4081712345#").expect("keys");
        person.hears("ru/enter_pin").await;
        person.call.press("4711").expect("keys");
        person.hears("ru/words/rub_1").await;
        assert_eq!(callwright_calls(&url, &["hang-up", &id]).await, "");
        while !matches!(person.call.next().await, Moment::Ended(_)) {}
        let followed = following.await.expect("it ends with the call");
        assert!(followed.starts_with(past.lines().next().expect("a line")), "{followed}");
        assert!(followed.contains("hung up (by hand)"), "{followed}");
        assert!(
            followed.contains("\u{2022}\u{2022}\u{2022}\u{2022}") && !followed.contains("4711"),
            "{followed}"
        );

        let contacts = server.contacts().await;
        let ending = contacts[0].ending.as_ref().map(|end| (end.by, end.cause.to_string()));
        assert_eq!(ending, Some((EndedBy::Program, "by hand".to_owned())));
        assert_eq!(get(&format!("{url}/calls")).await.1, "[]");
        assert_eq!(get(&format!("{url}/calls/{id}")).await.0, 404);
    });
}

#[test]
fn the_wires_of_a_call_are_a_file_without_its_secrets() {
    with_runtime(async {
        let telephone = Telephone::plug_in(LOOPBACK).expect("a telephone").with_tones();
        let keys = keys_on_the_wires(telephone, telling, capture::keys_in_the_sound).await;
        assert!(!keys.contains("4711"), "the PIN stands in the sound: {keys}");
    });
}

#[cfg(feature = "opus")]
#[test]
fn the_wires_of_a_call_in_opus_are_a_file_without_its_secrets() {
    use callwright::server::CodecName;
    with_runtime(async {
        let opus = |config: Config| Config { codecs: vec![CodecName::Opus], ..telling(config) };
        let telephone = Telephone::plug_in(LOOPBACK).expect("a telephone");
        let telephone = telephone.with_tones().with_codecs(vec![callwright::sip::sdp::Codec::Opus]);
        let keys = keys_on_the_wires(telephone, opus, capture::keys_in_opus).await;
        assert!(!keys.contains("4711"), "the PIN stands in the sound: {keys}");
    });
}

/// A caller enters a PIN by tones while the call's wires are kept; what keys an ear finds in them.
async fn keys_on_the_wires(
    telephone: Telephone,
    change: impl FnOnce(Config) -> Config,
    ear: impl FnOnce(&[&capture::Packet]) -> String,
) -> String {
    let server = Server::bank_with(NOWHERE, change).await;
    let url = format!("http://{}", server.service.admin().expect("it listens"));
    let (_telephone, person) = Person::calls_with(telephone, &server, "+79656295719").await;
    let mut person = person.expect("answered");
    let listed: Value = serde_json::from_str(&get(&format!("{url}/calls")).await.1).expect("JSON");
    let id = listed[0]["id"].as_str().expect("an id").to_owned();
    let folder = Folder::new("pcap");
    let file = folder.path().join("call.pcapng");
    let (address, out) = (url.clone(), file.to_str().expect("a path").to_owned());
    let writing =
        tokio::spawn(async move { callwright_calls(&address, &["pcap", &id, "--out", &out]).await });
    person.hears("ru/welcome_back").await;
    person.call.press("1").expect("a key");
    person.hears("ru/enter_account").await;
    person.call.press("4081712345#").expect("keys");
    person.hears("ru/enter_pin").await;
    person.call.press("4711").expect("keys");
    person.hears("ru/words/rub_1").await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    person.call.hang_up().await;
    writing.await.expect("the file ends with the call");

    let packets = capture::packets(&std::fs::read(&file).expect("a file"));
    let sip: Vec<&[u8]> =
        packets.iter().map(|packet| &packet.data[..]).filter(|data| data.ends_with(b"\r\n\r\n")).collect();
    assert!(sip.iter().any(|message| message.starts_with(b"BYE ")), "{}", sip.len());
    let rtp: Vec<&capture::Packet> = packets.iter().filter(|packet| packet.data[0] == 0x80).collect();
    assert!(rtp.len() > 100, "{}", rtp.len());
    let said: Vec<&str> = packets.iter().filter_map(|packet| packet.comment.as_deref()).collect();
    assert!(said.iter().any(|said| said.contains("RTP packets are left out near here")), "{said:?}");
    ear(&rtp)
}

/// What the command prints.
async fn callwright_calls(url: &str, args: &[&str]) -> String {
    let args: Vec<String> =
        ["calls", "--admin", url].iter().chain(args).map(|arg| (*arg).to_owned()).collect();
    let ran = tokio::task::spawn_blocking(move || {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        run(env!("CARGO_BIN_EXE_callwright"), &args)
    });
    let output = ran.await.expect("it ran");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

#[test]
fn every_line_of_a_log_for_machines_is_json_and_names_its_call() {
    let mut server = Running::start_with("log: { format: json, level: info }\n");
    let log = server.child.stderr.take().expect("its log");
    with_runtime(sipp_call("hung_up_on.xml", server.sip, &["-s", "1000"]));
    // What lasts is ended before it goes.
    let pid = server.child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-TERM", &pid]).status().expect("kill runs").success());
    let lines: Vec<Value> = BufReader::new(log)
        .lines()
        .map_while(Result::ok)
        .map(|line| serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    let media = lines.iter().find(|line| line["message"] == "a leg's media is over").expect("it is said");
    assert_eq!(media["span"]["contact"], media["contact"]);
    assert!(!format!("{lines:?}").contains("79656295719"), "nobody's number is logged");
}

/// The bank with more patience.
fn copy_with(from: &std::path::Path, to: &std::path::Path) {
    for entry in std::fs::read_dir(from).expect("the bank").flatten() {
        let target = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => {
                std::fs::create_dir_all(&target).expect("a folder");
                copy_with(&entry.path(), &target);
            }
            false => drop(std::fs::copy(entry.path(), target).expect("copied")),
        }
    }
    let main = to.join("main.flow");
    if let Ok(text) = std::fs::read_to_string(&main) {
        std::fs::write(&main, text.replacen("within 2s", "within 3s", 1)).expect("written");
    }
}
