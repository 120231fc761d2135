//! Twinkle calls us.

use super::*;

/// A Twinkle without sound: its devices are nothing.
async fn twinkle(keys: &str) -> Client {
    let folder = Folder::new("twinkle");
    let (sip, rtp) = (free_port(), free_port());
    let system = format!(
        "dev_ringtone=alsa:default\ndev_speaker=alsa:default\ndev_mic=alsa:default\nvalidate_audio_dev=no\nsip_port={sip}\n\
         rtp_port={rtp}\nstart_user_profile=anna\n"
    );
    let anna = format!(
        "user_name=+79656295719\nuser_domain=127.0.0.1\nuser_display=Anna\ncodecs=g711a\next_100rel=required\n\
         dtmf_transport={keys}\nregister_at_startup=no\n"
    );
    let nothing = "pcm.!default { type null }\nctl.!default { type null }\n";
    std::fs::create_dir(folder.path().join(".twinkle")).expect("a folder");
    for (file, text) in
        [(".twinkle/twinkle.sys", &*system), (".twinkle/anna.cfg", &*anna), (".asoundrc", nothing)]
    {
        std::fs::write(folder.path().join(file), text).expect("written");
    }
    let client = Client::start(folder, "twinkle-console", &[]);
    client.says("Twinkle>").await;
    client
}

/// Calls the bank and asks for a branch with a key.
async fn asks_for_a_branch(keys: &str) {
    let server = Server::bank(NOWHERE).await;
    let mut twinkle = twinkle(keys).await;
    twinkle.types(&format!("call sip:{LINE}@{}\n", server.address()));
    twinkle.says("far end answered call").await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    twinkle.types("dtmf 3\n");
    tokio::time::sleep(Duration::from_secs(5)).await;
    twinkle.types("bye\n");
    let contacts = server.contacts().await;
    let outcome = contacts.first().and_then(|contact| contact.outcome_for("information"));
    assert_eq!(outcome.as_deref(), Some("resolved"), "3 is a branch\n{}", twinkle.said());
}

#[test]
fn twinkle_presses_a_key_by_rfc_4733() {
    with_runtime(asks_for_a_branch("rfc2833"));
}

#[test]
fn twinkle_presses_a_key_by_info() {
    with_runtime(asks_for_a_branch("sip-info"));
}

#[test]
fn twinkle_presses_a_key_as_a_tone() {
    with_runtime(asks_for_a_branch("inband"));
}
