//! linphone calls us and is called.

use super::*;
use callwright::server::{Config, Moment, SrtpSetting, Telephone};

/// What its configuration says of keys.
const BY_RFC_4733: &str = "use_info=0\nuse_rfc2833=1\n";
const BY_INFO: &str = "use_info=1\nuse_rfc2833=0\n";

struct Linphone {
    client: Client,
    address: SocketAddr,
    listener: Listener,
}

impl Linphone {
    /// A linphone that says a tone, writes down what it hears, and answers whoever calls it. Without network cards it
    /// must be told that there is a network.
    async fn start(more: &str) -> Linphone {
        let folder = Folder::new("linphone");
        let (port, rtp) = (free_port(), free_port());
        let settings = format!(
            "[sip]\nsip_port={port}\nsip_tcp_port=0\nsip_tls_port=0\nauto_net_state_mon=0\nregister_only_when_network_is_up=0\n\
             guess_hostname=0\ncontact=sip:+79656295719@127.0.0.1\n{more}[rtp]\naudio_rtp_port={rtp}\n"
        );
        let file = folder.path().join("linphonerc");
        std::fs::write(&file, settings).expect("written");
        write_voice(&folder.path().join("voice.wav"));
        for place in [".local/share/linphone", ".config/linphone"] {
            std::fs::create_dir_all(folder.path().join(place)).expect("a folder");
        }
        let commands = format!(
            "soundcard use files\nrecord {0}/heard.wav\nplay {0}/voice.wav\n",
            folder.path().display()
        );
        let mut client = Client::start(folder, "linphonec", &["-a", "-c", file.to_str().expect("a path")]);
        client.types(&commands);
        client.says("Using wav files instead of soundcard").await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        let listener = Listener::new(client.folder.path().join("heard.wav"));
        Linphone { client, address: SocketAddr::new(LOOPBACK, port), listener }
    }

    async fn calls(&mut self, server: &Server) {
        self.client.types(&format!("call sip:{LINE}@{}\n", server.address()));
        self.client.says("Media streams established").await;
    }

    /// Listens until it has written down this recording of the bank's, whole or with a gap: on a busy machine it drops what it has.
    async fn hears(&mut self, name: &str) {
        for _ in 0..160 {
            tokio::time::sleep(Duration::from_millis(250)).await;
            if self.listener.listen().iter().any(|one| one.trim_end_matches('~') == name) {
                return;
            }
        }
        panic!("{name} is not heard, only {:?}\n{}", self.listener.heard, self.client.said());
    }

    /// Presses keys one by one: for a second after each linphone does nothing else.
    async fn presses(&mut self, keys: &str) {
        for key in keys.chars() {
            self.client.types(&format!("{key}\n"));
            tokio::time::sleep(Duration::from_millis(1100)).await;
        }
    }

    async fn hangs_up(&mut self) {
        self.client.types("terminate\n");
        self.client.says("ended").await;
    }
}

/// Calls the bank, enters account and PIN, and hears the balance.
async fn enters_a_pin(settings: &str, change: impl FnOnce(Config) -> Config) {
    let linphone = Linphone::start(settings).await;
    enters_a_pin_with(linphone, change).await;
}

async fn enters_a_pin_with(mut linphone: Linphone, change: impl FnOnce(Config) -> Config) {
    let server = Server::bank_with(NOWHERE, change).await;
    linphone.calls(&server).await;
    for (heard, keys) in
        [("ru/welcome_back", "1"), ("ru/enter_account", "4081712345#"), ("ru/enter_pin", "4711")]
    {
        linphone.hears(heard).await;
        linphone.presses(keys).await;
    }
    linphone.hears("ru/words/rub_1").await;
    linphone.hangs_up().await;
    let contacts = server.contacts().await;
    let said = linphone.client.said();
    assert!(contacts.len() == 1 && contacts[0].verified, "{contacts:?}\n{said}");
    assert_eq!(contacts[0].customer.as_deref(), Some("anna"));
    assert_eq!(contacts[0].outcome_for("balance").as_deref(), Some("resolved"));
}

#[test]
fn linphone_calls_and_enters_a_pin_by_rfc_4733() {
    with_runtime(enters_a_pin(BY_RFC_4733, |config| config));
}

#[test]
fn linphone_calls_and_enters_a_pin_by_info() {
    with_runtime(enters_a_pin(BY_INFO, |config| config));
}

#[test]
fn linphone_calls_encrypted_and_enters_a_pin() {
    let settings = format!("{BY_RFC_4733}media_encryption=srtp\nmedia_encryption_mandatory=1\n");
    with_runtime(async move {
        enters_a_pin(&settings, |config| Config { srtp: SrtpSetting::Require, ..config }).await;
    });
}

#[cfg(feature = "opus")]
#[test]
fn linphone_calls_in_opus_and_enters_a_pin() {
    let only_opus = |config| Config { codecs: vec![callwright::server::CodecName::Opus], ..config };
    with_runtime(async {
        let mut linphone = Linphone::start(BY_RFC_4733).await;
        linphone.listener.clock_hz = 48_000;
        enters_a_pin_with(linphone, only_opus).await;
    });
}

#[test]
fn linphone_plays_a_tone_of_a_telephone_and_it_is_a_key() {
    with_runtime(async {
        let server = Server::bank(NOWHERE).await;
        let mut linphone = Linphone::start(BY_RFC_4733).await;
        // Four seconds of nothing, then the 3 of a keypad: 697 and 1477 Hz.
        let sample = |n: i32| match n {
            32_000..33_600 => [697.0, 1477.0]
                .iter()
                .map(|hz| 6000.0 * (std::f64::consts::TAU * hz * f64::from(n) / 8000.0).sin())
                .sum::<f64>(),
            _ => 0.0,
        };
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: 8000,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let keys = linphone.client.folder.path().join("keys.wav");
        let mut file = hound::WavWriter::create(&keys, spec).expect("a file");
        (0..8000 * 20).for_each(|n| file.write_sample(sample(n) as i16).expect("written"));
        file.finalize().expect("written");
        linphone
            .client
            .types(&format!("play {}\ncodec disable 0\ncodec disable 1\ncodec disable 2\n", keys.display()));
        tokio::time::sleep(Duration::from_secs(1)).await;
        linphone.calls(&server).await;
        tokio::time::sleep(Duration::from_secs(12)).await;
        linphone.hangs_up().await;
        let contacts = server.contacts().await;
        let outcome = contacts[0].outcome_for("information");
        assert_eq!(outcome.as_deref(), Some("resolved"), "3 is a branch\n{}", linphone.client.said());
    });
}

#[test]
fn linphone_answers_a_transfer_is_heard_and_gets_the_callers_keys() {
    with_runtime(async {
        let linphone = Linphone::start(BY_RFC_4733).await;
        let server = Server::bank(linphone.address).await;
        let telephone = Telephone::plug_in(LOOPBACK).expect("a telephone");
        let mut call = telephone.call(LINE, server.address(), "+79656295719").await.expect("answered");
        let mut ticks = 0;
        let mut heard = Vec::new();
        while ticks < 1500 && !tone_is_heard(&heard) {
            match call.next().await {
                Moment::Sound(sound) => heard.extend(sound),
                Moment::Key(_) | Moment::KeysSent => {}
                Moment::Ended(why) => panic!("ended: {why}"),
            }
            ticks += 1;
            if ticks == 150 {
                call.press("0").expect("a key");
            }
        }
        assert!(tone_is_heard(&heard), "linphone's 440 Hz reach the caller\n{}", linphone.client.said());
        call.press("7").expect("a key");
        linphone.client.says("Receiving tone 7").await;
        call.hang_up().await;
        let contacts = server.contacts().await;
        assert_eq!(contacts[0].outcomes().get(&None).map(|o| &**o), Some("handed_over"));
    });
}
