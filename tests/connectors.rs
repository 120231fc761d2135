//! Foreign CRMs and webhooks: descriptions, requests, products, and a service that is away.

mod asking;
mod descriptions;
mod documents;
pub mod fake;
mod outage;
mod products;
mod requests;
mod webhooks;

use crate::harness::{Folder, image, root};
use callwright::crm::outbox::{Jitter, Policy};
use callwright::crm::{Beginning, EndedBy, Ending, Posting};
use callwright::engine::Image;
use callwright::program::{Caller, CaseMode, Channel, Entry, Phone};
use callwright::server::{Config, ConnectorConfig, SecretSource, Service};
use callwright::source::MemoryFiles;
use callwright::store::{Options, PinCost, SqliteStore, Store};
use callwright::time::{DurationMs, Wall};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// A program that nobody calls, for servers that only deliver.
const QUIET: &str = "program quiet { languages en }\nroute main { otherwise -> reject not_found }\n";

/// A store that tries again soon, a server on it, and the folder of both.
struct Office {
    folder: Folder,
    store: Arc<dyn Store>,
}

impl Office {
    fn new() -> Office {
        let folder = Folder::new("connectors");
        let policy = Policy { first_wait: DurationMs(20), longest_wait: DurationMs(200), ..Policy::DEFAULT };
        let options = Options { pin_cost: PinCost::LEAST, policy, ..Options::default() };
        let store = SqliteStore::open(folder.path().join("callwright.db"), options).expect("a database");
        Office { folder, store: Arc::new(store) }
    }

    fn config(&self) -> Config {
        Config {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            data: self.folder.path().to_owned(),
            prompts: Some(root().join("prompts")),
            ..Config::default()
        }
    }

    /// A secret in a file.
    fn secret(&self, value: &str) -> SecretSource {
        let file = self.folder.path().join(format!("{value}.secret"));
        std::fs::write(&file, format!("{value}\n")).expect("written");
        SecretSource { file: Some(file), env: None }
    }

    /// A description in a file.
    fn description(&self, text: &str) -> ConnectorConfig {
        let file = self.folder.path().join("own.yaml");
        std::fs::write(&file, text).expect("written");
        ConnectorConfig::named(file.to_str().expect("a path"))
    }

    async fn serve(&self, config: Config) -> Service {
        self.run(image(&MemoryFiles::script(QUIET)), config).await
    }

    async fn run(&self, image: Arc<Image>, config: Config) -> Service {
        let started = Service::start(config, image, self.store.clone(), None).await;
        started.unwrap_or_else(|error| panic!("{error}"))
    }

    /// A contact about a delivery, from its beginning to its end, as the server would keep it.
    fn contact(&self, contact: &str, from: &str, outcome: &str) {
        let from = Phone::from_e164(from).map_or(Caller::Withheld, Caller::Number);
        let beginning = Beginning::unknown(contact, Wall(1_795_000_000_000));
        let beginning = Beginning { from, to: "+78432035737".into(), channel: Channel::Call, ..beginning };
        self.store.begin_interaction(&beginning).expect("begun");
        let entries = [
            Entry::Case {
                mode: CaseMode::Auto,
                topic: "delivery".into(),
                customer: Some("c1".into()),
                about: None,
            },
            Entry::Note { text: "he said \"now\"\nand {contact.to} <b>".into() },
            Entry::Outcome { outcome: outcome.into(), topic: Some("delivery".into()) },
        ];
        for (sequence, entry) in (1..).zip(entries) {
            let at = Wall(1_795_000_010_000);
            self.store.enqueue(&Posting { contact: contact.into(), sequence, at, entry }).expect("kept");
        }
        let ending = Ending { at: Wall(1_795_000_075_000), by: EndedBy::Caller, cause: "normal".into() };
        self.store.end_interaction(contact, &ending).expect("ended");
        self.store.deliver(Wall(1_795_000_080_000), 100, Jitter(0)).expect("delivered");
    }
}

/// Waits until something is so; a test that waits in vain says for what.
async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..600 {
        if is_so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("in vain: {what}");
}
