//! linphone's daemon, the one that programs drive: it calls us and is called.

use super::*;
use callwright::server::{Moment, Telephone};

struct Daemon {
    client: Client,
    address: SocketAddr,
}

impl Daemon {
    /// A daemon without a sound card; what it says into a call comes from a file.
    fn start(options: &[&str]) -> Daemon {
        let folder = Folder::new("linphone-daemon");
        let (port, rtp) = (free_port(), free_port());
        let settings = format!(
            "[sip]\nsip_port={port}\nsip_tcp_port=0\nsip_tls_port=0\nauto_net_state_mon=0\nregister_only_when_network_is_up=0\n\
             guess_hostname=0\ncontact=sip:+79656295719@127.0.0.1\nuse_info=0\nuse_rfc2833=1\n[rtp]\naudio_rtp_port={rtp}\n"
        );
        let file = folder.path().join("linphonerc");
        std::fs::write(&file, settings).expect("written");
        write_voice(&folder.path().join("voice.wav"));
        for place in [".local/share/linphone", ".config/linphone"] {
            std::fs::create_dir_all(folder.path().join(place)).expect("a folder");
        }
        let config = ["--config", file.to_str().expect("a path")];
        let client = Client::start(folder, "linphone-daemon", &[&config[..], options].concat());
        Daemon { client, address: SocketAddr::new(LOOPBACK, port) }
    }

    /// Gives a command and waits for what it brings.
    async fn does(&mut self, command: &str, brings: &str) {
        self.client.types(&format!("{command}\n"));
        self.client.says(brings).await;
    }
}

#[test]
fn linphones_daemon_calls_and_presses_a_key() {
    with_runtime(async {
        let server = Server::bank(NOWHERE).await;
        let mut daemon = Daemon::start(&[]);
        let call = format!("call sip:{LINE}@{}", server.address());
        daemon.does(&call, "LinphoneCallStreamsRunning").await;
        // It does not tell what it hears: the welcome and the choices are over by then, and then what was chosen is.
        tokio::time::sleep(Duration::from_secs(6)).await;
        daemon.client.types("dtmf 3\n");
        tokio::time::sleep(Duration::from_secs(10)).await;
        daemon.does("terminate 1", "LinphoneCallEnd").await;
        let contacts = server.contacts().await;
        let outcome = contacts[0].outcome_for("information");
        assert_eq!(outcome.as_deref(), Some("resolved"), "3 is a branch\n{}", daemon.client.said());
    });
}

#[test]
fn linphones_daemon_is_called_and_heard() {
    with_runtime(async {
        let mut daemon = Daemon::start(&["--auto-answer"]);
        let server = Server::bank(daemon.address).await;
        let telephone = Telephone::plug_in(LOOPBACK).expect("a telephone");
        let mut call = telephone.call(LINE, server.address(), "+79656295719").await.expect("answered");
        tokio::time::sleep(Duration::from_secs(3)).await;
        call.press("0").expect("a key");
        daemon.client.says("LinphoneCallStreamsRunning").await;
        let voice = daemon.client.folder.path().join("voice.wav");
        daemon.client.types(&format!("incall-player-start {}\n", voice.display()));
        let mut heard = Vec::new();
        let listening = async {
            while !tone_is_heard(&heard) {
                match call.next().await {
                    Moment::Sound(sound) => heard.extend(sound),
                    Moment::Key(_) | Moment::KeysSent => {}
                    Moment::Ended(why) => panic!("ended: {why}"),
                }
            }
        };
        let heard = tokio::time::timeout(Duration::from_secs(30), listening).await;
        assert!(heard.is_ok(), "its 440 Hz reach the caller\n{}", daemon.client.said());
        call.hang_up().await;
        let contacts = server.contacts().await;
        assert_eq!(contacts[0].outcomes().get(&None).map(|o| &**o), Some("handed_over"));
    });
}
