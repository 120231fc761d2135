//! What is sensitive: refused without its key, proven on a real call, and nowhere in what a server leaves behind.

use crate::harness::{Folder, image, root};
use callwright::server::{
    Config, Moment, SecretSource, Service, Telephone, TelephoneCall, data_keys, open_database,
};
use callwright::source::MemoryFiles;
use callwright::store::{Desk, Import, Options, Page, PinCost};
use callwright::time::Wall;
use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use std::time::Duration;

const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const CUSTOMERS: &str = "id,name,phones,passport\nanna,Anna,+79656295719,4510918273\n";
const OLD: &str = "5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c";
const NEW: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

/// Proves who calls by a passport, and takes the number of a new one.
const DESK: &str = r#"
program desk { languages en; default { failed, late, give_up -> bye; hung_up { outcome abandoned } } }
crm { customer { tariff: text?, sensitive passport: digits }; outcomes changed }
route main { call -> start; otherwise -> reject not_found }
flow start {
    answer
    identify caller { one client -> prove(client); many, none -> bye }
}
flow prove(client: customer) {
    authenticate client with challenge passport {
        ask secret number: digits 10 { first_key 9s }
        verified known -> change(known)
        refused, locked -> bye
    }
}
flow change(known: verified customer) {
    ask secret fresh: digits 10 { first_key 9s }
    update known.passport = fresh { conflict -> bye }
    outcome changed
    hangup
}
flow bye { outcome abandoned; hangup }
"#;

fn manual(language: &str) -> Vec<String> {
    let manual = fs::read_to_string(root().join("docs/privacy.md")).expect("the manual");
    let fence = format!("```{language}\n");
    manual.split(&fence).skip(1).filter_map(|rest| Some(rest.split("```").next()?.to_owned())).collect()
}

/// A folder with a key in a file, and the settings that name both.
fn settings(folder: &Folder) -> Config {
    let file = folder.path().join("data-key");
    fs::write(&file, OLD).expect("written");
    Config {
        listen: SocketAddr::new(LOOPBACK, 0),
        data: folder.path().join("data"),
        prompts: Some(root().join("prompts")),
        data_key_from: Some(SecretSource { env: None, file: Some(file) }),
        ..Config::default()
    }
}

fn store(config: &Config) -> Arc<dyn Desk> {
    let options = Options { pin_cost: PinCost::LEAST, ..Options::default() };
    open_database(config, options).expect("a database")
}

fn holds(folder: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for path in fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            found.extend(holds(&path, text));
        } else if path.is_file() && String::from_utf8_lossy(&fs::read(&path).expect("a file")).contains(text)
        {
            found.push(path.display().to_string());
        }
    }
    found
}

/// Waits for this moment of a call.
async fn comes(call: &mut TelephoneCall, is_it: fn(&Moment) -> bool) {
    let listening = async { while !is_it(&call.next().await) {} };
    assert!(tokio::time::timeout(Duration::from_secs(30), listening).await.is_ok(), "it does not come");
}

async fn said(server: &Service, store: &dyn Desk) -> String {
    assert!(server.settle(Duration::from_secs(30)).await, "what the call said does not reach the CRM");
    let contacts = store.interactions(None, &Page::first(1)).expect("a list").items;
    contacts[0].entries.iter().map(|written| format!("{}\n", written.entry)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passport_proves_who_calls_and_stands_nowhere() {
    let folder = Folder::new("privacy");
    let (config, image) = (settings(&folder), image(&MemoryFiles::script(DESK)));
    let store = store(&config);
    let import = Import::read(CUSTOMERS, &image.vocabulary, None).expect("no mistakes");
    store.import(&import, Wall(0)).expect("taken in");
    // It lay open until a program called it sensitive.
    let server = Service::start(config.clone(), image, store.clone(), None).await;
    let server = server.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(holds(&config.data, "4510918273"), Vec::<String>::new(), "sealed from the start on");
    let telephone = Telephone::plug_in(LOOPBACK).expect("a telephone");
    let mut call = telephone.call("100", server.local(), "+79656295719").await.expect("answered");
    for keys in ["4510918273", "7719036452"] {
        tokio::time::sleep(Duration::from_millis(400)).await;
        call.press(keys).expect("keys");
        comes(&mut call, |moment| *moment == Moment::KeysSent).await;
    }
    // The flow hangs up when the change has been taken.
    comes(&mut call, |moment| matches!(moment, Moment::Ended(_))).await;
    let told = said(&server, &*store).await;
    assert!(told.contains("changed"), "{told}");
    let opened = store.sensitive("anna", true).expect("an answer");
    assert_eq!(opened.iter().map(ToString::to_string).collect::<Vec<_>>(), ["passport=7719036452"]);
    server.drain(Duration::from_secs(5)).await;
    drop(store);
    for number in ["4510918273", "7719036452"] {
        assert_eq!(holds(&config.data, number), Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_the_right_key_does_not_start_and_says_which() {
    let folder = Folder::new("keyless");
    let (config, image) = (settings(&folder), image(&MemoryFiles::script(DESK)));
    let problem = |config: &Config| Service::check(config, &image).err().map(|error| error.to_string());
    let none = problem(&Config { data_key_from: None, ..config.clone() }).unwrap_or_default();
    assert!(none.contains("keeps `passport` encrypted") && none.contains("`data_key_from`"), "{none}");
    let file = folder.path().join("data-key");
    fs::write(&file, "a password").expect("written");
    let wrong = problem(&config).unwrap_or_default();
    assert!(wrong.contains("`data_key_from`: word 1 is no key"), "{wrong}");
    fs::write(&file, OLD).expect("written");
    assert_eq!(problem(&config), None);
    let first = store(&config);
    first.seal_attributes(&image.vocabulary.sensitive, Wall(0)).expect("a promise to seal");
    let import = Import::read(CUSTOMERS, &image.vocabulary, None).expect("no mistakes");
    first.import(&import, Wall(0)).expect("taken in");
    drop(first);
    fs::write(&file, NEW).expect("written");
    let start = Service::start(config.clone(), image.clone(), store(&config), None).await;
    let lost = start.err().map(|error| error.to_string()).unwrap_or_default();
    fs::write(&file, OLD).expect("written");
    let name = format!("{:?}", data_keys(&config).expect("a key")).replace(['[', ']', '"'], "");
    assert!(lost.contains(&name), "{lost} does not name {name}");
    let open = DESK.replace("sensitive ", "").replace("passport = fresh", "tariff = none");
    let open = crate::harness::image(&MemoryFiles::script(&open));
    let start = Service::start(config.clone(), open, store(&config), None).await;
    let told = start.err().map(|error| error.to_string()).unwrap_or_default();
    assert!(told.contains("keeps `passport` encrypted"), "{told}");
}

/// `callwright crm` with these settings.
fn crm(folder: &Folder, args: &[&str]) -> Output {
    let config = folder.path().join("callwright.yaml");
    let mut command = Command::new(env!("CARGO_BIN_EXE_callwright"));
    command.current_dir(root()).arg("crm").args(args).env("USER", "olga");
    command.env("CALLWRIGHT_CONFIG", config).output().expect("it runs")
}

fn good(folder: &Folder, args: &[&str]) -> String {
    let output = crm(folder, args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A desk whose program calls passports sensitive.
fn desk(name: &str) -> Folder {
    let folder = Folder::new(name);
    let path = |file: &str| folder.path().join(file);
    fs::create_dir_all(path("program")).expect("a folder");
    fs::write(path("program/main.flow"), &manual("flow")[0]).expect("written");
    fs::write(path("customers.csv"), CUSTOMERS).expect("written");
    fs::write(path("data-key"), OLD).expect("written");
    let (data, key) = (path("data"), path("data-key"));
    let yaml = format!("data: {}\ndata_key_from: {{ file: {} }}\n", data.display(), key.display());
    fs::write(path("callwright.yaml"), yaml).expect("written");
    let (file, program) = (path("customers.csv"), path("program"));
    let file = file.to_str().expect("a path");
    good(&folder, &["import", file, "--program", program.to_str().expect("a path")]);
    folder
}

#[test]
fn the_flow_of_the_manual_compiles() {
    let flows = manual("flow");
    assert_eq!(flows.len(), 1);
    image(&MemoryFiles::script(&flows[0]));
}

#[test]
fn dots_are_shown_unless_somebody_asks_and_says_why() {
    let folder = desk("dots");
    let shown = good(&folder, &["show", "anna"]);
    assert!(shown.contains("passport=•••") && !shown.contains("4510918273"), "{shown}");
    let asked = ["show", "anna", "--sensitive", "--because", "she lost her letter"];
    assert!(good(&folder, &asked).contains("passport=4510918273"));
    assert!(!crm(&folder, &asked[..3]).status.success(), "without a reason");
    let because = ["--because", "her letter"];
    let dots = good(&folder, &["export", "anna", because[0], because[1]]);
    assert!(dots.contains("•••") && !dots.contains("4510918273"), "{dots}");
    let whole = good(&folder, &["export", "anna", "--with-sensitive", because[0], because[1]]);
    assert!(whole.contains("4510918273"), "{whole}");
    let looks = good(&folder, &["looks", "anna"]);
    for words in ["show sensitive", "she lost her letter", "export with sensitive"] {
        assert!(looks.contains(words), "{words} is not in\n{looks}");
    }
    assert_eq!(holds(&folder.path().join("data"), "4510918273"), Vec::<String>::new());
}

#[test]
fn a_key_is_turned_over_as_the_manual_says() {
    let folder = desk("rekey");
    let key = folder.path().join("data-key");
    fs::write(&key, format!("{NEW}\n{OLD}\n")).expect("written");
    assert!(good(&folder, &["rekey"]).starts_with("1 values sealed anew"));
    fs::write(&key, NEW).expect("written");
    let asked = ["show", "anna", "--sensitive", "--because", "a test"];
    assert!(good(&folder, &asked).contains("passport=4510918273"));
    fs::write(&key, OLD).expect("written");
    let refused = crm(&folder, &asked);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("`passport` does not open"));
}

#[test]
fn a_recording_is_opened_for_whoever_says_why() {
    let folder = desk("recording");
    let data = folder.path().join("data");
    let keys =
        data_keys(&Config::read(&folder.path().join("callwright.yaml")).expect("settings")).expect("a key");
    let store = open_database(
        &Config { data: data.clone(), ..Config::default() },
        Options { pin_cost: PinCost::LEAST, ..Options::default() },
    )
    .expect("a database");
    store.begin_interaction(&callwright::crm::Beginning::unknown("c-1", Wall(0))).expect("a contact");
    drop(store);
    let kept = data.join("recordings/c-1");
    fs::create_dir_all(&kept).expect("a folder");
    let mut sealed = keys.seal_file("c-1/call-1.wav", Vec::new()).expect("a file");
    std::io::Write::write_all(&mut sealed, b"RIFF and so on").expect("room in memory");
    fs::write(kept.join("call-1.wav"), sealed.finish().expect("an end")).expect("written");
    let asked = ["recording", "c-1/call-1.wav", "--because", "a complaint"];
    assert_eq!(good(&folder, &asked), "RIFF and so on");
    assert!(good(&folder, &["looks"]).contains("recording c-1/call-1.wav"));
    let elsewhere = crm(&folder, &["recording", "c-1/../../data-key", "--because", "curious"]);
    assert!(!elsewhere.status.success());
}
