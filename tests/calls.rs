//! Real calls over SIP and RTP: from sipp, from baresip, and from our own telephone.

use crate::harness::{Folder, LINE, Server, bank, free_port, image, root, says_digits, sipp};
use callwright::cli::ear::Ear;
use callwright::server::{Moment, Sounds, Telephone, TelephoneCall, TelephoneError};
use callwright::source::MemoryFiles;
use callwright::store::Page;
use std::net::{IpAddr, SocketAddr};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

mod answerers;
mod dialogs;
mod echoes;
mod floods;
mod later;
mod legs;
mod media;
mod nodes;
mod one_engine;
#[cfg(feature = "opus")]
mod opus;
mod overheard;
mod queues;
mod recordings;
mod rooms;
mod sipp;
mod speech;
mod starts;
mod transcribed;

pub const LOOPBACK: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
/// Where nobody listens.
pub const NOWHERE: SocketAddr = SocketAddr::new(LOOPBACK, 9);

pub fn with_runtime<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Runtime::new().expect("a runtime").block_on(work)
}

/// Runs sipp where waiting is allowed.
pub async fn sipp_call(scenario: &'static str, target: SocketAddr, more: &'static [&'static str]) {
    let outcome = tokio::task::spawn_blocking(move || sipp(scenario, target, more)).await;
    if let Err(report) = outcome.expect("sipp ran") {
        panic!("{report}");
    }
}

/// A caller of our own, who listens for recordings.
pub struct Person {
    pub call: TelephoneCall,
    ear: Ear,
    heard: Vec<String>,
}

impl Person {
    pub async fn calls(server: &Server, from: &str) -> (Telephone, Result<Person, TelephoneError>) {
        Person::calls_with(Telephone::plug_in(LOOPBACK).expect("a telephone"), server, from).await
    }

    pub async fn calls_with(
        telephone: Telephone,
        server: &Server,
        from: &str,
    ) -> (Telephone, Result<Person, TelephoneError>) {
        // Recordings take longer to load than some callers wait.
        let ear = Person::ear();
        let call = telephone.call(LINE, server.address(), from).await;
        (telephone, call.map(|call| Person { call, ear, heard: Vec::new() }))
    }

    /// On a call that is up.
    pub fn of(call: TelephoneCall) -> Person {
        Person { call, ear: Person::ear(), heard: Vec::new() }
    }

    fn ear() -> Ear {
        let sounds = Sounds::load(&bank(), &root().join("prompts"), None).expect("the recordings");
        Ear::new(sounds.clips())
    }

    /// Takes in the next thing that happens; what is heard is kept.
    pub async fn holds_the_line(&mut self) {
        match self.call.next().await {
            Moment::Sound(sound) => self.heard.extend(self.ear.listen(&sound)),
            Moment::Key(_) | Moment::KeysSent => {}
            Moment::Ended(why) => panic!("the call ended ({why}) behind {:?}", self.heard),
        }
    }

    /// Listens until a recording has been heard; what else was heard is kept.
    pub async fn hears(&mut self, name: &str) {
        let listening = async {
            while !self.heard.iter().any(|heard| heard == name) {
                self.holds_the_line().await;
            }
        };
        let in_time = tokio::time::timeout(Duration::from_secs(40), listening).await;
        assert!(in_time.is_ok(), "{name} is not heard, only {:?}", self.heard);
        self.heard.clear();
    }
}

#[test]
fn a_caller_hears_what_was_recorded_and_cuts_it_with_a_key() {
    with_runtime(async {
        let server = Server::bank(NOWHERE).await;
        enters_a_pin(server, Telephone::plug_in(LOOPBACK).expect("a telephone")).await;
    });
}

#[test]
fn a_telephone_that_only_has_tones_enters_a_pin() {
    with_runtime(async {
        let server = Server::bank(NOWHERE).await;
        enters_a_pin(server, Telephone::plug_in(LOOPBACK).expect("a telephone").with_tones()).await;
    });
}

/// Calls the bank, enters account and PIN, and hears the balance.
async fn enters_a_pin(server: Server, telephone: Telephone) {
    let (_telephone, person) = Person::calls_with(telephone, &server, "+79656295719").await;
    let mut person = person.expect("answered");
    person.hears("ru/welcome_back").await;
    person.call.press("1").expect("a key");
    person.hears("ru/enter_account").await;
    person.call.press("4081712345#").expect("keys");
    person.hears("ru/enter_pin").await;
    person.call.press("4711").expect("keys");
    person.hears("ru/words/rub_1").await;
    person.call.hang_up().await;
    let contacts = server.contacts().await;
    assert!(contacts[0].verified);
    assert_eq!(contacts[0].outcome_for("balance").as_deref(), Some("resolved"));
    let journal = one_engine::written(&server).await;
    assert!(!says_digits(&journal, "4711"), "the PIN is nowhere in the journal:\n{journal}");
}

#[test]
fn a_call_that_outlasts_the_servers_patience_is_hung_up_and_the_crm_knows_why() {
    with_runtime(async {
        let server = Server::bank(NOWHERE).await;
        let (_telephone, person) = Person::calls(&server, "+79656295719").await;
        let mut person = person.expect("answered");
        let Server { service, store, folder: _folder } = server;
        assert!(!service.drain(Duration::from_millis(300)).await, "the call lasts");
        let ended = async {
            loop {
                if let Moment::Ended(why) = person.call.next().await {
                    return why;
                }
            }
        };
        let why = tokio::time::timeout(Duration::from_secs(10), ended).await;
        assert_eq!(why.as_deref(), Ok("the far end hung up"));
        let contacts = store.interactions(None, &Page::first(10)).expect("a list").items;
        assert_eq!(contacts[0].ending.as_ref().map(|end| &*end.cause), Some("shutdown"));
        assert_eq!(contacts[0].outcomes().get(&None).map(|o| &**o), Some("abandoned"));
    });
}

/// Starts sipp as an operator.
fn operator(scenario: &str) -> (SocketAddr, Child) {
    let port = free_port();
    let file = root().join("tests/sipp").join(scenario);
    let child = Command::new("sipp")
        .args(["-sf", file.to_str().expect("a path"), "-i", "127.0.0.1", "-p", &port.to_string()])
        .args(["-m", "1", "-nostdin", "-timeout", "60"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("sipp is installed");
    (SocketAddr::new(LOOPBACK, port), child)
}

/// Calls the bank, asks for the operator, and hears what became of it.
fn the_operator(scenario: &str, then: &str) {
    let (trunk, mut child) = operator(scenario);
    with_runtime(async {
        let server = Server::bank(trunk).await;
        let (_telephone, person) = Person::calls(&server, "+79656295719").await;
        let mut person = person.expect("answered");
        person.hears("ru/welcome_back").await;
        person.call.press("0").expect("a key");
        person.hears(then).await;
        person.call.hang_up().await;
    });
    let _ = child.kill();
    let _ = child.wait();
}

#[test]
fn an_operator_who_is_busy_is_told_apart() {
    the_operator("busy.xml", "ru/operators_busy");
}

#[test]
fn an_operator_who_declines_is_told_apart() {
    the_operator("declines.xml", "ru/operators_unavailable");
}

#[test]
fn an_operator_who_never_answers_is_told_apart() {
    the_operator("rings.xml", "ru/operators_silent");
}

/// The operators' number in the bank's program.
const OPERATORS: &str = "+78432035700";

/// A second SIP client: baresip with a tone for a voice.
struct Baresip {
    child: Child,
    address: SocketAddr,
    folder: Folder,
}

impl Baresip {
    fn start(answers: bool) -> Baresip {
        Baresip::with(answers, "audio_codecs=PCMA/8000/1", "")
    }

    /// With settings of its account and modules beside the usual ones.
    fn with(answers: bool, account: &str, more: &str) -> Baresip {
        let folder = Folder::new("baresip");
        let port = free_port();
        let modules = format!(
            "module_path /usr/lib/baresip/modules\nmodule g711.so\nmodule aufile.so\n{more}\
            module stdio.so\nmodule_app account.so\nmodule_app menu.so\n"
        );
        let heard = folder.path().join("heard.wav");
        let voice = folder.path().join("voice.wav");
        // It reads no file of another rate than its codec's.
        let (sample_rate, channels) = match account {
            _ if account.contains("/48000/2") => (48_000, 2),
            _ if account.contains("/16000/") => (16_000, 1),
            _ => (8000, 1),
        };
        let format = hound::SampleFormat::Int;
        let spec = hound::WavSpec { channels, sample_rate, bits_per_sample: 16, sample_format: format };
        let mut writer = hound::WavWriter::create(&voice, spec).expect("a file");
        let step = f64::from(sample_rate).recip() * 440.0 * std::f64::consts::TAU;
        let tone = (0..sample_rate * 30).map(|n| (8000.0 * (f64::from(n) * step).sin()) as i16);
        for sample in tone {
            (0..channels).for_each(|_| writer.write_sample(sample).expect("written"));
        }
        writer.finalize().expect("written");
        let config = format!(
            "sip_listen 127.0.0.1:{port}\naudio_player aufile,{}\naudio_source aufile,{}\naudio_alert aufile,/dev/null\n\
            rtp_ports 32100-32300\nsnd_path {}\n{modules}",
            heard.display(),
            voice.display(),
            folder.path().display()
        );
        let mode = if answers { "auto" } else { "manual" };
        std::fs::write(folder.path().join("config"), config).expect("written");
        let account = format!("<sip:{OPERATORS}@127.0.0.1:{port}>;regint=0;answermode={mode};{account}\n");
        std::fs::write(folder.path().join("accounts"), account).expect("written");
        std::fs::write(folder.path().join("contacts"), "").expect("written");
        let child = Command::new("baresip")
            .args(["-4", "-f", folder.path().to_str().expect("a path")])
            .stdin(Stdio::piped())
            .stdout(std::fs::File::create(folder.path().join("out.log")).expect("a log"))
            .stderr(std::fs::File::create(folder.path().join("err.log")).expect("a log"))
            .spawn()
            .expect("baresip is installed");
        std::thread::sleep(Duration::from_millis(1500));
        Baresip { child, address: SocketAddr::new(LOOPBACK, port), folder }
    }

    fn types(&mut self, text: &str) {
        use std::io::Write;
        let stdin = self.child.stdin.as_mut().expect("piped");
        stdin.write_all(text.as_bytes()).and_then(|()| stdin.flush()).expect("typed");
    }

    fn log(&self) -> String {
        let read = |name: &str| std::fs::read_to_string(self.folder.path().join(name)).unwrap_or_default();
        format!("{}{}", read("out.log"), read("err.log"))
    }
}

impl Drop for Baresip {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_transfer_bridges_the_caller_with_a_second_client() {
    let baresip = Baresip::start(true);
    with_runtime(async {
        let server = Server::bank(baresip.address).await;
        is_put_through(server, Telephone::plug_in(LOOPBACK).expect("a telephone"), &baresip).await;
    });
}

/// Calls the bank, asks for the operator, hears that tone for a voice, and presses a key.
async fn is_put_through(server: Server, telephone: Telephone, baresip: &Baresip) {
    let (_telephone, person) = Person::calls_with(telephone, &server, "+79656295719").await;
    let mut person = person.expect("answered");
    person.hears("ru/welcome_back").await;
    person.call.press("0").expect("a key");
    let heard = loudest_tone(&mut person.call, Duration::from_secs(12)).await;
    assert!(heard > 0.5, "the caller hears the operator's 440 Hz: {heard}\n{}", baresip.log());
    person.call.press("7").expect("a key");
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert!(
        baresip.log().contains("event: '7' (end=1)"),
        "the operator gets the caller's key:\n{}",
        baresip.log()
    );
    person.call.hang_up().await;
    let contacts = server.contacts().await;
    assert_eq!(contacts[0].outcomes().get(&None).map(|o| &**o), Some("handed_over"));
}

/// A quarter of a second: what a busy machine loses of a longer one, and the jumps of phase where it did, would hide a tone.
const A_WHILE: usize = 2000;

/// Listens until 440 Hz were heard for a while; their share in that while's sound.
pub async fn loudest_tone(call: &mut TelephoneCall, limit: Duration) -> f64 {
    let mut heard: Vec<f64> = Vec::new();
    let mut best: f64 = 0.0;
    let end = tokio::time::Instant::now() + limit;
    while tokio::time::Instant::now() < end && best <= 0.5 {
        if let Moment::Sound(sound) = call.next().await {
            heard.extend(sound.iter().map(|sample| f64::from(*sample)));
            best = best.max(tone_share(&heard[heard.len().saturating_sub(A_WHILE)..], 440.0));
        }
    }
    best
}

fn tone_share(samples: &[f64], hz: f64) -> f64 {
    let energy: f64 = samples.iter().map(|sample| sample * sample).sum();
    if samples.len() < A_WHILE || energy < 1e6 {
        return 0.0;
    }
    let turn = std::f64::consts::TAU * hz / 8000.0;
    let (mut re, mut im) = (0.0, 0.0);
    for (n, sample) in samples.iter().enumerate() {
        re += sample * (turn * n as f64).cos();
        im += sample * (turn * n as f64).sin();
    }
    2.0 * (re * re + im * im) / (energy * samples.len() as f64)
}

#[test]
fn baresip_calls_and_presses_a_key() {
    let mut baresip = Baresip::start(false);
    with_runtime(async {
        baresip_presses_3(&Server::bank(NOWHERE).await, &mut baresip).await;
    });
}

/// Baresip calls the bank, hears its welcome, presses 3, and the bank knows it.
async fn baresip_presses_3(server: &Server, baresip: &mut Baresip) {
    baresip.types(&format!("d sip:{LINE}@{}\n", server.address()));
    tokio::time::sleep(Duration::from_secs(6)).await;
    baresip.types("3");
    tokio::time::sleep(Duration::from_secs(5)).await;
    baresip.types("b");
    tokio::time::sleep(Duration::from_secs(1)).await;
    let contacts = server.contacts().await;
    assert_eq!(contacts.len(), 1, "{}", baresip.log());
    let outcome = contacts[0].outcome_for("information");
    assert_eq!(outcome.as_deref(), Some("resolved"), "3 is a branch\n{}", baresip.log());
}
