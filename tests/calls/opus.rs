//! Calls in Opus: between ours, and with baresip.

use super::media::{both_ways, server};
use super::*;
use callwright::server::{CodecName, Config, SrtpSetting};
use callwright::sip::sdp::{Codec, Protection};

fn speaks_opus(config: Config) -> Config {
    Config { codecs: vec![CodecName::Opus, CodecName::Pcma], ..config }
}

fn telephone() -> Telephone {
    Telephone::plug_in(LOOPBACK).expect("a telephone").with_codecs(vec![Codec::Opus])
}

#[test]
fn a_call_in_opus_is_heard_both_ways() {
    with_runtime(async { both_ways(&server(speaks_opus).await, telephone()).await });
}

#[test]
fn a_call_in_opus_is_encrypted() {
    with_runtime(async {
        let server = server(|config| Config { srtp: SrtpSetting::Require, ..speaks_opus(config) }).await;
        both_ways(&server, telephone().with_protection(Protection::Require)).await;
    });
}

#[test]
fn a_caller_in_opus_enters_a_pin() {
    with_runtime(async {
        let server = Server::bank_with(NOWHERE, speaks_opus).await;
        enters_a_pin(server, telephone()).await;
    });
}

#[test]
fn a_caller_in_opus_speaks_with_an_operator_in_a_law() {
    let baresip = Baresip::start(true);
    with_runtime(async {
        let server = Server::bank_with(baresip.address, speaks_opus).await;
        is_put_through(server, telephone(), &baresip).await;
    });
}

#[test]
fn an_operator_in_opus_speaks_with_a_caller_in_a_law() {
    let baresip = Baresip::with(true, "audio_codecs=opus/48000/2", "module opus.so\n");
    with_runtime(async {
        let server = Server::bank_with(baresip.address, speaks_opus).await;
        let telephone = Telephone::plug_in(LOOPBACK).expect("a telephone");
        is_put_through(server, telephone, &baresip).await;
        assert!(baresip.log().contains("opus/48000"), "{}", baresip.log());
    });
}

#[test]
fn baresip_calls_in_opus_hears_the_prompt_and_presses_a_key() {
    let mut baresip =
        Baresip::with(false, "audio_codecs=opus/48000/2", "module opus.so\nmodule sndfile.so\n");
    with_runtime(async {
        let only_opus = |config| Config { codecs: vec![CodecName::Opus], ..config };
        let server = Server::bank_with(NOWHERE, only_opus).await;
        baresip_presses_3(&server, &mut baresip).await;
        // What it has decoded, beside what it has encoded.
        let decoded = std::fs::read_dir(baresip.folder.path()).expect("its folder").flatten();
        let decoded =
            decoded.map(|file| file.path()).find(|file| file.display().to_string().ends_with("-dec.wav"));
        let bytes = std::fs::read(decoded.expect("what it heard")).expect("readable");
        let heard = callwright::media::Clip::from_wav(&bytes).expect("a recording");
        let sounds = Sounds::load(&bank(), &root().join("prompts"), None).expect("the recordings");
        let mut ear = Ear::new(sounds.clips());
        let mut names = ear.listen(heard.samples());
        names.extend(ear.finish());
        let is_heard = |wanted: &str| names.iter().any(|name| name.starts_with(wanted));
        assert!(is_heard("ru/welcome") && is_heard("ru/words/n_3"), "{names:?}\n{}", baresip.log());
    });
}
