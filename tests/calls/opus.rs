//! Calls in Opus: between ours, and with baresip.

use super::media::{both_ways, server};
use super::recordings::{file, samples};
use super::*;
use callwright::server::{CodecName, Config, SrtpSetting};
use callwright::sip::sdp::{Codec, Direction, Protection};

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
        // On a busy machine baresip drops what comes while it starts.
        let before_the_key = is_heard("ru/welcome") || is_heard("ru/menu_long");
        assert!(before_the_key && is_heard("ru/words/n_3"), "{names:?}\n{}", baresip.log());
    });
}

/// Listens for two seconds, and then until the last second is as it should be behind a change: the server's 440 Hz, or nothing.
async fn hears(call: &mut TelephoneCall, is_open: bool) -> bool {
    let mut heard: Vec<f64> = Vec::new();
    while heard.len() < 8000 * 8 {
        match call.next().await {
            Moment::Sound(sound) => heard.extend(sound.iter().map(|sample| f64::from(*sample))),
            Moment::Ended(why) => panic!("it ended: {why}"),
            Moment::Key(_) | Moment::KeysSent => {}
        }
        let second = &heard[heard.len().saturating_sub(8000)..];
        let is_right = match is_open {
            true => tone_share(second, 440.0) > 0.9,
            false => second.iter().all(|sample| sample.abs() < 500.0),
        };
        if is_right && heard.len() >= 16_000 {
            return true;
        }
    }
    false
}

/// The call changes, by re-INVITE, and the tone is heard as it should be behind each change; the caller's own is recorded
/// wherever the line was open for it.
#[test]
fn a_call_in_opus_is_held_resumed_and_goes_to_another_codec_and_back() {
    let changes = [
        (Codec::Opus, Direction::SendRecv, true),
        (Codec::Opus, Direction::SendOnly, false),
        (Codec::Opus, Direction::SendRecv, true),
        (Codec::Opus, Direction::Inactive, false),
        (Codec::Pcma, Direction::SendRecv, true),
        (Codec::Pcma, Direction::SendOnly, false),
        (Codec::Opus, Direction::SendRecv, true),
        (Codec::G722, Direction::SendRecv, true),
        (Codec::Opus, Direction::SendRecv, true),
    ];
    with_runtime(async {
        let apart = serde_yaml::from_str("channels: apart").expect("settings");
        let codecs = vec![CodecName::Opus, CodecName::Pcma, CodecName::G722];
        let server = server(|config| Config { codecs, recordings: apart, ..config }).await;
        let telephone = telephone();
        let mut call = telephone.call("1000", server.address(), "+79656295719").await.expect("answered");
        let turn = std::f64::consts::TAU * 1000.0 / 8000.0;
        let voice: Vec<i16> = (0..8000 * 80).map(|n| (6000.0 * (turn * f64::from(n)).sin()) as i16).collect();
        call.speak(&voice);
        let mut spoken = 0;
        for (number, (codec, direction, is_open)) in changes.into_iter().enumerate() {
            if number > 0 {
                call.offer(vec![codec], direction).await;
            }
            assert!(hears(&mut call, is_open).await, "change {number} to {codec:?}, {direction:?}");
            spoken += usize::from(direction.sends());
        }
        call.hang_up().await;
        let contacts = server.contacts().await;
        let kept = samples(&file(&server, contacts[0].id(), "call-1.wav"));
        let seconds = kept[0].chunks_exact(8000).filter(|second| tone_share(second, 1000.0) > 0.8).count();
        assert!(
            seconds + 3 >= spoken * 14_000 / 8000,
            "{seconds} s of {spoken} stretches have the caller's tone"
        );
    });
}
