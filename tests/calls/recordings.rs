//! What is recorded of real calls, and what never is.

use super::*;
use callwright::media::{Key, ToneReceiver};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::time::Instant;

const VOICEMAIL: &str = r#"
program voicemail { languages en; default { hung_up { outcome abandoned } } }
crm { outcomes resolved }
prompt welcome { en "Hello! You have reached the bank." }
route main { call -> begin; otherwise -> reject not_found }
flow begin {
    answer
    record message {
        beep
        max 30s
        silence 2s
        review { say welcome; 1 "listen" listen; 2 "keep" keep }
        silent -> nothing
        failed -> nothing
    }
    outcome resolved
    hangup
}
flow nothing { outcome abandoned; hangup }
"#;

/// A voice: so many milliseconds of 440 Hz.
pub fn voice(ms: usize) -> Vec<i16> {
    (0..ms * 8).map(|n| (8000.0 * (n as f64 * 0.345_575).sin()) as i16).collect()
}

pub fn file(server: &Server, contact: &str, name: &str) -> PathBuf {
    server.folder.path().join("recordings").join(contact).join(name)
}

/// The channels of a recording, once it is finished.
pub fn samples(path: &Path) -> Vec<Vec<f64>> {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !path.exists() && Instant::now() < deadline {
        std::thread::yield_now();
    }
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut reader = hound::WavReader::new(&bytes[..]).expect("a WAV file");
    let channels = usize::from(reader.spec().channels);
    let all: Vec<f64> = reader.samples::<i16>().map(|sample| f64::from(sample.expect("whole"))).collect();
    (0..channels).map(|channel| all.iter().skip(channel).step_by(channels).copied().collect()).collect()
}

pub fn keys_in(samples: &[f64]) -> String {
    let mut ear = ToneReceiver::default();
    samples.iter().filter_map(|sample| ear.hear(*sample as i16)).map(Key::to_char).collect()
}

/// Listens for so long.
pub async fn listen(call: &mut TelephoneCall, length: Duration) {
    let until = tokio::time::Instant::now() + length;
    while tokio::time::timeout_at(until, call.next()).await.is_ok() {}
}

async fn ended(call: &mut TelephoneCall) {
    let ends = async { while !matches!(call.next().await, Moment::Ended(_)) {} };
    tokio::time::timeout(Duration::from_secs(30), ends).await.expect("it ends");
}

#[test]
fn a_message_is_kept_heard_again_and_named_in_the_crm() {
    with_runtime(async {
        let server = Server::of(image(&MemoryFiles::script(VOICEMAIL)), NOWHERE).await;
        let (_telephone, person) = Person::calls(&server, "+79656295719").await;
        let mut person = person.expect("answered");
        listen(&mut person.call, Duration::from_millis(1500)).await;
        person.call.speak(&voice(2000));
        listen(&mut person.call, Duration::from_millis(2600)).await;
        person.call.press("#").expect("a key");
        person.hears("en/welcome").await;
        person.call.press("1").expect("a key");
        let heard = loudest_tone(&mut person.call, Duration::from_secs(8)).await;
        assert!(heard > 0.5, "the caller hears the message: {heard}");
        person.hears("en/welcome").await;
        person.call.press("2").expect("a key");
        ended(&mut person.call).await;
        let contacts = server.contacts().await;
        let trail = contacts[0].trail.as_ref().expect("its way");
        let recorded = &trail.recordings[0];
        let length = recorded.length.expect("a length").0;
        assert!((1900..=2100).contains(&length), "{length} ms were spoken");
        let kept = samples(&file(&server, contacts[0].id(), &recorded.file));
        assert_eq!(kept.len(), 1);
        let seconds = kept[0].len() as f64 / 8000.0;
        assert!((2.2..2.6).contains(&seconds), "{seconds} s are kept");
        assert!(tone_share(&kept[0], 440.0) > 0.7);
        assert_eq!(keys_in(&kept[0]), "");
    });
}

#[test]
fn a_message_ends_by_silence_and_one_without_a_word_is_silent() {
    with_runtime(async {
        let server = Server::of(image(&MemoryFiles::script(VOICEMAIL)), NOWHERE).await;
        let (_telephone, person) = Person::calls(&server, "+79656295719").await;
        let mut person = person.expect("answered");
        ended(&mut person.call).await;
        let contacts = server.contacts().await;
        assert_eq!(contacts[0].outcomes().get(&None).map(|o| &**o), Some("abandoned"));
        assert!(contacts[0].trail.as_ref().is_some_and(|trail| trail.recordings.is_empty()));
        assert!(!file(&server, contacts[0].id(), "").exists());
        let (_telephone, person) = Person::calls(&server, "+79656295719").await;
        let mut person = person.expect("answered");
        listen(&mut person.call, Duration::from_millis(1500)).await;
        person.call.speak(&voice(1000));
        person.hears("en/welcome").await;
        person.call.press("2").expect("a key");
        ended(&mut person.call).await;
        let contacts = server.contacts().await;
        assert_eq!(contacts[0].outcomes().get(&None).map(|o| &**o), Some("resolved"));
    });
}

#[test]
fn who_hangs_up_has_recorded_a_message() {
    with_runtime(async {
        let server = Server::of(image(&MemoryFiles::script(VOICEMAIL)), NOWHERE).await;
        let (_telephone, person) = Person::calls(&server, "+79656295719").await;
        let mut person = person.expect("answered");
        listen(&mut person.call, Duration::from_millis(1500)).await;
        person.call.speak(&voice(1500));
        listen(&mut person.call, Duration::from_millis(2000)).await;
        person.call.hang_up().await;
        let contacts = server.contacts().await;
        assert_eq!(contacts[0].outcomes().get(&None).map(|o| &**o), Some("resolved"));
        let recorded = &contacts[0].trail.as_ref().expect("its way").recordings[0];
        assert!(file(&server, contacts[0].id(), &recorded.file).exists());
    });
}

const BANK: &str = r#"
program bank { languages en; default { give_up -> bye; hung_up { outcome abandoned } } }
crm { outcomes resolved }
prompt welcome { en "Hello! You have reached the bank." }
route main { call -> begin; otherwise -> reject not_found }
flow begin {
    answer
    record call
    menu { say welcome; 1 "go on" -> secret }
}
flow secret {
    ask secret pin: digits 4 { say welcome }
    menu { say welcome; 2 "bye" -> bye }
}
flow bye { outcome resolved; hangup }
"#;

/// The keys of a PIN, keyed as tones, are neither in the recording nor is anything else of that time; keys before it are
/// not there either. What the caller says and hears around it is.
#[test]
fn a_pin_that_is_keyed_as_tones_is_in_no_recording() {
    with_runtime(async {
        let program = image(&MemoryFiles::script(BANK));
        let server = Server::of(program, NOWHERE).await;
        let telephone = Telephone::plug_in(LOOPBACK).expect("a telephone").with_tones();
        let (_telephone, person) = Person::calls_with(telephone, &server, "+79656295719").await;
        let mut person = person.expect("answered");
        let begun = Instant::now();
        person.call.speak(&voice(1500));
        person.hears("en/welcome").await;
        person.call.press("1").expect("a key");
        person.hears("en/welcome").await;
        person.call.press("4711").expect("keys");
        person.hears("en/welcome").await;
        person.call.press("2").expect("a key");
        ended(&mut person.call).await;
        let lasted = begun.elapsed().as_secs_f64();
        let contacts = server.contacts().await;
        let outcome = contacts[0].outcomes().get(&None).map(|outcome| outcome.to_string());
        assert_eq!(outcome.as_deref(), Some("resolved"), "the keys were heard");
        let trail = contacts[0].trail.as_ref().expect("its way");
        assert!(trail.recorded && trail.recordings.len() == 1);
        let kept = samples(&file(&server, contacts[0].id(), "call-1.wav"));
        assert_eq!((kept.len(), keys_in(&kept[0]).as_str()), (1, ""));
        let seconds = kept[0].len() as f64 / 8000.0;
        assert!((seconds - lasted).abs() < 1.0, "{seconds} s of {lasted} s are recorded");
        assert!(tone_share(&kept[0][1600..9600], 440.0) > 0.3, "the caller's voice");
        let half = &kept[0][8000..kept[0].len() - 8000];
        assert!(half.iter().any(|sample| sample.abs() > 2000.0), "the prompts");
    });
}

const LONG: &str = r#"
program long { languages en; default { hung_up { outcome abandoned } } }
crm { outcomes resolved }
route main { call -> begin; otherwise -> reject not_found }
flow begin { answer; record call; wait 60s; outcome resolved; hangup }
"#;

/// A server as a process of its own, so that it can be killed.
fn started(folder: &Folder) -> (Child, SocketAddr) {
    let program = folder.path().join("program");
    std::fs::create_dir_all(&program).expect("a folder");
    std::fs::write(program.join("main.flow"), LONG).expect("written");
    let mut child = Command::new(env!("CARGO_BIN_EXE_callwright"))
        .args(["run", program.to_str().expect("a path"), "--listen", "127.0.0.1:0", "--data"])
        .arg(folder.path().join("data"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    let address = lines.find_map(|line| {
        let line = line.expect("a line");
        line.split_whitespace().find_map(|word| word.strip_prefix("sip:")?.parse().ok())
    });
    std::thread::spawn(move || lines.for_each(drop));
    (child, address.expect("it says where it listens"))
}

#[test]
fn a_recording_is_playable_after_a_kill_and_whole_after_the_restart() {
    let folder = Folder::new("killed");
    let (mut server, address) = started(&folder);
    with_runtime(async {
        let telephone = Telephone::plug_in(LOOPBACK).expect("a telephone");
        let mut call = telephone.call("1000", address, "+79656295719").await.expect("answered");
        call.speak(&voice(10_000));
        listen(&mut call, Duration::from_millis(5000)).await;
    });
    server.kill().expect("killed");
    server.wait().expect("it is dead");
    let recordings = folder.path().join("data/recordings");
    let open = std::fs::read_dir(recordings.join("open")).expect("a folder").flatten().next();
    let cut = open.expect("what was being written").path();
    let playable = samples(&cut)[0].len() as f64 / 8000.0;
    assert!(playable > 3.0, "{playable} s of five can be played");
    let written = std::fs::metadata(&cut).expect("its length").len();
    let (mut server, _) = started(&folder);
    let _ = server.kill();
    let _ = server.wait();
    let mut folders = std::fs::read_dir(&recordings).expect("a folder").flatten().map(|entry| entry.path());
    let contact = folders.find(|path| !path.ends_with("open")).expect("the contact's folder");
    let whole = samples(&contact.join("call-1.wav"))[0].len() as u64;
    assert_eq!(whole, (written - 44) / 2, "nothing that was written is lost");
    assert!(whole as f64 / 8000.0 >= playable);
}
