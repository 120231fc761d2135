//! The keys of a caller who speaks with somebody are in no recording, although that line sends them back.

use super::recordings::{file, keys_in, listen, samples, voice};
use super::*;
use crate::harness::free_pairs;
use callwright::server::Config;

const PUT_THROUGH: &str = r#"
program bank { languages en; country RU; default { hung_up { outcome abandoned } } }
crm { outcomes resolved }
route main { call -> begin; otherwise -> reject not_found }
flow begin {
    answer
    record call
    transfer to +7 843 203-57-00 { busy, no_answer, unavailable, refused, redirected, failed -> bye }
}
flow bye { outcome resolved; hangup }
"#;

/// sipp as an operator who hears with one ear what comes, and has it sent back.
struct Echoing {
    child: Child,
    address: SocketAddr,
}

impl Echoing {
    fn start(format: &str, codec: &str) -> Echoing {
        let (port, media) = (free_port(), free_pairs(2));
        let file = root().join("tests/sipp/echoes.xml");
        let child = Command::new("sipp")
            .args(["-sf", file.to_str().expect("a path"), "-i", "127.0.0.1", "-p", &port.to_string()])
            .args(["-mi", "127.0.0.1", "-mp", &media.to_string(), "-rtp_echo", "-m", "1", "-nostdin"])
            .args(["-timeout", "60", "-key", "format", format, "-key", "codec", codec])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("sipp is installed");
        Echoing { child, address: SocketAddr::new(LOOPBACK, port) }
    }

    fn in_a_law() -> Echoing {
        Echoing::start("8", "PCMA/8000")
    }
}

impl Drop for Echoing {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A server on which callers are put through to the operator, and recorded with a leg a channel or in one.
async fn server(operator: &Echoing, change: impl FnOnce(Config) -> Config) -> Server {
    Server::of_with(image(&MemoryFiles::script(PUT_THROUGH)), operator.address, change).await
}

fn apart(config: Config) -> Config {
    let recordings = serde_yaml::from_str("channels: apart").expect("settings");
    Config { recordings, ..config }
}

/// What was recorded of the only call.
async fn recorded(server: &Server) -> Vec<Vec<f64>> {
    let contacts = server.contacts().await;
    samples(&file(server, contacts[0].id(), "call-1.wav"))
}

/// The keys, with their echo, are on no channel; what was spoken before them is, on both.
fn holds_the_voice_alone(channels: &[Vec<f64>]) {
    for (number, samples) in channels.iter().enumerate() {
        assert_eq!(keys_in(samples), "", "channel {number}");
        let loud = samples.chunks(8000).map(|second| tone_share(second, 440.0)).fold(0.0, f64::max);
        assert!(loud > 0.5, "channel {number} has the caller's voice: {loud}");
    }
    // Faint remains of a tone are heard by an ear that listens where nothing else sounds.
    let remains = channels.iter().map(|samples| remains(samples)).sum::<usize>();
    assert_eq!(remains, 0, "10 ms in which a key's tones are more than half of the sound");
}

/// How many stretches of 10 ms have more of a key's tones than of anything else.
fn remains(samples: &[f64]) -> usize {
    let power = |window: &[f64], hz: f64| {
        let turn = std::f64::consts::TAU * hz / 8000.0;
        let (mut re, mut im) = (0.0, 0.0);
        for (n, sample) in window.iter().enumerate() {
            re += sample * (turn * n as f64).cos();
            im += sample * (turn * n as f64).sin();
        }
        2.0 * (re * re + im * im) / window.len() as f64
    };
    let is_key = |window: &&[f64]| {
        let energy: f64 = window.iter().map(|sample| sample * sample).sum();
        let strongest = |rows: [f64; 4]| rows.map(|hz| power(window, hz)).into_iter().fold(0.0, f64::max);
        let low = strongest([697.0, 770.0, 852.0, 941.0]);
        let high = strongest([1209.0, 1336.0, 1477.0, 1633.0]);
        energy > 80.0 * 100.0 && low > 0.15 * energy && high > 0.15 * energy
    };
    samples.chunks_exact(80).filter(is_key).count()
}

/// A caller speaks, keys a number, and goes.
async fn keys(server: &Server, telephone: Telephone) {
    let (_telephone, person) = Person::calls_with(telephone, server, "+79656295719").await;
    let mut person = person.expect("answered");
    listen(&mut person.call, Duration::from_millis(500)).await;
    person.call.speak(&voice(2000));
    listen(&mut person.call, Duration::from_millis(3000)).await;
    person.call.press("4711#").expect("keys");
    listen(&mut person.call, Duration::from_millis(3000)).await;
    person.call.hang_up().await;
}

fn telephone() -> Telephone {
    Telephone::plug_in(LOOPBACK).expect("a telephone")
}

#[test]
fn keys_as_tones_come_back_and_are_in_neither_channel() {
    with_runtime(async {
        let operator = Echoing::in_a_law();
        let server = server(&operator, apart).await;
        keys(&server, telephone().with_tones()).await;
        let channels = recorded(&server).await;
        assert_eq!(channels.len(), 2);
        holds_the_voice_alone(&channels);
    });
}

#[test]
fn keys_as_tones_come_back_and_are_not_in_the_mixture() {
    with_runtime(async {
        let operator = Echoing::in_a_law();
        let server = server(&operator, |config| config).await;
        keys(&server, telephone().with_tones()).await;
        holds_the_voice_alone(&recorded(&server).await);
    });
}

#[test]
fn keys_as_events_go_on_as_tones_come_back_and_are_in_neither_channel() {
    with_runtime(async {
        let operator = Echoing::in_a_law();
        let server = server(&operator, apart).await;
        keys(&server, telephone()).await;
        holds_the_voice_alone(&recorded(&server).await);
    });
}

#[test]
fn keys_by_info_go_on_as_tones_come_back_and_are_in_neither_channel() {
    with_runtime(async {
        let operator = Echoing::in_a_law();
        let server = server(&operator, apart).await;
        sipp_call("keys_by_info.xml", server.address(), &["-s", "1000", "-d", "1500"]).await;
        let channels = recorded(&server).await;
        assert!(channels[0].len() > 2 * 8000, "it lasts for three seconds");
        for samples in &channels {
            assert_eq!((keys_in(samples).as_str(), remains(samples)), ("", 0));
        }
    });
}

#[cfg(feature = "opus")]
#[test]
fn keys_in_opus_on_both_legs_come_back_and_are_in_neither_channel() {
    use callwright::server::CodecName;
    with_runtime(async {
        let operator = Echoing::start("96", "opus/48000/2");
        let codecs = vec![CodecName::Opus, CodecName::Pcma];
        let server = server(&operator, |config| Config { codecs, ..apart(config) }).await;
        let opus = || telephone().with_codecs(vec![callwright::sip::sdp::Codec::Opus]);
        keys(&server, opus().with_tones()).await;
        holds_the_voice_alone(&recorded(&server).await);
    });
}
