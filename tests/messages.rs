//! Messages that go out: codes and texts by a gateway, e-mail by SMTP, each until it is taken.

mod smtp;

use crate::connectors::fake::{Fake, Heard, Product};
use crate::harness::{Folder, image, root};
use callwright::crm::outbox::{Policy, State};
use callwright::program::Phone;
use callwright::server::{Config, ConnectorConfig, EmailConfig, SecretSource, Security, Service, Telephone};
use callwright::source::MemoryFiles;
use callwright::store::{Import, Options, Page, PinCost, SqliteStore, Store};
use callwright::time::{DurationMs, Wall};
use serde_json::{Value as Json, json};
use smtp::{Smtp, Wire};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const ANNA: &str = "+79656295719";

/// Proves by a code who calls.
const CODE: &str = r#"
program code { languages en, ru; default { failed, late, give_up -> bye; hung_up { outcome abandoned } } }
crm { outcomes found }
prompt code_is(code: digits) { en "Your code is {code}." ru "Ваш код {code}." }
route main { call -> begin; otherwise -> reject not_found }
flow begin {
    answer
    identify caller { many, none -> bye; one client -> prove(client) }
}
flow prove(client: customer) {
    authenticate client with code {
        say_code code_is
        ask secret code: digits 6 { first_key 9s }
        verified found { note "known"; outcome found; hangup }
        refused, locked -> bye
    }
}
flow bye { note "unknown"; outcome abandoned; hangup }
"#;

/// Sends a text message and an e-mail.
const TELL: &str = r#"
program tell { languages ru, en; default { hung_up { outcome abandoned } } }
crm { outcomes told }
prompt balance(sum: money) { ru "На вашем счёте {sum}." en "Your balance is {sum}." }
prompt bye { ru "До свидания." en "Goodbye." }
route main { call -> begin; otherwise -> reject not_found }
flow begin {
    answer
    send sms to +7 965 629-57-19 say balance(12.50 RUB), bye
    send email to "anna@example.com" subject "Ваш счёт" say balance(12.50 RUB)
    outcome told
    hangup
}
"#;

/// Twilio, as its documentation of messages has it.
#[derive(Default)]
struct Twilio {
    /// Answers before it works.
    troubles: Vec<(u16, Json)>,
}

impl Product for Twilio {
    fn answer(&mut self, heard: &Heard) -> (u16, Json) {
        if heard.path != "/2010-04-01/Accounts/AC123/Messages.json" || heard.method != "POST" {
            return (404, json!({ "code": 20404 }));
        }
        match self.troubles.pop() {
            Some(trouble) => trouble,
            None => (201, json!({ "sid": "SM1", "status": "queued", "error_code": null })),
        }
    }
}

/// A store, a folder and the settings of a deployment.
struct Deployment {
    folder: Folder,
    store: Arc<dyn Store>,
}

impl Deployment {
    fn new(name: &str) -> Deployment {
        let folder = Folder::new(name);
        let policy = Policy { first_wait: DurationMs(20), longest_wait: DurationMs(200), ..Policy::DEFAULT };
        let options = Options { pin_cost: PinCost::LEAST, policy, ..Options::default() };
        let store = SqliteStore::open(folder.path().join("callwright.db"), options).expect("a database");
        let file = format!("id,name,phones\nanna,Anna,{ANNA}\n");
        let import = Import::read(&file, &Default::default(), None).expect("no mistakes");
        store.import(&import, Wall(0)).expect("taken in");
        Deployment { folder, store: Arc::new(store) }
    }

    fn secret(&self, value: &str) -> SecretSource {
        let file = self.folder.path().join(format!("{value}.secret"));
        std::fs::write(&file, format!("{value}\n")).expect("written");
        SecretSource { file: Some(file), env: None }
    }

    fn config(&self) -> Config {
        Config {
            listen: SocketAddr::new(LOOPBACK, 0),
            data: self.folder.path().to_owned(),
            prompts: Some(root().join("prompts")),
            ..Config::default()
        }
    }

    fn twilio(&self, url: &str) -> ConnectorConfig {
        let settings = [("url", url), ("account", "AC123"), ("from", "+15005550006")];
        ConnectorConfig {
            settings: settings.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
            secrets: [("token".to_owned(), self.secret("the-token"))].into(),
            ..ConnectorConfig::named("twilio")
        }
    }

    fn email(&self, server: &Smtp) -> EmailConfig {
        EmailConfig {
            server: server.address.ip().to_string(),
            port: Some(server.address.port()),
            security: Security::None,
            from: "Bank <line@bank.example>".to_owned(),
            user: None,
            password: None,
            ca: None,
            within_ms: 5000,
        }
    }

    async fn serve(&self, script: &str, config: Config) -> Service {
        let started =
            Service::start(config, image(&MemoryFiles::script(script)), self.store.clone(), None).await;
        started.unwrap_or_else(|error| panic!("{error}"))
    }

    /// What the latest contact told the CRM.
    async fn said(&self, service: &Service) -> String {
        assert!(service.settle(Duration::from_secs(30)).await, "what calls said does not reach the CRM");
        let contacts = self.store.interactions(None, &Page::first(1)).expect("a list").items;
        contacts[0].entries.iter().map(|written| format!("{}\n", written.entry)).collect()
    }
}

/// Waits until something is so; a test that waits in vain says for what.
async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..400 {
        if is_so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("in vain: {what}");
}

fn form(heard: &Heard, name: &str) -> String {
    let url = reqwest::Url::parse(&format!("http://form/?{}", heard.text)).expect("a form");
    url.query_pairs()
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_gets_a_code_by_sms_and_keys_it() {
    let deployment = Deployment::new("code");
    let gateway = Fake::start(Twilio::default()).await;
    let config = Config { sms: Some(deployment.twilio(&gateway.url())), ..deployment.config() };
    let data = config.data.clone();
    let server = deployment.serve(CODE, config).await;
    let telephone = Telephone::plug_in(LOOPBACK).expect("a telephone");
    let mut call = telephone.call("100", server.local(), ANNA).await.expect("answered");
    let heard = gateway.heard.clone();
    until("the gateway hears of a code", || !heard.lock().expect("nobody panics here").is_empty()).await;
    let sms = heard.lock().expect("nobody panics here")[0].clone();
    assert_eq!((form(&sms, "To"), form(&sms, "From")), (ANNA.to_owned(), "+15005550006".to_owned()));
    let basic = "Basic QUMxMjM6dGhlLXRva2Vu";
    assert_eq!(sms.header("authorization"), Some(basic));
    let text = form(&sms, "Body");
    let code: String = text.chars().filter(char::is_ascii_digit).collect();
    assert!(text.starts_with("Your code is") && code.len() == 6, "{text}");
    tokio::time::sleep(Duration::from_millis(300)).await;
    call.press(&code).expect("keys");
    let end = tokio::time::Instant::now() + Duration::from_secs(4);
    while tokio::time::timeout_at(end, call.next()).await.is_ok() {}
    let said = deployment.said(&server).await;
    assert!(said.contains("note \"known\""), "{said}");
    server.drain(Duration::from_secs(5)).await;
    let journals = std::fs::read_dir(data.join("journals")).expect("journals").flatten();
    for path in journals.map(|entry| entry.path()) {
        let text = String::from_utf8_lossy(&std::fs::read(&path).expect("a journal")).into_owned();
        assert!(!text.contains(&format!("\"{code}\"")), "{} holds the code", path.display());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_is_not_taken_has_failed_and_a_wrong_one_is_refused() {
    let deployment = Deployment::new("no-code");
    let trouble = (400, json!({ "code": 21211, "message": "no such number" }));
    let gateway = Fake::start(Twilio { troubles: vec![trouble] }).await;
    let config = Config { sms: Some(deployment.twilio(&gateway.url())), ..deployment.config() };
    let server = deployment.serve(CODE, config).await;
    let telephone = Telephone::plug_in(LOOPBACK).expect("a telephone");
    let mut call = telephone.call("100", server.local(), ANNA).await.expect("answered");
    let end = tokio::time::Instant::now() + Duration::from_secs(3);
    while tokio::time::timeout_at(end, call.next()).await.is_ok() {}
    let said = deployment.said(&server).await;
    assert!(said.contains("note \"unknown\""), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_sent_until_they_are_taken() {
    let deployment = Deployment::new("tell");
    let busy = (503, json!({}));
    let gateway = Fake::start(Twilio { troubles: vec![busy.clone(), busy] }).await;
    let post = Smtp::start(vec!["450 4.2.1 try again later"]).await;
    let config = Config {
        sms: Some(deployment.twilio(&gateway.url())),
        email: Some(deployment.email(&post)),
        ..deployment.config()
    };
    let server = deployment.serve(TELL, config).await;
    let telephone = Telephone::plug_in(LOOPBACK).expect("a telephone");
    let _call = telephone.call("100", server.local(), ANNA).await.expect("answered");
    let heard = gateway.heard.clone();
    until("the gateway takes it", || heard.lock().expect("nobody panics here").len() >= 3).await;
    until("the mail server takes it", || !post.taken().is_empty()).await;
    let heard = heard.lock().expect("nobody panics here").clone();
    assert_eq!(form(&heard[2], "Body"), "На вашем счёте 12,50\u{a0}₽. До свидания.");
    assert_eq!(heard[0].text, heard[2].text, "every try is the same");
    let mail = post.taken();
    assert_eq!(mail.len(), 1, "{mail:#?}");
    assert_eq!((&*mail[0].from, &*mail[0].to), ("line@bank.example", "anna@example.com"));
    assert!(mail[0].text.contains("From: Bank <line@bank.example>"), "{}", mail[0].text);
    assert!(mail[0].text.contains("@bank.example>\r\n"), "{}", mail[0].text);
    until("nothing waits", || {
        deployment.store.outbox(State::Pending, 10).is_ok_and(|waits| waits.is_empty())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_takes_is_dead_and_a_person_sends_it_again() {
    let deployment = Deployment::new("dead");
    let gateway = Fake::start(Twilio { troubles: vec![(400, json!({ "message": "no" }))] }).await;
    let post = Smtp::start(vec!["550 5.1.1 no such mailbox"]).await;
    let config = Config {
        sms: Some(deployment.twilio(&gateway.url())),
        email: Some(deployment.email(&post)),
        ..deployment.config()
    };
    let server = deployment.serve(TELL, config).await;
    let telephone = Telephone::plug_in(LOOPBACK).expect("a telephone");
    let _call = telephone.call("100", server.local(), ANNA).await.expect("answered");
    let store = deployment.store.clone();
    let dead = || store.outbox(State::Dead, 10).unwrap_or_default();
    until("both are given up", || dead().len() == 2).await;
    let reasons: Vec<(String, String)> = dead()
        .iter()
        .map(|parcel| (parcel.to.to_string(), parcel.progress.reason.as_deref().unwrap_or("").to_owned()))
        .collect();
    assert!(
        reasons.iter().any(|(to, reason)| to == "sms" && reason.starts_with("it answered 400")),
        "{reasons:?}"
    );
    assert!(
        reasons.iter().any(|(to, reason)| to == "email" && reason.starts_with("it answered 550")),
        "{reasons:?}"
    );
    for parcel in dead() {
        assert_eq!(store.resend(&parcel.key, Wall(0)), Ok(true));
    }
    until("both are taken", || post.taken().len() == 1 && dead().is_empty()).await;
    drop(server);
}

#[tokio::test(flavor = "multi_thread")]
async fn infobip_tells_of_a_rejection_in_a_reply_of_success() {
    struct Infobip;
    impl Product for Infobip {
        fn answer(&mut self, heard: &Heard) -> (u16, Json) {
            let message = &heard.body["messages"][0];
            let good = heard.path == "/sms/3/messages"
                && heard.header("authorization") == Some("App the-key")
                && message["sender"] == "Bank"
                && message["content"]["text"].as_str().is_some_and(|text| text.contains("12,50"))
                && message["destinations"][0]["to"] == "79656295719";
            let group = if good { "REJECTED" } else { "PENDING" };
            (200, json!({ "messages": [{ "messageId": "1", "status": { "groupName": group } }] }))
        }
    }
    let deployment = Deployment::new("infobip");
    let gateway = Fake::start(Infobip).await;
    let post = Smtp::start(Vec::new()).await;
    let infobip = ConnectorConfig {
        settings: [("url".to_owned(), gateway.url()), ("from".to_owned(), "Bank".to_owned())].into(),
        secrets: [("key".to_owned(), deployment.secret("the-key"))].into(),
        ..ConnectorConfig::named("infobip")
    };
    let config = Config { sms: Some(infobip), email: Some(deployment.email(&post)), ..deployment.config() };
    let _server = deployment.serve(TELL, config).await;
    let telephone = Telephone::plug_in(LOOPBACK).expect("a telephone");
    let _call = telephone.call("100", _server.local(), ANNA).await.expect("answered");
    let store = deployment.store.clone();
    until("it is given up", || store.outbox(State::Dead, 10).is_ok_and(|dead| dead.len() == 1)).await;
}

/// A deployment that sends its e-mail so, and what it told the server.
async fn sent(wire: Wire, security: Security, ca: Option<&str>) -> (Deployment, Smtp, impl Sized) {
    let deployment = Deployment::new("tls");
    let (post, gateway) = (Smtp::start_on(wire, Vec::new()).await, Fake::start(Twilio::default()).await);
    let email = EmailConfig {
        security,
        ca: ca.map(|file| root().join(file)),
        user: Some("line".to_owned()),
        password: Some(deployment.secret("the-password")),
        ..deployment.email(&post)
    };
    let config =
        Config { sms: Some(deployment.twilio(&gateway.url())), email: Some(email), ..deployment.config() };
    let server = deployment.serve(TELL, config).await;
    let telephone = Telephone::plug_in(LOOPBACK).expect("a telephone");
    let call = telephone.call("100", server.local(), ANNA).await.expect("answered");
    (deployment, post, (server, telephone, call))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_e_mail_and_the_password_go_over_tls_to_a_server_that_proves_its_name() {
    for (wire, security) in [(Wire::Starttls, Security::Starttls), (Wire::Tls, Security::Tls)] {
        let (_deployment, post, _call) = sent(wire, security, Some("tests/wire/ca.pem")).await;
        until("the mail server takes it", || !post.taken().is_empty()).await;
        assert_eq!(&*post.taken()[0].to, "anna@example.com");
        let heard = post.heard();
        let at = |word: &str| heard.iter().position(|line| line.starts_with(word));
        assert!(at("AUTH PLAIN").is_some() && at("STARTTLS") < at("AUTH PLAIN"), "{wire:?}: {heard:?}");
        assert_eq!(at("STARTTLS").is_some(), wire == Wire::Starttls, "{heard:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_whose_name_nobody_vouches_for_is_told_nothing() {
    for (wire, security) in [(Wire::Starttls, Security::Starttls), (Wire::Tls, Security::Tls)] {
        let (deployment, post, _call) = sent(wire, security, None).await;
        let store = deployment.store.clone();
        until("it was tried", || {
            let waits = store.outbox(State::Pending, 10).expect("a list");
            waits.iter().any(|parcel| parcel.progress.reason.is_some())
        })
        .await;
        let heard = post.heard();
        assert!(post.taken().is_empty() && !heard.iter().any(|line| line.starts_with("AUTH")), "{heard:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_tls_nothing_is_said_to_a_server_that_was_to_have_it() {
    let deployment = Deployment::new("plain");
    let post = Smtp::start(Vec::new()).await;
    let gateway = Fake::start(Twilio::default()).await;
    let email = EmailConfig { security: Security::Starttls, ..deployment.email(&post) };
    let config =
        Config { sms: Some(deployment.twilio(&gateway.url())), email: Some(email), ..deployment.config() };
    let server = deployment.serve(TELL, config).await;
    let telephone = Telephone::plug_in(LOOPBACK).expect("a telephone");
    let _call = telephone.call("100", server.local(), ANNA).await.expect("answered");
    until("it was tried", || post.heard().iter().any(|line| line.starts_with("EHLO"))).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(post.taken().is_empty());
    assert!(!post.heard().iter().any(|line| line.starts_with("MAIL")), "{:?}", post.heard());
}

#[test]
fn what_the_settings_do_not_say_is_refused_with_the_flow_s_line() {
    let refused = |script: &str, config: &Config| {
        let problem = Service::check(config, &image(&MemoryFiles::script(script)));
        problem.err().map(|problem| problem.to_string()).unwrap_or_default()
    };
    let none = refused(TELL, &Config::default());
    assert!(none.contains("main.flow:9: `send sms` needs `sms` in the settings"), "{none}");
    assert!(none.contains("main.flow:10: `send email` needs `email` in the settings"), "{none}");
    let code = refused(CODE, &Config::default());
    assert!(code.contains("main.flow:11: `authenticate … with code` needs `sms`"), "{code}");
    let half = |yaml: &str| {
        let config: Result<Config, _> = serde_yaml_of(yaml);
        config.map_or_else(|error| error, |config| refused(CODE, &config))
    };
    for (yaml, words) in [
        ("sms: hubspot\n", "it sends no text messages"),
        ("sms: twillio\n", "there is no connector `twillio`"),
        ("sms: twilio\n", "`settings` needs `account`"),
        ("email: { server: mx, from: nobody }\n", "`from` is no address"),
        ("email: { server: mx, from: a@b.example, user: a }\n", "`user` and `password` belong together"),
        (
            "email: { server: mx, from: a@b.example, security: none, user: a, password: { env: HOME } }\n",
            "it would travel in plain",
        ),
    ] {
        let told = half(yaml);
        assert!(told.contains(words), "{yaml}: {told}");
    }
}

fn serde_yaml_of(yaml: &str) -> Result<Config, String> {
    let folder = Folder::new("messages-yaml");
    let file = folder.path().join("callwright.yaml");
    std::fs::write(&file, yaml).expect("written");
    Config::read(&file).map_err(|error| error.to_string())
}

#[test]
fn the_settings_of_the_manual_can_be_read() {
    let manual = std::fs::read_to_string(root().join("docs/messages.md")).expect("the manual");
    let blocks: Vec<&str> =
        manual.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(blocks.len() >= 2, "{blocks:?}");
    for block in blocks {
        if block.starts_with("connector:") {
            callwright::connector::Description::read("own.yaml", block)
                .unwrap_or_else(|error| panic!("{error}"));
        } else {
            let config = serde_yaml_of(block).unwrap_or_else(|error| panic!("{error}\n{block}"));
            assert!(config.sms.is_some() || config.email.is_some(), "{block}");
        }
    }
    assert!(Phone::from_e164(ANNA).is_some());
}
