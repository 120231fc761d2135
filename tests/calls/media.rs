//! Codecs, encryption and reports on real calls.

use super::*;
use crate::harness::crm;
use callwright::server::{CodecName, Config, Service, SrtpSetting};
use callwright::sip::sdp::{Codec, Protection};

const ECHO: &str = r#"
program tones { languages en; default { hung_up { outcome abandoned } } }
crm { outcomes resolved }
tone a440 { 440Hz 1s }
route main { call -> begin; otherwise -> reject not_found }
flow begin { answer; record call; play a440 until hung up }
"#;

pub async fn server(change: impl FnOnce(Config) -> Config) -> Server {
    let folder = Folder::new("media");
    let store = crm(&bank(), folder.path());
    let config = Config {
        listen: SocketAddr::new(LOOPBACK, 0),
        data: folder.path().to_owned(),
        prompts: Some(root().join("prompts")),
        ..Config::default()
    };
    let program = image(&MemoryFiles::script(ECHO));
    let service = Service::start(change(config), program, store.clone(), None).await;
    Server { service: service.unwrap_or_else(|error| panic!("{error}")), store, folder }
}

/// Calls, says 1000 Hz, and hears the server's 440 Hz; the server has recorded both.
pub async fn both_ways(server: &Server, telephone: Telephone) {
    let mut call = telephone.call("1000", server.address(), "+79656295719").await.expect("answered");
    let turn = std::f64::consts::TAU * 1000.0 / 8000.0;
    let voice: Vec<i16> = (0..48_000).map(|n| (6000.0 * (turn * f64::from(n)).sin()) as i16).collect();
    call.speak(&voice);
    // The first second has the silence before the tone in it; the one behind it has the tone's end and its next beginning.
    let begins = loudest_tone(&mut call, Duration::from_secs(6)).await;
    let heard = loudest_tone(&mut call, Duration::from_secs(6)).await;
    assert!(begins > 0.5 && heard > 0.9, "440 Hz is heard: {begins}, {heard}");
    for _ in 0..100 {
        let _ = call.next().await;
    }
    call.hang_up().await;
    let contacts = server.contacts().await;
    let file = server.folder.path().join("recordings").join(&**contacts[0].id()).join("call-1.wav");
    let deadline = std::time::Instant::now() + Duration::from_secs(20);
    while !file.exists() && std::time::Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let bytes = std::fs::read(&file).expect("a recording");
    let mut reader = hound::WavReader::new(&bytes[..]).expect("a WAV file");
    let samples: Vec<f64> = reader.samples::<i16>().map(|sample| f64::from(sample.unwrap_or(0))).collect();
    let middle = &samples[samples.len() / 2 - 4000..][..8000];
    let shares = [440.0, 1000.0].map(|hz| tone_share(middle, hz));
    assert!(shares.iter().all(|share| *share > 0.2), "both are recorded: {shares:?}");
    let sounded = &contacts[0].trail.as_ref().expect("its way").sounded;
    assert_eq!(sounded.len(), 1);
    assert!(sounded[0].received > 50 && sounded[0].lost == 0 && sounded[0].mos > 400, "{sounded:?}");
}

#[test]
fn a_call_in_g_722_is_heard_both_ways() {
    with_runtime(async {
        let server = server(|config| config).await;
        let telephone = Telephone::plug_in(LOOPBACK).expect("a telephone");
        both_ways(&server, telephone.with_codecs(vec![Codec::G722])).await;
    });
}

#[test]
fn the_order_of_codecs_is_the_settings() {
    with_runtime(async {
        let server = server(|config| Config { codecs: vec![CodecName::G722], ..config }).await;
        let telephone = Telephone::plug_in(LOOPBACK).expect("a telephone");
        let refused = telephone.call("1000", server.address(), "+79656295719").await;
        assert!(matches!(refused, Err(TelephoneError::Refused { status: 488, .. })));
        both_ways(&server, telephone.with_codecs(vec![Codec::Pcmu, Codec::G722])).await;
    });
}

#[test]
fn a_call_is_encrypted_where_both_can_and_plain_where_one_cannot() {
    with_runtime(async {
        let server = server(|config| Config { srtp: SrtpSetting::Offer, ..config }).await;
        for protection in [Protection::Require, Protection::Offer, Protection::Never] {
            let telephone = Telephone::plug_in(LOOPBACK).expect("a telephone");
            both_ways(&server, telephone.with_protection(protection)).await;
        }
    });
}

#[test]
fn who_must_encrypt_takes_no_plain_call_and_who_cannot_takes_no_other() {
    with_runtime(async {
        for (ours, theirs) in
            [(SrtpSetting::Require, Protection::Never), (SrtpSetting::Never, Protection::Require)]
        {
            let server = server(|config| Config { srtp: ours, ..config }).await;
            let telephone = Telephone::plug_in(LOOPBACK).expect("a telephone").with_protection(theirs);
            let refused = telephone.call("1000", server.address(), "+79656295719").await;
            assert!(matches!(refused, Err(TelephoneError::Refused { status: 488, .. })), "{ours:?}");
        }
    });
}

/// Baresip calls and sends a tone: all of it arrives, and so does, by its reports, what it is sent.
fn baresip_calls(account: &str, modules: &str, change: impl FnOnce(Config) -> Config) {
    let mut baresip = Baresip::with(false, account, modules);
    with_runtime(async {
        let server = server(change).await;
        baresip.types(&format!("d sip:1000@{}\n", server.address()));
        tokio::time::sleep(Duration::from_secs(8)).await;
        baresip.types("b");
        let contacts = server.contacts().await;
        assert_eq!(contacts.len(), 1, "{}", baresip.log());
        let sounded = &contacts[0].trail.as_ref().expect("its way").sounded;
        assert!(sounded.len() == 1 && sounded[0].received > 100, "{sounded:?}\n{}", baresip.log());
        let reports = sounded[0].far_lost;
        assert_eq!(reports, Some(0), "baresip's reports are read: {sounded:?}");
    });
}

#[test]
fn baresip_speaks_g_722_with_us() {
    baresip_calls("audio_codecs=G722/16000/1", "module g722.so\n", |config| config);
}

#[test]
fn baresip_speaks_encrypted_with_us() {
    let account = "audio_codecs=PCMA/8000/1;mediaenc=srtp-mand";
    let require = |config| Config { srtp: SrtpSetting::Require, ..config };
    baresip_calls(account, "module srtp.so\n", require);
}
