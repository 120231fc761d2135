//! Webhooks: signed, told again until heard, each id once for whoever remembers it.

use super::fake::{Fake, Heard, Product};
use super::{Office, until};
use callwright::server::{Config, WebhookConfig, WebhookKind};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

/// Refuses the first, then takes everything.
#[derive(Default)]
struct Receiver {
    refused: bool,
    taken: Vec<Heard>,
}

impl Product for Receiver {
    fn answer(&mut self, heard: &Heard) -> (u16, Json) {
        if !std::mem::replace(&mut self.refused, true) {
            return (503, Json::Null);
        }
        self.taken.push(heard.clone());
        (204, Json::Null)
    }
}

/// HMAC by its definition (RFC 2104), with nothing of ours.
fn hmac_sha256(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut block = [0_u8; 64];
    block[..key.len()].copy_from_slice(key);
    let pad = |with: u8| block.map(|byte| byte ^ with);
    let inner = Sha256::new().chain_update(pad(0x36)).chain_update(message).finalize();
    Sha256::new().chain_update(pad(0x5c)).chain_update(inner).finalize().to_vec()
}

/// Base64 by its definition (RFC 4648 §4).
fn base64(bytes: &[u8]) -> String {
    let digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digit = |number: usize| char::from(digits[number & 63]);
    let chunk = |chunk: &[u8]| {
        let number =
            chunk.iter().fold(0, |number, byte| number << 8 | usize::from(*byte)) << (8 * (3 - chunk.len()));
        let text: String = (0..4).map(|place| digit(number >> (18 - 6 * place))).collect();
        format!("{}{}", &text[..=chunk.len()], "=".repeat(3 - chunk.len()))
    };
    bytes.chunks(3).map(chunk).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_message_is_signed_and_told_until_it_is_heard() {
    let (office, fake) = (Office::new(), Fake::start(Receiver::default()).await);
    let hook = WebhookConfig {
        url: format!("{}/hooks", fake.url()),
        secret: office.secret("a-long-secret-of-ours"),
        events: vec![WebhookKind::ContactEnded, WebhookKind::CaseOpened, WebhookKind::CaseChanged],
        within_ms: 2000,
    };
    let config = Config { webhooks: [("shop".to_owned(), hook)].into(), ..office.config() };
    let service = office.serve(config).await;
    office.contact("call-1", "+79656295719", "resolved");
    until("everything is told", || {
        let counts = office.store.dispatch_counts().expect("counts");
        counts.pending == 0 && fake.look(|receiver| receiver.taken.len()) >= 3
    })
    .await;
    service.drain(std::time::Duration::ZERO).await;
    let taken = fake.look(|receiver| receiver.taken.clone());
    for heard in &taken {
        let header = |name: &str| heard.header(name).expect("a header").to_owned();
        let message = format!("{}.{}.{}", header("webhook-id"), header("webhook-timestamp"), heard.text);
        let expected = format!("v1,{}", base64(&hmac_sha256(b"a-long-secret-of-ours", message.as_bytes())));
        assert_eq!(header("webhook-signature"), expected);
        assert_eq!(heard.body["id"], json!(header("webhook-id")));
    }
    let mut told: Vec<(String, String)> = taken
        .iter()
        .map(|heard| {
            (
                heard.body["type"].as_str().unwrap_or("").to_owned(),
                heard.body["id"].as_str().unwrap_or("").to_owned(),
            )
        })
        .collect();
    told.sort();
    told.dedup();
    let words: Vec<&str> = told.iter().map(|(word, _)| word.as_str()).collect();
    assert!(
        words.contains(&"contact.ended") && words.contains(&"case.opened") && words.contains(&"case.changed"),
        "{told:?}"
    );
    let ended = taken.iter().find(|heard| heard.body["type"] == "contact.ended").expect("it is told");
    assert_eq!(ended.body["id"], "contact-call-1");
    assert_eq!(ended.body["data"]["from"], "+79656295719");
    assert_eq!(ended.body["data"]["cases"][0]["state"], "closed");
    assert_eq!(ended.body["data"]["outcomes"], json!([{ "topic": "delivery", "outcome": "resolved" }]));
}

#[test]
fn the_tests_own_base64_is_right() {
    assert_eq!(["f", "fo", "foo"].map(|text| base64(text.as_bytes())), ["Zg==", "Zm8=", "Zm9v"]);
}
