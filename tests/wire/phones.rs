//! baresip registers with us, over each transport, and is called by a flow.

use super::{LOOPBACK, NOWHERE, listen_at, own_tls, with_runtime};
use crate::harness::{Folder, LINE, Server, free_port, image, root};
use callwright::engine::Image;
use callwright::media::wav;
use callwright::server::{Config, PhoneConfig, PhoneDigest, Telephone, TelephoneError};
use callwright::source::MemoryFiles;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

/// A caller's address that is not the telephones'.
const ELSEWHERE: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));

/// Sends every call to a telephone of the house.
fn to(name: &str) -> Arc<Image> {
    let script = format!(
        "program p {{ languages en; country RU; default {{ hung_up {{ outcome abandoned }} }} }}\n\
         route main {{ call -> start; otherwise -> reject not_found }}\n\
         flow start {{ transfer to \"{name}\" {{ busy, no_answer, unavailable, refused, redirected, failed -> reject unavailable }} }}\n"
    );
    image(&MemoryFiles::script(&script))
}

async fn house(image: Arc<Image>, folder: &Folder, open: Option<bool>) -> Server {
    let file = folder.path().join("password");
    std::fs::write(&file, "sesame\n").expect("written");
    let anna = PhoneConfig {
        password_file: Some(file),
        extension: Some("205".to_owned()),
        ..PhoneConfig::default()
    };
    Server::of_with(image, NOWHERE, |config| Config {
        trunk: None,
        listeners: vec![listen_at("tcp://127.0.0.1:0"), listen_at("tls://127.0.0.1:0")],
        tls: Some(own_tls()),
        phones: [("anna".to_owned(), anna)].into(),
        // This baresip fails where SHA-256 is offered.
        phone_digest: PhoneDigest::Md5,
        open,
        ..config
    })
    .await
}

/// A baresip with an account at our registrar, which answers calls.
struct Phone {
    child: Child,
    folder: Folder,
}

impl Phone {
    fn start(registrar: SocketAddr, transport: &str, password: &str) -> Phone {
        let folder = Folder::new("phone");
        let voice = folder.path().join("voice.wav");
        wav::write(&[0; 8000 * 30], std::fs::File::create(&voice).expect("a file")).expect("written");
        let config = format!(
            "sip_listen 127.0.0.1:{}\nsip_cafile {}\nsip_verify_server yes\naudio_player aufile,/dev/null\naudio_source aufile,{}\n\
             audio_alert aufile,/dev/null\nrtp_ports 32100-32300\nmodule_path /usr/lib/baresip/modules\nmodule g711.so\n\
             module aufile.so\nmodule stdio.so\nmodule_app account.so\nmodule_app menu.so\n",
            free_port(),
            root().join("tests/wire/ca.pem").display(),
            voice.display()
        );
        std::fs::write(folder.path().join("config"), config).expect("written");
        let account = format!(
            "<sip:anna@{registrar};transport={transport}>;auth_pass={password};regint=60;answermode=auto;audio_codecs=PCMA/8000/1\n"
        );
        std::fs::write(folder.path().join("accounts"), account).expect("written");
        std::fs::write(folder.path().join("contacts"), "").expect("written");
        let log = std::fs::File::create(folder.path().join("log")).expect("a log");
        let child = Command::new("baresip")
            .args(["-4", "-s", "-f", folder.path().to_str().expect("a path")])
            .stdin(Stdio::piped())
            .stdout(log.try_clone().expect("the log again"))
            .stderr(log)
            .spawn()
            .expect("baresip is installed");
        Phone { child, folder }
    }

    fn types(&mut self, text: &str) {
        use std::io::Write;
        let stdin = self.child.stdin.as_mut().expect("piped");
        stdin.write_all(text.as_bytes()).and_then(|()| stdin.flush()).expect("typed");
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Waits for words in its log.
    async fn says(&self, words: &str) {
        self.says_again(words, 1).await;
    }

    /// Waits for words in its log, so often.
    async fn says_again(&self, words: &str, times: usize) {
        for _ in 0..300 {
            if self.log().matches(words).count() >= times {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("it does not say `{words}` {times} times:\n{}", self.log());
    }
}

impl Drop for Phone {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn registers_and_is_called(transport: &str, name: &str) {
    let folder = Folder::new("house");
    let server = house(to(name), &folder, Some(true)).await;
    let addresses: Vec<SocketAddr> = server.service.bound().iter().map(|at| at.address()).collect();
    let registrar = match transport {
        "udp" => addresses[0],
        "tcp" => addresses[1],
        _ => addresses[2],
    };
    let phone = Phone::start(registrar, transport, "sesame");
    phone.says("200 OK").await;
    let telephone = Telephone::plug_in(LOOPBACK).expect("a telephone");
    let call = telephone.call(LINE, server.address(), "+79656295719").await;
    call.unwrap_or_else(|error| panic!("{transport}: {error}\n{}", phone.log())).hang_up().await;
}

#[test]
fn a_telephone_registers_and_is_called_by_its_owners_name() {
    with_runtime(registers_and_is_called("udp", "anna"));
}

#[test]
fn a_telephone_is_called_back_on_the_tcp_connection_that_it_made() {
    with_runtime(registers_and_is_called("tcp", "205"));
}

#[test]
fn a_telephone_is_called_back_on_the_tls_connection_that_it_made() {
    with_runtime(registers_and_is_called("tls", "anna"));
}

#[test]
fn a_telephone_with_a_wrong_password_is_nowhere() {
    with_runtime(async {
        let folder = Folder::new("house");
        let server = house(to("anna"), &folder, Some(true)).await;
        let phone = Phone::start(server.address(), "udp", "tulip");
        // Its trace has the challenge, and the refusal of what it answers.
        phone.says_again("SIP/2.0 401", 2).await;
        // From elsewhere: the wrong passwords have shut out the address that they came from.
        let telephone = Telephone::plug_in(ELSEWHERE).expect("a telephone");
        let call = telephone.call(LINE, server.address(), "+79656295719").await.map(drop);
        assert!(matches!(call, Err(TelephoneError::Refused { status: 480, .. })), "{call:?}");
    });
}

#[test]
fn a_telephone_calls_in_where_strangers_may_not() {
    with_runtime(async {
        let folder = Folder::new("house");
        let script = "program p { languages en; country RU; default { hung_up { outcome abandoned } } }\n\
            tone operator { 440Hz 20s }\nroute main { call -> start; otherwise -> reject not_found }\n\
            flow start { answer; play operator until hung up }\n";
        let server = house(image(&MemoryFiles::script(script)), &folder, None).await;
        let telephone = Telephone::plug_in(LOOPBACK).expect("a telephone");
        let stranger = telephone.call(LINE, server.address(), "+79656295719").await.map(drop);
        assert!(matches!(stranger, Err(TelephoneError::Refused { status: 403, .. })), "{stranger:?}");
        let mut phone = Phone::start(server.address(), "udp", "sesame");
        phone.says("200 OK").await;
        phone.types(&format!("d sip:{LINE}@{}\n", server.address()));
        phone.says("Call established").await;
        phone.types("b");
        assert_eq!(server.contacts().await.len(), 1);
    });
}
